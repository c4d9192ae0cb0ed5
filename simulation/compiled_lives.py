"""The loops over youths and what happens to them that would take NumPy dozens of passes, as machine code.

What they compute is said where they are called: in :mod:`simulation.occasions` and
:mod:`simulation.cohort`. Importing this module loads Numba, which takes most of a second.
"""

from typing import NamedTuple

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

from simulation.chance import Floats, Ints, Rows
from simulation.codes import CASE_LIST, EXTRA, EXTRA_OCCASION
from simulation.life import OLDEST_OVERDUE
from simulation.machine_code import to_machine_code
from simulation.rule_windows import Windows
from simulation.state import NEVER, NONE, Meeting, Youth


class Rates(NamedTuple):
    """How often something happens to a youth, a day: Poisson, with a rate that changes on one day."""

    early: float
    """The rate until then."""
    late: float
    """The rate from then on."""
    turn: float
    """When it changes, in days from the 18th birthday."""


class Sums(NamedTuple):
    """A rate summed up over a youth's days."""

    begin: float
    turn: float
    before: float
    """Until the rate changes."""
    whole: float
    """Until the youth has left."""


@register_jitable
def _sums(person: Youth, rates: Rates, end: int) -> Sums:
    begin = float(person.referral)
    turn = max(person.majority + rates.turn, begin)
    before = (turn - begin) * rates.early
    whole = 0.0
    if 0 < end < turn:
        whole = (end - begin) * rates.early
    elif end > 0:
        whole = before + (end - turn) * rates.late
    return Sums(begin, turn, before, whole)


@to_machine_code
def meet(  # noqa: PLR0917 (tables of one row a youth, beside the numbers that hold for all)
    youths: Rows,
    rates: Rates,
    ends: Ints,
    steps: Floats,
    at: Ints,
    block: int,
    spent: Floats,
    count: Ints,
    met: Rows,
) -> int:
    """Let the youths meet what the *steps* of one *block* bring; return how many rows of the next are needed.

    An occasion comes each time the rate, summed up over the days, has grown by one exponential step.
    The youth in row *i* takes row ``at[i]`` of the steps, is there until ``ends[i]``, has *spent* so much
    of the sum, and has met so many occasions: ``met[i]`` holds them. Only days from 0 to before the end
    are written down.
    """
    rows = 0
    for youth in range(at.size):
        sums = _sums(youths[youth], rates, ends[youth])
        if spent[youth] >= sums.whole:
            continue
        total = 0.0
        for step in range(steps.shape[1]):
            total += steps[at[youth], step]
            reached = total + spent[youth]
            if reached >= sums.whole:
                break
            if reached < sums.before:
                on = np.floor(sums.begin + reached / rates.early)
            else:
                on = np.floor(sums.turn + (reached - sums.before) / rates.late)
            if 0 <= on < ends[youth]:
                met[youth, count[youth]].day = int(on)
                met[youth, count[youth]].nth = block * steps.shape[1] + step
                count[youth] += 1
        spent[youth] += total
        if spent[youth] < sums.whole:
            rows = max(rows, at[youth] + 1)
    return rows


@to_machine_code
def listed(met: Rows, count: Ints, found: Ints) -> None:
    """Write who meets with an occasion on which day, and which of the youth's it is, youth by youth."""
    who, day, nth = found
    place = 0
    for youth in range(count.size):
        for number in range(count[youth]):
            who[place] = youth
            day[place] = met[youth, number].day
            nth[place] = met[youth, number].nth
            place += 1


class Calls(NamedTuple):
    """What occasions of one kind call for."""

    kind: int
    """The kind of happening."""
    reason: int
    """Why the extra meeting is called for."""
    all: bool
    """Whether each of them calls for a meeting, or those that are marked."""


@to_machine_code
def call_meetings(  # noqa: PLR0917 (tables, and where to begin in them)
    who: Ints,
    days: Ints,
    marked: NDArray[np.bool_],
    calls: Calls,
    blank: Rows,
    meetings: Rows,
    at: int,
    happenings: Rows,
    happened: int,
) -> int:
    """Write occasions as *happenings* and the extra *meetings* they call for; return the next meeting.

    A meeting is what is in *blank* but for what is known of it.
    """
    for row in range(who.size):
        new = happenings[happened + row]
        new.day = days[row]
        new.youth = who[row]
        new.kind = calls.kind
        new.detail = NONE
        if calls.all or marked[row]:
            new.detail = at
            meetings[at] = blank[0]
            called = meetings[at]
            called.youth = who[row]
            called.rule = EXTRA
            called.reason = calls.reason
            called.earliest = days[row]
            called.target = days[row]
            at += 1
    return at


@to_machine_code
def number_extras(meetings: Rows, begins: Ints, people: int) -> None:
    """Number each youth's extra meetings by day and then by reason.

    Those of one kind stand together, by youth and day; kind *k* from ``begins[k]`` to ``begins[k + 1]``.
    """
    kinds = begins.size - 1
    at = begins[:kinds].copy()
    for youth in range(people):
        number = EXTRA_OCCASION + 1
        while True:
            first = -1
            for kind in range(kinds):
                if at[kind] == begins[kind + 1] or meetings[at[kind]].youth != youth:
                    continue
                if first < 0 or _comes_before(meetings[at[kind]], meetings[at[first]]):
                    first = kind
            if first < 0:
                break
            meetings[at[first]].occasion = number
            number += 1
            at[first] += 1


@register_jitable
def _comes_before(one: Meeting, other: Meeting) -> bool:
    if one.target != other.target:
        return one.target < other.target
    return one.reason < other.reason


@to_machine_code
def fix_meetings(  # noqa: PLR0917 (what holds of the rule, and tables)
    youths: Rows,
    windows: Windows,
    last_meeting: Ints,
    rule: int,
    occasion: int,
    blank: Rows,
    meetings: Rows,
    at: int,
) -> int:
    """Write the fixed meetings of one rule whose target day falls within the course and the run.

    Of a case list, those that are not long overdue and were not held. Returns the next meeting's row.
    """
    for youth in range(len(youths)):
        person = youths[youth]
        day = windows.place[youth]
        target, latest = windows.target[day] - windows.start, windows.latest[day] - windows.start
        earliest = windows.earliest[day] - windows.start
        leaves = NEVER if person.stay != NEVER else person.leaves
        if not windows.counts[day] or target >= leaves:
            continue
        if person.origin == CASE_LIST:
            held = last_meeting[youth] >= earliest
            if held or latest < -OLDEST_OVERDUE:
                continue
        elif target < max(person.referral, 0):
            continue
        meetings[at] = blank[0]
        row = meetings[at]
        row.youth = youth
        row.rule = rule
        row.occasion = occasion
        row.earliest = earliest
        row.target = target
        row.latest = max(latest, -1)
        at += 1
    return at
