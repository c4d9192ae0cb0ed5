"""Chance, drawn before the run: who comes, what happens to them, who resigns or is ill.

A cohort holds everything that chance decides in one replication; a run is a plain function of (cohort,
scenario). :mod:`simulation.chance` says how draws are named, :mod:`simulation.people` who comes,
:mod:`simulation.occasions` what happens to them; posts and illness are drawn here.

Days in the tables are counted from the first day of the run.
"""

from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from numbers import Integral
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from simulation.chance import Chance, Ints, Purpose, Rows, efforts, triangular
from simulation.occasions import meetings_and_happenings, rule_names
from simulation.people import People, everybody, span
from simulation.scenario import Scenario
from simulation.state import (
    CHANCES,
    DAYS_PER_YEAR,
    DISTRICTS,
    JUMP,
    NEVER,
    STREAM,
    Stay,
    Turn,
    record,
    table,
)
from simulation.state import Chance as ChanceRow

Drawn = TypeVar("Drawn")

__all__ = [
    "DAYS_PER_YEAR",
    "DISTRICTS",
    "Cohort",
    "Purpose",
    "draw",
    "draw_each",
    "rule_names",
    "span",
]


@dataclass(frozen=True, slots=True)
class Cohort:
    """Everything that chance decides in one replication, as tables; see :mod:`simulation.state`."""

    first_day: int
    """The first day of the run, 0 or before, counted from the first counted day."""
    last_day: int
    """The day after the last counted one, counted from the first counted day."""
    youths: Rows
    """In order of referral; those who had left before the first day are not among them."""
    meetings: Rows
    """The fixed meetings, rule by rule, and the extra ones."""
    happenings: Rows
    """What life brings; what the rules and the municipality's choices bring comes in the run."""
    streams: Rows
    """Where the rows of chance and the efforts of each youth lie; see :class:`simulation.state.Town`."""
    jumps: Rows
    quantiles: NDArray[np.uint16]
    stays: Rows
    turns: Rows
    """Absences, by day and post."""
    chances: Rows = field(default_factory=lambda: np.zeros(0, dtype=record(ChanceRow)))
    """Rows of chance that were chosen by hand, CHANCES a youth; else none."""
    efforts: NDArray[np.uint16] = field(default_factory=lambda: np.zeros(0, dtype=np.uint16))
    """The same of efforts."""


def draw(scenario: Scenario, seed: int, replication: int) -> Cohort:
    """Return the cohort of *scenario*; *seed* and *replication* name the chance in it.

    Raises :exc:`ValueError` where one of them is no whole number of 0 or more.
    """
    return next(draw_each((scenario,), seed, replication))


def draw_each(
    scenarios: Sequence[Scenario], seed: int, replication: int
) -> Generator[Cohort, None, None]:
    """Yield the cohort of each of *scenarios*, as :func:`draw` gives it.

    Scenarios that differ only in what the municipality does share their youths, whom it takes most of
    the time to draw, and those with the same posts share who holds them. What is shared is kept no longer
    than a scenario to come needs it.
    """
    for name, number in (("seed", seed), ("replication", replication)):
        if isinstance(number, bool) or not isinstance(number, Integral) or number < 0:
            raise ValueError(f"{name} is {number!r}; it must be a whole number, 0 or more")
    chance = Chance(int(seed), int(replication))
    lives = _shared(scenarios, _shaping, _lives, chance)
    staff = _shared(scenarios, _staffing, _staff, chance)
    for scenario in scenarios:
        first, last = span(scenario)
        stays, turns = next(staff)
        yield Cohort(first, last, stays=stays, turns=turns, **next(lives)._asdict())


def _shared(
    scenarios: Sequence[Scenario],
    shape: Callable[[Scenario], object],
    drawing: Callable[[Scenario, Chance], Drawn],
    chance: Chance,
) -> Generator[Drawn, None, None]:
    """Yield what *drawing* draws for each of *scenarios*, once for those of the same *shape*."""
    shapes = [shape(scenario) for scenario in scenarios]
    to_come = Counter(shapes)
    drawn: dict[object, Drawn] = {}
    for scenario, mine in zip(scenarios, shapes, strict=True):
        if mine not in drawn:
            drawn[mine] = drawing(scenario, chance)
        to_come[mine] -= 1
        yield drawn[mine] if to_come[mine] else drawn.pop(mine)


class Lives(NamedTuple):
    """What chance gives the youths of one replication; the tables of a cohort but for its posts."""

    youths: Rows
    meetings: Rows
    happenings: Rows
    streams: Rows
    jumps: Rows
    quantiles: NDArray[np.uint16]


SHAPING = (
    *("start", "years", "warm_up_years", "rules", "cases", "districts"),
    *("inflow_per_year", "load_multiplier", "share_entering_at_15", "latest_entry_age"),
    *("referral_delay_weeks", "declined_share", "contact_person_only", "contact_person_stock"),
    *("all_outside", "outside_stock", "outside_exit_per_year", "high_need_share", "no_show"),
    *("leave_before_18_per_year", "support_granted_at_18", "leave_after_18_per_year"),
    *("stay_from_assignment_months", "youth_free_days", "work_variation", "crises_per_year"),
    *("crisis_meeting_share", "placement_changes_per_year", "dropouts_per_year"),
    *("extra_meetings_under_18", "extra_meetings_over_18"),
)
"""The fields of a scenario that shape the lives of youths; a test holds the list against the drawing."""
STAFFING = (
    *("start", "years", "warm_up_years", "annual_turnover", "vacancy_months"),
    *("sick_spells_per_year", "sick_spell_days", "long_absences_per_year", "long_absence_days"),
)
"""The fields, beside the number of posts, that shape who holds them; the same test holds this list too."""


