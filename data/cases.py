"""Fictional cases to practise on, with documents to work on. Nobody in them exists.

Each stands in a file of its own in ``samples/cases``, and the names of the files give the order.
"""

from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from data.files import DataError, Entry, read_model
from data.forms import form_ids
from data.personal_data import doubtful, find
from data.texts import LANGUAGES, Language
from data.words import Words


class Document(Entry):
    """A paper of a case, as made up as the rest: a note, minutes, a message, a letter."""

    title: Words
    text: Words

    def paragraphs(self, language: Language) -> list[str]:
        """Return the paragraphs in *language*; an empty line in the file parts two of them."""
        return [" ".join(part.split()) for part in self.text.in_(language).strip().split("\n\n")]


class Facilitator(Entry):
    """What a trainer should know before using a case; all of it but the law is our proposal."""

    origin: Literal["proposal"]
    minutes: int = Field(ge=15, le=120)
    """How long the case takes."""
    good_for: Words
    law: Words
    """What the law says about such a case, and what we have not found in it."""
    look_for: tuple[Words, ...] = Field(min_length=1, strict=False)
    """What to look for in the groups' work."""
    questions: tuple[Words, ...] = Field(min_length=2, max_length=3, strict=False)
    """What to ask a group that is done too soon."""
    traps: tuple[Words, ...] = Field(min_length=1, strict=False)
    """What groups often do wrong."""

    def words(self) -> tuple[Words, ...]:
        """Return all that is said."""
        return (self.good_for, self.law, *self.look_for, *self.questions, *self.traps)


class Case(Entry):
    """A case as a form sees it: a reference, and no name."""

    id: str = Field(pattern=r"^ØVELSE-\d\d$")
    """The pseudonymous reference. Fictional cases begin with ``ØVELSE`` (exercise)."""
    age: int = Field(ge=15, le=25)
    """Age in whole years on the day of the story."""
    today: date
    """The day on which the story takes place."""
    birthday: date
    """As made up as the rest; the meetings are dated from it."""
    since: date | None = None
    """The day on which the young person came into the programme; None is from the beginning.

    What was due before is not overdue.
    """
    tools: tuple[str, ...] = Field(min_length=1, strict=False)
    """The ids of the forms that fit."""
    title: Words
    story: Words
    documents: tuple[Document, ...] = Field(min_length=1, max_length=4, strict=False)
    facilitator: Facilitator

    @model_validator(mode="after")
    def _is_of_that_age(self) -> Self:
        had = (self.today.month, self.today.day) >= (self.birthday.month, self.birthday.day)
        age = self.today.year - self.birthday.year - (not had)
        if age != self.age:
            raise ValueError(
                f"{self.id} is {age} on {self.today} by the birthday {self.birthday}, and not "
                f"{self.age}; change one of the three"
            )
        if self.since is not None and not self.birthday < self.since <= self.today:
            raise ValueError(
                f"{self.id} came into the programme on {self.since}; that must be after the "
                f"birthday and no later than {self.today}"
            )
        return self

    @model_validator(mode="after")
    def _has_tools_that_there_are(self) -> Self:
        for tool in self.tools:
            if tool not in form_ids():
                raise ValueError(f"no form '{tool}'; there are: {', '.join(form_ids())}")
        return self

    @model_validator(mode="after")
    def _tells_of_nobody(self) -> Self:
        """Refuse what is personal, and what may be a name: the cases tell of roles alone."""
        for words in self.words():
            for language in LANGUAGES:
                text = words.in_(language)
                found = [*find(text), *doubtful(text)]
                if found:
                    raise ValueError(
                        f"{self.id} says '{found[0].words}', which looks like a {found[0].kind}; "
                        "write a role"
                    )
        return self

    def words(self) -> tuple[Words, ...]:
        """Return all that is said in the case."""
        papers = [words for paper in self.documents for words in (paper.title, paper.text)]
        return (self.title, self.story, *papers, *self.facilitator.words())


@cache
def fictional_cases() -> tuple[Case, ...]:
    """Return the fictional cases of the handbook, in order."""
    return read_cases(files("data").joinpath("samples", "cases"))


def read_cases(folder: Path | Traversable) -> tuple[Case, ...]:
    """Return the cases in *folder*, in the order of the files' names.

    Raises :exc:`data.files.DataError` for the first fault, and where two cases have one id.
    """
    cases: dict[str, Case] = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        case = read_model(file, Case)
        if case.id in cases:
            rule = f"two cases have the id '{case.id}'; each needs its own"
            raise DataError(file.name, None, "id", rule)
        cases[case.id] = case
    return tuple(cases.values())


def fictional_case(id: str) -> Case:
    """Return the fictional case *id*; a :exc:`LookupError` names those there are."""
    for case in fictional_cases():
        if case.id == id:
            return case
    there = ", ".join(case.id for case in fictional_cases())
    raise LookupError(f"no fictional case '{id}'; there are: {there}")
