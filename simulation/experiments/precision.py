"""Replicate until precise: as many runs as the wanted precision takes, for several numbers at once.

After K. Hoad, S. Robinson and R. Davies, "Automated selection of the number of replications for a
discrete-event simulation", Journal of the Operational Research Society 61 (2010) 1632-1644: runs are
added one by one until every interval is narrow enough, and stays so for some more runs that look
ahead. Every number of runs is checked in order, so that the number found depends on neither workers
nor batches.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, inf, isfinite, isnan
from threading import Event
from typing import TYPE_CHECKING, Literal

import numpy as np

from data.texts import Texts
from simulation.experiments.intervals import (
    Interval,
    end_with_ends,
    share_with_ends,
)
from simulation.experiments.quantities import BREACH, Floats, Quantity, quantity
from simulation.experiments.replications import together
from simulation.model import Engine
from simulation.results import Result
from simulation.scenario import Scenario
from simulation.summary import TAIL, mean_interval

if TYPE_CHECKING:
    import pandas as pd

Of = Literal["mean", "low", "high"]
Status = Literal["running", "reached", "capped", "cancelled"]

LOOK_AHEAD = 5
"""k_limit of Hoad, Robinson and Davies: runs that look ahead, up to 100 runs; in proportion beyond."""
MINIMUM = 10
"""Runs before the first check: fewer may be narrow by chance."""
CAP = 1000
"""Runs after which one stops and says so."""


@dataclass(frozen=True, slots=True)
class Goal:
    """How precisely one number is wanted: ± the half-width of its 95 % interval.

    Where the interval reaches further to one side of the estimate, that side counts.

    Attributes:
        name: A name that :func:`~simulation.experiments.quantities.quantity` knows.
        relative: Half-width as a share of the estimate, 0 for none.
        absolute: Half-width in the unit of the number, 0 for none; the wider of the two counts, so
            that a number near zero need not be known to a hundredth of itself.
        of: Of the ``mean``, or of the ``low`` or ``high`` end of the prediction interval. The mean of
            :data:`~simulation.experiments.quantities.BREACH` is a probability.

    Raises :exc:`ValueError` for a name that does not exist, a negative half-width, or none at all.
    """

    name: str
    relative: float = 0.05
    absolute: float = 0.0
    of: Of = "mean"

    def __post_init__(self) -> None:
        quantity(self.name)
        if not (min(self.relative, self.absolute) >= 0 and max(self.relative, self.absolute) > 0):
            raise ValueError(
                f"{self.name} has relative {self.relative} and absolute {self.absolute}; neither may "
                "be below 0, and one must be above"
            )
        if self.of not in {"mean", "low", "high"}:
            raise ValueError(f"{self.name} has of {self.of!r}; it must be mean, low or high")

    def wanted(self, estimate: float) -> float:
        """Return the half-width that is asked for where the number is *estimate*."""
        return max(self.relative * abs(estimate), self.absolute)


GOALS = (
    Goal("late_per_year", absolute=0.5),
    Goal(BREACH, relative=0.0, absolute=0.05),
    Goal("wait_mean_days", absolute=1.0),
    Goal("caseload_mean", absolute=0.25),
    Goal("kept_coordinator_share", absolute=0.02),
    Goal("missed_contact_share", absolute=0.01),
    Goal("cost_per_year_dkk"),
    Goal("cost_per_youth_year_dkk"),
)
"""What is asked for if nothing else is: the headline measures, each to 5 % or to what nobody would act
on (half a late meeting a year, a day, a percentage point or two). Our assumption."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How precisely a number is known after so many runs."""

    goal: Goal
    replications: int
    estimate: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """The larger part of the interval, to one side of the estimate: it is no wider than ± this."""
        return max(self.high - self.estimate, self.estimate - self.low)

    @property
    def wanted(self) -> float:
        """The half-width that is asked for."""
        return self.goal.wanted(self.estimate)

    @property
    def measured(self) -> bool:
        """Whether there was anything to measure."""
        return not isnan(self.estimate)

    @property
    def met(self) -> bool:
        """Whether it is precise enough; what cannot be measured is not waited for."""
        return not self.measured or self.half_width <= self.wanted

    @property
    def needed(self) -> float:
        """About how many runs it would take: half the width takes four times as many.

        Infinite where nothing can be said yet, or where a relative precision of zero is asked for.
        """
        if self.met:
            return self.replications
        if not isfinite(self.half_width) or self.wanted == 0:
            return inf
        return ceil(self.replications * (self.half_width / self.wanted) ** 2)


