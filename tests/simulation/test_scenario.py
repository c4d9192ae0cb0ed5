from datetime import date

import numpy as np
import pytest

from data import PRESETS
from simulation import Scenario, ScenarioError


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_is_a_scenario(name):
    assert Scenario.preset(name).years == 5


def test_a_preset_takes_changes_by_name():
    scenario = Scenario.preset("medium", coordinators=5, caseload_ceiling=25)

    assert scenario.differences(Scenario.preset("medium")) == {"coordinators": (5, 4)}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"coordinator": 3},
            "coordinator is 3; it is no field of a scenario; did you mean coordinators",
        ),
        ({"coordinators": 0}, "coordinators is 0; it must be from 1 to 200 persons"),
        ({"coordinators": 2.5}, "must be a whole number from 1 to 200"),
        ({"coordinators": True}, "must be a whole number"),
        ({"weekly_hours": float("nan")}, "weekly_hours is nan; it must be from 4 to 37"),
        ({"weekly_hours": "30"}, "must be a number from 4 to 37"),
        ({"reminders": 1}, "must be true or false"),
        ({"priority": "random"}, "must be one of deadline_first"),
        ({"vacancy_months": (3, 2, 1)}, "must be three numbers in order"),
        ({"standstill_weeks": (29, 29)}, "must be different week numbers"),
        ({"standstill_weeks": (29.5,)}, "must be different week numbers"),
        ({"start": "2027-01-01"}, "must be a date"),
        ({"rules": ()}, "rules read by"),
    ],
)
def test_a_number_that_cannot_be_is_refused(changes, message):
    with pytest.raises(ScenarioError, match=message):
        Scenario.preset("medium", **changes)
    with pytest.raises(ScenarioError, match=message):
        Scenario.preset("medium").replace(**changes)


def test_a_preset_that_does_not_exist_names_those_that_do():
    with pytest.raises(FileNotFoundError, match="small, medium, large"):
        Scenario.preset("mellem")


def test_numpy_numbers_and_lists_become_plain_values():
    scenario = Scenario.preset("small", coordinators=np.int64(3), standstill_weeks=[28])

    assert type(scenario.coordinators) is int
    assert scenario == Scenario.preset("small", coordinators=3, standstill_weeks=(28,))
    assert hash(scenario) == hash(Scenario.preset("small", coordinators=3, standstill_weeks=(28,)))


def test_a_scenario_cannot_be_changed():
    with pytest.raises(AttributeError):
        Scenario.preset("small").start = date(2030, 1, 1)
