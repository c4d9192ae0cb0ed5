"""A coordinator's to-do list: the tasks, and the order in which they are worked through.

The list of the SimPy engine is the library's heap. Records cannot hold it, so that the compiled twin has
one of its own (:mod:`simulation.compiled_todo`) behind the same four functions, the last of this module.
"""

from heapq import heappop, heappush

from simulation.codes import (
    CRISIS,
    EXTRA,
    FIXED_MEETINGS_FIRST,
    INVITATION,
    NEED_FIRST,
    OLDEST_FIRST,
)
from simulation.state import CHANCES, NONE, Task, Town


def new_task(  # noqa: PLR0917 (what a task is)
    town: Town,
    youth: int,
    kind: int,
    left: int,
    created: int,
    deadline: int,
    meeting: int,
    rule: int,
    occasion: int,
    attempt: int,
) -> int:
    """Return the index of a new task on no list; the compiled twin has its own way to make room."""
    town.tasks.append(  # type: ignore[attr-defined]
        Task(youth, kind, left, created, deadline, meeting, rule, occasion, attempt)
    )
    return len(town.tasks) - 1


def add_task(  # noqa: PLR0917 (what a task is)
    town: Town,
    day: int,
    youth: int,
    worker: int,
    kind: int,
    minutes: int,
    deadline: int,
    meeting: int = NONE,
    salt: int = 0,
) -> int:
    """Put *minutes* of work for *youth* on the list of the post *worker* and return the task.

    What it takes varies with the youth, the kind and *salt*. Work of no minutes is no task, an
    invitation excepted: without it nobody meets.
    """
    if worker == NONE or (minutes == 0 and kind != INVITATION):
        return NONE
    effort = town.efforts[youth * CHANCES + ((kind * 11 + salt) & (CHANCES - 1))]
    left = minutes * effort >> 10
    if meeting == NONE:
        new = new_task(town, youth, kind, left, day, deadline, NONE, 0, 0, 0)
    else:
        of = town.meetings[meeting]
        new = new_task(
            town, youth, kind, left, day, deadline, meeting, of.rule, of.occasion, of.attempts
        )
    put(town, new, worker)
    person = town.youths[youth]
    if person.first_task != NONE:
        town.tasks[new].next_task = _first_open(town, person.first_task)
    person.first_task = new
    return new


def _first_open(town: Town, task: int) -> int:
    """Pass over the tasks at the head of a youth's chain that are over: nobody asks for them again."""
    while task != NONE and town.tasks[task].over:
        task = town.tasks[task].next_task
    return task


def put(town: Town, new: int, worker: int) -> None:
    """Put a task on the list of *worker*, in the place that the priority of the day gives it."""
    task = town.tasks[new]
    priority = town.office[0].priority
    task.worker = worker
    rank = 1
    if task.kind == CRISIS:
        rank = 0
    elif (priority == NEED_FIRST and not town.youths[task.youth].high_need) or (
        priority == FIXED_MEETINGS_FIRST and task.rule <= EXTRA
    ):
        rank = 2
    town.posts[worker].backlog += task.left
    if priority == OLDEST_FIRST:
        push(town, worker, new, rank, task.created, task.deadline)
    else:
        push(town, worker, new, rank, task.deadline, task.created)


def close_task(town: Town, task: int) -> None:
    """Take a task off its list, done or no longer wanted."""
    if task == NONE or town.tasks[task].over:
        return
    closed = town.tasks[task]
    closed.over = True
    if closed.worker != NONE:
        town.posts[closed.worker].backlog -= closed.left


def take_over(town: Town, task: int) -> int:
    """Take what is left of a task off its list and return it as a task on no list."""
    close_task(town, task)
    old = town.tasks[task]
    return new_task(
        town, old.youth, old.kind, old.left, old.created, old.deadline, old.meeting, old.rule,
        old.occasion, old.attempt,
    )  # fmt: skip


def push(town: Town, worker: int, new: int, rank: int, key: int, second_key: int) -> None:
    """Put a task on the list of *worker*, by rank and then by both keys, the least first."""
    t = town.tasks[new]
    # What follows the keys tells tasks apart, so that their order does not depend on how they came.
    order = (rank, key, second_key, t.youth, t.kind, t.occasion, t.attempt, new)
    heappush(town.lists[worker], order)


def first_task(town: Town, worker: int) -> int:
    """Return the task that comes first for *worker* and leave it on the list; NONE if there is none."""
    heap = town.lists[worker]
    while heap and town.tasks[heap[0][-1]].over:
        heappop(heap)
    return heap[0][-1] if heap else NONE


def take_first(town: Town, worker: int) -> None:
    """Take the task that comes first off the list."""
    heappop(town.lists[worker])


def clear_list(town: Town, worker: int) -> None:
    """Empty the list: who held the post is gone."""
    town.lists[worker].clear()
