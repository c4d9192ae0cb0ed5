"""What each piece of work takes, in whole minutes, and what a coordinator has to give on a day."""

from dataclasses import dataclass

from simulation.cohort import DAYS_PER_YEAR, Youth
from simulation.scenario import Scenario

FULL_TIME = 37.0
"""Hours a week of a full-time post in Danish municipalities."""


@dataclass(frozen=True, slots=True)
class Workload:
    """The scenario's hours as whole minutes, so that sums are exact."""

    intake: int
    crisis: int
    invitation: int
    appointment: int
    """Meeting and travel together."""
    preparation: int
    write_up: int
    extra_preparation: int
    extra_write_up: int
    handover_half: int
    """One coordinator's half of a handover."""
    contact_under_18: int
    contact_first_year: int
    contact_later: int
    daily: int
    """Minutes for cases on a working day of a coordinator who works in full."""

    def contact(self, youth: Youth, day: int) -> int:
        """Return the minutes of contact that *youth* is due in the month that begins on *day*."""
        if day < youth.majority:
            return self.contact_under_18
        return self.contact_first_year if day < youth.nineteen else self.contact_later


def workload(scenario: Scenario, working_days_per_year: float) -> Workload:
    """Return the workload of *scenario*.

    The yearly case hours already leave out leave and sickness; spread over *working_days_per_year*
    they give the minutes of a working day.
    """
    scale = 60 * scenario.work_multiplier
    follow_up = scenario.agreement_hours + scenario.checklist_hours
    # An extra meeting takes its stated hours in all; what the meeting and the invitation leave is
    # shared between preparation and follow-up as at a fixed meeting.
    rest = max(
        0.0, scenario.extra_meeting_hours - scenario.meeting_hours - scenario.invitation_hours
    )
    both = scenario.preparation_hours + scenario.follow_up_hours
    before = rest * (scenario.preparation_hours / both if both else 0.5)
    yearly = scenario.case_hours_per_year * 60 * scenario.weekly_hours / FULL_TIME
    return Workload(
        intake=round(scenario.intake_hours * scale),
        crisis=round(scenario.crisis_hours * scale),
        invitation=round(scenario.invitation_hours * scale),
        appointment=round((scenario.meeting_hours + scenario.travel_hours) * scale),
        preparation=round(scenario.preparation_hours * scale),
        write_up=round((scenario.follow_up_hours + follow_up) * scale),
        extra_preparation=round(before * scale),
        extra_write_up=round((rest - before + follow_up) * scale),
        handover_half=round(scenario.handover_hours * scale / 2),
        contact_under_18=round(scenario.contact_hours_under_18 * scale),
        contact_first_year=round(scenario.contact_hours_first_year_after_18 * scale),
        contact_later=round(scenario.contact_hours_later * scale),
        daily=round(yearly / working_days_per_year) if working_days_per_year else 0,
    )


def productivity(scenario: Scenario, hired: int | None, day: int) -> float:
    """Return the share of full work on *day* of a coordinator hired on the day *hired*.

    It rises evenly from the first day to the end of the ramp-up; who was there from the start (None)
    works in full.
    """
    length = scenario.ramp_up_months * DAYS_PER_YEAR / 12
    if hired is None or day - hired >= length:
        return 1.0
    return scenario.ramp_up_start + (1 - scenario.ramp_up_start) * (day - hired) / length


def notice_days(scenario: Scenario) -> int:
    """Return the days from notice to the last working day."""
    return round(scenario.notice_months * DAYS_PER_YEAR / 12)
