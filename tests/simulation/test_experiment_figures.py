"""Figures of experiments say what their tables say, in both languages, and are the same bytes each time."""

import io
import re
from functools import cache
from itertools import combinations
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from data.texts import Texts
from simulation import Scenario
from simulation.experiments.comparison import compared as compare_many
from simulation.experiments.pareto import pareto as weigh
from simulation.experiments.precision import Goal, until_precise
from simulation.experiments.sensitivity import screen, shares_of_variance
from simulation.experiments.sweep import sweep
from simulation.experiments.uncertain import uncertain_inputs
from simulation.figures import (
    pareto,
    precision_growth,
    scenarios_compared,
    screening,
    sweep_map,
    variance_shares,
)
from simulation.figures.picture import GROUND, INK, LIMIT

DANISH, ENGLISH = Texts.read("da"), Texts.read("en")
NAN = float("nan")


def compared(**changes):
    rows = [
        ("i dag", "late_per_year", 5.9, 2.8, 9.0, 0.5, 18.5),
        ("5 koordinatorer", "late_per_year", 3.75, 1.1, 6.4, 0.0, 11.0),
        ("6 koordinatorer", "late_per_year", 1.1, 0.0, 2.2, 0.0, 2.5),
        ("i dag", "kept_coordinator_share", 0.74, 0.67, 0.81, 0.5, 1.0),
        ("5 koordinatorer", "kept_coordinator_share", 0.75, 0.70, 0.80, 0.5, 1.0),
        ("6 koordinatorer", "kept_coordinator_share", 0.76, 0.71, 0.81, 0.5, 1.0),
        ("i dag", "cost_per_year_dkk", 2.57e6, 2.5e6, 2.6e6, 2.5e6, 2.7e6),
        ("5 koordinatorer", "cost_per_year_dkk", 3.02e6, 3.0e6, 3.1e6, 2.9e6, 3.2e6),
        ("6 koordinatorer", "cost_per_year_dkk", 3.47e6, 3.4e6, 3.5e6, 3.3e6, 3.6e6),
    ]
    names = ["scenario", "measure", "mean", "mean_low", "mean_high", "low", "high"]
    return pd.DataFrame(rows, columns=names).assign(**({"efficient": True} | changes))


def row_of_sweep(late, kept, **at):
    numbers = {"mean": late, "mean_low": late, "mean_high": late, "low": 0.0, "high": 2 * late}
    promise = {"promise_kept": kept, "promise_low": kept - 0.04, "promise_high": kept + 0.04}
    return at | {"measure": "late_share"} | numbers | promise


def swept(kept=(0.2, 0.91, 0.99), fields=("coordinators",)):
    if len(fields) == 1:
        cells = [row_of_sweep(0.3 - 0.1 * n, k, coordinators=3 + n) for n, k in enumerate(kept)]
    else:
        cells = [
            row_of_sweep(0.1 * (y + 1) / (x + 1), k - 0.3 * y, coordinators=3 + x, quorum=y)
            for x, k in enumerate(kept)
            for y in range(2)
        ]
    return pd.DataFrame(cells)


def screened(**changes):
    rows = [
        ("no_show", 0.35, 0.28, 0.46, 0.11, 0.05, "chosen"),
        ("annual_turnover", 0.03, 0.01, 0.05, 0.02, 0.03, "within noise"),
        ("caseload_ceiling", 0.19, 0.1, 0.3, 0.13, 0.02, "chosen"),
        ("crisis_hours", 0.0, 0.0, 0.0, NAN, 0.0, "no effect"),
    ]
    names = ["input", "mu_star", "mu_star_low", "mu_star_high", "sigma", "noise", "verdict"]
    return pd.DataFrame(rows, columns=names).assign(**({"measure": "late_share"} | changes))


def shared(**changes):
    rows = [
        ("caseload_ceiling", 0.23, -0.12, 0.59, 0.35, 0.12, 0.57),
        ("no_show", 0.45, 0.2, 0.7, 0.8, 0.41, 1.19),
    ]
    names = ["input", "first", "first_low", "first_high", "total", "total_low", "total_high"]
    return pd.DataFrame(rows, columns=names).assign(**({"measure": "late_share"} | changes))


