"""Two to eight scenarios on the same youths: what a single year may bring, and what surely differs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from functools import cached_property
from itertools import combinations, repeat
from math import isnan, nan
from threading import Event
from typing import TYPE_CHECKING, Literal

import numpy as np

from data.texts import Texts
from simulation.changes import differences_in_words
from simulation.experiments.intervals import Interval, share_with_ends
from simulation.experiments.quantities import HEADLINES, Floats, Level, Quantity, quantity
from simulation.experiments.replications import together
from simulation.means import p_value
from simulation.model import Engine
from simulation.results import Result
from simulation.scenario import Scenario, ScenarioError
from simulation.summary import CONFIDENCE, mean_interval, spread

if TYPE_CHECKING:
    import pandas as pd

FEWEST, MOST = 2, 8
"""How many scenarios can be compared; more than eight nobody can read."""
_SAME = ("start", "years", "warm_up_years")
"""Fields that must be equal, or the scenarios do not meet the same youths in the same years."""

Verdict = Literal["same", "unclear", "lower", "higher", "unknown"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number of one scenario: what single values lie between first, the mean second."""

    scenario: str
    quantity: Quantity
    low: float
    """Nineteen in twenty single years, youths or runs lie above; not a number for a probability."""
    middle: float
    high: float
    """Nineteen in twenty lie below."""
    mean: float
    """The mean over runs; of a share of years, such as the risk of a breach, the probability."""
    mean_low: float
    mean_high: float
    """Ends of its 95 % interval (:mod:`simulation.means`; Wilson's for a probability)."""


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """One number of a scenario minus that of another, run by run on the same youths."""

    scenario: str
    other: str
    quantity: Quantity
    replications: int
    mean: float
    low: float
    high: float
    """Ends of the 95 % interval of the mean difference, as if it were the only one."""
    adjusted_low: float
    adjusted_high: float
    """Ends that hold at once for all *comparisons*, after Bonferroni."""
    comparisons: int
    """Differences of this measure that are looked at together."""
    p: float
    """Holm's adjusted p-value of no difference, over the same comparisons."""
    lower_share: float
    equal_share: float
    higher_share: float
    """Shares of single years (or runs) in which this scenario's value is lower, equal, higher."""
    beats_low: float
    beats_high: float
    """Ends of the 95 % interval of :attr:`beats`."""

    @property
    def beats(self) -> float:
        """Probability that this scenario is the better one in a single year (or run).

        Not a number where neither more nor less is welcome.
        """
        return {-1: self.lower_share, 0: nan, 1: self.higher_share}[self.quantity.good]

    @property
    def verdict(self) -> Verdict:
        """What can be said: by the adjusted interval, so that many comparisons find no more than few.

        ``same`` is said only where nothing differs in any run.
        """
        if isnan(self.mean):
            return "unknown"
        if self.mean == self.low == self.high == 0 and self.equal_share == 1:
            return "same"
        if self.adjusted_low > 0:
            return "higher"
        return "lower" if self.adjusted_high < 0 else "unclear"


