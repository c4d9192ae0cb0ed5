"""Dates as a municipality counts them: ages in calendar months, and days on which people work.

A working day is no Saturday, no Sunday, no public holiday, none of the days on which Danish
municipalities by custom are closed as well (1 May, 5 June, 24 and 31 December), and lies in none of
the municipality's own standstill weeks. The holidays come from the ``holidays`` library, whose
category "optional" holds the customary ones; the arithmetic is NumPy's, so that a whole cohort is
dated at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache

import numpy as np
from holidays import country_holidays
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
"""Dates, counted in days (``datetime64[D]``)."""


def add_months(days: Days, months: int) -> Days:
    """Return the days *months* calendar months after *days* (before, if negative).

    A day that the month does not have becomes its last: 29 February 2008 plus 192 months is
    29 February 2024, plus 216 months 28 February 2026.
    """
    return split(days).add_months(months)


@dataclass(frozen=True)
class Split:
    """Days taken apart into months and days of the month, for adding months again and again."""

    month: NDArray[np.int64]
    """Place of the month in the table of months."""
    day: NDArray[np.int64]
    """Days since the first of the month."""

    def add_months(self, months: int) -> Days:
        """Return the days so many calendar months later, as :func:`add_months` does."""
        begins = month_begins()
        first, last = self._ends
        if self.month.size and (first + months < 0 or last + months >= begins.size - 1):
            raise OverflowError(
                f"{months} months from these days lie outside the years 1600 to 2400"
            )
        there = self.month + months
        found: Days = np.minimum(begins[there] + self.day, _month_ends()[there]).view(
            "datetime64[D]"
        )
        return found

    @cached_property
    def _ends(self) -> tuple[int, int]:
        """The first and the last month."""
        return (int(self.month.min()), int(self.month.max())) if self.month.size else (0, 0)


def split(days: Days) -> Split:
    """Take *days* apart into months and days of the month."""
    month = days.astype("datetime64[M]").astype(np.int64) - _FIRST_MONTH
    return Split(
        month, np.asarray(days, dtype="datetime64[D]").view(np.int64) - month_begins()[month]
    )


_FIRST_MONTH = -370 * 12
"""January 1600, counted as NumPy counts months: from January 1970."""


@cache
def month_begins() -> NDArray[np.int64]:
    """Return the first day of each month from January 1600 to 2400, counted from 1970.

    Looking a month up beats computing it.
    """
    months = np.arange(_FIRST_MONTH, _FIRST_MONTH + 800 * 12 + 1).astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64)


@cache
def _month_ends() -> NDArray[np.int64]:
    """Return the last day of each month; the last month of the table has none."""
    return month_begins()[1:] - 1


def month_later(day: date, months: int) -> date:
    """Return the day *months* calendar months after *day*, as :func:`add_months` does."""
    return _as_date(add_months(np.array([day], dtype="datetime64[D]"), months)[0])


def previous_working_days(days: Days) -> Days:
    """Return each of *days*, or the last working day before it if it is none.

    A deadline that must be met "at the latest" moves back, never forward. Standstill weeks do not
    move it: the law knows none.
    """
    if not days.size:
        return days
    number = np.asarray(days, dtype="datetime64[D]").view(np.int64)
    first, last = int(number.min()), int(number.max())
    # Whole stretches of days, so that few tables serve all calls.
    begin = first - first % _STRETCH
    found: Days = _previous(begin, last - last % _STRETCH)[number - begin].view("datetime64[D]")
    return found


_STRETCH = 8192
"""Days, some 22 years."""


@lru_cache(maxsize=64)
def _previous(begin: int, end: int) -> NDArray[np.int64]:
    """Return the last working day for each day from *begin* to the stretch at *end*; fast to look up."""
    days = np.arange(begin, end + _STRETCH).astype("datetime64[D]")
    calendar = _calendar(_year(days[0]) - 1, _year(days[-1]))
    return np.busday_offset(days, 0, roll="backward", busdaycal=calendar).view(np.int64)


def working_days(start: date, days: int, standstill_weeks: Iterable[int] = ()) -> NDArray[np.bool_]:
    """Return for each of *days* days from *start* whether the municipality works.

    *standstill_weeks* are ISO week numbers.
    """
    each = np.datetime64(start, "D") + np.arange(days)
    if not each.size:
        return np.zeros(0, dtype=bool)
    open_days = np.is_busday(each, busdaycal=_calendar(_year(each[0]), _year(each[-1])))
    return open_days & ~np.isin(iso_weeks(each), list(standstill_weeks))


def iso_weeks(days: Days) -> NDArray[np.int64]:
    """Return the ISO week number of each of *days*: the week belongs to the year of its Thursday."""
    # 1 January 1970 was a Thursday, so that adding 3 makes Monday the first day of the week.
    weekday = (days.astype(np.int64) + 3) % 7
    thursday = days + (3 - weekday)
    year_start = thursday.astype("datetime64[Y]").astype("datetime64[D]")
    week: NDArray[np.int64] = (thursday - year_start).astype(np.int64) // 7 + 1
    return week


@cache
def _calendar(first_year: int, last_year: int) -> np.busdaycalendar:
    years = range(first_year, last_year + 1)
    closed = country_holidays("DK", years=years, categories=("public", "optional"))
    return np.busdaycalendar(holidays=np.array(sorted(closed), dtype="datetime64[D]"))


def _year(day: np.datetime64) -> int:
    return _as_date(day).year


def _as_date(day: np.datetime64) -> date:
    found = day.astype("datetime64[D]").item()
    assert isinstance(found, date)  # noqa: S101 (tells the type checker what NumPy cannot)
    return found
