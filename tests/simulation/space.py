"""Scenarios from all over the space, kept small so that many can be run."""

from datetime import date, timedelta

from hypothesis import strategies as st

from data import ListedCase, PostPlan, read_rules
from simulation import Scenario
from simulation.codes import LEADERSHIP_RULES, PRINCIPLES, PRIORITIES

RULES = read_rules()
MEETING = next(rule for rule in RULES if rule.kind == "meeting" and rule.anchor == "birthday")
AT_21 = MEETING.model_copy(
    update={
        "id": "meeting_21",
        "earliest_months": 250,
        "target_months": 252,
        "latest_months": 253,
    }
)
WHAT_IF_RULES = {
    "as they are": RULES,
    "a meeting at 21": (*RULES, AT_21),
    "no end": tuple(rule for rule in RULES if rule.kind != "end"),
    "one meeting only": (MEETING,),
    "a meeting on one day": (*RULES, AT_21.model_copy(update={"earliest_months": 252, "latest_months": 252})),
    "two entries of one rule": (*RULES, AT_21, AT_21.model_copy(update={"target_months": 251})),
}  # fmt: skip


def between(least, greatest):
    """Numbers as people write them: three decimals are more than any control has."""
    return st.floats(least, greatest).map(lambda number: round(number, 3))


shares = between(0, 1)
hours = st.one_of(st.sampled_from([0, 0.25, 3]), between(0, 12))
roles = st.one_of(st.integers(0, 12), st.tuples(*[st.integers(0, 12)] * 4))
weights = st.sampled_from([0.25, 0.5, 1, 1.35, 4])

OFTEN_LOOKED_AT = {
    "coordinators": st.sampled_from([1, 2, 3, 4, 6]),
    "caseload_ceiling": st.sampled_from([1, 2, 5, 9, 15, 25, 200]),
    "inflow_per_year": st.one_of(st.just(0), between(0, 40)),
    "annual_turnover": st.sampled_from([0, 0.2, 0.6, 0.9]),
    "vacancy_months": st.sampled_from([(0, 0, 0), (0, 0, 1), (1, 2, 3), (12, 24, 36)]),
    "notice_months": st.sampled_from([0, 1, 3, 6]),
    "ramp_up_months": st.sampled_from([0, 3, 6, 24]),
    "sick_spells_per_year": between(0, 20),
    "long_absences_per_year": between(0, 2),
    "deputies": st.booleans(),
    "allocation": st.sampled_from(PRINCIPLES),
    "districts": st.integers(1, 6),
    "forced_change_at_18": st.booleans(),
    "priority": st.sampled_from(PRIORITIES),
    "leadership_rule": st.sampled_from(LEADERSHIP_RULES),
    "leadership_threshold": st.sampled_from([0, 0.1, 0.3, 1]),
    "leadership_budget": st.integers(0, 4),
    "leadership_interval_months": st.sampled_from([1, 3, 6, 24]),
    "leadership_delay_months": st.integers(0, 4),
    "hiring_delay_months": st.sampled_from([0, 1, 6]),
    "board_interval_weeks": st.sampled_from([0, 1, 4, 26]),
    "board_places": st.sampled_from([1, 2, 10, 1000]),
    "declined_share": between(0, 0.9),
    "stay_from_assignment_months": st.sampled_from([0, 0.5, 6, 24, 120]),
    "team_slots_per_week": roles,
    "team_days_per_week": st.integers(0, 5),
    "reserved_share": between(0, 0.9),
    "cancellation": between(0, 0.8),
    "substitute_share": shares,
    "quorum": st.integers(0, 4),
    "outcomes": st.booleans(),
}
"""What decides which rules of the model are walked through: each drawn as often as not."""

