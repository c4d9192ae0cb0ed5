"""Chance, drawn before the run: who comes, when they leave, what happens to them, who resigns.

Every draw is a uniform number with a place of its own: a table for each purpose, a row for each youth
or post, a column for each occasion. A table is filled row by row from a stream named by (seed,
replication, purpose), so a youth's row stays the same however many rows follow. Two scenarios with one
seed therefore give the same youths the same lives, except where the numbers that shape a life differ;
a run is a plain function of (cohort, scenario).

Days are whole numbers counted from the scenario's first counted day; the years before it are negative.
"""

from dataclasses import dataclass
from enum import IntEnum
from numbers import Integral

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from data.rules import Window, windows
from data.working_days import add_months
from simulation.scenario import Scenario

DAYS_PER_YEAR = 365.25
HISTORY_YEARS = 9
"""Years of referrals before the run, from which the stock of its first day is left: 15 to 23 and one more."""
OCCASIONS = 64
"""Crises, extra meetings or changes of coordinator that can be drawn for one row; the bounds of a
scenario keep the mean at half of it or less."""
NO_SHOW_SPREAD = 8.0
"""The two parameters of the beta distribution of no-shows add up to this: Beta(1.2, 6.8) has mean 0.15
and gathers the no-shows on some youths, as 6.7 % of appointments but 22.8 % of courses had one among
Danish specialists (Ugeskrift for Læger 2010). The shape is our assumption."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Purpose(IntEnum):
    """What a table of chance is for. Add new ones at the end: the number is part of the stream's name."""

    REFERRAL = 1
    LIFE = 2
    FREE_DAYS = 3
    CRISIS = 4
    EXTRA_MEETING = 5
    SHOWING_UP = 6
    TENURE = 7
    VACANCY = 8


@dataclass(frozen=True, slots=True)
class DueMeeting:
    """A fixed meeting of one youth: its rule and its window, in days."""

    rule: str
    opens: int
    """The day on which the invitation goes on the to-do list."""
    earliest: int
    latest: int
    """The last day that is on time."""


@dataclass(frozen=True, slots=True)
class Youth:
    """One young person, as drawn: all days are whole numbers from the first counted day."""

    number: int
    """Identity, from 1, in order of referral."""
    referral: int
    leaves: int
    """The first day on which the youth is no longer in the programme."""
    leaves_because: str
    """left_before_18, no_support_at_18, left_after_18 or reached_end."""
    majority: int
    """The 18th birthday."""
    nineteen: int
    """The 19th birthday."""
    meetings: tuple[DueMeeting, ...]
    crises: tuple[int, ...]
    extra_meetings: tuple[int, ...]
    free_weekdays: tuple[bool, ...]
    """Monday to Friday: whether the youth can meet on that weekday."""
    no_show: float
    """Chance of not coming to a meeting, reminders counted in."""
    showing_up: tuple[float, ...]
    """A uniform number for each meeting and attempt; below ``no_show`` the youth does not come."""


@dataclass(frozen=True, slots=True)
class Post:
    """One coordinator's post: how long each holder stays, and how long it then stands empty, in days."""

    number: int
    tenures: tuple[int, ...]
    vacancies: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cohort:
    """Everything that chance decides in one replication."""

    first_day: int
    """The first day of the run, 0 or before."""
    last_day: int
    """The day after the last counted one."""
    youths: tuple[Youth, ...]
    """In order of referral; those who had left before the first day are not among them."""
    posts: tuple[Post, ...]


def draw(scenario: Scenario, seed: int, replication: int) -> Cohort:
    """Return the cohort of *scenario*; *seed* and *replication* name the chance in it.

    Raises :exc:`ValueError` where one of them is no whole number of 0 or more.
    """
    for name, number in (("seed", seed), ("replication", replication)):
        if isinstance(number, bool) or not isinstance(number, Integral) or number < 0:
            raise ValueError(f"{name} is {number!r}; it must be a whole number, 0 or more")
    chance = _Chance(seed, replication)
    start = np.datetime64(scenario.start, "D")
    ends = add_months(np.array([start, start]), 0)
    first = int((add_months(ends[:1], -12 * scenario.warm_up_years)[0] - start).astype(int))
    last = int((add_months(ends[:1], 12 * scenario.years)[0] - start).astype(int))
    referrals = _referrals(scenario, chance, first, last)
    youths = _youths(scenario, chance, referrals, first)
    return Cohort(first, last, youths, _posts(scenario, chance))


