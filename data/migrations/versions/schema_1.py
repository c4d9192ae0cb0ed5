"""The tables of the first Vejviser. Nothing leads to them; a store has them or is newer."""

revision = "schema_1"
down_revision = None


def upgrade() -> None:
    """Do nothing: the tables are there."""
