import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlalchemy.engine import make_url

from data.records import Record
from data.sqlite_engine import bundled, on_network_drive, open_sqlite, wal_is_safe
from data.store import Store
from data.store_errors import StaleRecord, StoreError

CASE, FORM = "ØVELSE-01", "coordinator"
SAVING = Path(__file__).with_name("saving.py")


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'records.db'}"


@pytest.fixture
def store(url):
    store = Store.open(url)
    yield store
    store.close()


def start(*words):
    command = [sys.executable, SAVING, *words]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_record_comes_back_as_it_was_saved(store, url):
    answers = {"named": "yes", "note": "Æblegrød 🍏\n= 'x' --", "date": None}

    saved = store.save(Record(case=CASE, form=FORM, answers=answers))

    assert saved.revision == 1
    assert datetime.now(UTC) - saved.saved < timedelta(seconds=10)
    assert Store.open(url).load(CASE, FORM) == saved


def test_a_record_that_was_never_saved_has_revision_0(store):
    assert store.load(CASE, FORM) == Record(case=CASE, form=FORM)
    assert store.list_records() == []


def test_the_list_holds_every_record(store):
    for case in ("ØVELSE-02", "ØVELSE-01"):
        store.save(Record(case=case, form=FORM, answers={"named": "yes"}))

    assert [record.case for record in store.list_records()] == ["ØVELSE-01", "ØVELSE-02"]


def test_the_second_tab_is_told_and_overwrites_nothing(store, url):
    mine, theirs = store.load(CASE, FORM), Store.open(url).load(CASE, FORM)
    store.save(replace(theirs, answers={"named": "yes"}))

    with pytest.raises(StaleRecord) as caught:
        store.save(replace(mine, answers={"named": "no"}))

    assert caught.value.current.answers == {"named": "yes"}
    assert store.load(CASE, FORM).answers == {"named": "yes"}


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["load", "save"])), max_size=25))
def test_two_sessions_in_any_order_lose_nothing(steps):
    store = Store.open("sqlite://")
    held = {name: store.load(CASE, FORM) for name in "ab"}
    acknowledged, newest = 0, {}
    for number, (name, step) in enumerate(steps):
        if step == "load":
            held[name] = store.load(CASE, FORM)
            continue
        answers = {**held[name].answers, f"{name}{number}": "yes"}
        try:
            held[name] = store.save(replace(held[name], answers=answers))
            acknowledged += 1
        except StaleRecord as stale:
            newest[name] = stale.current.revision

    assert all(revision <= acknowledged for revision in newest.values())
    assert len(store.load(CASE, FORM).answers) == acknowledged
    assert store.load(CASE, FORM).revision == acknowledged


def test_each_change_is_written_down_once_and_without_its_content(store, url, tmp_path):
    first = store.save(Record(case=CASE, form=FORM, answers={"named": "yes", "note": "Hemmelig"}))
    second = store.save(replace(first, answers={"named": "yes", "note": None}))
    store.save(second)

    lines = store.history(CASE, FORM)
    assert [(line["action"], line["field"], line["revision"]) for line in lines] == [
        ("create", "named", 1),
        ("create", "note", 1),
        ("change", "note", 2),
    ]
    assert lines[2]["value_hash"] is None
    assert "Hemmelig" not in str(lines)
    store.close()
    assert all(b"Hemmelig" not in file.read_bytes() for file in tmp_path.iterdir())


def test_nothing_is_written_where_nothing_changed(store):
    saved = store.save(Record(case=CASE, form=FORM, answers={"named": "yes"}))

    assert store.save(saved) == saved
    assert len(store.history(CASE, FORM)) == 1


def test_no_acknowledged_change_is_lost_when_the_process_is_killed(store, url):
    random, kept = Random(1), store.load(CASE, FORM)  # noqa: S311 - nothing secret
    nursery = start("nursery", url)
    for _ in range(50):
        nursery.stdin.write("go\n")
        nursery.stdin.flush()
        child = int(nursery.stdout.readline())
        for _ in range(random.randrange(1, 40)):
            acknowledged = int(nursery.stdout.readline())
        os.kill(child, signal.SIGKILL)
        while (line := nursery.stdout.readline()) != "dead\n":
            acknowledged = int(line) if line.endswith("\n") and line.strip() else acknowledged

        kept = store.load(CASE, FORM)
        assert kept.revision in {acknowledged, acknowledged + 1}
        assert set(kept.answers.values()) == {str(kept.revision)}
        assert store.history(CASE, FORM)[-1]["revision"] == kept.revision
    nursery.stdin.close()
    assert nursery.wait(timeout=10) == 0
    assert kept.revision > 100


def test_twelve_writers_at_once_lose_nothing(url):
    writers = [start("add", url, "10") for _ in range(12)]

    assert [writer.wait(timeout=120) for writer in writers] == [0] * 12
    assert Store.open(url).load(CASE, FORM).answers == {"count": "120"}


