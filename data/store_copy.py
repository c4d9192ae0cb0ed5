"""Copies a whole store from one database to another: moved to a server, backed up from it, put back.

A backup of a server is a SQLite file like any other, so that one way of looking it through and of opening
it serves both, and no program of the server's version is needed. What was copied is compared with what it
was copied from, row by row, before it counts; the chain of the audit trail goes along unbroken.

The people of a store are not copied: on a server they are logins, which a file cannot hold.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, text, update
from sqlalchemy.engine import make_url

from data import audit
from data.backup import in_use, look_through
from data.guarded_store import refuse
from data.postgresql_engine import take_your_time
from data.store_errors import StoreError, told
from data.store_opening import Opened, named_url, open_database
from data.store_tables import about, people, tables
from data.store_tables import audit as lines

_AT_ONCE = 500
"""Rows that are written by one statement."""
_COPIED = tuple(table for table in tables.sorted_tables if table not in (about, people))


@dataclass(frozen=True, slots=True)
class Copied:
    """What a store holds, without any of it; two with the same hold the same."""

    tables: Mapping[str, tuple[int, str]]
    """Table → number of rows, and a digest of them all in order."""
    head: str
    """Number and digest of the last line of the audit trail."""

    @property
    def records(self) -> int:
        """How many forms are filled in."""
        return self.tables["record"][0]

    @property
    def lines(self) -> int:
        """How many lines the audit trail has."""
        return self.tables["audit"][0]

    @property
    def digest(self) -> str:
        """A digest of everything."""
        held = repr((sorted(self.tables.items()), self.head))
        return hashlib.sha256(held.encode()).hexdigest()[:16]


def move_store(target: str, source: str | None = None) -> Copied:
    """Copy the store at *source*, else the one that ``Store.open`` opens, to the empty one at *target*.

    The source is not changed. Raises :exc:`StoreError` where it is in use or its trail is broken, where
    there is something in *target*, or where the copy differs; then *target* is as empty as it was.
    """
    named = source or named_url()
    if is_file(named):
        file = Path(str(make_url(named).database))
        with told(file.name):
            used = file.exists() and in_use(file)
        if used:
            raise StoreError("store.in_use", file=file.name)
    with _opened(named) as old, _opened(target) as new:
        return _copy(old, new, replacing=False)


def is_file(url: str) -> bool:
    """Tell whether the store at *url* is a file, and not one on a server."""
    parsed = make_url(url)
    return parsed.get_backend_name() == "sqlite" and parsed.database not in {None, "", ":memory:"}


def copy_to_file(path: Path, source: str | None = None) -> Copied:
    """Write what the store at *source* holds at one moment to the new file *path*; others go on using it.

    Raises :exc:`StoreError`; then there is no *path*.
    """
    if path.exists():
        raise StoreError("store.in_the_way", file=path)
    try:
        with told(path.name):
            path.touch(mode=0o600)
        with _opened(source or named_url()) as old, _file(path) as new:
            done = _copy(old, new, replacing=False)
        look_through(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return done


def put_back(path: Path, aside: Path, target: str | None = None) -> Copied:
    """Put what the file *path* holds in the place of what the store at *target* holds.

    What was there before is written to the new file *aside* first. It is one transaction: raises
    :exc:`StoreError` where *path* is damaged or the copy differs, with *target* as it was. The people of
    *target* stay.
    """
    look_through(path)
    with _opened(target or named_url()) as new, _file(path) as old:
        with new.reading() as connection:
            is_empty = _is_empty(connection)
        if not is_empty:
            copy_to_file(aside, target)
        return _copy(old, new, replacing=True)


def holdings(connection: Connection) -> Copied:
    """Return what the store of *connection* holds."""
    found = {}
    for table in _COPIED:
        hashed, number = hashlib.sha256(), 0
        for row in _rows(connection, table):
            hashed.update(json.dumps(_plain(row), sort_keys=True).encode())
            number += 1
        found[table.name] = (number, hashed.hexdigest())
    return Copied(found, audit.head(connection))


def _copy(old: Opened, new: Opened, *, replacing: bool) -> Copied:
    snapshot = old.engine.execution_options(reading=True)
    if old.engine.dialect.name == "postgresql":
        # What another writes meanwhile is not in it, in none of the tables.
        snapshot = snapshot.execution_options(isolation_level="REPEATABLE READ")
    with told(old.place), snapshot.begin() as source, new.writing() as target:
        take_your_time(target)
        if not audit.check(source).whole:
            raise StoreError("store.trail_broken", file=old.place)
        if not _is_empty(target):
            if not replacing:
                raise StoreError("store.not_empty", file=new.place)
            _empty(target)
        wanted = holdings(source)
        _fill(source, target)
        if holdings(target) != wanted or not audit.check(target).whole:
            raise StoreError("store.copy_differs", file=new.place)
    return wanted


def _fill(source: Connection, target: Connection) -> None:
    marks = {row.key: row.value for row in source.execute(select(about))}
    start, head = marks["audit_start"], marks["audit_head"]
    # On a server each line that comes in moves the end on, from where the source's begins.
    for key, value in (("audit_start", start), ("audit_head", start)):
        target.execute(update(about).where(about.c.key == key).values(value=value))
    for table in _COPIED:
        for some in _portions(_rows(source, table)):
            target.execute(insert(table), some)
    target.execute(update(about).where(about.c.key == "audit_head").values(value=head))
    if target.dialect.name == "postgresql":
        number = "SELECT setval(pg_get_serial_sequence('record', 'id'), max(id)) FROM record"
        target.execute(text(number))


def _empty(connection: Connection) -> None:
    """Delete all but the people; the database lets lines of the trail go that lie before its beginning."""
    head = audit.head(connection)
    connection.execute(update(about).where(about.c.key == "audit_start").values(value=head))
    for table in reversed(_COPIED):
        connection.execute(delete(table))


def _is_empty(connection: Connection) -> bool:
    """Tell whether nothing was ever kept; that people were added or tried something is nothing."""
    kept = sum(
        connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in _COPIED
        if table is not lines
    )
    nothing = ("add_person", "remove_person", "let_in", "let_out", "refuse")
    done = select(func.count()).where(lines.c.action.not_in(nothing))
    return not kept and not connection.execute(done).scalar_one()


def _rows(connection: Connection, table: Table) -> Iterator[Mapping[Any, Any]]:
    order = table.primary_key.columns
    yield from connection.execute(select(table).order_by(*order)).mappings()


def _portions(rows: Iterable[Mapping[Any, Any]]) -> Iterator[list[dict[str, Any]]]:
    some: list[dict[str, Any]] = []
    for row in rows:
        some.append(dict(row))
        if len(some) == _AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return *row* as every database gives it."""
    return {
        name: value.astimezone(UTC).isoformat(timespec="microseconds")
        if isinstance(value, datetime)
        else value.isoformat()
        if isinstance(value, date)
        else value
        for name, value in row.items()
    }


@contextmanager
def _file(path: Path) -> Iterator[Opened]:
    # Put together from its parts, because a folder's name may hold what means something in a URL.
    url = make_url("sqlite://").set(database=str(path))
    with _opened(url.render_as_string()) as opened:
        yield opened


@contextmanager
def _opened(url: str) -> Iterator[Opened]:
    opened = open_database(url)
    try:
        if opened.person.role != "everything":
            refuse(opened, "backup")
        yield opened
    finally:
        opened.engine.dispose()
