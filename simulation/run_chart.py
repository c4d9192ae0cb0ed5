"""A number quarter by quarter: within what chance gives, or more than that.

**Limits.** Of a share, each quarter has limits of its own, by how many it is a share of: a p' chart (Laney
2002, Quality Engineering 14(4), 531-537), with exact binomial tails in place of the normal ones, which do not
hold for a share of eight. A score says how far out the quarter lies if all had the share of them all
together; how much the scores of neighbouring quarters differ (mean moving range / 1.128) says how much
more than the binomial there is between quarters, for what happens comes in clumps: one coordinator falls
ill, and five meetings are late. Distances far above the others are left out of that mean (Nelson 1982,
Journal of Quality Technology 14(4)), so that one bad quarter does not hide itself; less than the binomial
is never taken. A count is held against the Poisson in the same way (u'), and a mean against the moving
range alone. The limits are three such spreads.

**Runs.** From ten useful quarters on (none on the median), one side of the median for longer than
``round(log2(n) + 3)`` quarters, or fewer crossings than the 5 % end of the binomial of ``n - 1``, is more
than chance too (Anhøj and Olesen 2014, PLoS ONE 9(11), e113825; Anhøj 2015, PLoS ONE 10(3), e0121349).

Where nothing has changed, at most about one chart in twenty says "more than chance" all the same
(``tests/simulation/test_run_chart.py`` counts them). A change over time is never called an effect.

**Small cells.** Only what was told counts. What is said must hold if hidden quarters are left out, and if
they all are at their least or at their most; so nothing said here tells more than the table does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import log2
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, norm, poisson

Floats = NDArray[np.float64]
Scale = Literal["share", "count", "mean"]
"""A part of a whole, a number of events (for each of *whole*), or a mean of *whole* answers."""
Verdict = Literal["within", "more", "few", "weak", "hidden"]
"""``few``: too few quarters; ``weak``: too few cases in each; ``hidden``: it hangs on hidden numbers."""

FEWEST_QUARTERS = 8
"""Told quarters below which nothing is said."""
FEWEST_FOR_RUNS = 10
"""Useful quarters below which runs say nothing."""
MOST_QUARTERS = 12
"""Quarters that a chart shows: three years. Of more, more than one in twenty would cry wolf."""
SPREADS = 3.0
"""How many spreads from the middle the limits lie."""
_MOVING_RANGE = 1.128
"""The mean of the distance of two draws from a normal distribution with spread 1."""
_FAR = 3.267
"""Times their mean; a distance beyond it comes of something else than chance."""
_CERTAIN = 1e-24


@dataclass(frozen=True, slots=True)
class Point:
    """One quarter."""

    name: str
    """What it is called."""
    number: float | None
    """The part, the count or the mean; None where it is hidden."""
    whole: float | None = 1.0
    """Of how many; what a count is counted in (1 where all quarters are alike); the answers of a mean."""
    least: float | None = None
    """Where the number is hidden or not told exactly, the least it may be; None where nothing is known."""
    most: float | None = None
    """The most it may be."""

    @property
    def told(self) -> bool:
        """Whether its number is known."""
        return self.number is not None and bool(self.whole)


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that is more than chance."""

    kind: Literal["above", "below", "run", "crossings"]
    places: tuple[int, ...]
    """The quarters concerned, counted from 0."""
    count: int
    """Quarters outside, or in a row on one side; or how often the middle is crossed."""


@dataclass(frozen=True, slots=True)
class RunChart:
    """A number over time, with what chance gives."""

    scale: Scale
    points: tuple[Point, ...]
    values: tuple[float | None, ...]
    """One a quarter: share (0-1), count for each of *whole*, or mean; None where it is hidden."""
    middle: float | None
    """The median of the values; None where there are none."""
    limits: tuple[tuple[float, float] | None, ...]
    """One a quarter, on the scale of the values; all None where nothing is said."""
    verdict: Verdict
    signals: tuple[Signal, ...] = ()
    """What is more than chance; something exactly where the verdict is ``more``."""


