"""What would change the recommendation, and which number is worth measuring before one decides.

A few options, such as four, five or six coordinators, and a rule that picks one of them from what the
runs say. Then two questions about each input nobody is sure of: at which value of it would the rule
pick another option; and what would it be worth to know the input before picking.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from threading import Event
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from simulation.experiments.replications import together
from simulation.experiments.search import Promise
from simulation.experiments.uncertain import Uncertain
from simulation.measures import MEASURES
from simulation.results import Result
from simulation.scenario import Scenario, ScenarioError
from simulation.summary import CONFIDENCE

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Verdict = Literal["flip", "no flip", "unclear"]
Side = Literal["down", "up"]

FEWEST, MOST = 2, 8
"""Options that can be weighed at a time."""
NONE = "none"
"""What is recommended where no option keeps the promise."""
RESAMPLES = 1000
"""Bootstrap samples of the replications behind the uncertainty of a flip."""
HALVINGS = 5
"""How often a step of the grid is halved to find a flip."""
SURE = CONFIDENCE
"""Share of bootstrap samples that must agree for a plain verdict."""
REFITS = 200
"""Bootstrap samples of the draws behind a standard error, and shuffles behind a noise."""
KNOTS = 2
"""Places inside the range where the pieces of a regression spline meet: our assumption."""
FEW = KNOTS + 4
"""An input with no more values than this is fitted by a mean for each."""
PER_COEFFICIENT = 10
"""Draws that a regression needs for each of its coefficients at least: our assumption."""


class Rule(Protocol):
    """Picks an option from means over replications."""

    def read(self, result: Result) -> tuple[float, ...]:
        """Return the numbers of one replication that are averaged."""

    def choose(self, means: Floats) -> Ints:
        """Return the place of the option picked, -1 for none; *means* ends in option and number."""


@dataclass(frozen=True, slots=True)
class CheapestThatKeeps:
    """The cheapest option that keeps a promise with a probability; none where no option does."""

    promise: Promise
    probability: float = 0.9
    """Share of single years (or runs) in which it is to be kept."""
    cost: str = "cost_per_year_dkk"
    """The measure that is to be small."""

    def __post_init__(self) -> None:
        _check_measures([self.cost])
        if not 0 < self.probability <= 1:
            raise ValueError(f"probability is {self.probability}; it must be above 0 and at most 1")

    def read(self, result: Result) -> tuple[float, ...]:
        """Return cost and the share of years that kept the promise."""
        return result.measures[self.cost], self.promise.kept(result)

    def choose(self, means: Floats) -> Ints:
        """Return the cheapest that keeps it often enough."""
        # A share of 0.9 of ten may come out a hair below.
        kept = means[..., 1] >= self.probability - 1e-9
        cost = np.where(kept, means[..., 0], np.inf)
        return np.where(kept.any(axis=-1), cost.argmin(axis=-1), -1)


@dataclass(frozen=True, slots=True)
class LeastPrice:
    """The option whose measures, each times its price, add up to least on average.

    ``{"cost_per_year_dkk": 1, "late_per_year": 25_000}`` puts a price on each late meeting, which is
    the user's to set; ``{"kept_coordinator_share": -1}`` is the most of a single measure.
    """

    prices: Mapping[str, float]
    """Price of one unit of each measure; negative for what is welcome."""

    def __post_init__(self) -> None:
        _check_measures(list(self.prices))

    def read(self, result: Result) -> tuple[float, ...]:
        """Return the whole price."""
        return (sum(price * result.measures[name] for name, price in self.prices.items()),)

    def choose(self, means: Floats) -> Ints:
        """Return the one with the least price."""
        return np.asarray(means[..., 0].argmin(axis=-1))


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
    """The option picked with every input as it is, or :data:`NONE`."""
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
    workers: int | str = 1,
    cancel: Event | None = None,
) -> Iterator[Flips]:
    """Yield what would change the recommendation among *options*, input by input.

    *options* are two to eight changes to *base* by their names. Each input is moved alone, from where
    it is to either end of its range, in *grid* steps; the step in which the recommendation first changes
    is halved five times, for whole numbers until they are neighbours, and so are those in which its
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
    weighed = _Options(base, options, rule, tuple(inputs))
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
            if not path.walk(grid):
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

    def walk(self, grid: int) -> bool:
        """Look at the whole way, then closer at the first change; False where it was cancelled."""
        if not self._look([step / grid for step in range(1, grid + 1)]):
            return False
        finest = 0.0 if self.input.stepwise else 1 / grid / 2**HALVINGS
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

    def flip(self, side: Side, weighed: "_Options") -> Flip:
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


