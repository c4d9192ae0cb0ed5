"""Where the workbench begins: choosing, loading, saving and opening, and all that a browser may send."""

import re
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from data import ListedCase, PostPlan, Texts, Upload, write_template
from data.files import read_table
from data.own_figures import OwnFigure, OwnFigures, read_own_figures, write_own_figures
from simulation import Scenario
from simulation.experiments.scenario_file import scenario_in, scenario_text
from simulation.experiments.share_code import share_code
from widgets.page import Page
from widgets.workbench import start as start_module
from widgets.workbench.municipality import invented
from widgets.workbench.start import Start
from widgets.workbench.weighing import Weighing

TEXTS = Texts.read("da")
OWN = OwnFigures("small", {"coordinators": OwnFigure(3, "lønsystemet")}, "Vores kommune")
DAY = date.today() - timedelta(days=400)  # noqa: DTZ011 (long ago, wherever it is)
POSTS = (PostPlan("K1", 37.0), PostPlan("K2", 30.0))
CASES = tuple(
    ListedCase(f"S-{n}", DAY - timedelta(days=16 * 365), DAY, "K1" if n % 2 else "")
    for n in range(1, 6)
)


class Bench:
    """A start on a page, without the rest of the workbench."""

    def __init__(self, storage=None):
        self.page = Page(TEXTS)
        self.weighing = Weighing(invented("small", TEXTS))
        self.start = Start(self.page, self.weighing, self.weighing.begin)
        self.files = []
        self.page.client.download = lambda name, content, _: self.files.append((name, content))
        self.page.client.set_state({"query": {}, "stored": storage or {}, "arrived": True})

    def does(self, kind, content=b"", **words):
        """Play the browser's part."""
        message = {"kind": kind, **words}
        self.start.panel._handle_custom_msg(message, [content] if content else [])

    def loads(self, part, content, name="fil.xlsx"):
        self.does("file", content, part=part, name=name)

    def said(self, part):
        return self.start.panel.reports[part]

    @property
    def here(self):
        return self.weighing.municipality

    @property
    def names(self):
        return {one["key"]: one["name"] for one in self.start.panel.municipalities}


@pytest.fixture
def bench():
    return Bench()


def figures(own=OWN):
    return write_own_figures(TEXTS, own.preset, own)


def cases():
    return write_template(TEXTS, cases=CASES, posts=POSTS)


# Choosing.


def test_another_municipality_is_weighed_as_it_is_today(bench):
    bench.does("choose", key="large")

    assert bench.here == invented("large", TEXTS)
    assert bench.weighing.scenario == Scenario.preset("large")
    assert bench.start.panel.chosen == "large"
    assert bench.start.panel.about == TEXTS("start.invented")


def test_what_the_address_names_and_is_not_here_is_told(bench):
    assert bench.start.restore("") == invented("medium", TEXTS)
    assert bench.start.restore("large") == invented("large", TEXTS)
    assert bench.start.restore("0123456789abcdef0123") is None
    assert bench.said("municipality")["problem"]
    assert bench.here.name in bench.said("municipality")["lead"]


# Own figures.


def test_own_figures_are_weighed_as_today_and_found_again_by_their_number(bench):
    bench.loads("figures", figures())

    assert not bench.said("figures")["problem"]
    assert (bench.here.name, bench.here.own) == ("Vores kommune", {"coordinators": "lønsystemet"})
    assert bench.weighing.scenario == Scenario.preset("small", coordinators=3)
    assert bench.start.panel.own[0]["value"] == f"3 {TEXTS('unit.persons')}"
    assert bench.start.panel.loaded
    assert "1 eget tal" in bench.start.panel.about

    # Another browser has the address only; this one finds it in its list after a reload.
    other = Bench()
    assert other.here.key not in other.names or other.here.invented
    assert bench.here.key not in other.names
    assert other.start.restore(bench.here.key) == bench.here
    assert bench.here.key in Bench(bench.page.client.stored).names


def test_faults_are_listed_and_nothing_changes(bench):
    book = load_workbook(BytesIO(figures()))
    sheet = book[TEXTS("own_figures.sheet.figures")]
    rows = {row[10].value: row for row in sheet.iter_rows()}
    rows["coordinators"][3].value = "tre"
    rows["no_show"][3].value = 15
    file = BytesIO()
    book.save(file)
    before = bench.here

    bench.loads("figures", file.getvalue(), "vores.xlsx")

    said = bench.said("figures")
    assert said["problem"]
    assert "2 ting skal rettes i »vores.xlsx«" in said["lead"]
    places = [
        f"række {rows[id][3].row}, kolonne D (Jeres tal)" for id in ("coordinators", "no_show")
    ]
    assert all(place in item for place, item in zip(places, said["items"], strict=True))
    assert bench.here == before


