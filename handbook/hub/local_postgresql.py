"""A PostgreSQL of a trial's own, where the machine has its programs; it asks everybody for a password."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

OWNER = "vejviser"
_WHERE = "usr/lib/postgresql/*/bin"
"""Where Debian and its like keep the programs, one folder a version."""
_NOBODY = 65534


def programs() -> Path | None:
    """Return the folder of the server's programs; None where there are none."""
    on_path = shutil.which("initdb")
    found = sorted(Path("/").glob(_WHERE), key=_version)
    return Path(on_path).resolve().parent if on_path else (found[-1] if found else None)


def _version(folder: Path) -> float:
    name = folder.parent.name
    return float(name) if name.replace(".", "", 1).isdigit() else 0.0


@contextmanager
def local_postgresql(folder: Path) -> Iterator[str | None]:
    """Yield the URL of a database of a server in *folder*; None where none can be started.

    The server ends afterwards. It listens on a socket in the folder, not on the network.
    """
    found = programs()
    if found is None:
        yield None
        return
    password, data = secrets.token_urlsafe(24), folder / "postgresql"
    data.mkdir(mode=0o700)
    if account := _account():
        shutil.chown(data, account["user"], account["group"])
    try:
        with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".password") as file:
            file.write(password)
            file.flush()
            if account:
                shutil.chown(file.name, account["user"], account["group"])
            guards = ("-A", "scram-sha-256", f"--pwfile={file.name}")
            _run(account, found / "initdb", "-D", data, "-U", OWNER, *guards, "-E", "UTF8", "-N")
        words = f"-h '' -k {data} -c unix_socket_permissions=0777 -c max_connections=120"
        _run(account, found / "pg_ctl", "-w", "-D", data, "-l", data / "log", "-o", words, "start")
    except OSError:
        yield None
        return
    try:
        yield f"postgresql://{OWNER}:{password}@/postgres?host={data}"
    finally:
        _run(account, found / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def _account() -> dict[str, Any]:
    """Return the account that the server runs under: our own, or another where we are root."""
    if os.geteuid() != 0:
        return {}
    try:
        known = pwd.getpwnam("postgres")
    except KeyError:
        return {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
    return {"user": known.pw_uid, "group": known.pw_gid, "extra_groups": []}


def _run(account: dict[str, Any], *command: str | Path) -> None:
    done = subprocess.run(  # noqa: S603 (the programs that were found)
        list(map(str, command)),
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        **account,
    )
    if done.returncode:
        raise OSError(f"{command[0]} ended with {done.returncode}")
