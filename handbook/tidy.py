"""Leaves in a notebook what a person wrote, and the outputs that are tested.

Running a notebook fills it with counters, widget state and outputs that nobody checks. A cell that
begins with ``# NBVAL_CHECK_OUTPUT`` keeps its output, because the tests compare it.
"""

import json
from pathlib import Path
from typing import Any

CHECKED = "# NBVAL_CHECK_OUTPUT"
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
_KEPT_IN_CELL = ("translated_from", "tags")


def read_notebook(file: Path) -> dict[str, Any]:
    """Return the notebook in *file*, each source as one string."""
    notebook: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


def write_notebook(notebook: dict[str, Any], file: Path) -> None:
    """Write *notebook* to *file* with one line of source a line, so that a change can be read."""
    cells = [
        {**cell, "source": cell["source"].splitlines(keepends=True)} for cell in notebook["cells"]
    ]
    text = json.dumps({**notebook, "cells": cells}, ensure_ascii=False, indent=1, sort_keys=True)
    file.write_text(text + "\n", encoding="utf-8")


def tidied(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return *notebook* with only what a person wrote and the outputs that are tested."""
    return {
        "cells": [_tidied_cell(cell) for cell in notebook["cells"]],
        "metadata": {
            "kernelspec": _KERNEL,
            "language_info": {"name": "python"},
            "title": notebook["metadata"].get("title", ""),
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def tidy(folder: Path) -> list[Path]:
    """Tidy every notebook below *folder*; return those that were changed."""
    changed = []
    for file in sorted(folder.rglob("*.ipynb")):
        notebook = read_notebook(file)
        if tidied(notebook) != notebook:
            write_notebook(tidied(notebook), file)
            changed.append(file)
    return changed


def _tidied_cell(cell: dict[str, Any]) -> dict[str, Any]:
    metadata = {name: cell["metadata"][name] for name in _KEPT_IN_CELL if name in cell["metadata"]}
    kept = {name: cell[name] for name in ("cell_type", "id")}
    kept |= {"metadata": metadata, "source": cell["source"].rstrip()}
    if cell["cell_type"] != "code":
        return kept
    checked = cell["source"].startswith(CHECKED)
    # nbval takes a cell with an output but no counter for one that never ran.
    return kept | {
        "outputs": cell["outputs"] if checked else [],
        "execution_count": 1 if checked else None,
    }
