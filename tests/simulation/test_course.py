"""The course of an invented youth says what the event log says of that youth."""

import os
from collections import Counter
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data import ListedCase, PostPlan
from data.texts import Texts
from simulation import Scenario, run
from simulation.codes import LATE_DAYS, REFERRED, WORDS
from simulation.course import Youth, read_course, youths
from simulation.course_choice import KINDS, Candidates, candidates, follow_one
from simulation.course_words import nobody_of, tell_course, why_chosen
from simulation.figures.course_timeline import course_timeline
from tests.simulation.space import scenarios

DANISH, ENGLISH = Texts.read("da"), Texts.read("en")
EXAMPLES = int(os.environ.get("VEJVISER_EXAMPLES", "12"))
LOOK = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
FEW = 25
"""Courses that are read of each drawn run."""


def courses(lived):
    referred = lived.events["case"][lived.events["activity"] == REFERRED].tolist()
    drawn = [case for case in sorted(referred) if case not in lived.references]
    return [read_course(lived, case) for case in drawn[:FEW]]


@LOOK
@given(scenarios(), st.integers(0, 10**6))
def test_late_days_by_cause_are_those_of_the_log(scenario, seed):
    lived = run(scenario, seed)

    for course in courses(lived):
        logged: Counter[str] = Counter()
        rows = lived.events[
            (lived.events["case"] == course.case) & (lived.events["activity"] == LATE_DAYS)
        ]
        for cause, days in rows[["cause", "days"]].tolist():
            logged[WORDS[cause]] += days
        assert course.late_days == dict(logged)


@LOOK
@given(scenarios(), st.integers(0, 10**6))
def test_each_day_is_spent_with_one_coordinator_or_waiting_for_one(scenario, seed):
    for course in courses(run(scenario, seed)):
        spans = sorted(
            [(one.begin, one.end) for one in course.coordinators]
            + [(one.begin, one.end) for one in course.waits]
        )
        days = [day for begin, end in spans for day in range(begin, end)]
        assert days == list(range(course.begin, course.end))


@LOOK
@given(scenarios(), st.integers(0, 10**6))
def test_a_course_is_chosen_by_what_it_turns_out_to_be(scenario, seed):
    lived = run(scenario, seed)

    for youth in youths(lived)[:FEW]:
        course = read_course(lived, youth.case)
        first = course.coordinators[0].begin if course.coordinators else course.end
        gaps = [one.end - one.begin for one in course.waits if one.what == "vacancy"]
        assert youth == Youth(
            0, course.case, first - course.begin, len(course.coordinators), sum(gaps),
            sum(course.late_days.values()), course.end - course.begin, bool(course.left),
        )  # fmt: skip


@LOOK
@given(scenarios(), st.integers(0, 10**6))
def test_every_course_can_be_told_and_drawn(scenario, seed):
    lived = run(scenario, seed)

    for course in courses(lived)[-1:]:
        told = tell_course(scenario, course, DANISH)
        held = sum(one.activity == "meeting_held" for one in course.entries)
        assert sum(" holdes" in what for _, what in told.rows) == held
        picture = course_timeline(scenario, course, ENGLISH)
        assert len(picture.rows) == len(course.meetings)
        assert sum(int(row[4]) for row in picture.rows) == sum(course.late_days.values())


CASES = [
    ListedCase(
        reference="A-1", birthday=date(2010, 5, 1), referral=date(2026, 1, 5), coordinator="K"
    ),
    ListedCase(
        reference="A-2", birthday=date(2011, 5, 1), referral=date(2026, 3, 5), coordinator="K"
    ),
]


def test_nobody_of_a_case_list_is_followed():
    posts = [PostPlan(name="K", weekly_hours=30.0)]
    lived = run(Scenario.preset("small", years=2, cases=CASES, posts=posts))

    assert lived.references
    assert not set(lived.references) & {one.case for one in youths(lived)}
    with pytest.raises(ValueError, match="case list"):
        read_course(lived, min(lived.references))
    with pytest.raises(ValueError, match="no such youth"):
        read_course(lived, 10**6)
    # Whoever follows such a course sees posts by number, never by the name of who holds one.
    after = youths(lived)
    names = {one.post for youth in after for one in read_course(lived, youth.case).coordinators}
    assert names <= {1, 2}


def youth(number, wait=5, coordinators=1, gap=0, late=0, days=700, finished=True):
    return Youth(0, number, wait, coordinators, gap, late, days, finished)


def test_the_rules_of_choice_do_what_they_say():
    among = [youth(n, wait=n, days=600 + n) for n in range(1, 21)]
    among += [youth(30, wait=10, coordinators=2, gap=9), youth(31, wait=10, coordinators=3, gap=40)]
    among += [youth(32, wait=10, late=12)]

    assert follow_one(among, "typical").youth.case in range(9, 13)
    assert follow_one(among, "long_wait").youth.wait == 19
    changed = follow_one(among, "changed")
    assert (changed.youth.case, changed.alike, changed.among) == (30, 2, 23)
    assert follow_one(among, "late").youth.case == 32
    drawn = [follow_one(among, "random", turn).youth.case for turn in range(40)]
    assert drawn == [follow_one(among, "random", turn).youth.case for turn in range(40)]
    assert len(set(drawn)) > 10


def test_where_nobody_had_such_a_course_that_is_said():
    among = [youth(n, wait=0) for n in range(5)]
    found = Candidates(tuple(among), finished=True)

    for kind in ("long_wait", "changed", "late"):
        assert follow_one(among, kind) is None
        assert "5" in nobody_of(kind, found, DANISH)
    assert follow_one([], "typical") is None
    assert "ingen nye unge" in nobody_of("typical", Candidates((), finished=False), DANISH)


def test_whole_courses_are_preferred_and_cut_ones_said_to_be_cut():
    whole = candidates(Scenario.preset("small", years=5), 1, range(2))
    assert whole.finished
    assert all(one.finished for one in whole.youths)

    stays = {
        "leave_before_18_per_year": 0,
        "leave_after_18_per_year": 0,
        "support_granted_at_18": 1,
    }
    cut = candidates(Scenario.preset("small", years=1, **stays), 1, range(2))
    assert not cut.finished
    assert "klippet af" in why_chosen(follow_one(cut.youths, "typical"), cut, DANISH)


@pytest.mark.parametrize("texts", [DANISH, ENGLISH], ids=["da", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_course_of_each_kind_is_told_from_the_referral_to_the_end(kind, texts):
    scenario = Scenario.preset("medium", coordinators=3, annual_turnover=0.5)
    among = candidates(scenario, 1, range(2))
    followed = follow_one(among.youths, kind)
    course = read_course(run(scenario, 1, followed.youth.replication), followed.youth.case)
    told = tell_course(scenario, course, texts)

    assert texts.date(course.date(course.begin)) in told.sentences[0]
    assert texts.date(course.date(course.end)) in told.sentences[-1]
    assert str(len(among.youths)) in why_chosen(followed, among, texts)
    days = [course.date(one.day) for one in course.entries]
    assert days == sorted(days)
    assert told.rows[-1][0] == texts.date(course.date(course.end))
    late = [one for one in course.meetings if one.late]
    said = " ".join(told.sentences)
    assert all(f"{one.late} " in said for one in late)
    assert kind != "late" or late
    assert kind != "changed" or len(course.coordinators) > 1
