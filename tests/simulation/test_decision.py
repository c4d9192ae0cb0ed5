from threading import Event
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import norm

from simulation import Scenario, ScenarioError, replicate
from simulation.experiments.decision import (
    CheapestThatKeeps,
    LeastPrice,
    flips,
    value_of_information,
    worth_of_all,
    worth_of_one,
)
from simulation.experiments.promise import Promise
from simulation.experiments.uncertain import uncertain_inputs

SMALL = Scenario.preset("small", years=1, warm_up_years=1)
TWO = {"two": {"coordinators": 2}, "three": {"coordinators": 3}}
ON_TIME = Promise("late_meetings", at_most=0)
LATE_COSTS = LeastPrice({"cost_per_year_dkk": 1, "late_per_year": 100})


def loss(distance, deviation):
    """Return the unit normal loss integral, for a mean *distance* from the edge."""
    z = abs(distance) / deviation
    return deviation * (norm.pdf(z) - z * norm.sf(z))


def town(measures_of):
    """Return a stand-in for together: each replication has its own luck, alike for all scenarios."""

    def together(scenarios, replications, seed, *, first=0, workers=1, cancel=None):
        for replication in range(first, first + replications):
            if cancel is not None and cancel.is_set():
                return
            luck = np.random.default_rng([seed, replication]).standard_normal()
            yield tuple(SimpleNamespace(measures=measures_of(one, luck)) for one in scenarios)

    return together


@pytest.fixture
def towns(monkeypatch):
    """Let the runs be those of a function of scenario and luck."""
    return lambda measures_of: monkeypatch.setattr(
        "simulation.experiments.options.together", town(measures_of)
    )


def dear_or_late(scenario, luck):
    """A third coordinator costs 1000, and without one each share of no-show is 10,000 late meetings."""
    third = scenario.coordinators == 3
    return {
        "cost_per_year_dkk": 1000.0 * third,
        "late_per_year": 0.0 if third else 100 * scenario.no_show + luck,
    }


def inputs(*fields, **ranges):
    return uncertain_inputs(SMALL, "small", only=fields, ranges=ranges)


def flipped(*asked, **named):
    *_, last = flips(*asked, **named)
    return last.table().set_index(["input", "side"])


def test_the_value_at_which_another_option_is_better_is_found(towns):
    towns(dear_or_late)
    met = [row[0].measures for row in town(lambda _, luck: luck)([SMALL], 50, 1)]

    table = flipped(SMALL, TWO, LATE_COSTS, inputs(no_show=(0.05, 0.3)))

    # 100 DKK x (100 x no-show + luck) = 1000 DKK, where no-show is 0.15 now: the third is worth it.
    down = table.loc["no_show", "down"]
    assert down["verdict"] == "flip"
    assert (down["recommended"], down["to"]) == ("three", "two")
    assert down["flip"] == pytest.approx(0.1 - np.mean(met) / 100, abs=0.0005)
    half = 1.96 * 0.01 / np.sqrt(50)
    assert down["flip_high"] - down["flip_low"] == pytest.approx(2 * half, rel=0.6)
    assert down["flip_low"] < 0.1 < down["flip_high"]
    assert table.loc["no_show", "up"]["verdict"] == "no flip"
    assert np.isnan(table.loc["no_show", "up"]["flip"])


def test_a_whole_number_flips_at_the_first_that_differs(towns):
    def by_ceiling(scenario, luck):
        third = scenario.coordinators == 3
        gain = 100 * (26.5 - scenario.caseload_ceiling) + luck
        return {"cost_per_year_dkk": 0.0 if third else gain}

    towns(by_ceiling)
    table = flipped(
        SMALL, TWO, LeastPrice({"cost_per_year_dkk": 1}), inputs(caseload_ceiling=(10, 60)), grid=2
    )

    up = table.loc["caseload_ceiling", "up"]
    assert (up["verdict"], up["to"]) == ("flip", "two")
    assert (up["flip"], up["flip_low"], up["flip_high"]) == (27, 27, 27)


def test_what_chance_leaves_open_is_unclear(towns):
    towns(lambda one, luck: {"cost_per_year_dkk": luck * (1 if one.coordinators == 3 else -1)})

    table = flipped(
        SMALL, TWO, LeastPrice({"cost_per_year_dkk": 1}), inputs("no_show"), replications=20, seed=2
    )

    assert set(table["verdict"]) == {"unclear"}


