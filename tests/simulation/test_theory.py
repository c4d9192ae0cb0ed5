"""Held against queueing theory where theory exists; tolerances come from the Monte-Carlo error.

Each run is held against the queue solved on the model's own calendar, which leaves no error of
discretisation: what remains is chance. A test asks for two things: that simulation and theory are at
most four standard errors apart, and that the standard error is small enough for a drift to be seen.
"""

import numpy as np
import pytest
from scipy.stats import kstest

from simulation import Scenario, run
from simulation import theory as t
from simulation.cohort import draw
from simulation.plan import daily_minutes

FAR = 4.0
"""Standard errors; chance alone goes beyond them once in 16,000 times."""


def agree(lines, power):
    """Hold each of *lines* to its theory; its standard error may be *power* of the theory at most."""
    for line in lines:
        assert line.error <= power * line.theory, line
        assert abs(line.z) <= FAR, line


def stationary(births, deaths):
    """Solve a birth-death chain: rates up from 0, 1, … and rates down from 1, 2, …"""
    ratios = np.concatenate([[0.0], np.cumsum(np.log(births) - np.log(deaths))])
    weights = np.exp(ratios - ratios.max())
    return weights / weights.sum()


# --- The formulas --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("servers", "offered", "expected"), [(10, 8.0, 0.4092), (2, 1.0, 1 / 3), (3, 2.0, 4 / 9)]
)
def test_erlang_c_gives_known_values(servers, offered, expected):
    assert t.erlang_c(servers, offered) == pytest.approx(expected, abs=5e-5)


def test_with_one_server_erlang_c_is_the_load():
    assert t.erlang_c(1, 0.7) == pytest.approx(0.7)
    assert t.erlang_c_wait(1, 0.7, 1.0) == pytest.approx(0.7 / 0.3)


def test_more_than_the_servers_can_do_has_no_erlang_c():
    with pytest.raises(ValueError, match="must be below servers, 3"):
        t.erlang_c(3, 3.0)


@pytest.mark.parametrize(
    ("servers", "arrivals", "impatience"), [(10, 8.0, 0.5), (4, 6.0, 2.0), (1, 0.5, 0.1)]
)
def test_erlang_a_is_the_stationary_birth_death_chain(servers, arrivals, impatience):
    n = np.arange(1, 400)
    there = stationary(
        np.full(399, arrivals), np.minimum(n, servers) + impatience * np.maximum(n - servers, 0)
    )
    queue = there @ np.maximum(np.arange(400) - servers, 0)

    found = t.erlang_a(servers, arrivals, 1.0, impatience)

    assert found.waits == pytest.approx(there[servers:].sum())
    assert found.abandons == pytest.approx(impatience * queue / arrivals)
    assert found.mean_wait == pytest.approx(queue / arrivals)


def test_with_much_patience_erlang_a_is_erlang_c():
    patient = t.erlang_a(10, 8.0, 1.0, 1e-4)

    assert patient.waits == pytest.approx(t.erlang_c(10, 8.0), rel=1e-2)
    assert patient.mean_wait == pytest.approx(t.erlang_c_wait(10, 8.0, 1.0), rel=1e-2)


def test_preemptive_classes_share_out_the_work_of_one_queue():
    first, second = t.preemptive_resume([0.3, 0.4], [1.0, 1.0], [2.0, 2.0])

    assert first == pytest.approx(0.3 / 0.7), "the first class has M/M/1 to itself"
    assert first + second == pytest.approx(0.7 / 0.3), "and together they are M/M/1"


def test_the_repairman_is_the_stationary_birth_death_chain():
    asking = np.arange(12, 0, -1) / 20
    assert t.repairman(12, 1.0, 20.0) == pytest.approx(1 - stationary(asking, np.ones(12))[0])


@pytest.mark.parametrize("cases", [1, 5, 20, 60])
def test_the_repairman_lies_between_the_bounds(cases):
    found = t.repairman(cases, 1.0, 20.0)

    assert t.busy_at_least(cases, 1.0, 20.0) <= found + 1e-12
    assert found <= t.busy_at_most(cases, 1.0, 20.0)


