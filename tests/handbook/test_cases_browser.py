"""A case from its making to its deletion, driven as those who run Vejviser and use it do."""

import re
import zipfile
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from data.case_files import CaseFile
from data.cases import fictional_case
from data.records import Record
from data.store import Store
from data.texts import Texts

pytestmark = pytest.mark.browser

NEXT = "Hvad gør koordinatoren som det næste, og hvornår? (valgfrit)"


@pytest.fixture(scope="module")
def own(start_app):
    """An app of its own, since it is switched to real cases."""
    app = start_app("--no-preheat")
    store = Store.open(f"sqlite:///{app.data / 'vejviser.db'}")
    store.change_settings(real_cases=True)
    store.close()
    yield app
    app.stop()


@pytest.fixture
def store(own):
    store = Store.open(f"sqlite:///{own.data / 'vejviser.db'}")
    yield store
    store.close()


def serious(page):
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in {"serious", "critical"}]


def test_a_case_is_made_filled_in_killed_exported_and_deleted(own, open_page, store, until):
    page = open_page("sager", on=own, alive=True)
    page.get_by_label("Betegnelse").fill("K00012")
    page.get_by_label("Fødselsdag (dd-mm-åååå)").fill("03-05-2009")
    page.get_by_label("Koordinator, under dæknavn").fill("KO3")
    page.get_by_role("button", name="Opret sagen").click()
    expect(page.get_by_text("K00012 er gemt.")).to_be_visible()
    assert serious(page) == []
    page.get_by_role("link", name="K00012").click()

    page.get_by_role("button", name="Den faste koordinator").click()
    page.get_by_label(NEXT).press_sequentially("Mød den unge på FGU", delay=20)
    answer = {"next_step": "Mød den unge på FGU"}.items()
    assert until(lambda: answer <= store.load("K00012", "coordinator").answers.items())
    assert "redskab=coordinator" in page.url
    for kernel in own.kernels():
        kernel.kill()
    page.reload()
    page.wait_for_selector("html[data-client=alive]", state="attached")
    expect(page.get_by_label(NEXT)).to_have_value("Mød den unge på FGU")
    expect(page.get_by_text("0 af 9 besvaret").first).to_be_visible()

    with page.expect_download() as waiting:
        page.get_by_role("button", name="Eksportér sagen").click()
    assert waiting.value.suggested_filename == "sag-K00012.zip"
    with zipfile.ZipFile(waiting.value.path()) as archive:
        assert "den-faste-koordinator.docx" in archive.namelist()
    page.get_by_role("button", name="Slet sagen …").click()
    expect(page.get_by_text("Kommunen må kun slette")).to_be_visible()
    page.get_by_label("Hvorfor slettes den?").fill("fristen er udløbet")
    page.get_by_role("button", name="Slet for altid").click()
    expect(page.get_by_text("K00012 er slettet.")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Hent kvitteringen").click()
    assert "K00012/coordinator" in waiting.value.path().read_text("utf-8")
    assert store.list_records("K00012") == []


@pytest.mark.parametrize(("lang", "width"), [("da", 1280), ("en", 820), ("da", 390)])
def test_a_page_of_a_case_is_whole_and_accessible(own, open_page, store, lang, width):
    if store.case("K00044") is None:
        store.save_case(CaseFile(ref="K00044", birthday=date(2009, 1, 5), opened=date(2025, 1, 8)))
        store.finish(store.save(Record(case="K00044", form="team")))
    texts = Texts.read(lang)

    page = open_page("sag?sag=K00044", lang, width, on=own, alive=True)

    expect(page.get_by_role("heading", level=2, name="K00044")).to_be_visible()
    expect(page.get_by_text(texts("cases.finished"), exact=True).first).to_be_visible()
    page.get_by_role("button", name=texts("cases.calendar")).press("Enter")
    expect(page.get_by_text(texts("calendar.timeline")).first).to_be_visible()
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("lang", "width"), [("da", 1280), ("en", 820)])
def test_the_papers_of_a_fictional_case_are_read_and_printed(own, open_page, lang, width):
    case, texts = fictional_case("ØVELSE-06"), Texts.read(lang)
    page = open_page("sag?sag=ØVELSE-06", lang, width, on=own, alive=True)
    page.evaluate("() => { window.print = () => {}; }")
    (_, paper, _) = case.documents
    last = page.get_by_text(paper.paragraphs(lang)[-1])
    note = page.get_by_text(case.facilitator.good_for.in_(lang))

    expect(page.get_by_text(case.story.in_(lang).strip())).to_be_visible()
    expect(last).to_be_hidden()
    expect(note).to_be_hidden()
    page.locator("summary", has_text=paper.title.in_(lang)).press("Enter")
    expect(last).to_be_visible()
    page.locator("summary", has_text=texts("cases.trainer")).press("Enter")
    expect(note).to_be_visible()
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.get_by_role("button", name=texts("cases.print_all")).click()
    sheet = page.locator(".vv-paper-alone")
    for each in case.documents:
        expect(sheet).to_contain_text(each.paragraphs(lang)[-1])
    expect(sheet).not_to_contain_text(case.facilitator.good_for.in_(lang))


def test_the_story_can_be_read_beside_a_tool(own, open_page):
    case = fictional_case("ØVELSE-05")
    page = open_page("sag?sag=ØVELSE-05&redskab=network", on=own, alive=True)
    story = page.get_by_text(case.story.da.strip())

    expect(page.get_by_role("button", name="Tilføj en person")).to_be_visible()
    expect(story).to_be_hidden()
    page.get_by_role("button", name="Historien og dokumenterne", exact=True).press("Enter")

    expect(story).to_be_visible()


def test_a_short_tool_is_printed_on_one_sheet_without_what_is_around_it(own, open_page):
    page = open_page("sag?sag=ØVELSE-01&redskab=adult", on=own, alive=True)
    expect(page.get_by_text("Er den unge blevet spurgt?").first).to_be_visible()

    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))
    page.emulate_media(media="print")

    assert len(sheets) == 1
    expect(page.get_by_text("Vil du læse om metoden først?")).to_be_hidden()
