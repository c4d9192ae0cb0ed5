"""The smallest staffing that keeps a promise with a given probability, and how sure that is.

A promise such as "no late meeting at 17½ in a year" is kept or broken in each single year. A staffing
will do if it keeps the promise with the asked probability: a chance constraint (L. J. Hong, J. Luo and
B. L. Nelson, "Chance constrained selection of the best", INFORMS Journal on Computing 27 (2015)
317-334). As there, who will do is found first, and the cheapest of those is selected second; what may
go wrong in the two steps is added up (S. Andradóttir and S.-H. Kim, "Fully sequential procedures for
comparing constrained systems via simulation", Naval Research Logistics 57 (2010) 403-421).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from math import inf, log
from threading import Event
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from data import parameters
from data.texts import Texts
from simulation.assumptions import written
from simulation.experiments.intervals import evidence, share_at_any_time
from simulation.experiments.quantities import quantity
from simulation.experiments.replications import BATCH, together
from simulation.experiments.selection import Selection, kim_nelson, percent_as_meant, runs_of
from simulation.model import Engine
from simulation.results import Result
from simulation.scenario import Scenario
from simulation.summary import CONFIDENCE, mean_interval
from simulation.wording import counted, money, share

if TYPE_CHECKING:
    import pandas as pd

Verdict = Literal["keeps", "breaks", "unclear", "open"]
Status = Literal["searching", "found", "none", "unclear", "cancelled"]

PILOT = 40
"""Runs after which the bracket takes a staffing for enough or not; what is confirmed takes more."""
CONFIRMED_BELOW = 2
"""Staffings next below the chosen one that are tried too: with noise, and with other bottlenecks than
people, less may do where more does not."""
COST = "cost_per_year_dkk"
INDIFFERENT = 0.01
"""Share of the base's pay a year below which a difference in cost is not worth detecting. Our
assumption."""
SHOWN = (COST, "late_per_year", "kept_coordinator_share", "missed_contact_share")
"""Measures in the table beside the promise."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What must hold in a single year, or in a single run where the measure has no years.

    Attributes:
        measure: A name that :func:`~simulation.experiments.quantities.quantity` knows, such as
            ``late_per_year`` or ``late_meeting_17_5_per_year`` (counted in each year),
            ``wait_mean_days``, ``missed_contact_share`` or ``caseload_max`` (of each run).
        at_most: The most it may be, or None.
        at_least: The least it may be, or None. Exactly one of the two is given.

    Raises :exc:`ValueError` for a measure that does not exist, or none or both of the limits.

    >>> Promise.read("late_per_year <= 3")
    Promise(measure='late_per_year', at_most=3.0, at_least=None)
    """

    measure: str
    at_most: float | None = None
    at_least: float | None = None

    def __post_init__(self) -> None:
        if quantity(self.measure).is_share_of_singles:
            raise ValueError(
                f"{self.measure} is itself a probability; promise late_meeting_17_5_per_year <= 0, and "
                "give the probability with which it must hold"
            )
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError(f"{self.measure} needs one of at_most and at_least, not none or both")

    @classmethod
    def read(cls, words: str) -> "Promise":
        """Return the promise written as ``measure <= number`` or ``measure >= number``.

        Raises :exc:`ValueError` for anything else.
        """
        found = re.fullmatch(r"\s*(\w+)\s*(<=|>=)\s*(\d+(?:\.\d+)?)\s*", words)
        if not found:
            raise ValueError(
                f"promise is {words!r}; write it as 'late_per_year <= 3' or "
                "'kept_coordinator_share >= 0.8'"
            )
        measure, sign, limit = found[1], found[2], float(found[3])
        return cls(measure, limit) if sign == "<=" else cls(measure, at_least=limit)

    def kept(self, result: Result) -> float:
        """Return the share of the years of a run that keep it, or 1 or 0 where the run is one whole.

        Where there was nothing to measure, there was nobody to break it to: it counts as kept.
        """
        values = quantity(self.measure).paired(result)
        most = inf if self.at_most is None else self.at_most
        least = -inf if self.at_least is None else self.at_least
        return 1.0 - float(np.mean((values > most) | (values < least)))

    def in_words(self, texts: Texts) -> str:
        """Return what is promised."""
        of = quantity(self.measure)
        side = "at_least" if self.at_most is None else "at_most"
        limit = (self.at_least if self.at_most is None else self.at_most) or 0.0
        level = "year" if of.level == "year" else "run"
        words = of.write(limit, texts) if limit % 1 or of.level != "year" else texts.number(limit)
        return texts(f"promise.{side}_{level}", measure=of.title(texts), limit=words)


@dataclass(frozen=True)
class Staffing:
    """One staffing that was tried, as far as its runs have come.

    Attributes:
        values: Its value of each field that is searched over.
        scenario: The base with these.
        verdict: Whether it ``keeps`` the promise with the asked probability, ``breaks`` it, is
            ``unclear`` after the most runs allowed, or is still ``open``, as it was asked no further.
        kept: Share of years (or runs) that kept the promise.
        low: Lower end of its interval, which holds however many runs it took to stop.
        high: Upper end.
        results: Its runs, from replication 0.
    """

    values: tuple[tuple[str, Any], ...]
    scenario: Scenario = field(repr=False)
    verdict: Verdict
    kept: float
    low: float
    high: float
    results: Sequence[Result] = field(repr=False)

    @property
    def replications(self) -> int:
        """Its runs."""
        return len(self.results)

    def name(self, texts: Texts) -> str:
        """Return the staffing in words, such as "5 coordinators"."""
        return ", ".join(_value_in_words(field, value, texts) for field, value in self.values)


@dataclass(frozen=True)
class Search:
    """A search for the smallest staffing, as far as it has come.

    Attributes:
        base: What the staffings are variants of.
        promise: What must hold.
        probability: With which probability at least.
        confidence: With which all answers are right at once.
        cap: Most runs of each staffing.
        seed: The chance that all staffings met.
        status: ``searching``; ``found``; ``none`` where no staffing in the range keeps the promise;
            ``unclear`` where the cap was hit before any surely did; ``cancelled``.
        tried: All that were tried, in the order of the range.
        chosen: The smallest (or, among several kinds of staffing, the cheapest) that surely keeps it.
        below: Those next below the chosen one, nearest first; empty where it is the smallest in range.
        smallest: Of each kind of staffing, the smallest that surely keeps it.
        cost: How the cheapest of these was selected; None for one kind only.
        first: The smallest staffing in the range.
        last: The greatest.
    """

    base: Scenario
    promise: Promise
    probability: float
    confidence: float
    cap: int
    seed: int
    status: Status
    tried: tuple[Staffing, ...]
    chosen: Staffing | None
    below: tuple[Staffing, ...]
    smallest: tuple[Staffing, ...]
    cost: Selection | None
    first: tuple[tuple[str, Any], ...]
    last: tuple[tuple[str, Any], ...]

    @property
    def replications(self) -> int:
        """Runs of all staffings together."""
        return sum(one.replications for one in self.tried)

    @property
    def likely(self) -> Staffing | None:
        """The smallest that keeps the promise as it looks so far, long before that is confirmed.

        Among several kinds of staffing the one whose runs cost least; None where none looks enough.
        """
        looks = [
            one for one in self.tried if one.verdict != "breaks" and one.kept >= self.probability
        ]
        smallest = {one.values[1:]: one for one in reversed(looks)}
        return min(smallest.values(), key=_mean_cost, default=None)

    @property
    def nearest(self) -> Staffing | None:
        """The one of all that were tried that kept the promise most often; None before the first."""
        return max(self.tried, key=lambda one: one.kept, default=None)

    def table(self) -> "pd.DataFrame":
        """Return one row a staffing that was tried.

        Columns: one for each field that is searched over; ``replications``; ``kept``, ``kept_low``,
        ``kept_high``: share (0-1) of years or runs that kept the promise, with the ends of its 95 %
        interval; ``verdict``: keeps, breaks, unclear or open; ``chosen``; then for each measure
        of :data:`SHOWN` its mean and, with ``_low`` and ``_high``, the ends of its 95 % interval (DKK
        a year, meetings a year, shares 0-1).
        """
        import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

        rows = []
        for one in self.tried:
            row = dict(one.values) | {
                "replications": one.replications,
                "kept": one.kept,
                "kept_low": one.low,
                "kept_high": one.high,
                "verdict": one.verdict,
                "chosen": self.chosen is not None and one.values == self.chosen.values,
            }
            for measure in SHOWN:
                values = np.array([result.measures[measure] for result in one.results])
                ends = mean_interval(values)
                row |= dict(zip((measure, f"{measure}_low", f"{measure}_high"), ends, strict=True))
            rows.append(row)
        return pd.DataFrame(rows)

    def in_words(self, texts: Texts) -> tuple[str, ...]:
        """Return the promise, the answer, why less will not do, and how sure all that is."""
        promise = self.promise.in_words(texts)
        said = [
            texts("search.promise", promise=promise, probability=share(texts, self.probability))
        ]
        if self.status in {"searching", "cancelled"}:
            said.append(texts(f"search.{self.status}", runs=texts.number(self.replications)))
            if self.likely is not None:
                said.append(texts("search.likely", **_slots(self.likely, texts)))
            return tuple(said)
        if self.chosen is None:
            first, last = (_in_words(end, texts) for end in (self.first, self.last))
            n = texts.number(self.cap)
            said.append(texts(f"search.{self.status}", first=first, last=last, n=n))
            if self.nearest is not None:
                said.append(texts("search.nearest", **_slots(self.nearest, texts)))
        else:
            said += [texts("search.found", **_slots(self.chosen, texts)), *self._why(texts)]
        said.append(texts("search.confidence", confidence=percent_as_meant(self._feasible, texts)))
        return tuple(said)

    @property
    def _feasible(self) -> float:
        """Confidence of who keeps the promise; the rest is used to select the cheapest."""
        return _parts(self.confidence, self.cost is not None)[0]

    def _why(self, texts: Texts) -> Iterator[str]:
        assert self.chosen is not None  # noqa: S101 (nothing is explained before)
        if not self.below:
            yield texts("search.smallest_tried")
        for one in self.below[:1]:
            word = "search.below" if one.verdict == "breaks" else "search.below_unclear"
            yield texts(word, **_slots(one, texts))
        odd = [one for one in self.tried if _greater(one, self.chosen) and one.verdict == "breaks"]
        if odd:
            yield texts("search.not_monotone", staffing=odd[-1].name(texts))
        if self.cost is not None:
            sure = self.cost.status == "selected"
            yield texts(
                "search.cheapest" if sure else "search.cheapest_unclear",
                delta=money(texts, self.cost.delta),
                confidence=percent_as_meant(self.cost.probability, texts),
                n=texts.number(max(self.cost.observations)),
            )


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
    feasible, cheapest = _parts(confidence, len(kinds) > 1)
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


def _parts(confidence: float, several: bool) -> tuple[float, float]:
    """Return the confidence for who keeps the promise and for who is cheapest of these."""
    half = 1 - (1 - confidence) / 2
    return (half, half) if several else (confidence, confidence)


def _mean_cost(one: Staffing) -> float:
    return float(np.mean([result.measures[COST] for result in one.results]))


def _greater(one: Staffing, other: Staffing) -> bool:
    (_, mine), *kind = one.values
    (_, theirs), *same = other.values
    return kind == same and bool(mine > theirs)


def _slots(one: Staffing, texts: Texts) -> dict[str, str]:
    name = one.name(texts)
    return {
        "chosen": name,
        "staffing": name[:1].upper() + name[1:],
        "share": share(texts, one.kept),
        "low": share(texts, one.low),
        "high": share(texts, one.high),
        "n": texts.number(one.replications),
    }


def _in_words(values: Sequence[tuple[str, Any]], texts: Texts) -> str:
    return ", ".join(_value_in_words(name, value, texts) for name, value in values)


def _value_in_words(name: str, value: Any, texts: Texts) -> str:
    if f"count.{name}.other" in texts.words:
        return counted(texts, name, value, 0 if float(value).is_integer() else 1)
    parameter = parameters()[name]
    return f"{texts(f'parameter.{name}')}: {written(texts, parameter, value)}"
