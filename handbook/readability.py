"""How hard a chapter is to read, by LIX (Björnsson, 1968).

LIX is the words a sentence plus the share of words longer than six letters, in per cent. Under 25 is
a children's book, 35–45 a newspaper, above 55 a law.
"""

import re
from pathlib import Path

from handbook.tidy import read_notebook

UNREAD = ("sources",)
"""Cells that are looked up and not read."""


def lix(text: str) -> float:
    """Return the LIX of a Markdown *text*; 0 where there is nothing to read.

    A list item, a heading and the cell of a table end a sentence.
    """
    plain = _plain(text)
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", plain)
    sentences = [part for part in re.split(r"[.!?:]+(?:\s|$)|\n", plain) if re.search(r"\w", part)]
    if not words:
        return 0.0
    long = sum(len(word) > 6 for word in words)
    return len(words) / len(sentences) + 100 * long / len(words)


def chapter_lix(file: Path) -> float:
    """Return the LIX of the text cells of the notebook *file*, without its sources."""
    cells = read_notebook(file)["cells"]
    read = [cell["source"] for cell in cells if cell["cell_type"] == "markdown"]
    unread = [cell["source"] for cell in cells if cell["id"] in UNREAD]
    return lix("\n\n".join(source for source in read if source not in unread))


def _plain(text: str) -> str:
    """Return the words of a Markdown *text*: no addresses, marks or references."""
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\s*\[\d+\]", "", text)
    # A line that goes on where the last one stopped is one sentence; the rest begins a new one.
    text = re.sub(r"\n(?![\n#*\-|>\d])", " ", text)
    return re.sub(r"[|]", "\n", re.sub(r"[*_#>`]|^\s*(?:-|\d+\.)\s", "", text, flags=re.MULTILINE))