def grown(met=True, estimate=4.4):
    rows = [
        {
            "measure": "late_per_year",
            "replications": n,
            "estimate": estimate,
            "low": estimate - 9 / n if n > 1 else NAN,
            "high": estimate + 9 / n if n > 1 else NAN,
            "half_width": 9 / n if n > 1 else NAN,
            "wanted": 0.25,
            "met": met and n == 40,
        }
        for n in range(1, 41)
    ]
    return pd.DataFrame(rows)


DRAWN = {
    "compare": lambda texts: scenarios_compared(compared(), "late_per_year", texts),
    "line": lambda texts: sweep_map(swept(), "late_share", texts),
    "map": lambda texts: sweep_map(swept(fields=("x", "y")), "late_share", texts),
    "screening": lambda texts: screening(screened(), "late_share", texts),
    "shares": lambda texts: variance_shares(shared(), "late_share", texts),
    "pareto": lambda texts: pareto(compared(), texts),
    "precision": lambda texts: precision_growth(grown(), "late_per_year", texts),
}
DRAWN = {name: cache(draw) for name, draw in DRAWN.items()}  # drawing takes most of a test's time
each = pytest.mark.parametrize("drawn", DRAWN.values(), ids=DRAWN)
both = pytest.mark.parametrize("texts", [DANISH, ENGLISH], ids=["da", "en"])


def plain(words):
    return words.replace("\xa0", " ")


@each
def test_the_same_table_gives_the_same_bytes(drawn):
    assert drawn.__wrapped__(DANISH).svg == drawn(DANISH).svg


@each
@both
def test_a_figure_is_well_formed_and_its_table_is_whole(drawn, texts):
    picture = drawn(texts)

    assert ET.fromstring(picture.svg).tag.endswith("svg")  # noqa: S314 (our own)
    assert picture.rows
    assert {len(row) for row in picture.rows} == {len(picture.columns)}
    assert len(set(picture.columns)) == len(picture.columns)


def test_ids_differ_between_figures_on_one_page_and_all_targets_are_there():
    # A sweep is one figure, drawn as a line or as a map.
    pictures = [drawn(DANISH).svg for name, drawn in DRAWN.items() if name != "line"]
    ids = [id for svg in pictures for id in re.findall(r' id="([^"]+)"', svg)]

    assert len(ids) == len(set(ids))
    for svg in pictures:
        targets = re.findall(r'(?:href="#|url\(#)([^")]+)', svg)
        assert targets
        assert all(f'id="{target}"' in svg for target in targets)


@each
def test_every_row_of_the_table_is_told_to_those_who_cannot_see(drawn):
    picture = drawn(DANISH)

    told = plain(picture.alternative)
    for row in picture.rows if len(picture.rows) < 20 else [picture.rows[0], picture.rows[-1]]:
        assert plain(row[1]) in told


@each
def test_a_figure_that_stands_alone_has_its_title_drawn_and_can_be_any_kind_of_file(drawn):
    picture = drawn(DANISH)
    figure = picture.figure()

    title = figure.get_suptitle().replace("\n", " ")
    assert title == picture.title
    paper = io.BytesIO()
    figure.savefig(paper, format="png")
    assert paper.getvalue().startswith(b"\x89PNG")
    assert figure.get_figwidth() == 10


@each
def test_no_word_leaves_the_paper(drawn):
    figure = drawn(DANISH).figure()
    figure.draw_without_rendering()

    page = figure.bbox
    for axes in figure.axes:
        low, high = sorted(axes.get_ylim())
        shown = [tick for tick in axes.get_yticklabels() if low <= tick.get_position()[1] <= high]
        for text in [*axes.texts, *shown, axes.xaxis.label]:
            box = text.get_window_extent()
            assert not text.get_text() or box.x0 >= page.x0 - 2, text.get_text()
            assert not text.get_text() or box.x1 <= page.x1 + 2, text.get_text()


