import importlib.util
from math import nan
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from data.texts import Texts
from simulation import Scenario, ScenarioError, replicate, summarise
from simulation.experiments import comparison
from simulation.experiments.comparison import MOST, compared, holm
from simulation.experiments.intervals import wilson
from simulation.means import mean_with_ends, p_value

spec = importlib.util.spec_from_file_location("invented", Path(__file__).with_name("invented.py"))
invented = importlib.util.module_from_spec(spec)
spec.loader.exec_module(invented)

SMALL = Scenario.preset("small", years=1, warm_up_years=1)
TWO_YEARS = SMALL.replace(years=2)


def last(*args, **words):
    *_, state = compared(*args, **words)
    return state


def noisy(scenario, chance):
    """Load falls by 0.1 a coordinator; all scenarios share half of the noise."""
    shared, own = chance.normal(0, 0.1), chance.normal(0, 0.1, size=10)
    return {"load": 2 - 0.1 * scenario.coordinators + shared + own[scenario.coordinators]}


def test_estimates_are_those_of_the_summary():
    more = TWO_YEARS.replace(coordinators=3)
    found = last([TWO_YEARS, more], replications=15, lang="en")

    table = found.table().set_index(["scenario", "measure"])

    for place, name in enumerate(("The base", "3 coordinators instead of 2")):
        known = summarise([results[place] for results in found.results])
        for measure, spread, single in (
            ("late_per_year", known.late_per_year, "year"),
            ("wait_mean_days", known.wait_days, "youth"),
            ("missed_contact_share", known.missed_contact, "run"),
        ):
            row = table.loc[(name, measure)]
            assert row["single"] == single
            assert row[["low", "middle", "high"]].tolist() == [
                spread.low,
                spread.middle,
                spread.high,
            ]
            ends = row[["mean", "mean_low", "mean_high"]].tolist()
            assert ends == pytest.approx([spread.mean, spread.mean_low, spread.mean_high])
        assert table.loc[(name, "breach_17_5"), "mean"] == pytest.approx(known.breach_17_5)


def test_differences_are_paired_run_by_run(monkeypatch):
    invented.runs(noisy, comparison, monkeypatch=monkeypatch)
    scenarios = {str(n): SMALL.replace(coordinators=n) for n in (2, 3, 4)}

    found = last(scenarios, measures=["load"], replications=30)

    values = {
        name: np.array([results[place].measures["load"] for results in found.results])
        for place, name in enumerate(scenarios)
    }
    pairs = found.differences("all")
    assert len(pairs) == 3
    for row in pairs.to_dict("records"):
        mine, theirs = values[row["scenario"]], values[row["other"]]
        alone = mean_with_ends(mine - theirs, 0.95)
        _, *adjusted = mean_with_ends(mine - theirs, 1 - 0.05 / 3)
        assert (row["mean"], row["low"], row["high"]) == pytest.approx(alone)
        assert [row["adjusted_low"], row["adjusted_high"]] == pytest.approx(adjusted)
        assert row["lower_share"] == (mine < theirs).mean()
    p = [p_value(values[b] - values[a]) for a, b in (("2", "3"), ("2", "4"), ("3", "4"))]
    assert pairs["p"].tolist() == pytest.approx(holm(p))
    against = found.differences()
    assert against["other"].tolist() == ["2", "2"]
    assert against["comparisons"].tolist() == [2, 2]


def test_holms_values_are_those_of_his_procedure():
    # Sorted 0.005, 0.01, 0.03, 0.04: times 4, 3, 2, 1, and never falling.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([nan, 0.02])[1] == 0.02


def test_many_comparisons_find_no_more_than_few(monkeypatch):
    invented.runs(
        lambda scenario, chance: {"load": chance.normal(size=10)[scenario.coordinators]},
        comparison,
        monkeypatch=monkeypatch,
    )
    scenarios = [SMALL.replace(coordinators=n) for n in range(1, 9)]
    wrong = alone = 0
    for seed in range(100):
        found = last(scenarios, measures=["load"], replications=10, seed=seed).differences("all")
        wrong += not (found["verdict"] == "unclear").all()
        alone += bool(((found["low"] > 0) | (found["high"] < 0)).any())

    # Nothing differs in truth. 28 differences at once: at most 5 % of the time anything is found.
    assert wrong <= 10
    assert alone > 40


def test_who_is_better_in_a_single_year(monkeypatch):
    late = {2: [(2, 0), (1, 1), (0, 3), (1, 0)], 3: [(1, 0), (1, 0), (1, 0), (0, 0)]}
    made = {n: iter(years) for n, years in late.items()}
    invented.runs(
        lambda scenario, _: {"late_17_5": next(made[scenario.coordinators])},
        comparison,
        monkeypatch=monkeypatch,
    )
    two, three = TWO_YEARS, TWO_YEARS.replace(coordinators=3)

    found = last({"two": two, "three": three}, measures=["late_per_year"], replications=4)

    (one,) = found.against_base
    assert (one.lower_share, one.equal_share, one.higher_share) == (4 / 8, 3 / 8, 1 / 8)
    assert one.beats == 0.5
    assert one.beats_low < 0.5 < one.beats_high


