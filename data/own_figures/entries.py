"""What leaders fill in: figures of their own in place of some of a preset's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from data.presets import Parameter, Plain, parameters, read_preset

NOT_ASKED = ("run", "outcomes")
"""The groups of numbers that are about a calculation, and no figure of a municipality."""


@dataclass(frozen=True, slots=True)
class OwnFigure:
    """One number as the municipality has it."""

    value: Plain
    """In the unit of its parameter, and within its bounds."""
    source: str = ""
    """Where they have it from, in their words; empty where they did not say."""


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """The numbers of one municipality that are its own."""

    preset: str
    """The preset whose numbers hold for the rest."""
    figures: Mapping[str, OwnFigure] = field(default_factory=dict, hash=False)
    """By the parameter's id, in the order of the parameters."""
    name: str = ""
    """What the municipality is called; empty where they did not say."""

    def values(self) -> dict[str, Plain]:
        """Return the plain value of each."""
        return {id: figure.value for id, figure in self.figures.items()}

    def sources(self) -> dict[str, str]:
        """Return where each is from."""
        return {id: figure.source for id, figure in self.figures.items()}

    def unusual(self) -> tuple[str, ...]:
        """Return the ids of those that lie outside what we think a number may well be.

        That is no fault: a municipality knows its own numbers. It may be a slip of the decimal point.
        """
        ours = read_preset(self.preset).figures
        return tuple(
            id
            for id, figure in self.figures.items()
            if not _within(figure.value, ours[id].low, ours[id].high)
        )


def asked() -> dict[str, Parameter]:
    """Return the numbers that a municipality can fill in, by id, in the order in which they are shown."""
    return {id: one for id, one in parameters().items() if one.group not in NOT_ASKED}


def _within(value: Any, low: Any, high: Any) -> bool:
    if low is None or high is None:
        return True
    parts = value if isinstance(value, tuple) else (value,)
    lows, highs = (end if isinstance(end, tuple) else (end,) * len(parts) for end in (low, high))
    if not len(parts) == len(lows) == len(highs):
        return True
    return all(low <= part <= high for low, part, high in zip(lows, parts, highs, strict=True))
