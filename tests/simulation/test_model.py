"""The course of events, worked out by hand where chance is taken away."""

from collections import Counter
from datetime import date, timedelta

import pytest

from data import ListedCase, PostPlan
from simulation import Scenario, run
from simulation.codes import CASE_LIST, NO_SUPPORT_AT_18
from simulation.model import follow
from tests.simulation.cohorts import Fixed, cohort_of, person

# Day 0 is Friday 1 January 2027. Five meetings a week with each role are one on each weekday. Nobody
# falls ill, resigns or says no unless the cohort says so; work is done on the day it arrives.
QUIET = Scenario.preset(
    "small", coordinators=1, team_slots_per_week=5, years=1, warm_up_years=0, standstill_weeks=(),
    notice_weeks=2, youth_free_days=1, work_variation=0, follow_up_interval_weeks=0, quorum=2,
    cancellation=0.5, substitute_share=0, board_interval_weeks=0, weekly_hours=37,
)  # fmt: skip
TWO = QUIET.replace(coordinators=2)
STAY = (10**6, 0)
AT_16 = Fixed(20, 40)
DULL = {"work", "hours_available", "backlog", "attended", "identified"}


def live(*people, scenario=QUIET, engine="compiled", **given):
    posts = {"stays": (STAY,) * scenario.coordinators}
    cohort = cohort_of(scenario, *people, **(posts | given))
    return follow(scenario, cohort, engine=engine)


def story(*people, case=None, **given):
    """What happens, in both engines: day, activity, cause and days, and what is dull left out."""
    one, other = (live(*people, engine=engine, **given) for engine in ("compiled", "simpy"))
    assert one.entries == other.entries
    return [
        (e.day, e.activity, e.cause, e.days)
        for e in one.entries
        if e.activity not in DULL and case in {None, e.case}
    ]


def who_has(*people, day=10**6, **given):
    """Which post each youth had last, up to *day*."""
    return {
        e.case: e.resource.split(".")[0]
        for e in live(*people, **given).entries
        if e.activity == "coordinator_assigned" and e.day <= day
    }


def test_one_youth_meets_in_time():
    assert story(person([AT_16])) == [
        (5, "referred", "new", 0),
        (5, "meeting_opened", "", 0),
        (5, "coordinator_assigned", "first", 0),
        (5, "meeting_booked", "", 15),
        (20, "meeting_held", "", 0),
        (40, "meeting_due", "", 0),
        (100, "left", "left_before_18", 0),
    ]


def test_a_youth_who_does_not_come_is_invited_again_and_the_late_days_are_the_no_shows():
    # Occasion 1 draws place 5, its second attempt place 6. Invited again on day 20 after the day's
    # meeting: two weeks' notice, and the first common day is day 34, a Thursday.
    told = story(person([Fixed(20, 24)], chances={"comes": {5: 0}}))

    assert told[4:] == [
        (20, "no_show", "", 0),
        (20, "meeting_booked", "", 14),
        (24, "meeting_due", "", 0),
        (34, "meeting_held", "", 0),
        (34, "late_days", "no_show", 10),
        (100, "left", "left_before_18", 0),
    ]


def test_the_second_youth_waits_until_the_first_leaves():
    second = person(referral=6, leaves=110)

    told = story(person(), second, scenario=QUIET.replace(caseload_ceiling=1))

    # Day 100 is a Sunday.
    assert (101, "coordinator_assigned", "first", 95) in told


def test_a_coordinator_who_leaves_hands_over_and_the_case_waits_for_the_next():
    scenario = QUIET.replace(notice_months=1, ramp_up_months=0)

    told = story(person(), scenario=scenario, stays=[((20, 30), STAY)])

    assert told == [
        (5, "referred", "new", 0),
        (5, "coordinator_assigned", "first", 0),
        (20, "notice", "", 0),
        (50, "resigned", "", 0),
        (50, "coordinator_lost", "resignation", 0),
        (59, "contact_missed", "vacancy", 0),
        (80, "hired", "", 0),
        (80, "coordinator_assigned", "handover", 30),
        (100, "left", "left_before_18", 0),
    ]


def test_a_handover_takes_its_hours_on_both_sides():
    scenario = QUIET.replace(notice_months=1, handover_hours=3)

    lived = live(person(), scenario=scenario, stays=[((20, 30), STAY)])

    spent = Counter()
    for e in lived.entries:
        if e.activity == "work":
            spent[e.cause, e.resource] += e.minutes
    assert spent["handover_out", "coordinator 1.1"] == 90
    assert spent["handover_in", "coordinator 1.2"] == 90