def test_a_number_far_from_ours_is_used_and_marked(bench):
    bench.loads("figures", figures(OwnFigures("small", {"no_show": OwnFigure(0.6, "")})))

    assert TEXTS("start.look_one") in bench.said("figures")["lead"]
    assert bench.weighing.scenario.no_show == 0.6
    (own,) = bench.start.panel.own
    assert own["beyond"]
    assert own["source"] == ""


def test_the_template_comes_filled_with_what_was_loaded(bench):
    bench.loads("figures", figures())
    bench.loads("cases", cases())

    bench.does("template", part="figures")
    bench.does("template", part="cases")

    (first, own), (second, listed) = bench.files
    assert (first, second) == ("egne-tal.xlsx", "dagens-sager.xlsx")
    # The posts are the list's by now, not a figure of its own.
    assert read_own_figures_or_none(own) is None
    assert b"PK" in listed[:4]
    bench.loads("cases", listed)
    assert bench.here.today.cases == CASES


def read_own_figures_or_none(content):
    try:
        return read_own_figures(Upload("a.xlsx", content))
    except ValueError:
        return None


# Today's cases.


def test_todays_cases_are_weighed_with_own_figures_whichever_comes_first(bench):
    own = OwnFigures("small", {"no_show": OwnFigure(0.1, "optalt")}, "Vores kommune")
    bench.loads("figures", figures(own))
    bench.loads("cases", cases())
    first = bench.weighing.scenario

    other = Bench()
    other.loads("cases", cases())
    assert not other.said("cases")["problem"], other.said("cases")
    other.loads("figures", figures(own))

    assert other.weighing.scenario == first
    assert (first.cases, first.coordinators, first.no_show) == (CASES, 2, 0.1)
    assert (
        other.here.own.keys()
        == bench.here.own.keys()
        == {"coordinators", "weekly_hours", "no_show"}
    )
    assert "5 sager" in other.start.panel.about
    assert bench.here.name == other.here.name == "Vores kommune med dagens sager"


def test_faults_of_both_sheets_of_a_case_list_are_told_at_once(bench):
    book = load_workbook(BytesIO(cases()))
    book["Sager"]["B2"].value = "engang"
    book["Koordinatorer"]["B2"].value = 90
    file = BytesIO()
    book.save(file)

    bench.loads("cases", file.getvalue())

    items = bench.said("cases")["items"]
    assert [item.split(",")[0] for item in items] == ["Ark »Koordinatorer«", "Ark »Sager«"]
    assert bench.here.invented


