"""What is counted after a decision, what of it is hidden, and which decisions wait."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.case_files import CaseFile
from data.follow_up import (
    FEWEST,
    Cell,
    Quarter,
    _hidden,
    cells_of,
    count_quarter,
    due_for_follow_up,
    faults,
    followed,
    quarters_of,
    together,
    told_cells,
    typed_cells,
)
from data.indicators.cells import Edition, Told
from data.records import Record

SPRING = Quarter(2027, 2)
BORN = date(2010, 11, 20)
"""Whose last day for the meeting at 17½ is 19 May 2028, and at 16 is 20 February 2027."""


def case(number, birthday, **words):
    return CaseFile(ref=f"K{number:05}", birthday=birthday, opened=date(2026, 1, 1), **words)


def meeting(number, day, outcome="held", kind="extra"):
    answers = {"outcome": outcome, "meeting_type": kind}
    return Record(case=f"K{number:05}", form="meeting", occasion=day, answers=answers)


def counted(cases=(), meetings=(), quarter=SPRING):
    return {cell.indicator: cell for cell in count_quarter(quarter, cases, meetings)}


def decision(number="1", **answers):
    return Record(case="ENHED", form="decision", occasion=number, answers=answers, revision=1)


# --- Quarters ------------------------------------------------------------------------------------


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_every_day_lies_in_one_quarter_that_is_written_and_read(day):
    quarter = Quarter.of(day)

    assert quarter.first <= day <= quarter.last
    assert Quarter.read(quarter.id) == quarter
    assert quarter.later(1).first > quarter.last
    assert quarter.later(5).later(-5) == quarter


@pytest.mark.parametrize("words", ["", "2027-5", "2027-0", "27-1", "9999-1", "2027-1x", "x2027-1"])
def test_what_is_no_quarter_is_none(words):
    assert Quarter.read(words) is None


# --- Counted from the records ---------------------------------------------------------------------


def test_a_fixed_meeting_is_late_unless_a_checklist_says_it_was_held_by_its_last_day():
    # Twelve young people whose last day for the meeting at 16 lies in the spring of 2027.
    cases = [case(number, date(2011, 1, 10 + number)) for number in range(12)]
    held = [meeting(number, "2027-03-01", kind="at_16") for number in range(4)]
    too_late = [meeting(4, "2027-06-20", kind="at_16")]
    others = [meeting(5, "2027-04-02"), meeting(6, "2027-04-02", "no_show", "at_16")]

    found = counted(cases, held + too_late + others)

    assert found["late"] == Cell("late", 8, 11, 12)  # 8 of 12: the 4 in time would be a small cell
    assert counted(cases, [meeting(n, "2027-03-01", kind="at_16") for n in range(6)])[
        "late"
    ] == Cell("late", 6, 6, 12)


def test_what_nobody_here_could_have_kept_is_not_counted():
    born = date(2011, 1, 10)
    late_comer = CaseFile(ref="K00001", birthday=born, opened=date(2027, 4, 9))
    gone = CaseFile(ref="K00002", birthday=born, opened=date(2026, 1, 1), closed=date(2027, 4, 1))
    unknown = CaseFile(ref="K00003", opened=date(2026, 1, 1))
    ours = CaseFile(ref="ØVELSE-01", birthday=born, opened=date(2026, 1, 1), exercise=True)
    there = [case(number, born) for number in range(10, 15)]

    assert counted([*there, late_comer, gone, unknown, ours])["late"].whole == 5


def test_meetings_of_the_quarter_and_no_other_are_counted():
    days = ["2027-03-31", "2027-04-01", "2027-06-30", "2027-07-01"]
    held = [meeting(number, day) for day in days for number in range(6)]
    missed = [meeting(number, "2027-05-05", "no_show") for number in range(7)]
    moved = [meeting(number, "2027-05-06", "moved") for number in range(7)]

    found = counted([], held + missed + moved)

    assert found["meetings"] == Cell("meetings", 19, 19)
    assert found["no_show"] == Cell("no_show", 7, 7, 19)
    assert "late" not in found


def test_small_cells_are_hidden_and_a_share_of_few_is_not_told():
    assert counted([], [meeting(n, "2027-05-05") for n in range(3)])["meetings"].hidden
    assert "no_show" not in counted([], [meeting(n, "2027-05-05") for n in range(4)])
    assert counted()["meetings"] == Cell("meetings", 0, 0)


@given(st.integers(0, 40), st.data())
def test_what_is_shown_of_a_small_number_is_the_same_for_every_number_it_may_be(whole, data):
    part = data.draw(st.integers(0, whole))
    shown = _hidden(Cell("late", part, part, whole))

    if whole < FEWEST:
        assert shown is None
        return
    assert shown.least <= part <= shown.most
    small = 0 < part < FEWEST or 0 < whole - part < FEWEST
    assert shown.hidden == small
    # Nobody can tell from what is shown which of the numbers it was.
    for other in range(shown.least, shown.most + 1):
        assert _hidden(Cell("late", other, other, whole)) == shown
    if small:
        assert shown.most - shown.least >= FEWEST - 2


def test_the_parts_that_are_shown_do_not_add_up_to_a_hidden_one():
    meetings = [meeting(n, "2027-05-05") for n in range(20)]
    meetings += [meeting(n, "2027-05-06", "no_show") for n in range(2)]

    found = counted([], meetings)

    # The meetings held are told nowhere, or 22 less 20 would be the two.
    assert (found["meetings"].least, found["no_show"].whole) == (22, 22)
    assert found["no_show"].hidden


# --- Typed in --------------------------------------------------------------------------------------


def test_what_leaders_type_counts_before_what_is_counted_and_is_shown_as_it_is():
    typed = typed_cells({"late_part": "2", "late_whole": "6", "meetings_part": "30"})
    both = cells_of((Cell("late", 5, 5, 20), Cell("no_show", 6, 6, 40)), typed)

    assert both == (
        Cell("meetings", 30, 30, None, typed=True),
        Cell("late", 2, 2, 6, typed=True),
        Cell("no_show", 6, 6, 40),
    )


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({"late_part": "2"}, ("late",)),
        ({"late_whole": "2"}, ("late",)),
        ({"late_part": "7", "late_whole": "6"}, ("late",)),
        ({"late_part": "6", "late_whole": "6"}, ()),
        ({"late_part": "-1", "late_whole": "x"}, ()),
        ({}, ()),
    ],
)
def test_half_a_number_is_not_used_and_said(answers, wrong):
    assert faults(answers) == wrong
    assert len(typed_cells(answers)) == (1 if answers.get("late_part") == "6" else 0)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=6))
def test_quarters_added_up_tell_no_more_than_they_show_themselves(parts):
    quarters = [_hidden(Cell("late", min(pair), min(pair), max(pair))) for pair in parts]
    added = {cell.indicator: cell for cell in together([[q] if q else [] for q in quarters])}

    if None in quarters:
        assert added == {}
        return
    cell = added["late"]
    assert cell.least <= sum(min(pair) for pair in parts) <= cell.most
    assert cell.most - cell.least == sum(one.most - one.least for one in quarters)
    assert cell.whole == sum(max(pair) for pair in parts)


# --- Which quarters, and what waits -----------------------------------------------------------------


def test_a_decision_is_followed_in_the_whole_quarters_since_it_began():
    today = date(2027, 11, 22)
    begun = decision(begins="2027-01-15")

    assert [one.id for one in quarters_of(begun, today)] == ["2027-3", "2027-2"]
    assert [one.id for one in quarters_of(decision(begins="2027-04-01"), today)] == [
        "2027-3",
        "2027-2",
    ]
    assert quarters_of(decision(begins="2027-10-01"), today) == ()
    assert len(quarters_of(decision(begins="not_discussed"), today)) == 4


def test_decisions_wait_for_their_quarters_and_for_the_day_they_name():
    today = date(2027, 11, 22)
    decisions = [
        decision("1", begins="2027-01-01", review="2028-01-01"),
        decision("2", review="2027-08-01"),
        decision("3", question="?"),
        decision("4", begins="2027-07-01"),
    ]
    seen = [
        Record(case="ENHED", form="follow_up", occasion="1-2027-1", answers={"now": "keep"}),
        Record(case="ENHED", form="follow_up", occasion="4-2027-3", answers={"now": "keep"}),
        Record(case="ENHED", form="follow_up", occasion="1-2027-2", answers={"now": None}),
    ]

    found = due_for_follow_up(decisions, seen, today)

    assert followed(seen) == {"1": {Quarter(2027, 1)}, "4": {Quarter(2027, 3)}}
    assert [(one.decision.occasion, one.quarter) for one in found] == [
        ("1", Quarter(2027, 2)),
        ("2", None),
    ]
    assert [one.since for one in found] == [date(2027, 7, 1), date(2027, 8, 1)]


# --- From an edition of the leadership report ------------------------------------------------------


def edition(*blocks):
    cells = {(each.indicator, "", SPRING): each for each in blocks}
    return Edition(period=SPRING, number=1, made_on="2027-07-20", blocks=blocks, cells=cells)


def test_what_an_edition_tells_of_a_quarter_is_what_was_counted_and_no_more():
    known = {"quarters": (SPRING,), "whole_least": 30, "whole_most": 30}
    kept = edition(
        Told("no_show", least=6, most=6, **known), Told("on_time", least=26, most=29, **known)
    )

    assert told_cells(SPRING, kept) == (
        Cell("meetings", 30, 30),
        Cell("no_show", 6, 6, 30),
        Cell("late", 1, 4, 30),
    )


def test_what_an_edition_tells_of_two_quarters_together_is_told_of_neither():
    both = {"quarters": (SPRING.later(-1), SPRING), "whole_least": 30, "whole_most": 30}
    kept = edition(
        Told("no_show", least=6, most=6, **both), Told("on_time", least=20, most=20, **both)
    )

    assert told_cells(SPRING, kept) == ()
