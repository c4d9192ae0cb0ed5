"""The measures of a run, each read from its event log and from nothing else.

Only what happens on a counted day (from 0 to before the last) counts; who is not finished is counted
with what has passed so far.
"""

from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from data.working_days import add_months
from simulation import codes
from simulation.calendar import calendar
from simulation.codes import CAUSES, PURSES, ROLES, WORDS
from simulation.cohort import rule_names, span
from simulation.journal import Log
from simulation.leadership import CALENDAR_FIXED
from simulation.plan import FULL_TIME
from simulation.results import Result
from simulation.scenario import Scenario

MEASURES: dict[str, str] = {
    "youths_mean": "Youths referred and not yet gone, mean over the counted days",
    "due_meetings": "Fixed meetings whose last day on time fell in the counted years",
    "late_meetings": "Of these, not held by that day",
    "late_per_year": "Late fixed meetings a year",
    "late_share": "Late fixed meetings ÷ due ones",
    "late_first_follow_up": "Late first follow-ups",
    "late_meeting_16": "Late meetings at 16",
    "late_meeting_17_5": "Late meetings at 17½",
    "late_meeting_18_5": "Late meetings at 18½",
    "late_days": "Days that fixed meetings were late, counted days only",
    **{f"late_days_{cause}": f"Of these, days put down to: {cause}" for cause in CAUSES},
    "held_meetings": "Meetings held, extra ones included",
    "deputy_meetings": "Of these, held by a deputy",
    "cancelled_meetings": "Meetings called off because too few came, nobody could hold them, or no post",
    "no_show_share": "No-shows ÷ (meetings held + no-shows)",
    "wait_mean_days": "Days to a first coordinator, or so far; youths referred in the counted years",
    "wait_p90_days": "Nine in ten of them waited at most so many days",
    "wait_board_days": "Of the days to a first coordinator, mean days until the board admitted",
    "declined": "Referred youths who said no",
    "waiting_mean": "Youths without a coordinator, mean over the counted days",
    "waiting_end": "Youths without a coordinator on the last counted day",
    "waiting_growth": "waiting_mean of the last counted year minus that of the first",
    "caseload_mean": "Open cases per working coordinator, mean over the counted days",
    "caseload_max": "Most open cases of one coordinator on a counted day",
    "caseload_spread": "Most minus fewest open cases among the coordinators, mean over the counted days",
    "kept_coordinator_share": "Share of youths whose coordinator at a year's start is theirs to its end",
    "coordinator_changes_per_youth_year": "Coordinators lost per youth-year in the programme",
    "absence_share": "Days on which coordinators were away ÷ days on which posts were held",
    "missed_contact_share": "Minutes of contact that lapsed ÷ minutes due",
    "follow_up_hours": "Hours of agreed follow-ups",
    "crises_unattended": "Crises of youths without a coordinator",
    "utilisation": "Minutes worked ÷ minutes available",
    "load": "Minutes of work that arrived ÷ minutes available; above 1 cannot hold",
    "hours_worked": "Coordinators' hours on cases",
    "decisions": "Decisions of the leadership group",
    "education_share": "Youth-time in school, preparing for or in education or done with it ÷ all",
    "work_share": "Youth-time in work ÷ all",
    "neither_share": "Youth-time in neither ÷ all",
    **{f"hours_{purse}_per_year": f"Hours a year paid by: {purse}" for purse in PURSES},
    **{f"cost_{purse}_per_year_dkk": f"DKK a year paid by: {purse}" for purse in PURSES},
    "cost_per_year_dkk": "Coordinators and other professionals at meetings, DKK a year",
    "coordinator_cost_per_year_dkk": "Pay and overhead of the posts while held, DKK a year",
    "team_cost_per_year_dkk": "Other professionals' hours at meetings and no-shows, DKK a year",
    "cost_per_youth_year_dkk": "The two costs per youth-year in the programme, DKK",
}
"""Every measure by its name, with what it is. One that has nothing to measure is not a number."""

