"""Chance, drawn before the run: who comes, when they leave, what happens to them, who resigns or is ill.

Every draw has a place of its own: a table for each purpose, a row for each youth or post, a column for
each occasion. A table is filled row by row from a stream named by (seed, replication, purpose, block),
so a youth's row stays the same however many rows follow. Two scenarios with one seed therefore give the
same youths the same lives, except where the numbers that shape a life differ; a run is a plain function
of (cohort, scenario).

Days in the tables are counted from the first day of the run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from numbers import Integral
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri

from data.rules import Window, windows
from data.working_days import Days, add_months, split
from simulation.codes import (
    AGREED,
    CASE_LIST,
    EXTRA,
    EXTRA_OCCASION,
    IN_EDUCATION,
    IN_SCHOOL,
    IN_WORK,
    LEFT_AFTER_18,
    LEFT_BEFORE_18,
    NEITHER,
    NEW,
    NO_SUPPORT_AT_18,
    REACHED_END,
    STOCK,
    WORDS,
)
from simulation.codes import CRISIS as BY_CRISIS
from simulation.codes import DROP_OUT as BY_DROP_OUT
from simulation.codes import PLACEMENT_CHANGE as BY_PLACEMENT_CHANGE
from simulation.life import CHANGE_OF_PLACEMENT, CRISIS, DROP_OUT, MEETING_OPENS
from simulation.scenario import Scenario
from simulation.state import (
    CERTAIN,
    CHANCES,
    NEVER,
    NONE,
    Chance,
    Happening,
    Meeting,
    Stay,
    Turn,
    Youth,
    record,
    table,
)

DAYS_PER_YEAR = 365.25
NO_SHOW_SPREAD = 8.0
"""The two parameters of the beta distribution of no-shows add up to this: Beta(1.2, 6.8) has mean 0.15
and gathers the no-shows on some youths, as 6.7 % of appointments but 22.8 % of courses had one among
Danish specialists (Ugeskrift for Læger 2010). The shape is our assumption."""
LONGEST_HISTORY = 30
"""Years before the run from which its stock may come, where no rule ends the course."""
BLOCK = 8
"""Occasions that are drawn at a time."""
DISTRICTS = 1 << 15
"""A youth's district is drawn as a number below this, and so independent of how many there are."""
OLDEST_OVERDUE = 365
"""Days for which a meeting of the case list that was not held stays wanted; our assumption."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Rows = NDArray[np.void]
Columns = dict[str, NDArray[Any]]
Number = TypeVar("Number", np.float64, np.uint16)


class Purpose(IntEnum):
    """What a table of chance is for. Add new ones at the end: the number is part of the stream's name."""

    REFERRAL = 1
    LIFE = 2
    OCCASIONS = 4
    CHANCES = 6
    TENURE = 7
    VACANCY = 8
    CRISIS_MEETING = 9
    SHORT_ABSENCE = 12
    LONG_ABSENCE = 13


class Kind(IntEnum):
    """The kinds of occasions; part of the name of the stream that draws them."""

    CRISIS = 0
    EXTRA_MEETING = 1
    PLACEMENT = 2
    DROP_OUT = 3


class Group(IntEnum):
    """The target groups of a scenario, and the youths of a case list; part of the stream's name too."""

    PLACED = 0
    CONTACT_PERSON = 1
    OUTSIDE = 2
    LISTED = 3


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
    for name, number in (("seed", seed), ("replication", replication)):
        if isinstance(number, bool) or not isinstance(number, Integral) or number < 0:
            raise ValueError(f"{name} is {number!r}; it must be a whole number, 0 or more")
    chance = _Chance(int(seed), int(replication))
    first, last = span(scenario)
    people = _everybody(scenario, chance, first, last)
    life = _life(scenario, chance, people, last - first)
    present = np.flatnonzero(people.table["leaves"] > 0)
    # From row in the tables of chance to row among those who are there.
    place = np.full(people.table.size, NONE)
    place[present] = np.arange(present.size)
    meetings, happenings = _meetings_and_happenings(scenario, chance, people, life, place)
    posts = scenario.coordinators + _posts_to_add(scenario)
    return Cohort(
        first_day=first,
        last_day=last,
        youths=_numbered(people.table[present]),
        meetings=meetings,
        happenings=happenings,
        chances=_chances(scenario, chance, people, present),
        stays=_stays(scenario, chance, posts),
        turns=_turns(scenario, chance, posts, last - first),
    )


