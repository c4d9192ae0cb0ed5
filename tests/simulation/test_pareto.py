import importlib.util
from itertools import permutations
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from data.texts import Texts
from simulation import Scenario, ScenarioError
from simulation.codes import PURSES
from simulation.experiments import pareto as weighing
from simulation.experiments.pareto import pareto

spec = importlib.util.spec_from_file_location("invented", Path(__file__).with_name("invented.py"))
invented = importlib.util.module_from_spec(spec)
spec.loader.exec_module(invented)

SMALL = Scenario.preset("small", years=1, warm_up_years=1)
TWO = ("cost_per_year_dkk", "missed_contact_share")


def last(*args, **words):
    *_, state = pareto(*args, **words)
    return state


def of(points, monkeypatch, noise=0.0, **words):
    """Weigh invented points (cost, missed contact), each with its own *noise*."""

    def values(scenario, chance):
        cost, missed = points[scenario.coordinators - 1]
        apart = noise * chance.standard_normal((len(points), 2))[scenario.coordinators - 1]
        return {TWO[0]: cost + apart[0], TWO[1]: missed + apart[1]}

    invented.runs(values, weighing, monkeypatch=monkeypatch)
    scenarios = {str(n): SMALL.replace(coordinators=n) for n in range(1, len(points) + 1)}
    return last(scenarios, objectives=TWO, **words)


def test_fronts_are_peeled_one_by_one(monkeypatch):
    points = [(1, 9), (2, 5), (3, 5), (4, 1), (4, 9), (5, 6)]

    found = of(points, monkeypatch, replications=2)

    assert found.fronts == (1, 1, 2, 1, 3, 3)
    assert all(found.clear)


def test_nothing_on_the_first_front_is_beaten_and_all_else_is(monkeypatch):
    points = np.random.default_rng(4).integers(0, 12, (25, 2))

    found = of(points, monkeypatch, replications=2)

    def beats(one, other):
        return (points[one] <= points[other]).all() and (points[one] < points[other]).any()

    for place in range(25):
        beaten = any(beats(other, place) for other in range(25))
        assert (found.fronts[place] == 1) != beaten
    for one, other in permutations(range(25), 2):
        if beats(one, other):
            assert found.fronts[one] < found.fronts[other]


def test_what_chance_may_explain_is_called_unclear(monkeypatch):
    far, near = [(1, 9), (5, 5), (6, 6)], [(1, 9), (5, 5), (5.1, 5.1)]

    sure = of(far, monkeypatch, noise=0.3, replications=30)
    unsure = of(near, monkeypatch, noise=0.3, replications=10)

    assert sure.fronts == unsure.fronts == (1, 1, 2)
    assert sure.clear == (True, True, True)
    assert unsure.clear == (True, False, False)
    said = unsure.in_words(Texts.read("da"))
    assert said[0] == "“1”: Ingen af de andre er bedre på alle punkter."
    assert said[2].startswith("“3”: “2” ser bedre eller lige så godt ud")
    assert "statistically unclear" in unsure.in_words(Texts.read("en"))[2]


def test_what_is_called_clear_is_right_all_at_once(monkeypatch):
    # In truth all five are equal, so that nothing surely beats anything.
    wrong = sum(
        any(of([(1, 1)] * 5, monkeypatch, noise=1.0, replications=8, seed=seed).clear)
        for seed in range(60)
    )

    assert wrong <= 6


def test_the_table_has_every_purse():
    scenarios = {str(n): SMALL.replace(coordinators=n) for n in (1, 2, 3)}

    found = last(scenarios, replications=10)

    table = found.table()
    for purse in PURSES:
        assert f"cost_{purse}_per_year_dkk" in set(table["measure"])
    costs = table[table["measure"].str.match(r"cost_[a-z]+_per_year_dkk")]
    whole = table[table["measure"] == "cost_per_year_dkk"].set_index("scenario")["mean"]
    assert costs.groupby("scenario")["mean"].sum().to_dict() == pytest.approx(whole.to_dict())
    assert whole.is_monotonic_increasing
    assert table[table["objective"]]["measure"].unique().tolist() == [
        "cost_per_year_dkk",
        "late_per_year",
        "kept_coordinator_share",
    ]
    assert table.loc[table["scenario"] == "1", "efficient"].all()


def test_it_stops_when_told():
    cancel = Event()
    two = {"1": SMALL.replace(coordinators=1), "2": SMALL}
    for found in pareto(two, replications=50, cancel=cancel):
        if found.replications == 2:
            cancel.set()

    assert found.replications == 2
    assert len(found.fronts) == 2


def test_what_cannot_be_weighed_is_refused():
    two = {"1": SMALL.replace(coordinators=1), "2": SMALL}
    with pytest.raises(ValueError, match="'caseload_mean', of which neither less nor more"):
        pareto(two, objectives=("cost_per_year_dkk", "caseload_mean"))
    with pytest.raises(ValueError, match="give two or more"):
        pareto(two, objectives=("cost_per_year_dkk",))
    with pytest.raises(ScenarioError, match="scenarios is 1"):
        pareto({"1": SMALL})
    with pytest.raises(ScenarioError, match="years is 3"):
        pareto({"1": SMALL, "2": SMALL.replace(years=3)})
