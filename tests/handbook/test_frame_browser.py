"""What every page has around its content, and many visitors at once, in a real browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from data.texts import Texts
from widgets.workbench.views import VIEWS

pytestmark = pytest.mark.browser

LONG = 120_000  # ms; a busy machine


def faults(page):
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize(
    ("lang", "width", "paths"),
    [
        ("da", 1280, ["/", "velkommen", "02_team", "30_redskaber", "/no/such/page"]),
        ("en", 820, ["/voila/tree/en", "velkommen", "11_identificer", "31_ordliste"]),
    ],
)
def test_axe_finds_nothing_on_pages_to_read_and_none_is_too_wide(open_page, lang, width, paths):
    for path in paths:
        page = open_page(path, lang, width)
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_bar_says_where_one_is_and_leads_to_the_pages_beside(open_page):
    texts = Texts.read("da")
    page = open_page("beslutning")
    rooms = page.get_by_role("navigation", name=texts("page.workbench"))
    here = page.get_by_role("navigation", name=texts("page.places"))
    expect(here.locator("[aria-current]")).to_have_text(texts("page.workbench"))
    expect(rooms.locator("[aria-current]")).to_have_text(texts("page.decisions"))

    rooms.get_by_role("link", name=texts("page.capacity")).press("Enter")

    page.wait_for_url(re.compile("/da/kapacitet.ipynb$"))
    expect(rooms.locator("[aria-current]")).to_have_text(texts("page.capacity"))


def test_the_landing_page_leads_to_each_place_by_one_key(open_page):
    texts = Texts.read("en")
    page = open_page("/voila/tree/en")
    links = page.locator("main h2 a")
    expect(links).to_have_text(
        [texts(f"page.{name}") for name in ("handbook", "workbench", "cases", "teaching")]
    )
    # All of a choice can be clicked, not its name alone.
    box = page.get_by_text(texts("landing.for_cases")).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    page.wait_for_url(re.compile("/en/sager.ipynb$"))


def test_two_visitors_at_once_see_each_their_own_scenario(open_page):
    texts = Texts.read("da")
    one, other = (open_page("kapacitet?preset=small", alive=True) for _ in range(2))
    fields = [
        page.locator("[data-control=coordinators] input[type=range]") for page in (one, other)
    ]
    for page in (one, other):
        expect(page.locator("[data-answer=settled]")).to_be_visible(timeout=LONG)

    # Both move before either has an answer.
    fields[0].press("ArrowRight")
    fields[1].press("ArrowLeft")
    for page, value in ((one, "3"), (other, "1")):
        page.wait_for_url(re.compile(f"coordinators={value}(&|$)"), timeout=LONG)
        told = texts("change.instead", new="", old="2").strip()
        expect(page.locator(".vv-answer-change")).to_contain_text(told, timeout=LONG)
        expect(page.locator("[data-answer=settled]")).to_be_visible(timeout=LONG)
    numbers = [page.locator(".vv-answer-numbers").inner_text() for page in (one, other)]
    assert numbers[0] != numbers[1]

    other.reload()

    expect(fields[1]).to_have_attribute("aria-valuetext", re.compile("^1 "), timeout=LONG)
    expect(fields[0]).to_have_attribute("aria-valuetext", re.compile("^3 "))


@pytest.mark.parametrize(("lang", "width"), [("da", 1280), ("en", 820)])
def test_each_view_of_the_workbench_fits_and_can_be_read_by_all(open_page, lang, width):
    """And none asks for anything outside this machine."""
    texts = Texts.read(lang)
    page = open_page("kapacitet?preset=small", lang, width, alive=True)
    expect(page.locator("[data-answer=settled]")).to_be_visible(timeout=LONG)
    for name in ("answer", *VIEWS):
        button = page.get_by_role("button", name=texts(f"workbench.view_{name}"), exact=True)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        # The address says so once the view is made.
        page.wait_for_function(
            "name => (new URLSearchParams(location.search).get('vis') ?? 'answer') === name",
            arg=name,
            timeout=LONG,
        )
        assert faults(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
