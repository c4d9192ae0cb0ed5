"""One counted year of a run, day by day, read from its event log and from nothing else.

Which year is looked at is chosen by a rule: of all simulated years, ordered by their late fixed
meetings, the one in the middle is an ordinary year, and the one that only one in twenty is worse than
is a bad one.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from data.working_days import iso_weeks, month_later, working_days
from simulation import codes
from simulation.codes import WORDS
from simulation.cohort import rule_names
from simulation.journal import Log
from simulation.model import Run, run
from simulation.results import Result
from simulation.scenario import Scenario
from simulation.spells import Spell, What, post_of, posts_held, spells
from simulation.summary import prediction

Kind = Literal["ordinary", "bad", "good"]
KINDS: dict[Kind, Fraction] = {
    "ordinary": Fraction(1, 2),
    "bad": Fraction(19, 20),
    "good": Fraction(1, 20),
}
"""The share of all years that have at most as many late fixed meetings as the year of that kind."""

NOBODY = 0
"""The post of a youth who has no coordinator; posts are counted from 1."""


class Chosen(NamedTuple):
    """A year of a replication, and what it was chosen among."""

    kind: Kind
    replication: int
    number: int
    """Which counted year, from 0."""
    late: int
    """Late fixed meetings of the year."""
    years: int
    """How many simulated years it was chosen among."""
    low: float
    high: float
    """What nine in ten of these years lie between, in late fixed meetings."""


class Held(NamedTuple):
    """A meeting that was held."""

    day: int
    case: int
    rule: str
    """The rule that asks for it; ``extra`` for an extra meeting."""
    occasion: int
    post: int
    """Whose holder held it."""
    deputy: bool
    """Whether that was a colleague of the youth's coordinator."""
    late: int
    """Days after the last day on time; 0 for an extra meeting."""


class Missed(NamedTuple):
    """A fixed meeting that had not been held on its last day on time."""

    day: int
    """The last day on time."""
    case: int
    rule: str
    occasion: int
    post: int
    """The youth's coordinator on that day, or :data:`NOBODY`."""
    held_on: int | None
    """The day it was held after all; None where it was not."""
    dropped_on: int | None
    """The day on which the youth was gone without it; None where it was held or is waited for still."""
    late_days: dict[str, int]
    """Late days by cause, in the whole run."""


class Moment(NamedTuple):
    """Something else that befell a youth, or what the leadership group decided."""

    day: int
    case: int
    what: str
    """The activity of the log, such as ``crisis``, ``no_show`` or ``meeting_cancelled``."""
    post: int
    """The youth's coordinator then, or :data:`NOBODY`."""
    cause: str


@dataclass(frozen=True)
class Year:
    """A year of a run; days are counted as in its log."""

    first: date
    begin: int
    end: int
    """The day after the last."""
    posts: int
    """Posts that were ever held in the run."""
    works: tuple[bool, ...]
    """Whether the municipality works on each day."""
    still: tuple[bool, ...]
    """Whether each day lies in a week of standstill."""
    due: int
    """Fixed meetings that had their last day on time in the year."""
    held: tuple[Held, ...]
    missed: tuple[Missed, ...]
    moments: tuple[Moment, ...]
    """Crises, meetings that the youth did not come to or that were called off, and decisions."""
    spells: tuple[Spell, ...]
    """Absences and vacancies, cut at the ends of the year."""

    def date(self, day: int) -> date:
        """Return the date of *day*."""
        return self.first + timedelta(days=day - self.begin)

    @cached_property
    def months(self) -> tuple[tuple[int, int], ...]:
        """The first day of each calendar month in the year, and the day after its last."""
        starts = [
            day
            for day in range(self.begin, self.end)
            if day == self.begin or self.date(day).day == 1
        ]
        return tuple(zip(starts, [*starts[1:], self.end], strict=True))

    def row(self, day: int) -> int:
        """Return in which calendar month of the year *day* lies, from 0."""
        return bisect_right(self.months, (day, self.end)) - 1

    def of(self, post: int) -> "Year":
        """Return the year as it was for one *post*: what its holder held, and its youths' moments.

        What concerns no single post, such as a decision, is left out; ``due`` counts all posts still.
        """
        return replace(
            self,
            held=tuple(one for one in self.held if one.post == post),
            missed=tuple(one for one in self.missed if one.post == post),
            moments=tuple(one for one in self.moments if one.post == post),
            spells=tuple(one for one in self.spells if one.post == post),
        )

    def count(self, what: str) -> int:
        """Return how often *what* happened, one of the activities of :attr:`moments`."""
        return sum(one.what == what for one in self.moments)

    def days_of(self, what: What) -> int:
        """Return working days of absence or vacancy, posts together."""
        return sum(
            sum(self.works[one.begin - self.begin : one.end - self.begin])
            for one in self.spells
            if one.what == what
        )


