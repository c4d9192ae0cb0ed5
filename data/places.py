"""Where Vejviser keeps what belongs to the user: records, the log and notebooks of their own."""

import os
from pathlib import Path

from platformdirs import user_data_path

DATA_VARIABLE = "VEJVISER_DATA"
"""The environment variable that names another data folder."""
DOOR_VARIABLE = "VEJVISER_DOOR"
"""The environment variable in which the app tells its kernels where participants come in."""


def data_folder() -> Path:
    """Return the user's data folder, made if it is not there yet.

    It is the folder that ``VEJVISER_DATA`` names, else the one that the operating system keeps for
    programs, such as ``~/.local/share/vejviser`` on Linux. Raises :exc:`OSError` where it cannot
    be made.
    """
    named = os.environ.get(DATA_VARIABLE)
    folder = Path(named).expanduser() if named else user_data_path("vejviser", appauthor=False)
    # Others on the machine have no business in notes about young people.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def door_address() -> str | None:
    """Return where participants of a session come in, such as ``http://127.0.0.1:8868``.

    None where no app runs, such as in JupyterLab.
    """
    return os.environ.get(DOOR_VARIABLE)


def log_file() -> Path:
    """Return the path of the log, in a folder that exists."""
    folder = data_folder() / "log"
    folder.mkdir(exist_ok=True)
    return folder / "vejviser.log"