def run_chart(points: Sequence[Point], scale: Scale, *, step: float = 0.0) -> RunChart:
    """Return the chart of *points*, the oldest first; of more than :data:`MOST_QUARTERS`, the last.

    Means that are told rounded to a *step* are never called more than chance for one step alone.
    Raises :exc:`ValueError` where a part is above its whole, or a count or a whole is below 0.
    """
    shown = tuple(points[-MOST_QUARTERS:])
    for point in shown:
        _check(point, scale)
    values = tuple(_value(point, scale) if point.told else None for point in shown)
    known = [value for value in values if value is not None]
    none: tuple[None, ...] = (None,) * len(shown)
    chart = RunChart(
        scale=scale,
        points=shown,
        values=values,
        middle=float(np.median(known)) if known else None,
        limits=none,
        verdict="few",
    )
    if len(known) < FEWEST_QUARTERS:
        return chart
    told = _Series.of(shown, scale, step)
    chart = replace(chart, limits=_placed(told, len(shown)))
    if told.powerless:
        return replace(chart, verdict="weak")
    signals = told.signals
    fillings = {_filled(shown, "least"), _filled(shown, "most")} - {shown}
    filled = [_Series.of(filling, scale, step) for filling in fillings]
    if any(bool(each.signals) != bool(signals) for each in filled):
        return replace(chart, verdict="hidden")
    return replace(chart, verdict="more" if signals else "within", signals=signals)


def _check(point: Point, scale: Scale) -> None:
    ends = [end for end in (point.number, point.least, point.most) if end is not None]
    above = scale == "share" and point.whole is not None and any(e > point.whole for e in ends)
    below = scale != "mean" and any(end < 0 for end in ends)
    if above or below or (point.whole is not None and point.whole < 0):
        raise ValueError(
            f"{point.name}: {ends} of {point.whole} is no {scale}; a share lies between 0 and its "
            "whole, a count is not below 0"
        )


def _value(point: Point, scale: Scale) -> float:
    number = point.number or 0.0
    return number if scale == "mean" else number / (point.whole or 1.0)


def _filled(points: Sequence[Point], end: Literal["least", "most"]) -> tuple[Point, ...]:
    """Return *points* with each number that is not told exactly at its *end*."""
    found = []
    for point in points:
        at = point.least if end == "least" else point.most
        found.append(point if at is None else replace(point, number=at))
    return tuple(found)


@dataclass(frozen=True)
class _Series:
    """The told quarters of a chart."""

    scale: Scale
    places: tuple[int, ...]
    numbers: Floats
    wholes: Floats
    step: float

    @classmethod
    def of(cls, points: Sequence[Point], scale: Scale, step: float) -> "_Series":
        told = [(place, point) for place, point in enumerate(points) if point.told]
        numbers = np.array([point.number for _, point in told], dtype=float)
        wholes = np.array([point.whole for _, point in told], dtype=float)
        return cls(scale, tuple(place for place, _ in told), numbers, wholes, step)

    @cached_property
    def values(self) -> Floats:
        return self.numbers if self.scale == "mean" else self.numbers / self.wholes

    @cached_property
    def centre(self) -> float:
        """The value that all quarters would have if they were alike."""
        if self.scale == "mean":
            return float(np.average(self.numbers, weights=self.wholes))
        return float(self.numbers.sum() / self.wholes.sum())

    @cached_property
    def scores(self) -> Floats:
        """How far out each quarter lies, in spreads of its own size; 0 where nothing varies."""
        if np.ptp(self.values) == 0:
            return np.zeros_like(self.values)
        return _score(self.scale, self.numbers, self.wholes, self.centre)

    @cached_property
    def spread(self) -> float:
        """How much wider than by the size of quarters alone the scores spread."""
        apart = np.abs(np.diff(self.scores))
        near = apart[apart <= _FAR * apart.mean()]
        spread = float(near.mean()) / _MOVING_RANGE
        if self.scale != "mean":
            return max(1.0, spread)
        # A mean just above or below where it is rounded jumps by a step: the limits are wider than that.
        return max(spread, self.step / 2 * float(np.sqrt(self.wholes.max())))

    @cached_property
    def limits(self) -> list[tuple[float, float]]:
        """The least and the most that chance gives in each quarter."""
        if np.ptp(self.values) == 0:
            return [(float(value), float(value)) for value in self.values]
        reach = SPREADS * self.spread
        if self.scale == "mean":
            ends = reach / np.sqrt(self.wholes)
            return [(self.centre - end, self.centre + end) for end in ends.tolist()]
        return [_exact(self.scale, whole, self.centre, reach) for whole in self.wholes.tolist()]

    @cached_property
    def powerless(self) -> bool:
        """Whether no share, whatever it was, could have been called more than chance."""
        if self.scale != "share" or len(self.places) >= FEWEST_FOR_RUNS:
            return False
        return all(low <= 0 and high >= 1 for low, high in self.limits)

    @cached_property
    def signals(self) -> tuple[Signal, ...]:
        reach = SPREADS * self.spread
        found = []
        scores = self.scores
        sides: tuple[tuple[Literal["above", "below"], NDArray[np.bool_]], ...] = (
            ("above", scores > reach),
            ("below", scores < -reach),
        )
        for kind, outside in sides:
            places = tuple(self.places[at] for at in np.flatnonzero(outside))
            if places:
                found.append(Signal(kind, places, len(places)))
        return (*found, *_runs(self.values, self.places))


