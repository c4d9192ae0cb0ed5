"""What an installation has decided for itself; it stands in its store, so that all its pages agree."""

from pydantic import Field
from sqlalchemy import Connection, delete, insert, select

from data import audit
from data.files import Entry
from data.store_tables import settings


class Settings(Entry):
    """The settings of one installation. The periods are proposals of this handbook.

    How long working papers may lie is for the municipality to decide; it weighs the data protection
    regulation against the Archives Act.
    """

    real_cases: bool = False
    """Whether real, pseudonymous cases may be recorded. Off is training: fictional cases only, and
    a watermark on everything that leaves."""
    exercise_days: int | None = Field(30, ge=1, le=3650)
    """Days after which a record of a fictional case is proposed for deletion; None is never."""
    handed_over_days: int | None = Field(90, ge=1, le=3650)
    """Days after a record was moved into the case system, when it is proposed for deletion."""
    session_days: int | None = Field(30, ge=1, le=3650)
    """Days after a trainer's session ended, when it is proposed for deletion."""
    smallest_cell: int = Field(5, ge=3, le=20)
    """The leadership report tells nothing of fewer young people than this. Never below 3, which is what
    Statistics Denmark asks for."""
    audit_days: int | None = Field(None, ge=30, le=3650)
    """Days that lines of the audit trail are kept; None is for ever."""


def read_settings(connection: Connection) -> Settings:
    """Return the settings; what was never changed is as it is for everybody."""
    rows = connection.execute(select(settings.c.key, settings.c.value))
    found = {row.key: row.value for row in rows if row.key in Settings.model_fields}
    return Settings.model_validate(found)


def change_settings(connection: Connection, actor: str, changes: dict[str, object]) -> Settings:
    """Write the *changes* down, each with a line of the audit trail.

    Raises :exc:`ValueError` where there is no such setting or it may not have the value.
    """
    before = read_settings(connection)
    after = Settings.model_validate(before.model_dump() | changes)
    for name, value in after.model_dump().items():
        if value == getattr(before, name):
            continue
        connection.execute(delete(settings).where(settings.c.key == name))
        connection.execute(insert(settings).values(key=name, value=value))
        line = {"actor": actor, "action": "setting", "case": "", "field": name}
        audit.append(connection, [{**line, "purpose": str(value)}])
    return after
