"""What life and the rules bring a youth on a day, whatever the municipality does about it."""

from simulation.casework import (
    change_placement,
    come_of_age,
    crisis,
    drop_out,
    identify,
    leave,
    plan_handover,
    refer,
    reweigh,
)
from simulation.codes import REACHED_END
from simulation.meetings import fall_due, open_meeting
from simulation.outcomes import pass_quarter
from simulation.state import GONE, Happening, Town

(
    IDENTIFICATION,
    REFERRAL,
    COMING_OF_AGE,
    TURNING_19,
    CRISIS,
    CHANGE_OF_PLACEMENT,
    DROP_OUT,
    MEETING_OPENS,
    MEETING_FALLS_DUE,
    HANDOVER_BEFORE_18,
    QUARTER,
    LEAVING,
) = range(12)
"""Kinds of happenings, in the order in which they come on one day."""

DAYS_PER_QUARTER = 91
HANDOVER_AHEAD = 30
"""Days before the 18th birthday at which a forced change begins to be handed over; our assumption."""
OLDEST_OVERDUE = 365
"""Days for which a meeting of the case list that was not held stays wanted; our assumption."""


def happen(town: Town, happening: Happening) -> None:
    """Let a happening take its course; those who have left are left alone."""
    day, youth, kind, detail = happening.day, happening.youth, happening.kind, happening.detail
    if town.youths[youth].status == GONE:
        return
    if kind <= TURNING_19:
        _grow(town, day, youth, kind)
    elif kind <= DROP_OUT:
        _meet_with(town, day, youth, kind, detail)
    elif kind == MEETING_OPENS:
        open_meeting(town, day, detail)
    elif kind == MEETING_FALLS_DUE:
        fall_due(town, day, detail)
    elif kind == HANDOVER_BEFORE_18:
        plan_handover(town, day, youth, town.youths[youth].majority)
    elif kind == QUARTER:
        pass_quarter(town, day, youth, detail)
    else:
        _leave(town, day, youth)


def _grow(town: Town, day: int, youth: int, kind: int) -> None:
    """The youth comes in, or comes of age."""
    if kind == IDENTIFICATION:
        identify(town, day, youth)
    elif kind == REFERRAL:
        refer(town, day, youth)
    elif kind == COMING_OF_AGE:
        come_of_age(town, day, youth)
    else:
        reweigh(town, day, youth)


def _meet_with(town: Town, day: int, youth: int, kind: int, meeting: int) -> None:
    """Something befalls the youth that may call for an extra meeting."""
    if kind == CRISIS:
        crisis(town, day, youth, meeting)
    elif kind == CHANGE_OF_PLACEMENT:
        change_placement(town, day, youth, meeting)
    elif kind == DROP_OUT:
        drop_out(town, day, youth, meeting)


def _leave(town: Town, day: int, youth: int) -> None:
    """The youth leaves; where support is limited in time, only those still waiting do so by themselves."""
    person = town.youths[youth]
    stays = town.office[0].limited_stay and person.had_coordinator
    if not stays or person.leaves_because == REACHED_END:
        leave(town, day, youth, 0, person.leaves_because)
