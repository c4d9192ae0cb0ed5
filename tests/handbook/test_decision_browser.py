"""From an answer of Capacity to a decision that is kept, found again, taken along and calculated again."""

import re
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from docx import Document
from playwright.sync_api import expect

from data.decisions import begin_decision
from data.follow_up import Cell, Quarter
from data.meeting_calendar import danish_today
from data.places import DATA_VARIABLE
from data.store import Store
from data.texts import Texts
from simulation import Scenario, paired_replications
from simulation.experiments.follow_up import hold_quarter, lines_in_words
from simulation.experiments.manifest import Manifest, Record
from simulation.experiments.quarters import read_expected
from simulation.experiments.recorded import archive
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
    page = open_page("kapacitet?preset=small&coordinators=3&vis=decide", alive=True)
    save = page.get_by_role("button", name=texts("decision.save"))
    expect(save).to_be_enabled(timeout=LONG)
    asked = "Kan vi holde de faste møder til tiden med 3 koordinatorer i stedet for 2?"
    expect(page.locator("[data-step=question]")).to_contain_text(asked)

    # What is shared opens the same, and nothing of the session stands in it.
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name=texts("decide.copy")).click()
    expect(page.get_by_text(texts("decide.copied"))).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.get_by_label(texts("decide.link")).input_value()
    assert parse_qs(urlsplit(link).query) == {"preset": ["small"], "coordinators": ["3"]}
    assert link.startswith(app.address)
    assert serious(page) == []

    save.click()
    page.wait_for_url("**/beslutning.ipynb?nr=*", wait_until="commit")
    number = parse_qs(urlsplit(page.url).query)["nr"][0]
    page.wait_for_selector("html[data-client=alive]", state="attached")

    # What is expected is what the Python API says about the same scenario and seed.
    for one in headlines(study(), texts):
        cells = page.locator(f"[data-figure={one.id}]").locator("th, td").all_inner_texts()
        assert (cells[0], cells[3]) == (one.label, one.value)
        assert cells[2] in one.mean
    page.get_by_label("Hvad tror I, svaret er, og hvorfor?").fill(HYPOTHESIS)
    store = Store.open(f"sqlite:///{app.data / 'vejviser.db'}")
    kept = {"hypothesis": HYPOTHESIS}.items()
    assert until(lambda: kept <= store.load("ENHED", "decision", number).answers.items())
    store.close()

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

    page.get_by_role("link", name=texts("decision.open_capacity")).click()
    page.wait_for_selector("html[data-client=alive]", state="attached")
    coordinators = page.get_by_role("slider", name=texts("parameter.coordinators"), exact=True)
    expect(coordinators).to_have_attribute("aria-valuetext", re.compile("^3"))
    assert parse_qs(urlsplit(page.url).query) == {"preset": ["small"], "coordinators": ["3"]}


def test_next_quarter_counted_stands_beside_expected_and_is_there_after_a_reload(
    app, open_page, monkeypatch, until
):
    texts = Texts.read("da")
    monkeypatch.setenv(DATA_VARIABLE, str(app.data))
    today = Scenario.preset("small", years=4)
    both = (today, today.replace(coordinators=3))
    question = Manifest(kind="compare", scenarios=both, seed=SEED, replications=5)
    archive(Record(manifest=question, files={}))
    quarter = Quarter.of(danish_today()).later(-1)
    store = Store.open(f"sqlite:///{app.data / 'vejviser.db'}")
    answers = {"question": "Er én mere nok?", "code": question.code, "outcome": "go"}
    number = begin_decision(
        store, "ENHED", answers | {"begins": quarter.first.isoformat()}
    ).occasion
    page = open_page("beslutning", alive=True)

    # It waits, since the quarter is over and nobody has looked at it.
    expect(page.get_by_role("heading", name=texts("follow_up.due_heading"))).to_be_visible()
    page.get_by_role("button", name=f"Nr. {number}: Er én mere nok?").first.click()
    late = page.locator("[data-indicator=late]")
    expect(late).to_be_visible(timeout=LONG)
    page.get_by_label("der ikke blev holdt til tiden").fill("9")
    page.get_by_label("der havde sidste dag").fill("10")
    expect(late).to_contain_text(texts("follow_up.verdict_above_sure"))

    # What is shown is what the Python API says of the same numbers.
    cells = [Cell("late", 9, 9, 10, typed=True)]
    found = hold_quarter(quarter, cells, read_expected(question.code))
    for line in lines_in_words(found, texts):
        shown = page.locator(f"[data-indicator={line.indicator}]").locator("th, td")
        expect(shown).to_have_text([line.label, line.counted, line.expected, line.verdict])
    assert serious(page) == []

    page.get_by_label("Vi retter til").check()
    occasion = f"{number}-{quarter.id}"
    kept = {"now": "adjust", "late_part": "9", "late_whole": "10"}.items()
    assert until(lambda: kept <= store.load("ENHED", "follow_up", occasion).answers.items())
    store.close()
    page.reload()
    page.wait_for_selector("html[data-client=alive]", state="attached")
    expect(late).to_contain_text("9 af 10", timeout=LONG)
    page.get_by_role("button", name=texts("follow_up.back")).click()
    page.get_by_role("button", name=texts("decision.all")).click()
    expect(page.get_by_role("button", name=f"Nr. {number}: Er én mere nok?")).to_have_count(1)
    page.wait_for_function("() => location.search === ''")


def test_a_decision_of_ones_own_is_begun_in_english_and_nothing_hangs_over_the_edge(open_page):
    texts = Texts.read("en")
    page = open_page("beslutning", "en", width=820, alive=True)

    page.get_by_role("button", name=texts("decision.new")).click()

    expect(page.get_by_text(texts("decision.no_figures"))).to_be_visible()
    page.get_by_role("button", name=texts("follow_up.open")).click()
    expect(page.get_by_text(texts("follow_up.no_code"))).to_be_visible()
    expect(page.get_by_role("navigation").get_by_role("link", name="Workbench")).to_have_attribute(
        "aria-current", "page"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 820
