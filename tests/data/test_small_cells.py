"""Whoever has every edition and a computer finds no number that fewer than five young people are behind.

The attack knows all that was told, in every edition, and how the numbers hang together: it looks for the
least and the most that each small number can be (scipy.optimize.milp). ``VEJVISER_EXAMPLES`` makes more
municipalities.
"""

import os
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from data.case_files import CaseFile
from data.indicators import indicators
from data.indicators.cells import EVERYWHERE
from data.indicators.facts import OF_HELD, RULES, Fact, read_facts
from data.indicators.making import new_blocks
from data.indicators.small_cells import (
    Tally,
    exact,
    in_steps,
    is_safe,
    safe_groups,
    says_no_more,
    step,
    tally,
)
from data.indicators.sums import cells_of
from data.periods import Quarter, Year

EXAMPLES = int(os.environ.get("VEJVISER_EXAMPLES", "6"))
FEWEST, AT_ONCE, MANY = 5, 8, 1000
START = Quarter(2026, 1)
RULE_NAMES = tuple(name for _, name in RULES.values())
KINDS = tuple(kind for kind, _ in RULES.values())


# --- One number -----------------------------------------------------------------------------------


def counted(part, whole, youths_part=None, youths_rest=None):
    of_part = part if youths_part is None else youths_part
    of_rest = whole - part if youths_rest is None else youths_rest
    return Tally(part, whole, of_part, of_rest, whole)


@given(st.integers(0, 40), st.integers(3, 8), st.data())
def test_what_is_told_of_a_hidden_number_is_the_same_for_every_number_it_may_be(
    whole, fewest, data
):
    part = data.draw(st.integers(0, whole))
    told = exact(counted(part, whole), fewest)

    if told is None or told[0] == told[1]:
        assert told is None or not (0 < part < fewest or 0 < whole - part < fewest)
        return
    for other in range(told[0], told[1] + 1):
        assert exact(counted(other, whole), fewest) == told
    assert told[1] - told[0] >= min(fewest, whole - 1) - 2


def test_it_is_young_people_who_must_be_enough_and_not_meetings():
    of_one = [Fact("K00001", 1) for _ in range(6)] + [Fact(f"K1000{n}", 0) for n in range(9)]

    assert tally(of_one) == Tally(6, 15, 1, 9, 10)
    assert exact(tally(of_one), FEWEST) is None
    assert in_steps(tally(of_one), FEWEST) is None


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=6))
def test_units_are_told_together_until_each_is_safe_and_none_is_lost(numbers):
    units = {(f"E{n}",): counted(part, part + rest) for n, (part, rest) in enumerate(numbers)}
    groups = safe_groups(units, FEWEST, tuple(units))

    if groups is None:
        return
    assert all(is_safe(each, FEWEST) for each in groups.values())
    assert sorted(unit for group in groups for unit in group) == sorted(u for (u,) in units)
    assert sum(each.part for each in groups.values()) == sum(part for part, _ in numbers)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=5), st.integers(3, 7))
def test_steps_of_units_are_told_only_where_the_sum_narrows_none(numbers, fewest):
    steps = [step(number, fewest) for number in numbers]
    whole = step(sum(numbers), fewest)

    narrowed = any(
        max(low, whole[0] - sum(most for _, most in steps) + high) > low
        or min(high, whole[1] - sum(least for least, _ in steps) + low) < high
        for low, high in steps
    )
    assert says_no_more(whole, steps) <= (not narrowed and len(steps) > 1)


# --- A whole municipality, and whoever attacks it ----------------------------------------------------


def municipality(random, cases, units, quarters):
    """Return invented cases and checklists, with young people who are seldom and often met."""
    last = START.later(quarters - 1).last
    files, lists = [], []
    for number in range(cases):
        ref, opened = f"K{number:05}", START.first - timedelta(random.randint(-200, 900))
        birthday = date(2008, 1, 1) + timedelta(random.randint(0, 1200))
        unit = f"E{min(random.randrange(units), random.randrange(units))}"
        files.append(
            CaseFile(ref=ref, unit=unit, birthday=birthday, opened=opened, coordinator="A")
        )
        day = START.first + timedelta(random.randint(0, 120))
        while day <= last:
            lists.append((ref, day.isoformat(), checklist(random)))
            day += timedelta(random.randint(15, 200))
    return files, lists