YEARLY: dict[str, str] = {
    "coordinator_hours": "Coordinators' hours on cases, in meetings and waiting for youths who stay away",
    "coordinator_hours_available": "Coordinators' hours for cases",
    **{f"{role}_hours": f"Hours that the role {role} sat in meetings" for role in ROLES},
    **{
        f"{role}_hours_available": f"Hours of meetings that {role} can be had for" for role in ROLES
    },
    "contact_hours": "Hours of contact that was delivered",
    "contact_hours_no_time": "Hours of contact that lapsed though the youth had a coordinator",
    "contact_hours_no_coordinator": "Hours of contact that lapsed while the youth had none",
    "followed": "Youths with a coordinator at the year's start who are there to its end",
    "kept": "Of these, with the same coordinator to its end",
    "lost_resignation": "Coordinators lost because they left their post",
    "lost_forced_change": "Coordinators lost because the municipality changes them",
}
"""What is counted in each year of a run, by its name; figures show how it varies from year to year."""

NAN = float("nan")

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def measure(events: Log, scenario: Scenario, replication: int) -> Result:
    """Return the measures of a run from its *events*, in the order of the event log."""
    return _Reading(events, scenario).result(replication)


@lru_cache(maxsize=64)
def _starts(begin: date, years: int, months: int) -> tuple[int, ...]:
    """Return the day on which each period of *months* begins, and the day after the last."""
    start = np.array([begin], dtype="datetime64[D]")
    periods = range(0, 12 * years + 1, months)
    return tuple(int((add_months(start, month)[0] - start[0]).astype(int)) for month in periods)


@lru_cache(maxsize=64)
def _bookable(scenario: Scenario) -> Ints:
    """Return how many meetings each role can be had for: a row a role, a column a counted year."""
    days = calendar(scenario)[-span(scenario)[0] :]
    starts = _starts(scenario.start, scenario.years, 12)
    of_role = ("guidance", "employment", "placement", "adult")
    return np.array(
        [np.add.reduceat(days[role][: starts[-1]], starts[:-1], dtype=np.int64) for role in of_role]
    )


@lru_cache(maxsize=64)
def _to_buy(scenario: Scenario) -> Ints:
    """Return the counted days on which a role can be had once more when a meeting a week is bought."""
    days, first = calendar(scenario), span(scenario)[0]
    week = (np.arange(days.size) - days["weekday"]) // 7
    found = np.flatnonzero(days["works"] & (days["weekday"] == week % 5)) + first
    return found[(found >= 0) & (found < _starts(scenario.start, scenario.years, 12)[-1])]


