"""Compare and map in a real browser: by keyboard, over a reload, in both languages and widths."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from data.texts import Texts
from simulation import Scenario
from simulation.experiments.comparison import compared
from simulation.experiments.side_by_side import side_by_side
from widgets.workbench.calculation import RUNS, SEED

pytestmark = pytest.mark.browser

LONG = 180_000  # ms; long work on a busy machine
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def faults(page):
    found = Axe().run(page, options=AXE).response["violations"]
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in found]


def finished(page, texts):
    words = re.escape(texts("long_work.finished", seconds="X")).replace("X", ".*")
    expect(page.locator(".vv-long-work").get_by_text(re.compile(words))).to_be_visible(timeout=LONG)


def test_two_scenarios_are_put_beside_today_and_come_back_after_a_reload(open_page):
    texts = Texts.read("da")
    page = open_page("kapacitet?preset=small&vis=compare&coordinators=3", alive=True)

    page.get_by_role("textbox", name=texts("compare.name")).fill("Flere hænder")
    page.get_by_role("textbox", name=texts("compare.name")).press("Tab")
    page.get_by_role("button", name=texts("compare.add"), exact=True).press("Enter")
    finished(page, texts)

    today = Scenario.preset("small")
    named = {texts("compare.today"): today, "Flere hænder": today.replace(coordinators=3)}
    *_, found = compared(named, replications=RUNS["small"], seed=SEED)
    read = side_by_side(found, texts)
    for line in read.lines:
        row = page.locator(f"[data-table=numbers] [data-measure={line.measure}]")
        for place, cell in enumerate(line.cells):
            told = (
                row.locator("td").nth(place).inner_text().replace("\N{WORD JOINER}", "").split("\n")
            )
            assert told == [
                part for part in (cell.lead, cell.mean, cell.change, cell.beats) if part
            ]
    expect(page.locator("[data-field=coordinators]")).to_contain_text("3 i stedet for 2")
    expect(page.locator(".vv-compare figure svg")).to_be_visible()
    assert faults(page) == []

    page.reload()
    page.wait_for_selector("html[data-client=alive]", state="attached")
    names = page.locator("[data-table=numbers] thead th")
    expect(names).to_have_text(
        [texts("compare.number"), texts("compare.today"), "Flere hænder"], timeout=LONG
    )


@pytest.mark.parametrize(("lang", "width"), [("da", 1280), ("en", 820)])
def test_a_map_is_walked_by_keys_and_a_cell_tried_out(open_page, lang, width):
    texts = Texts.read(lang)
    path = "kapacitet?preset=small&vis=map&map_across=coordinators:1:3:3&map_up=caseload_ceiling:15:35:3"
    page = open_page(path, lang, width=width, alive=True)

    page.get_by_role("button", name=texts("map.run"), exact=True).press("Enter")
    finished(page, texts)

    cells = page.get_by_role("gridcell")
    expect(cells).to_have_count(9)
    # One stop for Tab: where both are least, at the lower left.
    expect(page.locator("[role=gridcell][tabindex='0']")).to_have_count(1)
    cells.nth(6).focus()
    cells.nth(6).press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    expect(cells.nth(5)).to_be_focused()
    said = cells.nth(5).get_attribute("aria-label")
    assert "3 " in said
    assert "25 " in said
    expect(page.locator(".vv-map-said")).to_have_text(said)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.keyboard.press("Enter")
    expect(cells.nth(5)).to_contain_text(texts("map.tried"))
    page.wait_for_function("() => new URLSearchParams(location.search).get('coordinators') === '3'")


def test_long_work_is_given_up_at_a_click_while_the_page_answers(open_page):
    texts = Texts.read("da")
    path = "kapacitet?preset=medium&vis=map&map_across=coordinators:2:10:9&map_up=caseload_ceiling:10:50:9"
    page = open_page(path, alive=True)
    page.get_by_role("button", name=texts("map.run"), exact=True).click()
    expect(page.get_by_role("gridcell")).to_have_count(81, timeout=LONG)

    page.get_by_label(texts("map.show")).select_option(index=1)
    page.wait_for_function("() => new URLSearchParams(location.search).has('map_show')")
    page.get_by_role("button", name=texts("long_work.cancel"), exact=True).click()

    expect(page.get_by_text(texts("long_work.cancelled_known"))).to_be_visible()
    expect(page.get_by_role("button", name=texts("map.run"), exact=True)).to_be_enabled()
    expect(page.get_by_role("gridcell")).to_have_count(81)