def test_no_option_may_keep_the_promise(towns):
    towns(
        lambda one, luck: {
            "cost_per_year_dkk": float(one.coordinators),
            "late_meetings": 16 * one.no_show - one.coordinators + 0.02 * luck,
        }
    )
    rule = CheapestThatKeeps(ON_TIME, 0.9)

    table = flipped(SMALL, TWO, rule, inputs(no_show=(0.05, 0.2)))

    assert set(table["recommended"]) == {"three"}
    assert table.loc["no_show", "up"]["to"] == "none"
    assert table.loc["no_show", "up"]["flip"] == pytest.approx(3 / 16, abs=0.003)
    assert table.loc["no_show", "down"]["to"] == "two"
    assert table.loc["no_show", "down"]["flip"] == pytest.approx(2 / 16, abs=0.005)


def test_the_cheapest_that_keeps_a_promise_is_that_of_the_table():
    means = np.array([[3.0, 0.95], [2.0, 0.9], [1.0, 0.89]])

    assert CheapestThatKeeps(ON_TIME, 0.9).choose(means) == 1
    assert CheapestThatKeeps(ON_TIME, 0.99).choose(means) == -1


def linear(draws=4000, noise=1.0, seed=1):
    """Return three normal inputs, and the prices of an option that is 0 and of one that is their sum."""
    rng = np.random.default_rng(seed)
    drawn = rng.standard_normal((draws, 3)) * [2, 1, 1]
    prices = np.zeros((draws, 2))
    prices[:, 1] = 0.5 + drawn[:, 0] + drawn[:, 1]
    # Luck that both meet, and luck of their own.
    prices += 5 * rng.standard_normal((draws, 1))
    prices += noise * rng.standard_normal(prices.shape)
    return drawn, prices


def test_the_worth_of_one_input_is_the_normal_loss_integral():
    drawn, prices = linear()

    for place, deviation in ((0, 2), (1, 1)):
        found = worth_of_one(drawn[:, place], prices, 1)
        assert found.worth == pytest.approx(loss(0.5, deviation), abs=3 * found.error)
        assert found.error < 0.06
        assert found.clear
        assert found.changed == pytest.approx(norm.cdf(-0.5 / deviation), abs=0.05)

    nothing = worth_of_one(drawn[:, 2], prices, 1)
    assert nothing.worth < 0.01
    assert not nothing.clear


def test_the_standard_error_is_how_far_the_worth_strays():
    found = [
        worth_of_one(drawn[:, 0], prices, 1)
        for drawn, prices in (linear(400, seed=seed) for seed in range(40))
    ]

    assert np.std([one.worth for one in found]) == pytest.approx(
        np.mean([one.error for one in found]), rel=0.35
    )


def test_a_worth_that_no_line_sees_is_found():
    rng = np.random.default_rng(3)
    drawn = rng.uniform(-1, 1, 3000)
    prices = np.column_stack([np.zeros(3000), drawn**2 - 0.5 + rng.standard_normal(3000) / 2])

    # The second is the cheaper now, by 1/6 on average; it loses where |x| > sqrt(1/2).
    edge = np.sqrt(0.5)
    known = (1 - edge**3) / 3 - 0.5 * (1 - edge)
    found = worth_of_one(drawn, prices, 1)
    assert found.worth == pytest.approx(known, abs=3 * found.error)


def test_an_input_of_few_values_has_a_mean_for_each():
    rng = np.random.default_rng(4)
    drawn = rng.integers(0, 3, 3000).astype(float)
    prices = np.column_stack([np.zeros(3000), np.array([1, -2, 3])[drawn.astype(int)] + 0.0])

    share = (drawn == 1).mean()
    assert worth_of_one(drawn, prices, 1).worth == pytest.approx(2 * share)


@pytest.mark.parametrize("noise", [0.0, 3.0])
def test_the_worth_of_all_inputs_is_the_normal_loss_integral_whatever_the_luck(noise):
    drawn, prices = linear(noise=noise)

    found = worth_of_all(drawn, prices, 1)

    assert found.worth == pytest.approx(loss(0.5, np.sqrt(5)), abs=3 * found.error)
    assert found.error < 0.1
    assert worth_of_all(drawn, 0 * prices, 1).worth == 0


def test_inputs_that_matter_only_together_are_worth_knowing_together():
    rng = np.random.default_rng(5)
    drawn = rng.choice([-1.0, 1.0], (2000, 2))
    prices = np.column_stack([np.zeros(2000), drawn.prod(axis=1) + rng.standard_normal(2000)])

    assert worth_of_all(drawn, prices, 1).worth == pytest.approx(0.5, abs=0.05)
    assert not worth_of_one(drawn[:, 0], prices, 1).clear


def test_too_few_draws_say_nothing():
    drawn, prices = linear(draws=50)

    assert np.isnan(worth_of_one(drawn[:, 0], prices, 1).worth)
    assert not worth_of_all(drawn, prices, 1).clear


