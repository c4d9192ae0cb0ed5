"""The state of a run: a youth's course, its meetings, and the coordinators."""

from dataclasses import dataclass, field
from typing import Literal

from simulation.cohort import Post, Youth
from simulation.todo import Task, ToDo

Cause = Literal["waiting_list", "vacancy", "queue", "no_slot", "no_show"]
"""What a meeting waits for: a first coordinator, a new one, the invitation, a common day, or the next
attempt after a no-show. Every late day has exactly one."""
CAUSES: tuple[Cause, ...] = ("waiting_list", "vacancy", "queue", "no_slot", "no_show")


@dataclass(slots=True, eq=False)
class Meeting:
    """A meeting to be held with one youth."""

    occasion: int
    """Which of the youth's meetings, from 1; fixed meetings first, in the order of the rules."""
    rule: str
    """The rule's id, or "extra"."""
    earliest: int
    latest: int | None
    """The last day on time; None for an extra meeting, which is never late."""
    waits_for: Cause = "waiting_list"
    since: int = 0
    """The day from which it has waited for that."""
    attempts: int = 0
    booked: int | None = None
    """The day it is booked for; None while no day is found."""
    over: bool = False

    @property
    def is_fixed(self) -> bool:
        """Whether a rule asks for it."""
        return self.latest is not None


@dataclass(slots=True, eq=False)
class Course:
    """One youth's course through the programme."""

    youth: Youth
    coordinator: "Coordinator | None" = None
    had_coordinator: bool = False
    lost_on: int = 0
    """The day on which the coordinator was lost, for the order of the waiting list."""
    handover_left: int = 0
    """Minutes that the former coordinator did not get to hand over."""
    tasks: list[Task] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)

    def open_tasks(self) -> list[Task]:
        """Return the tasks that are still wanted, and forget the others."""
        self.tasks = [task for task in self.tasks if not task.over]
        return self.tasks

    def open_meetings(self) -> list[Meeting]:
        """Return the meetings that are still to be held."""
        return [meeting for meeting in self.meetings if not meeting.over]


@dataclass(slots=True, eq=False)
class Coordinator:
    """One post and whoever holds it now."""

    post: Post
    todo: ToDo
    holder: int = 1
    """Which person holds the post, from 1; counted up at each hiring."""
    hired: int | None = None
    """The day of hiring; None for the first holder, who is experienced."""
    employed: bool = True
    leaving: bool = False
    """Notice is given: no new cases."""
    courses: dict[int, Course] = field(default_factory=dict)
    """Open cases by the youth's number."""
    diary: dict[int, int] = field(default_factory=dict)
    """Minutes of appointments by day."""
    balance: int = 0
    """Minutes at hand today; below zero after a long appointment, which the next days pay back."""
    available: int = 0
    """Minutes of work time since the last time they were written down."""
    name: str = ""
    """The name in the log, as "coordinator 2.1": post 2, its first holder."""

    def __post_init__(self) -> None:
        self.call_by_name()

    def call_by_name(self) -> None:
        """Set the name of who holds the post now."""
        self.name = f"coordinator {self.post.number}.{self.holder}"
