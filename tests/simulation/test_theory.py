"""Held against queueing theory where theory exists; tolerances come from the Monte-Carlo error."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import kstest

from simulation import Scenario, run
from simulation.cohort import draw
from simulation.workload import workload


def test_the_stock_without_a_ceiling_is_poisson_with_mean_inflow_times_stay():
    """M/G/∞: present on day 0 are a Poisson number of youths, mean λ·E[S]."""
    scenario = Scenario.preset("medium", years=1, warm_up_years=0)
    present = np.array(
        [sum(y.referral <= 0 < y.leaves for y in draw(scenario, 5, n).youths) for n in range(400)]
    )
    # Stays until 18 with rate 0.12, from entry ages 15 (53 %) and 15-17.9 (even); after 18 with
    # rate 0.46 up to 23.
    left, later, support = 0.12, 0.46, 0.67
    before = np.linspace(0.1, 3, 100_001)
    reach = np.exp(-left * before)
    stays = (1 - reach) / left + reach * support * (1 - np.exp(-later * 5)) / later
    mean_stay = 0.53 * stays[-1] + 0.47 * stays.mean()
    expected = 21.9 * mean_stay

    error = np.sqrt(expected / present.size)
    assert present.mean() == pytest.approx(expected, abs=4 * error)
    # The variance of a Poisson number is its mean; the variance of a sample variance is about 2σ⁴/n.
    assert present.var(ddof=1) == pytest.approx(expected, abs=4 * expected * np.sqrt(2 / 400))


def test_referrals_are_a_poisson_process():
    scenario = Scenario.preset("large", years=5, warm_up_years=0)
    days = [y.referral for y in draw(scenario, 3, 0).youths if y.referral >= 0]

    # Whole days spread an exponential gap by less than a day.
    gaps = np.diff(days) + np.random.default_rng(1).random(len(days) - 1) - 0.5
    rate = scenario.inflow_per_year / 365.25
    assert len(days) == pytest.approx(5 * 127.5, abs=4 * np.sqrt(5 * 127.5))
    assert kstest(np.abs(gaps), "expon", args=(0, 1 / rate)).pvalue > 0.001


def test_littles_law_holds_on_every_run():
    """Youths waiting, summed over the days, are the days waited, summed over the youths."""
    scenario = Scenario.preset("medium", coordinators=2, years=2, warm_up_years=1)
    for replication in range(3):
        lived = run(scenario, 2, replication)
        end = draw(scenario, 2, replication).last_day
        changes: dict[int, list[tuple[int, bool]]] = {}
        for e in lived.entries:
            if e.activity in {"referred", "coordinator_lost", "coordinator_assigned", "left"}:
                waits = e.activity in {"referred", "coordinator_lost"}
                changes.setdefault(e.case, []).append((e.day, waits))
        waited = sum(
            max(0, min(until, end) - max(since, 0))
            for steps in changes.values()
            for (since, waits), (until, _) in pairwise([*steps, (end, False)])
            if waits
        )

        assert waited > 0
        assert lived.measures["waiting_mean"] * end == pytest.approx(waited)


def test_the_hours_of_a_year_are_given_out_to_the_minute():
    scenario = Scenario.preset("medium", annual_turnover=0, years=4, warm_up_years=0)

    hours = run(scenario).log.query("activity == 'hours_available'").minutes.sum() / 60

    wanted = 4 * 4 * 1100 * 29.5 / 37
    # A working day is rounded to the minute.
    assert hours == pytest.approx(wanted, rel=0.5 / workload(scenario, 243).daily)


def test_no_shows_come_as_often_as_the_scenario_says():
    scenario = Scenario.preset("large", no_show=0.2, years=5)
    chances = np.array([y.no_show for n in range(3) for y in draw(scenario, 1, n).youths])

    # Beta with mean 0.2 and a + b = 8 has standard deviation sqrt(0.2 · 0.8 / 9).
    assert chances.mean() == pytest.approx(0.2, abs=4 * np.sqrt(0.16 / 9 / chances.size))
    assert chances.std() == pytest.approx(np.sqrt(0.16 / 9), rel=0.08)
