"""The model held against published numbers: each agrees, does not, or cannot be compared.

A published number is about so many municipalities together, and so is what the simulation is asked: as
many runs of a medium municipality, the mean of the country, are pooled, again and again, and nine in
ten of the pools give the interval. That holds chance alone, not how unsure the model's own numbers are,
so a published number outside it is a fact about the model and is reported as one. A number that a preset
was set by is listed and not compared.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from threading import Event
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from data.published_facts import PublishedFact, read_published_facts
from data.texts import Texts
from simulation import codes
from simulation.cohort import Cohort, draw
from simulation.model import Run, follow
from simulation.scenario import Scenario
from simulation.summary import prediction
from simulation.wording import plain, share

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Verdict = Literal["agrees", "disagrees", "input", "not_comparable"]
Count = Callable[[Run, Cohort], tuple[float, float]]
"""Part and whole of a share, counted in one run."""

TEAM = 20
"""Advisers of a municipality where leavers are counted; our assumption, as team sizes are not known."""
_POOLS = 1000
_YEAR = 365.25
_EDUCATION = ("in_school", "preparing", "in_education", "completed")


@dataclass(frozen=True, slots=True)
class Compared:
    """One published fact beside what the simulation gives."""

    fact: PublishedFact
    low: float
    middle: float
    high: float
    """Of pools of as many runs as the fact has municipalities, nineteen in twenty lie above the low end,
    half above the middle, one in twenty above the high end; not numbers where it is not compared."""

    @property
    def verdict(self) -> Verdict:
        """Whether the published value lies within the ends, or why that is not asked."""
        if self.fact.role != "validation":
            return self.fact.role
        return "agrees" if self.low <= self.fact.value <= self.high else "disagrees"


@dataclass(frozen=True, slots=True)
class AgainstPublished:
    """Every published fact, as far as they have come."""

    compared: tuple[Compared, ...]
    replications: int
    """Runs of each scenario that pools were drawn from."""

    @property
    def tried(self) -> tuple[Compared, ...]:
        """The facts that the model was not made to fit, and could be held against."""
        return tuple(one for one in self.compared if one.fact.role == "validation")

    @property
    def agree(self) -> int:
        """How many of them agree."""
        return sum(one.verdict == "agrees" for one in self.tried)

    def table(self) -> "pd.DataFrame":
        """Return one row a fact.

        Columns: ``fact`` (id), ``what``, ``unit`` (share is 0-1; points are -1 to 1; youths),
        ``published``, ``low``, ``middle``, ``high`` (simulated, missing where not compared), ``verdict``
        (agrees, disagrees, input, not_comparable), ``why``, ``source``, ``year`` (of publication).
        """
        import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

        texts = Texts.read("en")
        rows = [
            {
                "fact": one.fact.id,
                "what": one.fact.what.en,
                "unit": one.fact.unit,
                "published": one.fact.value,
                "low": one.low,
                "middle": one.middle,
                "high": one.high,
                "verdict": one.verdict,
                "why": _why(one.fact, texts),
                "source": one.fact.source.en,
                "year": one.fact.published,
            }
            for one in self.compared
        ]
        return pd.DataFrame(rows)


def compare_with_published(
    replications: int = 300,
    seed: int = 1,
    *,
    facts: Sequence[PublishedFact] | None = None,
    report: Callable[[int, int], None] | None = None,
    cancel: Event | None = None,
) -> AgainstPublished:
    """Return every published fact with what runs of the medium preset give.

    *facts* are those of ``definitions/published_facts.toml`` unless others are given. *report* is
    called with the facts that are finished and all of them; once *cancel* is set, what is finished is
    returned. Raises :exc:`ValueError` for fewer replications than the municipalities of a fact, or a
    statistic that does not exist.
    """
    asked = read_published_facts() if facts is None else tuple(facts)
    for fact in asked:
        if fact.role == "validation":
            _check(fact, replications)
    counted = cache(lambda town: _counted(town, replications, seed))
    found: list[Compared] = []
    for done, fact in enumerate(asked, start=1):
        if cancel is not None and cancel.is_set():
            break
        if fact.role == "validation":
            town, _, pooled = STATISTICS[fact.statistic]
            values = _pools(counted(town)[fact.statistic], fact.municipalities, pooled)
            low, high = prediction(values)
            found.append(Compared(fact, low, float(np.median(values)), high))
        else:
            found.append(Compared(fact, *[float("nan")] * 3))
        if report:
            report(done, len(asked))
    return AgainstPublished(tuple(found), replications)


def published_in_words(found: AgainstPublished, texts: Texts) -> tuple[str, ...]:
    """Return a sentence for each fact, then how many agree of those that could disagree."""
    said = [_in_words(one, texts) for one in found.compared]
    agree, tried = texts.number(found.agree), texts.number(len(found.tried))
    count = texts("published.count", agree=agree, all=tried)
    return (*said, count, texts("published.limits"))


def _in_words(one: Compared, texts: Texts) -> str:
    low, middle, high = (
        _written(one.fact, value, texts) for value in (one.low, one.middle, one.high)
    )
    said = texts(
        f"published.{one.verdict}",
        what=one.fact.what.in_(texts.language),
        value=_written(one.fact, one.fact.value, texts),
        source=one.fact.source.in_(texts.language),
        **({"low": low, "middle": middle, "high": high} if one.fact.role == "validation" else {}),
    )
    why = _why(one.fact, texts)
    return f"{said} {why}" if why else said


def _why(fact: PublishedFact, texts: Texts) -> str:
    said = []
    if fact.parameters:
        names = ", ".join(texts(f"parameter.{id}") for id in fact.parameters)
        said.append(texts("published.sets", names=names))
    if fact.note is not None:
        said.append(fact.note.in_(texts.language))
    return " ".join(said)


def _written(fact: PublishedFact, value: float, texts: Texts) -> str:
    match fact.unit:
        case "share":
            return share(texts, value)
        case "points":
            return texts("word.points", n=texts.number(100 * value))
    return plain(texts, value)


def _check(fact: PublishedFact, replications: int) -> None:
    if fact.statistic not in STATISTICS:
        raise ValueError(
            f"statistic of {fact.id} is {fact.statistic!r}; it must be one of {', '.join(STATISTICS)}"
        )
    if replications < fact.municipalities:
        raise ValueError(
            f"replications is {replications}; {fact.id} is about {fact.municipalities} "
            "municipalities and needs as many or more"
        )


def _counted(town: Scenario, replications: int, seed: int) -> dict[str, Floats]:
    """Return for each statistic of *town* the part and the whole in each run: runs × (part, whole)."""
    counts = {name: count for name, (of, count, _) in STATISTICS.items() if of == town}
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in counts}
    for lived, cohort in _runs(town, replications, seed):
        for name, count in counts.items():
            found[name].append(count(lived, cohort))
    return {name: np.array(parts) for name, parts in found.items()}


def _runs(town: Scenario, replications: int, seed: int) -> Iterator[tuple[Run, Cohort]]:
    for number in range(replications):
        cohort = draw(town, seed, number)
        yield follow(town, cohort, seed, number), cohort


def _pools(parts: Floats, size: int, pooled: Callable[[Floats], Floats]) -> Floats:
    """Return what *pooled* makes of each of many pools of *size* runs; *parts* is runs × (part, whole)."""
    chosen = np.random.default_rng(0).integers(len(parts), size=(_POOLS, size))
    return pooled(parts[chosen])


def _together(pools: Floats) -> Floats:
    """Return the share of all municipalities together; *pools* is pools × runs × (part, whole)."""
    part, whole = pools.sum(axis=1).T
    return np.asarray(part / whole)


def _highest(pools: Floats) -> Floats:
    return np.asarray((pools[..., 0] / pools[..., 1]).max(axis=1))


def _lowest(pools: Floats) -> Floats:
    return np.asarray((pools[..., 0] / pools[..., 1]).min(axis=1))


def _on_last_day(run: Run, cohort: Cohort) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return of each youth in the programme on the last counted day the age in days after 18, and state."""
    log = run.events
    day = cohort.last_day - 1
    most = len(cohort.youths) + 1
    present = np.zeros(most, dtype=np.int64)
    state = np.full(most, codes.NOTHING, dtype=np.int64)
    here = log[log["day"] <= day]
    for activity, change in ((codes.REFERRED, 1), (codes.LEFT, -1), (codes.DECLINED, -1)):
        present += change * np.bincount(here["case"][here["activity"] == activity], minlength=most)
    # The log is in order, so that the last state written is the one that stands.
    moves = here[here["activity"] == codes.STATUS]
    state[moves["case"]] = moves["cause"]
    majority = np.zeros(most, dtype=np.int64)
    # A cohort counts youths from 0 and days from the first of the run, the log youths from 1 and days
    # from the first counted one.
    majority[1:] = cohort.youths["majority"] + cohort.first_day
    there = np.flatnonzero(present > 0)
    return day - majority[there], state[there]