def test_the_risk_of_a_breach_has_wilsons_interval(monkeypatch):
    invented.runs(
        lambda scenario, chance: {
            "late_17_5": (int(chance.random() < 0.2 * scenario.coordinators),)
        },
        comparison,
        monkeypatch=monkeypatch,
    )

    found = last([SMALL, SMALL.replace(coordinators=1)], measures=["breach_17_5"], replications=80)

    for place, row in enumerate(found.table().to_dict("records")):
        broken = sum(results[place].late_by_year["meeting_17_5"][0] for results in found.results)
        assert (row["mean"], row["mean_low"], row["mean_high"]) == pytest.approx(wilson(broken, 80))


def test_words_say_clear_unclear_and_the_same(monkeypatch):
    def values(scenario, chance):
        noise = chance.normal(0, 0.01)
        return {
            "late_17_5": (5 - scenario.coordinators,),
            "load": 1 + noise * scenario.coordinators,
            "caseload_mean": 12.0,
        }

    invented.runs(values, comparison, monkeypatch=monkeypatch)
    measures = ["late_per_year", "load", "caseload_mean"]

    found = last({"to": SMALL, "tre": SMALL.replace(coordinators=3)}, measures=measures)

    assert [one.verdict for one in found.against_base] == ["lower", "unclear", "same"]
    lower, unclear, same = found.in_words(Texts.read("da"))
    assert lower == (
        "Forsinkede faste møder pr. år: “tre” ligger i gennemsnit 1,0 lavere end “to” (med 95 % "
        "sikkerhed mellem 1,0 og 1,0). “tre” er bedst i 100 % af de enkelte år, og de er lige i 0 %."
    ).replace(" %", "\N{NO-BREAK SPACE}%").replace("95\N{NO-BREAK SPACE}%", "95 %")
    assert "statistisk uklart" in unclear
    assert "procentpoint lavere" in unclear
    assert same.endswith("gav det samme i alle 200 gentagelser.")
    assert "statistically unclear" in found.in_words(Texts.read("en"))[1]


def test_more_than_one_difference_is_said_to_be_adjusted():
    three = [SMALL.replace(coordinators=n) for n in (2, 3, 4)]

    *_, adjusted = last(three, replications=3).in_words(Texts.read("en"))

    assert "2 differences of each measure" in adjusted
    assert "for each measure by itself" in adjusted


def test_the_base_can_be_any_and_comes_first():
    three = {str(n): SMALL.replace(coordinators=n) for n in (2, 3, 4)}

    found = last(three, base="3", replications=3)

    assert found.table()["scenario"].unique().tolist() == ["3", "2", "4"]
    assert {*found.differences()["other"]} == {"3"}


def test_all_scenarios_meet_the_same_youths():
    dearer = SMALL.replace(pay_per_year=700_000)

    found = last([SMALL, dearer], replications=5, measures=["late_per_year", "cost_per_year_dkk"])

    late, cost = found.against_base
    assert late.verdict == "same"
    assert cost.verdict == "higher"
    assert [r.measures["late_per_year"] for r, _ in found.results] == replicate(SMALL, 5)[
        "late_per_year"
    ].tolist()


def test_it_grows_run_by_run_and_stops_with_what_is_finished():
    cancel = Event()
    sizes = []
    for state in compared([SMALL, SMALL.replace(coordinators=3)], replications=50, cancel=cancel):
        sizes.append((state.replications, state.done))
        if state.replications == 3:
            cancel.set()

    assert sizes == [(1, 0.02), (2, 0.04), (3, 0.06)]
    assert len(state.table()) == 16


def test_what_was_never_measured_is_said_to_be_unknown(monkeypatch):
    invented.runs(lambda *_: {"load": nan}, comparison, monkeypatch=monkeypatch)

    found = last([SMALL, SMALL.replace(coordinators=3)], measures=["load"], replications=4)

    assert found.against_base[0].verdict == "unknown"
    assert "intet at måle på" in found.in_words(Texts.read("da"))[0]


@pytest.mark.parametrize(
    ("scenarios", "said"),
    [
        ([SMALL], "scenarios is 1; it must be 2 to 8"),
        ([SMALL.replace(coordinators=n) for n in range(1, MOST + 2)], "scenarios is 9; it must be"),
        ([SMALL, SMALL.replace(years=2)], "years is 2; it must be 1 in scenario 2"),
        ([SMALL, SMALL.replace(warm_up_years=2)], "warm_up_years is 2; it must be 1"),
        ([SMALL, TWO_YEARS.replace(years=1)], "scenarios is 2; it is the same as number 1"),
    ],
)
def test_what_cannot_be_compared_is_refused(scenarios, said):
    with pytest.raises(ScenarioError, match=said):
        compared(scenarios)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"base": "mine"}, "base is 'mine'; it must be one of the names"),
        ({"base": 2}, "base is 2; it must be 0 to 1"),
        ({"measures": ["lateness"]}, "measure is 'lateness'"),
        ({"measures": ["load", "load"]}, "has one twice"),
        ({"measures": []}, "measures is empty"),
        ({"replications": 0}, "replications is 0"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        compared([SMALL, SMALL.replace(coordinators=3)], **wrong)
