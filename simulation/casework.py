"""What the municipality does with each youth: taking in, contact, crises, changes, and letting go."""

from simulation.codes import (
    ABSENCE,
    ASSIGNED,
    CANCELLATION,
    CONTACT,
    CRISIS,
    CRISIS_EVENT,
    DECLINED,
    DROP_OUT_EVENT,
    FOLLOW_UP,
    FORCED_CHANGE,
    HANDOVER,
    HANDOVER_IN,
    HANDOVER_OUT,
    IDENTIFIED,
    INTAKE,
    INVITATION,
    LEFT,
    LOST,
    MISSED,
    NEW,
    NO_SHOW,
    PLACEMENT_CHANGE_EVENT,
    PREPARATION,
    QUEUE,
    REFERRED,
    SUPPORT_ENDED,
    TURNED_18,
    UNATTENDED,
    VACANCY,
)
from simulation.journal import resource, write
from simulation.meetings import book, deputy_of, drop, invite, open_meeting, wait_for
from simulation.state import (
    BEFORE_BOARD,
    GONE,
    NONE,
    NOT_YET,
    WITH_COORDINATOR,
    WITHOUT_COORDINATOR,
    Town,
)
from simulation.todo import add_task, close_task, put, take_over
from simulation.work import next_task

INTAKE_WITHIN, HANDOVER_WITHIN, FOLLOW_UP_WITHIN, CONTACT_WITHIN = 14, 14, 14, 30
"""Days within which the work is wanted; our assumption. They order the to-do list, they are no limit."""


def identify(town: Town, day: int, youth: int) -> None:
    """The youth is found to belong to the target group."""
    person = town.youths[youth]
    write(town, day, 0, youth, IDENTIFIED, cause=person.origin)


def refer(town: Town, day: int, youth: int) -> None:
    """The youth is referred: to the visitation board, or at once to wait for a coordinator."""
    person = town.youths[youth]
    write(town, day, 0, youth, REFERRED, cause=person.origin)
    if person.origin == NEW and town.office[0].board_days > 0:
        person.status = BEFORE_BOARD
        queue_up(town, youth)
        return
    if person.origin == NEW and person.declines:
        decline(town, day, youth, 0)
        return
    person.status = WITHOUT_COORDINATOR
    queue_up(town, youth)


def decline(town: Town, day: int, youth: int, phase: int) -> None:
    """The youth says no to the programme."""
    person = town.youths[youth]
    if person.status == BEFORE_BOARD:
        step_out(town, youth)
    _drop_meetings(town, day, youth, phase)
    person.status = GONE
    write(town, day, phase, youth, DECLINED)


def leave(town: Town, day: int, youth: int, phase: int, reason: int) -> None:
    """The youth leaves the programme; everything still planned is dropped."""
    person = town.youths[youth]
    if person.status in (NOT_YET, GONE):
        return
    if person.status != WITH_COORDINATOR:
        step_out(town, youth)
    _drop_meetings(town, day, youth, phase)
    task = person.first_task
    while task != NONE:
        close_task(town, task)
        task = town.tasks[task].next_task
    person.first_task = NONE
    if person.coordinator != NONE:
        _take_from(town, youth)
    person.status = GONE
    write(town, day, phase, youth, LEFT, cause=reason)


def _drop_meetings(town: Town, day: int, youth: int, phase: int) -> None:
    meeting = town.youths[youth].first_meeting
    while meeting != NONE:
        if not town.meetings[meeting].over:
            drop(town, day, meeting, phase)
        meeting = town.meetings[meeting].next_meeting


def come_of_age(town: Town, day: int, youth: int) -> None:
    """The youth turns 18; where the municipality is split by age, the case passes to somebody else."""
    person = town.youths[youth]
    write(town, day, 0, youth, TURNED_18)
    reweigh(town, day, youth)
    forced = town.office[0].forced_change and day == person.majority
    if forced and person.coordinator != NONE and len(town.posts) > 1:
        coordinator = person.coordinator
        lose(town, day, youth, FORCED_CHANGE, 0)
        person.former = coordinator


