"""Would you notice? How many months of a municipality's own records it takes to see a change.

A municipality sees one course of events, not an average: so many months as they were, then so many as
they are, and few meetings in each. It asks whether the share has moved the way it was promised. Here
it asks many times over, once in each replication, and the months are counted that make most of the
answers right.

A course is the months before from a run of the base and the months after from a run of the changed
scenario on the same youths. A run of the changed scenario has worked that way since before its first
counted day, so the time it takes to settle into a new way of working is not in it.

The test is Fisher's exact one (one-sided, the way that was promised). It takes every meeting as a
throw of its own, but one resignation delays many, and then it cries wolf too often. So a difference
must also be larger, in standard errors, than all but so few of those that come about in runs where
nothing changes (a Monte Carlo test: Barnard 1963, in the discussion of a paper by Bartlett). Half of
the replications set that limit for the other half, so that none judges itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isnan
from threading import Event
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression
from scipy.stats import hypergeom

from data.texts import Texts
from data.working_days import add_months
from simulation import codes
from simulation.cohort import draw_each
from simulation.experiments.log_periods import LogPeriods
from simulation.journal import Log
from simulation.model import follow
from simulation.scenario import Scenario
from simulation.summary import TAIL, mean_interval
from simulation.wording import counted, share

if TYPE_CHECKING:
    import pandas as pd

Indicator = Literal["late", "no_show", "waited", "changed", "missed_contact"]
INDICATORS: dict[Indicator, str] = {
    "late": "Fixed meetings not held by their last day ÷ those due in the month",
    "no_show": "No-shows ÷ (meetings held + no-shows)",
    "waited": "Youths who waited more than 30 days for a first coordinator ÷ those who got one",
    "changed": "Coordinators lost ÷ youths with a coordinator as the month begins",
    "missed_contact": "Youths whose contact lapsed, in part or whole ÷ youths as the month begins",
}
"""What a municipality that keeps its checklists can count each month: a part of a whole."""
LEVEL = 0.05
"""How often the test may cry wolf where nothing has changed."""
WANTED = 0.8
"""The customary power: the change is seen four times in five."""
BEFORE = 24
"""Months of records from before the change."""
FEWEST = 40
"""Replications below which no limit can be set at the level: half of them must number 19."""
_RESAMPLES = 400

Counts = NDArray[np.int64]
"""Replications × months × (part, whole)."""
Shares = NDArray[np.float64]


@dataclass(frozen=True)
class Detection:
    """How surely a change is noticed in one indicator, month by month after it."""

    indicator: str
    """One of :data:`INDICATORS`."""
    before_months: int
    """Months of records from before the change."""
    level: float
    """How often the test may cry wolf, 0-1."""
    unchanged: float
    """The indicator (0-1) in the months after, had nothing been changed; all replications together."""
    changed: float
    """The same with the change."""
    difference: tuple[float, float, float]
    """Changed minus unchanged: mean of the replications and the ends of its confidence interval."""
    youths: float
    """Youths in the programme at a time; not a number where it is not known."""
    seen: NDArray[np.bool_]
    """Replications × months: whether the test sees the change after so many months (from 1)."""
    false: NDArray[np.bool_]
    """The same where nothing has changed."""
    untightened: NDArray[np.bool_]
    """The same again by Fisher's test as it stands."""

    @property
    def replications(self) -> int:
        """How many courses of events it is read from."""
        return int(self.seen.shape[0])

    @property
    def most_months(self) -> int:
        """The most months after the change that were looked at."""
        return int(self.seen.shape[1])

    @cached_property
    def power(self) -> Shares:
        """For each number of months, how often the change is seen (0-1); it never falls with months."""
        return _rising(self.seen.mean(axis=0))

    @property
    def clear(self) -> bool:
        """Whether the change moves the indicator at all, as far as the replications can tell."""
        _, low, high = self.difference
        return low > 0 or high < 0

    def months(self, power: float = WANTED) -> int | None:
        """Return the fewest months after the change that see it with *power*; None if none do."""
        return _first(self.power, power)

    def months_between(self, power: float = WANTED) -> tuple[int | None, int | None]:
        """Return what nine out of ten resamples of the replications put :meth:`months` between."""
        drawn = np.random.default_rng(0).multinomial(
            self.replications, [1 / self.replications] * self.replications, _RESAMPLES
        )
        curves = drawn @ self.seen / self.replications
        never = self.most_months + 1
        found = sorted(_first(_rising(curve), power) or never for curve in curves)
        low, high = (found[round(at * (_RESAMPLES - 1))] for at in (TAIL, 1 - TAIL))
        return (low if low < never else None), (high if high < never else None)

    def table(self) -> "pd.DataFrame":
        """Return one row a number of months after the change.

        Columns: ``indicator``; ``months`` (after the change); then shares of replications, 0-1:
        ``power`` (the change is seen), ``false_alarms`` (one is seen where there is none) and
        ``false_alarms_untightened`` (the same by Fisher's test as it stands).
        """
        import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

        return pd.DataFrame(
            {
                "indicator": self.indicator,
                "months": np.arange(1, self.most_months + 1),
                "power": self.power,
                "false_alarms": self.false.mean(axis=0),
                "false_alarms_untightened": self.untightened.mean(axis=0),
            }
        )