@lru_cache(maxsize=64)
def span(scenario: Scenario) -> tuple[int, int]:
    """Return the first and the day after the last of a run, counted from the first counted day.

    A run that starts from a case list has no years before.
    """
    start = np.array([scenario.start], dtype="datetime64[D]")
    before = 0 if scenario.cases else scenario.warm_up_years
    first = add_months(start, -12 * before)[0] - start[0]
    last = add_months(start, 12 * scenario.years)[0] - start[0]
    return int(first.astype(int)), int(last.astype(int))


class _Chance:
    """The tables of one replication."""

    def __init__(self, seed: int, replication: int) -> None:
        self._key = (seed, replication)

    def stream(self, purpose: Purpose, group: int = 0, block: int = 0) -> np.random.Generator:
        sequence = np.random.SeedSequence([*self._key, int(purpose), int(group), block])
        return np.random.Generator(np.random.PCG64(sequence))


@dataclass(slots=True)
class _People:
    """All youths who were ever drawn, as rows of youths, with what only the drawing needs."""

    table: Rows
    group: Ints
    row: Ints
    """Row in the tables of chance of the group."""
    counts: dict[Group, int]
    """Rows of each group."""
    windows: list[Window]
    last_meeting: Ints
    """Day of the latest meeting known from a case list; long ago for all others."""

    def spread(self, drawn: Mapping[Group, NDArray[Number]]) -> NDArray[Number]:
        """Put tables that were drawn group by group in the order of the youths."""
        if len(self.counts) == 1:
            return drawn[next(iter(self.counts))][self.row]
        together = np.concatenate([drawn[group] for group in self.counts])
        begin = dict(zip(self.counts, np.cumsum([0, *self.counts.values()]), strict=False))
        offset = np.zeros(len(Group), dtype=np.int64)
        for group, at in begin.items():
            offset[group] = at
        return np.asarray(together[offset[self.group] + self.row])


def _everybody(scenario: Scenario, chance: _Chance, first: int, last: int) -> _People:
    """Draw the youths of each target group and put them in order of referral."""
    start = np.datetime64(scenario.start, "D") + first
    days = last - first
    groups: dict[Group, Columns] = {}
    if scenario.cases:
        groups[Group.LISTED] = _listed(scenario, start)
    for group, rate in _inflows(scenario).items():
        identified = _identified(scenario, chance, group, rate, days)
        groups[group] = _newcomers(scenario, chance, group, identified, start)
    columns = {
        name: np.concatenate([found[name] for found in groups.values()])
        for name in next(iter(groups.values()))
    }
    group_of = np.concatenate([np.full(f["referral"].size, g) for g, f in groups.items()])
    row = np.concatenate([np.arange(f["referral"].size) for f in groups.values()])
    order = np.lexsort((row, group_of, columns["referral"]))
    order = order[columns["referral"][order] < days]
    columns = {name: column[order] for name, column in columns.items()}
    counts = {group: found["referral"].size for group, found in groups.items()}
    people = _People(
        table(Youth, order.size),
        group_of[order].astype(np.int64),
        row[order].astype(np.int64),
        counts,
        windows(scenario.rules, columns["birthday"], start + columns["referral"].astype(np.int64)),
        columns["last_meeting"].astype(np.int64),
    )
    for name in ("identified", "referral", "origin", "starts_with"):
        people.table[name] = columns[name]
    _dates(people.table, columns["birthday"], start)
    _give_lives(scenario, chance, people, start)
    return people


