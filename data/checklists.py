"""Checklists: what is asked, and which answers there are.

A checklist is one file in ``definitions/checklists/``. Its words stand in it in both languages,
side by side, and not in ``texts/``: a question is content, not a part of the page, and a
municipality that adds one writes a single piece in a single file. Its own questions go into a file
of the same name in ``checklists/`` of the data folder and come after ours.

An answer is a string: the id of an option, a date as ``2026-05-03``, a note, or one of the three
codes that let a person be honest without leaving a hole (:data:`CODES`). ``None`` is no answer.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from data.files import Entry, read_model
from data.places import data_folder
from data.texts import Texts
from data.words import Words

Code = Literal["not_discussed", "unknown", "declined"]
CODES: tuple[Code, ...] = ("not_discussed", "unknown", "declined")
SCALE = ("yes", "partly", "no")
"""The options of a ``yes_partly_no`` question; their words are texts ``checklist.scale.…``."""

Answers = dict[str, str | None]


class Item(Entry):
    """One question."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: Literal["yes_partly_no", "choice", "date", "note"]
    element: str = Field(pattern=r"^(vejen|helhed)-\d$")
    """The core element it belongs to: ``vejen-1`` to ``vejen-7``, ``helhed-1`` to ``helhed-5``."""
    origin: Literal["model", "law", "authority", "proposal", "local"]
    """On whose word it is asked. ``proposal`` is ours, ``local`` the municipality's."""
    required: bool = False
    """Counts in the progress. Nothing forces an answer: a code answers too."""
    label: Words
    help: Words | None = None
    source: Words | None = None
    """Where the reason for the question can be read, with its year."""
    codes: tuple[Code, ...] = Field(default=(), strict=False)
    options: dict[str, Words] = Field(default={})
    """The options of a ``choice``, in order: id → words."""

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.kind == "choice" and len(self.options) < 2:
            raise ValueError(
                f"the choice '{self.id}' has {len(self.options)} options; give two or more"
            )
        if self.kind != "choice" and self.options:
            raise ValueError(f"'{self.id}' is a {self.kind}; only a choice has options")
        if self.kind == "note" and self.codes:
            raise ValueError(f"'{self.id}' is a note; a note has no codes, it may be left empty")
        if clash := sorted(self.options.keys() & set(CODES)):
            raise ValueError(f"the option '{clash[0]}' has the name of a code; choose another")
        return self

    def choices(self) -> tuple[str, ...]:
        """Return the ids that can be chosen, codes last; a date and a note have codes only."""
        own = SCALE if self.kind == "yes_partly_no" else tuple(self.options)
        return own + self.codes

    def say(self, answer: str | None, texts: Texts) -> str:
        """Return *answer* in the words of *texts*; none is ``Ikke besvaret``."""
        if answer is None:
            return texts("checklist.none")
        if self.kind == "note":
            return answer
        if answer in self.options:
            return self.options[answer].in_(texts.language)
        if answer in SCALE:
            return texts(f"checklist.scale.{answer}")
        if answer in CODES:
            return texts(f"checklist.code.{answer}")
        return texts.date(date.fromisoformat(answer))

    def allows(self, answer: str) -> bool:
        """Tell whether *answer* is one this question can have."""
        if answer in self.choices():
            return True
        if self.kind == "date":
            return _is_iso_date(answer)
        return self.kind == "note" and answer != ""


class Checklist(Entry):
    """The questions of one list, in order."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    chapter: str = ""
    """The notebook in which the list is filled in, without its ending."""
    title: Words
    note: Words
    """What the list is and whose word it is on; shown above the questions and in every export."""
    items: tuple[Item, ...] = Field(min_length=1, strict=False)

    @model_validator(mode="after")
    def _asks_once(self) -> Self:
        ids = [item.id for item in self.items]
        for name in ids:
            if ids.count(name) > 1:
                raise ValueError(f"two questions have the id '{name}'; each needs its own")
        return self

    def progress(self, answers: Mapping[str, str | None]) -> tuple[int, int]:
        """Return how many required questions *answers* answers, and how many there are."""
        required = [item.id for item in self.items if item.required]
        return sum(answers.get(name) is not None for name in required), len(required)

    def complete(self, answers: Mapping[str, str | None]) -> Answers:
        """Return *answers* with every question in it, unanswered ones as ``None``.

        Answers to questions that the list no longer has, or no longer allows, are left out of what
        is shown; the store keeps them.
        """
        given = ((item, answers.get(item.id)) for item in self.items)
        return {
            item.id: answer if answer and item.allows(answer) else None for item, answer in given
        }


class LocalItems(Entry):
    """The questions that a municipality adds to a list."""

    items: tuple[Item, ...] = Field(strict=False)

    @model_validator(mode="after")
    def _says_it_is_local(self) -> Self:
        for item in self.items:
            if item.origin != "local":
                raise ValueError(
                    f"'{item.id}' has the origin '{item.origin}'; here it must be 'local'"
                )
        return self


def read_checklist(source: str | Path, local: Path | None = None) -> Checklist:
    """Return a checklist: ours by its id, such as ``"coordinator"``, or any file by its path.

    *local* is a file of further questions; for ours it is looked for in the data folder. Raises
    :exc:`~data.files.DataError` with file, line and field, and :exc:`FileNotFoundError` naming the
    lists that exist.
    """
    if isinstance(source, Path):
        return _with_local(read_model(source, Checklist), local)
    return _with_local(_packaged(source), local or _own_items(source))


def checklist_ids() -> tuple[str, ...]:
    """Return the ids of our checklists, in order."""
    folder = files("data").joinpath("definitions", "checklists")
    return tuple(sorted(file.name.removesuffix(".toml") for file in folder.iterdir()))


@cache
def _packaged(id: str) -> Checklist:
    return read_model(f"definitions/checklists/{id}.toml", Checklist)


def _own_items(id: str) -> Path | None:
    try:
        file = data_folder() / "checklists" / f"{id}.toml"
    except OSError:
        return None  # No data folder, so nothing of one's own; the store says what is wrong.
    return file if file.is_file() else None


def _with_local(checklist: Checklist, local: Path | None) -> Checklist:
    if local is None:
        return checklist
    items = checklist.items + read_model(local, LocalItems).items
    return Checklist.model_validate(
        {**checklist.model_dump(), "items": [i.model_dump() for i in items]}
    )


def _is_iso_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
