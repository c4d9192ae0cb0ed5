"""The commands that run a municipality's store: people, move, copy, put back and upgrade."""

import pytest
from typer.testing import CliRunner

from data.people import People
from data.places import DATA_VARIABLE
from data.records import Record
from data.store import Store
from data.store_opening import STORE_VARIABLE
from handbook.__main__ import main
from tests.data.postgresql_server import a_database, a_server


@pytest.fixture(scope="module")
def server():
    with a_server() as url:
        yield url


@pytest.fixture
def postgresql_url(server):
    with a_database(server) as url:
        yield url


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    monkeypatch.delenv(STORE_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"


def vejviser(*words, typed=""):
    environment = {"COLUMNS": "200", "NO_COLOR": "1"}
    return CliRunner().invoke(main, [*map(str, words)], env=environment, input=typed)


def done(*words, typed=""):
    result = vejviser(*words, typed=typed)
    assert result.exit_code == 0, result.output
    return result.output


def saved(number):
    store = Store.open()
    store.save(Record(case="ØVELSE-01", form="meeting", occasion=f"2026-05-{number:02}"))
    store.close()


def kept():
    store = Store.open()
    found = [record.occasion for record in store.list_records()]
    whole = store.check_audit().whole
    store.close()
    assert whole
    return found


def test_people_get_a_role_are_listed_and_removed():
    words = ("people", "add", "kim", "--role", "coordinator", "--unit", "Nord", "--unit", "Øst")
    assert "kim har nu adgang som koordinator" in done(*words)
    assert "PostgreSQL" in done("people", "add", "lis", "--role", "leader"), (
        "a file holds to nothing"
    )
    assert done("people", "list").splitlines() == ["kim\tkoordinator\tNord, Øst", "lis\tleder"]
    done("people", "remove", "kim")
    assert done("people", "list", "--lang", "en").splitlines() == ["lis\tleader"]

    refused = vejviser("people", "remove", "kim")
    assert (refused.exit_code, "kim" in refused.output) == (2, True)
    refused = vejviser("people", "add", "kim", "--role", "chef")
    assert (refused.exit_code, "chef" in refused.output) == (2, True)


def test_from_a_laptop_to_a_server_and_its_copies(postgresql_url, monkeypatch, tmp_path):
    saved(1)
    done("people", "add", "lis", "--role", "leader")

    said = done("records", "move", postgresql_url, typed="ja\n")

    assert "ingen forskel" in said
    assert "lis har nu et login" in said
    assert kept() == ["2026-05-01"], "what was here stays"
    again = vejviser("records", "move", postgresql_url, "--yes")
    assert (again.exit_code, "tom database" in again.output) == (2, True)
    monkeypatch.setenv(STORE_VARIABLE, postgresql_url)
    try:
        assert kept() == ["2026-05-01"]
        assert "1 udfyldte" in done("records", "backup", tmp_path / "copy.db")
        saved(2)
        done("records", "check")
        done("records", "upgrade")
        said = done("records", "restore", tmp_path / "copy.db", typed="ja\n")
        assert "ingen forskel" in said
        assert kept() == ["2026-05-01"]
        (aside,) = (tmp_path / "data").glob("vejviser-replaced-*.db")
        assert str(aside) in said
        monkeypatch.setenv(STORE_VARIABLE, f"sqlite:///{aside}")
        assert kept() == ["2026-05-01", "2026-05-02"]
        monkeypatch.setenv(STORE_VARIABLE, People.open(postgresql_url).grant_password("lis"))
        refused = vejviser("records", "backup", tmp_path / "mine.db")
        assert (refused.exit_code, (tmp_path / "mine.db").exists()) == (2, False)
    finally:
        People.open(postgresql_url).remove("lis")


def test_a_move_that_is_not_confirmed_moves_nothing(tmp_path):
    saved(1)

    result = vejviser("records", "move", f"sqlite:///{tmp_path / 'there.db'}", typed="nej\n")

    assert result.exit_code == 2
    assert not (tmp_path / "there.db").exists()
    refused = vejviser("records", "move", "nonsense", "--yes")
    assert refused.exit_code == 2


def test_only_the_owner_of_the_tables_brings_a_server_up_to_date(postgresql_url, monkeypatch):
    people = People.open(postgresql_url)
    people.add("lis", "leader")
    theirs = people.grant_password("lis")
    try:
        with people._opened.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE about SET value = '3' WHERE key = 'schema'")
        monkeypatch.setenv(STORE_VARIABLE, theirs)
        refused = vejviser("records", "upgrade")
        assert (refused.exit_code, "vejviser records upgrade" in refused.output) == (2, True)
    finally:
        with people._opened.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE about SET value = '4' WHERE key = 'schema'")
        people.remove("lis")
