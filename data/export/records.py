"""Many filled forms as one Excel workbook: a row a form, a sheet for each of its tables.

What is typed stays text, as in :mod:`data.export.xlsx`. Only what is asked is there, and what is
personal is left out.
"""

from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from data.answers import key_in_row, row_ids
from data.export.characters import holdable
from data.export.filled import nothing_personal
from data.export.xlsx import FORMATS, MADE, OPTIONS, sheet_name
from data.forms import Form, Item, Table
from data.records import Record
from data.texts import Texts

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_REPORT_EVERY = 100
_LONGEST = 32_000
"""Signs in a cell as Excel counts them, an emoji as two; it holds 767 more, which we add words in."""
_ABOUT = ("case", "occasion", "state", "version", "saved")
_WIDTH = 18
_HEAD = 3
"""Rows above the rows: the title, what it is, a blank one."""

Report = Callable[[int, int], object]
"""Called with how many records are done, and of how many."""


def records_workbook(
    form: Form,
    records: Sequence[Record],
    texts: Texts,
    *,
    report: Report | None = None,
    exercise: bool = True,
) -> bytes:
    """Return *records* of *form* as the bytes of an xlsx file, in the order they are given.

    *report* hears how far it is. With *exercise*, every sheet says that the cases are made up. An
    answer that is longer than a cell is cut, and says so. The same arguments give the same bytes.
    """
    # XlsxWriter takes a twentieth of a second to import.
    from xlsxwriter import Workbook  # noqa: PLC0415

    file = BytesIO()
    book = Workbook(file, OPTIONS)
    title = holdable(form.title.in_(texts.language))
    book.set_properties({"title": title, "created": MADE})
    mark = texts("form.exercise") if exercise else texts("export.tool")
    sheets = _Sheets(book, texts, title, mark)
    items = [item for item in form.items if not item.hidden]
    main = sheets.add(title, items)
    tables = [(table, sheets.add_table(table)) for table in form.tables]
    for number, record in enumerate(records, start=1):
        answers = form.complete(record.answers)
        asked = {key for key, _ in form.asked(answers)}
        about = [str(getattr(record, name) or "") for name in _ABOUT[:-1]]
        about[2] = sheets.states[record.state]
        about.append(record.saved.isoformat(timespec="seconds") if record.saved else "")
        if items:
            main.write(about, [(i, answers[i.id]) if i.id in asked else None for i in items])
        for table, sheet in tables:
            for place, row in enumerate(row_ids(record.answers, table.id), start=1):
                keys = [(i, key_in_row(table.id, row, i.id)) for i in table.items if not i.hidden]
                cells = [(i, answers[key]) if key in asked else None for i, key in keys]
                sheet.write([*about, str(place)], cells)
        if report is not None and (number % _REPORT_EVERY == 0 or number == len(records)):
            report(number, len(records))
    book.close()
    return file.getvalue()


class _Sheets:
    """The sheets of a workbook, and the words that stand on all of them."""

    def __init__(self, book: "Workbook", texts: Texts, title: str, mark: str) -> None:
        self._book, self._texts, self._title, self._mark = book, texts, title, mark
        self.looks = {name: book.add_format(look) for name, look in FORMATS.items()}
        # 10,000 rows that wrap are slow to open, and a row is read across.
        self.looks["answer"] = book.add_format({"quote_prefix": True})
        self.states = {
            "draft": texts("export.draft"),
            "finished": texts("cases.finished"),
        }
        self._names: set[str] = set()
        self._said: dict[tuple[int, str], str] = {}

    def add(self, title: str, items: Sequence[Item], extra: Sequence[str] = ()) -> "_Rows":
        """Add a sheet with a column for each of *items* after what the record is."""
        name = sheet_name(holdable(title), self._names)
        self._names.add(name.casefold())
        sheet = self._book.add_worksheet(name)
        columns = (
            "export.column_case",
            "export.column_occasion",
            "export.column_state",
            "export.column_version",
            "export.column_saved",
        )
        heads = [self._texts(each) for each in columns]
        heads += [*extra, *(holdable(item.label.in_(self._texts.language)) for item in items)]
        put(sheet, 0, 0, self._title, self.looks["title"])
        put(sheet, 1, 0, self._mark, self.looks["mark"])
        for column, words in enumerate(heads):
            put(sheet, _HEAD, column, words, self.looks["header"])
        sheet.set_column(0, len(heads) - 1, _WIDTH)
        sheet.freeze_panes(_HEAD + 1, 1)
        sheet.set_header(f"&C{self._mark}")
        return _Rows(sheet, self)

    def add_table(self, table: Table) -> "_Rows":
        """Add a sheet with a row for each row of *table*."""
        items = [item for item in table.items if not item.hidden]
        row = table.row.in_(self._texts.language)
        return self.add(table.title.in_(self._texts.language), items, [holdable(row)])

    def say(self, item: Item, answer: str | None) -> str:
        """Return *answer* in words; no answer is an empty cell."""
        if answer is None:
            return ""
        if item.kind == "note":
            return self._fitting(nothing_personal(answer, self._texts))
        key = id(item), answer  # Most answers are among few.
        if key not in self._said:
            self._said[key] = self._fitting(item.say(answer, self._texts))
        return self._said[key]

    def _fitting(self, words: str) -> str:
        words = holdable(words)
        units = words.encode("utf-16-le")
        if len(units) <= 2 * _LONGEST:
            return words
        begin = units[: 2 * _LONGEST].decode("utf-16-le", errors="ignore")
        return f"{begin} {self._texts('export.cut')}"


class _Rows:
    """A sheet that takes one row after the other."""

    def __init__(self, sheet: "Worksheet", sheets: _Sheets) -> None:
        self._sheet, self._sheets = sheet, sheets
        self._row = _HEAD

    def write(self, about: Sequence[str], cells: Sequence[tuple[Item, str | None] | None]) -> None:
        """Write the next row; a question that is not asked is None."""
        self._row += 1
        for column, words in enumerate(self._words(about, cells)):
            if words:
                put(self._sheet, self._row, column, words, self._sheets.looks["answer"])

    def _words(
        self, about: Sequence[str], cells: Sequence[tuple[Item, str | None] | None]
    ) -> Iterator[str]:
        yield from map(holdable, about)
        for cell in cells:
            yield self._sheets.say(*cell) if cell else ""


def put(sheet: "Worksheet", row: int, column: int, words: str, look: object) -> None:
    """Write *words* into a cell; :exc:`ValueError` where it does not take them."""
    if sheet.write_string(row, column, words, look) != 0:
        raise ValueError(f"row {row + 1}, column {column + 1} could not be written")
