"""Adds the sessions of trainers, with their participants and what these answered."""

import sqlalchemy as sa
from alembic import op

revision = "schema_3"
down_revision = "schema_2"


def upgrade() -> None:
    """Make three new tables; nothing that is there is touched."""
    op.create_table(
        "session",
        sa.Column("id", _key(32), nullable=False),
        sa.Column("code", _key(8), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("plan", sa.JSON, nullable=False),
        sa.Column("groups", sa.Integer, nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("step_started", sa.DateTime),
        sa.Column("spent", sa.JSON, nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("shown", sa.JSON, nullable=False),
        sa.Column("notes", sa.JSON, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("activity", sa.Integer, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("ends", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("code", name="uq_session"),
    )
    op.create_table(
        "participant",
        sa.Column("session", _key(32), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("group", sa.Integer, nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("last_seen", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("session", "number", name="pk_participant"),
        sa.ForeignKeyConstraint(
            ["session"], ["session.id"], name="fk_participant_session", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "sheet",
        sa.Column("session", _key(32), nullable=False),
        sa.Column("participant", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("exercise", _key(40), nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("saved", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("session", "participant", "exercise", name="pk_sheet"),
        sa.ForeignKeyConstraint(
            ["session", "participant"],
            ["participant.session", "participant.number"],
            name="fk_sheet_session",
            ondelete="CASCADE",
        ),
    )


def _key(length: int) -> sa.String:
    ordered = sa.String(length, collation="C")
    return sa.String(length).with_variant(ordered, "postgresql")
