"""How long records lie: what may be deleted by now, and the receipt for what was.

Nothing here deletes by itself. How long working papers may lie is for the municipality to decide: it
weighs the data protection regulation, which wants them gone, against the Archives Act, under which
nothing goes without authority from the National Archives. The periods of the settings are proposals
of this handbook.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from data.case_files import is_exercise, is_real
from data.case_life import Receipt
from data.records import Record
from data.settings import Settings
from data.texts import Texts

Why = Literal["exercise", "handed_over"]
"""It is a fictional case's and has lain untouched; or it stands in the case system."""


@dataclass(frozen=True, slots=True)
class Due:
    """A record that may be deleted."""

    record: Record
    why: Why
    since: date
    """The day on which its period ended."""


def due(records: Iterable[Record], settings: Settings, today: date) -> list[Due]:
    """Return which *records* may be deleted *today*, by the periods of *settings*.

    A real record that nobody has moved into the case system is never among them.
    """
    found = []
    for record in records:
        if is_exercise(record.case):
            why, since = _exercise(record, settings)
        elif is_real(record.case):
            why, since = _handed_over(record, settings)
        else:
            continue
        if since is not None and since <= today:
            found.append(Due(record, why, since))
    return found


def not_moved(records: Iterable[Record]) -> list[Record]:
    """Return the finished real *records* that nobody has moved into the case system yet."""
    return [
        record
        for record in records
        if is_real(record.case) and record.state == "finished" and record.handed_over is None
    ]


def receipt_in_words(
    receipt: Receipt, texts: Texts, copies_until: date | None, *, sessions: int = 0
) -> str:
    """Return the *receipt* as the lines of a text file, without any of what was deleted.

    *sessions* is how many sessions of trainers were deleted with the records. *copies_until* is the day
    from which no backup holds it; None where there are no backups.
    """
    day = texts.date(receipt.at.date())
    lines = [
        texts("records.receipt"),
        "",
        *(texts("records.receipt_case", case=receipt.case) for _ in [0] if receipt.case),
        texts("records.receipt_at", date=day, time=texts.clock(receipt.at)),
        texts("records.receipt_actor", actor=receipt.actor),
        texts("records.receipt_purpose", purpose=receipt.purpose),
        texts("records.receipt_counts", records=receipt.records, versions=receipt.versions),
        *(f"  {id}" for id in receipt.ids),
        *(texts("records.receipt_sessions", sessions=sessions) for _ in [0] if sessions),
        texts("records.receipt_digest", digest=receipt.digest),
        "",
        texts("records.receipt_trail"),
    ]
    if copies_until is not None:
        lines.append(texts("records.receipt_copies", date=texts.date(copies_until)))
    return "\n".join(lines) + "\n"


def _exercise(record: Record, settings: Settings) -> tuple[Why, date | None]:
    days = settings.exercise_days
    if days is None or record.saved_on is None:
        return "exercise", None
    return "exercise", record.saved_on + timedelta(days=days)


def _handed_over(record: Record, settings: Settings) -> tuple[Why, date | None]:
    days = settings.handed_over_days
    if days is None or record.handed_over is None:
        return "handed_over", None
    return "handed_over", record.handed_over + timedelta(days=days)
