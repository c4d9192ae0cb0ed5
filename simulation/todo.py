"""A coordinator's work: the tasks, and the order in which the to-do list is worked through."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from simulation.people import Course, Meeting

Kind = Literal[
    "crisis",
    "invitation",
    "preparation",
    "write_up",
    "contact",
    "intake",
    "handover_out",
    "handover_in",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
Key = tuple[int, ...]


@dataclass(slots=True, eq=False)
class Task:
    """A piece of work on one case, in minutes."""

    kind: Kind
    course: "Course"
    left: int
    """Minutes still to do."""
    created: int
    deadline: int
    meeting: "Meeting | None" = None
    over: bool = False
    """Done, lapsed or no longer wanted."""


def deadline_first(task: Task) -> Key:
    """What is due first comes first."""
    return task.deadline, task.created, *_identity(task)


def oldest_first(task: Task) -> Key:
    """What has lain longest comes first."""
    return task.created, task.deadline, *_identity(task)


def fixed_meetings_first(task: Task) -> Key:
    """Work on fixed meetings comes before all other, then what is due first."""
    fixed = task.meeting is not None and task.meeting.is_fixed
    return 0 if fixed else 1, task.deadline, task.created, *_identity(task)


PRIORITIES: dict[str, Callable[[Task], Key]] = {
    "deadline_first": deadline_first,
    "fixed_meetings_first": fixed_meetings_first,
    "oldest_first": oldest_first,
}


class ToDo:
    """The to-do list of one coordinator; a crisis comes before everything else."""

    def __init__(self, priority: str) -> None:
        self._key = PRIORITIES[priority]
        self._heap: list[tuple[bool, Key, int, Task]] = []
        self._added = 0

    def add(self, task: Task) -> None:
        """Put *task* on the list."""
        # Two crises of one youth on one day are alike; the count only keeps the heap from comparing them.
        self._added += 1
        heappush(self._heap, (task.kind != "crisis", self._key(task), self._added, task))

    def first(self) -> Task | None:
        """Return the task that comes first and leave it on the list; None when nothing is to do."""
        while self._heap and self._heap[0][3].over:
            heappop(self._heap)
        return self._heap[0][3] if self._heap else None

    def backlog(self) -> int:
        """Return the minutes of work on the list."""
        return sum(task.left for task in self)

    def __iter__(self) -> Iterator[Task]:
        return (task for _, _, _, task in self._heap if not task.over)


def _identity(task: Task) -> Key:
    """Tell tasks apart, so that their order does not depend on how they came."""
    occasion = task.meeting.occasion if task.meeting is not None else 0
    attempt = task.meeting.attempts if task.meeting is not None else 0
    return task.course.youth.number, KINDS.index(task.kind), occasion, attempt
