"""What the checklists say of meetings: who did not come, how long they take, and how late they are."""

from collections.abc import Iterator
from math import nan

import numpy as np

from data.course_records import Course, CourseRecords, Meeting
from simulation.calibration.estimate import Estimate, mean_with_ends, share_of_youths
from simulation.calibration.stays import half_after
from simulation.chance import NO_SHOW_SPREAD

FIXED_KINDS = ("at_16", "at_17_half", "at_18_half")
"""The fixed meetings, as the checklist calls them."""


def checklist_estimates(records: CourseRecords) -> Iterator[Estimate]:
    """Yield what the checklists of *records* say of meetings."""
    yield _no_show(records)
    yield _hours(records, "meeting_hours", "minutes")
    yield _hours(records, "fixed_meeting_hours", "coordinator_minutes")
    yield _first_meeting(records)
    yield _late(records)


def _no_show(records: CourseRecords) -> Estimate:
    """Return the mean risk that a young person does not come.

    Who did not come is asked again, so that those who often stay away are asked oftener, and the share of
    all meetings is above the mean of the young people's risks. With the spread of risks that the model
    assumes (:data:`simulation.chance.NO_SHOW_SPREAD`), it is so by a factor that is known.
    """
    missed, of = [], []
    for course in records.courses:
        outcomes = [one.outcome for one in _within(records, course)]
        missed.append(outcomes.count("no_show"))
        of.append(outcomes.count("no_show") + outcomes.count("held"))
    share = share_of_youths(np.array(missed, float), np.array(of, float))
    once = (NO_SHOW_SPREAD - 1) / NO_SHOW_SPREAD
    found = once * share[0], once * share[1], once * share[2]
    return Estimate.of("no_show", found, sum(missed), sum(of) - sum(missed), _behind(missed, of))


def _hours(records: CourseRecords, id: str, name: str) -> Estimate:
    """Return the mean hours of a fixed meeting, of those for which the minutes were told."""
    told = [
        (youth, getattr(one, name))
        for youth, course in enumerate(records.courses)
        for one in _within(records, course)
        if one.outcome == "held" and one.kind in FIXED_KINDS and getattr(one, name) is not None
    ]
    minutes = np.array([spent for _, spent in told], float)
    youths = np.array([youth for youth, _ in told], np.int64)
    found = mean_with_ends(minutes / 60, youths) if told else (nan, nan, nan)
    return Estimate.of(id, found, len(told), youths=len(set(youths.tolist())))


def _first_meeting(records: CourseRecords) -> Estimate:
    """Return after how many weeks half of those who came have had their first meeting."""
    days, met = [], []
    for course in records.courses:
        if not records.first <= course.opened <= records.last:
            continue
        held = [
            one.day
            for one in course.meetings
            if one.outcome == "held" and course.opened <= one.day <= records.last
        ]
        end = min(held, default=min(course.closed or records.last, records.last))
        days.append((end - course.opened).days)
        met.append(bool(held))
    found = half_after(np.array(days, np.int64), np.array(met, bool)) if days else (nan, nan, nan)
    weeks = found[0] / 7, found[1] / 7, found[2] / 7
    return Estimate.of("first_meeting_weeks", weeks, sum(met), youths=len(days))


def _late(records: CourseRecords) -> Estimate:
    """Return the share of fixed meetings that were not held by their last day."""
    late, of = [], []
    for course in records.courses:
        due = [one for one in course.fixed if records.first <= one.latest <= records.last]
        late.append(sum(one.held is None or one.held > one.latest for one in due))
        of.append(len(due))
    found = share_of_youths(np.array(late, float), np.array(of, float))
    return Estimate.of("late_share", found, sum(late), sum(of) - sum(late), _behind(late, of))


def _behind(part: list[int], of: list[int]) -> int:
    """Return behind how many young people the parts are, or the rests where those are fewer."""
    with_part = sum(number > 0 for number in part)
    return min(with_part, sum(whole > number for number, whole in zip(part, of, strict=True)))


def _within(records: CourseRecords, course: Course) -> list[Meeting]:
    return [one for one in course.meetings if records.first <= one.day <= records.last]
