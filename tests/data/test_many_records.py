"""What is asked of many records at once agrees with what is asked of each."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import update

from data.case_files import CaseFile
from data.case_summary import listing, summaries
from data.records import Record
from data.retention import due
from data.store import Store
from data.store_errors import StaleRecord, StoreError
from data.store_tables import records as table

DAY = date(2026, 11, 22)


def meeting(case, day="2026-05-03", kind="at_17_half", outcome="held", **more):
    answers = {"meeting_type": kind, "outcome": outcome, **more}
    return Record(case=case, form="meeting", occasion=day, answers=answers)


def test_many_records_come_in_with_one_line_each(store):
    given = [meeting(f"ØVELSE-{number}") for number in range(10, 14)]

    assert store.add_records(given, "flyttet hertil") == 4
    assert store.add_records([], "intet") == 0

    kept = store.list_records()
    assert [replace(each, saved=None) for each in kept] == [replace(g, revision=1) for g in given]
    assert [(line["action"], line["case"], line["purpose"]) for line in store.history()] == [
        ("import", each.case, "flyttet hertil") for each in given
    ]
    assert "held" not in str(store.history())
    assert store.check_audit().whole
    assert store.check_answers() == []


@pytest.mark.parametrize(
    ("bad", "id"),
    [
        (meeting("ØVELSE-11"), "store.stale"),
        (meeting("K00012"), "store.training"),
        (meeting("ØVELSE-13", note="Ring 311299-4321"), "store.personal"),
    ],
)
def test_all_of_them_come_in_or_none(store, bad, id):
    store.save(meeting("ØVELSE-11"))
    before = store.history()

    with pytest.raises(StoreError) as caught:
        store.add_records([meeting("ØVELSE-12"), bad], "flyttet hertil")

    assert caught.value.id == id
    assert store.history() == before
    assert len(store.list_records()) == 1


def test_a_record_that_came_in_twice_is_refused_whole(store):
    with pytest.raises(StoreError):
        store.add_records([meeting("ØVELSE-12"), meeting("ØVELSE-12")], "flyttet hertil")

    assert store.list_records() == []


def test_a_tab_that_knew_the_deleted_record_does_not_take_the_new_one_for_it(store):
    old = store.save(meeting("ØVELSE-11"))
    store.delete_case("ØVELSE-11", "prøve")
    store.add_records([meeting("ØVELSE-11", outcome="youth_absent")], "flyttet hertil")

    with pytest.raises(StaleRecord):
        store.save(replace(old, answers={}))


def test_answers_that_came_in_are_checked_until_they_are_changed(store):
    store.add_records([meeting("ØVELSE-11"), meeting("ØVELSE-12")], "flyttet hertil")
    second = store.load("ØVELSE-12", "meeting", "2026-05-03")
    store.save(replace(second, answers={**second.answers, "outcome": "youth_absent"}))
    assert store.check_answers() == []

    with store._engine.begin() as connection:
        connection.execute(update(table).values(answers={"outcome": "x"}))

    assert store.check_answers() == ["ØVELSE-11/meeting/2026-05-03", "ØVELSE-12/meeting/2026-05-03"]


def test_answers_are_counted_as_they_stand(store):
    for number, outcome in enumerate(["held", "held", "youth_absent", None]):
        store.save(meeting(f"ØVELSE-{number:02}", outcome=outcome))
    store.save(Record(case="ØVELSE-00", form="team", answers={"outcome": "held"}))

    assert store.count_answers("meeting") == {
        "meeting_type": {"at_17_half": 4},
        "outcome": {"held": 2, "youth_absent": 1},
    }


def test_only_the_first_held_meeting_of_a_kind_in_an_open_case_is_read(store):
    store.change_settings(real_cases=True)
    for ref, closed in (("K00012", None), ("K00013", DAY)):
        store.save_case(CaseFile(ref=ref, opened=date(2025, 1, 8), closed=closed))
        store.save(meeting(ref, "2026-03-01", outcome="youth_absent"))
        store.save(meeting(ref, "2026-05-03", note="x"))
        store.save(meeting(ref, "2026-06-03"))
    store.save(Record(case="K00012", form="meeting", occasion="2026-07-01", answers={"note": "x"}))

    assert store.held_meetings() == [meeting("K00012")]


def test_held_meetings_are_those_of_now_whatever_was_done_meanwhile(store, url, monkeypatch):
    monkeypatch.setattr("data.audit._MANY", 5)
    other = Store.open(url)
    kept = {ref: other.save(meeting(ref)) for ref in ("ØVELSE-11", "ØVELSE-12", "ØVELSE-13")}
    case = other.save_case(CaseFile(ref="ØVELSE-13", opened=date(2025, 1, 8)))

    def change(outcome):
        answers = {**kept["ØVELSE-11"].answers, "outcome": outcome}
        kept["ØVELSE-11"] = other.save(replace(kept["ØVELSE-11"], answers=answers))

    for done in (
        lambda: None,
        lambda: change("youth_absent"),
        lambda: change("held"),
        lambda: other.move_occasion(kept["ØVELSE-12"], "2026-04-03"),
        lambda: other.save_case(replace(case, closed=DAY)),
        lambda: other.delete_case("ØVELSE-11", "prøve"),
        lambda: other.add_records([meeting(f"ØVELSE-2{n}") for n in range(3)], "x"),
        lambda: other.add_records([meeting(f"ØVELSE-3{n}") for n in range(9)], "x"),
        lambda: other.prune([other.load("ØVELSE-20", "meeting", "2026-05-03")], "x"),
        lambda: other.prune_audit(datetime.now(UTC) + timedelta(days=1), "x"),
        lambda: other.save(meeting("ØVELSE-40")),
    ):
        done()
        afresh = Store.open(url)
        found = {(each.case, each.occasion) for each in store.held_meetings()}
        assert found == {(each.case, each.occasion) for each in afresh.held_meetings()}
        assert len(store.held_meetings()) == len(found)
        afresh.close()
    assert ("ØVELSE-40", "2026-05-03") in found
    assert not {case for case, _ in found} & {"ØVELSE-11", "ØVELSE-13", "ØVELSE-20"}
    other.close()


def test_the_pages_of_a_list_are_the_list(store):
    store.change_settings(real_cases=True)
    for number in range(12):
        ref, born = f"K{number:05}", date(2009, 1 + number, 5)
        store.save_case(CaseFile(ref=ref, birthday=born, opened=date(2025, 1, 8)))
        if number % 3 == 0:
            store.save(meeting(ref))
            store.save(Record(case=ref, form="coordinator", answers={"named": "yes"}))
    cases = store.cases()

    pages = [listing(store, cases, DAY, first, 5) for first in range(0, len(cases), 5)]

    found = [each for page in pages for each in page.cases]
    whole = {each.case.ref: each for each in summaries(cases, store.list_records(), DAY)}
    assert {each.case.ref: each for each in found} == whole
    assert len(found) == pages[0].all == len(cases)
    late = [max((o.deadline.days for o in e.overdue), default=0) for e in found[:12]]
    assert late == sorted(late, reverse=True)
    assert late[0] > 0
    assert all(each.case.exercise for each in found[12:])
    assert listing(store, cases, DAY, 900, 5).first == pages[-1].first
    assert listing(store, [], DAY, 5, 5).cases == ()


def test_what_is_due_is_counted_as_it_is_proposed(store):
    store.change_settings(real_cases=True)
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC)):
        for ref in ("K00012", "K00013", "K00014", "ØVELSE-01"):
            kept = store.save(Record(case=ref, form="team", answers={"a": "b"}))
            if ref != "K00014":
                store.hand_over(kept, date(2026, 1, 1) + timedelta(30 * (ref == "K00013")))

    for days, number in ((20, 0), (30, 1), (89, 1), (90, 2), (119, 2), (120, 3)):
        day = date(2026, 1, 1) + timedelta(days)
        assert store.how_many_due(day) == number
        assert len(due(store.list_records(), store.settings(), day)) == number
    store.change_settings(handed_over_days=None)
    assert store.how_many_due(date(2027, 1, 1)) == 1
