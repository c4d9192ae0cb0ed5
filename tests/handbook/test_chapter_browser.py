"""The chapter on the coordinator, driven as a participant does it."""

import time
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from data.records import Record
from data.store import Store

pytestmark = pytest.mark.browser

PATIENCE = 30_000  # ms, for a kernel on a busy machine
NAMED = "Har den unge én fast koordinator?"
ASSIGNED = "Hvornår fik den unge sin nuværende koordinator? (valgfrit)"
NOTE = "Hvad gør koordinatoren som det næste, og hvornår? (valgfrit)"


@pytest.fixture
def store(app):
    return Store.open(f"sqlite:///{app.data / 'vejviser.db'}")


def kept(store, case):
    answers = store.load(case, "coordinator").answers
    return {name: answer for name, answer in answers.items() if answer is not None}


def choose(page, question, answer):
    page.get_by_role("radiogroup", name=question).get_by_label(answer, exact=True).check()


def close(page):
    page.context.close()


def test_answers_are_there_when_the_browser_is_opened_again(open_page, store, until):
    page = open_page("01_koordinator", alive=True)
    choose(page, NAMED, "Ja")
    page.get_by_label(ASSIGNED).fill("26-10-2026")
    page.get_by_label(ASSIGNED).press("Tab")
    page.get_by_label(NOTE).press_sequentially("Mød den unge på FGU", delay=20)
    expect(page.get_by_text("1 af 9 nødvendige besvaret · Gemt kl.").first).to_be_visible()
    given = {"named": "yes", "assigned_on": "2026-10-26", "next_step": "Mød den unge på FGU"}
    assert until(lambda: kept(store, "ØVELSE-01") == given)
    close(page)

    page = open_page("01_koordinator", alive=True)

    group = page.get_by_role("radiogroup", name=NAMED)
    expect(group.get_by_label("Ja", exact=True)).to_be_checked()
    expect(page.get_by_label(ASSIGNED)).to_have_value("26-10-2026")
    expect(page.get_by_label(NOTE)).to_have_value("Mød den unge på FGU")
    expect(page.get_by_text("1 af 9 nødvendige besvaret").first).to_be_visible()

    with page.expect_download() as downloading:
        page.get_by_role("button", name="Hent som Excel").click()
    download = downloading.value
    assert download.suggested_filename == "den-faste-koordinator-ØVELSE-01.xlsx"
    sheet = load_workbook(BytesIO(Path(download.path()).read_bytes())).worksheets[0]
    cells = [cell.value for row in sheet.iter_rows() for cell in row]
    assert {"Ja", "26. oktober 2026", "Mød den unge på FGU", "1 af 9 nødvendige besvaret"} <= {
        *cells
    }


def test_a_chapter_says_what_it_holds_and_can_be_printed(open_page):
    page = open_page("01_koordinator")
    contents = page.get_by_role("navigation", name="På siden")
    expect(contents.get_by_role("link")).to_have_count(page.locator("main h2[id]").count())
    contents.get_by_role("link", name="Øvelse", exact=True).click()
    expect(page.get_by_role("heading", name="Øvelse", exact=True)).to_be_in_viewport()

    page.set_viewport_size({"width": 820, "height": 1100})
    page.emulate_media(media="print")

    expect(contents).to_be_hidden()
    expect(page.get_by_role("button", name="23 % (i dag)")).to_be_visible()
    expect(page.get_by_role("button", name="33 %")).to_be_hidden()
    expect(page.get_by_role("button", name="Regn det ud")).to_be_hidden()
    # What JupyterLab keeps on one sheet leaves the sheet before it empty.
    outputs = page.locator(".jp-OutputArea-child:has(.vv-app)")
    kept = outputs.evaluate_all("all => all.map((one) => getComputedStyle(one).breakInside)")
    assert kept
    assert set(kept) == {"auto"}
    close(page)


