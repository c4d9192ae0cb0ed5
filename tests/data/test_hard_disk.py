"""What a disk can do to the records: full (T3), read-only (T4), damaged (T7), on a network (T9).

``VEJVISER_EXAMPLES=500`` damages 500 files; ``VEJVISER_SMALL_DISK=/mnt/small`` names a disk of 2 MB that
is really filled, such as one made with ``mount -t tmpfs -o size=2m none /mnt/small``.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from random import Random
from zipfile import ZipFile

import ipywidgets as ipw
import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import make_url

from data.backup import BALLAST_BYTES, back_up, lay_ballast, look_through, restore
from data.records import Record
from data.sqlite_engine import bundled, may_use_wal, on_network_drive, open_sqlite
from data.store import Store
from data.store_errors import StoreError
from data.texts import LANGUAGES, Texts
from widgets.autosave import Autosave
from widgets.case_form import CaseForm

CASE, FORM = "ØVELSE-01", "coordinator"
EXAMPLES = int(os.environ.get("VEJVISER_EXAMPLES", "40"))
SMALL_DISK = os.environ.get("VEJVISER_SMALL_DISK")
ANSWERS = {
    f"form{number:02}": {f"note{each}": f"{number} " * 60 for each in range(5)}
    for number in range(60)
}
FAILING = Path(__file__).with_name("failing_disk.py")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "records.db"


@pytest.fixture
def store(file):
    store = Store.open(f"sqlite:///{file}")
    yield store
    store.close()


def failing(*words):
    command = [sys.executable, str(FAILING), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return json.loads(done.stdout)


def helpful(id):
    """Tell whether the sentence *id* stands in both languages and says what to do."""
    sentences = [Texts.read(language).words[id] for language in LANGUAGES]
    return all(sentence.count(".") >= 2 for sentence in sentences)


# --- T3: the disk is full --------------------------------------------------------------------


@pytest.mark.parametrize("limit", [150_000, 700_000])
def test_a_full_disk_is_told_at_once_and_what_was_kept_stays(tmp_path, limit):
    folder = Path(SMALL_DISK) if SMALL_DISK else tmp_path
    file = folder / "records.db"
    file.unlink(missing_ok=True)
    first = Store.open(f"sqlite:///{file}")
    first.save(Record(case="ØVELSE-02", form=FORM, answers={"named": "yes"}))
    first.close()

    told = failing("full", f"sqlite:///{file}", 0 if SMALL_DISK else limit)

    assert told["id"] in {"store.full", "store.disk"}
    assert helpful(told["id"])
    assert told["seconds"] < 1
    assert told["still"]
    again = Store.open(f"sqlite:///{file}")
    assert again.load(CASE, FORM).revision == told["revision"] > 3
    assert again.load("ØVELSE-02", FORM).answers == {"named": "yes"}
    assert again.check_audit().whole
    assert again.check_answers() == []
    again.close()
    for one in folder.glob("records.db*"):
        one.unlink()


def fill_up(store, room=2_000):
    """Let *store* take no further page, as on a disk that is full, and *room* without the ballast."""

    @event.listens_for(store._engine, "begin")
    def _fill(connection):
        more = 0 if (store.file.parent / "ballast.bin").exists() else room
        now = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {now + more}")


def test_the_text_stays_on_the_page_and_is_saved_once_there_is_room(store, file):
    lay_ballast(file)
    fill_up(store)
    page = Autosave(lambda: store)
    page.load(CASE, FORM)

    page.change({"note": "x" * 60_000}, at_once=True)

    assert page.state == "failed"
    assert page.error.id == "store.full_reserve"
    assert helpful("store.full_reserve")
    assert page.answers == {"note": "x" * 60_000}
    page.flush()
    assert page.state == "saved"
    assert store.load(CASE, FORM).answers == {"note": "x" * 60_000}


def test_what_cannot_be_saved_can_be_downloaded_at_once(store, monkeypatch):
    sent = []
    monkeypatch.setattr("widgets.page.Page.download", lambda _, *parts: sent.append(parts))
    page = CaseForm(FORM, open_store=lambda: store)
    fill_up(store, room=0)
    with suppress(StoreError):
        for number in range(100):  # until no room is left at all
            store.save(Record(case="ØVELSE-02", form=f"form{number}", answers={"a": "x" * 500}))

    typed = "Vi ringer på tirsdag. " * 80
    page.record_form.fields.write("next_step", typed)
    page.record_form.autosave.flush()
    assert page.record_form.autosave.error.id == "store.full"
    assert "Word eller Excel" in page.record_form.autosave.error.say(page.texts)
    for each in part_of(page, ipw.Button):
        if each.description in {page.texts("form.download"), page.texts("form.download_word")}:
            each.click()

    assert [name.rpartition(".")[2] for name, _, _ in sent] == ["xlsx", "docx"]
    for _, content, _ in sent:
        with ZipFile(BytesIO(content)) as parts:
            assert any(b"Vi ringer p" in parts.read(one) for one in parts.namelist())


def part_of(widget, kind):
    found = [widget] if isinstance(widget, kind) else []
    children = getattr(widget, "children", ())
    return found + [one for child in children for one in part_of(child, kind)]


def test_a_case_can_be_deleted_on_a_full_disk(store, file):
    store.save(Record(case=CASE, form=FORM, answers={"note": "x" * 60_000}))
    lay_ballast(file)
    assert (file.parent / "ballast.bin").stat().st_size == BALLAST_BYTES
    fill_up(store)
    with pytest.raises(StoreError) as caught:
        store.save(Record(case=CASE, form="team", answers={"note": "x" * 60_000}))
    assert caught.value.id == "store.full_reserve"

    receipt = store.delete_case(CASE, "plads")

    assert receipt.records == 1
    assert store.list_records() == []


# --- T4: it may only be read -----------------------------------------------------------------


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_may_only_be_read_is_read_and_told(tmp_path, what):
    folder = tmp_path / "records"
    folder.mkdir()
    for above in (tmp_path, *tmp_path.parents):
        if above.stat().st_uid == os.geteuid() and above != Path("/"):
            above.chmod(above.stat().st_mode | 0o011)
    url = f"sqlite:///{folder / 'records.db'}"
    store = Store.open(url)
    store.save(Record(case=CASE, form=FORM, answers={"named": "yes"}))
    store.close()

    told = failing("read-only", url, folder, what)

    folder.chmod(0o700)
    assert told["id"] in {"store.read_only", "store.cannot_open"}
    assert helpful(told["id"])
    assert told["read"] == {"named": "yes"}


# --- T7: it is damaged -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A store that is closed, and a backup of it."""
    folder = tmp_path_factory.mktemp("whole")
    store = Store.open(f"sqlite:///{folder / 'records.db'}")
    for name, answers in ANSWERS.items():
        store.save(Record(case=CASE, form=name, answers=answers))
    store.close()
    back_up(folder / "records.db", folder / "copy.db")
    return folder


