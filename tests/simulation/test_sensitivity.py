from threading import Event

import numpy as np
import pytest
from SALib.analyze import morris

from simulation import Scenario, ScenarioError, replicate
from simulation.experiments.sensitivity import (
    Screening,
    Shares,
    elementary_effects,
    morris_design,
    saltelli_design,
    screen,
    shares_of_variance,
    sobol_indices,
)
from simulation.experiments.uncertain import Uncertain, uncertain_inputs

SMALL = Scenario.preset("small", years=1, warm_up_years=1)
SOME = uncertain_inputs(
    SMALL, "small", only=["inflow_per_year", "quorum", "pay_per_year", "leadership_threshold"]
)
"""One that matters for lateness, one of whole numbers, and two that cannot matter."""


def ishigami(at):
    """Return Ishigami and Homma's function (1990) of positions 0-1, with a = 7 and b = 0.1."""
    x = np.pi * (2 * at - 1)
    return np.sin(x[..., 0]) + 7 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0])


def known_shares():
    """Return first and total shares of Ishigami's function by its formulas."""
    a, b = 7, 0.1
    one = (1 + b * np.pi**4 / 5) ** 2 / 2
    two = a**2 / 8
    both = b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    return np.array([one, two, 0]) / (one + two + both), np.array([one + both, two, both]) / (
        one + two + both
    )


def effects_of(function, inputs, trajectories=30, seed=1):
    return np.array(
        [
            elementary_effects(points, function(points))
            for points in morris_design(inputs, trajectories, seed)
        ]
    )


def screening_of(effects, **asked):
    inputs = tuple(Uncertain(f"x{n}", 0.5, 0.0, 1.0) for n in range(effects.shape[1]))
    return Screening(inputs, ("late_share",), 1, len(effects), effects[..., np.newaxis], **asked)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_shares_of_a_known_function_lie_in_their_intervals(seed):
    found = sobol_indices(ishigami(saltelli_design(3, 2048, seed)), seed)

    for name, known in zip(("first", "total"), known_shares(), strict=True):
        np.testing.assert_allclose(found[name], known, atol=0.03)
        assert (found[f"{name}_low"] < known + 0.01).all()
        assert (known - 0.01 < found[f"{name}_high"]).all()


def test_shares_of_a_sum_are_those_of_its_parts():
    weights = np.array([4, 2, 1])

    found = sobol_indices(saltelli_design(3, 2048, 1) @ weights, 1)

    np.testing.assert_allclose(found["first"], weights**2 / 21, atol=0.02)
    np.testing.assert_allclose(found["total"], weights**2 / 21, atol=0.02)


def test_intervals_hold_for_a_seed_of_nought_too():
    values = ishigami(saltelli_design(3, 32, 0))

    np.testing.assert_equal(sobol_indices(values, 0), sobol_indices(values, 0))


def test_a_linear_function_has_its_slopes_and_no_sigma():
    slopes = np.array([1, -2, 0, 5])

    found = screening_of(effects_of(lambda at: at @ slopes, 4)[:, :, np.newaxis]).influences(
        "late_share"
    )

    assert [one.input.field for one in found] == ["x3", "x1", "x0", "x2"]
    assert [one.mu_star for one in found] == pytest.approx([5, 2, 1, 0])
    assert [one.mu for one in found] == pytest.approx([5, -2, 1, 0])
    assert [one.sigma for one in found] == pytest.approx([0] * 4, abs=1e-12)


def test_elementary_effects_are_those_of_salib_where_nothing_is_rounded():
    design = morris_design(3, 20, 4)
    ours = screening_of(effects_of(ishigami, 3, 20, 4)[:, :, np.newaxis]).influences("late_share")
    problem = {"num_vars": 3, "names": ["x0", "x1", "x2"], "bounds": [[0, 1]] * 3}
    theirs = morris.analyze(problem, design.reshape(-1, 3), ishigami(design).ravel(), seed=1)

    for name in ("mu", "mu_star", "sigma"):
        by_input = {one.input.field: getattr(one, name) for one in ours}
        assert [by_input[n] for n in problem["names"]] == pytest.approx(np.asarray(theirs[name]))


