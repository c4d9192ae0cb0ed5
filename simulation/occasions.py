"""What happens to the youths, and the meetings that the rules and these happenings call for."""

from dataclasses import dataclass

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
from simulation.state import NEVER, NONE, Happening, Meeting, table

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
    majority = people.table["majority"].astype(np.float64)
    begin = people.table["referral"].astype(np.float64)
    turn = np.stack([majority, majority, majority, majority - 2 * DAYS_PER_YEAR], axis=1)
    turn = np.maximum(turn, begin[:, None])
    s = scenario
    under = np.array(
        [s.crises_per_year, s.extra_meetings_under_18, s.placement_changes_per_year, 0.0]
    )
    over = np.array([s.crises_per_year, s.extra_meetings_over_18, 0.0, s.dropouts_per_year])
    under, over = under / DAYS_PER_YEAR, over / DAYS_PER_YEAR
    end = latest_day(people, days)
    # An occasion comes each time the rate, summed up over the days, has grown by one exponential step.
    before = (turn - begin[:, None]) * under
    until = end.astype(np.float64)[:, None]
    whole = np.where(until < turn, (until - begin[:, None]) * under, before + (until - turn) * over)
    whole = np.where(until > 0, whole, 0.0)
    found = {}
    for kind in Kind:
        who, nth, at = _steps(chance, people, kind, whole[:, kind])
        with np.errstate(divide="ignore", invalid="ignore"):
            early = begin[who] + at / under[kind]
            late = turn[who, kind] + (at - before[who, kind]) / over[kind]
        day = np.floor(np.where(at < before[who, kind], early, late)).astype(np.int64)
        inside = (day >= 0) & (day < end[who])
        found[kind] = Occasions(who[inside], day[inside], nth[inside])
    return found


def _steps(chance: Chance, people: People, kind: Kind, whole: Floats) -> tuple[Ints, Ints, Floats]:
    """Return each sum of exponential steps below *whole*: youth, which one, and the sum.

    Steps are drawn in blocks until no youth needs more.
    """
    spent = np.zeros(whole.shape)
    sums: list[Floats] = []
    while (spent < whole).any():
        steps = people.draw(
            chance,
            Purpose.OCCASIONS,
            lambda stream, count: stream.standard_exponential((count, BLOCK)),
            block=len(sums) * len(Kind) + kind,
        )
        sums.append(steps.cumsum(axis=1) + spent[:, None])
        spent = sums[-1][:, -1]
    if not sums:
        none = np.zeros(0, dtype=np.int64)
        return none, none, np.zeros(0)
    together = np.concatenate(sums, axis=1)
    who, nth = np.nonzero(together < whole[:, None])
    return who, nth, together[who, nth]


def meetings_and_happenings(
    scenario: Scenario, chance: Chance, people: People, place: Ints
) -> list[tuple[Rows, Rows]]:
    """Return for each replication the meetings of those who are there, and what happens to them.

    *place* is the place of each of *people* among those who are there in its replication.
    """
    first, last = span(scenario)
    life = _life(scenario, chance, people, last - first)
    crises = life[Kind.CRISIS]
    extras = [
        (life[Kind.EXTRA_MEETING], AGREED, MEETING_OPENS, None),
        (crises, BY_CRISIS, CRISIS, _crises_that_call(scenario, chance, people, crises)),
        (life[Kind.PLACEMENT], BY_PLACEMENT_CHANGE, CHANGE_OF_PLACEMENT, None),
        (life[Kind.DROP_OUT], BY_DROP_OUT, DROP_OUT, None),
    ]
    fixed, who = _fixed_meetings(scenario, people)
    meetings, whose = [fixed], [who]
    happenings, to_whom = [], []
    at = fixed.size
    for occasions, reason, kind, called in extras:
        calling = np.ones(occasions.who.size, dtype=bool) if called is None else called
        rows = table(Meeting, int(calling.sum()))
        rows["rule"] = EXTRA
        rows["reason"] = reason
        rows["earliest"] = rows["target"] = occasions.day[calling]
        meetings.append(rows)
        whose.append(occasions.who[calling])
        happening = table(Happening, occasions.who.size)
        happening["day"] = occasions.day
        happening["kind"] = kind
        happening["detail"][calling] = at + np.arange(rows.size)
        happenings.append(happening)
        to_whom.append(occasions.who)
        at += rows.size
    rows, who = np.concatenate(meetings), np.concatenate(whose)
    _number(rows[fixed.size :], who[fixed.size :])
    rows["youth"] = place[who]
    happened, to = np.concatenate(happenings), np.concatenate(to_whom)
    happened["youth"] = place[to]
    return _by_replication(
        len(chance.replications), rows, people.batch[who], happened, people.batch[to]
    )


