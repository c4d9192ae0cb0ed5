"""Encryption of the file of records: nothing in clear, and no way in with another key."""

import sys
from dataclasses import replace
from datetime import date, timedelta

import keyring
import pytest
from keyring.errors import NoKeyringError

from data import encryption
from data.backup import back_up, change_encryption, daily_backup, look_through, restore
from data.encryption import KEY_VARIABLE, find_key, is_encrypted, new_key
from data.records import Record
from data.store import Store
from data.store_errors import StoreError

HIDDEN = "Hemmeligheden om det lille hus"
DAY = date(2026, 11, 22)
SENTENCE = "fire æbler og en grøn cykel"


@pytest.fixture(autouse=True)
def key_store(monkeypatch):
    """Put a key store in the place of the machine's own."""
    kept = {}

    class Keys:
        get_password = staticmethod(lambda service, name: kept.get((service, name)))
        set_password = staticmethod(lambda service, name, key: kept.update({(service, name): key}))
        delete_password = staticmethod(lambda service, name: kept.pop((service, name), None))

    for name in ("get_password", "set_password", "delete_password"):
        monkeypatch.setattr(keyring, name, getattr(Keys, name))
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    return kept


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "vejviser.db"
    store = Store.open(f"sqlite:///{file}")
    for number in range(5):
        day = f"2026-05-0{number + 1}"
        store.save(
            Record(case="ØVELSE-01", form="meeting", occasion=day, answers={"note": HIDDEN * 30})
        )
    store.close()
    return file


def opened(file):
    return Store.open(f"sqlite:///{file}")


def holds(folder, words):
    return [
        one.name
        for one in folder.rglob("*")
        if one.is_file() and words.encode() in one.read_bytes()
    ]


def refused(id, action, *words):
    with pytest.raises(StoreError) as caught:
        action(*words)
    assert caught.value.id == id
    return str(caught.value)


@pytest.mark.parametrize("key", [SENTENCE, new_key()], ids=["sentence", "drawn"])
def test_an_encrypted_file_holds_the_same_and_nothing_in_clear(file, tmp_path, monkeypatch, key):
    daily_backup(file, DAY)
    before = look_through(file)
    assert len(holds(tmp_path, HIDDEN)) == 2

    assert change_encryption(file, key) == 1

    monkeypatch.setenv(KEY_VARIABLE, key)
    assert look_through(file) == before
    store = opened(file)
    record = store.load("ØVELSE-01", "meeting", "2026-05-01")
    store.save(replace(record, answers={"note": HIDDEN + "igen"}))
    assert any(one.name.endswith("-wal") for one in tmp_path.iterdir())
    daily_backup(file, DAY + timedelta(days=1))
    back_up(file, tmp_path / "copy.db")
    assert holds(tmp_path, HIDDEN) == []
    assert holds(tmp_path, "ØVELSE-01") == []
    assert holds(tmp_path, "SQLite format 3") == []
    store.close()


def test_a_wrong_key_and_no_key_are_refused_with_a_sentence_that_keeps_it(file, monkeypatch):
    change_encryption(file, SENTENCE)
    content = file.read_bytes()

    assert KEY_VARIABLE in refused("store.no_key", opened, file)
    monkeypatch.setenv(KEY_VARIABLE, "en helt anden sætning")
    assert "helt anden" not in refused("store.wrong_key", opened, file)
    assert file.read_bytes() == content


def test_the_key_store_opens_the_file_and_its_backups(file, tmp_path, monkeypatch):
    key = new_key()
    monkeypatch.setenv("VEJVISER_DATA", str(tmp_path))
    assert encryption.keep_key(file, key)

    change_encryption(file, key)
    back_up(file, tmp_path / "copy.db")

    assert find_key(file) == find_key(tmp_path / "copy.db") == key
    assert look_through(tmp_path / "copy.db") == look_through(file)
    encryption.forget_key(file)
    assert find_key(file) is None


def test_without_a_key_store_a_key_is_not_kept(file, monkeypatch):
    def none(*_):
        raise NoKeyringError

    for name in ("get_password", "set_password"):
        monkeypatch.setattr(keyring, name, none)

    assert not encryption.keep_key(file, new_key())
    assert find_key(file) is None


def test_sqlcipher_itself_opens_the_file_with_the_sentence(file):
    change_encryption(file, SENTENCE)
    connection = encryption.sqlcipher().connect(str(file))
    connection.execute(f"PRAGMA key = '{SENTENCE}'")

    assert connection.execute("SELECT count(*) FROM record").fetchone() == (5,)
    connection.close()


def test_a_file_in_clear_again_holds_the_same(file, monkeypatch):
    before = look_through(file)
    change_encryption(file, SENTENCE)
    monkeypatch.setenv(KEY_VARIABLE, SENTENCE)

    change_encryption(file, None)

    monkeypatch.delenv(KEY_VARIABLE)
    assert look_through(file) == before
    assert not is_encrypted(file)


def test_a_backup_from_before_is_encrypted_when_it_is_put_back(file, tmp_path, monkeypatch):
    wanted = back_up(file, tmp_path / "elsewhere.bin")
    change_encryption(file, SENTENCE)
    monkeypatch.setenv(KEY_VARIABLE, SENTENCE)

    restored = restore(tmp_path / "elsewhere.bin", file)

    assert is_encrypted(file)
    assert restored.contents == wanted == look_through(file)


def test_an_encrypted_file_that_is_damaged_is_told(file, monkeypatch):
    change_encryption(file, SENTENCE)
    monkeypatch.setenv(KEY_VARIABLE, SENTENCE)
    content = bytearray(file.read_bytes())
    content[4096 * 2 + 100] ^= 1
    file.write_bytes(content)

    with pytest.raises(StoreError) as caught:
        opened(file).list_records()
    assert caught.value.id == "store.corrupt"


def test_without_sqlcipher_it_is_said_what_to_install(file, monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)
    monkeypatch.setitem(sys.modules, "sqlcipher3.dbapi2", None)

    assert "vejviser[encryption]" in refused("store.no_cipher", change_encryption, file, SENTENCE)
    assert not is_encrypted(file)
    assert look_through(file).records == 5


def test_an_open_file_is_not_encrypted_under_its_user(file):
    store = opened(file)
    store.list_records()

    refused("store.in_use", change_encryption, file, SENTENCE)

    assert not is_encrypted(file)
    store.close()


@pytest.mark.parametrize(
    "content",
    [b"", b"x", bytes(8192), b"Dette er et brev." * 500, b"SQLite format 3\0" + bytes(5000)],
)
def test_what_is_not_encrypted_is_not_taken_for_it(tmp_path, content):
    (tmp_path / "some.db").write_bytes(content)

    assert not is_encrypted(tmp_path / "some.db")
    assert not is_encrypted(tmp_path / "none.db")
