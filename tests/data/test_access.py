"""What each role may do with a store, whichever database it lies in.

What PostgreSQL itself refuses, whatever is sent to it, is in ``test_access_postgresql.py``.
"""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from data.access import (
    CASES,
    PERSON_VARIABLE,
    ROLE_VARIABLE,
    ROLES,
    UNITS_VARIABLE,
    Access,
    AccessRefused,
    Person,
    subject_of,
)
from data.case_files import CaseFile
from data.people import People
from data.records import Record
from data.sessions import SessionStore, read_plan
from data.store import Store
from data.store_errors import StoreError
from data.texts import Texts

NORTH, SOUTH, TRIED = "K00012", "K00013", "ØVELSE-01"
DAY = "2026-05-03"
HELD = {"outcome": "held", "next_step": "et sted at bo"}
PEOPLE = {
    "underviser": ("trainer", ()),
    "kim": ("coordinator", ("Nord",)),
    "leder": ("leader", ()),
    "admin": ("administrator", ()),
}


@pytest.fixture
def filled(url):
    """The URL of a store with a case in each of two units, a decision and an edition; and its people."""
    store = Store.open(url)
    store.change_settings(real_cases=True)
    for ref, unit in ((NORTH, "Nord"), (SOUTH, "Syd")):
        born = date(2010, 3, 1)
        store.save_case(CaseFile(ref=ref, birthday=born, unit=unit, opened=date(2026, 1, 5)))
    for case in (NORTH, SOUTH, TRIED):
        store.finish(Record(case=case, form="meeting", occasion=DAY, answers=HELD))
    store.save(Record(case="ENHED", form="decision", occasion="1", answers={"title": "En til"}))
    store.save(Record(case="ENHED", form="assessment_vejen", occasion="2026-1-leader-1"))
    store.finish(Record(case="ENHED", form="report", occasion="2026-K1", answers={"cells": "x"}))
    people = People.open(url)
    for name, (role, units) in PEOPLE.items():
        people.add(name, role, frozenset(units))
    yield url
    for name in PEOPLE:
        people.remove(name)
    people.close()
    store.close()


@pytest.fixture
def as_person(filled, monkeypatch):
    """Open the store as one of the people, as the hub does."""
    people, opened = People.open(filled), []

    def open_as(name, kind=Store):
        monkeypatch.setenv(PERSON_VARIABLE, name)
        opened.append(kind.open(people.grant_password(name)))
        monkeypatch.delenv(PERSON_VARIABLE)
        return opened[-1]

    yield open_as
    for each in opened:
        (each.close if isinstance(each, Store) else each.close_store)()
    people.close()


def refused(deed, action, *arguments, **more):
    with pytest.raises(AccessRefused) as caught:
        action(*arguments, **more)
    assert caught.value.deed == deed
    for language in ("da", "en"):
        assert caught.value.person.name in caught.value.say(Texts.read(language))


def test_without_a_person_and_a_role_one_may_do_everything(sqlite_store):
    assert sqlite_store.access == Access(Person("local", "everything"), sqlite_store._unit_of)
    assert sqlite_store.access.may("read_case", NORTH)
    assert sqlite_store.access.may("prune_log")


# Each way to a record of a real case that takes its reference.
READ = {
    "load": lambda store, case: store.load(case, "meeting", DAY),
    "versions": lambda store, case: store.versions(case, "meeting", DAY),
    "latest": lambda store, case: store.latest(case, "meeting", "2027-01-01"),
    "export": lambda store, case: store.export_case(case),
}
WRITE = {
    "save": lambda store, record: store.save(replace(record, answers={"outcome": "moved"})),
    "finish": lambda store, record: store.finish(record),
    "reopen": lambda store, record: store.reopen(record),
    "hand_over": lambda store, record: store.hand_over(record, date(2026, 6, 1)),
    "move_occasion": lambda store, record: store.move_occasion(record, "2026-05-04"),
    "add_records": lambda store, record: store.add_records([record], "prøve"),
}


@pytest.mark.parametrize("name", ["underviser", "leder", "admin"])
def test_only_a_coordinator_reads_or_writes_a_real_case(as_person, filled, name):
    store = as_person(name)
    record = Store.open(filled).load(NORTH, "meeting", DAY)

    for read in READ.values():
        refused("read_case", read, store, NORTH)
    for write in WRITE.values():
        refused("write_case", write, store, record)
    new = CaseFile(ref="K00099", unit="Nord", opened=date(2026, 1, 5))
    refused("write_case", store.save_case, new)
    assert not any(record.answers for record in store.list_records() if record.case == NORTH)
    assert not any(record.answers for record in store.records_of([NORTH, SOUTH]))
    assert sum(store.count_answers("meeting").get("outcome", {}).values()) <= 1
    assert {each.case for each in store.held_meetings()} <= {TRIED}
    assert not any(each.birthday for each in store.cases() if not each.exercise)
    refused("count_cases", store.coordinator_days)


