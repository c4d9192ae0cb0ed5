import importlib.util
from itertools import accumulate
from math import inf, isnan, nan
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from scipy.stats import binomtest

from data.texts import Texts
from simulation import Scenario, replicate
from simulation.experiments import precision
from simulation.experiments.intervals import share_with_ends, wilson
from simulation.experiments.precision import GOALS, Goal, until_precise
from simulation.means import mean_with_ends
from simulation.results import Result

spec = importlib.util.spec_from_file_location("invented", Path(__file__).with_name("invented.py"))
invented = importlib.util.module_from_spec(spec)
spec.loader.exec_module(invented)

SMALL = Scenario.preset("small", years=1, warm_up_years=1)
GOOD = (Goal("load", relative=0.1), Goal("late_per_year", relative=0.2, absolute=0.8))


def last(*args, **words):
    *_, state = until_precise(*args, **words)
    return state


def half_width(values):
    mean, low, high = mean_with_ends(np.asarray(values, dtype=float), 0.95)
    return max(high - mean, mean - low)


def test_the_number_of_runs_is_the_first_that_is_enough_and_stays_so():
    state = last(SMALL, GOOD, minimum=5)

    runs = replicate(SMALL, state.replications)
    enough = [
        all(
            half_width(values) <= max(goal.relative * values.mean(), goal.absolute)
            for goal in GOOD
            for values in [runs[goal.name].to_numpy()[:n]]
        )
        for n in range(5, state.replications + 1)
    ]
    in_a_row = list(accumulate(enough, lambda row, yes: row + 1 if yes else 0))
    assert state.status == "reached"
    assert state.found == state.replications - 5
    assert in_a_row[-1] == 6
    assert max(in_a_row[:-1]) < 6


def test_neither_workers_nor_runs_there_were_before_change_the_answer():
    alone = last(SMALL, GOOD)

    for other in (last(SMALL, GOOD, workers=2), last(SMALL, GOOD, results=alone.results[:17])):
        assert (other.found, other.replications) == (alone.found, alone.replications)
        assert other.goals == alone.goals


def test_runs_there_were_before_are_not_run_again(monkeypatch):
    asked = []

    def values(_, chance):
        return {"load": chance.normal(1, 0.1)}

    invented.runs(values, precision, monkeypatch=monkeypatch, asked=asked)
    before = [invented.one_run(values, SMALL, 1, number) for number in range(12)]

    state = last(SMALL, [Goal("load", relative=0.02)], results=before)

    assert [number for _, number in asked] == list(range(12, state.replications))


def test_looking_ahead_does_not_trust_a_narrow_moment(monkeypatch):
    # Twelve runs alike are narrow; the thirteenth is not, and it takes long to make up for it.
    series = [1.0, 1.1] * 6 + [4.0] + [1.0, 1.1] * 500
    numbers = iter(series)
    invented.runs(lambda *_: {"load": next(numbers)}, precision, monkeypatch=monkeypatch)
    goal = Goal("load", relative=0.05)

    state = last(SMALL, [goal])

    assert half_width(series[:12]) <= 0.05 * np.mean(series[:12])
    assert state.found > 100
    assert state.replications == state.found + state.found * 5 // 100


def test_a_probability_has_wilsons_interval(monkeypatch):
    def some_late(_, chance):
        return {"late_17_5": (int(chance.random() < 0.3),)}

    invented.runs(some_late, precision, monkeypatch=monkeypatch)

    state = last(SMALL, [Goal("breach_17_5", relative=0, absolute=0.06)])

    broken = sum(result.late_by_year["meeting_17_5"][0] for result in state.results)
    known = binomtest(broken, state.replications).proportion_ci(0.95, "wilson")
    (goal,) = state.goals
    assert (goal.low, goal.high) == pytest.approx((known.low, known.high))
    # The longer side: "plus or minus" so much holds all of it.
    assert goal.half_width == pytest.approx(known.high - broken / state.replications)
    assert goal.half_width > goal.estimate - goal.low
    assert goal.half_width <= 0.06


@pytest.mark.parametrize(("kept", "of"), [(0, 5), (3, 20), (200, 200), (497, 1000)])
def test_wilsons_interval_is_that_of_scipy(kept, of):
    for confidence in (0.9, 0.95, 0.999):
        known = binomtest(kept, of).proportion_ci(confidence, "wilson")

        assert wilson(kept, of, confidence) == pytest.approx((kept / of, known.low, known.high))


