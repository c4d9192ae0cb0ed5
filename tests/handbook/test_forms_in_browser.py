"""Forms as a person fills them in: with mouse and keys, with the kernel killed, with hostile words."""

import re
import time

import pytest
from playwright.sync_api import expect

from data.records import Record
from data.store import Store

pytestmark = pytest.mark.browser

FORM = """
id = "coordinator"
title = {da = "Alt T", en = "All T"}
note = {da = "Kun til test T", en = "For tests only"}
purpose = {da = "Formål T", en = "Purpose"}
sections = [{id = "one", title = {da = "Først T", en = "First"}, help = {da = "Hjælp T", en = "Help"}}]
[[items]]
id = "held"
kind = "yes_partly_no"
section = "one"
required = true
codes = ["unknown"]
label = {da = "Blev det holdt? T", en = "Held?"}
help = {da = "Hjælp T", en = "Help"}
source = {da = "Kilde T", en = "Source"}
[[items]]
id = "why"
kind = "note"
section = "one"
required = true
when = {item = "held", among = ["no"]}
label = {da = "Hvorfor ikke? T", en = "Why not?"}
[[items]]
id = "who"
kind = "choices"
section = "one"
codes = ["declined"]
label = {da = "Hvem? T", en = "Who?"}
[items.options]
youth = {da = "Den unge T", en = "The youth"}
school = {da = "Skolen T", en = "The school"}
[[items]]
id = "way"
kind = "choice"
section = "one"
label = {da = "Hvordan? T", en = "How?"}
[items.options]
here = {da = "Her T", en = "Here"}
there = {da = "Der T", en = "There"}
[[items]]
id = "minutes"
kind = "number"
section = "one"
low = 0
high = 600
codes = ["unknown"]
unit = {da = "minutter T", en = "minutes"}
label = {da = "Hvor længe? T", en = "How long?"}
[[items]]
id = "heard"
kind = "scale"
section = "one"
low_end = {da = "slet ikke T", en = "not at all"}
high_end = {da = "helt T", en = "fully"}
label = {da = "Hørt? T", en = "Heard?"}
[[items]]
id = "day"
kind = "date"
section = "one"
codes = ["unknown"]
label = {da = "Hvornår? T", en = "When?"}
[[tables]]
id = "deals"
section = "one"
title = {da = "Aftaler T", en = "Agreements"}
row = {da = "aftale T", en = "agreement"}
help = {da = "Hjælp T", en = "Help"}
[[tables.items]]
id = "what"
kind = "note"
required = true
label = {da = "Hvad? T", en = "What?"}
[[tables.items]]
id = "owner"
kind = "choice"
label = {da = "Hvem gør det? T", en = "Who does it?"}
[tables.items.options]
youth = {da = "Den unge T", en = "The youth"}
school = {da = "Skolen T", en = "The school"}
"""

PAGE = """
from pathlib import Path
import widgets.case_form
from data.forms import read_form
from data.places import data_folder
widgets.case_form.read_form = lambda id: read_form(data_folder() / f"{id}.toml")
widgets.case_form.CaseForm("FILE")
"""

# Each says that it ran, if it runs. Bars and quotes need no escape in TOML between  marks.
HOSTILE = (
    "<img src=x onerror=window.hit=1>",
    "<script>window.hit=1</script>",
    "<svg/onload=window.hit=1>",
    '"><img src=x onerror=window.hit=1>',
    "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
    "<a href=javascript:window.hit=1 autofocus onfocus=window.hit=1>x</a>",
    "</textarea><img src=x onerror=window.hit=1>",
    "</style><img src=x onerror=window.hit=1>",
    "<details open ontoggle=window.hit=1>",
    "<math><mtext><style><img src=x onerror=window.hit=1></style></mtext></math>",
    "{{constructor.constructor('window.hit=1')()}}",
    "\u202e<img src=x onerror=window.hit=1>",
)


@pytest.fixture(scope="module")
def own(start_app, write_pages):
    pages = {name: PAGE.replace("FILE", name) for name in ("plain", "hostile")}
    app = start_app("--no-preheat", "--pages", str(write_pages(**pages)))
    (app.data / "plain.toml").write_text(FORM.replace(' T"', '"'), encoding="utf-8")
    words = " ".join(HOSTILE).replace("\\", "").replace('"', '\\"')
    (app.data / "hostile.toml").write_text(FORM.replace(' T"', f' {words}"'), encoding="utf-8")
    yield app
    app.stop()


@pytest.fixture
def store(own):
    return Store.open(f"sqlite:///{own.data / 'vejviser.db'}")


def kept(store, case="ØVELSE-01"):
    answers = store.load(case, "coordinator").answers
    return {name: answer for name, answer in answers.items() if answer is not None}


