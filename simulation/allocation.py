"""Who gets in, and who gets which coordinator: the visitation board and six principles."""

from simulation.casework import assign, decline, weight
from simulation.codes import (
    ADMITTED,
    COMPETENCE,
    DATE_OF_BIRTH,
    DISTRICT,
    DO_HIRE,
    FIRST,
    HANDOVER,
    JUDGEMENT,
    TEAM,
)
from simulation.codes import CASE_LIST as FROM_CASE_LIST
from simulation.journal import write
from simulation.state import BEFORE_BOARD, NONE, WITHOUT_COORDINATOR, Town
from simulation.work import productivity

DAYS_IN_LONGEST_MONTH = 31
UNSUITED = 10**6
"""What a coordinator who suits the case badly counts on top, so that others come first."""


def meet_board(town: Town, day: int) -> None:
    """The visitation board admits as many as it has places for, in the order of the waiting list."""
    office = town.office[0]
    if office.board_days == 0 or day < office.next_board:
        return
    while office.next_board <= day:
        office.next_board += office.board_days
    places = office.board_places
    youth = office.first_waiting
    while youth != NONE and places > 0:
        person = town.youths[youth]
        following = person.next_waiting
        if person.status == BEFORE_BOARD:
            places -= 1
            if person.declines:
                decline(town, day, youth, 2)
            else:
                person.status = WITHOUT_COORDINATOR
                days = day - person.referral
                write(town, day, 2, youth, ADMITTED, days=days)
        youth = following


def allocate(town: Town, day: int) -> None:
    """Give each youth who waits a coordinator with room, in the order of the waiting list.

    Who is admitted but not to be taken in now, because intake is paused or nobody suited has room,
    keeps the place in the list.
    """
    office = town.office[0]
    youth = office.first_waiting
    while youth != NONE:
        person = town.youths[youth]
        following = person.next_waiting
        free = person.had_coordinator or not office.paused
        if person.status == WITHOUT_COORDINATOR and free:
            post = choose(town, day, youth)
            if post != NONE:
                reason = HANDOVER if person.had_coordinator else FIRST
                if person.starts_with != NONE:
                    reason = FROM_CASE_LIST
                    person.starts_with = NONE
                assign(town, day, youth, post, reason)
            elif office.principle not in (DISTRICT, DATE_OF_BIRTH, COMPETENCE) and (
                person.former == NONE
            ):
                # Where anybody may have the case, nobody else has room either.
                return
        youth = following


def choose(town: Town, day: int, youth: int) -> int:
    """Return the coordinator that the principle gives the case to, or NONE if no one has room."""
    person = town.youths[youth]
    if person.starts_with != NONE and town.posts[person.starts_with].employed:
        return person.starts_with
    best, least = NONE, 0
    for post in range(len(town.posts)):
        if has_room(town, day, post, youth) and may_have(town, post, youth):
            burden = burden_of(town, day, post, youth)
            if best == NONE or burden < least:
                best, least = post, burden
    return best


def has_room(town: Town, day: int, post: int, youth: int) -> bool:
    """Say whether the post can take one case more; a newcomer has a lower ceiling."""
    holder = town.posts[post]
    if not holder.employed or holder.leaving or holder.away or post == town.youths[youth].former:
        return False
    ceiling = int(town.office[0].ceiling * productivity(town, post, day))
    return holder.cases == 0 or holder.weight + weight(town, youth, day) <= ceiling


def may_have(town: Town, post: int, youth: int) -> bool:
    """Say whether the principle lets the post have the case at all; a forced change goes before it."""
    person = town.youths[youth]
    if person.former != NONE:
        return True
    principle = town.office[0].principle
    if principle == DISTRICT:
        return town.posts[post].district == person.district
    if principle == DATE_OF_BIRTH:
        office = town.office[0]
        posts = office.posts + (office.steps if office.leadership == DO_HIRE else 0)
        return post == (person.day_of_birth - 1) * posts // DAYS_IN_LONGEST_MONTH
    if principle == COMPETENCE:
        return town.posts[post].specialist or not person.high_need
    return True


def burden_of(town: Town, day: int, post: int, youth: int) -> int:
    """Return what speaks against giving the case to the post; the least burdened gets it."""
    holder = town.posts[post]
    person = town.youths[youth]
    principle = town.office[0].principle
    if principle == TEAM:
        # The team looks at the time each has: minutes that wait, over the minutes of a day.
        return holder.backlog * 100 // max(1, holder.daily)
    if principle == COMPETENCE and holder.specialist and not person.high_need:
        return holder.weight + UNSUITED
    if principle == JUDGEMENT:
        burden = holder.weight + 100 * _high_needs(town, post)
        newcomer = productivity(town, post, day) < 1.0
        return burden + UNSUITED if newcomer and person.high_need else burden
    return holder.weight


def _high_needs(town: Town, post: int) -> int:
    count = 0
    youth = town.posts[post].first_case
    while youth != NONE:
        if town.youths[youth].high_need:
            count += 1
        youth = town.youths[youth].next_case
    return count
