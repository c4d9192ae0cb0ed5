"""The held meetings of a store, which are asked for again only where something was done since.

Looking into the answers of 10,000 forms takes longer than all the rest of a list of cases. Whatever
is done to a case leaves a line in the audit trail, so that the trail says which cases to look at.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, func, select

from data import audit
from data.records import Record
from data.store_tables import case_files, records

_Found = dict[str, list[Record]]


class HeldMeetings:
    """The first held meeting of each kind in each open case; several threads may ask at once."""

    def __init__(self) -> None:
        # Together, so that no thread sees the one without the other.
        self._known: tuple[str, _Found] = ("", {})

    def read(self, connection: Connection, *seen: ColumnElement[bool]) -> list[Record]:
        """Return a record of each, with the answers ``meeting_type`` and ``outcome`` alone.

        Only records that fulfil what *seen* says are looked at, which is the same each time.
        """
        before, known = self._known
        # Asked first: what comes in after it is looked at again the next time.
        now = audit.head(connection)
        cases = audit.cases_since(connection, before)
        if cases is None:
            found = _ask(connection, None, *seen)
        elif cases:
            found = {case: each for case, each in known.items() if case not in cases}
            found |= _ask(connection, cases, *seen)
        else:
            found = known
        self._known = (now, found)
        return [record for each in found.values() for record in each]


def _ask(
    connection: Connection, cases: Collection[str] | None, *seen: ColumnElement[bool]
) -> _Found:
    """Return the meetings by case, of *cases* alone where they are given."""
    closed = select(case_files.c.ref).where(case_files.c.closed.is_not(None))
    chosen = [
        *seen,
        records.c.form == "meeting",
        records.c.case.not_in(closed),
        records.c.answers["outcome"].as_string() == "held",
    ]
    if cases is not None:
        chosen.insert(0, records.c.case.in_(sorted(cases)))
    # Each record's answers are read once, and not for each time that they are named.
    meetings = (
        select(
            records.c.case,
            records.c.occasion.label("day"),
            records.c.answers["meeting_type"].as_string().label("kind"),
        )
        .where(*chosen)
        .cte("meetings")
        .prefix_with("MATERIALIZED")
    )
    first = select(meetings.c.case, meetings.c.kind, func.min(meetings.c.day).label("day"))
    found: _Found = {}
    rows = connection.execute(first.group_by(meetings.c.case, meetings.c.kind)).all()
    for case, kind, day in rows:
        answers = {"meeting_type": kind, "outcome": "held"}
        record = Record(case=case, form="meeting", occasion=day, answers=answers)
        found.setdefault(case, []).append(record)
    return found
