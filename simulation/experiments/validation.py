"""Back-cast: would the model have expected what a municipality has counted itself?

The scenario is that of then, not of today. Each period is run on its own, after the scenario's warm-up,
and what was counted is held against what single runs of that period give: within nine out of ten of
them or not, and where among them (its rank, the probability integral transform of the forecaster).

Of many such numbers a model that fits holds a known share within. Fewer speak against the model, and
so does one far out; that they do not speak against it does not prove it. Numbers of one period go
together, so they are fewer than they seem.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from threading import Event
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from data.case_list.cells import folded
from data.case_list.sheets import Source
from data.observations import Known, Observation, read_observations
from data.texts import LANGUAGES, Texts
from simulation.experiments.replications import replications as run_replications
from simulation.measure_words import measure_name, measured, unit_of
from simulation.measures import MEASURES
from simulation.scenario import Scenario
from simulation.summary import CONFIDENCE, prediction
from simulation.wording import share

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Verdict = Literal["inside", "below", "above", "unknown"]
_TAIL = (1 - CONFIDENCE) / 2
_TELLS_APART = 0.2
"""How often a model that hits every other time may do as well before that is said."""


@dataclass(frozen=True, slots=True)
class Held:
    """One observation, held against what single runs of its period give."""

    observation: Observation
    low: float
    middle: float
    high: float
    """Nineteen in twenty runs lie above the low end, half above the middle, one in twenty above the
    high end; numbers that occurred."""
    rank: float
    """Share of runs below the observed value, those equal to it counted half; 0-1."""
    covered: float
    """Share of runs that lie within the ends: 0.9, or more where values are few and repeat."""
    beyond: bool
    """Whether the observed value lies outside every run."""

    @property
    def verdict(self) -> Verdict:
        """Where the observed value lies; unknown where no run had anything to measure."""
        if np.isnan(self.low):
            return "unknown"
        if self.observation.value < self.low:
            return "below"
        return "above" if self.observation.value > self.high else "inside"


@dataclass(frozen=True)
class BackCast:
    """What was counted against what the model expected."""

    held: tuple[Held, ...]
    replications: int

    @property
    def comparable(self) -> tuple[Held, ...]:
        """Those that the model had something to measure for."""
        return tuple(one for one in self.held if one.verdict != "unknown")

    @property
    def inside(self) -> int:
        """How many lie within."""
        return sum(one.verdict == "inside" for one in self.held)

    @cached_property
    def tolerance(self) -> tuple[int, int]:
        """Between what numbers a model that fits holds within, nineteen times in twenty.

        Each number lies within with its own chance (``covered``), independently of the others.
        """
        chances = np.ones(1)
        for one in self.comparable:
            chances = np.convolve(chances, [1 - one.covered, one.covered])
        reached = chances.cumsum()
        low, high = (int(np.searchsorted(reached, at)) for at in (_TAIL, 1 - _TAIL))
        return low, min(high, len(self.comparable))

    @property
    def beyond(self) -> tuple[Held, ...]:
        """Those that lie outside every run."""
        return tuple(one for one in self.held if one.beyond)

    @property
    def beyond_by_chance(self) -> float:
        """How often, at most, a model that fits has any of its numbers outside every run (Bonferroni)."""
        return min(1.0, 2 * len(self.comparable) / (self.replications + 1))

    @property
    def speaks_against(self) -> bool:
        """Whether fewer lie within than a model that fits would hold, or one lies too far out for it.

        Each of the two happens to a model that fits in at most one case in forty.
        """
        too_far = bool(self.beyond) and self.beyond_by_chance <= _TAIL
        return too_far or self.inside < self.tolerance[0]

    @property
    def as_good_by_chance(self) -> float:
        """How often a model that hits every other time would hold as many within."""
        return float(binom.sf(self.inside - 1, len(self.comparable), 0.5))

    def table(self) -> "pd.DataFrame":
        """Return one row an observation.

        Columns: ``indicator`` and ``period`` as observed; ``unit`` (share is 0-1; days, hours, dkk,
        count); ``observed``, ``low``, ``middle``, ``high`` in that unit; ``rank`` (0-1); ``n`` (cases
        in the sample, or missing); ``verdict`` (inside, below, above, unknown).
        """
        import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

        rows = [
            {
                "indicator": one.observation.indicator,
                "period": one.observation.period,
                "unit": unit_of(one.observation.indicator),
                "observed": one.observation.value,
                "low": one.low,
                "middle": one.middle,
                "high": one.high,
                "rank": one.rank,
                "n": one.observation.n,
                "verdict": one.verdict,
            }
            for one in self.held
        ]
        return pd.DataFrame(rows).astype({"n": "Int64"})


def read_observed(source: Source) -> tuple[Observation, ...]:
    """Return the observations in the csv file or workbook *source*.

    Columns: ``indicator`` (a measure of :data:`simulation.measures.MEASURES`, by its id or its name in
    Danish or English), ``period`` (``2024`` or ``2022-2024``), ``value``, and ``n`` if wanted. Raises
    :exc:`~data.observations.ObservationsError` with every fault by row and column.
    """
    return read_observations(source, _known())


def back_cast(
    scenario: Scenario,
    observed: Sequence[Observation],
    replications: int = 400,
    seed: int = 1,
    *,
    workers: int | str = 1,
    report: Callable[[int, int], None] | None = None,
    cancel: Event | None = None,
) -> BackCast:
    """Return *observed* held against runs of *scenario*, which describes the municipality as it was then.

    Each period is run by itself, beginning on 1 January of its first year. Where a share was found
    from a sample of *n* cases, the luck of that draw is added to the model's. A scenario with a case
    list can only be held against periods that begin with its first counted day. *report* is called
    with the periods that are finished and all of them; once *cancel* is set, what is finished is
    returned.

    Raises :exc:`ValueError` for no observation, an indicator that is no measure, or a period that the
    case list does not fit; otherwise as :func:`simulation.together` does.
    """
    if not observed:
        raise ValueError("observed is empty; give at least one observation")
    for one in observed:
        unit_of(one.indicator)
    periods = dict.fromkeys((one.first_year, one.last_year) for one in observed)
    towns = {period: _of_then(scenario, *period) for period in periods}
    cancel = cancel or Event()
    held: dict[int, Held] = {}
    for done, (period, town) in enumerate(towns.items(), start=1):
        found = run_replications(town, replications, seed, workers=workers, cancel=cancel)
        measures = [result.measures for result in found]
        if cancel.is_set():
            break
        for number, one in enumerate(observed):
            if (one.first_year, one.last_year) == period:
                values = np.array([run[one.indicator] for run in measures])
                held[number] = hold(one, _sampled(values, one.n, [seed, number]))
        if report:
            report(done, len(towns))
    return BackCast(tuple(held[number] for number in sorted(held)), replications)


def hold(observation: Observation, values: Floats) -> Held:
    """Return *observation* held against *values*, one a run; those that are no number are left out."""
    known = values[~np.isnan(values)]
    if not known.size:
        nan = float("nan")
        return Held(observation, nan, nan, nan, nan, nan, beyond=False)
    low, high = prediction(known)
    middle = float(np.quantile(known, 0.5, method="inverted_cdf"))
    below, equal = (known < observation.value).mean(), (known == observation.value).mean()
    covered = ((known >= low) & (known <= high)).mean()
    beyond = not known.min() <= observation.value <= known.max()
    return Held(
        observation, low, middle, high, float(below + equal / 2), float(covered), bool(beyond)
    )


def back_cast_in_words(found: BackCast, texts: Texts) -> tuple[str, ...]:
    """Return a sentence for each observation, then what they say together."""
    said = [_held_in_words(one, texts) for one in found.held]
    count = len(found.comparable)
    if not count:
        return (*said, texts("validation.none"))
    low, high = (texts.number(end) for end in found.tolerance)
    said.append(
        texts("validation.count", inside=texts.number(found.inside), all=texts.number(count))
    )
    said.append(texts("validation.as_expected", low=low, high=high))
    said += _beyond_in_words(found, texts)
    said.append(texts(f"validation.{'against' if found.speaks_against else 'not_against'}"))
    if not found.speaks_against and found.as_good_by_chance > _TELLS_APART:
        said.append(texts("validation.little", share=share(texts, found.as_good_by_chance)))
    if len({one.observation.period for one in found.comparable}) < count:
        said.append(texts("validation.together"))
    return tuple(said) if found.speaks_against else (*said, texts("validation.limits"))


def _held_in_words(one: Held, texts: Texts) -> str:
    measure = one.observation.indicator
    values = (one.low, one.observation.value, one.high)
    whole = unit_of(measure) == "count" and all(float(value).is_integer() for value in values)
    low, observed, high = (
        measured(measure, value, texts, 0 if whole else None) for value in values
    )
    ends = {} if one.verdict == "unknown" else {"low": low, "high": high}
    return texts(f"validation.{one.verdict}", **_named(one, texts), observed=observed, **ends)


def _beyond_in_words(found: BackCast, texts: Texts) -> list[str]:
    if not found.beyond:
        return []
    runs, count = texts.number(found.replications), texts.number(len(found.comparable))
    said = [texts("validation.beyond", **_named(one, texts), runs=runs) for one in found.beyond]
    chance = share(texts, found.beyond_by_chance)
    return [*said, texts("validation.beyond_chance", all=count, share=chance)]


def _named(one: Held, texts: Texts) -> dict[str, str]:
    label = measure_name(one.observation.indicator, texts)
    return {"label": label, "period": one.observation.period}


def _known() -> Known:
    ids = {folded(measure): measure for measure in MEASURES}
    for language in LANGUAGES:
        texts = Texts.read(language)
        ids |= {folded(measure_name(measure, texts)): measure for measure in MEASURES}
    return Known(ids, frozenset(name for name in MEASURES if name.endswith("_share")))


def _of_then(scenario: Scenario, first: int, last: int) -> Scenario:
    start = date(first, 1, 1)
    if scenario.cases and start != scenario.start:
        raise ValueError(
            f"the period {first}-{last} begins on {start}, the scenario's case list on "
            f"{scenario.start}; a case list fits only periods that begin with it, so leave cases out"
        )
    return scenario.replace(start=start, years=last - first + 1)


def _sampled(values: Floats, n: int | None, named: Sequence[int]) -> Floats:
    """Return the shares that samples of *n* cases would show where the runs' shares are *values*."""
    if n is None:
        return values
    chance = np.nan_to_num(values, nan=0.0).clip(0, 1)
    drawn = np.random.default_rng(named).binomial(n, chance) / n
    return np.where(np.isnan(values), np.nan, drawn)
