"""Which youth of many is followed, by a rule that can be told, or at random."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

import numpy as np

from simulation.course import Youth, youths
from simulation.model import run
from simulation.scenario import Scenario
from simulation.summary import prediction

Kind = Literal["typical", "long_wait", "changed", "late", "random"]
KINDS: tuple[Kind, ...] = ("typical", "long_wait", "changed", "late", "random")
ENOUGH = 300
"""Youths among whom a choice is made; more replications than it takes to find them are not run."""
LONG_WAIT = Fraction(19, 20)
"""The share of youths who wait no longer than the one with a long wait."""


class Candidates(NamedTuple):
    """Whom it is chosen among."""

    youths: tuple[Youth, ...]
    finished: bool
    """Whether only courses that both began and ended in the simulated years are among them."""


class Followed(NamedTuple):
    """Who is followed, and why."""

    kind: Kind
    youth: Youth
    among: int
    """How many there were to choose among."""
    alike: int
    """How many of them are of that kind: had more than one coordinator, or a late meeting."""
    low: float
    high: float
    """What nine in ten of them lie between, in days to the first coordinator."""
    changed: int
    """How many of them had more than one coordinator."""
    late: int
    """How many of them had a late meeting."""


def candidates(scenario: Scenario, seed: int, replications: Iterable[int]) -> Candidates:
    """Return the youths of *replications* who can be followed; where there are any, to the end.

    Courses that ended in the simulated years are somewhat shorter than others.
    """
    found: list[Youth] = []
    whole: tuple[Youth, ...] = ()
    for number in replications:
        found += youths(run(scenario, seed, number))
        whole = tuple(one for one in found if one.finished and one.coordinators)
        if len(whole) >= ENOUGH:
            break
    return Candidates(whole, finished=True) if whole else Candidates(tuple(found), finished=False)


def follow_one(among: Sequence[Youth], kind: Kind, turn: int = 0) -> Followed | None:
    """Return whom to follow; None where there is nobody of that *kind*.

    ``typical`` is nearest to the middle of all four: wait, number of coordinators, late days, and
    length of the course. ``long_wait`` has the wait that 19 in 20 do not exceed, if
    anybody waited, and of these the longest course. ``changed`` is in the middle, by days without a
    coordinator, of those who had more than one; ``late`` is in the middle, by late days, of those who
    had a late meeting. ``random`` is another one for each *turn*, the same each time.
    """
    found = _CHOICES[kind](among, turn) if among else None
    if found is None:
        return None
    alike = len(_OF_THE_KIND[kind](among)) if kind in _OF_THE_KIND else len(among)
    changed, late = len(_who_changed(among)), len(_who_was_late(among))
    waits = prediction([float(one.wait) for one in among])
    return Followed(kind, found, len(among), alike, *waits, changed, late)


def _typical(among: Sequence[Youth], _: int) -> Youth:
    columns = [
        sorted(one)
        for one in zip(*((o.wait, o.coordinators, o.late, o.days) for o in among), strict=True)
    ]

    def off_the_middle(one: Youth) -> int:
        numbers = (one.wait, one.coordinators, one.late, one.days)
        return sum(
            # Twice the place from the middle; equal numbers share the middle of their places.
            abs(bisect_left(column, number) + bisect_right(column, number) - len(column))
            for column, number in zip(columns, numbers, strict=True)
        )

    return min(among, key=off_the_middle)


def _long_wait(among: Sequence[Youth], _: int) -> Youth | None:
    waits = sorted(one.wait for one in among)
    place = -(-LONG_WAIT.numerator * len(waits) // LONG_WAIT.denominator) - 1
    wait = waits[place]
    if wait == 0:
        return None
    return max((one for one in among if one.wait == wait), key=lambda one: one.days)


def _who_changed(among: Sequence[Youth]) -> list[Youth]:
    return sorted((one for one in among if one.coordinators > 1), key=lambda one: one.gap)


def _who_was_late(among: Sequence[Youth]) -> list[Youth]:
    return sorted((one for one in among if one.late), key=lambda one: one.late)


def _changed(among: Sequence[Youth], _: int) -> Youth | None:
    return _middle(_who_changed(among))


def _late(among: Sequence[Youth], _: int) -> Youth | None:
    return _middle(_who_was_late(among))


def _middle(ordered: Sequence[Youth]) -> Youth | None:
    return ordered[(len(ordered) - 1) // 2] if ordered else None


def _random(among: Sequence[Youth], turn: int) -> Youth:
    return among[int(np.random.default_rng([turn, len(among)]).integers(len(among)))]


_CHOICES: dict[Kind, Callable[[Sequence[Youth], int], Youth | None]] = {
    "typical": _typical,
    "long_wait": _long_wait,
    "changed": _changed,
    "late": _late,
    "random": _random,
}
_OF_THE_KIND: dict[Kind, Callable[[Sequence[Youth]], list[Youth]]] = {
    "changed": _who_changed,
    "late": _who_was_late,
}