def test_a_meeting_booked_with_a_coordinator_who_left_is_called_off():
    told = story(
        person([Fixed(55, 60)]),
        scenario=QUIET.replace(notice_months=1),
        stays=[((10, 40), STAY)],
    )

    assert (55, "meeting_cancelled", "vacancy", 0) in told


def test_late_days_while_the_coordinator_is_ill_are_put_down_to_the_absence():
    # Ill from day 10 until day 52, a Monday; the meeting opened on day 20 can be booked then only.
    scenario = QUIET.replace(booking_horizon_weeks=0, deputies=False)

    told = story(person([Fixed(20, 30)]), scenario=scenario, turns=[(0, 10, 52)])

    assert [row for row in told if row[1] in {"away", "back", "late_days"}] == [
        (10, "away", "", 0),
        (52, "back", "", 0),
        (52, "late_days", "absence", 22),
        (66, "late_days", "no_slot", 14),
    ]


@pytest.mark.parametrize(
    ("deputies", "ends"),
    [(True, (20, "meeting_held", "deputy", 0)), (False, (20, "meeting_cancelled", "absence", 0))],
)
def test_a_deputy_holds_the_booked_meeting_of_a_coordinator_who_is_ill(deputies, ends):
    scenario = TWO.replace(deputies=deputies)

    assert ends in story(person([AT_16]), scenario=scenario, turns=[(0, 18, 30)])


@pytest.mark.parametrize(
    ("deputies", "worker"), [(True, "coordinator 2.1"), (False, "coordinator 1.1")]
)
def test_a_deputy_attends_to_the_crisis_and_else_it_waits(deputies, worker):
    scenario = TWO.replace(deputies=deputies)

    lived = live(person(crises=[20]), scenario=scenario, turns=[(0, 18, 30)])

    done = [(e.day, e.resource) for e in lived.entries if e.cause == "crisis" and e.minutes]
    # Day 30 is a Sunday.
    assert done[0] == (20 if deputies else 31, worker)


def test_a_crisis_may_call_for_an_extra_meeting():
    told = story(person(crises=[20], calls=True), scenario=QUIET.replace(crisis_hours=1))

    assert told[2:] == [
        (20, "crisis", "", 0),
        (20, "meeting_opened", "crisis", 0),
        (20, "meeting_booked", "crisis", 14),
        (34, "meeting_held", "", 0),
        (100, "left", "left_before_18", 0),
    ]


def test_below_the_quorum_the_meeting_is_called_off():
    # Guidance, employment and school are asked; two of them stay away, and one is fewer than two.
    away = {"guidance": {5: 0}, "employment": {5: 0}}

    told = story(person([Fixed(20, 30)], chances=away))

    assert told[4:] == [
        (20, "meeting_cancelled", "cancellation", 0),
        (20, "meeting_booked", "", 14),
        (30, "meeting_due", "", 0),
        (34, "meeting_held", "", 0),
        (34, "late_days", "cancellation", 4),
        (100, "left", "left_before_18", 0),
    ]


def test_who_comes_is_written_down_with_the_purse_that_pays():
    scenario = QUIET.replace(other_professionals=5, other_professional_hours=2)
    older = {"majority": 10, "adult_from": -173, "nineteen": 375}

    def attended(*people):
        lived = live(*people, scenario=scenario)
        return [(e.resource, e.cause, e.minutes) for e in lived.entries if e.activity == "attended"]

    assert attended(person([AT_16], chances={"employment": {5: 0}})) == [
        ("guidance", "guidance", 120),
        ("school_or_placement", "school", 120),
        ("other_professionals", "children", 240),
    ]
    assert attended(person([AT_16], **older)) == [
        ("guidance", "guidance", 120),
        ("employment", "employment", 120),
        ("adult", "adult", 120),
        ("other_professionals", "adult", 240),
    ]


def test_an_extra_meeting_leaves_the_reserved_ones_alone_until_two_weeks_before():
    # Each day's only meeting is kept for fixed ones; nobody needs notice.
    scenario = QUIET.replace(reserved_share=0.9, notice_weeks=0)

    told = story(person(extra=[20]), scenario=scenario)

    assert (20, "meeting_booked", "agreed", 1) in told, "within two weeks it is free for all"
    scenario = scenario.replace(notice_weeks=3)
    # Day 41, three weeks ahead, is kept; with nine kept of ten the first one that is not kept is found.
    booked = next(row for row in story(person(extra=[20]), scenario=scenario) if "booked" in row[1])
    fixed = story(person([Fixed(20, 60)]), scenario=scenario)
    assert booked[3] > 21
    assert (5, "meeting_booked", "", 21) in fixed, "a fixed meeting may have it"


