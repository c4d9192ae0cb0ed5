"""The course of events, worked out by hand where chance is taken away."""

from collections import Counter

import pytest

from simulation import Scenario, run
from simulation.cohort import Cohort, DueMeeting, Post, Youth
from simulation.model import follow

# Day 0 is Friday 1 January 2027. Five team meetings a week are one on each weekday.
QUIET = Scenario.preset(
    "small", coordinators=1, team_slots_per_week=5, years=1, warm_up_years=0, standstill_weeks=()
)
FOR_GOOD = 10**6
STEADY = (Post(1, (FOR_GOOD,), (0,)),)


def youth(**changes):
    plain = {
        "number": 1,
        "referral": 5,
        "leaves": 100,
        "leaves_because": "left_before_18",
        "majority": 700,
        "nineteen": 1065,
        "meetings": (DueMeeting("meeting_16", opens=5, earliest=20, latest=40),),
        "crises": (),
        "extra_meetings": (),
        "free_weekdays": (True,) * 5,
        "no_show": 0.5,
        "showing_up": (0.9,) * 16,
    }
    return Youth(**(plain | changes))


def story(*youths, scenario=QUIET, posts=STEADY):
    lived = follow(scenario, Cohort(0, 120, tuple(youths), tuple(posts)), 0, 0)
    dull = {"work", "hours_available", "backlog"}
    return [(e.day, e.activity, e.cause, e.days) for e in lived.entries if e.activity not in dull]


def test_one_youth_meets_in_time():
    assert story(youth()) == [
        (5, "referred", "new", 0),
        (5, "meeting_opened", "", 0),
        (5, "coordinator_assigned", "first", 0),
        (5, "meeting_booked", "", 15),
        (20, "meeting_held", "", 0),
        (40, "meeting_due", "", 0),
        (100, "left", "left_before_18", 0),
    ]


def test_a_youth_who_does_not_come_is_invited_again_and_the_late_days_are_the_no_shows():
    # Occasion 1 draws place 7, its second attempt place 8.
    showing_up = tuple(0.1 if place == 7 else 0.9 for place in range(16))
    late = DueMeeting("meeting_16", opens=5, earliest=20, latest=24)

    told = story(youth(meetings=(late,), showing_up=showing_up))

    assert told[4:] == [
        (20, "no_show", "", 0),
        (21, "meeting_booked", "", 14),
        (24, "meeting_due", "", 0),
        (35, "meeting_held", "", 0),
        (35, "late_days", "no_show", 11),
        (100, "left", "left_before_18", 0),
    ]


def test_the_second_youth_waits_until_the_first_leaves():
    scenario = QUIET.replace(caseload_ceiling=1)

    second = youth(number=2, referral=6, leaves=110, meetings=())

    told = story(youth(meetings=()), second, scenario=scenario)

    # Day 100 is a Sunday.
    assert (101, "coordinator_assigned", "first", 95) in told


def test_a_coordinator_who_leaves_hands_over_and_the_case_waits_for_the_next():
    scenario = QUIET.replace(notice_months=1, vacancy_months=(1, 1, 1))
    leaving = Post(1, (20, FOR_GOOD), (30, 0))

    told = story(youth(meetings=()), scenario=scenario, posts=[leaving])

    assert told == [
        (5, "referred", "new", 0),
        (5, "coordinator_assigned", "first", 0),
        (20, "notice", "", 0),
        (50, "resigned", "", 0),
        (50, "coordinator_lost", "", 0),
        (59, "contact_missed", "vacancy", 0),
        (80, "hired", "", 0),
        (80, "coordinator_assigned", "handover", 30),
        (100, "left", "left_before_18", 0),
    ]


def test_a_handover_takes_its_hours_on_both_sides():
    leaving = Post(1, (20, FOR_GOOD), (30, 0))
    scenario = QUIET.replace(notice_months=1, handover_hours=3)

    lived = follow(scenario, Cohort(0, 120, (youth(meetings=()),), (leaving,)), 0, 0)

    spent = Counter()
    for e in lived.entries:
        if e.activity == "work":
            spent[e.cause, e.resource] += e.minutes
    assert spent["handover_out", "coordinator 1.1"] == 90
    assert spent["handover_in", "coordinator 1.2"] == 90


def test_a_meeting_booked_with_a_coordinator_who_left_is_cancelled():
    meeting = DueMeeting("meeting_16", opens=5, earliest=55, latest=60)
    told = story(youth(meetings=(meeting,)), posts=[Post(1, (10, FOR_GOOD), (40, 0))])

    assert (55, "meeting_cancelled", "vacancy", 0) in told


def test_no_work_is_done_in_a_standstill_week():
    scenario = Scenario.preset("small", years=1, warm_up_years=0, standstill_weeks=(29, 30))

    weeks = run(scenario).log.query("activity == 'work'").timestamp.dt.isocalendar().week

    assert not weeks.isin([29, 30]).any()
    assert weeks.isin([28, 31]).any()


def paired(measure, **changes):
    base = Scenario.preset("medium", years=2, warm_up_years=1)
    changed = base.replace(**changes)
    return [
        (run(base, 1, n).measures[measure], run(changed, 1, n).measures[measure]) for n in range(5)
    ]


@pytest.mark.parametrize(
    ("measure", "changes"),
    [
        ("late_meetings", {"booking_horizon_weeks": 0}),
        ("wait_mean_days", {"caseload_ceiling": 8}),
        ("no_show_share", {"no_show": 0.4}),
        ("load", {"weekly_hours": 18}),
        ("missed_contact_share", {"work_multiplier": 1.6}),
        ("coordinator_changes_per_youth_year", {"annual_turnover": 0.7}),
        ("cost_per_year_dkk", {"coordinators": 6}),
    ],
)
def test_what_makes_it_worse_makes_the_measure_higher(measure, changes):
    before, after = map(sum, zip(*paired(measure, **changes), strict=True))

    assert after > before


def test_more_coordinators_leave_the_youths_as_they_were():
    base = Scenario.preset("medium", years=1)

    def referred(scenario):
        return [(e.day, e.case) for e in run(scenario).entries if e.activity == "referred"]

    assert referred(base.replace(coordinators=9)) == referred(base)


def test_no_youths_at_all_is_a_quiet_year_and_no_fault():
    measures = run(Scenario.preset("small", inflow_per_year=0, years=1)).measures

    assert measures["due_meetings"] == 0
    assert measures["wait_mean_days"] != measures["wait_mean_days"], "nothing to measure"
