"""The scenarios that come down to a queue: towns in which nearly nothing happens."""

from datetime import date, timedelta
from functools import cache

from data import ListedCase, PostPlan, Rule
from data.words import Words
from simulation.scenario import Scenario


@cache
def _nothing_due() -> tuple[Rule, ...]:
    """Return the rules of a municipality without fixed meetings, in which no course ends by age.

    A scenario must have a rule. This one comes into force far beyond every run; that it ends a course
    at 14 says that nobody comes before the run, so that it starts empty.
    """
    return (
        Rule(
            id="programme_end",
            kind="end",
            anchor="birthday",
            earliest_months=168,
            target_months=168,
            latest_months=168,
            basis="local",
            valid_from=date(2999, 1, 1),
            source="simulation/theory/towns.py",
            checked_on=date(2026, 11, 22),
            name=Words(da="Ingen regel er i kraft", en="No rule is in force"),
        ),
    )


def quiet_town(**changes: object) -> Scenario:
    """Return a municipality where nothing happens but what *changes* bring.

    No meetings, crises or contact, nobody resigns or falls ill, everybody is referred at once and
    stays for good. Each post has 240 minutes for cases on a working day.
    """
    nothing = dict.fromkeys(
        [
            "annual_turnover",
            "sick_spells_per_year",
            "long_absences_per_year",
            "leave_before_18_per_year",
            "leave_after_18_per_year",
            "crises_per_year",
            "crisis_meeting_share",
            "extra_meetings_under_18",
            "extra_meetings_over_18",
            "placement_changes_per_year",
            "dropouts_per_year",
            "referral_delay_weeks",
            "board_interval_weeks",
            "intake_hours",
            "contact_hours_under_18",
            "contact_hours_first_year_after_18",
            "contact_hours_later",
            "follow_up_interval_weeks",
            "work_variation",
            "inflow_per_year",
        ],
        0,
    )
    fixed = {
        "rules": _nothing_due(),
        "weekly_hours": 37,
        "case_hours_per_year": 1004,
        "standstill_weeks": (),
        "support_granted_at_18": 1,
        "coordinators": 1,
    }
    return Scenario.preset("medium", **(nothing | fixed | changes))


def town_of(cases: int, **changes: object) -> Scenario:
    """Return a quiet town with one coordinator who has so many *cases* for good, and no others."""
    start = date(2027, 1, 1)
    listed = tuple(
        ListedCase(f"2027-{n:03}", start - timedelta(days=16 * 365 + n), start, "K1")
        for n in range(cases)
    )
    fixed = {"cases": listed, "posts": (PostPlan("K1", 37.0),), "caseload_ceiling": cases}
    return quiet_town(**(fixed | changes))


def without_ceiling(months: float) -> Scenario:
    """Return the town that comes down to M/G/∞ with exponential stays of so many *months*."""
    return quiet_town(
        coordinators=10,
        caseload_ceiling=200,
        inflow_per_year=120,
        stay_from_assignment_months=months,
        years=1,
        warm_up_years=2,
    )


def with_places(places: int, inflow: float, months: float, leave: float = 0.0) -> Scenario:
    """Return the town that comes down to M/M/c, or to M/M/c+M where those who wait *leave* (a year)."""
    return quiet_town(
        coordinators=2,
        caseload_ceiling=places // 2,
        inflow_per_year=inflow,
        stay_from_assignment_months=months,
        leave_before_18_per_year=leave,
        leave_after_18_per_year=leave,
        years=38,
        warm_up_years=2,
    )


def with_crises(variation: float = 0.0) -> Scenario:
    """Return the town of one to-do list with crises only: 30 cases, each crisis 4 hours on average."""
    return town_of(30, crises_per_year=6, crisis_hours=4, work_variation=variation, years=4)


def with_two_classes() -> Scenario:
    """Return the town of one to-do list where crises (8 hours) come before invitations (6 hours).

    The team has no time, so that an invitation, once done, leads to no further work.
    """
    return town_of(
        20,
        crises_per_year=2.2,
        crisis_hours=8,
        extra_meetings_under_18=3,
        extra_meetings_over_18=3,
        invitation_hours=6,
        team_slots_per_week=0,
        search_weeks=1,
        years=10,
    )


def with_follow_ups(cases: int, variation: float = 0.0) -> Scenario:
    """Return the closed loop of a case manager: talks of 2 hours, the next wanted 4 weeks later."""
    return town_of(
        cases,
        follow_up_interval_weeks=4,
        agreed_follow_up_hours=2,
        work_variation=variation,
        years=10,
    )


def with_cases_in_turn(ceiling: int) -> Scenario:
    """Return the same loop where cases are closed after 12 months on average and others wait."""
    return quiet_town(
        caseload_ceiling=ceiling,
        inflow_per_year=4 * ceiling,
        leave_before_18_per_year=1,
        leave_after_18_per_year=1,
        stay_from_assignment_months=12,
        follow_up_interval_weeks=4,
        agreed_follow_up_hours=2,
        work_variation=1,
        years=10,
    )


def beside_quiet(scenario: Scenario) -> dict[str, object]:
    """Return what *scenario* has that a quiet town has not; cases and posts one by one are counted."""
    found = {name: mine for name, (mine, _) in scenario.differences(quiet_town()).items()}
    return {
        name: len(value) if name in {"cases", "posts"} and isinstance(value, tuple) else value
        for name, value in found.items()
    }
