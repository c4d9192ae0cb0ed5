"""The pages in a real browser: ready, whole in both languages, named, and gone when closed."""

import pytest

from data.texts import Texts

pytestmark = pytest.mark.browser

NAMES = ["velkommen", "kapacitet", "sager", "01_koordinator"]
LANGS = ["da", "en"]

# Widgets whose parts ipywidgets leaves without a name or role.
WIDGETS = """
import ipywidgets as ipw
from data.texts import Texts
from widgets import Page
page = Page(Texts.read("da"))
page.show(
    ipw.IntSlider(4, 1, 12, description="Koordinatorer"),
    ipw.RadioButtons(options=["Ja", "Nej"], description="Er den unges voksen med?"),
    ipw.ToggleButtons(options=["Tabel", "Figur"], description="Vis"),
    ipw.IntProgress(40, description="Beregner"),
    ipw.HTML("<div style='width: 100%; height: 8px'></div>"),
)
page
"""

CLIENT = """
from data.texts import Texts
from widgets import Page
import ipywidgets as ipw
page = Page(Texts.read("da"))
told = ipw.HTML()
def tell():
    told.value = f"<p id=told>{sorted(page.client.query.items())} {sorted(page.client.stored.items())}</p>"
page.client.on_arrival(page.guard(tell))
keep = ipw.Button(description="Husk")
@keep.on_click
@page.guard
def _(button):
    page.client.remember(koordinatorer="5", gammel=None)
    page.client.store(trin="2")
fetch = ipw.Button(description="Hent")
@fetch.on_click
@page.guard
def _(button):
    page.download("mål.csv", "a;b\\n1;2".encode(), "text/csv")
page.show(told, keep, fetch)
page
"""


@pytest.fixture(scope="module")
def own(start_app, write_pages):
    """An app that serves the test pages above."""
    app = start_app("--no-preheat", "--pages", str(write_pages(widgets=WIDGETS, client=CLIENT)))
    yield app
    app.stop()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", NAMES)
def test_a_page_shows_its_heading_in_its_language(open_page, name, lang):
    page = open_page(name, lang)

    assert page.locator("html").get_attribute("lang") == lang
    assert page.locator("main h1").first.is_visible()
    assert page.title().endswith("– Vejviser")
    assert page.locator("header a[aria-current=page]").count() == 1
    assert page.locator("main #rendered_cells").count() == 1


@pytest.mark.parametrize("width", [1280, 820, 390])
@pytest.mark.parametrize(
    "path",
    ["/", "/voila/tree/en", "/no/such/page", "/voila/render/da/kapacitet.ipynb"],
)
def test_no_page_scrolls_sideways(open_page, path, width):
    page = open_page(path, width=width)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_login_lets_in_whoever_has_the_key(app, new_context):
    page = new_context().new_page()
    page.goto(f"{app.address}/voila/tree/en")
    page.get_by_label("Key").fill("wrong")
    page.get_by_role("button", name="Open").click()
    assert page.get_by_role("alert").inner_text() == Texts.read("en")("login.wrong")

    page.get_by_label("Key").fill(app.token)
    page.get_by_role("button", name="Open").click()

    page.wait_for_url(f"{app.address}/voila/tree/en")
    assert page.get_by_role("heading", level=1).inner_text() == Texts.read("en")("landing.heading")


@pytest.mark.parametrize("path", ["/", "/voila/render/da/kapacitet.ipynb"])
def test_the_language_switch_leads_to_the_twin_and_keeps_the_query(open_page, path):
    page = open_page(f"{path}?kommune=mellem&lang=da")
    page.get_by_role("link", name="English").click()
    page.wait_for_selector("html[lang=en]")
    assert "kommune=mellem" in page.url

    page.get_by_role("link", name="Dansk").click()

    page.wait_for_selector("html[lang=da]")
    assert page.url.endswith(f"{path}?kommune=mellem")


def test_a_closed_tab_ends_its_kernel(app, open_page, until):
    before = set(app.kernels())
    page = open_page("kapacitet")
    (own,) = set(app.kernels()) - before

    page.close(run_before_unload=True)

    assert until(lambda: own not in app.kernels(), 10)


def test_a_reload_ends_the_old_kernel(app, open_page, until):
    before = set(app.kernels())
    page = open_page("kapacitet")
    (own,) = set(app.kernels()) - before

    page.reload()
    page.wait_for_selector("html[data-ready=true]", state="attached")

    assert until(lambda: own not in app.kernels(), 10)
    assert set(app.kernels()) - before


def test_the_parts_of_widgets_have_names_and_roles(open_page, own):
    page = open_page("widgets", on=own)

    slider = page.get_by_role("slider", name="Koordinatorer")
    slider.focus()
    slider.press("ArrowRight")
    page.wait_for_selector("[role=slider][aria-valuetext='5']")
    assert page.get_by_role("textbox", name="Koordinatorer, værdi").inner_text() == "5"
    assert page.get_by_role("radiogroup", name="Er den unges voksen med?").is_visible()
    group = page.get_by_role("group", name="Vis")
    assert group.get_by_role("button", name="Tabel").get_attribute("aria-pressed") == "true"
    assert group.get_by_role("button", name="Figur").get_attribute("aria-pressed") == "false"
    bar = page.get_by_role("progressbar", name="Beregner")
    assert bar.get_attribute("aria-valuenow") == "40"
    assert bar.bounding_box()["width"] > 200


def test_the_keyboard_skips_to_the_content(open_page):
    page = open_page("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "content"


def test_a_page_keeps_its_state_in_address_and_browser(open_page, own):
    page = open_page("client?gammel=1&kommune=mellem", on=own)
    page.wait_for_selector("#told")
    assert page.inner_text("#told") == "[('gammel', '1'), ('kommune', 'mellem')] []"

    page.get_by_role("button", name="Husk").click()
    page.wait_for_url("**/client.ipynb?kommune=mellem&koordinatorer=5")
    # What goes into the browser's storage comes in a message of its own.
    page.wait_for_function("() => JSON.stringify(localStorage).includes('trin')")
    page.reload()

    page.wait_for_selector("#told")
    told = "[('kommune', 'mellem'), ('koordinatorer', '5')] [('trin', '2')]"
    assert page.inner_text("#told") == told


def test_a_download_arrives_as_a_file(open_page, own):
    page = open_page("client", on=own)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Hent").click()

    assert waiting.value.suggested_filename == "mål.csv"
    assert waiting.value.path().read_bytes() == b"a;b\n1;2"
