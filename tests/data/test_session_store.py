"""Sessions in the store: who may join, what is kept and refused, and what two people do at once."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import text

from data.backup import back_up, change_encryption, look_through, restore
from data.encryption import KEY_VARIABLE, is_encrypted
from data.sessions import (
    RefusedAnswer,
    SessionClosed,
    SessionStore,
    StaleSession,
    StaleSheet,
    read_plan,
)
from data.sessions.session import MOST_PARTICIPANTS
from data.sessions.session_store import CODE_LENGTH, SEEN_SECONDS, SIGNS
from data.store import Store
from data.store_errors import StoreError
from data.texts import Texts

TEAM = "coordinator_and_team"
PLAN = read_plan("two_hours")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def store(url):
    opened = SessionStore.open(url)
    yield opened
    opened.close_store()


@pytest.fixture
def on_file(sqlite_url):
    opened = SessionStore.open(sqlite_url)
    yield opened
    opened.close_store()


def begin(store, **changes):
    words = {"title": "Metodedag", "language": "da", "groups": 3, **changes}
    return store.create(PLAN, **words)


# --- Sessions ----------------------------------------------------------------------------------


def test_a_session_is_kept_and_found_by_its_code_however_it_is_typed(store):
    made = begin(store)

    assert store.session(made.id) == made
    assert store.sessions() == [made]
    assert (made.open, made.step, made.revision) == (True, "", 1)
    assert made.ends - made.created == timedelta(hours=24)
    code = made.code
    for typed in (code, code.lower(), f" {code[:3]} {code[3:]} ", f"{code[:3]}-{code[3:]}"):
        assert store.find(typed) == made
    for wrong in ("", code[:-1], f"{code}C", "AAAAAA", "%", "______"):
        assert store.find(wrong) is None
    assert store.session("nothing") is None


def test_codes_have_no_vowels_and_no_signs_that_look_alike_and_differ(on_file):
    codes = [begin(on_file).code for _ in range(30)]

    assert len(set(codes)) == 30
    assert all(len(code) == CODE_LENGTH and set(code) <= set(SIGNS) for code in codes)
    assert not set("AEIOUYÆØÅ01LS5Z2B8") & set(SIGNS)
    assert len(SIGNS) ** CODE_LENGTH > 60_000_000


def test_a_code_that_another_session_has_is_drawn_again(store, monkeypatch):
    drawn = iter("CCCCCC" + "CCCCCC" + "DDDDDD")
    monkeypatch.setattr("data.sessions.session_store.secrets.choice", lambda _: next(drawn))

    assert [begin(store).code, begin(store).code] == ["CCCCCC", "DDDDDD"]


def test_what_a_trainer_changes_is_kept_and_comes_back_the_same(store):
    made = begin(store)
    moved = replace(
        made.at_step("welcome", NOON).at_step("talk_coordinator", NOON + timedelta(minutes=9)),
        plan=PLAN.without("break_1"),
        title="En anden dag",
        groups=5,
        shown=frozenset({TEAM, f"{TEAM}/at_table"}),
        notes=("Koordinatoren ringer på mandag.",),
    )

    kept = store.change(moved)

    assert kept == replace(moved, revision=2)
    assert store.session(made.id) == kept
    assert store.change(kept) == kept  # and nothing was written for it


def test_a_session_that_was_changed_or_deleted_elsewhere_is_not_overwritten(store):
    made = begin(store)
    theirs = store.change(replace(made, title="Deres"))

    with pytest.raises(StaleSession) as caught:
        store.change(replace(made, title="Min"))
    assert caught.value.current == theirs
    store.delete(theirs)
    with pytest.raises(StaleSession) as caught:
        store.change(theirs)
    assert caught.value.current is None
    assert "slettet" in caught.value.say(Texts.read("da"))


@pytest.mark.parametrize(
    ("changes", "id"),
    [
        ({"title": "Ring 22 33 44 55"}, "store.personal"),
        ({"title": "x" * 121}, "store.too_long"),
        ({"notes": ("Skriv til mor@example.dk",)}, "store.personal"),
        ({"notes": ("x" * 301,)}, "store.too_long"),
        ({"notes": ("x",) * 31}, "sessions.too_many_notes"),
        ({"groups": 0}, "sessions.groups"),
        ({"groups": 13}, "sessions.groups"),
    ],
)
def test_what_a_trainer_may_not_write_is_refused(on_file, changes, id):
    made = begin(on_file)

    with pytest.raises(StoreError) as caught:
        on_file.change(replace(made, **changes))

    assert caught.value.id == id
    assert on_file.session(made.id) == made


def test_a_plan_that_holds_something_personal_is_refused(on_file):
    step = PLAN.steps[0]
    words = step.title.model_copy(update={"da": "Ring til 22 33 44 55"})
    plan = PLAN.replace_step(step.model_copy(update={"title": words}))

    with pytest.raises(StoreError, match="CPR"):
        on_file.create(plan, title="x", language="da", groups=1)
    assert on_file.sessions() == []


# --- Open and closed ---------------------------------------------------------------------------


def test_a_closed_session_takes_nobody_in_and_no_answer_and_can_be_opened_again(store):
    made = begin(store)
    who, secret = store.join(made.id, 1)
    running = store.change(made.at_step("welcome", datetime.now(UTC) - timedelta(minutes=3)))

    closed = store.close(made)  # not the newest, and yet

    assert not closed.open
    assert closed.step_started is None
    assert 178 <= closed.spent["welcome"] <= 240
    assert closed.ends < running.ends
    assert store.find(made.code) is None
    with pytest.raises(SessionClosed):
        store.join(made.id, 1)
    with pytest.raises(SessionClosed):
        store.save_sheet(who, TEAM, {"place": "ask"}, 0)
    with pytest.raises(SessionClosed):
        store.move(who, 2)
    # Who was there still sees what there is, and the trainer still writes.
    assert store.participant(made.id, secret) == who
    store.change(replace(closed, notes=("Vi mødes igen.",)))
    assert store.reopen(closed).open
    assert store.find(made.code).id == made.id
    assert store.join(made.id, 1)[0].number == 2


def test_a_session_closes_by_itself_after_a_day(on_file):
    made = begin(on_file)

    with time_machine.travel(made.ends - timedelta(minutes=1), tick=False):
        assert on_file.find(made.code) is not None
        who, _ = on_file.join(made.id, 1)
    with time_machine.travel(made.ends + timedelta(seconds=1), tick=False):
        assert on_file.find(made.code) is None
        assert not on_file.session(made.id).open
        with pytest.raises(SessionClosed):
            on_file.save_sheet(who, TEAM, {"place": "ask"}, 0)


# --- Participants ------------------------------------------------------------------------------


def test_a_participant_is_a_number_known_by_a_secret_that_is_not_kept(on_file, sqlite_url):
    made = begin(on_file)
    other = begin(on_file)
    first, secret = on_file.join(made.id, 2)
    second, _ = on_file.join(made.id, 1)

    assert [(each.number, each.group) for each in on_file.participants(made.id)] == [(1, 2), (2, 1)]
    assert on_file.participant(made.id, secret) == first
    assert on_file.participant(made.id, "wrong") is None
    assert on_file.participant(other.id, secret) is None
    assert on_file.move(second, 3) == replace(second, group=3)
    assert on_file.participants(made.id)[1].group == 3
    with Store.open(sqlite_url)._engine.connect() as connection:
        kept = str(connection.execute(text("SELECT * FROM participant")).all())
    assert secret not in kept
    assert len(secret) >= 40


@pytest.mark.parametrize("group", [0, -1, 4])
def test_there_is_no_other_group_than_those_of_the_session(on_file, group):
    made = begin(on_file)
    who, _ = on_file.join(made.id, 1)

    with pytest.raises(StoreError, match="no group"):
        on_file.join(made.id, group)
    with pytest.raises(StoreError, match="no group"):
        on_file.move(who, group)


def test_a_group_with_participants_is_not_taken_away(on_file):
    made = begin(on_file)
    who, _ = on_file.join(made.id, 3)

    with pytest.raises(StoreError, match="participants in group 3"):
        on_file.change(replace(made, groups=2))
    on_file.move(who, 2)
    assert on_file.change(replace(made, groups=2)).groups == 2


def test_nobody_fills_the_store_through_the_door(on_file, monkeypatch):
    monkeypatch.setattr("data.sessions.session_store.MOST_PARTICIPANTS", 2)
    made = begin(on_file)
    assert MOST_PARTICIPANTS >= 25
    on_file.join(made.id, 1)
    on_file.join(made.id, 1)

    with pytest.raises(StoreError, match="room for 2"):
        on_file.join(made.id, 1)
    with pytest.raises(SessionClosed):
        on_file.join("nothing", 1)


def test_a_sign_of_life_is_written_down_now_and_then(on_file):
    made = begin(on_file)
    who, _ = on_file.join(made.id, 1)

    assert on_file.seen(who) == who
    with time_machine.travel(who.last_seen + timedelta(seconds=SEEN_SECONDS + 1), tick=False):
        later = on_file.seen(who)
    assert later.last_seen > who.last_seen
    assert on_file.participants(made.id) == [later]


# --- Answers -----------------------------------------------------------------------------------


def test_answers_are_kept_by_participant_and_exercise(store):
    made = begin(store)
    who, _ = store.join(made.id, 1)
    other, _ = store.join(made.id, 1)
    answers = {
        "place": "ask",
        "in_charge_why": "Du bestemmer. Æblerne er »dine«.",
        "at_table": None,
    }

    kept = store.save_sheet(who, TEAM, answers, 0)

    assert (kept.participant, kept.exercise, kept.revision) == (1, TEAM, 1)
    assert store.sheet(who, TEAM) == kept
    assert kept.answers == answers
    assert store.sheet(other, TEAM).revision == 0
    again = store.save_sheet(who, TEAM, {**answers, "place": "shed"}, 1)
    assert again.revision == 2
    assert store.save_sheet(who, TEAM, again.answers, 1) == again  # sent twice, kept once
    store.save_sheet(other, "consent_refused", {"teacher": "pause"}, 0)
    assert [(each.exercise, each.participant) for each in store.sheets(made.id)] == [
        ("consent_refused", 2),
        (TEAM, 1),
    ]
    assert store.sheets(made.id, TEAM) == [again]


def test_answers_that_were_changed_in_another_window_are_not_overwritten(store):
    made = begin(store)
    who, _ = store.join(made.id, 1)
    theirs = store.save_sheet(who, TEAM, {"place": "ask"}, 0)

    for revision in (0, 7):
        with pytest.raises(StaleSheet) as caught:
            store.save_sheet(who, TEAM, {"place": "shed"}, revision)
        assert caught.value.current == theirs
    assert store.sheet(who, TEAM) == theirs


@pytest.mark.parametrize(
    ("exercise", "answers", "id", "key"),
    [
        (TEAM, {"in_charge_why": "Ring 22 33 44 55"}, "sessions.personal", "in_charge_why"),
        (TEAM, {"in_charge_why": "010190-1234"}, "sessions.personal", "in_charge_why"),
        (TEAM, {"in_charge_why": "x" * 401}, "sessions.long_answer", "in_charge_why"),
        (TEAM, {"place": "nowhere"}, "sessions.not_allowed", "place"),
        (TEAM, {"place": "ask", "name": "Anders"}, "sessions.no_question", "name"),
        ("change_of_coordinator", {"plan": "wait"}, "sessions.no_exercise", ""),
        ("../../secret", {}, "sessions.no_exercise", ""),
    ],
)
def test_an_answer_that_cannot_be_kept_is_refused_with_its_question(
    on_file, exercise, answers, id, key
):
    made = begin(on_file)
    who, _ = on_file.join(made.id, 1)

    with pytest.raises(RefusedAnswer) as caught:
        on_file.save_sheet(who, exercise, answers, 0)

    assert (caught.value.id, caught.value.key) == (id, key)
    for language in ("da", "en"):
        assert "ANDERS" not in caught.value.say(Texts.read(language)).upper()
    assert on_file.sheets(made.id) == []


def test_rows_of_a_table_are_kept_up_to_as_many_as_there_may_be(on_file):
    made = on_file.create(read_plan("full_day"), title="x", language="da", groups=1)
    who, _ = on_file.join(made.id, 1)
    rows = {f"agreements.{n:03d}abcde.who": "youth" for n in range(1, 9)}

    kept = on_file.save_sheet(who, "agreements_from_dialogue", rows, 0)

    assert kept.answers == rows
    for more in ({"agreements.009abcde.who": "youth"}, {f"agreements.{'9' * 40}.who": "youth"}):
        with pytest.raises(RefusedAnswer, match="does not fit"):
            on_file.save_sheet(who, "agreements_from_dialogue", {**rows, **more}, 1)


def test_25_who_join_and_save_at_once_get_numbers_of_their_own_and_lose_nothing(store):
    made = begin(store)

    def take_part(turn):
        who, secret = store.join(made.id, 1 + turn % 3)
        for revision in range(3):
            words = {"in_charge_why": f"Svar {turn}.{revision}"}
            store.save_sheet(who, TEAM, words, revision)
        return who.number, secret

    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(take_part, range(25)))

    assert sorted(number for number, _ in found) == list(range(1, 26))
    assert len({secret for _, secret in found}) == 25
    sheets = store.sheets(made.id)
    assert sorted(sheet.answers["in_charge_why"] for sheet in sheets) == sorted(
        f"Svar {turn}.2" for turn in range(25)
    )
    assert {sheet.revision for sheet in sheets} == {3}
    assert store.activity(made.id) == 1 + 25 * 4


def test_activity_grows_with_every_change_and_stands_still_otherwise(store):
    made = begin(store)
    found = [store.activity(made.id)]

    def after(_):
        found.append(store.activity(made.id))

    after(store.change(replace(made, title="To")))
    who, secret = store.join(made.id, 1)
    after(who)
    after(store.move(who, 2))
    after(store.save_sheet(who, TEAM, {"place": "ask"}, 0))
    after(store.close(made))
    assert found == sorted(set(found))
    store.participant(made.id, secret)
    store.sheets(made.id)
    assert store.activity(made.id) == found[-1]
    assert store.activity("nothing") is None


# --- The end -----------------------------------------------------------------------------------


def test_a_session_is_deleted_with_all_in_it_and_that_is_written_down(store, url):
    made, other = begin(store), begin(store)
    for session in (made, other):
        who, _ = store.join(session.id, 1)
        store.save_sheet(who, TEAM, {"in_charge_why": "Hemmeligheden om det lille hus"}, 0)

    assert store.delete(made, purpose="fristen er udløbet") == 1

    assert store.sessions() == [other]
    assert (store.participants(made.id), store.sheets(made.id)) == ([], [])
    assert len(store.sheets(other.id)) == 1
    assert store.delete(made) == 0
    records = Store.open(url)
    (line,) = records.history()
    assert (line["action"], line["form"], line["occasion"]) == ("delete", "session", made.id)
    assert records.check_audit().whole
    with pytest.raises(StoreError, match="CPR"):
        store.delete(other, purpose="Ring 22 33 44 55")


def test_what_was_answered_lies_nowhere_in_the_file_afterwards(on_file, tmp_path):
    hidden = "Hemmeligheden om det lille hus"
    made = begin(on_file)
    who, _ = on_file.join(made.id, 1)
    on_file.save_sheet(who, TEAM, {"in_charge_why": hidden}, 0)
    files = list(tmp_path.glob("records.db*"))
    assert any(hidden.encode() in file.read_bytes() for file in files)

    on_file.delete(made)

    assert not any(hidden.encode() in file.read_bytes() for file in tmp_path.glob("records.db*"))


def test_sessions_are_due_so_many_days_after_they_ended(on_file, sqlite_url):
    made = begin(on_file)
    ended = on_file.close(made).ended_on

    assert on_file.due(ended + timedelta(days=29)) == []
    assert [each.id for each in on_file.due(ended + timedelta(days=30))] == [made.id]
    records = Store.open(sqlite_url)
    records.change_settings(session_days=7)
    assert len(on_file.due(ended + timedelta(days=7))) == 1
    records.change_settings(session_days=None)
    assert on_file.due(ended + timedelta(days=3650)) == []


def test_a_copy_holds_the_sessions_and_so_does_an_encrypted_one(sqlite_url, tmp_path, monkeypatch):
    file, copy = tmp_path / "records.db", tmp_path / "copy.db"
    store = SessionStore.open(sqlite_url)
    made = begin(store)
    who, secret = store.join(made.id, 2)
    sheet = store.save_sheet(who, TEAM, {"in_charge_why": "Du bestemmer."}, 0)
    back_up(file, copy)
    store.delete(made)
    store.close_store()

    assert look_through(copy).tables["sheet"][0] == 1
    restore(copy, file)
    monkeypatch.setenv(KEY_VARIABLE, "fire æbler og en grøn cykel")
    change_encryption(file, "fire æbler og en grøn cykel")

    assert is_encrypted(file)
    assert not re.search(rb"Du bestemmer|session", file.read_bytes())
    store = SessionStore.open(sqlite_url)
    assert store.session(made.id) == made
    assert store.participant(made.id, secret) == who
    assert store.sheets(made.id) == [sheet]
    store.close_store()
