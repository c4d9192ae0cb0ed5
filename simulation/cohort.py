"""Chance, drawn before the run: who comes, what happens to them, who resigns or is ill.

A cohort holds everything that chance decides in one replication; a run is a plain function of (cohort,
scenario). :mod:`simulation.chance` says how draws are named, :mod:`simulation.people` who comes,
:mod:`simulation.occasions` what happens to them; posts and illness are drawn here.

Days in the tables are counted from the first day of the run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral

import numpy as np

from simulation.chance import Chance, Ints, Purpose, Rows, efforts, triangular
from simulation.occasions import meetings_and_happenings, rule_names
from simulation.people import DAYS_PER_YEAR, DISTRICTS, People, everybody, span
from simulation.scenario import Scenario
from simulation.state import CHANCES, NEVER, NONE, Stay, Turn, record, table
from simulation.state import Chance as ChanceRow

__all__ = [
    "DAYS_PER_YEAR",
    "DISTRICTS",
    "Cohort",
    "Purpose",
    "draw",
    "draw_several",
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
    chances: Rows
    stays: Rows
    turns: Rows
    """Absences, by day and post."""


def draw(scenario: Scenario, seed: int, replication: int) -> Cohort:
    """Return the cohort of *scenario*; *seed* and *replication* name the chance in it.

    Raises :exc:`ValueError` where one of them is no whole number of 0 or more.
    """
    return draw_several(scenario, seed, (replication,))[0]


def draw_several(scenario: Scenario, seed: int, replications: Sequence[int]) -> list[Cohort]:
    """Return the cohorts of several *replications*, in rising order, as :func:`draw` gives each.

    Drawing ten together takes half the time of drawing them one by one.
    """
    for name, number in [("seed", seed), *(("replication", number) for number in replications)]:
        if isinstance(number, bool) or not isinstance(number, Integral) or number < 0:
            raise ValueError(f"{name} is {number!r}; it must be a whole number, 0 or more")
    chance = Chance(int(seed), [int(number) for number in replications])
    people = everybody(scenario, chance)
    present = np.flatnonzero(people.table["leaves"] > 0)
    youths = people.table[present]
    ends = np.searchsorted(people.batch[present], np.arange(len(replications) + 1))
    # From row in the tables of chance to row among those who are there in the replication.
    place = np.full(people.table.size, NONE)
    place[present] = np.arange(present.size) - ends[people.batch[present]]
    numbers = _chances(scenario, chance, people, present)
    parts = meetings_and_happenings(scenario, chance, people, place)
    found = []
    for batch, (replication, (meetings, happenings)) in enumerate(
        zip(chance.replications, parts, strict=True)
    ):
        mine = slice(ends[batch], ends[batch + 1])
        of_mine = slice(ends[batch] * CHANCES, ends[batch + 1] * CHANCES)
        found.append(
            _cohort(
                scenario, chance, replication, youths[mine], meetings, happenings, numbers[of_mine]
            )
        )
    return found


def _cohort(
    scenario: Scenario,
    chance: Chance,
    replication: int,
    youths: Rows,
    meetings: Rows,
    happenings: Rows,
    chances: Rows,
) -> Cohort:
    """Put one replication together, with its posts."""
    first, last = span(scenario)
    posts = scenario.coordinators + _posts_to_add(scenario)
    youths["number"] = np.arange(1, youths.size + 1)
    return Cohort(
        first_day=first,
        last_day=last,
        youths=youths,
        meetings=meetings,
        happenings=happenings,
        chances=chances,
        stays=_stays(scenario, chance, replication, posts),
        turns=_turns(scenario, chance, replication, posts, last - first),
    )


def _chances(scenario: Scenario, chance: Chance, people: People, present: Ints) -> Rows:
    """Return CHANCES rows of chance for each youth who is there."""
    drawn = people.draw(
        chance,
        Purpose.CHANCES,
        # Four numbers of 16 bits in each of the stream's 64.
        lambda stream, count: (
            stream.bit_generator.random_raw(count * CHANCES * 2)
            .view(np.uint16)
            .reshape(count, CHANCES, 8)
        ),
    )
    numbers = drawn[present].reshape(-1, 8)
    found = np.empty(numbers.shape[0], dtype=record(ChanceRow))
    found.view(np.uint16).reshape(-1, 8)[:, :7] = numbers[:, :7]
    found["effort"] = efforts(scenario.work_variation)[numbers[:, 7] >> 6]
    return found


def _posts_to_add(scenario: Scenario) -> int:
    return scenario.leadership_budget if scenario.leadership_rule == "hire" else 0


def _stays(scenario: Scenario, chance: Chance, replication: int, posts: int) -> Rows:
    """Return for each post how long its holders stay, and how long it then stands empty."""
    hazard = -np.log1p(-scenario.annual_turnover) / DAYS_PER_YEAR
    found = table(Stay, posts * CHANCES)
    if hazard > 0:
        stream = chance.stream(Purpose.TENURE, replication)
        tenure = stream.standard_exponential(posts * CHANCES) / hazard
        found["tenure"] = np.minimum(np.ceil(tenure), NEVER // 2)
    uniform = chance.stream(Purpose.VACANCY, replication).random(posts * CHANCES)
    months = triangular(uniform, *scenario.vacancy_months)
    found["vacancy"] = np.ceil(months * (DAYS_PER_YEAR / 12))
    return found


def _turns(scenario: Scenario, chance: Chance, replication: int, posts: int, days: int) -> Rows:
    """Return the days on which holders fall ill and come back; spells are given in working days."""
    kinds = {
        Purpose.SHORT_ABSENCE: (scenario.sick_spells_per_year, scenario.sick_spell_days),
        Purpose.LONG_ABSENCE: (scenario.long_absences_per_year, scenario.long_absence_days),
    }
    spells = [
        _spells(chance, purpose, replication, posts, days, rate / DAYS_PER_YEAR, length * 7 / 5)
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
    replication: int,
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
        steps = chance.stream(purpose, replication, 0, block).standard_exponential(
            (posts, CHANCES, 2)
        )
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
