"""A store that is moved to another database, copied from a server and put back is the same, whole."""

import os
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import text

from data.access import PERSON_VARIABLE, ROLE_VARIABLE, AccessRefused
from data.backup import look_through
from data.case_files import CaseFile
from data.people import People
from data.records import Record
from data.sessions import SessionStore, read_plan
from data.store import Store
from data.store_copy import copy_to_file, holdings, move_store, put_back
from data.store_errors import StoreError

EXAMPLES = int(os.environ.get("VEJVISER_EXAMPLES", "8"))
DAY = "2026-05-03"


def fill(url):
    """Fill the store at *url* with something of each kind."""
    store = Store.open(url, actor="profil-a")
    store.change_settings(real_cases=True, exercise_days=None)
    for number in range(1, 9):
        born = date(2010, 1, number % 28 + 1)
        ref = f"K{number:05}"
        new = CaseFile(ref=ref, birthday=born, unit=f"Enhed {number % 3}", opened=date(2026, 1, 5))
        store.save_case(new)
        answers = {
            "outcome": "held",
            "note": f"Ær\u00f8sk\u00f8bing \U0001f600 {number}",
            "gone": None,
        }
        store.save(Record(case=ref, form="meeting", occasion=DAY, answers=answers))
    kept = store.finish(store.load("K00001", "meeting", DAY))
    kept = store.finish(replace(store.reopen(kept), answers={"outcome": "moved"}))
    store.hand_over(kept, date(2026, 6, 1))
    store.delete_case("K00008", "fristen er udløbet")
    store.add_records(
        [Record(case="ENHED", form="decision", occasion=str(n), answers={}) for n in range(510)],
        "indlæst",
    )
    store.prune_audit(datetime.now(UTC) - timedelta(days=1), "prøve")
    store.close()
    sessions = SessionStore.open(url)
    made = sessions.create(read_plan("two_hours"), title="Prøve", language="da", groups=2)
    who, _ = sessions.join(made.id, 1)
    sessions.save_sheet(who, "consent_refused", {"teacher": "pause"}, 0)
    sessions.close_store()


def held(url):
    store = Store.open(url)
    with store._opened.reading() as connection:
        found = holdings(connection)
    trail = store.check_audit()
    assert trail.whole
    assert store.check_answers() == []
    everything = (store.list_records(), store.cases(), store.history(), store.settings())
    store.close()
    return found, trail, everything


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    file = tmp_path_factory.mktemp("filled") / "records.db"
    fill(f"sqlite:///{file}")
    return file


@pytest.fixture
def filled(sqlite_url, template, tmp_path):
    shutil.copy(template, tmp_path / "records.db")
    return sqlite_url


def test_a_moved_store_holds_the_same_and_goes_on(filled, postgresql_url):
    before = held(filled)

    moved = move_store(postgresql_url, filled)

    assert held(postgresql_url) == before == held(filled)
    assert (moved.records, moved.lines) == (517, before[1].lines)
    store = Store.open(postgresql_url)
    new = Record(case="K00002", form="coordinator", answers={"named": "yes"})
    assert store.finish(store.save(new)).version == 1
    state = store.check_audit(before[1].head)
    assert (state.whole, state.lines) == (True, before[1].lines + 2)
    sessions = SessionStore.open(postgresql_url)
    assert sessions.sheets(sessions.sessions()[0].id)[0].answers == {"teacher": "pause"}


def test_a_copy_from_a_server_is_a_file_that_opens_and_can_be_put_back(
    filled, postgresql_url, tmp_path
):
    move_store(postgresql_url, filled)
    before, copy, aside = held(postgresql_url), tmp_path / "copy.db", tmp_path / "aside.db"

    made = copy_to_file(copy, postgresql_url)

    assert made == before[0]
    assert look_through(copy).records == 517
    assert held(f"sqlite:///{copy}") == before
    assert copy.stat().st_mode & 0o077 == 0
    store = Store.open(postgresql_url)
    store.delete_case("K00002", "prøve")
    store.save(Record(case="K00003", form="coordinator", answers={"named": "no"}))
    store.close()
    changed = held(postgresql_url)
    People.open(postgresql_url).add("ny_leder", "leader")

    put_back(copy, aside, postgresql_url)

    assert held(postgresql_url) == before
    assert held(f"sqlite:///{aside}")[2][0] == changed[2][0], "what was there before lies aside"
    people = People.open(postgresql_url)
    assert [each.name for each in people.all()] == ["ny_leder"]
    people.remove("ny_leder")
    store = Store.open(postgresql_url)
    assert store.save(Record(case="K00002", form="coordinator")).revision == 1
    assert store.check_audit().whole