def checklist(random):
    held = random.random()
    answers = {
        "outcome": "held" if held < 0.8 else "no_show" if held < 0.93 else "moved",
        "meeting_type": random.choice([*KINDS, "extra", "extra"]),
        "reason": random.choice(["youth", "calendar", "consent"]),
        "att_youth": "present" if random.random() < 0.8 else "absent",
        "att_adult": random.choice(["present", "absent", "none"]),
        "att_guidance": random.choice(["present", "substitute", "absent"]),
        "att_employment": random.choice(["present", "present", "absent"]),
        "consent_covers": "yes" if random.random() < 0.85 else "no",
        "education": random.choice(["none", "fgu", "general"]),
        "work": random.choice(["none", "leisure"]),
        "open_youth": str(random.randint(0, 3)),
        "done_youth": str(random.randint(0, 3)),
    }
    for scale in ("view_influence", "life_home_economy"):
        answers[scale] = random.choice(["1", "2", "3", "4", "5", "not_discussed"])
    return answers


def changed(random, files, lists):
    """Return them after what happens between two editions: a case moves, one closes, lists come late."""
    files, lists = list(files), list(lists)
    units = sorted({each.unit for each in files})
    for _ in range(random.randint(0, 3)):
        place = random.randrange(len(files))
        files[place] = replace(files[place], unit=random.choice(units))
    place = random.randrange(len(files))
    files[place] = replace(files[place], closed=START.later(random.randint(1, 4)).last)
    for _ in range(random.randint(0, 4)):
        day = START.first + timedelta(random.randint(0, 350))
        lists.append((random.choice(files).ref, day.isoformat(), checklist(random)))
    for _ in range(random.randint(0, 2)):
        lists.pop(random.randrange(len(lists)))
    return files, lists


def told_over_time(seed, cases, units, quarters):
    """Return all that a row of editions tells, and the facts of each quarter as it was told first."""
    random = Random(seed)  # noqa: S311 - nothing secret
    files, lists = municipality(random, cases, units, quarters)
    told, facts_of, number, ahead = [], {}, 0, 0
    while number < quarters:
        ahead = random.randint(1, 2)
        number = min(number + ahead, quarters)
        period = START.later(number - 1)
        facts = read_facts(files, lists, {}, period.last)
        new = list(new_blocks(facts, FEWEST, period, told))
        for block in new:
            for quarter in block.quarters:
                facts_of.setdefault((block.indicator, quarter), facts)
        told += new
        files, lists = changed(random, files, lists)
    names = sorted({each.unit for each in files})
    cells = cells_of(told, names, START.later(quarters - 1))
    # What stands in a table is told as much as the blocks are.
    return list({*told, *cells.values()}), facts_of, names


class Attack:
    """Everything that was told of some indicators, as what it says of the number in each place."""

    def __init__(self, told, units, quarters):
        self._places = [(unit, quarter) for unit in units for quarter in quarters]
        self._units = tuple(units)
        self._told = told
        self._columns: dict[tuple[str, str], int] = {}
        self._rows: list[tuple[np.ndarray, float, float]] = []

    def column(self, indicator, end):
        return self._columns.setdefault((indicator, end), len(self._columns))

    def form(self, terms, units, quarters):
        """Return the sum of *terms*, such as (1, "on_time", "part"), over units and quarters."""
        row = np.zeros((len(self._columns), len(self._places)))
        for factor, indicator, end in terms:
            for place, (unit, quarter) in enumerate(self._places):
                if quarter in quarters and (not units or unit in units):
                    row[self.column(indicator, end), place] += factor
        return row.ravel()

    def says(self, terms, units, quarters, least, most):
        self._rows.append((self.form(terms, units, quarters), least, most))

    def everywhere(self, terms, least):
        """Let *terms* be at least so much in each place."""
        for unit, quarter in self._places:
            self.says(terms, (unit,), (quarter,), least, np.inf)

    def most_and_least(self, terms, units, quarters):
        row = self.form(terms, units, quarters)
        matrix = np.array([each[0] for each in self._rows])
        limits = LinearConstraint(
            matrix, [each[1] for each in self._rows], [each[2] for each in self._rows]
        )
        found = []
        for sign in (1, -1):
            answer = milp(
                sign * row,
                constraints=limits,
                integrality=np.ones(row.size),
                bounds=Bounds(0, MANY),
            )
            # Where nothing fits all that was told, one thing told contradicts another.
            assert answer.status == 0, answer.message
            found.append(round(sign * answer.fun))
        return tuple(found)


