"""Rounds of self-assessment: what is summed up, and that nobody's answers can be worked out.

``VEJVISER_EXAMPLES=20000`` tries so many invented rounds instead of some hundreds.
"""

import os
from dataclasses import replace
from datetime import date
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.assessment import (
    FEWEST,
    GROUPS,
    Sheet,
    gaps,
    is_closed,
    lowest,
    next_sheet,
    read_sheet,
    round_before,
    round_of,
    rounds_of,
    score,
    sheets_of,
)
from data.assessment_rounds import claim_sheet, close_round, open_round
from data.assessment_waves import with_sheets
from data.assessment_words import late_words
from data.forms import Form
from data.records import Record
from data.store import Store
from data.texts import Texts

ROUND = "2026-2"
LOOK = settings(max_examples=int(os.environ.get("VEJVISER_EXAMPLES", "200")), deadline=None)


def words(text):
    return {"da": text, "en": text}


def statement(id, section, **more):
    ends = {"low_end": words("slet ikke"), "high_end": words("helt")}
    codes = ("unknown",)
    return {
        "id": id,
        "kind": "scale",
        "section": section,
        "label": words(id),
        "codes": codes,
        **ends,
        **more,
    }


FORM = Form.model_validate(
    {
        "id": "assessment_tried",
        "subject": "unit",
        "occasion": "round",
        "title": words("Prøve"),
        "note": words("Prøve"),
        "sections": tuple(
            {"id": id, "title": words(id)} for id in ("meetings", "goals", "remarks")
        ),
        "items": (
            statement("on_time", "meetings"),
            statement("prepared", "meetings"),
            statement("own_words", "goals"),
            {"id": "remark", "kind": "note", "section": "remarks", "label": words("remark")},
        ),
    }
)


def sheet(group, number, on_time=None, prepared=None, own_words=None, *, round=ROUND, **more):
    answers = {"on_time": on_time, "prepared": prepared, "own_words": own_words, **more}
    occasion = Sheet(round, group, number).occasion
    answers = {name: None if answer is None else str(answer) for name, answer in answers.items()}
    return Record(case="ENHED", form=FORM.id, occasion=occasion, answers=answers)


def group(name, *answers, **more):
    return [sheet(name, number, *given, **more) for number, given in enumerate(answers, start=1)]


def lines(records):
    return {element.id: element.lines for element in score(FORM, records, ROUND).elements}


def hidden(records):
    return score(FORM, records, ROUND).elements[0].hidden


# --- Rounds and sheets ---------------------------------------------------------------------------


def test_a_round_is_half_a_year():
    assert [round_of(date(2026, 6, 30)), round_of(date(2026, 7, 1))] == ["2026-1", "2026-2"]
    assert [round_before("2026-2"), round_before("2026-1")] == ["2026-1", "2025-2"]
    with pytest.raises(ValueError, match="the round '2026-3' is none; write year and half-year"):
        round_before("2026-3")


def test_an_occasion_says_whose_sheet_it_is():
    assert read_sheet("2026-2-youth") == Sheet("2026-2", "youth", 1)
    for one in (Sheet("2026-2", "team", 3), Sheet("2025-1", "leader", 12)):
        assert read_sheet(one.occasion) == one
    for other in ("", "2026-05-03", "2026-3-youth-1", "2026-2-mother-1", "2026-2-youth-1 "):
        assert read_sheet(other) is None


def test_a_new_sheet_is_nobody_elses():
    there = [*group("team", (3,), (4,)), sheet("team", 7), sheet("youth", 9)]

    assert next_sheet(there, ROUND, "team") == Sheet(ROUND, "team", 8)
    assert next_sheet(there, "2027-1", "team") == Sheet("2027-1", "team", 1)


def test_sheets_of_other_rounds_and_forms_are_left_alone():
    other_form = Record(case="ENHED", form="other", occasion="2026-2-youth-1", answers={})
    mine = [sheet("leader", 1, 2), sheet("youth", 2, 3), sheet("youth", 1, 4)]
    records = [other_form, *mine, sheet("youth", 1, 1, round="2025-1")]

    assert list(sheets_of(records, FORM, ROUND).values()) == mine[::-1]
    assert rounds_of(records, FORM) == ("2025-1", "2026-2")


