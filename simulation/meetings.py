"""A meeting from the day it is to be arranged to the day it is held: invite, find a day, meet."""

from simulation.codes import (
    ABSENCE,
    ADULT,
    ADULT_ROLE,
    ATTENDED,
    BOOKED,
    CANCELLATION,
    CANCELLED,
    CHILDREN,
    DEPUTY,
    DROPPED,
    DUE,
    EMPLOYMENT,
    EMPLOYMENT_ROLE,
    EXTRA,
    GUIDANCE,
    GUIDANCE_ROLE,
    HELD,
    INVITATION,
    LATE_DAYS,
    NO_SHOW,
    NO_SHOW_EVENT,
    NO_SLOT,
    NOTHING,
    OPENED,
    OTHERS,
    PLACEMENT_ROLE,
    PREPARATION,
    QUEUE,
    SCHOOL,
    STANDSTILL,
    VACANCY,
    WAITING_LIST,
    WRITE_UP,
)
from simulation.journal import resource, write_meeting
from simulation.state import CHANCES, NONE, Meeting, Town
from simulation.todo import add_task, close_task
from simulation.work import worked

RESERVED_UNTIL = 14
"""Days before the day on which meetings kept for fixed ones are given free; our assumption."""
INVITE_WITHIN, WRITE_UP_WITHIN = 7, 5
"""Days within which the work is wanted; our assumption. They order the to-do list, they are no limit."""
GUIDANCE_BIT, EMPLOYMENT_BIT, PLACEMENT_BIT, ADULT_BIT = 1, 2, 4, 8


def open_meeting(town: Town, day: int, meeting: int) -> None:
    """A meeting is to be arranged: a fixed one within its booking horizon, or an extra one."""
    opened = town.meetings[meeting]
    person = town.youths[opened.youth]
    following = person.first_meeting
    while following != NONE and town.meetings[following].over:
        following = town.meetings[following].next_meeting
    opened.next_meeting = following
    person.first_meeting = meeting
    opened.since = day
    opened.waits_for = VACANCY if person.had_coordinator else WAITING_LIST
    write_meeting(town, day, 0, meeting, OPENED, cause=opened.reason)
    if person.coordinator != NONE:
        invite(town, day, meeting, 0)


def fall_due(town: Town, day: int, meeting: int) -> None:
    """The last day on time of a fixed meeting has come, held or not."""
    due = town.meetings[meeting]
    write_meeting(town, day, 0, meeting, DUE)
    month = town.months[max(0, town.office[0].month)]
    month.due += 1
    if not due.over and due.booked != day:
        month.late += 1


def invite(town: Town, day: int, meeting: int, phase: int) -> None:
    """Put the invitation on the coordinator's list; what went wrong last time stays the cause."""
    invited = town.meetings[meeting]
    if invited.unplaced:
        # The new invitation finds a day; the search for the old one's is given up, or both would book.
        _no_longer_unplaced(town, meeting)
    coordinator = town.youths[invited.youth].coordinator
    if invited.waits_for not in (NO_SHOW, CANCELLATION):
        away = town.posts[coordinator].away
        wait_for(town, day, meeting, ABSENCE if away else QUEUE, phase)
    invited.invitation = add_task(
        town, day, invited.youth, coordinator, INVITATION, town.office[0].invitation,
        day + INVITE_WITHIN, meeting, invited.occasion * 3 + invited.attempts,
    )  # fmt: skip


def book(town: Town, day: int, meeting: int) -> None:
    """Search forward for a common day and book it, or leave the meeting to be tried again."""
    booked = town.meetings[meeting]
    person = town.youths[booked.youth]
    office = town.office[0]
    if booked.waits_for not in (NO_SHOW, CANCELLATION):
        wait_for(town, day, meeting, NO_SLOT, 2)
    found = common_day(town, day, meeting)
    if found == NONE:
        if not booked.unplaced:
            _note_unplaced(town, meeting)
        return
    booked.booked = found
    booked.roles = roles_on(town, booked.youth, found)
    _take_slots(town, meeting, 1)
    post = person.coordinator
    place = post * len(town.days) + found
    town.diary[place] += office.appointment
    _put_on_agenda(town, found, meeting)
    minutes = office.extra_preparation if booked.rule == EXTRA else office.preparation
    booked.preparation = add_task(
        town, day, booked.youth, post, PREPARATION, minutes, found - 1, meeting,
        booked.occasion * 3 + booked.attempts,
    )  # fmt: skip
    write_meeting(
        town,
        day,
        2,
        meeting,
        BOOKED,
        who=resource(town, post),
        cause=booked.reason,
        days=found - day,
    )


