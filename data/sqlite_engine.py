"""Opens a SQLite file so that nothing which was saved is lost.

Three things go wrong with SQLite as it usually comes (``ecosystem.md`` 4.3 has the measurements):
SQLAlchemy's driver begins no transaction when it reads, so two sessions overwrite each other; the
write-ahead log of 3.7.0–3.51.2 can corrupt a file that several processes use; and that log must not
lie on a network drive.
"""

import os
import random
import sqlite3
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event

try:
    import pysqlite3.dbapi2 as _sqlite
except ImportError:  # No wheel for this system; the gate below decides what is safe.
    _sqlite = sqlite3

_last_turn: dict[ModuleType, float] = {}
"""When this process last began to write, by the driver."""
_AT_ONCE = 0.05
"""Seconds since then in which another write comes at once."""

bundled: ModuleType = _sqlite
"""The driver that is used: the one with a SQLite of its own where there is a wheel for it."""

_NETWORK = frozenset(
    (
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ceph",
        "fuse.sshfs",
        "fuse.rclone",
        "davfs",
    )
)
_BUSY_MILLISECONDS = 10_000
_ASK_AGAIN = (0.002, 0.01)
"""Seconds between the first attempts to begin a write, the shortest and the longest."""
_LONG = 0.1
"""Seconds of waiting after which one asks twice as often; after three times that, ten times."""


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Tell whether this SQLite may use a write-ahead log with several processes.

    The WAL-reset bug was mended in 3.51.3, and in 3.50.7 and 3.44.6 for those who stay behind
    (release notes of SQLite, as reported in ``ecosystem.md`` 0, finding 1).
    """
    return (
        version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    )


def on_network_drive(file: Path, mounts: Path = Path("/proc/mounts")) -> bool:
    """Tell whether *file* lies on a network drive, as far as that can be seen.

    On Linux the list of *mounts* says it, on Windows a path that begins with two backslashes.
    """
    if sys.platform == "win32":
        return str(file.resolve()).startswith("\\\\")
    if not mounts.is_file():
        return False
    place, kind = "", ""
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        _, point, kind_here, *_ = line.split(" ")
        folder = point.replace("\\040", " ")
        if file.resolve().is_relative_to(folder) and len(folder) >= len(place):
            place, kind = folder, kind_here
    return kind in _NETWORK


def readable(url: URL, file: Path) -> URL:
    """Return *url*, or one that only reads, where nothing may be written beside *file*.

    A write-ahead log wants a file of its own even for a reader. Where there is no log, all that was
    saved stands in *file*.
    """
    log = file.with_name(file.name + "-wal")
    if os.access(file.parent, os.W_OK) or log.exists():
        return url
    query = {"mode": "ro", "immutable": "1", "uri": "true"}
    return URL.create("sqlite", database=f"file:{quote(str(file.resolve()))}", query=query)


def open_sqlite(url: URL, module: ModuleType = bundled, key: str | None = None) -> Engine:
    """Return an engine for the SQLite file of *url*, with safe settings on every connection.

    Every transaction takes the write lock as it begins, and waits its turn for up to ten seconds;
    only one with the execution option ``reading`` does not. *key* opens a file that *module*, which
    is SQLCipher then, has encrypted; it is in SQLCipher's form (``encryption.py`` makes it).
    """
    engine = create_engine(url, module=module)
    wal = url.database not in {None, "", ":memory:"} and may_use_wal(
        Path(str(url.database)), module
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _: object) -> None:
        # The driver keeps out of transactions; the next function begins them.
        connection.isolation_level = None
        if key is not None:  # Before anything else is read.
            connection.execute(f'PRAGMA key = "{key}"')
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        # What is deleted is overwritten and not only forgotten.
        connection.execute("PRAGMA secure_delete = ON")
        _choose_journal(connection, "wal" if wal else "delete")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("isolation_level") == "AUTOCOMMIT":
            return
        if options.get("reading", False):
            connection.exec_driver_sql("BEGIN")
        elif not _took_turn(connection.connection.dbapi_connection, module):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _took_turn(connection: Any, module: ModuleType) -> bool:
    """Begin to write once nobody else does; tell whether that was possible in the time there is.

    SQLite itself asks ever more seldom, so that among many writers whoever has waited longest is
    passed by all who come: of 50, one could wait ten seconds in vain. Here whoever has waited longer
    asks more often, and whoever writes again at once lets the others ask first.
    """
    if time.monotonic() - _last_turn.get(module, 0) < _AT_ONCE:
        time.sleep(_ASK_AGAIN[0])
    begun = time.monotonic()
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except module.OperationalError as error:
                busy = error.sqlite_errorname.startswith("SQLITE_BUSY")
                waited = time.monotonic() - begun
                if not busy or waited > _BUSY_MILLISECONDS / 1000:
                    return False
                pause = random.uniform(*_ASK_AGAIN)  # noqa: S311 - nothing secret
                time.sleep(pause / (1 + (waited / _LONG) ** 2))
            else:
                _last_turn[module] = time.monotonic()
                return True
    finally:
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")


def may_use_wal(file: Path, module: ModuleType) -> bool:
    """Tell whether *file* may have a write-ahead log under the SQLite of *module*."""
    return wal_is_safe(module.sqlite_version_info) and not on_network_drive(file)


def _choose_journal(connection: Any, wanted: str) -> None:
    """Set the journal; a file that is read-only keeps the one it has."""
    present = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if present in {wanted, "memory"} or connection.execute("PRAGMA query_only").fetchone()[0]:
        return
    try:
        connection.execute(f"PRAGMA journal_mode = {wanted}")
    except (bundled.Error, sqlite3.Error):
        # Read-only, or another process uses the file just now. A rollback journal is always safe,
        # so only the way out of a log that is not safe must succeed.
        if present == "wal" and wanted != "wal":
            raise
