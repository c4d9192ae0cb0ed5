"""What the case files and the meeting checklists of real cases tell of courses, to estimate from.

Only real cases count. What is read here is about single young people: whoever shows something made of it
sees to it that no small group is told (:mod:`simulation.calibration` does).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from data.case_files import CaseFile, is_real
from data.follow_up import FIXED
from data.meeting_calendar import EARLIEST_BIRTH, LATEST_BIRTH, proposed_days
from data.meeting_calendar import held_meetings as first_held
from data.periods import Quarter
from data.records import Record
from data.rules import read_rules, windows

if TYPE_CHECKING:
    from data.store import Store

MOST_QUARTERS = 12
"""Quarters that are looked back on: older ones tell of how it was. Our assumption."""
OUTCOMES = ("held", "moved", "cancelled", "no_show")
"""What can become of a meeting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One young person's course, as the case file tells it."""

    birthday: date | None
    """None where nobody has noted it."""
    opened: date
    """The day on which the case was taken up."""
    closed: date | None
    """The day on which it was closed; None while it is open."""
    unit: str = ""
    coordinator: str = ""
    """The pseudonym of the one who has the case, or had it last."""
    since: date
    """The day from which that coordinator has had it, as far as is known; not before ``opened``."""
    fixed: tuple["Due", ...] = ()
    """The fixed meetings that were due until the end of the period while the case was open."""
    meetings: tuple["Meeting", ...] = ()
    """Those written down, by day."""


@dataclass(frozen=True, slots=True)
class Due:
    """A fixed meeting that fell due."""

    rule: str
    latest: date
    """The last day that was on time."""
    held: date | None
    """The day on which it was held, as far as a checklist says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One meeting checklist; what was not answered is None or empty."""

    day: date
    kind: str = ""
    """``at_16``, ``at_17_half``, ``at_18_half``, ``extra``, ``closing``, or empty."""
    outcome: str = ""
    """One of :data:`OUTCOMES`, or empty."""
    minutes: int | None = None
    """How long the meeting was."""
    coordinator_minutes: int | None = None
    """What the coordinator spent in all: prepare, travel, meet and write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseRecords:
    """What was recorded of the courses of one municipality in a period."""

    first: date
    """The first day from which everything was written down."""
    last: date
    """The last day of the period."""
    seen: date
    """The day on which the case files were read; coordinators are those of that day."""
    courses: tuple[Course, ...]

    @property
    def years(self) -> float:
        """How long the period is."""
        return ((self.last - self.first).days + 1) / 365.25

    @property
    def meetings(self) -> int:
        """How many checklists there are from the period."""
        return sum(
            self.first <= meeting.day <= self.last
            for course in self.courses
            for meeting in course.meetings
        )


def read_course_records(
    store: "Store", today: date, *, first: date | None = None
) -> CourseRecords | None:
    """Return what *store* holds of real cases until the last whole quarter before *today*.

    The period begins with *first*, else with the first whole quarter after the earliest checklist, at most
    :data:`MOST_QUARTERS` back: before the first checklist, nobody knows what was not written down. None
    where no quarter has passed since, or there is no checklist.
    """
    meetings = [record for record in store.list_records(form="meeting") if is_real(record.case)]
    period = period_of(meetings, today) if first is None else (first, _ended(today).last)
    if period is None:
        return None
    return course_records(
        store.cases(),
        meetings,
        period,
        seen=today,
        given=store.coordinator_days(),
    )


def period_of(meetings: Iterable[Record], today: date) -> tuple[date, date] | None:
    """Return the first and the last day of the period that *meetings* can tell of; None for none."""
    days = [day for day in (_day(record.occasion) for record in meetings) if day is not None]
    if not days:
        return None
    begins, ended = Quarter.of(min(days)).later(1), _ended(today)
    begins = max(begins, ended.later(1 - MOST_QUARTERS))
    return (begins.first, ended.last) if begins <= ended else None


def course_records(
    cases: Iterable[CaseFile],
    meetings: Iterable[Record],
    period: tuple[date, date],
    *,
    seen: date,
    given: Mapping[str, Sequence[date]] | None = None,
) -> CourseRecords:
    """Return the courses of the real *cases*, with their *meetings*, as they stand on the day *seen*.

    *given* are the days on which somebody was written down as coordinator of a case. The first is no change:
    a case that is typed in late was taken up before.
    """
    first, last = period
    by_case: dict[str, list[Record]] = {}
    for record in meetings:
        by_case.setdefault(record.case, []).append(record)
    chosen = [case for case in cases if is_real(case.ref) and case.opened <= seen]
    fixed = _due(chosen, by_case, last)
    courses = []
    for case in chosen:
        changes = (given or {}).get(case.ref, ())[1:]
        courses.append(
            Course(
                birthday=case.birthday,
                opened=case.opened,
                closed=case.closed,
                unit=case.unit,
                coordinator=case.coordinator,
                since=max([case.opened, *changes]),
                fixed=tuple(fixed.get(case.ref, ())),
                meetings=tuple(
                    sorted(_meetings(by_case.get(case.ref, ())), key=lambda one: one.day)
                ),
            )
        )
    return CourseRecords(first=first, last=last, seen=seen, courses=tuple(courses))


def _due(
    cases: Iterable[CaseFile], by_case: Mapping[str, Sequence[Record]], last: date
) -> dict[str, list[Due]]:
    """Return by case the fixed meetings that we could still propose a day for when it was opened.

    All cases are dated at once: one by one they would take seconds.
    """
    dated = [
        (case, case.birthday)
        for case in cases
        if case.birthday is not None and EARLIEST_BIRTH <= case.birthday <= LATEST_BIRTH
    ]
    if not dated:
        return {}
    held = {case.ref: first_held(by_case.get(case.ref, ())) for case, _ in dated}
    born = np.array([birthday for _, birthday in dated], "datetime64[D]")
    opened = np.array([case.opened for case, _ in dated], "datetime64[D]")
    closed = np.array([case.closed or date.max for case, _ in dated], "datetime64[D]")
    found: dict[str, list[Due]] = {}
    for window in windows([rule for rule in read_rules() if rule.id in FIXED], born, born):
        there = (proposed_days(window) >= opened) & (closed > window.latest)
        for row in np.flatnonzero(window.counts & there & (window.latest <= np.datetime64(last))):
            ref, latest = dated[row][0].ref, window.latest[row].item()
            found.setdefault(ref, []).append(
                Due(window.rule.id, latest, held[ref].get(window.rule.id))
            )
    return found


def _meetings(written: Iterable[Record]) -> Iterable[Meeting]:
    for record in written:
        day, answers = _day(record.occasion), record.answers
        outcome = answers.get("outcome") or ""
        if day is not None:
            yield Meeting(
                day=day,
                kind=answers.get("meeting_type") or "",
                outcome=outcome if outcome in OUTCOMES else "",
                minutes=_whole(answers.get("minutes")),
                coordinator_minutes=_whole(answers.get("coordinator_minutes")),
            )


def _ended(today: date) -> Quarter:
    return Quarter.of(today).later(-1)


def _whole(words: str | None) -> int | None:
    return int(words) if words and words.isascii() and words.isdigit() else None


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
