"""Real databases for the tests of the store: a SQLite file, and a PostgreSQL server."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from data.store import Store
from tests.data.postgresql_server import a_database, a_server


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a PostgreSQL server."""
    with a_server() as url:
        yield url


@pytest.fixture
def postgresql_url(server: str) -> Iterator[str]:
    """A new, empty PostgreSQL database."""
    with a_database(server) as url:
        yield url


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
