"""One youth's way through a run, from being found to the end, read from the event log alone.

Only youths whom the run has drawn can be followed, never one from a case list: what is simulated is
no prediction about anybody.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from data.working_days import month_later
from simulation import codes
from simulation.cohort import rule_names
from simulation.journal import Entry, to_entries
from simulation.model import Run
from simulation.spells import Spell, spells
from simulation.year import late_days_by_meeting


class With(NamedTuple):
    """Days with one coordinator."""

    post: int
    holder: int
    """Which holder of the post, from 1."""
    begin: int
    end: int
    """The day on which the coordinator was lost, the youth left, or the run ended."""
    lost: str
    """Why the coordinator was lost; empty where the youth had this one to the end."""


class Wait(NamedTuple):
    """Days without a coordinator."""

    what: str
    """``board`` until the board admitted, ``waiting_list`` until the first coordinator, ``vacancy``
    from one coordinator to the next."""
    begin: int
    end: int


class Planned(NamedTuple):
    """A meeting from the day it was to be arranged."""

    rule: str
    """The rule that asks for it; ``extra`` for an extra meeting."""
    occasion: int
    opened: int
    due: int | None
    """The last day on time; None for an extra meeting, and where it had not come when the youth left
    or the run ended."""
    booked: tuple[int, ...]
    """The days that it was booked for."""
    no_shows: tuple[int, ...]
    cancelled: tuple[int, ...]
    held: int | None
    over: int
    """The day on which it was held, dropped, or the run ended."""
    late_days: dict[str, int]
    """Late days by cause."""

    @property
    def late(self) -> int:
        """Days after the last day on time; 0 for an extra meeting."""
        return sum(self.late_days.values())

    @property
    def fixed(self) -> bool:
        """Whether a rule asks for it."""
        return self.rule != "extra"


class Lapsed(NamedTuple):
    """Contact that was not delivered in its month."""

    day: int
    minutes: int


@dataclass(frozen=True)
class Course:
    """What befell one youth, and what was done; days are counted as in the run's log."""

    start: date
    """Day 0."""
    case: int
    entries: tuple[Entry, ...]
    """All events of the youth, in order."""
    begin: int
    """The day of the referral."""
    end: int
    """The day the youth left, or the run ended."""
    left: str
    """Why the youth left; empty where the run ended first."""
    of_age: int | None
    """The 18th birthday, where it came."""
    coordinators: tuple[With, ...]
    waits: tuple[Wait, ...]
    meetings: tuple[Planned, ...]
    """In the order in which they were to be arranged."""
    lapsed: tuple[Lapsed, ...]
    absences: tuple[Spell, ...]
    """Days on which the youth's coordinator was away."""

    def date(self, day: int) -> date:
        """Return the date of *day*."""
        return self.start + timedelta(days=day)

    @property
    def late_days(self) -> dict[str, int]:
        """Late days of all meetings by cause."""
        found: Counter[str] = Counter()
        for meeting in self.meetings:
            found.update(meeting.late_days)
        return dict(found)

    def days_of(self, *activities: str) -> tuple[int, ...]:
        """Return the days on which one of *activities* befell the youth."""
        return tuple(one.day for one in self.entries if one.activity in activities)


def read_course(run: Run, case: int) -> Course:
    """Return the course of the youth *case* (from 1) of *run*.

    Raises :exc:`ValueError` for a youth who was not referred, or who stands in the case list.
    """
    if case in run.references:
        raise ValueError(f"case {case} is of the case list; only drawn youths can be followed")
    events = run.events[run.events["case"] == case]
    entries = to_entries(events, rule_names(run.scenario))
    referred = [one.day for one in entries if one.activity == "referred"]
    if not referred:
        raise ValueError(f"case is {case}; no such youth was referred in this run")
    begin, end, left = referred[0], _last_day(run), ""
    for one in entries:
        if one.activity in ("left", "declined"):
            end, left = one.day, one.cause or one.activity
    had, waits = _coordinators(entries, begin, end)
    return Course(
        start=run.start,
        case=case,
        entries=entries,
        begin=begin,
        end=end,
        left=left,
        of_age=next((one.day for one in entries if one.activity == "turned_18"), None),
        coordinators=had,
        waits=waits,
        meetings=_meetings(entries, late_days_by_meeting(events), end),
        lapsed=tuple(Lapsed(e.day, e.minutes) for e in entries if e.activity == "contact_missed"),
        absences=_absences(run, had),
    )


def _last_day(run: Run) -> int:
    """Return the day on which the run ended: its books are closed on it."""
    return (month_later(run.start, 12 * run.scenario.years) - run.start).days