def test_every_connection_has_the_safe_settings(store):
    with store._engine.connect() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("synchronous", "foreign_keys", "busy_timeout", "journal_mode")
        }

    wal = "wal" if wal_is_safe(bundled.sqlite_version_info) else "delete"
    assert found == {
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "journal_mode": wal,
    }


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_only_a_mended_sqlite_may_use_a_write_ahead_log(version, safe):
    assert wal_is_safe(version) is safe


def test_an_unsafe_sqlite_turns_a_write_ahead_log_back(store, url):
    store.save(Record(case=CASE, form=FORM, answers={"named": "yes"}))
    store.close()

    engine = open_sqlite(make_url(url), sqlite3)
    with engine.connect() as connection:
        mode = connection.execute(text("PRAGMA journal_mode")).scalar()
    assert mode == ("wal" if wal_is_safe(sqlite3.sqlite_version_info) else "delete")
    engine.dispose()


def test_a_network_drive_is_seen(tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path}/my\\040drive cifs rw 0 0\n")

    assert on_network_drive(tmp_path / "my drive" / "records.db", mounts)
    assert not on_network_drive(tmp_path / "records.db", mounts)
    assert not on_network_drive(tmp_path / "records.db", tmp_path / "none")


def refused(id, action, *arguments):
    with pytest.raises(StoreError) as caught:
        action(*arguments)
    assert caught.value.id == id
    assert str(caught.value)
    return caught.value


def test_a_store_of_a_newer_version_is_left_alone(store, url):
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE about SET value = '99'"))

    error = refused("store.newer", Store.open, url)

    assert error.slots == {"file": "records.db", "found": 99, "known": 2}


@pytest.mark.parametrize("damage", ["header", "middle", "cut", "not a database"])
def test_a_damaged_file_is_told_and_left_as_it_is(url, tmp_path, damage):
    store = Store.open(url)
    for number in range(60):
        answers = {"note": "x" * 500}
        store.save(Record(case=f"ØVELSE-{number}", form=FORM, answers=answers))
    store.close()
    file = tmp_path / "records.db"
    content = bytearray(file.read_bytes())
    if damage == "header":
        content[:100] = bytes(100)
    elif damage == "middle":
        content[4096 * 3 : 4096 * 6] = os.urandom(4096 * 3)
    elif damage == "cut":
        del content[len(content) // 2 :]
    else:
        content = bytearray(b"Dette er et brev." * 500)
    file.write_bytes(content)

    refused("store.corrupt", Store.open, url)

    assert file.read_bytes() == content


def test_a_full_disk_is_told_and_what_was_kept_stays(store):
    kept = store.save(Record(case=CASE, form=FORM, answers={"named": "yes"}))

    @event.listens_for(store._engine, "begin")
    def _fill(connection):
        connection.exec_driver_sql("PRAGMA max_page_count = 1")

    refused("store.full", store.save, replace(kept, answers={"note": "x" * 100_000}))

    assert store.load(CASE, FORM) == kept


def test_a_file_that_may_only_be_read_can_be_read(store, tmp_path):
    kept = store.save(Record(case=CASE, form=FORM, answers={"named": "yes"}))
    url = f"sqlite:///file:{tmp_path / 'records.db'}?mode=ro&uri=true"

    reader = Store.open(url)

    assert reader.load(CASE, FORM) == kept
    refused("store.read_only", reader.save, replace(kept, answers={"named": "no"}))


def test_a_locked_file_is_told(store, url, monkeypatch):
    monkeypatch.setattr("data.sqlite_engine._BUSY_MILLISECONDS", 50)
    waiting = Store.open(url)
    with store._engine.begin():
        refused("store.locked", waiting.save, Record(case=CASE, form=FORM, answers={"a": "b"}))


@pytest.mark.parametrize("url", ["sqlite:////no/such/folder/records.db", "nonsense", "odd://x"])
def test_a_store_that_cannot_be_opened_is_told(url):
    with pytest.raises(StoreError) as caught:
        Store.open(url)
    assert caught.value.id in {"store.cannot_open", "store.bad_url"}


def test_the_message_of_a_bad_address_keeps_the_password_to_itself():
    with pytest.raises(StoreError) as caught:
        Store.open("odd://me:secret@server/records")
    assert "secret" not in str(caught.value)


def test_the_file_lies_in_the_data_folder_by_default(tmp_path, monkeypatch):
    monkeypatch.setenv("VEJVISER_DATA", str(tmp_path / "deep?x=1" / "100 % ø"))

    store = Store.open()

    store.save(Record(case=CASE, form=FORM))
    assert (tmp_path / "deep?x=1" / "100 % ø" / "vejviser.db").is_file()
    store.close()
