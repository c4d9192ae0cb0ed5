"""Finds the database that is meant, and opens it with what suits it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.engine import make_url

from data.access import Person, person_who_asks
from data.access_rows import find_person
from data.backup import free_ballast
from data.encryption import driver_for
from data.log import log_to_file
from data.places import data_folder
from data.postgresql_engine import open_postgresql
from data.sqlite_engine import bundled, open_sqlite, readable
from data.store_errors import StoreError, told
from data.store_schema import bring_up_to_date

STORE_VARIABLE = "VEJVISER_STORE"
"""The environment variable with the URL of another database, such as
``postgresql://vejviser@server/vejviser``."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A database that is open, and whose tables are today's."""

    engine: Engine
    place: str
    """Its name, for messages."""
    file: Path | None
    """Its file; None where there is none."""
    person: Person
    """Who has opened it."""

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Begin a transaction that writes; what the database says becomes a :exc:`StoreError`."""
        try:
            with told(self.place), self.engine.begin() as connection:
                yield connection
        except StoreError as error:
            # Also deleting needs room; the next attempt has what was laid aside.
            if error.id == "store.full" and self.file is not None and free_ballast(self.file):
                raise StoreError("store.full_reserve", file=self.place) from error
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Begin a transaction that reads, which waits for nobody who writes."""
        with told(self.place), self.engine.execution_options(reading=True).begin() as connection:
            yield connection

    def wipe(self, *names: str) -> None:
        """Give the room of what was deleted from the tables *names* back, so that it lies nowhere."""
        engine = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        steps = ["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"]
        if engine.dialect.name == "postgresql":
            steps = [f'VACUUM FULL "{name}"' for name in names]
        try:
            with told(self.place), engine.connect() as connection:
                for step in steps:
                    connection.execute(text(step))
        except StoreError as error:
            # What was deleted is gone for every reader; whoever gets the receipt must have it.
            log_to_file().warning("the room of what was deleted is not given back: %s", error.id)


def open_database(url: str | None, actor: str = "local") -> Opened:
    """Open the database at *url*, else at the one that ``VEJVISER_STORE`` holds, else our own file.

    *actor* is who does what where neither the database nor the environment names a person. Raises
    :exc:`StoreError` where that cannot be done.
    """
    named = url or os.environ.get(STORE_VARIABLE)
    # A URL may hold a password, which no message repeats.
    scheme = named.partition("//")[0] if named else "vejviser.db"
    with told(scheme):
        parsed = make_url(named) if named else _own_file()
        place = Path(parsed.database or "").name or parsed.get_backend_name()
    with told(place):
        kind = parsed.get_backend_name()
        if kind == "postgresql":
            engine, file = open_postgresql(parsed), None
        elif kind == "sqlite":
            engine, file = _open_sqlite(parsed, place)
        else:
            raise StoreError("store.bad_url", url=scheme)
        try:
            bring_up_to_date(engine, place, file)
            person = _person(engine, actor)
        except BaseException:
            engine.dispose()
            raise
    return Opened(engine, place, file, person)


def _person(engine: Engine, actor: str) -> Person:
    """Return who has opened the database of *engine*."""
    with engine.execution_options(reading=True).begin() as connection:
        login = None
        if engine.dialect.name == "postgresql":
            login = connection.exec_driver_sql("SELECT session_user").scalar_one()
        return person_who_asks(actor, lambda name: find_person(connection, name), login)


def _open_sqlite(url: URL, place: str) -> tuple[Engine, Path | None]:
    name = url.database or ""
    is_file = name not in {"", ":memory:"} and not name.startswith("file:")
    file = Path(name) if is_file else None
    if file is not None and file.exists():
        driver = driver_for(file)
        engine = open_sqlite(readable(url, file), driver.module, driver.key)
    else:
        engine = open_sqlite(url, bundled)
    try:
        with engine.execution_options(reading=True).begin() as connection:
            if connection.execute(text("PRAGMA quick_check(1)")).scalar() != "ok":
                raise StoreError("store.corrupt", file=place)
    except BaseException:
        engine.dispose()  # A damaged file that is held open could not be replaced.
        raise
    return engine, file


def named_url() -> str:
    """Return the URL that ``VEJVISER_STORE`` holds, else that of our own file."""
    return os.environ.get(STORE_VARIABLE) or _own_file().render_as_string()


def _own_file() -> URL:
    # Put together from its parts, because a folder's name may hold what means something in a URL.
    return URL.create("sqlite", database=str(data_folder() / "vejviser.db"))
