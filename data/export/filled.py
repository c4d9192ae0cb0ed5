"""A filled form in words: what every export says, before any of them gives it a look.

Only what is asked is there: a question whose condition is not met stands in no export. What is
personal is refused where it is typed; should it have come into a record all the same, it is left
out here, and the words say so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from data import personal_data
from data.answers import key_in_row, row_ids
from data.export.characters import holdable
from data.forms import Form, Item, Table
from data.records import Record
from data.texts import Texts

_RESPONDENTS = ("youth", "coordinator", "team", "leader")


@dataclass(frozen=True, slots=True)
class Line:
    """One question with its answer."""

    question: str
    answer: str
    """In words; ``Ikke besvaret`` where there is none."""
    answered: bool
    required: bool
    reason: str
    """Where the reason for the question can be read; empty where none is given."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of the form."""

    title: str
    help: str
    row: str
    """What one row is, such as ``Aftale``."""
    columns: tuple[str, ...]
    reasons: tuple[str, ...]
    """One a column."""
    rows: tuple[tuple[Line | None, ...], ...]
    """One line a column; None where it is not asked in that row."""


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the form; a form without sections is one part without a title."""

    title: str
    help: str
    lines: tuple[Line, ...]
    grids: tuple[Grid, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """A form and its answers."""

    title: str
    heading: str
    """Which case it is."""
    mark: str
    """That it is a working tool, and in training that it is an exercise."""
    occasion: tuple[str, ...]
    """The day of the meeting, or the round and who answers; empty for a form that there is one of."""
    state: str
    """Draft or finished, and the version."""
    progress: str
    saved: str
    handed_over: str
    """When it was moved to the case system; in training, nothing is."""
    purpose: str
    note: str
    parts: tuple[Part, ...]


def filled(form: Form, heading: str, record: Record, texts: Texts, *, exercise: bool) -> Filled:
    """Return the answers of *record* to *form* in the words of *texts*.

    *heading* is the line that says which case it is; *exercise* tells whether the case is made up.
    """
    language = texts.language
    done, required = form.progress(form.complete(record.answers))
    purpose = holdable(form.purpose.in_(language)) if form.purpose else ""
    return Filled(
        title=holdable(form.title.in_(language)),
        heading=holdable(heading),
        mark=texts("form.exercise") if exercise else texts("export.tool"),
        occasion=tuple(_occasion(form, record.occasion, texts)),
        state=_state(record, texts),
        progress=texts("form.progress", done=done, all=required),
        saved=_saved(record, texts),
        handed_over="" if exercise else _handed_over(record, texts),
        purpose=texts("export.purpose", purpose=purpose) if purpose else "",
        note=holdable(form.note.in_(language)),
        parts=tuple(_parts(form, record, texts)),
    )


def _parts(form: Form, record: Record, texts: Texts) -> Iterator[Part]:
    answers = form.complete(record.answers)
    asked = dict(form.asked(answers))
    lines = {key: _line(item, answers[key], texts) for key, item in asked.items()}
    for id, title, help in _sections(form, texts):
        own = tuple(lines[i.id] for i in form.items if i.section == id and i.id in lines)
        grids = tuple(_grid(t, record, lines, texts) for t in form.tables if t.section == id)
        if own or grids:
            yield Part(title, help, own, grids)


def _sections(form: Form, texts: Texts) -> Iterator[tuple[str, str, str]]:
    if not form.sections:
        yield "", "", ""
    for section in form.sections:
        help = section.help.in_(texts.language) if section.help else ""
        yield section.id, holdable(section.title.in_(texts.language)), holdable(help)


def _grid(table: Table, record: Record, lines: dict[str, Line], texts: Texts) -> Grid:
    items = [item for item in table.items if not item.hidden]
    rows = (
        tuple(lines.get(key_in_row(table.id, row, item.id)) for item in items)
        for row in row_ids(record.answers, table.id)
    )
    row = table.row.in_(texts.language)
    return Grid(
        title=holdable(table.title.in_(texts.language)),
        help=holdable(table.help.in_(texts.language)) if table.help else "",
        row=holdable(row[:1].upper() + row[1:]),
        columns=tuple(holdable(item.label.in_(texts.language)) for item in items),
        reasons=tuple(_reason(item, texts) for item in items),
        rows=tuple(rows),
    )


def _line(item: Item, answer: str | None, texts: Texts) -> Line:
    words = item.say(answer, texts)
    return Line(
        question=holdable(item.label.in_(texts.language)),
        answer=holdable(nothing_personal(words, texts) if item.kind == "note" else words),
        answered=answer is not None,
        required=item.required,
        reason=_reason(item, texts),
    )


def _reason(item: Item, texts: Texts) -> str:
    return holdable(item.source.in_(texts.language)) if item.source else ""


def nothing_personal(words: str, texts: Texts) -> str:
    """Return *words* without what is personal in them; a word in brackets says what it was."""
    for found in reversed(personal_data.find(words)):
        removed = texts(f"export.removed.{found.kind}")
        words = words[: found.start] + removed + words[found.end :]
    return words


def _occasion(form: Form, occasion: str, texts: Texts) -> Iterator[str]:
    if form.occasion == "dated" and occasion:
        yield texts("export.day", date=texts.date(date.fromisoformat(occasion)))
    elif form.occasion == "round" and occasion:
        year, half, respondent, *number = occasion.split("-")
        yield texts("export.round", half=half, year=year)
        if respondent in _RESPONDENTS:
            who = texts(f"export.respondent.{respondent}")
            yield f"{who} ({number[0]})" if number else who


def _state(record: Record, texts: Texts) -> str:
    if record.state == "finished":
        return texts("export.finished", version=record.version)
    if record.version:
        return texts("export.draft_again", version=record.version)
    return texts("export.draft")


def _saved(record: Record, texts: Texts) -> str:
    if record.saved is None or record.saved_on is None:
        return texts("form.sheet_unsaved")
    day, time = texts.date(record.saved_on), texts.clock(record.saved)
    return texts("form.sheet_saved", date=day, time=time)


def _handed_over(record: Record, texts: Texts) -> str:
    if record.handed_over is None:
        return texts("export.not_handed_over")
    return texts("export.handed_over", date=texts.date(record.handed_over))