def reweigh(town: Town, day: int, youth: int) -> None:
    """Count the case with the weight of its phase."""
    person = town.youths[youth]
    if person.coordinator != NONE:
        now = weight(town, youth, day)
        town.posts[person.coordinator].weight += now - person.weighs
        person.weighs = now


def weight(town: Town, youth: int, day: int) -> int:
    """Return what the case counts against the ceiling on *day*, in hundredths."""
    person = town.youths[youth]
    office = town.office[0]
    if day < person.majority:
        return office.weight_under_18
    return office.weight_first_year if day < person.nineteen else office.weight_later


def crisis(town: Town, day: int, youth: int, meeting: int) -> None:
    """A crisis comes: the coordinator or a deputy attends to it, or nobody does."""
    person = town.youths[youth]
    worker = person.coordinator
    if worker != NONE and town.posts[worker].away:
        deputy = deputy_of(town, worker)
        worker = deputy if deputy != NONE else worker
    activity = UNATTENDED if worker == NONE else CRISIS_EVENT
    write(town, day, 0, youth, activity)
    add_task(town, day, youth, worker, CRISIS, town.office[0].crisis, day, NONE, day)
    if meeting != NONE:
        open_meeting(town, day, meeting)


def change_placement(town: Town, day: int, youth: int, meeting: int) -> None:
    """The youth's placement changes, which calls for an extra meeting."""
    write(town, day, 0, youth, PLACEMENT_CHANGE_EVENT)
    open_meeting(town, day, meeting)


def drop_out(town: Town, day: int, youth: int, meeting: int) -> None:
    """The youth drops out of education, which calls for an extra meeting."""
    write(town, day, 0, youth, DROP_OUT_EVENT)
    open_meeting(town, day, meeting)


def begin_contact(town: Town, day: int, youth: int) -> None:
    """Contact not delivered last month lapses; this month's is put on the list."""
    person = town.youths[youth]
    if person.status in (NOT_YET, GONE):
        return
    contact = person.contact
    if contact != NONE and not town.tasks[contact].over:
        close_task(town, contact)
        cause = QUEUE
        if person.coordinator == NONE:
            cause = VACANCY
        elif town.posts[person.coordinator].away:
            cause = ABSENCE
        _miss(town, day, youth, town.tasks[contact].left, cause)
    person.contact = NONE
    minutes = contact_minutes(town, youth, day)
    if minutes == 0:
        return
    if person.coordinator != NONE:
        person.contact = add_task(
            town, day, youth, person.coordinator, CONTACT, minutes, day + CONTACT_WITHIN,
            NONE, town.office[0].month,
        )  # fmt: skip
    elif person.had_coordinator:
        _miss(town, day, youth, minutes, VACANCY)


def contact_minutes(town: Town, youth: int, day: int) -> int:
    """Return the minutes of contact that the youth is due in the month that begins on *day*."""
    person = town.youths[youth]
    office = town.office[0]
    if day < person.majority:
        return office.contact_under_18
    return office.contact_first_year if day < person.nineteen else office.contact_later


def _miss(town: Town, day: int, youth: int, minutes: int, cause: int) -> None:
    if minutes > 0:
        write(town, day, 2, youth, MISSED, minutes=minutes, cause=cause)


def agree_follow_up(town: Town, day: int, youth: int) -> None:
    """Put the agreed follow-up on the list when its time has come."""
    person = town.youths[youth]
    office = town.office[0]
    if person.coordinator == NONE or person.follow_up != NONE or day < person.follow_up_from:
        return
    person.follow_up = add_task(
        town, day, youth, person.coordinator, FOLLOW_UP, office.follow_up, day + FOLLOW_UP_WITHIN,
        NONE, office.month,
    )  # fmt: skip


