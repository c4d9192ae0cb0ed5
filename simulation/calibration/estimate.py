"""One estimated number with its interval, and the three kinds of interval it can have.

A rate counts what happened over a time, a share counts what happened of what could, a mean adds up. Where
several counts belong to one young person, the young people are what is independent, and not the counts.
"""

from dataclasses import dataclass
from math import nan, sqrt
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, stdtrit

from simulation.experiments.intervals import Interval, share_with_ends

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CONFIDENCE = 0.95
"""How often an interval holds the true number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What the records say of one quantity; none of it is rounded, and small counts are in it."""

    id: str
    """The quantity, one of :data:`simulation.calibration.quantities.QUANTITIES`."""
    value: float
    """In the unit of the quantity; not a number where nothing could be estimated."""
    low: float
    high: float
    """The ends of the interval that holds the true number nineteen times in twenty; the upper one is
    infinite where the records do not say."""
    events: int
    """How often it happened."""
    rest: int | None = None
    """How often it could have happened and did not; None where that cannot be counted."""
    youths: int = 0
    """How many young people it is seen in (coordinators, for how many of those leave)."""

    @classmethod
    def of(
        cls, id: str, found: Interval, events: int, rest: int | None = None, youths: int = 0
    ) -> Self:
        """Return the estimate of *id* that was *found*, with the counts it is from."""
        value, low, high = found
        return cls(id=id, value=value, low=low, high=high, events=events, rest=rest, youths=youths)

    @property
    def smallest(self) -> int:
        """The smallest of the counts."""
        return min(self.events, self.youths, *(() if self.rest is None else (self.rest,)))


def rate_with_ends(events: int, years: float) -> Interval:
    """Return how often something happens a year, seen *events* times in so many *years* of exposure.

    The interval is that of Jeffreys, gamma quantiles with *events* + ½: over rates as they come, it holds
    the true one as often as it says (L. D. Brown, T. T. Cai and A. DasGupta, "Interval estimation in
    exponential families", Statistica Sinica 13 (2003) 19-49). That of Garwood would hold it oftener.
    """
    if not years > 0:
        return nan, nan, nan
    tail = (1 - CONFIDENCE) / 2
    shape = events + 0.5
    low = float(gammaincinv(shape, tail)) if events else 0.0
    return events / years, low / years, float(gammaincinv(shape, 1 - tail)) / years


def share_of_youths(kept: Floats, of: Floats) -> Interval:
    """Return the share *kept* ÷ *of* with its ends; each youth has one element.

    Otherwise as :func:`simulation.experiments.intervals.share_with_ends`.
    """
    return share_with_ends(kept, of, CONFIDENCE)


def mean_with_ends(values: Floats, youths: Ints) -> Interval:
    """Return the mean of *values* with its ends; *youths* says whose each is.

    A ratio of two sums over young people, with Student's t for their number (W. G. Cochran, Sampling
    Techniques, 3rd ed. 1977, 6.3). Not a number where fewer than two have a value.
    """
    who, place = np.unique(youths, return_inverse=True)
    if who.size < 2:  # one says nothing of the spread
        return nan, nan, nan
    total, count = np.bincount(place, values), np.bincount(place)
    mean = float(values.mean())
    apart = float(((total - mean * count) ** 2).sum()) * who.size / (who.size - 1)
    half = float(stdtrit(who.size - 1, 0.5 + CONFIDENCE / 2)) * sqrt(apart) / values.size
    return mean, mean - half, mean + half
