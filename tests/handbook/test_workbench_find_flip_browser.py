"""Find and flip in a real browser: asked by keyboard, grown, tried out, given up, there after a reload."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from data.texts import Texts

pytestmark = pytest.mark.browser

LONG = 180_000  # ms; a search on a busy machine
TEXTS = Texts.read("da")


def button(page, id, **slots):
    return page.get_by_role("button", name=TEXTS(id, **slots), exact=True)


def in_address(page, name, value):
    """Wait until the kernel has written *value* into the address."""
    page.wait_for_function(
        "([name, value]) => new URLSearchParams(location.search).get(name) === value",
        arg=[name, value],
        timeout=LONG,
    )


def test_a_promise_is_asked_answered_tried_out_and_there_after_a_reload(open_page):
    page = open_page(
        "kapacitet?preset=small&vis=find&promise=missed_contact_share<=0.3", alive=True
    )
    limit = page.get_by_role("combobox", name=TEXTS("promised.limit_at_most"))
    expect(limit.locator("option:checked")).to_have_text(TEXTS.percent(0.3), timeout=LONG)
    limit.select_option(label=TEXTS.percent(0.4))
    in_address(page, "promise", "missed_contact_share<=0.4")

    button(page, "find.start").press("Enter")

    offer = page.get_by_role("button", name=TEXTS("find.try_out", staffing="3 koordinatorer"))
    expect(offer).to_be_visible(timeout=LONG)
    figure = page.locator(".vv-find .vv-results figure[role=img]")
    assert "3 koordinatorer" in figure.get_attribute("aria-label")
    found = Axe().run(page, context=".vv-find")
    assert found.violations_count == 0, found.generate_report()

    offer.press("Enter")
    in_address(page, "coordinators", "3")
    expect(page.locator(".vv-find").get_by_text(TEXTS("long_work.stale"))).to_have_count(0)

    page.reload()
    expect(limit.locator("option:checked")).to_have_text(TEXTS.percent(0.4), timeout=LONG)

    # The other view asks about the same promise; what is given up stays and says so.
    page.get_by_role("button", name=TEXTS("workbench.view_flip"), exact=True).click()
    heading = page.get_by_role("heading", name=TEXTS("flip.heading"))
    expect(heading).to_be_visible(timeout=LONG)
    expect(limit.locator("option:checked")).to_have_text(TEXTS.percent(0.4))
    button(page, "flip.start").press("Enter")
    expect(page.locator(".vv-flip .vv-answer")).to_be_visible(timeout=LONG)
    button(page, "long_work.cancel").click()
    expect(page.get_by_text(TEXTS("long_work.cancelled_known"))).to_be_visible(timeout=LONG)
    expect(page.locator(".vv-flip .vv-answer")).to_be_visible()
    found = Axe().run(page, context=".vv-flip")
    assert found.violations_count == 0, found.generate_report()