def test_a_role_is_not_had_twice_though_a_fixed_meeting_took_what_was_not_kept():
    # One meeting a day, none of them kept, three weeks' notice. The fixed meeting takes Friday day 28;
    # the extra one, wanted from day 7 on, could have had that day too, and finds Monday day 31.
    people = [person([Fixed(28, 60)]), person(extra=[7])]

    told = story(*people, scenario=TWO.replace(notice_weeks=3, reserved_share=0))

    held = [row[0] for row in told if row[1] == "meeting_held"]
    assert held == [28, 31]


def test_the_team_gathers_its_meetings_on_its_days():
    # Two fixed days a week: Monday and Tuesday. The youth is free on Fridays only, but comes.
    scenario = QUIET.replace(team_days_per_week=2)

    told = story(person([AT_16], free_weekdays=16), scenario=scenario)

    # Day 24 is the first Monday from day 20, a Thursday.
    assert (24, "meeting_held", "", 0) in told


def test_the_board_admits_two_of_three():
    scenario = QUIET.replace(board_interval_weeks=4, board_places=2)
    # The board meets on the first working day, day 0, and every four weeks from then.
    three = [person(referral=day) for day in (5, 6, 7)]

    told = [row for row in story(*three, scenario=scenario) if row[1] == "admitted"]

    assert told == [(28, "admitted", "", 23), (28, "admitted", "", 22), (56, "admitted", "", 49)]


def test_who_says_no_is_gone():
    assert story(person([AT_16], declines=True)) == [
        (5, "referred", "new", 0),
        (5, "declined", "", 0),
    ]
    board = QUIET.replace(board_interval_weeks=4)
    assert story(person(declines=True), scenario=board)[-1] == (28, "declined", "", 0)


def allocated(allocation, *people, **changes):
    return [*who_has(*people, scenario=TWO.replace(allocation=allocation, **changes)).values()]


def test_equal_split_gives_the_case_to_whoever_has_fewest():
    people = [person(referral=day) for day in (5, 6, 7)]

    assert allocated("equal_split", *people) == ["coordinator 1", "coordinator 2", "coordinator 1"]


def test_the_team_gives_the_case_to_whoever_has_least_waiting():
    # The first case brings a crisis of some days, the second little work: the third goes to post 2.
    people = [
        person(referral=5, crises=[7]),
        person(referral=6),
        person(referral=7),
        person(referral=8),
    ]

    got = allocated("team", *people, crisis_hours=60)

    assert got == ["coordinator 1", "coordinator 2", "coordinator 2", "coordinator 2"]


def test_a_district_has_its_own_coordinators():
    # Districts are drawn below 2¹⁵: of two, the upper half is the second.
    people = [person(referral=5, district=1 << 14), person(referral=6, district=(1 << 14) - 1)]

    assert allocated("district", *people, districts=2) == ["coordinator 2", "coordinator 1"]


def test_who_has_a_coordinator_by_the_case_list_keeps_that_one():
    """Those who wait were referred first, and there is room for one: it is not given away."""
    listed = {"origin": CASE_LIST, "referral": -1}
    people = [person(**listed), person(**listed), person(**listed, starts_with=0)]

    got = who_has(*people, scenario=QUIET.replace(caseload_ceiling=1), day=30)

    assert got == {3: "coordinator 1"}


def test_the_day_of_birth_decides_in_equal_parts():
    people = [person(referral=5, day_of_birth=day) for day in (31, 17, 16, 1)]

    got = allocated("date_of_birth", *people)

    assert got == ["coordinator 2", "coordinator 2", "coordinator 1", "coordinator 1"]


def test_high_needs_go_to_the_specialist_and_others_elsewhere():
    people = [person(referral=5, high_need=need) for need in (False, True, True)]

    got = allocated("competence", *people, specialist_share=0.5)

    assert got == ["coordinator 2", "coordinator 1", "coordinator 1"]


