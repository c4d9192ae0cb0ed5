"""A session as a Word document and as csv: the plan, the cases, the answers side by side, next steps."""

from collections.abc import Sequence

from data.sessions.session import Participant, Session, Sheet
from data.texts import Texts


def session_document(
    session: Session, participants: Sequence[Participant], sheets: Sequence[Sheet], texts: Texts
) -> bytes:
    """Return the workbook of *session* as the bytes of a docx file."""
    raise NotImplementedError


def session_csv(
    session: Session, participants: Sequence[Participant], sheets: Sequence[Sheet], texts: Texts
) -> bytes:
    """Return the answers of *session* as a csv file: a row an answer, as stored and in words."""
    raise NotImplementedError
