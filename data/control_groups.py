"""The controls of the leaders' workbench: which numbers can be moved there, in which groups, and how far."""

import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator

from data.files import Entry, read_model
from data.presets import Parameter, Plain, parameters

_LEAST, _MOST = 0.2, 2.5
"""How far from today's number a control goes where nothing else is said, as parts of it."""
_WHOLE = {"whole", "roles"}
MOVABLE = ("whole", "number", "roles", "switch", "choice")
"""The kinds of parameters that a control can move."""


class ControlDefinition(Entry):
    """A number that a leader may move."""

    field: str
    """The id of the parameter."""
    low: float | int | None = None
    """The least value that is sensible; None for a part of today's."""
    high: float | int | None = None
    """The greatest value that is sensible; None for a multiple of today's."""
    step: float | int | None = None
    """What one step changes; None for the parameter's own."""
    idle: dict[str, tuple[Plain, ...]] = Field(default_factory=dict)
    """Other field → the values of it at which this one moves nothing."""

    @property
    def parameter(self) -> Parameter:
        """What is moved."""
        return parameters()[self.field]

    def rests(self, values: Mapping[str, Any]) -> bool:
        """Tell whether moving it changes nothing where the scenario has *values*, by id."""
        return any(values[other] in resting for other, resting in self.idle.items())

    def offered(self, today: Any, *more: Any) -> list[Any]:
        """Return the values to choose from, in order: what is sensible, *today*, and *more*.

        A number for each role of the team is offered as one for all of them, beside *today* and *more*
        as they are.
        """
        parameter = self.parameter
        if parameter.kind == "switch":
            return [False, True]
        if parameter.kind == "choice":
            return list(parameter.choices)
        steps = map(parameter.of_each_role, self._steps(single(today)))
        return sorted({*steps, *more, today}, key=lambda value: (single(value), value))

    def _steps(self, today: float) -> list[float]:
        parameter = self.parameter
        step = self.step or parameter.step
        low = math.floor(today * _LEAST / step) * step if self.low is None else self.low
        high = math.ceil(today * _MOST / step) * step if self.high is None else self.high
        low, high = max(parameter.minimum, low), min(parameter.maximum, high)
        kind = int if parameter.kind in _WHOLE else float
        count = math.floor((high - low) / step + 1e-9)
        return [kind(round(low + step * number, 6)) for number in range(count + 1)]

    @model_validator(mode="after")
    def _fits_its_parameter(self) -> Self:
        if self.field not in parameters():
            raise ValueError(f"{self.field!r} is no number of a scenario")
        if self.parameter.kind not in MOVABLE:
            raise ValueError(f"{self.field}: a {self.parameter.kind} cannot be moved by a control")
        for other, values in self.idle.items():
            if other not in parameters():
                raise ValueError(f"{self.field} rests by {other!r}, which is no number")
            for value in values:
                if fault := parameters()[other].fault(value):
                    raise ValueError(f"{other}: {value!r} is not allowed: {fault}")
        return self


class ControlGroup(Entry):
    """Controls that belong together."""

    id: str
    """The group of the parameters; texts under ``group.<id>`` name it."""
    open: bool = False
    """Whether it is unfolded to begin with."""
    controls: tuple[ControlDefinition, ...] = Field(min_length=1)


class _File(Entry):
    """The content of ``definitions/workbench.toml``."""

    groups: tuple[ControlGroup, ...]


def single(value: Any) -> Any:
    """Return the one number at which a control stands for *value*: the least of several."""
    return min(value) if isinstance(value, tuple) else value


@cache
def control_groups(source: str | Path = "definitions/workbench.toml") -> tuple[ControlGroup, ...]:
    """Return the groups of controls in *source*, checked.

    Raises :exc:`~data.files.DataError` with file, line, field, value and what is allowed.
    """
    return read_model(source, _File).groups
