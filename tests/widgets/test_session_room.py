"""The trainer's page: a session is begun, led, looked after and brought home."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from docx import Document

from data.places import DOOR_VARIABLE
from data.sessions import SessionStore, read_exercise, read_plan
from data.store_errors import StoreError
from data.texts import Texts
from widgets import session_watch
from widgets.session_room import SessionRoom

DANISH = Texts.read("da")
TEAM = read_exercise("coordinator_and_team")
IN_CHARGE = TEAM.form.items[0]
WHY = TEAM.form.items[1]


@pytest.fixture
def store():
    return SessionStore.open("sqlite://")


@pytest.fixture(autouse=True)
def _door(monkeypatch):
    monkeypatch.setenv(DOOR_VARIABLE, "http://127.0.0.1:8868")


def opened(store, language="da", **query):
    room = SessionRoom(language, open_store=lambda: store)
    room.client.query = query
    room.client.arrived = True
    return room


def begun(store, plan="half_day", **chosen):
    """Return the page of a session that has just been opened."""
    room = opened(store)
    room.start.plan.value = plan
    for name, value in chosen.items():
        getattr(room.start, name).value = value
    room.start.begin.click()
    return room


def at_team(store):
    """Return the page of a session at its first exercise."""
    room = begun(store)
    for _ in range(3):
        room.head.next.click()
    assert room.seen.session.exercise == TEAM.id
    return room


def answer(room, group, **answers):
    participant, _ = room.store.join(room.seen.session.id, group)
    room.store.save_sheet(participant, TEAM.id, answers, 0)
    return participant


def seen(widget):
    """Return the words of everything that is on the page."""
    words, todo = [], [widget]
    while todo:
        each = todo.pop(0)
        if getattr(each.layout, "display", None) != "none":
            words += [str(getattr(each, name, "")) for name in ("value", "description")]
            todo += getattr(each, "children", ())
    plain = re.sub(r"<style>.*?</style>", "", " ".join(words), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", plain).split())


# --- It begins ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "minutes"), [("two_hours", 120), ("half_day", 240), ("full_day", 420)]
)
def test_each_plan_begins_with_a_code_to_read_out_and_the_address_to_type(store, plan, minutes):
    room = begun(store, plan, groups=5)

    session = room.seen.session
    assert (session.plan, session.groups, session.language) == (read_plan(plan), 5, "da")
    assert session.plan.planned <= minutes
    words = seen(room)
    assert f"127.0.0.1:8868 og skriv koden {session.code[:3]} {session.code[3:]}" in words
    assert f"http://127.0.0.1:8868/board/{session.code}" in room.head._join.value
    assert "--participants-from-network" in words
    assert room.client.query["session"] == session.id


def test_from_another_machine_nothing_is_said_of_opening_the_network(store, monkeypatch):
    monkeypatch.setenv(DOOR_VARIABLE, "http://192.168.1.20:8868")

    assert "--participants-from-network" not in seen(begun(store))


def test_without_a_door_the_page_says_how_to_get_one(store, monkeypatch):
    monkeypatch.delenv(DOOR_VARIABLE)

    assert "Start Vejviser med kommandoen »vejviser app«" in seen(begun(store))


def test_a_reload_comes_back_to_the_session_and_to_what_was_looked_at(store):
    first = at_team(store)
    first.desk.view.value = "answers"

    again = opened(store, **first.client.query)

    assert again.seen.session == first.seen.session
    assert again.desk.view.value == "answers"
    assert seen(again) == seen(first)


@pytest.mark.parametrize("query", [{"session": "x" * 32}, {"session": "", "vis": "<b>"}])
def test_an_address_without_a_session_leads_to_where_one_is_begun(store, query):
    room = opened(store, **query)

    assert room.seen is None
    assert "Ny session" in seen(room)
    assert ("findes ikke længere" in seen(room)) == bool(query["session"])


def test_an_earlier_session_is_listed_and_opened_again_in_the_other_language(store):
    first = begun(store, title="Ungeenheden <b>")
    first.close_session()

    listed = opened(store)
    again = opened(store, "en", session=first.seen.session.id)

    link = f'<a href="session.ipynb?session={first.seen.session.id}">Ungeenheden &lt;b&gt;</a>'
    assert any(link in str(getattr(each, "value", "")) for each in listed.start.children)
    assert "The session has ended." in seen(again)


def test_a_plan_is_changed_before_it_begins_and_another_look_at_it_loses_nothing(store):
    room = opened(store)
    room.start.plan.value = "half_day"
    room.start.change.value = True
    (editor,) = room.start._editing.children
    editor.rows[1].out.click()
    room.start.plan.value = "full_day"
    room.start.plan.value = "half_day"

    room.start.begin.click()

    assert room.seen.session.plan == read_plan("half_day").without("talk_models")


def test_a_title_that_tells_of_somebody_is_refused_and_begins_nothing(store):
    room = begun(store, title="Ring 22 33 44 55")

    assert store.sessions() == []
    assert "telefonnummer" in seen(room)


def test_what_the_store_cannot_do_is_said_in_a_sentence():
    def fails():
        raise StoreError("store.locked", file="x")

    room = SessionRoom(open_store=fails)
    room.client.arrived = True

    assert StoreError("store.locked", file="x").say(DANISH) in seen(room)


# --- It is led ----------------------------------------------------------------------------------------


def test_the_clock_counts_the_step_pauses_and_goes_on(store):
    room = at_team(store)
    clock = room.head.clock
    began = datetime.fromtimestamp(clock.started / 1000, UTC)
    assert abs(datetime.now(UTC) - began) < timedelta(minutes=1)
    plan = room.seen.session.plan
    later = sum(step.minutes for step in plan.steps[3:])
    assert (clock.planned, clock.after) == (60 * plan.steps[2].minutes, 60 * later)

    room.change(lambda s: replace(s, step_started=s.step_started - timedelta(seconds=90)))
    room.head.run.click()
    assert clock.started is None
    assert 90 <= clock.spent < 150
    assert room.head.run.description == "Fortsæt uret"
    room.head.run.click()
    assert clock.started is not None

    room.head.next.click()
    assert clock.before >= 90
    room.head.back.click()
    assert 90 <= clock.spent < 150, "a step goes on from what it has had"


def test_a_step_is_given_more_time_and_the_end_of_the_day_moves_with_it(store):
    room = at_team(store)
    before = room.head.clock.planned

    room.head.more.click()

    assert room.head.clock.planned == before + 300
    assert store.session(room.seen.session.id).now.minutes == before / 60 + 5


def test_the_first_and_the_last_step_have_nothing_before_and_after_them(store):
    room = begun(store, "two_hours")
    assert room.head.next.description == "Begynd første trin"
    assert room.head.back.disabled

    for _ in room.seen.session.plan.steps:
        room.head.next.click()

    assert room.head.next.disabled
    assert room.seen.session.now == room.seen.session.plan.steps[-1]


def test_any_step_is_reached_from_the_plan_and_the_present_one_is_said(store):
    room = begun(store)

    room.desk.agenda.steps[5].click()

    assert room.seen.session.step == room.seen.session.plan.steps[5].id
    assert room.desk.agenda.steps[5].description.endswith("– nu")
    assert sum("– nu" in each.description for each in room.desk.agenda.steps) == 1


def test_two_tabs_of_one_trainer_lose_neither_of_two_changes(store):
    one = at_team(store)
    other = opened(store, session=one.seen.session.id)

    one.desk.steps.field.value = "Koordinatoren inviterer inden fredag"
    other.head.more.click()

    kept = store.session(one.seen.session.id)
    assert kept.notes == ("Koordinatoren inviterer inden fredag",)
    assert kept.now.minutes == one.seen.session.now.minutes + 5


# --- Groups and answers -------------------------------------------------------------------------------


def test_the_groups_show_how_far_each_is_and_who_is_away(store):
    room = at_team(store)
    room.desk.view.value = "groups"
    assert "Ingen er kommet med endnu" in seen(room)
    required = [item for item in TEAM.form.items if item.required]
    answer(room, 2, **{IN_CHARGE.id: next(iter(IN_CHARGE.options))})

    room.look()

    words = seen(room)
    assert "0 af 1 deltagere er færdige" in words
    assert "Gruppe 1 Ingen endnu" in words
    percent = " ".join(DANISH.percent(1 / len(required)).split())
    assert f"Gruppe 2 {percent} 0 af 1 1 deltager" in words
    assert "Deltager 1" not in words
    room.desk.groups.everyone.value = True
    assert f"Deltager 1: 1 af {len(required)} besvaret" in seen(room)
    assert "1 deltagere er med" not in seen(room)
    assert "1 deltager er med" in seen(room)
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    gone = tuple(replace(each, last_seen=long_ago) for each in room.seen.participants)
    room._on_seen(replace(room.seen, participants=gone))
    assert "1 deltager, 1 uden forbindelse" in seen(room)


def test_who_sits_in_the_wrong_group_is_moved_with_the_answers(store):
    room = at_team(store)
    answer(room, 2, **{IN_CHARGE.id: next(iter(IN_CHARGE.options))})
    room.desk.view.value = "groups"
    room.look()
    room.desk.groups.everyone.value = True

    room.desk.groups.where.value = 3
    room.desk.groups.move.click()

    (moved,) = store.participants(room.seen.session.id)
    assert moved.group == 3
    assert "Gruppe 2 Ingen endnu" in seen(room)


def test_answers_stand_side_by_side_and_disagreement_is_said(store):
    room = at_team(store)
    room.desk.view.value = "answers"
    assert "Ingen har svaret endnu." in seen(room)
    first, second, *_ = IN_CHARGE.options
    for group, option in ((1, first), (1, first), (2, second)):
        answer(room, group, **{IN_CHARGE.id: option, WHY.id: f"<i>Gruppe {group} mener</i>"})

    room.look()

    html = room.desk.answers.blocks[IN_CHARGE.id].answers.value
    assert "Grupperne er uenige" in html
    assert f"enighed {DANISH.percent(2 / 3)}" in html
    options = [IN_CHARGE.options[each].da for each in (first, second)]
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', html)
    assert [name for name, _ in rows] == options
    assert [re.sub(r"<[^>]+>", " ", cells).split() for _, cells in rows] == [
        ["2", "–", "2"],
        ["–", "1", "1"],
    ]
    assert "<i>" not in room.desk.answers.blocks[WHY.id].answers.value
    assert "&lt;i&gt;Gruppe 1 mener" in room.desk.answers.blocks[WHY.id].answers.value


def test_nothing_is_shown_to_all_before_the_trainer_says_so_and_it_can_be_taken_back(store):
    room = at_team(store)
    room.desk.view.value = "answers"
    block = room.desk.answers.blocks[IN_CHARGE.id]
    assert store.session(room.seen.session.id).shown == frozenset()

    block.show.value = True
    assert store.session(room.seen.session.id).shown == {f"{TEAM.id}/{IN_CHARGE.id}"}
    assert block.show.description == "Vises – skjul igen"
    room.desk.answers.all.value = True
    assert room.desk.answers.blocks[WHY.id].show.disabled
    room.desk.answers.all.value = False
    block.show.value = False

    assert store.session(room.seen.session.id).shown == frozenset()


def test_the_exercise_follows_the_step_and_stays_for_the_talk_after_it(store):
    room = at_team(store)
    room.desk.view.value = "answers"
    assert room.desk.exercise.value == TEAM.id
    room.desk.exercise.value = "leaders_decision"
    room.look()
    assert room.desk.exercise.value == "leaders_decision", "chosen by hand, until the next step"

    room.head.next.click()

    assert room.desk.exercise.value == TEAM.id


def test_the_note_to_the_trainer_has_the_step_the_task_and_the_case(store):
    room = at_team(store)
    room.desk.view.value = "notes"

    words = seen(room)
    assert room.seen.session.now.about.da.split(".")[0] in words
    assert TEAM.task.da.strip().split(".")[0] in words
    assert TEAM.fictional_case().facilitator.good_for.da in words
    assert "Forslag fra denne håndbog" in words


def test_the_step_of_decision_leads_to_the_workbench(store):
    room = begun(store)
    step = next(each for each in room.seen.session.plan.steps if each.kind == "decision")
    room.change(lambda session: session.at_step(step.id, datetime.now(UTC)))

    room.desk.view.value = "notes"

    for page in ("kapacitet", "beslutning"):
        assert f'href="{page}.ipynb"' in room.desk.notes._step.value
    assert "Åbn værkstedet" in seen(room)


# --- It is brought home -------------------------------------------------------------------------------


def test_next_steps_are_kept_and_what_may_not_be_kept_stays_in_the_field(store):
    room = at_team(store)
    field = room.desk.steps.field

    field.value = "Koordinatoren ringer\n\n  Lederen finder en afløser "
    notes = ("Koordinatoren ringer", "Lederen finder en afløser")
    assert store.session(room.seen.session.id).notes == notes
    field.value += "\nRing til 22 33 44 55"
    room.desk.view.value = "steps"
    room.look()

    assert store.session(room.seen.session.id).notes == notes
    assert field.value.endswith("22 33 44 55")
    assert "telefonnummer" in seen(room)


def test_a_session_that_ended_takes_no_answers_gives_its_files_and_opens_again(store):
    room = at_team(store)
    someone = answer(room, 1, **{WHY.id: "Han stoler på hende"})
    room.desk.steps.field.value = "Koordinatoren ringer"
    sent = []
    room.client.send = lambda message, buffers=None: sent.append((message, buffers))
    room.desk.view.value = "end"

    room.desk.end.finish.click()
    assert store.session(room.seen.session.id).open, "it asks first"
    room.desk.end.finish_now.click()

    assert not store.session(room.seen.session.id).open
    assert room.head.clock.started is None
    with pytest.raises(StoreError):
        store.save_sheet(someone, TEAM.id, {WHY.id: "For sent"}, 1)
    room.desk.end.workbook.click()
    room.desk.end.table.click()
    files = {message["name"]: buffers[0] for message, buffers in sent if "name" in message}
    code = room.seen.session.code
    assert files.keys() == {f"arbejdsbog-{code}.docx", f"svar-{code}.csv"}
    document = Document(BytesIO(files[f"arbejdsbog-{code}.docx"]))
    text = "\n".join(part.text for part in document.element.body.iter() if part.text)
    assert "Han stoler på hende" in text
    assert "Koordinatoren ringer" in text
    assert "Han stoler på hende" in files[f"svar-{code}.csv"].decode("utf-8-sig")
    room.desk.end.reopen.click()
    assert store.session(room.seen.session.id).open


def test_a_session_is_deleted_with_its_answers_after_a_question(store):
    room = at_team(store)
    answer(room, 1, **{WHY.id: "Han stoler på hende"})
    room.desk.view.value = "end"

    room.desk.end.delete.click()
    room.desk.end.cancel.click()
    assert len(store.sessions()) == 1
    room.desk.end.delete.click()
    room.desk.end.delete_now.click()

    assert store.sessions() == []
    assert "session" not in room.client.query
    assert "er slettet" in seen(room)
    assert "Ny session" in seen(room)


# --- It is looked after -------------------------------------------------------------------------------


def test_the_watch_reads_beside_the_page_and_tells_only_of_what_is_new(tmp_path, monkeypatch):
    monkeypatch.setattr(session_watch, "EACH", 0.01)
    store = SessionStore.open(f"sqlite:///{tmp_path / 'watched.db'}")
    session = store.create(read_plan("two_hours"), title="Prøve", language="da", groups=2)
    told = []

    async def follow():
        watch = session_watch.SessionWatch(told.append)
        watch.start(store, session.id)
        await wait_for(lambda: told)
        number = len(told)
        store.join(session.id, 2)
        await wait_for(lambda: any(each.participants for each in told[number:]))
        store.delete(session)
        await wait_for(lambda: told[-1] is None)
        number = len(told)
        await asyncio.sleep(0.1)
        return number

    async def wait_for(true):
        for _ in range(1000):
            if true():
                return
            await asyncio.sleep(0.01)
        pytest.fail(f"never told: {told}")

    count = asyncio.run(follow())
    store.close_store()

    assert next(each.participants[0].group for each in told if each and each.participants) == 2
    assert told.count(None) == 1
    assert count == len(told), "after that it stops"


def test_what_the_watch_read_before_our_own_change_is_not_shown(store):
    room = at_team(store)
    before = room.seen
    room.head.next.click()

    room._on_seen(before)

    assert room.seen.session.step != before.session.step


def test_a_store_that_cannot_answer_is_told_and_it_is_told_when_it_can_again(store, monkeypatch):
    room = at_team(store)
    trouble = StoreError("store.locked", file="x")
    monkeypatch.setattr(store, "activity", lambda _: (_ for _ in ()).throw(trouble))

    room._on_seen(session_watch._look(store, room.seen.session.id, None))
    assert trouble.say(DANISH) in seen(room)
    monkeypatch.undo()
    room._on_seen(session_watch._look(store, room.seen.session.id, None))

    assert trouble.say(DANISH) not in seen(room)


def test_a_session_deleted_in_another_tab_is_told(store):
    room = at_team(store)
    store.delete(room.seen.session)

    room.head.next.click()
    room._on_seen(None)

    assert "findes ikke længere" in seen(room)
    assert "Ny session" in seen(room)
