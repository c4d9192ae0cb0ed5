"""Set Vejviser up in a folder of its own and start it.

    python3 start.py            the app in the browser
    python3 start.py lab        JupyterLab with the researcher's notebooks
    python3 start.py test       every check and test
    python3 start.py hub        a whole municipality, each with a login (docs/municipality.md)

It needs Python 3.11 or later and nothing else: the packages come from the lock files beside it, with
their hashes, into ``.venv``. Further words go to the command, as in ``python3 start.py app --port 9000``.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
HOME = ROOT / ".venv"
BIN = HOME / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
RUNTIME_LOCK = ROOT / "requirements.lock"
HUB_LOCK = ROOT / "requirements-hub.lock"
TEST_LOCK = ROOT / "requirements-test.lock"
# A file's tests stay together, and those with a browser come last (tests/conftest.py).
SIDE_BY_SIDE = ("--numprocesses=auto", "--dist=loadfile", "--no-loadscope-reorder")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")


class SetupError(Exception):
    """Something the user has to mend before Vejviser can start; the message says what."""


def main(words: Sequence[str]) -> int:
    """Do what *words* ask for and return the exit status."""
    try:
        if sys.version_info < (3, 11):
            found = ".".join(map(str, sys.version_info[:3]))
            raise SetupError(f"Vejviser needs Python 3.11 or later; this is {found}.")
        if words and words[0] == "test":
            install(TEST_LOCK)
            return run_checks(words[1:])
        install(HUB_LOCK if words and words[0] == "hub" else RUNTIME_LOCK)
        return hand_over(BIN / "vejviser", *(words or ("app",)))
    except SetupError as error:
        print(f"start.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def install(lock: Path) -> None:
    """Make ``.venv`` hold exactly what *lock* and ``pyproject.toml`` say, unless it does already."""
    stamp = HOME / f"{lock.stem}.installed"
    parts = [lock.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), str(ROOT).encode()]
    wanted = hashlib.sha256(b"\0".join(parts)).hexdigest()
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    if not PYTHON.exists():
        make_environment()
    print(f"Installing from {lock.name} (a few minutes the first time) …", flush=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if call(*pip, "--require-hashes", "-r", lock):
        raise SetupError(f"pip could not install {lock.name}; its own message stands above.")
    if call(*pip, "--no-deps", "--no-build-isolation", "-e", ROOT):
        raise SetupError("pip could not install Vejviser itself; its own message stands above.")
    print("Compiling the simulation, once (up to a minute) …", flush=True)
    if call(PYTHON, "-m", "simulation.machine_code"):
        raise SetupError("the simulation could not be compiled; the message stands above.")
    stamp.write_text(wanted)


def make_environment() -> None:
    """Create ``.venv``, after installing Debian's separate venv package where Python lacks it."""
    print(f"Creating {HOME.name} with Python {sys.version.split()[0]} …", flush=True)
    try:
        import ensurepip  # noqa: F401, PLC0415 (Debian ships Python without it)
    except ImportError:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        system_install(f"python{version}-venv", "Python's venv module")
    venv.create(HOME, with_pip=True, clear=True)


def system_install(package: str, purpose: str) -> None:
    """Install *package* with apt, or say that *purpose* is missing and how to get it."""
    apt = shutil.which("apt-get")
    rights = [] if getattr(os, "geteuid", lambda: 1)() == 0 else [shutil.which("sudo"), "-n"]
    if apt is None or None in rights:
        raise SetupError(f"{purpose} is missing. Install it ({package}) and start again.")
    print(f"Installing {package} with the system's package manager …", flush=True)
    prefix = [str(word) for word in rights]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update", "-qq"], ["install", "-y", "-qq", package]):
        done = subprocess.run(
            [*prefix, apt, *step], env=environment, stdout=subprocess.DEVNULL, check=False
        )
        if done.returncode:
            raise SetupError(f"{purpose} is missing, and '{package}' could not be installed.")


def chromium() -> str:
    """Return the path of a Chromium for the browser tests, installing one where there is none."""
    named = os.environ.get("VEJVISER_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        system_install("chromium", "A Chromium browser, which the tests drive,")
        found = shutil.which("chromium")
    if found is None:
        raise SetupError("no Chromium was found; put its path in VEJVISER_CHROMIUM.")
    return found


def run_checks(words: Sequence[str]) -> int:
    """Run the linter, the type checker and the tests; return 0 only if all of them pass.

    With *words*, run pytest alone with these words.
    """
    os.environ["VEJVISER_CHROMIUM"] = chromium()
    if words:
        return call(BIN / "pytest", *words)
    steps = [
        [BIN / "ruff", "check", "."],
        [BIN / "ruff", "format", "--check", "."],
        [BIN / "mypy"],
        [BIN / "pytest", "--nbval-lax", "--nbval-cell-timeout=120", *SIDE_BY_SIDE],
    ]
    failed = [step for step in steps if call(*step)]
    for step in failed:
        print(f"start.py: failed: {' '.join([Path(step[0]).name, *map(str, step[1:])])}")
    return 1 if failed else 0


def call(*command: str | Path) -> int:
    """Run *command* in the project's folder and return its exit status."""
    return subprocess.run([str(word) for word in command], cwd=ROOT, check=False).returncode


def hand_over(*command: str | Path) -> int:
    """Run *command* in the user's folder and return its exit status; Ctrl-C is its to answer."""
    with subprocess.Popen([str(word) for word in command]) as running:
        while True:
            try:
                return running.wait()
            except KeyboardInterrupt:
                continue


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
