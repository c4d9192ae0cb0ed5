"""Sheets of numbers as an Excel workbook: numbers are numbers, and what is words stays words.

Formulas and links are switched off, as in :mod:`data.export.xlsx`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from math import isfinite
from typing import TYPE_CHECKING, Literal

from data.export.characters import holdable, pieces
from data.export.xlsx import FORMATS, MADE, OPTIONS, sheet_name

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Kind = Literal["count", "days", "hours", "share", "dkk", "whole"]
"""What the numbers of a row are, and so how many decimals they show; a share is 0-1."""
Cell = str | float | None

NUMBER_LOOKS: dict[Kind, str] = {
    "count": "#,##0.00",
    "days": "#,##0.0",
    "hours": "#,##0.0",
    "share": "0.0%",
    "dkk": "#,##0",
    "whole": "#,##0",
}
_FIRST, _OTHER, _WORDS = 46, 16, 100
"""Signs across a first column, one of numbers, and one of long words."""
_LINES = 24
"""Lines in one cell; a row of Excel ends at 409 points."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; a number that is none stays an empty cell."""

    cells: Sequence[Cell]
    kind: Kind = "count"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: what it shows, in sentences, and below them a table."""

    name: str
    lead: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[Row]
    wide: Sequence[int] = ()
    """The columns that hold long words, counted from 0."""


def numbers_workbook(title: str, mark: str, sheets: Sequence[Sheet]) -> bytes:
    """Return *sheets* as the bytes of an xlsx file; on each stand *title* and *mark*.

    A text that is too long for a cell goes on in the row below. The same arguments give the same bytes.
    """
    # XlsxWriter takes a twentieth of a second to import.
    from xlsxwriter import Workbook  # noqa: PLC0415

    file = BytesIO()
    book = Workbook(file, OPTIONS)
    book.set_properties({"title": title, "created": MADE})
    written = _Sheets(book, (title, mark))
    for sheet in sheets:
        written.add(sheet)
    book.close()
    return file.getvalue()


class _Sheets:
    """A workbook whose sheets begin with the same lines."""

    def __init__(self, book: "Workbook", head: tuple[str, str]) -> None:
        self._book, self._head = book, head
        self._looks: dict[str, Format] = {
            name: book.add_format(look) for name, look in FORMATS.items()
        }
        self._numbers = {
            kind: book.add_format({"num_format": look}) for kind, look in NUMBER_LOOKS.items()
        }
        self._taken: set[str] = set()

    def add(self, content: Sheet) -> None:
        """Add a sheet with its lead, the heads of its columns and its rows."""
        name = sheet_name(content.name, self._taken)
        self._taken.add(name.casefold())
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        for column in range(len(content.columns)):
            width = _WORDS if column in content.wide else _OTHER if column else _FIRST
            sheet.set_column(column, column, width)
        looks = ("title", "mark", *["plain"] * len(content.lead))
        row = 0
        for words, look in zip((*self._head, *content.lead), looks, strict=True):
            self._put(sheet, row, 0, words, look)
            row += 1
        row += 1
        for column, words in enumerate(content.columns):
            self._put(sheet, row, column, words, "header")
        sheet.freeze_panes(row + 1, 1)
        for line in content.rows:
            row += self._add_row(sheet, row + 1, line, content)

    def _add_row(self, sheet: "Worksheet", row: int, line: Row, content: Sheet) -> int:
        """Write a row, in several where a text is long; return in how many."""
        rows = 1
        for column, cell in enumerate(line.cells):
            if isinstance(cell, str):
                parts = pieces(holdable(cell), _WORDS, _LINES) if column in content.wide else [cell]
                look = "answer" if column in content.wide else "plain"
                for below, words in enumerate(parts):
                    self._put(sheet, row + below, column, words, look)
                rows = max(rows, len(parts))
            elif cell is not None and isfinite(cell):
                sheet.write_number(row, column, cell, self._numbers[line.kind])
        return rows

    def _put(self, sheet: "Worksheet", row: int, column: int, words: str, look: str) -> None:
        # XlsxWriter leaves out what is too long for a cell, and says so by a number only.
        if sheet.write_string(row, column, holdable(words), self._looks[look]) != 0:
            raise ValueError(f"row {row + 1}, column {column + 1} could not be written")
