"""A store that an older Vejviser wrote is brought up to date with all that is in it, or left as it was.

``VEJVISER_KILLS=1000`` kills the process at every moment of that and not at every fifth.
"""

import os
import shutil
import sqlite3
from dataclasses import replace
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import make_url

from data.audit import GUARDS
from data.people import People
from data.records import Record
from data.sessions import SessionStore, read_plan
from data.sqlite_engine import open_sqlite
from data.store import Store
from data.store_errors import StoreError

STRIDE = 5 if int(os.environ.get("VEJVISER_KILLS", "50")) < 1000 else 1
OLD = Path(__file__).with_name("schema_1.sql").read_text(encoding="utf-8")
OLD_3 = Path(__file__).with_name("schema_3.sql").read_text(encoding="utf-8")
OLD_2 = Path(__file__).with_name("schema_2.sql").read_text(encoding="utf-8")
ANSWERS = {
    "ØVELSE-01": {"named": "partly", "note": None},
    "ØVELSE-02": {},
    "ØVELSE-03": {"driving_licence": "no", "date": "2026-05-03"},
}
KEPT = ("at", "actor", "action", "case", "form", "field", "value_hash", "revision")


def write_old(url):
    """Write the old store as it stands in the file beside this test."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with sqlite3.connect(parsed.database) as connection:
            connection.executescript(OLD)
        connection.close()
    else:
        # As SQLAlchemy made the same tables there.
        script = OLD.replace("DATETIME", "TIMESTAMP").replace("id INTEGER", "id SERIAL")
        with psycopg.connect(url) as connection:
            connection.execute(script)


@pytest.fixture
def old_url(url):
    write_old(url)
    return url


def old_lines():
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    connection.executescript(OLD)
    lines = [dict(row) for row in connection.execute("SELECT * FROM audit ORDER BY id")]
    connection.close()
    return lines


def schema(url):
    """Return the version that the store says it has, asked without opening it as a store."""
    engine = create_engine(url) if "postgres" in url else open_sqlite(make_url(url))
    with engine.connect() as connection:
        asked = "SELECT value FROM about WHERE key = 'schema'"
        version = connection.exec_driver_sql(asked).scalar()
        tables = set(inspect(connection).get_table_names())
        kept = connection.exec_driver_sql("SELECT count(*) FROM record").scalar()
        lines = connection.exec_driver_sql("SELECT count(*) FROM audit").scalar()
    engine.dispose()
    return int(version), "case_file" in tables, "alembic_version" in tables, kept, lines


OLD_STATE, NEW_STATE = (1, False, False, 3, 7), (4, True, False, 3, 7)


def assert_is_whole(store):
    found = store.list_records()
    assert {each.case: each.answers for each in found} == ANSWERS
    assert {(each.form, each.occasion, each.state, each.version) for each in found} == {
        ("coordinator", "", "draft", 0)
    }
    assert [each.revision for each in found] == [2, 1, 1]
    lines = [
        {**{name: line[name] for name in KEPT}, "at": f"{line['at']:%Y-%m-%d %H:%M:%S.%f}"}
        for line in store.history()
    ]
    assert lines == [{name: line[name] for name in KEPT} for line in old_lines()]
    assert store.check_audit().whole
    assert not store.settings().real_cases


def test_an_old_store_is_brought_up_to_date_with_all_that_is_in_it(old_url):
    assert schema(old_url) == OLD_STATE

    store = Store.open(old_url)

    assert schema(old_url) == NEW_STATE
    assert_is_whole(store)
    old = store.load("ØVELSE-01", "coordinator")
    store.finish(store.save(replace(old, answers={**old.answers, "named": "yes"})))
    new = Record(case="ØVELSE-01", form="coordinator", occasion="2026-05-03", answers={"a": "b"})
    assert store.save(new).revision == 1
    assert store.check_audit().whole
    assert Store.open(old_url).load("ØVELSE-01", "coordinator").version == 1


def test_the_tables_are_then_those_of_a_new_store(old_url, tmp_path, server):
    def described(url):
        engine = create_engine(url)
        found = inspect(engine)
        tables = {
            name: (
                [(c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(name)],
                found.get_pk_constraint(name)["constrained_columns"],
                [c["column_names"] for c in found.get_unique_constraints(name)],
                [(c["name"], c["column_names"]) for c in found.get_indexes(name)],
                [(c["constrained_columns"], c["options"]) for c in found.get_foreign_keys(name)],
            )
            for name in found.get_table_names()
            if name != "about"
        }
        with engine.connect() as connection:
            asked = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            if engine.dialect.name == "postgresql":
                asked = """
                    SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal
                    UNION ALL SELECT concat(policyname, cmd, qual, with_check) FROM pg_policies
                    UNION ALL SELECT relname FROM pg_class WHERE relrowsecurity
                """
            triggers = sorted(connection.exec_driver_sql(asked).scalars())
        engine.dispose()
        return tables, triggers

    upgraded = old_url
    Store.open(upgraded).close()
    if "postgres" in old_url:
        new = make_url(old_url).set(database=f"{make_url(old_url).database}_new")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{new.database}"')
            fresh = new.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
            Store.open(fresh).close()
            wanted = described(fresh)
            connection.execute(f'DROP DATABASE "{new.database}" WITH (FORCE)')
        upgraded = upgraded.replace("postgresql:", "postgresql+psycopg:")
    else:
        fresh = f"sqlite:///{tmp_path / 'fresh.db'}"
        Store.open(fresh).close()
        wanted = described(fresh)

    assert described(upgraded) == wanted
    assert len(wanted[0]) == 9


def test_a_file_is_copied_before_it_is_brought_up_to_date(sqlite_url, tmp_path):
    write_old(sqlite_url)

    Store.open(sqlite_url).close()

    assert {file.name for file in tmp_path.iterdir()} == {"records.db", "records-schema-1.db"}
    copy = sqlite3.connect(tmp_path / "records-schema-1.db")
    assert list(copy.iterdump()) == dumped_old()
    copy.close()
    assert_is_whole(Store.open(f"sqlite:///{tmp_path / 'records-schema-1.db'}"))


def dumped_old():
    connection = sqlite3.connect(":memory:")
    connection.executescript(OLD)
    lines = list(connection.iterdump())
    connection.close()
    return lines


def test_without_room_for_the_copy_the_file_is_left_as_it_was(sqlite_url, monkeypatch):
    write_old(sqlite_url)

    def no_room(*_):
        raise OSError(28, "no space left on device")

    monkeypatch.setattr("data.backup.back_up", no_room)
    with pytest.raises(StoreError):
        Store.open(sqlite_url)

    assert schema(sqlite_url) == OLD_STATE


def test_an_old_file_that_may_only_be_read_is_told_and_left_as_it_was(sqlite_url, tmp_path):
    write_old(sqlite_url)

    with pytest.raises(StoreError) as caught:
        Store.open(f"sqlite:///file:{tmp_path / 'records.db'}?mode=ro&uri=true")

    assert caught.value.id == "store.read_only"
    assert schema(sqlite_url) == OLD_STATE


def test_killed_before_or_after_any_statement_the_store_is_as_it_was_or_up_to_date(
    old_url, nursery, tmp_path
):
    """And opening it again brings it up to date, with nothing lost."""
    file = tmp_path / "records.db"
    saved = tmp_path / "old.db"
    if file.exists():
        shutil.copy(file, saved)
    kills = 0
    for moment in count(1, STRIDE):
        nursery.start("stop_within", old_url, moment)
        said, _ = nursery.rest()
        if said:
            break
        kills += 1
        assert schema(old_url) in (OLD_STATE, NEW_STATE)
        if saved.exists() and kills % 8 == 0:
            store = Store.open(old_url)
            assert_is_whole(store)
            store.close()
            for left in tmp_path.glob("records*"):
                left.unlink()
            shutil.copy(saved, file)

    assert said == ["open"]
    assert kills >= 50 // STRIDE
    assert schema(old_url) == NEW_STATE
    assert_is_whole(Store.open(old_url))


def test_processes_that_open_an_old_store_at_once_bring_it_up_to_date_once(old_url, nursery):
    nursery.start("open_once", old_url, number=4)

    assert nursery.rest() == (["open"] * 4, [0] * 4)
    assert_is_whole(Store.open(old_url))


# --- From the version before trainers' sessions were kept --------------------------------------


def write_version(url, old):
    """Write the *old* store of version 2 or 3 as it stands in the file beside this test."""
    if "postgres" not in url:
        with sqlite3.connect(make_url(url).database) as connection:
            connection.executescript(old)
        connection.close()
        return
    # As SQLAlchemy made the same tables there; the guards of the trail are another language's.
    script = old.partition("CREATE TRIGGER")[0].replace("DATETIME", "TIMESTAMP")
    with psycopg.connect(url) as connection:
        connection.execute(script.replace("id INTEGER NOT NULL", "id SERIAL"))
        for guard in GUARDS["postgresql"]:
            connection.execute(str(guard))
        connection.execute(
            "SELECT setval(pg_get_serial_sequence('record', 'id'), max(id)) FROM record"
        )


def test_a_store_of_version_2_keeps_all_that_is_in_it_and_can_keep_sessions(url, tmp_path):
    write_version(url, OLD_2)

    store = Store.open(url)

    assert schema(url)[0] == 4
    assert store.check_audit().whole
    assert store.check_audit().lines == 14
    assert store.check_answers() == []
    assert store.load("ØVELSE-01", "coordinator").answers == {"named": "partly", "next_step": None}
    (version,) = store.versions("ØVELSE-02", "meeting", "2026-05-03")
    assert version.answers == {"outcome": "held"}
    assert store.case("K00012").unit == "Ungeenheden"
    settings = store.settings()
    assert (settings.real_cases, settings.exercise_days, settings.session_days) == (True, 60, 30)
    sessions = SessionStore.open(url)
    made = sessions.create(read_plan("two_hours"), title="Prøve", language="da", groups=2)
    who, _ = sessions.join(made.id, 1)
    sessions.save_sheet(who, "consent_refused", {"teacher": "pause"}, 0)
    assert sessions.sheets(made.id)[0].answers == {"teacher": "pause"}
    sessions.close_store()
    copied = [file.name for file in tmp_path.glob("*schema*")]
    assert copied == ([] if "postgres" in url else ["records-schema-2.db"])


# --- From the version before people had roles --------------------------------------------------


def test_a_store_of_version_3_keeps_all_that_is_in_it_and_knows_who_has_which_role(url, tmp_path):
    write_version(url, OLD_3)

    store = Store.open(url)

    assert schema(url)[0] == 4
    assert (store.check_audit().whole, store.check_audit().lines) == (True, 15)
    assert store.check_answers() == []
    assert store.load("ØVELSE-01", "coordinator").answers == {"named": "partly"}
    (version,) = store.versions("K00012", "meeting", "2026-05-03")
    assert version.answers == {"outcome": "held"}
    (session,) = SessionStore.open(url).sessions()
    assert SessionStore.open(url).sheets(session.id)[0].answers == {"teacher": "pause"}
    people = People.open(url)
    assert people.all() == []
    assert people.enforced == ("postgres" in url)
    new = Record(case="K00012", form="meeting", occasion="2026-07-01", answers={"outcome": "held"})
    store.finish(store.save(new))
    assert store.check_audit().whole
    copied = [file.name for file in tmp_path.glob("*schema*")]
    assert copied == ([] if "postgres" in url else ["records-schema-3.db"])
