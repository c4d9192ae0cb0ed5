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
from simulation.codes import CAUSES, PURSES, WORDS
from simulation.cohort import rule_names
from simulation.journal import HOLDERS, Log
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

NAN = float("nan")
FAR = 1 << 30
"""A day after everything."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def measure(events: Log, scenario: Scenario, replication: int) -> Result:
    """Return the measures of a run from its *events*, in the order of the event log."""
    return _Reading(events, scenario).result(replication)


@lru_cache(maxsize=64)
def _starts(begin: date, years: int, months: int) -> tuple[int, ...]:
    """Return the day on which each period of *months* begins, and the day after the last."""
    start = np.array([begin], dtype="datetime64[D]")
    periods = range(0, 12 * years + 1, months)
    return tuple(int((add_months(start, month)[0] - start[0]).astype(int)) for month in periods)


class _Events:
    """Some events of a log, in its order; a column is read only when it is asked for."""

    __slots__ = ("_log", "at")

    def __init__(self, log: Log, at: Ints) -> None:
        self._log = log
        self.at = at
        """Their places in the log."""

    @property
    def size(self) -> int:
        return self.at.size

    def __getitem__(self, column: str) -> Ints:
        return np.asarray(self._log[column][self.at], dtype=np.int64)

    def where(self, chosen: NDArray[np.bool_] | Ints) -> "_Events":
        return _Events(self._log, self.at[chosen])


class _Reading:
    """Reads one event log once and keeps what the measures need."""

    def __init__(self, events: Log, scenario: Scenario) -> None:
        self.scenario = scenario
        self.year_starts = _starts(scenario.start, scenario.years, 12)
        self.month_starts = _starts(scenario.start, scenario.years, 1)
        self.end = self.year_starts[-1]
        self._log = events
        activity = events["activity"].astype(np.int8)
        self._order = np.argsort(activity, kind="stable")
        self._bounds = np.searchsorted(activity[self._order], np.arange(len(codes.ACTIVITIES) + 1))
        self._counted = np.searchsorted(events["day"], [0, self.end])
        self.cases = int(events["case"].max(initial=0)) + 1
        self.posts = self._post_count()
        self.holding = self._intervals()
        self.held = self._held_by_post()

    def all(self, *activities: int) -> _Events:
        """Return all events of the kinds *activities*, in the order of the log."""
        parts = [self._order[self._bounds[a] : self._bounds[a + 1]] for a in activities]
        return _Events(self._log, parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts)))

    def counted(self, *activities: int) -> _Events:
        """Return those of them that fall on a counted day."""
        found = self.all(*activities)
        first, last = np.searchsorted(found.at, self._counted)
        return _Events(self._log, found.at[first:last])

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
        return Result(replication, ordered, late, due, caseload, waiting, waits)

    def _post_count(self) -> int:
        most = [
            self.all(activity)["resource"].max(initial=0) // HOLDERS
            for activity in (codes.HIRED, codes.AVAILABLE)
        ]
        return max(self.scenario.coordinators, *map(int, most))

    def _intervals(self) -> dict[str, Ints]:
        """Return who had whose case from when until when: case, post, begin, end."""
        rows = self.all(codes.ASSIGNED, codes.LOST, codes.LEFT)
        # The log's order within one case is kept: who is assigned loses the coordinator, or leaves.
        rows = rows.where(np.argsort(rows["case"], kind="stable"))
        case, day = rows["case"], rows["day"]
        begins = np.flatnonzero(rows["activity"] == codes.ASSIGNED)
        end = _until_next(case, day, begins, FAR)
        post = rows["resource"][begins] // HOLDERS - 1
        return {"case": case[begins], "post": post, "begin": day[begins], "end": end}

    def _day_of(self, log: _Events, missing: int) -> Ints:
        """Return for each case the day of its event in *log*, or *missing*."""
        found = np.full(self.cases, missing, dtype=np.int64)
        found[log["case"]] = log["day"]
        return found

    def _meetings(
        self, found: dict[str, float]
    ) -> tuple[dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]]:
        names = rule_names(self.scenario)
        held, due = self.all(codes.HELD), self.counted(codes.DUE)
        meetings, held_on = _meeting(held), held["day"]
        order = np.argsort(meetings)
        place = np.searchsorted(meetings[order], _meeting(due))
        known = np.append(meetings[order], -1)[place] == _meeting(due)
        day = np.append(held_on[order], 0)[place]
        is_late = np.where(known, day, self.end) > due["day"]
        years = np.searchsorted(self.year_starts, due["day"], side="right") - 1
        size = len(names) * self.scenario.years
        at = due["rule"] * self.scenario.years + years
        by_year = np.bincount(at, minlength=size).reshape(len(names), -1)
        late_by_year = np.bincount(at[is_late], minlength=size).reshape(len(names), -1)
        rules = {name: number for number, name in enumerate(names) if number > codes.EXTRA}
        dues = {name: tuple(by_year[number].tolist()) for name, number in rules.items()}
        lates = {name: tuple(late_by_year[number].tolist()) for name, number in rules.items()}
        found["due_meetings"] = due.size
        found["late_meetings"] = int(is_late.sum())
        found["late_per_year"] = found["late_meetings"] / self.scenario.years
        found["late_share"] = _ratio(found["late_meetings"], found["due_meetings"])
        for rule in ("first_follow_up", "meeting_16", "meeting_17_5", "meeting_18_5"):
            found[f"late_{rule}"] = sum(lates.get(rule, (0,)))
        return lates, dues

    def _late_days(self, found: dict[str, float]) -> None:
        late = self.all(codes.LATE_DAYS)
        late = late.where((late["day"] > 0) & (late["day"] <= self.end))
        days = np.bincount(late["cause"], weights=late["days"], minlength=len(WORDS))
        for cause in CAUSES:
            found[f"late_days_{cause}"] = days[WORDS.index(cause)]
        found["late_days"] = days.sum()

    def _showing_up(self, found: dict[str, float]) -> None:
        held, missed = self.counted(codes.HELD), self.counted(codes.NO_SHOW_EVENT)
        found["held_meetings"] = held.size
        found["deputy_meetings"] = (held["cause"] == codes.DEPUTY).sum()
        found["cancelled_meetings"] = self.counted(codes.CANCELLED).size
        found["no_show_share"] = _ratio(missed.size, held.size + missed.size)

    def _waits(self, found: dict[str, float]) -> tuple[int, ...]:
        assigned = self.all(codes.ASSIGNED)
        first = self._day_of(assigned.where(assigned["cause"] == codes.FIRST), self.end)
        left = self._day_of(self.all(codes.LEFT, codes.DECLINED), self.end)
        referred = self.counted(codes.REFERRED)
        case = referred["case"]
        waits = np.minimum(np.minimum(first, left), self.end)[case] - referred["day"]
        found["wait_mean_days"] = float(waits.mean()) if waits.size else NAN
        found["wait_p90_days"] = (
            float(np.quantile(waits, 0.9, method="inverted_cdf")) if waits.size else NAN
        )
        admitted = self.counted(codes.ADMITTED)["days"]
        found["wait_board_days"] = float(admitted.mean()) if admitted.size else NAN
        found["declined"] = self.counted(codes.DECLINED).size
        return tuple(waits.tolist())

    def _stocks(self, found: dict[str, float]) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Follow day by day who is in the programme, who has a coordinator, and who works."""
        in_programme = self._daily(self.all(codes.REFERRED)["day"]) - self._daily(
            self.all(codes.LEFT, codes.DECLINED)["day"]
        )
        cases = self._cases_by_post()
        held = self.held
        posts = held.sum(axis=0)
        with_coordinator = cases.sum(axis=0)
        waiting = in_programme - with_coordinator
        with np.errstate(divide="ignore", invalid="ignore"):
            caseload = np.where(posts > 0, with_coordinator / posts, np.nan)
        years = self.year_starts
        found["youths_mean"] = in_programme.mean()
        found["waiting_mean"] = waiting.mean()
        found["waiting_end"] = waiting[-1]
        found["waiting_growth"] = waiting[years[-2] : years[-1]].mean() - waiting[: years[1]].mean()
        found["caseload_mean"] = float(caseload[posts > 0].mean()) if (posts > 0).any() else NAN
        found["caseload_max"] = cases.max(initial=0)
        most = np.where(held, cases, -1).max(axis=0)
        fewest = np.where(held, cases, FAR).min(axis=0)
        several = posts > 1
        found["caseload_spread"] = float((most - fewest)[several].mean()) if several.any() else NAN
        self._posts_held = float(posts.mean())
        self._absence(found, held)
        return self._monthly(caseload), self._monthly(waiting)

    def _daily(self, days: Ints) -> Ints:
        """Return for each counted day how many of *days* have come up to and including it."""
        change = np.bincount(days.clip(0, self.end), minlength=self.end + 1)
        return np.asarray(change.cumsum()[: self.end])

    def _by_post(self, posts: Ints, days: Ints) -> Ints:
        """Return for each post and counted day how many of *days* have come by then."""
        at = posts * (self.end + 1) + days.clip(0, self.end)
        change = np.bincount(at, minlength=self.posts * (self.end + 1))
        return np.asarray(change.reshape(self.posts, -1).cumsum(axis=1)[:, : self.end])

    def _cases_by_post(self) -> Ints:
        held = self.holding
        return self._by_post(held["post"], held["begin"]) - self._by_post(held["post"], held["end"])

    def _held_by_post(self) -> NDArray[np.bool_]:
        """Return for each post and counted day whether somebody holds it."""
        hired, resigned = self.all(codes.HIRED), self.all(codes.RESIGNED)
        change = self._by_post(_post(hired), hired["day"])
        change -= self._by_post(_post(resigned), resigned["day"])
        change[: self.scenario.coordinators] += 1
        return np.asarray(change > 0)

    def _absence(self, found: dict[str, float], held: NDArray[np.bool_]) -> None:
        steps = self.all(codes.AWAY, codes.BACK, codes.RESIGNED)
        steps = steps.where(np.argsort(steps["resource"], kind="stable"))
        begins = np.flatnonzero(steps["activity"] == codes.AWAY)
        end = _until_next(steps["resource"], steps["day"], begins, self.end)
        begin = steps["day"][begins].clip(0, self.end)
        found["absence_share"] = _ratio(float((end.clip(0, self.end) - begin).sum()), held.sum())

    def _monthly(self, daily: Floats) -> tuple[float, ...]:
        known = ~np.isnan(daily)
        starts = list(self.month_starts[:-1])
        sums = np.add.reduceat(np.where(known, daily, 0.0), starts)
        counts = np.add.reduceat(known, starts, dtype=np.int64)
        with np.errstate(invalid="ignore"):
            return tuple(np.where(counts > 0, sums / counts, NAN).tolist())

    def _continuity(self, found: dict[str, float]) -> None:
        held = self.holding
        left = self._day_of(self.all(codes.LEFT), FAR)[held["case"]]
        kept = followed = 0
        for begin, end in zip(self.year_starts, self.year_starts[1:], strict=False):
            there = (held["begin"] <= begin) & (held["end"] > begin) & (left > end)
            followed += int(there.sum())
            kept += int((there & (held["end"] > end)).sum())
        found["kept_coordinator_share"] = _ratio(kept, followed)
        youth_years = found["youths_mean"] * self.scenario.years
        lost = self.counted(codes.LOST).size
        found["coordinator_changes_per_youth_year"] = _ratio(lost, youth_years)
        found["crises_unattended"] = self.counted(codes.UNATTENDED).size

    def _work(self, found: dict[str, float]) -> None:
        work, missed = self.counted(codes.WORK), self.counted(codes.MISSED)
        in_meetings = sum(
            float(self.counted(activity)["minutes"].sum())
            for activity in (codes.HELD, codes.NO_SHOW_EVENT)
        )
        by_kind = np.bincount(work["cause"], weights=work["minutes"], minlength=len(WORDS))
        done = float(by_kind.sum()) + in_meetings
        contact = by_kind[codes.CONTACT]
        lapsed = float(missed["minutes"].sum())
        overdue = float(missed["minutes"][missed["cause"] != codes.VACANCY].sum())
        hours = self.all(codes.AVAILABLE)
        available = float(hours["minutes"][(hours["day"] > 0) & (hours["day"] <= self.end)].sum())
        found["missed_contact_share"] = _ratio(lapsed, lapsed + contact)
        found["follow_up_hours"] = by_kind[codes.FOLLOW_UP] / 60
        found["hours_worked"] = done / 60
        found["utilisation"] = _ratio(done, available)
        found["load"] = _ratio(done + overdue + self._backlog_growth(), available)
        found["decisions"] = self.counted(codes.DECISION).size

    def _backlog_growth(self) -> int:
        """Return the minutes that the to-do lists grew by from the first counted day to the last."""
        backlog = self.all(codes.BACKLOG)
        if not backlog.size:
            return 0
        days, place = np.unique(backlog["day"], return_inverse=True)
        at = np.bincount(place, weights=backlog["minutes"])
        before = at[days <= 0]
        return int(at[-1] - (before[-1] if before.size else at[0]))

    def _outcomes(self, found: dict[str, float]) -> None:
        """Add up how long youths were in each state, from one entry to the next."""
        rows = self.all(codes.STATUS, codes.LEFT)
        rows = rows.where(np.argsort(rows["case"], kind="stable"))
        begins = np.flatnonzero(rows["activity"] == codes.STATUS)
        end = _until_next(rows["case"], rows["day"], begins, self.end)
        days = end.clip(0, self.end) - rows["day"][begins].clip(0, self.end)
        in_state = np.bincount(rows["cause"][begins], weights=days, minlength=len(WORDS))
        total = float(in_state.sum())
        work, neither = float(in_state[codes.IN_WORK]), float(in_state[codes.NEITHER])
        found["education_share"] = _ratio(total - work - neither, total)
        found["work_share"] = _ratio(work, total)
        found["neither_share"] = _ratio(neither, total)

    def _money(self, found: dict[str, float]) -> None:
        """Share out hours and money: coordinators' by the age of the youths they worked for."""
        s = self.scenario
        full_time = s.pay_per_year * (1 + s.overhead)
        per_hour = full_time / s.present_hours_per_year
        of_age = self._day_of(self.all(codes.TURNED_18), FAR)
        worked = for_adults = 0.0
        for activity in (codes.WORK, codes.HELD, codes.NO_SHOW_EVENT):
            work = self.counted(activity)
            minutes = work["minutes"]
            worked += float(minutes.sum())
            for_adults += float(minutes[work["day"] >= of_age[work["case"]]].sum())
        attended = self.counted(codes.ATTENDED)
        by_purse = np.bincount(attended["cause"], weights=attended["minutes"], minlength=len(WORDS))
        team = {purse: float(by_purse[WORDS.index(purse)]) / 60 / s.years for purse in PURSES}
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
        rest = [self.scenario.weekly_hours] * (self.posts - len(named))
        held = self.held.mean(axis=1)
        return float(held @ np.array([*named, *rest])) / FULL_TIME


def _until_next(who: Ints, day: Ints, begins: Ints, end: int) -> Ints:
    """Return the day of what follows each of *begins* for the same *who*, or *end* if nothing does."""
    follows = np.append(who[1:] == who[:-1], False)[begins]
    found = np.full(begins.size, end)
    found[follows] = day[begins[follows] + 1]
    return found


def _meeting(log: _Events) -> Ints:
    """Return one number for each meeting of *log*: the youth and the occasion."""
    return log["case"] * (1 << 20) + log["occasion"]


def _post(log: _Events) -> Ints:
    return log["resource"] // HOLDERS - 1


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else NAN
