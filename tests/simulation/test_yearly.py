"""What is counted in each year, held against the words of the event log."""

from bisect import bisect_right
from collections import Counter
from functools import cache

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation import Scenario, run
from simulation.calendar import calendar
from simulation.codes import ROLES
from simulation.cohort import span
from simulation.measures import YEARLY
from tests.simulation.space import scenarios

LOOK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Everything that is counted happens: resignations, forced changes, no-shows, too little time.
BUSY = Scenario.preset(
    "medium", coordinators=2, annual_turnover=0.6, no_show=0.3, years=3, forced_change_at_18=True
)


@cache
def year_starts(scenario):
    starts = [scenario.start + relativedelta(years=year) for year in range(scenario.years + 1)]
    return [(start - scenario.start).days for start in starts]


def year_of(scenario, day):
    """The counted year of *day*, or None."""
    starts = year_starts(scenario)
    return bisect_right(starts, day) - 1 if 0 <= day < starts[-1] else None


def told(entry):
    """The number of a year that an event adds its minutes to, and a second one; None where to none."""
    match entry.activity, entry.cause:
        case "work", "contact":
            return "coordinator_hours", "contact_hours"
        case "work" | "meeting_held" | "no_show", _:
            return "coordinator_hours", None
        case "contact_missed", "vacancy":
            return "contact_hours_no_coordinator", None
        case "contact_missed", _:
            return "contact_hours_no_time", None
        case "attended", _ if entry.resource in ROLES:
            return f"{entry.resource}_hours", None
    return None, None


@LOOK
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
def test_hours_of_a_year_are_the_hours_of_its_events(scenario, seed):
    found = run(scenario, seed)
    names = ["coordinator_hours", "contact_hours", *(f"{role}_hours" for role in ROLES)]
    names += ["contact_hours_no_coordinator", "contact_hours_no_time"]
    minutes = {name: [0] * scenario.years for name in names}
    for entry in found.entries:
        year = year_of(scenario, entry.day)
        for name in told(entry):
            if name is not None and year is not None:
                minutes[name][year] += entry.minutes

    hours = {name: [one / 60 for one in minutes[name]] for name in names}
    assert {name: list(found.result.by_year[name]) for name in names} == hours


@LOOK
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
def test_every_name_has_a_number_for_each_year_and_none_is_negative(scenario, seed):
    by_year = run(scenario, seed).result.by_year

    assert by_year.keys() == YEARLY.keys()
    for numbers in by_year.values():
        assert len(numbers) == scenario.years
        assert min(numbers) >= 0


@LOOK
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
def test_each_loss_has_its_days_without_a_coordinator(scenario, seed):
    found = run(scenario, seed)
    end, lost_on, gaps = year_starts(scenario)[-1], {}, []
    reasons = Counter()
    for entry in found.entries:
        if entry.activity in {"coordinator_assigned", "left"} and entry.case in lost_on:
            gaps.append(min(entry.day, end) - lost_on.pop(entry.case))
        if entry.activity == "coordinator_lost" and 0 <= entry.day < end:
            lost_on[entry.case] = entry.day
            reasons[entry.cause] += 1

    assert sorted(found.result.gaps) == sorted([*gaps, *(end - day for day in lost_on.values())])
    by_year = found.result.by_year
    for reason in ("resignation", "forced_change"):
        assert sum(by_year[f"lost_{reason}"]) == reasons[reason]
    assert reasons.total() == reasons["resignation"] + reasons["forced_change"]


def test_who_is_kept_through_a_year_is_counted_as_in_the_measure():
    result = run(BUSY).result

    kept, followed = sum(result.by_year["kept"]), sum(result.by_year["followed"])
    assert 0 < kept < followed
    assert result.measures["kept_coordinator_share"] == kept / followed


def test_a_newcomer_who_is_still_learning_has_fewer_hours_and_an_empty_post_none():
    calm = Scenario.preset("small", annual_turnover=0, sick_spells_per_year=0, years=2)
    full = run(calm).result.by_year["coordinator_hours_available"]

    # A year has its own months' hours, as the scenario says them: not thirteen of them.
    posts = calm.coordinators * calm.weekly_hours / 37
    assert full == pytest.approx([posts * calm.case_hours_per_year] * 2, rel=0.03)
    often = run(calm.replace(annual_turnover=0.9)).result.by_year["coordinator_hours_available"]
    assert max(often) < min(full)


def test_meetings_that_are_bought_can_be_had_from_then_on():
    town = BUSY.replace(other_professional_hours=2.0)
    never = run(town).result.by_year["guidance_hours_available"]
    buying = town.replace(
        leadership_rule="buy_slots", leadership_threshold=0, leadership_budget=2, years=3
    )
    found = run(buying)

    decided = [entry.day for entry in found.entries if entry.activity == "decision"]
    assert len(decided) == 2
    # One meeting more a week of each, from four weeks after, but for days off.
    weeks = [(year_starts(buying)[-1] - day - 28) / 7 for day in decided]
    more = sum(found.result.by_year["guidance_hours_available"]) - sum(never)
    assert 0.8 * sum(weeks) * 2 < more <= sum(weeks) * 2
    days = calendar(town)[-span(town)[0] :]["guidance"][: year_starts(town)[-1]]
    assert sum(never) == 2 * days.sum()


def test_the_load_is_held_against_the_hours_of_the_counted_years_alone():
    found = run(Scenario.preset("small", years=2)).result
    hours = sum(found.by_year["coordinator_hours_available"])

    assert found.measures["utilisation"] == pytest.approx(found.measures["hours_worked"] / hours)
