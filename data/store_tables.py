"""The tables of the store."""

from datetime import UTC, datetime

from sqlalchemy import JSON, Column, DateTime, Integer, MetaData, String, Table, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

SCHEMA = 1
"""The version of these tables. It grows with every change to them, and a migration goes with it."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, also where the database knows no zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's
    ) -> datetime | None:
        """Write *value* without its zone, which is always UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's
    ) -> datetime | None:
        """Give the zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


tables = MetaData()

about = Table(
    "about",
    tables,
    Column("key", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
)

records = Table(
    "record",
    tables,
    Column("id", Integer, primary_key=True),
    Column("case", String(40), nullable=False),
    Column("form", String(40), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("saved", UtcDateTime, nullable=False),
    Column("salt", String(32), nullable=False),
    Column("answers", JSON, nullable=False),
    UniqueConstraint("case", "form"),
)

# Lines are only ever added. It holds no answer, so it may outlive the record.
audit = Table(
    "audit",
    tables,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(40), nullable=False),
    Column("action", String(20), nullable=False),
    Column("case", String(40), nullable=False, index=True),
    Column("form", String(40), nullable=False),
    Column("field", String(80)),
    Column("value_hash", String(64)),
    Column("revision", Integer, nullable=False),
)
