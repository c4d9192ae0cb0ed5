import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest

from data import PRESETS, parameters, read_preset
from data.control_groups import control_groups
from data.texts import Texts
from simulation import Scenario, replications
from simulation.headlines import headlines
from simulation.study import Study
from widgets.workbench import calculation
from widgets.workbench.controls import CONTROLS, Controls
from widgets.workbench.municipality import Municipality, invented
from widgets.workbench.page import Workbench
from widgets.workbench.sources import sources_html

TEXTS = Texts.read("da")
RUNS = 10


@pytest.fixture(autouse=True)
def own_log(tmp_path, monkeypatch):
    monkeypatch.setenv("VEJVISER_DATA", str(tmp_path))


@pytest.fixture
def quick(monkeypatch):
    """Few runs, and no figure."""
    for place in ("widgets.workbench.calculation.RUNS", "widgets.workbench.page.RUNS"):
        monkeypatch.setattr(place, dict.fromkeys(PRESETS, RUNS))
    monkeypatch.setattr("widgets.workbench.figures.Figures.show", lambda *_: None)


@pytest.fixture
def page(quick):
    """The page of the small municipality, whose replications are short, answered."""
    page = Workbench("da")
    browser_says(page, preset="small")
    settled(page)
    yield page
    page.calculation.cancel()
    page.calculation.join(20)


def browser_says(page, **query):
    """Play the browser's part: it tells its address once the page is drawn."""
    page.client.set_state({"query": query, "arrived": True})


def move(page, number=1, **places):
    """Play the browser's part: controls were moved to places in their lists."""
    panel = page.controls.panel
    message = {"kind": "set", "places": places, "number": number, "edition": panel.edition}
    panel._handle_custom_msg(message, [])


def settled(page):
    until(lambda: page.weighing.study is not None)
    return page.weighing.study


def state(page):
    return page.answer.said.value.partition('data-answer="')[2].partition('"')[0]


def until(true):
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


# --- The controls ---------------------------------------------------------------------------------


@pytest.fixture
def controls():
    return Controls(TEXTS, invented("medium", TEXTS), lambda: None)


def drawn(controls, id):
    groups = controls.panel.groups
    return next(one for group in groups for one in group["controls"] if one["id"] == id)


def test_the_controls_stand_in_five_groups_of_which_the_first_is_open(controls):
    groups = controls.panel.groups

    assert [group["label"] for group in groups] == [
        "Mennesker", "Møder", "Prioritering", "Hvem kommer ind", "Ledergruppen",
    ]  # fmt: skip
    assert [group["open"] for group in groups] == [True, False, False, False, False]
    assert 25 <= len(CONTROLS) == len(set(CONTROLS)) <= 32


@pytest.mark.parametrize("preset", PRESETS)
def test_a_control_offers_todays_value_and_nothing_that_is_not_allowed(preset):
    today = Scenario.preset(preset)
    for group in control_groups():
        for control in group.controls:
            now = getattr(today, control.field)
            offered = control.offered(now)

            assert offered.count(now) == 1, control.field
            assert len(offered) > 1, control.field
            assert all(parameters()[control.field].fault(value) is None for value in offered)
            for value in offered:
                today.replace(**{control.field: value})


def test_a_control_tells_unit_today_meaning_reach_range_source_and_whose_guess_it_is(controls):
    hours = drawn(controls, "weekly_hours")

    assert (hours["unit"], hours["said_today"]) == ("timer pr. uge", "29,5")
    assert hours["values"][hours["today"]] == 29.5
    assert (hours["mark"], hours["look"]) == ("vores antagelse", True)
    meaning, reach, spread, source = hours["about"]
    assert meaning == TEXTS("parameter.weekly_hours.meaning")
    assert reach == "Kan sættes fra 10 til 37."
    assert spread == "Kan meget vel være 25–37."
    assert source.startswith("Kilde (vores antagelse, beregnet ud fra kilderne): Stillinger på 0,8")
    assert drawn(controls, "annual_turnover")["look"] is False


def test_choices_and_switches_are_offered_in_words(controls):
    assert drawn(controls, "priority")["values"][0] == "Nærmeste frist først"
    assert drawn(controls, "reminders")["kind"] == "switch"
    assert drawn(controls, "reminders")["said_today"] == "nej"


