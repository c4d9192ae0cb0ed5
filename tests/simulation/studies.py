"""Invented studies for tests of answers and figures: quick to make, every number known."""

from simulation.codes import CAUSES, PURSES
from simulation.measures import YEARLY
from simulation.results import Result
from simulation.scenario import Scenario
from simulation.study import Study

MEETINGS = ("first_follow_up", "meeting_16", "meeting_17_5", "meeting_18_5")
EVERY_DAY = {
    "late_per_year": 4.0,
    "wait_mean_days": 12.0,
    "caseload_mean": 17.0,
    "kept_coordinator_share": 0.8,
    "missed_contact_share": 0.05,
    "cost_per_year_dkk": 2_500_000.0,
    "cost_per_youth_year_dkk": 38_000.0,
    "waiting_mean": 2.0,
    "late_days": 20.0,
    **dict.fromkeys((f"cost_{purse}_per_year_dkk" for purse in PURSES), 250_000.0),
    "cost_children_per_year_dkk": 1_500_000.0,
    **dict.fromkeys((f"hours_{purse}_per_year" for purse in PURSES), 300.0),
    "load": 0.8,
    "waiting_growth": 0.0,
}

IN_A_YEAR = {
    "coordinator_hours": 3600.0,
    "coordinator_hours_available": 4000.0,
    "contact_hours": 180.0,
    "contact_hours_no_time": 15.0,
    "contact_hours_no_coordinator": 5.0,
    "followed": 40.0,
    "kept": 30.0,
}


def result(number=0, late=(1, 1), due=10, waits=(0, 10, 30), by_rule=None, **numbers):
    """One replication with *late* meetings at 17½ in each year; *numbers* are measures or of each year."""
    years = len(late)
    measures = {name: value for name, value in numbers.items() if name not in YEARLY}
    late_by_year = dict.fromkeys(MEETINGS, (0,) * years) | {"meeting_17_5": tuple(late)}
    causes = {f"late_days_{cause}": 0.0 for cause in CAUSES} | {"late_days_queue": 20.0}
    return Result(
        replication=number,
        measures=EVERY_DAY | causes | {"late_per_year": sum(late) / years} | measures,
        late_by_year=late_by_year | (by_rule or {}),
        due_by_year=dict.fromkeys(MEETINGS, (due,) * years),
        caseload_by_month=(17.25,) * 12 * years,
        waiting_by_month=(0.5,) * 12 * years,
        waits=tuple(waits),
        gaps=(0, 14, 90),
        by_year={name: ((IN_A_YEAR | numbers).get(name, 10.0),) * years for name in YEARLY},
    )


def study(results=None, base_results=None, **changes):
    """A study of the medium preset, by default of ten ordinary replications of two years."""
    today = Scenario.preset("medium", years=2)
    own = results or [result(number, (number % 3, 1)) for number in range(10)]
    if base_results is None:
        return Study(today.replace(**changes), own)
    return Study(today.replace(**changes), own, today, base_results)
