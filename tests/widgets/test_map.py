import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.texts import Texts
from simulation import Scenario
from simulation.experiments.promise import Promise
from simulation.experiments.sweep import sweep
from simulation.figures.map_cells import map_cells
from widgets.page import Page
from widgets.workbench.map_axis import evenly
from widgets.workbench.map_view import MapView
from widgets.workbench.municipality import invented
from widgets.workbench.views import Bench
from widgets.workbench.weighing import Weighing

TEXTS = Texts.read("da")
TODAY = Scenario.preset("small")
RUNS = 4
PATIENCE = 60


@pytest.fixture(autouse=True)
def own_data(tmp_path, monkeypatch):
    monkeypatch.setenv("VEJVISER_DATA", str(tmp_path))


@pytest.fixture(autouse=True)
def few_runs(monkeypatch):
    monkeypatch.setattr("widgets.workbench.map_view.RUNS", dict.fromkeys(("small", "medium"), RUNS))


def make(**query):
    page = Page(TEXTS)
    page.client.set_state({"query": query, "arrived": True})
    weighing = Weighing(invented("small", TEXTS))

    def try_out(values):
        weighing.try_out(weighing.scenario.replace(**values))

    view = MapView(Bench(page, weighing, try_out))
    view.follow()
    weighing.observe(lambda _: view.follow())
    return view


FEW = {"map_across": "coordinators:2:4:3", "map_up": "caseload_ceiling:15:25:2"}


@pytest.fixture
def view():
    view = make(**FEW)
    yield view
    view.work.give_up()
    view.work.join(PATIENCE)


def draw(view):
    view.work.start.click()
    view.work.join(PATIENCE)
    return view.grid.shown


def click(view, row, column):
    view.grid._handle_custom_msg({"kind": "choose", "row": row, "column": column}, [])


def test_the_map_is_that_of_the_python_api(view):
    shown = draw(view)

    promise, required = view.promise.value
    over = {"coordinators": [2, 3, 4], "caseload_ceiling": [15, 25]}
    *_, found = sweep(
        TODAY, over, measures=view._measures, promise=promise, replications=RUNS, seed=1
    )
    cells = map_cells(found, None, promise, required, TEXTS)
    told = [[cell["words"] for cell in row] for row in shown["rows"]]
    assert told == [[cell.words for cell in row] for row in cells.rows]
    assert cells.finding in view.work.result.value
    assert (shown["across"], shown["up"]) == (["2", "3", "4"], ["25", "15"])
    assert f"{cells.finding}." in view._bench.weighing.findings["map"][0]


def test_the_map_begins_coarse_and_gets_finer(monkeypatch):
    monkeypatch.setattr("widgets.workbench.map_view.RUNS", {"small": 12})
    monkeypatch.setattr("widgets.workbench.long_work._BETWEEN_PICTURES", -1.0)
    view = make(map_across="coordinators:2:8:7", map_up="caseload_ceiling:10:30:7")
    waiting = []
    view.grid.observe(
        lambda change: waiting.append(
            sum(cell["shade"] is None for row in change.new.get("rows", []) for cell in row)
        ),
        "shown",
    )

    draw(view)

    assert 0 < waiting[0] < 49
    assert waiting[-1] == 0
    assert waiting == sorted(waiting, reverse=True)


def test_another_number_in_the_cells_runs_nothing(view, monkeypatch):
    before = draw(view)
    monkeypatch.setattr("simulation.experiments.sweep.sweep", None)

    view.show.value = "wait_mean_days"

    assert view.grid.shown["rows"] != before["rows"]
    assert "dage i 9 af 10 perioder" in view.grid.shown["rows"][0][0]["words"]
    assert "Ventetid på første koordinator" in view.work.result.value
    assert view._page.client.query["map_show"] == "wait_mean_days"


def test_a_clicked_cell_is_tried_and_stays_on_the_map(view):
    draw(view)

    click(view, 0, 2)

    assert view._bench.weighing.scenario == TODAY.replace(coordinators=4, caseload_ceiling=25)
    here = {cell["here"]: cell["words"] for row in view.grid.shown["rows"] for cell in row}
    assert here["prøves"].startswith("4 koordinatorer, et loft på 25")
    assert here["i dag"].startswith("2 koordinatorer, et loft på 25")
    assert "vv-stale" not in view.grid._dom_classes


def test_a_browser_can_only_choose_a_cell_that_is_shown(view):
    draw(view)
    view.grid.set_state({"shown": {"rows": []}})

    for row, column in ((9, 0), (-1, 0), (0, 3), ("0", 0), (True, 0), (None, None), ([], {})):
        click(view, row, column)
    for message in ({"kind": "choose"}, {"kind": "x", "row": 0, "column": 0}, "choose", None):
        view.grid._handle_custom_msg(message, [])

    assert view._bench.weighing.scenario == TODAY
    assert view._page._notices.value == ""
    assert view.grid.shown["rows"]


def test_what_is_tried_besides_the_two_inputs_is_in_every_cell(view):
    view._bench.weighing.try_out(TODAY.replace(reminders=True, coordinators=9))

    draw(view)

    assert view.work.found[0].base == TODAY.replace(reminders=True)