def choose_year(results: Sequence[Result], kind: Kind) -> Chosen:
    """Return the year of that *kind* among all counted years of *results*.

    Of the years with the same number of late fixed meetings it is the first. Raises :exc:`ValueError`
    where there is no year.
    """
    years = [
        (sum(late), result.replication, number)
        for result in results
        for number, late in enumerate(zip(*result.late_by_year.values(), strict=True))
    ]
    if not years:
        raise ValueError("results have no counted year; give at least one replication")
    ordered = sorted(years)
    # The least number that so many of all years do not exceed; in whole numbers, so that it is exact.
    place = -(-KINDS[kind].numerator * len(years) // KINDS[kind].denominator) - 1
    late = ordered[place][0]
    _, replication, number = next(year for year in years if year[0] == late)
    low, high = prediction([float(late) for late, _, _ in years])
    return Chosen(kind, replication, number, late, len(years), low, high)


def read_year(run: Run, number: int) -> Year:
    """Return the counted year *number* (from 0) of *run*.

    Raises :exc:`ValueError` for a year that was not counted.
    """
    scenario = run.scenario
    if not 0 <= number < scenario.years:
        raise ValueError(f"number is {number}; it must be from 0 to {scenario.years - 1}")
    first, after = (month_later(scenario.start, 12 * n) for n in (number, number + 1))
    begin, end = (first - scenario.start).days, (after - scenario.start).days
    days = np.datetime64(first, "D") + np.arange(end - begin)
    walk = _Walk(run, begin, end)
    return Year(
        first=first,
        begin=begin,
        end=end,
        posts=posts_held(run.events, scenario.coordinators),
        works=tuple(working_days(first, end - begin, scenario.standstill_weeks).tolist()),
        still=tuple(np.isin(iso_weeks(days), list(scenario.standstill_weeks)).tolist()),
        due=walk.due,
        held=tuple(walk.held),
        missed=tuple(walk.missed),
        moments=tuple(walk.moments),
        spells=tuple(spells(run.events, begin, end)),
    )


_TOLD = (
    codes.CRISIS_EVENT,
    codes.UNATTENDED,
    codes.NO_SHOW_EVENT,
    codes.CANCELLED,
    codes.DECISION,
)
_READ = (
    *_TOLD,
    *(
        codes.ASSIGNED,
        codes.LOST,
        codes.LEFT,
        codes.DUE,
        codes.HELD,
        codes.DROPPED,
        codes.LATE_DAYS,
    ),
)


def late_days_by_meeting(events: Log) -> dict[tuple[int, int], dict[str, int]]:
    """Return the late days of each meeting by cause; a meeting is a case and which of its meetings."""
    found: dict[tuple[int, int], dict[str, int]] = {}
    late = events[events["activity"] == codes.LATE_DAYS]
    for case, occasion, cause, days in late[["case", "occasion", "cause", "days"]].tolist():
        causes = found.setdefault((case, occasion), {})
        causes[WORDS[cause]] = causes.get(WORDS[cause], 0) + days
    return found


def _days_of(events: Log, activity: int) -> dict[tuple[int, int], int]:
    """Return the last day on which each meeting met with *activity*."""
    chosen = events[events["activity"] == activity][["day", "case", "occasion"]]
    return {(case, occasion): day for day, case, occasion in chosen.tolist()}


class _Walk:
    """Walks once through a log, and keeps of it what belongs to the days from *begin* to *end*."""

    def __init__(self, run: Run, begin: int, end: int) -> None:
        self.begin, self.end = begin, end
        self.due = 0
        self.held: list[Held] = []
        self.missed: list[Missed] = []
        self.moments: list[Moment] = []
        self._rules = rule_names(run.scenario)
        events = run.events[np.isin(run.events["activity"], _READ)]
        self._late = late_days_by_meeting(events)
        self._held_on = _days_of(events, codes.HELD)
        self._dropped_on = _days_of(events, codes.DROPPED)
        self._with: dict[int, int] = {}
        for row in events.tolist():
            self._read(*row)

    def _read(
        self, day: int, _: int, case: int, activity: int, who: int,
        __: int, cause: int, rule: int, occasion: int, ___: int,
    ) -> None:  # fmt: skip
        inside = self.begin <= day < self.end
        if activity == codes.ASSIGNED:
            self._with[case] = post_of(who)
        elif activity in (codes.LOST, codes.LEFT):
            self._with.pop(case, None)
        elif not inside:
            return
        elif activity == codes.DUE:
            self.due += 1
            held_on = self._held_on.get((case, occasion))
            if held_on is None or held_on > day:
                late = self._late.get((case, occasion), {})
                gone = None if held_on is not None else self._dropped_on.get((case, occasion))
                name, post = self._rules[rule], self._with.get(case, NOBODY)
                self.missed.append(Missed(day, case, name, occasion, post, held_on, gone, late))
        elif activity == codes.HELD:
            late_days = sum(self._late.get((case, occasion), {}).values())
            deputy = WORDS[cause] == "deputy"
            held = Held(day, case, self._rules[rule], occasion, post_of(who), deputy, late_days)
            self.held.append(held)
        elif activity in _TOLD:
            post = self._with.get(case, NOBODY)
            self.moments.append(Moment(day, case, codes.ACTIVITIES[activity], post, WORDS[cause]))


class Month(NamedTuple):
    """What a month of the year adds up to."""

    first: date
    """The first of its days that belongs to the year."""
    days: int
    on_time: int
    """Fixed meetings held on time."""
    late: int
    """Fixed meetings held late."""
    missed: int
    """Deadlines that passed without the meeting."""
    extra: int
    """Extra meetings held."""
    no_shows: int
    cancelled: int
    crises: int
    absence: int
    """Working days of absence, posts together."""
    vacancy: int
    """Working days of vacancy, posts together."""


def months(year: Year) -> tuple[Month, ...]:
    """Return what each calendar month of *year* adds up to, in order."""
    return tuple(_month(year, begin, end) for begin, end in year.months)


def _month(year: Year, begin: int, end: int) -> Month:
    part = replace(
        year,
        held=tuple(one for one in year.held if begin <= one.day < end),
        missed=tuple(one for one in year.missed if begin <= one.day < end),
        moments=tuple(one for one in year.moments if begin <= one.day < end),
        spells=tuple(
            one._replace(begin=max(one.begin, begin), end=min(one.end, end))
            for one in year.spells
            if one.begin < end and one.end > begin
        ),
    )
    fixed = [one for one in part.held if one.rule != "extra"]
    return Month(
        year.date(begin),
        end - begin,
        sum(one.late == 0 for one in fixed),
        sum(one.late > 0 for one in fixed),
        len(part.missed),
        len(part.held) - len(fixed),
        part.count("no_show"),
        part.count("meeting_cancelled"),
        part.count("crisis") + part.count("crisis_unattended"),
        part.days_of("absence"),
        part.days_of("vacancy"),
    )


def live(scenario: Scenario, chosen: Chosen, seed: int) -> tuple[Run, Year]:
    """Run the replication of *chosen* anew, with the numbers of *scenario*, and read the chosen year.

    *seed* is the one that the results were run with. Raises as :func:`read_year` does.
    """
    lived = run(scenario, seed, chosen.replication)
    return lived, read_year(lived, chosen.number)


def same_youths(one: Run, other: Run) -> bool:
    """Say whether the same youths come on the same days in both runs."""
    found = [
        each.events[np.isin(each.events["activity"], (codes.IDENTIFIED, codes.REFERRED))]
        for each in (one, other)
    ]
    columns = ["day", "case", "activity"]
    return bool(found[0][columns].tolist() == found[1][columns].tolist())


def possible_posts(scenario: Scenario) -> int:
    """Return how many posts there can be in a run, those that the leadership group may add included."""
    added = scenario.leadership_budget if scenario.leadership_rule == "hire" else 0
    return scenario.coordinators + added