def test_years_that_go_together_are_no_more_evidence_than_their_run():
    runs = np.random.default_rng(1).random(50) < 0.3

    together = share_with_ends(runs * 4.0, np.full(50, 4.0))

    share, low, high = wilson(runs.sum(), 50)
    assert together[0] == share
    # A little wider than that of fifty runs, for Student's t; half as wide if years were counted.
    assert low - 0.01 < together[1] <= low
    assert high <= together[2] < high + 0.01


def test_an_end_of_the_prediction_interval_can_be_asked_for(monkeypatch):
    invented.runs(lambda _, chance: {"load": chance.random()}, precision, monkeypatch=monkeypatch)

    state = last(SMALL, [Goal("load", relative=0, absolute=0.03, of="high")], cap=3000)

    (goal,) = state.goals
    values = np.sort([result.measures["load"] for result in state.results])
    assert state.status == "reached"
    assert goal.estimate == np.quantile(values, 0.95, method="inverted_cdf")
    assert goal.low in values
    assert goal.high in values
    assert goal.low < 0.95 < goal.high
    assert max(goal.high - goal.estimate, goal.estimate - goal.low) <= 0.03


def test_an_end_is_not_known_from_runs_too_few_to_lie_beyond_it():
    (goal,) = last(SMALL, [Goal("load", of="high")], cap=20).goals

    assert goal.high == inf
    assert not goal.met


@pytest.mark.parametrize(("lang", "words"), [("da", "plus eller minus"), ("en", "plus or minus")])
def test_the_cap_is_said_with_what_it_would_take(monkeypatch, lang, words):
    invented.runs(
        lambda _, chance: {"load": chance.normal(1, 0.2), "caseload_mean": 12.0},
        precision,
        monkeypatch=monkeypatch,
    )
    texts = Texts.read(lang)

    state = last(SMALL, [Goal("load", relative=0.01), Goal("caseload_mean")], cap=100)

    assert state.status == "capped"
    assert state.found is None
    missed, kept = state.table().to_dict("records")
    assert kept["met"]
    assert kept["needed"] == 100
    # As many as the half-width asks for: it falls with the root of the number of runs.
    assert missed["needed"] == pytest.approx(100 * (missed["half_width"] / 0.01) ** 2, rel=0.05)
    first, *why = state.in_words(texts)
    assert "100" in first
    assert len(why) == 1
    assert words in why[0]
    assert texts("measured.load") in why[0]


def test_no_sentence_ends_twice(monkeypatch):
    # "kr." ends no sentence of its own.
    invented.runs(
        lambda _, chance: {"cost_per_year_dkk": chance.normal(1e6, 3e5)},
        precision,
        monkeypatch=monkeypatch,
    )

    state = last(SMALL, [Goal("cost_per_year_dkk", relative=0.01)], cap=20)

    said = state.in_words(Texts.read("da"))[1]
    assert " kr." in said
    assert ".." not in said


def test_it_grows_run_by_run_and_stops_when_told():
    cancel = Event()
    sizes = []
    for state in until_precise(SMALL, [Goal("load", relative=0.001)], cancel=cancel):
        sizes.append((state.replications, state.status))
        if state.replications == 12:
            cancel.set()

    assert sizes == [*((n, "running") for n in range(1, 13)), (12, "cancelled")]
    assert 0 < state.replications < state.goals[0].needed


def test_what_cannot_be_measured_is_said_and_not_waited_for(monkeypatch):
    invented.runs(
        lambda *_: {"load": nan, "caseload_mean": 12.0},
        precision,
        monkeypatch=monkeypatch,
    )

    state = last(SMALL, [Goal("load"), Goal("caseload_mean")])

    assert state.found == 10
    assert isnan(state.goals[0].estimate)
    assert any("intet at måle på" in words for words in state.in_words(Texts.read("da")))


def test_the_headlines_are_asked_for_by_default():
    state = last(SMALL, cap=10)

    assert [goal.goal for goal in state.goals] == list(GOALS)
    assert all(isinstance(result, Result) for result in state.results)
    assert {*state.table()["measure"]} >= {"late_per_year", "breach_17_5", "cost_per_year_dkk"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"goals": []}, "goals is empty"),
        ({"minimum": 1}, "minimum is 1; it must be 2"),
        ({"cap": 5}, "cap is 5; it must be 10"),
        ({"look_ahead": -1}, "look_ahead is -1"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        until_precise(SMALL, **{"goals": GOOD} | wrong)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "lateness"}, "measure is 'lateness'; it must be a measure such as"),
        ({"name": "load", "relative": 0.0}, "load has relative 0.0 and absolute 0.0"),
        ({"name": "load", "absolute": -1}, "neither may be below 0"),
        ({"name": "load", "of": "median"}, "of 'median'"),
    ],
)
def test_a_goal_that_cannot_be_met_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        Goal(**wrong)
