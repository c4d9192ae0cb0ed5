"""Plans and exercises: they hold together, can be edited, and are plain and about nobody."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from data.cases import fictional_cases
from data.files import DataError, read_model
from data.forms import read_form
from data.personal_data import doubtful, find
from data.sessions import (
    Exercise,
    Plan,
    Step,
    exercise_ids,
    plan_ids,
    read_exercise,
    read_plan,
)
from data.texts import LANGUAGES
from data.words import Words
from handbook.readability import lix

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "definitions" / "exercises" / "consent_refused.toml"
BREAK = Step(id="air", kind="break", minutes=5, title=Words(da="Luft", en="Air"))


def words_in(thing, language):
    """All words in *thing*, however deep."""
    if isinstance(thing, Words):
        yield thing.in_(language)
    elif isinstance(thing, BaseModel):
        for _, value in thing:
            yield from words_in(value, language)
    elif isinstance(thing, tuple | dict):
        for value in thing.values() if isinstance(thing, dict) else thing:
            yield from words_in(value, language)


# --- Plans -------------------------------------------------------------------------------------


def test_there_are_three_plans_of_two_four_and_seven_hours():
    plans = [read_plan(id) for id in plan_ids()]

    assert [(plan.id, plan.minutes) for plan in plans] == [
        ("two_hours", 120),
        ("half_day", 240),
        ("full_day", 420),
    ]


@pytest.mark.parametrize("id", plan_ids())
def test_a_plan_fills_its_time_and_has_breaks_exercises_and_an_end(id):
    plan = read_plan(id)
    kinds = [step.kind for step in plan.steps]

    assert plan.planned == plan.minutes
    assert (kinds[0], kinds[-1]) == ("welcome", "closing")
    assert "break" in kinds
    for step in plan.steps:
        assert step.about, step.id
        assert (step.exercise != "") == (step.kind in {"exercise", "decision"}), step.id
        assert step.exercise in {"", *exercise_ids()}
        for language in LANGUAGES if step.chapter else ():
            assert (ROOT / "handbook" / language / f"{step.chapter}.ipynb").is_file(), step.chapter
    assert "forslag fra denne håndbog" in plan.about.da
    assert "proposed by this handbook" in plan.about.en


def test_the_longer_sessions_end_with_a_decision_of_the_leaders():
    for id in ("half_day", "full_day"):
        decisions = [step.exercise for step in read_plan(id).steps if step.kind == "decision"]
        assert decisions == ["leaders_decision"]


def test_a_plan_is_edited_without_touching_ours():
    plan = read_plan("two_hours")
    first, second = plan.steps[:2]

    longer = plan.replace_step(first.model_copy(update={"minutes": 25}))
    assert longer.planned == plan.planned + 15
    assert plan.moved(first.id, 1).steps[:2] == (second, first)
    assert plan.moved(first.id, -3) == plan
    assert plan.moved(first.id, 99).steps[-1] == first
    assert first not in plan.without(first.id).steps
    assert plan.with_step(BREAK, after=first.id).steps[1] == BREAK
    assert plan.with_step(BREAK).steps[0] == BREAK
    assert plan.new_id("break_1") == "break_1_2"
    assert plan.after("") == first
    assert plan.after(plan.steps[-1].id) is None
    assert read_plan("two_hours") == plan


def test_a_plan_comes_back_from_json_as_it_was():
    plan = read_plan("half_day").with_step(BREAK, after="welcome")

    assert Plan.from_json(plan.to_json()) == plan
    with pytest.raises(ValidationError):
        Plan.from_json('{"id": "x", "steps": []}')


def test_a_plan_refuses_a_step_twice_a_step_that_is_not_there_and_to_be_empty():
    plan = read_plan("two_hours")

    with pytest.raises(ValidationError, match="two steps of 'two_hours' have the id 'welcome'"):
        plan.with_step(plan.steps[0])
    with pytest.raises(LookupError, match=r"no step 'nothing'.*there are: welcome"):
        plan.without("nothing")
    with pytest.raises(ValidationError):
        plan.replace_step(BREAK.model_copy(update={"id": "welcome", "minutes": 0}))
    alone = Plan.model_validate({**dict(plan), "steps": (BREAK,)})
    with pytest.raises(ValidationError):
        alone.without("air")


# --- Exercises ---------------------------------------------------------------------------------


def test_every_fictional_case_has_an_exercise_and_the_leaders_have_one():
    used = [read_exercise(id).case for id in exercise_ids()]

    assert sorted(filter(None, used)) == [case.id for case in fictional_cases()]
    assert read_exercise("leaders_decision").case == ""


@pytest.mark.parametrize("id", exercise_ids())
def test_an_exercise_asks_for_choices_and_words_and_gives_something_to_read(id):
    exercise = read_exercise(id)
    kinds = {item.kind for item in exercise.form.items}

    assert exercise.form.id == exercise.id
    assert "note" in kinds
    assert kinds & {"choice", "choices", "yes_partly_no"}
    assert 4 <= exercise.form.progress({})[1] <= 12
    assert exercise.reading()
    assert "forslag fra denne håndbog" in exercise.form.note.da
    assert "proposed by this handbook" in exercise.form.note.en
    for item in exercise.form.items:
        assert item.element, item.id


@pytest.mark.parametrize("id", [*plan_ids(), *exercise_ids()])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_is_plain_and_names_nobody(id, language):
    thing = read_plan(id) if id in plan_ids() else read_exercise(id)
    said = list(words_in(thing, language))

    assert lix(" ".join(text if text[-1] in ".?!" else f"{text}." for text in said)) < 35
    for text in said:
        assert [found.words for found in (*find(text), *doubtful(text))] == []


def test_the_leaders_answers_fit_into_a_decision():
    """So that what a group wrote can be kept as a decision, without being typed again."""
    exercise, decision = read_exercise("leaders_decision").form, read_form("decision")
    shared = [item.id for item in exercise.items if decision.item(item.id)]

    assert {"question", "hypothesis", "findings", "not_modelled", "outcome"} < set(shared)
    assert {"decision", "expected", "follow_up", "review"} < set(shared)
    for id in shared:
        ours, theirs = exercise.item(id), decision.item(id)
        assert (ours.kind, ours.options, ours.codes) == (theirs.kind, theirs.options, theirs.codes)
        if ours.kind == "note":
            assert ours.limit <= theirs.limit


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("documents = [1, 2, 3]", "documents = [1, 4]", "no paper 4 in 'ØVELSE-06'; it has 3"),
        ("documents = [1, 2, 3]", "documents = []", "has nothing to read"),
        ('kind = "choice"', 'kind = "choose"', "line 18: form.items.0.kind"),
        ("[form]", '[form]\nid = "other"', "it must be 'consent_refused', or left out"),
    ],
)
def test_a_fault_in_an_exercise_is_told_with_its_place(tmp_path, before, after, message):
    file = tmp_path / "exercise.toml"
    text = SAMPLE.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")

    with pytest.raises(DataError) as caught:
        read_model(file, Exercise)

    assert message in str(caught.value)


def test_an_exercise_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(FileNotFoundError, match="consent_refused"):
        read_exercise("nothing")
