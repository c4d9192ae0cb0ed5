"""The numbers from the checklists in a real browser: estimated, read by all, and used in the workbench."""

import re
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from data import Texts
from data.store import Store
from simulation import Scenario
from simulation.calibration.recorded_run import recorded_run

pytestmark = pytest.mark.browser

PATIENCE = 60_000  # ms; a busy machine
DA = Texts.read("da")


def three_years():
    """The first day of three years that ended with the last whole quarter."""
    today = date.today()  # noqa: DTZ011 (a day more or less is no matter)
    month = 3 * ((today.month - 1) // 3) + 1
    return date(today.year - 3, month, 1)


@pytest.fixture
def written(app):
    """The app's store, in which a small municipality has written three years down."""
    scenario = Scenario.preset("small", years=3, start=three_years())
    cases, meetings, _, _ = recorded_run(scenario, 5, 0)
    store = Store.open(f"sqlite:///{app.data / 'vejviser.db'}")
    store.change_settings(real_cases=True)
    for one in cases:
        store.save_case(one)
    store.add_records(meetings, "test")
    yield store
    for one in cases:
        store.delete_case(one.ref, "test")
    store.prune(store.list_records(case="ENHED", form="calibration"), "test")
    store.change_settings(real_cases=False)
    store.close()


def test_numbers_are_estimated_read_and_used_in_the_workbench(written, open_page):
    page = open_page("egne_tal", alive=True)
    page.get_by_role("button", name=DA("calibration.make")).click()
    table = page.get_by_role("table", name=DA("calibration.inputs"))
    expect(table).to_be_visible(timeout=PATIENCE)
    expect(table.get_by_role("row").filter(has_text=DA("parameter.no_show"))).to_contain_text(
        DA("calibration.verdict.used")
    )
    assert Axe().run(page, context=".vv-app").response["violations"] == []

    page.get_by_role("button", name=DA("calibration.use")).click()
    page.get_by_role("link", name=DA("calibration.open")).click(timeout=PATIENCE)

    chosen = page.get_by_role("combobox", name=DA("capacity.preset"))
    expect(chosen).to_have_value(re.compile("[0-9a-f]{20}"), timeout=PATIENCE)
    page.locator("summary", has_text=DA("start.own_and_cases")).click()
    expect(page.get_by_role("link", name=DA("start.checklists_see"))).to_be_visible()
    page.locator(".vv-start-own summary").click()
    expect(page.locator(".vv-start-own li").first).to_contain_text("jeres tjeklister")

    # The same by one click, from another municipality.
    first = chosen.input_value()
    chosen.select_option("small")
    expect(page.get_by_text(DA("start.invented"))).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name=DA("start.checklists_use")).click()
    expect(chosen).not_to_have_value("small", timeout=PATIENCE)
    assert chosen.input_value() != first
