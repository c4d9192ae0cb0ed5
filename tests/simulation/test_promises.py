"""The four promises that the project makes on every build."""

import hashlib
import os
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import fields
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.working_days import working_days
from simulation import Scenario, replicate, run
from simulation.cohort import draw

# A municipality in which everything happens: few coordinators, many resignations, few team meetings.
BUSY = Scenario.preset(
    "medium", coordinators=2, annual_turnover=0.6, team_slots_per_week=2, reminders=True,
    no_show=0.3, years=2, warm_up_years=1,
)  # fmt: skip

OTHER = {
    # People
    "coordinators": 4, "weekly_hours": 37, "caseload_ceiling": 15, "case_hours_per_year": 900,
    "annual_turnover": 0.1, "notice_months": 3, "vacancy_months": (6, 8, 10), "ramp_up_months": 12,
    "ramp_up_start": 0.9, "standstill_weeks": (28, 29, 30, 52), "sick_spells_per_year": 12,
    "sick_spell_days": 8, "long_absences_per_year": 0.8, "long_absence_days": 200,
    "deputies": False, "case_weight_under_18": 2, "case_weight_first_year_after_18": 2,
    "case_weight_later": 0.5, "allocation": "district", "districts": 5, "specialist_share": 1,
    "forced_change_at_18": True,
    # Meetings
    "booking_horizon_weeks": 20, "notice_weeks": 6, "reminders": False, "reminder_risk_ratio": 0.2,
    "no_show": 0.05, "team_slots_per_week": 5, "search_weeks": 2, "youth_free_days": 0.2,
    "cancellation": 0.5, "substitute_share": 1, "quorum": 4, "team_days_per_week": 1,
    "reserved_share": 0.9, "crisis_meeting_share": 1, "placement_changes_per_year": 2,
    "dropouts_per_year": 2,
    # Priorities
    "priority": "oldest_first",
    # Demand
    "inflow_per_year": 30, "load_multiplier": 1.5, "share_entering_at_15": 0.9,
    "latest_entry_age": 16.5, "leave_before_18_per_year": 0.4, "support_granted_at_18": 0.2,
    "leave_after_18_per_year": 1.5, "crises_per_year": 3, "extra_meetings_under_18": 3,
    "extra_meetings_over_18": 0, "referral_delay_weeks": 20, "declined_share": 0.5,
    "board_interval_weeks": 13, "board_places": 1, "contact_person_only": True,
    "contact_person_stock": 60, "all_outside": True, "outside_stock": 60,
    "outside_exit_per_year": 2, "high_need_share": 0.6, "stay_from_assignment_months": 9,
    # Work
    "work_multiplier": 2, "intake_hours": 30, "contact_hours_under_18": 6,
    "contact_hours_first_year_after_18": 9, "contact_hours_later": 7, "crisis_hours": 20,
    "invitation_hours": 5, "preparation_hours": 9, "meeting_hours": 4, "travel_hours": 5,
    "follow_up_hours": 9, "agreement_hours": 6, "checklist_hours": 6, "extra_meeting_hours": 14,
    "handover_hours": 20, "work_variation": 1.5, "follow_up_interval_weeks": 2,
    "agreed_follow_up_hours": 5,
    # The leadership group and outcomes
    "leadership_rule": "hire", "leadership_interval_months": 6, "leadership_delay_months": 6,
    "leadership_threshold": 1, "leadership_budget": 4, "hiring_delay_months": 12,
    "outcomes": True, "effect_on_moves": 1.33, "coordinator_change_effect": 0.5,
    # Money and the run
    "pay_per_year": 600000, "overhead": 0.3, "present_hours_per_year": 1300,
    "other_professionals": 7, "other_professional_hours": 4, "start": date(2028, 3, 1),
    "years": 3, "warm_up_years": 2,
}  # fmt: skip

