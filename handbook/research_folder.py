"""The researcher's notebooks in a folder of their own, and JupyterLab on it."""

import shutil
import subprocess
import sys
from pathlib import Path


def copy_notebooks(source: Path, own: Path) -> list[Path]:
    """Copy the notebooks of *source* that *own* lacks; return the copies that were made.

    What stands in *own* already is the user's, and is left as it is.
    """
    own.mkdir(parents=True, exist_ok=True)
    added = []
    for notebook in sorted(source.glob("*.ipynb")):
        copy = own / notebook.name
        if not copy.exists():
            shutil.copyfile(notebook, copy)
            added.append(copy)
    return added


def open_lab(folder: Path, *, port: int, browser: bool) -> int:
    """Run JupyterLab in *folder* until it is stopped; return its exit status."""
    words = [sys.executable, "-m", "jupyterlab", f"--ServerApp.port={port}", str(folder)]
    if not browser:
        words.append("--no-browser")
    try:
        return subprocess.run(words, check=False).returncode  # noqa: S603 (our own words)
    except KeyboardInterrupt:
        return 0
