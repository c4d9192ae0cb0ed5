"""Who comes, what each is like, and when each leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from data.working_days import Days, add_months, month_begins
from simulation.chance import Chance, Floats, Group, Ints, Purpose, Rows, propensities
from simulation.codes import CASE_LIST, NEW, STOCK
from simulation.rule_windows import Windows, table_for, windows_of
from simulation.scenario import Scenario
from simulation.state import DAYS_PER_YEAR, DISTRICTS, NEVER, NONE, Youth, copied, table

LONGEST_HISTORY = 30
"""Years before the run from which its stock may come, where no rule ends the course."""

Columns = dict[str, NDArray[Any]]
Number = TypeVar("Number", np.float64, np.uint16)


class Source(NamedTuple):
    """Youths of one target group: they share their streams of chance."""

    group: Group
    size: int


@dataclass(slots=True)
class People:
    """Youths as rows, with what only the drawing needs."""

    table: Rows
    """In order of referral."""
    group: Ints
    row: Ints
    """Row in the tables of chance of the youth's source."""
    at: Ints
    """Row in the tables of all sources, one after the other."""
    sources: list[Source]
    birthdays: Days
    last_meeting: Ints
    """Day of the latest meeting known from a case list; long ago for all others."""

    def chosen(self, chosen: Ints) -> "People":
        """Return those that are *chosen*."""
        return People(
            copied(self.table, chosen),
            self.group[chosen],
            self.row[chosen],
            self.at[chosen],
            self.sources,
            self.birthdays[chosen],
            self.last_meeting[chosen],
        )

    @property
    def rows(self) -> int:
        """Rows of chance of all sources."""
        return sum(source.size for source in self.sources)

    def windows(self, scenario: Scenario, kind: str) -> list[Windows]:
        """Return the windows of each rule of *kind*, in their order."""
        first_day = np.datetime64(scenario.start, "D") + span(scenario)[0]
        start = int(first_day.astype(np.int64))
        rules = [rule for rule in scenario.rules if rule.kind == kind]
        born = table_for(self.birthdays.view(np.int64))
        by_referral = any(rule.anchor == "referral" for rule in rules)
        referred = table_for(start + self.table["referral"]) if by_referral else born
        return [
            windows_of(rule, referred if rule.anchor == "referral" else born, start)
            for rule in rules
        ]

    def draw(
        self,
        chance: Chance,
        purpose: Purpose,
        make: Callable[[np.random.Generator, int], NDArray[Number]],
        block: int = 0,
    ) -> NDArray[Number]:
        """Return a row of chance for each youth; *make* fills a table of so many rows from a stream."""
        return self.tables(chance, purpose, make, block)[self.at]

    def tables(
        self,
        chance: Chance,
        purpose: Purpose,
        make: Callable[[np.random.Generator, int], NDArray[Number]],
        block: int = 0,
    ) -> NDArray[Number]:
        """Return the same for all sources, one after the other; a youth's row is that in ``at``."""
        tables = [
            make(chance.stream(purpose, source.group, block), source.size)
            for source in self.sources
        ]
        return tables[0] if len(tables) == 1 else np.concatenate(tables)

    def fill(
        self,
        chance: Chance,
        purpose: Purpose,
        fill: Callable[[np.random.Generator, NDArray[Number]], None],
        into: NDArray[Number],
        block: int = 0,
    ) -> None:
        """Fill *into*, the first rows of all sources' one after the other; *fill* does so for one stream."""
        first = 0
        for source in self.sources:
            if first >= len(into):
                return
            fill(chance.stream(purpose, source.group, block), into[first : first + source.size])
            first += source.size


@lru_cache(maxsize=1024)
def span(scenario: Scenario) -> tuple[int, int]:
    """Return the first and the day after the last of a run, counted from the first counted day.

    A run that starts from a case list has no years before.
    """
    start = np.array([scenario.start], dtype="datetime64[D]")
    before = 0 if scenario.cases else scenario.warm_up_years
    first = add_months(start, -12 * before)[0] - start[0]
    last = add_months(start, 12 * scenario.years)[0] - start[0]
    return int(first.astype(int)), int(last.astype(int))


def everybody(scenario: Scenario, chance: Chance) -> People:
    """Draw the youths of each target group who are there in the run, in order of referral."""
    first, last = span(scenario)
    start = np.datetime64(scenario.start, "D") + first
    sources, parts = _arrivals(scenario, chance, start, last - first)
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    counts = np.array([source.size for source in sources])
    offset = np.repeat(np.cumsum(counts) - counts, counts)
    group = np.repeat([int(source.group) for source in sources], counts)
    # They stand by group and row already, which decides between those of one day.
    order = np.argsort(columns["referral"], kind="stable")
    order = order[: np.searchsorted(columns["referral"], last - first, sorter=order)]
    columns = {name: column[order] for name, column in columns.items()}
    people = People(
        table=table(Youth, order.size),
        group=group[order],
        row=order - offset[order],
        at=order,
        sources=sources,
        birthdays=columns["birthday"].view("datetime64[D]"),
        last_meeting=columns["last_meeting"],
    )
    for name in ("identified", "referral", "origin", "starts_with"):
        people.table[name] = columns[name]
    _give_lives(scenario, chance, people, start)
    # The others had left before the first day.
    return people.chosen(np.flatnonzero(people.table["leaves"] > 0))