def test_titles_say_the_finding_with_a_danish_comma():
    titles = {name: plain(drawn(DANISH).title) for name, drawn in DRAWN.items()}

    assert titles["compare"] == (
        "Forsinkede faste møder pr. år: lavest med “6 koordinatorer” (1,1), højest med “i dag” (5,9)"
    )
    assert titles["line"] == "Fra 4 koordinatorer holdes løftet i mindst 90 % af perioderne"
    assert titles["map"] == "2 af 6 muligheder holder løftet i mindst 90 % af perioderne"
    assert titles["screening"] == (
        "“Udeblivelse” flytter andel forsinkede faste møder mest (i gennemsnit 35,0 procentpoint), "
        "derefter “Loft pr. koordinator”"
    )
    assert titles["shares"] == (
        "Kendte vi “Udeblivelse”, forsvandt 45 % af usikkerheden om andel forsinkede faste møder"
    )
    assert titles["pareto"] == (
        "3 af 3 muligheder overgås ikke. Forsinkede faste møder pr. år: 5,9 med “i dag” (2,57 mio. kr.), "
        "1,1 med “6 koordinatorer” (3,47 mio. kr.)"
    )
    assert titles["precision"] == (
        "Forsinkede faste møder pr. år: 4,4, efter 40 gentagelser kendt på ±0,2; ønsket var ±0,2"
    )
    assert "lowest with “6 koordinatorer” (1.1)" in DRAWN["compare"](ENGLISH).title


def test_what_is_unclear_is_called_unclear():
    unclear = compared(clear=[None, False, False] * 3)
    one_clear = compared(clear=[None, NAN, True] * 3)

    assert (
        "statistisk uklart" in scenarios_compared(unclear, "kept_coordinator_share", DANISH).title
    )
    assert "uklart" not in scenarios_compared(one_clear, "late_per_year", DANISH).title
    assert "uklart" not in scenarios_compared(compared(), "late_per_year", DANISH).title
    flat = shared(first_low=-0.1)
    assert variance_shares(flat, "late_share", DANISH).title.startswith("Intet enkelt tal")
    chance = screened(verdict="within noise")
    assert screening(chance, "late_share", DANISH).title.startswith("Ingen af de usikre tal")
    missed = precision_growth(grown(met=False), "late_per_year", DANISH)
    assert "kun kendt på" in missed.title


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ((0.1, 0.2, 0.3), "Ingen af mulighederne holder løftet i mindst 90 %"),
        ((0.9, 0.95, 1.0), "Alle muligheder holder løftet i mindst 90 %"),
        ((0.95, 0.92, 0.1), "Til og med 4 koordinatorer holdes løftet i mindst 90 %"),
        ((0.95, 0.1, 0.95), "2 af 3 muligheder holder løftet i mindst 90 %"),
        ((NAN, NAN, NAN), "Andel forsinkede faste møder: fra 10 % (5 koordinatorer) til 30 % (3"),
    ],
)
def test_a_sweep_says_where_the_promise_holds(kept, said):
    assert plain(sweep_map(swept(kept), "late_share", DANISH).title).startswith(said)


def test_the_promise_is_quoted_and_its_share_is_the_callers():
    picture = sweep_map(swept(), "late_share", DANISH, promise="højst 10 %", required=0.95)

    assert plain(picture.title).startswith(
        "Fra 5 koordinatorer holdes løftet “højst 10 %” i mindst 95"
    )


def edges(table, **asked):
    """The pieces of the promise's edge, as they lie between the fields of the map."""
    axes = sweep_map(table, "late_share", DANISH, **asked).figure().axes[0]
    lines = [line for line in axes.lines if line.get_color() == LIMIT]
    return {tuple(zip(*line.get_data(), strict=True)) for line in lines}


def test_the_edge_of_the_promise_lies_between_the_fields_that_keep_it_and_those_that_do_not():
    # Kept at 4 and 5 coordinators with quorum 0: columns 1 and 2 of the lowest row.
    found = edges(swept(fields=("x", "y")))

    assert found == {((1, 0), (1, 1)), ((1, 1), (2, 1)), ((2, 1), (3, 1))}
    assert edges(swept(fields=("x", "y")), required=0.1) != found


def test_a_field_that_only_seems_to_keep_the_promise_has_an_open_dot():
    axes = sweep_map(swept(fields=("x", "y")), "late_share", DANISH).figure().axes[0]
    dots = {
        line.get_xdata()[0]: line.get_markerfacecolor()
        for line in axes.lines
        if line.get_marker() == "o"
    }

    assert dots == {1.5: GROUND, 2.5: INK}


def test_what_is_not_run_yet_is_left_empty_and_said():
    table = swept(fields=("x", "y"))
    table.loc[0, ["mean", "mean_low", "mean_high", "low", "high", "promise_kept"]] = NAN
    picture = sweep_map(table, "late_share", DANISH)

    assert (
        "Ved 3 koordinatorer, fagpersoner, der skal komme 0: ikke regnet endnu."
        in picture.alternative
    )
    assert picture.rows[0][2:] == ("–",) * 4


