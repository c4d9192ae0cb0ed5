"""What is asked of many records at once, without reading every answer of each.

A store with 10,000 filled forms must still be listed at once; ``tests/benchmark`` measures that.
"""

import json
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, func, insert, or_, select, tuple_

from data import audit, retention
from data.answers import Answers
from data.audit import fingerprint
from data.case_files import is_real
from data.personal_data import find
from data.postgresql_engine import take_your_time
from data.record_rows import ORDER, columns, record_of
from data.records import Record
from data.settings import read_settings
from data.store_errors import StaleRecord, StoreError
from data.store_tables import audit as lines
from data.store_tables import records

_KEY = (records.c.case, records.c.form, records.c.occasion)
_T = TypeVar("_T")
_DENMARK = ZoneInfo("Europe/Copenhagen")
_AT_ONCE = 500
"""Names in one question; a database takes no endless list."""


def add(connection: Connection, actor: str, given: Sequence[Record], purpose: str) -> int:
    """Keep the records that were *given* as new drafts, all or none, and return how many.

    Each has one line in the audit trail, with a salted hash of all its answers. Raises
    :exc:`StaleRecord` where one of them is there already, and :exc:`StoreError` where an answer
    holds something personal, or a case is real in training mode.
    """
    take_your_time(connection)
    _refuse_what_may_not_be(connection, given)
    before = _revisions(connection, given)
    now = datetime.now(UTC)
    rows, written = [], []
    for each in given:
        name = (each.case, each.form, each.occasion)
        key = dict(zip(("case", "form", "occasion"), name, strict=True))
        salt, revision = secrets.token_hex(16), before.get(name, 0) + 1
        values = {"state": "draft", "version": 0, "revision": revision, "saved": now}
        values |= {"handed_over": None, "salt": salt, "answers": dict(each.answers)}
        rows.append({**key, **values})
        line = {"at": now, "actor": actor, "action": "import", "revision": revision}
        line |= {"value_hash": fingerprint(salt, as_one(each.answers)), "purpose": purpose}
        written.append({**key, **line})
    if rows:
        connection.execute(insert(records), rows)
    audit.append(connection, written)
    return len(rows)


def as_one(answers: Answers) -> str:
    """Return all *answers* as one text, whose hash shows a change in any of them."""
    return json.dumps(dict(answers), sort_keys=True)


def of_cases(
    connection: Connection,
    cases: Collection[str],
    *seen: ColumnElement[bool],
    answers: bool = True,
) -> list[Record]:
    """Return the records of *cases* that fulfil what *seen* says, by case, form and occasion."""
    chosen = select(*columns(answers=answers)).where(records.c.case.in_(sorted(cases)), *seen)
    chosen = chosen.order_by(*ORDER)
    return [record_of(row) for row in connection.execute(chosen)]


def count_answers(
    connection: Connection, form: str, *seen: ColumnElement[bool]
) -> Mapping[str, Mapping[str, int]]:
    """Return how often each answer was given in the records of *form*: question → answer → times.

    Only records that fulfil what *seen* says are counted.
    """
    found: Counter[tuple[str, str | None]] = Counter()
    asked = select(records.c.answers).where(records.c.form == form, *seen)
    for answers in connection.execute(asked):
        found.update(answers[0].items())
    counted: dict[str, dict[str, int]] = {}
    for (question, answer), times in found.items():
        if answer is not None:
            counted.setdefault(question, {})[answer] = times
    return counted


def answers_to(connection: Connection, form: str) -> list[tuple[str, str, Answers]]:
    """Return case, occasion and answers of every record of *form*, in no order.

    Nothing else of it is read: of 10,000 records that halves the time.
    """
    chosen = select(records.c.case, records.c.occasion, records.c.answers)
    found = connection.execute(chosen.where(records.c.form == form))
    return [(case, occasion, answers) for case, occasion, answers in found]


def coordinator_days(connection: Connection) -> Mapping[str, Sequence[date]]:
    """Return the days in Denmark on which each case's coordinator was written down, oldest first.

    The audit trail tells when, and not who. What was pruned from it is not told.
    """
    chosen = select(lines.c.case, lines.c.at).where(
        lines.c.form == "", lines.c.field == "coordinator"
    )
    found: dict[str, list[date]] = {}
    for case, moment in connection.execute(chosen.order_by(lines.c.id)):
        found.setdefault(case, []).append(moment.astimezone(_DENMARK).date())
    return found


def how_many_due(connection: Connection, today: date, *seen: ColumnElement[bool]) -> int:
    """Return how many records may be deleted *today*, by :func:`data.retention.due`.

    Only records that fulfil what *seen* says are counted.
    """
    settings = read_settings(connection)
    days = settings.handed_over_days or 0
    # What cannot be among them need not be read.
    chosen = select(records.c.case, records.c.saved, records.c.handed_over).where(
        or_(
            records.c.case.startswith("ØVELSE-"),
            records.c.handed_over <= today - timedelta(days=days),
        ),
        *seen,
    )
    found = (Record(form="", **row._mapping) for row in connection.execute(chosen))
    return len(retention.due(found, settings, today))


def _refuse_what_may_not_be(connection: Connection, given: Sequence[Record]) -> None:
    # Most answers are among few; each is looked at once.
    if any(find(answer) for answer in {a for each in given for a in each.answers.values() if a}):
        raise StoreError("store.personal")
    if not read_settings(connection).real_cases:
        for each in given:
            if is_real(each.case):
                raise StoreError("store.training", case=each.case)
    for some in _portions([(each.case, each.form, each.occasion) for each in given]):
        found = connection.execute(select(records).where(tuple_(*_KEY).in_(some)).limit(1))
        if row := found.one_or_none():
            raise StaleRecord(record_of(row))


def _revisions(connection: Connection, given: Sequence[Record]) -> dict[tuple[str, str, str], int]:
    """Return the last revisions of records that were deleted, so that no tab takes a new one for it."""
    key = (lines.c.case, lines.c.form, lines.c.occasion)
    found: dict[tuple[str, str, str], int] = {}
    for some in _portions(sorted({each.case for each in given})):
        chosen = select(*key, func.max(lines.c.revision)).where(lines.c.case.in_(some))
        for case, form, occasion, revision in connection.execute(chosen.group_by(*key)):
            found[case, form, occasion] = revision
    return found


def _portions(things: Sequence[_T]) -> Iterable[Sequence[_T]]:
    for start in range(0, len(things), _AT_ONCE):
        yield things[start : start + _AT_ONCE]
