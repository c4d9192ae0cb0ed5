"""The start of the workbench in a real browser: own figures, today's cases and saved scenarios."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook
from playwright.sync_api import expect

from data import ListedCase, PostPlan, Texts, write_template

pytestmark = pytest.mark.browser

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NUMBER = re.compile(r"[?&]preset=([0-9a-f]{20})")
PATIENCE = 60_000  # ms; a busy machine


def unfold(page, texts, *names):
    for name in names:
        page.locator("summary", has_text=texts(f"start.{name}")).click()


def choose_file(page, texts, part, content, name="vores.xlsx"):
    """Choose a file in the part with that heading."""
    heading = page.get_by_role("heading", name=texts(f"start.{part}"), exact=True)
    field = page.locator(".vv-start-part").filter(has=heading).locator("input[type=file]")
    field.set_input_files({"name": name, "mimeType": XLSX, "buffer": content})


def filled(file, **values):
    """The template that was downloaded, filled in: code → (value, source)."""
    book = load_workbook(BytesIO(file.read_bytes()))
    sheet = book.active
    rows = {row[10].value: row for row in sheet.iter_rows()}
    for code, (value, source) in values.items():
        rows[code][3].value, rows[code][4].value = value, source
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def faults(page):
    """The accessibility faults of the start."""
    return Axe().run(page, context=".vv-start-panel").response["violations"]


def test_own_figures_from_the_template_to_the_controls_and_back_after_a_reload(
    open_page, new_context, app
):
    texts = Texts.read("da")
    page = open_page("kapacitet?preset=small", alive=True)
    expect(page.get_by_text(texts("start.invented"))).to_be_visible()
    unfold(page, texts, "own_and_cases", "saved")
    with page.expect_download() as told:
        page.get_by_role("button", name=texts("start.template")).first.click()
    template = told.value.path()

    # What is wrong is told by row and column, and what was weighed stays.
    choose_file(
        page, texts, "figures", filled(template, coordinators=("tre", "HR"), no_show=(15, ""))
    )
    report = page.get_by_role("status").filter(has_text="vores.xlsx")
    expect(report.get_by_role("listitem")).to_have_count(2, timeout=PATIENCE)
    expect(report).to_contain_text("kolonne D (Jeres tal): »tre« er ikke et tal.")
    expect(page.get_by_role("combobox", name=texts("capacity.preset"))).to_have_value("small")
    assert faults(page) == []

    content = filled(
        template, name=("Eksempelby", ""), coordinators=(3, "lønsystemet"), no_show=(0.6, "")
    )
    choose_file(page, texts, "figures", content)
    expect(page).to_have_url(NUMBER, timeout=PATIENCE)
    number = NUMBER.search(page.url)[1]
    expect(page.locator("[data-control=coordinators]")).to_contain_text("i dag: 3")
    own = page.locator(".vv-start-own li")
    expect(own).to_have_count(2)
    expect(own.first).to_contain_text(texts("start.source", source="lønsystemet"))
    expect(own.last.locator(".vv-start-look")).to_be_visible()
    assert faults(page) == []

    name = "Med fire"
    page.get_by_label(texts("start.name"), exact=True).fill(name)
    page.get_by_label(texts("start.name"), exact=True).press("Enter")
    expect(page.get_by_role("button", name=texts("start.open_named", name=name))).to_be_visible()

    page.reload()
    page.wait_for_selector("html[data-client=alive]", state="attached")
    place = page.get_by_role("combobox", name=texts("capacity.preset"))
    expect(place.locator("option:checked")).to_have_text("Eksempelby", timeout=PATIENCE)
    expect(page.locator("[data-control=coordinators]")).to_contain_text("i dag: 3")
    unfold(page, texts, "saved")
    expect(page.get_by_role("button", name=texts("start.open_named", name=name))).to_be_visible()

    # Whoever comes with another browser sees neither, unless they have the address.
    other = open_page("kapacitet?preset=small", alive=True)
    expect(other.get_by_text(texts("start.invented"))).to_be_visible()
    expect(other.get_by_role("combobox", name=texts("capacity.preset"))).not_to_contain_text(
        "Eksempelby"
    )
    unfold(other, texts, "saved")
    expect(other.get_by_text(texts("start.nothing_saved"))).to_be_visible()

    # Deleted, it is gone for everybody.
    unfold(page, texts, "own_and_cases")
    page.get_by_role("button", name=texts("start.remove_sure")).click()
    page.get_by_role("button", name=texts("start.yes_delete")).click()
    expect(place).to_have_value("small")
    expect(page.get_by_text(texts("start.removed"))).to_be_visible()
    assert not (app.data / "municipalities" / f"{number}.json").exists()


def test_todays_cases_begin_the_calculation_and_stand_in_no_address(open_page):
    texts = Texts.read("en")
    page = open_page("kapacitet?preset=small", "en", width=820, alive=True)
    unfold(page, texts, "own_and_cases")
    long_ago = date.today() - timedelta(days=400)  # noqa: DTZ011 (wherever it is)
    cases = [
        ListedCase(f"secret-{n}", long_ago - timedelta(days=6000), long_ago, "K1")
        for n in range(1, 8)
    ]
    content = write_template(texts, cases=cases, posts=[PostPlan("K1", 30.0)])

    # What is too large is not even sent; the page goes on.
    choose_file(page, texts, "cases", b"\0" * 5_000_001)
    expect(page.get_by_text(texts("start.too_large", size="5"))).to_be_visible()
    choose_file(page, texts, "cases", content, "today.xlsx")

    expect(page).to_have_url(NUMBER, timeout=PATIENCE)
    assert "secret" not in page.url
    expect(page.get_by_text("7 cases and 1 post were read")).to_be_visible()
    expect(page.locator("[data-control=coordinators]")).to_contain_text("today: 1")
    expect(page.locator("[data-control=weekly_hours]")).to_contain_text(
        texts("controls.listed_hours")
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 820