def _put_on_agenda(town: Town, day: int, meeting: int) -> None:
    calendar = town.days[day]
    town.meetings[meeting].next_booked = NONE
    if calendar.last_booked == NONE:
        calendar.first_booked = meeting
    else:
        town.meetings[calendar.last_booked].next_booked = meeting
    calendar.last_booked = meeting


def common_day(town: Town, day: int, meeting: int) -> int:
    """Return the first day within reach on which all can meet, or NONE.

    The youth must be free on the weekday, each role that is asked for must have a meeting left, and the
    coordinator's appointments must fit the day (one appointment always does).
    """
    wanted = town.meetings[meeting]
    person = town.youths[wanted.youth]
    office = town.office[0]
    fixed = wanted.rule != EXTRA
    first = max(wanted.earliest, day + 1, day + notice(town, wanted.youth, day))
    offset = person.coordinator * len(town.days)
    daily = town.posts[person.coordinator].daily
    candidate = first - 1
    last = min(first + office.search_days, len(town.days) - 1)
    while candidate < last:
        candidate = town.days[candidate + 1].next_open
        if candidate > last:
            return NONE
        calendar = town.days[candidate]
        if not calendar.works:
            continue
        if not calendar.team_day and not (person.free_weekdays >> calendar.weekday) & 1:
            continue
        # Fixed meetings may have taken more than were kept for them.
        kept = 0 if fixed or candidate - day <= RESERVED_UNTIL else max(0, calendar.reserved)
        if calendar.guidance <= kept or calendar.employment <= kept:
            continue
        if candidate < person.majority and calendar.placement <= kept:
            continue
        if candidate >= person.adult_from and calendar.adult <= kept:
            continue
        taken = town.diary[offset + candidate]
        if taken == 0 or taken + office.appointment <= daily:
            return candidate
    return NONE


def notice(town: Town, youth: int, day: int) -> int:
    """Return the days that the roles asked for need from invitation to meeting."""
    person = town.youths[youth]
    office = town.office[0]
    longest = max(office.notice_guidance, office.notice_employment)
    if day < person.majority:
        longest = max(longest, office.notice_placement)
    if day >= person.adult_from:
        longest = max(longest, office.notice_adult)
    return longest


def roles_on(town: Town, youth: int, day: int) -> int:
    """Return the roles that are asked to a meeting on *day*, one bit each.

    Guidance and employment always; school or placement until 18; the adult side from 17½.
    """
    person = town.youths[youth]
    roles = GUIDANCE_BIT + EMPLOYMENT_BIT
    if day < person.majority:
        roles += PLACEMENT_BIT
    if day >= person.adult_from:
        roles += ADULT_BIT
    return roles


def _take_slots(town: Town, meeting: int, count: int) -> None:
    """Take *count* meetings of each role on the booked day, or give them back if below zero."""
    booked = town.meetings[meeting]
    calendar = town.days[booked.booked]
    note_if_open(town, booked.booked, calendar.guidance - count, calendar.employment - count)
    calendar.guidance -= count
    calendar.employment -= count
    if booked.roles & PLACEMENT_BIT:
        calendar.placement -= count
    if booked.roles & ADULT_BIT:
        calendar.adult -= count
    if booked.rule != EXTRA:
        calendar.reserved -= count


def note_if_open(town: Town, day: int, guidance: int, employment: int) -> None:
    """Let the days before know whether meetings of *day* can still be had of both roles.

    A search for a common day passes over the others in one step. Days between two open ones all name the
    second.
    """
    before = town.days[day].next_open
    is_open = guidance > 0 and employment > 0
    if is_open == (before == day):
        return
    now = day
    if not is_open:
        now = town.days[day + 1].next_open if day + 1 < len(town.days) else len(town.days)
    while day >= 0 and town.days[day].next_open == before:
        town.days[day].next_open = now
        day -= 1


def note_open_days(town: Town, first: int) -> None:
    """Do so for every day from *first* on, after many of them were changed."""
    for day in range(len(town.days) - 1, first - 1, -1):
        note_if_open(town, day, town.days[day].guidance, town.days[day].employment)


def unbook(town: Town, meeting: int) -> None:
    """Give the day back: to the team, and to the coordinator if the youth has one."""
    booked = town.meetings[meeting]
    if booked.booked == NONE:
        return
    _take_slots(town, meeting, -1)
    coordinator = town.youths[booked.youth].coordinator
    if coordinator != NONE:
        town.diary[coordinator * len(town.days) + booked.booked] -= town.office[0].appointment
    booked.booked = NONE