def group(page, question):
    return page.get_by_role("radiogroup", name=question)


def test_a_form_is_filled_in_with_the_keyboard_and_survives_its_kernel(
    own, store, open_page, until
):
    page = open_page("plain", on=own, alive=True)
    group(page, "Blev det holdt?").get_by_label("Ja").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(group(page, "Blev det holdt?").get_by_label("Nej")).to_be_checked()
    why = page.get_by_label("Hvorfor ikke?")
    expect(why).to_be_visible()
    why.press_sequentially("Ingen kom", delay=20)
    page.get_by_role("group", name="Hvem?").get_by_label("Skolen").check()
    page.get_by_label("Hvor længe?").fill("1.200")
    page.get_by_label("Hvor længe?").press("Tab")
    expect(page.get_by_text("»1.200« kan ikke bruges her")).to_be_visible()
    page.get_by_label("Hvor længe?").fill("45")
    group(page, "Hørt?").get_by_label("4", exact=True).check()
    page.get_by_label("Hvornår?").fill("3/5 2026")
    page.get_by_role("button", name="Tilføj aftale").press("Enter")
    # One goes on in the new row.
    first = page.get_by_label("Hvad?")
    expect(first).to_be_focused()
    page.keyboard.type("Ring til skolen", delay=20)
    page.get_by_label("Hvem gør det?").select_option("Den unge")
    page.get_by_role("button", name="Tilføj aftale").press("Enter")
    expect(page.get_by_label("Hvad?")).to_have_count(2)
    rows = page.locator("details.vv-card")
    expect(rows.first).to_have_js_property("open", False)
    page.get_by_label("Hvad?").nth(1).press_sequentially("Find en læreplads", delay=20)
    time.sleep(1)  # What was typed a second ago is kept.

    kernels = own.kernels()
    for kernel in kernels:
        kernel.kill()

    given = {key.split(".")[-1]: answer for key, answer in kept(store).items() if "." not in key}
    assert given == {
        "held": "no",
        "why": "Ingen kom",
        "who": "school",
        "minutes": "45",
        "heard": "4",
        "day": "2026-05-03",
    }
    rows = [answer for key, answer in sorted(kept(store).items()) if key.endswith(".what")]
    assert rows == ["Ring til skolen", "Find en læreplads"]
    page.context.close()

    page = open_page("plain", on=own, alive=True)
    expect(page.get_by_label("Hvorfor ikke?")).to_have_value("Ingen kom")
    expect(page.get_by_label("Hvad?").nth(1)).to_have_value("Find en læreplads")
    expect(page.get_by_label("Hvornår?")).to_have_value("03-05-2026")
    check_rows(page, store, until)
    check_conditions(page)
    check_copying(page)
    check_print_button(page)
    check_finishing(page)
    check_print(page)


def check_rows(page, store, until):
    headings = page.locator("details.vv-card > summary")
    expect(headings).to_have_text(
        ["aftale 1Ring til skolen · Den unge", "aftale 2Find en læreplads"]
    )
    expect(page.get_by_label("Hvad?").first).to_be_hidden()
    headings.nth(1).press("Enter")
    page.get_by_label("Hvad?").nth(1).fill("")
    headings.nth(1).press("Enter")
    expect(headings.nth(1)).to_contain_text("Mangler 1 svar")
    # What is missing is found although its row is closed.
    page.get_by_role("link", name="Aftale 2: Hvad?").click()
    expect(page.get_by_label("Hvad?").nth(1)).to_be_focused()
    page.keyboard.type("Find en læreplads")

    headings.first.click()
    page.get_by_role("button", name="Fjern aftale 1").click()
    undo = page.get_by_role("button", name="Fjernet: aftale 1. Fortryd")
    expect(undo).to_be_focused()
    assert until(lambda: "Ring til skolen" not in kept(store).values())
    undo.press("Enter")
    expect(page.get_by_label("Hvad?").first).to_have_value("Ring til skolen")
    expect(page.get_by_label("Hvad?").first).to_be_focused()


def check_conditions(page):
    group(page, "Blev det holdt?").get_by_label("Ja").check()
    expect(page.get_by_label("Hvorfor ikke?")).to_be_hidden()
    page.get_by_role("button", name="Ryd svaret på: Blev det holdt?").click()
    page.get_by_role("link", name="Blev det holdt?").click()
    expect(group(page, "Blev det holdt?").get_by_label("Ja")).to_be_focused()
    group(page, "Blev det holdt?").get_by_label("Nej").check()
    expect(page.get_by_label("Hvorfor ikke?")).to_have_value("Ingen kom")


