from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from dateutil.relativedelta import relativedelta
from holidays import country_holidays

from data import Record, read_form, read_rules
from data.meeting_calendar import (
    LEAD,
    danish_today,
    day_off,
    deadlines,
    held_meetings,
    overdue,
    planned_meetings,
)

TODAY = date(2026, 11, 22)
CLOSED = country_holidays("DK", years=range(2018, 2040), categories=("public", "optional"))


def works(day):
    return day.weekday() < 5 and day not in CLOSED


def working_day_before(day):
    while not works(day):
        day -= timedelta(days=1)
    return day


def found(rule, birthday, today=TODAY, **known):
    return next(each for each in deadlines(birthday, today, **known) if each.rule.id == rule)


# --- The days ----------------------------------------------------------------------------------


def births(first, last):
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def as_dateutil_counts(rule, birthday, referred):
    eighteen = birthday + relativedelta(years=18)
    anchor = {"birthday": birthday, "majority": eighteen, "referral": referred}[rule.anchor]
    due = anchor + relativedelta(months=rule.latest_months)
    return anchor + relativedelta(months=rule.earliest_months), due, working_day_before(due)


@pytest.mark.parametrize("year", range(2005, 2013))
def test_every_birthday_of_eight_years_gets_the_days_that_dateutil_counts(year):
    for birthday in births(date(year, 1, 1), date(year, 12, 31)):
        referred = birthday + relativedelta(years=19, days=40)
        told = deadlines(birthday, TODAY, referred=referred)

        assert len(told) == len(read_rules())
        for each in told:
            earliest, due, latest = as_dateutil_counts(each.rule, birthday, referred)
            assert (each.due, each.latest) == (due, latest), (birthday, each.rule.id)
            assert each.earliest == min(earliest, latest)
            ends = each.rule.kind == "end"
            assert each.last == (due if ends else latest)
            assert each.moved == (not works(due) and not ends)
            assert (day_off(each.due, "da") == "") == works(due)
            assert each.earliest <= each.target <= each.latest
            assert works(each.target)
            if each.rule.kind == "meeting":
                assert each.latest - each.target >= LEAD, (birthday, each.rule.id)


def test_only_the_leap_day_depends_on_where_one_counts_from():
    half = relativedelta(years=17, months=6)
    differ = [
        (birthday, found("meeting_17_5", birthday).due)
        for birthday in births(date(2005, 1, 1), date(2012, 12, 31))
        if birthday + half != birthday + relativedelta(years=18) - relativedelta(months=6)
    ]

    assert differ == [
        (date(2008, 2, 29), date(2025, 8, 28)),  # and not the 29th
        (date(2012, 2, 29), date(2029, 8, 28)),
    ]


@pytest.mark.parametrize(
    ("birthday", "due", "latest", "why"),
    [
        # The leap day: a day before 17 years and 6 months, and the earlier day counts.
        (date(2008, 2, 29), date(2025, 8, 28), date(2025, 8, 28), ""),
        (date(2009, 8, 28), date(2027, 2, 28), date(2027, 2, 26), "søndag"),
        (date(2009, 8, 29), date(2027, 2, 28), date(2027, 2, 26), "søndag"),
        (date(2009, 8, 30), date(2027, 2, 28), date(2027, 2, 26), "søndag"),
        (date(2009, 8, 31), date(2027, 2, 28), date(2027, 2, 26), "søndag"),
        (date(2010, 12, 31), date(2028, 6, 30), date(2028, 6, 30), ""),
        # Christmas Eve and the two days after it, then a Sunday.
        (date(2008, 6, 26), date(2025, 12, 26), date(2025, 12, 23), "anden juledag"),
        (date(2009, 11, 14), date(2027, 5, 14), date(2027, 5, 14), ""),
        (date(2009, 11, 6), date(2027, 5, 6), date(2027, 5, 5), "Kristi himmelfartsdag"),
    ],
)
def test_the_last_day_at_17_and_a_half(birthday, due, latest, why):
    told = found("meeting_17_5", birthday)

    assert (told.due, told.latest, day_off(told.due, "da")) == (due, latest, why)