@dataclass(frozen=True)
class Comparison:
    """Scenarios on the same youths, as far as their runs have come.

    Attributes:
        scenarios: Two to eight.
        names: Their names, in the same order.
        base: Place of the one that the others are held against.
        quantities: What is compared.
        seed: The chance that all of them met.
        asked: Runs of each when it is finished.
        results: For each run, from replication 0, the result of each scenario.
        cancelled: Whether it was stopped before it was finished.
    """

    scenarios: tuple[Scenario, ...]
    names: tuple[str, ...]
    base: int
    quantities: tuple[Quantity, ...]
    seed: int
    asked: int
    results: Sequence[tuple[Result, ...]] = field(repr=False)
    cancelled: bool = False

    @property
    def replications(self) -> int:
        """Runs of each scenario so far."""
        return len(self.results)

    @property
    def done(self) -> float:
        """Share of the runs that are there, 0-1."""
        return self.replications / self.asked

    @cached_property
    def estimates(self) -> tuple[Estimate, ...]:
        """Each quantity of each scenario, scenario by scenario, the base first."""
        order = sorted(range(len(self.names)), key=lambda place: place != self.base)
        return tuple(
            estimate(self.names[place], of, [results[place] for results in self.results])
            for place in order
            for of in self.quantities
        )

    @cached_property
    def against_base(self) -> tuple[PairedDifference, ...]:
        """Each other scenario minus the base, adjusted for as many comparisons."""
        others = (place for place in range(len(self.names)) if place != self.base)
        return self._differences([(place, self.base) for place in others])

    @cached_property
    def all_pairs(self) -> tuple[PairedDifference, ...]:
        """Each scenario minus each that stands before it, adjusted for as many comparisons."""
        return self._differences([(b, a) for a, b in combinations(range(len(self.names)), 2)])

    def table(self) -> "pd.DataFrame":
        """Return one row a scenario and measure, the base first.

        Columns: ``scenario``; ``measure``; ``single``: what a single value is of (year, youth or run);
        ``low``, ``middle``, ``high``: half of the single values lie below the middle one, nine in ten
        between the other two; ``mean``, ``mean_low``, ``mean_high`` with the ends of its 95 % interval,
        where the mean of ``breach_17_5`` is a probability (Wilson) and has no single values;
        ``replications``; ``clear``: whether the difference from the base is, after Bonferroni (None in
        the base and where nothing was measured). Units are those of the measure
        (:func:`simulation.measure_words.unit_of`; shares are 0-1). What was not measured is not a
        number.
        """
        import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

        clear = {
            (one.scenario, one.quantity): one.verdict in {"lower", "higher"}
            for one in self.against_base
            if one.verdict != "unknown"
        }
        return pd.DataFrame(
            {
                "scenario": one.scenario,
                "measure": one.quantity.name,
                "single": one.quantity.level,
                "low": one.low,
                "middle": one.middle,
                "high": one.high,
                "mean": one.mean,
                "mean_low": one.mean_low,
                "mean_high": one.mean_high,
                "replications": self.replications,
                "clear": clear.get((one.scenario, one.quantity)),
            }
            for one in self.estimates
        )

    def differences(self, against: Literal["base", "all"] = "base") -> "pd.DataFrame":
        """Return one row a pair of scenarios and measure: each against the base, or all pairs.

        Columns: ``scenario``, ``other``, ``measure``; ``single``: what can be held against each other
        one by one (year or run); ``mean`` of the first minus the other, ``low``, ``high`` (95 %
        interval), ``adjusted_low``, ``adjusted_high`` (Bonferroni, for as many as ``comparisons``),
        all in the unit of the measure; ``p`` (Holm); ``lower_share``, ``equal_share``,
        ``higher_share``: shares (0-1) of single years or runs; ``beats``, ``beats_low``,
        ``beats_high``: probability that the first is the better one, with its 95 % interval, not a
        number where nothing is better; ``verdict``: same, unclear, lower, higher or unknown.
        """
        import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

        return pd.DataFrame(
            {
                "scenario": one.scenario,
                "other": one.other,
                "measure": one.quantity.name,
                "single": _paired_level(one.quantity),
                "mean": one.mean,
                "low": one.low,
                "high": one.high,
                "adjusted_low": one.adjusted_low,
                "adjusted_high": one.adjusted_high,
                "comparisons": one.comparisons,
                "p": one.p,
                "lower_share": one.lower_share,
                "equal_share": one.equal_share,
                "higher_share": one.higher_share,
                "beats": one.beats,
                "beats_low": one.beats_low,
                "beats_high": one.beats_high,
                "verdict": one.verdict,
                "replications": one.replications,
            }
            for one in (self.against_base if against == "base" else self.all_pairs)
        )

    def in_words(self, texts: Texts) -> tuple[str, ...]:
        """Return a sentence for each difference from the base, and what the intervals hold for."""
        said = [difference_in_words(one, texts) for one in self.against_base]
        several = len(self.names) - 1
        return (*said, texts("comparison.adjusted", n=several)) if several > 1 else tuple(said)

    def _differences(self, pairs: Sequence[tuple[int, int]]) -> tuple[PairedDifference, ...]:
        found = []
        for of in self.quantities:
            values = [
                [of.paired(result) for result in column]
                for column in zip(*self.results, strict=True)
            ]
            if not values:
                continue
            apart = [_apart(values[one], values[other]) for one, other in pairs]
            adjusted = holm([p_value(runs.mean(axis=1)) for runs in apart])
            found += [
                _difference(self.names[one], self.names[other], of, runs, len(pairs), p)
                for (one, other), runs, p in zip(pairs, apart, adjusted, strict=True)
            ]
        return tuple(found)


