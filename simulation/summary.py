"""Many replications in few numbers: what one year may bring, and what surely differs.

A municipality has few such youths, so the prediction interval leads: between what numbers will a
single year, youth or run fall nine times out of ten. The mean with its confidence interval is second.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulation.means import mean_with_ends
from simulation.results import Result

PREDICTION = 0.9
"""Share of single years, youths or runs that a prediction interval holds."""
TAIL = (1 - PREDICTION) / 2
CONFIDENCE = 0.95
"""Confidence of an interval for a mean."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How a number spreads over single years, youths or runs."""

    low: float
    """Nineteen in twenty lie above."""
    middle: float
    """Half lie above."""
    high: float
    """Nineteen in twenty lie below."""
    mean: float
    mean_low: float
    """Lower end of the confidence interval of the mean over replications."""
    mean_high: float
    """Upper end of the confidence interval of the mean over replications."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a leader reads first: a single year, youth or run before any mean."""

    replications: int
    years: int
    late_per_year: Spread
    """Late fixed meetings in a single year."""
    due_per_year: float
    """Mean number of fixed meetings that fall due in a year."""
    breach_17_5: float
    """Share of single years with at least one late meeting at 17½."""
    wait_days: Spread
    """Days until a first coordinator, for a single youth."""
    caseload: Spread
    """Open cases per working coordinator, mean of a run."""
    kept_coordinator: Spread
    """Share of youths who keep their coordinator through a year, in a run."""
    missed_contact: Spread
    """Share of contact hours that are not delivered, in a run."""
    cost_per_year: Spread
    """DKK a year for coordinators and for the other professionals' time at meetings, in a run."""
    cost_per_youth_year: Spread
    """The same, DKK per youth-year in the programme."""
    load: Spread
    """Hours of work that arrive ÷ hours available, in a run; above 1 cannot hold."""
    waiting_growth: Spread
    """Youths more without a coordinator in the last counted year than in the first, in a run."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure against the same measure in a comparison scenario, paired by replication."""

    mean: float
    """Mean of the differences, this minus the other."""
    low: float
    high: float
    """Ends of the confidence interval of the mean difference."""
    lower_share: float
    """Share of replications in which this scenario's value is the lower one."""

    @property
    def clear(self) -> bool:
        """Whether the interval leaves zero out; if not, say "statistically unclear"."""
        return self.low > 0 or self.high < 0

    @property
    def none(self) -> bool:
        """Whether nothing differs in any replication."""
        return self.mean == self.low == self.high == 0


def summarise(results: Sequence[Result]) -> Summary:
    """Return the summary of *results*, at least one replication of one scenario.

    Raises :exc:`ValueError` where there are none.
    """
    if not results:
        raise ValueError("no replications to summarise; run at least one")
    late = np.array([np.sum([*r.late_by_year.values()], axis=0) for r in results], dtype=float)
    late_17_5 = np.array([r.late_by_year.get("meeting_17_5", (0,)) for r in results])
    due = np.array([np.sum([*r.due_by_year.values()], axis=0) for r in results], dtype=float)
    waits = np.concatenate([np.array(r.waits, dtype=float) for r in results])

    def by_run(name: str) -> Spread:
        values = np.array([result.measures[name] for result in results])
        return spread(values, values)

    return Summary(
        replications=len(results),
        years=late.shape[1],
        late_per_year=spread(late.ravel(), late.mean(axis=1)),
        due_per_year=float(due.mean()),
        breach_17_5=float((late_17_5 > 0).mean()),
        wait_days=spread(waits, np.array([r.measures["wait_mean_days"] for r in results])),
        caseload=by_run("caseload_mean"),
        kept_coordinator=by_run("kept_coordinator_share"),
        missed_contact=by_run("missed_contact_share"),
        cost_per_year=by_run("cost_per_year_dkk"),
        cost_per_youth_year=by_run("cost_per_youth_year_dkk"),
        load=by_run("load"),
        waiting_growth=by_run("waiting_growth"),
    )


def compare(results: Sequence[Result], others: Sequence[Result]) -> dict[str, Difference]:
    """Return each measure's difference between two scenarios run with the same seed.

    Only replications that both have are compared, one by one: both met the same youths.
    """
    theirs = {other.replication: other.measures for other in others}
    pairs = [(r.measures, theirs[r.replication]) for r in results if r.replication in theirs]
    if not pairs:
        raise ValueError("the two scenarios have no replication in common; run both with one seed")
    return {
        name: _difference(np.array([mine[name] - other[name] for mine, other in pairs]))
        for name in pairs[0][0]
    }


def mean_interval(values: np.ndarray, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """Return the mean of *values*, one a run, with the ends of its confidence interval.

    It allows for skewed numbers (:func:`simulation.means.mean_with_ends`). Values that are
    not a number (a measure without anything to measure) are left out; a single value has no interval,
    so its ends are not a number.
    """
    known = values[~np.isnan(values)]
    if known.size == 0:
        return (float("nan"),) * 3
    if known.size == 1:
        return float(known[0]), float("nan"), float("nan")
    mean, low, high = mean_with_ends(known, confidence)
    return float(mean), float(low), float(high)


def prediction(values: Sequence[float] | np.ndarray) -> tuple[float, float]:
    """Return what nine out of ten of the *values* lie between; not numbers where there are none.

    Values that are not a number (nothing to measure) are left out.
    """
    low, high = _quantiles(values, TAIL, 1 - TAIL)
    return low, high


def _quantiles(values: Sequence[float] | np.ndarray, *shares: float) -> list[float]:
    singles = np.asarray(values, dtype=float)
    known = singles[~np.isnan(singles)]
    if known.size == 0:
        return [float("nan")] * len(shares)
    # A number that occurred: half a meeting late is none that anybody will see.
    found: list[float] = np.quantile(known, shares, method="inverted_cdf").tolist()
    return found


def spread(singles: np.ndarray, run_means: np.ndarray) -> Spread:
    """Return how *singles* (years, youths or runs) spread, and the mean of *run_means*, one a run.

    Values that are not a number are left out; what cannot be said of those that are left is none.
    """
    low, middle, high = _quantiles(singles, TAIL, 0.5, 1 - TAIL)
    return Spread(low, middle, high, *mean_interval(run_means))


def _difference(values: np.ndarray) -> Difference:
    mean, low, high = mean_interval(values)
    known = values[~np.isnan(values)]
    lower = float((known < 0).mean()) if known.size else float("nan")
    return Difference(mean, low, high, lower)
