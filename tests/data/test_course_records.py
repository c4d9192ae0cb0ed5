"""What is read of courses from cases and checklists, and the days that calendars are counted by."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from data import Record, read_rules, windows
from data.case_files import CaseFile
from data.course_records import MOST_QUARTERS, period_of, read_course_records
from data.meeting_calendar import deadlines, proposed_days
from data.store import Store

TODAY = date(2026, 11, 22)


def checklist(ref, day, **answers):
    return Record(case=ref, form="meeting", occasion=day, answers=answers)


@pytest.fixture
def store():
    opened = Store.open("sqlite://")
    opened.change_settings(real_cases=True)
    return opened


def test_a_course_has_its_meetings_by_day_and_what_was_due(store):
    born = date(2009, 1, 15)  # 16 in January 2025: held by the middle of April
    store.save_case(
        CaseFile(ref="K00001", birthday=born, unit="A", coordinator="K1", opened=date(2024, 5, 1))
    )
    store.save_case(CaseFile(ref="ØVELSE-90", birthday=born, opened=date(2024, 5, 1)))
    held = {"meeting_type": "at_16", "outcome": "held", "minutes": "75"}
    given = [
        checklist("K00001", "2025-04-30", **held, coordinator_minutes="430"),
        checklist("K00001", "2025-03-03", meeting_type="at_16", outcome="no_show"),
        checklist("ØVELSE-90", "2025-03-03", **held),
    ]
    store.add_records(given, "test")

    found = read_course_records(store, TODAY)

    (course,) = found.courses
    assert (found.first, found.last, found.seen) == (date(2025, 4, 1), date(2026, 9, 30), TODAY)
    assert [one.outcome for one in course.meetings] == ["no_show", "held"]
    assert (course.meetings[1].minutes, course.meetings[1].coordinator_minutes) == (75, 430)
    # The meeting at 17½ fell due in July 2026, and nobody wrote it down.
    due = [(one.rule, one.held) for one in course.fixed]
    assert due == [("meeting_16", date(2025, 4, 30)), ("meeting_17_5", None)]
    assert course.fixed[0].latest == date(2025, 4, 15)
    assert found.meetings == 1  # the other one was before the period


def test_what_nobody_answered_is_nothing_and_no_odd_answer_breaks_the_reading(store):
    store.save_case(CaseFile(ref="K00001", birthday=date(1950, 1, 1), opened=date(2024, 5, 1)))
    store.add_records(
        [
            checklist("K00001", "2025-04-30", outcome="held", minutes="unknown"),
            checklist("K00001", "draft", outcome="held"),
            checklist("K00001", "2025-05-30", outcome="elsewhere"),
        ],
        "test",
    )

    (course,) = read_course_records(store, TODAY).courses

    assert [(one.minutes, one.outcome) for one in course.meetings] == [(None, "held"), (None, "")]
    assert course.fixed == ()


def test_the_days_on_which_somebody_became_coordinator_are_told_and_nobody_is_named(store):
    kept = store.save_case(CaseFile(ref="K00001", coordinator="K1", opened=date(2024, 5, 1)))
    store.save_case(CaseFile(ref="K00002", opened=date(2024, 5, 1)))
    store.save_case(replace(kept, coordinator="K2"))

    days = store.coordinator_days()

    assert set(days) == {"K00001"}
    assert len(days["K00001"]) == 2
    assert "K2" not in str(days)


def test_the_period_begins_with_a_whole_quarter_and_looks_three_years_back():
    old = [checklist("K00001", "2019-02-01")]

    assert MOST_QUARTERS == 12
    assert period_of(old, TODAY) == (date(2023, 10, 1), date(2026, 9, 30))
    assert period_of([], TODAY) is None


def test_many_calendars_at_once_propose_the_days_that_one_does():
    born = [date(2007, 12, 20) + timedelta(days=5 * day) for day in range(300)]
    days = np.array(born, "datetime64[D]")
    rules = [rule for rule in read_rules() if rule.kind == "meeting" and rule.anchor != "referral"]

    for window in windows(rules, days, days):
        proposed = proposed_days(window)
        for row, birthday in enumerate(born):
            for one in deadlines(birthday, TODAY):
                if one.rule == window.rule:
                    assert one.target == proposed[row].item()
