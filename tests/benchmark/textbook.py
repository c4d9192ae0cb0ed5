"""The reduced model as a SimPy tutorial would write it.

A process per youth, a generator per meeting and per task, a ``PriorityResource`` per coordinator, one
random number at a time, and an event log to which a tuple is appended whenever something happens. The
clock counts minutes of working time, so that an unfinished task goes on the next working day by itself.
"""

from bisect import bisect_left
from collections.abc import Generator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import ceil, floor
from random import Random
from typing import Any

import simpy

from .scenario import (
    DAYS_PER_MONTH,
    DAYS_PER_YEAR,
    HISTORY_YEARS,
    NO_SHOW_SPREAD,
    DueRule,
    Numbers,
)

Story = Generator[simpy.Event, Any, Any]

APPOINTMENT_FIRST = -1_000_000
"""Priority of an appointment: before every deadline."""
EXTRA_OCCASION = 100

Row = tuple[int, int, str, str, int, str, str, int, int]
"""Day, case, activity, resource, minutes, cause, rule, occasion, days."""


@dataclass(eq=False)
class Youth:
    """One young person."""

    number: int
    referral: int
    leaves: int
    why: str
    birthday: int
    """The 15th birthday."""
    no_show: float
    assigned: simpy.Event
    """Happens when the youth gets a coordinator."""
    coordinator: "Coordinator | None" = None
    had_coordinator: bool = False
    lost_on: int = 0
    handover_left: int = 0
    present: bool = False
    tasks: list[simpy.Process] = field(default_factory=list)
    others: list[simpy.Process] = field(default_factory=list)
    bookings: dict[int, int] = field(default_factory=dict)
    """The day of each booked meeting, by its occasion."""


@dataclass(eq=False)
class Coordinator:
    """One post and whoever holds it."""

    number: int
    desk: simpy.PriorityResource
    holder: int = 1
    employed: bool = True
    leaving: bool = False
    cases: dict[int, Youth] = field(default_factory=dict)
    diary: dict[int, int] = field(default_factory=dict)
    """Minutes of appointments by day."""

    @property
    def name(self) -> str:
        """The name in the log."""
        return f"coordinator {self.number}.{self.holder}"


