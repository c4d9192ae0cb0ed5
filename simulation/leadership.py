"""The leadership group: at its interval it sees late figures of the municipality, and acts by its rule."""

from simulation.codes import (
    BUY_SLOTS,
    DECISION,
    DO_BUY_SLOTS,
    DO_HIRE,
    DO_MOVE_CEILING,
    DO_PAUSE_INTAKE,
    DO_REPRIORITISE,
    DO_TEAM_DAYS,
    FIXED_MEETINGS_FIRST,
    HIRE,
    LOWER_CEILING,
    PAUSE_INTAKE,
    RAISE_CEILING,
    REPRIORITISE,
    RESTORE_PRIORITY,
    RESUME_INTAKE,
    TEAM_DAYS,
)
from simulation.journal import write
from simulation.meetings import note_open_days
from simulation.state import NONE, Town

CEILING_STEP = 500
"""The ceiling moves by five cases at a time; our assumption."""
CALENDAR_FIXED = 28
"""Days ahead for which the team's calendars are already made; our assumption."""


def lead(town: Town, day: int) -> int:
    """Let the group meet if it is to; return the post for which a newcomer is sought, or NONE.

    It sees the share of fixed meetings that were late, and how many waited for a coordinator, in the
    months since its last meeting, as they stood so many months ago as reporting takes.
    """
    office = town.office[0]
    if day < office.first_counted or office.month % office.leadership_months != 0:
        return NONE
    seen = office.month - office.leadership_delay
    if office.leadership == 0 or seen < 0:
        return NONE
    due, late = 0, 0
    for month in range(max(0, seen - office.leadership_months), seen):
        due += town.months[month].due
        late += town.months[month].late
    too_late = late > office.leadership_threshold * due
    return act(town, day, too_late, town.months[seen].waiting)


def act(town: Town, day: int, too_late: bool, waiting: int) -> int:
    """Do what the group's rule says; return the post for which a newcomer is sought, or NONE."""
    office = town.office[0]
    rule = office.leadership
    may_add = office.steps < office.leadership_budget
    if rule == DO_HIRE and may_add and (too_late or waiting > 0):
        return _seek(town, day)
    if rule == DO_MOVE_CEILING:
        _move_ceiling(town, day, too_late, waiting)
    elif rule == DO_PAUSE_INTAKE and too_late != office.paused:
        office.paused = too_late
        decide(town, day, PAUSE_INTAKE if too_late else RESUME_INTAKE)
    elif rule == DO_REPRIORITISE and too_late != (office.steps == 1):
        office.steps = 1 if too_late else 0
        office.priority = FIXED_MEETINGS_FIRST if too_late else office.first_priority
        decide(town, day, REPRIORITISE if too_late else RESTORE_PRIORITY)
    elif rule == DO_BUY_SLOTS and may_add and too_late:
        office.steps += 1
        _buy_slots(town, day + CALENDAR_FIXED)
        note_open_days(town, day + CALENDAR_FIXED)
        decide(town, day, BUY_SLOTS)
    elif rule == DO_TEAM_DAYS and office.steps == 0 and too_late:
        office.steps = 1
        _gather(town, day + CALENDAR_FIXED)
        note_open_days(town, day + CALENDAR_FIXED)
        decide(town, day, TEAM_DAYS)
    return NONE


def decide(town: Town, day: int, decision: int) -> None:
    """Write a decision of the group down."""
    write(town, day, 2, NONE, DECISION, cause=decision)


def _seek(town: Town, day: int) -> int:
    office = town.office[0]
    post = office.posts + office.steps
    office.steps += 1
    # Not before tomorrow: the posts of today have been seen to.
    town.posts[post].change = day + max(1, office.hiring_days)
    decide(town, day, HIRE)
    return post


def _move_ceiling(town: Town, day: int, too_late: bool, waiting: int) -> None:
    """Raise the ceiling while youths wait, lower it when meetings are late and nobody does."""
    office = town.office[0]
    if waiting > 0 and office.steps < office.leadership_budget:
        office.steps += 1
        office.ceiling += CEILING_STEP
        decide(town, day, RAISE_CEILING)
    elif (
        waiting == 0
        and too_late
        and office.steps > -office.leadership_budget
        and office.ceiling > CEILING_STEP
    ):
        office.steps -= 1
        office.ceiling -= CEILING_STEP
        decide(town, day, LOWER_CEILING)


def _buy_slots(town: Town, first: int) -> None:
    """Every role can be had for one meeting more a week, one weekday on each week."""
    for day in range(first, len(town.days)):
        calendar = town.days[day]
        week = (day - calendar.weekday) // 7
        if calendar.works and calendar.weekday == week % 5:
            calendar.guidance += 1
            calendar.employment += 1
            calendar.placement += 1
            calendar.adult += 1


def _gather(town: Town, first: int) -> None:
    """Move what the team has left of each week to the week's first working day."""
    target = NONE
    for day in range(first, len(town.days)):
        calendar = town.days[day]
        if calendar.weekday == 0:
            target = NONE
        if not calendar.works:
            continue
        if target == NONE:
            target = day
            calendar.team_day = True
            continue
        gathered = town.days[target]
        gathered.guidance += max(0, calendar.guidance)
        gathered.employment += max(0, calendar.employment)
        gathered.placement += max(0, calendar.placement)
        gathered.adult += max(0, calendar.adult)
        gathered.reserved += max(0, calendar.reserved)
        calendar.guidance = min(0, calendar.guidance)
        calendar.employment = min(0, calendar.employment)
        calendar.placement = min(0, calendar.placement)
        calendar.adult = min(0, calendar.adult)
        calendar.reserved = min(0, calendar.reserved)
