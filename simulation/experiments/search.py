"""The smallest staffing that keeps a promise with a given probability, and how sure that is.

A promise such as "no late meeting at 17½ in a year" is kept or broken in each single year. A staffing
will do if it keeps the promise with the asked probability: a chance constraint (L. J. Hong, J. Luo and
B. L. Nelson, "Chance constrained selection of the best", INFORMS Journal on Computing 27 (2015)
317-334). As there, who will do is found first, and the cheapest of those is selected second; what may
go wrong in the two steps is added up (S. Andradóttir and S.-H. Kim, "Fully sequential procedures for
comparing constrained systems via simulation", Naval Research Logistics 57 (2010) 403-421).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import log
from threading import Event
from typing import Any

from simulation.experiments.intervals import evidence, share_at_any_time
from simulation.experiments.promise import Promise
from simulation.experiments.quantities import quantity
from simulation.experiments.replications import BATCH, together
from simulation.experiments.selection import Selection, kim_nelson, runs_of
from simulation.experiments.staffing import COST, Search, Staffing, Verdict, parts
from simulation.model import Engine
from simulation.results import Result
from simulation.scenario import Scenario
from simulation.summary import CONFIDENCE

PILOT = 40
"""Runs after which the bracket takes a staffing for enough or not; what is confirmed takes more."""
CONFIRMED_BELOW = 2
"""Staffings next below the chosen one that are tried too: with noise, and with other bottlenecks than
people, less may do where more does not."""
INDIFFERENT = 0.01
"""Share of the base's pay a year below which a difference in cost is not worth detecting. Our
assumption."""


def smallest_staffing(
    base: Scenario,
    promise: Promise,
    *,
    probability: float = 0.9,
    over: Mapping[str, Sequence[Any]] | None = None,
    confidence: float = CONFIDENCE,
    cap: int = 1000,
    seed: int = 1,
    workers: int | str = 1,
    cancel: Event | None = None,
    engine: Engine = "compiled",
) -> Iterator[Search]:
    """Find the smallest staffing of *base* that keeps *promise* with *probability*, and yield the way.

    *over* gives the staffings: the first field is counted up, from the smallest value on (by default
    ``{"coordinators": range(1, 3 * base.coordinators + 1)}``). Further fields, such as
    ``"weekly_hours"`` or ``"team_slots_per_week"``, make kinds of staffing: of each kind the smallest
    that will do is found, and of these the cheapest is selected by
    :func:`~simulation.experiments.selection.kim_nelson` on :data:`COST`, on runs of its own.

    For each kind a bracket is found by halving, with few runs; it proves nothing. Then staffings are
    confirmed one by one, upwards until one keeps the promise and downwards until
    :data:`CONFIRMED_BELOW` do not. A staffing is run until the sequential test
    :func:`~simulation.experiments.intervals.evidence` decides, run by run in order, or to *cap* runs,
    when it is unclear. With *confidence* no decision in the whole range is wrong (the error is shared
    out evenly, and with several kinds half of it is left for the cost); staffings further below than
    those that were confirmed are taken not to do, as fewer people do less. Near the line that takes
    long, for there each staffing runs to *cap*; :attr:`Search.likely` says after a few hundred runs what
    the answer seems to be. The last state is the answer. All staffings meet the same youths; nothing is
    run twice.

    Raises, before anything is run, :exc:`~simulation.scenario.ScenarioError` for a field or value that
    a scenario cannot have, and :exc:`ValueError` for a probability or confidence that is not between 0
    and 1, a cap below 1, or nothing to search over.
    """
    for name, value in (("probability", probability), ("confidence", confidence)):
        if not 0 < value < 1:
            raise ValueError(f"{name} is {value}; it must be above 0 and below 1")
    if cap < 1:
        raise ValueError(f"cap is {cap}; it must be 1 or more")
    stop = cancel or Event()
    kinds = _kinds(base, over or {"coordinators": range(1, 3 * base.coordinators + 1)})
    feasible, cheapest = parts(confidence, len(kinds) > 1)
    error = (1 - feasible) / sum(len(kind) for kind in kinds)
    runs = _Runs(promise, probability, log(1 / error), cap, seed, workers, stop, engine)
    everyone = [_Tried(values, base, runs) for kind in kinds for values in kind]
    begun = Search(
        base=base,
        promise=promise,
        probability=probability,
        confidence=confidence,
        cap=cap,
        seed=seed,
        status="searching",
        tried=(),
        chosen=None,
        below=(),
        smallest=(),
        cost=None,
        first=everyone[0].values,
        last=everyone[-1].values,
    )
    return _search(begun, everyone, len(kinds), runs, cheapest)


def _search(
    begun: Search, everyone: list["_Tried"], kinds: int, runs: "_Runs", cheapest: float
) -> Iterator[Search]:
    size = len(everyone) // kinds
    found: list[tuple[_Tried, list[_Tried]]] = []
    for number in range(kinds):
        kind = everyone[number * size : (number + 1) * size]
        for _ in _smallest(kind):
            yield replace(begun, tried=_seen(everyone))
            if runs.stop.is_set():
                yield replace(begun, tried=_seen(everyone), status="cancelled")
                return
        keeps = [place for place, one in enumerate(kind) if one.verdict == "keeps"]
        if keeps:
            least = keeps[0]
            found.append((kind[least], kind[max(least - CONFIRMED_BELOW, 0) : least][::-1]))
    over = replace(begun, tried=_seen(everyone))
    if not found:
        unclear = any(one.verdict == "unclear" for one in everyone)
        yield replace(over, status="unclear" if unclear else "none")
        return
    over = replace(over, smallest=tuple(one.seen() for one, _ in found))
    if kinds == 1 or len(found) == 1:
        yield _chosen(over, *found[0], None)
        return
    for cost in _cheapest(begun.base, [one for one, _ in found], runs, cheapest):
        if cost.status == "cancelled":
            yield replace(over, status="cancelled", cost=cost)
        elif cost.status == "running":
            yield replace(over, cost=cost)
        else:
            yield _chosen(over, *found[cost.leader], cost)


def _chosen(
    over: Search, one: "_Tried", below: Sequence["_Tried"], cost: Selection | None
) -> Search:
    seen = tuple(other.seen() for other in below)
    return replace(over, status="found", chosen=one.seen(), below=seen, cost=cost)


def _smallest(kind: Sequence["_Tried"]) -> Iterator[None]:
    """Try staffings of one kind until the smallest that will do stands between others that were tried."""
    low, high = 0, len(kind) - 1
    while low < high:
        middle = (low + high) // 2
        yield from kind[middle].until(PILOT)
        if kind[middle].looks_enough:
            high = middle
        else:
            low = middle + 1
    place = low
    yield from kind[place].until()
    while kind[place].verdict != "keeps" and place + 1 < len(kind):
        place += 1
        yield from kind[place].until()
    if kind[place].verdict != "keeps":
        # None will do, as it seems; then all must be asked, for it is a hard thing to say.
        for one in kind:
            yield from one.until()
        return
    below = place - 1
    while below >= max(place - CONFIRMED_BELOW, 0):
        yield from kind[below].until()
        if kind[below].verdict == "keeps":
            place = below
        below -= 1


def _cheapest(
    base: Scenario, found: Sequence["_Tried"], runs: "_Runs", confidence: float
) -> Iterator[Selection]:
    pay = base.coordinators * base.pay_per_year * (1 + base.overhead) * base.weekly_hours / 37
    # Runs of their own: that a staffing looked good enough says something about the runs it had.
    observe = runs_of(
        [one.scenario for one in found],
        COST,
        seed=runs.seed,
        cancel=runs.stop,
        first=runs.cap,
        workers=runs.workers,
        engine=runs.engine,
    )
    names = tuple(", ".join(f"{name}={value}" for name, value in one.values) for one in found)
    states = kim_nelson(
        observe,
        len(found),
        INDIFFERENT * pay,
        best="smallest",
        confidence=confidence,
        cap=max(runs.cap, 50),
    )
    return (replace(state, names=names, of=quantity(COST)) for state in states)


@dataclass(frozen=True, slots=True)
class _Runs:
    """How staffings are run and what decides about them."""

    promise: Promise
    probability: float
    enough: float
    """Logarithm of the evidence that decides."""
    cap: int
    seed: int
    workers: int | str
    stop: Event
    engine: Engine


class _Tried:
    """A staffing whose runs are still growing."""

    def __init__(self, values: tuple[tuple[str, Any], ...], base: Scenario, runs: _Runs) -> None:
        self.values = values
        self.scenario = base.replace(**dict(values))
        self.runs = runs
        self.results: list[Result] = []
        self.kept = 0.0
        self.verdict: Verdict = "open"

    @property
    def looks_enough(self) -> bool:
        """Whether it is, or seems to be, enough."""
        if self.verdict in {"keeps", "breaks"}:
            return self.verdict == "keeps"
        return self.kept >= self.runs.probability * len(self.results)

    def until(self, most: int | None = None) -> Iterator[None]:
        """Run it until something is decided, or for *most* runs; show it after each batch."""
        most = min(most or self.runs.cap, self.runs.cap)
        size = BATCH[self.runs.engine]
        size *= self.runs.workers if isinstance(self.runs.workers, int) else 10
        while self.verdict == "open" and len(self.results) < most:
            for (result,) in together(
                (self.scenario,),
                min(size, most - len(self.results)),
                self.runs.seed,
                first=len(self.results),
                workers=self.runs.workers,
                cancel=self.runs.stop,
                engine=self.runs.engine,
            ):
                self._add(result)
                # Run by run, so that the answer does not depend on batches.
                if self.verdict != "open":
                    break
            yield
            if self.runs.stop.is_set():
                return

    def _add(self, result: Result) -> None:
        self.results.append(result)
        self.kept += self.runs.promise.kept(result)
        above, below = evidence(self.kept, len(self.results), self.runs.probability)
        if above >= self.runs.enough:
            self.verdict = "keeps"
        elif below >= self.runs.enough:
            self.verdict = "breaks"
        elif len(self.results) == self.runs.cap:
            self.verdict = "unclear"

    def seen(self) -> Staffing:
        ends = share_at_any_time(self.kept, len(self.results))
        return Staffing(self.values, self.scenario, self.verdict, *ends, tuple(self.results))


def _seen(everyone: Sequence[_Tried]) -> tuple[Staffing, ...]:
    return tuple(one.seen() for one in everyone if one.results)


def _kinds(
    base: Scenario, over: Mapping[str, Sequence[Any]]
) -> list[list[tuple[tuple[str, Any], ...]]]:
    """Return the staffings of each kind, smallest first, as a scenario keeps their values."""
    lists = {}
    for name, values in over.items():
        plain = [getattr(base.replace(**{name: value}), name) for value in values]
        if not plain:
            raise ValueError(f"over has no value of {name}; give at least one")
        lists[name] = list(dict.fromkeys(plain))
    first, *others = lists
    counted_up = sorted(lists[first])
    return [
        [((first, value), *zip(others, kind, strict=True)) for value in counted_up]
        for kind in product(*(lists[name] for name in others))
    ]