def drop(town: Town, day: int, meeting: int, phase: int) -> None:
    """The youth leaves: the meeting will not be held."""
    dropped = town.meetings[meeting]
    unbook(town, meeting)
    late_days(town, day, meeting, phase)
    dropped.over = True
    write_meeting(town, day, phase, meeting, DROPPED, cause=dropped.reason)


def retry(town: Town, day: int) -> None:
    """Search once more for the meetings that no common day was found for, fixed ones first."""
    office = town.office[0]
    meeting = office.first_unplaced
    office.first_unplaced = office.last_unplaced = NONE
    while meeting != NONE:
        again = town.meetings[meeting]
        following = again.next_unplaced
        again.unplaced = False
        free = not again.over and again.booked == NONE
        if free and town.youths[again.youth].coordinator != NONE:
            book(town, day, meeting)
        meeting = following


def _note_unplaced(town: Town, meeting: int) -> None:
    """Chain the meeting among those without a day, in their order."""
    office = town.office[0]
    before, after = office.last_unplaced, NONE
    if before > meeting:
        before, after = NONE, office.first_unplaced
        while after < meeting:
            before, after = after, town.meetings[after].next_unplaced
    _chain_unplaced(town, before, meeting)
    _chain_unplaced(town, meeting, after)
    town.meetings[meeting].unplaced = True


def _no_longer_unplaced(town: Town, meeting: int) -> None:
    before, after = NONE, town.office[0].first_unplaced
    while after != meeting:
        before, after = after, town.meetings[after].next_unplaced
    _chain_unplaced(town, before, town.meetings[meeting].next_unplaced)
    town.meetings[meeting].unplaced = False


def _chain_unplaced(town: Town, before: int, after: int) -> None:
    """Let *after* follow *before*; NONE is the end of the chain on either side."""
    if before == NONE:
        town.office[0].first_unplaced = after
    else:
        town.meetings[before].next_unplaced = after
    if after == NONE:
        town.office[0].last_unplaced = before


def hold_meetings(town: Town, day: int) -> None:
    """Hold the meetings booked for *day*, in the order in which they were booked."""
    meeting = town.days[day].first_booked
    while meeting != NONE:
        booked = town.meetings[meeting]
        if booked.booked == day and not booked.over:
            hold(town, day, meeting)
        meeting = booked.next_booked


def hold(town: Town, day: int, meeting: int) -> None:
    """Hold a meeting, or find that the coordinator, the team or the youth is missing."""
    booked = town.meetings[meeting]
    person = town.youths[booked.youth]
    office = town.office[0]
    chair = chair_of(town, person.coordinator)
    place = chance_of(booked)
    coming = booked.roles
    if office.stays_away > 0:
        coming = roles_that_come(town, coming, place)
    if chair == NONE:
        cancel(town, day, meeting, VACANCY if person.coordinator == NONE else ABSENCE)
        return
    if coming != booked.roles and lacks_quorum(town, booked.roles, coming):
        cancel(town, day, meeting, CANCELLATION)
        return
    booked.booked = NONE
    _prepare_in_haste(town, day, meeting, chair)
    town.posts[chair].balance -= office.appointment
    comes = town.chances[place].comes >= person.no_show
    write_meeting(
        town,
        day,
        2,
        meeting,
        HELD if comes else NO_SHOW_EVENT,
        who=resource(town, chair),
        minutes=office.appointment,
        cause=NOTHING if chair == person.coordinator else DEPUTY,
    )
    _attend(town, day, meeting, coming)
    booked.attempts += 1
    if comes:
        late_days(town, day, meeting, 2)
        booked.over = True
        minutes = office.extra_write_up if booked.rule == EXTRA else office.write_up
        add_task(
            town, day, booked.youth, person.coordinator, WRITE_UP, minutes, day + WRITE_UP_WITHIN,
            meeting, booked.occasion * 3 + booked.attempts,
        )  # fmt: skip
    else:
        wait_for(town, day, meeting, NO_SHOW, 2)
        invite(town, day, meeting, 2)


def chance_of(booked: Meeting) -> int:
    """Return which row of chance decides about a meeting; each new attempt has another."""
    return booked.youth * CHANCES + ((booked.occasion * 5 + booked.attempts) & (CHANCES - 1))


def chair_of(town: Town, coordinator: int) -> int:
    """Return the post that holds a meeting today: the coordinator, a deputy, or NONE."""
    if coordinator == NONE:
        return NONE
    if not town.posts[coordinator].away:
        return coordinator
    return deputy_of(town, coordinator)