def _of_states(*states: str) -> Count:
    """Return a count of the youths in one of *states* among those followed, which is from 16 on."""
    wanted = [codes.WORDS.index(state) for state in states]

    def count(run: Run, cohort: Cohort) -> tuple[float, float]:
        _, state = _on_last_day(run, cohort)
        return float(np.isin(state, wanted).sum()), float((state != codes.NOTHING).sum())

    return count


def _enrolled_or_completed(run: Run, cohort: Cohort) -> tuple[float, float]:
    since, state = _on_last_day(run, cohort)
    of_age = (since >= 0) & (since < 4 * _YEAR)
    enrolled = np.isin(state, [codes.IN_EDUCATION, codes.COMPLETED])
    return float((of_age & enrolled).sum()), float(of_age.sum())


def _aged_22(run: Run, cohort: Cohort) -> tuple[float, float]:
    since, _ = _on_last_day(run, cohort)
    return float((since >= 4 * _YEAR).sum()), float((since >= 0).sum())


def _leavers(run: Run, _: Cohort) -> tuple[float, float]:
    log = run.events
    half = (log["activity"] == codes.RESIGNED) & (log["day"] >= 0) & (log["day"] < _YEAR / 2)
    return float(half.sum()), float(run.scenario.coordinators)


_MEDIUM = Scenario.preset("medium", years=1)
_FOLLOWED = _MEDIUM.replace(outcomes=True)
_ALL_RECIPIENTS = _MEDIUM.replace(contact_person_only=True)
_ADVISERS = _MEDIUM.replace(coordinators=TEAM, inflow_per_year=0)

STATISTICS: dict[str, tuple[Scenario, Count, Callable[[Floats], Floats]]] = {
    "education_share": (_FOLLOWED, _of_states(*_EDUCATION), _together),
    "work_share": (_FOLLOWED, _of_states("in_work"), _together),
    "neither_share": (_FOLLOWED, _of_states("neither"), _together),
    "enrolled_or_completed_18_21": (_FOLLOWED, _enrolled_or_completed, _together),
    "aged_22_of_adults": (_ALL_RECIPIENTS, _aged_22, _together),
    "leavers_most": (_ADVISERS, _leavers, _highest),
    "leavers_fewest": (_ADVISERS, _leavers, _lowest),
}
"""What is read from the runs: of which scenario, what is counted in a run, how runs are pooled."""