def test_a_rounded_input_is_not_given_more_weight_than_it_has():
    number, whole = (Uncertain("inflow_per_year", 5.0, 5.0, 6.0), Uncertain("quorum", 2, 2, 3))

    def run(points):
        rows = [
            [one.at(at) for one, at in zip((number, whole), row, strict=True)] for row in points
        ]
        return np.array(rows), np.array(
            [[o.position(v) for o, v in zip((number, whole), row, strict=True)] for row in rows]
        )

    found = []
    for points in morris_design(2, 12, 1):
        values, positions = run(points)
        found.append(elementary_effects(positions, values.sum(axis=1)))

    assert np.array(found) == pytest.approx(np.ones((12, 2)))


def test_what_is_passed_on_and_what_is_left_out_is_said():
    rng = np.random.default_rng(1)
    size = (40, 6, 20)
    effects = np.array([10, 5, 4, 0.2, 0, 0])[:, np.newaxis] + np.zeros(size)
    # One is all chance; one has as much to it as the threshold.
    effects[:, 4] += 10 * rng.standard_normal((40, 20))
    effects[:, 1] += rng.standard_normal((40, 1))

    found = screening_of(effects, most=2)

    verdicts = {one.input.field: one.verdict for one in found.influences("late_share")}
    assert verdicts == {
        "x0": "chosen",
        "x1": "chosen",
        "x2": "beyond the cap",
        "x3": "small",
        "x4": "within noise",
        "x5": "no effect",
    }
    assert [one.field for one in found.chosen("late_share")] == ["x0", "x1"]


def test_the_noise_is_what_chance_alone_would_move():
    effects = np.random.default_rng(1).standard_normal((400, 1, 25))

    (found,) = screening_of(effects).influences("late_share")

    assert found.mu_star == pytest.approx(found.noise, rel=0.1)


def test_a_single_replication_has_no_noise_to_hold_an_effect_against():
    effects = np.array([3.0, 1.0])[:, np.newaxis] + np.zeros((5, 2, 1))

    found = screening_of(effects).influences("late_share")

    assert [one.verdict for one in found] == ["chosen", "chosen"]
    assert np.isnan(found[0].noise)


def test_the_noise_of_a_total_is_what_chance_adds_to_it():
    clean = ishigami(saltelli_design(3, 1024, 1))[:, :, np.newaxis, np.newaxis]
    noisy = clean + 5 * np.random.default_rng(1).standard_normal((*clean.shape[:2], 10, 1))
    inputs = tuple(Uncertain(field, 0.5, 0.0, 1.0) for field in ("no_show", "overhead", "quorum"))

    table = Shares(inputs, ("late_share",), 1, 1024, noisy).table().set_index("input")

    without = (table["total"] - table["noise"])["quorum"]
    spread = clean.var() / np.nanmean(noisy, axis=2).var()
    assert without == pytest.approx(known_shares()[1][2] * spread, abs=0.03)
    assert table["noise"]["quorum"] > 0.05


def test_a_screening_finds_what_matters_and_what_cannot():
    *_, last = screen(
        SMALL, SOME, measures=["load", "team_cost_per_year_dkk"], trajectories=6, replications=4
    )
    table = last.table().set_index(["measure", "input"])

    assert last.done == 1
    assert table.loc[("load", "inflow_per_year"), "verdict"] == "chosen"
    assert table.loc[("load", "inflow_per_year"), "mu"] > 0
    assert (table.xs("leadership_threshold", level="input")["verdict"] == "no effect").all()
    assert table.loc[("load", "pay_per_year"), "mu_star"] == 0
    assert table.loc[("team_cost_per_year_dkk", "pay_per_year"), "mu"] > 0


def test_the_effect_of_pay_is_that_of_two_runs():
    (pay,) = uncertain_inputs(SMALL, "small", only=["pay_per_year"])
    *_, last = screen(
        SMALL, [pay], measures=["cost_per_year_dkk"], trajectories=3, replications=2, seed=4
    )

    low, high = (
        replicate(SMALL.replace(pay_per_year=end), 2, seed=4)["cost_per_year_dkk"].mean()
        for end in (pay.low, pay.high)
    )
    (found,) = last.influences("cost_per_year_dkk")
    assert found.mu == pytest.approx(high - low)
    assert found.sigma == pytest.approx(0, abs=1e-6 * found.mu)


