"""The audit trail: who did what to which case and when, in lines that nobody can change unseen.

Each line holds a digest of itself and of the line before, so that a changed byte or a line that was
taken out breaks the chain; the store keeps the digest of the last line, so that a cut end is seen
too. The database refuses to change a line or to delete one. Only :func:`prune` takes lines away,
from the beginning, and it writes down that it did.

A line holds no answer: a salted hash of it says that it changed, and nothing when the record and
its salt are gone.

A digest is 22 signs (132 bits of SHA-256) and a hash 16 (96 bits), since a form that is typed leaves
a line for each answer. Earlier versions wrote 64 hexadecimal signs; such lines are checked as such.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    DDL,
    Connection,
    String,
    delete,
    event,
    func,
    insert,
    select,
    type_coerce,
    update,
)
from sqlalchemy.schema import ExecutableDDLElement

from data.store_tables import about, audit

NOTED: Final = ("read", "search", "export", "print")
"""What a page does with a case without changing it; the rest is written down by the store itself."""

_HEAD, _START, _EMPTY = "audit_head", "audit_start", "0:"
_MOMENT = "%Y-%m-%d %H:%M:%S.%f"
"""How SQLAlchemy writes a moment into SQLite."""
_COLUMNS = tuple(column.name for column in audit.columns if column.name != "digest")
_DIGEST, _HASH, _IN_FULL = 22, 16, 64
_MANY = 500
"""Lines after which it is not worth while to look at their cases one by one."""


@dataclass(frozen=True, slots=True)
class AuditState:
    """What a check of the audit trail found."""

    whole: bool
    """No line was changed or taken out."""
    lines: int
    """How many lines there are."""
    broken_at: int | None
    """The number of the first line that is not as it was written, or that is missing."""
    head: str
    """Number and digest of the last line. Who notes it elsewhere can show later that the trail up
    to there was not written anew; see *noted* of :func:`check`."""


def begin(connection: Connection) -> None:
    """Write down that the audit trail is empty."""
    empty = [{"key": key, "value": _EMPTY} for key in (_START, _HEAD)]
    connection.execute(insert(about), empty)


def append(connection: Connection, lines: Sequence[Mapping[str, Any]]) -> None:
    """Add *lines*, in this order, in the transaction of *connection*.

    Whoever adds lines waits until the others' transactions have ended, so that the numbers have no
    gaps; it is therefore the last thing that a transaction does.
    """
    if not lines:
        return
    chosen = select(about.c.value).where(about.c.key == _HEAD)
    on_server = connection.dialect.name == "postgresql"
    # On a server, who adds lines may not write the mark: the database does (postgresql_access.py).
    asked = chosen if on_server else chosen.with_for_update()
    number, digest = _split(connection.execute(asked).scalar_one())
    now = datetime.now(UTC)
    blank = {"form": "", "occasion": "", "field": None, "value_hash": None, "revision": 0}
    rows = []
    for line in lines:
        number += 1
        row = {**blank, "at": now, "purpose": "", **line, "id": number}
        digest = line_digest(digest, row)
        rows.append({**row, "digest": digest})
    connection.execute(insert(audit), rows)
    if not on_server:
        _mark(connection, _HEAD, f"{number}:{digest}")


def line_digest(previous: str, line: Mapping[Any, Any], signs: int = _DIGEST) -> str:
    """Return the digest of *line*, which comes after the line with the digest *previous*."""
    moment = line["at"].astimezone(UTC).isoformat(timespec="microseconds")
    values = [moment if name == "at" else line[name] for name in _COLUMNS]
    return _digest([previous, *values], signs)


def fingerprint(salt: str, value: str | None) -> str | None:
    """Return a hash that shows a change; when the record and its salt are gone, nothing else."""
    return None if value is None else _digest([salt, value], _HASH)


def is_of(written: str | None, salt: str, value: str | None) -> bool:
    """Tell whether the :func:`fingerprint` that was *written* is that of *value*."""
    if written is None or value is None:
        return written is value
    return len(written) in {_HASH, _IN_FULL} and written == _digest([salt, value], len(written))


def _digest(values: Sequence[object], signs: int) -> str:
    hashed = hashlib.sha256(json.dumps(values).encode())
    if signs == _IN_FULL:
        return hashed.hexdigest()
    return base64.urlsafe_b64encode(hashed.digest()).decode()[:signs]


def check(connection: Connection, noted: str | None = None) -> AuditState:
    """Follow the chain from its beginning to its end.

    *noted* is a :attr:`AuditState.head` that was noted earlier: the line must still be there as it
    was, or have been pruned since.
    """
    marks = _marks(connection)
    pruned, digest = _split(marks.get(_START, _EMPTY))
    number, broken, was_there = pruned, None, noted is None or _split(noted)[0] <= pruned
    # As SQLite keeps it, a moment is a text that can be written in more than one way.
    written = type_coerce(audit.c.at, String).label("written")
    is_text = connection.dialect.name == "sqlite"
    try:
        for row in connection.execute(select(audit, written).order_by(audit.c.id)):
            number += 1
            signs = _IN_FULL if len(row.digest) == _IN_FULL else _DIGEST
            digest = line_digest(digest, row._mapping, signs)
            is_ours = not is_text or row.written == row.at.strftime(_MOMENT)
            if broken is None and (row.id != number or row.digest != digest or not is_ours):
                broken = number
            was_there = was_there or noted == f"{number}:{digest}"
    except ValueError:  # What stands there is no moment any more, so that the line cannot be read.
        number += 1
        broken = broken or number
    head = marks.get(_HEAD, "")
    if broken is None and head != f"{number}:{digest}":
        broken = number + 1
    if broken is None and not was_there and noted is not None:
        broken = _split(noted)[0]
    return AuditState(broken is None, number - pruned, broken, head)


def head(connection: Connection) -> str:
    """Return number and digest of the last line."""
    return str(connection.execute(select(about.c.value).where(about.c.key == _HEAD)).scalar_one())


def cases_since(connection: Connection, noted: str) -> frozenset[str] | None:
    """Return the cases that something was done to after the line whose :func:`head` was *noted*.

    None where that line is not there, or where so much was done that all may be asked as well.
    """
    number, digest = _split(noted)
    there = select(audit.c.id).where(audit.c.id == number, audit.c.digest == digest)
    if connection.execute(there).one_or_none() is None:
        return None
    after = select(audit.c.case).where(audit.c.id > number).limit(_MANY + 1)
    found = connection.execute(after).scalars().all()
    return None if len(found) > _MANY else frozenset(found)


def prune(connection: Connection, before: datetime) -> int:
    """Delete the lines from the beginning up to the first that is not older than *before*.

    Returns how many went. The order is that of the lines, so that a clock that was put back never
    leaves a gap.
    """
    start, _ = _split(_marks(connection)[_START])
    kept = select(func.min(audit.c.id)).where(audit.c.at >= before.astimezone(UTC))
    first_kept = connection.execute(kept).scalar()
    chosen = select(audit.c.id, audit.c.digest).order_by(audit.c.id.desc()).limit(1)
    if first_kept is not None:
        chosen = chosen.where(audit.c.id < first_kept)
    last = connection.execute(chosen).one_or_none()
    if last is None or last.id <= start:
        return 0
    # The database lets lines go up to this mark, and no others.
    _mark(connection, _START, f"{last.id}:{last.digest}")
    return connection.execute(delete(audit).where(audit.c.id <= last.id)).rowcount


def _marks(connection: Connection) -> dict[str, str]:
    found = connection.execute(select(about.c.key, about.c.value))
    return {row.key: row.value for row in found}


def _mark(connection: Connection, key: str, value: str) -> None:
    connection.execute(update(about).where(about.c.key == key).values(value=value))


def _split(mark: str) -> tuple[int, str]:
    number, _, digest = mark.partition(":")
    return (int(number) if re.fullmatch(r"\d+", number) else 0), digest


_REFUSAL = "the audit trail is only ever added to"
GUARDS: Final[Mapping[str, tuple[str, ...]]] = {
    "sqlite": (
        f"""
        CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END
        """,
        # A cast takes the number before the colon.
        f"""
        CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
        WHEN OLD.id > (SELECT CAST(value AS INTEGER) FROM about WHERE key = '{_START}')
        BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END
        """,  # noqa: S608 (our own words)
    ),
    "postgresql": (
        f"""
        CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                IF OLD.id <= (
                    SELECT CAST(split_part(value, ':', 1) AS integer)
                    FROM about WHERE key = '{_START}'
                ) THEN
                    RETURN OLD;
                END IF;
            END IF;
            RAISE EXCEPTION '{_REFUSAL}';
        END $$
        """,  # noqa: S608 (our own words)
        """
        CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE ON audit
        FOR EACH ROW EXECUTE FUNCTION audit_is_kept()
        """,
        """
        CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()
        """,
    ),
}
"""By database, the statements that make it refuse to change the audit trail."""


def _guard(statement: str, dialect: str) -> ExecutableDDLElement:
    guard: ExecutableDDLElement = DDL(statement)  # type: ignore[no-untyped-call]
    return guard.execute_if(dialect=dialect)


for _dialect, _statements in GUARDS.items():
    for _statement in _statements:
        event.listen(audit, "after_create", _guard(_statement, _dialect))