def compared(
    scenarios: Mapping[str, Scenario] | Sequence[Scenario],
    *,
    base: str | int = 0,
    measures: Sequence[str] = HEADLINES,
    replications: int = 200,
    seed: int = 1,
    lang: str = "da",
    workers: int | str = 1,
    cancel: Event | None = None,
    engine: Engine = "compiled",
    known: Mapping[Scenario, Sequence[Result]] | None = None,
) -> Iterator[Comparison]:
    """Run two to eight *scenarios* on the same youths, and yield their comparison after each run.

    *base* is the name or the place of the one that the others are held against. Scenarios without names
    are called by how they differ from it, in the language *lang*. *measures* are names that
    :func:`~simulation.experiments.quantities.quantity` knows. It stops early, with what is finished,
    once *cancel* is set. *known* are results that are there already, from replication 0 and the same
    *seed*; a scenario with enough of them is not run again.

    Raises, before anything is run, :exc:`~simulation.scenario.ScenarioError` for fewer than two or more
    than eight scenarios, two that are equal, or two that do not meet the same years; and
    :exc:`ValueError` for a base, name or measure that does not exist or stands twice, and as
    :func:`~simulation.experiments.replications.together` does.

    >>> small = Scenario.preset("small", years=1, warm_up_years=1)
    >>> more = small.replace(coordinators=3)
    >>> *_, last = compared([small, more], replications=3, lang="en")
    >>> last.names
    ('The base', '3 coordinators instead of 2')
    """
    chosen = tuple(scenarios.values() if isinstance(scenarios, Mapping) else scenarios)
    given = tuple(scenarios) if isinstance(scenarios, Mapping) else None
    check_comparable(chosen)
    if not measures:
        raise ValueError("measures is empty; give at least one")
    if len(set(measures)) < len(measures):
        raise ValueError(f"measures has one twice ({', '.join(measures)}); give each once")
    quantities = tuple(quantity(name) for name in measures)
    place = _base(base, given, len(chosen))
    names = given or names_of(chosen, chosen[place], Texts.read(lang))
    stop = cancel or Event()
    there = {one: list(runs)[:replications] for one, runs in (known or {}).items()}
    there = {one: runs for one, runs in there.items() if len(runs) == replications}
    lacking = tuple(one for one in chosen if one not in there)
    runs: Iterable[tuple[Result, ...]] = repeat((), replications)
    if lacking:
        runs = together(lacking, replications, seed, workers=workers, cancel=stop, engine=engine)

    def grow() -> Iterator[Comparison]:
        found: list[tuple[Result, ...]] = []
        for number, results in enumerate(runs):
            fresh = dict(zip(lacking, results, strict=True))
            found.append(tuple(fresh.get(one) or there[one][number] for one in chosen))
            over = stop.is_set() and len(found) < replications
            yield Comparison(
                chosen, names, place, quantities, seed, replications, tuple(found), over
            )

    return grow()


def check_comparable(scenarios: Sequence[Scenario]) -> None:
    """Raise :exc:`~simulation.scenario.ScenarioError` where *scenarios* cannot be compared."""
    if not FEWEST <= len(scenarios) <= MOST:
        raise ScenarioError("scenarios", len(scenarios), f"must be {FEWEST} to {MOST} to compare")
    check_same_years(scenarios)
    for number, scenario in enumerate(scenarios):
        if scenario in scenarios[:number]:
            twin = scenarios.index(scenario) + 1
            raise ScenarioError(
                "scenarios", number + 1, f"is the same as number {twin}; change it or leave it out"
            )


def check_same_years(scenarios: Sequence[Scenario]) -> None:
    """Raise :exc:`~simulation.scenario.ScenarioError` where *scenarios* do not meet the same years."""
    first = scenarios[0]
    for number, scenario in enumerate(scenarios):
        for name in _SAME:
            mine, theirs = getattr(scenario, name), getattr(first, name)
            if mine != theirs:
                raise ScenarioError(
                    name,
                    mine,
                    f"must be {theirs} in scenario {number + 1} as in the first: they must meet the "
                    "same years to be compared",
                )


def names_of(scenarios: Sequence[Scenario], base: Scenario, texts: Texts) -> tuple[str, ...]:
    """Return a name for each scenario: how it differs from *base*, which is called so.

    Two that read alike are numbered.
    """
    names = [
        "; ".join(differences_in_words(scenario, base, texts)) or texts("comparison.base")
        for scenario in scenarios
    ]
    return tuple(
        f"{name} ({names[: place + 1].count(name)})" if names.count(name) > 1 else name
        for place, name in enumerate(names)
    )


