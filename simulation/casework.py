"""What the municipality does with each youth: the rules of the model, written as plain steps."""

from simulation.journal import Activity
from simulation.meetings import Meetings
from simulation.people import Coordinator, Course
from simulation.todo import Task, ToDo
from simulation.workload import notice_days, productivity


class Municipality(Meetings):
    """The steps of one run, in three groups: what happens to a youth, to a post, and in the office."""

    def refer(self, course: Course) -> None:
        """The youth comes into the programme and waits for a coordinator."""
        self.in_programme[course.youth.number] = course
        self.waiting[course.youth.number] = course
        stock = course.youth.referral < self.cohort.first_day
        self._write(course.youth.referral, 0, course, "referred", cause="stock" if stock else "new")

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


def _turn(course: Course) -> tuple[bool, int, int]:
    """The order of the waiting list: who lost a coordinator comes first, then who has waited longest."""
    since = course.lost_on if course.had_coordinator else course.youth.referral
    return not course.had_coordinator, since, course.youth.number