class _Options:
    """The options of a decision, checked, and what a rule reads of their runs."""

    def __init__(
        self,
        base: Scenario,
        options: Mapping[str, Mapping[str, Any]],
        rule: Rule,
        inputs: tuple[Uncertain, ...],
    ) -> None:
        if not FEWEST <= len(options) <= MOST:
            raise ValueError(f"options are {len(options)}; give from {FEWEST} to {MOST}")
        if not inputs:
            raise ValueError("inputs is empty; give those of uncertain_inputs(base)")
        for one in inputs:
            by = [name for name, changes in options.items() if one.field in changes]
            if by:
                raise ScenarioError(
                    one.field,
                    by[0],
                    "is changed by an option and cannot be an uncertain input too; leave it out of one",
                )
        self.names = tuple(options)
        self.scenarios = tuple(base.replace(**changes) for changes in options.values())
        self.rule, self.inputs = rule, inputs

    def name(self, place: int) -> str:
        return self.names[place] if place >= 0 else NONE

    def read(
        self,
        settings: Sequence[Mapping[str, Any]],
        replications: int,
        seed: int,
        first: int,
        workers: int | str,
        stop: Event,
    ) -> Floats | None:
        """Return what the rule reads by setting, replication, option and number.

        None where it was cancelled. Raises :exc:`ValueError` where there is nothing to read.
        """
        scenarios = [one.replace(**setting) for setting in settings for one in self.scenarios]
        rows = [
            [self.rule.read(result) for result in row]
            for row in together(
                scenarios, replications, seed, first=first, workers=workers, cancel=stop
            )
        ]
        if len(rows) < replications:
            return None
        found = np.array(rows, dtype=float)
        if np.isnan(found).any():
            raise ValueError(
                "the rule reads a measure that has nothing to measure in some replication; "
                "take more years, or a measure that is always there"
            )
        shape = (replications, len(settings), len(self.names), -1)
        return found.reshape(shape).transpose(1, 0, 2, 3)


@dataclass(frozen=True, slots=True, eq=False)
class Information:
    """What it would be worth to know an input before deciding, as far as it has come."""

    inputs: tuple[Uncertain, ...]
    options: tuple[str, ...]
    seed: int
    asked: int
    """Draws in the end."""
    drawn: Floats
    """The value of each input as one number, by draw and input."""
    prices: Floats
    """What each option costs, mean of the replications, by draw and option."""

    @property
    def done(self) -> float:
        """Share of the draws that are there, 0-1."""
        return len(self.drawn) / self.asked

    @property
    def recommended(self) -> str:
        """The option with the least mean price, as things are known."""
        return self.options[int(self.prices.mean(axis=0).argmin())]

    def table(self) -> "pd.DataFrame":
        """Return one row an input, the one most worth knowing first, under a row for all together.

        Columns: ``input`` ("all" for knowing every input); ``unit``, ``low``, ``high`` of the input;
        ``worth``: what it would be worth to know it before deciding, in the unit of the price (DKK a
        year); ``standard_error`` of it; ``noise``: what ``worth`` would come out as for an input that
        says nothing; ``changed``: share of draws in which knowing it would change the decision; ``rank``
        from 1, 0 for "all"; ``clear``: whether it is above its noise by two standard errors; ``draws``
        behind it. Not a number while there are too few draws for a regression.
        """
        import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

        worths = [
            worth_of_one(self.drawn[:, place], self.prices, self.seed)
            for place in range(len(self.inputs))
        ]
        order = sorted(range(len(worths)), key=lambda place: -worths[place].worth)
        rows = [("all", "", None, None, worth_of_all(self.drawn, self.prices, self.seed), 0)]
        for rank, place in enumerate(order, 1):
            one = self.inputs[place]
            rows.append((one.field, one.unit, one.low, one.high, worths[place], rank))
        return pd.DataFrame(
            {
                "input": field,
                "unit": unit,
                "low": low,
                "high": high,
                "worth": found.worth,
                "standard_error": found.error,
                "noise": found.noise,
                "changed": found.changed,
                "rank": rank,
                "clear": found.clear,
                "draws": len(self.drawn),
            }
            for field, unit, low, high, found, rank in rows
        )


