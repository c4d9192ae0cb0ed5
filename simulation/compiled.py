"""The compiled twin: the rules of the model as machine code, day by day instead of event by event.

The rules are the same functions that the SimPy engine calls, made known to Numba here; only the loop
over the days, and the two places that make room for rows, are its own. :mod:`simulation.machine_code`
says where what is compiled is kept.
"""

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any, cast

import numpy as np
from numba.extending import overload, register_jitable
from numpy.typing import NDArray

from simulation import (
    allocation,
    casework,
    compiled_todo,
    journal,
    leadership,
    life,
    meetings,
    office,
    outcomes,
    posts,
    todo,
    work,
)
from simulation.codes import NOTHING
from simulation.cohort import Cohort
from simulation.compiled_town import addresses, fetch, town_at
from simulation.journal import NOBODY, Log, write
from simulation.life import happen
from simulation.machine_code import to_machine_code
from simulation.office import close_books, note_calendar, open_books, work_day
from simulation.posts import change_post, come_back, fall_ill
from simulation.scenario import Scenario
from simulation.state import NONE, Town
from simulation.todo import clear_list, first_task, new_task, push, take_first
from simulation.town import Rows, settle

Addresses = NDArray[np.int64]
PLACES = 512
"""Places on each to-do list to begin with."""
AHEAD = 16
"""Happenings for whose rows the memory is asked ahead; fewer come late, more are forgotten again."""

IN_PLACE: Any = {"forceinline": True}
"""How the rules are compiled: each into whoever calls it. Left to choose, the compiler calls most of them,
and a run of the reduced model in ``tests/benchmark`` then takes a quarter more time."""
RULES: tuple[ModuleType, ...] = (
    compiled_todo,
    journal,
    todo,
    work,
    meetings,
    casework,
    posts,
    allocation,
    leadership,
    outcomes,
    life,
    office,
)
"""The modules whose functions both engines call."""


def _make_known() -> None:
    own_way: tuple[Callable[..., Any], ...] = (
        write,
        new_task,
        push,
        first_task,
        take_first,
        clear_list,
    )
    only_readers = {"in_order", "_place", "name_of", "to_entries", "to_frame"}
    for module in RULES:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            defined_here = function.__module__ == module.__name__
            if defined_here and function not in own_way and name not in only_readers:
                register_jitable(**IN_PLACE)(function)


@overload(write, jit_options=IN_PLACE)
def _write(  # noqa: PLR0913, PLR0917
    town, day, phase, youth, activity,
    who=NOBODY, minutes=0, cause=NOTHING, rule=0, occasion=0, days=0,
):  # fmt: skip
    def implementation(  # noqa: PLR0913, PLR0917
        town, day, phase, youth, activity,
        who=NOBODY, minutes=0, cause=NOTHING, rule=0, occasion=0, days=0,
    ):  # fmt: skip
        books = town.office[0]
        at = books.events
        if at >= len(town.log):
            books.full = True
            return
        row = town.log[at]
        row.day = day - books.first_counted
        row.phase = phase
        row.case = youth + 1
        row.activity = activity
        row.resource = who
        row.minutes = minutes
        row.cause = cause
        row.rule = rule
        row.occasion = occasion
        row.days = days
        books.events = at + 1

    return implementation


@overload(push, jit_options=IN_PLACE)
def _push(town, worker, new, rank, key, second_key):
    return lambda town, worker, new, rank, key, second_key: compiled_todo.push(
        town, worker, new, rank, key, second_key
    )


@overload(first_task, jit_options=IN_PLACE)
def _first_task(town, worker):
    return lambda town, worker: compiled_todo.first_task(town, worker)


@overload(take_first, jit_options=IN_PLACE)
def _take_first(town, worker):
    return lambda town, worker: compiled_todo.take_first(town, worker)


@overload(clear_list, jit_options=IN_PLACE)
def _clear_list(town, worker):
    return lambda town, worker: compiled_todo.clear_list(town, worker)


