import pickle
from dataclasses import fields
from inspect import getdoc
from threading import Event

import numpy as np
import pytest
from hypothesis import given, settings

from simulation import Scenario, compare, replicate, replications, run, summarise
from simulation.chance import Chance
from simulation.cohort import SHAPING, STAFFING, _lives, _staff, draw, draw_each
from tests.simulation.space import scenarios

SMALL = Scenario.preset("small", years=2, warm_up_years=1)


def test_a_row_is_what_a_single_run_gives():
    table = replicate(SMALL, 3, seed=4)

    assert table["replication"].tolist() == [0, 1, 2]
    assert table.iloc[2].drop(["replication", "seed"]).to_dict() == pytest.approx(
        run(SMALL, 4, 2).measures, nan_ok=True
    )


@pytest.mark.parametrize("workers", [1, 2])
def test_a_cancelled_experiment_stops_with_what_is_finished(workers):
    cancel = Event()
    found = []
    for result in replications(SMALL, 200, cancel=cancel, workers=workers):
        found.append(result.replication)
        if len(found) == 3:
            cancel.set()

    assert found == [0, 1, 2]


@pytest.mark.parametrize("wrong", [{"replications": 0}, {"workers": 0}])
def test_no_replications_are_refused(wrong):
    with pytest.raises(ValueError, match="must be 1 or more"):
        replicate(SMALL, **wrong)


def test_a_summary_leads_with_single_years():
    results = list(replications(SMALL, 20))
    late = [sum(year) for r in results for year in zip(*r.late_by_year.values(), strict=True)]

    summary = summarise(results)

    assert summary.late_per_year.mean == pytest.approx(np.mean(late))
    inside = [summary.late_per_year.low <= number <= summary.late_per_year.high for number in late]
    assert np.mean(inside) >= 0.9
    assert 0 <= summary.breach_17_5 <= 1


def test_a_comparison_is_paired_and_says_when_nothing_differs():
    results = list(replications(SMALL, 5))
    dearer = list(replications(SMALL.replace(pay_per_year=700_000), 5))

    found = compare(dearer, results)

    assert found["late_meetings"].none
    assert not found["late_meetings"].clear
    assert found["cost_per_year_dkk"].clear
    assert found["cost_per_year_dkk"].low > 0


def test_nothing_in_common_cannot_be_compared():
    with pytest.raises(ValueError, match="no replication in common"):
        compare(list(replications(SMALL, 1)), [])


@pytest.mark.parametrize("seed", [-1, 1.5, True, "1"])
def test_a_seed_that_is_none_is_refused(seed):
    with pytest.raises(ValueError, match=r"seed is .*; it must be a whole number, 0 or more"):
        run(SMALL, seed)


def test_help_on_a_scenario_tells_every_number():
    told = getdoc(Scenario)

    for field in fields(Scenario):
        assert f"{field.name}: " in told


SHARED = [
    {},
    {"contact_person_only": True, "all_outside": True, "years": 1},
    {"stay_from_assignment_months": 9, "sick_spells_per_year": 0, "long_absences_per_year": 0},
    {"inflow_per_year": 0},
]


@pytest.mark.parametrize("changes", SHARED)
def test_scenarios_that_differ_in_what_is_done_share_their_youths(changes):
    scenario = Scenario.preset("small", **changes)
    both = (scenario, scenario.replace(coordinators=7, booking_horizon_weeks=9, reminders=True))

    together = list(draw_each(both, 7, 3))

    assert together[0].youths is together[1].youths
    assert together[0].turns is not together[1].turns
    for mine, cohort in zip(both, together, strict=True):
        alone = draw(mine, 7, 3)
        for field in fields(alone):
            one, other = getattr(cohort, field.name), getattr(alone, field.name)
            assert np.array_equal(one, other), field.name


@given(scenarios())
@settings(max_examples=40, deadline=None)
def test_whatever_is_read_when_youths_are_drawn_is_known_to_shape_them(scenario):
    read = set()

    class Watched(Scenario):
        # Looked up as itself; else reading it once would answer for all that are equal.
        __eq__ = object.__eq__
        __hash__ = object.__hash__

        def __getattribute__(self, name):
            read.add(name)
            return super().__getattribute__(name)

    watched = Watched(**{field.name: getattr(scenario, field.name) for field in fields(scenario)})
    read.clear()
    _lives(watched, Chance(1, 0))

    shaping = {*SHAPING, *({"posts", "coordinators"} if scenario.cases else ())}
    assert read & {field.name for field in fields(Scenario)} <= shaping
    read.clear()
    _staff(watched, Chance(1, 0))

    count_posts = {"coordinators", "leadership_rule", "leadership_budget"}
    assert read & {field.name for field in fields(Scenario)} <= {*STAFFING, *count_posts}


def test_scenarios_with_the_same_posts_share_who_holds_them():
    more_hours = SMALL.replace(weekly_hours=20, inflow_per_year=9)
    mine, theirs = draw_each((SMALL, more_hours), 7, 3)

    assert mine.turns is theirs.turns
    assert mine.stays is theirs.stays
    assert mine.youths is not theirs.youths


def test_equal_scenarios_that_came_by_different_ways_share_their_youths():
    copy = pickle.loads(pickle.dumps(SMALL.replace(reminders=True)))  # noqa: S301 (our own)
    mine, theirs = draw_each((SMALL, copy), 7, 3)

    assert mine.youths is theirs.youths
