"""Intervals hold the truth as often as they say: many small sets of runs of which the truth is known."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom, norm, poisson

from simulation import Scenario, together
from simulation.experiments import precision
from simulation.experiments.comparison import estimate
from simulation.experiments.intervals import (
    end_with_ends,
    evidence,
    mean_with_ends,
    share_at_any_time,
    share_with_ends,
    wilson,
)
from simulation.experiments.precision import Goal, until_precise
from simulation.experiments.quantities import quantity
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


@pytest.mark.parametrize("runs", [3, 10, 50])
def test_the_interval_of_a_mean_is_exact_for_normals(runs):
    sets = np.random.default_rng(1).normal(5, 2, (2000, runs))

    assert covered([mean_with_ends(one)[1:] for one in sets], 5) == chance_of(0.95, 2000)


def test_the_interval_of_a_mean_is_good_enough_for_few_late_meetings():
    # Late meetings of a bad and a good half of the years: more spread than a Poisson, and skewed.
    chance = np.random.default_rng(2)
    sets = chance.poisson(chance.choice([0.5, 3.5], (2000, 20)))

    assert 0.92 < covered([mean_with_ends(one.astype(float))[1:] for one in sets], 2.0) < 0.97


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
    """A thousand runs of the model itself."""
    return [result for (result,) in together((SMALL,), 1000, seed=77)]


@pytest.mark.parametrize(
    ("name", "least"),
    [
        # Few long waits and few bad years make a mean that Student's t is a little too sure of:
        # 93 % and 94 % of 3000 sets of 200 runs hold it, against 89 % and 93 % of sets of 100.
        ("wait_mean_days", 0.89),
        ("late_per_year", 0.905),
        ("breach_17_5", 0.92),
        ("missed_contact_share", 0.92),
        ("cost_per_year_dkk", 0.92),
    ],
)
def test_intervals_of_the_model_itself_hold_its_long_run(long_run, name, least):
    # Sets of 200 are drawn from the long run, whose mean is then the truth.
    of, chance = quantity(name), np.random.default_rng(9)
    truth = np.nanmean([of.of_run(result) for result in long_run])
    singles = np.concatenate([of.singles(result) for result in long_run])

    found = [
        estimate("", of, [long_run[place] for place in chance.integers(0, 1000, 200)])
        for _ in range(300)
    ]

    assert least < covered([(one.mean_low, one.mean_high) for one in found], truth) < 0.985
    if not of.is_share_of_singles:
        inside = [((one.low <= singles) & (singles <= one.high)).mean() for one in found]
        assert np.mean(inside) > 0.89
