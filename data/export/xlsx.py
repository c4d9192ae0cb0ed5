"""A filled form as an Excel workbook.

Whatever was written stays text: formulas and links are switched off, so that a note which begins
with ``=`` does nothing on the computer that opens it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from data.forms import Form, Item
from data.records import Record
from data.texts import Texts

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
# The day the workbook says it was made, so that the same answers give the same bytes.
_MADE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_CELL_LIMIT = 32_767
"""Characters in one cell of Excel; XlsxWriter writes nothing at all where there are more."""

Line = list[str]


def form_workbook(form: Form, heading: str, record: Record, texts: Texts) -> bytes:
    """Return the answers in *record* to *form* as the bytes of an xlsx file.

    *heading* is the line that says which case it is; the time of saving is shown in Danish time.
    The same arguments give the same bytes.
    """
    file = BytesIO()
    book = Workbook(file, _OPTIONS)
    title = form.title.in_(texts.language)
    book.set_properties({"title": title, "created": _MADE})
    sheet = book.add_worksheet(texts("form.sheet"))
    answers = form.complete(record.answers)
    done, required = form.progress(answers)
    head = [
        (title, {"bold": True, "font_size": 16}),
        (heading, {"bold": True}),
        (texts("form.exercise"), {"bold": True, "font_color": "#8A3F00"}),
        (texts("form.progress", done=done, all=required), {}),
        (_saved(record, texts), {}),
    ]
    for row, (words, look) in enumerate(head):
        _write(sheet, row, 0, words, book.add_format(look))
    first = len(head) + 1
    names = [texts(f"form.{name}") for name in ("question", "answer", "reason")]
    lines = [_line(item, answers[item.id], texts) for item in form.items]
    _write_lines(book, sheet, first, [names, *lines])
    source = texts("form.sheet_source", note=form.note.in_(texts.language))
    last = first + len(form.items) + 2
    wrapped = book.add_format({"text_wrap": True, "italic": True, "valign": "top"})
    sheet.merge_range(last, 0, last, 2, source, wrapped)
    sheet.set_row(last, 32)
    _set_up_print(sheet, first, last, texts)
    book.close()
    return file.getvalue()


def _write_lines(book: Workbook, sheet: Worksheet, first: int, lines: Sequence[Line]) -> None:
    """Write *lines* from row *first* on; the first of them is the header and stays in sight."""
    header = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "top"})
    cell = book.add_format({"text_wrap": True, "bottom": 1, "valign": "top"})
    for row, line in enumerate(lines):
        for column, words in enumerate(line):
            _write(sheet, first + row, column, words, cell if row else header)
    for column, width in enumerate((46, 40, 34)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(first + 1, 0)


def _line(item: Item, answer: str | None, texts: Texts) -> Line:
    label = item.label.in_(texts.language)
    asked = label if item.required else texts("form.optional", label=label)
    source = item.source.in_(texts.language) if item.source else ""
    return [asked, item.say(answer, texts), source]


def _saved(record: Record, texts: Texts) -> str:
    if record.saved is None or record.saved_on is None:
        return texts("form.sheet_unsaved")
    day, time = texts.date(record.saved_on), texts.clock(record.saved)
    return texts("form.sheet_saved", date=day, time=time)


def _write(sheet: Worksheet, row: int, column: int, words: str, look: object) -> None:
    if sheet.write_string(row, column, words[:_CELL_LIMIT], look) != 0:
        raise ValueError(f"row {row + 1}, column {column + 1} could not be written")


def _set_up_print(sheet: Worksheet, header: int, last: int, texts: Texts) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header)
    sheet.print_area(0, 0, last, 2)
    # In a header an ampersand begins a command; these words hold none but ours.
    sheet.set_header(f"&C&14&K8A3F00{texts('form.exercise')}")
    sheet.set_footer(f"&C{texts('form.sheet_page')}")