NOW_AND_THEN = {
    "weekly_hours": between(4, 37),
    "case_hours_per_year": between(100, 1924),
    "ramp_up_start": between(0.1, 1),
    "standstill_weeks": st.lists(st.integers(1, 53), max_size=20, unique=True),
    "sick_spell_days": between(0, 30),
    "long_absence_days": between(0, 365),
    "case_weight_under_18": weights,
    "case_weight_first_year_after_18": weights,
    "case_weight_later": weights,
    "specialist_share": shares,
    "booking_horizon_weeks": st.integers(0, 40),
    "notice_weeks": roles,
    "reminders": st.booleans(),
    "reminder_risk_ratio": shares,
    "no_show": between(0, 0.8),
    "search_weeks": st.integers(1, 52),
    "youth_free_days": shares,
    "crisis_meeting_share": shares,
    "placement_changes_per_year": between(0, 6),
    "dropouts_per_year": between(0, 6),
    "load_multiplier": between(0, 2),
    "share_entering_at_15": shares,
    "latest_entry_age": between(15, 17.9),
    "leave_before_18_per_year": between(0, 3),
    "support_granted_at_18": shares,
    "leave_after_18_per_year": between(0, 5),
    "crises_per_year": between(0, 12),
    "extra_meetings_under_18": between(0, 12),
    "extra_meetings_over_18": between(0, 12),
    "referral_delay_weeks": between(0, 52),
    "contact_person_only": st.booleans(),
    "contact_person_stock": between(0, 60),
    "all_outside": st.booleans(),
    "outside_stock": between(0, 60),
    "outside_exit_per_year": between(0.05, 12),
    "high_need_share": shares,
    "work_multiplier": between(0.1, 4),
    "intake_hours": hours,
    "contact_hours_under_18": hours,
    "contact_hours_first_year_after_18": hours,
    "contact_hours_later": hours,
    "crisis_hours": hours,
    "invitation_hours": between(0, 10),
    "preparation_hours": hours,
    "meeting_hours": between(0.25, 6),
    "travel_hours": between(0, 8),
    "follow_up_hours": hours,
    "agreement_hours": between(0, 10),
    "checklist_hours": between(0, 10),
    "extra_meeting_hours": between(0.25, 30),
    "handover_hours": hours,
    "work_variation": between(0, 2),
    "follow_up_interval_weeks": st.sampled_from([0, 1, 2, 13]),
    "agreed_follow_up_hours": between(0, 10),
    "effect_on_moves": between(0.5, 2),
    "coordinator_change_effect": between(0.5, 1),
    "other_professionals": st.integers(0, 20),
    "other_professional_hours": hours,
    "pay_per_year": between(0, 10**6),
    "overhead": between(0, 2),
    "present_hours_per_year": between(500, 1924),
}

starts = st.one_of(
    st.sampled_from([date(2024, 2, 29), date(2028, 2, 29), date(2027, 1, 1), date(2026, 12, 31)]),
    st.dates(date(2024, 1, 1), date(2040, 12, 31)),
)


@st.composite
def case_lists(draw, start, districts):
    """Today's posts and cases; more posts than coordinators, and cases without one, among them."""
    posts = tuple(
        PostPlan(f"K{n + 1}", draw(between(4, 37)), draw(st.integers(1, 6)), draw(st.booleans()))
        for n in range(draw(st.integers(0, 4)))
    )
    names = ["", *(post.name for post in posts)]
    cases = []
    for n in range(draw(st.integers(0, 12))):
        age = draw(st.integers(15 * 366, 22 * 365))
        referred = draw(st.integers(0, 1000))
        met = draw(st.none() | st.integers(0, 400))
        cases.append(
            ListedCase(
                reference=f"2026-{n:03}",
                birthday=start - timedelta(days=age),
                referral=start - timedelta(days=referred),
                coordinator=draw(st.sampled_from(names)),
                last_meeting=None if met is None else start - timedelta(days=met),
                district=draw(st.integers(1, districts)),
                high_need=draw(st.booleans()),
            )
        )
    return {"posts": posts, "cases": tuple(cases)}


@st.composite
def scenarios(draw, longest=2):
    """A scenario with numbers from anywhere within their bounds."""
    often = draw(st.fixed_dictionaries({}, optional=OFTEN_LOOKED_AT))
    now_and_then = draw(st.lists(st.sampled_from(sorted(NOW_AND_THEN)), max_size=12, unique=True))
    changes = often | {name: draw(NOW_AND_THEN[name]) for name in now_and_then}
    changes["start"] = draw(starts)
    changes["years"] = draw(st.integers(1, longest))
    changes["warm_up_years"] = draw(st.integers(0, 1))
    changes["rules"] = WHAT_IF_RULES[draw(st.sampled_from(sorted(WHAT_IF_RULES)))]
    if draw(st.integers(0, 3)) == 0:
        changes |= draw(case_lists(changes["start"], changes.setdefault("districts", 1)))
    return Scenario.preset(draw(st.sampled_from(["small", "medium"])), **changes)
