"""A meeting from the day it is to be arranged to the day it is held: invite, find a day, meet."""

from simulation.cohort import DueMeeting
from simulation.office import Office
from simulation.people import Coordinator, Course, Meeting
from simulation.todo import Task

EXTRA = "extra"
EXTRA_OCCASION = 100
"""Extra meetings are counted from here, so that fixed ones keep their number whatever else happens."""


class Meetings(Office):
    """What the municipality does about each meeting."""

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

    def retry(self, day: int) -> None:
        """Search once more for the meetings that no common day was found for."""
        again, self.without_day = self.without_day, []
        for course, meeting in sorted(again, key=_who):
            if not meeting.over and course.coordinator is not None and meeting.booked is None:
                self._book(day, course, meeting, course.coordinator)

    def hold_meetings(self, day: int) -> None:
        """Hold the meetings booked for *day*, or find that the youth or the coordinator is missing."""
        for course, meeting in sorted(self.agenda.pop(day, []), key=_who):
            if not meeting.over and meeting.booked == day:
                self._hold(day, course, meeting)

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


def _who(pair: tuple[Course, Meeting]) -> tuple[int, int]:
    course, meeting = pair
    return course.youth.number, meeting.occasion