def test_shares_of_a_product_of_inputs_are_found_in_the_model():
    both = uncertain_inputs(
        SMALL, "small", only=["pay_per_year", "overhead", "leadership_threshold"]
    )
    *_, last = shares_of_variance(
        SMALL, both, measures=["coordinator_cost_per_year_dkk"], points=64, replications=1
    )
    table = last.table().set_index("input")

    # The cost is posts x pay x (1 + overhead); both are uniform on their ranges.
    ends = {one.field: (one.low, one.high) for one in both}
    pay = _relative_variance(*ends["pay_per_year"])
    overhead = _relative_variance(*(1 + end for end in ends["overhead"]))
    whole = (1 + pay) * (1 + overhead) - 1
    assert table["first"]["pay_per_year"] == pytest.approx(pay / whole, abs=0.1)
    assert table["total"]["overhead"] == pytest.approx(overhead * (1 + pay) / whole, abs=0.1)
    assert table["total"]["leadership_threshold"] == 0


def _relative_variance(low, high):
    return (high - low) ** 2 / 12 / ((high + low) / 2) ** 2


def test_the_same_seed_gives_the_same_bytes():
    def found(seed, **asked):
        *_, one = screen(
            SMALL, SOME, measures=["load"], trajectories=2, replications=2, seed=seed, **asked
        )
        *_, two = shares_of_variance(
            SMALL, SOME[:2], measures=["load"], points=2, replications=2, seed=seed, **asked
        )
        return one.table(), two.table()

    for one, two in zip(found(0), found(0, workers=2), strict=True):
        assert one.equals(two)


def test_a_cancelled_screening_keeps_what_is_finished():
    cancel = Event()
    states = []
    for state in screen(
        SMALL, SOME, measures=["load"], trajectories=50, replications=1, cancel=cancel
    ):
        states.append(state)
        if len(states) == 2:
            cancel.set()

    assert [len(state.effects) for state in states] == [1, 2]
    assert states[-1].table()["trajectories"].tolist() == [2] * 4


def test_inputs_come_with_the_ranges_of_the_preset():
    found = {one.field: one for one in uncertain_inputs(SMALL, "small")}

    assert (found["inflow_per_year"].low, found["inflow_per_year"].high) == (4.6, 13.9)
    assert found["team_slots_per_week"].at(0.5) == (2, 2, 2, 2)
    assert [found["quorum"].at(at) for at in (0, 0.3, 1)] == [1, 2, 3]
    assert not {"years", "warm_up_years", "vacancy_months", "coordinators"} & set(found)


def test_a_range_of_ones_own_may_be_a_switch_or_a_triangle():
    one, two = uncertain_inputs(
        SMALL,
        only=["deputies", "vacancy_months"],
        ranges={"deputies": (False, True), "vacancy_months": ((1, 2, 4), (3, 4, 8))},
    )

    assert {one.at(0.4), two.at(0.4)} == {(1.8, 2.8, 5.6), False}


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"only": ["koordinatorer"]}, "did you mean"),
        ({"only": ["allocation"]}, "has no range"),
        ({"ranges": {"no_show": (0.1, 1.5)}}, "no_show is 1.5"),
        ({"ranges": {"no_show": (0.3, 0.5)}}, "no_show is 0.15, and its range is 0.3 to 0.5"),
    ],
)
def test_a_range_that_cannot_be_is_refused_before_it_runs(asked, message):
    with pytest.raises((ScenarioError, ValueError), match=message):
        uncertain_inputs(SMALL, "small", **asked)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"points": 48}, "power of two"),
        ({"measures": ["lateness"]}, "each must be one of"),
        ({"measures": ["education_share"], "points": 2}, "education_share has nothing to measure"),
    ],
)
def test_a_design_that_cannot_be_is_refused(asked, message):
    with pytest.raises(ValueError, match=message):
        list(shares_of_variance(SMALL, SOME[:2], **asked))
