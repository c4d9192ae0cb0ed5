"""Reads and writes the rows of case files."""

import secrets
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, insert, select, update

from data import audit
from data.audit import fingerprint
from data.case_files import (
    CaseFile,
    changed_fields,
    check_case_file,
    fictional_case_files,
    is_exercise,
)
from data.settings import read_settings
from data.store_errors import StaleCase, StoreError
from data.store_tables import case_files

_NAMES = frozenset(field.name for field in fields(CaseFile))


def all_cases(
    connection: Connection, *seen: ColumnElement[bool], whole: bool = True
) -> list[CaseFile]:
    """Return the cases that fulfil what *seen* says: the real ones by reference, then the fictional.

    One that is not *whole* has no birthday.
    """
    found = {case_file.ref: case_file for case_file in fictional_case_files()}
    for row in connection.execute(select(*_columns(whole)).where(*seen)):
        found[row.ref] = _case_file(row)
    return sorted(found.values(), key=lambda each: (each.exercise, each.ref))


def find_case(connection: Connection, ref: str, *, whole: bool = True) -> CaseFile | None:
    """Return the case *ref*, without its birthday unless it is *whole*; None where there is none."""
    row = _row(connection, ref, whole=whole)
    if row is not None:
        return _case_file(row)
    return next((each for each in fictional_case_files() if each.ref == ref), None)


def save_case(connection: Connection, actor: str, given: CaseFile) -> CaseFile:
    """Keep *given*; where nothing changed, nothing is written."""
    given = replace(given, exercise=is_exercise(given.ref))
    check_case_file(given)
    if not given.exercise and not read_settings(connection).real_cases:
        raise StoreError("store.training", case=given.ref)
    row = _row(connection, given.ref)
    kept = None if row is None else _case_file(row)
    if given.revision != (0 if kept is None else kept.revision):
        raise StaleCase(kept)
    changed = changed_fields(kept, given)
    if kept is not None and not changed:
        return kept
    saved = replace(given, revision=given.revision + 1)
    values = {name: getattr(saved, name) for name in _NAMES}
    if row is None:
        salt = secrets.token_hex(16)
        connection.execute(insert(case_files).values(**values, salt=salt))
    else:
        salt = row.salt
        mine = (case_files.c.ref == row.ref) & (case_files.c.revision == row.revision)
        if connection.execute(update(case_files).where(mine).values(**values)).rowcount != 1:
            raise StaleCase(find_case(connection, given.ref))
    action = "create" if kept is None else "change"
    line = {"actor": actor, "action": action, "case": saved.ref, "revision": saved.revision}
    audit.append(
        connection,
        [
            {**line, "field": name, "value_hash": fingerprint(salt, value)}
            for name, value in changed.items()
        ],
    )
    return saved


def _row(connection: Connection, ref: str, *, whole: bool = True) -> Row[Any] | None:
    chosen = select(*_columns(whole)).where(case_files.c.ref == ref)
    return connection.execute(chosen).one_or_none()


def _columns(whole: bool) -> list[Column[Any]]:
    unseen = set() if whole else {"birthday", "salt"}
    return [column for column in case_files.columns if column.name not in unseen]


def _case_file(row: Row[Any]) -> CaseFile:
    columns = zip(row._fields, row, strict=True)
    return CaseFile(**{name: value for name, value in columns if name in _NAMES})
