"""Adds who has which role; PostgreSQL itself holds to the roles from here on."""

import sqlalchemy as sa
from alembic import op

from data.postgresql_access import protect

revision = "schema_4"
down_revision = "schema_3"


def upgrade() -> None:
    """Make a new table, and let the database guard those that are there."""
    login = sa.String(63, collation="C")
    op.create_table(
        "person",
        sa.Column("login", sa.String(63).with_variant(login, "postgresql"), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("units", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("login", name="pk_person"),
    )
    protect(op.get_bind())