def test_a_coordinator_has_the_cases_of_their_own_unit_and_no_others(as_person, filled):
    store = as_person("kim")
    other = Store.open(filled).load(SOUTH, "meeting", DAY)

    record = store.reopen(store.load(NORTH, "meeting", DAY))
    record = store.save(replace(record, answers={"outcome": "moved"}))
    assert store.finish(record).version == 2
    assert store.versions(NORTH, "meeting", DAY)[1].actor == "kim"
    for read in READ.values():
        refused("read_case", read, store, SOUTH)
    for write in WRITE.values():
        refused("write_case", write, store, other)
    refused("list_case", store.case, SOUTH)
    refused("read_case", store.list_records, SOUTH)
    refused("read_case", store.history, SOUTH)
    assert {each.case for each in store.list_records()} == {NORTH, TRIED, "ENHED"}
    assert {each.form for each in store.list_records("ENHED")} == {"assessment_vejen"}
    assert {each.ref for each in store.cases() if not each.exercise} == {NORTH}
    assert {line["case"] for line in store.history(NORTH)} == {NORTH}


def test_a_coordinator_makes_cases_for_their_own_unit_and_gives_none_away(as_person):
    store = as_person("kim")
    assert store.case("K00099") is None
    new = CaseFile(ref="K00099", unit="Nord", opened=date(2026, 1, 5))

    kept = store.save_case(new)

    assert store.case("K00099") == kept
    refused("write_case", store.save_case, replace(kept, unit="Syd"))
    refused("write_case", store.save_case, replace(new, ref="K00098", unit="Syd"))
    with pytest.raises(AccessRefused):  # Another unit has it, which is not seen and not taken.
        store.save_case(replace(new, ref=SOUTH))
    refused("delete_case", store.delete_case, NORTH, "prøve")


def test_a_leader_has_decisions_and_reads_editions(as_person):
    store = as_person("leder")
    decision = store.load("ENHED", "decision", "1")

    assert store.save(replace(decision, answers={"title": "To til"})).revision == 2
    edition = store.load("ENHED", "report", "2026-K1")
    assert edition.answers == {"cells": "x"}
    refused("write_case", store.reopen, edition)
    assert {line["case"] for line in store.history("ENHED")} == {"ENHED"}


def test_an_administrator_has_settings_log_and_deletion_and_reads_no_answer(as_person, filled):
    store = as_person("admin")

    assert store.change_settings(exercise_days=60).exercise_days == 60
    assert store.check_audit().whole
    assert {line["case"] for line in store.history()} >= {NORTH, SOUTH}
    listed = store.list_records(NORTH)
    assert [(each.form, each.state, each.answers) for each in listed] == [
        ("meeting", "finished", {})
    ]
    assert store.case(SOUTH).birthday is None
    receipt = store.delete_case(NORTH, "fristen er udløbet")
    assert (receipt.records, receipt.versions, receipt.digest) == (1, 1, "")
    assert store.prune(store.list_records(SOUTH), "fristen er udløbet").records == 1
    whole = Store.open(filled)
    assert whole.case(NORTH) is None
    assert whole.list_records(SOUTH) == []
    assert whole.check_audit().whole
    assert whole.check_answers() == []


@pytest.mark.parametrize("name", ["underviser", "kim", "leder"])
def test_settings_log_and_deletion_of_real_cases_are_an_administrators(as_person, filled, name):
    store = as_person(name)

    refused("settings", store.change_settings, real_cases=False)
    refused("log", store.history)
    refused("log", store.check_audit)
    refused("delete_case", store.delete_case, NORTH, "prøve")
    refused("prune_log", store.prune_audit, datetime.now(UTC), "prøve")
    refused("check", store.check_answers)
    refused("delete_case", store.prune, Store.open(filled).list_records(NORTH), "prøve")
    people = People(store._opened, "")
    refused("people", people.all)
    refused("people", people.add, "kai", "leader")


def test_sessions_are_a_trainers(as_person):
    trainer = as_person("underviser", SessionStore)
    made = trainer.create(read_plan("two_hours"), title="Prøve", language="da", groups=2)
    who, secret = trainer.join(made.id, 1)
    trainer.save_sheet(who, "consent_refused", {"teacher": "pause"}, 0)
    assert trainer.participant(made.id, secret) == who

    leader = as_person("leder", SessionStore)
    refused("sessions", leader.find, made.code)
    refused("sessions", leader.sheets, made.id)
    refused("delete_sessions", leader.sessions)
    admin = as_person("admin", SessionStore)
    refused("sessions", admin.sheets, made.id)
    assert admin.delete(*admin.sessions()) == 1


