"""The to-do list of the compiled twin: a binary heap in the places of each post.

The functions stand for those of the same name in :mod:`simulation.todo`, and give the same order. What
decides the order of nearly all tasks is one number beside the task, so that the tasks themselves need not
be looked up.
"""

from simulation.state import Place, Town


def push(town: Town, worker: int, new: int, rank: int, key: int, second_key: int) -> None:
    """Put a task on the list of *worker*, by rank and then by both keys, the least first."""
    post = town.posts[worker]
    if post.listed >= town.office[0].places:
        raise MemoryError
    first = post.first_place
    order = order_of(town, new, rank, key, second_key)
    at = post.listed
    post.listed += 1
    while at > 0:
        above = town.places[first + ((at - 1) >> 1)]
        if not comes_before(town, order, new, above):
            break
        _move(above, town.places[first + at])
        at = (at - 1) >> 1
    place = town.places[first + at]
    place.order = order
    place.task = new


def first_task(town: Town, worker: int) -> int:
    """Return the task that comes first for *worker* and leave it on the list; NONE if there is none."""
    post = town.posts[worker]
    first = post.first_place
    while post.listed > 0:
        task = town.places[first].task
        if not town.tasks[task].over:
            return task
        take_first(town, worker)
    return -1


def take_first(town: Town, worker: int) -> None:
    """Take the task that comes first off the list."""
    post = town.posts[worker]
    first = post.first_place
    post.listed -= 1
    size = post.listed
    last = town.places[first + size]
    order, task = last.order, last.task
    at = 0
    while 2 * at + 1 < size:
        below = 2 * at + 1
        if below + 1 < size:
            left, right = town.places[first + below], town.places[first + below + 1]
            if left.order == right.order:
                below += comes_before(town, right.order, right.task, left)
            else:
                # Added, not decided upon: the machine would guess wrong every other time.
                below += right.order < left.order
        if comes_before(town, order, task, town.places[first + below]):
            break
        _move(town.places[first + below], town.places[first + at])
        at = below
    place = town.places[first + at]
    place.order = order
    place.task = task


def clear_list(town: Town, worker: int) -> None:
    """Empty the list: who held the post is gone."""
    town.posts[worker].listed = 0


def _move(origin: Place, target: Place) -> None:
    target.order = origin.order
    target.task = origin.task


def order_of(town: Town, new: int, rank: int, key: int, second_key: int) -> int:
    """Return rank, keys and youth of a task as one number; days and youths stay below their share."""
    return (((((rank << 20) + key) << 20) + second_key) << 21) + town.tasks[new].youth


def comes_before(town: Town, order: int, task: int, place: Place) -> bool:
    """Say whether a task comes before the one in *place*; of two alike, the one that came first."""
    if order != place.order:
        return order < place.order
    one, other = town.tasks[task], town.tasks[place.task]
    if one.kind != other.kind:
        return one.kind < other.kind
    if one.occasion != other.occasion:
        return one.occasion < other.occasion
    if one.attempt != other.attempt:
        return one.attempt < other.attempt
    return task < place.task
