"""Ranking and selection: which of several is best, with a promised probability of being right.

Two procedures, each on a callable that gives the next observations, so that they can be held against
processes whose best is known. With a promised probability and no fixed budget: :func:`kim_nelson`. With
a fixed budget and no promise: :func:`from_budget`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan, sqrt
from threading import Event
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import ndtr

from data.texts import Texts
from simulation.experiments.comparison import check_comparable, names_of
from simulation.experiments.quantities import Floats, Quantity, quantity
from simulation.experiments.replications import together
from simulation.model import Engine
from simulation.scenario import Scenario
from simulation.summary import CONFIDENCE

if TYPE_CHECKING:
    import pandas as pd

Observe = Callable[[Sequence[int], int, int], Floats]
"""``observe(systems, first, count)`` returns a row for each observation from number *first* on and a
column for each of *systems*; numbers in one row met the same chance. Fewer rows than *count* mean that it
was cancelled."""
Best = Literal["largest", "smallest"]
Status = Literal["running", "selected", "capped", "cancelled"]

FIRST_STAGE = 20
"""n0: observations of each before any is left out."""
BLOCK = 20
"""Observations that are asked for at once; what is selected does not depend on it."""


@dataclass(frozen=True)
class Selection:
    """Which is best, as far as one knows.

    Attributes:
        names: What is selected from.
        leader: Place of the best so far; the selected one where *status* is ``selected``.
        left: Places of those that may still be the best.
        observations: Of each.
        means: Of each, over its own observations.
        delta: Indifference zone, the smallest difference worth detecting; 0 where there is none.
        probability: That the best is selected: promised if the others are at least *delta* worse
            (:func:`kim_nelson`), or estimated (:func:`from_budget`).
        status: ``running``; ``selected``; ``capped`` where the most observations were not enough, and
            nothing is promised; ``cancelled``.
        of: What is observed, where it is a measure of the model.
    """

    names: tuple[str, ...]
    leader: int
    left: tuple[int, ...]
    observations: tuple[int, ...]
    means: tuple[float, ...]
    delta: float
    probability: float
    status: Status
    of: Quantity | None = None

    def table(self) -> "pd.DataFrame":
        """Return one row a system.

        Columns: ``system`` (its name); ``observations``; ``mean``, in the unit of what is observed;
        ``left``: whether it may still be the best; ``leader``; ``status`` of the whole.
        """
        import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

        return pd.DataFrame(
            {
                "system": name,
                "observations": self.observations[place],
                "mean": self.means[place],
                "left": place in self.left,
                "leader": place == self.leader,
                "status": self.status,
            }
            for place, name in enumerate(self.names)
        )

    def in_words(self, texts: Texts) -> str:
        """Return who is selected and how sure that is."""
        delta = self.of.write_difference(self.delta, texts) if self.of else f"{self.delta:g}"
        return texts(
            f"selection.{self.status}",
            name=self.names[self.leader],
            delta=delta,
            confidence=percent_as_meant(self.probability, texts),
            n=texts.number(max(self.observations)),
            left=texts.number(len(self.left)),
        )


def kim_nelson(
    observe: Observe,
    systems: int,
    delta: float,
    *,
    best: Best = "largest",
    confidence: float = CONFIDENCE,
    first_stage: int = FIRST_STAGE,
    cap: int = 5000,
    block: int = BLOCK,
) -> Iterator[Selection]:
    """Leave out one system after the other until one is left, and yield how far it is.

    S.-H. Kim and B. L. Nelson, "A fully sequential procedure for indifference-zone selection in
    simulation", ACM Transactions on Modeling and Computer Simulation 11 (2001) 251-273, with c = 1 and
    common random numbers: the best is selected with probability *confidence* at least if its mean is
    *delta* or more better than every other and observations are normal; between means closer than
    that, either will do. *first_stage* is n0. After *cap* observations of each one stops and says so.

    Raises :exc:`ValueError` for less than two systems, a *delta* of 0 or less, a *confidence* that is
    not between 1 ÷ systems and 1, less than two observations in the first stage, a *cap* below it, or
    an observation that is not a number.
    """
    _check_kn(systems, delta, confidence, first_stage, cap)
    sign = 1.0 if best == "largest" else -1.0
    reach = boundary(systems, confidence, first_stage)

    def grow() -> Iterator[Selection]:
        everyone = tuple(range(systems))
        first = _observed(observe, everyone, 0, first_stage)
        seen = _Sums(first * sign)
        state = seen.state(everyone, delta, confidence, "running", sign)
        if len(first) < first_stage:
            yield replace(state, status="cancelled")
            return
        # h² S²_il ÷ delta²: from so many observations on, i and l cannot both be left.
        apart = np.array([(first - first[:, [place]]).var(axis=0, ddof=1) for place in everyone])
        most = reach * apart / delta**2
        left = _survivors(seen, everyone, most, delta)
        while len(left) > 1 and seen.count < cap:
            yield seen.state(left, delta, confidence, "running", sign)
            wanted = min(block, cap - seen.count)
            rows = _observed(observe, left, seen.count, wanted)
            begun = left
            for row in rows:
                # Those left out since the block was asked for are in the row, and not counted.
                columns = [begun.index(place) for place in left]
                seen.add(left, row[columns] * sign)
                left = _survivors(seen, left, most, delta)
                if len(left) == 1:
                    break
            if len(rows) < wanted and len(left) > 1:
                yield seen.state(left, delta, confidence, "cancelled", sign)
                return
        status: Status = "selected" if len(left) == 1 else "capped"
        yield seen.state(left, delta, confidence, status, sign)

    return grow()


def boundary(systems: int, confidence: float, first_stage: int) -> float:
    """Return h² = 2 eta (n0 - 1) of Kim and Nelson with c = 1.

    eta = ((2 alpha ÷ (k - 1)) ^ (-2 ÷ (n0 - 1)) - 1) ÷ 2 for k systems and alpha = 1 - *confidence*.

    >>> round(boundary(10, 0.95, 10), 3)
    15.464
    """
    degrees = first_stage - 1
    eta = ((2 * (1 - confidence) / (systems - 1)) ** (-2 / degrees) - 1) / 2
    return float(2 * eta * degrees)


def from_budget(
    observe: Observe,
    systems: int,
    budget: int,
    *,
    best: Best = "largest",
    first_stage: int = FIRST_STAGE,
    step: int = BLOCK,
) -> Iterator[Selection]:
    """Spend *budget* observations where they tell most about who is best, and yield how far it is.

    C.-H. Chen, J. Lin, E. Yücesan and S. E. Chick, "Simulation budget allocation for further enhancing
    the efficiency of ordinal optimization", Discrete Event Dynamic Systems 10 (2000) 251-270: after
    *first_stage* observations of each, *step* more at a time go where :func:`allocation` wants them.
    ``probability`` is that of correct selection as estimated there (a lower bound for independent
    systems; with common random numbers it is a cautious one where they make systems alike).

    Raises :exc:`ValueError` for less than two systems, less than two observations in the first stage,
    a *budget* that does not cover it, or a *step* below 1.
    """
    if systems < 2:
        raise ValueError(f"systems is {systems}; it must be 2 or more")
    if first_stage < 2:
        raise ValueError(f"first_stage is {first_stage}; it must be 2 or more")
    if budget < systems * first_stage:
        least = systems * first_stage
        raise ValueError(f"budget is {budget}; it must be {least} (the first stage) or more")
    if step < 1:
        raise ValueError(f"step is {step}; it must be 1 or more")
    sign = 1.0 if best == "largest" else -1.0

    def grow() -> Iterator[Selection]:
        first = _observed(observe, range(systems), 0, first_stage) * sign
        values = [first[:, place] for place in range(systems)]
        cancelled = len(first) < first_stage
        while not cancelled:
            spent = sum(one.size for one in values)
            yield _spent(values, sign, "running" if spent < budget else "selected")
            if spent >= budget:
                return
            for place, more in _next(values, min(step, budget - spent)):
                got = _observed(observe, (place,), values[place].size, more)[:, 0] * sign
                values[place] = np.append(values[place], got)
                cancelled = cancelled or got.size < more
        yield _spent(values, sign, "cancelled")

    return grow()


def allocation(means: Floats, variances: Floats) -> Floats:
    """Return the shares of a budget that tell most about whose mean is the largest (OCBA).

    By Chen, Lin, Yücesan and Chick (2000): with b the best and d_i its lead over i, N_i ÷ N_j =
    (s_i ÷ d_i)² ÷ (s_j ÷ d_j)², and N_b = s_b √(sum of N_i² ÷ s_i²).
    """
    best = int(np.argmax(means))
    # Without any spread, or level with the best, there would be a division by zero.
    lead = np.maximum(means[best] - means, 1e-9 * max(float(np.abs(means).max()), 1e-300))
    spread = np.sqrt(np.maximum(variances, 1e-12 * max(float(variances.max()), 1e-300)))
    others = np.arange(means.size) != best
    wanted = np.zeros(means.size)
    wanted[others] = (spread[others] / lead[others]) ** 2
    wanted[best] = spread[best] * sqrt(float(((wanted[others] / spread[others]) ** 2).sum()))
    return np.asarray(wanted / wanted.sum())


def select_best(
    scenarios: Mapping[str, Scenario] | Sequence[Scenario],
    measure: str,
    delta: float,
    *,
    confidence: float = CONFIDENCE,
    cap: int = 1000,
    seed: int = 1,
    lang: str = "da",
    workers: int | str = 1,
    cancel: Event | None = None,
    engine: Engine = "compiled",
) -> Iterator[Selection]:
    """Select among two to eight *scenarios* the one with the best mean of *measure*, by Kim and Nelson.

    The largest mean is best where more of the measure is welcome, and the smallest where less is, or of
    money and hours. *delta* is in the unit of the measure. All scenarios meet the same youths, and
    those that are left out are not run any more. Raises :exc:`ValueError` for a measure of which
    neither is welcome (:func:`kim_nelson` takes it, with :func:`runs_of`), and as :func:`kim_nelson` and
    :func:`~simulation.experiments.comparison.compared` do.
    """
    chosen = tuple(scenarios.values() if isinstance(scenarios, Mapping) else scenarios)
    check_comparable(chosen)
    named = names_of(chosen, chosen[0], Texts.read(lang))
    names = tuple(scenarios) if isinstance(scenarios, Mapping) else named
    of = quantity(measure)
    observe = runs_of(
        chosen, measure, seed=seed, workers=workers, cancel=cancel or Event(), engine=engine
    )
    best: Best = "largest" if of.direction() > 0 else "smallest"
    states = kim_nelson(observe, len(chosen), delta, best=best, confidence=confidence, cap=cap)
    return (replace(state, names=names, of=of) for state in states)


def runs_of(
    scenarios: Sequence[Scenario],
    measure: str,
    *,
    seed: int,
    cancel: Event,
    first: int = 0,
    workers: int | str = 1,
    engine: Engine = "compiled",
) -> Observe:
    """Return what observes *measure* in runs of *scenarios*, numbered from *first* on."""
    of = quantity(measure)

    def observe(systems: Sequence[int], begin: int, count: int) -> Floats:
        rows = together(
            [scenarios[place] for place in systems],
            count,
            seed,
            first=first + begin,
            workers=workers,
            cancel=cancel,
            engine=engine,
        )
        found = [[of.of_run(result) for result in results] for results in rows]
        return np.array(found).reshape(-1, len(systems))

    return observe


def percent_as_meant(probability: float, texts: Texts) -> str:
    """Return a confidence as per cent, with a decimal where it has one: 97.5 is not 98."""
    return texts.percent(probability, 0 if round(100 * probability, 6).is_integer() else 1)


class _Sums:
    """Sums of what was observed of each system, all of those that are left equally often."""

    def __init__(self, first: Floats) -> None:
        self.sums = first.sum(axis=0)
        self.counts = np.full(first.shape[1], len(first))
        self.count = len(first)

    def add(self, systems: Sequence[int], row: Floats) -> None:
        self.sums[list(systems)] += row
        self.counts[list(systems)] += 1
        self.count += 1

    def means(self) -> Floats:
        with np.errstate(invalid="ignore"):
            return np.asarray(self.sums / self.counts)

    def state(
        self, left: tuple[int, ...], delta: float, confidence: float, status: Status, sign: float
    ) -> Selection:
        means = self.means()
        return Selection(
            names=tuple(str(place) for place in range(means.size)),
            leader=max(left, key=lambda place: means[place]),
            left=left,
            observations=tuple(self.counts.tolist()),
            means=tuple((means * sign).tolist()),
            delta=delta,
            probability=confidence,
            status=status,
        )


def _survivors(seen: _Sums, left: tuple[int, ...], most: Floats, delta: float) -> tuple[int, ...]:
    """Return those of *left* that no other one of them leads by more than chance may explain."""
    count, means = seen.count, seen.means()
    here = list(left)
    slack = np.maximum(0.0, delta / (2 * count) * (most[np.ix_(here, here)] - count))
    ahead = means[here][:, None] >= means[here][None, :] - slack
    kept = tuple(place for place, stays in zip(left, ahead, strict=True) if stays.all())
    if len(kept) > 1 and count > most[np.ix_(kept, kept)].max():
        # Level to the last digit, and more observations will not part them.
        return (max(kept, key=lambda place: means[place]),)
    return kept


def _observed(observe: Observe, systems: Sequence[int], first: int, count: int) -> Floats:
    found = np.asarray(observe(systems, first, count), dtype=float)
    if np.isnan(found).any():
        row, column = np.argwhere(np.isnan(found))[0]
        raise ValueError(
            f"observation {first + row} of system {systems[column]} is not a number: there was nothing "
            "to measure; take another measure, or more years"
        )
    return found


def _next(values: Sequence[Floats], step: int) -> Iterator[tuple[int, int]]:
    """Yield which systems get how many of the next *step* observations."""
    counts = np.array([one.size for one in values])
    wanted = allocation(
        np.array([one.mean() for one in values]), np.array([one.var(ddof=1) for one in values])
    ) * (counts.sum() + step)
    missing = np.maximum(wanted - counts, 0.0)
    exact = missing / missing.sum() * step
    more = np.floor(exact).astype(int)
    for place in np.argsort(more - exact, kind="stable")[: step - int(more.sum())]:
        more[place] += 1
    return ((place, int(many)) for place, many in enumerate(more) if many)


def _spent(values: Sequence[Floats], sign: float, status: Status) -> Selection:
    means = np.array([one.mean() if one.size else nan for one in values])
    errors = np.array([one.var(ddof=1) / one.size if one.size > 1 else nan for one in values])
    best = int(np.argmax(means))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (means[best] - means) / np.sqrt(errors[best] + errors)
    wrong = float(np.delete(ndtr(-z), best).sum())
    return Selection(
        names=tuple(str(place) for place in range(means.size)),
        leader=best,
        left=tuple(range(means.size)),
        observations=tuple(one.size for one in values),
        means=tuple((means * sign).tolist()),
        delta=0.0,
        probability=max(0.0, 1 - wrong),
        status=status,
    )


def _check_kn(systems: int, delta: float, confidence: float, first_stage: int, cap: int) -> None:
    if systems < 2:
        raise ValueError(f"systems is {systems}; it must be 2 or more")
    if not delta > 0:
        raise ValueError(f"delta is {delta}; it must be above 0: a difference worth detecting")
    if not 1 / systems < confidence < 1:
        raise ValueError(
            f"confidence is {confidence}; it must be above 1 ÷ {systems}, which is a guess, and below 1"
        )
    if first_stage < 2:
        raise ValueError(f"first_stage is {first_stage}; it must be 2 or more")
    if cap < first_stage:
        raise ValueError(f"cap is {cap}; it must be {first_stage} (first_stage) or more")