def damage(content, random):
    """Return *content* as a disk might give it back."""
    kind = random.choice(["flip", "flip", "flip", "burst", "cut", "header", "zero page"])
    broken = bytearray(content)
    place = random.randrange(len(broken))
    if kind == "flip":
        broken[place] ^= 1 << random.randrange(8)
    elif kind == "burst":
        broken[place : place + 512] = random.randbytes(len(broken[place : place + 512]))
    elif kind == "cut":
        del broken[place:]
    elif kind == "header":
        broken[:100] = bytes(100)
    else:
        start = place // 4096 * 4096
        broken[start : start + 4096] = bytes(len(broken[start : start + 4096]))
    return bytes(broken)


def looked_at(file):
    """Open *file* and look at all of it; tell when the damage was found."""
    broken = file.read_bytes()
    refused = None
    try:
        store = Store.open(f"sqlite:///{file}")
    except StoreError as error:
        refused = error.id
    else:
        try:
            records, whole = store.list_records(), store.check_audit().whole
            changed = store.check_answers()
        except StoreError as error:
            refused = error.id
        finally:
            store.close()
    assert refused in {None, "store.corrupt"}
    if refused:
        assert file.read_bytes() == broken
        return "told"
    if changed or not whole:
        return "found by check"
    try:
        look_through(file)  # An index is compared with its table here, and not at each opening.
    except StoreError:
        return "found by check"
    assert [record.answers for record in records] == list(ANSWERS.values())
    return "harmless"  # A byte in which nothing of ours stands.


def test_a_damaged_file_is_found_out_and_replaced_without_a_crash(whole, tmp_path):
    good, slowest, told = (whole / "records.db").read_bytes(), 0.0, {}
    wanted = look_through(whole / "copy.db")
    for seed in range(EXAMPLES):
        file = tmp_path / str(seed) / "records.db"
        file.parent.mkdir()
        file.write_bytes(damage(good, Random(seed)))  # noqa: S311 - nothing secret
        begun = time.perf_counter()
        found = looked_at(file)
        slowest = max(slowest, time.perf_counter() - begun)
        told[found] = told.get(found, 0) + 1

        restored = restore(whole / "copy.db", file)

        assert look_through(file) == wanted == restored.contents
        assert restored.replaced.exists()
        shutil.rmtree(file.parent)
    print(f"{EXAMPLES} damaged files: {told}, slowest opening {slowest:.3f} s")  # noqa: T201
    assert slowest < 1
    assert told["told"] > EXAMPLES // 4


def test_a_lost_write_ahead_log_leaves_what_was_before(store, file, tmp_path):
    first = store.save(Record(case=CASE, form=FORM, answers={"named": "yes"}))
    store.close()  # The last to leave puts the log into the file.
    store.save(replace(first, answers={"named": "no"}))
    lost = tmp_path / "lost" / "records.db"
    lost.parent.mkdir()
    shutil.copy(file, lost)

    again = Store.open(f"sqlite:///{lost}")

    assert again.load(CASE, FORM) == first
    assert again.check_audit().whole
    again.close()


# --- T9: it lies on a network drive ----------------------------------------------------------


@pytest.mark.parametrize("kind", ["cifs", "smb3", "nfs", "nfs4", "fuse.sshfs", "9p"])
def test_no_write_ahead_log_is_kept_on_a_network_drive(tmp_path, monkeypatch, kind):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\n//server/x {tmp_path} {kind} rw 0 0\n")
    file = tmp_path / "records.db"
    monkeypatch.setattr(
        "data.sqlite_engine.on_network_drive", lambda one: on_network_drive(one, mounts)
    )

    engine = open_sqlite(make_url(f"sqlite:///{file}"), bundled)
    with engine.connect() as connection:
        mode = connection.execute(text("PRAGMA journal_mode")).scalar()
        connection.exec_driver_sql("CREATE TABLE one (x)")
    engine.dispose()

    assert not may_use_wal(file, bundled)
    assert mode == "delete"
    assert not file.with_name("records.db-wal").exists()


def test_a_path_on_another_windows_machine_is_a_network_drive(monkeypatch):
    class Unc:
        def resolve(self):
            return r"\\server\share\records.db"

    monkeypatch.setattr("data.sqlite_engine.sys.platform", "win32")

    assert on_network_drive(Unc())
