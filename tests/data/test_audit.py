"""The audit trail: everything is in it once, nothing of what was written, and nobody changes it unseen."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import String, select, text, type_coerce, update
from sqlalchemy.exc import DBAPIError

from data import audit
from data.case_files import CaseFile
from data.records import Record
from data.store import Store
from data.store_errors import StoreError
from data.store_tables import audit as audit_table
from data.store_tables import records

CASE, FORM, REAL = "ØVELSE-01", "coordinator", "K00012"
NOTE = "Hun bor hos sin moster i Nørregade"


def record(case=CASE, **answers):
    return Record(case=case, form=FORM, answers=answers)


def told(store, *names):
    return [tuple(line[name] for name in names) for line in store.history()]


def fill(store, number=4):
    for count in range(number):
        store.save(record(f"ØVELSE-{count:02d}", named="yes"))


def by_force(store, *statements):
    """Do what no user of the store can: change the audit trail behind its back."""
    if store.file:
        off = ["DROP TRIGGER audit_is_not_changed", "DROP TRIGGER audit_is_not_deleted"]
    else:
        # All but the one that moves the end of the trail on.
        off = [
            "ALTER TABLE audit DISABLE TRIGGER ALL",
            "ALTER TABLE audit ENABLE TRIGGER audit_goes_on",
        ]
    with store._engine.begin() as connection:
        for statement in (*off, *statements):
            connection.execute(text(statement))


def test_each_thing_that_is_done_is_in_the_trail_once(store):
    store.change_settings(real_cases=True)
    kept = store.save_case(CaseFile(ref=REAL, birthday=date(2009, 8, 29), opened=date(2026, 5, 3)))
    store.save_case(replace(kept, coordinator="KO-1"))
    first = store.save(record(REAL, named="yes", note=NOTE))
    finished = store.finish(replace(first, answers={"named": "no", "note": NOTE}))
    opened = store.reopen(store.hand_over(finished, date(2026, 5, 4)))
    store.save(opened)
    store.load(REAL, FORM)
    store.list_records(REAL)
    store.case(REAL)
    store.note("read", REAL, "møde")
    store.note("search", "", "sager uden samtykke")
    store.note("export", REAL, "til fagsystem")
    store.export_case(REAL, "aktindsigt")
    store.delete_case(REAL, "sagen er lukket")

    assert told(store, "action", "case", "field", "revision", "purpose") == [
        ("setting", "", "real_cases", 0, "True"),
        ("create", REAL, "ref", 1, ""),
        ("create", REAL, "birthday", 1, ""),
        ("create", REAL, "opened", 1, ""),
        ("change", REAL, "coordinator", 2, ""),
        ("create", REAL, "named", 1, ""),
        ("create", REAL, "note", 1, ""),
        ("change", REAL, "named", 2, ""),
        ("finish", REAL, None, 2, ""),
        ("hand_over", REAL, None, 3, ""),
        ("reopen", REAL, None, 4, ""),
        ("read", REAL, None, 0, ""),
        ("search", "", None, 0, "sager uden samtykke"),
        ("export", REAL, None, 0, "til fagsystem"),
        ("export", REAL, None, 0, "aktindsigt"),
        ("delete", REAL, None, 0, "sagen er lukket"),
    ]
    assert store.check_audit().whole


def test_the_trail_holds_a_salted_hash_in_place_of_what_was_written(store, url):
    first = store.save(record(named="yes", note=NOTE))
    other = store.save(record("ØVELSE-02", note=NOTE))
    store.save(replace(first, answers={"named": "yes", "note": None}))

    lines = [line for line in store.history() if line["field"] == "note"]
    assert NOTE not in str(store.history())
    assert lines[0]["value_hash"] != lines[1]["value_hash"]
    assert lines[2]["value_hash"] is None
    assert {line["actor"] for line in lines} == {"local"}
    assert Store.open(url, actor="KO-7").save(replace(other, answers={})).revision == 2
    assert store.history("ØVELSE-02")[-1]["actor"] == "KO-7"


def test_the_trail_of_a_record_or_of_a_case_is_found(store):
    store.save(record(named="yes"))
    store.save(Record(case=CASE, form="meeting", occasion="2026-05-03"))
    store.save(record("ØVELSE-02"))

    assert len(store.history(CASE)) == 2
    assert len(store.history(CASE, FORM)) == 1
    assert len(store.history(occasion="2026-05-03")) == 1
    assert len(store.history()) == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'x' WHERE id = 2",
        "DELETE FROM audit WHERE id = 4",
        "DELETE FROM audit",
        "INSERT INTO audit SELECT * FROM audit WHERE id = 1",
    ],
)
def test_the_database_itself_refuses_to_change_the_trail(store, statement):
    fill(store)

    with pytest.raises(DBAPIError), store._engine.begin() as connection:
        connection.execute(text(statement))

    assert store.check_audit().lines == 4
    assert store.check_audit().whole


def test_postgresql_refuses_to_empty_the_trail(postgresql_url):
    store = Store.open(postgresql_url)
    fill(store)

    with pytest.raises(DBAPIError), store._engine.begin() as connection:
        connection.execute(text("TRUNCATE audit"))

    assert store.check_audit().lines == 4


@pytest.mark.parametrize(
    ("statements", "broken_at"),
    [
        (["UPDATE audit SET actor = 'Local' WHERE id = 2"], 2),
        (["UPDATE audit SET purpose = ' ' WHERE id = 3"], 3),
        (["UPDATE audit SET value_hash = NULL WHERE id = 1"], 1),
        (["UPDATE audit SET at = (SELECT at FROM audit WHERE id = 1) WHERE id = 4"], 4),
        (["DELETE FROM audit WHERE id = 1"], 1),
        (["DELETE FROM audit WHERE id = 3"], 3),
        (["DELETE FROM audit WHERE id = 4"], 4),
        (["DELETE FROM audit"], 1),
        (["DELETE FROM audit WHERE id = 3", "UPDATE audit SET id = 3 WHERE id = 4"], 3),
        (
            [
                "UPDATE audit SET id = 9 WHERE id = 2",
                "UPDATE audit SET id = 2 WHERE id = 3",
                "UPDATE audit SET id = 3 WHERE id = 9",
            ],
            2,
        ),
    ],
)
def test_a_changed_or_missing_line_is_found(store, statements, broken_at):
    fill(store)
    before = store.check_audit()

    by_force(store, *statements)

    found = store.check_audit()
    assert (before.whole, before.broken_at, before.lines) == (True, None, 4)
    assert (found.whole, found.broken_at) == (False, broken_at)


def test_lines_of_an_earlier_version_are_checked_as_they_were_written(store, monkeypatch):
    monkeypatch.setattr("data.audit._HASH", 64)
    monkeypatch.setattr("data.audit.line_digest", partial(audit.line_digest, signs=64))
    kept = store.save(record(named="yes", note=NOTE))
    monkeypatch.undo()
    store.save(replace(kept, answers={"named": "no", "note": NOTE}))

    lengths = [(len(line["value_hash"]), len(line["digest"])) for line in store.history()]
    assert lengths == [(64, 64), (64, 64), (16, 22)]
    assert store.check_audit().whole
    assert store.check_answers() == []
    with store._engine.begin() as connection:
        connection.execute(update(records).values(answers={"named": "no", "note": f"{NOTE}."}))
    assert store.check_answers() == [f"{CASE}/{FORM}"]
    by_force(store, "UPDATE audit SET digest = substr(digest, 1, 22) WHERE id = 1")
    assert store.check_audit().broken_at == 1


def test_a_trail_that_was_written_anew_is_found_by_whoever_noted_its_end(store):
    fill(store)
    noted = store.check_audit().head
    assert store.check_audit(noted).whole

    by_force(store, "DELETE FROM audit", "UPDATE about SET value = '0:' WHERE key = 'audit_head'")
    fill_again = [f"ØVELSE-{number}" for number in range(20, 26)]
    for case in fill_again:
        store.save(record(case))

    assert store.check_audit().whole
    assert store.check_audit(noted).broken_at == 4


def test_any_changed_sign_is_found(sqlite_store):
    """In every column of a line, at every place of it."""
    fill(sqlite_store)
    sqlite_store.note("export", "ØVELSE-01", "til fagsystem")
    by_force(sqlite_store)
    columns = ["at", "actor", "action", "case", "form", "field", "value_hash", "revision", "digest"]

    @settings(max_examples=100, deadline=None)
    @given(st.integers(1, 5), st.sampled_from(columns), st.integers(0, 63), st.data())
    def tamper(number, column, place, data):
        name = audit_table.c[column]
        mine = audit_table.c.id == number
        with sqlite_store._engine.execution_options(reading=True).connect() as connection:
            held = str(connection.execute(select(type_coerce(name, String)).where(mine)).scalar())
            place %= len(held) or 1
            signs = "0123456789" if held[place : place + 1].isdigit() else "abcdefæ: "
            other = data.draw(st.sampled_from(signs.replace(held[place : place + 1] or "x", "")))
            changed = held[:place] + other + held[place + 1 :]
            values = {name: type_coerce(changed, String)}
            connection.execute(update(audit_table).where(mine).values(values))

            found = audit.check(connection)

            assert not found.whole
            assert found.broken_at == number
            connection.rollback()

    tamper()


def test_old_lines_go_by_retention_alone_and_that_is_written_down(store):
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC)):
        fill(store)
    with time_machine.travel(datetime(2026, 6, 1, tzinfo=UTC)):
        store.note("search", "", "ny")
    noted = store.check_audit().head

    with time_machine.travel(datetime(2026, 6, 2, tzinfo=UTC)):
        assert store.prune_audit(datetime(2026, 2, 1, tzinfo=UTC), "ældre end en måned") == 4
        assert store.prune_audit(datetime(2026, 2, 1, tzinfo=UTC), "igen") == 0

    assert told(store, "id", "action", "field", "purpose") == [
        (5, "search", None, "ny"),
        (6, "prune_audit", "4", "ældre end en måned"),
    ]
    assert store.check_audit().whole
    assert store.check_audit(noted).whole
    by_force(store, "DELETE FROM audit WHERE id = 5")
    assert store.check_audit().broken_at == 5


def test_a_clock_that_was_put_back_leaves_no_gap_when_old_lines_go(store):
    days = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in (0, 40, 2, 41)]
    for day in days:
        with time_machine.travel(day):
            store.note("search", "", "x")

    assert store.prune_audit(datetime(2026, 1, 20, tzinfo=UTC), "x") == 1
    assert [line["id"] for line in store.history()] == [2, 3, 4, 5]
    assert store.check_audit().whole


def test_a_purpose_may_not_hold_what_is_personal(store):
    for purpose in ("til 010190-1234", "skriv til x@y.dk", "x" * 201):
        with pytest.raises(StoreError) as caught:
            store.note("export", CASE, purpose)
        assert purpose not in str(caught.value)
    with pytest.raises(ValueError, match="action is 'eat'; it must be one of read, search"):
        store.note("eat", CASE)
    assert store.history() == []


def test_a_real_case_is_seen_even_where_that_cannot_be_written_down(sqlite_store, tmp_path):
    sqlite_store.change_settings(real_cases=True)
    kept = sqlite_store.save(record(REAL, named="yes"))

    reader = Store.open(f"sqlite:///file:{tmp_path / 'records.db'}?mode=ro&uri=true")

    assert reader.load(REAL, FORM) == kept
    assert told(sqlite_store, "action") == [("setting",), ("create",)]


def test_threads_of_one_session_number_their_lines_without_a_gap(store):
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda number: store.save(record(f"ØVELSE-{number}")), range(30)))

    assert [line["id"] for line in store.history()] == list(range(1, 31))
    assert store.check_audit().whole