def test_on_a_calendar_without_days_off_the_places_are_erlangs():
    """With many steps in a mean stay and no day off, the calendar no longer matters."""
    works = np.ones(20_000, dtype=bool)

    patient = t.places_on_calendar(works, 4, 0.015, 0.005, room=120)
    hasty = t.places_on_calendar(works, 4, 0.03, 0.005, 0.01, room=120)

    assert patient.full[-1] == pytest.approx(t.erlang_c(4, 3.0), rel=0.02)
    formula = t.erlang_a(4, 0.03, 0.005, 0.01)
    assert hasty.full[-1] == pytest.approx(formula.waits, rel=0.02)
    assert 1 - hasty.starts[-1] / 0.03 == pytest.approx(formula.abandons, rel=0.03)


def test_on_a_calendar_without_days_off_the_backlog_is_the_known_one():
    """W' = max(0, W - 1) + A has mean E[A] + (E[A²] - E[A]) ÷ 2(1 - E[A]); A is Poisson here."""
    works = np.ones(2_000, dtype=bool)

    found, worked = t.backlog_on_calendar(works, [(0.7, t.exactly(240))], 240, 60_000)

    assert found[-1] / 240 == pytest.approx(0.7 + 0.7**2 / (2 * 0.3))
    assert worked[-1] / 240 == pytest.approx(0.7)


def test_work_varies_around_its_mean():
    sizes = t.varied(240, 0.7)
    mean, square = t.moments(sizes)

    assert sizes.sum() == pytest.approx(1)
    # Rounded down to a minute.
    assert mean == pytest.approx(239.5, abs=0.5)
    assert np.sqrt(square - mean**2) / mean == pytest.approx(0.7, rel=0.03)


# --- What the runs begin from --------------------------------------------------------------------


def test_referrals_are_a_poisson_process():
    scenario = Scenario.preset("large", years=5, warm_up_years=0)
    days = np.sort(draw(scenario, 3, 0).youths["identified"])
    days = days[days >= 0]

    # Whole days spread an exponential gap by less than a day.
    gaps = np.diff(days) + np.random.default_rng(1).random(days.size - 1) - 0.5
    rate = scenario.inflow_per_year / 365.25
    expected = 5 * scenario.inflow_per_year
    assert days.size == pytest.approx(expected, abs=FAR * np.sqrt(expected))
    assert kstest(np.abs(gaps), "expon", args=(0, 1 / rate)).pvalue > 0.001


def test_no_shows_come_as_often_as_the_scenario_says():
    scenario = Scenario.preset("large", no_show=0.2, years=5)
    chances = np.concatenate([draw(scenario, 1, n).youths["no_show"] for n in range(3)]) / 65_536

    # Beta with mean 0.2 and a + b = 8 has standard deviation sqrt(0.2 · 0.8 / 9).
    assert chances.mean() == pytest.approx(0.2, abs=FAR * np.sqrt(0.16 / 9 / chances.size))
    assert chances.std() == pytest.approx(np.sqrt(0.16 / 9), rel=0.08)


def test_the_hours_of_a_year_are_given_out_to_the_minute():
    scenario = Scenario.preset(
        "medium",
        annual_turnover=0,
        sick_spells_per_year=0,
        long_absences_per_year=0,
        years=4,
        warm_up_years=0,
    )

    hours = run(scenario).log.query("activity == 'hours_available'").minutes.sum() / 60

    wanted = 4 * 4 * scenario.case_hours_per_year * 29.5 / 37
    # A working day is rounded to the minute.
    assert hours == pytest.approx(wanted, rel=0.5 / daily_minutes(scenario, 29.5))


# --- The laws ------------------------------------------------------------------------------------


def test_without_a_ceiling_the_programme_is_poisson_with_the_models_stays():
    mean, variance = t.infinite_ceiling(100)

    agree([mean], power=0.01)
    agree([variance], power=0.15)


