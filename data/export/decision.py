"""A decision as one page in Word, for directors and politicians.

It has the shape that a Danish case for a political agenda has: what it is about in short, the case,
the economy, and what is recommended. It says what was not calculated, and where the figures come from.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Literal

from data.decisions import FigureLine
from data.export.characters import holdable
from data.export.docx import add_row, begin, new_table, set_look, without_clock
from data.export.filled import nothing_personal
from data.forms import Form
from data.records import Record
from data.texts import Texts

if TYPE_CHECKING:
    from docx.document import Document

SHOWN = ("late", "breach", "wait", "kept", "missed", "cost_year")
"""The figures that stand on the page; the workbook has all of them."""

_SIZES = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0)
"""Points of the text; the largest with which all of it is on one page is taken."""
_WIDTH, _HEIGHT = 17.4, 26.5
"""Centimetres of an A4 page that text may fill."""
_POINTS = 72 / 2.54
_ACROSS, _DOWN = 0.51, 1.24
"""Width of a sign and height of a line, as parts of the size: a little more than Calibri's."""
_COLUMNS = (7.4, 3.0, 3.0, 4.0)
_INK, _TEAL, _GREY = "1F2A2A", "0B5A5A", "595959"
_TITLE, _SMALL = 15.0, 8.0

Look = Literal["title", "aside", "heading", "text", "table", "small"]


@dataclass(frozen=True, slots=True)
class _Block:
    """A piece of the page."""

    look: Look
    words: str = ""
    label: str = ""
    """Stands in bold before the words."""


def decision_document(
    form: Form,
    record: Record,
    figures: Sequence[FigureLine],
    commands: Sequence[str],
    texts: Texts,
    *,
    exercise: bool = True,
) -> bytes:
    """Return the decision in *record* as the bytes of a docx file of one page.

    *figures* are the expected figures in words, *commands* what to type to calculate them again; the
    first one is shown. With *exercise*, the page says that its numbers are made up. The same arguments
    give the same bytes.
    """
    # python-docx takes a tenth of a second to import.
    from docx import Document  # noqa: PLC0415

    shown = [line for line in figures if line.id in SHOWN]
    blocks = [*_blocks(form, record, shown, commands, texts)]
    size = _largest(blocks, len(shown))
    document = Document()
    _set_up(document, blocks[0].words, size, texts, exercise=exercise)
    for block in blocks:
        if block.look == "table":
            _write_table(document, shown, texts)
        else:
            _write(document, block)
    file = BytesIO()
    document.save(file)
    return without_clock(file.getvalue())


def said(form: Form, record: Record, id: str, texts: Texts) -> str:
    """Return the answer to the question *id* in words; nothing where there is none."""
    item, answer = form.item(id), form.complete(record.answers).get(id)
    if item is None or answer is None:
        return ""
    words = item.say(answer, texts)
    return holdable(nothing_personal(words, texts) if item.kind == "note" else words)


def origin(record: Record, commands: Sequence[str], texts: Texts) -> str:
    """Return a sentence that says where the figures of *record* come from."""
    answers = record.answers
    if not answers.get("code"):
        return texts("decision.no_source")
    slots = {name: answers.get(name) or "–" for name in ("code", "years", "seed")}
    runs = answers.get("replications") or "–"
    command = commands[0] if commands else "–"
    return holdable(texts("decision.source", **slots, runs=runs, command=command))


def state(record: Record, texts: Texts) -> str:
    """Return whether *record* is a draft or finished, and when it was saved."""
    words = texts("decision.draft")
    if record.state == "finished":
        words = texts("decision.finished", version=record.version)
    if record.saved_on is None:
        return words
    return f"{words} · {texts('decision.saved_on', date=texts.date(record.saved_on))}"


# --- What stands on the page --------------------------------------------------------------------


def _blocks(
    form: Form, record: Record, shown: Sequence[FigureLine], commands: Sequence[str], texts: Texts
) -> Iterator[_Block]:
    def part(id: str, *, name: str = "", always: bool = False) -> Iterator[_Block]:
        words = said(form, record, id, texts)
        if words or always:
            words = words or texts("decision.not_written")
            yield _Block("text", words, texts(f"decision.part_{name or id}"))

    heading = texts("decision.heading", number=record.occasion)
    yield _Block("title", said(form, record, "question", texts) or heading)
    yield _Block("aside", f"{heading} · {state(record, texts)}")
    yield _Block("heading", texts("decision.summary"))
    yield from part("findings", always=True)
    yield from part("outcome", name="decision", always=True)
    yield _Block("heading", texts("decision.case"))
    for id in ("hypothesis", "tried", "certainty", "reasons"):
        yield from part(id)
    left_out = said(form, record, "not_modelled", texts) or _limits(record, texts)
    yield _Block("text", left_out, texts("decision.part_not_modelled"))
    yield _Block("heading", texts("decision.economy"))
    yield _Block("text", said(form, record, "economy", texts) or texts("decision.no_economy"))
    yield _Block("heading", texts("decision.recommendation"))
    yield _Block("text", said(form, record, "decision", texts) or texts("decision.not_written"))
    yield from part("expected")
    if shown:
        yield _Block("table")
    yield from part("change_mind")
    yield from _follow_up(form, record, texts)
    yield _Block("small", f"{texts('decision.proposal')} {origin(record, commands, texts)}")