def estimate(name: str, of: Quantity, results: Sequence[Result]) -> Estimate:
    """Return the quantity *of* the scenario *name* from its runs; not numbers where there are none."""
    singles = [of.singles(result) for result in results]
    if of.is_share_of_singles:
        kept = np.array([float(one.sum()) for one in singles])
        sizes = np.array([float(one.size) for one in singles])
        return Estimate(name, of, nan, nan, nan, *share_with_ends(kept, sizes))
    runs = np.array([of.of_run(result) for result in results])
    found = spread(np.concatenate(singles) if singles else runs, runs)
    return Estimate(name, of, *astuple(found))


def difference_in_words(one: PairedDifference, texts: Texts) -> str:
    """Return what can be said of a difference, "statistically unclear" and "the same" included."""
    verdict, of = one.verdict, one.quantity
    slots = {"measure": of.title(texts), "name": one.scenario, "other": one.other}
    if verdict in {"unknown", "same"}:
        return texts(f"comparison.{verdict}", **slots, n=texts.number(one.replications))
    low, high = one.adjusted_low, one.adjusted_high
    if verdict == "unclear":
        return texts(
            "comparison.unclear", **slots, low=_end(of, low, texts), high=_end(of, high, texts)
        )
    low, high = sorted((abs(low), abs(high)))
    said = texts(
        f"comparison.{verdict}",
        **slots,
        size=of.write_difference(one.mean, texts),
        low=of.write_difference(low, texts),
        high=of.write_difference(high, texts),
    )
    if isnan(one.beats):
        return said
    shares = {"share": texts.percent(one.beats), "equal": texts.percent(one.equal_share)}
    beats = texts(f"comparison.beats_{_paired_level(of)}", name=one.scenario, **shares)
    return f"{said} {beats}"


def holm(p: Sequence[float]) -> list[float]:
    """Return Holm's adjusted p-values: each is clear at a where it is at most a, all at once.

    S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
    Statistics 6 (1979) 65-70. Those that are not numbers stay so and do not count.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted = list(p)
    known = sorted((value, place) for place, value in enumerate(p) if not isnan(value))
    least = 0.0
    for rank, (value, place) in enumerate(known):
        least = max(least, min(1.0, value * (len(known) - rank)))
        adjusted[place] = least
    return adjusted


def _apart(mine: Sequence[Floats], theirs: Sequence[Floats]) -> Floats:
    """Return a row a run: one scenario's years (or one value) minus the other's."""
    return np.array(mine) - np.array(theirs)


def _difference(
    name: str, other: str, of: Quantity, apart: Floats, comparisons: int, p: float
) -> PairedDifference:
    runs = apart.mean(axis=1)
    mean, low, high = mean_interval(runs)
    _, adjusted_low, adjusted_high = mean_interval(runs, 1 - (1 - CONFIDENCE) / comparisons)
    lower, equal, higher = (_share(chosen, apart) for chosen in (apart < 0, apart == 0, apart > 0))
    beats = {-1: lower, 0: (nan, nan, nan), 1: higher}[of.good]
    return PairedDifference(
        scenario=name,
        other=other,
        quantity=of,
        replications=len(apart),
        mean=mean,
        low=low,
        high=high,
        adjusted_low=adjusted_low,
        adjusted_high=adjusted_high,
        comparisons=comparisons,
        p=p,
        lower_share=lower[0],
        equal_share=equal[0],
        higher_share=higher[0],
        beats_low=beats[1],
        beats_high=beats[2],
    )


def _share(chosen: np.ndarray, apart: Floats) -> Interval:
    """Return the share of single values that are *chosen*; those that are not numbers do not count."""
    return share_with_ends(chosen.sum(axis=1).astype(float), (~np.isnan(apart)).sum(axis=1) * 1.0)


def _end(of: Quantity, value: float, texts: Texts) -> str:
    size = of.write_difference(value, texts)
    if value == 0:
        return texts("comparison.nothing")
    return texts("comparison.less" if value < 0 else "comparison.more", size=size)


def _paired_level(of: Quantity) -> Level:
    return "year" if of.level == "year" else "run"


def _base(base: str | int, names: Sequence[str] | None, count: int) -> int:
    if isinstance(base, str):
        if base not in (names or ()):
            known = ", ".join(names or ()) or "none: the scenarios have no names, so give a place"
            raise ValueError(f"base is {base!r}; it must be one of the names: {known}")
        return list(names or ()).index(base)
    if not 0 <= base < count:
        raise ValueError(f"base is {base}; it must be 0 to {count - 1}")
    return base
