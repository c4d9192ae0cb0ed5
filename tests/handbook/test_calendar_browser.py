"""The meeting calendar, driven as a coordinator does it."""

import re
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from icalendar import Calendar
from playwright.sync_api import expect

from data.case_files import CaseFile
from data.meeting_calendar import danish_today, deadlines
from data.records import Record
from data.store import Store
from widgets.day_field import as_typed

pytestmark = pytest.mark.browser

PAGE = """
from handbook import language
from widgets.meeting_calendar import MeetingCalendar

MeetingCalendar(language(){case})
"""


@pytest.fixture(scope="module")
def own(start_app, write_pages):
    """An app with a calendar for a date that one writes, and one for a case."""
    pages = write_pages(fri=PAGE.format(case=""), sag=PAGE.format(case=', "K00012"'))
    return start_app("--no-preheat", "--pages", str(pages))


def overflows(page):
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_a_birthday_is_typed_and_a_meeting_put_into_the_calendar(own, open_page):
    page = open_page("fri", on=own, alive=True)
    # By keyboard alone, from the field to the file.
    page.get_by_label("Fødselsdag").focus()
    page.keyboard.type("29-02-2008")
    page.keyboard.press("Tab")
    row = page.locator("tr[data-rule=meeting_17_5]")
    expect(row).to_contain_text("28. august 2025")
    expect(row).to_contain_text("hvis den unge er anbragt")
    expect(page.locator("figure.vv-course")).to_have_attribute(
        "aria-label", re.compile("Mødet ved 17½ år")
    )

    day = page.get_by_label("Dag", exact=True)
    page.get_by_label("Hvilket møde?").select_option("Mødet ved 18½ år")
    today = danish_today()
    dates = {each.rule.id: each for each in deadlines(date(2008, 2, 29), today)}
    # What is proposed for the chosen meeting must have arrived, or it would replace what is typed.
    expect(day).to_have_value(as_typed(dates["meeting_18_5"].proposed(today)))
    day.fill("25-10-2026")
    day.press("Tab")
    clock = page.get_by_label("Klokken")
    clock.fill("2.30")
    clock.press("Tab")
    button = page.get_by_role("button", name="Hent mødet (.ics)")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("viser uret 02.30 to gange")).to_be_visible()
    page.get_by_label("Den anden (vintertid)").check()
    with page.expect_download() as downloading:
        button.press("Enter")

    download = downloading.value
    assert download.suggested_filename == "moede-ØVELSE.ics"
    (event,) = Calendar.from_ical(Path(download.path()).read_bytes()).walk("VEVENT")
    assert event["summary"] == "Møde ØVELSE"
    assert event.decoded("dtstart").isoformat() == "2026-10-25T01:30:00+00:00"

    page.get_by_text("Sådan regner vi datoerne").click()
    expect(page.get_by_text("aldrig frem")).to_be_visible()
    report = Axe().run(page)
    serious = [
        (found["id"], [node["html"][:120] for node in found["nodes"]])
        for found in report.response["violations"]
        if found["impact"] in {"serious", "critical"}
    ]
    assert serious == []
    for width in (820, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert not overflows(page)
        for part in page.locator(".vv-scroll:visible").all():
            assert part.evaluate("it => it.scrollWidth <= it.clientWidth"), width


def test_a_case_shows_its_own_dates_and_survives_its_kernel(own, open_page):
    store = Store.open(f"sqlite:///{own.data / 'vejviser.db'}")
    store.change_settings(real_cases=True)
    store.save_case(CaseFile(ref="K00012", birthday=date(2009, 8, 31), opened=date(2025, 1, 1)))
    answers = {"meeting_type": "at_16", "outcome": "held"}
    store.save(Record(case="K00012", form="meeting", occasion="2025-12-02", answers=answers))

    page = open_page("sag", on=own, width=820, alive=True)

    row = page.locator("tr[data-rule=meeting_16]")
    expect(row).to_have_attribute("data-state", "held_late")
    expect(row).to_contain_text("4 dage for sent")
    assert not overflows(page)

    for kernel in own.kernels():
        kernel.kill()
    page.reload()
    page.wait_for_selector("html[data-client=alive]", state="attached")
    expect(row).to_contain_text("4 dage for sent")