def test_ages_at_leap_days_and_month_ends():
    def opens(birthday, rule):
        return found(rule, birthday).earliest

    assert opens(date(2008, 2, 29), "meeting_16") == date(2024, 2, 29)
    assert opens(date(2010, 12, 31), "meeting_16") == date(2026, 12, 31)
    # 18½ years less 3 months for one born on 31 August: the last day of May.
    assert opens(date(2009, 8, 31), "meeting_18_5") == date(2027, 11, 30)


def test_a_day_off_is_named_in_both_languages():
    assert day_off(date(2026, 11, 28), "da") == "lørdag"
    assert day_off(date(2026, 11, 28), "en") == "Saturday"
    assert day_off(date(2026, 6, 5), "da") == "grundlovsdag"
    assert day_off(date(2026, 6, 5), "en") == "Constitution Day"
    assert day_off(date(2026, 11, 27), "en") == ""


def test_what_is_due_is_told_with_whose_word_it_is_and_since_when():
    told = {each.rule.id: each.rule for each in deadlines(date(2010, 1, 1), TODAY)}

    assert told["meeting_17_5"].basis == "model"
    assert told["programme_end"].basis == "law"
    assert all(rule.source and rule.checked_on <= TODAY for rule in told.values())
    # What the support's start decides is not made up where nobody told that day.
    assert "first_follow_up" not in told


def test_a_rule_counts_only_while_it_is_in_force():
    meeting = next(rule for rule in read_rules() if rule.id == "meeting_16")
    old = replace_rule(meeting, valid_to=date(2026, 5, 31))
    new = replace_rule(meeting, valid_from=date(2026, 6, 1), latest_months=194)
    rules = [old, new]

    before = deadlines(date(2010, 4, 1), TODAY, rules=rules)
    after = deadlines(date(2010, 6, 1), TODAY, rules=rules)

    assert [each.rule.latest_months for each in before] == [195]
    assert [each.rule.latest_months for each in after] == [194]
    late = [Case("K00001", date(2010, 4, 1)), Case("K00002", date(2010, 6, 1))]
    listed = overdue(late, (), date(2027, 1, 1), rules=rules)
    assert [(one.case, one.deadline.rule.latest_months) for one in listed] == [
        ("K00001", 195),
        ("K00002", 194),
    ]


def replace_rule(rule, **changes):
    return type(rule).model_validate({**rule.model_dump(), **changes})


def test_a_narrow_window_still_gets_a_working_day():
    meeting = next(rule for rule in read_rules() if rule.id == "meeting_16")
    narrow = replace_rule(meeting, earliest_months=192, target_months=192, latest_months=192)

    for birthday in births(date(2010, 1, 1), date(2010, 12, 31)):
        (told,) = deadlines(birthday, TODAY, rules=[narrow])
        assert told.earliest <= told.target <= told.latest
        assert works(told.target)


def test_a_proposal_stays_in_a_short_window():
    meeting = next(rule for rule in read_rules() if rule.id == "meeting_16")
    month = replace_rule(meeting, earliest_months=192, target_months=193, latest_months=193)

    # From Friday 1 January 2027, a day off with a weekend behind it.
    assert deadlines(date(2011, 1, 1), TODAY, rules=[month])[0].target == date(2027, 1, 4)
    # From Friday 5 February 2027, exactly four weeks before the last day.
    assert deadlines(date(2011, 2, 5), TODAY, rules=[month])[0].target == date(2027, 2, 5)
    # From Thursday 25 March 2027, a day off; the next working day is after Easter.
    assert deadlines(date(2011, 3, 25), TODAY, rules=[month])[0].target == date(2027, 3, 30)


@pytest.mark.parametrize("birthday", [date(1026, 1, 1), date(2061, 1, 1)])
def test_a_birthday_that_cannot_be_is_named(birthday):
    with pytest.raises(ValueError, match=rf"birthday {birthday} is not allowed: give a day from"):
        deadlines(birthday, TODAY)


