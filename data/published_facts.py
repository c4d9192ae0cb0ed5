"""Published numbers that the model can be held against, each with its source and what it may be used for.

A number that a preset was set by is listed too, so that nobody holds it against the model: that they
agree would prove nothing.
"""

from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from data.files import DataError, Entry, line_of, read_model, read_table
from data.presets import parameters
from data.words import Words

Role = Literal["validation", "input", "not_comparable"]


class PublishedFact(Entry):
    """One published number."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    role: Role
    """Whether the model is held against it, was set by it, or has no such number."""
    statistic: str = ""
    """What is read from the runs to hold against it; empty where nothing is."""
    parameters: tuple[str, ...] = ()
    """The numbers of a scenario that were set by it."""
    value: float
    unit: Literal["share", "points", "youths"]
    """A share is from 0 to 1; points, the difference of two shares, are from -1 to 1."""
    municipalities: int = Field(ge=1, le=98)
    """How many municipalities it is about, all together."""
    published: int = Field(ge=1990, le=2100)
    """The year of publication."""
    what: Words
    source: Words
    note: Words | None = None
    """What differs between the number and the model, or why they cannot be compared."""

    @model_validator(mode="after")
    def _fits_its_role(self) -> Self:
        if self.unit == "share" and not 0 <= self.value <= 1:
            raise ValueError(f"{self.id}: value {self.value:g} is no share: give 0 to 1")
        if self.unit == "points" and not -1 <= self.value <= 1:
            raise ValueError(
                f"{self.id}: value {self.value:g} is no difference of shares: give -1 to 1"
            )
        if (self.role == "validation") != bool(self.statistic):
            raise ValueError(
                f"{self.id}: a fact of role 'validation', and no other, has a statistic"
            )
        if (self.role == "input") != bool(self.parameters):
            raise ValueError(f"{self.id}: a fact of role 'input', and no other, has parameters")
        if self.role == "not_comparable" and self.note is None:
            raise ValueError(f"{self.id}: a note must say why it cannot be compared")
        return self


class PublishedFactFile(Entry):
    """The content of a file of published facts."""

    facts: tuple[PublishedFact, ...] = Field(min_length=1)


@cache
def read_published_facts(
    source: str | Path = "definitions/published_facts.toml",
) -> tuple[PublishedFact, ...]:
    """Return the facts in *source*, checked.

    Raises :exc:`~data.files.DataError` with file, line, field, value and what is allowed, also for an id
    that is there twice or a parameter that does not exist.
    """
    facts = read_model(source, PublishedFactFile).facts
    seen: set[str] = set()
    for number, fact in enumerate(facts):
        fault = _fault(fact, seen)
        seen.add(fact.id)
        if fault:
            field, rule = fault
            _, text, name = read_table(source)
            raise DataError(
                name, line_of(text, ["facts", number, field]), f"facts.{number}.{field}", rule
            )
    return facts


def _fault(fact: PublishedFact, seen: set[str]) -> tuple[str, str] | None:
    if fact.id in seen:
        return "id", f"{fact.id!r} is there twice; give each fact its own"
    unknown = [id for id in fact.parameters if id not in parameters()]
    if unknown:
        return "parameters", f"{unknown[0]!r} is no number of a scenario"
    return None
