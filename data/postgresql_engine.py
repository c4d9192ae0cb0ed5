"""Opens a PostgreSQL database so that nothing which was saved is lost."""

from sqlalchemy import URL, Connection, Engine, create_engine, event

_WAIT_MILLISECONDS = 10_000
_TURN = 0x56454A56  # Any number that no other program in the database uses; these are letters.


def open_postgresql(url: URL) -> Engine:
    """Return an engine for the PostgreSQL database of *url*, with safe settings on every connection.

    A commit is acknowledged when the server has it on its disk, whatever the server's own default.
    Every transaction takes its turn as it begins, and whoever waits for another gives up after ten
    seconds; only one with the execution option ``reading`` takes none. The driver is psycopg; a URL
    that names another gets that one.
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
    engine = create_engine(
        url,
        isolation_level="READ COMMITTED",
        # A server that was started again is met with a new connection and not with an error.
        pool_pre_ping=True,
        connect_args={
            "options": options.strip(),
            "connect_timeout": _WAIT_MILLISECONDS // 1000,
            "application_name": "vejviser",
            # Each transaction that ends without a change would let go of all prepared statements.
            "prepare_threshold": None,
        },
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # The lines of the audit trail are numbered without a gap, so that one writes at a time. A
        # locked row goes to whoever happens to look when it is let go: of 50, one was passed again
        # and again. This queue is served in the order in which it was joined.
        options = connection.get_execution_options()
        if not options.get("reading", False) and options.get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")

    return engine