# --- What has become of it ------------------------------------------------------------------------


BORN = date(2009, 8, 31)  # 17½: from 31 October 2026 to 26 February 2027


@pytest.mark.parametrize(
    ("today", "state", "days"),
    [
        (date(2026, 10, 30), "coming", 1),
        (date(2026, 10, 31), "due_now", 118),
        (date(2027, 2, 26), "due_now", 0),
        (date(2027, 2, 27), "overdue", 1),
        (date(2027, 3, 26), "overdue", 28),
    ],
)
def test_a_meeting_is_coming_then_due_then_overdue(today, state, days):
    told = found("meeting_17_5", BORN, today)

    assert (told.state, told.days, told.held) == (state, days, None)


def test_the_end_of_the_programme_is_no_task_that_a_weekend_moves():
    born = date(2003, 11, 21)  # 23 on a Saturday

    def told(today, **known):
        each = found("programme_end", born, today, **known)
        return each.state, each.days

    assert told(date(2026, 11, 19)) == ("coming", 1)
    assert told(date(2026, 11, 21)) == ("due_now", 0)
    assert told(date(2026, 11, 22)) == ("overdue", 1)
    held = {"programme_end": date(2026, 11, 21)}
    assert told(date(2026, 11, 22), held=held) == ("held_in_time", 0)


@pytest.mark.parametrize(
    ("held", "state", "days"),
    [
        (date(2026, 9, 1), "held_in_time", 0),
        (date(2027, 2, 26), "held_in_time", 0),
        (date(2027, 3, 1), "held_late", 3),
    ],
)
def test_a_meeting_was_held_in_time_or_late(held, state, days):
    told = found("meeting_17_5", BORN, date(2027, 6, 1), held={"meeting_17_5": held})

    assert (told.state, told.days, told.held, told.open) == (state, days, held, False)


def test_what_was_due_before_the_case_was_opened_is_nobodys_lateness():
    assert found("meeting_16", BORN).state == "overdue"
    assert found("meeting_16", BORN, opened=date(2026, 3, 1)).state == "before"
    assert found("meeting_16", BORN, referred=date(2026, 3, 1)).state == "before"
    assert found("meeting_16", BORN, opened=date(2025, 11, 28)).state == "overdue"


def test_a_day_is_proposed_that_one_can_still_invite_for():
    def proposed(today, **known):
        return found("meeting_17_5", BORN, today, **known).proposed(today)

    assert proposed(date(2026, 11, 22)) == date(2027, 1, 29)  # the target, a Friday
    assert proposed(date(2027, 1, 29)) == date(2027, 2, 12)  # two weeks on
    assert proposed(date(2027, 2, 20)) == date(2027, 2, 26)  # no later than the last day
    assert proposed(date(2027, 2, 26)) == date(2027, 3, 12)  # the last day is no notice
    assert proposed(date(2027, 12, 10)) == date(2027, 12, 27)  # after Christmas
    agreed = {"meeting_17_5": date(2027, 2, 4)}
    assert proposed(date(2026, 11, 22), planned=agreed) == date(2027, 2, 4)


# --- The records --------------------------------------------------------------------------------


def meeting(day, kind="at_17_half", outcome="held", case="K00012", **words):
    answers = {"meeting_type": kind, "outcome": outcome}
    return Record(case=case, form="meeting", occasion=day, answers=answers, **words)


def test_held_meetings_come_from_the_meeting_form():
    records = [
        meeting("2025-11-20", "at_16"),
        meeting("2027-02-10"),
        meeting("2027-03-10"),  # a second one under the same rule
        meeting("2026-05-01", "extra"),
        meeting("2032-08-01", "closing"),
        Record(case="K00012", form="agreements", occasion="2024-01-01"),
    ]

    held = held_meetings(records)

    assert held["meeting_16"] == date(2025, 11, 20)
    assert held["meeting_17_5"] == date(2027, 2, 10)
    assert held["programme_end"] == date(2032, 8, 1)
    assert held.keys() & {rule.id for rule in read_rules()} == held.keys() - {"extra"}


