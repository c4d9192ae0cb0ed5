"""A filled form as a Word document, which a young person can read.

It has real headings, a language and a title, so that it can be read aloud and searched; it names no
author, no computer and no path, and no text in it becomes a field or a link.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from data.export.filled import Filled, Grid, Line, filled
from data.forms import Form
from data.records import Record
from data.texts import Texts

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_MADE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_TAGS = {"da": "da-DK", "en": "en-GB"}
_FONT = "Calibri"
_INK, _TEAL, _AMBER, _GREY = "1F2A2A", "0B5A5A", "8A3F00", "595959"
_STYLES = {
    "title",
    "heading 1",
    "heading 2",
    "heading 3",
    "list bullet",
    "table grid",
    "header",
    "footer",
}
"""The template's styles that we use, besides its defaults."""
_OF_THE_TEMPLATE = ("/thumbnail", "/extended-properties", "/customXml", "/stylesWithEffects")
_SIDE_BY_SIDE = 4
"""Columns that fit beside each other on a page; a table with more is shown row by row."""


def form_document(
    form: Form, heading: str, record: Record, texts: Texts, *, exercise: bool = True
) -> bytes:
    """Return the answers in *record* to *form* as the bytes of a docx file.

    *heading* is the line that says which case it is; with *exercise*, every page says that the case
    is made up. The time of saving is shown in Danish time. The same arguments give the same bytes.
    """
    # python-docx takes a tenth of a second to import.
    from docx import Document  # noqa: PLC0415

    content = filled(form, heading, record, texts, exercise=exercise)
    document = Document()
    _set_up(document, content, texts, exercise=exercise)
    _write_head(document, content, texts, exercise=exercise)
    for part in content.parts:
        if part.title:
            document.add_heading(part.title, 1)
        if part.help:
            document.add_paragraph(part.help, "Aside")
        for line in part.lines:
            _write_line(document, line)
        for grid in part.grids:
            _write_grid(document, grid, part.title, texts)
    _write_end(document, content, texts)
    file = BytesIO()
    document.save(file)
    return without_clock(file.getvalue())


def _write_head(document: "Document", content: Filled, texts: Texts, *, exercise: bool) -> None:
    document.add_paragraph(content.title, "Title")
    document.add_paragraph(content.heading, "Question")
    document.add_paragraph(content.mark, "Mark")
    if content.purpose:
        document.add_paragraph(content.purpose)
    facts = [*content.occasion, content.state, content.progress, content.saved]
    facts += [content.handed_over] if content.handed_over else []
    document.add_paragraph(" · ".join(facts), "Aside")
    if not exercise:
        document.add_paragraph(texts("export.delete"), "Aside")


def _write_line(document: "Document", line: Line) -> None:
    document.add_paragraph(line.question, "Question")
    document.add_paragraph(line.answer, "Answer" if line.answered else "No answer")


def _write_grid(document: "Document", grid: Grid, section: str, texts: Texts) -> None:
    own = grid.title != section  # else its heading stands above already
    if own:
        document.add_heading(grid.title, 2)
    if grid.help:
        document.add_paragraph(grid.help, "Aside")
    if not grid.rows:
        document.add_paragraph(texts("export.no_rows"), "No answer")
    elif len(grid.columns) <= _SIDE_BY_SIDE:
        _write_table(document, grid.columns, grid.rows)
    else:
        for number, row in enumerate(grid.rows, start=1):
            row_title = texts("export.row", row=grid.row, number=number)
            document.add_heading(row_title, 3 if own else 2)
            asked = [line for line in row if line is not None]
            _write_pairs(document, asked, texts)


def _write_table(
    document: "Document", columns: Sequence[str], rows: Sequence[Sequence[Line | None]]
) -> None:
    table = new_table(document, columns)
    for row in rows:
        cells = add_row(table)
        for cell, line in zip(cells, row, strict=True):
            _fill(document, cell, line)
    document.add_paragraph()


def _write_pairs(document: "Document", lines: Sequence[Line], texts: Texts) -> None:
    """Write the questions of one row of a table below each other, beside their answers."""
    from docx.shared import Cm  # noqa: PLC0415

    table = new_table(document, [texts("form.question"), texts("form.answer")])
    for line in lines:
        cells = add_row(table)
        cells[0].text = line.question
        _fill(document, cells[1], line)
    for row in table.rows:
        for cell, width in zip(row.cells, (Cm(6), Cm(10.6)), strict=True):
            cell.width = width
    document.add_paragraph()


def new_table(document: "Document", columns: Sequence[str]) -> "Table":
    """Return a table with a header row of *columns*, which is read out as such."""
    table: Table = document.add_table(rows=1, cols=len(columns), style="Table Grid")
    for cell, words in zip(table.rows[0].cells, columns, strict=True):
        cell.paragraphs[0].text = words
        cell.paragraphs[0].style = document.styles["Question"]
    # The first row is the header: it is read out as such, and stands on every page.
    _mark_row(table, "w:tblHeader")
    return table


def add_row(table: "Table") -> tuple["_Cell", ...]:
    """Return the cells of a further row of *table*, which is not broken over two pages."""
    row = table.add_row()  # type: ignore[no-untyped-call]
    _mark_row(table, "w:cantSplit")
    return tuple(row.cells)


def _mark_row(table: "Table", mark: str) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415

    table.rows[-1]._tr.get_or_add_trPr().append(OxmlElement(mark))