# What else has to be so for a number to matter.
HIRING = {"leadership_rule": "hire"}
OUTSIDE = {"all_outside": True, "outside_stock": 100}
WITH = {
    "districts": {"coordinators": 4, "allocation": "district"},
    "specialist_share": {"coordinators": 4, "allocation": "competence"},
    "contact_person_stock": {"contact_person_only": True},
    "outside_stock": OUTSIDE,
    "outside_exit_per_year": OUTSIDE,
    "high_need_share": {"priority": "need_first"},
    "substitute_share": {"cancellation": 0.5},
    "leadership_interval_months": HIRING,
    "leadership_delay_months": HIRING,
    "leadership_threshold": {"leadership_rule": "pause_intake"},
    "leadership_budget": HIRING,
    "hiring_delay_months": HIRING,
    "effect_on_moves": {"outcomes": True},
    "coordinator_change_effect": {"outcomes": True},
}
UNLISTED = {"rules", "posts", "cases"}
"""Fields that are no parameters."""


def test_every_field_of_a_scenario_has_another_value_to_try():
    assert {*OTHER, *UNLISTED} == {field.name for field in fields(Scenario)}
    assert WITH.keys() <= OTHER.keys()


@pytest.mark.parametrize("field", OTHER)
def test_every_input_moves_an_output(field):
    base = BUSY.replace(**WITH.get(field, {}))
    changed = base.replace(**{field: OTHER[field]})

    moved = any(run(changed, 1, n).measures != run(base, 1, n).measures for n in range(3))

    assert moved, f"{field} moves no measure"


def test_a_rule_moves_an_output():
    rules = tuple(
        replace_rule(rule, latest_months=rule.latest_months + 6)
        if rule.id == "meeting_16"
        else rule
        for rule in BUSY.rules
    )

    assert run(BUSY.replace(rules=rules)).measures != run(BUSY).measures


def replace_rule(rule, **changes):
    return rule.model_copy(update=changes)


def scenarios():
    """Scenarios from all over the space, kept small so that many can be run."""
    return st.builds(
        lambda preset, changes: Scenario.preset(preset, **changes),
        st.sampled_from(["small", "medium"]),
        st.fixed_dictionaries(
            {"years": st.integers(1, 2), "warm_up_years": st.integers(0, 1)},
            optional={
                "coordinators": st.integers(1, 6),
                "caseload_ceiling": st.integers(1, 40),
                "weekly_hours": st.floats(4, 37),
                "annual_turnover": st.floats(0, 0.9),
                "notice_months": st.integers(0, 6),
                "vacancy_months": st.sampled_from([(0, 0, 0), (1, 2, 3), (12, 24, 36)]),
                "ramp_up_months": st.integers(0, 24),
                "standstill_weeks": st.lists(st.integers(1, 53), max_size=20, unique=True),
                "booking_horizon_weeks": st.integers(0, 40),
                "notice_weeks": st.integers(0, 12),
                "search_weeks": st.integers(1, 52),
                "no_show": st.floats(0, 0.8),
                "team_slots_per_week": st.integers(0, 12),
                "youth_free_days": st.floats(0, 1),
                "priority": st.sampled_from(
                    ["deadline_first", "fixed_meetings_first", "oldest_first", "need_first"]
                ),
                "inflow_per_year": st.floats(0, 40),
                "crises_per_year": st.floats(0, 4),
                "extra_meetings_under_18": st.floats(0, 4),
                "leave_after_18_per_year": st.floats(0, 5),
                "work_multiplier": st.floats(0.1, 4),
                "start": st.dates(date(2024, 1, 1), date(2040, 12, 31)),
            },
        ),
    )


LOOK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@LOOK
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
def test_nobody_disappears(scenario, seed):
    cohort = draw(scenario, seed, 0)
    state = {}
    for e in run(scenario, seed).entries:
        match e.activity:
            case "referred":
                assert e.case not in state
                state[e.case] = "waiting"
            case "coordinator_assigned":
                assert state[e.case] == "waiting"
                state[e.case] = e.resource
            case "coordinator_lost":
                assert state[e.case] == e.resource
                state[e.case] = "waiting"
            case "left":
                assert state[e.case] != "gone"
                state[e.case] = "gone"
            case "work" | "meeting_held" | "no_show":
                assert state[e.case] == e.resource, (
                    "only the youth's own coordinator works on a case"
                )

    # Each person the cohort sent is accounted for on the last day, and nobody else is.
    gone = {youth.number for youth in cohort.youths if youth.leaves < cohort.last_day}
    assert state.keys() == {youth.number for youth in cohort.youths}
    assert {case for case, where in state.items() if where == "gone"} == gone


