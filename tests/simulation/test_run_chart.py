import os
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.texts import Texts
from simulation.figures.run_chart import run_chart_picture
from simulation.run_chart import FEWEST_QUARTERS, MOST_QUARTERS, Point, run_chart
from simulation.run_chart_words import chart_in_words, method_in_words

DANISH, ENGLISH = Texts.read("da"), Texts.read("en")
CHARTS = int(os.environ.get("VEJVISER_CHARTS", "150"))
"""Charts of each kind in which nothing has changed; the full run draws thousands."""


def shares(parts, wholes):
    return [
        Point(f"q{place}", part, whole)
        for place, (part, whole) in enumerate(zip(parts, wholes, strict=True))
    ]


def steady(share=0.8, whole=20, quarters=11):
    """Quarters about as different as chance makes them."""
    beside = (0, 1, -1, 2, 0, -2, 1, 0, -1, 1, -1, 0)
    return [Point(f"q{n}", share * whole + beside[n], whole) for n in range(quarters)]


def test_a_steady_number_is_within_what_chance_gives():
    chart = run_chart(steady(), "share")

    assert chart.verdict == "within"
    assert not chart.signals
    assert all(
        low <= value <= high for value, (low, high) in zip(chart.values, chart.limits, strict=True)
    )


def test_one_bad_quarter_is_more_than_chance_and_is_named():
    chart = run_chart([*steady(), Point("3. kvartal 2027", 4, 20)], "share")

    assert chart.verdict == "more"
    assert "3. kvartal 2027" in chart_in_words(chart, DANISH)
    assert "siger ikke hvorfor" in chart_in_words(chart, DANISH)


def test_a_level_that_moved_is_found_by_its_runs():
    chart = run_chart(shares([12, 13, 12, 13, 12, 13, 15, 16, 15, 16, 15, 16], [20] * 12), "share")

    assert chart.verdict == "more"
    assert {signal.kind for signal in chart.signals} == {"crossings"}


def test_the_same_numbers_of_few_are_no_signal():
    few = run_chart(shares([4, 3, 4, 4, 3, 4, 4, 3, 4, 4, 4, 1], [5] * 12), "share")
    many = run_chart(shares([80, 60, 80, 80, 60, 80, 80, 60, 80, 80, 80, 20], [100] * 12), "share")

    assert few.verdict == "within"
    assert many.verdict == "more"


def test_a_mean_that_jumps_by_the_step_it_is_rounded_to_is_no_signal():
    means = [Point(f"q{n}", 70 if n == 5 else 65, 100 + n) for n in range(12)]

    assert run_chart(means, "mean").verdict == "more"
    assert run_chart(means, "mean", step=5).verdict == "within"
    far = [*means[:11], Point("q11", 90, 100)]
    assert run_chart(far, "mean", step=5).verdict == "more"


def test_of_too_few_quarters_nothing_is_said():
    chart = run_chart(steady(quarters=FEWEST_QUARTERS - 1), "share")

    assert chart.verdict == "few"
    assert set(chart.limits) == {None}
    assert str(FEWEST_QUARTERS) in chart_in_words(chart, ENGLISH)


def test_of_quarters_in_which_nothing_could_have_been_found_nothing_is_said():
    assert run_chart(shares([1, 1, 0, 1, 0, 1, 1, 0], [2] * 8), "share").verdict == "weak"


def test_what_hangs_on_hidden_numbers_is_not_said():
    bad = [*steady(quarters=10), Point("q10", None, 20, 0, 20)]

    assert run_chart(bad, "share").verdict == "hidden"
    assert (
        run_chart([*steady(quarters=10), Point("q10", None, 20, 15, 18)], "share").verdict
        == "within"
    )


def test_only_the_last_three_years_are_looked_at():
    chart = run_chart([Point("long ago", 0, 20), *steady(quarters=12)], "share")

    assert len(chart.points) == MOST_QUARTERS
    assert chart.verdict == "within"


@pytest.mark.parametrize("number", [-1, 21])
def test_a_share_outside_its_whole_is_refused(number):
    with pytest.raises(ValueError, match="q1"):
        run_chart([Point("q1", number, 20)], "share")