def _fill(document: "Document", cell: "_Cell", line: Line | None) -> None:
    if line is not None:
        cell.paragraphs[0].text = line.answer
        if not line.answered:
            cell.paragraphs[0].style = document.styles["No answer"]


def _write_end(document: "Document", content: Filled, texts: Texts) -> None:
    reasons = dict.fromkeys(_reasons(content, texts))
    if reasons:
        document.add_heading(texts("export.reasons"), 1)
    for words in reasons:
        document.add_paragraph(words, "List Bullet")
    document.add_paragraph(texts("form.sheet_source", note=content.note), "Aside")


def _reasons(content: Filled, texts: Texts) -> Iterator[str]:
    for part in content.parts:
        for line in part.lines:
            if line.reason:
                yield texts("export.reason", label=line.question, source=line.reason)
        for grid in part.grids:
            for column, reason in zip(grid.columns, grid.reasons, strict=True):
                if reason:
                    yield texts("export.reason", label=column, source=reason)


# --- The look, and what the file says of itself -----------------------------------------------


def _set_up(document: "Document", content: Filled, texts: Texts, *, exercise: bool) -> None:
    begin(document, content.title, texts)
    set_page(document, content.mark if exercise else texts("export.tool"), texts)


def set_page(document: "Document", mark: str, texts: Texts) -> None:
    """Make the pages of *document* A4, with *mark* above and the number of the page below."""
    from docx.shared import Cm  # noqa: PLC0415

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2)
    header = section.header.paragraphs[0]
    header.text = mark
    header.style = document.styles["Mark"]
    footer = section.footer.paragraphs[0]
    footer.text = f"{texts('export.tool')} · {texts('export.page')} "
    footer.style = document.styles["Aside"]
    _add_page_number(footer)


def begin(document: "Document", title: str, texts: Texts) -> None:
    """Give *document* our styles, a title and a language, and take out what tells who made it."""
    tag = _TAGS[texts.language]
    about = document.core_properties
    about.author = about.last_modified_by = about.comments = about.keywords = ""
    about.title, about.language = title, tag
    about.created = about.modified = _MADE
    about.revision = 1
    _drop_what_the_template_says(document)
    _keep_our_styles(document)
    _set_styles(document, tag)


def _keep_our_styles(document: "Document") -> None:
    """Take out the template's other styles, which make every look-up of a style slow."""
    from docx.oxml.ns import qn  # noqa: PLC0415

    every = document.styles.element
    for style in list(every.iter(qn("w:style"))):
        for link in list(style.iter(qn("w:link"))):
            style.remove(link)
        name = style.find(qn("w:name")).get(qn("w:val")).casefold()
        if not style.get(qn("w:default")) and name not in _STYLES:
            every.remove(style)


def _set_styles(document: "Document", tag: str) -> None:
    looks: list[tuple[str, int, str, bool, int, int]] = [
        # name, size, colour, bold, space before and after in points
        ("Normal", 11, _INK, False, 0, 6),
        ("Title", 22, _TEAL, True, 0, 6),
        ("Heading 1", 16, _TEAL, True, 18, 6),
        ("Heading 2", 13, _TEAL, True, 14, 4),
        ("Heading 3", 11, _TEAL, True, 10, 4),
        ("Question", 11, _INK, True, 8, 0),
        ("Answer", 11, _INK, False, 0, 6),
        ("No answer", 11, _GREY, False, 0, 6),
        ("Mark", 11, _AMBER, True, 0, 6),
        ("Aside", 9, _GREY, False, 0, 6),
    ]
    for name, size, colour, bold, before, after in looks:
        style = _style(document, name)
        style.font.name, style.font.bold = _FONT, bold
        set_look(style, size, colour, before, after)
    _style(document, "Question").paragraph_format.keep_with_next = True
    _set_language(document, tag)


def _style(document: "Document", name: str) -> Any:
    from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415

    if name not in [style.name for style in document.styles]:
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    return document.styles[name]


def set_look(style: Any, size: float, colour: str, before: float, after: float) -> None:
    """Set size, colour and the space before and after, in points, of a paragraph *style*."""
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    style.font.size = Pt(size)
    style.font.color.rgb = RGBColor.from_string(colour)
    style.paragraph_format.space_before = Pt(before)
    style.paragraph_format.space_after = Pt(after)
    # The template's headings name the theme's fonts, which would win over ours.
    fonts = style.element.rPr.rFonts
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)


def _set_language(document: "Document", tag: str) -> None:
    from docx.oxml.ns import qn  # noqa: PLC0415

    for element in document.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), tag)
    for element in document.settings.element.iter(qn("w:themeFontLang")):
        element.set(qn("w:val"), tag)


def _add_page_number(paragraph: "Paragraph") -> None:
    """Add the number of the page: the one field of the document, and all of it is ours."""
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run = OxmlElement("w:r")
    shown = OxmlElement("w:t")
    shown.text = "1"  # until Word counts
    run.append(shown)
    field.append(run)
    paragraph._p.append(field)


def _drop_what_the_template_says(document: "Document") -> None:
    """Take out what the template says of the program and the person that made it."""
    for relations in (document.part.package.rels, document.part.rels):
        for id, each in list(relations.items()):
            if each.reltype.endswith(_OF_THE_TEMPLATE):
                del relations[id]


def without_clock(content: bytes) -> bytes:
    """Return *content* packed with one date for all its parts, instead of the time of day."""
    file = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(file, "w") as new:
        for name in old.namelist():
            entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return file.getvalue()
