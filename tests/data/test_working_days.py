from datetime import date, timedelta

import numpy as np
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from data.working_days import (
    iso_weeks,
    month_later,
    previous_working_days,
    working_days,
)

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@given(DAYS, st.integers(-300, 300))
def test_months_are_added_as_dateutil_adds_them(day, months):
    assert month_later(day, months) == day + relativedelta(months=months)


@pytest.mark.parametrize(
    ("born", "months", "later"),
    [
        (date(2008, 2, 29), 192, date(2024, 2, 29)),
        (date(2008, 2, 29), 216, date(2026, 2, 28)),
        (date(2009, 8, 31), 210, date(2027, 2, 28)),
        (date(2010, 12, 31), 210, date(2028, 6, 30)),
    ],
)
def test_leap_days_and_month_ends(born, months, later):
    assert month_later(born, months) == later


@given(DAYS)
def test_iso_weeks_are_pythons(day):
    assert iso_weeks(np.array([day], dtype="datetime64[D]"))[0] == day.isocalendar().week


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 4, 26), True),  # Store bededag was abolished from 2024
        (date(2023, 5, 5), False),  # and was a holiday before
        (date(2026, 12, 24), False),
        (date(2026, 12, 31), False),
        (date(2026, 6, 5), False),
        (date(2026, 5, 1), False),
        (date(2026, 5, 14), False),  # Ascension Day
        (date(2026, 12, 23), True),
        (date(2026, 12, 27), False),  # a Sunday
    ],
)
def test_danish_days_off(day, works):
    assert working_days(day, 1)[0] == works


def test_standstill_weeks_are_no_working_days_but_move_no_deadline():
    monday = date(2027, 7, 19)  # week 29

    assert not working_days(monday, 5, [29]).any()
    assert previous_working_days(np.array([monday], dtype="datetime64[D]"))[0] == monday


@given(DAYS)
def test_a_deadline_moves_back_to_a_working_day_and_no_further(day):
    found = previous_working_days(np.array([day], dtype="datetime64[D]"))[0].item()

    span = (day - found).days
    assert working_days(found, 1)[0]
    assert not working_days(found + timedelta(days=1), span).any()


def test_no_days_are_no_fault():
    assert working_days(date(2027, 1, 1), 0).size == 0
    assert previous_working_days(np.array([], dtype="datetime64[D]")).size == 0