def detect(
    base: Scenario,
    changed: Scenario,
    replications: int = 200,
    seed: int = 1,
    *,
    before_months: int = BEFORE,
    most_months: int = 60,
    level: float = LEVEL,
    report: Callable[[int, int], None] | None = None,
    cancel: Event | None = None,
) -> dict[Indicator, Detection]:
    """Return for each indicator how surely the step from *base* to *changed* is noticed.

    *before_months* are the months of records from before it, *most_months* the most to look at after
    it; the counted years of both scenarios are made as many as that takes. *report* is called with
    the replications that are finished and all of them. Once *cancel* is set it goes on with what is
    finished. Raises :exc:`ValueError` for less than one month, a level outside 0-0.5, or where fewer
    than :data:`FEWEST` replications are finished.
    """
    if before_months < 1 or most_months < 1:
        raise ValueError(
            f"before_months is {before_months} and most_months {most_months}; both must be 1 or more"
        )
    _check(replications, level)
    months = before_months + most_months
    years = -(-months // 12)
    both = [scenario.replace(years=years) for scenario in (base, changed)]
    found: list[list[tuple[Counts, float]]] = [[], []]
    cancel = cancel or Event()
    for number in range(replications):
        cohorts = draw_each(both, seed, number)
        for scenario, cohort, rows in zip(both, cohorts, found, strict=True):
            lived = follow(scenario, cohort, seed, number)
            rows.append(_monthly(lived.events, scenario, months))
        if report:
            report(number + 1, replications)
        if cancel.is_set():
            break
    youths = float(np.mean([row[1] for row in found[0]]))
    still, moved = (np.array([row[0] for row in rows]) for rows in found)
    return {
        indicator: noticed(
            still[:, at, :before_months],
            moved[:, at, before_months:],
            still[:, at, before_months:],
            indicator=indicator,
            level=level,
            youths=youths,
        )
        for at, indicator in enumerate(INDICATORS)
    }


def noticed(
    before: Counts,
    after: Counts,
    unchanged: Counts,
    *,
    indicator: str = "late",
    level: float = LEVEL,
    youths: float = float("nan"),
) -> Detection:
    """Return how surely the step from *before* to *after* is noticed, with *unchanged* to check on.

    Each is replications × months × (part, whole): the months before, those after the change, and the
    same months had nothing been changed. Raises :exc:`ValueError` for fewer than :data:`FEWEST`
    replications or a *level* outside 0-0.5.
    """
    _check(len(before), level)
    first = before.sum(axis=1)
    difference = mean_interval(_ratio(after.sum(axis=1)) - _ratio(unchanged.sum(axis=1)))
    fewer = not difference[0] > 0
    moved, still = (_Answers(first, counts.cumsum(axis=1), fewer) for counts in (after, unchanged))
    limit = _limits(still.size, level)
    untightened = still.p_value <= level
    return Detection(
        indicator=indicator,
        before_months=before.shape[1],
        level=level,
        unchanged=float(_ratio(unchanged.sum(axis=(0, 1)))),
        changed=float(_ratio(after.sum(axis=(0, 1)))),
        difference=difference,
        youths=youths,
        seen=(moved.p_value <= level) & (moved.size > limit),
        false=untightened & (still.size > limit),
        untightened=untightened,
    )


def _check(replications: int, level: float) -> None:
    if not 0 < level <= 0.5:
        raise ValueError(f"level is {level}; it must be above 0 and at most 0.5")
    if replications < FEWEST:
        raise ValueError(f"replications is {replications}; it must be {FEWEST} or more")


def detection_in_words(found: Detection, texts: Texts) -> tuple[str, ...]:
    """Return what *found* says, in sentences: the change, the months, how often one errs, the limits."""
    label = texts(f"notice.indicator.{found.indicator}")
    ends = {"unchanged": share(texts, found.unchanged), "changed": share(texts, found.changed)}
    if not found.clear:
        return (texts("notice.not_moved", label=label, **ends),)
    said = [texts("notice.change", label=label, **ends)]
    months = found.months()
    start = _start(found, texts)
    if months is None:
        years = counted(texts, "years", found.most_months / 12, int(found.most_months % 12 > 0))
        power = _odds(texts, float(found.power[-1]))
        said.append(texts("notice.never", start=start, years=years, power=power))
    else:
        said.append(texts("notice.months", start=start, months=texts.number(months)))
        said.append(_uncertainty(found, texts))
    half = found.months(0.5)
    if half is not None and half != months:
        said.append(texts("notice.half", months=texts.number(half)))
    said.append(texts("notice.level", level=_odds(texts, found.level)))
    plain = float(found.untightened.mean(axis=0)[(months or found.most_months) - 1])
    if plain > 1.5 * found.level:
        said.append(texts("notice.tightened", share=_odds(texts, plain)))
    said.append(texts("notice.limits"))
    return tuple(said)


def _start(found: Detection, texts: Texts) -> str:
    known = texts.number(found.before_months)
    if isnan(found.youths):
        return texts("notice.with", known=known)
    return texts("notice.with_youths", known=known, youths=texts.number(found.youths))


def _uncertainty(found: Detection, texts: Texts) -> str:
    low, high = found.months_between()
    least = texts.number(low or found.most_months)
    if high is None:
        return texts("notice.between_open", low=least, high=texts.number(found.most_months))
    return texts("notice.between", low=least, high=texts.number(high))


def _odds(texts: Texts, chance: float) -> str:
    """Return a chance as people say it: ``1 time in 20``, or per cent where that does not come out."""
    one_in = round(1 / chance) if chance > 0 else 0
    if 2 <= one_in <= 20 and abs(one_in * chance - 1) < 0.02:
        return texts("notice.one_in", n=texts.number(one_in))
    return texts("notice.share", share=share(texts, chance))


def _monthly(events: Log, scenario: Scenario, months: int) -> tuple[Counts, float]:
    """Return indicators × months × (part, whole), and the mean number of youths."""
    start = np.array([scenario.start], dtype="datetime64[D]")
    begins = np.array(
        [(add_months(start, at)[0] - start[0]).astype(int) for at in range(months + 1)]
    )
    reading = LogPeriods(events, begins)
    youths = reading.standing((codes.REFERRED,), (codes.LEFT, codes.DECLINED))
    held, missed = reading.number(codes.HELD), reading.number(codes.NO_SHOW_EVENT)
    late, due = reading.late_and_due()
    parts: Mapping[Indicator, tuple[Counts, Counts]] = {
        "late": (late, due),
        "no_show": (missed, held + missed),
        "waited": reading.long_and_all_waits(),
        "changed": (reading.number(codes.LOST), reading.with_coordinator()),
        "missed_contact": (reading.youths(codes.MISSED), youths),
    }
    found = np.array([parts[indicator] for indicator in INDICATORS]).swapaxes(1, 2)
    # Who comes and misses in the same month was not there as it began.
    found[..., 0] = np.minimum(found[..., 0], found[..., 1])
    return found, float(youths.mean())


class _Answers:
    """What the test makes of each replication and number of months after the change."""

    def __init__(self, first: Counts, later: Counts, fewer: bool) -> None:
        """*first* is replications × (part, whole), *later* replications × months × (part, whole), summed."""
        part, whole = later[..., 0], later[..., 1]
        before_part, before_whole = (
            np.broadcast_to(first[:, at, None], part.shape) for at in (0, 1)
        )
        both, parts = whole + before_whole, part + before_part
        exact = hypergeom.cdf(part, both, parts, whole) if fewer else None
        if exact is None:
            exact = hypergeom.sf(part - 1, both, parts, whole)
        self.p_value: Shares = exact
        """Fisher's, one-sided."""
        with np.errstate(divide="ignore", invalid="ignore"):
            pooled = parts / both
            error = np.sqrt(pooled * (1 - pooled) * (1 / whole + 1 / before_whole))
            size = (part / whole - before_part / before_whole) / error
        self.size: Shares = np.nan_to_num(-size if fewer else size, nan=0.0)
        """The difference in standard errors, the promised way; 0 where there is nothing to compare."""


def _limits(still: Shares, level: float) -> Shares:
    """Return the size that each replication must exceed, replications × months.

    Each half of the replications takes it from the other: of n runs without a change and the one that
    is judged, k ÷ (n + 1) exceed the k-th largest.
    """
    limits = np.empty_like(still)
    for half in (0, 1):
        others = -np.sort(-still[1 - half :: 2], axis=0)
        rank = int(level * (len(others) + 1))
        limits[half::2] = others[rank - 1] if rank else np.inf
    return limits


def _rising(values: Shares) -> Shares:
    """Return the nearest values (least squares) that never fall: more records cannot see less."""
    return np.asarray(isotonic_regression(values).x)


def _first(power: Shares, wanted: float) -> int | None:
    # Pooled means may miss a round share by the last digit.
    reached = np.flatnonzero(power >= wanted - 1e-12)
    return int(reached[0]) + 1 if reached.size else None


def _ratio(counts: Counts) -> Shares:
    """Return part ÷ whole; not a number where the whole is 0."""
    with np.errstate(invalid="ignore"):
        return np.asarray(counts[..., 0] / counts[..., 1])