@dataclass(frozen=True)
class Precision:
    """Runs of a scenario as far as they have come, and how precise they are.

    Attributes:
        scenario: What was run.
        seed: Its chance.
        results: The runs, from replication 0; those that look ahead are among them.
        goals: How far each goal is.
        status: ``running``; ``reached``; ``capped`` where the most runs allowed were not enough;
            ``cancelled``.
        found: The number of runs that was enough: the first at which every goal is met and stays met
            while looking ahead. None until then.
        cap: The most runs allowed.
    """

    scenario: Scenario
    seed: int
    results: Sequence[Result] = field(repr=False)
    goals: tuple[Reached, ...]
    status: Status
    found: int | None
    cap: int

    @property
    def replications(self) -> int:
        """Runs so far."""
        return len(self.results)

    @property
    def done(self) -> float:
        """About how much is done, 0-1."""
        if self.status != "running":
            return 1.0
        needed = min(self.cap, max((goal.needed for goal in self.goals), default=1))
        return self.replications / max(needed, self.replications + 1)

    def table(self) -> "pd.DataFrame":
        """Return one row a goal.

        Columns: ``measure``; ``of`` (mean, low or high); ``replications``; ``estimate``, ``low``,
        ``high`` with the ends of its 95 % interval, and ``half_width``, ``wanted``, all in the unit of
        the measure (see :func:`simulation.measure_words.unit_of`; shares are 0-1); ``met``;
        ``needed``: about how many runs it would take. Not a number where there was nothing to measure.
        """
        import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

        return pd.DataFrame(
            {
                "measure": goal.goal.name,
                "of": goal.goal.of,
                "replications": goal.replications,
                "estimate": goal.estimate,
                "low": goal.low,
                "high": goal.high,
                "half_width": goal.half_width,
                "wanted": goal.wanted,
                "met": goal.met,
                "needed": float(goal.needed),
            }
            for goal in self.goals
        )

    def in_words(self, texts: Texts) -> tuple[str, ...]:
        """Return how precise the numbers are: one sentence, then one for each that is not."""
        n = texts.number(self.found or self.replications)
        said = [texts(f"precision.{self.status}", n=n)]
        for goal in self.goals:
            if not goal.measured:
                said.append(texts("precision.nothing", what=_what(goal.goal, texts)))
            elif not goal.met and self.status != "running":
                said.append(_missing(goal, texts))
        return tuple(said)


def until_precise(
    scenario: Scenario,
    goals: Sequence[Goal] = GOALS,
    *,
    seed: int = 1,
    minimum: int = MINIMUM,
    cap: int = CAP,
    look_ahead: int = LOOK_AHEAD,
    results: Sequence[Result] = (),
    workers: int | str = 1,
    cancel: Event | None = None,
    engine: Engine = "compiled",
) -> Iterator[Precision]:
    """Run *scenario* until every one of *goals* is met, and yield how far it is after each run.

    The last state says whether they were reached, the cap was hit or it was cancelled. *results* are
    runs of the same scenario and seed, from replication 0, that are not run again. An interval that is
    looked at until it is narrow holds the truth a little less often than 95 % (see
    ``tests/simulation/test_coverage.py`` for how often).

    Raises :exc:`ValueError` for no goals, less than two runs as *minimum*, a *cap* below it, a negative
    *look_ahead*, or *results* that are not numbered from 0; and as
    :func:`~simulation.experiments.replications.together` does.

    >>> small = Scenario.preset("small", years=1, warm_up_years=1)
    >>> *_, last = until_precise(small, [Goal("load", relative=0.2)])
    >>> last.status
    'reached'
    """
    _check(goals, minimum, cap, look_ahead, results)
    seen = _Seen(scenario, seed, tuple(goals), minimum, cap, look_ahead)
    stop = cancel or Event()

    def grow() -> Iterator[Precision]:
        state = None
        for result in _runs(scenario, seed, results, cap, workers, stop, engine):
            state = seen.with_one_more(result)
            yield state
            if state.status != "running":
                return
        if state is not None:
            yield replace(state, status="cancelled")

    return grow()


def _check(
    goals: Sequence[Goal], minimum: int, cap: int, look_ahead: int, results: Sequence[Result]
) -> None:
    if not goals:
        raise ValueError("goals is empty; give at least one")
    if minimum < 2:
        raise ValueError(f"minimum is {minimum}; it must be 2 or more, or there is no interval")
    if cap < minimum:
        raise ValueError(f"cap is {cap}; it must be {minimum} (minimum) or more")
    if look_ahead < 0:
        raise ValueError(f"look_ahead is {look_ahead}; it must be 0 or more")
    if any(result.replication != number for number, result in enumerate(results)):
        raise ValueError("results must be replications 0, 1, 2 and so on, in order")


