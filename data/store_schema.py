"""Makes the tables of a new store, and moves a store of an older version to today's tables.

A move is one transaction: it is done, or the store is as it was. A file is copied before.
"""

from pathlib import Path

from sqlalchemy import Connection, Engine, insert, inspect, select

from data import audit, backup
from data.postgresql_access import protect
from data.postgresql_engine import take_your_time
from data.store_errors import StoreError
from data.store_tables import SCHEMA, about, tables


def bring_up_to_date(engine: Engine, place: str, file: Path | None) -> None:
    """Make the tables of a new store, or bring an older one to :data:`SCHEMA`.

    *file* is the file of a SQLite store, which is copied before it is changed; None where there is
    none. Raises :exc:`StoreError` where a newer version has written the store, which is left alone.
    """
    with engine.execution_options(reading=True).begin() as connection:
        found = schema_of(connection)
    if found != SCHEMA:
        with engine.begin() as connection:
            if not _owns(connection):
                raise StoreError("store.older", file=place)
            take_your_time(connection)
            # Another process may have been here first; that is why it is asked again.
            found = schema_of(connection)
            if found is None:
                tables.create_all(connection)
                protect(connection)
                connection.execute(insert(about).values(key="schema", value=str(SCHEMA)))
                audit.begin(connection)
                found = SCHEMA
            elif found < SCHEMA:
                if file is not None:
                    _copy(file, copy_before(file, found))
                _upgrade(connection, found)
                found = SCHEMA
    if found > SCHEMA:
        raise StoreError("store.newer", file=place, found=found, known=SCHEMA)


def schema_of(connection: Connection) -> int | None:
    """Return the version of the tables; None where there are none."""
    if not inspect(connection).has_table(about.name):
        return None
    value = connection.execute(select(about.c.value).where(about.c.key == "schema")).scalar()
    return None if value is None else int(value)


def _owns(connection: Connection) -> bool:
    """Tell whether the tables may be changed; on a server they are their owner's."""
    if connection.dialect.name != "postgresql" or not inspect(connection).has_table(about.name):
        return True
    asked = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'about'::regclass"
    return bool(connection.exec_driver_sql(asked).scalar())


def copy_before(file: Path, schema: int) -> Path:
    """Return where *file*, of the version *schema*, is copied before it is brought up to date."""
    return file.with_name(f"{file.stem}-schema-{schema}{file.suffix}")


def _copy(file: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    backup.back_up(file, target)


def _upgrade(connection: Connection, found: int) -> None:
    from data.migrations import upgrade  # noqa: PLC0415 (Alembic is slow, and seldom needed)

    upgrade(connection, found, SCHEMA)
