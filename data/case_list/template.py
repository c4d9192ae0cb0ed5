"""An empty case list to fill in, as an Excel workbook with a sheet that says how."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from data.case_list.cells import LONGEST_NAME, MOST_DISTRICTS
from data.case_list.entries import Case, PostPlan
from data.case_list.sheets import LARGEST, MOST_ROWS
from data.case_list.table import FIELDS, REQUIRED, Kind
from data.presets import parameters
from data.texts import Texts

# The day the workbook says it was made, so that the same list gives the same bytes.
_MADE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_FORMS = {"born": "dd-mm-yyyy", "start": "dd-mm-yyyy", "last_meeting": "dd-mm-yyyy"}
_FORMS |= {"district": "0", "weekly_hours": "0.0"}
_YES_OR_NO = {"high_need", "specialist"}
_TEXT = "@"


def write_template(
    texts: Texts, *, cases: Sequence[Case] = (), posts: Sequence[PostPlan] = ()
) -> bytes:
    """Return a workbook to fill in, with headings in the language of *texts*, as bytes of xlsx.

    Its sheets are those that :func:`~data.case_list.reading.read_case_list` and
    :func:`~data.case_list.reading.read_posts` read, and one that explains each column. *cases* and
    *posts* are filled in, so that a list can be written out and read again. The same arguments give
    the same bytes.
    """
    file = BytesIO()
    book = Workbook(file, {"in_memory": True})
    book.set_properties({"title": texts("case_list.guide_title"), "created": _MADE})
    _guide(book, texts)
    lines = [
        [
            case.reference,
            case.birthday,
            case.referral,
            case.coordinator,
            case.last_meeting,
            case.high_need,
            case.district,
        ]
        for case in cases
    ]
    first = _list(book, "cases", lines, texts)
    _list(
        book,
        "posts",
        [[post.name, post.weekly_hours, post.district, post.specialist] for post in posts],
        texts,
    )
    first.activate()
    book.close()
    return file.getvalue()


def _guide(book: Workbook, texts: Texts) -> None:
    """Write the sheet that says what goes into each column, with an example."""
    sheet = book.add_worksheet(texts("case_list.sheet.guide"))
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    title = book.add_format({"bold": True, "font_size": 16})
    sheet.write_string(0, 0, texts("case_list.guide_title"), title)
    size, rows = texts.number(LARGEST // 1_000_000), texts.number(MOST_ROWS)
    sheet.write_string(1, 0, texts("case_list.guide_private"))
    sheet.write_string(2, 0, texts("case_list.guide_how", size=size, rows=rows))
    row = 4
    hours = parameters()["weekly_hours"]
    bounds = {"least": texts.number(hours.minimum), "most": texts.number(hours.maximum)}
    bounds |= {"limit": str(LONGEST_NAME), "districts": str(MOST_DISTRICTS)}
    for kind, fields in FIELDS.items():
        words = texts("case_list.guide_sheet", sheet=texts(f"case_list.sheet.{kind}"))
        sheet.write_string(row, 0, words, bold)
        for column, name in enumerate(("must", "meaning", "example"), start=1):
            sheet.write_string(row, column, texts(f"case_list.guide_{name}"), bold)
        for field in fields:
            row += 1
            must = "case_list.yes" if field in REQUIRED else "case_list.no"
            line = [texts(f"case_list.column.{field}"), texts(must)]
            line += [texts(f"case_list.meaning.{field}", **bounds)]
            line += [texts(f"case_list.example.{field}")]
            for column, words in enumerate(line):
                sheet.write_string(row, column, words, wrapped)
        row += 2
    for column, width in enumerate((24, 20, 70, 18)):
        sheet.set_column(column, column, width)


def _list(book: Workbook, kind: Kind, lines: Sequence[Sequence[object]], texts: Texts) -> Worksheet:
    """Write the sheet of *kind* with its headings, its formats and the *lines* there are."""
    sheet = book.add_worksheet(texts(f"case_list.sheet.{kind}"))
    bold = book.add_format({"bold": True, "bottom": 2})
    yes, no = texts("case_list.yes"), texts("case_list.no")
    for column, field in enumerate(FIELDS[kind]):
        form = book.add_format({"num_format": _FORMS.get(field, _TEXT)})
        sheet.set_column(column, column, 16, form)
        sheet.write_string(0, column, texts(f"case_list.column.{field}"), bold)
        if field in _YES_OR_NO:
            choices = {"validate": "list", "source": [yes, no]}
            sheet.data_validation(1, column, MOST_ROWS, column, choices)
        for row, line in enumerate(lines, start=1):
            value = line[column]
            if isinstance(value, bool):
                sheet.write_string(row, column, yes if value else no, form)
            elif isinstance(value, date):
                sheet.write_datetime(row, column, value, form)
            elif isinstance(value, int | float):
                sheet.write_number(row, column, value, form)
            elif value:
                sheet.write_string(row, column, str(value), form)
    sheet.freeze_panes(1, 0)
    return sheet