class Model:
    """One replication."""

    def __init__(self, numbers: Numbers, seed: int, replication: int) -> None:
        self.numbers = numbers
        self.random = Random(f"{seed} {replication}")  # noqa: S311 (no secret)
        self.env = simpy.Environment()
        self.days = [numbers.first_day + i for i, works in enumerate(numbers.works) if works]
        self.log: list[Row] = []
        self.waiting: list[tuple[bool, int, int, Youth]] = []
        self.coordinators = [
            Coordinator(i + 1, simpy.PriorityResource(self.env, capacity=1))
            for i in range(numbers.coordinators)
        ]

    def run(self) -> list[Row]:
        """Run the replication and return its event log."""
        self.env.process(self.arrivals())
        for coordinator in self.coordinators:
            self.env.process(self.post(coordinator))
        self.env.process(self.monitor())
        self.env.run(until=self.minute_of(self.numbers.last_day))
        return self.log

    # --- time and log

    def today(self) -> int:
        """Return the calendar day of the clock."""
        return self.days[int(self.env.now // self.numbers.daily)]

    def minute_of(self, day: int) -> int:
        """Return the minute at which the first working day from *day* on begins."""
        return bisect_left(self.days, day) * self.numbers.daily

    def until(self, day: int) -> simpy.Timeout:
        """Wait until the first working day from *day* on."""
        return self.env.timeout(max(0, self.minute_of(day) - self.env.now))

    def write(
        self,
        case: int,
        activity: str,
        resource: str = "",
        minutes: int = 0,
        cause: str = "",
        rule: str = "",
        occasion: int = 0,
        *,
        days: int = 0,
        day: int | None = None,
    ) -> None:
        """Append a row to the event log."""
        when = self.today() if day is None else day
        self.log.append((when, case, activity, resource, minutes, cause, rule, occasion, days))

    # --- youths

    def arrivals(self) -> Story:
        """Youths are referred, one after the other; those of the years before make the stock."""
        numbers = self.numbers
        number = 0
        day = numbers.first_day - HISTORY_YEARS * DAYS_PER_YEAR
        while True:
            day += self.random.expovariate(numbers.inflow_per_year / DAYS_PER_YEAR)
            if day >= numbers.last_day:
                return
            number += 1
            youth = self.new_youth(number, floor(day))
            if youth.leaves <= numbers.first_day:
                continue
            yield self.until(youth.referral)
            self.env.process(self.life(youth))

    def new_youth(self, number: int, referral: int) -> Youth:
        """Draw one youth's course."""
        numbers, random = self.numbers, self.random
        birthday = referral
        if random.random() >= numbers.share_at_15:
            birthday -= floor(random.uniform(0, numbers.latest_entry_age - 15) * DAYS_PER_YEAR)
        majority = birthday + round(3 * DAYS_PER_YEAR)
        end = birthday + round((numbers.end_months - 180) * DAYS_PER_MONTH)
        leaves: float = referral + random.expovariate(numbers.leave_before_18 / DAYS_PER_YEAR)
        why = "left_before_18"
        if leaves >= majority:
            leaves, why = majority, "no_support_at_18"
            if random.random() < numbers.support_at_18:
                leaves += random.expovariate(numbers.leave_after_18 / DAYS_PER_YEAR)
                why = "left_after_18"
        if leaves >= end:
            leaves, why = end, "reached_end"
        no_show = random.betavariate(
            NO_SHOW_SPREAD * numbers.no_show, NO_SHOW_SPREAD * (1 - numbers.no_show)
        )
        leaves = max(floor(leaves), referral + 1)
        return Youth(number, referral, leaves, why, birthday, no_show, self.env.event())

    def life(self, youth: Youth) -> Story:
        """A youth is referred, has meetings, and leaves."""
        stock = youth.referral < self.numbers.first_day
        self.write(youth.number, "referred", cause="stock" if stock else "new", day=youth.referral)
        youth.present = True
        self.wait(youth)
        for occasion, rule in enumerate(self.numbers.rules, start=1):
            self.plan(youth, occasion, rule)
        youth.others.append(self.env.process(self.extra_meetings(youth)))
        yield self.until(youth.leaves)
        youth.present = False
        for process in youth.tasks + youth.others:
            if process.is_alive:
                process.interrupt("left")
        if youth.coordinator is not None:
            del youth.coordinator.cases[youth.number]
            for day in youth.bookings.values():
                youth.coordinator.diary[day] -= self.numbers.appointment
        self.write(youth.number, "left", cause=youth.why)
        self.allocate()

    def plan(self, youth: Youth, occasion: int, rule: DueRule) -> None:
        """Start the process of a fixed meeting that falls within the course."""
        anchors = {
            "referral": float(youth.referral),
            "birthday": youth.birthday - 180 * DAYS_PER_MONTH,
            "majority": youth.birthday + 36 * DAYS_PER_MONTH,
        }
        anchor = anchors[rule.anchor]
        latest = round(anchor + rule.latest_months * DAYS_PER_MONTH)
        target = min(round(anchor + rule.target_months * DAYS_PER_MONTH), latest)
        earliest = min(round(anchor + rule.earliest_months * DAYS_PER_MONTH), latest)
        begins = max(youth.referral, self.numbers.first_day)
        if not begins <= target < youth.leaves:
            return
        place = latest - self.numbers.first_day
        if place < len(self.numbers.works) and not self.numbers.works[place]:
            latest = self.days[bisect_left(self.days, latest) - 1]
        opens = max(target - self.numbers.horizon_days, begins)
        meeting = self.meeting(youth, occasion, rule.id, opens, earliest, latest)
        youth.others.append(self.env.process(meeting))
        if latest < youth.leaves:
            youth.others.append(self.env.process(self.due(youth, occasion, rule.id, latest)))

    def due(self, youth: Youth, occasion: int, rule: str, latest: int) -> Story:
        """Note that the last day on time of a fixed meeting has come."""
        try:
            yield self.until(latest)
            self.write(youth.number, "meeting_due", rule=rule, occasion=occasion, day=latest)
        except simpy.Interrupt:
            return

    def extra_meetings(self, youth: Youth) -> Story:
        """Something calls for an extra meeting, again and again."""
        day: float = max(youth.referral, self.numbers.first_day)
        occasion = EXTRA_OCCASION
        try:
            while True:
                day += self.random.expovariate(self.numbers.extra_per_year / DAYS_PER_YEAR)
                yield self.until(floor(day))
                occasion += 1
                meeting = self.meeting(youth, occasion, "extra", floor(day), floor(day), None)
                youth.others.append(self.env.process(meeting))
        except simpy.Interrupt:
            return

    # --- meetings

    def meeting(
        self, youth: Youth, occasion: int, rule: str, opens: int, earliest: int, latest: int | None
    ) -> Story:
        """Invite, find a day, prepare, meet; after a no-show again."""
        numbers = self.numbers
        try:
            yield self.until(opens)
            self.write(youth.number, "meeting_opened", rule=rule, occasion=occasion)
            while True:
                if youth.coordinator is None:
                    yield youth.assigned
                yield self.task(
                    youth, "invitation", numbers.invitation, self.today() + 7, rule, occasion
                )
                if youth.coordinator is None:
                    continue
                day = self.book(youth, rule, occasion, earliest)
                minutes = numbers.preparation if latest is not None else numbers.extra_preparation
                preparation = self.task(youth, "preparation", minutes, day - 1, rule, occasion)
                yield self.until(day)
                came = yield from self.meet(youth, rule, occasion, preparation)
                if came:
                    break
            if latest is not None and self.today() > latest:
                late = self.today() - latest
                self.write(youth.number, "late_days", rule=rule, occasion=occasion, days=late)
            minutes = numbers.write_up if latest is not None else numbers.extra_write_up
            self.task(youth, "write_up", minutes, self.today() + 5, rule, occasion)
        except simpy.Interrupt:
            if youth.leaves > opens:
                self.write(youth.number, "meeting_dropped", rule=rule, occasion=occasion)

    def book(self, youth: Youth, rule: str, occasion: int, earliest: int) -> int:
        """Book the first day on which the coordinator's appointments fit, and return it."""
        coordinator = youth.coordinator
        assert coordinator is not None
        numbers, today = self.numbers, self.today()
        place = bisect_left(self.days, max(earliest, today + 1))
        while True:
            day = self.days[place]
            taken = coordinator.diary.get(day, 0)
            if taken == 0 or taken + numbers.appointment <= numbers.daily:
                break
            place += 1
        coordinator.diary[day] = taken + numbers.appointment
        youth.bookings[occasion] = day
        self.write(
            youth.number,
            "meeting_booked",
            coordinator.name,
            rule=rule,
            occasion=occasion,
            days=day - today,
        )
        return day

    def meet(
        self, youth: Youth, rule: str, occasion: int, preparation: simpy.Process
    ) -> Generator[simpy.Event, Any, bool]:
        """Hold the meeting, if there is a coordinator and the youth comes."""
        numbers, coordinator = self.numbers, youth.coordinator
        del youth.bookings[occasion]
        rest = 0
        if preparation.is_alive:
            preparation.interrupt("not in time")
            rest = yield preparation
        if coordinator is None:
            self.write(
                youth.number, "meeting_cancelled", cause="vacancy", rule=rule, occasion=occasion
            )
            return False
        with coordinator.desk.request(priority=APPOINTMENT_FIRST) as request:
            yield request
            if rest:
                self.write(
                    youth.number, "work", coordinator.name, rest, "preparation", rule, occasion
                )
            comes = self.random.random() >= youth.no_show
            self.write(
                youth.number,
                "meeting_held" if comes else "no_show",
                coordinator.name,
                numbers.appointment,
                rule=rule,
                occasion=occasion,
            )
            yield self.env.timeout(rest + numbers.appointment)
        return comes

    # --- work

    def task(
        self,
        youth: Youth,
        kind: str,
        minutes: int,
        deadline: int,
        rule: str = "",
        occasion: int = 0,
    ) -> simpy.Process:
        """Put work on the list of the youth's coordinator."""
        process = self.env.process(self.work(youth, kind, minutes, deadline, rule, occasion))
        youth.tasks.append(process)
        return process

    def work(
        self, youth: Youth, kind: str, left: int, deadline: int, rule: str, occasion: int
    ) -> Story:
        """Wait for the coordinator, by deadline, and work; return the minutes not done."""
        while left > 0:
            started = None
            coordinator = youth.coordinator
            try:
                if coordinator is None:
                    yield youth.assigned
                    continue
                with coordinator.desk.request(priority=deadline) as request:
                    yield request
                    started = int(self.env.now)
                    yield self.env.timeout(left)
            except simpy.Interrupt as interrupt:
                if started is not None and coordinator is not None:
                    done = int(self.env.now) - started
                    left -= done
                    self.write(youth.number, "work", coordinator.name, done, kind, rule, occasion)
                if kind == "handover_out":
                    youth.handover_left = left
                    return left
                if interrupt.cause != "lost":
                    return left
            else:
                self.write(youth.number, "work", coordinator.name, left, kind, rule, occasion)
                left = 0
        return 0

    # --- coordinators

    def wait(self, youth: Youth) -> None:
        """Put the youth on the waiting list: who lost a coordinator first, then who came first."""
        since = youth.lost_on if youth.had_coordinator else youth.referral
        heappush(self.waiting, (not youth.had_coordinator, since, youth.number, youth))
        self.allocate()

    def allocate(self) -> None:
        """Give waiting youths the coordinator with the fewest cases among those with room."""
        while self.waiting:
            youth = self.waiting[0][3]
            if not youth.present:
                heappop(self.waiting)
                continue
            able = [
                c
                for c in self.coordinators
                if c.employed and not c.leaving and len(c.cases) < self.numbers.ceiling
            ]
            if not able:
                return
            heappop(self.waiting)
            self.assign(youth, min(able, key=lambda c: (len(c.cases), c.number)))

    def assign(self, youth: Youth, coordinator: Coordinator) -> None:
        """Make *coordinator* the youth's own."""
        numbers, today = self.numbers, self.today()
        youth.coordinator = coordinator
        coordinator.cases[youth.number] = youth
        again, youth.had_coordinator = youth.had_coordinator, True
        since = youth.lost_on if again else youth.referral
        self.write(
            youth.number,
            "coordinator_assigned",
            coordinator.name,
            cause="handover" if again else "first",
            days=today - since,
        )
        for day in youth.bookings.values():
            coordinator.diary[day] = coordinator.diary.get(day, 0) + numbers.appointment
        youth.assigned.succeed()
        youth.assigned = self.env.event()
        if again:
            minutes = numbers.handover_half + youth.handover_left
            youth.handover_left = 0
            self.task(youth, "handover_in", minutes, today + 14)
        elif youth.referral >= numbers.first_day:
            self.task(youth, "intake", numbers.intake, today + 14)

    def post(self, coordinator: Coordinator) -> Story:
        """Somebody holds the post, resigns, leaves it empty, and somebody else takes it."""
        numbers, random = self.numbers, self.random
        least, likely, most = numbers.vacancy_months
        day = numbers.first_day
        while True:
            day += ceil(random.expovariate(numbers.resign_per_year / DAYS_PER_YEAR))
            if day >= numbers.last_day:
                return
            yield self.until(day)
            coordinator.leaving = True
            self.write(0, "notice", coordinator.name)
            day += numbers.notice_days
            for youth in list(coordinator.cases.values()):
                self.task(youth, "handover_out", numbers.handover_half, day)
            yield self.until(day)
            self.write(0, "resigned", coordinator.name)
            coordinator.employed = False
            self.lose(coordinator)
            day += ceil(random.triangular(least, most, likely) * DAYS_PER_MONTH)
            yield self.until(day)
            coordinator.holder += 1
            coordinator.employed = True
            coordinator.leaving = False
            self.write(0, "hired", coordinator.name)
            self.allocate()

    def lose(self, coordinator: Coordinator) -> None:
        """Every youth of the coordinator waits for another one."""
        cases = list(coordinator.cases.values())
        coordinator.cases.clear()
        coordinator.diary.clear()
        for youth in cases:
            youth.coordinator = None
            youth.lost_on = self.today()
            self.write(youth.number, "coordinator_lost", coordinator.name)
            youth.tasks = [process for process in youth.tasks if process.is_alive]
            for process in youth.tasks:
                process.interrupt("lost")
        for youth in cases:
            self.wait(youth)

    def monitor(self) -> Story:
        """Note each month how much work time there was and how many tasks wait."""
        numbers, since = self.numbers, 0
        for place, begins in enumerate(numbers.month_begins):
            if not begins:
                continue
            yield self.until(numbers.first_day + place)
            for coordinator in self.coordinators:
                minutes = int(self.env.now) - since if coordinator.employed else 0
                self.write(0, "hours_available", coordinator.name, minutes)
                self.write(0, "backlog", coordinator.name, len(coordinator.desk.queue))
            since = int(self.env.now)


def run(numbers: Numbers, seed: int, replication: int) -> list[Row]:
    """Run one replication and return its event log."""
    return Model(numbers, seed, replication).run()
