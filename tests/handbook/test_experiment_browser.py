"""The small experiment beside a form on a chapter's page, used by keyboard, held against Python."""

import os
import signal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from data import Texts
from data.chapter_experiments import chapter_experiment
from simulation.chapter_answer import chapter_answer, study_of

pytestmark = pytest.mark.browser

LONG = 60_000  # ms; the first answer loads the compiled twin, on a machine that may be busy
BANNER = ".vv-connection"
CHAPTER = """
import ipywidgets as ipw
from widgets import CaseForm, ChapterExperiment
ipw.VBox([CaseForm("coordinator", "da"), ChapterExperiment("resignation", "da")])
"""
FAR = """
import ipywidgets as ipw
from widgets import ChapterExperiment
made, said = ChapterExperiment("resignation", "da"), ipw.HTML("langt fra")
made.client.on_near(lambda: setattr(said, "value", "inden for en skærm"))
ipw.VBox([said, ipw.HTML("<div style='height: 5000px'></div>"), made])
"""


@pytest.fixture(scope="module")
def own(start_app, write_pages):
    """An app with a page that has a form and an experiment, and one with it far down."""
    app = start_app("--no-preheat", "--pages", str(write_pages(kapitel=CHAPTER, fjern=FAR)))
    yield app
    app.stop()


def press(page, name):
    """Choose a value by keyboard."""
    button = page.get_by_role("button", name=name, exact=True)
    button.focus()
    page.keyboard.press("Space")
    expect(button).to_have_attribute("aria-pressed", "true")


def test_a_reader_moves_a_control_and_reads_what_python_says(open_page, own):
    page = open_page("kapitel?sag=ØVELSE-02", on=own, alive=True)
    result = page.locator(".vv-experiment-result")
    expect(result).to_contain_text("Svaret kommer her")

    press(page, "33 %")
    expect(result.locator("table")).to_be_visible(timeout=LONG)
    press(page, "nej")
    expect(result).to_contain_text("nej (i dag: ja)", timeout=LONG)

    experiment = chapter_experiment("resignation")
    chosen = {"annual_turnover": 0.33, "deputies": False}
    answer = chapter_answer(experiment, chosen, study_of(experiment, chosen), Texts.read("da"))
    told = result.locator("li").all_inner_texts()
    assert told == [" ".join(one.said) for one in answer.findings]
    # The form beside it heard nothing of that.
    expect(page.get_by_text("vil gerne være mekaniker")).to_be_visible()
    assert page.evaluate("new URLSearchParams(location.search).get('sag')") == "ØVELSE-02"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_the_reader_is_heard_coming_near(open_page, own):
    page = open_page("fjern", on=own, alive=True)
    page.wait_for_timeout(1000)
    expect(page.get_by_text("langt fra")).to_be_visible()  # at the top of a long chapter

    page.locator(".vv-experiment").scroll_into_view_if_needed()

    expect(page.get_by_text("inden for en skærm")).to_be_attached(timeout=LONG)


def test_the_experiment_is_accessible_and_fits_a_tablet(open_page, own):
    page = open_page("kapitel", on=own, width=820, alive=True)
    press(page, "10 %")
    expect(page.locator(".vv-experiment-result table")).to_be_visible(timeout=LONG)

    found = Axe().run(page, context=".vv-experiment", options={"resultTypes": ["violations"]})

    assert found.response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 820


def test_a_lost_kernel_is_said_once_on_a_page_with_two_clients(open_page, own):
    page = open_page("kapitel", on=own, alive=True)
    for kernel in own.kernels():
        os.kill(kernel.pid, signal.SIGKILL)

    page.wait_for_selector(BANNER, timeout=30_000)
    page.wait_for_timeout(5000)

    assert page.locator(BANNER).count() == 1
