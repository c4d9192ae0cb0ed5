"""The plan of a session as a trainer changes it, and its words."""

from pathlib import Path

import pytest

from data.sessions import plan_ids, read_exercise, read_plan
from data.sessions.plan import KINDS
from data.texts import Texts
from widgets.page import Page
from widgets.session_plan import PlanEditor, time_words

DANISH, ENGLISH = Texts.read("da"), Texts.read("en")
WIDGETS = Path(__file__).parents[2] / "widgets"


@pytest.fixture
def kept():
    return []


def edited(kept, plan="two_hours", texts=DANISH):
    return PlanEditor(Page(texts), read_plan(plan), kept.append)


def titles(plan):
    return [step.title.da for step in plan.steps]


def test_minutes_are_changed_and_the_length_of_the_plan_is_said(kept):
    editor = edited(kept)
    assert "Planen varer 2 timer." in editor.total.value

    editor.rows[1].minutes.value += 30

    assert kept[-1].steps[1].minutes == read_plan("two_hours").steps[1].minutes + 30
    assert "Planen varer 2 timer og 30 minutter." in editor.total.value


def test_a_step_is_moved_and_the_rows_follow(kept):
    editor = edited(kept)
    before = titles(editor.plan)

    editor.rows[2].up.click()

    assert titles(kept[-1]) == [before[0], before[2], before[1], *before[3:]]
    assert [row.title.value for row in editor.rows] == titles(kept[-1])
    assert editor.rows[0].up.disabled
    assert editor.rows[-1].down.disabled


@pytest.mark.parametrize("plan", plan_ids())
def test_every_step_but_the_last_one_left_can_be_taken_out(kept, plan):
    editor = edited(kept, plan)

    while len(editor.plan.steps) > 1:
        editor.rows[0].out.click()

    assert editor.rows[0].out.disabled
    assert titles(kept[-1]) == titles(read_plan(plan))[-1:]
    assert len(editor._box.children) == 1


def test_the_step_that_runs_cannot_be_taken_out(kept):
    editor = edited(kept)
    editor.follow(editor.plan, present=editor.plan.steps[1].id)

    assert editor.rows[1].out.disabled
    editor.remove(1)

    assert kept == []


@pytest.mark.parametrize(
    ("texts", "pause"), [(DANISH, ("Pause", "Break")), (ENGLISH, ("Pause", "Break"))]
)
def test_a_break_is_added_before_the_closing_with_its_title_in_both_languages(kept, texts, pause):
    editor = edited(kept, texts=texts)

    editor.kind.value = "break"
    editor.add.click()
    editor.add.click()

    added = kept[-1].steps[-3:-1]
    assert [(step.title.da, step.title.en) for step in added] == [pause, pause]
    assert len({step.id for step in kept[-1].steps}) == len(kept[-1].steps)
    assert kept[-1].steps[-1].kind == "closing"


def test_an_exercise_is_added_with_its_time_and_its_title(kept):
    editor = edited(kept)
    exercise = read_exercise("leaders_decision")

    editor.kind.value = "exercise leaders_decision"
    editor.add.click()

    step = kept[-1].steps[-2]
    assert (step.exercise, step.minutes) == (exercise.id, exercise.minutes)
    assert step.title == exercise.form.title
    assert step.kind == "decision"


def test_a_title_is_changed_in_the_language_of_the_page_alone(kept):
    editor = edited(kept, texts=ENGLISH)
    before = editor.plan.steps[0].title

    editor.rows[0].title.value = "Coffee first"

    title = kept[-1].steps[0].title
    assert (title.en, title.da) == ("Coffee first", before.da)


def test_a_title_that_tells_of_somebody_is_refused_and_stays_to_be_mended(kept):
    editor = edited(kept)

    editor.rows[0].title.value = "Ring til 22 33 44 55"

    assert kept == []
    assert "telefonnummer" in editor._fault.value
    assert editor.rows[0].title.value == "Ring til 22 33 44 55"


def test_a_title_that_is_emptied_keeps_the_old_one(kept):
    editor = edited(kept)
    old = editor.rows[0].title.value

    editor.rows[0].title.value = "  "
    editor.rows[0].minutes.value += 1

    assert kept[-1].steps[0].title.da == old


@pytest.mark.parametrize(
    ("minutes", "danish", "english"),
    [
        (1, "1 minut", "1 minute"),
        (60, "1 time", "1 hour"),
        (95, "1 time og 35 minutter", "1 hour and 35 minutes"),
        (240, "4 timer", "4 hours"),
    ],
)
def test_a_time_is_said_in_words(minutes, danish, english):
    assert time_words(minutes, DANISH) == danish
    assert time_words(minutes, ENGLISH) == english


def test_every_word_of_the_trainers_page_is_used():
    code = "\n".join(file.read_text("utf-8") for file in WIDGETS.glob("session_*.py"))
    made = {f"session.kind_{kind}" for kind in KINDS}
    made |= {f"session.{name}" for name in ("column_", "groups_", "plan_", "view_")}

    for id in DANISH.words:
        if id.startswith("session.") and not id.startswith(tuple(made)):
            assert f'"{id}"' in code or f"'{id}'" in code, id