def _coordinators(
    entries: tuple[Entry, ...], begin: int, end: int
) -> tuple[tuple[With, ...], tuple[Wait, ...]]:
    """Return with whom the youth was, and the days between."""
    had: list[With] = []
    waits: list[Wait] = []
    since, what = begin, "waiting_list"
    for one in entries:
        if one.activity == "admitted":
            waits.append(Wait("board", since, one.day))
            since = one.day
        elif one.activity == "coordinator_assigned":
            waits.append(Wait(what, since, one.day))
            post, holder = _who(one.resource)
            had.append(With(post, holder, one.day, end, ""))
        elif one.activity == "coordinator_lost":
            had[-1] = had[-1]._replace(end=one.day, lost=one.cause)
            since, what = one.day, "vacancy"
    if not had or had[-1].lost:
        waits.append(Wait(what, since, end))
    return tuple(had), tuple(wait for wait in waits if wait.end > wait.begin)


def _who(resource: str) -> tuple[int, int]:
    """Return post and holder of a *resource* such as ``coordinator 2.1``."""
    post, _, holder = resource.removeprefix("coordinator ").partition(".")
    return int(post), int(holder)


def _meetings(
    entries: tuple[Entry, ...], late: dict[tuple[int, int], dict[str, int]], end: int
) -> tuple[Planned, ...]:
    of: dict[int, list[Entry]] = {}
    for one in entries:
        if one.occasion and one.activity != "work":
            of.setdefault(one.occasion, []).append(one)
    found = []
    for occasion, steps in of.items():
        case, rule = steps[0].case, steps[0].rule
        days = {step.activity: step.day for step in steps}
        over = days.get("meeting_held", days.get("meeting_dropped", end))
        found.append(
            Planned(
                rule,
                occasion,
                steps[0].day,
                days.get("meeting_due"),
                tuple(step.day + step.days for step in steps if step.activity == "meeting_booked"),
                tuple(step.day for step in steps if step.activity == "no_show"),
                tuple(step.day for step in steps if step.activity == "meeting_cancelled"),
                days.get("meeting_held"),
                over,
                late.get((case, occasion), {}),
            )
        )
    return tuple(found)


def _absences(run: Run, had: tuple[With, ...]) -> tuple[Spell, ...]:
    found = []
    for one in had:
        away = spells(run.events, one.begin, one.end)
        found += [spell for spell in away if spell.post == one.post and spell.what == "absence"]
    return tuple(found)


class Youth(NamedTuple):
    """What a course is chosen by."""

    replication: int
    case: int
    wait: int
    """Days from the referral to the first coordinator, or to the end."""
    coordinators: int
    """How many coordinators, one after the other."""
    gap: int
    """Days without a coordinator after the first."""
    late: int
    """Late days of all meetings."""
    days: int
    """Days from the referral to the end."""
    finished: bool
    """Whether the youth left before the run ended."""


_CHOSEN_BY = (
    codes.IDENTIFIED,
    codes.REFERRED,
    codes.DECLINED,
    codes.ASSIGNED,
    codes.LOST,
    codes.LEFT,
    codes.LATE_DAYS,
)


def youths(run: Run) -> list[Youth]:
    """Return the youths of *run* who can be followed from the beginning, in order.

    They were found while the run went on, were referred and did not decline; nobody of the case list
    is among them.
    """
    events = run.events[np.isin(run.events["activity"], _CHOSEN_BY) & (run.events["case"] > 0)]
    of: dict[int, list[tuple[int, int, int]]] = {}
    for case, activity, day, days in events[["case", "activity", "day", "days"]].tolist():
        of.setdefault(case, []).append((activity, day, days))
    listed, end = run.references, _last_day(run)
    found = []
    for case, steps in sorted(of.items()):
        seen = {activity for activity, _, _ in steps}
        if case in listed or codes.DECLINED in seen:
            continue
        if codes.IDENTIFIED in seen and codes.REFERRED in seen:
            found.append(_youth(run.replication, case, steps, end))
    return found


def _youth(replication: int, case: int, steps: list[tuple[int, int, int]], end: int) -> Youth:
    days: dict[int, list[int]] = {}
    for activity, day, _ in steps:
        days.setdefault(activity, []).append(day)
    begin = days[codes.REFERRED][0]
    finished = codes.LEFT in days
    end = days[codes.LEFT][0] if finished else end
    got, lost = days.get(codes.ASSIGNED, []), days.get(codes.LOST, [])
    # Each loss is followed by the next coordinator, or by the end.
    again = [*got[1:], end]
    return Youth(
        replication,
        case,
        (got[0] if got else end) - begin,
        len(got),
        sum(later - day for day, later in zip(lost, again, strict=False)),
        sum(number for activity, _, number in steps if activity == codes.LATE_DAYS),
        end - begin,
        finished,
    )
