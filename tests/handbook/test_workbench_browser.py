"""The workbench in a real browser, moved by keyboard and pointer, held against the Python API."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from data import Texts, parameters
from simulation import Scenario, replications
from simulation.figures import late_by_rule
from simulation.headlines import headlines
from simulation.study import Study
from widgets.workbench.calculation import RUNS, SEED
from widgets.workbench.controls import CONTROLS

pytestmark = pytest.mark.browser

LONG = 180_000  # ms; a run on a busy machine
SETTLED = "[data-answer=settled]"


def control(page, id):
    return page.locator(f"[data-control={id}]")


def slider(page, id):
    return control(page, id).get_by_role("slider")


def unfold(page):
    """Open every group of controls."""
    for summary in page.locator(".vv-control-group > summary").all()[1:]:
        summary.click()


def in_address(page, name, value):
    """Wait until the kernel has written *value* into the address."""
    page.wait_for_function(
        "([name, value]) => new URLSearchParams(location.search).get(name) === value",
        arg=[name, value],
        timeout=LONG,
    )


def answered(page, *words):
    """Wait until the settled answer says each of *words*."""
    expect(page.locator(SETTLED)).to_be_visible(timeout=LONG)
    for one in words:
        expect(page.locator(".vv-answer-words")).to_contain_text(one, timeout=LONG)
    expect(page.locator(SETTLED)).to_be_visible(timeout=LONG)


def test_a_change_answers_by_itself_as_python_does_and_is_there_after_a_reload(open_page):
    texts = Texts.read("da")
    page = open_page("kapacitet?preset=small", alive=True)
    answered(page)

    page.get_by_role("slider", name=texts("parameter.coordinators"), exact=True).press("ArrowRight")
    in_address(page, "coordinators", "3")
    answered(page, "3 koordinatorer i stedet for 2")

    # What is shown is what the Python API says about the same scenario and seed.
    today = Scenario.preset("small")
    tried = today.replace(coordinators=3)
    study = Study(
        tried,
        tuple(replications(tried, RUNS["small"], SEED)),
        today,
        tuple(replications(today, RUNS["small"], SEED)),
    )
    for one in headlines(study, texts):
        said = [part for part in (one.label, one.value, one.mean, one.change) if part]
        expect(page.locator(f"[data-headline={one.id}]").locator("dt, dd")).to_have_text(said)
    picture = late_by_rule(study, texts)
    figure = page.locator("figure.vv-figure[role=img]")
    expect(figure).to_have_attribute("aria-label", picture.alternative, timeout=LONG)
    page.get_by_text(texts("capacity.table")).first.click()
    cells = page.locator(".vv-figures table.vv-table tbody tr").first.locator("th, td")
    expect(cells).to_have_text(list(picture.rows[0]))

    page.reload()
    page.wait_for_selector("html[data-client=alive]", state="attached")
    answered(page)
    expect(slider(page, "coordinators")).to_have_attribute("aria-valuetext", re.compile("^3 "))
    assert parse_qs(urlsplit(page.url).query) == {"preset": ["small"], "coordinators": ["3"]}


def test_every_control_reaches_the_answer(open_page):
    """Each is moved by keyboard; tests/widgets says that each moves the numbers."""
    texts = Texts.read("da")
    page = open_page("kapacitet?preset=small&leadership_rule=hire", alive=True)
    unfold(page)
    for id in CONTROLS:
        field = control(page, id).locator("input[type=range], input[type=checkbox], select").first
        expect(field).to_be_enabled()
        field.press("Space" if field.get_attribute("type") == "checkbox" else "ArrowUp")
        if parameters()[id].kind == "choice":
            field.select_option(index=2)
        expect(control(page, id)).to_have_class(re.compile("vv-moved"))
    page.wait_for_function(
        "ids => ids.every((id) => new URLSearchParams(location.search).has(id))",
        arg=list(CONTROLS),
        timeout=LONG,
    )
    answered(page, texts("change.reminders_on"))
    told = page.locator(".vv-answer-change")
    for id in CONTROLS:
        counted = {
            "coordinators": "3 koordinatorer",
            "weekly_hours": "timer om ugen",
            "caseload_ceiling": "et loft på 26 unge",
            "booking_horizon_weeks": "invitation 9 uger før",
            "reminders": "påmindelser",
            "priority": texts("choice.priority.oldest_first"),
            "allocation": texts("choice.allocation.district"),
            "leadership_rule": texts("choice.leadership_rule.move_ceiling"),
        }
        expect(told).to_contain_text(counted.get(id, texts(f"parameter.{id}")))
    expect(page.locator(".vv-control-changed")).to_have_text(f"{len(CONTROLS)} ændrede")

    page.get_by_role("button", name=texts("controls.reset"), exact=True).click()
    answered(page, texts("change.none", base=texts("figure.today")))
    assert parse_qs(urlsplit(page.url).query) == {"preset": ["small"]}


def test_the_old_answer_is_marked_until_the_new_one_comes_and_nothing_jumps(open_page):
    page = open_page("kapacitet?preset=small", alive=True)
    answered(page)
    page.evaluate(
        """() => {
          window.seen = [];
          const place = () => document.querySelector('.vv-answer-numbers').getBoundingClientRect().top;
          const look = () => {
            const said = document.querySelector('[data-answer]')?.dataset.answer;
            const stale = Boolean(document.querySelector('.vv-results.vv-stale'));
            const now = `${said} ${stale ? 'stale' : 'fresh'} ${Math.round(place())}`;
            if (said && window.seen.at(-1) !== now) window.seen.push(now);
          };
          look();
          new MutationObserver(look).observe(document.querySelector('.vv-outcome'),
            { subtree: true, childList: true, attributes: true });
        }"""
    )

    slider(page, "coordinators").press("ArrowRight")
    answered(page, "3 koordinatorer i stedet for 2")
    page.wait_for_function("() => window.seen.at(-1).startsWith('settled fresh')", timeout=LONG)

    seen = [entry.split() for entry in page.evaluate("window.seen")]
    assert seen[0][:2] == ["settled", "fresh"]
    assert ["waiting", "stale"] in [entry[:2] for entry in seen]
    assert len({entry[2] for entry in seen}) == 1, seen


def test_a_slider_that_is_dragged_does_not_flood_and_ends_where_it_is_let_go(open_page):
    page = open_page("kapacitet?preset=small", alive=True)
    answered(page)
    page.evaluate(
        """() => {
          window.sent = 0;
          const send = WebSocket.prototype.send;
          WebSocket.prototype.send = function (data) {
            const text = typeof data === 'string' ? data : new TextDecoder().decode(data);
            if (text.includes('"places"')) window.sent += 1;
            return send.call(this, data);
          };
        }"""
    )
    box = slider(page, "caseload_ceiling").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 20, middle)
    page.mouse.down()
    for step in range(100):
        page.mouse.move(box["x"] + 20 + step * 2, middle)
    page.mouse.up()

    place = slider(page, "caseload_ceiling").get_attribute("aria-valuetext").split()[0]
    in_address(page, "caseload_ceiling", place)
    answered(page, f"et loft på {place} unge")
    assert 1 <= page.evaluate("window.sent") < 40


def test_a_number_can_be_typed_and_is_refused_with_what_is_allowed(open_page):
    texts = Texts.read("da")
    page = open_page("kapacitet?preset=small", alive=True)
    hours = control(page, "weekly_hours")
    field = hours.get_by_role("textbox")

    field.fill("99")
    field.press("Enter")
    expect(hours.get_by_role("alert")).to_have_text(texts("controls.fault", low="10", high="37"))
    expect(field).to_have_value("99")

    field.fill("25,5")
    field.press("Enter")
    expect(hours.get_by_role("alert")).to_have_count(0)
    in_address(page, "weekly_hours", "25.5")
    answered(page, "25,5 timer om ugen i stedet for 20,5")

    hours.get_by_role("button", name=re.compile("tilbage til")).click()
    answered(page, texts("change.none", base=texts("figure.today")))


def test_the_answer_is_held_against_what_was_tried_before_also_after_a_reload(open_page):
    texts = Texts.read("da")
    page = open_page("kapacitet?preset=small&coordinators=3", alive=True)
    answered(page, "3 koordinatorer")

    slider(page, "coordinators").press("ArrowRight")
    answered(page, "4 koordinatorer i stedet for 2")
    against = page.get_by_role("combobox", name=texts("workbench.against"))
    against.select_option(label="3 koordinatorer i stedet for 2")
    answered(page, "4 koordinatorer i stedet for 3")
    expect(page.get_by_role("heading", name="I forhold til “3 koordinatorer")).to_be_visible()

    page.reload()
    page.wait_for_selector("html[data-client=alive]", state="attached")
    answered(page, "4 koordinatorer i stedet for 3")


@pytest.mark.parametrize(("lang", "width"), [("da", 1280), ("en", 820)])
def test_nothing_hangs_over_every_number_has_its_source_and_axe_finds_nothing(
    open_page, lang, width
):
    texts = Texts.read(lang)
    page = open_page("kapacitet?coordinators=9999", lang, width=width, alive=True)
    said = texts("capacity.address_ignored", value="9999", name=texts("parameter.coordinators"))
    expect(page.get_by_text(said)).to_be_visible()
    expect(slider(page, "coordinators")).to_have_attribute("aria-valuetext", re.compile("^4 "))
    unfold(page)
    answered(page)

    about = control(page, "no_show").locator(".vv-control-about")
    about.click()
    told = control(page, "no_show").locator(".vv-control-told")
    expect(told).to_contain_text(texts("parameter.no_show.meaning"))
    expect(told).to_contain_text(texts("confidence.our assumption"))
    found = Axe().run(page).response["violations"]
    assert not [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]

    page.get_by_text(texts("capacity.sources")).click()
    expect(page.locator("[data-parameter=coordinators]")).to_contain_text(
        texts("confidence.our assumption")
    )

    assert page.evaluate("document.documentElement.scrollWidth") <= width
