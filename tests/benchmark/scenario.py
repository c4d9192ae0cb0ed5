"""The reduced model: a scenario with most mechanisms switched off, and its plain numbers."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from data import read_rules
from data.working_days import add_months, working_days
from simulation import Scenario

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / 12
HISTORY_YEARS = 9
NO_SHOW_SPREAD = 8.0
LONGEST_SEARCH = 800

ALWAYS = date(2000, 1, 1)
"""All rules are in force from here, before the history begins: the other engines know no dates of rules."""

SIZE: dict[str, Any] = {
    "years": 10,
    "warm_up_years": 2,
    "coordinators": 16,
    "caseload_ceiling": 30,
    "weekly_hours": 37.0,
    "case_hours_per_year": 1500.0,
    "booking_horizon_weeks": 3,
    "inflow_per_year": 135.0,
    "extra_meetings_under_18": 4.0,
    "extra_meetings_over_18": 4.0,
}
"""About 400 youths at a time, and about 20,000 meetings in a replication."""

OFF: dict[str, Any] = {
    # coordinators
    "ramp_up_months": 0,
    "standstill_weeks": (),
    "sick_spells_per_year": 0.0,
    "long_absences_per_year": 0.0,
    "deputies": False,
    "case_weight_under_18": 1.0,
    "case_weight_first_year_after_18": 1.0,
    "case_weight_later": 1.0,
    "allocation": "equal_split",
    "forced_change_at_18": False,
    # meetings
    "notice_weeks": 0,
    "search_weeks": 52,
    "team_slots_per_week": 200,
    "team_days_per_week": 0,
    "reserved_share": 0.0,
    "quorum": 0,
    "cancellation": 0.0,
    "reminders": False,
    "youth_free_days": 1.0,
    "placement_changes_per_year": 0.0,
    "dropouts_per_year": 0.0,
    # demand
    "load_multiplier": 1.0,
    "referral_delay_weeks": 0.0,
    "declined_share": 0.0,
    "board_interval_weeks": 0,
    "contact_person_only": False,
    "all_outside": False,
    "high_need_share": 0.0,
    "stay_from_assignment_months": 0.0,
    "crises_per_year": 0.0,
    # work
    "work_multiplier": 1.0,
    "work_variation": 0.0,
    "contact_hours_under_18": 0.0,
    "contact_hours_first_year_after_18": 0.0,
    "contact_hours_later": 0.0,
    "follow_up_interval_weeks": 0,
    # the rest
    # What professionals cost is only written down, three rows a meeting; the others write none.
    "other_professional_hours": 0.0,
    "leadership_rule": "none",
    "outcomes": False,
}
"""What the reduced model does without. Weights of one and a single way to share cases are part of it."""


def reduced_scenario(**changes: Any) -> Scenario:
    """Return the reduced model as a scenario of ours, with *changes* put in its place."""
    rules = tuple(rule.model_copy(update={"valid_from": ALWAYS}) for rule in read_rules())
    return Scenario.preset("medium", **(OFF | SIZE | {"rules": rules} | changes))


@dataclass(frozen=True, slots=True)
class DueRule:
    """A fixed meeting: months from its anchor to the window's first, aimed-at and last day."""

    id: str
    anchor: str
    earliest_months: int
    target_months: int
    latest_months: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """The reduced model as plain numbers, days counted from the first counted day, work in minutes."""

    first_day: int
    last_day: int
    years: int
    coordinators: int
    ceiling: int
    notice_days: int
    horizon_days: int
    daily: int
    intake: int
    invitation: int
    appointment: int
    preparation: int
    write_up: int
    extra_preparation: int
    extra_write_up: int
    handover_half: int
    professional: int
    inflow_per_year: float
    share_at_15: float
    latest_entry_age: float
    leave_before_18: float
    support_at_18: float
    leave_after_18: float
    extra_per_year: float
    resign_per_year: float
    vacancy_months: tuple[float, float, float]
    no_show: float
    end_months: int
    rules: tuple[DueRule, ...]
    works: tuple[bool, ...]
    """For each day from the first: whether it is worked."""
    month_begins: tuple[bool, ...]
    """For each day from the first: whether a calendar month begins on it."""


def numbers(scenario: Scenario) -> Numbers:
    """Return the numbers of the reduced *scenario*."""
    start = np.array([scenario.start], dtype="datetime64[D]")
    first = int((add_months(start, -12 * scenario.warm_up_years) - start)[0].astype(int))
    last = int((add_months(start, 12 * scenario.years) - start)[0].astype(int))
    length = last - first
    works = working_days(scenario.start + timedelta(days=first), length + LONGEST_SEARCH)
    each = start[0] + np.arange(first, last + LONGEST_SEARCH)
    month_begins = each == each.astype("datetime64[M]").astype("datetime64[D]")
    month_begins[0] = True
    days_a_year = float(works[:length].mean()) * DAYS_PER_YEAR
    yearly = scenario.case_hours_per_year * 60 * scenario.weekly_hours / 37
    writing = scenario.agreement_hours + scenario.checklist_hours
    rest = scenario.extra_meeting_hours - scenario.meeting_hours - scenario.invitation_hours
    both = scenario.preparation_hours + scenario.follow_up_hours
    before = rest * scenario.preparation_hours / both
    return Numbers(
        first_day=first,
        last_day=last,
        years=scenario.years,
        coordinators=scenario.coordinators,
        ceiling=scenario.caseload_ceiling,
        notice_days=round(scenario.notice_months * DAYS_PER_MONTH),
        horizon_days=7 * scenario.booking_horizon_weeks,
        daily=round(yearly / days_a_year),
        intake=round(60 * scenario.intake_hours),
        invitation=round(60 * scenario.invitation_hours),
        appointment=round(60 * (scenario.meeting_hours + scenario.travel_hours)),
        preparation=round(60 * scenario.preparation_hours),
        write_up=round(60 * (scenario.follow_up_hours + writing)),
        extra_preparation=round(60 * before),
        extra_write_up=round(60 * (rest - before + writing)),
        handover_half=round(60 * scenario.handover_hours / 2),
        professional=round(60 * scenario.other_professional_hours),
        inflow_per_year=scenario.inflow_per_year,
        share_at_15=scenario.share_entering_at_15,
        latest_entry_age=scenario.latest_entry_age,
        leave_before_18=scenario.leave_before_18_per_year,
        support_at_18=scenario.support_granted_at_18,
        leave_after_18=scenario.leave_after_18_per_year,
        extra_per_year=scenario.extra_meetings_under_18,
        resign_per_year=float(-np.log1p(-scenario.annual_turnover)),
        vacancy_months=scenario.vacancy_months,
        no_show=scenario.no_show,
        end_months=min(rule.latest_months for rule in scenario.rules if rule.kind == "end"),
        rules=tuple(
            DueRule(
                rule.id,
                rule.anchor,
                rule.earliest_months,
                rule.target_months,
                rule.latest_months,
            )
            for rule in scenario.rules
            if rule.kind == "meeting"
        ),
        works=tuple(works.tolist()),
        month_begins=tuple(month_begins.tolist()),
    )
