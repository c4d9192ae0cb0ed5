"""The indicators: what each counts, from which fields, and what it is not."""

from functools import cache
from typing import Literal, Self

from pydantic import Field, model_validator

from data.files import Entry, read_model
from data.words import Words

Kind = Literal["count", "share", "rate", "ratio", "minutes", "split", "reasons"]
"""A number of; a part of a whole; events a young person and year; cases a coordinator; the mean of
minutes; how a whole divides among some answers; or the most frequent answers, counted."""
Level = Literal["leader", "director", "politician"]
LEVELS: tuple[Level, ...] = ("leader", "director", "politician")


class Counterpart(Entry):
    """What the simulation has in the place of an indicator; or nothing, with the reason."""

    parameters: tuple[str, ...] = Field(default=(), strict=False)
    """Inputs of a scenario, by their ids in ``definitions/parameters.toml``."""
    measures: tuple[str, ...] = Field(default=(), strict=False)
    """Measures of a run, by their names in ``simulation.measures.MEASURES``."""
    none: Words | None = None
    """Why there is neither."""

    @model_validator(mode="after")
    def _says_one_or_none(self) -> Self:
        if (self.none is None) != bool(self.parameters or self.measures):
            raise ValueError("give parameters or measures, or else none with the reason")
        return self


class Indicator(Entry):
    """One indicator of the leadership report."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """Never changed: editions are kept under it."""
    kind: Kind
    element: str = Field(pattern=r"^(vejen|helhed)-\d$")
    """The core element of the method that it follows."""
    fields: tuple[str, ...] = Field(min_length=1, strict=False)
    """What it is counted from: form and question, such as ``meeting.outcome``; ``case.birthday`` and the
    like are of the case, ``log.coordinator`` is the trail of its changes."""
    better: Literal["more", "fewer", "neither"]
    """Which way is the better one; neither where that cannot be said."""
    every: Literal["quarter", "year"] = "quarter"
    """How often it is told."""
    levels: tuple[Level, ...] = Field(default=("leader",), min_length=1, strict=False)
    """For whom it is shown."""
    unit: Words
    """What is counted, in the plural."""
    name: Words
    meaning: Words
    """How it is counted, in one or two sentences."""
    not_this: Words
    """What it does not say."""
    simulation: Counterpart


class IndicatorFile(Entry):
    """The content of ``definitions/indicators.toml``."""

    indicators: tuple[Indicator, ...] = Field(min_length=1)


@cache
def indicators() -> dict[str, Indicator]:
    """Return the indicators by id, in the order in which they are shown."""
    read = read_model("definitions/indicators.toml", IndicatorFile).indicators
    return {each.id: each for each in read}


def at_level(level: Level) -> tuple[Indicator, ...]:
    """Return the indicators that are shown at *level*."""
    return tuple(each for each in indicators().values() if level in each.levels)
