"""Backups: whole, verified, kept for a while, and put back with no difference (T20)."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest

from data import backup
from data.backup import back_up, backups, daily_backup, look_through, restore
from data.records import Record
from data.store import Store
from data.store_errors import StoreError

DAY = date(2026, 11, 22)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "vejviser.db"


@pytest.fixture
def store(file):
    store = Store.open(f"sqlite:///{file}")
    fill(store, 30)
    yield store
    store.close()


def fill(store, number, case="ØVELSE-01"):
    for each in range(number):
        day = str(date(2024, 1, 1) + timedelta(days=each))
        answers = {"note": f"Æblegrød {each} " * 20, "001abcde.owner": None}
        store.save(Record(case=case, form="meeting", occasion=day, answers=answers))


def refused(id, action, *words):
    with pytest.raises(StoreError) as caught:
        action(*words)
    assert caught.value.id == id
    return caught.value


def names(folder):
    return sorted(one.name for one in folder.iterdir())


def test_a_copy_made_while_others_write_is_whole(store, file, tmp_path):
    other = Store.open(f"sqlite:///{file}")
    held = look_through(file)
    other.save(Record(case="ØVELSE-02", form="coordinator", answers={"named": "yes"}))

    made = back_up(file, tmp_path / "copy.db")

    assert made == look_through(tmp_path / "copy.db") == look_through(file)
    assert made.records == held.records + 1 == 31
    assert Store.open(f"sqlite:///{tmp_path / 'copy.db'}").list_records() == store.list_records()


def test_a_copy_is_one_file_that_only_its_owner_reads(store, file, tmp_path):
    (tmp_path / "out").mkdir()
    back_up(file, tmp_path / "out" / "copy.db")

    assert names(tmp_path / "out") == ["copy.db"]
    if os.name == "posix":
        assert (tmp_path / "out" / "copy.db").stat().st_mode & 0o777 == 0o600


def test_a_copy_overwrites_nothing(store, file, tmp_path):
    (tmp_path / "copy.db").write_text("mine")

    refused("store.in_the_way", back_up, file, tmp_path / "copy.db")

    assert (tmp_path / "copy.db").read_text() == "mine"


def test_what_is_put_back_has_no_difference(store, file, tmp_path):
    wanted, before = back_up(file, tmp_path / "copy.db"), store.list_records()
    fill(store, 3, "ØVELSE-02")
    changed = look_through(file)
    store.close()

    restored = restore(tmp_path / "copy.db", file)

    assert restored.contents == wanted == look_through(file)
    assert Store.open(f"sqlite:///{file}").list_records() == before
    assert look_through(restored.replaced) == changed


def test_what_is_put_back_goes_on_where_it_was(store, file, tmp_path):
    back_up(file, tmp_path / "copy.db")
    store.close()
    restore(tmp_path / "copy.db", file)

    again = Store.open(f"sqlite:///{file}")
    record = again.list_records()[0]
    kept = again.save(replace(record, answers={**record.answers, "note": "Ny"}))

    assert kept.revision == record.revision + 1
    again.close()


def test_nothing_is_put_back_under_a_running_vejviser(store, file, tmp_path):
    back_up(file, tmp_path / "copy.db")
    before = look_through(file)

    refused("store.in_use", restore, tmp_path / "copy.db", file)

    assert look_through(file) == before
    assert not list(tmp_path.glob("*replaced*"))


def test_a_damaged_file_is_replaced_and_kept(store, file, tmp_path):
    wanted = back_up(file, tmp_path / "copy.db")
    store.close()
    file.write_bytes(bytes(5000))

    restored = restore(tmp_path / "copy.db", file)

    assert look_through(file) == wanted
    assert restored.replaced.read_bytes() == bytes(5000)


@pytest.mark.parametrize("damage", ["cut", "middle", "letter", "empty"])
def test_a_damaged_backup_is_refused_and_the_records_are_left_alone(store, file, tmp_path, damage):
    copy = tmp_path / "copy.db"
    back_up(file, copy)
    store.close()
    content, before = copy.read_bytes(), file.read_bytes()
    copy.write_bytes(
        {
            "cut": content[: len(content) // 2],
            "middle": content[:8192] + os.urandom(8192) + content[16384:],
            "letter": b"Dette er et brev." * 400,
            "empty": b"",
        }[damage]
    )

    refused("store.corrupt", restore, copy, file)

    assert file.read_bytes() == before
    refused("store.no_file", restore, tmp_path / "none.db", file)


def test_a_copy_that_is_killed_halfway_leaves_no_half_copy(store, file, tmp_path):
    fill(store, 400, "ØVELSE-03")
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom data.backup import back_up\n"
        "print('ready', flush=True)\nsys.stdin.readline()\n"
        f"back_up(Path({str(file)!r}), Path({str(tmp_path / 'copy.db')!r}))\n"
    )
    for pause in (0.0, 0.002, 0.01):
        child = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        child.stdout.readline()
        child.stdin.write("go\n")
        child.stdin.flush()
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(pause)
        child.kill()
        child.wait()
        child.stdin.close()
        child.stdout.close()
        if (tmp_path / "copy.db").exists():
            assert look_through(tmp_path / "copy.db") == look_through(file)
            (tmp_path / "copy.db").unlink()


def test_the_first_opening_of_a_day_makes_a_copy_and_the_next_none(store, file):
    made = daily_backup(file, DAY)

    assert look_through(made) == look_through(file)
    assert daily_backup(file, DAY) is None
    assert backup.latest_backup(file) == DAY
    assert backups(file) == [made]


def test_seven_days_and_four_weeks_are_kept(store, file):
    made = daily_backup(file, DAY)
    for back in range(1, 80):
        shutil.copy(made, made.with_name(f"vejviser-{DAY - timedelta(days=back)}.db"))
    (made.parent / "mine.db").touch()

    daily_backup(file, DAY + timedelta(days=1))

    days = [backup._day(one) for one in backups(file)]
    tomorrow = DAY + timedelta(days=1)
    assert days[-7:] == [tomorrow - timedelta(days=back) for back in range(6, -1, -1)]
    weeks = [day.isocalendar()[:2] for day in days[:-7]]
    assert len(weeks) == len({*weeks}) == 4
    assert (made.parent / "mine.db").exists()


def test_no_copy_outlives_the_day_that_a_receipt_names(store, file):
    gone = backup.forgotten_by(file, DAY)
    daily_backup(file, DAY)

    for day in (gone - timedelta(days=20), gone):
        daily_backup(file, day)

    assert all(backup._day(one) > DAY for one in backups(file))


def test_a_day_on_which_no_copy_can_be_made_stops_nobody(store, file, monkeypatch):
    (file.parent / "backups").write_text("in the way")

    assert daily_backup(file, DAY) is None
    assert backup.latest_backup(file) is None
    assert store.list_records()


def test_ballast_is_laid_aside_and_given_back_once(store, file):
    daily_backup(file, DAY)
    assert (file.parent / "ballast.bin").stat().st_size == backup.BALLAST_BYTES

    assert backup.free_ballast(file)
    assert not backup.free_ballast(file)


def test_no_ballast_is_laid_on_a_disk_that_is_nearly_full(store, file, monkeypatch):
    usage = shutil.disk_usage(file.parent)._replace(free=50_000_000)
    monkeypatch.setattr("data.backup.shutil.disk_usage", lambda _: usage)

    daily_backup(file, DAY)

    assert not (file.parent / "ballast.bin").exists()
