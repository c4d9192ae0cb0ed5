"""Exercises: a fictional case, which of its papers to read, and the questions to answer.

Each is a file in ``definitions/exercises/``. Its questions are those of a form (``data/forms.py``), so
the same page draws them, and the same code counts and exports them.
"""

from functools import cache
from importlib.resources import files
from typing import Any, Self

from pydantic import Field, model_validator

from data.cases import Case, Document, fictional_case
from data.files import Entry, read_model
from data.forms import Form
from data.words import Words


class Exercise(Entry):
    """What a group works on in one step of a session."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)
    case: str = Field(default="", pattern=r"^(ØVELSE-\d\d)?$")
    """The fictional case; empty where the exercise is about the municipality itself."""
    documents: tuple[int, ...] = Field(default=(), strict=False)
    """Which papers of the case to read: their numbers, the first is 1."""
    papers: tuple[Document, ...] = Field(default=(), strict=False)
    """Papers of the exercise's own, made up as well."""
    minutes: int = Field(ge=5, le=120)
    """How long it takes."""
    task: Words
    """What to do, said to the participants."""
    form: Form
    """The questions; its id is that of the exercise, its title the exercise's."""

    @model_validator(mode="before")
    @classmethod
    def _named_once(cls, given: Any) -> Any:
        """Give the form the id of the exercise, so that a file says it once."""
        if isinstance(given, dict) and isinstance(given.get("form"), dict) and "id" in given:
            return {**given, "form": {"id": given["id"], **given["form"]}}
        return given

    @model_validator(mode="after")
    def _has_its_papers(self) -> Self:
        if self.form.id != self.id:
            raise ValueError(f"the form is '{self.form.id}'; it must be '{self.id}', or left out")
        there = len(fictional_case(self.case).documents) if self.case else 0
        for number in self.documents:
            if not 1 <= number <= there:
                raise ValueError(f"no paper {number} in '{self.case}'; it has {there}")
        if not self.documents and not self.papers:
            raise ValueError(f"'{self.id}' has nothing to read; give documents or papers")
        return self

    def fictional_case(self) -> Case | None:
        """Return the case; None where the exercise has none."""
        return fictional_case(self.case) if self.case else None

    def reading(self) -> tuple[Document, ...]:
        """Return the papers to read, those of the case first."""
        case = self.fictional_case()
        chosen = [case.documents[number - 1] for number in self.documents] if case else []
        return (*chosen, *self.papers)


def exercise_ids() -> tuple[str, ...]:
    """Return the ids of our exercises, in order."""
    folder = files("data").joinpath("definitions", "exercises")
    return tuple(sorted(file.name.removesuffix(".toml") for file in folder.iterdir()))


@cache
def read_exercise(id: str) -> Exercise:
    """Return the exercise *id*.

    Raises :exc:`FileNotFoundError`, which names those there are, and
    :exc:`~data.files.DataError` with file, line and field.
    """
    return read_model(f"definitions/exercises/{id}.toml", Exercise)
