"""Reads and writes the rows of records, each change with its lines of the audit trail."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Row, bindparam, func, insert, select, update

from data import audit
from data.answers import Answers
from data.audit import fingerprint
from data.case_files import is_real
from data.records import Record, Version
from data.settings import read_settings
from data.store_errors import StaleRecord, StoreError
from data.store_tables import audit as lines
from data.store_tables import records, versions

ORDER = (records.c.case, records.c.form, records.c.occasion)
_ONE = select(records).where(
    *(records.c[name] == bindparam(name) for name in ("case", "form", "occasion"))
)


def find(connection: Connection, case: str, form: str, occasion: str) -> Row[Any] | None:
    """Return the row of a record, None where it was never saved."""
    key = {"case": case, "form": form, "occasion": occasion}
    return connection.execute(_ONE, key).one_or_none()


def columns(*, answers: bool) -> list[Column[Any]]:
    """Return the columns of a record, or those that may be seen by who may not see *answers*."""
    unseen = set() if answers else {"answers", "salt"}
    return [column for column in records.columns if column.name not in unseen]


def record_of(row: Row[Any]) -> Record:
    """Return the record in *row*."""
    columns = zip(row._fields, row, strict=True)
    return Record(**{name: value for name, value in columns if name not in {"id", "salt"}})


def load(connection: Connection, case: str, form: str, occasion: str) -> Record:
    """Return a record; one that was never saved has revision 0."""
    row = find(connection, case, form, occasion)
    return Record(case=case, form=form, occasion=occasion) if row is None else record_of(row)


def versions_of(connection: Connection, case: str, form: str, occasion: str) -> list[Version]:
    """Return the finished versions of a record, the first one first."""
    row = find(connection, case, form, occasion)
    if row is None:
        return []
    chosen = select(versions).where(versions.c.record == row.id).order_by(versions.c.number)
    return [
        Version(
            number=each.number,
            finished_at=each.finished_at,
            actor=each.actor,
            answers=each.answers,
        )
        for each in connection.execute(chosen)
    ]


def save(connection: Connection, actor: str, given: Record) -> Record:
    """Keep the answers that were *given*; where nothing changed, nothing is written."""
    row, kept = _draft(connection, given)
    changed = _changes(kept.answers, given.answers)
    if row is not None and not changed:
        return kept
    return _write(connection, actor, row, replace(kept, answers=given.answers), changed)


def finish(connection: Connection, actor: str, given: Record) -> Record:
    """Keep the answers that were *given* as the next finished version."""
    row, kept = _draft(connection, given)
    changed = _changes(kept.answers, given.answers)
    finished = replace(
        kept,
        answers=given.answers,
        state="finished",
        version=kept.version + 1,
        # What stands in the case system is the version before.
        handed_over=None,
    )
    return _write(connection, actor, row, finished, changed, "finish")


def reopen(connection: Connection, actor: str, given: Record) -> Record:
    """Make a finished record a draft again; its answers stay."""
    row, kept = _kept(connection, given)
    if kept.state == "draft":
        return kept
    return _write(connection, actor, row, replace(kept, state="draft"), {}, "reopen")


def hand_over(connection: Connection, actor: str, given: Record, day: date | None) -> Record:
    """Write down the *day* on which the record was moved into the case system."""
    row, kept = _kept(connection, given)
    if kept.handed_over == day:
        return kept
    return _write(connection, actor, row, replace(kept, handed_over=day), {}, "hand_over")


def move_occasion(connection: Connection, actor: str, given: Record, occasion: str) -> Record:
    """Let a draft be of another *occasion* that is free; its versions go with it."""
    row, kept = _draft(connection, given)
    if row is None or occasion == kept.occasion:
        return kept
    if find(connection, given.case, given.form, occasion) is not None:
        raise StoreError("store.occasion_taken")
    # What stands in the case system is of the other occasion.
    there = replace(kept, occasion=occasion, handed_over=None, saved=datetime.now(UTC))
    after = max(kept.revision, _last_revision(connection, there))
    moved = replace(there, revision=after + 1)
    names = ("occasion", "handed_over", "saved", "revision")
    mine = (records.c.id == row.id) & (records.c.revision == kept.revision)
    values = {name: getattr(moved, name) for name in names}
    if connection.execute(update(records).where(mine).values(**values)).rowcount != 1:
        raise StaleRecord(load(connection, given.case, given.form, given.occasion))
    line = {
        "at": moved.saved,
        "actor": actor,
        "case": moved.case,
        "form": moved.form,
        "revision": moved.revision,
    }
    left = {**line, "action": "move_to", "occasion": kept.occasion, "field": occasion}
    came = {**line, "action": "move_from", "occasion": occasion, "field": kept.occasion}
    audit.append(connection, [left, came])
    return moved


def _draft(connection: Connection, given: Record) -> tuple[Row[Any] | None, Record]:
    row, kept = _kept(connection, given)
    if kept.state == "finished":
        raise StoreError("store.finished")
    if is_real(given.case) and not read_settings(connection).real_cases:
        raise StoreError("store.training", case=given.case)
    return row, kept


def _kept(connection: Connection, given: Record) -> tuple[Row[Any] | None, Record]:
    """Return what is kept of the *given* record; others must not have changed it."""
    row = find(connection, given.case, given.form, given.occasion)
    blank = Record(case=given.case, form=given.form, occasion=given.occasion)
    kept = blank if row is None else record_of(row)
    if kept.revision != given.revision:
        raise StaleRecord(kept)
    return row, kept


def _write(
    connection: Connection,
    actor: str,
    row: Row[Any] | None,
    record: Record,
    changed: Answers,
    step: str = "",
) -> Record:
    """Write *record* over *row*, with a line for each answer that *changed* and one for the *step*."""
    before = _last_revision(connection, record) if row is None else record.revision
    saved = replace(record, revision=before + 1, saved=datetime.now(UTC))
    values = {
        name: getattr(saved, name)
        for name in ("state", "version", "revision", "saved", "handed_over")
    } | {"answers": dict(saved.answers)}
    if row is None:
        salt = secrets.token_hex(16)
        key = {"case": record.case, "form": record.form, "occasion": record.occasion}
        made = insert(records).values(**key, **values, salt=salt).returning(records.c.id)
        number = connection.execute(made).scalar_one()
    else:
        number, salt = row.id, row.salt
        mine = (records.c.id == number) & (records.c.revision == before)
        if connection.execute(update(records).where(mine).values(**values)).rowcount != 1:
            raise StaleRecord(load(connection, record.case, record.form, record.occasion))
    if step == "finish":
        copy = {"record": number, "number": saved.version, "actor": actor}
        copy |= {"finished_at": saved.saved, "answers": dict(saved.answers)}
        connection.execute(insert(versions).values(**copy))
    audit.append(connection, _lines(actor, row is None, saved, salt, changed, step))
    return saved


def _lines(
    actor: str, is_new: bool, record: Record, salt: str, changed: Answers, step: str
) -> Sequence[Mapping[str, Any]]:
    """Return a line for each answer that *changed*, and one for the *step*.

    A record that is made without an answer has a line too.
    """
    line = {
        "at": record.saved,
        "actor": actor,
        "case": record.case,
        "form": record.form,
        "occasion": record.occasion,
        "revision": record.revision,
    }
    action = "create" if is_new else "change"
    written = [
        {**line, "action": action, "field": name, "value_hash": fingerprint(salt, answer)}
        for name, answer in changed.items()
    ]
    if is_new and not written:
        written.append({**line, "action": action})
    if step:
        written.append({**line, "action": step})
    return written


def _last_revision(connection: Connection, record: Record) -> int:
    """Return the last revision of a record that was deleted, so that no tab takes a new one for it."""
    chosen = select(func.max(lines.c.revision)).where(
        lines.c.case == record.case,
        lines.c.form == record.form,
        lines.c.occasion == record.occasion,
    )
    return connection.execute(chosen).scalar() or 0


def _changes(before: Answers, after: Answers) -> dict[str, str | None]:
    """Return the answers in *after* that differ from *before*; one that is gone is ``None``."""
    names = [*after, *(name for name in before if name not in after)]
    return {name: after.get(name) for name in names if before.get(name) != after.get(name)}