@pytest.mark.parametrize("outcome", ["moved", "cancelled", "no_show", "unknown", None])
def test_a_meeting_that_was_not_held_does_not_count(outcome):
    assert held_meetings([meeting("2026-02-10", outcome=outcome)]) == {}


def test_a_meeting_ahead_is_a_planned_one():
    records = [meeting("2027-02-10", outcome=None), meeting("2026-02-10", "at_16", outcome=None)]

    assert planned_meetings(records, TODAY) == {"meeting_17_5": date(2027, 2, 10)}
    assert planned_meetings(records, date(2027, 2, 10)).keys() == {"meeting_17_5"}
    assert planned_meetings(records, date(2027, 2, 11)) == {}
    told = found("meeting_17_5", BORN, planned=planned_meetings(records, TODAY))
    assert (told.state, told.planned) == ("due_now", date(2027, 2, 10))


def test_the_meeting_form_asks_what_is_read_here():
    form = read_form("meeting")
    kinds = set(form.item("meeting_type").options)
    read = held_meetings(meeting("2026-01-01", kind) for kind in kinds)

    assert form.occasion == "dated"
    assert "held" in form.item("outcome").options
    assert set(read) - {rule.id for rule in read_rules()} == {"extra"}
    assert len(read) == len(kinds)


# --- The overdue list -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    ref: str
    birthday: date | None
    opened: date = date(2024, 1, 1)
    closed: date | None = None
    exercise: bool = False


def listed(cases, records=(), today=TODAY):
    return [
        (one.case, one.deadline.rule.id, one.deadline.days)
        for one in overdue(cases, records, today)
    ]


def test_the_overdue_list_begins_with_what_waited_longest():
    cases = [
        Case("K00001", date(2009, 8, 31)),  # 16 until 28 November 2025
        Case("K00002", date(2008, 5, 18)),  # 17½ until 18 November 2025, 18½ until 17 February 2027
        Case("K00003", None),
        Case("K00004", date(2009, 8, 31), closed=date(2026, 1, 1)),
        Case("K00005", date(2009, 8, 31), opened=date(2026, 1, 1)),
        Case("K00006", date(2011, 8, 31)),
    ]
    records = [meeting("2024-06-01", "at_16", case="K00002")]

    assert listed(cases, records) == [
        ("K00002", "meeting_17_5", 369),
        ("K00001", "meeting_16", 359),
    ]
    assert listed([]) == []
    assert listed([Case("K00003", None)]) == []


def test_in_an_exercise_the_day_of_opening_excuses_nothing():
    case = Case("ØVELSE-01", date(2009, 8, 31), opened=TODAY, exercise=True)

    assert listed([case]) == [("ØVELSE-01", "meeting_16", 359)]


def test_the_list_and_the_calendar_of_a_case_agree():
    cases = [Case(f"K{n:05}", date(2003, 1, 1) + timedelta(days=17 * n)) for n in range(200)]
    one_by_one = {
        (case.ref, each.rule.id, each.days)
        for case in cases
        for each in deadlines(case.birthday, TODAY, opened=case.opened)
        if each.state == "overdue"
    }

    assert set(listed(cases)) == one_by_one
    assert len(one_by_one) > 20


# --- The clock ----------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["America/Nuuk", "Atlantic/Faroe", "Pacific/Auckland", "UTC"])
def test_today_is_the_danish_day_whatever_zone_the_machine_is_set_to(zone, monkeypatch):
    monkeypatch.setenv("TZ", zone)
    for moment, day in [
        (datetime(2026, 6, 30, 21, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 22, 1, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
    ]:
        with time_machine.travel(moment, tick=False):
            assert danish_today() == day


def test_a_clock_that_is_set_back_changes_the_state_and_nothing_else():
    late, early = (
        found("meeting_17_5", BORN, day) for day in (date(2027, 2, 27), date(2027, 2, 26))
    )

    assert (late.state, early.state) == ("overdue", "due_now")
    assert replace(late, state="due_now", days=0) == early