def test_information_is_ranked_by_its_worth(towns):
    def price(scenario, luck):
        third = scenario.coordinators == 3
        known = 0 if third else 1000 * (scenario.no_show - 0.16) + 30 * (scenario.overhead - 0.21)
        return {"cost_per_year_dkk": known + luck}

    towns(price)
    *_, last = value_of_information(
        SMALL,
        TWO,
        LeastPrice({"cost_per_year_dkk": 1}),
        inputs("no_show", "overhead", "pay_per_year"),
        draws=400,
    )
    table = last.table().set_index("input")

    assert list(table.index[:2]) == ["all", "no_show"]
    assert table["rank"].tolist() == [0, 1, 2, 3]
    assert table["clear"].tolist() == [True, True, False, False]
    assert table["worth"]["all"] >= table["worth"]["no_show"] - table["standard_error"]["no_show"]
    drawn = last.drawn[:, 0]
    known = 1000 * (drawn - 0.16)
    assert table["worth"]["no_show"] == pytest.approx(
        min(0, known.mean()) - np.minimum(known, 0).mean(), rel=0.2
    )


def test_inputs_are_drawn_around_what_the_scenario_has(towns):
    towns(lambda _, luck: {"cost_per_year_dkk": luck})
    *_, last = value_of_information(
        SMALL, TWO, LeastPrice({"cost_per_year_dkk": 1}), inputs("no_show"), draws=900, seed=3
    )

    low, middle, high = 0.08, 0.15, 0.3
    assert last.drawn.min() >= low
    assert last.drawn.max() <= high
    assert last.drawn.mean() == pytest.approx((low + middle + high) / 3, abs=0.006)


def test_a_dear_late_meeting_calls_for_more_hands_in_the_model():
    one, two = (replicate(SMALL.replace(coordinators=n), 20) for n in (1, 3))
    fewer = (one["late_per_year"] - two["late_per_year"]).mean()
    more = (two["cost_per_year_dkk"] - one["cost_per_year_dkk"]).mean()
    # At the price at which both are alike, pay decides.
    rule = LeastPrice({"cost_per_year_dkk": 1, "late_per_year": more / fewer})
    options = {"one": {"coordinators": 1}, "three": {"coordinators": 3}}

    table = flipped(
        SMALL,
        options,
        rule,
        inputs("pay_per_year", "leadership_threshold"),
        replications=20,
        grid=2,
    )

    assert set(table.loc["leadership_threshold"]["share"]) == {
        table.loc["leadership_threshold", "up"]["share"]
    }
    assert table.loc["pay_per_year", "down"]["share"] != table.loc["pay_per_year", "up"]["share"]


def test_the_same_seed_gives_the_same_bytes():
    def found(**asked):
        rule = LeastPrice({"cost_per_year_dkk": 1, "late_per_year": 50_000})
        some = inputs("inflow_per_year")
        *_, one = flips(SMALL, TWO, rule, some, replications=4, grid=1, **asked)
        *_, two = value_of_information(SMALL, TWO, rule, some, draws=60, replications=2, **asked)
        return one.table(), two.table()

    for one, two in zip(found(), found(), strict=True):
        assert one.equals(two)


def test_a_cancelled_search_keeps_what_is_finished(towns):
    towns(dear_or_late)
    cancel = Event()
    states = []
    for state in flips(SMALL, TWO, LATE_COSTS, inputs("no_show", "overhead"), cancel=cancel):
        states.append(state)
        cancel.set()

    assert [len(state.found) for state in states] == [1]
    assert states[0].done == 0.25


@pytest.mark.parametrize(
    ("options", "fields", "message"),
    [
        ({"two": {"coordinators": 2}}, ["no_show"], "options are 1; give from 2 to 8"),
        ({"a": {"coordinators": 0}, "b": {}}, ["no_show"], "coordinators is 0"),
        ({"a": {"no_show": 0.1}, "b": {}}, ["no_show"], "cannot be an uncertain input too"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_before_it_runs(options, fields, message):
    with pytest.raises((ScenarioError, ValueError), match=message):
        flips(SMALL, options, LATE_COSTS, inputs(*fields))


def test_too_few_draws_are_refused():
    with pytest.raises(ValueError, match="for 2 inputs it must be 60 or more"):
        value_of_information(SMALL, TWO, LATE_COSTS, inputs("no_show", "overhead"), draws=59)


def test_a_rule_names_measures_that_exist():
    with pytest.raises(ValueError, match="each must be one of"):
        LeastPrice({"lateness": 1})