def test_a_figure_can_show_a_late_meeting_of_a_single_year():
    table = compared(measure=["breach_17_5"] * 3 + ["other"] * 6)
    table.loc[:2, "mean"] = [0.83, 0.5, 0.123]

    picture = scenarios_compared(table, "breach_17_5", ENGLISH)
    assert [row[1] for row in picture.rows] == ["83%", "50%", "12%"]


def test_inputs_that_are_no_numbers_are_named():
    table = swept((0.2, 0.95)).rename(columns={"coordinators": "priority"})
    table["priority"] = ["oldest_first", "deadline_first"]

    picture = sweep_map(table, "late_share", DANISH)
    assert [row[0] for row in picture.rows] == [
        DANISH("choice.priority.oldest_first"),
        DANISH("choice.priority.deadline_first"),
    ]


def many(kept=0.95):
    cells = [
        row_of_sweep(0.1 + 0.001 * (x + y), kept if x > 3 else 0.2, coordinators=x, quorum=y)
        for x in range(20)
        for y in range(20)
    ]
    return pd.DataFrame(cells)


def test_a_map_of_many_fields_tells_what_it_shows_and_where_the_rest_is():
    table = many()
    table.loc[0, ["mean", "mean_low", "mean_high", "low", "high", "promise_kept"]] = NAN
    picture = sweep_map(table, "late_share", DANISH)

    told = plain(picture.alternative)
    assert len(told) < 600
    assert plain(picture.title) in told
    assert "fra 10 % (" in told
    assert "til 14 % (19 koordinatorer" in told
    assert "400 felter" in told
    assert "Ikke regnet endnu: 1." in told
    assert "Tabellen har hvert felt." in told
    assert len(picture.rows) == 400


def test_a_value_between_two_steps_is_written_no_longer_than_it_must():
    table = swept().rename(columns={"coordinators": "inflow_per_year"})
    table["inflow_per_year"] = [12.0, 13.57894737, 15.15789474]

    title = plain(sweep_map(table, "late_share", DANISH).title)
    assert title.startswith("Fra nye unge pr. år 13,58 holdes")


def test_a_promise_of_single_years_is_said_to_be_one():
    years = sweep_map(swept(), "late_share", DANISH, of="year")

    assert plain(years.title) == "Fra 4 koordinatorer holdes løftet i mindst 90 % af årene"
    assert "Løftet holdes i 91 % af årene." in plain(years.alternative)


def words_beside(axes):
    axes.figure.draw_without_rendering()
    return [plain(label.get_text()) for label in axes.get_xticklabels()]


def test_the_size_of_an_effect_on_a_share_is_in_points_along_the_axis_too():
    left, right = screening(screened(), "late_share", DANISH).figure().axes

    for axes in (left, right):
        assert words_beside(axes)[1].isdigit()
        assert "procentpoint" in axes.get_xlabel()
        assert not any("%" in words for words in words_beside(axes))
    kr = screening(screened(measure="cost_per_year_dkk"), "cost_per_year_dkk", DANISH).figure()
    assert ", 1.000 kr." in kr.axes[0].get_xlabel()


def test_a_rank_that_may_be_chance_has_a_question_mark():
    table = compared(clear=[True, False, True] * 3)
    picture = pareto(table, DANISH)
    marks = {text.get_text() for text in picture.figure().axes[0].texts}

    assert marks == {"1", "2?", "3"}
    assert [row[-1] for row in picture.rows] == [
        "overgås ikke",
        "overgås ikke, måske kun ved et tilfælde",
        "overgås ikke",
    ]
    assert "5 koordinatorer, overgås ikke, måske kun ved et tilfælde:" in picture.alternative
    assert "(1 af dem måske kun ved et tilfælde)" in picture.title
    assert "tilfælde" not in pareto(compared(), DANISH).alternative


def test_numbers_of_scenarios_that_are_alike_do_not_hide_each_other():
    alike = compared(mean_low=0.0, mean_high=1e7)
    alike["mean"] = alike.groupby("measure")["mean"].transform("first")
    axes = pareto(alike, DANISH).figure().axes[0]
    axes.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in axes.texts]

    assert len(boxes) == 3
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_a_share_below_0_has_a_minus_and_a_range_that_can_be_read():
    rows = variance_shares(shared(), "late_share", DANISH).rows

    assert plain(rows[1][2]) == "−12 % til 59 %"
    assert plain(rows[0][2]) == "20–70 %"
    assert plain(variance_shares(shared(first=-0.001), "late_share", DANISH).rows[0][1]) == "0 %"