def whole_of(indicator):
    """Return what the whole of *indicator* is made of."""
    if indicator == "no_show":
        return [(1, "held_meetings", "part"), (1, "no_show", "part")]
    if indicator in OF_HELD:
        return [(1, "held_meetings", "part")]
    if indicator in {"on_time", "checklist_missing"}:
        return [(1, rule, "whole") for rule in RULE_NAMES]
    return [(1, indicator, "whole")]


def rest_of(indicator):
    return [*whole_of(indicator), *((-1, of, end) for _, of, end in part_of(indicator))]


def part_of(indicator):
    if indicator == "on_time":
        return [(1, rule, "part") for rule in RULE_NAMES]
    return [(1, indicator, "part")]


def hanging_together(indicator):
    """Return the indicators whose numbers say something of those of *indicator*."""
    if indicator in {"on_time", "checklist_missing", *RULE_NAMES}:
        return ("on_time", "checklist_missing", *RULE_NAMES)
    if indicator in {*OF_HELD, "no_show"}:
        return ("held_meetings", "no_show", *({indicator} - {"held_meetings", "no_show"}))
    return (indicator,)


def attack_on(indicator, told, units, quarters):
    """Return the attack on *indicator* with all that hangs together with it."""
    attack = Attack(told, units, quarters)
    related = hanging_together(indicator)
    for name in related:
        for _, of, end in (*part_of(name), *whole_of(name)):
            attack.column(of, end)
    for name in related:
        if name != "held_meetings":
            attack.everywhere(rest_of(name), 0)
        if name == "checklist_missing":
            attack.everywhere([*rest_of("on_time"), (-1, name, "part")], 0)
        for each in told:
            if each.indicator != name or each.why == "none":
                continue
            if each.least is not None:
                attack.says(part_of(name), each.units, each.quarters, each.least, each.most)
            if each.whole_least is not None:
                ends = (each.whole_least, each.whole_most)
                attack.says(whole_of(name), each.units, each.quarters, *ends)
    return attack


ATTACKED = (
    "held_meetings",
    "youth_present",
    "adult_present",
    "core_team",
    "consent_valid",
    "no_show",
    "on_time",
    *RULE_NAMES,
    "checklist_missing",
    "first_meeting",
)


ENDS = {"part": part_of, "rest": rest_of}


def small_numbers(indicator, told, facts_of, units, quarters):
    """Yield the places in which fewer young people than may be told are behind the part or the rest."""
    blocks = {each.quarters for each in told if each.indicator == indicator}
    spans = {(quarter,) for quarter in quarters} | blocks
    for span in sorted(spans):
        for some in (*((unit,) for unit in units), ()):
            facts = [
                fact
                for quarter in span
                if (known := facts_of.get((indicator, quarter))) is not None
                for unit in (some or known.units)
                for fact in known.of(indicator, unit, (quarter,))
            ]
            found = tally(facts)
            if 0 < found.youths_part < FEWEST:
                yield "part", some, span
            if indicator != "no_show" and 0 < found.youths_rest < FEWEST:
                yield "rest", some, span


