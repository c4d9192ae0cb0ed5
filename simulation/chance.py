"""Streams of chance: each draw has a place of its own, so that nothing shifts when something is added.

A table is filled row by row from a stream named by seed, replication, purpose, target group and block. A
youth's row stays the same however many rows follow. Two scenarios with one seed therefore give the same
youths the same lives, except where the numbers that shape a life differ.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri

from simulation.state import CERTAIN

NO_SHOW_SPREAD = 8.0
"""The two parameters of the beta distribution of no-shows add up to this: Beta(1.2, 6.8) has mean 0.15
and gathers the no-shows on some youths, as 6.7 % of appointments but 22.8 % of courses had one among
Danish specialists (Ugeskrift for Læger 2010). The shape is our assumption."""

_WORD = 1 << 32

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Rows = NDArray[np.void]


class Purpose(IntEnum):
    """What a table of chance is for. Add new ones at the end: the number is part of the stream's name."""

    REFERRAL = 1
    LIFE = 2
    OCCASIONS = 4
    CHANCES = 6
    TENURE = 7
    VACANCY = 8
    CRISIS_MEETING = 9
    SHORT_ABSENCE = 12
    LONG_ABSENCE = 13


class Kind(IntEnum):
    """The kinds of occasions; part of the name of the stream that draws them."""

    CRISIS = 0
    EXTRA_MEETING = 1
    PLACEMENT = 2
    DROP_OUT = 3


class Group(IntEnum):
    """The target groups of a scenario, and the youths of a case list; part of the stream's name too."""

    PLACED = 0
    CONTACT_PERSON = 1
    OUTSIDE = 2
    LISTED = 3


@dataclass(frozen=True, slots=True)
class Chance:
    """The streams of one replication."""

    seed: int
    replication: int

    def stream(self, purpose: Purpose, group: int = 0, block: int = 0) -> np.random.Generator:
        """Return the stream of a purpose."""
        name = [self.seed, self.replication, int(purpose), int(group), block]
        if max(name) < _WORD:
            # The words that NumPy would make of each number, in a third of the time.
            words = np.array(name, dtype=np.uint32)
            return np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(name)))


@lru_cache(maxsize=16)
def propensities(mean: float) -> Ints:
    """Return 1,024 equally likely chances of not coming, out of CERTAIN: beta with this mean."""
    if mean == 0:
        return np.zeros(1024, dtype=np.int64)
    middle = (np.arange(1024) + 0.5) / 1024
    chance = betaincinv(NO_SHOW_SPREAD * mean, NO_SHOW_SPREAD * (1 - mean), middle)
    return np.asarray(np.floor(chance * CERTAIN), dtype=np.int64)


@lru_cache(maxsize=16)
def efforts(variation: float) -> Ints:
    """Return equally likely factors, lognormal with mean 1 and this variation, in parts of 1,024."""
    if variation == 0:
        return np.full(1024, 1024)
    spread = np.sqrt(np.log1p(variation**2))
    factor = np.exp(spread * ndtri((np.arange(1024) + 0.5) / 1024))
    return np.asarray(np.rint(1024 * factor / factor.mean()), dtype=np.int64)


def triangular(uniform: Floats, least: float, likely: float, greatest: float) -> Floats:
    """Return triangular numbers by inversion; three equal numbers give just that number."""
    width = greatest - least
    if width == 0:
        return np.full(uniform.shape, least)
    rising = uniform * width < likely - least
    up = least + np.sqrt(uniform * width * (likely - least))
    down = greatest - np.sqrt((1 - uniform) * width * (greatest - likely))
    return np.where(rising, up, down)