def _runs(
    scenario: Scenario,
    seed: int,
    results: Sequence[Result],
    cap: int,
    workers: int | str,
    stop: Event,
    engine: Engine,
) -> Iterator[Result]:
    yield from results[:cap]
    first = len(results)
    if first < cap:
        more = together(
            (scenario,), cap - first, seed, first=first, workers=workers, cancel=stop, engine=engine
        )
        yield from (result for (result,) in more)


class _Seen:
    """What the runs so far have said about each goal."""

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        goals: tuple[Goal, ...],
        minimum: int,
        cap: int,
        look_ahead: int,
    ) -> None:
        self.scenario, self.seed, self.goals = scenario, seed, goals
        self.minimum, self.cap, self.look_ahead = minimum, cap, look_ahead
        self.results: list[Result] = []
        self.values = [np.empty(0) for _ in goals]
        """For each goal what the runs said, one after the other: single values, or one value each."""
        self.sizes = [np.empty(0) for _ in goals]
        """How many of these each run has."""
        self.since: int | None = None
        """The number of runs from which on every goal has been met."""

    def with_one_more(self, result: Result) -> Precision:
        self.results.append(result)
        for number, goal in enumerate(self.goals):
            found = _known(_value(goal, quantity(goal.name), result))
            self.values[number] = np.append(self.values[number], found)
            self.sizes[number] = np.append(self.sizes[number], found.size)
        runs = len(self.results)
        reached = tuple(
            Reached(goal, runs, *_interval(goal, values, sizes))
            for goal, values, sizes in zip(self.goals, self.values, self.sizes, strict=True)
        )
        if runs < self.minimum or not all(goal.met for goal in reached):
            self.since = None
        elif self.since is None:
            self.since = runs
        status: Status = "capped" if runs >= self.cap else "running"
        enough = self.since
        if enough is not None and runs >= enough + looking_ahead(enough, self.look_ahead):
            status = "reached"
        else:
            enough = None
        return Precision(
            self.scenario, self.seed, tuple(self.results), reached, status, enough, self.cap
        )


def looking_ahead(replications: int, look_ahead: int = LOOK_AHEAD) -> int:
    """Return how many runs look ahead from *replications* on (Hoad, Robinson and Davies 2010).

    >>> looking_ahead(40), looking_ahead(300)
    (5, 15)
    """
    return look_ahead if replications <= 100 else replications * look_ahead // 100


def _value(goal: Goal, of: Quantity, result: Result) -> Floats:
    if goal.of != "mean" or of.is_share_of_singles:
        return of.singles(result)
    return np.array([of.of_run(result)])


def _known(values: Floats) -> Floats:
    return values[~np.isnan(values)]


def _interval(goal: Goal, values: Floats, sizes: Floats) -> Interval:
    if goal.of != "mean":
        return end_with_ends(values, sizes, TAIL if goal.of == "low" else 1 - TAIL)
    if quantity(goal.name).is_share_of_singles:
        runs = np.repeat(np.arange(sizes.size), sizes.astype(int))
        kept = np.bincount(runs, weights=values, minlength=sizes.size).astype(float)
        return share_with_ends(kept, sizes)
    return mean_interval(values)


def _what(goal: Goal, texts: Texts) -> str:
    return texts(f"precision.of_{goal.of}", measure=quantity(goal.name).title(texts))


def _missing(goal: Reached, texts: Texts) -> str:
    """Return which number is not precise enough, how wide it is and what it would take."""
    of = quantity(goal.goal.name)
    slots = {
        "what": _what(goal.goal, texts),
        "estimate": of.write(goal.estimate, texts),
        "wanted": of.write_difference(goal.wanted, texts),
    }
    if not isfinite(goal.half_width):
        return texts("precision.unbounded", **slots)
    slots["half"] = of.write_difference(goal.half_width, texts)
    if not isfinite(goal.needed):
        return texts("precision.never", **slots)
    # More figures would promise what a rule of thumb cannot keep.
    return texts("precision.missing", **slots, n=texts.number(_rounded(goal.needed)))


def _rounded(number: float) -> float:
    """Return *number* rounded up to two figures."""
    unit = int(10 ** max(len(str(int(number))) - 2, 0))
    return ceil(number / unit) * unit
