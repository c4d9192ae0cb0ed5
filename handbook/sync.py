"""Says where an English notebook is behind its Danish twin.

Twins have the same name in ``da/`` and ``en/``, the same cells with the same ids in the same order,
and the same code to the letter. An English text cell records the digest of the Danish one it was
translated from; when the Danish changes, the digest no longer fits until a person has looked at the
English and called :func:`mark_translated`.
"""

import hashlib
from pathlib import Path
from typing import Any

from handbook.tidy import read_notebook, write_notebook


def digest(source: str) -> str:
    """Return the digest of a cell's *source*."""
    return hashlib.sha256(source.strip().encode()).hexdigest()[:16]


def out_of_step(handbook: Path) -> list[str]:
    """Return a sentence for each place where a twin below *handbook* is missing or behind."""
    danish = {file.name for file in (handbook / "da").glob("*.ipynb")}
    english = {file.name for file in (handbook / "en").glob("*.ipynb")}
    said = [f"da/{name} has no twin in en/" for name in sorted(danish - english)]
    said += [f"en/{name} has no twin in da/" for name in sorted(english - danish)]
    for name in sorted(danish & english):
        said += _differences(handbook / "da" / name, handbook / "en" / name)
    return said


def mark_translated(handbook: Path, name: str) -> None:
    """Record in ``en/name`` that its text says what ``da/name`` says now."""
    file = handbook / "en" / name
    english = read_notebook(file)
    danish = _by_id(read_notebook(handbook / "da" / name))
    for cell in english["cells"]:
        if cell["cell_type"] == "markdown" and cell["id"] in danish:
            cell["metadata"]["translated_from"] = digest(danish[cell["id"]]["source"])
    write_notebook(english, file)


def _differences(danish_file: Path, english_file: Path) -> list[str]:
    name = english_file.name
    danish, english = read_notebook(danish_file), read_notebook(english_file)
    danish_ids = [cell["id"] for cell in danish["cells"]]
    english_ids = [cell["id"] for cell in english["cells"]]
    if danish_ids != english_ids:
        return [f"en/{name} has the cells {english_ids}; da/{name} has {danish_ids}"]
    said = []
    for ours, theirs in zip(danish["cells"], english["cells"], strict=True):
        where = f"en/{name}, cell '{theirs['id']}'"
        if ours["cell_type"] != theirs["cell_type"]:
            said.append(f"{where} is of another kind than its twin")
        elif ours["cell_type"] == "code" and ours["source"] != theirs["source"]:
            said.append(f"{where} has other code than its twin")
        elif ours["cell_type"] == "markdown" and _is_behind(ours, theirs):
            said.append(f"{where} was translated from an older Danish text")
    return said


def _is_behind(danish: dict[str, Any], english: dict[str, Any]) -> bool:
    return bool(english["metadata"].get("translated_from") != digest(danish["source"]))


def _by_id(notebook: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {cell["id"]: cell for cell in notebook["cells"]}
