"""What happens to the youths, and the meetings that the rules and these happenings call for."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.chance import Chance, Floats, Group, Ints, Kind, Purpose, Rows
from simulation.codes import AGREED, EXTRA, EXTRA_OCCASION, WORDS
from simulation.codes import CRISIS as BY_CRISIS
from simulation.codes import DROP_OUT as BY_DROP_OUT
from simulation.codes import PLACEMENT_CHANGE as BY_PLACEMENT_CHANGE
from simulation.life import CHANGE_OF_PLACEMENT, CRISIS, DROP_OUT, MEETING_OPENS
from simulation.people import DAYS_PER_YEAR, People, latest_day, span
from simulation.scenario import Scenario
from simulation.state import NEVER, Happening, Meeting, table

BLOCK = 8
"""Occasions that are drawn at a time."""
OLDEST_OVERDUE = 365
"""Days for which a meeting of the case list that was not held stays wanted; our assumption."""


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
    from simulation.compiled_cohort import Rates, occasions, walk  # noqa: PLC0415 (loads Numba)

    poisson = Rates(*rates)
    blocks: list[Floats] = []
    spent = np.zeros(people.at.size)
    more = people.at.size > 0 and max(poisson.early, poisson.late) > 0
    while more:
        block = len(blocks) * len(Kind) + kind
        blocks.append(people.tables(chance, Purpose.OCCASIONS, _steps, block))
        more = walk(people.table, poisson, ends, blocks[-1], people.at, spent)
    if not blocks:
        none = np.zeros(0, dtype=np.int64)
        return Occasions(none, none, none)
    found = np.empty((3, people.at.size * len(blocks) * BLOCK), dtype=np.int64)
    count = occasions(people.table, poisson, ends, np.stack(blocks), people.at, found)
    return Occasions(*found[:, :count])


def _steps(stream: np.random.Generator, count: int) -> Floats:
    return stream.standard_exponential((count, BLOCK))


def meetings_and_happenings(
    scenario: Scenario, chance: Chance, people: People
) -> tuple[Rows, Rows]:
    """Return the meetings of *people*, and what happens to them."""
    first, last = span(scenario)
    life = _life(scenario, chance, people, last - first)
    crises = life[Kind.CRISIS]
    extras = [
        (life[Kind.EXTRA_MEETING], AGREED, MEETING_OPENS, None),
        (crises, BY_CRISIS, CRISIS, _crises_that_call(scenario, chance, people, crises)),
        (life[Kind.PLACEMENT], BY_PLACEMENT_CHANGE, CHANGE_OF_PLACEMENT, None),
        (life[Kind.DROP_OUT], BY_DROP_OUT, DROP_OUT, None),
    ]
    fixed = _fixed_meetings(scenario, people)
    calling = [
        np.arange(each.who.size) if called is None else np.flatnonzero(called)
        for each, _, _, called in extras
    ]
    meetings = table(Meeting, sum(len(part) for part in (*(f.who for f in fixed), *calling)))
    happenings = table(Happening, sum(each.who.size for each, *_ in extras))
    at = 0
    for part in fixed:
        rows = meetings[at : at + part.who.size]
        rows["youth"], rows["rule"], rows["occasion"] = part.who, part.rule, part.occasion
        rows["earliest"], rows["target"], rows["latest"] = part.earliest, part.target, part.latest
        at += part.who.size
    begin, happened = at, 0
    for (each, reason, kind, _), called in zip(extras, calling, strict=True):
        rows = meetings[at : at + called.size]
        rows["youth"], rows["rule"], rows["reason"] = each.who[called], EXTRA, reason
        rows["earliest"] = rows["target"] = each.day[called]
        news = happenings[happened : happened + each.who.size]
        news["day"], news["youth"], news["kind"] = each.day, each.who, kind
        news["detail"][called] = np.arange(at, at + called.size)
        at += called.size
        happened += each.who.size
    _number(meetings[begin:], people.at.size)
    return meetings, happenings


def _crises_that_call(
    scenario: Scenario, chance: Chance, people: People, crises: Occasions
) -> NDArray[np.bool_]:
    """Say which crises call for an extra meeting; from a youth's 17th on their chances come again."""
    uniform = people.draw(
        chance, Purpose.CRISIS_MEETING, lambda stream, count: stream.random((count, 2 * BLOCK))
    )
    return np.asarray(uniform[crises.who, crises.nth % (2 * BLOCK)] < scenario.crisis_meeting_share)


class _Fixed(NamedTuple):
    """The fixed meetings of one rule, and whose they are."""

    who: Ints
    rule: int
    occasion: int
    earliest: Ints
    target: Ints
    latest: Ints


def _fixed_meetings(scenario: Scenario, people: People) -> list[_Fixed]:
    """Return the fixed meetings whose target day falls within the course and the run, rule by rule."""
    start = np.datetime64(scenario.start, "D") + span(scenario)[0]
    youths = people.table
    listed = people.group == Group.LISTED
    leaves = latest_day(people, NEVER)
    rules = rule_names(scenario)
    found: list[_Fixed] = []
    for window in people.windows(scenario, "meeting"):
        earliest, target, latest = (
            (days - start).view(np.int64)
            for days in (window.earliest, window.target, window.latest)
        )
        counts = window.counts & (target < leaves)
        ahead = target >= np.maximum(youths["referral"], 0)
        overdue = listed & (people.last_meeting < earliest) & (latest >= -OLDEST_OVERDUE)
        who = np.flatnonzero(counts & np.where(listed, overdue, ahead))
        # Two entries of one rule, one after the other, are one occasion.
        rule = rules.index(window.rule.id)
        latest = np.maximum(latest[who], -1)
        found.append(_Fixed(who, rule, len(found) + 1, earliest[who], target[who], latest))
    return found


def rule_names(scenario: Scenario) -> tuple[str, ...]:
    """Return the names of the rules by the number under which a run knows them."""
    names = ["", "extra"]
    for rule in scenario.rules:
        if rule.kind == "meeting" and rule.id not in names:
            names.append(rule.id)
    return tuple(names)


def _number(extras: Rows, people: int) -> None:
    """Give each youth's n-th extra meeting the occasion 100 + n."""
    from simulation.compiled_cohort import number_occasions  # noqa: PLC0415 (loads Numba)

    day = extras["target"].astype(np.int64) * len(WORDS) + extras["reason"]
    number_occasions(extras["youth"].astype(np.int64), day, people, EXTRA_OCCASION + 1, extras)