def deputy_of(town: Town, coordinator: int) -> int:
    """Return the next post whose holder is at work, or NONE."""
    if not town.office[0].deputies:
        return NONE
    count = len(town.posts)
    for step in range(1, count):
        deputy = (coordinator + step) % count
        if town.posts[deputy].employed and not town.posts[deputy].away:
            return deputy
    return NONE


def roles_that_come(town: Town, roles: int, place: int) -> int:
    """Return those of *roles* who come or send a substitute, one bit each."""
    chance = town.chances[place]
    stays_away = town.office[0].stays_away
    coming = 0
    if chance.guidance >= stays_away:
        coming += GUIDANCE_BIT
    if chance.employment >= stays_away:
        coming += EMPLOYMENT_BIT
    if chance.placement >= stays_away:
        coming += PLACEMENT_BIT
    if chance.adult >= stays_away:
        coming += ADULT_BIT
    return coming & roles


def lacks_quorum(town: Town, roles: int, coming: int) -> bool:
    """Say whether fewer come than a meeting needs; it never needs more than are asked."""
    return count_roles(coming) < min(town.office[0].quorum, count_roles(roles))


def count_roles(roles: int) -> int:
    """Return how many roles there are in *roles*."""
    return (roles & 1) + (roles >> 1 & 1) + (roles >> 2 & 1) + (roles >> 3 & 1)


def cancel(town: Town, day: int, meeting: int, cause: int) -> None:
    """Call a meeting off on the day itself; it is arranged anew."""
    called_off = town.meetings[meeting]
    person = town.youths[called_off.youth]
    called_off.booked = NONE
    called_off.attempts += 1
    close_task(town, called_off.preparation)
    write_meeting(town, day, 2, meeting, CANCELLED, cause=cause)
    wait_for(town, day, meeting, cause, 2)
    if person.coordinator != NONE:
        invite(town, day, meeting, 2)


def _prepare_in_haste(town: Town, day: int, meeting: int, chair: int) -> None:
    """What was not prepared in time is prepared on the day, at the cost of the next days."""
    task = town.meetings[meeting].preparation
    if task == NONE or town.tasks[task].over:
        return
    minutes = town.tasks[task].left
    close_task(town, task)
    town.posts[chair].balance -= minutes
    worked(town, day, chair, task, minutes)


def _attend(town: Town, day: int, meeting: int, coming: int) -> None:
    """Write down who came, each with the purse that pays."""
    held = town.meetings[meeting]
    person = town.youths[held.youth]
    office = town.office[0]
    minutes = office.professional_minutes
    if minutes == 0:
        return
    family = CHILDREN if day < person.majority else ADULT
    if coming & GUIDANCE_BIT:
        write_meeting(
            town, day, 2, meeting, ATTENDED, who=GUIDANCE_ROLE, minutes=minutes, cause=GUIDANCE
        )
    if coming & EMPLOYMENT_BIT:
        write_meeting(
            town, day, 2, meeting, ATTENDED, who=EMPLOYMENT_ROLE, minutes=minutes, cause=EMPLOYMENT
        )
    if coming & PLACEMENT_BIT:
        write_meeting(
            town, day, 2, meeting, ATTENDED, who=PLACEMENT_ROLE, minutes=minutes, cause=SCHOOL
        )
    if coming & ADULT_BIT:
        write_meeting(town, day, 2, meeting, ATTENDED, who=ADULT_ROLE, minutes=minutes, cause=ADULT)
    beside = office.other_professionals - count_roles(held.roles)
    if beside > 0:
        write_meeting(
            town, day, 2, meeting, ATTENDED, who=OTHERS, minutes=minutes * beside, cause=family
        )


def wait_for(town: Town, day: int, meeting: int, cause: int, phase: int) -> None:
    """From today the meeting waits for something else; late days until today had the old cause."""
    late_days(town, day, meeting, phase)
    town.meetings[meeting].waits_for = cause


def late_days(town: Town, day: int, meeting: int, phase: int) -> None:
    """Write down the late days since they were last counted, those of standstill by themselves."""
    late = town.meetings[meeting]
    if day <= late.latest or day <= late.since:
        late.since = day
        return
    begin = max(late.since, late.latest)
    late.since = day
    still = town.days[day].still - town.days[begin].still
    days = day - begin - still
    if days > 0:
        write_meeting(town, day, phase, meeting, LATE_DAYS, cause=late.waits_for, days=days)
    if still > 0:
        write_meeting(town, day, phase, meeting, LATE_DAYS, cause=STANDSTILL, days=still)