def test_a_round_that_was_closed_is_open_again_while_a_sheet_is():
    done = Record(case="ENHED", form=FORM.id, occasion="2026-2-youth-1", state="finished")
    closing = Record(case="ENHED", form=FORM.id, occasion=ROUND, state="finished")

    assert not is_closed([done], FORM, ROUND)
    assert is_closed([done, closing], FORM, ROUND)
    assert not is_closed([done, closing, sheet("youth", 2)], FORM, ROUND)
    assert not is_closed([done, closing], FORM, "2026-1")


def test_two_who_begin_at_once_get_a_sheet_each():
    store = Store.open("sqlite://")
    claim_sheet(store, "ENHED", FORM, ROUND, "youth")
    real = store.list_records
    # The second has listed the records before the first began.
    store.list_records = lambda *_, **__: (setattr(store, "list_records", real), [])[1]

    second = claim_sheet(store, "ENHED", FORM, ROUND, "youth")

    assert second.occasion == "2026-2-youth-2"
    assert [record.revision for record in store.list_records()] == [1, 1]


def test_closing_finishes_every_sheet_and_opening_lets_more_answer():
    store = Store.open("sqlite://")
    for record in (*group("youth", (1,), (2,)), *group("team", (3,), round="2026-1")):
        store.save(record)

    close_round(store, "ENHED", FORM, ROUND)

    records = store.list_records("ENHED", FORM.id)
    assert is_closed(records, FORM, ROUND)
    assert [record.state for record in sheets_of(records, FORM, "2026-1").values()] == ["draft"]
    close_round(store, "ENHED", FORM, ROUND)
    assert store.list_records("ENHED", FORM.id) == records, "closed once, closed"

    open_round(store, "ENHED", FORM, ROUND)

    records = store.list_records("ENHED", FORM.id)
    assert not is_closed(records, FORM, ROUND)
    assert all(one.state == "finished" for one in sheets_of(records, FORM, ROUND).values())


# --- What is summed up ---------------------------------------------------------------------------


def test_a_line_has_people_mean_spread_and_the_share_without_a_number():
    records = group("youth", (1, 2), (3, "unknown"), (4, None), ("unknown", "unknown"))

    line = lines(records)["meetings"]["youth"]

    assert (line.respondents, line.mean, line.low, line.high) == (3, 2.5, 1, 4)
    assert line.unknown == pytest.approx(3 / 7)


def test_only_statements_are_counted_and_only_answers_that_the_form_allows():
    records = group("youth", (1, 2, 3), (1, 2, 3), (1, 2, 9))
    records += [sheet("youth", 4, remark="Vi mangler tid"), sheet("youth", 5)]

    found = score(FORM, records, ROUND)

    assert [element.id for element in found.elements] == ["meetings", "goals"]
    assert found.respondents == {"youth": 3}
    assert found.elements[1].lines == {}, "two gave a number that the scale has"
    assert found.scale == (1, 5)


def test_the_widest_gap_and_the_lowest_element_are_found():
    records = group("youth", *[(1, 3, 4)] * 3) + group("leader", *[(5, 5, 4)] * 3)

    found = score(FORM, records, ROUND)

    first, second = gaps(found)
    assert (first.element.id, first.lower, first.upper, first.size) == (
        "meetings",
        "youth",
        "leader",
        3,
    )
    assert second.size == 0
    assert lowest(found).id == "meetings"
    assert lowest(score(FORM, [], ROUND)) is None


def test_a_form_without_statements_is_refused():
    note = {"id": "remark", "kind": "note", "label": words("remark")}
    form = Form.model_validate(
        {"id": "notes", "title": words("n"), "note": words("n"), "items": (note,)}
    )

    with pytest.raises(ValueError, match="the form 'notes' has no scales in sections"):
        score(form, [], ROUND)


# --- Who said what does not show -----------------------------------------------------------------


def test_few_have_no_line_of_their_own():
    records = group("youth", (1, 1), (1, 1)) + group("team", *[(3, 3)] * 4)

    assert hidden(records) == {"youth": "few", "team": "shields"}
    assert set(lines(records)["meetings"]) == {"everyone"}


