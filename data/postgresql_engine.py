"""Opens a PostgreSQL database so that nothing which was saved is lost."""

from sqlalchemy import URL, Connection, Engine, create_engine, text

_WAIT_MILLISECONDS = 10_000
_OPENING = 0x56454A56  # Any number that no other program on the server uses; these are letters.


def open_postgresql(url: URL) -> Engine:
    """Return an engine for the PostgreSQL database of *url*, with safe settings on every connection.

    A commit is acknowledged when the server has it on its disk, whatever the server's own default.
    Whoever waits for another gives up after ten seconds. The driver is psycopg; a URL that names
    another gets that one.
    """
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    given = url.query.get("options", "")
    options = " ".join(
        (
            given if isinstance(given, str) else " ".join(given),
            "-c synchronous_commit=on",
            "-c timezone=UTC",
            f"-c lock_timeout={_WAIT_MILLISECONDS}",
        )
    )
    return create_engine(
        url,
        isolation_level="READ COMMITTED",
        # A server that was started again is met with a new connection and not with an error.
        pool_pre_ping=True,
        connect_args={
            "options": options.strip(),
            "connect_timeout": _WAIT_MILLISECONDS // 1000,
            "application_name": "vejviser",
        },
    )


def take_turn(connection: Connection) -> None:
    """Let no other process make or change tables until the transaction of *connection* ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _OPENING})
