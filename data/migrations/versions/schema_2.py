"""Gives records an occasion, a state and versions, and makes the audit trail a guarded chain.

Case files and settings are new.
"""

from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import op

from data.audit import GUARDS, line_digest

revision = "schema_2"
down_revision = "schema_1"


def upgrade() -> None:
    """Move every record, as a draft without an occasion, and every line of the audit trail."""
    _records()
    _versions()
    _case_files_and_settings()
    head = _audit()
    about = sa.table("about", sa.column("key"), sa.column("value"))
    op.bulk_insert(
        about, [{"key": "audit_start", "value": "0:"}, {"key": "audit_head", "value": head}]
    )


def _key(length: int) -> sa.String:
    ordered = sa.String(length, collation="C")
    return sa.String(length).with_variant(ordered, "postgresql")


def _records() -> None:
    # SQLite cannot widen what must be unique, so the table is made anew.
    op.create_table(
        "new_record",
        sa.Column("id", sa.Integer),
        sa.Column("case", _key(40), nullable=False),
        sa.Column("form", _key(40), nullable=False),
        sa.Column("occasion", _key(40), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("saved", sa.DateTime, nullable=False),
        sa.Column("handed_over", sa.Date),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_record"),
        sa.UniqueConstraint("case", "form", "occasion", name="uq_record"),
    )
    op.execute("""
        INSERT INTO new_record
            ("case", form, occasion, state, version, revision, saved, salt, answers)
        SELECT "case", form, '', 'draft', 0, revision, saved, salt, answers
        FROM record ORDER BY id
    """)
    op.drop_table("record")
    op.rename_table("new_record", "record")


def _versions() -> None:
    op.create_table(
        "version",
        sa.Column("record", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("finished_at", sa.DateTime, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("record", "number", name="pk_version"),
        sa.ForeignKeyConstraint(
            ["record"], ["record.id"], name="fk_version_record", ondelete="CASCADE"
        ),
    )


def _case_files_and_settings() -> None:
    op.create_table(
        "case_file",
        sa.Column("ref", _key(40), nullable=False),
        sa.Column("birthday", sa.Date),
        sa.Column("unit", sa.String(80), nullable=False),
        sa.Column("coordinator", sa.String(80), nullable=False),
        sa.Column("opened", sa.Date, nullable=False),
        sa.Column("closed", sa.Date),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("exercise", sa.Boolean, nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("ref", name="pk_case_file"),
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("value", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_setting"),
    )


def _audit() -> str:
    """Write the lines anew, as a chain, and return its end."""
    new = op.create_table(
        "new_audit",
        sa.Column("id", sa.Integer, autoincrement=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("case", _key(40), nullable=False),
        sa.Column("form", _key(40), nullable=False),
        sa.Column("occasion", _key(40), nullable=False),
        sa.Column("field", sa.String(200)),
        sa.Column("value_hash", sa.String(64)),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("purpose", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    names = ("id", "at", "actor", "action", "case", "form", "field", "value_hash", "revision")
    old = sa.table("audit", sa.column("at", sa.DateTime), *map(sa.column, set(names) - {"at"}))
    digest, lines = "", list[dict[str, Any]]()
    found = op.get_bind().execute(sa.select(old).order_by(old.c.id)).mappings()
    for number, row in enumerate(found, start=1):
        line = {**row, "id": number, "occasion": "", "purpose": ""}
        digest = line_digest(digest, {**line, "at": line["at"].replace(tzinfo=UTC)})
        lines.append({**line, "digest": digest})
    op.bulk_insert(new, lines)
    op.drop_table("audit")
    op.rename_table("new_audit", "audit")
    op.create_index("ix_audit_case", "audit", ["case"])
    for guard in GUARDS[op.get_bind().dialect.name]:
        op.execute(guard)
    return f"{len(lines)}:{digest}"
