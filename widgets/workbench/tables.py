"""What a simulated year and a simulated course look like on the page, and their tables."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from widgets.page import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

LONG = 12
"""Rows above which a table is folded up."""


@cache
def looks() -> str:
    """Return the style of the year and the course."""
    css = Path(__file__).parents[1] / "static" / "workbench_year.css"
    return f"<style>{css.read_text(encoding='utf-8')}</style>"


def table_html(
    heading: str, columns: Sequence[str], rows: Sequence[Sequence[str]], note: str = ""
) -> str:
    """Return *rows* of words under *columns*; nothing where there are none."""
    if not rows:
        return ""
    head = "".join(f'<th scope="col" class="vv-words">{safe(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{safe(first)}</th>'
        + "".join(f'<td class="vv-words">{safe(cell)}</td>' for cell in rest)
        + "</tr>"
        for first, *rest in rows
    )
    table = (
        f'<div class="vv-scroll" role="region" tabindex="0" aria-label="{safe(heading)}">'
        f'<table class="vv-table"><caption>{safe(heading)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    said = f'<p class="vv-control-note">{safe(note)}</p>' if note else ""
    opened = "" if len(rows) > LONG else " open"
    return (
        f'<details class="vv-source"{opened}><summary>{safe(heading)}</summary>{said}{table}'
        "</details>"
    )