def check_copying(page):
    """What is typed right before the click is in what is copied."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Tekst til fagsystemet").click()
    copy = page.get_by_role("button", name="Kopiér")
    expect(page.get_by_label("Tekst til fagsystemet")).to_have_value(re.compile("Ingen kom"))
    page.get_by_label("Hvorfor ikke?").fill("Bussen kørte ikke")
    copy.click()
    expect(page.get_by_text("Kopieret")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "Hvorfor ikke? Bussen kørte ikke" in copied
    assert "Ingen kom" not in copied
    page.get_by_role("button", name="Luk").click()
    # What closes moves what is below it: a button that is pressed meanwhile is missed.
    expect(copy).to_be_hidden()


def check_print_button(page):
    """What is typed right before the click is printed, and nothing but the form."""
    page.evaluate("window.print = () => { window.prints = (window.prints ?? 0) + 1; }")
    page.get_by_label("Hvorfor ikke?").fill("Toget kørte ikke")
    page.get_by_role("button", name="Udskriv").click()
    page.wait_for_function("() => window.prints === 1")
    page.emulate_media(media="print")
    expect(page.locator("body > .vv-paper-alone")).to_contain_text("Toget kørte ikke")
    assert (
        page.evaluate(
            "[...document.body.children].filter(each => each.offsetParent !== null).length"
        )
        == 1
    )
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator("body > .vv-paper-alone")).to_have_count(0)


def check_finishing(page):
    page.get_by_role("button", name="Afslut").click()
    expect(page.get_by_text("Afsluttet. Version 1").first).to_be_visible()
    expect(page.get_by_role("button", name="Ryd svaret").locator("visible=true")).to_have_count(0)
    expect(group(page, "Hørt?").get_by_label("4", exact=True)).to_be_disabled()
    expect(page.get_by_label("Hvorfor ikke?")).not_to_be_editable()


def check_print(page):
    page.emulate_media(media="print")
    expect(page.locator(".vv-paper").get_by_text("Find en læreplads")).to_be_visible()
    assert page.locator("input:visible, textarea:visible, select:visible").count() == 0
    expect(page.locator(".vv-watermark").first).to_be_visible()
    page.emulate_media(media="screen")


def test_hostile_words_never_run(own, store, open_page, until):
    case, words = "ØVELSE-02", " ".join(HOSTILE)[:990]
    answers = {"held": "no", "why": words, "deals.001aaaaa.what": words}
    store.save(Record(case=case, form="coordinator", answers=answers))
    page = open_page(f"hostile?sag={case}", on=own, alive=True)
    expect(page.get_by_text("Blev det holdt?").first).to_be_visible()
    why = page.locator("[data-key=why] textarea")
    expect(why).to_have_value(words)

    for payload in HOSTILE:
        page.locator("[data-key=day] input[type=text]").fill(payload[:40])
        page.locator("[data-key=day] input[type=text]").press("Tab")
        page.locator("[data-key=minutes] input[type=text]").fill(payload)
        page.locator("[data-key=minutes] input[type=text]").press("Tab")
    expect(page.locator("[data-key=minutes] .vv-message")).to_contain_text("kan ikke bruges her")
    page.locator("details.vv-card > summary").click()
    page.locator("[data-key='deals.001aaaaa.what'] textarea").fill(" ".join(HOSTILE[:3]))
    page.locator(".vv-cards .vv-row-button").first.click()
    expect(page.locator(".vv-removed")).to_be_visible()
    # The page has saved its own before somebody else writes, or the two would be merged there.
    assert until(lambda: "deals.001aaaaa.what" not in store.load(case, "coordinator").answers)
    # Somebody else writes such words into the same answer, and both stand side by side.
    current = store.load(case, "coordinator")
    theirs = {**current.answers, "why": f"{HOSTILE[2]} {HOSTILE[0]}"}
    store.save(Record(case=case, form="coordinator", answers=theirs, revision=current.revision))
    why.fill(HOSTILE[0])
    expect(page.locator(".vv-clash")).to_be_visible()
    page.get_by_role("button", name="Brug dit").first.click()
    finish = page.get_by_role("button", name="Afslut", exact=True)
    finish.click()
    expect(page.get_by_text("Du kan ikke afslutte endnu")).to_be_visible()
    for key in ("day", "minutes"):
        page.locator(f"[data-key={key}] input[type=text]").fill("")
        page.locator(f"[data-key={key}] input[type=text]").press("Tab")
    expect(page.get_by_text("Du kan ikke afslutte endnu")).to_have_count(0)
    finish.click()
    for name in ("Tekst til fagsystemet", "Versioner"):
        page.get_by_role("button", name=name).first.click()
    page.get_by_role("button", name="Version 1,").click()
    expect(page.locator(".vv-old-version")).to_contain_text("onerror")

    assert page.evaluate("() => window.hit") is None
    assert page.locator("#rendered_cells :is(script[src], iframe, math)").count() == 0
