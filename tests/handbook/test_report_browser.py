"""The leadership report in a browser: read, chosen anew by keyboard, and taken along as three files."""

from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from pypdf import PdfReader

from data.indicators import period_in_words
from data.meeting_calendar import danish_today
from data.samples.report import sample_periods
from data.texts import Texts

pytestmark = pytest.mark.browser

LONG = 120_000  # ms; a page draws its figures on a busy machine


def serious(page):
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in {"serious", "critical"}]


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_report_is_read_chosen_and_taken_along(open_page, lang):
    texts = Texts.read(lang)
    page = open_page("rapport?til=politician", lang, alive=True)
    report = page.locator("article.vv-report")
    expect(report.locator("figure svg").first).to_be_visible(timeout=LONG)
    expect(report).to_contain_text("ØVELSE")
    expect(report).to_contain_text(texts("leadership.no_effect"))
    expect(page.get_by_role("link", name=texts("page.report"))).to_have_attribute(
        "aria-current", "true"
    )
    assert serious(page) == []

    # The year, chosen at the keyboard, shows where one course may be told.
    year = period_in_words(sample_periods(danish_today())[-1], texts)
    page.get_by_label(texts("leadership.period")).select_option(year)
    expect(report).to_contain_text(texts("leadership.story_lead"), timeout=LONG)
    assert "til=politician" in page.url

    with page.expect_download(timeout=LONG) as download:
        page.get_by_role("button", name=texts("leadership.download_pdf")).click()
    pdf = PdfReader(BytesIO(Path(download.value.path()).read_bytes()))
    assert pdf.trailer["/Root"]["/Lang"] == lang
    assert "ØVELSE" in pdf.pages[0].extract_text()
