"""Case files, settings, and the end of a case, on SQLite and on PostgreSQL alike."""

import json
from dataclasses import replace
from datetime import date

import pytest

from data.case_files import CaseFile, is_exercise, is_real
from data.case_life import digest_of
from data.cases import fictional_cases
from data.records import Record
from data.store import Store
from data.store_errors import StaleCase, StaleRecord, StoreError

REAL, FORM = "K00012", "coordinator"
OPENED = date(2026, 5, 3)
NOTE = "Moster henter hende om onsdagen"


@pytest.fixture
def real_store(store):
    store.change_settings(real_cases=True)
    return store


def refused(id, action, *arguments, **named):
    with pytest.raises(StoreError) as caught:
        action(*arguments, **named)
    assert caught.value.id == id
    assert str(caught.value)


def record(case=REAL, occasion="", **answers):
    return Record(case=case, form=FORM, occasion=occasion, answers=answers)


def test_the_handbooks_own_cases_are_there_without_being_saved(store):
    found = store.cases()

    assert [each.ref for each in found] == sorted(case.id for case in fictional_cases())
    assert all(each.exercise and each.revision == 0 for each in found)
    assert store.case(found[0].ref) == found[0]
    assert store.case("ØVELSE-99") is None
    assert store.history() == []


def test_a_case_file_comes_back_as_it_was_saved(real_store, url):
    saved = real_store.save_case(
        CaseFile(
            ref=REAL, birthday=date(2009, 2, 28), unit="Nord", coordinator="KO-1", opened=OPENED
        )
    )
    changed = real_store.save_case(replace(saved, closed=date(2026, 12, 1)))

    assert (saved.revision, changed.revision, changed.exercise) == (1, 2, False)
    assert Store.open(url).case(REAL) == changed
    assert real_store.save_case(changed) == changed
    assert real_store.cases()[0] == changed
    with pytest.raises(StaleCase) as caught:
        real_store.save_case(replace(saved, unit="Syd"))
    assert caught.value.current == changed


def test_a_fictional_case_is_marked_as_one_whatever_is_said(store):
    saved = store.save_case(CaseFile(ref="ØVELSE-07", opened=OPENED, exercise=False))

    assert saved.exercise
    assert saved in store.cases()


def test_a_real_case_is_refused_until_that_is_switched_on(store):
    refused("store.training", store.save, record())
    refused("store.training", store.finish, record())
    refused("store.training", store.save_case, CaseFile(ref=REAL, opened=OPENED))
    assert store.save(record("ØVELSE-01")).revision == 1
    assert store.save(record("ENHED", "2026-2-team-3")).revision == 1

    store.change_settings(real_cases=True)

    assert store.save(record()).revision == 1


@pytest.mark.parametrize(
    ("id", "given"),
    [
        ("store.bad_reference", {"ref": "Anna Jensen"}),
        ("store.bad_reference", {"ref": "010190-1234"}),
        ("store.bad_reference", {"ref": "k00012"}),
        ("store.bad_reference", {"ref": "K12"}),
        ("store.bad_reference", {"ref": "K00012\n"}),
        ("store.personal", {"coordinator": "ko@kommune.dk"}),
        ("store.personal", {"unit": "Ring 22 33 44 55"}),
        ("store.too_long", {"unit": "x" * 81}),
        ("store.closed_before", {"closed": date(2026, 5, 2)}),
        ("store.born_after", {"birthday": date(2026, 5, 4)}),
    ],
)
def test_a_case_file_that_says_something_wrong_is_refused(real_store, id, given):
    refused(id, real_store.save_case, CaseFile(**{"ref": REAL, "opened": OPENED, **given}))

    assert REAL not in {each.ref for each in real_store.cases()}


@pytest.mark.parametrize("ref", ["K00012", "ÆØÅ123", "AB12345678"])
def test_a_reference_of_a_real_case_is_known(ref):
    assert is_real(ref)
    assert not is_exercise(ref)


def test_settings_are_kept_and_the_wrong_ones_are_refused(store, url):
    assert not store.settings().real_cases

    store.change_settings(real_cases=True, exercise_days=14)

    assert Store.open(url).settings().exercise_days == 14
    assert Store.open(url).change_settings(exercise_days=None).real_cases
    with pytest.raises(ValueError, match="handed_over_days"):
        store.change_settings(handed_over_days=0)
    with pytest.raises(ValueError, match="colour"):
        store.change_settings(colour="green")
    assert store.settings().exercise_days is None


def fill(store, ref=REAL):
    store.save_case(CaseFile(ref=ref, coordinator="KO-1", opened=OPENED))
    first = store.finish(store.save(record(ref, named="yes", note=NOTE)))
    store.save(replace(store.reopen(first), answers={"named": "no", "note": NOTE}))
    store.save(record(ref, "2026-05-03", note=NOTE))