@lru_cache(maxsize=4096)
def _shaping(scenario: Scenario) -> object:
    """Return what scenarios have in common that share their youths."""
    # Who has which post on the first day is read from the case list.
    names = (*SHAPING, "posts", "coordinators") if scenario.cases else SHAPING
    return _one(tuple(getattr(scenario, name) for name in names))


@lru_cache(maxsize=4096)
def _staffing(scenario: Scenario) -> object:
    """Return what scenarios have in common that share who holds and leaves their posts."""
    values = tuple(getattr(scenario, name) for name in STAFFING)
    return _one((*values, scenario.coordinators + _posts_to_add(scenario)))


@lru_cache(maxsize=4096)
def _one(values: tuple[object, ...]) -> object:  # noqa: ARG001 (the cache finds it by them)
    """Return one and the same object for equal *values*, which are long to compare."""
    return object()


def _lives(scenario: Scenario, chance: Chance) -> Lives:
    people = everybody(scenario, chance)
    meetings, happenings = meetings_and_happenings(scenario, chance, people)
    return Lives(people.table, meetings, happenings, *_streams(scenario, chance, people))


def _staff(scenario: Scenario, chance: Chance) -> tuple[Rows, Rows]:
    """Return how long holders stay in their posts, and when they fall ill and come back."""
    first, last = span(scenario)
    posts = scenario.coordinators + _posts_to_add(scenario)
    return _stays(scenario, chance, posts), _turns(scenario, chance, posts, last - first)


def _streams(
    scenario: Scenario, chance: Chance, people: People
) -> tuple[Rows, Rows, NDArray[np.uint16]]:
    """Return where each youth's rows of chance and efforts lie, the jumps there, and the quantiles."""
    from simulation.compiled_chance import NUMBERS, POWERS, begins, lay_out  # noqa: PLC0415 (Numba)

    begin = begins([chance.stream(Purpose.CHANCES, source.group) for source in people.sources])
    sizes = np.array([source.size for source in people.sources])
    streams = np.empty(people.at.size, dtype=STREAM)
    jumps = np.empty(sizes.size * (NUMBERS + 1), dtype=JUMP)
    lay_out(begin, sizes, people.at, POWERS, streams, jumps)
    return streams, jumps, _quantiles(scenario.work_variation)


@lru_cache(maxsize=16)
def _quantiles(variation: float) -> NDArray[np.uint16]:
    return efforts(variation).astype(np.uint16)[: None if variation else 0]


def _posts_to_add(scenario: Scenario) -> int:
    return scenario.leadership_budget if scenario.leadership_rule == "hire" else 0


def _stays(scenario: Scenario, chance: Chance, posts: int) -> Rows:
    """Return for each post how long its holders stay, and how long it then stands empty."""
    hazard = -np.log1p(-scenario.annual_turnover) / DAYS_PER_YEAR
    found = table(Stay, posts * CHANCES)
    if hazard > 0:
        stream = chance.stream(Purpose.TENURE)
        tenure = stream.standard_exponential(posts * CHANCES) / hazard
        found["tenure"] = np.minimum(np.ceil(tenure), NEVER // 2)
    uniform = chance.stream(Purpose.VACANCY).random(posts * CHANCES)
    months = triangular(uniform, *scenario.vacancy_months)
    found["vacancy"] = np.ceil(months * (DAYS_PER_YEAR / 12))
    return found


def _turns(scenario: Scenario, chance: Chance, posts: int, days: int) -> Rows:
    """Return the days on which holders fall ill and come back; spells are given in working days."""
    kinds = {
        Purpose.SHORT_ABSENCE: (scenario.sick_spells_per_year, scenario.sick_spell_days),
        Purpose.LONG_ABSENCE: (scenario.long_absences_per_year, scenario.long_absence_days),
    }
    spells = [
        _spells(chance, purpose, posts, days, rate / DAYS_PER_YEAR, length * 7 / 5)
        for purpose, (rate, length) in kinds.items()
        if rate > 0 and length > 0
    ]
    post, begin, end = (
        np.concatenate(parts) if spells else np.zeros(0, dtype=np.int64)
        for parts in (zip(*spells, strict=True) if spells else ((), (), ()))
    )
    found = table(Turn, 2 * post.size)
    found["post"] = np.tile(post, 2)
    found["day"] = np.concatenate([begin, end])
    found["end"] = np.tile(end, 2)
    found["begins"][: post.size] = True
    found = found[found["day"] < days]
    return np.asarray(
        found[np.lexsort((found["end"], found["begins"], found["post"], found["day"]))]
    )


def _spells(
    chance: Chance,
    purpose: Purpose,
    posts: int,
    days: int,
    rate: float,
    length: float,
) -> tuple[Ints, Ints, Ints]:
    """Return post, first day and day after the last of each spell of one kind."""
    ended = np.zeros(posts)
    found: list[tuple[Ints, Ints, Ints]] = []
    block = 0
    each_day = -np.log1p(-1 / length) if length > 1 else np.inf
    while (ended < days).any():
        steps = chance.stream(purpose, 0, block).standard_exponential((posts, CHANCES, 2))
        lasts = np.maximum(np.ceil(steps[:, :, 1] / each_day), 1)
        gaps = steps[:, :, 0] / rate
        begin = np.floor(ended[:, None] + (gaps + lasts).cumsum(axis=1) - lasts)
        who, nth = np.nonzero(begin < days)
        first = begin[who, nth].astype(np.int64)
        found.append((who, first, first + lasts[who, nth].astype(np.int64)))
        ended = begin[:, -1] + lasts[:, -1]
        block += 1
    who, first, last = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return who, first, last
