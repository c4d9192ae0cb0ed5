"""A coordinator's post: notice, the last day, a newcomer; illness and return."""

from simulation.casework import lose, plan_handover
from simulation.codes import (
    ABSENCE,
    AWAY,
    BACK,
    HIRED,
    NOTICE,
    QUEUE,
    RESIGNATION,
    RESIGNED,
)
from simulation.journal import resource, write
from simulation.meetings import wait_for
from simulation.state import CHANCES, NONE, Town
from simulation.todo import clear_list, first_task, put, take_first


def change_post(town: Town, day: int, post: int) -> None:
    """The day has come on which the post changes; note when it changes next."""
    holder = town.posts[post]
    stay = town.stays[post * CHANCES + holder.turn % CHANCES]
    if not holder.employed:
        hire(town, day, post)
        holder.change = day + stay.tenure
    elif not holder.leaving:
        give_notice(town, day, post)
        holder.change = day + town.office[0].notice_days
        if holder.change == day:
            change_post_again(town, day, post)
    else:
        change_post_again(town, day, post)


def change_post_again(town: Town, day: int, post: int) -> None:
    """The last day has come, perhaps that of the notice; a vacancy of no days ends at once."""
    holder = town.posts[post]
    stay = town.stays[post * CHANCES + holder.turn % CHANCES]
    resign(town, day, post)
    holder.turn += 1
    holder.change = day + stay.vacancy
    if stay.vacancy == 0:
        hire(town, day, post)
        holder.change = day + town.stays[post * CHANCES + holder.turn % CHANCES].tenure


def give_notice(town: Town, day: int, post: int) -> None:
    """The coordinator resigns: no new cases, and every open case is to be handed over."""
    holder = town.posts[post]
    holder.leaving = True
    write(town, day, 1, NONE, NOTICE, who=resource(town, post))
    youth = holder.first_case
    while youth != NONE:
        plan_handover(town, day, youth, day + town.office[0].notice_days)
        youth = town.youths[youth].next_case


def resign(town: Town, day: int, post: int) -> None:
    """The coordinator is gone; the cases wait for another, before all new ones."""
    holder = town.posts[post]
    write(town, day, 1, NONE, RESIGNED, who=resource(town, post))
    while holder.first_case != NONE:
        lose(town, day, holder.first_case, RESIGNATION, 1)
    _give_back_deputised(town, post)
    holder.employed = False
    holder.away = False
    holder.away_until = 0
    clear_list(town, post)
    holder.backlog = 0
    holder.balance = 0


def _give_back_deputised(town: Town, post: int) -> None:
    """Crises of a colleague's cases go back to that colleague."""
    task = first_task(town, post)
    while task != NONE:
        take_first(town, post)
        coordinator = town.youths[town.tasks[task].youth].coordinator
        if coordinator != NONE:
            put(town, task, coordinator)
        task = first_task(town, post)


def hire(town: Town, day: int, post: int) -> None:
    """A newcomer takes the post."""
    holder = town.posts[post]
    holder.holder += 1
    holder.hired = day
    holder.employed = True
    holder.leaving = False
    write(town, day, 1, NONE, HIRED, who=resource(town, post))


def fall_ill(town: Town, day: int, post: int, end: int) -> None:
    """Whoever holds the post is away until *end*; invitations wait that long."""
    holder = town.posts[post]
    if not holder.employed:
        return
    holder.away_until = max(holder.away_until, end)
    if holder.away:
        return
    holder.away = True
    write(town, day, 1, NONE, AWAY, who=resource(town, post))
    _wait(town, day, post, QUEUE, ABSENCE)


def come_back(town: Town, day: int, post: int) -> None:
    """The spell is over; a longer one may not be."""
    holder = town.posts[post]
    if not holder.away or day < holder.away_until:
        return
    holder.away = False
    write(town, day, 1, NONE, BACK, who=resource(town, post))
    _wait(town, day, post, ABSENCE, QUEUE)


def _wait(town: Town, day: int, post: int, before: int, after: int) -> None:
    """Meetings of the coordinator's cases that wait for one thing wait for another from today."""
    youth = town.posts[post].first_case
    while youth != NONE:
        meeting = town.youths[youth].first_meeting
        while meeting != NONE:
            waiting = town.meetings[meeting]
            if not waiting.over and waiting.booked == NONE and waiting.waits_for == before:
                wait_for(town, day, meeting, after, 1)
            meeting = waiting.next_meeting
        youth = town.youths[youth].next_case