def test_a_control_that_moves_nothing_says_why_until_it_does(controls):
    assert "Ledergruppens greb" in controls.panel.idle["leadership_budget"]
    assert "board_places" not in controls.panel.idle

    controls.choose({"leadership_rule": "hire", "board_interval_weeks": 0})

    assert "leadership_budget" not in controls.panel.idle
    assert "Tid mellem møder i visitationen" in controls.panel.idle["board_places"]


def test_a_number_of_the_leaders_own_is_told_as_theirs():
    own = {"weekly_hours": "Lønkontoret, oktober", "caseload_ceiling": ""}
    today = Scenario.preset("small", weekly_hours=25)
    town = Municipality("abc", "Vores", "small", today, own)
    controls = Controls(TEXTS, town, lambda: None)

    hours, ceiling = drawn(controls, "weekly_hours"), drawn(controls, "caseload_ceiling")

    assert (hours["said_today"], hours["mark"], hours["look"]) == ("25", "jeres eget tal", False)
    assert hours["about"][-1] == "Kilde (jeres eget tal): Lønkontoret, oktober"
    assert "I har ikke skrevet" in ceiling["about"][-1]
    html = sources_html(town, TEXTS)
    assert html.count('class="vv-own"') == 2
    assert "Lønkontoret, oktober" in html


def test_words_of_the_leaders_never_become_markup():
    town = Municipality("a", "<b>", "small", Scenario.preset("small"), {"no_show": "<script>"})

    html = sources_html(town, TEXTS)

    assert "<script>" not in html
    assert "<b>" not in html


@pytest.mark.parametrize("place", [10**9, -1, None, "x", True, 1.5, [1]])
def test_a_browser_cannot_set_a_control_to_nonsense(page, place):
    with suppress(Exception):  # refusing is one right answer
        move(page, coordinators=place, nothing=1)

    assert page.controls.values["coordinators"] == 2
    assert page.weighing.scenario == Scenario.preset("small")


def test_a_place_in_a_list_that_is_gone_is_passed_over(page):
    panel = page.controls.panel
    late = {"kind": "set", "places": {"coordinators": 0}, "number": 7, "edition": panel.edition}
    page.controls.begin(invented("large", TEXTS))

    panel._handle_custom_msg(late, [])

    assert page.controls.values["coordinators"] == 19
    assert panel.heard == 7


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("preset", PRESETS)
def test_every_number_is_listed_with_its_source(preset, language):
    texts = Texts.read(language)
    html = sources_html(invented(preset, texts), texts)

    assert all(f'data-parameter="{id}"' in html for id in parameters())
    assert html.count('class="vv-ours"') == sum(
        figure.confidence == "our assumption" for figure in read_preset(preset).figures.values()
    )


def test_one_control_stands_for_every_role_of_the_team():
    today = Scenario.preset("medium", team_slots_per_week=(4, 3, 4, 2))
    controls = Controls(TEXTS, Municipality("x", "X", "medium", today), lambda: None)
    slots = drawn(controls, "team_slots_per_week")

    assert controls.values["team_slots_per_week"] == (4, 3, 4, 2)
    assert slots["said_today"] == "4, 3, 4, 2"
    assert slots["said"] == {slots["today"]: "4, 3, 4, 2"}

    controls.choose({"team_slots_per_week": 3})

    assert controls.values["team_slots_per_week"] == (3, 3, 3, 3)
    assert controls.address()["team_slots_per_week"] == "3"


# --- The address ----------------------------------------------------------------------------------


def test_the_page_starts_with_the_medium_municipality_as_it_is_today(quick):
    page = Workbench("da")

    assert page.weighing.municipality.key == "medium"
    assert page.weighing.scenario == Scenario.preset("medium")
    assert page.client.query == {}


