import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import PostPlan
from data.texts import Texts
from simulation import Scenario
from simulation.experiments import comparison
from simulation.experiments.comparison import compared
from simulation.experiments.side_by_side import side_by_side
from widgets.page import Page
from widgets.workbench.compare import IN_ADDRESS, CompareView
from widgets.workbench.line_up import (
    MOST,
    Chosen,
    LineUpError,
    from_address,
    in_address,
    name_of,
    put_beside,
)
from widgets.workbench.municipality import invented
from widgets.workbench.saved import Saved
from widgets.workbench.views import Bench
from widgets.workbench.weighing import Weighing

TEXTS = Texts.read("da")
TODAY = Scenario.preset("small")
MORE = TODAY.replace(coordinators=3)
RUNS = 4
PATIENCE = 60


@pytest.fixture(autouse=True)
def own_data(tmp_path, monkeypatch):
    monkeypatch.setenv("VEJVISER_DATA", str(tmp_path))


@pytest.fixture(autouse=True)
def few_runs(monkeypatch):
    monkeypatch.setattr("widgets.workbench.compare.RUNS", {"small": RUNS, "medium": RUNS})


def make(**query):
    page = Page(TEXTS)
    page.client.set_state({"query": query, "arrived": True})
    tried = []
    bench = Bench(page, Weighing(invented("small", TEXTS)), tried.append)
    view = CompareView(bench)
    view.follow()
    return view, bench, tried


@pytest.fixture
def view():
    view, *_ = make()
    yield view
    view.work.give_up()
    view.work.join(PATIENCE)


def compare(view, *scenarios):
    for scenario in scenarios:
        view._bench.weighing.try_out(scenario)
        view.follow()
        view.add.click()
    view.work.join(PATIENCE)


def buttons(view, name):
    """The buttons in the row of a scenario: try again, remove."""
    for row in view.rows.children:
        if name in row.children[0].value:
            return row.children[1:]
    raise AssertionError(name)


def test_what_is_tried_is_put_beside_today_and_compared_at_once(view):
    compare(view, MORE)

    *_, found = compared(
        {"I dag": TODAY, "3 koordinatorer i stedet for 2": MORE}, replications=RUNS
    )
    read = side_by_side(found, TEXTS)
    html = view.work.result.value.replace("\N{WORD JOINER}", "")
    assert all(cell.lead in html for line in read.lines for cell in line.cells)
    assert all(part in html for one in read.short for part in one.parts)
    assert read.best[0] in html
    assert "<svg " in view.figure.value
    assert view._bench.weighing.findings["compare"] == read.in_short


def test_a_name_of_ones_own_is_used_and_is_never_markup(view):
    view.name.value = "  <b>Flere  hænder</b> "
    compare(view, MORE)

    assert "&lt;b&gt;Flere hænder&lt;/b&gt;" in view.work.result.value
    for html in (
        view.work.result.value,
        view.figure.value,
        view.rows.children[1].children[0].value,
    ):
        assert "<b>Flere" not in html
    assert view.name.value == ""


def test_four_stand_side_by_side_and_a_fifth_has_no_room(view):
    compare(view, *(TODAY.replace(coordinators=number) for number in (1, 3, 4, 5)))

    assert [one.scenario.coordinators for one in view.beside] == [1, 3, 4]
    assert "Der er kun plads til 3" in view.problem.value
    assert view.work.result.value.count('<th scope="col"') == 5 + 5 + 6


def test_today_and_what_stands_there_already_are_refused_with_a_sentence(view):
    view.add.click()
    assert "det samme som i dag" in view.problem.value

    compare(view, MORE, MORE)
    assert "Det står her allerede" in view.problem.value
    assert len(view.beside) == 1


def test_a_personal_number_is_no_name(view):
    view.name.value = "010203-1234"
    compare(view, MORE)

    assert "CPR" in view.problem.value
    assert "010203" not in view.problem.value
    assert view.beside == ()
    assert view.name.value == "010203-1234"


def test_removed_ones_are_gone_from_the_table_and_the_address(view):
    compare(view, MORE, TODAY.replace(reminders=True))
    _, remove = buttons(view, "3 koordinatorer")

    remove.click()
    view.work.join(PATIENCE)
    assert "3 koordinatorer" not in view.work.result.value
    assert "påmindelser til de unge" in view.work.result.value

    buttons(view, "påmindelser")[1].click()
    assert view.work.result.value == ""
    assert view.figure.value == ""
    assert IN_ADDRESS not in view._page.client.query


def test_the_address_brings_them_back(view):
    view.name.value = "Flere hænder"
    compare(view, MORE, TODAY.replace(reminders=True))

    other, *_ = make(**view._page.client.query)
    other.work.join(PATIENCE)

    assert other.beside == view.beside
    assert other.work.result.value == view.work.result.value