@dataclass(frozen=True, slots=True)
class Worth:
    """What knowing something is worth."""

    worth: float
    error: float
    """Standard error."""
    noise: float
    """What the worth would come out as for an input that says nothing."""
    changed: float
    """Share of draws in which it would change the decision."""

    @property
    def clear(self) -> bool:
        """Whether it is above its noise by two standard errors."""
        return self.worth - 2 * self.error > self.noise


def value_of_information(
    base: Scenario,
    options: Mapping[str, Mapping[str, Any]],
    rule: LeastPrice,
    inputs: Sequence[Uncertain],
    *,
    draws: int = 500,
    replications: int = 1,
    seed: int = 1,
    workers: int | str = 1,
    cancel: Event | None = None,
) -> Iterator[Information]:
    """Yield what each of *inputs* would be worth to know, growing by a draw at a time.

    In each draw every input is taken from a triangular distribution over its range with its peak at
    the value of *base*, independently of the others: our assumption. Each draw meets youths of its own,
    the same for all options. Worth is the expected value of perfect information (EVPI) for all inputs
    and of partial information (EVPPI) for one: how much less the decision would cost on average.

    Each option is run *replications* times in a draw; more draws tell more than more of these. The same
    *seed* gives the same bytes. It stops early, with what is finished, once *cancel* is set. Raises as
    :func:`flips` does, and :exc:`ValueError` for fewer draws than a regression needs, ten for each of
    its coefficients.
    """
    weighed = _Options(base, options, rule, tuple(inputs))
    if replications < 1:
        raise ValueError(f"replications is {replications}; it must be 1 or more")
    least = PER_COEFFICIENT * max(FEW, _quadratic(np.zeros((1, len(weighed.inputs)))).shape[1])
    if draws < least:
        raise ValueError(f"draws is {draws}; for {len(inputs)} inputs it must be {least} or more")
    stop = cancel or Event()
    settings = _draw(weighed.inputs, draws, seed)

    def grow() -> Iterator[Information]:
        drawn: list[list[float]] = []
        prices: list[Floats] = []
        for number, setting in enumerate(settings):
            first = number * replications
            read = weighed.read([setting], replications, seed, first, workers, stop)
            if read is None:
                return
            drawn.append([one.number(setting[one.field]) for one in weighed.inputs])
            prices.append(read[0, :, :, 0].mean(axis=0))
            yield Information(
                weighed.inputs, weighed.names, seed, draws, np.array(drawn), np.array(prices)
            )

    return grow()


def _draw(inputs: Sequence[Uncertain], draws: int, seed: int) -> list[dict[str, Any]]:
    """Return a value for each input and draw, from triangular distributions."""
    rng = np.random.default_rng(seed)
    columns = [rng.triangular(0, one.position(one.value), 1, draws) for one in inputs]
    return [
        {one.field: one.at(at) for one, at in zip(inputs, row, strict=True)}
        for row in zip(*columns, strict=True)
    ]