def do_work(town: Town, day: int, post: int) -> None:
    """Spend the coordinator's minutes of the day, after the appointments, on the to-do list."""
    while True:
        task = next_task(town, day, post)
        if task == NONE:
            return
        done = town.tasks[task]
        if done.kind == INVITATION:
            book(town, day, done.meeting)
        else:
            person = town.youths[done.youth]
            person.follow_up = NONE
            person.follow_up_from = day + town.office[0].follow_up_days


def assign(town: Town, day: int, youth: int, post: int, reason: int) -> None:
    """Give the case to a coordinator, who takes over what is open."""
    person = town.youths[youth]
    office = town.office[0]
    step_out(town, youth)
    person.status = WITH_COORDINATOR
    person.coordinator = post
    person.former = NONE
    _give_to(town, day, youth, post)
    since = person.lost_on if person.had_coordinator else person.referral
    write(
        town,
        day,
        2,
        youth,
        ASSIGNED,
        who=resource(town, post),
        cause=reason,
        days=day - since,
    )
    task = person.first_task
    while task != NONE:
        if not town.tasks[task].over:
            put(town, task, post)
        task = town.tasks[task].next_task
    if reason == HANDOVER:
        minutes = office.handover_half + person.handover_left
        person.handover_left = 0
        add_task(town, day, youth, post, HANDOVER_IN, minutes, day + HANDOVER_WITHIN)
    elif person.origin == NEW:
        add_task(town, day, youth, post, INTAKE, office.intake, day + INTAKE_WITHIN)
    if not person.had_coordinator:
        person.follow_up_from = day + office.follow_up_days
        _limit_stay(town, day, youth)
    person.had_coordinator = True
    meeting = person.first_meeting
    while meeting != NONE:
        planned = town.meetings[meeting]
        if not planned.over:
            if planned.booked == NONE:
                invite(town, day, meeting, 2)
            else:
                town.diary[post * len(town.days) + planned.booked] += office.appointment
        meeting = planned.next_meeting


def _limit_stay(town: Town, day: int, youth: int) -> None:
    """Where support is limited in time, note on which day it ends."""
    person = town.youths[youth]
    if town.office[0].limited_stay and day + person.stay < len(town.days):
        last = town.days[day + person.stay]
        person.next_leaving = last.first_leaving
        last.first_leaving = youth


def end_support(town: Town, day: int) -> None:
    """Those whose support has ended since the last working day leave."""
    office = town.office[0]
    for ended in range(office.support_checked, day + 1):
        youth = town.days[ended].first_leaving
        while youth != NONE:
            leave(town, day, youth, 2, SUPPORT_ENDED)
            youth = town.youths[youth].next_leaving
    office.support_checked = day + 1


def lose(town: Town, day: int, youth: int, reason: int, phase: int) -> None:
    """The youth loses the coordinator; what was agreed stands, what was planned waits."""
    person = town.youths[youth]
    write(town, day, phase, youth, LOST, who=resource(town, person.coordinator), cause=reason)
    person.handover_left = 0
    handover = person.handover
    if handover != NONE and not town.tasks[handover].over:
        person.handover_left = town.tasks[handover].left
        close_task(town, handover)
    person.handover = NONE
    meeting = person.first_meeting
    while meeting != NONE:
        planned = town.meetings[meeting]
        if not planned.over and planned.booked == NONE:
            close_task(town, planned.invitation)
            if planned.waits_for not in (NO_SHOW, CANCELLATION):
                wait_for(town, day, meeting, VACANCY, phase)
        elif not planned.over:
            place = person.coordinator * len(town.days) + planned.booked
            town.diary[place] -= town.office[0].appointment
        meeting = planned.next_meeting
    _take_off_lists(town, youth)
    _take_from(town, youth)
    person.lost_on = day
    person.status = WITHOUT_COORDINATOR
    queue_up(town, youth)


