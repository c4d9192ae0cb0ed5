from datetime import date

import numpy as np
import pytest

from data import PRESETS, ListedCase, PostPlan
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
        ({"coordinators": 0}, "coordinators is 0; it must be from 1 to 1000 persons"),
        ({"coordinators": 2.5}, "must be a whole number from 1 to 1000"),
        ({"coordinators": True}, "must be a whole number"),
        ({"weekly_hours": float("nan")}, "weekly_hours is nan; it must be from 4 to 37"),
        ({"weekly_hours": "30"}, "must be a number from 4 to 37"),
        ({"reminders": 1}, "must be true or false"),
        ({"priority": "random"}, "must be one of deadline_first"),
        ({"vacancy_months": (3, 2, 1)}, "must be three numbers in order"),
        ({"standstill_weeks": (29, 29)}, "must be different week numbers"),
        ({"standstill_weeks": (29.5,)}, "must be different week numbers"),
        ({"start": "2027-01-01"}, "must be a date"),
        ({"team_slots_per_week": (4, 4, 4)}, "one whole number, or four for guidance, employment"),
        ({"team_slots_per_week": (4, 4, 4, 2.5)}, "one whole number, or four"),
        ({"team_slots_per_week": 2.5}, "must be a list of numbers from 0 to 200"),
        ({"team_slots_per_week": -1}, "must be numbers from 0 to 200"),
        ({"notice_weeks": (2, 2, 2, 13)}, "must be numbers from 0 to 12 weeks"),
        ({"notice_weeks": True}, "must be a list of numbers"),
        ({"rules": ()}, "rules read by"),
        ({"posts": ("K1",)}, "must be a list read by data.case_list"),
        ({"cases": 1}, "must be a list read by data.case_list"),
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


@pytest.mark.parametrize("given", [5, np.int64(5), (5, 5, 5, 5), [5, 5, 5, 5.0]])
def test_one_number_stands_for_every_role_of_the_team(given):
    scenario = Scenario.preset("small").replace(team_slots_per_week=given)

    assert scenario.team_slots_per_week == (5, 5, 5, 5)
    assert {type(slots) for slots in scenario.team_slots_per_week} == {int}


def test_each_role_of_the_team_may_have_its_own_number():
    assert Scenario.preset("small", notice_weeks=[2, 1, 0, 4]).notice_weeks == (2, 1, 0, 4)


def test_a_scenario_with_known_posts_and_cases_can_be_held_in_a_cache():
    posts = (PostPlan("K1", 37), PostPlan("K2", 30, district=2, specialist=True))
    cases = (ListedCase("2026-014", date(2010, 3, 1), date(2026, 2, 1), "K1"),)
    scenario = Scenario.preset("small", posts=posts, cases=cases)

    assert hash(scenario) == hash(Scenario.preset("small", posts=list(posts), cases=cases))
    assert scenario != Scenario.preset("small")


def test_a_scenario_cannot_be_changed():
    with pytest.raises(AttributeError):
        Scenario.preset("small").start = date(2030, 1, 1)