def _by_replication(
    count: int, meetings: Rows, of_meeting: Ints, happenings: Rows, of_happening: Ints
) -> list[tuple[Rows, Rows]]:
    """Part the tables by replication, and let the happenings point to the meetings' new places."""
    if count == 1:
        return [(meetings, happenings)]
    order = np.argsort(of_meeting, kind="stable")
    bounds = np.searchsorted(of_meeting[order], np.arange(count + 1))
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size) - bounds[of_meeting[order]]
    linked = happenings["detail"] != NONE
    happenings["detail"][linked] = place[happenings["detail"][linked]]
    meetings = meetings[order]
    order = np.argsort(of_happening, kind="stable")
    ends = np.searchsorted(of_happening[order], np.arange(count + 1))
    happenings = happenings[order]
    return [
        (meetings[bounds[n] : bounds[n + 1]], happenings[ends[n] : ends[n + 1]])
        for n in range(count)
    ]


def _crises_that_call(
    scenario: Scenario, chance: Chance, people: People, crises: Occasions
) -> NDArray[np.bool_]:
    """Say which crises call for an extra meeting; from a youth's 17th on their chances come again."""
    uniform = people.draw(
        chance, Purpose.CRISIS_MEETING, lambda stream, count: stream.random((count, 2 * BLOCK))
    )
    return np.asarray(uniform[crises.who, crises.nth % (2 * BLOCK)] < scenario.crisis_meeting_share)


def _fixed_meetings(scenario: Scenario, people: People) -> tuple[Rows, Ints]:
    """Return the fixed meetings whose target day falls within the course and the run, and whose they are."""
    start = np.datetime64(scenario.start, "D") + span(scenario)[0]
    youths = people.table
    listed = people.group == Group.LISTED
    leaves = latest_day(people, NEVER)
    rules = rule_names(scenario)
    blocks, whose = [], []
    occasion = 0
    for window in people.windows:
        if window.rule.kind != "meeting":
            continue
        earliest, target, latest = (
            (found - start).astype(np.int64)
            for found in (window.earliest, window.target, window.latest)
        )
        counts = window.counts & (target < leaves)
        ahead = target >= np.maximum(youths["referral"], 0)
        overdue = listed & (people.last_meeting < earliest) & (latest >= -OLDEST_OVERDUE)
        counts &= np.where(listed, overdue, ahead)
        who = np.flatnonzero(counts)
        rows = table(Meeting, who.size)
        rows["rule"] = rules.index(window.rule.id)
        # Two entries of one rule, one after the other, are one occasion.
        rows["earliest"], rows["target"] = earliest[who], target[who]
        rows["latest"] = np.maximum(latest[who], -1)
        occasion += 1
        rows["occasion"] = occasion
        blocks.append(rows)
        whose.append(who)
    if not blocks:
        return table(Meeting, 0), np.zeros(0, dtype=np.int64)
    return np.concatenate(blocks), np.concatenate(whose)


def rule_names(scenario: Scenario) -> tuple[str, ...]:
    """Return the names of the rules by the number under which a run knows them."""
    names = ["", "extra"]
    for rule in scenario.rules:
        if rule.kind == "meeting" and rule.id not in names:
            names.append(rule.id)
    return tuple(names)


def _number(extras: Rows, who: Ints) -> None:
    """Give each youth's n-th extra meeting the occasion 100 + n."""
    day = extras["target"].astype(np.int64) * len(WORDS) + extras["reason"]
    order = np.argsort(who * (1 << 32) + day, kind="stable")
    youth = who[order]
    starts = np.flatnonzero(np.diff(youth, prepend=NONE))
    first = np.repeat(starts, np.diff(starts, append=youth.size))
    extras["occasion"][order] = EXTRA_OCCASION + 1 + np.arange(youth.size) - first