class _Reading:
    """Reads one event log once and says what its counts mean."""

    def __init__(self, events: Log, scenario: Scenario) -> None:
        from simulation.compiled_measures import Bounds, count, look_ahead  # noqa: PLC0415 (Numba)

        self.scenario = scenario
        self.year_starts = _starts(scenario.start, scenario.years, 12)
        self.month_starts = _starts(scenario.start, scenario.years, 1)
        self.end = self.year_starts[-1]
        names = rule_names(scenario)
        known = look_ahead(events, scenario.coordinators)
        bounds = Bounds(np.array(self.year_starts), scenario.coordinators, len(names))
        self.counts = count(events, known, bounds)
        self.rules = {name: n for n, name in enumerate(names) if n > codes.EXTRA}
        self.held = self.counts.held > 0
        self.events = events

    def result(self, replication: int) -> Result:
        found: dict[str, float] = {}
        late, due = self._meetings(found)
        self._late_days(found)
        self._showing_up(found)
        waits = self._waits(found)
        caseload, waiting = self._stocks(found)
        self._continuity(found)
        self._work(found)
        self._outcomes(found)
        self._money(found)
        ordered = {name: float(found[name]) for name in MEASURES}
        gaps, by_year = tuple(self.counts.gaps.tolist()), self._by_year()
        return Result(replication, ordered, late, due, caseload, waiting, waits, gaps, by_year)

    def _meetings(
        self, found: dict[str, float]
    ) -> tuple[dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]]:
        due, late = self.counts.due, self.counts.late
        found["due_meetings"] = int(due.sum())
        found["late_meetings"] = int(late.sum())
        found["late_per_year"] = found["late_meetings"] / self.scenario.years
        found["late_share"] = _ratio(found["late_meetings"], found["due_meetings"])
        dues = {name: tuple(due[number].tolist()) for name, number in self.rules.items()}
        lates = {name: tuple(late[number].tolist()) for name, number in self.rules.items()}
        for rule in ("first_follow_up", "meeting_16", "meeting_17_5", "meeting_18_5"):
            found[f"late_{rule}"] = sum(lates.get(rule, (0,)))
        return lates, dues

    def _late_days(self, found: dict[str, float]) -> None:
        days = self.counts.late_days
        for cause in CAUSES:
            found[f"late_days_{cause}"] = days[WORDS.index(cause)]
        found["late_days"] = days.sum()

    def _showing_up(self, found: dict[str, float]) -> None:
        numbers = self.counts.numbers
        held, missed = int(numbers[codes.HELD]), int(numbers[codes.NO_SHOW_EVENT])
        found["held_meetings"] = held
        found["deputy_meetings"] = self.counts.deputies
        found["cancelled_meetings"] = numbers[codes.CANCELLED]
        found["no_show_share"] = _ratio(missed, held + missed)

    def _waits(self, found: dict[str, float]) -> tuple[int, ...]:
        waits, numbers = self.counts.waits, self.counts.numbers
        found["wait_mean_days"] = _mean(waits)
        found["wait_p90_days"] = (
            float(np.quantile(waits, 0.9, method="inverted_cdf")) if waits.size else NAN
        )
        found["wait_board_days"] = _ratio(self.counts.board_days, int(numbers[codes.ADMITTED]))
        found["declined"] = numbers[codes.DECLINED]
        return tuple(waits.tolist())

    def _stocks(self, found: dict[str, float]) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Follow day by day who is in the programme, who has a coordinator, and who works."""
        from simulation.compiled_measures import day_by_day  # noqa: PLC0415 (loads Numba)

        counts, years = self.counts, self.year_starts
        daily = day_by_day(counts.in_programme, counts.cases, counts.held)
        waiting, caseload = daily.waiting, daily.caseload
        found["youths_mean"] = _mean(counts.in_programme)
        found["waiting_mean"] = _mean(waiting)
        found["waiting_end"] = waiting[-1]
        last, first = waiting[years[-2] : years[-1]], waiting[: years[1]]
        found["waiting_growth"] = _mean(last) - _mean(first)
        found["caseload_mean"] = _mean(caseload[daily.posts > 0])
        found["caseload_max"] = counts.cases.max(initial=0)
        found["caseload_spread"] = _mean(daily.spread[daily.posts > 1])
        found["absence_share"] = _ratio(counts.away, daily.posts.sum())
        return self._monthly(caseload), self._monthly(waiting)

    def _monthly(self, daily: Ints | Floats) -> tuple[float, ...]:
        known = ~np.isnan(daily)
        starts = np.array(self.month_starts[:-1])
        sums = np.add.reduceat(np.where(known, daily, 0.0), starts)
        counts = np.add.reduceat(known, starts, dtype=np.int64)
        with np.errstate(invalid="ignore"):
            return tuple(np.where(counts > 0, sums / counts, NAN).tolist())

    def _continuity(self, found: dict[str, float]) -> None:
        found["kept_coordinator_share"] = _ratio(
            int(self.counts.kept.sum()), int(self.counts.followed.sum())
        )
        youth_years = found["youths_mean"] * self.scenario.years
        lost = int(self.counts.numbers[codes.LOST])
        found["coordinator_changes_per_youth_year"] = _ratio(lost, youth_years)
        found["crises_unattended"] = self.counts.numbers[codes.UNATTENDED]

    def _work(self, found: dict[str, float]) -> None:
        c = self.counts
        done = int(c.work.sum() + c.meeting_minutes.sum())
        lapsed, contact = int(c.lapsed.sum()), int(c.work[codes.CONTACT].sum())
        found["missed_contact_share"] = _ratio(lapsed, lapsed + contact)
        found["follow_up_hours"] = c.work[codes.FOLLOW_UP].sum() / 60
        found["hours_worked"] = done / 60
        available = int(c.available_in.sum())
        found["utilisation"] = _ratio(done, available)
        found["load"] = _ratio(done + int(c.overdue.sum()) + c.backlog_growth, available)
        found["decisions"] = c.numbers[codes.DECISION]

    def _by_year(self) -> dict[str, tuple[float, ...]]:
        c = self.counts
        hours = {
            "coordinator_hours": c.work.sum(axis=0) + c.meeting_minutes,
            "coordinator_hours_available": c.available_in,
            "contact_hours": c.work[codes.CONTACT],
            "contact_hours_no_time": c.overdue,
            "contact_hours_no_coordinator": c.lapsed - c.overdue,
        }
        bookable = 60 * self.scenario.other_professional_hours * self._bookable()
        for number, role in enumerate(ROLES):
            hours[f"{role}_hours"] = c.came[number]
            hours[f"{role}_hours_available"] = bookable[number]
        counted = {
            "followed": c.followed,
            "kept": c.kept,
            "lost_resignation": c.lost[codes.RESIGNATION],
            "lost_forced_change": c.lost[codes.FORCED_CHANGE],
        }
        found = {name: minutes / 60 for name, minutes in hours.items()} | counted
        return {name: tuple(found[name].tolist()) for name in YEARLY}

    def _bookable(self) -> Ints:
        """Return the meetings that each role could be had for, those bought on the way included."""
        planned = _bookable(self.scenario)
        if not self.counts.numbers[codes.DECISION]:
            return planned
        bought = self.events["cause"] == codes.BUY_SLOTS
        days = self.events["day"][bought & (self.events["activity"] == codes.DECISION)]
        more = _to_buy(self.scenario)
        for day in days:
            later = more[more >= day + CALENDAR_FIXED]
            planned = planned + np.histogram(later, self.year_starts)[0]
        return planned

    def _outcomes(self, found: dict[str, float]) -> None:
        """Share out how long youths were in each state, from one entry to the next."""
        in_state = self.counts.in_state
        total = float(in_state.sum())
        work, neither = float(in_state[codes.IN_WORK]), float(in_state[codes.NEITHER])
        found["education_share"] = _ratio(total - work - neither, total)
        found["work_share"] = _ratio(work, total)
        found["neither_share"] = _ratio(neither, total)

    def _money(self, found: dict[str, float]) -> None:
        """Share out hours and money: coordinators' by the age of the youths they worked for."""
        s, c = self.scenario, self.counts
        full_time = s.pay_per_year * (1 + s.overhead)
        per_hour = full_time / s.present_hours_per_year
        worked, for_adults = float(c.work.sum() + c.meeting_minutes.sum()), float(c.adult_minutes)
        team = {purse: float(c.attended[WORDS.index(purse)]) / 60 / s.years for purse in PURSES}
        hours = dict(team)
        hours["children"] += (worked - for_adults) / 60 / s.years
        hours["adult"] += for_adults / 60 / s.years
        posts = self._paid_posts() * full_time
        share = for_adults / worked if worked else 0.0
        cost = {purse: part * per_hour for purse, part in team.items()}
        cost["children"] += posts * (1 - share)
        cost["adult"] += posts * share
        for purse in PURSES:
            found[f"hours_{purse}_per_year"] = hours[purse]
            found[f"cost_{purse}_per_year_dkk"] = cost[purse]
        found["coordinator_cost_per_year_dkk"] = posts
        found["team_cost_per_year_dkk"] = sum(team.values()) * per_hour
        total = found["coordinator_cost_per_year_dkk"] + found["team_cost_per_year_dkk"]
        found["cost_per_year_dkk"] = total
        found["cost_per_youth_year_dkk"] = _ratio(total, found["youths_mean"])

    def _paid_posts(self) -> float:
        """Return the full-time posts held, mean over the counted days."""
        named = [post.weekly_hours for post in self.scenario.posts[: self.scenario.coordinators]]
        rest = [self.scenario.weekly_hours] * (len(self.held) - len(named))
        held = self.held.sum(axis=1) / self.end
        return float(held @ np.array([*named, *rest])) / FULL_TIME


def _mean(numbers: Ints | Floats) -> float:
    """Return the mean; not a number where there are none. NumPy's own takes three times as long."""
    return float(numbers.sum() / numbers.size) if numbers.size else NAN


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else NAN
