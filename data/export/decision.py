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
OWN = 6
"""The municipality's own numbers that stand on the page."""

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
    spare: bool = False
    """Whether the workbook will do, where the page has no room for it."""


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
    first one is shown. With *exercise*, the page says that its numbers are made up, unless they are the
    municipality's own. The same arguments
    give the same bytes.
    """
    # python-docx takes a tenth of a second to import.
    from docx import Document  # noqa: PLC0415

    shown = [line for line in figures if line.id in SHOWN]
    blocks, size = _fitted([*_blocks(form, record, shown, commands, texts)], len(shown), texts)
    document = Document()
    _set_up(document, blocks[0].words, size, texts, mark(record, texts, exercise=exercise))
    for block in blocks:
        if block.look == "table":
            _write_table(document, shown, texts, compared_with(record, texts))
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


def mark(record: Record, texts: Texts, *, exercise: bool) -> str:
    """Return what stands above everything: whether the figures are made up or the municipality's own."""
    if record.answers.get("municipality") == "own":
        return texts("decision.own_mark")
    return texts("decision.exercise") if exercise else texts("export.tool")


def own_lines(record: Record, texts: Texts) -> list[str]:
    """Return the municipality's own numbers of *record*, each with its source; none where it is invented."""
    words = nothing_personal(record.answers.get("own_figures") or "", texts)
    return [holdable(line) for line in words.splitlines() if line]


def compared_with(record: Record, texts: Texts) -> str:
    """Return what the column of today is called: another name where it is not today."""
    against = record.answers.get("against")
    return holdable(nothing_personal(against, texts)) if against else texts("decision.column_today")


def origin(record: Record, commands: Sequence[str], texts: Texts) -> str:
    """Return a sentence that says where the figures of *record* come from."""
    answers = record.answers
    if not answers.get("code"):
        return texts("decision.no_source")
    slots = {name: answers.get(name) or "–" for name in ("code", "years", "seed")}
    runs = answers.get("replications") or "–"
    command = commands[0] if commands else "–"
    whose = "own" if answers.get("municipality") == "own" else "invented"
    return holdable(texts(f"decision.source_{whose}", **slots, runs=runs, command=command))


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
            label = texts(f"decision.part_{name or id}")
            yield _Block("text", words, label, spare=id == "also_found")

    heading = texts("decision.heading", number=record.occasion)
    yield _Block("title", said(form, record, "question", texts) or heading)
    yield _Block("aside", f"{heading} · {state(record, texts)}")
    yield _Block("heading", texts("decision.summary"))
    yield from part("findings", always=True)
    yield from part("outcome", name="decision", always=True)
    yield _Block("heading", texts("decision.case"))
    for id in ("hypothesis", "tried", "certainty", "also_found", "reasons"):
        yield from part(id)
    yield from _own(record, texts)
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


def _own(record: Record, texts: Texts) -> Iterator[_Block]:
    """Yield the first of the municipality's own numbers; the workbook has all of them."""
    lines = own_lines(record, texts)
    if lines:
        rest = [texts("decision.own_rest", count=len(lines) - OWN)] if len(lines) > OWN else []
        words = "; ".join([*lines[:OWN], *rest])
        yield _Block("text", words, texts("decision.part_own"), spare=True)


def _limits(record: Record, texts: Texts) -> str:
    """Return what the model leaves out, for a decision with its figures where nobody has said it."""
    if not record.answers.get("code"):
        return texts("decision.not_written")
    return " · ".join(words for id, words in texts.words.items() if id.startswith("limits."))


def _follow_up(form: Form, record: Record, texts: Texts) -> Iterator[_Block]:
    begins, day = (_day_in_words(form, record, id, texts) for id in ("begins", "review"))
    start = texts("decision.begins", date=begins) if begins else ""
    words = ", ".join(each for each in (start, said(form, record, "follow_up", texts), day) if each)
    if words:
        yield _Block("text", words, texts("decision.part_follow_up"))


def _day_in_words(form: Form, record: Record, id: str, texts: Texts) -> str:
    item, day = form.item(id), record.answers.get(id)
    return item.say(day, texts) if item and day and item.allows(day) and "-" in day else ""


# --- That it is one page --------------------------------------------------------------------------


def _fitted(blocks: list[_Block], rows: int, texts: Texts) -> tuple[list[_Block], float]:
    """Return the *blocks* that are on one page, and the size of their text.

    Where all of them are not, what the workbook will do for is left to it, the last first, and that is said.
    """
    left = blocks
    while _too_tall(left, rows) and (spare := [block for block in left if block.spare]):
        *rest, last = [block for block in left if block is not spare[-1]]
        said = texts("decision.in_workbook")
        words = last.words if last.words.endswith(said) else f"{last.words} {said}"
        left = [*rest, _Block(last.look, words)]
    return left, _largest(left, rows)


def _too_tall(blocks: Sequence[_Block], rows: int) -> bool:
    return sum(_height(b, _SIZES[-1], rows) for b in blocks) > _HEIGHT * _POINTS


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


def _set_up(document: "Document", title: str, size: float, texts: Texts, mark: str) -> None:
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
    header.text = mark
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


def _write_table(
    document: "Document", lines: Sequence[FigureLine], texts: Texts, today: str
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.shared import Cm, Pt  # noqa: PLC0415

    heads = [texts(f"decision.column_{name}") for name in ("figure", "expected", "range")]
    table = new_table(document, [heads[0], today, *heads[1:]])
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
