"""Keeps records: a SQLite file in the data folder by default, another database by URL.

Every save is one transaction: the answers, the next revision, and a line of the audit trail for
each answer that changed. A record that was saved elsewhere meanwhile is never overwritten.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, insert, inspect, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError

from data.places import data_folder
from data.records import Record
from data.sqlite_engine import open_sqlite
from data.store_errors import StaleRecord, StoreError, told
from data.store_tables import SCHEMA, about, audit, records, tables


class Store:
    """The records of one installation; :meth:`open` gives one.

    >>> store = Store.open("sqlite://")
    >>> store.save(Record(case="ØVELSE-01", form="coordinator", answers={"named": "yes"})).revision
    1
    """

    def __init__(self, engine: Engine, place: str, actor: str) -> None:
        self._engine = engine
        self._reading = engine.execution_options(reading=True)
        self._actor = actor
        self.place = place
        """The name of the file or database, for messages."""

    @classmethod
    def open(cls, url: str | None = None, *, actor: str = "local") -> Self:
        """Open the store at *url*, or the file ``vejviser.db`` in the data folder.

        *actor* is the profile that the audit trail names; it is a pseudonym too. Raises
        :exc:`StoreError` where the store cannot be opened, is damaged or is of a newer version.
        """
        with told("vejviser.db" if url is None else url.partition("//")[0]):
            parsed = make_url(url) if url else _own_file()
            place = Path(parsed.database or "").name or parsed.get_backend_name()
        with told(place):
            sqlite = parsed.get_backend_name() == "sqlite"
            engine = open_sqlite(parsed) if sqlite else create_engine(parsed)
            store = cls(engine, place, actor)
            if sqlite:
                store._check_file()
            store._check_schema()
            return store

    def load(self, case: str, form: str) -> Record:
        """Return the record of *form* on *case*; one that was never saved has revision 0."""
        with told(self.place), self._reading.begin() as connection:
            row = self._row(connection, case, form)
        return Record(case=case, form=form) if row is None else _record(row)

    def save(self, record: Record) -> Record:
        """Keep *record* and return it with its new revision and time.

        Nothing is written where nothing changed. Raises :exc:`StaleRecord` where the record was
        saved elsewhere since it was loaded, and :exc:`StoreError` where it cannot be kept.
        """
        try:
            with told(self.place), self._engine.begin() as connection:
                return self._save(connection, record)
        except StoreError as error:
            # On a server two first saves can meet; the second finds the row that the first made.
            if isinstance(error.__cause__, IntegrityError):
                raise StaleRecord(self.load(record.case, record.form)) from error
            raise

    def list_records(self) -> list[Record]:
        """Return every record, by case and form."""
        with told(self.place), self._reading.begin() as connection:
            rows = connection.execute(select(records).order_by(records.c.case, records.c.form))
            return [_record(row) for row in rows.mappings()]

    def history(self, case: str, form: str) -> list[Mapping[str, Any]]:
        """Return the audit trail of a record, oldest first.

        Keys: ``at`` (UTC), ``actor``, ``action``, ``case``, ``form``, ``field``, ``value_hash``
        (``None`` where an answer was taken back), ``revision``.
        """
        chosen = select(audit).where(audit.c.case == case, audit.c.form == form)
        with told(self.place), self._reading.begin() as connection:
            rows = connection.execute(chosen.order_by(audit.c.id)).mappings()
            return [{key: row[key] for key in row if key != "id"} for row in rows]

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def _save(self, connection: Connection, record: Record) -> Record:
        row = self._row(connection, record.case, record.form)
        kept = Record(case=record.case, form=record.form) if row is None else _record(row)
        if kept.revision != record.revision:
            raise StaleRecord(kept)
        changed = _changes(kept.answers, record.answers)
        if row is not None and not changed:
            return kept
        saved = replace(record, revision=kept.revision + 1, saved=datetime.now(UTC))
        salt = secrets.token_hex(16) if row is None else row["salt"]
        values = {"answers": dict(saved.answers), "revision": saved.revision, "saved": saved.saved}
        if row is None:
            key = {"case": record.case, "form": record.form, "salt": salt}
            connection.execute(insert(records).values(**key, **values))
        else:
            mine = (records.c.id == row["id"]) & (records.c.revision == record.revision)
            if connection.execute(update(records).where(mine).values(**values)).rowcount != 1:
                raise StaleRecord(self.load(record.case, record.form))
        action = "create" if row is None else "change"
        self._write_down(connection, saved, action, salt, changed)
        return saved

    def _write_down(
        self,
        connection: Connection,
        record: Record,
        action: str,
        salt: str,
        changed: Mapping[str, str | None],
    ) -> None:
        """Write one line a changed answer; a record made without answers has one line too."""
        line = {
            "at": record.saved,
            "actor": self._actor,
            "action": action,
            "case": record.case,
            "form": record.form,
            "revision": record.revision,
        }
        lines = [
            {**line, "field": name, "value_hash": _fingerprint(salt, answer)}
            for name, answer in changed.items()
        ]
        connection.execute(insert(audit), lines or [{**line, "field": None, "value_hash": None}])

    def _row(self, connection: Connection, case: str, form: str) -> Any:
        chosen = select(records).where(records.c.case == case, records.c.form == form)
        return connection.execute(chosen).mappings().one_or_none()

    def _check_file(self) -> None:
        with self._reading.begin() as connection:
            if connection.execute(text("PRAGMA quick_check(1)")).scalar() != "ok":
                raise StoreError("store.corrupt", file=self.place)

    def _check_schema(self) -> None:
        """Make the tables of a new store; refuse one that a newer version has written."""
        with self._reading.begin() as connection:
            found = _schema(connection)
        if found is None:
            with self._engine.begin() as connection:
                # Another process may have been here first; that is why it is asked again.
                found = _schema(connection)
                if found is None:
                    tables.create_all(connection)
                    connection.execute(insert(about).values(key="schema", value=str(SCHEMA)))
                    found = SCHEMA
        if found > SCHEMA:
            raise StoreError("store.newer", file=self.place, found=found, known=SCHEMA)


def _own_file() -> URL:
    # Put together from its parts, because a folder's name may hold what means something in a URL.
    return URL.create("sqlite", database=str(data_folder() / "vejviser.db"))


def _schema(connection: Connection) -> int | None:
    if not inspect(connection).has_table(about.name):
        return None
    value = connection.execute(select(about.c.value).where(about.c.key == "schema")).scalar()
    return None if value is None else int(value)


def _record(row: Any) -> Record:
    names = ("case", "form", "answers", "revision", "saved")
    return Record(**{name: row[name] for name in names})


def _changes(
    before: Mapping[str, str | None], after: Mapping[str, str | None]
) -> dict[str, str | None]:
    """Return the answers in *after* that differ from *before*; one that is gone is ``None``."""
    names = [*after, *(name for name in before if name not in after)]
    return {name: after.get(name) for name in names if before.get(name) != after.get(name)}


def _fingerprint(salt: str, answer: str | None) -> str | None:
    """Return a hash that shows a change; when the record and its salt are gone, nothing else."""
    if answer is None:
        return None
    return hashlib.sha256(json.dumps([salt, answer]).encode()).hexdigest()
