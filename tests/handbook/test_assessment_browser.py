"""A round of self-assessment as a unit goes through it: answer, reload, close the round, see it."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook
from playwright.sync_api import expect

from data.assessment_example import example_records
from data.assessment_rounds import close_round
from data.forms import read_form
from data.store import Store

pytestmark = pytest.mark.browser

FORM = read_form("assessment_helhed")
FIRST = FORM.items[0]
DRAWN = 60_000  # ms; the first drawing loads Matplotlib, slowly on a busy machine
ALIVE = "html[data-client=alive]"


@pytest.fixture
def store(app):
    return Store.open(f"sqlite:///{app.data / 'vejviser.db'}")


def seed(store, unit, *groups):
    """Keep the made-up sheets of *groups*; the first two rounds are closed."""
    for record in example_records(FORM, "2026-2"):
        if record.occasion.split("-")[2:3] in [[group] for group in groups]:
            store.save(replace(record, case=unit, state="draft"))
    for round in ("2025-2", "2026-1"):
        close_round(store, unit, FORM, round)


def serious(page):
    found = Axe().run(page).response["violations"]
    return [
        (one["id"], one["nodes"][0]["html"])
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


def test_a_round_from_the_last_answer_to_the_talk_about_it(open_page, app, store, until):
    seed(store, "UNGETEAM", "team", "youth", "coordinator")
    page = open_page("selvvurdering?model=helhed&enhed=UNGETEAM&runde=2026-2", alive=True)
    expect(page.get_by_text("Unge 5 · Koordinatorer 4 · Team 6")).to_be_visible()
    page.get_by_label("Jeg er leder").check()
    page.get_by_role("button", name="Begynd mit skema").click()
    expect(page.get_by_role("heading", name="Ledere, skema 1")).to_be_visible()
    scale = page.get_by_role("radiogroup", name=FIRST.label.da)
    scale.get_by_role("radio").nth(4).check()
    kept = ("UNGETEAM", FORM.id, "2026-2-leader-1")
    assert until(lambda: store.load(*kept).answers.get(FIRST.id) == "5")
    assert serious(page) == []

    page.reload()
    page.wait_for_selector(ALIVE, state="attached")
    page.get_by_role("button", name="Fortsæt det skema").click()
    expect(scale.get_by_role("radio").nth(4)).to_be_checked()
    page.get_by_role("button", name="Jeg er færdig").click()
    assert page.locator("figure").count() == 0
    page.get_by_role("button", name="Luk runden og vis resultatet").click()
    page.get_by_role("button", name="Luk runden", exact=True).click()

    expect(page.get_by_role("heading", name="Størst forskel")).to_be_visible(timeout=DRAWN)
    assert page.locator("figure[aria-label*='Unge']").count() == 1
    expect(page.get_by_text("forslag fra denne håndbog").last).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    hidden = page.get_by_role("row", name=FORM.sections[0].title.da).last
    expect(hidden).to_contain_text("vises ikke")
    assert serious(page) == []
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Hent som Excel").click()
    assert downloading.value.suggested_filename == "selvvurdering-UNGETEAM-2026-2.xlsx"
    sheet = load_workbook(BytesIO(Path(downloading.value.path()).read_bytes())).worksheets[0]
    rounds = {row[0].value for row in sheet.iter_rows()}
    assert {"2. halvår 2025", "1. halvår 2026", "2. halvår 2026"} <= rounds


def test_the_example_fits_a_narrow_page(open_page):
    page = open_page("selvvurdering?enhed=TOM", "en", 820, alive=True)

    page.get_by_role("button", name="Show a made-up example").click()

    expect(page.locator("figure")).to_have_count(3, timeout=DRAWN)
    assert page.evaluate("document.documentElement.scrollWidth") <= 820
    assert serious(page) == []
