"""Which uncertain number would change a recommendation, looked for roughly first and then closely.

All numbers are moved with few runs, so that something can be read after seconds. Those that change the
recommendation, or may, are then moved in finer steps with more runs. What is worth measuring next is
what most likely changes it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan
from threading import Event
from typing import Any, Literal

from data import parameters
from simulation.assumptions import CARRYING
from simulation.experiments.flips import SURE, Flip, Flips, flips
from simulation.experiments.options import NONE, CheapestThatKeeps
from simulation.experiments.promise import Promise
from simulation.experiments.uncertain import Uncertain, uncertain_inputs
from simulation.scenario import Scenario

Which = Literal["carrying", "all"]

ROUGH, CLOSE = (20, 2, 0), (40, 2, 2)
"""Runs, steps to each end, and how often a step is halved: of all numbers, and of those that matter."""


@dataclass(frozen=True)
class MindQuestion:
    """What is decided between, and which numbers nobody is sure of.

    Attributes:
        today: What the options are changes of; the numbers are moved from where they are in it.
        options: The options by their names, two or more.
        promise: What must hold; the cheapest option that keeps it is recommended.
        probability: With which it must hold at least.
        preset: Whose ranges the numbers have.
        known: Fields that are taken as known, such as the leaders' own numbers.
        which: The assumptions that carry the answer, or every number with a range.
        seed: The chance that all meet.
    """

    today: Scenario
    options: tuple[tuple[str, Scenario], ...]
    promise: Promise
    probability: float
    preset: str
    known: frozenset[str] = frozenset()
    which: Which = "carrying"
    seed: int = 1

    @property
    def changes(self) -> dict[str, dict[str, Any]]:
        """What each option changes."""
        return {
            name: {field: new for field, (new, _) in scenario.differences(self.today).items()}
            for name, scenario in self.options
        }

    @property
    def decided(self) -> frozenset[str]:
        """The uncertain numbers that an option changes: they are decided, not measured."""
        touched = {field for changes in self.changes.values() for field in changes}
        return frozenset(touched & {one.field for one in self._ranges(self.known)})

    @property
    def inputs(self) -> tuple[Uncertain, ...]:
        """The numbers that are moved, those that carry the answer first."""
        found = {one.field: one for one in self._ranges(self.known | self.decided)}
        first = [found.pop(field) for field in CARRYING if field in found]
        return tuple(first if self.which == "carrying" and first else [*first, *found.values()])

    def _ranges(self, without: frozenset[str]) -> tuple[Uncertain, ...]:
        listed = frozenset(field for field in without if field in parameters())
        return uncertain_inputs(self.today, self.preset, without=listed)


@dataclass(frozen=True)
class Side:
    """One number moved from where it is to one end of its range."""

    flip: Flip
    share: float
    """Of the samples of the runs that recommend the same as all of them at the start, the share that
    changes on the way. So a recommendation that chance alone may change does not hide what a number does."""

    @property
    def changes(self) -> bool:
        """Whether the recommendation surely changes."""
        return self.share >= SURE and not isnan(self.flip.value)

    @property
    def firm(self) -> bool:
        """Whether it surely does not."""
        return self.share <= 1 - SURE

    @property
    def chance(self) -> float:
        """Probability that the number lies where the recommendation is another, 0-1.

        The number is taken from a triangular distribution over its range with its peak where it is: our
        assumption. A side that is unclear counts as it seems.
        """
        return 0.0 if self.firm else chance_beyond(self.flip)


@dataclass(frozen=True)
class Change:
    """What one number does to the recommendation, on its way to both ends of its range."""

    input: Uncertain
    sides: tuple[Side, ...]
    close: bool
    """Whether it was looked at closely."""

    @property
    def flipping(self) -> tuple[Side, ...]:
        """The sides on which the recommendation surely changes."""
        return tuple(side for side in self.sides if side.changes)

    @property
    def unclear(self) -> bool:
        """Whether it may change, but not surely, on some side."""
        return any(not side.changes and not side.firm for side in self.sides)

    @property
    def chance(self) -> float:
        """Probability that the number lies where the recommendation is another, 0-1."""
        return sum(side.chance for side in self.sides)


def chance_beyond(flip: Flip) -> float:
    """Return the probability that the input lies where *flip* says that the recommendation changes."""
    one = flip.input
    if isnan(flip.value):
        return 0.0
    edge = flip.value
    if one.stepwise:
        # What is drawn is rounded to a whole number, which begins half a step before.
        edge += -0.5 if flip.side == "up" else 0.5
    low, high = one.number(one.low), one.number(one.high)
    at, peak = min(max((edge - low) / (high - low), 0.0), 1.0), one.position(one.value)
    below = at * at / peak if at < peak else 1 - (1 - at) ** 2 / (1 - peak) if peak < 1 else 1.0
    return 1 - below if flip.side == "up" else below


@dataclass(frozen=True)
class ChangesOfMind:
    """What is known so far."""

    question: MindQuestion
    recommended: str
    """The option that is recommended as the numbers are, or
    :data:`~simulation.experiments.options.NONE`."""
    support: float
    """Share of samples of the runs in which the same is recommended, 0-1."""
    changes: tuple[Change, ...]
    """Of each number that was moved; those that most likely change the recommendation first."""
    progress: tuple[int, int]
    """Ends of ranges looked at, roughly and closely, and of how many."""
    finished: bool

    @property
    def flipping(self) -> tuple[Change, ...]:
        """The numbers that surely change it somewhere in their range."""
        return tuple(change for change in self.changes if change.flipping)

    @property
    def unclear(self) -> tuple[Change, ...]:
        """The numbers that may change it, but do not surely."""
        return tuple(one for one in self.changes if one.unclear and not one.flipping)

    @property
    def firm(self) -> tuple[Change, ...]:
        """The numbers that do not change it anywhere in their range."""
        return tuple(one for one in self.changes if not one.unclear and not one.flipping)

    @property
    def keeps_none(self) -> bool:
        """Whether no option keeps the promise as the numbers are."""
        return self.recommended == NONE


def changes_of_mind(question: MindQuestion, cancel: Event | None = None) -> Iterator[ChangesOfMind]:
    """Yield what would change the recommendation, growing by an end of a range at a time.

    Raises as :func:`~simulation.experiments.flips.flips` and
    :func:`~simulation.experiments.uncertain.uncertain_inputs` do, before anything is run. It stops early
    once *cancel* is set.
    """
    inputs, stop = question.inputs, cancel or Event()
    rough = _flips(question, inputs, ROUGH, stop)

    def grow() -> Iterator[ChangesOfMind]:
        found: Flips | None = None
        for found in rough:
            yield _told(question, found, None, len(found.found), 2 * found.asked)
        if found is None or stop.is_set():
            return
        again = _worth_a_look(found)
        if not again:
            yield _told(question, found, None, found.asked, found.asked, finished=True)
            return
        close: Flips | None = None
        for close in _flips(question, again, CLOSE, stop):
            if close.recommended != found.recommended and len(again) < len(inputs):
                break
            done, all = found.asked + len(close.found), found.asked + close.asked
            yield _told(question, found, close, done, all, finished=len(close.found) == close.asked)
        if close is None or stop.is_set() or close.recommended == found.recommended:
            return
        # With more runs another option is recommended: nothing that was found about the first holds.
        for close in _flips(question, inputs, CLOSE, stop):
            done, all = found.asked + len(close.found), found.asked + close.asked
            yield _told(question, close, close, done, all, finished=len(close.found) == close.asked)

    return grow()


def _flips(
    question: MindQuestion, inputs: tuple[Uncertain, ...], how: tuple[int, int, int], stop: Event
) -> Iterator[Flips]:
    replications, grid, halvings = how
    return flips(
        question.today,
        question.changes,
        CheapestThatKeeps(question.promise, question.probability),
        inputs,
        replications=replications,
        grid=grid,
        halvings=halvings,
        seed=question.seed,
        cancel=stop,
    )


def _rank(change: Change) -> tuple[int, float]:
    """Return the order of a number: those that change the recommendation, may, and do not."""
    return 0 if change.flipping else 1 if change.unclear else 2, -change.chance


def _side(flip: Flip, support: float) -> Side:
    at_start = 1 - support
    return Side(flip, max(flip.share - at_start, 0.0) / support if support else 0.0)


def _worth_a_look(found: Flips) -> tuple[Uncertain, ...]:
    """Return the inputs that may change the recommendation."""
    sides = [_side(flip, found.support) for flip in found.found]
    return tuple({side.flip.input: None for side in sides if not side.firm})


def _told(
    question: MindQuestion,
    rough: Flips,
    close: Flips | None,
    done: int,
    all: int,
    *,
    finished: bool = False,
) -> ChangesOfMind:
    by_input: dict[Uncertain, dict[str, Flip]] = {}
    for flip in rough.found:
        by_input.setdefault(flip.input, {})[flip.side] = flip
    looked: set[Uncertain] = set()
    for flip in close.found if close is not None else ():
        by_input.setdefault(flip.input, {})[flip.side] = flip
        looked.add(flip.input)
    surest = close or rough
    changes = [
        Change(one, tuple(_side(flip, surest.support) for flip in sides.values()), one in looked)
        for one, sides in by_input.items()
    ]
    return ChangesOfMind(
        question,
        surest.recommended,
        surest.support,
        tuple(sorted(changes, key=_rank)),
        (done, all),
        finished,
    )


def options_by_name(options: Sequence[tuple[str, Scenario]]) -> tuple[tuple[str, Scenario], ...]:
    """Return *options* as a question keeps them: each scenario once, and no name twice."""
    kept: dict[str, Scenario] = {}
    for name, scenario in options:
        if scenario in kept.values():
            continue
        number, unique = 1, name
        while unique in kept:
            number += 1
            unique = f"{name} ({number})"
        kept[unique] = scenario
    return tuple(kept.items())
