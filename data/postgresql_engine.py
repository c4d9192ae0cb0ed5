"""Opens a PostgreSQL database so that nothing which was saved is lost."""

from sqlalchemy import URL, Connection, Engine, create_engine, event, text

_WAIT_MILLISECONDS = 10_000
_IDLE_MILLISECONDS = 7_000
"""How long a session that has the turn may keep the server waiting for its next word."""
_TURN = 0x56454A56  # Any number that no other program in the database uses; these are letters.


def open_postgresql(url: URL) -> Engine:
    """Return an engine for the PostgreSQL database of *url*, with safe settings on every connection.

    A commit is acknowledged when the server has it on its disk, whatever the server's own default.
    Every transaction takes its turn as it begins, and whoever waits for another gives up after ten
    seconds; only one with the execution option ``reading`` takes none. Whoever has the turn and is
    not heard of for seven seconds, such as a computer that fell asleep, loses it. The driver is
    psycopg; a URL that names another gets that one.
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

    # Many rows go in by few statements: the trail's end is moved once for each statement.
    engine.dialect.use_insertmanyvalues_wo_returning = True

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # The lines of the audit trail are numbered without a gap, so that one writes at a time. A
        # locked row goes to whoever happens to look when it is let go: of 50, one was passed again
        # and again. This queue is served in the order in which it was joined.
        options = connection.get_execution_options()
        if not options.get("reading", False) and options.get("isolation_level") != "AUTOCOMMIT":
            idle = (
                f"set_config('idle_in_transaction_session_timeout', '{_IDLE_MILLISECONDS}', true)"
            )
            connection.exec_driver_sql(f"SELECT {idle}, pg_advisory_xact_lock({_TURN})")

    return engine


def take_your_time(connection: Connection) -> None:
    """Let the transaction of *connection* keep its turn however long it computes; elsewhere it may."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