def test_an_address_that_was_damaged_is_told(view):
    other, *_ = make(**{IN_ADDRESS: "nonsense"})

    assert "kan ikke læses" in other.problem.value
    assert other.beside == ()


def test_one_of_them_can_be_tried_again(view):
    view, bench, tried = make()
    compare(view, MORE.replace(reminders=True))
    bench.weighing.try_out(TODAY.replace(caseload_ceiling=20))
    view.follow()

    buttons(view, "3 koordinatorer")[0].click()

    assert tried == [{"coordinators": 3, "reminders": True, "caseload_ceiling": 25}]


def test_saved_scenarios_of_the_municipality_are_offered_until_they_stand_there(view):
    saved = Saved(view._page)
    saved.save("Gemt forslag", "small", MORE)
    saved.save("Et andet sted", "medium", Scenario.preset("medium", coordinators=7))
    view.follow()
    assert [name for name, _ in view.saved.options] == ["Gemt forslag"]

    view.add_saved.click()
    view.work.join(PATIENCE)

    assert "Gemt forslag" in view.work.result.value
    assert view.saved.options == ()


def test_each_municipality_has_what_stands_beside_it(view):
    compare(view, MORE)
    weighing, small = view._bench.weighing, view._bench.weighing.municipality
    medium = invented("medium", TEXTS)

    weighing.begin(medium, medium.today)
    view.follow()
    assert (view.beside, view.work.result.value) == ((), "")
    weighing.begin(small, small.today)
    view.follow()
    view.work.join(PATIENCE)

    assert [one.scenario for one in view.beside] == [MORE]
    assert "3 koordinatorer" in view.work.result.value


def test_what_was_run_once_is_not_run_again(view, monkeypatch):
    compare(view, MORE)
    ran = []

    whole = comparison.together
    monkeypatch.setattr(
        comparison,
        "together",
        lambda some, *rest, **w: (ran.append(some), whole(some, *rest, **w))[1],
    )

    third = TODAY.replace(reminders=True)
    compare(view, third)

    assert ran == [(third,)]


def test_the_figure_shows_the_chosen_number(view):
    compare(view, MORE)
    before = view.figure.value

    view.measure.value = "wait_mean_days"

    assert "Ventetid på første koordinator" in view.figure.value
    assert view.figure.value != before


# --- The line-up and its words in an address --------------------------------------------------------


changes = st.fixed_dictionaries(
    {},
    optional={
        "coordinators": st.integers(1, 9),
        "weekly_hours": st.sampled_from([20.0, 22.5, 30.0, 37.0]),
        "reminders": st.booleans(),
        "allocation": st.sampled_from(["equal_split", "team", "district"]),
        "standstill_weeks": st.sampled_from([(), (29, 30)]),
        "vacancy_months": st.sampled_from([(1.0, 2.0, 3.0), (2.0, 4.0, 8.0)]),
    },
)
names = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=30
)


@given(st.lists(st.tuples(names, changes), max_size=MOST + 1))
def test_whatever_stands_beside_comes_back_from_the_address(offered):
    beside = ()
    for name, values in offered:
        try:
            beside = put_beside(beside, Chosen(name, TODAY.replace(**values)), TODAY, "I dag")
        except LineUpError:
            continue

    words = in_address(beside, TODAY)

    assert from_address(words, TODAY, "I dag") == beside if beside else words == ""


@given(st.text(max_size=300) | st.binary(max_size=200).map(bytes.hex))
def test_any_words_of_an_address_are_read_or_refused(words):
    try:
        found = from_address(words, TODAY, "I dag")
    except ValueError:
        return
    assert all(isinstance(one.scenario, Scenario) for one in found)


def test_no_address_holds_a_case_list():
    with_posts = TODAY.replace(posts=(PostPlan("A", weekly_hours=37),))
    kept = Chosen("Flere", MORE)

    assert in_address([Chosen("Liste", with_posts)], TODAY) == ""
    assert from_address(in_address([Chosen("L", with_posts), kept], TODAY), TODAY, "x") == (kept,)
    # What does not differ from today says nothing, whatever today holds.
    more = with_posts.replace(reminders=True)
    assert from_address(in_address([Chosen("M", more)], with_posts), with_posts, "x") == (
        Chosen("M", more),
    )


def test_a_long_list_of_changes_is_cut_to_a_name():
    many = TODAY.replace(
        coordinators=7, weekly_hours=37.0, reminders=True, caseload_ceiling=12, annual_turnover=0.5
    )

    name = name_of(many, TODAY, TEXTS)

    assert 70 < len(name) <= 80
    assert name.endswith("…")
