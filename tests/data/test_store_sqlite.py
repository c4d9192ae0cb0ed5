"""What is SQLite's own: its settings, its versions, its file and what can happen to that."""

import os
import sqlite3
import threading
import time
from dataclasses import replace

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import make_url

from data.records import Record
from data.sqlite_engine import bundled, on_network_drive, open_sqlite, wal_is_safe
from data.store import Store
from data.store_errors import StoreError

CASE, FORM = "ØVELSE-01", "coordinator"


@pytest.fixture
def url(sqlite_url):
    return sqlite_url


def refused(id, action, *arguments):
    with pytest.raises(StoreError) as caught:
        action(*arguments)
    assert caught.value.id == id
    assert str(caught.value)
    return caught.value


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


def test_whoever_waits_longest_is_not_passed_by_all_who_come(store, url, monkeypatch):
    """SQLite would ask again after 100 ms at the latest, and never in the moment that is left."""
    monkeypatch.setattr("data.sqlite_engine._BUSY_MILLISECONDS", 10_000)
    other, stop, kept = Store.open(url), threading.Event(), []

    def keep_busy():
        while not stop.is_set():
            with store._engine.begin():
                time.sleep(0.05)
            time.sleep(0.015)  # What another process needs to come in between.

    busy = threading.Thread(target=keep_busy)
    busy.start()
    try:
        kept = [other.save(Record(case=f"ØVELSE-{number}", form=FORM)) for number in range(5)]
    finally:
        stop.set()
        busy.join()
        other.close()

    assert len(kept) == 5


@pytest.mark.parametrize(
    "url", ["sqlite:////no/such/folder/records.db", "nonsense", "odd://x", "mysql://x/y"]
)
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
