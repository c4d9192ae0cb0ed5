"""What the municipality has decided, in the whole minutes and days that a run counts in."""

from functools import lru_cache

from simulation.calendar import working_days_per_year
from simulation.codes import JUDGEMENT, LEADERSHIP_RULES, PRINCIPLES, PRIORITIES
from simulation.cohort import DAYS_PER_YEAR, span
from simulation.scenario import Scenario
from simulation.state import CERTAIN, Office

FULL_TIME = 37.0
"""Hours a week of a full-time post in Danish municipalities."""


@lru_cache(maxsize=1024)
def office_of(scenario: Scenario) -> Office:
    """Return the decisions of *scenario* as the one row that a run starts from; copy before use."""
    first, last = span(scenario)
    stays_away = scenario.cancellation * (1 - scenario.substitute_share)
    guidance, employment, placement, adult = (7 * weeks for weeks in scenario.notice_weeks)
    principle = PRINCIPLES.index(scenario.allocation)
    priority = PRIORITIES.index(scenario.priority)
    office = Office(
        first_counted=-first,
        last_day=last - first,
        posts=scenario.coordinators,
        board_days=7 * scenario.board_interval_weeks,
        board_places=scenario.board_places,
        limited_stay=scenario.stay_from_assignment_months > 0,
        ceiling=100 * scenario.caseload_ceiling,
        weight_under_18=round(100 * scenario.case_weight_under_18),
        weight_first_year=round(100 * scenario.case_weight_first_year_after_18),
        weight_later=round(100 * scenario.case_weight_later),
        principle=principle,
        by_need=principle == JUDGEMENT,
        forced_change=scenario.forced_change_at_18,
        deputies=scenario.deputies,
        notice_days=round(scenario.notice_months * DAYS_PER_YEAR / 12),
        ramp_days=scenario.ramp_up_months * DAYS_PER_YEAR / 12,
        ramp_start=scenario.ramp_up_start,
        priority=priority,
        first_priority=priority,
        notice_guidance=guidance,
        notice_employment=employment,
        notice_placement=placement,
        notice_adult=adult,
        search_days=7 * scenario.search_weeks,
        stays_away=round(CERTAIN * stays_away),
        quorum=scenario.quorum,
        professional_minutes=round(60 * scenario.other_professional_hours),
        other_professionals=scenario.other_professionals,
        leadership=LEADERSHIP_RULES.index(scenario.leadership_rule),
        leadership_months=scenario.leadership_interval_months,
        leadership_delay=scenario.leadership_delay_months,
        leadership_threshold=scenario.leadership_threshold,
        leadership_budget=scenario.leadership_budget,
        hiring_days=round(scenario.hiring_delay_months * DAYS_PER_YEAR / 12),
        outcomes=scenario.outcomes,
        effect=scenario.effect_on_moves,
        change_effect=scenario.coordinator_change_effect,
        follow_up_days=7 * scenario.follow_up_interval_weeks,
    )
    for name, minutes in minutes_of(scenario).items():
        setattr(office, name, minutes)
    return office


def minutes_of(scenario: Scenario) -> dict[str, int]:
    """Return what each kind of work takes, in whole minutes."""
    scale = 60 * scenario.work_multiplier
    follow_up = scenario.agreement_hours + scenario.checklist_hours
    # An extra meeting takes its stated hours in all; what the meeting and the invitation leave is
    # shared between preparation and follow-up as at a fixed meeting.
    rest = max(
        0.0, scenario.extra_meeting_hours - scenario.meeting_hours - scenario.invitation_hours
    )
    both = scenario.preparation_hours + scenario.follow_up_hours
    before = rest * (scenario.preparation_hours / both if both else 0.5)
    hours = {
        "intake": scenario.intake_hours,
        "crisis": scenario.crisis_hours,
        "invitation": scenario.invitation_hours,
        "appointment": scenario.meeting_hours + scenario.travel_hours,
        "preparation": scenario.preparation_hours,
        "write_up": scenario.follow_up_hours + follow_up,
        "extra_preparation": before,
        "extra_write_up": rest - before + follow_up,
        "handover_half": scenario.handover_hours / 2,
        "contact_under_18": scenario.contact_hours_under_18,
        "contact_first_year": scenario.contact_hours_first_year_after_18,
        "contact_later": scenario.contact_hours_later,
        "follow_up": scenario.agreed_follow_up_hours,
    }
    return {name: round(value * scale) for name, value in hours.items()}


def daily_minutes(scenario: Scenario, weekly_hours: float) -> int:
    """Return the minutes for cases on a working day of a post of *weekly_hours*.

    The yearly case hours already leave out leave, but not illness, which the run draws; spread over
    the year's working days they give the minutes of one.
    """
    days = working_days_per_year(scenario)
    yearly = scenario.case_hours_per_year * 60 * weekly_hours / FULL_TIME
    return round(yearly / days) if days else 0
