"""The to-do list of the compiled twin: a pairing heap, chained through the tasks themselves.

What comes first is found at once, and nothing has to be moved when a task is taken off in between. The
functions stand for those of the same name in :mod:`simulation.todo`, and give the same order.
"""

from simulation.state import NONE, Town


def push(town: Town, worker: int, new: int) -> None:
    """Put a task on the list of *worker*."""
    task = town.tasks[new]
    task.child = NONE
    task.sibling = NONE
    post = town.posts[worker]
    post.todo = merge(town, post.todo, new)


def first_task(town: Town, worker: int) -> int:
    """Return the task that comes first for *worker* and leave it on the list; NONE if there is none."""
    post = town.posts[worker]
    while post.todo != NONE and town.tasks[post.todo].over:
        post.todo = without_first(town, post.todo)
    return post.todo


def take_first(town: Town, worker: int) -> None:
    """Take the task that comes first off the list."""
    post = town.posts[worker]
    post.todo = without_first(town, post.todo)


def clear_list(town: Town, worker: int) -> None:
    """Empty the list: who held the post is gone."""
    town.posts[worker].todo = NONE


def merge(town: Town, one: int, other: int) -> int:
    """Return the heap of two heaps, each named by its first task."""
    if one == NONE:
        return other
    if other == NONE:
        return one
    if comes_before(town, other, one):
        one, other = other, one
    town.tasks[other].sibling = town.tasks[one].child
    town.tasks[one].child = other
    return one


def without_first(town: Town, first: int) -> int:
    """Return the heap that is left when its first task is taken off."""
    pairs = NONE
    rest = town.tasks[first].child
    while rest != NONE:
        one = rest
        other = town.tasks[one].sibling
        town.tasks[one].sibling = NONE
        if other == NONE:
            rest = NONE
        else:
            rest = town.tasks[other].sibling
            town.tasks[other].sibling = NONE
        pair = merge(town, one, other)
        town.tasks[pair].sibling = pairs
        pairs = pair
    heap = NONE
    while pairs != NONE:
        following = town.tasks[pairs].sibling
        town.tasks[pairs].sibling = NONE
        heap = merge(town, heap, pairs)
        pairs = following
    return heap


def comes_before(town: Town, first: int, second: int) -> bool:
    """Say whether the task *first* comes before *second*; of two alike, the one that came first."""
    one, other = town.tasks[first], town.tasks[second]
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
    if one.attempt != other.attempt:
        return one.attempt < other.attempt
    return first < second