def _limits(record: Record, texts: Texts) -> str:
    """Return what the model leaves out, for a decision with its figures where nobody has said it."""
    if not record.answers.get("code"):
        return texts("decision.not_written")
    return " · ".join(words for id, words in texts.words.items() if id.startswith("limits."))


def _follow_up(form: Form, record: Record, texts: Texts) -> Iterator[_Block]:
    who, when = said(form, record, "follow_up", texts), record.answers.get("review")
    item = form.item("review")
    day = item.say(when, texts) if item and when and item.allows(when) else ""
    words = ", ".join(each for each in (who, day) if each)
    if words:
        yield _Block("text", words, texts("decision.part_follow_up"))


# --- That it is one page --------------------------------------------------------------------------


def _largest(blocks: Sequence[_Block], rows: int) -> float:
    """Return the largest size with which all *blocks* are on one page, else the smallest."""
    page = _HEIGHT * _POINTS
    fits = (size for size in _SIZES if sum(_height(b, size, rows) for b in blocks) <= page)
    return next(fits, _SIZES[-1])


def _height(block: _Block, size: float, rows: int) -> float:
    """Return how many points of the page *block* takes at most."""
    if block.look == "table":
        return (rows + 1) * (size * _DOWN + 1) + 6
    sizes = {"title": _TITLE, "heading": size + 1.5, "aside": _SMALL, "small": _SMALL}
    space = {"title": 2, "heading": 8, "aside": 4, "small": 6}
    own = sizes.get(block.look, size)
    signs = _WIDTH * _POINTS / (_ACROSS * own)
    words = f"{block.label} {block.words}".splitlines()
    lines = sum(max(1, ceil(len(line) / signs)) for line in words)
    return lines * own * _DOWN + space.get(block.look, 2)


def _set_up(document: "Document", title: str, size: float, texts: Texts, *, exercise: bool) -> None:
    from docx.shared import Cm  # noqa: PLC0415

    begin(document, title, texts)
    styles = document.styles
    looks: list[tuple[str, float, str, float, float]] = [
        ("Normal", size, _INK, 0, 2),
        ("Question", size, _INK, 0, 0),
        ("Title", _TITLE, _TEAL, 0, 2),
        ("Heading 1", size + 1.5, _TEAL, 6, 1),
        ("Aside", _SMALL, _GREY, 2, 2),
    ]
    for name, points, colour, before, after in looks:
        set_look(styles[name], points, colour, before, after)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm((21 - _WIDTH) / 2)
    section.top_margin = section.bottom_margin = Cm((29.7 - _HEIGHT) / 2)
    section.header_distance = section.footer_distance = Cm(0.6)
    header, footer = section.header.paragraphs[0], section.footer.paragraphs[0]
    header.text = texts("decision.exercise") if exercise else texts("export.tool")
    header.style = styles["Mark"]
    set_look(styles["Mark"], 9, "8A3F00", 0, 0)
    footer.text, footer.style = texts("export.tool"), styles["Aside"]


def _write(document: "Document", block: _Block) -> None:
    if block.look == "heading":
        document.add_heading(block.words, 1)
        return
    styles = {"title": "Title", "aside": "Aside", "small": "Aside"}
    paragraph = document.add_paragraph("", styles.get(block.look))
    if block.label:
        paragraph.add_run(f"{block.label} ").bold = True
    paragraph.add_run(block.words)


def _write_table(document: "Document", lines: Sequence[FigureLine], texts: Texts) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.shared import Cm, Pt  # noqa: PLC0415

    names = ("figure", "today", "expected", "range")
    table = new_table(document, [texts(f"decision.column_{name}") for name in names])
    for line in lines:
        cells = (line.label, line.today, line.expected, line.range)
        for cell, words in zip(add_row(table), cells, strict=True):
            cell.text = words
    for row in table.rows:
        for place, (cell, width) in enumerate(zip(row.cells, _COLUMNS, strict=True)):
            cell.width = Cm(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            if place:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_paragraph("", "Aside").paragraph_format.line_spacing = Pt(4)