class _Chance:
    """The tables of uniform numbers of one replication."""

    def __init__(self, seed: int, replication: int) -> None:
        self._key = (seed, replication)

    def table(self, purpose: Purpose, rows: int, columns: int) -> Floats:
        stream = np.random.SeedSequence([*self._key, int(purpose)])
        return np.random.Generator(np.random.PCG64(stream)).random((rows, columns))

    def exponentials(self, purpose: Purpose, rows: int, columns: int) -> Floats:
        """Return exponential numbers with mean 1, by inversion: one uniform number makes one."""
        return -np.log1p(-self.table(purpose, rows, columns))


def _referrals(scenario: Scenario, chance: _Chance, first: int, last: int) -> Ints:
    """Return the days of referral, in order: a Poisson process from the history to the last day."""
    rate = scenario.inflow_per_year * scenario.load_multiplier / DAYS_PER_YEAR
    if rate == 0:
        return np.zeros(0, dtype=np.int64)
    begin = first - HISTORY_YEARS * DAYS_PER_YEAR
    expected = rate * (last - begin)
    rows = int(expected + 10 * np.sqrt(expected) + 20)
    with np.errstate(over="ignore"):
        days = begin + chance.exponentials(Purpose.REFERRAL, rows, 1).cumsum() / rate
    return np.floor(days[days < last]).astype(np.int64)


def _youths(scenario: Scenario, chance: _Chance, referrals: Ints, first: int) -> tuple[Youth, ...]:
    count = referrals.size
    life = chance.table(Purpose.LIFE, count, 6)
    start = np.datetime64(scenario.start, "D")
    days = start + referrals
    at_15 = life[:, 0] < scenario.share_entering_at_15
    later = life[:, 1] * (scenario.latest_entry_age - 15) * DAYS_PER_YEAR
    birthdays = add_months(days - np.where(at_15, 0, later).astype(np.int64), -12 * 15)
    majority = (add_months(birthdays, 216) - start).astype(np.int64)
    nineteen = (add_months(birthdays, 228) - start).astype(np.int64)
    found = windows(scenario.rules, birthdays, days)
    end = _end(found, start, count)
    leaves, why = _leaving(scenario, life, referrals, majority, end)

    crises = _occasions(
        chance, Purpose.CRISIS, referrals, majority, *[scenario.crises_per_year] * 2
    )
    extras = _occasions(
        chance,
        Purpose.EXTRA_MEETING,
        referrals,
        majority,
        scenario.extra_meetings_under_18,
        scenario.extra_meetings_over_18,
    )
    free = _free_weekdays(scenario, chance, count)
    no_show = _no_show(scenario, life[:, 5])
    showing_up = chance.table(Purpose.SHOWING_UP, count, 2 * OCCASIONS)
    meetings = _due_meetings(scenario, found, referrals, leaves, first)

    return tuple(
        Youth(
            number=i + 1,
            referral=int(referrals[i]),
            leaves=int(leaves[i]),
            leaves_because=str(why[i]),
            majority=int(majority[i]),
            nineteen=int(nineteen[i]),
            meetings=tuple(meetings[i]),
            crises=_between(crises[i], max(first, referrals[i]), leaves[i]),
            extra_meetings=_between(extras[i], max(first, referrals[i]), leaves[i]),
            free_weekdays=tuple(free[i].tolist()),
            no_show=float(no_show[i]),
            showing_up=tuple(showing_up[i].tolist()),
        )
        for i in np.flatnonzero(leaves > first).tolist()
    )


