"""A filled form to be read: questions and answers as text, on paper and on the screen."""

from pathlib import Path

import anywidget
import traitlets as tl

from data.export.filled import Filled, Grid, Line, filled
from data.forms import Form
from data.records import Record
from data.texts import Texts
from widgets.page import safe
from widgets.views import PICTURES

_STATIC = Path(__file__).parent / "static"


class Paper(anywidget.AnyWidget):
    """A form as it is printed; it is on the page and not on the screen.

    Whoever prints the page has the form as text in it; :meth:`print` prints nothing but the form.
    """

    _esm = _STATIC / "paper.js"
    _css = _STATIC / "form.css"  # Paper may be on a page without a form.

    sheet = tl.Unicode(help="The form in HTML, with every word of it escaped.").tag(sync=True)

    def print(self) -> None:
        """Have the browser print it."""
        self.send({"kind": "print"})


def readable(form: Form, heading: str, record: Record, texts: Texts, *, exercise: bool) -> str:
    """Return what *record* answers of *form* as HTML without any control.

    *heading* says which case it is; *exercise* puts a watermark on every sheet.
    """
    content = filled(form, heading, record, texts, exercise=exercise)
    head = [content.heading, *content.occasion, content.state, content.progress, content.saved]
    lines = "".join(f"<p>{safe(line)}</p>" for line in [content.mark, *head])
    body = "".join(
        (f"<h3>{safe(part.title)}</h3>" if part.title else "")
        + _answers(part.lines)
        + "".join(_grid(grid, part.title, texts) for grid in part.grids)
        for part in content.parts
    )
    mark = f'<div class="vv-watermark" aria-hidden="true">{safe(texts("form.watermark"))}</div>'
    return (
        f'<div class="vv-readable">{mark if exercise else ""}<h2>{safe(content.title)}</h2>'
        f'<div class="vv-readable-head">{lines}</div>'
        f"{_picture(form, record, texts)}{body}{_end(content)}</div>"
    )


def _picture(form: Form, record: Record, texts: Texts) -> str:
    draw = PICTURES.get(form.view)
    return draw(form, form.complete(record.answers), texts) if draw else ""


def _answers(lines: tuple[Line, ...] | list[Line]) -> str:
    told = "".join(
        f"<div><dt>{safe(line.question)}</dt>"
        f"<dd{'' if line.answered else _QUIET}>{safe(line.answer)}</dd></div>"
        for line in lines
    )
    return f"<dl>{told}</dl>" if told else ""


_QUIET = ' class="vv-quiet"'


def _grid(grid: Grid, above: str, texts: Texts) -> str:
    """Return the rows of *grid*; its title is not said again where it stands *above* already."""
    title = "" if grid.title == above else f"<h3>{safe(grid.title)}</h3>"
    rows = "".join(
        f"<h4>{safe(texts('form.row_name', row=grid.row, number=number))}</h4>"
        + _answers([line for line in row if line])
        for number, row in enumerate(grid.rows, start=1)
    )
    return title + (rows or f"<p{_QUIET}>{safe(texts('export.no_rows'))}</p>")


def _end(content: Filled) -> str:
    lines = [line for line in (content.handed_over, content.purpose, content.note) if line]
    return "".join(f"<p{_QUIET}>{safe(line)}</p>" for line in lines)
