"""The records that a simulated municipality would have written: what the estimates are tried on.

The truth is known here: it is the scenario. A run's event log becomes cases, checklists and the days on which
coordinators were written down, as a store would give them.
"""

from datetime import date, timedelta

import numpy as np

from data.case_files import CaseFile
from data.course_records import CourseRecords, course_records
from data.records import Record
from data.working_days import add_months
from simulation.codes import (
    ASSIGNED,
    CANCELLED,
    HELD,
    LEFT,
    LOST,
    NO_SHOW_EVENT,
)
from simulation.cohort import draw, rule_names
from simulation.journal import name_of
from simulation.model import Run, follow
from simulation.people import span
from simulation.scenario import Scenario

_KINDS = {"meeting_16": "at_16", "meeting_17_5": "at_17_half", "meeting_18_5": "at_18_half"}
_OUTCOMES = {HELD: "held", NO_SHOW_EVENT: "no_show", CANCELLED: "cancelled"}
SPREAD = 0.35
"""How much the minutes that are written down vary, their standard deviation over their mean."""


def recorded_run(
    scenario: Scenario, seed: int = 1, replication: int = 0
) -> tuple[list[CaseFile], list[Record], dict[str, list[date]], tuple[date, date]]:
    """Return cases, checklists, the days of coordinators by case, and the period, of one run.

    The minutes of meetings are drawn around those of the scenario, which the model takes as they are.
    """
    cohort = draw(scenario, seed, replication)
    run = follow(scenario, cohort, seed, replication)
    youths, days = cohort.youths, cohort.first_day
    born = add_months(
        np.datetime64(scenario.start, "D") + youths["majority"].astype(np.int64) + days, -216
    )
    opened = youths["referral"].astype(np.int64) + days
    last = span(scenario)[1] - 1
    given, closed, coordinator = _courses(run)
    cases = []
    for row in range(len(youths)):
        if opened[row] > last:
            continue
        ended = closed.get(row + 1)
        cases.append(
            CaseFile(
                ref=_ref(row + 1),
                birthday=born[row].item(),
                unit="Ungeenheden",
                coordinator=coordinator.get(row + 1, ""),
                opened=scenario.start + timedelta(days=int(opened[row])),
                closed=None if ended is None else scenario.start + timedelta(days=ended),
            )
        )
    by_case = {
        _ref(case): [scenario.start + timedelta(days=day) for day in each]
        for case, each in given.items()
    }
    period = scenario.start, scenario.start + timedelta(days=last)
    return cases, _checklists(run, seed, replication), by_case, period


def records_of_run(scenario: Scenario, seed: int = 1, replication: int = 0) -> CourseRecords:
    """Return the same as :func:`data.course_records.read_course_records` would read it."""
    cases, meetings, given, period = recorded_run(scenario, seed, replication)
    return course_records(cases, meetings, period, seen=period[1], given=given)


def _courses(run: Run) -> tuple[dict[int, list[int]], dict[int, int], dict[int, str]]:
    """Return by youth the days on which a coordinator was written down, the last day, and who it was."""
    given: dict[int, list[int]] = {}
    closed: dict[int, int] = {}
    coordinator: dict[int, str] = {}
    events = run.events[np.isin(run.events["activity"], (ASSIGNED, LOST, LEFT))]
    for event in events:
        case, day, activity = int(event["case"]), int(event["day"]), int(event["activity"])
        if activity == LEFT:
            closed[case] = day
        else:
            given.setdefault(case, []).append(day)
            named = name_of(int(event["resource"])) if activity == ASSIGNED else ""
            coordinator[case] = named
    return given, closed, coordinator


def _checklists(run: Run, seed: int, replication: int) -> list[Record]:
    scenario, rules = run.scenario, rule_names(run.scenario)
    chance = np.random.default_rng([seed, replication, 8])
    hours = (
        scenario.preparation_hours
        + scenario.meeting_hours
        + scenario.travel_hours
        + scenario.follow_up_hours
        + scenario.agreement_hours
        + scenario.checklist_hours
    )
    found: dict[tuple[str, str], Record] = {}
    for event in run.events[np.isin(run.events["activity"], tuple(_OUTCOMES))]:
        day = scenario.start + timedelta(days=int(event["day"]))
        kind = _KINDS.get(rules[int(event["rule"])], "extra")
        answers = {"meeting_type": kind, "outcome": _OUTCOMES[int(event["activity"])]}
        if answers["outcome"] == "held":
            answers["minutes"] = _minutes(chance, scenario.meeting_hours)
            answers["coordinator_minutes"] = _minutes(chance, hours)
        case = _ref(int(event["case"]))
        while (case, day.isoformat()) in found:
            day += timedelta(days=1)  # one checklist a day, as in the store
        found[case, day.isoformat()] = Record(
            case=case, form="meeting", occasion=day.isoformat(), answers=answers
        )
    return list(found.values())


def _minutes(chance: np.random.Generator, hours: float) -> str:
    sigma = np.sqrt(np.log1p(SPREAD**2))
    return str(max(1, round(60 * hours * float(chance.lognormal(-(sigma**2) / 2, sigma)))))


def _ref(case: int) -> str:
    return f"K{case:05}"