def test_a_refusal_is_written_down_with_who_asked_and_never_what_was_typed(as_person, filled):
    store = as_person("leder")
    refused("read_case", store.load, NORTH, "meeting", DAY)
    refused("read_case", store.load, "Anna Hansen", "meeting")

    lines = [line for line in Store.open(filled).history() if line["action"] == "refuse"]

    assert [(line["actor"], line["case"], line["purpose"]) for line in lines] == [
        ("leder", NORTH, "read_case"),
        ("leder", "", "read_case"),
    ]


def test_what_the_people_of_the_store_say_counts_more_than_the_environment(filled, monkeypatch):
    if "postgres" in filled:
        filled = People.open(filled).grant_password("leder")
    monkeypatch.setenv(PERSON_VARIABLE, "leder")
    monkeypatch.setenv(ROLE_VARIABLE, "everything")

    assert Store.open(filled).access.person == Person("leder", "leader")


def test_the_environment_names_person_role_and_units(sqlite_url, monkeypatch):
    monkeypatch.setenv(PERSON_VARIABLE, "kai")
    monkeypatch.setenv(ROLE_VARIABLE, "coordinator")
    monkeypatch.setenv(UNITS_VARIABLE, "Nord; Syd og Øst;")

    store = Store.open(sqlite_url)

    assert store.access.person == Person("kai", "coordinator", frozenset({"Nord", "Syd og Øst"}))
    store.save(Record(case=TRIED, form="coordinator", answers={"named": "yes"}))
    monkeypatch.undo()
    assert [line["actor"] for line in Store.open(sqlite_url).history()] == ["kai"]


@pytest.mark.parametrize(
    ("variables", "id"),
    [
        ({PERSON_VARIABLE: "kai"}, "access.no_role"),
        ({PERSON_VARIABLE: "kai", ROLE_VARIABLE: "chef"}, "access.bad_role"),
        ({PERSON_VARIABLE: 'kai"; --', ROLE_VARIABLE: "leader"}, "access.bad_name"),
    ],
)
def test_a_person_without_a_role_gets_nothing(sqlite_url, monkeypatch, variables, id):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(StoreError) as caught:
        Store.open(sqlite_url)

    assert caught.value.id == id
    assert str(caught.value)


@pytest.mark.parametrize(
    ("words", "id"),
    [
        (("Kai", "leader"), "access.bad_name"),
        (("kai", "chef"), "access.bad_role"),
        (("kai", "coordinator"), "access.units_missing"),
        (("kai", "leader", frozenset({"Nord"})), "access.units_unused"),
        (("kai", "coordinator", frozenset({"010110-1234"})), "store.personal"),
    ],
)
def test_who_cannot_be_added_is_told_why(sqlite_url, words, id):
    with pytest.raises(StoreError) as caught:
        People.open(sqlite_url).add(*words)

    assert caught.value.id == id


def test_people_are_listed_changed_and_removed_and_the_log_tells_it(filled):
    people = People.open(filled)
    assert [(each.name, each.role) for each in people.all()] == sorted(
        (name, role) for name, (role, _) in PEOPLE.items()
    )

    people.add("kim", "coordinator", frozenset({"Syd", "Øst"}))
    people.add("ny", "leader")
    people.remove("ny")

    assert next(each for each in people.all() if each.name == "kim").units == {"Syd", "Øst"}
    with pytest.raises(StoreError) as caught:
        people.remove("ny")
    assert caught.value.id == "access.no_person"
    told = [(line["action"], line["field"]) for line in Store.open(filled).history()][-3:]
    assert told == [("add_person", "kim"), ("add_person", "ny"), ("remove_person", "ny")]


@given(some.text(max_size=12) | some.from_regex(r"[A-ZÆØÅ]{1,4}-?[0-9٠-٩]{0,9}\n?", fullmatch=True))
def test_a_name_that_is_nothing_else_is_a_real_cases(name):
    """So that a way of writing that nobody thought of is closed and not open."""
    leader = Access(Person("leder", "leader"))
    if subject_of(name, "meeting") == "real":
        assert not leader.may("read_case", name, "meeting")
    else:
        assert name.startswith("ØVELSE-") or (name[0].isupper() and name.isprintable())


def test_every_role_says_what_it_may():
    assert set(CASES) == set(ROLES)
    for language in ("da", "en"):
        texts = Texts.read(language)
        assert all(texts(f"access.role_{role}") for role in ROLES)