def worth_of_one(drawn: Floats, prices: Floats, seed: int) -> Worth:
    """Return the expected value of perfect information about one input (EVPPI).

    *drawn* holds the input in each draw, *prices* what each option cost in it, by draw and option. The
    mean price of an option given the input is a regression of price on input, here a cubic spline with
    few pieces: M. Strong, J. E. Oakley and A. Brennan, Medical Decision Making 34 (2014) 311-326. Its
    standard error is a bootstrap over draws, its noise the same with the input shuffled. All are not
    numbers for less than ten draws a coefficient.
    """
    return _worth(_spline(drawn), prices, seed)


def worth_of_all(drawn: Floats, prices: Floats, seed: int) -> Worth:
    """Return the expected value of perfect information about all inputs together (EVPI).

    As :func:`worth_of_one`, with *drawn* by draw and input, and a quadratic surface with all products of
    two inputs: our assumption. Taking the cheapest option of each draw as it came out, without a
    regression, would take its luck for knowledge.
    """
    return _worth(_quadratic(drawn), prices, seed)


def _worth(basis: Floats, prices: Floats, seed: int) -> Worth:
    """Return what it is worth to know the mean prices that are linear in the columns of *basis*."""
    draws, coefficients = basis.shape
    if draws < PER_COEFFICIENT * coefficients:
        return Worth(nan, nan, nan, nan)
    # Only what sets the options apart matters, and it varies less than each alone.
    apart = prices - prices.mean(axis=1, keepdims=True)
    even = np.ones(draws)
    fitted = _fitted(basis, apart, even)
    rng = np.random.default_rng(seed)
    samples = rng.multinomial(draws, even / draws, REFITS).astype(float)
    again = [_gain(_fitted(basis, apart, times), times) for times in samples]
    shuffled = [_gain(_fitted(basis, rng.permutation(apart), even), even) for _ in range(REFITS)]
    now = apart.mean(axis=0).argmin()
    return Worth(
        _gain(fitted, even),
        float(np.std(again, ddof=1)),
        float(np.mean(shuffled)),
        float((fitted.argmin(axis=1) != now).mean()),
    )


def _gain(fitted: Floats, times: Floats) -> float:
    """Return how much less it costs to pick the cheapest option in each draw than one for all.

    Each draw counts so many *times*.
    """
    mean = np.average(fitted, axis=0, weights=times)
    gain = float(mean.min() - np.average(fitted.min(axis=1), weights=times))
    # What rounding leaves is nothing.
    return gain if gain > 1e-9 * float(np.abs(fitted).max()) else 0.0


def _fitted(basis: Floats, values: Floats, times: Floats) -> Floats:
    """Return the regression of *values* on *basis* at each draw, least squares."""
    weighed = basis.T * times
    # Two values of an input have the same square: columns may depend on each other.
    inverse = np.linalg.pinv(weighed @ basis, rcond=1e-10, hermitian=True)
    return np.asarray(basis @ (inverse @ (weighed @ values)))


def _spline(drawn: Floats) -> Floats:
    """Return the columns of a regression on *drawn*: a spline, or one column a value if they are few."""
    from scipy.interpolate import BSpline  # noqa: PLC0415 (a fifth of a second, for this alone)

    levels = np.unique(drawn)
    if levels.size <= FEW:
        return np.asarray(drawn[:, np.newaxis] == levels, dtype=float)
    inner = np.unique(np.quantile(drawn, np.linspace(0, 1, KNOTS + 2)[1:-1]))
    knots = np.r_[[levels[0]] * 4, inner, [levels[-1]] * 4]
    return np.asarray(BSpline.design_matrix(drawn, knots, 3).toarray())


def _quadratic(drawn: Floats) -> Floats:
    """Return the columns of a quadratic surface over all inputs: each, squares and products of two."""
    centred = drawn - drawn.mean(axis=0)
    scale = centred.std(axis=0)
    scaled = centred / np.where(scale > 0, scale, 1)
    one, other = np.triu_indices(drawn.shape[1])
    return np.column_stack([np.ones(len(drawn)), scaled, scaled[:, one] * scaled[:, other]])


def _check_measures(names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in MEASURES]
    if unknown or not names:
        raise ValueError(f"measures are {list(names)}; each must be one of {', '.join(MEASURES)}")
