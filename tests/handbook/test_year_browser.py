"""A simulated year and one invented young person, looked at in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from data import Texts
from simulation import Scenario, replications, run
from simulation.course import read_course
from simulation.course_choice import candidates, follow_one
from simulation.course_words import tell_course
from simulation.figures.year_calendar import year_calendar
from simulation.year import choose_year, live
from widgets.workbench.calculation import RUNS, SEED

pytestmark = pytest.mark.browser

LONG = 180_000  # ms; a run on a busy machine
TRIED = Scenario.preset("small", coordinators=1)
ADDRESS = "kapacitet?preset=small&coordinators=1"


def accessible(page):
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []


def look_at(page, words):
    page.get_by_role("button", name=words, exact=True).click(timeout=LONG)


def shows_the_bad_year(page, texts):
    """Choose a bad year and one coordinator; return the words for those who cannot see it."""
    figure = page.locator(".vv-year figure").first
    look_at(page, texts("year.kind_bad"))
    chosen = choose_year(list(replications(TRIED, RUNS["small"], SEED)), "bad")
    _, year = live(TRIED, chosen, SEED)
    said = year_calendar(year, texts).alternative
    expect(figure).to_have_attribute("aria-label", said, timeout=LONG)
    page.get_by_role("combobox", name=texts("year.coordinator")).select_option(index=1)
    said = year_calendar(year.of(1), texts, 1).alternative
    expect(figure).to_have_attribute("aria-label", said, timeout=LONG)
    return said


def follows_somebody(page, texts):
    """Look at one course, and hold it against the log; return its story."""
    among = candidates(TRIED, SEED, range(RUNS["small"]))
    look_at(page, texts("course.kind_long_wait"))
    youth = follow_one(among.youths, "long_wait").youth
    course = read_course(run(TRIED, SEED, youth.replication), youth.case)
    told = tell_course(TRIED, course, texts)
    story = " ".join(told.sentences)
    expect(page.locator(".vv-course h2 + p")).to_contain_text(story, timeout=LONG)
    page.get_by_text(texts("course.steps_heading", n=texts.number(len(told.rows)))).first.click()
    expect(page.locator(".vv-course table tbody tr").last).to_contain_text(told.rows[-1][1])
    return story


def test_a_year_and_a_young_person_are_what_python_says_and_stay_after_a_reload(open_page):
    texts = Texts.read("da")
    page = open_page(f"{ADDRESS}&vis=year", alive=True)
    shows_the_bad_year(page, texts)
    accessible(page)

    look_at(page, texts("workbench.view_course"))
    story = follows_somebody(page, texts)
    page.set_viewport_size({"width": 820, "height": 900})
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 820

    page.reload()
    expect(page.locator(".vv-course h2 + p")).to_contain_text(story, timeout=LONG)
