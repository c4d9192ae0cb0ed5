"""What is PostgreSQL's own: its settings, its sentences, and what a server may do to us."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from data.audit import line_digest
from data.records import Record
from data.store import Store
from data.store_errors import StoreError

CASE, FORM = "ØVELSE-01", "coordinator"


def refused(id, action, *arguments):
    with pytest.raises(StoreError) as caught:
        action(*arguments)
    assert caught.value.id == id
    assert str(caught.value)
    return caught.value


@pytest.fixture
def reader(postgresql_url):
    """The URL for a user of the database who may only read."""
    Store.open(postgresql_url).close()
    name = f"{make_url(postgresql_url).database}_reader"
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(f'CREATE ROLE "{name}" LOGIN')
        connection.execute(f'GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{name}"')
        # Whoever is not among the people sees no row.
        connection.execute("INSERT INTO person VALUES (%s, 'everything', '[]')", [name])
        yield make_url(postgresql_url).set(username=name).render_as_string(hide_password=False)
        connection.execute(f'DROP OWNED BY "{name}"')
        connection.execute(f'DROP ROLE "{name}"')


def test_text_is_ordered_sign_by_sign_whatever_the_servers_language(postgresql_url):
    Store.open(postgresql_url).close()
    with psycopg.connect(postgresql_url) as connection:
        asked = """
            SELECT table_name, column_name FROM information_schema.columns
            WHERE table_name IN ('record', 'audit', 'case_file') AND collation_name = 'C'
        """
        found = set(connection.execute(asked))

    assert found == {
        *((table, name) for table in ("record", "audit") for name in ("case", "form", "occasion")),
        ("case_file", "ref"),
    }


def test_a_user_who_may_only_read_is_told(postgresql_url, reader):
    kept = Store.open(postgresql_url).save(Record(case=CASE, form=FORM, answers={"named": "yes"}))
    store = Store.open(reader)

    assert store.load(CASE, FORM) == kept
    refused("store.read_only", store.save, Record(case="ØVELSE-02", form=FORM))
    store.close()


def test_a_record_that_another_session_holds_is_told(postgresql_url, monkeypatch):
    monkeypatch.setattr("data.postgresql_engine._WAIT_MILLISECONDS", 1000)
    store = Store.open(postgresql_url)
    waiting = Store.open(postgresql_url)
    with store._engine.begin() as connection:
        connection.execute(text("SELECT * FROM about FOR UPDATE"))
        refused("store.locked", waiting.save, Record(case=CASE, form=FORM, answers={"a": "b"}))
    waiting.save(Record(case=CASE, form=FORM, answers={"a": "b"}))


def test_who_came_first_writes_first_and_who_reads_waits_for_nobody(postgresql_url):
    store = Store.open(postgresql_url)
    asked = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with (
        ThreadPoolExecutor(5) as threads,
        psycopg.connect(postgresql_url, autocommit=True) as connection,
        store._engine.begin(),
    ):
        for number in range(5):
            threads.submit(store.save, Record(case=f"ØVELSE-1{number}", form=FORM))
            while connection.execute(asked).fetchone() != (number + 1,):
                time.sleep(0.01)
        assert Store.open(postgresql_url).load("ØVELSE-10", FORM).revision == 0

    assert [line["case"] for line in store.history()] == [f"ØVELSE-1{n}" for n in range(5)]


def test_who_has_the_turn_and_is_not_heard_of_loses_it(postgresql_url, monkeypatch):
    monkeypatch.setattr("data.postgresql_engine._IDLE_MILLISECONDS", 2000)
    asleep = Store.open(postgresql_url)
    store = Store.open(postgresql_url)

    def fall_asleep(previous, line):
        patched.undo()
        threads.submit(store.save, Record(case="ØVELSE-12", form=FORM)).result(timeout=60)
        return line_digest(previous, line)

    with ThreadPoolExecutor(1) as threads, monkeypatch.context() as patched:
        patched.setattr("data.audit.line_digest", fall_asleep)
        refused("store.locked", asleep.save, Record(case="ØVELSE-11", form=FORM))

    assert [line["case"] for line in store.history()] == ["ØVELSE-12"]
    assert asleep.save(Record(case="ØVELSE-11", form=FORM)).revision == 1
    assert store.check_audit().whole


def test_a_connection_that_the_server_ended_is_made_anew(postgresql_url):
    store = Store.open(postgresql_url)
    kept = store.save(Record(case=CASE, form=FORM, answers={"named": "yes"}))
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute("""
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'vejviser' AND datname = current_database()
        """)

    assert store.load(CASE, FORM) == kept


@pytest.mark.parametrize("driver", ["postgresql", "postgresql+psycopg"])
def test_a_server_that_does_not_answer_is_told_and_the_password_kept_to_ourselves(tmp_path, driver):
    error = refused("store.no_server", Store.open, f"{driver}://me:secret@/records?host={tmp_path}")

    assert "secret" not in str(error)
    assert error.slots == {"file": "records"}


def test_a_database_that_is_not_there_is_told(postgresql_url):
    gone = make_url(postgresql_url).set(database="nowhere").render_as_string(hide_password=False)

    refused("store.no_server", Store.open, gone)


def test_without_the_driver_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)

    refused("store.no_driver", Store.open, "postgresql://me@host/records")