@given(
    st.lists(
        st.integers(0, 30).flatmap(
            lambda whole: st.tuples(
                st.just(whole), st.integers(0, whole), st.integers(0, whole), st.booleans()
            )
        ),
        max_size=14,
    ),
    st.sampled_from(["share", "count", "mean"]),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_counted_gives_a_chart_in_words(rows, scale):
    points = [
        Point(f"q{n}", None if hidden else low, whole, min(low, other), max(low, other))
        for n, (whole, low, other, hidden) in enumerate(rows)
    ]

    chart = run_chart(points, scale)

    assert bool(chart.signals) == (chart.verdict == "more")
    assert chart_in_words(chart, DANISH)
    told = sum(value is not None for value in chart.values)
    assert told >= FEWEST_QUARTERS or chart.verdict == "few"


@given(st.lists(st.tuples(st.integers(5, 40), st.integers(0, 5)), min_size=8, max_size=12))
@settings(max_examples=40, deadline=None)
def test_a_share_and_its_rest_say_the_same(rows):
    there = run_chart(shares([part for _, part in rows], [whole for whole, _ in rows]), "share")
    rest = run_chart(shares([w - part for w, part in rows], [w for w, _ in rows]), "share")

    assert there.verdict == rest.verdict
    swapped = {"above": "below", "below": "above"}
    assert {(swapped.get(s.kind, s.kind), s.places) for s in there.signals} == {
        (s.kind, s.places) for s in rest.signals
    }


@pytest.mark.parametrize("clumps", [0, 0.05], ids=["alike", "in clumps"])
@pytest.mark.parametrize("whole", [8, 40])
def test_where_nothing_has_changed_about_one_chart_in_twenty_cries_wolf(whole, clumps):
    chance = np.random.default_rng(7)
    wolves = 0
    for _ in range(CHARTS):
        level = chance.choice([0.2, 0.5, 0.85])
        each = np.full(12, level)
        if clumps:
            each = chance.beta(level * (1 / clumps - 1), (1 - level) * (1 / clumps - 1), 12)
        wholes = np.maximum(5, chance.poisson(whole, 12))
        parts = chance.binomial(wholes, each)
        wolves += run_chart(shares(parts.tolist(), wholes.tolist()), "share").verdict == "more"

    # Monte Carlo: three spreads of a share of one in twenty, and one in fifty of slack for clumps.
    assert wolves / CHARTS <= 0.07 + 3 * (0.05 * 0.95 / CHARTS) ** 0.5


@pytest.mark.parametrize("scale", ["count", "mean"])
def test_counts_and_means_cry_wolf_as_seldom(scale):
    chance = np.random.default_rng(11)
    wolves = 0
    for _ in range(CHARTS):
        numbers = chance.poisson(6, 12) if scale == "count" else chance.normal(3, 0.4, 12)
        points = [Point(f"q{n}", float(each)) for n, each in enumerate(numbers)]
        wolves += run_chart(points, scale).verdict == "more"

    assert wolves / CHARTS <= 0.05 + 3 * (0.05 * 0.95 / CHARTS) ** 0.5


def picture(texts=DANISH):
    points = [*steady(quarters=10), Point("skjult kvartal", None, 20, 1, 4), Point("sidst", 4, 20)]
    chart = run_chart(points, "share")
    ticks = [str(n) for n in range(12)]
    return run_chart_picture("on_time", "Til tiden", chart, ticks, texts.percent, texts)


def test_the_picture_says_its_finding_and_shows_what_is_hidden_as_hidden():
    drawn = picture()

    assert drawn.title.startswith("Til tiden: 20\xa0%")
    assert "skjult kvartal: skjult" in drawn.alternative
    assert drawn.rows[10][1] == "skjult"
    assert ">skjult<" in drawn.svg
    assert ET.fromstring(drawn.svg).tag.endswith("svg")  # noqa: S314 (our own)


def test_the_picture_is_the_same_bytes_each_time():
    assert picture().svg == picture().svg
    assert picture().drawing.png() == picture().drawing.png()


@pytest.mark.parametrize("texts", [DANISH, ENGLISH], ids=["da", "en"])
def test_the_method_never_calls_a_change_an_effect(texts):
    said = " ".join(method_in_words(texts))

    assert "ikke en virkning" in said or "not an effect" in said
