"""Which number is worth measuring before one decides: the value of knowing it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from threading import Event
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.experiments.options import Floats, LeastPrice, Options
from simulation.experiments.uncertain import Uncertain
from simulation.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

REFITS = 200
"""Bootstrap samples of the draws behind a standard error, and shuffles behind a noise."""
KNOTS = 2
"""Places inside the range where the pieces of a regression spline meet: our assumption."""
FEW = KNOTS + 4
"""An input with no more values than this is fitted by a mean for each."""
PER_COEFFICIENT = 10
"""Draws that a regression needs for each of its coefficients at least: our assumption."""


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
    :func:`~simulation.experiments.flips.flips` does, and :exc:`ValueError` for fewer draws than a
    regression needs, ten for each of its coefficients.
    """
    weighed = Options(base, options, rule, tuple(inputs))
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
