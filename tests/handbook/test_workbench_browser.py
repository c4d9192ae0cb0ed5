"""The capacity page in a real browser, moved by keyboard, held against the Python API."""

import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from data.texts import Texts
from simulation import Scenario, replications
from simulation.figures import late_by_rule, late_days, over_time
from simulation.headlines import headlines
from simulation.study import Study
from widgets.workbench.calculation import RUNS, SEED
from widgets.workbench.controls import CONTROLS

pytestmark = pytest.mark.browser

LONG = 180_000  # ms; a run on a busy machine


def slider(page, texts, id):
    return page.get_by_role("slider", name=texts(f"parameter.{id}"), exact=True)


def move(page, texts, id, key="ArrowRight"):
    """Move one control by keyboard."""
    if id == "reminders":
        page.get_by_role("checkbox", name=texts("parameter.reminders")).press("Space")
    else:
        slider(page, texts, id).press(key)


def in_address(page, name, value):
    """Wait until the kernel has written *value* into the address; it hears of every change."""
    page.wait_for_function(
        "([name, value]) => new URLSearchParams(location.search).get(name) === value",
        arg=[name, value],
    )


def calculate(page, texts):
    page.get_by_role("button", name=texts("capacity.run"), exact=True).click()
    done = texts("capacity.finished", seconds="").split("  ")[0]
    expect(page.get_by_text(done)).to_be_hidden()
    expect(page.get_by_text(done)).to_be_visible(timeout=LONG)


def answer(page):
    return page.locator(".vv-results").inner_text()


@pytest.mark.parametrize("lang", ["da", "en"])
def test_choose_move_calculate_read_and_find_it_again_after_a_reload(open_page, lang):
    texts = Texts.read(lang)
    page = open_page("kapacitet", lang, alive=True)

    page.get_by_role("combobox", name=texts("capacity.preset")).select_option(index=0)
    in_address(page, "preset", "small")
    move(page, texts, "coordinators")
    in_address(page, "coordinators", "3")
    page.get_by_role("button", name=texts("capacity.run"), exact=True).click()

    progress = re.compile(texts("capacity.progress_done", done=r"\d+", all="100"))
    expect(page.get_by_text(progress)).to_be_visible()
    expect(page.get_by_text(texts("capacity.provisional", done="20", all="100"))).to_be_visible(
        timeout=LONG
    )
    expect(page.locator(".vv-answer")).to_be_visible()
    expect(page.get_by_role("button", name=texts("capacity.run"), exact=True)).to_be_enabled(
        timeout=LONG
    )
    expect(page.locator(".vv-notice")).to_have_count(0)

    # What is shown is what the Python API says about the same scenario and seed.
    today = Scenario.preset("small")
    tried = today.replace(coordinators=3)
    study = Study(
        tried,
        tuple(replications(tried, RUNS["small"], SEED)),
        today,
        tuple(replications(today, RUNS["small"], SEED)),
    )
    for one in headlines(study, texts):
        told = page.locator(f"[data-headline={one.id}]").inner_text().split("\n")
        assert [line for line in told if line] == [
            part for part in (one.label, one.value, one.mean, one.change) if part
        ]
    figures = page.locator("figure.vv-figure[role=img]")
    pictures = [draw(study, texts) for draw in (late_by_rule, over_time, late_days)]
    assert [figures.nth(n).get_attribute("aria-label") for n in range(3)] == [
        picture.alternative for picture in pictures
    ]
    shown = page.get_by_text(texts("capacity.table")).first
    shown.click()
    cells = page.locator("table.vv-table").first.locator("tbody tr").first.locator("th, td")
    assert tuple(cells.all_inner_texts()) == pictures[0].rows[0]

    page.reload()
    page.wait_for_selector("html[data-client=alive]", state="attached")
    expect(slider(page, texts, "coordinators")).to_have_attribute("aria-valuetext", "3")
    assert parse_qs(urlsplit(page.url).query) == {"preset": ["small"], "coordinators": ["3"]}


def test_each_control_changes_something_that_is_shown(open_page):
    texts = Texts.read("da")
    page = open_page("kapacitet?preset=small", alive=True)
    page.get_by_role("combobox", name=texts("capacity.preset")).wait_for()
    calculate(page, texts)
    seen = answer(page)

    for id in CONTROLS:
        # Far enough to matter: a few hours or a high ceiling may change nothing at all.
        key = "Home" if id == "caseload_ceiling" else "ArrowRight"
        move(page, texts, id, key)
        expect(page.locator(".vv-stale")).to_be_visible()
        calculate(page, texts)
        assert answer(page) != seen, id
        seen = answer(page)


def test_a_changed_control_marks_the_answer_stale_until_it_is_moved_back(open_page):
    texts = Texts.read("da")
    page = open_page("kapacitet?preset=small", alive=True)
    calculate(page, texts)

    move(page, texts, "caseload_ceiling")
    expect(page.get_by_text(texts("capacity.stale"))).to_be_visible()

    move(page, texts, "caseload_ceiling", "ArrowLeft")
    expect(page.get_by_text(texts("capacity.stale"))).to_be_hidden()
    expect(page.locator(".vv-stale")).to_have_count(0)


def test_the_page_answers_while_it_calculates_and_cancel_takes_less_than_a_second(open_page):
    texts = Texts.read("da")
    page = open_page("kapacitet?preset=large", alive=True)
    page.get_by_role("button", name=texts("capacity.run"), exact=True).click()
    expect(page.get_by_text(re.compile(r"Gentagelse \d+ af 40"))).to_be_visible(timeout=LONG)

    began = time.monotonic()
    move(page, texts, "booking_horizon_weeks")
    in_address(page, "booking_horizon_weeks", "9")
    answered = time.monotonic() - began

    began = time.monotonic()
    page.get_by_role("button", name=texts("capacity.cancel"), exact=True).click()
    expect(page.get_by_text(texts("capacity.cancelled_first"))).to_be_visible()
    cancelled = time.monotonic() - began

    assert answered < 2
    assert cancelled < 2
    print(f"slider {answered:.2f} s, cancel {cancelled:.2f} s while calculating")  # noqa: T201


@pytest.mark.parametrize("lang", ["da", "en"])
def test_nonsense_in_the_address_is_told_and_ignored(open_page, lang):
    texts = Texts.read(lang)
    page = open_page("kapacitet?coordinators=9999", lang, alive=True)

    said = texts("capacity.address_ignored", value="9999", name=texts("parameter.coordinators"))
    expect(page.get_by_text(said)).to_be_visible()
    expect(slider(page, texts, "coordinators")).to_have_attribute("aria-valuetext", "4")


@pytest.mark.parametrize("width", [1280, 820])
def test_nothing_hangs_over_the_edge_and_every_number_has_its_source(open_page, width):
    texts = Texts.read("da")
    page = open_page("kapacitet", width=width, alive=True)

    page.get_by_text(texts("capacity.sources")).click()

    expect(page.locator("[data-parameter=coordinators]")).to_contain_text(
        texts("confidence.our assumption")
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