def test_the_address_brings_everything_back(quick):
    page = Workbench("da")

    browser_says(
        page, preset="small", coordinators="3", weekly_hours="25.5", reminders="1",
        priority="need_first", team_slots_per_week="3-2-3-2", vacancy_months="1-2-3",
    )  # fmt: skip

    assert page.weighing.scenario == Scenario.preset(
        "small", coordinators=3, weekly_hours=25.5, reminders=True, priority="need_first",
        team_slots_per_week=(3, 2, 3, 2), vacancy_months=(1, 2, 3),
    )  # fmt: skip
    assert page._notices.value == ""


@pytest.mark.parametrize("value", ["9999", "-1", "nan", "inf", "3.5", "<b>", "", "1e400"])
def test_nonsense_in_the_address_is_ignored_with_a_sentence(quick, value):
    page = Workbench("da")

    browser_says(page, coordinators=value, priority="x", other="x")

    assert page.weighing.scenario == Scenario.preset("medium")
    assert "Koordinatorer" in page._notices.value
    assert "Rækkefølge på listen" in page._notices.value
    assert "<b>" not in page._notices.value


def test_the_address_says_only_what_differs_from_today(page):
    move(page, coordinators=2)
    assert page.client.query == {"preset": "small", "coordinators": "3"}

    page.controls.reset()
    assert page.client.query == {"preset": "small"}


def test_a_number_that_is_no_control_gets_one_where_it_differs_and_can_be_taken_back(page):
    page._begin(invented("small", TEXTS), Scenario.preset("small", work_multiplier=1.2))
    other = page.controls.panel.groups[-1]

    assert (other["label"], other["open"]) == ("Andet, der er ændret", True)
    assert [one["id"] for one in other["controls"]] == ["work_multiplier"]
    assert page.client.query["work_multiplier"] == "1.2"

    move(page, work_multiplier=other["controls"][0]["today"])

    assert page.weighing.scenario == Scenario.preset("small")
    assert "work_multiplier" not in page.client.query


# --- The answer -----------------------------------------------------------------------------------


def test_the_page_answers_by_itself_with_words_numbers_and_what_carries_them(page):
    move(page, coordinators=2)

    assert "vv-stale" in page.answer._found._dom_classes
    study = settled(page)

    assert study.scenario == Scenario.preset("small", coordinators=3)
    assert "Prøvet: 3 koordinatorer i stedet for 2." in page.answer.words.value
    assert page.answer.numbers.value.count('vv-headline"') == 7
    assert "om de unge kommer i uddannelse eller job" in page.answer.foot.value
    assert "Udeblivelse: 15" in page.answer.foot.value
    assert state(page) == "settled"
    assert "vv-stale" not in page.answer._found._dom_classes


def test_a_number_that_is_tried_is_no_assumption_of_ours(page):
    assert "Udeblivelse: 15" in page.answer.foot.value

    page.controls.choose({"no_show": 0.3})
    settled(page)
    assert "Udeblivelse" not in page.answer.foot.value

    page.controls.reset()
    settled(page)
    assert "Udeblivelse: 15" in page.answer.foot.value


def test_what_is_shown_is_what_python_says_of_the_same_scenario_and_seed(page):
    move(page, reminders=1, caseload_ceiling=3)
    study = settled(page)
    today = Scenario.preset("small")
    tried = today.replace(reminders=True, caseload_ceiling=8)
    same = Study(
        tried, tuple(replications(tried, RUNS, 1)), today, tuple(replications(today, RUNS, 1))
    )

    # In words: what could not be measured equals nothing, not even itself.
    assert repr(study) == repr(same)
    for one in headlines(same, TEXTS):
        assert f"<dd>{one.value}</dd>" in page.answer.numbers.value


@pytest.mark.parametrize("group", [group.id for group in control_groups()])
def test_every_control_moves_a_number_that_is_shown(group):
    town = Scenario.preset("small", leadership_rule="hire" if group == "leadership" else "none")
    before = shown(town)
    for control in next(one for one in control_groups() if one.id == group).controls:
        offered = control.offered(getattr(town, control.field))
        assert any(
            shown(town.replace(**{control.field: value})) != before
            for value in (offered[0], offered[-1], *offered)
        ), control.field


def shown(scenario):
    """The headline numbers of a few years."""
    study = Study(scenario, tuple(replications(scenario.replace(years=2), 5, 1)))
    return [(one.value, one.mean) for one in headlines(study, TEXTS)]


