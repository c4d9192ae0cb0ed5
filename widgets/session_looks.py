"""The looks of the trainer's page."""

from pathlib import Path

import ipywidgets as ipw

_LOOKS = [Path(__file__).parent / "static" / name for name in ("session.css", "cases.css")]
"""Its own, and those of the fictional case that it shows."""


def styles() -> ipw.HTML:
    """Return the looks of the page, which take no room."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in _LOOKS)
    looks = ipw.HTML(f"<style>{text}</style>")
    looks.layout.display = "none"
    return looks
