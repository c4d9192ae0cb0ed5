"""Intervals hold the truth as often as they say: many small sets of runs of which the truth is known."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom, norm, poisson, t

from simulation import Scenario, together
from simulation.experiments import precision
from simulation.experiments.comparison import estimate
from simulation.experiments.intervals import (
    end_with_ends,
    evidence,
    share_at_any_time,
    share_with_ends,
    wilson,
)
from simulation.experiments.precision import Goal, until_precise
from simulation.experiments.quantities import quantity
from simulation.means import mean_with_ends
from simulation.summary import prediction

spec = importlib.util.spec_from_file_location("invented", Path(__file__).with_name("invented.py"))
invented = importlib.util.module_from_spec(spec)
spec.loader.exec_module(invented)

SMALL = Scenario.preset("small", years=1, warm_up_years=1)


def covered(intervals, truth):
    ends = np.array(intervals)
    return ((ends[:, 0] <= truth) & (truth <= ends[:, 1])).mean()


def chance_of(share, sets):
    """Between these shares of *sets* hold the truth in 999 of 1000 tests like this one."""
    low, high = binom.ppf([0.0005, 0.9995], sets, share) / sets
    return pytest.approx((low + high) / 2, abs=(high - low) / 2)


def students(values):
    half = t.ppf(0.975, len(values) - 1) * values.std(axis=0, ddof=1) / np.sqrt(len(values))
    return np.transpose([values.mean(axis=0) - half, values.mean(axis=0) + half])


def ours(values):
    return np.transpose(mean_with_ends(values, 0.95)[1:])


@pytest.mark.parametrize(("runs", "most"), [(3, 0.975), (10, 0.968), (50, 0.962)])
def test_the_interval_of_a_mean_costs_normals_little(runs, most):
    # Student's is exact for them; these are skewed by chance alone, and the further end counts.
    sets = np.random.default_rng(1).normal(5, 2, (runs, 8000))

    assert covered(students(sets), 5) == chance_of(0.95, 8000)
    assert 0.945 < covered(ours(sets), 5) < most


@pytest.mark.parametrize(
    ("runs", "wide", "least"),
    # Floors lie 1.5 points below what 8000 sets gave: 95, 93, 95 and 89 %. Student's t holds 93, 86,
    # 91 and 76 % of them. Of 20 numbers most have none from a tail as long as the last.
    [(10, 0.5, 0.93), (20, 1.0, 0.915), (100, 1.0, 0.94), (20, 1.5, 0.87)],
)
def test_skewed_numbers_are_held_more_often_than_by_students_t(runs, wide, least):
    sets, truth = np.random.default_rng(8).lognormal(0, wide, (runs, 3000)), np.exp(wide**2 / 2)

    found = covered(ours(sets), truth)

    assert least < found < 0.97
    assert found > covered(students(sets), truth) + 0.01


def test_far_numbers_to_both_sides_are_held_as_often_as_by_students_t():
    # No skewness in truth, but much in a set that happens to hold one of the far numbers.
    sets = np.random.default_rng(8).standard_t(3, (20, 3000))

    assert covered(students(sets), 0) <= covered(ours(sets), 0) < 0.97


def test_the_interval_of_a_mean_is_good_enough_for_few_late_meetings():
    # Late meetings of a bad and a good half of the years: more spread than a Poisson, and skewed.
    chance = np.random.default_rng(2)
    sets = chance.poisson(chance.choice([0.5, 3.5], (20, 4000))).astype(float)

    assert 0.955 < covered(ours(sets), 2.0) < 0.98


def test_wilsons_interval_covers_what_it_says_on_average():
    # No chance in this: every outcome of 40 trials with its probability.
    intervals = np.array([wilson(kept, 40)[1:] for kept in range(41)])
    shares = np.linspace(0.02, 0.98, 193)
    cover = [
        binom.pmf(np.arange(41), 40, share)[
            (intervals[:, 0] <= share) & (share <= intervals[:, 1])
        ].sum()
        for share in shares
    ]

    assert np.mean(cover) == pytest.approx(0.95, abs=0.006)
    assert min(cover) > 0.83


@pytest.mark.parametrize("alike", [0.0, 0.5, 1.0])
def test_years_of_one_run_may_go_together(alike):
    # Five years a run, of which a share does what the run does; 30 % are broken in the long run.
    chance, sets, runs, years = np.random.default_rng(3), 1000, 40, 5
    own = chance.random((sets, runs, years)) < 0.3
    whole = np.repeat(chance.random((sets, runs, 1)) < 0.3, years, axis=2)
    broken = np.where(chance.random((sets, runs, years)) < alike, whole, own)

    found = [share_with_ends(one.sum(axis=1) * 1.0, np.full(runs, float(years))) for one in broken]

    assert 0.925 < covered([one[1:] for one in found], 0.3) < 0.975


@pytest.mark.parametrize(("share", "each"), [(0.95, 1), (0.05, 1), (0.95, 4), (0.5, 4)])
def test_the_end_of_a_prediction_interval_is_as_sure_as_it_says(share, each):
    # Runs of one or four single values with a common part.
    chance, sets, runs = np.random.default_rng(4), 1000, 120
    common, own = chance.normal(0, 1, (sets, runs, 1)), chance.normal(0, 1, (sets, runs, each))
    values = (common + own).reshape(sets, -1)
    truth = norm.ppf(share, scale=np.sqrt(2))

    found = [end_with_ends(one, np.full(runs, float(each)), share)[1:] for one in values]

    assert 0.925 < covered(found, truth) < 0.98


def test_nine_in_ten_new_years_fall_into_the_prediction_interval():
    chance, runs = np.random.default_rng(5), 200
    sets = chance.normal(size=(1000, runs))
    inside = [norm.cdf(high) - norm.cdf(low) for low, high in map(prediction, sets)]

    # Exactly 180 ÷ 201 for anything continuous; a handful of runs would promise too much: 18 ÷ 21 for 20.
    assert np.mean(inside) == pytest.approx(180 / 201, abs=0.002)
    few = [norm.cdf(high) - norm.cdf(low) for low, high in map(prediction, sets[:, :20])]
    assert np.mean(few) == pytest.approx(18 / 21, abs=0.008)
    # Of what is counted in whole meetings, at least as many.
    counts = chance.poisson(3, (1000, runs))
    ends = np.array([prediction(one) for one in counts])
    assert (poisson.cdf(ends[:, 1], 3) - poisson.cdf(ends[:, 0] - 1, 3)).mean() > 0.9


def test_evidence_may_be_looked_at_after_every_run():
    # The promise is kept exactly as often as asked, which is the hardest case; looked at 400 times.
    chance, error = np.random.default_rng(6), 0.05
    wrong = misses = 0
    for _ in range(300):
        kept = (chance.random(400) < 0.9).cumsum()
        seen = [evidence(float(one), n, 0.9) for n, one in enumerate(kept, 1)]
        wrong += max(below for _, below in seen) >= np.log(1 / error)
        looks = [share_at_any_time(float(kept[n - 1]), n) for n in range(5, 401, 5)]
        misses += any(not low <= 0.9 <= high for _, low, high in looks)

    # At most 5 % in truth; more than this would be seen once in a thousand times.
    assert wrong <= binom.ppf(0.999, 300, error)
    assert misses <= binom.ppf(0.999, 300, error)


def test_evidence_decides_where_there_is_something_to_decide():
    chance = np.random.default_rng(7)
    kept = (chance.random((200, 400)) < 0.97).cumsum(axis=1)

    decided = [
        any(evidence(float(one), n, 0.9)[0] >= np.log(20) for n, one in enumerate(row, 1))
        for row in kept
    ]

    assert np.mean(decided) > 0.95


def test_stopping_when_it_is_narrow_costs_little(monkeypatch):
    invented.runs(
        lambda _, chance: {"load": chance.gamma(4, 0.25)}, precision, monkeypatch=monkeypatch
    )
    found = []
    for seed in range(250):
        *_, state = until_precise(SMALL, [Goal("load", relative=0.1)], seed=seed)
        found.append((state.goals[0].low, state.goals[0].high))
        assert state.status == "reached"

    assert covered(found, 1.0) > 0.9


@pytest.fixture(scope="module")
def long_run():
    """A thousand runs of the model itself, with two coordinators and with three."""
    return list(together((SMALL, SMALL.replace(coordinators=3)), 1000, seed=77))


@pytest.mark.parametrize(
    ("name", "runs", "least"),
    # Floors lie 1.5 points (three standard errors) below what 6000 sets gave. Of 20 runs most hold
    # none of the rare very long waits, and no interval can see what is not there: Student's t holds
    # 79 % of these, and 90 % of those of 100.
    [
        ("wait_mean_days", 20, 0.82),
        ("wait_mean_days", 50, 0.925),
        ("wait_mean_days", 100, 0.945),
        ("late_per_year", 20, 0.94),
        ("late_per_year", 100, 0.95),
        ("missed_contact_share", 20, 0.95),
        ("cost_per_year_dkk", 20, 0.94),
        ("kept_coordinator_share", 50, 0.95),
    ],
)
def test_means_of_the_model_itself_are_held(long_run, name, runs, least):
    assert least < held(means_of_runs(long_run, name)[:, 0], runs) < 0.99


@pytest.mark.parametrize(
    ("name", "runs", "least"),
    # As above; Student's t holds 74 % of the first.
    [
        ("wait_mean_days", 20, 0.86),
        ("wait_mean_days", 50, 0.955),
        ("late_per_year", 20, 0.91),
        ("late_per_year", 100, 0.945),
        ("cost_per_year_dkk", 20, 0.945),
        ("kept_coordinator_share", 20, 0.935),
    ],
)
def test_paired_differences_of_the_model_itself_are_held(long_run, name, runs, least):
    mine, theirs = means_of_runs(long_run, name).T

    assert least < held(mine - theirs, runs) < 0.99


@pytest.mark.parametrize("name", ["wait_mean_days", "late_per_year", "kept_coordinator_share"])
@pytest.mark.parametrize("runs", [20, 50, 100])
def test_no_difference_is_not_called_one(long_run, name, runs):
    # Which of the two scenarios is the better one is tossed for in each run. Hall's interval alone
    # calls up to 15 % of these sets clear.
    mine, theirs = means_of_runs(long_run, name).T
    chance = np.random.default_rng(9)
    places = chance.integers(0, mine.size, (runs, 3000))
    apart = (mine - theirs)[places] * chance.choice([-1, 1], places.shape)

    assert covered(ours(apart), 0) > 0.94


def test_skewed_measures_are_held_more_often_than_by_students_t(long_run):
    for name in ("wait_mean_days", "late_per_year"):
        values = means_of_runs(long_run, name)[:, 0]
        for runs in (20, 50, 100):
            assert held(values, runs) > held(values, runs, students) + 0.02


def means_of_runs(long_run, name):
    """Return a row a run in which it could be measured, and a column a scenario."""
    of = quantity(name)
    values = np.array([[of.of_run(result) for result in results] for results in long_run])
    return values[~np.isnan(values).any(axis=1)]


def held(values, runs, intervals=ours):
    """Return how often sets of so many runs, drawn from *values*, hold the mean of all of them."""
    places = np.random.default_rng(9).integers(0, values.size, (runs, 2000))
    return covered(intervals(values[places]), values.mean())


@pytest.mark.parametrize(
    "name", ["breach_17_5", "wait_mean_days", "late_per_year", "cost_per_year_dkk"]
)
def test_single_values_and_risks_of_the_model_itself_are_held(long_run, name):
    of, chance = quantity(name), np.random.default_rng(9)
    runs = [result for result, _ in long_run]
    truth = np.nanmean([of.of_run(result) for result in runs])
    singles = np.concatenate([of.singles(result) for result in runs])

    found = [
        estimate("", of, [runs[place] for place in chance.integers(0, 1000, 200)])
        for _ in range(300)
    ]

    assert 0.92 < covered([(one.mean_low, one.mean_high) for one in found], truth) < 0.985
    if not of.is_share_of_singles:
        inside = [((one.low <= singles) & (singles <= one.high)).mean() for one in found]
        assert np.mean(inside) > 0.89
