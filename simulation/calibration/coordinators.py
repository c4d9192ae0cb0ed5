"""How many coordinators leave in a year, from since when those of today have had their cases.

The case files tell who has a case now and since when, and not who had it before: that is not kept, and this
does not ask for it. But where coordinators leave at a steady rate, the time that those of today have been
there so far is exponential with that same rate, whatever time posts stand empty. A coordinator has been there
since the first of the cases, open or closed, that stand under the pseudonym.
"""

from datetime import date
from math import expm1

from data.course_records import CourseRecords
from simulation.calibration.estimate import Estimate, rate_with_ends
from simulation.state import DAYS_PER_YEAR


def turnover_estimate(records: CourseRecords) -> Estimate:
    """Return the share of coordinators who leave in a year."""
    since: dict[tuple[str, str], date] = {}
    for course in records.courses:
        key = course.unit, course.coordinator
        if course.coordinator:
            since[key] = min(course.since, since.get(key, course.since))
    today = {
        (course.unit, course.coordinator)
        for course in records.courses
        if course.coordinator and (course.closed is None or course.closed > records.seen)
    }
    new, days = 0, 0
    for key in today:
        new += since[key] > records.first
        days += (records.seen - max(since[key], records.first)).days
    value, low, high = (-expm1(-rate) for rate in rate_with_ends(new, days / DAYS_PER_YEAR))
    found = value, low, high
    return Estimate.of("annual_turnover", found, new, len(today) - new, len(today))
