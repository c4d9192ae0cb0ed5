"""Forms: what is asked, and which answers there are.

A form is one file in ``definitions/forms/``. Its words stand in it in both languages, side by side,
and not in ``texts/``: a question is content, not a part of the page, and a municipality that adds
one writes a single piece in a single file. Its own questions go into a file of the same name in
``forms/`` of the data folder and come after ours.

An answer is a string: the id of an option, a number, a date as ``2026-05-03``, a note, or one of the
three codes that let a person be honest without leaving a hole (:data:`CODES`). Several options are
one string with commas. ``None`` is no answer. The answers of a form are flat, question → answer; a
question in a row of a table is named ``table.row.question`` (``data/answers.py``).
"""

from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from data.answers import Answers, key_in_row, row_ids, split_key
from data.files import Entry, read_model
from data.places import data_folder
from data.texts import Texts
from data.words import Words

Code = Literal["not_discussed", "unknown", "declined"]
CODES: tuple[Code, ...] = ("not_discussed", "unknown", "declined")
SCALE = ("yes", "partly", "no")
"""The options of a ``yes_partly_no`` question; their words are texts ``form.scale.…``."""
NOTE_LIMIT = 1_000
"""Characters in a note: enough for an agreement, too few for a life story."""

Origin = Literal["model", "law", "authority", "proposal", "local"]
_ID = r"^[a-z][a-z0-9_]*$"


class Condition(Entry):
    """When a question is asked: while another question of the form has one of some answers."""

    item: str = Field(pattern=_ID)
    """A question of the form; for a question in a table, one of the same row."""
    among: tuple[str, ...] = Field(min_length=1, strict=False)
    """Its answers with which this question is asked."""


class Item(Entry):
    """One question."""

    id: str = Field(pattern=_ID)
    kind: Literal["yes_partly_no", "choice", "choices", "scale", "number", "date", "note"]
    element: str = Field(default="", pattern=r"^((vejen|helhed)-\d)?$")
    """The core element it belongs to: ``vejen-1`` to ``vejen-7``, ``helhed-1`` to ``helhed-5``."""
    origin: Origin = "proposal"
    """On whose word it is asked. ``proposal`` is ours, ``local`` the municipality's."""
    required: bool = False
    """Counts in the progress. Nothing forces an answer: a code answers too."""
    label: Words
    help: Words | None = None
    source: Words | None = None
    """Where the reason for the question can be read, with its year."""
    codes: tuple[Code, ...] = Field(default=(), strict=False)
    options: dict[str, Words] = Field(default={})
    """The options of a ``choice`` or of ``choices``, in order: id → words."""
    section: str = ""
    """The section it stands in; empty in a form without sections, and in a table."""
    when: Condition | None = None
    """Asked only then; None is always."""
    carry: bool = False
    """Whether the answer of the last occasion is there when the next one begins."""
    low: int = 1
    """The least number, or the lowest step of a scale."""
    high: int = 5
    """The largest number, or the highest step of a scale."""
    low_end: Words | None = None
    """What the lowest step of a scale means; a scale has both ends in words."""
    high_end: Words | None = None
    unit: Words | None = None
    """What a number counts, such as minutes."""
    hidden: bool = False
    """Kept and exported as data, set by the picture of the form, and not asked."""
    limit: int = Field(default=NOTE_LIMIT, ge=20, le=4_000)
    """Characters in a note."""

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        choice = self.kind in {"choice", "choices"}
        if choice and len(self.options) < 2:
            raise ValueError(
                f"the choice '{self.id}' has {len(self.options)} options; give two or more"
            )
        if not choice and self.options:
            raise ValueError(f"'{self.id}' is a {self.kind}; only a choice has options")
        if self.kind == "note" and self.codes:
            raise ValueError(f"'{self.id}' is a note; a note has no codes, it may be left empty")
        if clash := sorted(self.options.keys() & set(CODES)):
            raise ValueError(f"the option '{clash[0]}' has the name of a code; choose another")
        if comma := [name for name in self.options if "," in name or "." in name]:
            raise ValueError(f"the option '{comma[0]}' has a comma or a dot in its id")
        if self.kind == "scale" and not (self.low_end and self.high_end):
            raise ValueError(f"the scale '{self.id}' must say what both ends mean")
        if self.hidden and (self.required or self.when):
            raise ValueError(
                f"'{self.id}' is hidden; it can neither be required nor hang on another"
            )
        if self.low >= self.high:
            raise ValueError(f"'{self.id}' goes from {self.low} to {self.high}; low must be lower")
        return self

    def choices(self) -> tuple[str, ...]:
        """Return the ids that can be chosen, codes last; dates, numbers and notes have codes only."""
        own: tuple[str, ...] = tuple(self.options)
        if self.kind == "yes_partly_no":
            own = SCALE
        elif self.kind == "scale":
            own = tuple(map(str, range(self.low, self.high + 1)))
        return own + self.codes

    def say(self, answer: str | None, texts: Texts) -> str:
        """Return *answer* in the words of *texts*; none is ``Ikke besvaret``."""
        if answer is None:
            return texts("form.none")
        if self.kind == "note":
            return answer
        if answer in CODES:
            return texts(f"form.code.{answer}")
        if self.kind in {"choice", "choices"}:
            chosen = (self.options[one].in_(texts.language) for one in answer.split(","))
            return "; ".join(chosen)
        if self.kind == "yes_partly_no":
            return texts(f"form.scale.{answer}")
        if self.kind == "scale":
            return texts("form.of", value=answer, high=self.high)
        if self.kind == "number":
            number = texts.number(int(answer))
            return f"{number} {self.unit.in_(texts.language)}" if self.unit else number
        return texts.date(date.fromisoformat(answer))

    def allows(self, answer: str) -> bool:
        """Tell whether *answer* is one this question can have."""
        if answer in self.choices():
            return True
        if self.kind == "choices":
            chosen = answer.split(",")
            return len(set(chosen)) == len(chosen) and set(chosen) <= self.options.keys()
        if self.kind == "number":
            return answer.isascii() and answer.isdigit() and self.low <= int(answer) <= self.high
        if self.kind == "date":
            return _is_iso_date(answer)
        return self.kind == "note" and answer != ""