@LOOK
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
def test_reported_time_equals_lived_time(scenario, seed):
    lived = run(scenario, seed)
    since, due, held, left, told = {}, {}, {}, {}, Counter()
    booked = defaultdict(set)
    for e in lived.entries:
        meeting = (e.case, e.occasion)
        match e.activity:
            case "referred" | "coordinator_lost":
                since[e.case] = e.day
            case "coordinator_assigned":
                assert e.days == e.day - since.pop(e.case)
            case "meeting_due":
                due[meeting] = e.day
            case "meeting_booked":
                booked[meeting].add(e.day + e.days)
            case "meeting_held" | "no_show" | "meeting_cancelled":
                assert e.day in booked[meeting]
                if e.activity == "meeting_held":
                    assert meeting not in held
                    held[meeting] = e.day
            case "left":
                left[e.case] = e.day
            case "late_days":
                told[meeting] += e.days

    end = draw(scenario, seed, 0).last_day
    late = {
        meeting: over
        for meeting, day in due.items()
        if (over := min(held.get(meeting, end), left.get(meeting[0], end)) - day) > 0
    }
    assert told == late


def test_the_waits_that_are_reported_are_those_of_the_log():
    lived = run(BUSY)
    log = lived.log.set_index("case")
    referred = log[(log.activity == "referred") & (log.day >= 0)].day
    first = log[(log.activity == "coordinator_assigned") & (log.cause == "first")].day
    left = log[log.activity == "left"].day
    end = draw(BUSY, 1, 0).last_day

    over = first.combine_first(left).reindex(referred.index).fillna(end)

    assert lived.measures["wait_mean_days"] == pytest.approx((over - referred).mean())


def digest(scenario, seed):
    return hashlib.sha256(run(scenario, seed).log.to_csv().encode()).hexdigest()


def test_the_same_seed_gives_the_same_bytes_in_another_process():
    code = (
        "import hashlib; from simulation import Scenario, run;"
        "log = run(Scenario.preset('small', years=2), 7).log;"
        "print(hashlib.sha256(log.to_csv().encode()).hexdigest())"
    )
    environment = os.environ | {"PYTHONHASHSEED": "4711"}

    said = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == digest(Scenario.preset("small", years=2), 7)
    assert said.stdout.strip() != digest(Scenario.preset("small", years=2), 8)


def test_replications_are_the_same_side_by_side():
    alone = replicate(BUSY, 4, seed=3)

    assert replicate(BUSY, 4, seed=3, workers=2).equals(alone)
    assert alone.nunique()["late_meetings"] > 1


@LOOK
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
def test_the_world_keeps_its_rules(scenario, seed):
    """No ceiling is passed, nobody meets on a day off, the team is not had twice."""
    cohort = draw(scenario, seed, 0)
    youths = {youth.number: youth for youth in cohort.youths}
    span = cohort.last_day - cohort.first_day
    np_day = np.datetime64(scenario.start)
    first = np_day + cohort.first_day
    works = working_days(first.item(), span, scenario.standstill_weeks)
    weekday = {
        day: (np_day + day).item().weekday() for day in range(cohort.first_day, cohort.last_day)
    }
    cases, by_week = Counter(), Counter()
    holder = {}
    for e in run(scenario, seed).entries:
        if e.activity == "coordinator_assigned":
            holder[e.case] = e.resource
            cases[e.resource] += 1
            assert cases[e.resource] <= scenario.caseload_ceiling
        elif e.activity in {"coordinator_lost", "left"} and e.case in holder:
            cases[holder.pop(e.case)] -= 1
        elif e.activity in {"meeting_held", "no_show"}:
            assert works[e.day - cohort.first_day]
            assert youths[e.case].free_weekdays[weekday[e.day]]
            by_week[(np_day + e.day).item().isocalendar()[:2]] += 1
        elif e.activity == "work":
            assert works[e.day - cohort.first_day]
    assert all(count <= scenario.team_slots_per_week for count in by_week.values())
