"""Where the machine code of the compiled twin is kept, so that nobody waits for a compiler twice.

Numba compiles when a function is first called, which takes up to a minute for the whole model.
``start.py`` has it done when it installs, the app when the sources have changed since, each with a line
that says so. The code lies in the user's cache folder under a name made from the sources.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from tempfile import gettempdir
from typing import Any, TypeVar, cast

from platformdirs import user_cache_path

Compiled = TypeVar("Compiled", bound=Callable[..., Any])

CACHE_VARIABLE = "VEJVISER_CACHE"
"""An environment variable that names another folder than the user's cache."""
_HERE = Path(__file__).parent
SOURCES = (
    *("chance", "codes", "state", "journal", "todo", "work", "meetings", "casework", "posts"),
    *("allocation", "leadership", "outcomes", "life", "office", "compiled", "compiled_todo"),
    *("compiled_town", "compiled_people", "compiled_lives", "compiled_cohort"),
    *("compiled_chance", "compiled_measures"),
)
"""The modules that are compiled, or that say how; a change in one of them compiles anew."""
ENTRIES = (
    *("compiled", "compiled_people", "compiled_lives", "compiled_cohort"),
    *("compiled_chance", "compiled_measures"),
)
"""Those of them that are called from Python."""


@cache
def folder() -> Path:
    """Return the folder for machine code of just these sources and this Numba."""
    digest = blake2b(digest_size=8)
    for name in SOURCES:
        digest.update((_HERE / f"{name}.py").read_bytes())
    digest.update(f"{version('numba')} {_HERE}".encode())
    for name in ENTRIES:
        # Numba itself goes by the place and the age of the file that holds what is called.
        digest.update(f"{name} {(_HERE / name).with_suffix('.py').stat().st_mtime_ns}".encode())
    named = os.environ.get(CACHE_VARIABLE)
    for base in (Path(named) if named else user_cache_path("vejviser"), Path(gettempdir())):
        found = base / "compiled" / digest.hexdigest()
        try:
            found.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(found, os.W_OK):
            return found
    raise OSError(f"no folder for machine code can be written; name one in {CACHE_VARIABLE}")


def to_machine_code(function: Compiled) -> Compiled:
    """Compile *function* when it is first called, and keep the machine code in the folder."""
    import numba  # noqa: PLC0415 (takes most of a second)

    # Read by Numba at each decoration.
    numba.config.CACHE_DIR = str(folder())  # type: ignore[attr-defined]
    return cast(Compiled, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


def is_ready() -> bool:
    """Say whether the machine code is there, without loading Numba."""
    return (folder() / "ready").exists()


def compile_now() -> None:
    """Compile the twin and keep its machine code; takes up to a minute."""
    from simulation.measures import measure  # noqa: PLC0415 (loads Numba)
    from simulation.model import run  # noqa: PLC0415
    from simulation.scenario import Scenario  # noqa: PLC0415

    scenario = Scenario.preset("small", years=1, warm_up_years=0)
    events = run(scenario, engine="compiled").events
    measure(events, scenario, 0)
    (folder() / "ready").touch()


def compile_aside() -> None:
    """Compile in a process of its own, so that this one does not carry the compiler with it.

    Raises :exc:`subprocess.CalledProcessError` where that fails. A Ctrl-C at the terminal reaches this
    process alone, which ends the other.
    """
    subprocess.run(
        [sys.executable, "-m", "simulation.machine_code"], check=True, start_new_session=True
    )


if __name__ == "__main__" and not is_ready():
    compile_now()
