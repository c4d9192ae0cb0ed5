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
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from data.working_days import working_days
from simulation import Scenario, replicate, run
from simulation.codes import CAUSES
from simulation.cohort import draw
from tests.simulation.space import WHAT_IF_RULES, scenarios

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
    "long_absence_days": {"long_absences_per_year": 1},
    "leadership_interval_months": HIRING | {"leadership_budget": 4},
    "leadership_delay_months": {"leadership_rule": "move_ceiling", "leadership_budget": 4},
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


LOOK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@LOOK
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
def test_nobody_disappears(scenario, seed):
    state = {}
    for e in run(scenario, seed).entries:
        match e.activity:
            case "referred":
                assert e.case not in state
                state[e.case] = "waiting"
            case "admitted" | "declined" | "coordinator_assigned":
                assert state[e.case] == "waiting"
                state[e.case] = {"admitted": "waiting", "declined": "declined"}.get(
                    e.activity, e.resource
                )
            case "coordinator_lost":
                assert state[e.case] == e.resource
                state[e.case] = "waiting"
            case "left":
                assert state[e.case] not in {"gone", "declined"}
                state[e.case] = "gone"

    # Each person the cohort sent is accounted for on the last day, and nobody else is.
    cohort = draw(scenario, seed, 0)
    assert state.keys() == set(range(1, cohort.youths.size + 1))
    where = Counter(
        place if place in {"waiting", "declined", "gone"} else "served" for place in state.values()
    )
    measures = run(scenario, seed).measures
    assert measures["waiting_end"] == where["waiting"]


@LOOK
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
def test_only_the_youths_own_coordinator_or_a_deputy_works_on_a_case(scenario, seed):
    holder, absent = {}, set()
    for e in run(scenario, seed).entries:
        if e.activity == "coordinator_assigned":
            holder[e.case] = e.resource
        elif e.activity in {"coordinator_lost", "left"}:
            holder.pop(e.case, None)
        elif e.activity == "away":
            absent.add(e.resource)
        elif e.activity in {"back", "resigned"}:
            absent.discard(e.resource)
        elif e.activity in {"work", "meeting_held", "no_show"}:
            assert e.resource not in absent, "nobody works who is ill"
            if holder[e.case] != e.resource:
                assert scenario.deputies
                assert e.cause in {"crisis", "preparation", "deputy"}
                # A crisis begun by the deputy is brought to its end, whoever has come back.
                assert e.cause == "crisis" or holder[e.case] in absent


@LOOK
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
def test_reported_waits_equal_lived_waits(scenario, seed):
    since, referred = {}, {}
    for e in run(scenario, seed).entries:
        match e.activity:
            case "referred":
                since[e.case] = referred[e.case] = e.day
            case "coordinator_lost":
                since[e.case] = e.day
            case "admitted":
                assert e.days == e.day - referred[e.case]
            case "coordinator_assigned":
                assert e.days == e.day - since.pop(e.case)


# A meeting without a common day, handed over on a Monday, was booked twice and held as if it were two.
BOOKED_TWICE = Scenario.preset(
    "medium", annual_turnover=0.2, booking_horizon_weeks=13, notice_weeks=0, reminders=True,
    search_weeks=1, crisis_meeting_share=0, referral_delay_weeks=20, invitation_hours=0,
    contact_hours_first_year_after_18=0, contact_hours_later=0, agreement_hours=0,
    agreed_follow_up_hours=0, start=date(2028, 2, 29), years=1, warm_up_years=1,
    rules=WHAT_IF_RULES["a meeting at 21"],
)  # fmt: skip


@LOOK
@example(scenario=BOOKED_TWICE, seed=281)
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
def test_reported_late_days_equal_lived_late_days(scenario, seed):
    lived = run(scenario, seed)
    due, held, left, told = {}, {}, {}, Counter()
    booked = defaultdict(set)
    for e in lived.entries:
        meeting = (e.case, e.occasion)
        match e.activity:
            case "meeting_due":
                due[meeting] = e.day
            case "meeting_booked":
                booked[meeting].add(e.day + e.days)
            case "meeting_held" | "no_show" | "meeting_cancelled":
                assert e.day in booked[meeting]
                if e.activity == "meeting_held":
                    assert meeting not in held
                    held[meeting] = e.day
            case "left" | "declined":
                left[e.case] = e.day
            case "late_days":
                assert e.days > 0
                told[meeting] += e.days

    end = draw(scenario, seed, 0).last_day
    late = {
        meeting: over
        for meeting, day in due.items()
        if (over := min(held.get(meeting, end), left.get(meeting[0], end)) - day) > 0
    }
    assert told == late
    by_cause = [lived.measures[f"late_days_{cause}"] for cause in CAUSES]
    assert lived.measures["late_days"] == sum(by_cause), "every late day has one cause"


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


def test_the_same_seed_gives_the_same_bytes_in_another_process_and_by_the_other_engine():
    code = (
        "import hashlib; from simulation import Scenario, run;"
        "log = run(Scenario.preset('small', years=2), 7, engine='simpy').log;"
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
    """Nobody meets or works on a day off, a role is not had twice, a board has no more places."""
    cohort = draw(scenario, seed, 0)
    free = dict(enumerate(cohort.youths["free_weekdays"], start=1))
    span = cohort.last_day - cohort.first_day
    start = np.datetime64(scenario.start)
    works = working_days((start + cohort.first_day).item(), span, scenario.standstill_weeks)
    gathers = scenario.team_days_per_week > 0 or scenario.leadership_rule == "team_days"
    met, admitted, bought = Counter(), Counter(), 0
    for e in run(scenario, seed).entries:
        day = (start + e.day).item()
        if e.activity in {"meeting_held", "no_show"}:
            assert gathers or free[e.case] >> day.weekday() & 1
            met[day.isocalendar()[:2]] += 1
        elif e.activity == "admitted":
            admitted[e.day] += 1
        elif e.cause == "buy_slots":
            bought += 1
        if e.activity in {"meeting_held", "no_show", "work", "coordinator_assigned", "admitted"}:
            assert works[e.day - cohort.first_day]
    # Guidance and employment come to every meeting.
    most = min(scenario.team_slots_per_week[:2]) + bought
    assert all(count <= most for count in met.values())
    assert all(count <= scenario.board_places for count in admitted.values())


@LOOK
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
def test_no_ceiling_is_passed(scenario, seed):
    """Where all cases weigh the same and the group leaves the ceiling alone; a first case always fits."""
    same = {f"case_weight_{name}": 1 for name in ("under_18", "first_year_after_18", "later")}
    scenario = scenario.replace(**same, cases=(), leadership_rule="none")
    cases, holder = Counter(), {}
    for e in run(scenario, seed).entries:
        if e.activity == "coordinator_assigned":
            holder[e.case] = e.resource
            cases[e.resource] += 1
            assert cases[e.resource] <= scenario.caseload_ceiling
        elif e.activity in {"coordinator_lost", "left"} and e.case in holder:
            cases[holder.pop(e.case)] -= 1