class Section(Entry):
    """A part of a form with a heading of its own."""

    id: str = Field(pattern=_ID)
    title: Words
    help: Words | None = None


class Table(Entry):
    """Questions that are asked once a row: an agreement, a member of the team, an effort."""

    id: str = Field(pattern=_ID)
    section: str = ""
    title: Words
    row: Words
    """What one row is, in the singular without an article, such as ``aftale``."""
    help: Words | None = None
    items: tuple[Item, ...] = Field(min_length=1, strict=False)
    carry: bool = False
    """Whether the rows of the last occasion are there when the next one begins."""
    closed: Condition | None = None
    """Rows with such an answer are finished and are not carried."""
    until: str = ""
    """The date after which what a row says holds no more; empty where nothing runs out."""
    at_most: int = Field(default=40, ge=1, le=200)
    """The largest number of rows."""

    @model_validator(mode="after")
    def _asks_once(self) -> Self:
        _once([item.id for item in self.items], "questions", self.id)
        dates = [item.id for item in self.items if item.kind == "date"]
        if self.until and self.until not in dates:
            raise ValueError(f"'{self.id}' holds until '{self.until}', which is no date in it")
        return self


class Form(Entry):
    """The questions of one form, in order."""

    id: str = Field(pattern=_ID)
    page: str = ""
    """The notebook in which it is filled in, without its ending; empty is the page of the case."""
    subject: Literal["case", "unit"] = "case"
    """Whether it is about a young person or about the municipality's own work."""
    occasion: Literal["once", "dated", "round", "numbered"] = "once"
    """One living record; a new one a day (a meeting); a new one a half-year and respondent; or one after
    the other, counted from 1 (a decision)."""
    title: Words
    note: Words
    """What the form is and whose word it is on; shown above the questions and in every export."""
    purpose: Words | None = None
    """What it is for, when it is used and by whom."""
    view: str = ""
    """The picture that is drawn of its answers, such as ``network_map``; empty is none."""
    sections: tuple[Section, ...] = Field(default=(), strict=False)
    items: tuple[Item, ...] = Field(default=(), strict=False)
    tables: tuple[Table, ...] = Field(default=(), strict=False)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if not self.items and not self.tables:
            raise ValueError(f"the form '{self.id}' asks nothing; give items or tables")
        _once([*(i.id for i in self.items), *(t.id for t in self.tables)], "questions", self.id)
        _once([section.id for section in self.sections], "sections", self.id)
        known = {section.id for section in self.sections} or {""}
        places = [(item.id, item.section) for item in self.items]
        for id, section in (*places, *((table.id, table.section) for table in self.tables)):
            if section not in known:
                there = ", ".join(sorted(known))
                raise ValueError(f"'{id}' stands in the section '{section}'; there are: {there}")
        _conditions(self.items)
        for table in self.tables:
            _conditions(table.items, table.closed)
        return self

    def item(self, key: str) -> Item | None:
        """Return the question that *key* names, in a table or not; None where there is none."""
        table, _, name = split_key(key)
        items = self.items if table is None else ()
        for one in self.tables:
            items = one.items if one.id == table else items
        return next((item for item in items if item.id == name), None)

    def table(self, id: str) -> Table:
        """Return the table *id*; a :exc:`LookupError` names those there are."""
        for table in self.tables:
            if table.id == id:
                return table
        raise LookupError(f"no table '{id}'; there are: {', '.join(t.id for t in self.tables)}")

    def asked(self, answers: Answers) -> Iterator[tuple[str, Item]]:
        """Yield key and question of all that is asked with these *answers*, tables last.

        A question that hangs on one that is not asked is not asked either, whatever was answered
        to that one before. What is hidden is never asked.
        """
        yield from ((item.id, item) for item in _asked(self.items, answers))
        for table in self.tables:
            for row in row_ids(answers, table.id):
                keys = {item.id: key_in_row(table.id, row, item.id) for item in table.items}
                own = {id: answers.get(key) for id, key in keys.items()}
                yield from ((keys[item.id], item) for item in _asked(table.items, own))

    def progress(self, answers: Answers) -> tuple[int, int]:
        """Return how many required questions *answers* answers, and how many are asked."""
        required = [key for key, item in self.asked(answers) if item.required]
        return sum(answers.get(key) is not None for key in required), len(required)

    def complete(self, answers: Answers) -> dict[str, str | None]:
        """Return *answers* with every question in it, unanswered ones as ``None``.

        Answers to questions that the form no longer has, or no longer allows, are left out of what
        is shown; the store keeps them.
        """
        keys = [item.id for item in self.items]
        for table in self.tables:
            rows = row_ids(answers, table.id)
            keys += [key_in_row(table.id, row, item.id) for row in rows for item in table.items]
        return {key: self._allowed(key, answers.get(key)) for key in keys}

    def carried(self, last: Answers) -> dict[str, str | None]:
        """Return what the next occasion begins with, out of the answers of the *last* one."""
        kept = {item.id: last[item.id] for item in self.items if item.carry and last.get(item.id)}
        for table in (table for table in self.tables if table.carry):
            for row in row_ids(last, table.id):
                own = {key_in_row(table.id, row, item.id): item for item in table.items}
                if table.closed:
                    closed = last.get(key_in_row(table.id, row, table.closed.item))
                    if closed in table.closed.among:
                        continue
                kept |= {key: last[key] for key in own if last.get(key)}
        return {key: self._allowed(key, answer) for key, answer in kept.items()}

    def _allowed(self, key: str, answer: str | None) -> str | None:
        item = self.item(key)
        return answer if answer and item and item.allows(answer) else None


