from itertools import pairwise
from threading import Event

import numpy as np
import pytest

from simulation import Scenario, ScenarioError, replicate, replications, together
from simulation.experiments.intervals import wilson
from simulation.experiments.promise import Promise
from simulation.experiments.sweep import SHOWN, steps, sweep
from simulation.summary import mean_interval, prediction

SMALL = Scenario.preset("small", years=1, warm_up_years=1)


ON_TIME = Promise("late_meetings", at_most=1)
BEARABLE = Promise("load", at_most=1)


def table_of(**asked):
    given = {"measures": ["late_per_year", "load"], "replications": 6, "first": 3, "seed": 5}
    *_, last = sweep(SMALL, {"coordinators": [1, 2, 3], "deputies": [False, True]}, **given | asked)
    return last.table()


def test_each_cell_is_what_the_scenario_gives_alone():
    *_, last = sweep(
        SMALL,
        {"coordinators": [1, 2], "inflow_per_year": [5, 9]},
        measures=["late_per_year"],
        promise=ON_TIME,
        replications=8,
        seed=3,
        first=2,
    )
    table = last.table()

    alone = replicate(SMALL.replace(coordinators=2, inflow_per_year=5), 8, seed=3)
    late = alone["late_per_year"].to_numpy()
    row = table.query("coordinators == 2 and inflow_per_year == 5").iloc[0]
    assert tuple(row[["mean", "mean_low", "mean_high"]]) == pytest.approx(mean_interval(late))
    assert tuple(row[["low", "high"]]) == prediction(late)
    kept = ["promise_kept", "promise_low", "promise_high"]
    assert tuple(row[kept]) == wilson((alone["late_meetings"] <= 1).sum(), 8)
    assert last.done == 1


def test_a_promise_of_single_years_is_held_against_each():
    base = SMALL.replace(years=3)
    promise = Promise.read("late_per_year <= 1")
    *_, last = sweep(base, {"coordinators": [2]}, promise=promise, replications=6)

    late = np.array(
        [
            np.sum([*r.late_by_year.values()], axis=0)
            for r in replications(base.replace(coordinators=2), 6)
        ]
    )
    row = last.table().iloc[0]
    assert row["promise_kept"] == pytest.approx((late <= 1).mean())
    assert row["promise_low"] <= row["promise_kept"] <= row["promise_high"]


def test_the_last_map_does_not_depend_on_the_way_there():
    straight = table_of(first=6)

    assert table_of(first=1).equals(straight)
    assert table_of(promise=ON_TIME)["mean"].equals(straight["mean"])
    assert table_of(workers=2).equals(straight)


def test_a_map_begins_coarse_and_grows():
    over = {"inflow_per_year": steps("inflow_per_year", 4, 12, 9)}
    counts = [
        [cell.replications for cell in state.cells]
        for state in sweep(SMALL, over, replications=3, first=1)
    ]

    assert counts[0] == [1, 0, 1, 0, 1, 0, 1, 0, 1]
    assert counts[1] == [1] * 9
    assert counts[-1] == [3] * 9


def test_replications_go_first_to_where_the_answer_turns(monkeypatch):
    monkeypatch.setattr("simulation.experiments.sweep.CHUNK", 2)
    # Hardly any work, more than anybody can do, and nothing in between.
    over = {"work_multiplier": [0.1, 0.11, 0.12, 3.8, 3.9, 4.0]}
    states = list(sweep(SMALL, over, promise=BEARABLE, replications=4, first=2))
    more = [[cell.replications for cell in state.cells] for state in states]
    begun = next(counts for counts in more if max(counts) == 4)

    assert begun == [2, 2, 4, 4, 2, 2]


@pytest.mark.parametrize("order", [1, -1])
def test_cells_that_meet_the_same_youths_are_run_side_by_side(monkeypatch, order):
    called = []

    def watched(scenarios, *args, **asked):
        called.append([scenario.inflow_per_year for scenario in scenarios])
        return together(scenarios, *args, **asked)

    monkeypatch.setattr("simulation.experiments.sweep.together", watched)
    monkeypatch.setattr("simulation.experiments.sweep.CHUNK", 6)
    over = {"coordinators": [1, 2, 3], "inflow_per_year": [5, 7, 9]}
    list(sweep(SMALL, dict(list(over.items())[::order]), replications=2, first=1))

    assert sum(map(len, called)) == 18
    for inflows in called:
        turns = sum(one != other for one, other in pairwise(inflows))
        assert len(inflows) <= 6
        assert turns == len(set(inflows)) - 1


def test_whole_numbers_stay_whole_and_come_once():
    assert steps("coordinators", 2, 4, 8) == (2, 3, 4)
    assert steps("no_show", 0, 0.3, 4) == (0, 0.1, 0.2, 0.3)

    *_, last = sweep(SMALL, {"coordinators": [2, 2, np.int64(3)]}, replications=1)

    assert last.axes[0].values == (2, 3)
    assert [len(last.cells), type(last.cells[1].at[0])] == [2, int]


def test_a_cancelled_map_keeps_what_is_finished():
    cancel = Event()
    states = []
    for state in sweep(SMALL, {"coordinators": [1, 2, 3]}, replications=500, cancel=cancel):
        states.append(state)
        cancel.set()

    assert len(states) == 1
    assert [cell.replications for cell in states[0].cells] == [SHOWN] * 3


@pytest.mark.parametrize(
    ("over", "message"),
    [
        ({}, "one or two"),
        ({"coordinators": []}, "coordinators has no values"),
        ({"coordinators": [0]}, "coordinators is 0"),
        ({"koordinatorer": [1]}, "did you mean"),
    ],
)
def test_a_map_that_cannot_be_is_refused_before_it_runs(over, message):
    with pytest.raises(ValueError, match=message):
        sweep(SMALL, over)


def test_a_choice_has_no_steps():
    with pytest.raises(ScenarioError, match="has no steps; give its values"):
        steps("allocation", 0, 1, 3)
