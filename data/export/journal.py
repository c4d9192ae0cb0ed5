"""A filled form as plain text, to be pasted into the official case system.

It says when, who by their roles, what was answered and what was agreed, and nothing else: a question
without an answer is left out. The lines of a long answer are indented, so that no line begins with
a sign that was typed.
"""

from collections.abc import Iterator, Sequence

from data.export.filled import Grid, Line, Part, filled
from data.forms import Form
from data.records import Record
from data.texts import Texts

_INDENT = "    "


def journal_text(
    form: Form, heading: str, record: Record, texts: Texts, *, exercise: bool | None = None
) -> str:
    """Return what *record* answers of *form* as plain text.

    *heading* is the line that says which case it is. *exercise* tells whether the case is made up;
    None asks its reference, which then begins with ``ØVELSE``. The same arguments give the same text.
    """
    if exercise is None:
        exercise = record.case.startswith("ØVELSE")
    content = filled(form, heading, record, texts, exercise=exercise)
    lines = [content.mark] if exercise else []
    lines += [content.title, content.heading, *content.occasion]
    lines += [content.purpose] if content.purpose else []
    answered = [line for part in content.parts for line in _part(part, texts)]
    lines += answered or ["", texts("export.journal_nothing")]
    made = texts("export.journal_made", state=content.state, saved=content.saved)
    return "\n".join([*lines, "", made, ""])


def _part(part: Part, texts: Texts) -> Iterator[str]:
    body = [*_answers(part.lines, texts)]
    for grid in part.grids:
        body += _grid(grid, part.title, texts)
    if body:
        yield ""
        if part.title:
            yield part.title.upper()
        yield from body


def _grid(grid: Grid, section: str, texts: Texts) -> Iterator[str]:
    rows = [[line for line in row if line and line.answered] for row in grid.rows]
    if any(rows) and grid.title != section:
        yield _with_colon(grid.title)
    for number, row in enumerate(rows, start=1):
        if row:
            yield texts("export.row", row=grid.row, number=number)
            yield from (f"  {words}" for words in _answers(row, texts))


def _answers(lines: Sequence[Line], texts: Texts) -> Iterator[str]:
    for line in lines:
        if line.answered:
            label = (
                line.question if line.question.endswith(("?", ":", ".")) else f"{line.question}:"
            )
            words = texts("export.journal_answer", label=label, answer=line.answer)
            yield words.replace("\n", f"\n{_INDENT}")


def _with_colon(words: str) -> str:
    return words if words.endswith(("?", ":", ".", "!")) else f"{words}:"