def _arrivals(
    scenario: Scenario, chance: Chance, start: np.datetime64, days: int
) -> tuple[list[Source], list[Columns]]:
    """Return the sources of youths, and who came from each."""
    sources: list[Source] = []
    parts: list[Columns] = []
    if scenario.cases:
        sources.append(Source(Group.LISTED, len(scenario.cases)))
        parts.append(_listed(scenario, start))
    for group, rate in _inflows(scenario).items():
        identified = _identified(scenario, chance, group, rate, days)
        uniform = chance.stream(Purpose.LIFE, group, 1).random((identified.size, 3))
        sources.append(Source(group, identified.size))
        parts.append(_newcomers(scenario, group, identified, uniform, start))
    return sources, parts


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


@lru_cache(maxsize=1024)
def _history_days(scenario: Scenario) -> float:
    """Return how long before the run youths may have come who are still there: from 15 to the end."""
    if scenario.cases:
        return 0.0
    ends = [r.latest_months / 12 - 15 for r in scenario.rules if r.kind == "end"]
    years = min([LONGEST_HISTORY, *(end + 1 for end in ends)])
    return years * DAYS_PER_YEAR


def _identified(scenario: Scenario, chance: Chance, group: Group, rate: float, days: int) -> Floats:
    """Return the days on which youths are found, in order: a Poisson process from the history on."""
    rate = rate / DAYS_PER_YEAR
    if rate == 0:
        return np.zeros(0)
    begin = -_history_days(scenario)
    expected = rate * (days - begin)
    rows = int(expected + 10 * np.sqrt(expected) + 20)
    stream = chance.stream(Purpose.REFERRAL, group)
    spent = stream.standard_exponential(rows).cumsum()
    found = begin + spent / rate
    return np.asarray(found[found < days])


def _newcomers(
    scenario: Scenario, group: Group, identified: Floats, uniform: Floats, start: np.datetime64
) -> Columns:
    """Return what is known of youths on the day on which they are found and referred."""
    from simulation.compiled_people import Coming, come  # noqa: PLC0415 (loads Numba)

    coming = Coming(
        group=int(group),
        share_at_15=scenario.share_entering_at_15,
        latest_age=scenario.latest_entry_age,
        delay_weeks=scenario.referral_delay_weeks,
        start=int(start.astype(np.int64)),
    )
    found = np.empty((3, identified.size), dtype=np.int64)
    come(identified, uniform, coming, month_begins(), found)
    day, referral, birthday = found
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
    birthday = np.array([case.birthday for case in cases], dtype="datetime64[D]").view(np.int64)
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


def _give_lives(scenario: Scenario, chance: Chance, people: People, start: np.datetime64) -> None:
    """Draw when each youth leaves and why, and what each is like."""
    from simulation.compiled_people import Course, live  # noqa: PLC0415 (loads Numba)

    life = people.tables(chance, Purpose.LIFE, lambda stream, count: stream.random((count, 14)))
    course = Course(
        start=int(start.astype(np.int64)),
        leave_before_18=scenario.leave_before_18_per_year,
        leave_after_18=scenario.leave_after_18_per_year,
        outside_exit=scenario.outside_exit_per_year,
        granted=scenario.support_granted_at_18,
        declined=scenario.declined_share,
        high_need=scenario.high_need_share,
        stay_months=scenario.stay_from_assignment_months,
        free_days=scenario.youth_free_days,
    )
    ends = np.full(people.at.size, NEVER)
    for window in people.windows(scenario, "end"):
        day = window.target[window.place] - window.start
        ends = np.where(window.counts[window.place], np.minimum(ends, day), ends)
    no_show = propensities(scenario.no_show)
    birthdays = people.birthdays.view(np.int64)
    tables = people.table, people.group, birthdays, ends, life, people.at
    live(*tables, course, no_show, month_begins())
    for index in np.flatnonzero(people.group == Group.LISTED):
        case = scenario.cases[people.row[index]]
        people.table["high_need"][index] = case.high_need
        district = ((case.district - 1) * DISTRICTS) // scenario.districts + 1
        people.table["district"][index] = district


def latest_day(people: People, longest: int) -> Ints:
    """Return the day until which each youth may be there; support that is limited in time ends unforeseen."""
    limited = people.table["stay"] != NEVER
    return np.asarray(np.where(limited, longest, np.minimum(people.table["leaves"], longest)))