def test_a_kernel_that_waited_shows_what_was_saved_meanwhile(start_app, open_page, until):
    app = start_app("--preheat")
    assert until(lambda: len(app.kernels()) == 3, 60)
    # A kernel that exists may still be running its page.
    time.sleep(8)
    store = Store.open(f"sqlite:///{app.data / 'vejviser.db'}")
    store.save(Record(case="ØVELSE-01", form="coordinator", answers={"named": "yes"}))

    page = open_page("01_koordinator", on=app, alive=True)

    group = page.get_by_role("radiogroup", name=NAMED)
    expect(group.get_by_label("Ja", exact=True)).to_be_checked()
    choose(page, "Kan den unge selv sige, hvem koordinatoren er?", "Nej")
    given = {"named": "yes", "youth_knows": "no"}
    assert until(lambda: kept(store, "ØVELSE-01") == given)
    close(page)
    app.stop()


def test_a_cpr_number_is_refused_with_a_sentence_and_kept_in_the_field(
    open_page, app, store, until
):
    page = open_page("01_koordinator?sag=ØVELSE-02", alive=True)
    expect(page.get_by_text("vil gerne være mekaniker")).to_be_visible()
    page.get_by_label(NOTE).press_sequentially("Ring til mor 311299-4321", delay=20)

    expect(page.get_by_text("Her står et CPR-nummer: »311299-4321«")).to_be_visible()
    expect(page.get_by_label(NOTE)).to_have_value("Ring til mor 311299-4321")
    assert until(lambda: kept(store, "ØVELSE-02").get("next_step") == "Ring til mor")
    page.get_by_label(NOTE).fill("Ring til mor")
    expect(page.get_by_text("Her står et CPR-nummer")).to_have_count(0)
    close(page)
    files = [file for file in app.data.rglob("*") if file.is_file()]
    assert all(b"311299-4321" not in file.read_bytes() for file in files)


def test_two_tabs_are_told_and_nothing_is_overwritten(open_page, store, until):
    address = "01_koordinator?sag=ØVELSE-02"
    first, second = open_page(address, alive=True), open_page(address, alive=True)
    for page in (first, second):
        expect(page.get_by_text("vil gerne være mekaniker")).to_be_visible()
    choose(first, NAMED, "Delvist")
    assert until(lambda: kept(store, "ØVELSE-02").get("named") == "partly")

    choose(second, NAMED, "Nej")

    expect(second.get_by_text("ændret det samme i et andet vindue")).to_be_visible()
    group = second.get_by_role("radiogroup", name=NAMED)
    expect(group.get_by_label("Nej", exact=True)).to_be_checked()
    assert kept(store, "ØVELSE-02")["named"] == "partly"

    choose(second, "Har de to mødt hinanden", "Ja")

    assert until(lambda: kept(store, "ØVELSE-02").get("met") == "yes")
    assert kept(store, "ØVELSE-02")["named"] == "partly"
    second.get_by_role("button", name="Brug dit").click()
    assert until(lambda: kept(store, "ØVELSE-02")["named"] == "no")
    expect(group.get_by_label("Nej", exact=True)).to_be_checked()


def test_the_page_of_cases_shows_progress_and_leads_to_the_checklist(open_page, store):
    # Also where this test is run alone, somebody has begun.
    if not kept(store, "ØVELSE-02"):
        store.save(Record(case="ØVELSE-02", form="coordinator", answers={"named": "no"}))
    page = open_page("sager", "en", alive=True)
    row = page.get_by_role("row", name="ØVELSE-02")
    done = sum(
        1
        for item, answer in kept(store, "ØVELSE-02").items()
        if item not in {"assigned_on", "handover", "next_step"} and answer
    )
    expect(row).to_contain_text(f"{done} of 9")

    row.get_by_role("link").click()

    page.wait_for_selector("html[data-client=alive]", state="attached")
    expect(page.get_by_text("would like to be a mechanic")).to_be_visible()
    page.get_by_role("button", name="The fixed coordinator").click()
    expect(page.get_by_role("button", name="Download as Excel")).to_be_visible()


def test_the_handbook_leads_to_its_chapters_in_both_languages(open_page):
    for language, link, title in (
        ("da", "Den faste koordinator", "Den faste koordinator"),
        ("en", "The fixed coordinator", "The fixed coordinator"),
    ):
        page = open_page("velkommen", language)
        page.get_by_role("link", name=link).click()
        heading = page.get_by_role("heading", level=1, name=title)
        expect(heading).to_be_visible(timeout=PATIENCE)
        close(page)
