"""Moves the tables of a store to the next version, with the data in them.

Each version is a file in ``versions/``; it is written once and never changed afterwards. A file does
not import today's tables, because it speaks of those of its own time.
"""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text


def upgrade(connection: Connection, found: int, wanted: int) -> None:
    """Move the tables from the version *found* to *wanted*, in the transaction of *connection*."""
    config = Config()
    config.set_main_option("script_location", str(files("data.migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.stamp(config, f"schema_{found}")
    command.upgrade(config, f"schema_{wanted}")
    # The version stands in `about`, where a Vejviser of any age looks; there is no second truth.
    connection.execute(text("DROP TABLE alembic_version"))
    connection.execute(
        text("UPDATE about SET value = :value WHERE key = 'schema'"), {"value": str(wanted)}
    )
