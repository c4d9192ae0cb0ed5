"""What the municipality does with each youth: the rules of the model, written as plain steps.

Nothing here knows the engine. A step is told the day, changes the state and writes what happened in
the journal; the engine decides when each step is taken.
"""

from simulation.calendar import Calendar
from simulation.cohort import Cohort, DueMeeting
from simulation.journal import Activity, Entry, Journal, Phase
from simulation.people import Cause, Coordinator, Course, Meeting
from simulation.scenario import Scenario
from simulation.todo import Kind, Task, ToDo
from simulation.workload import Workload, notice_days, productivity, workload

EXTRA = "extra"
EXTRA_OCCASION = 100
"""Extra meetings are counted from here, so that fixed ones keep their number whatever else happens."""
DAYS_TO = {"crisis": 0, "invitation": 7, "write_up": 5, "intake": 14, "handover_in": 14}
"""Days within which a task is wanted; our assumption. It orders the list, it is no limit."""


class Municipality:
    """The state of one run, and the steps that change it."""

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

    # --- what happens to a youth (phase 0)

    def refer(self, course: Course) -> None:
        """The youth comes into the programme and waits for a coordinator."""
        self.in_programme[course.youth.number] = course
        self.waiting[course.youth.number] = course
        stock = course.youth.referral < self.cohort.first_day
        self._write(course.youth.referral, 0, course, "referred", cause="stock" if stock else "new")

    def open_meeting(self, day: int, course: Course, due: DueMeeting) -> None:
        """A fixed meeting comes within its booking horizon: it is to be arranged."""
        occasion = course.youth.meetings.index(due) + 1
        self._open(day, course, Meeting(occasion, due.rule, due.earliest, due.latest))

    def open_extra_meeting(self, day: int, course: Course, count: int) -> None:
        """Something calls for an extra meeting, the youth's *count*-th, from 1."""
        self._open(day, course, Meeting(EXTRA_OCCASION + count, EXTRA, day, None))

    def fall_due(self, day: int, course: Course, due: DueMeeting) -> None:
        """The last day on time of a fixed meeting has come, held or not."""
        occasion = course.youth.meetings.index(due) + 1
        self._write(day, 0, course, "meeting_due", rule=due.rule, occasion=occasion)

    def crisis(self, day: int, course: Course) -> None:
        """A crisis comes; without a coordinator nobody attends to it."""
        activity: Activity = "crisis" if course.coordinator else "crisis_unattended"
        self._write(day, 0, course, activity)
        self._task(day, course, "crisis", self.work.crisis)

    def leave(self, day: int, course: Course) -> None:
        """The youth leaves the programme; everything still planned is dropped."""
        number = course.youth.number
        del self.in_programme[number]
        self.waiting.pop(number, None)
        for meeting in course.open_meetings():
            self._unbook(course, meeting)
            meeting.over = True
            self._late_days(day, 0, course, meeting)
            self._write(
                day, 0, course, "meeting_dropped", rule=meeting.rule, occasion=meeting.occasion
            )
        for task in course.open_tasks():
            task.over = True
        if course.coordinator is not None:
            course.coordinator.courses.pop(number)
        self._write(day, 0, course, "left", cause=course.youth.leaves_because)

    # --- what happens to a post (phase 1)

    def give_notice(self, day: int, coordinator: Coordinator) -> None:
        """The coordinator resigns: no new cases, and every open case is to be handed over."""
        coordinator.leaving = True
        self._write(day, 1, None, "notice", coordinator)
        last = day + notice_days(self.scenario)
        for _, course in sorted(coordinator.courses.items()):
            self._task(day, course, "handover_out", self.work.handover_half, deadline=last)

    def resign(self, day: int, coordinator: Coordinator) -> None:
        """The coordinator is gone; the cases wait for another, before all new ones."""
        self._write(day, 1, None, "resigned", coordinator)
        for _, course in sorted(coordinator.courses.items()):
            self._lose(day, course, coordinator)
        coordinator.courses.clear()
        coordinator.diary.clear()
        coordinator.todo = ToDo(self.scenario.priority)
        coordinator.employed = False
        coordinator.balance = 0

    def hire(self, day: int, coordinator: Coordinator) -> None:
        """A newcomer takes the post."""
        coordinator.holder += 1
        coordinator.call_by_name()
        coordinator.hired = day
        coordinator.employed = True
        coordinator.leaving = False
        self._write(day, 1, None, "hired", coordinator)

    # --- what the office does on a working day (phase 2)

    def begin_month(self, day: int) -> None:
        """Contact not delivered last month lapses; this month's is put on the lists."""
        self.write_hours(day)
        for _, course in sorted(self.in_programme.items()):
            for task in course.open_tasks():
                if task.kind == "contact":
                    task.over = True
                    cause = "queue" if course.coordinator else "vacancy"
                    self._miss(day, course, task.left, cause)
            minutes = self.work.contact(course.youth, day)
            if course.coordinator is not None:
                self._task(day, course, "contact", minutes, deadline=day + 30)
            elif course.had_coordinator:
                self._miss(day, course, minutes, "vacancy")

    def allocate(self, day: int) -> None:
        """Give each waiting youth a coordinator with room: first who lost one, then who came first."""
        if not self.waiting:
            return
        for course in sorted(self.waiting.values(), key=_turn):
            coordinator = self._with_room(day)
            if coordinator is None:
                return
            self._assign(day, course, coordinator)

    def hold_meetings(self, day: int) -> None:
        """Hold the meetings booked for *day*, or find that the youth or the coordinator is missing."""
        for course, meeting in sorted(self.agenda.pop(day, []), key=_who):
            if not meeting.over and meeting.booked == day:
                self._hold(day, course, meeting)

    def do_work(self, day: int, coordinator: Coordinator) -> None:
        """Spend the coordinator's minutes of the day, after the appointments, on the to-do list."""
        while coordinator.balance > 0 and (task := coordinator.todo.first()) is not None:
            minutes = min(coordinator.balance, task.left)
            coordinator.balance -= minutes
            task.left -= minutes
            self._worked(day, coordinator, task, minutes)
            if task.left == 0:
                task.over = True
                self._finish(day, coordinator, task)
        coordinator.balance = min(coordinator.balance, 0)

    def start_day(self, day: int, coordinator: Coordinator) -> None:
        """Give the coordinator the minutes of a working day."""
        share = productivity(self.scenario, coordinator.hired, day)
        minutes = int(self.work.daily * share)
        coordinator.balance += minutes
        coordinator.available += minutes

    def retry(self, day: int) -> None:
        """Search once more for the meetings that no common day was found for."""
        again, self.without_day = self.without_day, []
        for course, meeting in sorted(again, key=_who):
            if not meeting.over and course.coordinator is not None and meeting.booked is None:
                self._book(day, course, meeting, course.coordinator)

    def write_hours(self, day: int) -> None:
        """Write down the hours each coordinator had since the last time, and the work that waits."""
        for coordinator in self.coordinators:
            self._write(day, 2, None, "hours_available", coordinator, minutes=coordinator.available)
            backlog = coordinator.todo.backlog()
            self._write(day, 2, None, "backlog", coordinator, minutes=backlog)
            coordinator.available = 0

    def end(self, day: int) -> None:
        """Close the books: meetings that are late by now have been late so many days."""
        self.write_hours(day)
        for _, course in sorted(self.in_programme.items()):
            for meeting in course.open_meetings():
                self._late_days(day, 2, course, meeting)

    # --- the steps within these

    def _open(self, day: int, course: Course, meeting: Meeting) -> None:
        course.meetings.append(meeting)
        meeting.since = day
        self._write(day, 0, course, "meeting_opened", rule=meeting.rule, occasion=meeting.occasion)
        if course.coordinator is not None:
            self._invite(day, course, meeting)
        elif course.had_coordinator:
            meeting.waits_for = "vacancy"

    def _invite(self, day: int, course: Course, meeting: Meeting) -> None:
        """Put the invitation on the to-do list; after a no-show the wait stays the no-show's."""
        if meeting.waits_for != "no_show":
            self._wait_for(day, course, meeting, "queue")
        self._task(day, course, "invitation", self.work.invitation, meeting=meeting)

    def _book(self, day: int, course: Course, meeting: Meeting, coordinator: Coordinator) -> None:
        """Search forward for a common day and book it, or leave the meeting to be tried again."""
        notice = day + 7 * self.scenario.notice_weeks
        earliest = max(notice, meeting.earliest, day + 1)
        found = self.calendar.common_day(
            course.youth.free_weekdays,
            coordinator,
            self.work.appointment,
            self.work.daily,
            earliest,
            earliest + 7 * self.scenario.search_weeks,
        )
        if meeting.waits_for != "no_show":
            self._wait_for(day, course, meeting, "no_slot")
        if found is None:
            self.without_day.append((course, meeting))
            return
        meeting.booked = found
        self.calendar.take(found)
        coordinator.diary[found] = coordinator.diary.get(found, 0) + self.work.appointment
        self.agenda.setdefault(found, []).append((course, meeting))
        minutes = self.work.preparation if meeting.is_fixed else self.work.extra_preparation
        self._task(day, course, "preparation", minutes, deadline=found - 1, meeting=meeting)
        self._write(
            day, 2, course, "meeting_booked", coordinator,
            rule=meeting.rule, occasion=meeting.occasion, days=found - day,
        )  # fmt: skip

    def _unbook(self, course: Course, meeting: Meeting) -> None:
        if meeting.booked is None:
            return
        self.calendar.give_back(meeting.booked)
        if course.coordinator is not None:
            course.coordinator.diary[meeting.booked] -= self.work.appointment
        meeting.booked = None

    def _hold(self, day: int, course: Course, meeting: Meeting) -> None:
        coordinator = course.coordinator
        if coordinator is None:
            meeting.booked = None
            meeting.attempts += 1
            for task in self._preparations(course, meeting):
                task.over = True
            self._wait_for(day, course, meeting, "vacancy")
            self._write(
                day, 2, course, "meeting_cancelled",
                cause="vacancy", rule=meeting.rule, occasion=meeting.occasion,
            )  # fmt: skip
            return
        self._prepare_in_haste(day, course, meeting, coordinator)
        coordinator.balance -= self.work.appointment
        youth = course.youth
        place = (meeting.occasion * 7 + meeting.attempts) % len(youth.showing_up)
        comes = youth.showing_up[place] >= youth.no_show
        meeting.attempts += 1
        meeting.booked = None
        self._write(
            day, 2, course, "meeting_held" if comes else "no_show", coordinator,
            minutes=self.work.appointment, rule=meeting.rule, occasion=meeting.occasion,
        )  # fmt: skip
        if comes:
            self._late_days(day, 2, course, meeting)
            meeting.over = True
            minutes = self.work.write_up if meeting.is_fixed else self.work.extra_write_up
            self._task(day, course, "write_up", minutes, meeting=meeting)
        else:
            self._wait_for(day, course, meeting, "no_show")
            self._invite(day, course, meeting)

    def _prepare_in_haste(
        self, day: int, course: Course, meeting: Meeting, coordinator: Coordinator
    ) -> None:
        """What was not prepared in time is prepared on the day, at the cost of the next days."""
        for task in self._preparations(course, meeting):
            task.over = True
            coordinator.balance -= task.left
            self._worked(day, coordinator, task, task.left)

    def _preparations(self, course: Course, meeting: Meeting) -> list[Task]:
        return [
            task
            for task in course.open_tasks()
            if task.kind == "preparation" and task.meeting is meeting
        ]

    def _with_room(self, day: int) -> Coordinator | None:
        """Return the coordinator with the fewest open cases among those below their ceiling."""
        ceiling = self.scenario.caseload_ceiling
        able = [
            coordinator
            for coordinator in self.coordinators
            if coordinator.employed
            and not coordinator.leaving
            and len(coordinator.courses)
            < max(1, int(ceiling * productivity(self.scenario, coordinator.hired, day)))
        ]
        return min(able, key=lambda c: (len(c.courses), c.post.number), default=None)

    def _assign(self, day: int, course: Course, coordinator: Coordinator) -> None:
        self.waiting.pop(course.youth.number)
        course.coordinator = coordinator
        coordinator.courses[course.youth.number] = course
        handed_over, course.had_coordinator = course.had_coordinator, True
        since = course.lost_on if handed_over else course.youth.referral
        self._write(
            day, 2, course, "coordinator_assigned", coordinator,
            cause="handover" if handed_over else "first", days=day - since,
        )  # fmt: skip
        for task in course.open_tasks():
            coordinator.todo.add(task)
        if handed_over:
            minutes = self.work.handover_half + course.handover_left
            course.handover_left = 0
            self._task(day, course, "handover_in", minutes)
        elif course.youth.referral >= self.cohort.first_day:
            self._task(day, course, "intake", self.work.intake)
        for meeting in course.open_meetings():
            if meeting.booked is None:
                self._invite(day, course, meeting)
            else:
                appointments = coordinator.diary.get(meeting.booked, 0)
                coordinator.diary[meeting.booked] = appointments + self.work.appointment

    def _lose(self, day: int, course: Course, coordinator: Coordinator) -> None:
        """The youth loses the coordinator; what was agreed stands, what was planned waits."""
        course.coordinator = None
        course.lost_on = day
        course.handover_left = 0
        self.waiting[course.youth.number] = course
        self._write(day, 1, course, "coordinator_lost", coordinator)
        for task in course.open_tasks():
            if task.kind == "handover_out":
                course.handover_left = task.left
            if task.kind in {"handover_out", "invitation"}:
                task.over = True
        self.without_day = [pair for pair in self.without_day if pair[0] is not course]
        for meeting in course.open_meetings():
            if meeting.booked is None and meeting.waits_for != "no_show":
                self._wait_for(day, course, meeting, "vacancy", phase=1)

    def _finish(self, day: int, coordinator: Coordinator, task: Task) -> None:
        if task.kind == "invitation" and task.meeting is not None:
            self._book(day, task.course, task.meeting, coordinator)

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

    def _worked(self, day: int, coordinator: Coordinator, task: Task, minutes: int) -> None:
        rule, occasion = (task.meeting.rule, task.meeting.occasion) if task.meeting else ("", 0)
        case = task.course.youth.number
        # Written without a detour: most events of a run are slices of work.
        self.journal.write(
            Entry(day, 2, case, "work", coordinator.name, minutes, task.kind, rule, occasion)
        )

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


def _turn(course: Course) -> tuple[bool, int, int]:
    """The order of the waiting list: who lost a coordinator comes first, then who has waited longest."""
    since = course.lost_on if course.had_coordinator else course.youth.referral
    return not course.had_coordinator, since, course.youth.number


def _who(pair: tuple[Course, Meeting]) -> tuple[int, int]:
    course, meeting = pair
    return course.youth.number, meeting.occasion
