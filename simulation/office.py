"""The municipality's working day, month by month, and its books."""

from simulation.allocation import allocate, meet_board
from simulation.casework import agree_follow_up, begin_contact, do_work, end_support
from simulation.codes import DO_NOTHING
from simulation.leadership import lead
from simulation.meetings import hold_meetings, late_days, retry
from simulation.state import GONE, NONE, NOT_YET, Town
from simulation.work import start_day, write_hours


def work_day(town: Town, day: int) -> int:
    """Work through one working day; return the post for which a newcomer is sought, or NONE.

    Month and week begin on their first working day. Cases are given out, meetings held, and then each
    coordinator at work turns to the to-do list.
    """
    office = town.office[0]
    sought = NONE
    if office.limited_stay:
        end_support(town, day)
    if office.new_month:
        begin_month(town, day)
        if office.leadership != DO_NOTHING:
            sought = lead(town, day)
    meet_board(town, day)
    allocate(town, day)
    if office.new_week:
        begin_week(town, day)
    office.new_month = False
    office.new_week = False
    for post in range(len(town.posts)):
        if town.posts[post].employed and not town.posts[post].away:
            start_day(town, day, post)
    hold_meetings(town, day)
    for post in range(len(town.posts)):
        if town.posts[post].employed and not town.posts[post].away:
            do_work(town, day, post)
    return sought


def note_calendar(town: Town, day: int) -> bool:
    """Note that a month or a week begins; say whether the municipality works on *day*."""
    office = town.office[0]
    calendar = town.days[day]
    office.new_month = office.new_month or calendar.month_begins
    office.new_week = office.new_week or calendar.weekday == 0
    return calendar.works


def begin_month(town: Town, day: int) -> None:
    """Close last month's books; contact not delivered lapses, and this month's is put on the lists."""
    office = town.office[0]
    office.month += 1
    town.months[office.month].waiting = office.waiting
    write_hours(town, day)
    for youth in range(first_here(town), len(town.youths)):
        status = town.youths[youth].status
        if status == NOT_YET:
            break
        if status != GONE:
            begin_contact(town, day, youth)


def first_here(town: Town) -> int:
    """Return the first youth who has not gone; youths are numbered in the order of their referral."""
    office = town.office[0]
    while office.first_here < len(town.youths) and town.youths[office.first_here].status == GONE:
        office.first_here += 1
    return office.first_here


def begin_week(town: Town, day: int) -> None:
    """Search anew for meetings without a day, and put the agreed follow-ups of the week on the lists."""
    retry(town, day)
    if town.office[0].follow_up_days > 0:
        for youth in range(first_here(town), len(town.youths)):
            if town.youths[youth].status == NOT_YET:
                break
            agree_follow_up(town, day, youth)


def open_books(town: Town, day: int) -> None:
    """Counting begins: late days until today belong to the years before."""
    _count_late_days(town, day, -1)


def close_books(town: Town, day: int) -> None:
    """Close the books: meetings that are late by now have been late so many days."""
    write_hours(town, day)
    _count_late_days(town, day, 2)


def _count_late_days(town: Town, day: int, phase: int) -> None:
    for youth in range(len(town.youths)):
        meeting = town.youths[youth].first_meeting
        while meeting != NONE:
            if not town.meetings[meeting].over:
                late_days(town, day, meeting, phase)
            meeting = town.meetings[meeting].next_meeting