def test_without_a_ceiling_the_programme_is_poisson_with_exponential_stays():
    mean, variance = t.infinite_ceiling_exponential(12, 200)

    agree([mean], power=0.01)
    agree([variance], power=0.11)


def test_limited_places_are_erlang_c():
    agree(t.limited_places(t.with_places(8, 72, 1), 150), power=0.03)


def test_limited_places_with_impatience_are_erlang_a():
    agree(t.limited_places(t.with_places(8, 108, 1, leave=3), 80), power=0.02)


@pytest.mark.parametrize("where", ["waiting", "programme"])
@pytest.mark.parametrize(
    ("preset", "changes"),
    [
        ("small", {}),
        ("medium", {"caseload_ceiling": 8, "declined_share": 0.2}),
        ("medium", {"annual_turnover": 0.8, "forced_change_at_18": True}),
        ("large", {"stay_from_assignment_months": 12}),
    ],
)
def test_littles_law_holds_on_every_run(preset, changes, where):
    scenario = Scenario.preset(preset, years=3, **changes)
    for replication in range(2):
        found = t.little(run(scenario, 2, replication), where)

        assert found.arrivals > 0
        assert found.gap == pytest.approx(0, abs=1e-9 * (1 + found.number))


@pytest.mark.parametrize("variation", [0.0, 0.7])
def test_a_to_do_list_follows_lindley(variation):
    agree(t.to_do_list(t.with_crises(variation), 300), power=0.03)


def test_crises_come_before_invitations():
    agree(t.two_classes(t.with_two_classes(), 200), power=0.03)


@pytest.mark.parametrize("cases", [5, 30, 40, 60])
def test_a_case_manager_without_chance_is_the_closed_loop_to_the_minute(cases):
    found = t.case_manager(t.with_follow_ups(cases))

    assert found.simulation == pytest.approx(found.exact, rel=1e-12)
    assert found.at_least <= found.exact <= found.at_most


@pytest.mark.parametrize("cases", [10, 40, 60])
def test_a_case_manager_with_chance_lies_between_the_bounds(cases):
    found = t.case_manager(t.with_follow_ups(cases, variation=1), 10)

    assert found.error <= 0.02
    assert found.at_least - FAR * found.error <= found.simulation
    assert found.simulation <= found.at_most + FAR * found.error


def test_with_a_queue_of_new_cases_every_place_is_taken_and_cases_end_at_their_rate():
    taken, closed = t.cases_in_turn(t.with_cases_in_turn(30), 40)

    assert taken.simulation == 30
    assert taken.error == 0
    agree([closed], power=0.02)
    busy = t.case_manager(t.with_cases_in_turn(30), 10)
    assert busy.simulation <= busy.at_most + FAR * busy.error


def test_a_drift_of_the_model_is_seen():
    """An inflow that is a twentieth too high would not pass for chance."""
    drifted = t.with_places(8, 72, 1).replace(inflow_per_year=72 * 1.05)
    drifted_lines = t.limited_places(drifted, 100)
    lines = t.limited_places(t.with_places(8, 72, 1), 2)

    for found, expected in zip(drifted_lines, lines, strict=True):
        assert abs(found.simulation - expected.theory) / found.error > FAR


def test_the_day_of_a_quiet_town_has_240_minutes():
    for scenario in (t.with_crises(), t.with_two_classes(), t.with_follow_ups(5)):
        assert daily_minutes(scenario, 37.0) == 240


def test_what_sets_a_town_apart_from_a_quiet_one_is_named():
    found = t.beside_quiet(t.with_crises())

    assert found["cases"] == 30
    assert found["crises_per_year"] == 6
    assert "annual_turnover" not in found


def test_a_line_says_how_far_apart_both_are():
    assert t.Line("x", 1.0, 1.5, 0.25).z == 2
    assert t.Line("x", 1.0, 1.0, 0.0).z == 0
    assert t.Line("x", 1.0, 1.1, 0.0).z == np.inf
    assert t.as_table([t.Line("x", 1.0, 1.0, 0.5)]).loc["x", "simulation"] == 1
