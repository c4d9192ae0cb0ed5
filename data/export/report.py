"""The leadership report as it leaves: its parts in words and figures, and the same as a Word document.

What stands in it is put together elsewhere (:mod:`simulation.leadership_report`); here it gets a look.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from data.export.characters import holdable
from data.export.docx import add_row, begin, new_table, set_page, without_clock
from data.texts import Texts

if TYPE_CHECKING:
    from docx.document import Document

_WIDTH = 16.4
"""Centimetres of an A4 page that text may fill."""
_MANY_COLUMNS = 5


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table; the first column says what a row is about."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()
    """The columns that hold numbers, counted from 0; they stand to the right."""
    look: tuple[int, ...] = ()
    """The rows that ask to be looked at, counted from 0."""


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """A figure with its finding, its text alternative and the table behind it."""

    id: str
    title: str
    alternative: str
    said: str
    """What it says of chance, below it."""
    drawn: Callable[[Literal["svg", "png"]], bytes]
    """Draws it, when it is asked for."""
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A part of the report under its own heading."""

    title: str
    lead: tuple[str, ...] = ()
    """Sentences, a paragraph each."""
    points: tuple[str, ...] = ()
    """The items of a list."""
    table: ReportTable | None = None
    figures: tuple[ReportFigure, ...] = ()
    detail: bool = False
    """Whether it explains how, and not what: folded on the page, last on paper."""


@dataclass(frozen=True, slots=True)
class Report:
    """One edition of the leadership report at one level, in one language."""

    title: str
    facts: tuple[str, ...]
    """For whom, from when, from what."""
    mark: str
    """That it is an exercise; empty where it is not."""
    sections: tuple[ReportSection, ...]
    language: Literal["da", "en"]
    file: str
    """The beginning of a file name, such as ``ledelsesrapport-2027-1-leder``."""


def report_document(report: Report, texts: Texts) -> bytes:
    """Return *report* as the bytes of a docx file. The same arguments give the same bytes."""
    # python-docx takes a tenth of a second to import.
    from docx import Document  # noqa: PLC0415

    document = Document()
    begin(document, holdable(report.title), texts)
    set_page(document, report.mark or texts("export.tool"), texts)
    document.add_paragraph(holdable(report.title), "Title")
    if report.mark:
        document.add_paragraph(report.mark, "Mark")
    document.add_paragraph(holdable(" · ".join(report.facts)), "Aside")
    for section in report.sections:
        _write_section(document, section)
    file = BytesIO()
    document.save(file)
    return without_clock(file.getvalue())


def _write_section(document: "Document", section: ReportSection) -> None:
    document.add_heading(holdable(section.title), 1)
    for words in section.lead:
        document.add_paragraph(holdable(words))
    for words in section.points:
        document.add_paragraph(holdable(words), "List Bullet")
    if section.table is not None:
        _write_table(document, section.table)
    for figure in section.figures:
        _write_figure(document, figure)


def _write_table(document: "Document", table: ReportTable) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.shared import Cm  # noqa: PLC0415

    written = new_table(document, [holdable(words) for words in table.columns])
    for row in table.rows:
        for cell, words in zip(add_row(written), row, strict=True):
            cell.text = holdable(words)
    widths = _widths(len(table.columns))
    for row_of in written.rows:
        for place, (cell, width) in enumerate(zip(row_of.cells, widths, strict=True)):
            cell.width = Cm(width)
            if place in table.numbers:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for place in table.look:
        for paragraph in written.rows[place + 1].cells[-1].paragraphs:
            for run in paragraph.runs:
                run.bold = True
    document.add_paragraph()


def _widths(columns: int) -> Sequence[float]:
    """Return the widths of *columns*, of which the first is the widest, in centimetres."""
    first = _WIDTH * (0.42 if columns < _MANY_COLUMNS else 0.3)
    return [first, *[(_WIDTH - first) / max(columns - 1, 1)] * (columns - 1)]


def _write_figure(document: "Document", figure: ReportFigure) -> None:
    from docx.shared import Cm  # noqa: PLC0415

    document.add_heading(holdable(figure.title), 2)
    document.add_picture(BytesIO(figure.drawn("png")), width=Cm(_WIDTH))
    about = document.inline_shapes[-1]._inline.docPr
    about.set("descr", holdable(figure.alternative))
    about.set("title", holdable(figure.title))
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    document.add_paragraph(holdable(figure.said))
