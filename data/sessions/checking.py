"""Checks what is typed into a session before it is kept."""

from data import personal_data
from data.answers import Answers, row_ids
from data.case_files import check_words
from data.sessions.exercises import read_exercise
from data.sessions.session import MOST_GROUPS, Session
from data.sessions.session_errors import RefusedAnswer
from data.store_errors import StoreError

_LONGEST_TITLE = 120
_LONGEST_WORDS = 2_000
LONGEST_NOTE = 300
"""Characters of a next step that was agreed."""
MOST_NOTES = 30


def check_session(session: Session) -> None:
    """Raise :exc:`StoreError` where *session* has too many groups or its words may not be kept."""
    if not 1 <= session.groups <= MOST_GROUPS:
        raise StoreError("sessions.groups", groups=session.groups, most=MOST_GROUPS)
    if len(session.notes) > MOST_NOTES:
        raise StoreError("sessions.too_many_notes", most=MOST_NOTES)
    check_words(session.title, _LONGEST_TITLE)
    for note in session.notes:
        check_words(note, LONGEST_NOTE)
    plan = session.plan
    for words in (plan.title, plan.about, *(w for s in plan.steps for w in (s.title, s.about))):
        if words is not None:
            check_words(words.da, _LONGEST_WORDS)
            check_words(words.en, _LONGEST_WORDS)


def check_answers(session: Session, exercise: str, answers: Answers) -> None:
    """Raise :exc:`RefusedAnswer` for the first of *answers* that cannot be kept."""
    if exercise not in session.plan.exercises:
        raise RefusedAnswer("sessions.no_exercise")
    form = read_exercise(exercise).form
    for key, answer in answers.items():
        item = form.item(key)
        if item is None:
            raise RefusedAnswer("sessions.no_question", key)
        if answer is None:
            continue
        if not item.allows(answer):
            raise RefusedAnswer("sessions.not_allowed", key)
        if item.kind == "note" and len(answer) > item.limit:
            raise RefusedAnswer("sessions.long_answer", key, found=len(answer), most=item.limit)
        if item.kind == "note" and personal_data.find(answer):
            raise RefusedAnswer("sessions.personal", key)
    for table in form.tables:
        rows = row_ids(answers, table.id)
        if len(rows) > table.at_most or any(len(row) > 12 for row in rows):
            raise RefusedAnswer("sessions.not_allowed", table.id)
