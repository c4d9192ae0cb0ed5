"""Invented runs for tests of statistics: quick to make, and the truth about them is known."""

from collections.abc import Callable

import numpy as np

from simulation.results import Result
from simulation.scenario import Scenario


def runs(
    values: Callable[..., dict[str, float]], *modules: object, monkeypatch, asked=None
) -> None:
    """Let *modules* run an invented model instead of the real one.

    ``values(scenario, chance)`` gives the measures of a run, and ``late_17_5`` its late meetings at 17½,
    one a year. *chance* is a generator named by seed and replication, the same for all scenarios.
    *asked* collects (scenarios, replications) as they are run.
    """

    def together(scenarios, replications, seed=1, *, first=0, cancel=None, **_):
        for number in range(first, first + replications):
            if cancel is not None and cancel.is_set():
                return
            if asked is not None:
                asked.append((tuple(scenarios), number))
            yield tuple(one_run(values, one, seed, number) for one in scenarios)

    for module in modules:
        monkeypatch.setattr(module, "together", together)


def one_run(values, scenario: Scenario, seed: int, number: int) -> Result:
    measures = dict(values(scenario, np.random.default_rng([seed, number])))
    late = tuple(measures.pop("late_17_5", (0,) * scenario.years))
    measures = {
        "late_per_year": sum(late) / len(late),
        "cost_per_year_dkk": 1e6,
        "kept_coordinator_share": 0.8,
        "missed_contact_share": 0.05,
        "wait_mean_days": 10.0,
    } | measures
    return Result(
        replication=number,
        measures=measures,
        late_by_year={"meeting_17_5": late},
        due_by_year={"meeting_17_5": (10,) * len(late)},
        caseload_by_month=(),
        waiting_by_month=(),
        waits=(10,),
        gaps=(),
        by_year={},
    )