def recovered(seed, cases, units, quarters):
    """Return the small numbers that the attack finds, and how many it tried."""
    told, facts_of, names = told_over_time(seed, cases, units, quarters)
    every = [START.later(number) for number in range(quarters)]
    found, tried = [], 0
    for indicator in ATTACKED:
        small = list(small_numbers(indicator, told, facts_of, names, every))
        if not small:
            continue
        attack = attack_on(indicator, told, names, every)
        chosen = Random(seed).sample(small, min(len(small), AT_ONCE))  # noqa: S311 - nothing secret
        for end, some, span in chosen:
            tried += 1
            least, most = attack.most_and_least(ENDS[end](indicator), some, span)
            if least == most:
                found.append((indicator, end, some, span, least))
    return found, tried


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6), st.sampled_from([22, 60, 150]), st.integers(1, 4), st.integers(2, 5))
@example(1, 150, 3, 4)
@example(2, 60, 2, 5)
def test_no_small_number_is_found_in_all_that_was_ever_told(seed, cases, units, quarters):
    found, _ = recovered(seed, cases, units, quarters)

    assert found == []


def test_the_attack_finds_what_a_careless_table_gives_away():
    told, facts_of, names = told_over_time(1, 150, 3, 4)
    every = [START.later(number) for number in range(4)]
    small = [
        (some, span)
        for end, some, span in small_numbers("youth_present", told, facts_of, names, every)
        if end == "rest" and some and len(span) == 1
    ]
    some, span = small[0]
    of = facts_of["youth_present", span[0]]
    others = [unit for unit in of.units if unit not in some]
    careless = [
        replace(
            told[0], indicator="youth_present", quarters=span, units=units, **ends(of, units, span)
        )
        for units in ((), *((unit,) for unit in others))
    ]

    attack = attack_on("youth_present", careless, names, every)
    least, most = attack.most_and_least(rest_of("youth_present"), some, span)

    assert least == most
    assert least > 0


def ends(facts, units, span):
    found = tally(
        fact for unit in (units or facts.units) for fact in facts.of("youth_present", unit, span)
    )
    return {
        "least": found.part,
        "most": found.part,
        "whole_least": found.whole,
        "whole_most": found.whole,
        "why": "",
    }


@pytest.mark.parametrize("indicator", ["view_influence", "caseload", "life_home_economy"])
def test_what_is_told_in_steps_is_never_a_single_number(indicator):
    kind = indicators()[indicator].kind
    for seed in range(3):
        told, _, _ = told_over_time(seed, 150, 3, 4)
        for each in told:
            if each.indicator != indicator:
                continue
            assert all(part.most - part.least >= FEWEST - 1 for part in each.parts)
            if each.least is not None:
                assert each.most - each.least >= FEWEST - 1
                assert kind == "ratio" or each.whole_most - each.whole_least >= FEWEST - 1


@pytest.mark.parametrize("indicator", ["view_influence", "coordinator_changes", "caseload"])
def test_the_steps_of_units_beside_that_of_all_give_no_number_away(indicator):
    tried = 0
    for seed in range(4):
        told, _, names = told_over_time(seed, 200, 3, 4)
        mine = [each for each in told if each.indicator == indicator and each.least is not None]
        for quarters in {each.quarters for each in mine}:
            block = [
                # Of a block the steps are of the block, so that its quarters are one place.
                replace(each, quarters=quarters[:1], **without_whole(each))
                for each in mine
                if each.quarters == quarters
            ]
            if len(block) < 3:
                continue
            attack = attack_on(indicator, block, names, quarters[:1])
            for unit in names:
                for form in (part_of, rest_of):
                    tried += 1
                    least, most = attack.most_and_least(form(indicator), (unit,), quarters[:1])
                    assert least < most, (seed, unit, quarters)
    assert tried > 0


def without_whole(told):
    """Return nothing to change, but for cases: the whole there is the coordinators', who are known."""
    return {"whole_least": None, "whole_most": None} if told.indicator == "caseload" else {}


def test_a_year_tells_no_more_than_its_quarters():
    told, _, names = told_over_time(3, 150, 3, 4)
    cells = cells_of(told, names, Year(2026))

    for (indicator, unit, period), cell in cells.items():
        if period != Year(2026) or unit != EVERYWHERE or cell.least is None:
            continue
        parts = [
            each
            for each in dict.fromkeys(
                cells.get((indicator, unit, quarter)) for quarter in Year(2026).quarters
            )
            if each is not None
        ]
        if parts and indicators()[indicator].kind in {"count", "share"}:
            assert cell.least == sum(each.least or 0 for each in parts)