def test_by_judgement_high_needs_weigh_double_and_come_first():
    # Both high needs first, one each; then the youths without.
    people = [person(referral=5, high_need=need) for need in (False, False, True, True)]

    got = who_has(*people, scenario=TWO.replace(allocation="judgement"))

    assert [got[3], got[4]] == ["coordinator 1", "coordinator 2"]
    assert [got[1], got[2]] == ["coordinator 1", "coordinator 2"]


def test_at_18_the_case_is_forced_to_change_and_the_former_may_not_have_it_again():
    scenario = TWO.replace(forced_change_at_18=True)

    told = story(person(majority=60, nineteen=425), scenario=scenario)

    # Day 60 is a Tuesday.
    assert told == [
        (5, "referred", "new", 0),
        (5, "coordinator_assigned", "first", 0),
        (60, "turned_18", "", 0),
        (60, "coordinator_lost", "forced_change", 0),
        (60, "coordinator_assigned", "handover", 0),
        (100, "left", "left_before_18", 0),
    ]


@pytest.mark.parametrize("allocation", ["district", "date_of_birth", "competence"])
def test_a_forced_change_finds_somebody_else_whatever_the_principle(allocation):
    """Else the youth would wait for ever: nobody but the former coordinator may have the case."""
    scenario = TWO.replace(
        forced_change_at_18=True, allocation=allocation, districts=2, specialist_share=0.5
    )

    told = story(person(majority=60, nineteen=425, high_need=True), scenario=scenario)

    assert (60, "coordinator_assigned", "handover", 0) in told


def test_the_leadership_group_hires_when_youths_wait():
    scenario = QUIET.replace(
        caseload_ceiling=1, leadership_rule="hire", leadership_interval_months=1,
        leadership_delay_months=0, leadership_threshold=1, leadership_budget=1,
        hiring_delay_months=1, ramp_up_months=0,
    )  # fmt: skip

    told = story(person(), person(referral=6, leaves=110), scenario=scenario, stays=[STAY, STAY])

    # The second youth waits when February's books are opened, on Monday day 31; one month is 30 days.
    assert [row for row in told if row[0] > 6] == [
        (31, "decision", "hire", 0),
        (61, "hired", "", 0),
        (61, "coordinator_assigned", "first", 55),
        (100, "left", "left_before_18", 0),
        (110, "left", "left_before_18", 0),
    ]


def test_late_days_in_a_standstill_week_are_put_down_to_the_standstill():
    # Weeks 5 and 6 are days 31-44. No team meeting is to be had, so that the meeting is never held.
    scenario = QUIET.replace(standstill_weeks=(5, 6), team_slots_per_week=0)

    told = story(person([Fixed(20, 29)], leaves=50), scenario=scenario)

    days = Counter()
    for _, activity, cause, late in told:
        if activity == "late_days":
            days[cause] += late
    assert days == {"no_slot": 2 + 5, "standstill": 14}


def test_support_that_is_limited_ends_so_many_days_after_the_first_coordinator():
    scenario = QUIET.replace(stay_from_assignment_months=6)

    told = story(person(leaves=80, stay=50), scenario=scenario)

    # 50 days after day 5 is day 55, a Thursday; the day of birth and life's own leaving say nothing.
    assert told[-1] == (55, "left", "support_ended", 0)
    never_served = story(person(leaves=80, stay=50), scenario=scenario, stays=[((1, 10**6), STAY)])
    assert never_served[-1] == (80, "left", "left_before_18", 0)


def test_who_gets_no_support_at_18_leaves_on_the_birthday():
    older = person(leaves=60, majority=60, leaves_because=NO_SUPPORT_AT_18)

    assert story(older)[-1] == (60, "left", "no_support_at_18", 0)


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


def test_each_case_of_a_list_keeps_its_pseudonym_and_its_coordinator():
    start = date(2027, 1, 4)
    posts = (PostPlan("K1", 37), PostPlan("K2", 30))
    cases = tuple(
        ListedCase(f"A-{n}", date(2009, 5, 1 + n), start - timedelta(days=days), f"K{1 + n % 2}")
        for n, days in enumerate([0, 1, 400, 0, 30, 1])
    )
    scenario = Scenario.preset(
        "small", coordinators=2, posts=posts, cases=cases, start=start, years=1
    )

    lived = run(scenario)

    given = {e.case: e.resource for e in lived.entries if e.cause == "case_list" and e.resource}
    assert {lived.references[case]: who for case, who in given.items()} == {
        case.reference: f"{case.coordinator}.1" for case in cases
    }
