"""The inputs nobody is sure of, each with what it may well be: low to high, from the presets' files."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import floor
from typing import Any

from data import Parameter, parameters, read_preset
from simulation.scenario import Scenario, ScenarioError

ORDERED = frozenset({"whole", "number", "switch", "triangle", "roles"})
"""Kinds of numbers that have something between their ends."""
NOT_BETWEEN = frozenset({"stay_from_assignment_months"})
"""Inputs whose low end, 0, stands for something else than a little: they are two models, not a range."""


@dataclass(frozen=True, slots=True)
class Uncertain:
    """An input with its range.

    A position in the range is a number from 0, the low end, to 1, the high end. Whole numbers are
    rounded to the nearest one, a switch turns in the middle, and of several numbers (a triangle, the
    roles of the team) each moves from its own low end to its own high end at once.
    """

    field: str
    """Field of :class:`~simulation.scenario.Scenario`."""
    value: Any
    """What the scenario has."""
    low: Any
    high: Any

    @property
    def _parameter(self) -> Parameter:
        return parameters()[self.field]

    def at(self, position: float) -> Any:
        """Return the value at *position*, 0-1, as a scenario takes it."""
        position = float(position)
        if self._parameter.kind == "switch":
            return self.high if position >= 0.5 else self.low
        if not isinstance(self.low, tuple):
            return self._between(self.low, self.high, position)
        return tuple(
            self._between(low, high, position)
            for low, high in zip(self.low, self.high, strict=True)
        )

    def position(self, value: Any) -> float:
        """Return where *value* lies: 0 at the low end, 1 at the high end; of several, their mean."""
        low, high, given = _mean(self.low), _mean(self.high), _mean(value)
        return (given - low) / (high - low)

    def number(self, value: Any) -> float:
        """Return *value* as one number: a switch as 0 or 1, of several numbers their mean."""
        return _mean(value)

    @property
    def stepwise(self) -> bool:
        """Whether there is nothing between one value and the next, as with whole numbers."""
        return self._parameter.kind in {"whole", "roles", "switch"}

    @property
    def unit(self) -> str:
        """What the input is counted in, in English."""
        return self._parameter.unit

    def _between(self, low: float, high: float, position: float) -> float:
        # The ends come out as they stand in the file, whatever rounding does.
        if position in {0, 1}:
            return high if position else low
        value = low + position * (high - low)
        return floor(value + 0.5) if self.stepwise else value


def uncertain_inputs(
    base: Scenario,
    preset: str = "medium",
    *,
    only: Collection[str] | None = None,
    without: Collection[str] = (),
    ranges: Mapping[str, tuple[Any, Any]] | None = None,
) -> tuple[Uncertain, ...]:
    """Return the inputs of *base* that have a range from low to high, in the order of the parameters.

    The ranges are those of *preset* ("small", "medium" or "large"; :attr:`data.Figure.low`), unless
    *ranges* gives another pair of ends for a field. The numbers of the run itself (years, warm-up) are
    no property of a municipality, and :data:`NOT_BETWEEN` are no ranges; they are only there when asked
    for. *only* names the fields to take beside those of *ranges*, *without* those to leave out.

    Raises, so that nothing is run in vain, :exc:`~simulation.scenario.ScenarioError` where a scenario
    cannot have an end of a range, the field does not exist, has no order (a choice) or no range; and
    :exc:`ValueError` where *base* has a value outside the range, or nothing is left.
    """
    figures, given = read_preset(preset).figures, dict(ranges or {})
    for field in (*(only or ()), *without, *given):
        base.replace(**{field: getattr(base, field, None)})
    wanted = {*only, *given} if only is not None else None
    found = []
    for field, parameter in parameters().items():
        asked = field in given or (wanted is not None and field in wanted)
        if field in without or (wanted is not None and field not in wanted):
            continue
        if (parameter.group == "run" or field in NOT_BETWEEN) and not asked:
            continue
        figure = figures[field]
        low, high = given.get(field, (figure.low, figure.high))
        if low is None or high is None or parameter.kind not in ORDERED:
            if asked:
                raise ScenarioError(
                    field,
                    getattr(base, field),
                    "has no range; give its ends by ranges, or leave it out",
                )
            continue
        one = _checked(base, field, low, high)
        if one.low != one.high:
            found.append(one)
    if not found:
        raise ValueError("no uncertain input is left; name other fields by only, without or ranges")
    return tuple(found)


def _checked(base: Scenario, field: str, low: Any, high: Any) -> Uncertain:
    """Return the input as a scenario keeps its ends, or refuse what does not fit."""
    ends = [getattr(base.replace(**{field: end}), field) for end in (low, high)]
    one = Uncertain(field, getattr(base, field), *ends)
    parts = [_parts(part) for part in (one.low, one.value, one.high)]
    if any(not low <= value <= high for low, value, high in zip(*parts, strict=True)):
        raise ValueError(
            f"{field} is {one.value!r}, and its range is {one.low!r} to {one.high!r}; "
            f"give the preset that is nearest, a range that holds it by "
            f"ranges={{'{field}': (low, high)}}, or leave it out"
        )
    return one


def _parts(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _mean(value: Any) -> float:
    parts = _parts(value)
    return float(sum(parts)) / len(parts)