def _score(scale: Scale, numbers: Floats, wholes: Floats, centre: float) -> Floats:
    if scale == "mean":
        return np.asarray((numbers - centre) * np.sqrt(wholes))
    # Half of the chance of the number itself on either side, so that no score is lopsided.
    if scale == "share":
        below, at = binom.cdf(numbers - 1, wholes, centre), binom.pmf(numbers, wholes, centre)
        above = binom.sf(numbers, wholes, centre)
    else:
        below, at = poisson.cdf(numbers - 1, centre * wholes), poisson.pmf(numbers, centre * wholes)
        above = poisson.sf(numbers, centre * wholes)
    low, high = (np.clip(tail + at / 2, _CERTAIN, 1) for tail in (below, above))
    # From the smaller tail, where the digits are.
    return np.asarray(np.where(low < high, norm.ppf(low), norm.isf(high)))


def _exact(scale: Scale, whole: float, centre: float, reach: float) -> tuple[float, float]:
    """Return the least and the most of *whole* whose score is within *reach*, as values."""
    most = whole if scale == "share" else _most(centre * whole, reach)
    numbers = np.arange(int(most) + 1, dtype=float)
    scores = _score(scale, numbers, np.full_like(numbers, whole), centre)
    inside = numbers[np.abs(scores) <= reach]
    if not inside.size:
        return centre, centre
    return float(inside[0] / whole), float(inside[-1] / whole)


def _most(mean: float, reach: float) -> float:
    """Return a count that surely lies outside the limits."""
    return float(mean + (reach + 3) * (mean + 1) ** 0.5 * (reach + 1) + 20)


def _placed(series: _Series, quarters: int) -> tuple[tuple[float, float] | None, ...]:
    limits: dict[int, tuple[float, float]] = dict(zip(series.places, series.limits, strict=True))
    return tuple(limits.get(place) for place in range(quarters))


def _runs(values: Floats, places: Sequence[int]) -> tuple[Signal, ...]:
    """Return what runs along the median say (Anhøj's rules)."""
    sides = np.sign(values - np.median(values))
    useful = np.flatnonzero(sides)
    n = useful.size
    if n < FEWEST_FOR_RUNS:
        return ()
    crossed = np.flatnonzero(np.diff(sides[useful]))
    begins, ends = np.concatenate([[0], crossed + 1]), np.concatenate([crossed, [n - 1]])
    lengths = ends - begins + 1
    longest = int(lengths.argmax())
    found = []
    if lengths[longest] > round(log2(n) + 3):
        run = useful[begins[longest] : ends[longest] + 1]
        found.append(Signal("run", tuple(places[at] for at in run), int(lengths[longest])))
    if crossed.size < binom.ppf(0.05, n - 1, 0.5):
        found.append(Signal("crossings", (), int(crossed.size)))
    return tuple(found)