def test_a_store_comes_back_from_the_server_to_a_file(filled, postgresql_url, tmp_path):
    before = held(filled)
    move_store(postgresql_url, filled)

    move_store(f"sqlite:///{tmp_path / 'back.db'}", postgresql_url)

    assert held(f"sqlite:///{tmp_path / 'back.db'}") == before


def refused(id, action, *arguments):
    with pytest.raises(StoreError) as caught:
        action(*arguments)
    assert caught.value.id == id
    assert str(caught.value)


def test_a_target_that_holds_something_is_left_alone(filled, postgresql_url, tmp_path):
    store = Store.open(postgresql_url)
    store.save(Record(case="ØVELSE-01", form="coordinator", answers={"named": "yes"}))
    before = store.list_records(), store.history()

    refused("store.not_empty", move_store, postgresql_url, filled)

    assert (store.list_records(), store.history()) == before
    (tmp_path / "there.db").write_text("ours")
    refused("store.in_the_way", copy_to_file, tmp_path / "there.db", filled)
    assert (tmp_path / "there.db").read_text() == "ours"


def test_a_file_in_use_or_with_a_broken_log_is_not_moved(filled, postgresql_url):
    store = Store.open(filled)
    store.list_records()
    refused("store.in_use", move_store, postgresql_url, filled)
    with store._engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_is_not_changed"))
        connection.execute(text("UPDATE audit SET purpose = 'x' WHERE id = 7"))
    store.close()
    refused("store.trail_broken", move_store, postgresql_url, filled)

    assert Store.open(postgresql_url).list_records() == []


def test_a_copy_that_differs_is_taken_back_whole(filled, postgresql_url, monkeypatch):
    Store.open(postgresql_url).close()
    with monkeypatch.context() as patched:
        seen = iter((1, 2))
        patched.setattr("data.store_copy.holdings", lambda _: next(seen))
        refused("store.copy_differs", move_store, postgresql_url, filled)

    assert Store.open(postgresql_url).list_records() == []
    move_store(postgresql_url, filled)
    assert held(postgresql_url) == held(filled)


def test_a_damaged_copy_is_not_put_back(filled, tmp_path):
    before, copy = held(filled), tmp_path / "copy.db"
    copy_to_file(copy, filled)
    with copy.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 4096)

    with pytest.raises(StoreError):
        put_back(copy, tmp_path / "aside.db", filled)

    assert held(filled) == before


def test_who_may_not_do_everything_copies_nothing(filled, tmp_path, monkeypatch):
    monkeypatch.setenv(PERSON_VARIABLE, "leder")
    monkeypatch.setenv(ROLE_VARIABLE, "leader")

    with pytest.raises(AccessRefused):
        copy_to_file(tmp_path / "copy.db", filled)

    assert not (tmp_path / "copy.db").exists()


words = some.text(some.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)


@given(
    some.dictionaries(
        some.from_regex(r"K[0-9]{5}", fullmatch=True),
        some.dictionaries(some.from_regex(r"[a-z_]{1,9}", fullmatch=True), words, max_size=4),
        max_size=5,
    )
)
@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
def test_whatever_is_answered_is_the_same_after_a_move(tmp_path_factory, answers):
    here, there = (f"sqlite:///{tmp_path_factory.mktemp('one') / 'records.db'}" for _ in "12")
    store = Store.open(here)
    store.change_settings(real_cases=True)
    for case, each in answers.items():
        store.save(Record(case=case, form="meeting", occasion=DAY, answers=each))
    kept = store.list_records(), store.history()
    store.close()

    move_store(there, here)

    store = Store.open(there)
    assert (store.list_records(), store.history()) == kept
    store.close()
