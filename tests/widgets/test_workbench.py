import subprocess
import sys
import time
from contextlib import suppress

import pytest

from data import PRESETS, parameters, read_preset
from data.texts import Texts
from simulation import Scenario
from widgets.workbench import calculation
from widgets.workbench.controls import CONTROLS, Control, values_around
from widgets.workbench.page import Workbench
from widgets.workbench.sources import sources_html


@pytest.fixture(autouse=True)
def own_log(tmp_path, monkeypatch):
    monkeypatch.setenv("VEJVISER_DATA", str(tmp_path))


@pytest.fixture
def page(monkeypatch):
    """A page whose runs are few, of a municipality whose replications are short."""
    monkeypatch.setattr(calculation, "RUNS", {"small": 5, "medium": 5, "large": 5})
    monkeypatch.setattr("widgets.workbench.page.RUNS", {"small": 5, "medium": 5, "large": 5})
    page = Workbench("da")
    page.controls.preset.value = "small"
    yield page
    page.calculation.cancel()
    page.calculation.join(20)


def run(page):
    page.run.click()
    page.calculation.join(60)


def until(true):
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def browser_says(page, **query):
    """Play the browser's part: it tells its address once the page is drawn."""
    page.client.set_state({"query": query, "arrived": True})


def test_the_page_starts_with_the_medium_municipality_as_it_is_today():
    page = Workbench("da")

    assert page.controls.preset.value == "medium"
    assert page.controls.values == {
        "coordinators": 4, "weekly_hours": 29.5, "caseload_ceiling": 25,
        "booking_horizon_weeks": 8, "reminders": False,
    }  # fmt: skip


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("id", CONTROLS[:-1])
def test_a_control_offers_todays_value_and_nothing_that_is_not_allowed(preset, id):
    today = read_preset(preset).values()[id]

    offered = values_around(parameters()[id], today)

    assert today in offered
    assert offered[0] < today or today == parameters()[id].minimum
    assert offered[-1] > today or today == parameters()[id].maximum
    assert all(parameters()[id].fault(value) is None for value in offered)


def test_numbers_beside_sliders_have_a_danish_comma():
    hours = Workbench("da").controls.controls["weekly_hours"]

    assert "29,5" in [label for label, _ in hours.field.options]
    assert "i dag: 29,5 timer pr. uge" in hours._note.value


@pytest.mark.parametrize(
    "state", [{"index": 10**9}, {"index": -5}, {"index": None}, {"index": "x"}]
)
def test_a_browser_cannot_set_a_control_to_nonsense(page, state):
    field = page.controls.controls["coordinators"].field
    with suppress(Exception):  # refusing is one right answer
        field.set_state(state)

    Scenario.preset("small", **page.controls.values)
    assert page.controls.values["coordinators"] == 2


def test_another_municipality_brings_its_own_numbers(page):
    page.controls.preset.value = "large"

    assert page.controls.values["coordinators"] == 19
    assert "350.000" in page.sources.value


def test_back_to_today_undoes_every_control(page):
    today = page.controls.values
    page.controls.controls["coordinators"].value = 4
    page.controls.controls["reminders"].value = True

    page.controls.reset.click()

    assert page.controls.values == today


def test_the_address_brings_the_controls_back():
    page = Workbench("da")

    browser_says(page, preset="small", coordinators="3", weekly_hours="25.5", reminders="1")

    assert page.controls.preset.value == "small"
    assert page.controls.values["coordinators"] == 3
    assert page.controls.values["weekly_hours"] == 25.5
    assert page.controls.values["reminders"] is True
    assert page._notices.value == ""


@pytest.mark.parametrize("value", ["999", "-1", "nan", "inf", "3.5", "<b>", "", "1e400"])
def test_nonsense_in_the_address_is_ignored_with_a_sentence(value):
    page = Workbench("da")

    browser_says(page, coordinators=value, preset="huge", other="x")

    assert page.controls.values["coordinators"] == 4
    assert page.controls.preset.value == "medium"
    assert "Koordinatorer" in page._notices.value
    assert "<b>" not in page._notices.value


def test_the_address_says_only_what_differs_from_today(page):
    page.controls.controls["coordinators"].value = 3

    assert page.client.query == {"preset": "small", "coordinators": "3"}