def test_the_smallest_other_group_shields_the_few():
    records = group("youth", (1, 1), (1, 1)) + group("team", *[(3, 3)] * 4)
    records += group("coordinator", *[(4, 4)] * 3)

    assert hidden(records) == {"youth": "few", "coordinator": "shields"}
    found = lines(records)["meetings"]
    assert set(found) == {"team", "rest", "everyone"}
    assert (found["rest"].respondents, found["rest"].mean) == (5, 2.8)


def test_small_groups_shield_one_another():
    records = group("youth", *[(1, 1)] * 3) + group("coordinator", (4, 4), (4, 4))
    records += group("leader", (5, 5))

    assert hidden(records) == {"coordinator": "few", "leader": "few"}
    assert set(lines(records)["meetings"]) == {"youth", "rest", "everyone"}


def test_two_people_are_shown_nothing():
    assert lines(group("youth", (1, 1), (5, 5)))["meetings"] == {}


def test_one_who_only_does_not_know_is_hidden_too():
    records = group("youth", *[(1, 1)] * 3) + group("leader", ("unknown", "unknown"))

    assert hidden(records) == {"youth": "shields", "leader": "few"}


PEOPLE = st.lists(
    st.builds(
        lambda group, answers: (group, answers),
        st.sampled_from(GROUPS),
        st.tuples(*[st.sampled_from([None, "unknown", 1, 2, 3, 4, 5])] * 3),
    ),
    max_size=14,
)


def records_of(people):
    return [sheet(group, number, *answers) for number, (group, answers) in enumerate(people, 1)]


def people_of(records, element):
    """Return who gave anything to the statements of *element*, by group, numbers or not."""
    names = {"meetings": ("on_time", "prepared"), "goals": ("own_words",)}[element]
    own = {group: [] for group in GROUPS}
    for record in records:
        answers = [record.answers[name] for name in names if record.answers[name]]
        if answers:
            own[read_sheet(record.occasion).group].append(answers)
    return own


@LOOK
@given(PEOPLE)
def test_every_line_stands_on_enough_people_and_its_mean_within_its_spread(people):
    for element in score(FORM, records_of(people), ROUND).elements:
        for line in element.lines.values():
            assert line.respondents >= FEWEST
            assert 1 <= line.low <= line.mean <= line.high <= 5
            assert 0 <= line.unknown < 1


@LOOK
@given(PEOPLE)
def test_no_sum_or_difference_of_lines_stands_on_too_few(people):
    """Every combination of groups that can be worked out from the lines holds enough people.

    A line tells the sum over its groups. What sums, differences and multiples of lines tell is
    what lies in the space that the lines span, so each set of groups is tried for lying in it.
    """
    records = records_of(people)
    for element in score(FORM, records, ROUND).elements:
        own = people_of(records, element.id)
        there = [group for group in GROUPS if own[group]]
        members = {group: (group,) for group in there}
        members |= {"rest": tuple(element.hidden), "everyone": tuple(there)}
        told = np.zeros((len(element.lines), len(there)))
        for row, who in enumerate(element.lines):
            told[row] = [one in members[who] for one in there]
        for size in range(1, len(there) + 1):
            for some in combinations(there, size):
                numbers = sum(
                    any(a != "unknown" for a in answers) for one in some for answers in own[one]
                )
                if numbers >= FEWEST:
                    continue
                sought = np.array([one in some for one in there], float)
                rank = np.linalg.matrix_rank(told) if len(told) else 0
                assert np.linalg.matrix_rank(np.vstack([told, sought])) > rank, some


@LOOK
@given(PEOPLE)
def test_the_lines_beside_everyones_hold_different_people_and_add_up_to_it(people):
    for element in score(FORM, records_of(people), ROUND).elements:
        parts = [line for who, line in element.lines.items() if who != "everyone"]
        if parts:
            assert sum(line.respondents for line in parts) == element.everyone.respondents
            assert min(line.low for line in parts) == element.everyone.low


@LOOK
@given(PEOPLE.flatmap(lambda people: st.tuples(st.just(people), st.permutations(people))))
def test_the_order_of_the_records_does_not_matter(both):
    people, shuffled = both
    assert score(FORM, records_of(people), ROUND) == score(FORM, records_of(shuffled), ROUND)


# --- A round that was shown, opened again and closed once more ------------------------------------

