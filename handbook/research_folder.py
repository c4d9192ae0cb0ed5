"""The researcher's notebooks in a folder of their own, and JupyterLab on it."""

import os
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
    words = [sys.executable, "-m", "jupyterlab", str(folder), f"--ServerApp.port={port}"]
    # As part of JupyterLab, Voilà would serve pages without the guards that `vejviser app` sets.
    words.append("--ServerApp.jpserver_extensions={'voila.server_extension': False}")
    # Nothing leaves the machine: JupyterLab would ask PyPI for a newer version, and for news.
    words += [
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=None",
        "--LabApp.extension_manager=readonly",
    ]
    if not browser:
        words.append("--no-browser")
    if getattr(os, "geteuid", lambda: 1)() == 0:
        words.append("--allow-root")  # as in a container; it listens on this machine alone
    if os.name == "posix":
        # JupyterLab takes this process's place, so whoever stops the command stops JupyterLab.
        os.execv(sys.executable, words)  # noqa: S606 (our own words)
    try:
        return subprocess.run(words, check=False).returncode  # noqa: S603 (our own words)
    except KeyboardInterrupt:
        return 0
