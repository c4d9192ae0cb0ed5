"""A cohort and a scenario put together: the town on the morning of the first day."""

from dataclasses import astuple
from functools import lru_cache
from itertools import starmap
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from simulation.calendar import calendar
from simulation.cohort import DISTRICTS, Cohort
from simulation.plan import daily_minutes, office_of
from simulation.scenario import Scenario
from simulation.state import (
    CHANCES,
    NEVER,
    Chance,
    Day,
    Event,
    Happening,
    Meeting,
    Month,
    Office,
    Place,
    Post,
    Stay,
    Task,
    Town,
    Youth,
    copied,
    record,
    table,
)

Rows = NDArray[np.void]


def settle(
    scenario: Scenario, cohort: Cohort, tasks: int = 0, events: int = 0, places: int = 0
) -> tuple[Town, Rows]:
    """Return the town as tables, and everything that will happen, in order.

    There is room for so many *tasks* and *events*, and *places* on each to-do list; nothing in *cohort*
    is changed by the run.
    """
    youths = copied(cohort.youths)
    youths["district"] = youths["district"].astype(np.int64) * scenario.districts // DISTRICTS
    risk = scenario.reminder_risk_ratio if scenario.reminders else 1.0
    youths["no_show"] = np.floor(youths["no_show"] * risk)
    happenings = everything(scenario, cohort)
    prepared = _prepared(scenario, cohort.stays.size // CHANCES)
    posts, days = copied(prepared.posts), copied(calendar(scenario))
    tenures = cohort.stays["tenure"][::CHANCES]
    posts["first_place"] = np.arange(posts.size) * places
    posts["change"] = np.where(posts["employed"], tenures, NEVER)
    office = prepared.office.copy()
    # A cohort may be cut short.
    office["last_day"] = cohort.last_day - cohort.first_day
    office["places"] = places
    town = Town(
        office=office,  # type: ignore[arg-type]
        youths=youths,  # type: ignore[arg-type]
        posts=posts,  # type: ignore[arg-type]
        meetings=copied(cohort.meetings),  # type: ignore[arg-type]
        tasks=np.empty(tasks, dtype=record(Task)),  # type: ignore[arg-type]
        days=days,  # type: ignore[arg-type]
        months=table(Month, 2 + (cohort.last_day - cohort.first_day) // 28),  # type: ignore[arg-type]
        diary=np.zeros(posts.size * days.size, dtype=np.int32),  # type: ignore[arg-type]
        chances=cohort.chances,  # type: ignore[arg-type]
        efforts=cohort.efforts,  # type: ignore[arg-type]
        streams=cohort.streams,
        jumps=cohort.jumps,
        quantiles=cohort.quantiles,
        stays=cohort.stays,  # type: ignore[arg-type]
        log=np.empty(events, dtype=record(Event)),  # type: ignore[arg-type]
        places=np.empty(places * posts.size, dtype=record(Place)),  # type: ignore[arg-type]
    )
    return town, happenings


class _Prepared(NamedTuple):
    """What is the same in every replication of a scenario."""

    office: Rows
    posts: Rows


@lru_cache(maxsize=1024)
def _prepared(scenario: Scenario, posts: int) -> _Prepared:
    office = np.zeros(1, dtype=record(Office))
    office[0] = astuple(office_of(scenario))
    return _Prepared(office, _posts(scenario, posts))


def _posts(scenario: Scenario, count: int) -> Rows:
    """Return the posts: the named ones first, then equal ones, then those that may be added."""
    posts = table(Post, count)
    number = np.arange(count)
    named = scenario.posts[: scenario.coordinators]
    hours = [post.weekly_hours for post in named]
    hours += [scenario.weekly_hours] * (count - len(hours))
    posts["daily"] = [daily_minutes(scenario, each) for each in hours]
    posts["district"] = number % scenario.districts
    posts["district"][: len(named)] = [(post.district - 1) % scenario.districts for post in named]
    specialists = max(1, round(scenario.specialist_share * scenario.coordinators))
    posts["specialist"] = number < specialists
    if any(post.specialist for post in named):
        posts["specialist"] = [post.specialist for post in named] + [False] * (count - len(named))
    posts["employed"] = number < scenario.coordinators
    # Who is not there yet is counted as the holder before the first.
    posts["holder"] = np.where(posts["employed"], 1, 0)
    return posts


def everything(scenario: Scenario, cohort: Cohort) -> Rows:
    """Return what life, the rules and the municipality's choices bring each youth, in order.

    By day, youth and kind. Nothing happens to a youth before the referral but to be found, and nothing
    after leaving.
    """
    from simulation.compiled_cohort import Choices, at_most, by_day, gather  # noqa: PLC0415 (Numba)

    choices = Choices(
        days=cohort.last_day - cohort.first_day,
        horizon=7 * scenario.booking_horizon_weeks,
        forced_change=scenario.forced_change_at_18,
        outcomes=scenario.outcomes,
        limited_stay=scenario.stay_from_assignment_months > 0,
    )
    tables = cohort.youths, cohort.meetings, cohort.happenings
    room = np.empty(at_most(*tables, choices), dtype=record(Happening))
    gathered = room[: gather(*tables, choices, room)]
    found = np.empty_like(gathered)
    by_day(gathered, cohort.youths.size, found)
    return found


def as_lists(town: Town) -> Town:
    """Return the town as lists of row objects, for the SimPy engine."""
    town = _spelled_out(town)
    rows = {
        "office": Office,
        "youths": Youth,
        "posts": Post,
        "meetings": Meeting,
        "days": Day,
        "months": Month,
        "chances": Chance,
        "stays": Stay,
    }
    lists = {
        name: list(starmap(row, cast(Rows, getattr(town, name)).tolist()))
        for name, row in rows.items()
    }
    numbers = {
        name: cast("NDArray[np.int32]", getattr(town, name)).tolist()
        for name in ("diary", "efforts")
    }
    return Town(
        **lists,
        streams=town.streams,
        jumps=town.jumps,
        quantiles=town.quantiles,
        tasks=[],
        log=[],
        **numbers,
        places=(),
        lists=[[] for _ in lists["posts"]],
    )


def _spelled_out(town: Town) -> Town:
    """Return *town* with the rows of chance and the efforts of every youth written down."""
    if len(town.chances) or not len(town.streams):
        return town
    from simulation.compiled_chance import spell_out  # noqa: PLC0415 (loads Numba)

    chances = np.empty(len(town.streams) * CHANCES, dtype=record(Chance))
    efforts = np.full(chances.size, 1024, dtype=np.uint16)
    spell_out(town.streams, town.jumps, town.quantiles, chances, efforts)
    return town._replace(chances=chances, efforts=efforts)  # type: ignore[arg-type]
