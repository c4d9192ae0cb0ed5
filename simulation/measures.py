"""The measures of a run, each read from its event log and from nothing else.

Only what happens on a counted day (from 0 to before the last) counts; who is not finished is counted
with what has passed so far.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from data.working_days import add_months
from simulation.journal import Entry
from simulation.people import CAUSES
from simulation.results import Result
from simulation.scenario import Scenario
from simulation.workload import FULL_TIME

MEASURES: dict[str, str] = {
    "youths_mean": "Youths in the programme, mean over the counted days",
    "due_meetings": "Fixed meetings whose last day on time fell in the counted years",
    "late_meetings": "Of these, not held by that day",
    "late_per_year": "Late fixed meetings a year",
    "late_share": "Late fixed meetings ÷ due ones",
    "late_first_follow_up": "Late first follow-ups",
    "late_meeting_16": "Late meetings at 16",
    "late_meeting_17_5": "Late meetings at 17½",
    "late_meeting_18_5": "Late meetings at 18½",
    "late_days": "Days that fixed meetings were late, counted days only",
    **{f"late_days_{cause}": f"Of these, days that waited for: {cause}" for cause in CAUSES},
    "held_meetings": "Meetings held, extra ones included",
    "no_show_share": "No-shows ÷ (meetings held + no-shows)",
    "wait_mean_days": "Days to a first coordinator, or so far; youths referred in the counted years",
    "wait_p90_days": "Nine in ten of them waited at most so many days",
    "waiting_mean": "Youths without a coordinator, mean over the counted days",
    "waiting_end": "Youths without a coordinator on the last counted day",
    "waiting_growth": "waiting_mean of the last counted year minus that of the first",
    "caseload_mean": "Open cases per working coordinator, mean over the counted days",
    "caseload_max": "Most open cases of one coordinator on a counted day",
    "kept_coordinator_share": "Share of youths whose coordinator at a year's start is theirs to its end",
    "coordinator_changes_per_youth_year": "Coordinators lost per youth-year in the programme",
    "missed_contact_share": "Minutes of contact that lapsed ÷ minutes due",
    "crises_unattended": "Crises of youths without a coordinator",
    "utilisation": "Minutes worked ÷ minutes available",
    "load": "Minutes of work that arrived ÷ minutes available; above 1 cannot hold",
    "hours_worked": "Coordinators' hours on cases",
    "cost_per_year_dkk": "Coordinators and other professionals at meetings, DKK a year",
    "coordinator_cost_per_year_dkk": "Pay and overhead of the posts while held, DKK a year",
    "team_cost_per_year_dkk": "Other professionals' hours at meetings and no-shows, DKK a year",
    "cost_per_youth_year_dkk": "The two costs per youth-year in the programme, DKK",
}
"""Every measure by its name, with what it is. One that has nothing to measure is not a number."""

NAN = float("nan")


def measure(entries: Sequence[Entry], scenario: Scenario, replication: int) -> Result:
    """Return the measures of a run from its *entries*, in the order of the event log."""
    return _Reading(entries, scenario).result(replication)


class _Reading:
    """Reads one event log once and keeps what the measures need."""

    def __init__(self, entries: Sequence[Entry], scenario: Scenario) -> None:
        self.scenario = scenario
        start = np.array([scenario.start], dtype="datetime64[D]")
        self.year_starts = [
            int((add_months(start, 12 * year)[0] - start[0]).astype(int))
            for year in range(scenario.years + 1)
        ]
        self.month_starts = [
            int((add_months(start, month)[0] - start[0]).astype(int))
            for month in range(12 * scenario.years + 1)
        ]
        self.end = self.year_starts[-1]
        self.by_activity: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            self.by_activity[entry.activity].append(entry)

    def counted(self, activity: str) -> list[Entry]:
        return [e for e in self.by_activity[activity] if 0 <= e.day < self.end]

    def result(self, replication: int) -> Result:
        found: dict[str, float] = {}
        late, due = self._meetings(found)
        self._late_days(found)
        self._showing_up(found)
        waits = self._waits(found)
        caseload, waiting = self._stocks(found)
        self._continuity(found)
        self._work(found)
        self._money(found)
        ordered = {name: float(found[name]) for name in MEASURES}
        return Result(replication, ordered, late, due, caseload, waiting, waits)

    def _meetings(
        self, found: dict[str, float]
    ) -> tuple[dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]]:
        held = {(e.case, e.occasion): e.day for e in self.by_activity["meeting_held"]}
        rules = [rule.id for rule in self.scenario.rules if rule.kind == "meeting"]
        due = {rule: [0] * self.scenario.years for rule in rules}
        late = {rule: [0] * self.scenario.years for rule in rules}
        for e in self.counted("meeting_due"):
            year = bisect_left(self.year_starts, e.day + 1) - 1
            due[e.rule][year] += 1
            late[e.rule][year] += held.get((e.case, e.occasion), self.end) > e.day
        found["due_meetings"] = sum(map(sum, due.values()))
        found["late_meetings"] = sum(map(sum, late.values()))
        found["late_per_year"] = found["late_meetings"] / self.scenario.years
        found["late_share"] = _ratio(found["late_meetings"], found["due_meetings"])
        for rule in ("first_follow_up", "meeting_16", "meeting_17_5", "meeting_18_5"):
            found[f"late_{rule}"] = sum(late.get(rule, [0]))
        return ({r: tuple(n) for r, n in late.items()}, {r: tuple(n) for r, n in due.items()})

    def _late_days(self, found: dict[str, float]) -> None:
        by_cause: Counter[str] = Counter()
        for e in self.by_activity["late_days"]:
            by_cause[e.cause] += max(0, min(e.day, self.end) - max(e.day - e.days, 0))
        for cause in CAUSES:
            found[f"late_days_{cause}"] = by_cause[cause]
        found["late_days"] = sum(by_cause.values())

    def _showing_up(self, found: dict[str, float]) -> None:
        held, missed = len(self.counted("meeting_held")), len(self.counted("no_show"))
        found["held_meetings"] = held
        found["no_show_share"] = _ratio(missed, held + missed)

    def _waits(self, found: dict[str, float]) -> tuple[int, ...]:
        first = {
            e.case: e.day for e in self.by_activity["coordinator_assigned"] if e.cause == "first"
        }
        left = {e.case: e.day for e in self.by_activity["left"]}
        waits = tuple(
            min(first.get(e.case, self.end), left.get(e.case, self.end), self.end) - e.day
            for e in self.counted("referred")
        )
        found["wait_mean_days"] = float(np.mean(waits)) if waits else NAN
        found["wait_p90_days"] = (
            float(np.quantile(waits, 0.9, method="inverted_cdf")) if waits else NAN
        )
        return waits

    def _stocks(self, found: dict[str, float]) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Follow day by day who is in the programme, who has a coordinator, and who works."""
        in_programme = self._daily([("referred", 1), ("left", -1)])
        with_coordinator = self._daily([("coordinator_assigned", 1), ("coordinator_lost", -1)])
        with_coordinator -= self._daily_of_those_who_left_with_one()
        posts = self.scenario.coordinators + self._daily([("hired", 1), ("resigned", -1)])
        waiting = in_programme - with_coordinator
        with np.errstate(divide="ignore", invalid="ignore"):
            caseload = np.where(posts > 0, with_coordinator / posts, np.nan)
        years = self.year_starts
        found["youths_mean"] = in_programme.mean()
        found["waiting_mean"] = waiting.mean()
        found["waiting_end"] = waiting[-1]
        found["waiting_growth"] = waiting[years[-2] : years[-1]].mean() - waiting[: years[1]].mean()
        found["caseload_mean"] = float(np.nanmean(caseload)) if (posts > 0).any() else NAN
        found["caseload_max"] = self._most_cases()
        return self._monthly(caseload), self._monthly(waiting)

    def _daily(self, steps: list[tuple[str, int]]) -> np.ndarray:
        """Return for each counted day the running sum of the steps up to and including it."""
        change = np.zeros(self.end + 1)
        for activity, step in steps:
            for e in self.by_activity[activity]:
                change[min(max(e.day, 0), self.end)] += step
        return change.cumsum()[: self.end]

    def _daily_of_those_who_left_with_one(self) -> np.ndarray:
        has = self._holders()
        change = np.zeros(self.end + 1)
        for e in self.by_activity["left"]:
            if has[e.case][-1][1]:
                change[min(max(e.day, 0), self.end)] += 1
        return change.cumsum()[: self.end]

    def _holders(self) -> dict[int, list[tuple[int, str]]]:
        """Return for each youth the days on which the coordinator changed, and to whom ("" for none)."""
        changes: dict[int, list[tuple[int, str]]] = defaultdict(lambda: [(-(10**9), "")])
        # Assigned and lost never fall on the same phase of a day, so that days decide the order.
        for e in sorted(
            [*self.by_activity["coordinator_assigned"], *self.by_activity["coordinator_lost"]],
            key=lambda e: (e.day, e.phase),
        ):
            changes[e.case].append(
                (e.day, e.resource if e.activity == "coordinator_assigned" else "")
            )
        return changes

    def _most_cases(self) -> float:
        has, left = self._holders(), {e.case: e.day for e in self.by_activity["left"]}
        steps: list[tuple[int, int, str]] = []
        for case, changes in has.items():
            ends = [day for day, _ in changes[1:]] + [left.get(case, self.end)]
            for (day, who), end in zip(changes, ends, strict=True):
                if who and end > day:
                    steps += [(day, 1, who), (end, -1, who)]
        most, cases = 0, Counter[str]()
        for day, step, who in sorted(steps):
            cases[who] += step
            if day < self.end and step > 0:
                most = max(most, cases[who]) if day >= 0 else most
        return most

    def _monthly(self, daily: np.ndarray) -> tuple[float, ...]:
        months = zip(self.month_starts, self.month_starts[1:], strict=False)
        return tuple(
            float(np.nanmean(daily[a:b])) if not np.isnan(daily[a:b]).all() else NAN
            for a, b in months
        )

    def _continuity(self, found: dict[str, float]) -> None:
        has, left = self._holders(), {e.case: e.day for e in self.by_activity["left"]}
        kept = followed = 0
        for begin, end in zip(self.year_starts, self.year_starts[1:], strict=False):
            for case, changes in has.items():
                before = _at(changes, begin)
                if not before or left.get(case, end + 1) <= end:
                    continue
                followed += 1
                kept += not any(begin < day <= end for day, _ in changes)
        found["kept_coordinator_share"] = _ratio(kept, followed)
        youth_years = found["youths_mean"] * self.scenario.years
        lost = len(self.counted("coordinator_lost"))
        found["coordinator_changes_per_youth_year"] = _ratio(lost, youth_years)
        found["crises_unattended"] = len(self.counted("crisis_unattended"))

    def _work(self, found: dict[str, float]) -> None:
        done = sum(
            e.minutes for name in ("work", "meeting_held", "no_show") for e in self.counted(name)
        )
        contact = sum(e.minutes for e in self.counted("work") if e.cause == "contact")
        missed = sum(e.minutes for e in self.counted("contact_missed"))
        overdue = sum(e.minutes for e in self.counted("contact_missed") if e.cause == "queue")
        hours = [e for e in self.by_activity["hours_available"] if 0 < e.day <= self.end]
        available = sum(e.minutes for e in hours)
        found["missed_contact_share"] = _ratio(missed, missed + contact)
        found["hours_worked"] = done / 60
        found["utilisation"] = _ratio(done, available)
        found["load"] = _ratio(done + overdue + self._backlog_growth(), available)

    def _backlog_growth(self) -> int:
        """Return the minutes that the to-do lists grew by from the first counted day to the last."""
        at: Counter[int] = Counter()
        for e in self.by_activity["backlog"]:
            at[e.day] += e.minutes
        before = [day for day in at if day <= 0] or [min(at)]
        return at[max(at)] - at[max(before)]

    def _money(self, found: dict[str, float]) -> None:
        s = self.scenario
        held_posts = s.coordinators + self._daily([("hired", 1), ("resigned", -1)])
        full_time = s.pay_per_year * (1 + s.overhead)
        posts = float(held_posts.mean()) * s.weekly_hours / FULL_TIME
        sessions = len(self.counted("meeting_held")) + len(self.counted("no_show"))
        hours = sessions * s.other_professionals * s.other_professional_hours
        found["coordinator_cost_per_year_dkk"] = posts * full_time
        found["team_cost_per_year_dkk"] = hours * full_time / s.present_hours_per_year / s.years
        total = found["coordinator_cost_per_year_dkk"] + found["team_cost_per_year_dkk"]
        found["cost_per_year_dkk"] = total
        found["cost_per_youth_year_dkk"] = _ratio(total, found["youths_mean"])


def _at(changes: list[tuple[int, str]], day: int) -> str:
    """Return who the coordinator is at the end of *day*."""
    return [who for since, who in changes if since <= day][-1]


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else NAN