@pytest.mark.parametrize(
    ("part", "name", "content"),
    [
        ("cases", "sager.csv", b"Sag;F\xf8dt"),
        ("cases", "010190-1234.xlsx", b"PK\x03\x04"),
        ("figures", "tal.xlsm", b"PK\x03\x04"),
        ("figures", "tal.xlsx", b""),
        ("scenarios", "scenarie.xlsx", b"PK\x03\x04"),
        ("scenarios", "scenarie.toml", b"\xff\xfe"),
        ("scenarios", "scenarie.toml", b"format = 1"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence_and_nothing_is_lost(bench, part, name, content):
    bench.does("save", name="Før")
    before = bench.weighing.scenario, bench.names

    bench.loads(part, content, name)

    said = bench.said(part)
    assert said["problem"]
    assert said["items"]
    assert "010190" not in said["lead"] + "".join(said["items"])
    assert (bench.weighing.scenario, bench.names) == before
    assert [one["name"] for one in bench.start.panel.scenarios] == ["Før"]


def test_what_was_loaded_is_deleted_with_what_was_tried_in_it(bench):
    bench.loads("figures", figures())
    key = bench.here.key
    bench.does("save", name="Tre")

    bench.does("remove")

    assert bench.here == invented("small", TEXTS)
    assert key not in bench.names
    assert bench.start.panel.scenarios == []
    assert Bench(bench.page.client.stored).names.keys() == {"small", "medium", "large"}
    assert Bench().start.restore(key) is None


def test_what_was_deleted_in_another_window_is_told(bench):
    bench.loads("figures", figures())
    other = Bench(bench.page.client.stored)
    other.does("choose", key=bench.here.key)
    other.does("remove")

    bench.does("save", name="Fem")
    assert bench.said("scenarios")["lead"] == TEXTS("start.gone_before_saved")
    bench.does("open", number="0" * 20)
    assert bench.page._notices.value == ""
    bench.does("choose", key="large")
    assert bench.here.key == "large"


def test_a_file_that_is_put_right_and_loaded_again_is_told_from_the_first(bench):
    bench.loads("figures", figures())
    bench.loads("figures", figures())

    own = [name for key, name in bench.names.items() if len(key) > 10]
    assert len(own) == 2
    assert all(name.startswith("Vores kommune, ") for name in own)


def test_a_full_disk_is_told_and_nothing_changes(bench, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("simulation.kept.keep", full)
    bench.loads("figures", figures())
    bench.does("save", name="Fem")

    assert "No space left" in bench.said("scenarios")["lead"]
    assert bench.here.invented
    bench.loads("figures", figures())
    assert "No space left" in bench.said("figures")["lead"]


# Scenarios.


def test_a_scenario_is_saved_opened_handed_out_and_deleted(bench):
    bench.weighing.try_out(bench.here.today.replace(coordinators=3))
    tried = bench.weighing.scenario
    bench.does("save", name="Tre koordinatorer")
    (listed,) = bench.start.panel.scenarios
    assert listed["name"] == "Tre koordinatorer"

    bench.does("choose", key="large")
    bench.does("open", number=listed["number"])
    assert (bench.here.key, bench.weighing.scenario) == ("small", tried)

    bench.does("as_file", number=listed["number"])
    ((name, content),) = bench.files
    assert name == "Tre-koordinatorer.toml"
    assert scenario_in(content, name) == tried

    bench.does("forget", number=listed["number"])
    assert bench.start.panel.scenarios == []
    bench.does("open", number=listed["number"])
    assert bench.said("scenarios")["lead"] == TEXTS("start.not_there")


def test_two_browsers_see_each_their_own(bench):
    bench.does("save", name="Min")
    other = Bench()
    other.does("save", name="Din")

    assert [one["name"] for one in bench.start.panel.scenarios] == ["Min"]
    assert [one["name"] for one in other.start.panel.scenarios] == ["Din"]


@pytest.mark.parametrize(("name", "fault"), [("  ", "blank"), ("Bo 010190-1234", "personal")])
def test_a_name_that_cannot_be_is_told(bench, name, fault):
    bench.does("save", name=name)

    assert bench.said("scenarios")["problem"]
    assert bench.said("scenarios")["lead"] == TEXTS.words[f"start.name_{fault}"]
    assert bench.start.panel.scenarios == []


def test_a_share_code_opens_what_it_says_in_the_nearest_municipality(bench):
    scenario = Scenario.preset("large", coordinators=22, reminders=True)

    bench.does("code", code=f" {share_code(scenario)}. ")

    assert (bench.here.key, bench.weighing.scenario) == ("large", scenario)


def test_a_code_that_is_none_is_told(bench):
    bench.does("code", code="V1mnonsense")

    assert bench.said("scenarios")["problem"]
    assert TEXTS("share.garbled") in bench.said("scenarios")["lead"]


def test_a_file_with_rules_or_cases_becomes_a_municipality_of_its_own(bench):
    bench.loads("cases", cases())
    scenario = bench.weighing.scenario.replace(rules=bench.weighing.scenario.rules[:3])
    bench.does("choose", key="medium")

    bench.loads("scenarios", scenario_text(scenario).encode(), "fra nabo.toml")

    assert not bench.said("scenarios")["problem"]
    assert bench.here.name == "fra nabo"
    assert bench.here.today == bench.weighing.scenario == scenario
    assert "fra nabo.toml" in bench.here.own["weekly_hours"]


def test_a_wrong_line_of_a_scenarios_file_is_told_with_what_is_allowed(bench):
    text = scenario_text(Scenario.preset("small")).replace("coordinators = 2 ", "coordinators = 0 ")

    bench.loads("scenarios", text.encode(), "min.toml")

    (said,) = bench.said("scenarios")["items"]
    line = 1 + text[: text.index("coordinators = 0")].count("\n")
    assert said.startswith(f"Linje {line}: {TEXTS('parameter.coordinators')}")
    assert "1.000" in said


# A browser may send anything.

THINGS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.lists(st.text())
)
KINDS = ("choose", "template", "file", "code", "remove", "save", "open", "as_file", "forget", "x")
KEYS = ("key", "part", "name", "number", "code")


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.dictionaries(
        st.sampled_from(KEYS), st.one_of(THINGS, st.sampled_from(["figures", "cases"]))
    ),
    st.binary(max_size=40),
)
def test_no_message_of_a_browser_breaks_the_page(kind, message, content):
    SHARED.does(kind, content, **message)

    assert SHARED.page._notices.value == ""
    assert SHARED.here.invented


SHARED = Bench()


def test_a_storage_full_of_nonsense_lists_nothing():
    storage = {"scenario-../../x": "1", "scenario-" + "a" * 20: "", "municipality-": "x"}

    bench = Bench(storage)

    assert bench.start.panel.scenarios == []
    assert bench.names.keys() == {"small", "medium", "large"}


def test_every_text_of_the_start_is_used():
    folder = Path(start_module.__file__).parent
    files = [folder / f"{name}.py" for name in ("start", "start_panel", "loading")]
    code = "\n".join(file.read_text(encoding="utf-8") for file in files)
    used = set(re.findall(r'"(?:start\.)?([a-z_]+)"', code))
    used |= {f"name_{fault}" for fault in ("blank", "long", "personal")}
    used |= {f"{part}_file" for part in ("figures", "cases")}

    ours = read_table("texts/da/start.toml")[0]
    words = {name.removeprefix("start.") for name in ours if name.startswith("start.")}
    assert words - used == set()
