"""One run: the SimPy processes that carry the municipality through its days.

Three stories run side by side. Each youth follows a course, each post is held and left, and the office
opens on every working day. What they do stands in :mod:`simulation.casework`; here is only when.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING

import simpy

from simulation.casework import Municipality
from simulation.cohort import Cohort, Post, draw
from simulation.journal import Entry, to_frame
from simulation.measures import measure
from simulation.people import Coordinator, Course
from simulation.results import Result
from simulation.scenario import Scenario
from simulation.workload import notice_days

if TYPE_CHECKING:
    import pandas as pd

Story = Generator[simpy.Event, object, None]

POSTS_AT = 0.25
"""Time of day at which posts are left and taken: after what happens to youths (0)."""
OFFICE_AT = 0.5
"""Time of day at which the office opens: after everything else."""


@dataclass(frozen=True)
class Run:
    """One replication of one scenario: its event log, and the measures derived from it."""

    scenario: Scenario
    seed: int
    replication: int
    entries: tuple[Entry, ...]
    """The event log as plain tuples, by day and phase."""

    @cached_property
    def log(self) -> "pd.DataFrame":
        """The event log as a tidy table, one row an event; see :func:`simulation.journal.to_frame`."""
        return to_frame(self.entries, self.scenario.start)

    @cached_property
    def result(self) -> Result:
        """The measures and the series that figures need."""
        return measure(self.entries, self.scenario, self.replication)

    @property
    def measures(self) -> dict[str, float]:
        """Every measure by its name; :data:`simulation.measures.MEASURES` says what each is."""
        return self.result.measures

    @property
    def start(self) -> date:
        """Day 0 of the log."""
        return self.scenario.start


def run(scenario: Scenario, seed: int = 1, replication: int = 0) -> Run:
    """Run *scenario* once and return its event log and measures.

    *seed* and *replication* (whole numbers, 0 or more) name the chance: the same two give the same
    youths, the same resignations and, for one scenario, the same log to the byte.

    >>> run(Scenario.preset("small", years=1)).measures["due_meetings"]
    14.0
    """
    return follow(scenario, draw(scenario, seed, replication), seed, replication)


def follow(scenario: Scenario, cohort: Cohort, seed: int, replication: int) -> Run:
    """Carry *cohort* through *scenario*; nothing is left to chance here."""
    env = simpy.Environment(initial_time=cohort.first_day)
    town = Municipality(scenario, cohort)
    for course in town.courses:
        env.process(live(env, town, course))
    for coordinator in town.coordinators:
        env.process(hold_post(env, town, coordinator, coordinator.post))
    env.process(open_office(env, town))
    env.run(until=cohort.last_day)
    town.end(cohort.last_day)
    return Run(scenario, seed, replication, town.journal.in_order())


def live(env: simpy.Environment, town: Municipality, course: Course) -> Story:
    """A youth is referred, meets what life brings, and leaves."""
    youth = course.youth
    yield until(env, youth.referral)
    town.refer(course)
    happenings: list[tuple[int, int, Callable[[], None]]] = [
        *((day, 0, partial(town.crisis, day, course)) for day in youth.crises),
        *(
            (day, 1, partial(town.open_extra_meeting, day, course, count))
            for count, day in enumerate(youth.extra_meetings, start=1)
        ),
        *(
            (due.opens, 2, partial(town.open_meeting, due.opens, course, due))
            for due in youth.meetings
        ),
        *(
            (due.latest, 3, partial(town.fall_due, due.latest, course, due))
            for due in youth.meetings
            if due.latest < youth.leaves
        ),
    ]
    for day, _, happen in sorted(happenings, key=lambda happening: happening[:2]):
        yield until(env, day)
        happen()
    yield until(env, youth.leaves)
    town.leave(youth.leaves, course)


def hold_post(env: simpy.Environment, town: Municipality, held: Coordinator, post: Post) -> Story:
    """Somebody holds the post, resigns, leaves it empty, and somebody else takes it."""
    notice = notice_days(town.scenario)
    day = town.cohort.first_day
    for tenure, vacancy in zip(post.tenures, post.vacancies, strict=True):
        day += tenure
        yield until(env, day + POSTS_AT)
        town.give_notice(day, held)
        day += notice
        yield until(env, day + POSTS_AT)
        town.resign(day, held)
        day += vacancy
        yield until(env, day + POSTS_AT)
        town.hire(day, held)


def open_office(env: simpy.Environment, town: Municipality) -> Story:
    """On each working day cases are given out, meetings held, and the to-do lists worked through."""
    cohort, calendar = town.cohort, town.calendar
    months = set(calendar.month_starts)
    new_month = new_week = False
    for day in range(cohort.first_day, cohort.last_day):
        new_month = new_month or day in months
        new_week = new_week or calendar.is_monday(day)
        if not calendar.works(day):
            continue
        yield until(env, day + OFFICE_AT)
        if new_month:
            town.begin_month(day)
        town.allocate(day)
        if new_week:
            town.retry(day)
        new_month = new_week = False
        at_work = [coordinator for coordinator in town.coordinators if coordinator.employed]
        for coordinator in at_work:
            town.start_day(day, coordinator)
        town.hold_meetings(day)
        for coordinator in at_work:
            town.do_work(day, coordinator)


def until(env: simpy.Environment, time: float) -> simpy.Event:
    """Wait until *time*, or go on at once if it has passed."""
    return env.timeout(max(0.0, time - env.now))