def test_an_export_holds_all_that_is_kept_of_a_case(real_store):
    fill(real_store)
    fill(real_store, "K00013")

    exported = json.loads(json.dumps(real_store.export_case(REAL, "aktindsigt")))

    assert exported["case_file"]["coordinator"] == "KO-1"
    found = [
        (each["occasion"], each["answers"], len(each["versions"])) for each in exported["records"]
    ]
    assert found == [
        ("", {"named": "no", "note": NOTE}, 1),
        ("2026-05-03", {"note": NOTE}, 0),
    ]
    assert exported["records"][0]["versions"][0]["answers"]["named"] == "yes"
    assert {line["case"] for line in exported["audit"]} == {REAL}
    assert (exported["audit"][-1]["action"], exported["audit"][-1]["purpose"]) == (
        "export",
        "aktindsigt",
    )


def test_a_deleted_case_is_gone_and_the_receipt_says_what_went(real_store):
    fill(real_store)
    fill(real_store, "K00013")
    exported = real_store.export_case(REAL)

    receipt = real_store.delete_case(REAL, "sagen er lukket")

    assert (receipt.case, receipt.records, receipt.versions) == (REAL, 2, 1)
    assert receipt.ids == ("K00012/coordinator", "K00012/coordinator/2026-05-03")
    assert receipt.purpose == "sagen er lukket"
    assert receipt.digest == digest_of(exported)
    assert real_store.case(REAL) is None
    assert real_store.list_records(REAL) == []
    assert real_store.versions(REAL, FORM) == []
    assert len(real_store.list_records("K00013")) == 2
    last = real_store.history(REAL)[-2]
    assert (last["action"], last["value_hash"]) == ("delete", receipt.digest)
    assert real_store.check_audit().whole


def test_nothing_of_a_deleted_case_lies_in_the_file(sqlite_store, tmp_path):
    sqlite_store.change_settings(real_cases=True)
    fill(sqlite_store)
    fill(sqlite_store, "K00013")
    assert any(NOTE.encode() in file.read_bytes() for file in tmp_path.iterdir())

    sqlite_store.delete_case(REAL, "x")
    sqlite_store.delete_case("K00013", "x")

    assert not any(NOTE.encode() in file.read_bytes() for file in tmp_path.iterdir())
    assert not any(b'"named"' in file.read_bytes() for file in tmp_path.iterdir())


def test_a_tab_that_still_shows_a_deleted_record_is_told(real_store):
    kept = real_store.save(record(named="yes"))
    real_store.delete_case(REAL, "x")

    with pytest.raises(StaleRecord) as caught:
        real_store.save(replace(kept, answers={"named": "no"}))

    assert caught.value.current == Record(case=REAL, form=FORM)


def test_retention_deletes_the_records_that_were_chosen_and_not_changed_since(real_store):
    old = real_store.finish(record(named="yes"))
    changed = real_store.save(record(occasion="2026-05-03", named="yes"))
    real_store.save(replace(changed, answers={"named": "no"}))

    receipt = real_store.prune([old, changed], "90 dage efter overførsel")

    assert (receipt.case, receipt.records, receipt.versions) == ("", 1, 1)
    assert receipt.ids == ("K00012/coordinator",)
    assert [each.occasion for each in real_store.list_records(REAL)] == ["2026-05-03"]
    deleted = [line for line in real_store.history() if line["action"] == "delete"]
    assert [(line["form"], line["value_hash"]) for line in deleted] == [(FORM, receipt.digest)]
    assert real_store.prune([], "x").records == 0


def test_a_purpose_that_holds_something_personal_deletes_nothing(real_store):
    fill(real_store)

    refused("store.personal", real_store.delete_case, REAL, "ring til 22 33 44 55")

    assert len(real_store.list_records(REAL)) == 2


def test_a_file_is_copied_while_it_is_in_use(sqlite_store, tmp_path):
    fill(sqlite_store, "ØVELSE-07")

    sqlite_store.backup_to(tmp_path / "copy.db")

    copy = Store.open(f"sqlite:///{tmp_path / 'copy.db'}")
    assert copy.list_records() == sqlite_store.list_records()
    assert copy.history() == sqlite_store.history()
    refused("store.in_the_way", sqlite_store.backup_to, tmp_path / "copy.db")


def test_a_store_on_a_server_is_not_copied_by_us(postgresql_url, tmp_path):
    refused("store.backup_on_server", Store.open(postgresql_url).backup_to, tmp_path / "copy.db")
    assert not list(tmp_path.iterdir())
