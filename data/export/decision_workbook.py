"""A decision as an Excel workbook with every number behind it.

What is typed stays text, as in :mod:`data.export.xlsx`; numbers are numbers.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from data.decisions import Figure, FigureLine, Number
from data.export.decision import compared_with, mark, own_lines, said, state
from data.export.xlsx import FORMATS, MADE, OPTIONS, sheet_name
from data.follow_up import FollowedLine
from data.forms import Form
from data.records import Record
from data.texts import Texts

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_UNITS = {
    "count": "#,##0.00",
    "days": "#,##0.0",
    "hours": "#,##0.0",
    "share": "0.0%",
    "dkk": "#,##0",
}
_PARTS = (
    *("low", "mean", "high", "today_low", "today", "today_high"),
    *("difference", "difference_low", "difference_high"),
)
_NAMES = {"today": "today_mean"}
"""The text of a column where it is not named as the part is."""

Cell = str | float | None


def decision_workbook(
    form: Form,
    record: Record,
    figures: Sequence[tuple[Figure, FigureLine]],
    numbers: Sequence[Number],
    commands: Sequence[str],
    texts: Texts,
    *,
    link: str = "",
    exercise: bool = True,
    followed: Sequence[tuple[str, Sequence[FollowedLine]]] = (),
) -> bytes:
    """Return the decision in *record* as the bytes of an xlsx file.

    It has a sheet with what was written, one with the expected *figures*, one with all *numbers*, one with
    the quarters that were *followed* (each with its name), one with the municipality's own numbers, and
    one that says how they were calculated: the code, the *commands* that make them again, and the *link*
    to the workbench, each as text. With *exercise*, every sheet says so. The same arguments give the same
    bytes.
    """
    # XlsxWriter takes a twentieth of a second to import.
    from xlsxwriter import Workbook  # noqa: PLC0415

    file = BytesIO()
    book = Workbook(file, OPTIONS)
    title = texts("decision.heading", number=record.occasion)
    book.set_properties({"title": title, "created": MADE})
    head = [title, state(record, texts), mark(record, texts, exercise=exercise)]
    sheets = _Sheets(book, texts, head)
    sheets.add_answers(form, record)
    sheets.add_figures(figures, compared_with(record, texts))
    sheets.add_numbers(numbers, record.answers.get("against") or "")
    sheets.add_followed(followed)
    sheets.add_own(own_lines(record, texts))
    sheets.add_origin(record, commands, link)
    book.close()
    return file.getvalue()


class _Sheets:
    """A workbook whose sheets begin with the same lines."""

    def __init__(self, book: "Workbook", texts: Texts, head: Sequence[str]) -> None:
        self._book, self._texts, self._head = book, texts, head
        self._looks: dict[str, Format] = {
            name: book.add_format(look) for name, look in FORMATS.items()
        }
        self._numbers = {
            unit: book.add_format({"num_format": look}) for unit, look in _UNITS.items()
        }
        self._taken: set[str] = set()

    def add_answers(self, form: Form, record: Record) -> None:
        """Add the sheet with each question and its answer."""
        heads = [self._texts(f"form.{name}") for name in ("question", "answer")]
        sheet, row = self._begin("sheet_decision", (46, 100), heads)
        for section in form.sections:
            self._put(sheet, row, 0, section.title.in_(self._texts.language), "section")
            self._put(sheet, row, 1, "", "section")
            row += 1
            for item in form.items:
                if item.hidden or item.section != section.id:
                    continue
                self._put(sheet, row, 0, item.label.in_(self._texts.language), "cell")
                words = said(form, record, item.id, self._texts)
                none = self._texts("form.none")
                self._put(sheet, row, 1, words or none, "answer" if words else "none")
                row += 1
        self._put(sheet, row + 1, 0, form.note.in_(self._texts.language), "plain")

    def add_figures(self, figures: Sequence[tuple[Figure, FigureLine]], today: str) -> None:
        """Add the sheet with the figures that are expected; *today* is what they are compared with."""
        parts = ("today", "mean", "low", "high")
        named = [self._texts(f"decision.column_{part}") for part in parts[1:]]
        texts = self._texts
        heads = (texts("decision.column_figure"), texts("decision.column_unit"), today, *named)
        sheet, row = self._begin("sheet_figures", (46, 12, 16, 18, 16, 16), heads)
        for place, (figure, line) in enumerate(figures, start=row):
            unit = self._texts(f"decision.unit_{figure.kind}")
            cells = [line.label, unit, *(getattr(figure, part) for part in parts)]
            self._put_row(sheet, place, cells, figure.kind)
        if not figures:
            self._put(sheet, row, 0, self._texts("decision.no_source"), "none")

    def add_numbers(self, numbers: Sequence[Number], against: str) -> None:
        """Add the sheet with every measure of the calculation, compared with today or *against*."""
        about = ("measure", "id", "of", "unit")
        named = (_NAMES.get(name, name) for name in (*about, *_PARTS))
        heads = [self._texts(f"decision.column_{name}") for name in named]
        if against:
            place = len(about) + _PARTS.index("today_low")
            ends = ("low", "mean", "high")
            heads[place : place + 3] = [
                self._texts(f"decision.column_against_{end}", name=against) for end in ends
            ]
        sheet, row = self._begin("sheet_numbers", (52, 30, 16, 10, *[16] * len(_PARTS)), heads)
        for place, one in enumerate(numbers, start=row):
            words = [
                self._texts(f"measured.{one.measure}"),
                one.measure,
                self._texts(f"decision.of_{one.of}"),
                self._texts(f"decision.unit_{one.unit}"),
            ]
            cells = [*words, *(getattr(one, part) for part in _PARTS)]
            self._put_row(sheet, place, cells, one.unit)
        if not numbers:
            self._put(sheet, row, 0, self._texts("decision.no_numbers"), "none")

    def add_followed(self, followed: Sequence[tuple[str, Sequence[FollowedLine]]]) -> None:
        """Add the sheet with the quarters that were looked at; none where there are none."""
        if not followed:
            return
        names = ("figure", "counted", "expected", "verdict")
        heads = [self._texts("follow_up.quarter")]
        heads += [self._texts(f"follow_up.column_{name}") for name in names]
        sheet, row = self._begin("sheet_followed", (20, 60, 18, 18, 60), heads)
        for quarter, lines in followed:
            for line in lines:
                cells = (quarter, line.label, line.counted, line.expected, line.verdict)
                for column, words in enumerate(cells):
                    self._put(sheet, row, column, words, "plain")
                row += 1
        self._put(sheet, row + 1, 0, self._texts("follow_up.no_effect"), "plain")

    def add_own(self, lines: Sequence[str]) -> None:
        """Add the sheet with the municipality's own numbers; none where it is invented."""
        if not lines:
            return
        sheet, row = self._begin("sheet_own", (120,), ())
        for place, line in enumerate(lines, start=row):
            self._put(sheet, place, 0, line, "answer")

    def add_origin(self, record: Record, commands: Sequence[str], link: str) -> None:
        """Add the sheet that says how the numbers were calculated, and how they are again."""
        sheet, row = self._begin("sheet_source", (34, 110), ())
        answers = record.answers
        if not answers.get("code"):
            self._put(sheet, row, 0, self._texts("decision.no_source"), "none")
            return
        here, elsewhere = [*commands, "", ""][:2]
        told = {
            "code": answers.get("code"),
            "seed": answers.get("seed"),
            "runs": answers.get("replications"),
            "years": answers.get("years"),
            "here": here,
            "elsewhere": elsewhere,
            "link": link,
        }
        for name, words in told.items():
            if words:
                self._put(sheet, row, 0, self._texts(f"decision.source_{name}"), "cell")
                self._put(sheet, row, 1, words, "answer")
                row += 1

    def _begin(
        self, id: str, widths: Sequence[int], heads: Sequence[str]
    ) -> tuple["Worksheet", int]:
        """Begin a sheet and return it with the first free row below its *heads*."""
        name = sheet_name(self._texts(f"decision.{id}"), self._taken)
        self._taken.add(name.casefold())
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        for row, (words, look) in enumerate(
            zip(self._head, ("title", "plain", "mark"), strict=True)
        ):
            self._put(sheet, row, 0, words, look)
        row = len(self._head) + 1
        for column, head in enumerate(heads):
            self._put(sheet, row, column, head, "header")
        if heads:
            sheet.freeze_panes(row + 1, 1)
        return sheet, row + 1 if heads else row

    def _put_row(self, sheet: "Worksheet", row: int, cells: Sequence[Cell], unit: str) -> None:
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                self._put(sheet, row, column, cell, "plain")
            elif cell is not None:
                sheet.write_number(row, column, cell, self._numbers[unit])

    def _put(self, sheet: "Worksheet", row: int, column: int, words: str, look: str) -> None:
        if sheet.write_string(row, column, words, self._looks[look]) != 0:
            raise ValueError(f"row {row + 1}, column {column + 1} could not be written")
