"""The tables of the store."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

SCHEMA = 4
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


def _key(length: int) -> String:
    """Return a text that is ordered in the same way by every database: sign by sign."""
    ordered = String(length, collation="C")
    return String(length).with_variant(ordered, "postgresql")


# Names that do not depend on the database, so that a migration finds them.
tables = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

about = Table(
    "about",
    tables,
    Column("key", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
)
"""What the store knows of itself: ``schema``, and where the audit trail begins and ends."""

settings = Table(
    "setting",
    tables,
    Column("key", String(40), primary_key=True),
    Column("value", JSON, nullable=False),
)

case_files = Table(
    "case_file",
    tables,
    Column("ref", _key(40), primary_key=True),
    Column("birthday", Date),
    Column("unit", String(80), nullable=False),
    Column("coordinator", String(80), nullable=False),
    Column("opened", Date, nullable=False),
    Column("closed", Date),
    Column("revision", Integer, nullable=False),
    Column("exercise", Boolean, nullable=False),
    Column("salt", String(32), nullable=False),
)

records = Table(
    "record",
    tables,
    Column("id", Integer, primary_key=True),
    Column("case", _key(40), nullable=False),
    Column("form", _key(40), nullable=False),
    Column("occasion", _key(40), nullable=False),
    Column("state", String(10), nullable=False),
    Column("version", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("saved", UtcDateTime, nullable=False),
    Column("handed_over", Date),
    Column("salt", String(32), nullable=False),
    Column("answers", JSON, nullable=False),
    UniqueConstraint("case", "form", "occasion"),
)

versions = Table(
    "version",
    tables,
    Column("record", ForeignKey(records.c.id, ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("finished_at", UtcDateTime, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("answers", JSON, nullable=False),
)

sessions = Table(
    "session",
    tables,
    Column("id", _key(32), primary_key=True),
    Column("code", _key(8), nullable=False, unique=True),
    Column("title", String(120), nullable=False),
    Column("language", String(5), nullable=False),
    Column("plan", JSON, nullable=False),
    Column("groups", Integer, nullable=False),
    Column("step", String(40), nullable=False),
    Column("step_started", UtcDateTime),
    Column("spent", JSON, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("shown", JSON, nullable=False),
    Column("notes", JSON, nullable=False),
    Column("revision", Integer, nullable=False),
    # Grows with every change to the session, its participants and their sheets.
    Column("activity", Integer, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("ends", UtcDateTime, nullable=False),
)
"""Sessions of trainers; none of them holds a name or a real case."""

participants = Table(
    "participant",
    tables,
    Column("session", _key(32), ForeignKey(sessions.c.id, ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("group", Integer, nullable=False),
    Column("secret", String(64), nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
)

sheets = Table(
    "sheet",
    tables,
    Column("session", _key(32), primary_key=True),
    Column("participant", Integer, primary_key=True, autoincrement=False),
    Column("exercise", _key(40), primary_key=True),
    Column("answers", JSON, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("saved", UtcDateTime, nullable=False),
    ForeignKeyConstraint(
        ["session", "participant"],
        ["participant.session", "participant.number"],
        ondelete="CASCADE",
    ),
)

people = Table(
    "person",
    tables,
    Column("login", _key(63), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("units", JSON, nullable=False),
)
"""Who has which role (access.py). On PostgreSQL the name is that of a login of the database."""

# Lines are only ever added (see audit.py). It holds no answer, so it may outlive the record.
audit = Table(
    "audit",
    tables,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("action", String(20), nullable=False),
    Column("case", _key(40), nullable=False, index=True),
    Column("form", _key(40), nullable=False),
    Column("occasion", _key(40), nullable=False),
    Column("field", String(200)),
    Column("value_hash", String(64)),
    Column("revision", Integer, nullable=False),
    Column("purpose", String(200), nullable=False),
    Column("digest", String(64), nullable=False),
)