def test_what_nine_in_ten_are_of_is_said():
    years = scenarios_compared(compared(single="year"), "late_per_year", DANISH)

    assert years.columns[3] == "9 af 10 år"
    assert "9 af 10 år: 0,5–18,5" in years.alternative
    assert scenarios_compared(compared(), "late_per_year", ENGLISH).columns[3] == "9 of 10 runs"


def test_a_measure_without_anything_to_measure_is_said():
    empty = compared(mean=NAN, mean_low=NAN, mean_high=NAN, low=NAN, high=NAN)

    assert "intet at måle" in scenarios_compared(empty, "late_per_year", DANISH).title
    assert "intet at måle" in precision_growth(grown(estimate=NAN), "late_per_year", DANISH).title


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        (lambda: scenarios_compared(compared().drop(columns="low"), "load", DANISH), "lacks low"),
        (lambda: scenarios_compared(compared(), "nothing", DANISH), "measure is 'nothing'"),
        (lambda: scenarios_compared(compared(), "load", DANISH), "no row about load"),
        (lambda: sweep_map(compared().assign(quorum=1), "load", DANISH), "no row about load"),
        (lambda: sweep_map(swept().iloc[:, 1:], "late_share", DANISH), "one or two"),
        (lambda: sweep_map(swept(fields=("x", "y")).iloc[1:], "late_share", DANISH), "each pair"),
        (lambda: pareto(compared().iloc[1:], DANISH), "no row about late_per_year for 'i dag'"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_with_what_it_lacks(drawn, said):
    with pytest.raises(ValueError, match=said):
        drawn()


def test_hostile_names_stay_words():
    hostile = '<script>alert("x")</script> & $\\frac{1}{2}$'
    table = compared().replace({"scenario": {"i dag": hostile}})

    for picture in (scenarios_compared(table, "late_per_year", DANISH), pareto(table, DANISH)):
        assert "<script" not in picture.svg
        assert "<script" not in picture._repr_html_()


def test_a_range_of_two_numbers_has_its_unit_once():
    rows = scenarios_compared(compared(), "cost_per_year_dkk", DANISH).rows
    english = scenarios_compared(compared(), "cost_per_year_dkk", ENGLISH).rows

    assert plain(rows[0][2]) == "2,50–2,60 mio. kr."
    assert plain(english[0][2]) == "DKK 2.50–2.60 m"


# --- The tables of the experiments themselves ----------------------------------------------------


def last(states):
    *_, state = states
    return state


BASE = Scenario.preset("small", years=1, warm_up_years=1)
TWO = {"i dag": BASE, "flere": BASE.replace(coordinators=4)}


def of_precision():
    states = until_precise(BASE, [Goal("load", relative=0.5)], minimum=3, look_ahead=0)
    return pd.concat([state.table() for state in states])


FROM_EXPERIMENTS = {
    "compare": lambda: scenarios_compared(
        last(compare_many(TWO, replications=3)).table(), "breach_17_5", DANISH
    ),
    "sweep": lambda: sweep_map(
        last(sweep(BASE, {"coordinators": [2, 3]}, replications=3)).table(), "late_share", DANISH
    ),
    "screening": lambda: screening(
        last(screen(BASE, INPUTS, measures=["load"], trajectories=2, replications=2)).table(),
        "load",
        DANISH,
    ),
    "shares": lambda: variance_shares(
        last(shares_of_variance(BASE, INPUTS, measures=["load"], points=4, replications=2)).table(),
        "load",
        DANISH,
    ),
    "pareto": lambda: pareto(last(weigh(TWO, replications=3)).table(), DANISH),
    "precision": lambda: precision_growth(of_precision(), "load", DANISH),
}
INPUTS = uncertain_inputs(BASE, "small", only=["no_show", "crisis_hours"])


@pytest.mark.parametrize("drawn", FROM_EXPERIMENTS.values(), ids=FROM_EXPERIMENTS)
def test_what_an_experiment_found_can_be_drawn(drawn):
    picture = drawn()

    assert picture.title
    assert picture.rows
