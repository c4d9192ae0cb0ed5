"""The state of one run, and the bookkeeping that every step shares.

Nothing here or in the rooms built on it knows the engine. A step is told the day, changes the state and
writes what happened in the journal; the engine decides when each step is taken.
"""

from simulation.calendar import Calendar
from simulation.cohort import Cohort
from simulation.journal import Activity, Entry, Journal, Phase
from simulation.people import Cause, Coordinator, Course, Meeting
from simulation.scenario import Scenario
from simulation.todo import Kind, Task, ToDo
from simulation.workload import Workload, workload

DAYS_TO = {"crisis": 0, "invitation": 7, "write_up": 5, "intake": 14, "handover_in": 14}
"""Days within which a task is wanted; our assumption. It orders the list, it is no limit."""


class Office:
    """The youths, the coordinators, the calendar and the journal of one run."""

    def __init__(self, scenario: Scenario, cohort: Cohort) -> None:
        self.scenario = scenario
        self.cohort = cohort
        self.journal = Journal()
        self.calendar = Calendar(scenario, cohort)
        self.work: Workload = workload(scenario, self.calendar.working_days_per_year)
        self.courses = [Course(youth) for youth in cohort.youths]
        self.coordinators = [Coordinator(post, ToDo(scenario.priority)) for post in cohort.posts]
        self.in_programme: dict[int, Course] = {}
        """Youths who are in the programme, by number, in order of referral."""
        self.waiting: dict[int, Course] = {}
        """Youths without a coordinator, by number."""
        self.agenda: dict[int, list[tuple[Course, Meeting]]] = {}
        """Meetings booked, by day."""
        self.without_day: list[tuple[Course, Meeting]] = []
        """Meetings for which no common day was found; they are tried again each week."""

    def _write(
        self,
        day: int,
        phase: Phase,
        course: Course | None,
        activity: Activity,
        coordinator: Coordinator | None = None,
        *,
        minutes: int = 0,
        cause: str = "",
        rule: str = "",
        occasion: int = 0,
        days: int = 0,
    ) -> None:
        case = course.youth.number if course else 0
        resource = coordinator.name if coordinator else ""
        self.journal.write(
            Entry(day, phase, case, activity, resource, minutes, cause, rule, occasion, days)
        )

    def _worked(self, day: int, coordinator: Coordinator, task: Task, minutes: int) -> None:
        rule, occasion = (task.meeting.rule, task.meeting.occasion) if task.meeting else ("", 0)
        case = task.course.youth.number
        # Written without a detour: most events of a run are slices of work.
        self.journal.write(
            Entry(day, 2, case, "work", coordinator.name, minutes, task.kind, rule, occasion)
        )

    def _task(
        self,
        day: int,
        course: Course,
        kind: Kind,
        minutes: int,
        deadline: int | None = None,
        meeting: Meeting | None = None,
    ) -> None:
        """Put work on the list of the youth's coordinator; without one nobody does it."""
        if course.coordinator is None:
            return
        by = deadline if deadline is not None else day + DAYS_TO[kind]
        task = Task(kind, course, minutes, day, by, meeting)
        course.tasks.append(task)
        course.coordinator.todo.add(task)

    def _wait_for(
        self, day: int, course: Course, meeting: Meeting, cause: Cause, phase: Phase = 2
    ) -> None:
        """From today the meeting waits for something else; late days until today had the old cause."""
        self._late_days(day, phase, course, meeting)
        meeting.waits_for = cause
        meeting.since = day

    def _late_days(self, day: int, phase: Phase, course: Course, meeting: Meeting) -> None:
        if meeting.latest is None:
            return
        days = day - max(meeting.since, meeting.latest)
        if days > 0:
            self._write(
                day, phase, course, "late_days",
                cause=meeting.waits_for, rule=meeting.rule, occasion=meeting.occasion, days=days,
            )  # fmt: skip

    def _miss(self, day: int, course: Course, minutes: int, cause: str) -> None:
        if minutes:
            self._write(day, 2, course, "contact_missed", minutes=minutes, cause=cause)
