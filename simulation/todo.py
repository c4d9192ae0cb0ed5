"""A coordinator's to-do list: the tasks, and the order in which they are worked through.

The list is a pairing heap, chained through the tasks themselves: what comes first is found at once, and
nothing has to be moved when a task is taken off in between. The library's heap needs lists of tuples,
which records cannot hold.
"""

from collections.abc import Sequence

from simulation.codes import (
    CRISIS,
    EXTRA,
    FIXED_MEETINGS_FIRST,
    INVITATION,
    NEED_FIRST,
    OLDEST_FIRST,
)
from simulation.state import CHANCES, NONE, Task, Town


def new_task(town: Town) -> int:
    """Return the index of a new task; the compiled twin has its own way to make room."""
    town.tasks.append(Task())  # type: ignore[attr-defined]
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
    chance = town.chances[youth * CHANCES + (kind * 11 + salt) % CHANCES]
    new = new_task(town)
    task = town.tasks[new]
    task.youth = youth
    task.kind = kind
    task.left = minutes * chance.effort // 1000
    task.created = day
    task.deadline = deadline
    task.meeting = meeting
    if meeting != NONE:
        task.occasion = town.meetings[meeting].occasion
        task.attempt = town.meetings[meeting].attempts
    put(town, new, worker)
    person = town.youths[youth]
    task.next_task = person.first_task
    person.first_task = new
    return new


def put(town: Town, new: int, worker: int) -> None:
    """Put a task on the list of *worker*, in the place that the priority of the day gives it."""
    task = town.tasks[new]
    priority = town.office[0].priority
    task.worker = worker
    task.rank = 1
    task.key = task.deadline
    task.second_key = task.created
    if priority == NEED_FIRST and not town.youths[task.youth].high_need:
        task.rank = 2
    if priority == FIXED_MEETINGS_FIRST and not _is_for_fixed(town, task.meeting):
        task.rank = 2
    if priority == OLDEST_FIRST:
        task.key = task.created
        task.second_key = task.deadline
    if task.kind == CRISIS:
        task.rank = 0
    task.child = NONE
    task.sibling = NONE
    post = town.posts[worker]
    post.backlog += task.left
    post.todo = merge(town.tasks, post.todo, new)


def _is_for_fixed(town: Town, meeting: int) -> bool:
    return meeting != NONE and town.meetings[meeting].rule != EXTRA


def first_task(town: Town, worker: int) -> int:
    """Return the task that comes first for *worker* and leave it on the list; NONE if there is none."""
    post = town.posts[worker]
    while post.todo != NONE and town.tasks[post.todo].over:
        post.todo = without_first(town.tasks, post.todo)
    return post.todo


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
    new = new_task(town)
    old = town.tasks[task]
    taken = town.tasks[new]
    taken.youth = old.youth
    taken.kind = old.kind
    taken.left = old.left
    taken.created = old.created
    taken.deadline = old.deadline
    taken.meeting = old.meeting
    taken.occasion = old.occasion
    taken.attempt = old.attempt
    return new


def merge(tasks: Sequence[Task], one: int, other: int) -> int:
    """Return the heap of two heaps, each named by its first task."""
    if one == NONE:
        return other
    if other == NONE:
        return one
    if comes_before(tasks[other], tasks[one]):
        one, other = other, one
    tasks[other].sibling = tasks[one].child
    tasks[one].child = other
    return one


def without_first(tasks: Sequence[Task], first: int) -> int:
    """Return the heap that is left when its first task is taken off."""
    pairs = NONE
    rest = tasks[first].child
    while rest != NONE:
        one = rest
        other = tasks[one].sibling
        tasks[one].sibling = NONE
        if other == NONE:
            rest = NONE
        else:
            rest = tasks[other].sibling
            tasks[other].sibling = NONE
        pair = merge(tasks, one, other)
        tasks[pair].sibling = pairs
        pairs = pair
    heap = NONE
    while pairs != NONE:
        following = tasks[pairs].sibling
        tasks[pairs].sibling = NONE
        heap = merge(tasks, heap, pairs)
        pairs = following
    return heap


def comes_before(one: Task, other: Task) -> bool:
    """Say whether *one* comes before *other*; no two tasks are alike, so that order never matters."""
    if one.rank != other.rank:
        return one.rank < other.rank
    if one.key != other.key:
        return one.key < other.key
    if one.second_key != other.second_key:
        return one.second_key < other.second_key
    if one.youth != other.youth:
        return one.youth < other.youth
    if one.kind != other.kind:
        return one.kind < other.kind
    if one.occasion != other.occasion:
        return one.occasion < other.occasion
    return one.attempt < other.attempt