def test_a_run_ends_in_an_answer_with_numbers_figures_and_tables(page):
    page.controls.controls["coordinators"].value = 3

    run(page)

    html = page.result.value
    assert "Prøvet: 3 koordinatorer i stedet for 2." in html
    assert html.count('vv-headline"') == 7
    assert html.count("<svg ") == html.count('role="img"') == html.count("</table>") == 3
    assert "om de unge kommer i uddannelse eller job" in html
    assert "Færdig på" in page.said.value
    assert (page.run.disabled, page.cancel.disabled) == (False, True)


def test_today_itself_needs_no_second_run(page):
    run(page)

    assert "Alle fem tal er som i dag." in page.result.value
    assert page.bar.value == 5


def test_moving_a_control_makes_the_answer_stale_and_moving_back_does_not(page):
    run(page)
    control = page.controls.controls["caseload_ceiling"]

    control.value = 20
    assert "vv-stale" in page.results._dom_classes
    assert "Tallene er ændret" in page.stale_note.value

    control.value = 25
    assert "vv-stale" not in page.results._dom_classes
    assert page.stale_note.value == ""


def test_an_answer_that_comes_after_a_change_is_stale_at_once(page):
    page.run.click()
    page.controls.controls["reminders"].value = True
    page.calculation.join(60)

    assert "vv-stale" in page.results._dom_classes


def test_cancel_answers_at_once_and_keeps_the_old_answer(page, monkeypatch):
    run(page)
    before = page.result.value
    monkeypatch.setattr("widgets.workbench.page.RUNS", {"small": 500})
    page.controls.controls["coordinators"].value = 4

    page.run.click()
    time.sleep(0.5)
    began = time.monotonic()
    page.cancel.click()

    assert time.monotonic() - began < 1
    assert (page.run.disabled, page.cancel.disabled) == (False, True)
    assert "Beregningen er afbrudt" in page.said.value
    page.calculation.join(20)
    assert page.result.value == before
    assert "Beregningen er afbrudt" in page.said.value


def test_a_first_answer_gives_way_to_the_settled_one_on_cancel(page, monkeypatch):
    run(page)
    before = page.result.value
    monkeypatch.setattr("widgets.workbench.page.RUNS", {"small": 500})
    monkeypatch.setattr(calculation, "EARLY", 500)
    page.controls.controls["coordinators"].value = 3

    page.run.click()
    until(lambda: "Foreløbigt svar efter 1 af 500" in page.result.value)
    page.cancel.click()

    assert page.result.value == before
    assert "vv-stale" in page.results._dom_classes


def test_a_second_run_replaces_the_first(page):
    page.run.click()
    page.controls.controls["coordinators"].value = 4
    run(page)

    assert "Prøvet: 4 koordinatorer i stedet for 2." in page.result.value


def test_a_failing_run_is_told_and_the_page_can_be_used_again(page, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("secret words")

    monkeypatch.setattr("simulation.experiments.replications.replications", fail)

    run(page)

    assert "Noget gik galt" in page._notices.value
    assert "secret" not in page._notices.value
    assert (page.run.disabled, page.cancel.disabled) == (False, True)


def test_the_same_run_twice_gives_the_same_page(page):
    page.controls.controls["coordinators"].value = 3
    run(page)
    first = page.result.value
    run(page)

    assert page.result.value == first


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("preset", PRESETS)
def test_every_number_is_listed_with_its_source(preset, language):
    html = sources_html(read_preset(preset), "x", Texts.read(language))

    assert all(f'data-parameter="{id}"' in html for id in parameters())
    assert html.count('class="vv-ours"') == sum(
        figure.confidence == "our assumption" for figure in read_preset(preset).figures.values()
    )


def test_the_page_starts_without_the_libraries_that_draw_and_tabulate():
    code = (
        "import sys; from widgets import Workbench; Workbench('da');"
        "print({'matplotlib', 'pandas'} & set(sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


@pytest.fixture
def slots():
    """The control of a number that each role of the team has."""
    control = Control("team_slots_per_week", Texts.read("da"), lambda: None)
    control.begin((4, 3, 4, 2))
    return control


def test_one_slider_stands_for_every_role_of_the_team(slots):
    assert slots.value == (4, 3, 4, 2)
    assert not slots.moved
    assert "i dag: 4, 3, 4, 2 møder pr. uge" in slots._note.value

    slots.value = 3

    assert slots.value == (3, 3, 3, 3)
    assert slots.moved


def test_the_address_keeps_the_slider_of_every_role(slots):
    slots.value = 5

    assert slots.words == "5"
    slots.begin((4, 3, 4, 2))
    slots.value = slots.read("5")
    assert slots.value == (5, 5, 5, 5)
    assert slots.read("5.5") is None
    assert slots.read("500") is None
