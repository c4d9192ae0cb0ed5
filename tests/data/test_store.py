"""What a store does with records, on SQLite and on PostgreSQL alike."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import text

from data.records import Record
from data.store import Store
from data.store_errors import StaleRecord, StoreError
from data.store_tables import SCHEMA

CASE, FORM = "ØVELSE-01", "coordinator"


def refused(id, action, *arguments, **named):
    with pytest.raises(StoreError) as caught:
        action(*arguments, **named)
    assert caught.value.id == id
    assert str(caught.value)
    return caught.value


def record(**answers):
    return Record(case=CASE, form=FORM, answers=answers)


@pytest.mark.parametrize(
    "note",
    ["Æblegrød 🍏\n= 'x' --", "\x00 og \x1f", "'; DROP TABLE record; --", "a\u0301", "x" * 9000],
)
def test_a_record_comes_back_as_it_was_saved(store, url, note):
    saved = store.save(record(named="yes", note=note, date=None))

    assert saved.revision == 1
    assert datetime.now(UTC) - saved.saved < timedelta(seconds=10)
    assert Store.open(url).load(CASE, FORM) == saved


def test_a_record_that_was_never_saved_has_revision_0(store):
    assert store.load(CASE, FORM) == Record(case=CASE, form=FORM)
    assert store.list_records() == []
    assert store.versions(CASE, FORM) == []


def test_the_list_is_ordered_by_case_form_and_occasion_sign_by_sign(store):
    names = ("ÅR-1", "A-1", "a-1", "ØVELSE-10", "ØVELSE-1", "ØVELSE-2")
    for case in names:
        store.save(Record(case=case, form=FORM))
    for occasion in ("2026-2-team-3", "2026-2-team", "2026-10-01"):
        store.save(Record(case="A-1", form="meeting", occasion=occasion))

    assert [each.case for each in store.list_records(form=FORM)] == sorted(names)
    found = [(each.form, each.occasion) for each in store.list_records(case="A-1")]
    assert found == sorted(found)
    assert len(found) == 4


def test_each_occasion_is_a_record_of_its_own(store):
    may = Record(case=CASE, form="meeting", occasion="2026-05-03", answers={"a": "yes"})
    june = Record(case=CASE, form="meeting", occasion="2026-06-01", answers={"a": "no"})
    store.save(may)
    store.save(june)

    assert store.load(CASE, "meeting", "2026-05-03").answers == {"a": "yes"}
    assert store.load(CASE, "meeting").revision == 0
    assert store.latest(CASE, "meeting", "2026-06-01").occasion == "2026-05-03"
    assert store.latest(CASE, "meeting", "2027").occasion == "2026-06-01"
    assert store.latest(CASE, "meeting", "2026-05-03") is None


def test_the_second_tab_is_told_and_overwrites_nothing(store, url):
    mine, theirs = store.load(CASE, FORM), Store.open(url).load(CASE, FORM)
    store.save(replace(theirs, answers={"named": "yes"}))

    with pytest.raises(StaleRecord) as caught:
        store.save(replace(mine, answers={"named": "no"}))

    assert caught.value.current.answers == {"named": "yes"}
    assert store.load(CASE, FORM) == caught.value.current


def test_nothing_is_written_where_nothing_changed(store):
    saved = store.save(record(named="yes"))

    assert store.save(saved) == saved
    assert len(store.history(CASE, FORM)) == 1


def test_a_finished_record_is_kept_as_it_was_and_changed_only_when_open_again(store):
    draft = store.save(record(named="yes"))

    finished = store.finish(replace(draft, answers={"named": "partly"}))

    assert (finished.state, finished.version, finished.revision) == ("finished", 1, 2)
    refused("store.finished", store.save, replace(finished, answers={"named": "no"}))
    refused("store.finished", store.finish, finished)
    opened = store.reopen(finished)
    assert (opened.state, opened.version, opened.answers) == ("draft", 1, {"named": "partly"})
    again = store.finish(store.save(replace(opened, answers={"named": "no"})))
    assert again.version == 2
    kept = store.versions(CASE, FORM)
    assert [(each.number, each.answers, each.actor) for each in kept] == [
        (1, {"named": "partly"}, "local"),
        (2, {"named": "no"}, "local"),
    ]
    assert kept[0].finished_at == finished.saved
    assert store.load(CASE, FORM) == again


def test_a_record_can_be_finished_without_having_been_saved(store):
    finished = store.finish(record(named="yes"))

    assert (finished.revision, finished.version) == (1, 1)
    assert store.load(CASE, FORM) == finished


@pytest.mark.parametrize("step", ["finish", "reopen", "hand_over"])
def test_no_step_is_taken_on_a_record_that_somebody_else_has_changed(store, step):
    old = store.save(record(named="yes"))
    newest = store.save(replace(old, answers={"named": "no"}))

    with pytest.raises(StaleRecord) as caught:
        getattr(store, step)(old, *([date(2026, 5, 3)] if step == "hand_over" else []))

    assert caught.value.current == newest == store.load(CASE, FORM)


def test_a_record_is_handed_over_until_there_is_a_new_version(store):
    finished = store.finish(record(named="yes"))

    handed = store.hand_over(finished, date(2026, 5, 3))

    assert handed.handed_over == date(2026, 5, 3)
    assert store.load(CASE, FORM) == handed
    assert store.hand_over(handed, date(2026, 5, 3)) == handed
    opened = store.reopen(handed)
    assert opened.handed_over == date(2026, 5, 3)
    assert store.finish(opened).handed_over is None
    assert store.hand_over(store.load(CASE, FORM), None).handed_over is None


def test_a_draft_is_moved_to_another_occasion_with_its_versions(store):
    wrong, right = "2026-05-03", "2026-05-30"
    begun = Record(case=CASE, form="meeting", occasion=wrong, answers={"outcome": "held"})
    draft = store.reopen(store.hand_over(store.finish(begun), date(2026, 5, 4)))

    moved = store.move_occasion(draft, right)

    assert moved == store.load(CASE, "meeting", right)
    assert (moved.answers, moved.version) == (begun.answers, 1)
    assert moved.handed_over is None
    assert len(store.versions(CASE, "meeting", right)) == 1
    assert store.load(CASE, "meeting", wrong).revision == 0
    told = [(line["action"], line["occasion"], line["field"]) for line in store.history(CASE)]
    assert told[-2:] == [("move_to", wrong, right), ("move_from", right, wrong)]
    assert store.check_audit().whole
    assert store.check_answers() == []
    # The first day is free again, and whoever still shows the record there is told.
    with pytest.raises(StaleRecord):
        store.save(replace(draft, answers={"outcome": "moved"}))
    again = store.save(replace(begun, answers={"outcome": "no_show"}))
    assert again.revision > draft.revision
    back = store.save(replace(moved, answers={"outcome": "cancelled"}))
    assert store.check_answers() == []
    refused("store.occasion_taken", store.move_occasion, back, wrong)


def test_a_record_is_moved_only_as_a_draft_that_is_as_it_was_loaded(store):
    begun = Record(case=CASE, form="meeting", occasion="2026-05-03", answers={"outcome": "held"})
    assert store.move_occasion(begun, "2026-05-30") == replace(begun, answers={})
    saved = store.save(begun)
    assert store.move_occasion(saved, saved.occasion) == saved
    finished = store.finish(saved)

    refused("store.finished", store.move_occasion, finished, "2026-05-30")
    with pytest.raises(StaleRecord) as caught:
        store.move_occasion(saved, "2026-05-30")

    assert caught.value.current == finished == store.load(CASE, "meeting", "2026-05-03")


def test_saves_are_ordered_by_revision_when_the_clock_jumps_back(store):
    with time_machine.travel(datetime(2026, 10, 25, 2, 30, tzinfo=UTC), tick=False):
        first = store.save(record(count="1"))
    with time_machine.travel(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), tick=False):
        second = store.save(replace(first, answers={"count": "2"}))
        third = store.finish(second)

    assert (first.revision, second.revision, third.revision) == (1, 2, 3)
    assert second.saved < first.saved
    assert store.load(CASE, FORM) == third
    assert [line["revision"] for line in store.history()] == [1, 2, 3]
    assert store.check_audit().whole


def test_a_store_of_a_newer_version_is_left_alone(store, url):
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE about SET value = '99' WHERE key = 'schema'"))

    error = refused("store.newer", Store.open, url)

    assert error.slots == {"file": store.place, "found": 99, "known": SCHEMA}


def test_a_new_record_is_not_taken_for_one_that_was_deleted(store):
    old = store.save(record(named="yes"))
    store.prune([old], "prøve")
    new = store.save(record(named="no"))

    with pytest.raises(StaleRecord) as caught:
        store.save(replace(old, answers={"named": "partly"}))

    assert new.revision == 2
    assert caught.value.current == new


def test_an_installation_names_its_store_by_a_variable(url, monkeypatch):
    monkeypatch.setenv("VEJVISER_STORE", url)
    store = Store.open()

    saved = store.save(record(named="yes"))

    monkeypatch.delenv("VEJVISER_STORE")
    assert Store.open(url).load(CASE, FORM) == saved
    assert store.place in url
