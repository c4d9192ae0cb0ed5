"""Rounds of self-assessment as an Excel workbook: the lines that may be shown, and nothing beside."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from data.assessment import GROUPS, ElementScore, Score, Who
from data.assessment_words import LINES, late_words, round_words, table_note, talk_about, title_of
from data.forms import Form
from data.texts import Texts

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
# The day the workbook says it was made, so that the same answers give the same bytes.
_MADE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_COLUMNS = ("round", "element", "who", "respondents", "mean", "low", "high", "unknown")
_WIDTHS = (20, 44, 20, 18, 14, 14, 14, 22)
_QUESTION = 110
"""Signs across a question to talk about."""

Cell = str | float


def assessment_workbook(
    form: Form, unit: str, scores: Sequence[Score], texts: Texts, *, exercise: bool = True
) -> bytes:
    """Return *scores* of one *unit*, oldest first, as the bytes of an xlsx file.

    One row is one line of one element in one round, with numbers as numbers; a group that answered
    and may not be shown has a row that says so. The last round has questions to talk about on a
    sheet of its own. With *exercise*, every sheet says that it is one. The same arguments give the
    same bytes.
    """
    file = BytesIO()
    book = Workbook(file, _OPTIONS)
    title = form.title.in_(texts.language)
    book.set_properties({"title": title, "created": _MADE})
    mark = texts("assessment.exercise") if exercise else texts("export.tool")
    head = [title, unit, mark]
    _write_results(book, head, scores, texts, note=form.note.in_(texts.language))
    _write_questions(book, head, scores, texts)
    book.close()
    return file.getvalue()


def _write_results(
    book: Workbook, head: Sequence[str], scores: Sequence[Score], texts: Texts, *, note: str
) -> None:
    sheet = book.add_worksheet(texts("assessment.sheet_results"))
    first = _write_head(book, sheet, head)
    strong = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "top"})
    looks = {"mean": "0.0", "unknown": "0%"}
    formats = [book.add_format({"num_format": looks.get(name, "General")}) for name in _COLUMNS]
    for column, (name, width) in enumerate(zip(_COLUMNS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        _write(sheet, first, column, texts(f"assessment.column_{name}"), strong)
    row = first
    for row, cells in enumerate(_rows(scores, texts), start=first + 1):
        for column, cell in enumerate(cells):
            _write(sheet, row, column, cell, formats[column])
    sheet.freeze_panes(first + 1, 0)
    sheet.autofilter(first, 0, row, len(_COLUMNS) - 1)
    late = [late_words(each, texts) for each in scores[-1:]]
    for below, words in enumerate((table_note(texts), note, *late), start=2):
        _write(sheet, row + below, 0, words, None)


def _write_questions(
    book: Workbook, head: Sequence[str], scores: Sequence[Score], texts: Texts
) -> None:
    before = scores[-2] if len(scores) > 1 else None
    asked = talk_about(scores[-1], before, texts) if scores else ()
    if not asked:
        return
    sheet = book.add_worksheet(texts("assessment.sheet_talk"))
    sheet.set_column(0, 0, _QUESTION)
    first = _write_head(book, sheet, [*head, texts("assessment.proposal")])
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for row, words in enumerate(asked, start=first):
        _write(sheet, row, 0, words, wrapped)


def _write_head(book: Workbook, sheet: Worksheet, head: Sequence[str]) -> int:
    """Write the lines that a reader needs first, and return the row below them and a blank one."""
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    bold = book.add_format({"bold": True})
    for row, words in enumerate(head):
        _write(sheet, row, 0, words, bold)
    return len(head) + 1


def _rows(scores: Sequence[Score], texts: Texts) -> Iterator[list[Cell]]:
    for score in scores:
        for element in score.elements:
            for who in LINES:
                cells = _line(element, who, texts)
                if cells:
                    place = [round_words(score.round, texts), title_of(element, texts)]
                    yield [*place, texts(f"assessment.who.{who}"), *cells]


def _line(element: ElementScore, who: Who, texts: Texts) -> list[Cell]:
    line = element.lines.get(who)
    if line is not None:
        return [line.respondents, line.mean, line.low, line.high, line.unknown]
    hidden = [group for group in GROUPS if group == who and group in element.hidden]
    return [texts("assessment.cell_hidden")] if hidden else []


def _write(sheet: Worksheet, row: int, column: int, cell: Cell, look: Format | None) -> None:
    write = sheet.write_string if isinstance(cell, str) else sheet.write_number
    if write(row, column, cell, look) != 0:
        raise ValueError(f"row {row + 1}, column {column + 1} could not be written")
