"""A hub to try out: everything on this machine alone, four made-up people, and nothing left afterwards."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from data.store_opening import STORE_VARIABLE
from data.texts import Texts
from handbook.hub.local_postgresql import local_postgresql
from handbook.hub.roles import GROUPS, UNIT_PREFIX

TRIAL_VARIABLE = "VEJVISER_TRIAL"
"""The environment variable in which the trial tells its hub where the description lies."""
PATIENCE = 120
"""Seconds that the hub may take to answer."""
ENDING = 60
"""Seconds that hub and servers may take to end."""
UNIT = "Nord"
"""The unit of the trial's coordinator."""
_CONFIGURATION = "from handbook.hub.trial_settings import settle\n\nsettle(get_config())\n"


class TrialFailed(Exception):  # noqa: N818 - what it is, not that it is an error
    """The hub did not start; the message is the end of what it wrote."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What the hub of a trial is told."""

    folder: str
    port: int
    """Where people come in; the next two are the proxy's and the hub's own."""
    proxy_port: int
    hub_port: int
    store: str
    """The URL of the records, as the hub opens them."""
    hashes: Mapping[str, str]
    """Login → the bcrypt hash of its password."""
    groups: Mapping[str, list[str]]
    """Group → logins."""
    idle: float
    lang: str


@dataclass(frozen=True, slots=True)
class Running:
    """A trial that answers."""

    address: str
    passwords: Mapping[str, str]
    """Login → password."""
    is_postgresql: bool
    process: subprocess.Popen[bytes]
    folder: Path


@contextmanager
def running_trial(
    *, port: int = 0, store: str | None = None, idle: float = 3600.0, lang: str = "da"
) -> Iterator[Running]:
    """Start a trial on *port* (0 for a free one) of this machine; end it and delete all of it afterwards.

    *store* is the URL of an empty PostgreSQL database whose user may make logins; without it, a
    server of the machine is started for the trial, and where there is none, the records lie in an SQLite
    file. *idle* is how many seconds what nobody uses goes on.
    Raises :exc:`TrialFailed`, and :exc:`OSError` where the port is taken.
    """
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="vejviser-trial-")))
        folder.chmod(0o711)
        own = None if store else ending.enter_context(local_postgresql(folder))
        passwords = {login: secrets.token_urlsafe(9) for login in _logins(lang)}
        front, proxy, hub, _ = free_ports(port)
        trial = Trial(
            str(folder),
            front,
            proxy,
            hub,
            store or own or f"sqlite:///{folder / 'vejviser.db'}",
            {login: _hashed(password) for login, password in passwords.items()},
            _groups(lang),
            idle,
            lang,
        )
        process = ending.enter_context(_hub(trial, folder))
        address = f"http://127.0.0.1:{trial.port}/"
        wait_for(address, process, folder / "hub.log")
        yield Running(address, passwords, trial.store.startswith("postgresql"), process, folder)


def _logins(lang: str) -> dict[str, str]:
    """Return login → role of the four made-up people."""
    texts = Texts.read(lang)
    return {texts(f"hub.person_{role}"): role for role in GROUPS.values()}


def _groups(lang: str) -> dict[str, list[str]]:
    by_role = {role: login for login, role in _logins(lang).items()}
    groups = {group: [by_role[role]] for group, role in GROUPS.items()}
    return {**groups, f"{UNIT_PREFIX}{UNIT}": [by_role["coordinator"]]}


def _hashed(password: str) -> str:
    import bcrypt  # noqa: PLC0415 (the extra "hub" alone has it)

    return bcrypt.hashpw(password.encode(), bcrypt.gensalt()).decode()


def free_ports(first: int) -> list[int]:
    """Return *first*, or a free port where that is 0, and three more free ones.

    Raises :exc:`OSError` where *first* is taken.
    """
    with ExitStack() as held:
        ports = []
        for asked in (first, 0, 0, 0):
            listening = held.enter_context(socket.socket())
            # A port that was left a moment ago may be taken again.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(("127.0.0.1", asked))
            ports.append(int(listening.getsockname()[1]))
    return ports


@contextmanager
def _hub(trial: Trial, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    told, configuration = folder / "trial.json", folder / "jupyterhub_config.py"
    for file, content in ((told, json.dumps(asdict(trial))), (configuration, _CONFIGURATION)):
        file.touch(mode=0o600)
        file.write_text(content, encoding="utf-8")
    with a_hub(configuration, folder / "hub.log", {TRIAL_VARIABLE: str(told)}) as process:
        yield process


@contextmanager
def a_hub(
    configuration: Path, log: Path, told: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a hub with its *configuration* and environment variables *told*; it writes to *log*."""
    # The hub's own way to the records stands in its configuration.
    environment = {key: value for key, value in os.environ.items() if key != STORE_VARIABLE}
    with log.open("wb") as writing:
        process = subprocess.Popen(  # noqa: S603 (our own Python)
            [sys.executable, "-P", "-m", "jupyterhub", "-f", str(configuration)],
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=writing,
            cwd=configuration.parent,
            env={**environment, **told},
            start_new_session=True,  # Ctrl-C is ours; it ends with us, after its servers
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(ENDING)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the hub at *address* answers; raise :exc:`TrialFailed` where it does not."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}hub/health", timeout=5).close()  # noqa: S310 (our own)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TrialFailed("\n".join(log.read_text(errors="replace").splitlines()[-12:]))


def told_trial() -> Trial:
    """Return the trial that this process is the hub of."""
    return Trial(**json.loads(Path(os.environ[TRIAL_VARIABLE]).read_text(encoding="utf-8")))