def _end(found: list[Window], start: np.datetime64, count: int) -> Ints:
    """Return the day on which each youth's course ends at the latest."""
    end = np.full(count, np.iinfo(np.int64).max // 2)
    for window in found:
        if window.rule.kind == "end":
            day = (window.target - start).astype(np.int64)
            end = np.where(window.counts, np.minimum(end, day), end)
    return end


def _leaving(
    scenario: Scenario, life: Floats, referrals: Ints, majority: Ints, end: Ints
) -> tuple[Ints, NDArray[np.str_]]:
    """Return the day on which each youth leaves, and why."""
    early = referrals + _waiting_time(life[:, 2], scenario.leave_before_18_per_year)
    late = majority + _waiting_time(life[:, 4], scenario.leave_after_18_per_year)
    leaves = np.where(
        early < majority,
        early,
        np.where(life[:, 3] < scenario.support_granted_at_18, late, majority),
    )
    why = np.where(
        early < majority,
        "left_before_18",
        np.where(life[:, 3] < scenario.support_granted_at_18, "left_after_18", "no_support_at_18"),
    )
    why = np.where(leaves >= end, "reached_end", why)
    leaves = np.minimum(leaves, end)
    # Nobody leaves on the day of referral: the shortest course is one day.
    return np.maximum(np.floor(leaves).astype(np.int64), referrals + 1), why


def _waiting_time(uniform: Floats, rate_per_year: float) -> Floats:
    """Return exponential times in days; a rate of zero never comes."""
    if rate_per_year == 0:
        return np.full(uniform.shape, np.inf)
    with np.errstate(over="ignore"):
        return np.asarray(-np.log1p(-uniform) / rate_per_year * DAYS_PER_YEAR)


def _occasions(
    chance: _Chance, purpose: Purpose, referrals: Ints, majority: Ints, under: float, over: float
) -> Floats:
    """Return the days of each youth's crises or extra meetings: Poisson, with a rate that changes at 18."""
    spent = chance.exponentials(purpose, referrals.size, OCCASIONS).cumsum(axis=1) * DAYS_PER_YEAR
    begin, turn = referrals[:, None], np.maximum(majority, referrals)[:, None]
    by_turn = (turn - begin) * under
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        before = begin + spent / under
        after = turn + (spent - by_turn) / over
    return np.where(spent < by_turn, before, after)


def _between(days: Floats, low: int, high: int) -> tuple[int, ...]:
    """Return the whole days from *low* to before *high*."""
    return tuple(np.floor(days[(days >= low) & (days < high)]).astype(int).tolist())


def _free_weekdays(scenario: Scenario, chance: _Chance, count: int) -> NDArray[np.bool_]:
    uniform = chance.table(Purpose.FREE_DAYS, count, 5)
    # The weekday that comes easiest is always free, so that everybody can be met.
    easiest = uniform == uniform.min(axis=1, keepdims=True)
    return np.asarray((uniform < scenario.youth_free_days) | easiest)


def _no_show(scenario: Scenario, uniform: Floats) -> Floats:
    """Return each youth's chance of not coming: beta with the scenario's mean, then reminders."""
    mean = scenario.no_show
    if mean == 0:
        return np.zeros(uniform.shape)
    chance = betaincinv(NO_SHOW_SPREAD * mean, NO_SHOW_SPREAD * (1 - mean), uniform)
    return np.asarray(chance * (scenario.reminder_risk_ratio if scenario.reminders else 1.0))


def _due_meetings(
    scenario: Scenario,
    found: list[Window],
    referrals: Ints,
    leaves: Ints,
    first: int,
) -> list[list[DueMeeting]]:
    """Return each youth's fixed meetings: those whose target day falls within the course and the run."""
    start = np.datetime64(scenario.start, "D")
    horizon = 7 * scenario.booking_horizon_weeks
    meetings: list[list[DueMeeting]] = [[] for _ in range(referrals.size)]
    for window in found:
        if window.rule.kind != "meeting":
            continue
        earliest, target, latest = (
            (days - start).astype(np.int64)
            for days in (window.earliest, window.target, window.latest)
        )
        counts = window.counts & (target >= np.maximum(referrals, first)) & (target < leaves)
        opens = np.maximum(target - horizon, np.maximum(referrals, first))
        for i in np.flatnonzero(counts).tolist():
            meetings[i].append(
                DueMeeting(window.rule.id, int(opens[i]), int(earliest[i]), int(latest[i]))
            )
    return meetings


def _posts(scenario: Scenario, chance: _Chance) -> tuple[Post, ...]:
    count = scenario.coordinators
    hazard = -np.log1p(-scenario.annual_turnover)
    tenure = _waiting_time(chance.table(Purpose.TENURE, count, OCCASIONS), float(hazard))
    tenure = np.minimum(tenure, 1e6)
    vacancy = _triangular(
        chance.table(Purpose.VACANCY, count, OCCASIONS), *scenario.vacancy_months
    ) * (DAYS_PER_YEAR / 12)
    return tuple(
        Post(
            number=i + 1,
            tenures=tuple(np.ceil(tenure[i]).astype(int).tolist()),
            vacancies=tuple(np.ceil(vacancy[i]).astype(int).tolist()),
        )
        for i in range(count)
    )


def _triangular(uniform: Floats, least: float, likely: float, greatest: float) -> Floats:
    """Return triangular numbers by inversion; three equal numbers give just that number."""
    width = greatest - least
    if width == 0:
        return np.full(uniform.shape, least)
    rising = uniform * width < likely - least
    up = least + np.sqrt(uniform * width * (likely - least))
    down = greatest - np.sqrt((1 - uniform) * width * (greatest - likely))
    return np.where(rising, up, down)