def _take_off_lists(town: Town, youth: int) -> None:
    """Take the youth's open tasks off the lists they are on, and keep them for the next coordinator."""
    person = town.youths[youth]
    task = person.first_task
    person.first_task = NONE
    while task != NONE:
        following = town.tasks[task].next_task
        if not town.tasks[task].over:
            kept = take_over(town, task)
            town.tasks[kept].next_task = person.first_task
            person.first_task = kept
            kind = town.tasks[kept].kind
            if kind == CONTACT:
                person.contact = kept
            elif kind == FOLLOW_UP:
                person.follow_up = kept
            elif kind == PREPARATION:
                town.meetings[town.tasks[kept].meeting].preparation = kept
        task = following


def plan_handover(town: Town, day: int, youth: int, last: int) -> None:
    """The youth is about to lose the coordinator: the case is to be handed over by the *last* day."""
    person = town.youths[youth]
    if person.coordinator == NONE:
        return
    close_task(town, person.handover)
    person.handover = add_task(
        town, day, youth, person.coordinator, HANDOVER_OUT, town.office[0].handover_half, last
    )


def _give_to(town: Town, day: int, youth: int, post: int) -> None:
    """Chain the case among the coordinator's, in the order of the youths."""
    holder = town.posts[post]
    person = town.youths[youth]
    holder.cases += 1
    person.weighs = weight(town, youth, day)
    holder.weight += person.weighs
    before, after = NONE, holder.first_case
    while after != NONE and after < youth:
        before, after = after, town.youths[after].next_case
    person.previous_case = before
    person.next_case = after
    if before == NONE:
        holder.first_case = youth
    else:
        town.youths[before].next_case = youth
    if after != NONE:
        town.youths[after].previous_case = youth


def _take_from(town: Town, youth: int) -> None:
    person = town.youths[youth]
    holder = town.posts[person.coordinator]
    holder.cases -= 1
    holder.weight -= person.weighs
    if person.previous_case == NONE:
        holder.first_case = person.next_case
    else:
        town.youths[person.previous_case].next_case = person.next_case
    if person.next_case != NONE:
        town.youths[person.next_case].previous_case = person.previous_case
    person.coordinator = NONE


def queue_up(town: Town, youth: int) -> None:
    """Put the youth in the waiting list, in its turn."""
    office = town.office[0]
    person = town.youths[youth]
    before, after = office.last_waiting, NONE
    while before != NONE and is_before(town, youth, before):
        before, after = town.youths[before].previous_waiting, before
    person.previous_waiting = before
    person.next_waiting = after
    if before == NONE:
        office.first_waiting = youth
    else:
        town.youths[before].next_waiting = youth
    if after == NONE:
        office.last_waiting = youth
    else:
        town.youths[after].previous_waiting = youth
    office.waiting += 1


def step_out(town: Town, youth: int) -> None:
    """Take the youth out of the waiting list."""
    office = town.office[0]
    person = town.youths[youth]
    if person.previous_waiting == NONE:
        office.first_waiting = person.next_waiting
    else:
        town.youths[person.previous_waiting].next_waiting = person.next_waiting
    if person.next_waiting == NONE:
        office.last_waiting = person.previous_waiting
    else:
        town.youths[person.next_waiting].previous_waiting = person.previous_waiting
    person.next_waiting = NONE
    person.previous_waiting = NONE
    office.waiting -= 1


def is_before(town: Town, one: int, other: int) -> bool:
    """Say who has the turn: first those who lost a coordinator, then those who have waited longest.

    By the leader's judgement, high needs come before both. On the first day, those who have a
    coordinator by the case list come before all others.
    """
    mine, theirs = town.youths[one], town.youths[other]
    if (mine.starts_with == NONE) != (theirs.starts_with == NONE):
        return mine.starts_with != NONE
    if town.office[0].by_need and mine.high_need != theirs.high_need:
        return mine.high_need
    if mine.had_coordinator != theirs.had_coordinator:
        return mine.had_coordinator
    since = mine.lost_on if mine.had_coordinator else mine.referral
    their_since = theirs.lost_on if theirs.had_coordinator else theirs.referral
    return since < their_since if since != their_since else one < other
