"""What happens to the youths, and the meetings that the rules and these happenings call for."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.chance import Chance, Floats, Ints, Kind, Purpose, Rows
from simulation.codes import AGREED
from simulation.codes import CRISIS as BY_CRISIS
from simulation.codes import DROP_OUT as BY_DROP_OUT
from simulation.codes import PLACEMENT_CHANGE as BY_PLACEMENT_CHANGE
from simulation.life import CHANGE_OF_PLACEMENT, CRISIS, DROP_OUT, MEETING_OPENS
from simulation.people import People, latest_day, span
from simulation.scenario import Scenario
from simulation.state import DAYS_PER_YEAR, Happening, Meeting, record, table

BLOCK = 8
"""Occasions that are drawn at a time."""
BLOCKS = 8
"""Blocks that there is room for to begin with."""
_MET = np.dtype([("day", np.int32), ("nth", np.int32)])


@dataclass(slots=True)
class Occasions:
    """Something that happens to youths now and then: rows of people, and days, by person and time."""

    who: Ints
    day: Ints
    nth: Ints
    """Which one of the youth's, from 0, for chance that belongs to it."""


def _life(scenario: Scenario, chance: Chance, people: People, days: int) -> dict[Kind, Occasions]:
    """Draw the occasions of each kind: Poisson, with a rate that changes at 18 (16 for drop-outs)."""
    s = scenario
    rates = {
        Kind.CRISIS: (s.crises_per_year, s.crises_per_year, 0.0),
        Kind.EXTRA_MEETING: (s.extra_meetings_under_18, s.extra_meetings_over_18, 0.0),
        Kind.PLACEMENT: (s.placement_changes_per_year, 0.0, 0.0),
        Kind.DROP_OUT: (0.0, s.dropouts_per_year, -2 * DAYS_PER_YEAR),
    }
    ends = latest_day(people, days).astype(np.int64)
    return {
        kind: _occasions(
            chance, people, kind, (early / DAYS_PER_YEAR, late / DAYS_PER_YEAR, turn), ends
        )
        for kind, (early, late, turn) in rates.items()
    }


def _occasions(
    chance: Chance, people: People, kind: Kind, rates: tuple[float, float, float], ends: Ints
) -> Occasions:
    """Draw exponential steps in blocks until no youth needs more, and return where they lead."""
    from simulation.compiled_lives import Rates, listed, meet  # noqa: PLC0415 (loads Numba)

    poisson = Rates(*rates)
    if not people.at.size or max(poisson.early, poisson.late) == 0:
        none = np.zeros(0, dtype=np.int64)
        return Occasions(none, none, none)
    # One block of steps at a time: all of them together would not stay in the cache.
    steps = np.empty((people.rows, BLOCK))
    spent, count = np.zeros(people.at.size), np.zeros(people.at.size, dtype=np.int64)
    met = np.empty((people.at.size, BLOCKS * BLOCK), dtype=_MET)
    block, rows = 0, people.rows
    while rows:
        if met.shape[1] < (block + 1) * BLOCK:
            met = np.concatenate([met, np.empty_like(met)], axis=1)
        people.fill(chance, Purpose.OCCASIONS, _steps, steps[:rows], block * len(Kind) + kind)
        rows = meet(people.table, poisson, ends, steps, people.at, block, spent, count, met)
        block += 1
    found = np.empty((3, count.sum()), dtype=np.int64)
    listed(met, count, found)
    return Occasions(*found)


def _steps(stream: np.random.Generator, into: Floats) -> None:
    stream.standard_exponential(out=into)


def meetings_and_happenings(
    scenario: Scenario, chance: Chance, people: People
) -> tuple[Rows, Rows]:
    """Return the meetings of *people*, and what happens to them."""
    from simulation.compiled_lives import Calls, call_meetings, number_extras  # noqa: PLC0415 (Numba)

    first, last = span(scenario)
    life = _life(scenario, chance, people, last - first)
    crises = life[Kind.CRISIS]
    calling = _crises_that_call(scenario, chance, people, crises)
    # Which meetings they call for, in the order in which a run knows them.
    kinds = (
        (life[Kind.EXTRA_MEETING], Calls(MEETING_OPENS, AGREED, all=True)),
        (crises, Calls(CRISIS, BY_CRISIS, all=False)),
        (life[Kind.PLACEMENT], Calls(CHANGE_OF_PLACEMENT, BY_PLACEMENT_CHANGE, all=True)),
        (life[Kind.DROP_OUT], Calls(DROP_OUT, BY_DROP_OUT, all=True)),
    )
    happened = sum(each.who.size for each, _ in kinds)
    happenings = np.empty(happened, dtype=record(Happening))
    rules = sum(rule.kind == "meeting" for rule in scenario.rules)
    meetings = np.empty(rules * people.at.size + happened, dtype=record(Meeting))
    blank = table(Meeting, 1)
    fixed = _fix_meetings(scenario, people, blank, meetings)
    begins, happened = [fixed], 0
    for each, calls in kinds:
        called = each.who, each.day, calling, calls
        begins.append(call_meetings(*called, blank, meetings, begins[-1], happenings, happened))
        happened += each.who.size
    number_extras(meetings, np.array(begins), people.at.size)
    return meetings[: begins[-1]], happenings


def _crises_that_call(
    scenario: Scenario, chance: Chance, people: People, crises: Occasions
) -> NDArray[np.bool_]:
    """Say which crises call for an extra meeting; from a youth's 17th on their chances come again."""
    if not crises.who.size:
        return np.zeros(0, dtype=bool)
    uniform = people.draw(
        chance, Purpose.CRISIS_MEETING, lambda stream, count: stream.random((count, 2 * BLOCK))
    )
    return np.asarray(uniform[crises.who, crises.nth % (2 * BLOCK)] < scenario.crisis_meeting_share)


def _fix_meetings(scenario: Scenario, people: People, blank: Rows, meetings: Rows) -> int:
    """Write the fixed meetings, rule by rule, and return how many there are."""
    from simulation.compiled_lives import fix_meetings  # noqa: PLC0415 (loads Numba)

    names = rule_names(scenario)
    rules = [rule for rule in scenario.rules if rule.kind == "meeting"]
    at = 0
    # Two entries of one rule, one after the other in time, have one number.
    for number, windows in enumerate(people.windows(scenario, "meeting")):
        rule = names.index(rules[number].id)
        about = people.table, windows, people.last_meeting, rule, number + 1
        at = fix_meetings(*about, blank, meetings, at)
    return at


def rule_names(scenario: Scenario) -> tuple[str, ...]:
    """Return the names of the rules by the number under which a run knows them."""
    names = ["", "extra"]
    for rule in scenario.rules:
        if rule.kind == "meeting" and rule.id not in names:
            names.append(rule.id)
    return tuple(names)