def _inflows(scenario: Scenario) -> dict[Group, float]:
    """Return how many youths of each target group are found a year, those who say no among them.

    For the two groups that are given as a stock, Little's law turns it into an inflow.
    """
    found = {Group.PLACED: scenario.inflow_per_year}
    if scenario.contact_person_only:
        stay = _mean_stay(scenario.leave_after_18_per_year, 5.0)
        found[Group.CONTACT_PERSON] = scenario.contact_person_stock / stay
    if scenario.all_outside:
        rate, years = scenario.outside_exit_per_year, 8.0
        # They come at any age from 15 to 23, so that the time to 23 is uniform.
        stay = 1 / rate - (1 - np.exp(-rate * years)) / (years * rate * rate)
        found[Group.OUTSIDE] = scenario.outside_stock / float(stay)
    # The numbers count those who begin; those who say no come on top.
    share = scenario.load_multiplier / (1 - scenario.declined_share)
    return {group: rate * share for group, rate in found.items()}


def _mean_stay(rate: float, longest: float) -> float:
    """Return the mean, in years, of an exponential stay that is cut off at *longest*."""
    return longest if rate == 0 else float((1 - np.exp(-rate * longest)) / rate)


@lru_cache(maxsize=64)
def _history_days(scenario: Scenario) -> float:
    """Return how long before the run youths may have come who are still there: from 15 to the end."""
    if scenario.cases:
        return 0.0
    ends = [r.latest_months / 12 - 15 for r in scenario.rules if r.kind == "end"]
    years = min([LONGEST_HISTORY, *(end + 1 for end in ends)])
    return years * DAYS_PER_YEAR


def _identified(
    scenario: Scenario, chance: _Chance, group: Group, rate: float, days: int
) -> Floats:
    """Return the days on which youths are found, in order: a Poisson process from the history on."""
    rate = rate / DAYS_PER_YEAR
    if rate == 0:
        return np.zeros(0)
    begin = -_history_days(scenario)
    expected = rate * (days - begin)
    rows = int(expected + 10 * np.sqrt(expected) + 20)
    spent = chance.stream(Purpose.REFERRAL, group).standard_exponential(rows).cumsum()
    found = begin + spent / rate
    return np.asarray(found[found < days])


def _newcomers(
    scenario: Scenario, chance: _Chance, group: Group, identified: Floats, start: np.datetime64
) -> Columns:
    """Return what is known of youths on the day on which they are found and referred."""
    uniform = chance.stream(Purpose.LIFE, group, 1).random((identified.size, 3))
    if group == Group.PLACED:
        at_15 = uniform[:, 0] < scenario.share_entering_at_15
        age = np.where(at_15, 15.0, 15.0 + uniform[:, 1] * (scenario.latest_entry_age - 15))
    elif group == Group.CONTACT_PERSON:
        age = np.full(identified.size, 18.0)
    else:
        age = 15.0 + 8.0 * uniform[:, 1]
    day = np.floor(identified).astype(np.int64)
    years = age.astype(np.int64)
    since = np.floor((age - years) * DAYS_PER_YEAR).astype(np.int64)
    birthday = start + day - since
    for whole in np.unique(years):
        mine = years == whole
        birthday[mine] = add_months(birthday[mine], -12 * int(whole))
    delay = -np.log1p(-uniform[:, 2]) * 7 * scenario.referral_delay_weeks
    referral = day + np.floor(delay).astype(np.int64)
    return {
        "identified": day,
        "referral": referral,
        "birthday": birthday,
        "origin": np.where(referral < 0, STOCK, NEW),
        "starts_with": np.full(day.size, NONE),
        "last_meeting": np.full(day.size, -NEVER),
    }


def _listed(scenario: Scenario, start: np.datetime64) -> Columns:
    """Return what is known of the youths of the case list."""
    held = scenario.posts[: scenario.coordinators]
    posts = {post.name: index for index, post in enumerate(held)}
    cases = scenario.cases
    birthday = np.array([case.birthday for case in cases], dtype="datetime64[D]")
    referral = (np.array([case.referral for case in cases], "datetime64[D]") - start).astype(int)
    meetings = [
        -NEVER if case.last_meeting is None else int((np.datetime64(case.last_meeting) - start).astype(int))
        for case in cases
    ]  # fmt: skip
    return {
        "identified": referral,
        # On the first day they are there already.
        "referral": np.minimum(referral, -1),
        "birthday": birthday,
        "origin": np.full(len(cases), CASE_LIST),
        "starts_with": np.array([posts.get(case.coordinator, NONE) for case in cases]),
        "last_meeting": np.array(meetings),
    }