def test_today_itself_needs_no_second_scenario(page):
    assert "Alle tal er som i dag." in page.answer.words.value


def test_a_first_answer_says_that_it_is_one_and_gives_way_to_the_settled(page, monkeypatch):
    go_on = threading.Event()
    seen = []
    show = page.answer.show

    def held(study, runs, wanted):
        shown = show(study, runs, wanted)
        seen.append((len(study.results), state(page), page.weighing.study))
        if len(study.results) < runs:
            go_on.wait(30)
        return shown

    monkeypatch.setattr(page.answer, "show", held)
    monkeypatch.setattr(calculation, "_FEWEST", 3)
    move(page, coordinators=3)
    until(lambda: seen)
    assert "Foreløbigt svar efter 3 af 10 gentagelser" in page.answer.said.value
    go_on.set()
    settled(page)

    assert [(done, said) for done, said, _ in seen] == [(3, "first"), (10, "settled")]
    assert seen[0][2] is None


def test_an_answer_that_was_overtaken_is_never_shown(page, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()
    words = []
    monkeypatch.setattr("widgets.workbench.answer_view.words_html", lambda study, _: _hold(study))

    def _hold(study):
        if study.scenario.coordinators == 3:
            begun.set()
            go_on.wait(30)
        words.append(study.scenario.coordinators)
        return f"<p>{study.scenario.coordinators} koordinatorer</p>"

    move(page, coordinators=2)
    assert begun.wait(30)
    move(page, coordinators=3)
    settled(page)
    go_on.set()
    until(lambda: 3 in words)

    assert page.answer.words.value == "<p>4 koordinatorer</p>"
    assert page.weighing.study.scenario.coordinators == 4
    assert state(page) == "settled"


def test_moving_there_and_back_gives_the_first_answer_again_without_running(page, monkeypatch):
    before = page.answer.words.value
    move(page, coordinators=3)
    settled(page)
    ran = []
    known = "simulation.experiments.replications.together"
    monkeypatch.setattr(known, lambda *_, **__: iter(ran.append(1) or ()))

    page.controls.reset()
    settled(page)

    assert page.answer.words.value == before
    assert not ran


def test_what_was_overtaken_on_its_way_is_gone_on_with(page):
    kept = page.calculation._known
    scenario = Scenario.preset("small", coordinators=3)
    kept[scenario] = list(replications(scenario, 4, 1))

    move(page, coordinators=2)

    assert settled(page).results == tuple(replications(scenario, RUNS, 1))
    assert list(kept[scenario]) == list(replications(scenario, RUNS, 1))


def test_results_are_kept_of_the_latest_scenarios_only(page):
    for place in range(20):
        move(page, caseload_ceiling=place)
        settled(page)

    assert len(page.calculation._known) == calculation._KEPT


def test_a_failing_run_is_told_and_the_next_change_answers(page, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("secret words")

    with monkeypatch.context() as broken:
        broken.setattr("simulation.experiments.replications.together", fail)
        move(page, coordinators=3)
        until(lambda: "Noget gik galt" in page._notices.value)
        assert state(page) == "failed"
        assert "secret" not in page._notices.value

    move(page, coordinators=2)
    settled(page)
    assert state(page) == "settled"
    assert page._notices.value == ""


def test_a_figure_that_cannot_be_drawn_leaves_the_words(page, monkeypatch):
    def fail(*_):
        raise RuntimeError

    monkeypatch.setattr("widgets.workbench.figures.Figures.show", fail)
    move(page, coordinators=3)
    until(lambda: "Noget gik galt" in page._notices.value)

    assert settled(page)
    assert state(page) == "settled"


def test_another_municipality_brings_its_own_numbers_and_sources(page):
    page.start.choose("large")

    assert page.controls.values["coordinators"] == 19
    assert "350.000" in page.sources.value
    assert page.client.query == {"preset": "large"}
    settled(page)
    assert "Med 19 koordinatorer" in page.answer.words.value


def test_the_page_starts_without_the_libraries_that_draw_and_tabulate():
    code = (
        "import sys; from widgets import Workbench; Workbench('da');"
        "print({'matplotlib', 'pandas', 'numba'} & set(sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
