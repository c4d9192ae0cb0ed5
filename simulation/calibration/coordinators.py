"""How many coordinators there are, and how many leave in a year, from since when they have had their cases.

The case files tell who has a case now and since when, and not who had it before: that is not kept, and this
does not ask for it. But where coordinators leave at a steady rate, the time that those of today have been
there so far is exponential with that same rate, whatever time posts stand empty. A coordinator has been there
since the first of the cases, open or closed, that stand under the pseudonym.
"""

from collections.abc import Iterator
from datetime import date
from math import expm1

from data.course_records import CourseRecords
from simulation.calibration.estimate import Estimate, rate_with_ends
from simulation.state import DAYS_PER_YEAR


def coordinator_estimates(records: CourseRecords) -> Iterator[Estimate]:
    """Yield how many coordinators have open cases, which is counted, and the share who leave in a year."""
    open_cases = [
        (course.unit, course.coordinator)
        for course in records.courses
        if course.coordinator and (course.closed is None or course.closed > records.seen)
    ]
    count = float(len(set(open_cases)))
    cases = len(open_cases)
    yield Estimate.of("coordinators", (count, count, count), cases, youths=cases)
    yield _turnover(records, set(open_cases))


def _turnover(records: CourseRecords, today: set[tuple[str, str]]) -> Estimate:
    since: dict[tuple[str, str], date] = {}
    for course in records.courses:
        key = course.unit, course.coordinator
        if course.coordinator:
            since[key] = min(course.since, since.get(key, course.since))
    new, days = 0, 0
    for key in today:
        new += since[key] > records.first
        days += (records.seen - max(since[key], records.first)).days
    value, low, high = (-expm1(-rate) for rate in rate_with_ends(new, days / DAYS_PER_YEAR))
    found = value, low, high
    return Estimate.of("annual_turnover", found, new, len(today) - new, len(today))
