"""The network map in a real browser: by mouse, by finger, by keyboard alone, by the list alone."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from data.texts import Texts

pytestmark = pytest.mark.browser

DANISH = Texts.read("da")
HOSTILE = (
    "<img src=x onerror=window.hacked=1>",
    '"><svg onload=window.hacked=1>',
    "javascript:window.hacked=1//</text>",
)

PAGE = """
import json
import ipywidgets as ipw
from data.forms import read_form
from data.texts import Texts
from widgets.network_map import NetworkMap
from widgets.page import Page, safe

page = Page(Texts.read("da"))
view = NetworkMap(read_form("network"), page.texts)
PEOPLE
kept = ipw.HTML()
def tell(_=None):
    people = {key: answer for key, answer in view.answers.items() if answer}
    kept.value = f'<pre class="kept">{safe(json.dumps(people))}</pre>'
view.observe(page.guard(tell), "answers")
tell()
other = ipw.Button(description="Udefra")
def set_from_elsewhere(_):
    changed = {"people.001aaaaa.alias": "Faster", "people.001aaaaa.ring": "3"}
    view.answers = {**view.answers, **changed}
other.on_click(page.guard(set_from_elsewhere))
page.show(view, other, kept)
page
"""
PEOPLE = """
view.answers = {
    f"people.00{number}aaaaa.{id}": answer
    for number, person in enumerate((
        {"alias": "Moster", "sector": "family", "ring": "2", "effect": "gives", "adult": "is"},
        {"alias": "Ven 1", "sector": "friends", "ring": "1", "effect": "drains"},
        {"alias": "Mentor", "sector": "professionals", "ring": "3", "effect": "both"},
    ), 1)
    for id, answer in person.items()
}
"""


@pytest.fixture(scope="module")
def own(start_app, write_pages):
    """An app with an empty map and a map of three."""
    folder = write_pages(empty=PAGE.replace("PEOPLE", ""), three=PAGE.replace("PEOPLE", PEOPLE))
    app = start_app("--no-preheat", "--pages", str(folder))
    yield app
    app.stop()


def person(page, alias):
    """The person on the drawing."""
    return page.locator(".vv-net-person").and_(page.get_by_role("button", name=f"{alias}: "))


def kept(page):
    """Return the answers as Python has them: alias → what is answered."""
    people = {}
    for key, answer in json.loads(page.locator(".kept").inner_text()).items():
        _, row, id = key.split(".")
        people.setdefault(row, {})[id] = answer
    return {one.pop("alias", ""): one for one in people.values()}


def said(page, words):
    expect(page.locator(".vv-net-said")).to_have_text(words)


def has_focus(locator):
    expect(locator).to_be_focused()


def fill(page, alias, sector=None, ring=None):
    page.get_by_label("Hvem er det?").fill(alias)
    if sector:
        page.get_by_label("Hvor hører personen til?").select_option(label=sector)
    if ring:
        page.get_by_label("Hvor tæt på er personen?").select_option(label=ring)


def place(page, angle_x, angle_y):
    """Return where on the screen a point of the drawing is, in shares of its outer ring."""
    return page.evaluate(
        """([x, y]) => {
            const svg = document.querySelector(".vv-net-svg");
            const rings = [...svg.querySelectorAll(".vv-net-ring")];
            const box = rings[0].getBoundingClientRect();
            return [box.x + box.width * (1 + x) / 2, box.y + box.height * (1 + y) / 2];
        }""",
        [angle_x, angle_y],
    )


def middle(locator):
    box = locator.locator(".vv-net-reach").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drawn_for(page, least, most):
    """Wait until the drawing fits the page."""
    page.wait_for_function(
        """([least, most]) => {
            const width = document.querySelector(".vv-net-svg")?.viewBox.baseVal.width;
            return width >= least && width <= most;
        }""",
        arg=[least, most],
    )


def violations(page):
    found = Axe().run(page, context=".vv-net").response["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def walk(page):
    """Go through three people and move the first one about, by keyboard."""
    keys = page.keyboard
    # The people follow in order: family first, professionals last.
    page.locator(".vv-net-skip").focus()
    for alias in ("Moster", "Træner", "Mentor"):
        keys.press("Tab")
        has_focus(person(page, alias))
    keys.press("Home")
    has_focus(person(page, "Moster"))
    keys.press("ArrowUp")
    said(page, "Moster: familie, helt tæt på")
    keys.press("ArrowUp")
    said(page, "Moster er så tæt på, som det går: familie, helt tæt på")
    # Two quick presses are two steps.
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    said(page, "Moster: familie, langt fra")
    keys.press("ArrowRight")
    said(page, "Moster: venner, langt fra")
    has_focus(person(page, "Moster"))
    assert kept(page)["Moster"] == {"sector": "friends", "ring": "3"}


def test_everything_can_be_done_by_keyboard_and_is_told_in_words(open_page, own, until):
    page = open_page("empty", on=own, alive=True)
    add = page.get_by_role("button", name="Tilføj en person", exact=True)
    keys = page.keyboard
    add.focus()
    for alias, sector in (("Moster", "Fam"), ("Træner", "Fri"), ("Mentor", "Fag")):
        keys.press("n")
        has_focus(page.get_by_label("Hvem er det?"))
        keys.type(alias)
        for typed in (sector, "T"):
            keys.press("Tab")
            keys.type(typed)
        add.click()  # Once more, by mistake: it takes nothing of what was typed.
        has_focus(page.get_by_label("Hvem er det?"))
        expect(page.get_by_label("Hvem er det?")).to_have_value(alias)
        page.get_by_label("Hvem er det?").press("Enter")
        has_focus(add)
    assert until(lambda: len(kept(page)) == 3)
    assert list(kept(page)) == ["Moster", "Træner", "Mentor"]

    walk(page)
    keys.press("Enter")
    has_focus(page.get_by_label("Hvem er det?"))
    keys.press("End")
    keys.type(" Ida")
    keys.press("Escape")
    has_focus(person(page, "Moster"))
    keys.press("Enter")
    page.get_by_label("Hvem er det?").fill("Faster")
    keys.press("Enter")
    said(page, "Rettet. Faster: venner, langt fra")
    has_focus(person(page, "Faster"))

    keys.press("Delete")
    said(page, "Faster er fjernet. Det kan fortrydes.")
    has_focus(person(page, "Træner"))
    assert list(kept(page)) == ["Træner", "Mentor"]
    keys.press("Control+z")
    said(page, "Fortrudt. Faster: venner, langt fra")
    has_focus(person(page, "Faster"))
    assert until(lambda: set(kept(page)) == {"Faster", "Træner", "Mentor"})
    page.locator(".vv-net-skip").focus()
    keys.press("Enter")
    has_focus(page.get_by_role("group", name="De samme personer som liste"))
    page.context.close()


def test_a_person_is_dragged_by_mouse_and_by_finger(open_page, own, until):
    page = open_page("three", on=own, alive=True)
    drawn_for(page, 700, 760)
    start = middle(person(page, "Moster"))
    to = place(page, 0.85, 0.0)  # the outermost ring, to the right: friends
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*place(page, 0.3, 0.0), steps=3)
    page.mouse.move(*to, steps=3)
    expect(page.locator(".vv-net-where")).to_have_text("venner, langt fra")
    expect(page.locator(".vv-net-over")).to_have_count(1)
    page.mouse.up()

    said(page, "Moster: venner, langt fra")
    there = {"sector": "friends", "ring": "3", "angle": "90", "effect": "gives", "adult": "is"}
    assert until(lambda: kept(page)["Moster"] == there)
    x, y = middle(person(page, "Moster"))
    assert abs(y - to[1]) < 12
    expect(page.locator(".vv-net-form")).to_have_count(0)
    expect(page.locator(".vv-net-list li").filter(has_text="Moster")).to_contain_text("Langt fra")

    # Escape lets go where it was.
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(*place(page, 0.0, -0.3), steps=3)
    page.keyboard.press("Escape")
    page.mouse.move(*place(page, 0.0, -0.2), steps=2)
    page.mouse.up()
    assert middle(person(page, "Moster")) == (x, y)
    # Outside the rings is far away.
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(*place(page, 0.0, -1.05), steps=3)
    page.mouse.up()
    said(page, "Moster: familie, langt fra")

    page.set_viewport_size({"width": 390, "height": 900})
    drawn_for(page, 300, 400)
    phone = page.context.new_cdp_session(page)
    phone.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    person(page, "Mentor").scroll_into_view_if_needed()

    def touch(kind, *at):
        points = [{"x": at[0], "y": at[1]}] if at else []
        phone.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", *middle(person(page, "Mentor")))
    for share in (-0.3, 0.0, 0.6):
        touch("touchMove", *place(page, share, 0.55))
    touch("touchEnd")
    said(page, "Mentor: skole og job, langt fra")
    # A tap opens what is said of a person.
    spot = middle(person(page, "Ven 1"))
    touch("touchStart", *spot)
    touch("touchEnd")
    expect(page.get_by_label("Hvem er det?")).to_have_value("Ven 1")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.context.close()


def test_the_list_alone_is_enough_and_nothing_hostile_runs(open_page, own, until):
    page = open_page("three", on=own, alive=True)
    page.on("dialog", lambda _: pytest.fail("a script ran"))
    assert violations(page) == []
    add = page.get_by_role("button", name="Tilføj en person", exact=True)

    add.click()
    fill(page, "Mor 311299-4321")
    page.get_by_role("button", name="Sæt på kortet").click()
    expect(page.get_by_text("Her står et CPR-nummer: »311299-4321«")).to_be_visible()
    expect(page.get_by_label("Hvem er det?")).to_have_value("Mor 311299-4321")
    expect(page.get_by_text("Vælg, hvor personen hører til.")).to_be_visible()
    has_focus(page.get_by_label("Hvem er det?"))
    assert violations(page) == []
    fill(page, "Mor", "Familie", "Langt fra")
    page.get_by_role("button", name="Sæt på kortet").click()
    said(page, "Tilføjet. Mor: familie, langt fra")
    expect(person(page, "Mor")).to_be_visible()

    page.get_by_role("button", name="Ret Moster").click()
    fill(page, "Moster", "Fritid", "Helt tæt på")
    page.get_by_role("button", name="Gem", exact=True).click()
    has_focus(page.get_by_role("button", name="Ret Moster"))
    expect(person(page, "Moster")).to_have_attribute(
        "aria-label", "Moster: fritid, helt tæt på, giver kræfter, den unges voksen"
    )
    page.get_by_role("button", name="Fjern Mentor").click()
    said(page, "Mentor er fjernet. Det kan fortrydes.")
    expect(person(page, "Mentor")).to_have_count(0)
    page.get_by_role("button", name="Fortryd: Mentor fjernet").click()
    expect(person(page, "Mentor")).to_be_visible()
    assert until(lambda: len(kept(page)) == 4)

    page.get_by_role("button", name="Udefra").click()
    expect(person(page, "Faster")).to_be_visible()
    expect(page.locator(".vv-net-list")).to_contain_text("Faster")

    for alias in HOSTILE:
        add.click()
        fill(page, alias, "Venner", "Tæt på")
        page.get_by_role("button", name="Sæt på kortet").click()
        expect(page.locator(".vv-net-form")).to_have_count(0)
        expect(page.locator(".vv-net-list").get_by_text(alias, exact=True)).to_be_visible()
    page.wait_for_timeout(300)
    assert page.evaluate("window.hacked") is None
    assert page.locator(".vv-net img").count() == 0
    for width in (390, 820, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page.emulate_media(media="print")
    expect(person(page, "Faster")).to_be_visible()
    expect(add).to_be_hidden()
    page.context.close()
