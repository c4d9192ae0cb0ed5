"""The figures of the answer in a real browser: by keyboard, the same as in Python, kept by a reload."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from data import Texts
from simulation import Scenario, figures, replications
from simulation.study import Study
from widgets.workbench.calculation import RUNS, SEED
from widgets.workbench.figures import FIGURES

pytestmark = pytest.mark.browser

LONG = 180_000  # ms; a run on a busy machine
DANISH = Texts.read("da")
SETTLED = "[data-answer=settled]"


def in_address(page, name, value):
    """Wait until the kernel has written *value* into the address."""
    page.wait_for_function(
        "([name, value]) => new URLSearchParams(location.search).get(name) === value",
        arg=[name, value],
        timeout=LONG,
    )


def study(coordinators):
    today = Scenario.preset("small")
    tried = today.replace(coordinators=coordinators)
    own, others = (tuple(replications(one, RUNS["small"], SEED)) for one in (tried, today))
    return Study(tried, own, today, others)


def test_each_figure_is_what_python_draws_and_its_table_stays_open(open_page):
    page = open_page("kapacitet?preset=small&coordinators=3", alive=True)
    expect(page.locator(SETTLED)).to_be_visible(timeout=LONG)
    figure = page.locator(".vv-figures figure.vv-figure[role=img]")
    three = study(3)

    for name in FIGURES:
        button = page.get_by_role("button", name=DANISH(f"figures.{name}"), exact=True)
        button.focus()
        button.press("Enter")
        said = getattr(figures, name)(three, DANISH).alternative
        expect(figure).to_have_attribute("aria-label", said, timeout=LONG)
        expect(button).to_have_attribute("aria-pressed", "true")
    in_address(page, "fig", FIGURES[-1])

    page.get_by_role("button", name=DANISH("capacity.table"), exact=True).press("Enter")
    rows = page.locator(".vv-figures table.vv-table tbody tr")
    told = getattr(figures, FIGURES[-1])(three, DANISH).rows
    expect(rows).to_have_count(len(told), timeout=LONG)
    assert tuple(rows.first.locator("th, td").all_inner_texts()) == told[0]
    found = Axe().run(page, context=".vv-figures")
    assert found.violations_count == 0, found.generate_report()

    # Another answer is drawn in its place, and the table that was opened stays.
    page.locator("[data-control=coordinators]").get_by_role("slider").press("ArrowRight")
    four = getattr(figures, FIGURES[-1])(study(4), DANISH)
    expect(figure).to_have_attribute("aria-label", four.alternative, timeout=LONG)
    expect(rows.first).to_contain_text(four.rows[0][1])

    with page.expect_download(timeout=LONG) as download:
        button = page.get_by_role("button", name=DANISH("numbers.csv"), exact=True)
        expect(button).to_be_enabled(timeout=LONG)
        button.click()
    lines = download.value.path().read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + 2 * RUNS["small"]

    page.reload()
    expect(figure).to_have_attribute("aria-label", four.alternative, timeout=LONG)
