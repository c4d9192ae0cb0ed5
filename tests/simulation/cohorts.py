"""Cohorts put together by hand: every number plain, so that a course can be worked out on paper."""

from dataclasses import dataclass, field

import numpy as np

from simulation.codes import AGREED, EXTRA, EXTRA_OCCASION, LEFT_BEFORE_18, NEW
from simulation.codes import CRISIS as BY_CRISIS
from simulation.cohort import Cohort, rule_names
from simulation.life import CRISIS, MEETING_OPENS
from simulation.state import (
    CERTAIN,
    CHANCES,
    JUMP,
    NEVER,
    NONE,
    STREAM,
    Chance,
    Happening,
    Meeting,
    Stay,
    Turn,
    Youth,
    table,
)

ALWAYS = CERTAIN - 1
"""The chance of one who comes, whatever the risk is."""


@dataclass(frozen=True)
class Fixed:
    """A fixed meeting; without a target it is wanted from *earliest* on."""

    earliest: int
    latest: int
    rule: str = "meeting_16"


@dataclass(frozen=True)
class Person:
    """A youth as the tests speak of one: fields of a row of youths, and what happens."""

    meetings: tuple[Fixed, ...] = ()
    extra: tuple[int, ...] = ()
    crises: tuple[int, ...] = ()
    calls: bool = False
    """Whether each crisis calls for an extra meeting."""
    chances: dict[str, dict[int, int]] = field(default_factory=dict)
    """By name and place; everybody comes where nothing is said."""
    row: dict[str, object] = field(default_factory=dict)


PLAIN = {
    "referral": 5,
    "identified": 5,
    "leaves": 100,
    "leaves_because": LEFT_BEFORE_18,
    "majority": 700,
    "nineteen": 1065,
    "adult_from": 517,
    "day_of_birth": 1,
    "free_weekdays": 31,
    "no_show": CERTAIN // 2,
    "origin": NEW,
}


def person(meetings=(), extra=(), crises=(), calls=False, chances=None, **row):
    return Person(tuple(meetings), tuple(extra), tuple(crises), calls, chances or {}, PLAIN | row)


def cohort_of(scenario, *people, stays=((NEVER, 0),), turns=(), last_day=120):
    """Return the cohort of *people* in *scenario*.

    *stays* are the tenure and vacancy of each holder of the posts, one tuple a post or several chained;
    *turns* are (post, first day, day after the last) of absences.
    """
    youths = table(Youth, len(people))
    meetings, happenings = [], []
    rules = rule_names(scenario)
    for number, one in enumerate(people):
        for name, value in one.row.items():
            youths[number][name] = value
        for nth, fixed in enumerate(one.meetings):
            meetings.append(
                (number, nth + 1, rules.index(fixed.rule), 0, fixed.earliest, fixed.latest)
            )
        wanted = [(day, AGREED) for day in one.extra]
        for nth, (day, reason) in enumerate(wanted):
            happenings.append((day, number, MEETING_OPENS, len(meetings)))
            meetings.append((number, EXTRA_OCCASION + nth + 1, EXTRA, reason, day, NEVER))
        for nth, day in enumerate(one.crises):
            happenings.append((day, number, CRISIS, len(meetings) if one.calls else NONE))
            if one.calls:
                occasion = EXTRA_OCCASION + len(wanted) + nth + 1
                meetings.append((number, occasion, EXTRA, BY_CRISIS, day, NEVER))
    return Cohort(
        first_day=0,
        last_day=last_day,
        youths=youths,
        meetings=_meetings(meetings),
        happenings=_happenings(happenings),
        streams=np.zeros(0, dtype=STREAM),
        jumps=np.zeros(0, dtype=JUMP),
        quantiles=np.zeros(0, dtype=np.uint16),
        chances=_chances(people),
        efforts=np.full(CHANCES * len(people), 1024, dtype=np.uint16),
        stays=_stays(stays),
        turns=_turns(turns),
    )


def _meetings(rows):
    found = table(Meeting, len(rows))
    for at, (youth, occasion, rule, reason, earliest, latest) in enumerate(rows):
        row = found[at]
        row["youth"], row["occasion"], row["rule"], row["reason"] = youth, occasion, rule, reason
        row["earliest"] = row["target"] = earliest
        row["latest"] = latest
    return found


def _happenings(rows):
    found = table(Happening, len(rows))
    for at, row in enumerate(rows):
        found[at] = row
    return found


def _chances(people):
    found = table(Chance, CHANCES * len(people))
    for name in ("comes", "guidance", "employment", "placement", "adult", "moves", "where"):
        found[name] = ALWAYS
    for number, one in enumerate(people):
        for name, places in one.chances.items():
            for place, value in places.items():
                found[name][number * CHANCES + place] = value
    return found


def _stays(stays):
    found = table(Stay, CHANCES * len(stays))
    for post, holders in enumerate(stays):
        chained = holders if isinstance(holders[0], tuple) else (holders,)
        for turn, (tenure, vacancy) in enumerate(chained):
            found[post * CHANCES + turn] = (tenure, vacancy)
    return found


def _turns(turns):
    rows = [(begin, post, True, end) for post, begin, end in turns]
    rows += [(end, post, False, end) for post, begin, end in turns]
    found = table(Turn, len(rows))
    for at, row in enumerate(sorted(rows, key=lambda row: (row[0], row[1], row[2], row[3]))):
        found[at] = row
    return found
