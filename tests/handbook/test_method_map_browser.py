"""The map of how it all hangs together, in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from data.method_map import method_map

pytestmark = pytest.mark.browser

LONG = 120_000  # ms; a busy machine with two cores starts a kernel slowly


def test_the_map_is_searched_by_keyboard_and_leads_to_the_control(open_page):
    page = open_page("sammenhaeng")
    rows = page.locator("tr[data-strand]")
    expect(rows).to_have_count(len(method_map().strands), timeout=LONG)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []

    page.get_by_label("Søg", exact=True).focus()
    page.keyboard.type("udeblivelse")
    page.keyboard.press("Tab")
    row = page.locator("tr[data-strand=no_show]")
    expect(rows).not_to_have_count(len(method_map().strands), timeout=LONG)
    expect(row).to_be_visible()
    page.wait_for_function("() => location.search.includes('soeg=udeblivelse')")

    row.get_by_role("link", name="Udeblivelse", exact=True).first.click(no_wait_after=True)

    control = page.locator("[data-control=no_show] input[type=range]")
    expect(control).to_be_focused(timeout=LONG)
    expect(control).to_be_in_viewport()
    assert page.url.endswith("kapacitet.ipynb#control-no_show")