SUMS = Form.model_validate(
    FORM.model_dump() | {"id": "sums", "items": (statement("own_words", "goals", high=2**13),)}
)
"""A form whose sums tell who is in them: each person answers with another power of two."""


def closed_again(waves):
    """Yield the score after each closing; of each of *waves*, people come in before it."""
    records, number = [], 0
    closing = Record(case="ENHED", form=SUMS.id, occasion=ROUND)
    for wave in waves:
        for name, knows in wave:
            number += 1
            answer = str(2**number) if knows else "unknown"
            occasion = Sheet(ROUND, name, number).occasion
            made = {"form": SUMS.id, "occasion": occasion, "answers": {"own_words": answer}}
            records.append(Record(case="ENHED", state="finished", version=1, **made))
        closing = replace(closing, state="finished", answers=with_sheets(closing, records))
        yield score(SUMS, [*records, closing], ROUND)


def people_in(line):
    total = round(line.mean * line.respondents)
    return [total >> bit & 1 for bit in range(1, 13)]


WAVES = st.lists(
    st.lists(st.tuples(st.sampled_from(GROUPS), st.integers(0, 9).map(bool)), max_size=6),
    min_size=1,
    max_size=3,
).filter(lambda waves: sum(map(len, waves)) <= 12)


@LOOK
@given(WAVES)
def test_no_sum_or_difference_of_all_results_that_were_shown_stands_on_too_few(waves):
    told = [
        people_in(line)
        for each in closed_again(waves)
        for element in each.elements
        for line in element.lines.values()
    ]
    if not told:
        return
    rank = np.linalg.matrix_rank(told)
    for few in combinations(range(12), FEWEST - 1):
        assert np.linalg.matrix_rank(np.delete(told, few, axis=1)) == rank, few


def test_one_who_comes_late_waits_and_enough_of_them_count():
    one, more = [("youth", True)], [("youth", True), ("youth", True)]
    first, second, third = closed_again([[("youth", True)] * 3, one, more])

    assert second.elements == (replace(first.elements[0], late=1),)
    assert (third.elements[0].lines["everyone"].respondents, third.elements[0].late) == (6, 0)


def test_a_second_result_does_not_show_who_was_too_few_in_the_first():
    """Two youths counted among all six; a line for the team alone would tell of them now."""
    before = [("youth", True)] * 2 + [("team", True)] * 4
    _, second = closed_again([before, [("youth", True)] * 3])

    assert set(second.elements[0].lines) == {"everyone"}


@pytest.mark.parametrize("what", ["change", "delete"])
def test_nothing_is_shown_of_a_round_with_a_sheet_that_was_changed_after_it_was_shown(what):
    store = Store.open("sqlite://")
    for record in group("youth", *[(1, 2, 3)] * 4):
        store.save(record)
    close_round(store, "ENHED", FORM, ROUND)
    assert lines(store.list_records("ENHED", FORM.id))["meetings"]["youth"].respondents == 4

    open_round(store, "ENHED", FORM, ROUND)
    kept = store.load("ENHED", FORM.id, "2026-2-youth-1")
    if what == "delete":
        store.prune([kept], "prøve")
    else:
        store.finish(replace(store.reopen(kept), answers={**kept.answers, "on_time": "5"}))
    close_round(store, "ENHED", FORM, ROUND)

    found = score(FORM, store.list_records("ENHED", FORM.id), ROUND)
    assert found.changed
    assert late_words(found, Texts.read("da")).startswith("Runden vises ikke mere.")
    assert not any(element.lines for element in found.elements)


def test_who_opened_the_store_sees_late_sheets_wait():
    store = Store.open("sqlite://")
    for record in group("youth", *[(1, 2, 3)] * 4):
        store.save(record)
    close_round(store, "ENHED", FORM, ROUND)
    open_round(store, "ENHED", FORM, ROUND)
    store.save(sheet("youth", 9, 5, 5, 5))
    close_round(store, "ENHED", FORM, ROUND)

    found = score(FORM, store.list_records("ENHED", FORM.id), ROUND)
    assert [element.late for element in found.elements] == [1, 1]
    assert found.elements[0].lines["youth"].respondents == 4
    assert found.respondents == {"youth": 5}
    assert "endnu: 1. Ellers" in late_words(found, Texts.read("da"))