class LocalItems(Entry):
    """The questions that a municipality adds to a form."""

    items: tuple[Item, ...] = Field(strict=False)

    @model_validator(mode="after")
    def _says_it_is_local(self) -> Self:
        for item in self.items:
            if item.origin != "local":
                raise ValueError(
                    f"'{item.id}' has the origin '{item.origin}'; here it must be 'local'"
                )
        return self


def read_form(source: str | Path, local: Path | None = None) -> Form:
    """Return a form: ours by its id, such as ``"coordinator"``, or any file by its path.

    *local* is a file of further questions; for ours it is looked for in the data folder. A further
    question without a section stands in the last one. Raises :exc:`~data.files.DataError` with
    file, line and field, and :exc:`FileNotFoundError` naming the forms that exist.
    """
    if isinstance(source, Path):
        return _with_local(read_model(source, Form), local)
    return _with_local(_packaged(source), local or _own_items(source))


def form_ids() -> tuple[str, ...]:
    """Return the ids of our forms, in order."""
    folder = files("data").joinpath("definitions", "forms")
    return tuple(sorted(file.name.removesuffix(".toml") for file in folder.iterdir()))


@cache
def _packaged(id: str) -> Form:
    return read_model(f"definitions/forms/{id}.toml", Form)


def _own_items(id: str) -> Path | None:
    try:
        file = data_folder() / "forms" / f"{id}.toml"
    except OSError:
        return None  # No data folder, so nothing of one's own; the store says what is wrong.
    return file if file.is_file() else None


def _with_local(form: Form, local: Path | None) -> Form:
    if local is None:
        return form
    last = form.sections[-1].id if form.sections else ""
    own = [
        item.model_copy(update={"section": item.section or last})
        for item in read_model(local, LocalItems).items
    ]
    items = [item.model_dump() for item in (*form.items, *own)]
    return Form.model_validate({**form.model_dump(), "items": items})


def _once(names: list[str], what: str, where: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two {what} of '{where}' have the id '{name}'; each needs its own")


def _conditions(items: tuple[Item, ...], *others: Condition | None) -> None:
    """Check that every condition names a question beside it, and answers that it can have."""
    known = {item.id: item for item in items}
    for place, item in enumerate(items):
        if item.when and item.when.item in [later.id for later in items[place:]]:
            raise ValueError(f"'{item.id}' hangs on '{item.when.item}', which must come before it")
    for condition in (*(item.when for item in items), *others):
        if condition is None:
            continue
        if condition.item not in known:
            raise ValueError(f"a condition names '{condition.item}', which is not asked beside it")
        for answer in condition.among:
            if not known[condition.item].allows(answer):
                raise ValueError(f"'{condition.item}' can never be answered '{answer}'")


def _asked(items: tuple[Item, ...], answers: Answers) -> Iterator[Item]:
    asked: set[str] = set()
    for item in items:
        if item.hidden:
            continue
        on = item.when
        if on is None or (on.item in asked and answers.get(on.item) in on.among):
            asked.add(item.id)
            yield item


def _is_iso_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
