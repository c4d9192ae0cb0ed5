"""The numbers from the checklists on their page and at the start of the workbench."""

import re
from datetime import date
from pathlib import Path

import pytest

from data import Texts, read_preset
from data.store import Store
from simulation import Scenario
from simulation.calibration.calibration import beside_ours
from simulation.calibration.kept_calibration import newest_calibration
from simulation.calibration.recorded_run import recorded_run
from widgets import CalibrationPage
from widgets.page import Page
from widgets.workbench.loading import RefusedError, load_checklists
from widgets.workbench.municipality import invented, municipality
from widgets.workbench.start import Start
from widgets.workbench.weighing import Weighing

TEXTS = Texts.read("da")
TODAY = date(2026, 11, 22)
PATIENCE = 120


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """What opens a store in which a small municipality has written three years down."""
    scenario = Scenario.preset("small", years=3, start=date(2023, 10, 1))
    cases, meetings, _, _ = recorded_run(scenario, 5, 0)
    url = f"sqlite:///{tmp_path_factory.mktemp('store') / 'vejviser.db'}"
    store = Store.open(url)
    store.change_settings(real_cases=True)
    for one in cases:
        store.save_case(one)
    store.add_records(meetings, "test")
    return lambda: Store.open(url)


def empty():
    return Store.open("sqlite://")


def page_of(open_store, language="da"):
    return CalibrationPage(language, open_store=open_store, today=lambda: TODAY)


def test_the_page_estimates_shows_and_hands_over_to_the_workbench(written):
    page = page_of(written)
    assert TEXTS("calibration.not_made") in page.said.value

    page.make.click()
    page.join(PATIENCE)

    # A small municipality is held beside our small one.
    assert page.size.value == "small"
    assert page.tables.value.count("<table") == 2
    assert TEXTS("calibration.verdict.used") in page.tables.value
    assert TEXTS("calibration.verdict.hidden", fewest="5") in page.tables.value
    kept = newest_calibration(written())
    used = [line for line in beside_ours(kept, read_preset("small")) if line.verdict == "used"]
    assert page.tables.value.count('class="vv-own"') == len(used) > 3

    page.use.click()

    number = re.search(r"kapacitet\.ipynb\?preset=([0-9a-f]{20})", page.ready.value)[1]
    found = municipality(number, TEXTS)
    assert found.today.no_show == kept.told["no_show"].value
    assert found.own["no_show"] == "jeres tjeklister, 1. oktober 2023 til 30. september 2026"
    # Another page tells the same at once, and asks nobody to estimate again.
    again = page_of(written, "en")
    assert again.tables.value.count("<table") == 2
    assert again.make not in again._content.children[1].children[1].children


def test_a_store_without_checklists_says_so_and_offers_nothing(written):
    page = page_of(empty)
    page.make.click()
    page.join(PATIENCE)

    assert TEXTS("calibration.nothing") in page.said.value
    assert not page.make.disabled
    here = invented("small", TEXTS)
    with pytest.raises(RefusedError, match=re.escape(TEXTS("calibration.nothing"))):
        load_checklists(here, TEXTS, TODAY, empty)


class Bench:
    """A start on a page, without the rest of the workbench."""

    def __init__(self, open_store):
        self.page = Page(TEXTS)
        self.weighing = Weighing(invented("small", TEXTS))
        self.start = Start(self.page, self.weighing, self.weighing.begin, open_store)
        self.page.client.set_state({"query": {}, "stored": {}, "arrived": True})

    def does(self, kind):
        self.start.panel._handle_custom_msg({"kind": kind}, [])


def test_one_click_in_the_workbench_weighs_the_municipality_with_its_own_numbers(written):
    bench = Bench(written)

    bench.does("checklists")

    here, kept = bench.weighing.municipality, newest_calibration(written())
    assert not bench.start.panel.reports["checklists"]["problem"]
    assert not here.invented
    assert here.today.inflow_per_year == kept.told["inflow_per_year"].value
    assert bench.weighing.scenario == here.today
    shown = {one["name"]: one["source"] for one in bench.start.panel.own}
    assert shown[TEXTS("parameter.no_show")].startswith("jeres tjeklister, ")
    # What nobody could estimate is ours.
    assert here.today.annual_turnover == Scenario.preset("small").annual_turnover


def test_figures_that_the_leaders_typed_stay_where_nothing_was_estimated(written):
    here = invented("small", TEXTS)
    typed = here.today.replace(case_hours_per_year=1200, no_show=0.3)
    own = {"case_hours_per_year": "lønsystemet", "no_show": "skøn"}
    mine = type(here)(here.key, here.name, here.preset, typed, own)

    found = load_checklists(mine, TEXTS, TODAY, written)

    assert found.scenario.case_hours_per_year == 1200
    assert found.municipality.own["case_hours_per_year"] == "lønsystemet"
    assert found.scenario.no_show != 0.3
    assert found.municipality.own["no_show"].startswith("jeres tjeklister, ")


def test_the_start_says_why_nothing_was_loaded():
    bench = Bench(empty)

    bench.does("checklists")

    report = bench.start.panel.reports["checklists"]
    assert report["problem"]
    assert report["lead"] == TEXTS("calibration.nothing")
    assert bench.weighing.municipality.invented


def test_every_text_of_the_numbers_from_checklists_is_used():
    root = Path(__file__).parents[2]
    code = "\n".join(
        file.read_text(encoding="utf-8")
        for room in ("simulation", "widgets", "handbook")
        for file in (root / room).rglob("*.py")
    )
    made = ("calibration.verdict.", "calibration.how.", "calibration.column.")
    made += tuple(f"calibration.{id}" for id in ("fixed_", "stay_", "first_", "late_"))
    made += ("calibration.inputs", "calibration.outcomes", "calibration.nothing")
    made += ("calibration.not_allowed",)
    for id in TEXTS.words:
        if id.startswith("calibration.") and not id.startswith(made):
            assert f'"{id}"' in code or f"'{id}'" in code, id
