"""What a coordinator has to give on a day, and how it is spent on the to-do list."""

from simulation.codes import AVAILABLE, BACKLOG, FOLLOW_UP, INVITATION, WORK
from simulation.journal import resource, write
from simulation.state import NONE, Town
from simulation.todo import first_task, take_first


def productivity(town: Town, post: int, day: int) -> float:
    """Return the share of full work on *day* of whoever holds the post.

    It rises evenly from the first day to the end of the ramp-up.
    """
    office = town.office[0]
    days = day - town.posts[post].hired
    if days >= office.ramp_days:
        return 1.0
    return office.ramp_start + (1.0 - office.ramp_start) * days / office.ramp_days


def start_day(town: Town, day: int, post: int) -> None:
    """Give the coordinator the minutes of a working day."""
    holder = town.posts[post]
    minutes = int(holder.daily * productivity(town, post, day))
    holder.balance += minutes
    holder.available += minutes


def next_task(town: Town, day: int, post: int) -> int:
    """Spend the minutes at hand on what comes first; return it if that finished it, NONE if not."""
    holder = town.posts[post]
    if holder.balance <= 0:
        return NONE
    who = resource(town, post)
    task = first_task(town, post)
    while task != NONE:
        doing = town.tasks[task]
        minutes = min(doing.left, holder.balance)
        holder.balance -= minutes
        holder.backlog -= minutes
        doing.left -= minutes
        write(town, day, 2, doing.youth, WORK, who, minutes, doing.kind, doing.rule, doing.occasion)
        if doing.left > 0:
            break
        doing.over = True
        take_first(town, post)
        if doing.kind == INVITATION or doing.kind == FOLLOW_UP:  # noqa: PLR1714 (in is slower)
            return task
        if holder.balance == 0:
            break
        task = first_task(town, post)
    holder.balance = 0
    return NONE


def worked(town: Town, day: int, post: int, task: int, minutes: int) -> None:
    """Write down *minutes* of work on a task."""
    done = town.tasks[task]
    who = resource(town, post)
    write(town, day, 2, done.youth, WORK, who, minutes, done.kind, done.rule, done.occasion)


def write_hours(town: Town, day: int) -> None:
    """Write down the minutes each coordinator had since the last time, and the work that waits."""
    for post in range(len(town.posts)):
        holder = town.posts[post]
        who = resource(town, post)
        if holder.available > 0 or holder.employed:
            write(town, day, 2, NONE, AVAILABLE, who=who, minutes=holder.available)
            write(town, day, 2, NONE, BACKLOG, who=who, minutes=holder.backlog)
        holder.available = 0
