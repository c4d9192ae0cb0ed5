import subprocess
import sys
from contextlib import suppress

import pytest

from data import LANGUAGES, Texts
from data.chapter_experiments import chapter_experiment, chapter_experiments
from widgets import CaseForm, ChapterExperiment


@pytest.fixture(autouse=True)
def own_log(tmp_path, monkeypatch):
    monkeypatch.setenv("VEJVISER_DATA", str(tmp_path))


@pytest.fixture
def few(monkeypatch):
    """Experiments whose runs are few, because what they come to is tested elsewhere."""
    monkeypatch.setattr(
        "widgets.chapter_experiment.chapter_experiment",
        lambda name: chapter_experiment(name).model_copy(update={"replications": 5}),
    )


@pytest.fixture
def page(few):
    page = ChapterExperiment("resignation", "da")
    yield page
    page.calculation.cancel()
    page.calculation.join(20)


def answered(page):
    page.calculation.join(60)
    return page.result.value


@pytest.mark.parametrize("id", chapter_experiments())
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_experiment_opens_as_today_and_says_what_it_does_not_say(few, id, language):
    texts = Texts.read(language)
    page = ChapterExperiment(id, language)

    assert page.chosen == {
        control.field: page.experiment.today(control.field) for control in page.experiment.controls
    }
    words = " ".join(
        part.value for part in page._content.children[0].children if hasattr(part, "value")
    )
    assert page.experiment.title.in_(language) in words
    assert texts("limits.outcomes") in words
    mark = texts("chapter_experiment.today_mark", value="")
    for choice in page.choices.values():
        assert sum(label.endswith(mark) for label, _ in choice.field.options) == 1


def test_nothing_is_computed_before_somebody_asks(page):
    assert page.calculation._thread is None
    assert "Svaret kommer her" in page.result.value


def test_a_reader_who_comes_near_finds_today_run_already(page, monkeypatch):
    page.client.set_state({"near": True})
    page.calculation.join(60)
    assert "Svaret kommer her" in page.result.value  # nothing is answered before it is asked

    def again(*_, **__):
        raise AssertionError("today was run twice")

    monkeypatch.setattr("simulation.experiments.replications.paired_replications", again)
    page.choices["annual_turnover"].value = 0.5

    assert "50 % (i dag: 23 %)" in answered(page)
    assert page._notices.value == ""


def test_a_reader_who_comes_near_wakes_no_compiler(page, monkeypatch):
    monkeypatch.setattr("widgets.chapter_experiment.is_ready", lambda: False)

    page.client.set_state({"near": True})

    assert page.calculation._thread is None


def test_a_touch_gives_an_answer_in_words_and_a_table(page):
    page.choices["annual_turnover"].value = 0.5

    html = answered(page)

    assert "Prøvet: Koordinatorer, der siger op på et år: 50 % (i dag: 23 %)." in html
    assert html.index("<li ") < html.index("<table ")
    assert html.count("<tbody>") == 4
    assert html.count("<tr") == 1 + 2 * 4
    assert html.count("<svg ") == html.count('aria-hidden="true"') == 8
    assert "5 gennemregnede forløb på 5 år som i dag og lige så mange" in html
    assert "vv-stale" not in page.result._dom_classes
    assert page.said.value == ""


def test_the_button_tells_of_today_alone(page):
    page.run.click()

    html = answered(page)

    assert "Alt står som i dag." in html
    assert html.count("<tr") == 1 + 4


def test_a_later_touch_gives_up_the_answer_on_its_way(page):
    page.choices["annual_turnover"].value = 0.5
    page.choices["annual_turnover"].value = 0.1

    assert "10 % (i dag: 23 %)" in answered(page)


def test_back_to_today_moves_every_control_and_answers_once(page):
    page.choices["deputies"].value = False
    page.choices["vacancy_months"].value = (3, 6, 12)

    page.reset.click()

    assert page.chosen == {
        "annual_turnover": 0.23, "vacancy_months": (1.5, 3, 6), "deputies": True,
    }  # fmt: skip
    assert "Alt står som i dag." in answered(page)


def test_a_control_that_does_not_count_says_so_and_cannot_be_moved(few):
    page = ChapterExperiment("leadership", "da")
    delay = page.choices["hiring_delay_months"]

    assert delay.field.disabled
    assert "Tæller ikke med" in delay._note.value

    page.choices["leadership_rule"].value = "hire"

    assert not delay.field.disabled
    assert delay._note.value == ""
    assert "opretter en stilling" in answered(page)


@pytest.mark.parametrize("state", [{"index": 99}, {"index": -1}, {"index": None}, {"index": "x"}])
def test_a_browser_cannot_choose_what_is_not_offered(page, state):
    with suppress(Exception):  # refusing is one right answer
        page.choices["annual_turnover"].field.set_state(state)

    offered = [one.value for one in page.choices["annual_turnover"].control.values]
    assert page.chosen["annual_turnover"] in offered
    page.calculation.join(60)
    assert page._notices.value == ""


def test_a_failure_is_told_and_the_page_can_be_used_again(page, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("secret words")

    with monkeypatch.context() as broken:
        broken.setattr("widgets.chapter_experiment.chapter_answer", fail)
        page.run.click()
        page.calculation.join(60)
    assert "Noget gik galt" in page._notices.value
    assert "secret" not in page._notices.value
    assert page.said.value == ""

    page.run.click()

    assert "Alt står som i dag." in answered(page)
    assert page._notices.value == ""


def test_it_stands_beside_a_form(page):
    form = CaseForm("coordinator", "da")

    form.client.set_state({"query": {"sag": "ØVELSE-02"}, "arrived": True})
    page.client.set_state({"query": {"sag": "ØVELSE-02"}, "arrived": True})

    assert form.case == "ØVELSE-02"
    assert page.chosen["annual_turnover"] == 0.23


def test_an_unknown_experiment_is_refused():
    with pytest.raises(LookupError, match="no experiment 'nothing'"):
        ChapterExperiment("nothing")


def test_it_opens_without_the_compiler_and_the_libraries_that_draw():
    code = (
        "import sys; from widgets import ChapterExperiment; ChapterExperiment('booking', 'en');"
        "print({'numba', 'matplotlib', 'pandas'} & set(sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
