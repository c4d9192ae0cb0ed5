"""How long records lie, and what is said when they go."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from data.records import Record
from data.retention import due, not_moved, receipt_in_words
from data.settings import Settings
from data.store import Store
from data.texts import Texts

DAY = date(2026, 11, 22)
SAVED = datetime(2026, 10, 23, 9, 0, tzinfo=UTC)


def exercise(days_ago):
    saved = datetime(2026, 11, 22, 9, tzinfo=UTC) - timedelta(days=days_ago)
    return Record(case="ØVELSE-01", form="team", revision=1, saved=saved)


def real(days_ago, state="finished"):
    moved = None if days_ago is None else DAY - timedelta(days=days_ago)
    return Record(
        case="K00012", form="meeting", occasion="2026-05-03", revision=1, saved=SAVED,
        state=state, handed_over=moved,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (exercise(29), None),
        (exercise(30), "exercise"),
        (real(89), None),
        (real(90), "handed_over"),
        (real(None), None),
        (Record(case="ENHED", form="assessment_vejen", revision=1, saved=SAVED), None),
    ],
)
def test_a_record_is_due_when_its_period_has_ended_and_not_before(record, why):
    assert [each.why for each in due([record], Settings(), DAY)] == ([why] if why else [])


def test_a_period_that_is_never_ends_never():
    never = Settings(exercise_days=None, handed_over_days=None)

    assert due([exercise(4000), real(4000)], never, DAY) == []


def test_what_nobody_moved_is_named_until_it_is():
    waiting = real(None)

    assert not_moved([waiting, real(3), real(None, "draft"), exercise(3)]) == [waiting]


def test_nothing_goes_by_itself_and_what_goes_is_told(tmp_path):
    url = f"sqlite:///{tmp_path / 'records.db'}"
    with time_machine.travel(datetime(2026, 9, 1, 10, tzinfo=UTC), tick=False):
        store = Store.open(url)
        store.save(Record(case="ØVELSE-01", form="team", answers={"note": "Gammel"}))
    with time_machine.travel(datetime(2026, 11, 22, 10, tzinfo=UTC), tick=False):
        store.close()
        store = Store.open(url)
        store.save(Record(case="ØVELSE-02", form="team", answers={"note": "Ny"}))
        assert len(store.list_records()) == 2
        found = due(store.list_records(), store.settings(), DAY)

        receipt = store.prune([each.record for each in found], "fristen er udløbet")

    assert [record.case for record in store.list_records()] == ["ØVELSE-02"]
    assert receipt.ids == ("ØVELSE-01/team",)
    last = store.history("ØVELSE-01")[-1]
    assert (last["action"], last["purpose"]) == ("delete", "fristen er udløbet")
    assert last["value_hash"] == receipt.digest
    store.close()


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_receipt_says_what_went_and_what_did_not_and_holds_nothing_of_it(language):
    store = Store.open("sqlite://")
    record = store.save(Record(case="ØVELSE-01", form="team", answers={"note": "Hemmelig"}))
    store.finish(record)

    receipt = store.delete_case("ØVELSE-01", "øvelsen er slut")
    words = receipt_in_words(receipt, Texts.read(language), date(2027, 1, 4))

    for told in ("ØVELSE-01/team", receipt.digest, "øvelsen er slut", "local", "2027"):
        assert told in words
    assert "Hemmelig" not in words
    assert "2027" not in receipt_in_words(receipt, Texts.read(language), None)
