"""From an answer of Capacity to a decision that is kept, found again, taken along and calculated again."""

from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from docx import Document
from playwright.sync_api import expect

from data.store import Store
from data.texts import Texts
from simulation import Scenario, paired_replications
from simulation.headlines import headlines
from simulation.study import Study
from widgets.workbench.calculation import RUNS, SEED

pytestmark = pytest.mark.browser

LONG = 180_000  # ms; a run on a busy machine
HYPOTHESIS = "Vi tror, at én mere er nok."


def serious(page):
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in {"serious", "critical"}]


def study():
    today = Scenario.preset("small")
    tried = today.replace(coordinators=3)
    rows = [*paired_replications(tried, today, RUNS["small"], SEED)]
    return Study(tried, [mine for mine, _ in rows], today, [theirs for _, theirs in rows])


def test_an_answer_becomes_a_decision_that_is_found_again_and_taken_along(app, open_page, until):
    texts = Texts.read("da")
    page = open_page("kapacitet?preset=small&coordinators=3", alive=True)
    save = page.get_by_role("button", name=texts("decision.save"))
    expect(save).to_be_disabled()
    page.get_by_role("button", name=texts("capacity.run"), exact=True).click()
    expect(save).to_be_enabled(timeout=LONG)

    save.click()
    page.wait_for_url("**/beslutning.ipynb?nr=*", wait_until="commit")
    number = parse_qs(urlsplit(page.url).query)["nr"][0]
    page.wait_for_selector("html[data-client=alive]", state="attached")

    # What is expected is what the Python API says about the same scenario and seed.
    for one in headlines(study(), texts):
        cells = page.locator(f"[data-figure={one.id}]").locator("th, td").all_inner_texts()
        assert (cells[0], cells[3]) == (one.label, one.value)
        assert one.mean.endswith(cells[2])
    page.get_by_label("Hvad tror I, svaret er, og hvorfor?").fill(HYPOTHESIS)
    store = Store.open(f"sqlite:///{app.data / 'vejviser.db'}")
    kept = {"hypothesis": HYPOTHESIS}.items()
    assert until(lambda: kept <= store.load("ENHED", "decision", number).answers.items())
    store.close()
    assert serious(page) == []

    page.reload()
    page.wait_for_selector("html[data-client=alive]", state="attached")
    expect(page.get_by_label("Hvad tror I, svaret er, og hvorfor?")).to_have_value(HYPOTHESIS)
    with page.expect_download() as coming:
        page.get_by_role("button", name=texts("form.download_word")).click()
    said = [
        one.text for one in Document(BytesIO(Path(coming.value.path()).read_bytes())).paragraphs
    ]
    assert f"Vi regnede med: {HYPOTHESIS}" in said
    page.get_by_role("button", name=texts("decision.check")).click()
    expect(page.get_by_text(texts("decision.check_same", count=34))).to_be_visible(timeout=LONG)

    page.get_by_role("button", name=texts("decision.all")).click()
    expect(page.get_by_role("button", name=f"Nr. {number}: Kan vi holde")).to_be_visible()
    assert "nr=" not in page.url
    page.get_by_role("button", name=f"Nr. {number}: Kan vi holde").click()
    page.get_by_role("link", name=texts("decision.open_capacity")).click()
    page.wait_for_selector("html[data-client=alive]", state="attached")
    coordinators = page.get_by_role("slider", name=texts("parameter.coordinators"), exact=True)
    expect(coordinators).to_have_attribute("aria-valuetext", "3")
    assert parse_qs(urlsplit(page.url).query) == {"preset": ["small"], "coordinators": ["3"]}


def test_a_decision_of_ones_own_is_begun_in_english_and_nothing_hangs_over_the_edge(open_page):
    texts = Texts.read("en")
    page = open_page("beslutning", "en", width=820, alive=True)

    page.get_by_role("button", name=texts("decision.new")).click()

    expect(page.get_by_text(texts("decision.no_figures"))).to_be_visible()
    expect(page.get_by_role("navigation").get_by_role("link", name="Workbench")).to_have_attribute(
        "aria-current", "page"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 820
