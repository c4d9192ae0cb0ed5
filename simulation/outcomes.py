"""The optional layer of outcomes: education, work or neither, quarter by quarter.

Off unless the scenario asks for it, and without any effect of the programme unless the scenario gives
one: the only study with a comparison group found none (SFI 16:25, 2016). The moves are a first draft on
published counts (Rigsrevisionen 22/2019, the FGU evaluations 2023-24, Arbejderbevægelsens Erhvervsråd
2024), the splits are our assumption; it says too much of completing an education (43 % by 25 against a
published 30 %). It is no prediction about anybody.
"""

from simulation.codes import (
    COMPLETED,
    IN_EDUCATION,
    IN_SCHOOL,
    IN_WORK,
    NEITHER,
    PREPARING,
    STATUS,
)
from simulation.journal import write
from simulation.state import CERTAIN, CHANCES, Town

LEAVE_SCHOOL, LEAVE_PREPARING, LEAVE_WORK, LEAVE_NEITHER = 0.35, 0.27, 0.12, 0.12
"""Chance of leaving a state within a quarter."""
DROP_OUT_EARLY, DROP_OUT_LATER = 0.16, 0.035
"""Chance of dropping out of education in one of its first two quarters, and in a later one."""
QUARTERS_OF_EDUCATION = 14
HIGH_NEED_OUT, HIGH_NEED_DROP_OUT = 0.5, 1.5
"""What high needs multiply the chance of leaving "neither", and of dropping out, with."""
OTHERS_OUT, OTHERS_DROP_OUT = 1.25, 0.85
DAYS_OF_CHANGE = 182
"""Half a year after losing a coordinator in which the change may hold a youth back."""


def pass_quarter(town: Town, day: int, youth: int, quarter: int) -> None:
    """A quarter has passed: the youth stays or moves on; *quarter* counts from 0, which only begins."""
    person = town.youths[youth]
    if quarter > 0:
        person.quarters += 1
        chance = town.chances[youth * CHANCES + quarter % CHANCES]
        if chance.moves < int(CERTAIN * _chance_of_moving(town, day, youth)):
            person.state = _next_state(person.state, chance.where / CERTAIN)
            person.quarters = 0
        elif person.state == IN_EDUCATION and person.quarters >= QUARTERS_OF_EDUCATION:
            person.state = COMPLETED
        else:
            return
    write(town, day, 0, youth, STATUS, cause=person.state)


def _chance_of_moving(town: Town, day: int, youth: int) -> float:
    person = town.youths[youth]
    office = town.office[0]
    if person.state == IN_SCHOOL:
        return LEAVE_SCHOOL
    if person.state == PREPARING:
        return LEAVE_PREPARING
    if person.state == IN_EDUCATION:
        more = HIGH_NEED_DROP_OUT if person.high_need else OTHERS_DROP_OUT
        return more * (DROP_OUT_EARLY if person.quarters <= 2 else DROP_OUT_LATER)
    if person.state == IN_WORK:
        return LEAVE_WORK
    if person.state == NEITHER:
        more = HIGH_NEED_OUT if person.high_need else OTHERS_OUT
        if day - person.lost_on < DAYS_OF_CHANGE:
            more *= office.change_effect
        return LEAVE_NEITHER * more * office.effect
    return 0.0


def _next_state(state: int, where: float) -> int:
    """Return the state that *where*, a number from 0 to 1, leads to."""
    if state == IN_SCHOOL:
        first, second, third = 0.45, 0.20, 0.10
        states = (IN_EDUCATION, PREPARING, IN_WORK, NEITHER)
    elif state == PREPARING:
        first, second, third = 0.25, 0.22, 0.53
        states = (IN_EDUCATION, IN_WORK, NEITHER, NEITHER)
    elif state == IN_EDUCATION:
        first, second, third = 0.60, 0.25, 0.15
        states = (NEITHER, IN_WORK, PREPARING, PREPARING)
    elif state == IN_WORK:
        first, second, third = 0.67, 0.25, 0.08
        states = (NEITHER, IN_EDUCATION, PREPARING, PREPARING)
    else:
        first, second, third = 0.375, 0.29, 0.335
        states = (IN_EDUCATION, PREPARING, IN_WORK, IN_WORK)
    if where < first:
        return states[0]
    if where < first + second:
        return states[1]
    return states[2] if where < first + second + third else states[3]
