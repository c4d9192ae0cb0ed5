"""The loops that give each youth birthday, course and traits from uniform chance, as machine code.

Called by :mod:`simulation.people`, which draws the chance. Importing this module loads Numba, which
takes most of a second.
"""

import math
from typing import NamedTuple

import numpy as np
from numba.extending import register_jitable

from simulation.chance import Floats, Group, Ints, Rows
from simulation.codes import (
    IN_EDUCATION,
    IN_SCHOOL,
    IN_WORK,
    LEFT_AFTER_18,
    LEFT_BEFORE_18,
    NEITHER,
    NO_SUPPORT_AT_18,
    REACHED_END,
    STOCK,
)
from simulation.machine_code import to_machine_code
from simulation.state import DAYS_PER_YEAR, DISTRICTS, NEVER, Youth

PLACED, CONTACT_PERSON, OUTSIDE, LISTED = (int(group) for group in Group)


class Coming(NamedTuple):
    """How youths of one target group come."""

    group: int
    share_at_15: float
    latest_age: float
    """Years; entry ages from 15 to this are equally likely for those who do not come at 15."""
    delay_weeks: float
    """Mean time from being found to being referred."""
    start: int
    """The first day of the run, counted from 1970."""


@register_jitable
def month_of(day: int, begins: Ints) -> int:
    """Return the month of *day*; *begins* are the first days of all months, both counted from 1970."""
    month = int((day - begins[0]) / DAYS_PER_YEAR * 12)
    while begins[month] > day:
        month -= 1
    while begins[month + 1] <= day:
        month += 1
    return month


@register_jitable
def months_later(day: int, months: int, begins: Ints) -> int:
    """Return the day *months* calendar months after *day*, as ``data.working_days.add_months`` does."""
    month = month_of(day, begins)
    there = month + months
    later: int = min(begins[there] + day - begins[month], begins[there + 1] - 1)
    return later


@to_machine_code
def come(identified: Floats, uniform: Floats, coming: Coming, begins: Ints, found: Ints) -> None:
    """Write to *found* the days on which each is found and referred, and the birthday, from 1970."""
    for row in range(identified.size):
        at_15, between, wait = uniform[row]
        if coming.group == PLACED:
            age = 15.0
            if at_15 >= coming.share_at_15:
                age += between * (coming.latest_age - 15)
        elif coming.group == CONTACT_PERSON:
            age = 18.0
        else:
            age = 15.0 + 8.0 * between
        day = int(np.floor(identified[row]))
        years = int(age)
        since = int(np.floor((age - years) * DAYS_PER_YEAR))
        found[0, row] = day
        found[1, row] = day + int(np.floor(-math.log1p(-wait) * 7 * coming.delay_weeks))
        found[2, row] = months_later(coming.start + day - since, -12 * years, begins)


class Course(NamedTuple):
    """What a scenario says of how long youths stay and what they are like."""

    start: int
    """The first day of the run, counted from 1970."""
    leave_before_18: float
    """Exits a year, as the next."""
    leave_after_18: float
    outside_exit: float
    granted: float
    """Share that is granted support at 18."""
    declined: float
    high_need: float
    stay_months: float
    """Mean support after the first coordinator; 0 where it is not limited."""
    free_days: float
    """Share of the weekdays on which a youth can meet."""


@to_machine_code
def live(  # noqa: PLR0917 (tables of chance, one beside the other)
    youths: Rows,
    groups: Ints,
    birthdays: Ints,
    ends: Ints,
    chance: Floats,
    at: Ints,
    course: Course,
    no_show: Ints,
    begins: Ints,
) -> None:
    """Write when each youth leaves and why, and what each is like.

    The youth in row *i* has row ``at[i]`` of *chance*; the rules end the course on day ``ends[i]``.
    *no_show* are equally likely chances of not coming.
    """
    for row in range(len(youths)):
        person, drawn = youths[row], chance[at[row]]
        _dates(person, birthdays[row], course.start, begins)
        _leaving(person, groups[row], ends[row], drawn, course)
        person.no_show = no_show[int(drawn[3] * no_show.size)]
        person.declines = drawn[4] < course.declined
        if person.declines and person.origin == STOCK:
            # Who said no before the first day is not there on it.
            person.leaves = 0
        person.high_need = drawn[5] < course.high_need
        person.district = int(drawn[6] * DISTRICTS)
        person.state = _state(person, drawn[7])
        if course.stay_months > 0:
            stay = -math.log1p(-drawn[8]) * course.stay_months * DAYS_PER_YEAR / 12
            person.stay = int(min(np.ceil(stay), NEVER // 2))
        person.free_weekdays = _free_weekdays(drawn, course.free_days)


@register_jitable
def _dates(person: Youth, birthday: int, start: int, begins: Ints) -> None:
    """Write the days that follow from the birthday."""
    majority = months_later(birthday, 216, begins)
    person.majority = majority - start
    person.nineteen = months_later(birthday, 228, begins) - start
    person.adult_from = months_later(majority, -6, begins) - start
    person.day_of_birth = birthday - begins[month_of(birthday, begins)] + 1


@register_jitable
def _leaving(person: Youth, group: int, end: int, drawn: Floats, course: Course) -> None:
    """Write on which day the youth leaves, and why."""
    # Who is on a case list has not left by today.
    since = max(person.referral, 0) if group == LISTED else person.referral
    majority = max(person.majority, since)
    outside = group == OUTSIDE
    under = course.outside_exit if outside else course.leave_before_18
    over = course.outside_exit if outside else course.leave_after_18
    leaves = since + _waiting_time(drawn[0], under)
    why = LEFT_BEFORE_18
    if leaves >= majority:
        # Only those placed before 18 need a grant of support at 18.
        asked = group in (PLACED, LISTED) and person.majority > since
        if asked and drawn[1] >= course.granted:
            leaves, why = float(majority), NO_SUPPORT_AT_18
        else:
            leaves, why = majority + _waiting_time(drawn[2], over), LEFT_AFTER_18
    person.leaves_because = REACHED_END if leaves >= end else why
    # Nobody leaves on the day of referral: the shortest course is one day.
    least = 1 if group == LISTED else person.referral + 1
    person.leaves = max(int(np.floor(min(leaves, float(end), float(NEVER)))), least)


@register_jitable
def _waiting_time(uniform: float, rate_per_year: float) -> float:
    """Return an exponential time in days; a rate of zero never comes."""
    if rate_per_year > 0:
        return -math.log1p(-uniform) / rate_per_year * DAYS_PER_YEAR
    return np.inf


@register_jitable
def _state(person: Youth, uniform: float) -> int:
    """Return what the youth does on referral."""
    if person.referral < person.majority - 365:
        return IN_SCHOOL
    # The mix at the end of the ten-municipality trial less its two points (Rambøll 2017).
    if uniform < 0.62:
        return IN_EDUCATION
    return IN_WORK if uniform < 0.76 else NEITHER


@register_jitable
def _free_weekdays(drawn: Floats, share: float) -> int:
    """Return the weekdays on which the youth can meet, one bit each.

    The weekday that comes easiest is always free, so that everybody can be met.
    """
    easiest = 1.0
    for weekday in range(5):
        easiest = min(easiest, drawn[9 + weekday])
    free = 0
    for weekday in range(5):
        if drawn[9 + weekday] < share or drawn[9 + weekday] == easiest:
            free |= 1 << weekday
    return free
