"""Dates as a municipality counts them: ages in calendar months, and days on which people work.

A working day is no Saturday, no Sunday, no public holiday, none of the days on which Danish
municipalities by custom are closed as well (1 May, 5 June, 24 and 31 December), and lies in none of
the municipality's own standstill weeks. The holidays come from the ``holidays`` library, whose
category "optional" holds the customary ones.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

from dateutil.relativedelta import relativedelta
from holidays import country_holidays


def add_months(day: date, months: int) -> date:
    """Return the day *months* calendar months after *day* (before it, if negative).

    A day that the month does not have becomes its last: 29 February 2008 plus 192 months is
    29 February 2024, plus 216 months 28 February 2026.
    """
    return day + relativedelta(months=months)


def is_working_day(day: date, standstill_weeks: Iterable[int] = ()) -> bool:
    """Say whether the municipality works on *day*; *standstill_weeks* are ISO week numbers."""
    return (
        day.weekday() < 5
        and day not in _closed(day.year)
        and day.isocalendar().week not in standstill_weeks
    )


def previous_working_day(day: date) -> date:
    """Return *day*, or the last working day before it if *day* is none.

    A deadline that must be met "at the latest" moves back, never forward. Standstill weeks do not
    move it: the law knows none.
    """
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def working_days(start: date, days: int, standstill_weeks: Iterable[int] = ()) -> list[bool]:
    """Return for each of *days* days from *start* whether it is a working day."""
    weeks = frozenset(standstill_weeks)
    return [is_working_day(start + timedelta(days=n), weeks) for n in range(days)]


@cache
def _closed(year: int) -> frozenset[date]:
    return frozenset(country_holidays("DK", years=year, categories=("public", "optional")))
