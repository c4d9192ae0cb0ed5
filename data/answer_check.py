"""Holds each answer against the audit trail: a byte that changed on the disk is found, too.

SQLite checks how its pages hang together, not what stands in them. The audit trail has a salted hash
of each answer as it was saved, so an answer that differs was changed by the disk, or by somebody who
wrote past Vejviser.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, Row, select

from data.audit import is_of
from data.many_records import as_one
from data.store_tables import audit as lines
from data.store_tables import records

_ALL = ""
"""In place of a question: what is told is told of all answers together."""
Name = tuple[str, str, str]
"""Case, form and occasion."""


def changed_answers(connection: Connection) -> Iterator[str]:
    """Yield the records whose answers are not those the trail tells of, such as ``K00012/meeting/…``.

    A record that the trail tells of and that is not there is among them. Answers whose lines were
    pruned are taken as they are, and so are those that came in together once one of them was changed.
    """
    written = _written(connection)
    for row in connection.execute(select(records).order_by(records.c.id)):
        name = (row.case, row.form, row.occasion)
        if not _as_written(row, written.pop(name, {})):
            yield "/".join(filter(None, name))
    for name in written:
        yield "/".join(filter(None, name))


def _as_written(row: Row[tuple[object, ...]], written: Mapping[str, str | None]) -> bool:
    if _ALL in written:
        return is_of(written[_ALL], row.salt, as_one(row.answers))
    return all(is_of(value, row.salt, row.answers.get(field)) for field, value in written.items())


def _written(connection: Connection) -> dict[Name, dict[str, str | None]]:
    """Return the last hash of each answer; what was written before a deletion does not count."""
    found: dict[Name, dict[str, str | None]] = {}
    for line in connection.execute(select(lines).order_by(lines.c.id)):
        name = (line.case, line.form, line.occasion)
        if line.action == "delete":
            for gone in [
                one for one in found if one == name or (not line.form and one[0] == line.case)
            ]:
                del found[gone]
        elif line.action == "move_to":
            found[line.case, line.form, line.field] = found.pop(name, {})
        elif line.field is not None and line.action in {"create", "change"} and line.form:
            known = found.setdefault(name, {})
            known.pop(_ALL, None)
            known[line.field] = line.value_hash
        elif line.action == "import":
            found[name] = {_ALL: line.value_hash}
    return found
