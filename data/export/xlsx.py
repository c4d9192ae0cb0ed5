"""A filled form as an Excel workbook: its questions on one sheet, each table on a sheet of its own.

Whatever was written stays text: formulas and links are switched off, and each answer is marked as
text, so that a note which begins with ``=`` does nothing on the computer that opens it, nor when
somebody edits its cell.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from data.export.characters import pieces
from data.export.filled import Filled, Grid, Line, filled
from data.forms import Form
from data.records import Record
from data.texts import Texts

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
# The day the workbook says it was made, so that the same answers give the same bytes.
MADE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_WIDTHS = (46, 60, 34)
"""Signs across question, answer and reason."""
_COLUMN = 26
"""Signs across a column of a table."""
_LINES = 24
"""Lines in one cell. A row of Excel ends at 409 points, and hides and does not print what is below."""
_NAME_LIMIT = 31
_AMBER = "#8A3F00"
FORMATS = {
    "title": {"bold": True, "font_size": 16},
    "strong": {"bold": True},
    "mark": {"bold": True, "font_color": _AMBER},
    "plain": {},
    "wrapped": {"text_wrap": True, "italic": True, "valign": "top"},
    "header": {"bold": True, "bottom": 2, "text_wrap": True, "valign": "top"},
    "section": {"bold": True, "font_size": 13, "bg_color": "#E6EFEE", "valign": "vcenter"},
    "cell": {"text_wrap": True, "bottom": 1, "valign": "top"},
    "answer": {"text_wrap": True, "bottom": 1, "valign": "top", "quote_prefix": True},
    "none": {"text_wrap": True, "bottom": 1, "valign": "top", "font_color": "#595959"},
}


def form_workbook(
    form: Form, heading: str, record: Record, texts: Texts, *, exercise: bool = True
) -> bytes:
    """Return the answers in *record* to *form* as the bytes of an xlsx file.

    *heading* is the line that says which case it is; with *exercise*, every sheet and every printed
    page says that the case is made up. The time of saving is shown in Danish time. A text that is
    too long for the height of a row goes on in the next row, which says so. The same arguments give
    the same bytes.
    """
    # XlsxWriter takes a twentieth of a second to import.
    from xlsxwriter import Workbook  # noqa: PLC0415

    file = BytesIO()
    book = _Book(Workbook(file, OPTIONS), texts, exercise=exercise)
    content = filled(form, heading, record, texts, exercise=exercise)
    book.book.set_properties({"title": content.title, "created": MADE})
    book.add_questions(content)
    for part in content.parts:
        for grid in part.grids:
            book.add_table(content, grid)
    book.book.close()
    return file.getvalue()


class _Book:
    """A workbook with our looks, and the words that stand on every sheet."""

    def __init__(self, book: "Workbook", texts: Texts, *, exercise: bool) -> None:
        self.book = book
        self._texts = texts
        self._exercise = exercise
        self._looks: dict[str, Format] = {
            name: book.add_format(look) for name, look in FORMATS.items()
        }
        self._names: set[str] = set()

    def add_questions(self, content: Filled) -> None:
        """Add the sheet with what is asked once."""
        sheet = self._add_sheet(self._texts("form.sheet"), _WIDTHS)
        details = [*content.occasion, content.state, content.progress, content.saved]
        details += [words for words in (content.handed_over, content.purpose) if words]
        header = self._write_head(sheet, content, details)
        names = [self._texts(f"form.{name}") for name in ("question", "answer", "reason")]
        self._write_row(sheet, header, names, "header")
        row = header + 1
        for part in content.parts:
            if part.title:
                self._write_row(sheet, row, [part.title, "", ""], "section")
                row += 1
            for line in part.lines:
                row = self._write_line(sheet, row, line)
            for grid in part.grids:
                row = self._write_pointer(sheet, row, grid)
        last = self._write_foot(sheet, row + 1, content, columns=3)
        self._set_up_print(sheet, header, last, columns=3)

    def add_table(self, content: Filled, grid: Grid) -> None:
        """Add a sheet with the rows of one table."""
        widths = (14, *[_COLUMN] * len(grid.columns))
        sheet = self._add_sheet(grid.title, widths)
        details = [grid.title, *content.occasion, content.state, content.saved]
        header = self._write_head(sheet, content, details)
        self._write_row(sheet, header, [grid.row, *grid.columns], "header")
        row = header + 1
        for number, lines in enumerate(grid.rows, start=1):
            row = self._write_cells(sheet, row, f"{grid.row} {number}", lines)
        if not grid.rows:
            self._write(sheet, row, 0, self._texts("export.no_rows"), "none")
            row += 1
        row += 1
        for column, reason in zip(grid.columns, grid.reasons, strict=True):
            if reason:
                words = self._texts("export.reason", label=column, source=reason)
                self._write(sheet, row, 0, words, "plain")
                row += 1
        last = self._write_foot(sheet, row, content, columns=len(widths))
        self._set_up_print(sheet, header, last, columns=len(widths))

    def _add_sheet(self, title: str, widths: Sequence[int]) -> "Worksheet":
        name = sheet_name(title, self._names)
        self._names.add(name.casefold())
        sheet = self.book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        return sheet

    def _write_head(self, sheet: "Worksheet", content: Filled, details: Sequence[str]) -> int:
        """Write what a reader must know first, and return the row below it and a blank one."""
        head = [(content.title, "title"), (content.heading, "strong"), (content.mark, "mark")]
        head += [(words, "plain") for words in details]
        for row, (words, look) in enumerate(head):
            self._write(sheet, row, 0, words, look)
        return len(head) + 1

    def _write_line(self, sheet: "Worksheet", row: int, line: Line) -> int:
        """Write a question with its answer, in several rows where it is long; return the next row."""
        optional = self._texts("form.optional", label=line.question)
        label = line.question if line.required else optional
        parts = pieces(line.answer, _WIDTHS[1], _LINES)
        for number, words in enumerate(parts, start=1):
            self._write(sheet, row, 0, self._continued(label, number, len(parts)), "cell")
            self._write(sheet, row, 1, words, "answer" if line.answered else "none")
            self._write(sheet, row, 2, line.reason if number == 1 else "", "cell")
            row += 1
        return row

    def _write_cells(
        self, sheet: "Worksheet", row: int, name: str, lines: Sequence[Line | None]
    ) -> int:
        """Write one row of a table, in several where a text is long; return the next row."""
        cells = [pieces(line.answer if line else "", _COLUMN, _LINES) for line in lines]
        tallest = max(map(len, cells))
        for number in range(tallest):
            self._write(sheet, row, 0, self._continued(name, number + 1, tallest), "cell")
            for column, (line, parts) in enumerate(zip(lines, cells, strict=True), start=1):
                words = parts[number] if number < len(parts) else ""
                self._write(
                    sheet, row, column, words, "answer" if line and line.answered else "none"
                )
            row += 1
        return row

    def _write_pointer(self, sheet: "Worksheet", row: int, grid: Grid) -> int:
        """Say among the questions how many rows a table has, and on which sheet they are."""
        found = self._texts("export.on_sheet", rows=len(grid.rows), title=grid.title)
        self._write_row(sheet, row, [grid.title, found, ""], "cell")
        return row + 1

    def _write_foot(self, sheet: "Worksheet", row: int, content: Filled, columns: int) -> int:
        """Write whose word the form is on, and that the file is to be deleted; return the last row."""
        source = self._texts("form.sheet_source", note=content.note)
        words = source if self._exercise else f"{source} {self._texts('export.delete')}"
        if sheet.merge_range(row, 0, row, columns - 1, words, self._looks["wrapped"]) != 0:
            raise ValueError(f"row {row + 1} could not be written")
        sheet.set_row(row, 48)
        return row

    def _continued(self, label: str, number: int, of: int) -> str:
        if of == 1:
            return label
        return self._texts("export.continued", label=label, number=number, all=of)

    def _write_row(self, sheet: "Worksheet", row: int, words: Sequence[str], look: str) -> None:
        for column, each in enumerate(words):
            self._write(sheet, row, column, each, look)

    def _write(self, sheet: "Worksheet", row: int, column: int, words: str, look: str) -> None:
        # XlsxWriter leaves out what is too long for a cell, and says so by a number only.
        if sheet.write_string(row, column, words, self._looks[look]) != 0:
            raise ValueError(f"row {row + 1}, column {column + 1} could not be written")

    def _set_up_print(self, sheet: "Worksheet", header: int, last: int, columns: int) -> None:
        sheet.freeze_panes(header + 1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(header)
        sheet.print_area(0, 0, last, columns - 1)
        # In a header an ampersand begins a command; these words hold none but ours.
        mark = self._texts("form.exercise" if self._exercise else "export.tool")
        sheet.set_header(f"&C&14&K{_AMBER[1:]}{mark}")
        tool = self._texts("export.tool")
        sheet.set_footer(f"&L{tool}&R{self._texts('form.sheet_page')}")


def sheet_name(title: str, taken: set[str]) -> str:
    """Return *title* as a name that Excel allows and that is not *taken* (folded).

    >>> sheet_name("Mål/aftaler: i år?", {"mål aftaler i år"})
    'Mål aftaler i år 2'
    """
    plain = " ".join(re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).split()).strip("'") or "-"
    for name in _numbered(plain):
        # Excel keeps one name for itself.
        if name.casefold() not in taken | {"history"}:
            return name
    raise AssertionError  # the numbers have no end


def _numbered(plain: str) -> Iterator[str]:
    yield _cut(plain, _NAME_LIMIT)
    number = 2
    while True:
        end = f" {number}"
        yield _cut(plain, _NAME_LIMIT - len(end)) + end
        number += 1


def _cut(text: str, units: int) -> str:
    """Return as much of *text* as fits in *units* as Excel counts them, an emoji as two."""
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", errors="ignore").rstrip(" '")
