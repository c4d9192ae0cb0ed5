"""The municipality's calendar: working days, months, and the meetings that each role can be had for."""

from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from data.working_days import iso_weeks, working_days
from simulation.cohort import DAYS_PER_YEAR, span
from simulation.scenario import ForEachRole, Scenario
from simulation.state import NONE, Day, record

LONGEST_SEARCH = 800
"""Days after the last counted one that a calendar reaches: the longest booking horizon, window and
search together stay below it."""

Rows = NDArray[np.void]


def calendar(scenario: Scenario) -> Rows:
    """Return the days of a run and of the search for meetings after it; copy before use.

    Each role's meetings are spread evenly over the weekdays of a week, and move one weekday on each
    week, so that no weekday is favoured; roles with as many meetings keep the same days for them, our
    assumption. What falls on a day off is lost. With fixed team days the meetings are gathered on the
    same weekdays each week.
    """
    return _days(
        *(scenario.start, *span(scenario), scenario.standstill_weeks),
        *(scenario.team_days_per_week, scenario.team_slots_per_week, scenario.reserved_share),
    )


@lru_cache(maxsize=32)
def _days(
    begin: date,
    first: int,
    last: int,
    standstill_weeks: tuple[int, ...],
    fixed: int,
    team_slots: ForEachRole,
    reserved_share: float,
) -> Rows:
    """Many scenarios share a calendar; it is the largest of what is kept of them."""
    count = last - first + LONGEST_SEARCH
    start = np.datetime64(begin, "D") + first
    each = start + np.arange(count)
    number = each.astype(np.int64) + 3
    weekday, week = number % 7, number // 7
    works = working_days(start.item(), count, standstill_weeks)
    days = np.zeros(count, dtype=record(Day))
    days["works"] = works
    days["weekday"] = weekday
    days["month_begins"] = each.astype("datetime64[M]").astype("datetime64[D]") == each
    days["month_begins"][0] = True
    standstill = np.isin(iso_weeks(each), list(standstill_weeks))
    days["still"] = np.concatenate([[0], standstill.cumsum()[:-1]])
    days["team_day"] = works & (weekday < fixed)
    roles = ("guidance", "employment", "placement", "adult")
    for role, slots in zip(roles, team_slots, strict=True):
        days[role] = np.where(works, _spread(slots, weekday, week, fixed), 0)
    kept = reserved_share * min(team_slots)
    share = kept / 5 if fixed == 0 else kept / fixed
    due = np.floor(np.cumsum(np.where(days["guidance"] > 0, share, 0.0)))
    days["reserved"] = np.diff(due, prepend=0)
    is_open = (days["guidance"] > 0) & (days["employment"] > 0)
    coming = np.where(is_open, np.arange(count), count)
    days["next_open"] = np.minimum.accumulate(coming[::-1])[::-1]
    days["first_booked"] = days["last_booked"] = NONE
    days["first_leaving"] = NONE
    return days


def _spread(
    slots: int, weekday: NDArray[np.int64], turn: NDArray[np.int64], fixed: int
) -> NDArray[np.int64]:
    """Return the meetings of each day, so many a week, spread over five weekdays or the fixed ones."""
    count = fixed or 5
    shares = np.array([slots * (n + 1) // count - slots * n // count for n in range(count)])
    if fixed:
        return np.where(weekday < fixed, shares[np.minimum(weekday, fixed - 1)], 0)
    return np.where(weekday < 5, shares[(weekday + turn) % 5], 0)


@lru_cache(maxsize=1024)
def working_days_per_year(scenario: Scenario) -> float:
    """Return the working days of a year of the run."""
    first, last = span(scenario)
    counted = calendar(scenario)["works"][: last - first]
    return float(counted.mean() * DAYS_PER_YEAR) if counted.size else 0.0
