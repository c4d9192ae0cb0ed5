"""All that the store holds of a case: brought out, and deleted with a receipt."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, select

from data.store_tables import audit, case_files, records, versions

UNSEEN: Final = frozenset({"answers", "birthday", "salt"})
"""Columns that are not seen by who deletes a case and may not read it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was deleted, without any of it."""

    case: str
    """The reference of the case; empty where records of several cases were deleted."""
    at: datetime
    """When, in UTC."""
    actor: str
    purpose: str
    records: int
    versions: int
    """Finished versions that went with the records."""
    ids: tuple[str, ...]
    """Case, form and occasion of each record, such as ``K00012/meeting/2026-05-03``."""
    digest: str
    """The digest of what was deleted. That of an export made just before is the same
    (:func:`digest_of`), which shows that it was all of it. Empty where whoever deleted it may not read it."""


def contents(connection: Connection, case: str) -> dict[str, Any]:
    """Return all that is kept of *case* but its audit trail, as it is written as JSON."""
    chosen = select(case_files).where(case_files.c.ref == case)
    row = connection.execute(chosen).mappings().one_or_none()
    return {
        "case": case,
        "case_file": None if row is None else _plain(row),
        "records": _with_versions(connection, records.c.case == case)[1],
    }


def trail(connection: Connection, case: str) -> list[dict[str, Any]]:
    """Return the lines of the audit trail of *case*, as they are written as JSON."""
    chosen = select(audit).where(audit.c.case == case).order_by(audit.c.id)
    return [_plain(row) for row in connection.execute(chosen).mappings()]


def digest_of(exported: Mapping[str, Any]) -> str:
    """Return the digest of a case that was exported, as a receipt names it."""
    deleted = {name: exported[name] for name in ("case", "case_file", "records")}
    return hashlib.sha256(json.dumps(deleted, sort_keys=True).encode()).hexdigest()


def remove_case(connection: Connection, case: str, *, answers: bool = True) -> dict[str, Any]:
    """Delete *case* and return what it held; without *answers* where these may not be read."""
    seen = _seen(case_files, answers)
    chosen = select(*seen).where(case_files.c.ref == case)
    row = connection.execute(chosen).mappings().one_or_none()
    connection.execute(delete(case_files).where(case_files.c.ref == case))
    held = _remove(connection, records.c.case == case, answers)
    return {"case": case, "case_file": None if row is None else _plain(row), "records": held}


def remove_records(
    connection: Connection, chosen: ColumnElement[bool], *, answers: bool = True
) -> dict[str, Any]:
    """Delete the *chosen* records and return what they held, as :func:`remove_case` does."""
    return {"case": "", "case_file": None, "records": _remove(connection, chosen, answers)}


def receipt(
    held: Mapping[str, Any], actor: str, purpose: str, at: datetime, *, answers: bool = True
) -> Receipt:
    """Return the receipt for what was *held* and is deleted; without *answers* it has no digest."""
    each = held["records"]
    return Receipt(
        case=held["case"],
        at=at,
        actor=actor,
        purpose=purpose,
        records=len(each),
        versions=sum(len(record["versions"]) for record in each),
        ids=tuple("/".join(filter(None, (r["case"], r["form"], r["occasion"]))) for r in each),
        digest=digest_of(held) if answers else "",
    )


def _with_versions(
    connection: Connection, chosen: ColumnElement[bool], answers: bool = True
) -> tuple[list[int], list[dict[str, Any]]]:
    """Return the ids of the *chosen* records and the records."""
    order = (records.c.case, records.c.form, records.c.occasion)
    found = select(*_seen(records, answers)).where(chosen).order_by(*order)
    rows = connection.execute(found).mappings().all()
    kept: dict[int, list[dict[str, Any]]] = {row["id"]: [] for row in rows}
    of_them = select(*_seen(versions, answers)).where(versions.c.record.in_(list(kept)))
    for row in connection.execute(of_them.order_by(versions.c.number)).mappings():
        kept[row["record"]].append(_plain(row, without=("record",)))
    return list(kept), [
        {**_plain(row, without=("id",)), "versions": kept[row["id"]]} for row in rows
    ]


def _remove(
    connection: Connection, chosen: ColumnElement[bool], answers: bool
) -> list[dict[str, Any]]:
    # Nobody else writes meanwhile: each transaction that writes takes its turn (store_opening.py).
    ids, held = _with_versions(connection, chosen, answers)
    connection.execute(delete(versions).where(versions.c.record.in_(ids)))
    connection.execute(delete(records).where(records.c.id.in_(ids)))
    return held


def _seen(table: Table, answers: bool) -> list[Column[Any]]:
    unseen = set() if answers else UNSEEN
    return [column for column in table.columns if column.name not in unseen]


def _plain(row: Mapping[Any, Any], without: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in row.items()
        if name not in without
    }