@overload(new_task, jit_options=IN_PLACE)
def _new_task(  # noqa: PLR0917
    town, youth, kind, left, created, deadline, meeting, rule, occasion, attempt
):
    def implementation(  # noqa: PLR0917
        town, youth, kind, left, created, deadline, meeting, rule, occasion, attempt
    ):
        books = town.office[0]
        at = books.tasks
        if at >= len(town.tasks):
            raise MemoryError
        books.tasks = at + 1
        task = town.tasks[at]
        task.youth = youth
        task.kind = kind
        task.left = left
        task.created = created
        task.deadline = deadline
        task.meeting = meeting
        task.rule = rule
        task.occasion = occasion
        task.attempt = attempt
        task.worker = -1
        task.over = False
        task.next_task = -1
        return at

    return implementation


_make_known()


@register_jitable
def _posts_today(town: Town, day: int, turns: Rows, turn: int) -> int:
    """Let posts change and holders fall ill or come back; return the next turn to come."""
    for post in range(len(town.posts)):
        if town.posts[post].change == day:
            change_post(town, day, post)
    while turn < len(turns) and turns[turn].day == day:
        if turns[turn].begins:
            fall_ill(town, day, turns[turn].post, turns[turn].end)
        else:
            come_back(town, day, turns[turn].post)
        turn += 1
    return turn


@register_jitable
def _fetch_happening(town: Town, happenings: Rows, at: int) -> None:
    """Have the rows at hand that a happening to come will need."""
    if at < len(happenings):
        coming = happenings[at]
        fetch(town.youths, coming.youth)
        if coming.detail >= 0:
            fetch(town.meetings, coming.detail)


@register_jitable
def _fetch_work(town: Town, day: int) -> None:
    """Have the rows at hand that the work of *day* will need."""
    meeting = town.days[day].first_booked
    while meeting != NONE:
        booked = town.meetings[meeting]
        fetch(town.streams, booked.youth)
        fetch(town.tasks, max(booked.preparation, 0))
        meeting = booked.next_booked
    for post in range(len(town.posts)):
        holder = town.posts[post]
        if holder.listed > 0:
            fetch(town.tasks, town.places[holder.first_place].task)


@to_machine_code
def _all_days(where: Addresses, happenings: Rows, turns: Rows) -> bool:
    """Carry the town through its days; say whether there was room for everything."""
    town: Town = town_at(where)
    books = town.office[0]
    at, turn = 0, 0
    # Those who were there before the first day come in, each on the day of the referral.
    for day in range(min(0, happenings[0].day) if len(happenings) else 0, books.last_day):
        if day == books.first_counted:
            open_books(town, day)
        while at < len(happenings) and happenings[at].day == day:
            happen(town, happenings[at])
            at += 1
            _fetch_happening(town, happenings, at + AHEAD)
        if day < 0:
            continue
        turn = _posts_today(town, day, turns, turn)
        if note_calendar(town, day):
            _fetch_work(town, day)
            work_day(town, day)
        if books.full:
            return False
    close_books(town, books.last_day)
    return not books.full


def live_through(scenario: Scenario, cohort: Cohort) -> Log:
    """Return the event log of a run, days counted from the first counted one."""
    days = cohort.last_day - cohort.first_day
    youths = cohort.youths.size
    tasks = 1000 + cohort.meetings.size * 5 + youths * 20 + _youth_days(cohort) // 15
    events = 2 * tasks + days * cohort.stays.size // 300 + 4 * youths + 1000
    places = PLACES
    while True:
        town, happenings = settle(scenario, cohort, tasks, events, places)
        try:
            done = _all_days(addresses(town), happenings, cohort.turns)
        except MemoryError:
            done = False
        if done:
            written = int(cast(Rows, town.office)["events"][0])
            return cast(Log, town.log)[:written]
        tasks, events, places = 2 * tasks, 2 * events, 4 * places


def _youth_days(cohort: Cohort) -> int:
    days = cohort.last_day - cohort.first_day
    stays = cohort.youths["leaves"].clip(0, days) - cohort.youths["referral"].clip(0, days)
    return int(stays.sum())
