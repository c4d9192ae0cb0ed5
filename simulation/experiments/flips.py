"""What would change a recommendation: the value of an uncertain input at which another option is picked."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from threading import Event
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from simulation.experiments.options import Ints, Options, Rule
from simulation.experiments.uncertain import Uncertain
from simulation.scenario import Scenario
from simulation.summary import CONFIDENCE

if TYPE_CHECKING:
    import pandas as pd

Verdict = Literal["flip", "no flip", "unclear"]
Side = Literal["down", "up"]

RESAMPLES = 1000
"""Bootstrap samples of the replications behind the uncertainty of a flip."""
HALVINGS = 5
"""How often a step of the grid is halved to find a flip."""
SURE = CONFIDENCE
"""Share of bootstrap samples that must agree for a plain verdict."""


@dataclass(frozen=True, slots=True)
class Flip:
    """Whether moving one input from where it is to one end of its range changes the recommendation."""

    input: Uncertain
    side: Side
    end: Any
    """How far it was moved."""
    verdict: Verdict
    value: float
    """First value with another recommendation, for numbers of several parts their mean; not a number
    where the recommendation stays. Other inputs stay where they are."""
    low: float
    high: float
    """Ends of its 95 % interval from what the replications leave open; not a number where it may lie
    beyond the range."""
    to: str
    """What is recommended there, or ""."""
    share: float
    """Share of bootstrap samples of the replications in which the recommendation changes."""


@dataclass(frozen=True, slots=True)
class Flips:
    """What would change a recommendation, as far as it has been looked for."""

    options: tuple[str, ...]
    recommended: str
    """The option picked with every input as it is, or :data:`~simulation.experiments.options.NONE`."""
    support: float
    """Share of bootstrap samples of the replications in which the same option is picked."""
    replications: int
    asked: int
    """Ends of ranges that are looked at in all."""
    found: tuple[Flip, ...]

    @property
    def done(self) -> float:
        """Share of the ends that have been looked at, 0-1."""
        return len(self.found) / self.asked

    def table(self) -> "pd.DataFrame":
        """Return one row an input and side.

        Columns: ``input``; ``unit`` of the input; ``side`` ("down" or "up"); ``value``: where the input
        is; ``end``: how far it was moved; ``verdict`` ("flip", "no flip" within the range, or "unclear"
        with so few replications); ``flip``, ``flip_low``, ``flip_high``: the value at which the
        recommendation changes with its 95 % interval, in the unit of the input; ``recommended`` now and
        ``to`` then; ``share`` of bootstrap samples in which it changes. Not a number where it does not.
        """
        import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

        columns = (
            *("input", "unit", "side", "value", "end", "verdict", "flip", "flip_low", "flip_high"),
            *("recommended", "to", "share"),
        )
        rows = [
            (
                *(one.input.field, one.input.unit, one.side, one.input.value, one.end),
                *(one.verdict, one.value, one.low, one.high),
                *(self.recommended, one.to, one.share),
            )
            for one in self.found
        ]
        return pd.DataFrame(rows, columns=list(columns))


def flips(
    base: Scenario,
    options: Mapping[str, Mapping[str, Any]],
    rule: Rule,
    inputs: Sequence[Uncertain],
    *,
    replications: int = 50,
    seed: int = 1,
    grid: int = 4,
    halvings: int = HALVINGS,
    workers: int | str = 1,
    cancel: Event | None = None,
) -> Iterator[Flips]:
    """Yield what would change the recommendation among *options*, input by input.

    *options* are two to eight changes to *base* by their names. Each input is moved alone, from where
    it is to either end of its range, in *grid* steps; the step in which the recommendation first changes
    is halved *halvings* times, for whole numbers until they are neighbours, and so are those in which its
    interval ends. A change back and forth between two steps is not seen. All options meet the same
    youths at every value. The same *seed* gives the same bytes.

    How sure that is comes from a bootstrap of the replications: each sample of them has its own
    recommendations. "flip" means that 95 % of the samples change their recommendation on the way, and
    that they agree on it at the start; "no flip" that 95 % never do; else it is "unclear".

    It stops early, with what is finished, once *cancel* is set. Raises, before anything is run,
    :exc:`ValueError` for a wrong number of options or of anything else, and
    :exc:`~simulation.scenario.ScenarioError` for an option a scenario cannot have, or an input that an
    option changes.
    """
    weighed = Options(base, options, rule, tuple(inputs))
    for name, number in (("replications", replications), ("grid", grid)):
        if number < 1:
            raise ValueError(f"{name} is {number}; it must be 1 or more")
    stop = cancel or Event()
    samples = np.random.default_rng(seed).multinomial(
        replications, np.full(replications, 1 / replications), RESAMPLES
    )
    weights = np.vstack([np.ones(replications), samples]) / replications

    def picked(settings: Sequence[Mapping[str, Any]]) -> list[Ints] | None:
        """Return for each setting what all replications pick, then what each sample picks."""
        read = weighed.read(settings, replications, seed, 0, workers, stop)
        if read is None:
            return None
        return [rule.choose(np.einsum("sr,rok->sok", weights, setting)) for setting in read]

    def grow() -> Iterator[Flips]:
        sides: list[tuple[Uncertain, Side, Any]] = [
            (one, side, end)
            for one in weighed.inputs
            for side, end in _ends(one)
            if end != one.value
        ]
        start = picked([{}])
        if start is None:
            return
        recommended, support = (
            weighed.name(start[0][0]),
            float((start[0][1:] == start[0][0]).mean()),
        )
        found: list[Flip] = []
        for one, side, end in sides:
            path = _Path(one, end, start[0], picked)
            if not path.walk(grid, halvings):
                return
            found.append(path.flip(side, weighed))
            yield Flips(weighed.names, recommended, support, replications, len(sides), tuple(found))

    return grow()


def _ends(input: Uncertain) -> tuple[tuple[Side, Any], tuple[Side, Any]]:
    return ("down", input.low), ("up", input.high)


class _Path:
    """One input on its way from where it is to an end of its range."""

    def __init__(
        self,
        input: Uncertain,
        end: Any,
        start: Ints,
        picked: Callable[[Sequence[Mapping[str, Any]]], list[Ints] | None],
    ) -> None:
        self.input, self.end, self.picked = input, end, picked
        self.way = Uncertain(input.field, input.value, input.value, end)
        self.at: list[float] = [0.0]
        self.values: list[Any] = [input.value]
        self.picks: list[Ints] = [start]

    def walk(self, grid: int, halvings: int) -> bool:
        """Look at the whole way, then closer at the first change; False where it was cancelled."""
        if not self._look([step / grid for step in range(1, grid + 1)]):
            return False
        finest = 0.0 if self.input.stepwise else 1 / grid / 2**halvings
        while True:
            before = len(self.at)
            first = self._first(self.picks[0][0])
            if first == before:
                return True
            # Where it changes, and where its interval ends.
            edges = {first, *self._edges(self._changed())} - {0, before}
            gaps = {(self.at[edge - 1], self.at[edge]) for edge in edges}
            middles = [(low + high) / 2 for low, high in sorted(gaps) if high - low > finest]
            if not self._look(middles):
                return False
            if len(self.at) == before:
                return True

    def _look(self, positions: Sequence[float]) -> bool:
        """Add what is picked at *positions*, where the input has a value it has not had yet."""
        new: dict[Any, float] = {}
        for at in positions:
            value = self.way.at(at)
            if value not in self.values:
                # A whole number's place is its own, not that of what was rounded to it.
                new.setdefault(value, self.way.position(value) if self.input.stepwise else at)
        found = self.picked([{self.input.field: value} for value in new]) if new else []
        if found is None:
            return False
        self.at += new.values()
        self.values += new
        self.picks += found
        order = sorted(range(len(self.at)), key=lambda place: self.at[place])
        self.at = [self.at[place] for place in order]
        self.values = [self.values[place] for place in order]
        self.picks = [self.picks[place] for place in order]
        return True

    def _first(self, recommended: int) -> int:
        """Return the first place with another recommendation, or the number of places."""
        changed = [place for place, picks in enumerate(self.picks) if picks[0] != recommended]
        return changed[0] if changed else len(self.picks)

    def flip(self, side: Side, weighed: Options) -> Flip:
        """Return what was found on the way."""
        recommended = self.picks[0][0]
        changed = self._changed()
        share, at_start = float(changed.any(axis=0).mean()), float(changed[0].mean())
        first = self._first(recommended)
        verdict: Verdict = "unclear"
        if share <= 1 - SURE:
            verdict = "no flip"
        elif share >= SURE and at_start <= 1 - SURE and first < len(self.at):
            verdict = "flip"
        value, low, high, to = nan, nan, nan, ""
        if first < len(self.at):
            value, to = self._number(first), weighed.name(self.picks[first][0])
            low, high = self._ends(changed)
        return Flip(self.input, side, self.end, verdict, value, low, high, to, share)

    def _changed(self) -> NDArray[np.bool_]:
        """Return for each place and sample whether another option is picked than now."""
        return np.array([picks[1:] != self.picks[0][0] for picks in self.picks])

    def _edges(self, changed: NDArray[np.bool_]) -> tuple[int, int]:
        """Return the places between which 95 % of the samples change first; their number for never."""
        places = np.where(changed.any(axis=0), changed.argmax(axis=0), len(self.at))
        tail = (1 - CONFIDENCE) / 2
        near, far = np.quantile(places, (tail, 1 - tail), method="inverted_cdf").astype(int)
        return int(near), int(far)

    def _number(self, place: int) -> float:
        """Return the value at which it changes: a whole number, or the middle between two values."""
        here = self.input.number(self.values[place])
        if self.input.stepwise or place == 0:
            return here
        return (here + self.input.number(self.values[place - 1])) / 2

    def _ends(self, changed: NDArray[np.bool_]) -> tuple[float, float]:
        """Return the interval of the value: each sample's change lies between two values looked at."""
        near, far = self._edges(changed)
        numbers = [*map(self.input.number, self.values), nan]
        nearest = numbers[near if self.input.stepwise else max(near - 1, 0)]
        farthest = numbers[far]
        backwards = numbers[0] > numbers[-2]
        return (farthest, nearest) if backwards else (nearest, farthest)