def _dates(youths: Rows, birthdays: Days, start: np.datetime64) -> None:
    """Put the days that follow from the birthday in the table."""
    born = split(birthdays)
    majority = born.add_months(216)
    youths["majority"] = (majority - start).astype(np.int64)
    youths["nineteen"] = (born.add_months(228) - start).astype(np.int64)
    youths["adult_from"] = (add_months(majority, -6) - start).astype(np.int64)
    youths["day_of_birth"] = born.day + 1


def _give_lives(scenario: Scenario, chance: _Chance, people: _People, start: np.datetime64) -> None:
    """Draw when each youth leaves and why, and what each is like."""
    drawn = {
        group: chance.stream(Purpose.LIFE, group).random((count, 14))
        for group, count in people.counts.items()
    }
    life = people.spread(drawn)
    youths = people.table
    _leaving(scenario, people, life, start)
    youths["no_show"] = _propensities(scenario.no_show)[(life[:, 3] * 1024).astype(np.int64)]
    youths["declines"] = life[:, 4] < scenario.declined_share
    youths["high_need"] = life[:, 5] < scenario.high_need_share
    youths["district"] = np.floor(life[:, 6] * DISTRICTS).astype(np.int64)
    youths["state"] = np.select(
        # The mix at the end of the ten-municipality trial less its two points (Rambøll 2017).
        [youths["referral"] < youths["majority"] - 365, life[:, 7] < 0.62, life[:, 7] < 0.76],
        [IN_SCHOOL, IN_EDUCATION, IN_WORK],
        NEITHER,
    )
    months = scenario.stay_from_assignment_months
    if months > 0:
        stay = -np.log1p(-life[:, 8]) * months * DAYS_PER_YEAR / 12
        youths["stay"] = np.minimum(np.ceil(stay), NEVER // 2).astype(np.int64)
    for index in np.flatnonzero(people.group == Group.LISTED):
        case = scenario.cases[people.row[index]]
        youths["high_need"][index] = case.high_need
        youths["district"][index] = ((case.district - 1) * DISTRICTS) // scenario.districts + 1
    easy = life[:, 9:]
    # The weekday that comes easiest is always free, so that everybody can be met.
    free = (easy < scenario.youth_free_days) | (easy == easy.min(axis=1, keepdims=True, initial=1))
    youths["free_weekdays"] = free @ (1 << np.arange(5))


def _leaving(scenario: Scenario, people: _People, life: Floats, start: np.datetime64) -> None:
    """Draw on which day each youth leaves, and why."""
    youths = people.table
    # Who is on a case list has not left by today.
    since = np.maximum(youths["referral"], np.where(people.group == Group.LISTED, 0, -NEVER))
    majority = np.maximum(youths["majority"], since)
    outside = people.group == Group.OUTSIDE
    under = np.where(outside, scenario.outside_exit_per_year, scenario.leave_before_18_per_year)
    over = np.where(outside, scenario.outside_exit_per_year, scenario.leave_after_18_per_year)
    early = since + _waiting_time(life[:, 0], under)
    late = majority + _waiting_time(life[:, 2], over)
    # Only those placed before 18 need a grant of support at 18.
    asked = (people.group == Group.PLACED) | (people.group == Group.LISTED)
    asked &= youths["majority"] > since
    granted = ~asked | (life[:, 1] < scenario.support_granted_at_18)
    leaves = np.where(early < majority, early, np.where(granted, late, majority))
    why = np.where(
        early < majority, LEFT_BEFORE_18, np.where(granted, LEFT_AFTER_18, NO_SUPPORT_AT_18)
    )
    end = np.full(leaves.size, float(NEVER))
    for window in people.windows:
        if window.rule.kind == "end":
            day = (window.target - start).astype(np.int64)
            end = np.where(window.counts, np.minimum(end, day), end)
    youths["leaves_because"] = np.where(leaves >= end, REACHED_END, why)
    # Nobody leaves on the day of referral: the shortest course is one day.
    least = np.where(people.group == Group.LISTED, 1, youths["referral"] + 1)
    youths["leaves"] = np.maximum(np.floor(np.minimum(np.minimum(leaves, end), NEVER)), least)


def _waiting_time(uniform: Floats, rate_per_year: Floats) -> Floats:
    """Return exponential times in days; a rate of zero never comes."""
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        days = -np.log1p(-uniform) / rate_per_year * DAYS_PER_YEAR
    return np.where(rate_per_year > 0, days, np.inf)


@lru_cache(maxsize=16)
def _propensities(mean: float) -> Ints:
    """Return 1,024 equally likely chances of not coming, out of CERTAIN: beta with this mean."""
    if mean == 0:
        return np.zeros(1024, dtype=np.int64)
    middle = (np.arange(1024) + 0.5) / 1024
    chance = betaincinv(NO_SHOW_SPREAD * mean, NO_SHOW_SPREAD * (1 - mean), middle)
    return np.asarray(np.floor(chance * CERTAIN), dtype=np.int64)


def _numbered(youths: Rows) -> Rows:
    youths["number"] = np.arange(1, youths.size + 1)
    return youths


@dataclass(slots=True)
class _Occasions:
    """Something that happens to youths now and then: rows of people, and days, by person and time."""

    who: Ints
    day: Ints
    nth: Ints
    """Which one of the youth's, from 0, for chance that belongs to it."""


def _life(
    scenario: Scenario, chance: _Chance, people: _People, days: int
) -> dict[Kind, _Occasions]:
    """Draw the occasions of each kind: Poisson, with a rate that changes at 18 (16 for drop-outs)."""
    majority = people.table["majority"].astype(np.float64)
    begin = people.table["referral"].astype(np.float64)
    turn = np.stack([majority, majority, majority, majority - 2 * DAYS_PER_YEAR], axis=1)
    turn = np.maximum(turn, begin[:, None])
    s = scenario
    under = np.array(
        [s.crises_per_year, s.extra_meetings_under_18, s.placement_changes_per_year, 0.0]
    )
    over = np.array([s.crises_per_year, s.extra_meetings_over_18, 0.0, s.dropouts_per_year])
    under, over = under / DAYS_PER_YEAR, over / DAYS_PER_YEAR
    end = _latest_day(people, days)
    # An occasion comes each time the rate, summed up over the days, has grown by one exponential step.
    before = (turn - begin[:, None]) * under
    until = end.astype(np.float64)[:, None]
    whole = np.where(until < turn, (until - begin[:, None]) * under, before + (until - turn) * over)
    whole = np.where(until > 0, whole, 0.0)
    found = {}
    for kind in Kind:
        who, nth, at = _steps(chance, people, kind, whole[:, kind])
        with np.errstate(divide="ignore", invalid="ignore"):
            early = begin[who] + at / under[kind]
            late = turn[who, kind] + (at - before[who, kind]) / over[kind]
        day = np.floor(np.where(at < before[who, kind], early, late)).astype(np.int64)
        inside = (day >= 0) & (day < end[who])
        found[kind] = _Occasions(who[inside], day[inside], nth[inside])
    return found


def _steps(
    chance: _Chance, people: _People, kind: Kind, whole: Floats
) -> tuple[Ints, Ints, Floats]:
    """Return each sum of exponential steps below *whole*: youth, which one, and the sum.

    Steps are drawn in blocks until no youth needs more.
    """
    spent = np.zeros(whole.shape)
    sums: list[Floats] = []
    while (spent < whole).any():
        steps = {
            group: chance.stream(
                Purpose.OCCASIONS, group, len(sums) * len(Kind) + kind
            ).standard_exponential((count, BLOCK))
            for group, count in people.counts.items()
        }
        sums.append(people.spread(steps).cumsum(axis=1) + spent[:, None])
        spent = sums[-1][:, -1]
    if not sums:
        none = np.zeros(0, dtype=np.int64)
        return none, none, np.zeros(0)
    together = np.concatenate(sums, axis=1)
    who, nth = np.nonzero(together < whole[:, None])
    return who, nth, together[who, nth]


def _latest_day(people: _People, longest: int) -> Ints:
    """Return the day until which each youth may be there; support that is limited in time ends unforeseen."""
    limited = people.table["stay"] != NEVER
    # Who had left before the first day is not there at all.
    limited &= people.table["leaves"] > 0
    return np.asarray(np.where(limited, longest, np.minimum(people.table["leaves"], longest)))


def _meetings_and_happenings(
    scenario: Scenario,
    chance: _Chance,
    people: _People,
    life: dict[Kind, _Occasions],
    place: Ints,
) -> tuple[Rows, Rows]:
    """Return the meetings of those who are there, and what happens to them."""
    crises = life[Kind.CRISIS]
    calls = _crises_that_call(scenario, chance, people, crises)
    extras = [
        (life[Kind.EXTRA_MEETING], AGREED, MEETING_OPENS, None),
        (crises, BY_CRISIS, CRISIS, calls),
        (life[Kind.PLACEMENT], BY_PLACEMENT_CHANGE, CHANGE_OF_PLACEMENT, None),
        (life[Kind.DROP_OUT], BY_DROP_OUT, DROP_OUT, None),
    ]
    fixed = _fixed_meetings(scenario, people, place)
    blocks, happenings = [fixed], []
    at = fixed.size
    for occasions, reason, kind, called in extras:
        calling = np.ones(occasions.who.size, dtype=bool) if called is None else called
        rows = table(Meeting, int(calling.sum()))
        rows["youth"] = place[occasions.who[calling]]
        rows["rule"] = EXTRA
        rows["reason"] = reason
        rows["earliest"] = rows["target"] = occasions.day[calling]
        blocks.append(rows)
        happening = table(Happening, occasions.who.size)
        happening["day"] = occasions.day
        happening["youth"] = place[occasions.who]
        happening["kind"] = kind
        happening["detail"][calling] = at + np.arange(rows.size)
        happenings.append(happening)
        at += rows.size
    meetings = np.concatenate(blocks)
    _number(meetings[fixed.size :])
    return meetings, np.concatenate(happenings)


def _crises_that_call(
    scenario: Scenario, chance: _Chance, people: _People, crises: _Occasions
) -> NDArray[np.bool_]:
    """Say which crises call for an extra meeting; from a youth's 17th on their chances come again."""
    drawn = {
        group: chance.stream(Purpose.CRISIS_MEETING, group).random((count, 2 * BLOCK))
        for group, count in people.counts.items()
    }
    uniform = people.spread(drawn)
    return np.asarray(uniform[crises.who, crises.nth % (2 * BLOCK)] < scenario.crisis_meeting_share)


def _fixed_meetings(scenario: Scenario, people: _People, place: Ints) -> Rows:
    """Return each youth's fixed meetings: those whose target day falls within the course and the run."""
    start = np.datetime64(scenario.start, "D") + span(scenario)[0]
    youths = people.table
    listed = people.group == Group.LISTED
    leaves = _latest_day(people, NEVER)
    rules = rule_names(scenario)
    blocks = []
    occasion = 0
    for window in people.windows:
        if window.rule.kind != "meeting":
            continue
        earliest, target, latest = (
            (found - start).astype(np.int64)
            for found in (window.earliest, window.target, window.latest)
        )
        counts = window.counts & (target < leaves)
        ahead = target >= np.maximum(youths["referral"], 0)
        overdue = listed & (people.last_meeting < earliest) & (latest >= -OLDEST_OVERDUE)
        counts &= np.where(listed, overdue, ahead)
        who = np.flatnonzero(counts)
        rows = table(Meeting, who.size)
        rows["youth"] = place[who]
        rows["rule"] = rules.index(window.rule.id)
        # Two entries of one rule, one after the other, are one occasion.
        rows["earliest"], rows["target"] = earliest[who], target[who]
        rows["latest"] = np.maximum(latest[who], -1)
        occasion += 1
        rows["occasion"] = occasion
        blocks.append(rows)
    return np.concatenate(blocks) if blocks else table(Meeting, 0)


def rule_names(scenario: Scenario) -> tuple[str, ...]:
    """Return the names of the rules by the number under which a run knows them."""
    names = ["", "extra"]
    for rule in scenario.rules:
        if rule.kind == "meeting" and rule.id not in names:
            names.append(rule.id)
    return tuple(names)


def _number(extras: Rows) -> None:
    """Give each youth's n-th extra meeting the occasion 100 + n."""
    day = extras["target"].astype(np.int64) * len(WORDS) + extras["reason"]
    key = extras["youth"].astype(np.int64) * (1 << 32) + day
    order = np.argsort(key, kind="stable")
    youth = extras["youth"][order]
    starts = np.flatnonzero(np.diff(youth, prepend=NONE))
    first = np.repeat(starts, np.diff(starts, append=youth.size))
    extras["occasion"][order] = EXTRA_OCCASION + 1 + np.arange(youth.size) - first


def _chances(scenario: Scenario, chance: _Chance, people: _People, present: Ints) -> Rows:
    drawn = {
        # Four numbers of 16 bits in each of the stream's 64.
        group: chance.stream(Purpose.CHANCES, group)
        .bit_generator.random_raw(count * CHANCES * 2)
        .view(np.uint16)
        .reshape(count, CHANCES, 8)
        for group, count in people.counts.items()
    }
    numbers = people.spread(drawn)[present].reshape(-1, 8)
    found = np.empty(numbers.shape[0], dtype=record(Chance))
    found.view(np.int32).reshape(-1, 8)[:, :7] = numbers[:, :7]
    found["effort"] = _efforts(scenario.work_variation)[numbers[:, 7] >> 6]
    return found


@lru_cache(maxsize=16)
def _efforts(variation: float) -> Ints:
    """Return equally likely factors, lognormal with mean 1 and this variation, in parts of 1,024."""
    if variation == 0:
        return np.full(1024, 1024)
    spread = np.sqrt(np.log1p(variation**2))
    factor = np.exp(spread * ndtri((np.arange(1024) + 0.5) / 1024))
    return np.asarray(np.rint(1024 * factor / factor.mean()), dtype=np.int64)


def _posts_to_add(scenario: Scenario) -> int:
    return scenario.leadership_budget if scenario.leadership_rule == "hire" else 0


def _stays(scenario: Scenario, chance: _Chance, posts: int) -> Rows:
    """Return for each post how long its holders stay, and how long it then stands empty."""
    hazard = -np.log1p(-scenario.annual_turnover) / DAYS_PER_YEAR
    found = table(Stay, posts * CHANCES)
    if hazard > 0:
        tenure = chance.stream(Purpose.TENURE).standard_exponential(posts * CHANCES) / hazard
        found["tenure"] = np.minimum(np.ceil(tenure), NEVER // 2)
    uniform = chance.stream(Purpose.VACANCY).random(posts * CHANCES)
    months = _triangular(uniform, *scenario.vacancy_months)
    found["vacancy"] = np.ceil(months * (DAYS_PER_YEAR / 12))
    return found


def _turns(scenario: Scenario, chance: _Chance, posts: int, days: int) -> Rows:
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
    chance: _Chance, purpose: Purpose, posts: int, days: int, rate: float, length: float
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


def _triangular(uniform: Floats, least: float, likely: float, greatest: float) -> Floats:
    """Return triangular numbers by inversion; three equal numbers give just that number."""
    width = greatest - least
    if width == 0:
        return np.full(uniform.shape, least)
    rising = uniform * width < likely - least
    up = least + np.sqrt(uniform * width * (likely - least))
    down = greatest - np.sqrt((1 - uniform) * width * (greatest - likely))
    return np.where(rising, up, down)
