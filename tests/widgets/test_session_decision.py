"""What groups decided in the leaders' exercise is kept as a decision, listed and opened again."""

import re

import pytest

from data.decisions import FORM, decisions_of
from data.forms import read_form
from data.sessions import SessionStore
from data.store import Store
from data.store_errors import StoreError
from data.texts import Texts
from widgets.case_form import UNIT
from widgets.decision_page import DecisionPage
from widgets.session_decision import ALL
from widgets.session_room import SessionRoom

LEADERS = "leaders_decision"
DANISH = Texts.read("da")
FIRST = {
    "question": "Hvad ændrer én stilling?",
    "findings": "Færre sene møder",
    "sure": "4",
    "outcome": "go",
    "decision": "Lederen ansætter fra januar",
    "review": "2027-03-01",
    "guess": "hire",
}
SECOND = FIRST | {"question": "Når vi det?", "outcome": "wait", "sure": "2"}


@pytest.fixture
def records(tmp_path):
    return f"sqlite:///{tmp_path / 'records.db'}"


@pytest.fixture
def room(records):
    """A page that shows the answers to the leaders' exercise."""
    store = SessionStore.open("sqlite://")
    room = SessionRoom("da", open_store=lambda: store, open_records=lambda: Store.open(records))
    room.client.query, room.client.arrived = {}, True
    room.start.plan.value = "half_day"
    room.start.title.value = "Ungeenheden"
    room.start.begin.click()
    step = next(step for step in room.seen.session.plan.steps if step.exercise == LEADERS)
    room.desk.agenda.steps[room.seen.session.plan.steps.index(step)].click()
    room.desk.choose("answers")
    return room


def answer(room, group, answers):
    participant, _ = room.store.join(room.seen.session.id, group)
    room.store.save_sheet(participant, LEADERS, answers, 0)
    room.look()


def kept(records):
    store = Store.open(records)
    try:
        return decisions_of(store.list_records(UNIT, FORM))
    finally:
        store.close()


def shown(room):
    return list(room.desk._shown.children)


def test_only_the_leaders_exercise_offers_it_and_only_once_somebody_has_answered(room):
    offer = room.desk.decision
    assert offer in shown(room)
    assert offer.keep.disabled
    answer(room, 1, FIRST)
    assert not offer.keep.disabled
    assert offer.whose.layout.display == "none"
    room.desk.exercise.value = "coordinator_and_team"
    assert offer not in shown(room)


def test_what_one_group_decided_is_listed_and_opened_as_a_decision(room, records):
    answer(room, 2, FIRST)
    room.desk.decision.keep.click()

    (decision,) = kept(records)
    same = {id: FIRST[id] for id in ("question", "findings", "outcome", "decision", "review")}
    assert same.items() <= decision.answers.items()
    assert decision.answers["certainty"] == "4 af 5"
    assert decision.answers["tried"] == (
        "Øvelse i sessionen »Ungeenheden«: Gruppe 2. Kommunen er opdigtet."
    )
    form = read_form(FORM)
    for id, value in decision.answers.items():
        assert form.item(id).allows(value)
    said = room.desk.decision._said.value
    assert DANISH("session.decision_kept", number="1") in said
    number = re.search(r"beslutning\.ipynb\?nr=(\d+)", said)[1]

    page = DecisionPage("da", open_store=lambda: Store.open(records))
    assert list(page.listed) == ["1"]
    page.listed[number].click()
    assert page.record_form.autosave.answers["question"] == FIRST["question"]


def test_groups_are_put_together_under_their_names_or_one_is_chosen(room, records):
    answer(room, 1, FIRST)
    answer(room, 3, SECOND)
    offer = room.desk.decision
    assert [value for _, value in offer.whose.options] == [ALL, 1, 3]
    assert offer.whose.value == ALL
    offer.keep.click()
    offer.whose.value = 3
    answer(room, 1, {"question": "En tredje, som skriver imens"})
    assert offer.whose.value == 3, "the choice stays while others answer"
    offer.keep.click()

    one, together = (each.answers for each in kept(records))
    assert one["question"] == "Når vi det?"
    assert one["outcome"] == "wait"
    assert together["question"] == ("Gruppe 1:\nHvad ændrer én stilling?\nGruppe 3:\nNår vi det?")
    assert together["review"] == "2027-03-01"
    # They chose differently: that is nobody's answer, and it is told who chose what.
    assert "outcome" not in together
    label = read_form(FORM).item("outcome").label.da
    assert (
        together["reasons"]
        == f"{label}\nGruppe 1:\nVi gør det\nGruppe 3:\nVi venter, til vi ved mere"
    )


def test_those_of_one_group_who_differ_are_counted(room, records):
    answer(room, 1, FIRST)
    answer(room, 1, SECOND)
    room.desk.decision.keep.click()

    (decision,) = kept(records)
    assert decision.answers["question"] == "Hvad ændrer én stilling?\nNår vi det?"
    assert decision.answers["findings"] == FIRST["findings"], "the same words stand once"
    assert "outcome" not in decision.answers
    assert "1 svarer: Vi gør det" in decision.answers["reasons"]


def test_what_there_is_no_room_for_is_told(room, records):
    for group in (1, 2):
        answer(room, group, FIRST | {"question": "ordene " * 25})
    room.desk.decision.keep.click()

    item = read_form(FORM).item("question")
    (decision,) = kept(records)
    assert len(decision.answers["question"]) <= item.limit
    assert decision.answers["question"].endswith(" …")
    said = DANISH("session.decision_cut", questions=f"»{item.label.da}«")
    assert said in room.desk.decision._said.value


def test_a_store_that_cannot_keep_it_says_so(room, records, monkeypatch):
    answer(room, 1, FIRST)

    def full(*_):
        raise StoreError("store.full")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Store, "save", full)
        room.desk.decision.keep.click()
    assert DANISH("store.full") in room.desk.decision._said.value
    assert kept(records) == []
