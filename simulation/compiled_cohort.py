"""What will happen in a run, gathered from a cohort's tables and put in order, as machine code.

Called by :mod:`simulation.town`. Importing this module loads Numba, which takes most of a second.
"""

from typing import NamedTuple

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

from simulation.chance import Rows
from simulation.codes import EXTRA, NEW
from simulation.life import (
    CHANGE_OF_PLACEMENT,
    COMING_OF_AGE,
    CRISIS,
    DAYS_PER_QUARTER,
    DROP_OUT,
    HANDOVER_AHEAD,
    HANDOVER_BEFORE_18,
    IDENTIFICATION,
    LEAVING,
    MEETING_FALLS_DUE,
    MEETING_OPENS,
    QUARTER,
    REFERRAL,
    TURNING_19,
)
from simulation.machine_code import to_machine_code
from simulation.state import NONE

Places = NDArray[np.int32]


@register_jitable
def bounds_of(group: Places, groups: int) -> Places:
    """Return where the rows of each group begin, and where the last one's end."""
    bounds = np.zeros(groups + 1, dtype=np.int32)
    for row in range(group.size):
        bounds[group[row] + 1] += 1
    for number in range(groups):
        bounds[number + 1] += bounds[number]
    return bounds


@register_jitable
def sorted_into(group: Places, bounds: Places) -> Places:
    """Return the rows group by group, in their order within each."""
    place = bounds.copy()
    order = np.empty(group.size, dtype=np.int32)
    for row in range(group.size):
        order[place[group[row]]] = row
        place[group[row]] += 1
    return order


class Choices(NamedTuple):
    """What the municipality has chosen that brings happenings about."""

    days: int
    """Length of the run."""
    horizon: int
    """Days before a fixed meeting's target day at which it is to be arranged."""
    forced_change: bool
    outcomes: bool
    limited_stay: bool


@register_jitable
def _emit(  # noqa: PLR0917 (one argument a field)
    youths: Rows,
    choices: Choices,
    found: Rows,
    at: int,
    day: int,
    youth: int,
    kind: int,
    detail: int = NONE,
) -> int:
    """Write a happening, where the youth is there and the run goes on; return the next place."""
    person = youths[youth]
    if day >= choices.days:
        return at
    if kind > REFERRAL and day < max(person.referral, 0):
        return at
    if kind != LEAVING and not choices.limited_stay and day >= person.leaves:
        return at
    row = found[at]
    row.day = day
    row.youth = youth
    row.kind = kind
    row.detail = detail
    return at + 1


@to_machine_code
def gather(youths: Rows, meetings: Rows, happenings: Rows, choices: Choices, found: Rows) -> int:
    """Write everything that will happen, kind by kind, and within a kind as it is listed.

    Returns how much there is; *found* must have room for :func:`at_most`.
    """
    at = _gather_growing_up(youths, choices, found)
    for kind in (CRISIS, CHANGE_OF_PLACEMENT, DROP_OUT, MEETING_OPENS):
        for row in range(len(happenings)):
            new = happenings[row]
            if new.kind == kind:
                at = _emit(youths, choices, found, at, new.day, new.youth, kind, new.detail)
    at = _gather_fixed_meetings(youths, meetings, choices, found, at)
    if choices.forced_change:
        for youth in range(len(youths)):
            day = youths[youth].majority - HANDOVER_AHEAD
            at = _emit(youths, choices, found, at, day, youth, HANDOVER_BEFORE_18)
    if choices.outcomes:
        at = _gather_quarters(youths, choices, found, at)
    for youth in range(len(youths)):
        at = _emit(youths, choices, found, at, youths[youth].leaves, youth, LEAVING)
    return at


@register_jitable
def _gather_growing_up(youths: Rows, choices: Choices, found: Rows) -> int:
    """Write the days on which youths come in and come of age."""
    at = 0
    for youth in range(len(youths)):
        if youths[youth].origin == NEW:
            day = youths[youth].identified
            at = _emit(youths, choices, found, at, day, youth, IDENTIFICATION)
    for youth in range(len(youths)):
        at = _emit(youths, choices, found, at, youths[youth].referral, youth, REFERRAL)
    for youth in range(len(youths)):
        day = max(youths[youth].majority, youths[youth].referral, 0)
        at = _emit(youths, choices, found, at, day, youth, COMING_OF_AGE)
    for youth in range(len(youths)):
        at = _emit(youths, choices, found, at, youths[youth].nineteen, youth, TURNING_19)
    return at


@register_jitable
def _gather_fixed_meetings(
    youths: Rows, meetings: Rows, choices: Choices, found: Rows, at: int
) -> int:
    """Write the days on which fixed meetings are to be arranged, and those on which they fall due."""
    for row in range(len(meetings)):
        due = meetings[row]
        if due.rule != EXTRA:
            day = max(due.target - choices.horizon, youths[due.youth].referral, 0)
            at = _emit(youths, choices, found, at, day, due.youth, MEETING_OPENS, row)
    for row in range(len(meetings)):
        due = meetings[row]
        if due.rule != EXTRA:
            day = max(due.latest, 0)
            at = _emit(youths, choices, found, at, day, due.youth, MEETING_FALLS_DUE, row)
    return at


@register_jitable
def _gather_quarters(youths: Rows, choices: Choices, found: Rows, at: int) -> int:
    """Write the end of each quarter of each youth, from the 16th birthday or the referral on."""
    for youth in range(len(youths)):
        person = youths[youth]
        day = max(person.referral, person.majority - 730, 0)
        quarter = 0
        while day < choices.days:
            at = _emit(youths, choices, found, at, day, youth, QUARTER, quarter)
            day += DAYS_PER_QUARTER
            quarter += 1
    return at


def at_most(youths: Rows, meetings: Rows, happenings: Rows, choices: Choices) -> int:
    """Return how many happenings there are at most."""
    quarters = choices.days // DAYS_PER_QUARTER + 1 if choices.outcomes else 0
    return youths.size * (6 + quarters) + 2 * meetings.size + happenings.size


@to_machine_code
def by_day(happenings: Rows, youths: int, found: Rows) -> None:
    """Write *happenings* to *found* by day and youth; of two alike, as they come."""
    count = len(happenings)
    group = np.empty(count, dtype=np.int32)
    first, last = 0, 0
    for row in range(count):
        group[row] = happenings[row].youth
        first = min(first, happenings[row].day)
        last = max(last, happenings[row].day)
    by_youth = sorted_into(group, bounds_of(group, youths))
    for place in range(count):
        group[place] = happenings[by_youth[place]].day - first
    order = sorted_into(group, bounds_of(group, last - first + 1))
    for place in range(count):
        found[place] = happenings[by_youth[order[place]]]