def test_the_map_is_outdated_when_something_else_is_tried_or_asked(view):
    draw(view)

    view._bench.weighing.try_out(TODAY.replace(reminders=True))
    assert "vv-stale" in view.grid._dom_classes
    assert "Tallene er ændret" in view.work.said.value

    view._bench.weighing.try_out(TODAY)
    assert "vv-stale" not in view.grid._dom_classes
    view.across.steps.value = 2
    assert "vv-stale" in view.grid._dom_classes


def test_the_same_number_twice_is_no_map(view):
    view.up.field.value = "coordinators"

    draw(view)

    assert "Vælg to forskellige tal" in view.problem.value
    assert view.work.asked is None


def test_one_value_is_no_map(view):
    view.up.high.value = view.up.low.value

    draw(view)

    assert "har kun én værdi" in view.problem.value


def test_choices_and_switches_have_all_their_values():
    view = make(map_across="reminders", map_up="allocation")
    assert view.across.values == (False, True)
    assert len(view.up.values) == 6
    assert view.up.steps.layout.visibility == "hidden"

    shown = draw(view)

    assert shown["across"] == ["nej", "ja"]
    assert len(shown["rows"]) == 6


def test_a_number_of_each_role_is_one_for_all_of_them():
    view = make(map_across="team_slots_per_week:2:4:3", map_up="caseload_ceiling:15:25:2")
    draw(view)

    click(view, 0, 2)

    tried = view._bench.weighing.scenario.team_slots_per_week
    assert len(tried) == 4
    assert "prøves" in {cell["here"] for row in view.grid.shown["rows"] for cell in row}


def test_the_address_brings_the_choice_back(view):
    view.across.field.value = "weekly_hours"
    view.across.steps.value = 4
    view.up.low.value = 0
    view.show.value = "cost_per_year_dkk"

    other = make(**view._page.client.query)

    assert (other.across.chosen, other.across.values) == ("weekly_hours", view.across.values)
    assert (other.up.chosen, other.up.values) == ("caseload_ceiling", view.up.values)
    assert other.show.value == "cost_per_year_dkk"


@pytest.mark.parametrize(
    "words",
    ["", "nothing:1:2:3", "coordinators:x:y:z", "coordinators:2", "coordinators:-5:99999:0"],
)
def test_nonsense_in_the_address_gives_the_usual_map(words):
    view = make(map_across=words, map_show="nothing")

    assert view.across.chosen == "coordinators"
    assert len(view.across.values) > 1
    assert view.show.value == "promise"


def test_another_municipality_has_an_empty_map_and_its_own_ranges(view):
    draw(view)
    medium = invented("medium", TEXTS)

    view._bench.weighing.begin(medium, medium.today)

    assert view.grid.shown == {}
    assert view.work.result.value == ""
    assert medium.today.coordinators in view.across.values


def test_a_cancelled_map_keeps_the_cells_it_has(view, monkeypatch):
    monkeypatch.setattr("widgets.workbench.map_view.RUNS", {"small": 2000})
    drawn = []
    view.grid.observe(lambda _: (drawn.append(1), view.work.cancel.click()), "shown")

    draw(view)

    assert len(drawn) == 1
    assert view.grid.shown["rows"]
    assert "afbrudt" in view.work.said.value


@given(
    st.integers(1, 60).flatmap(
        lambda size: st.tuples(
            st.just(list(range(size))),
            st.integers(0, size - 1),
            st.integers(0, size - 1),
            st.integers(2, 9),
            st.integers(-3, size + 3),
        )
    )
)
def test_steps_are_even_ordered_and_hold_their_ends_and_today(drawn):
    offered, one, other, count, today = drawn
    low, high = sorted((one, other))

    found = evenly(offered, low, high, count, today)

    assert found[0] == low
    assert found[-1] == high
    assert list(found) == sorted(set(found))
    assert len(found) == min(count, high - low + 1)
    if low <= today <= high and len(found) > 2:
        assert today in found


def test_marks_edges_and_shades_follow_the_promise():
    promise = Promise.read("late_per_year <= 3")
    *_, found = sweep(
        Scenario.preset("small", years=1, warm_up_years=1),
        {"coordinators": [1, 8], "caseload_ceiling": [5, 40]},
        promise=promise,
        replications=12,
    )

    cells = map_cells(found, None, promise, 0.5, TEXTS)

    (_, best), (worst, _) = cells.rows
    assert (best.at, worst.at) == ((8, 40), (1, 5))
    assert best.shade > worst.shade
    assert best.mark == "surely"
    assert worst.mark == ""
    assert "Det er tit nok" in best.words
    assert "Det er ikke tit nok" in worst.words
    for row in cells.rows:
        kept = [bool(cell.mark) for cell in row]
        assert ("right" in row[0].edges) == (kept[0] != kept[1])
    with pytest.raises(ValueError, match="was run without"):
        map_cells(found, "caseload_max", promise, 0.5, TEXTS)
