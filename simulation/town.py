"""A cohort and a scenario put together: the town on the morning of the first day."""

from array import array
from dataclasses import astuple
from functools import lru_cache
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from simulation.calendar import calendar
from simulation.codes import EXTRA, NEW
from simulation.cohort import DISTRICTS, Cohort
from simulation.life import (
    COMING_OF_AGE,
    HANDOVER_BEFORE_18,
    IDENTIFICATION,
    LEAVING,
    MEETING_FALLS_DUE,
    MEETING_OPENS,
    QUARTER,
    REFERRAL,
    TURNING_19,
)
from simulation.plan import daily_minutes, office_of
from simulation.scenario import Scenario
from simulation.state import (
    CHANCES,
    NEVER,
    NONE,
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
    record,
    table,
)

DAYS_PER_QUARTER = 91
HANDOVER_AHEAD = 30
"""Days before the 18th birthday at which a forced change begins to be handed over; our assumption."""

Rows = NDArray[np.void]


def settle(
    scenario: Scenario, cohort: Cohort, tasks: int = 0, events: int = 0, places: int = 0
) -> tuple[Town, Rows]:
    """Return the town as tables, and everything that will happen, in order.

    There is room for so many *tasks* and *events*, and *places* on each to-do list; nothing in *cohort*
    is changed by the run.
    """
    youths = cohort.youths.copy()
    youths["district"] = youths["district"].astype(np.int64) * scenario.districts // DISTRICTS
    risk = scenario.reminder_risk_ratio if scenario.reminders else 1.0
    youths["no_show"] = np.floor(youths["no_show"] * risk)
    happenings = everything(scenario, cohort)
    prepared = _prepared(scenario, cohort.stays.size // CHANCES)
    posts, days = prepared.posts.copy(), prepared.days.copy()
    tenures = cohort.stays["tenure"][::CHANCES]
    posts["change"] = np.where(posts["employed"], tenures, NEVER)
    office = prepared.office.copy()
    # A cohort may be cut short.
    office["last_day"] = cohort.last_day - cohort.first_day
    town = Town(
        office=office,  # type: ignore[arg-type]
        youths=youths,  # type: ignore[arg-type]
        posts=posts,  # type: ignore[arg-type]
        meetings=cohort.meetings.copy(),  # type: ignore[arg-type]
        tasks=np.empty(tasks, dtype=record(Task)),  # type: ignore[arg-type]
        days=days,  # type: ignore[arg-type]
        months=table(Month, 2 + (cohort.last_day - cohort.first_day) // 28),  # type: ignore[arg-type]
        diary=np.zeros(posts.size * days.size, dtype=np.int32),  # type: ignore[arg-type]
        chances=cohort.chances,  # type: ignore[arg-type]
        stays=cohort.stays,  # type: ignore[arg-type]
        log=np.empty(events, dtype=record(Event)),  # type: ignore[arg-type]
        places=np.empty(places * posts.size, dtype=record(Place)),  # type: ignore[arg-type]
    )
    return town, happenings


class _Prepared(NamedTuple):
    """What is the same in every replication of a scenario."""

    office: Rows
    posts: Rows
    days: Rows


@lru_cache(maxsize=32)
def _prepared(scenario: Scenario, posts: int) -> _Prepared:
    office = np.zeros(1, dtype=record(Office))
    office[0] = astuple(office_of(scenario))
    return _Prepared(office, _posts(scenario, posts), calendar(scenario))


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
    """Return what life, the rules and the municipality's choices bring each youth, in order."""
    days = cohort.last_day - cohort.first_day
    youths, meetings = cohort.youths, cohort.meetings
    number = np.arange(youths.size)
    arrival = np.maximum(youths["referral"], 0)
    new = youths["origin"] == NEW
    fixed = np.flatnonzero(meetings["rule"] != EXTRA)
    due = meetings[fixed]
    horizon = 7 * scenario.booking_horizon_weeks
    opens = np.maximum(due["target"] - horizon, arrival[due["youth"]])
    parts = [
        cohort.happenings,
        _happening(IDENTIFICATION, youths["identified"][new], number[new]),
        _happening(REFERRAL, youths["referral"], number),
        _happening(COMING_OF_AGE, np.maximum(youths["majority"], arrival), number),
        _happening(TURNING_19, youths["nineteen"], number),
        _happening(LEAVING, youths["leaves"], number),
        _happening(MEETING_OPENS, opens, due["youth"], fixed),
        _happening(MEETING_FALLS_DUE, np.maximum(due["latest"], 0), due["youth"], fixed),
    ]
    if scenario.forced_change_at_18:
        ahead = youths["majority"] - HANDOVER_AHEAD
        parts.append(_happening(HANDOVER_BEFORE_18, ahead, number))
    if scenario.outcomes:
        parts.extend(_quarters(youths, number, days))
    found = np.concatenate(parts)
    early = (found["kind"] == REFERRAL) | (found["kind"] == IDENTIFICATION)
    found = found[(found["day"] < days) & (early | (found["day"] >= arrival[found["youth"]]))]
    kept = (found["kind"] == LEAVING) | (found["day"] < _leaves(scenario, youths)[found["youth"]])
    found = found[kept]
    return np.asarray(found[_by_day(found)])


def _by_day(happenings: Rows) -> NDArray[np.int64]:
    """Return the order of *happenings* by day, youth and kind; each part is by youth already."""
    youth = happenings["youth"].astype(np.int64) * (LEAVING + 1) + happenings["kind"]
    order = np.argsort(youth, kind="stable")
    day = happenings["day"][order].astype(np.int64)
    day -= day.min(initial=0)
    # Numbers of 16 bits are put in order without comparing them; no run is as long as 179 years.
    assert day.max(initial=0) < 1 << 16  # noqa: S101
    return np.asarray(order[np.argsort(day.astype(np.uint16), kind="stable")])


def _leaves(scenario: Scenario, youths: Rows) -> NDArray[np.int64]:
    """Return the day from which nothing more happens to each youth."""
    limited = scenario.stay_from_assignment_months > 0
    return np.asarray(np.where(limited, NEVER, youths["leaves"]), dtype=np.int64)


def _quarters(youths: Rows, number: NDArray[np.int64], days: int) -> list[Rows]:
    """Return the end of each quarter of each youth, from the 16th birthday or the referral on."""
    first = np.maximum(np.maximum(youths["referral"], youths["majority"] - 730), 0)
    found = []
    for quarter in range(days // DAYS_PER_QUARTER + 1):
        day = first + quarter * DAYS_PER_QUARTER
        found.append(_happening(QUARTER, day, number, np.full(number.size, quarter)))
    return found


def _happening(
    kind: int,
    day: NDArray[np.int64],
    youth: NDArray[np.int64],
    detail: NDArray[np.int64] | None = None,
) -> Rows:
    found = np.empty(day.size, dtype=record(Happening))
    found["day"], found["youth"], found["kind"] = day, youth, kind
    found["detail"] = NONE if detail is None else detail
    return found


def as_lists(town: Town) -> Town:
    """Return the town as lists of row objects, for the SimPy engine."""
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
        name: [row(*values) for values in cast(Rows, getattr(town, name)).tolist()]
        for name, row in rows.items()
    }
    diary = cast("NDArray[np.int32]", town.diary).tolist()
    return Town(
        **lists,
        tasks=[],
        log=array("i"),  # type: ignore[arg-type]
        diary=diary,
        places=(),
        lists=[[] for _ in lists["posts"]],
    )
