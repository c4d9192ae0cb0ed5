"""What is estimated from records: the truth comes back, few are never told, and our numbers go by rule."""

import math
import os
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import LANGUAGES, Texts, read_preset
from data.case_files import CaseFile
from data.course_records import course_records, period_of, read_course_records
from data.personal_data import find
from data.records import Record
from data.store import Store
from simulation import Scenario
from simulation.calibration import kept_calibration as kept
from simulation.calibration.calibration import (
    ENOUGH,
    Calibration,
    Told,
    beside_ours,
    calibrated,
    estimates,
    may_tell,
    nearest_size,
    own_figures,
)
from simulation.calibration.calibration_words import lines_in_words, rule_in_words
from simulation.calibration.estimate import Estimate, mean_with_ends, rate_with_ends
from simulation.calibration.kept_calibration import (
    SUBJECT,
    calibrate,
    calibration_of,
    newest_calibration,
    next_calibration,
)
from simulation.calibration.local_preset import estimated_figures
from simulation.calibration.quantities import BESIDE, QUANTITIES
from simulation.calibration.recorded_run import recorded_run, records_of_run
from simulation.calibration.recovery import as_table, recover

FULL = int(os.environ.get("VEJVISER_MUNICIPALITIES", "0"))
"""How many invented municipalities of each size the full run makes."""
TODAY = date(2026, 11, 22)
THREE_YEARS = {"years": 3, "start": date(2023, 10, 1)}
FEWEST = 5


# The truth comes back.


@cache
def recovered(size, count):
    return recover(Scenario.preset(size, **THREE_YEARS), count)


@pytest.mark.parametrize(("size", "count"), [("small", 120), ("large", 16)])
def test_known_numbers_come_back_as_often_as_the_intervals_say(size, count):
    found = recovered(size, FULL or count)

    print(as_table(found).round(3).to_string())  # noqa: T201 (the figures of the full run)
    for one in found:
        least, most = one.by_chance()
        assert len(one.known) > 0.9 * len(one.found), one.id
        assert least <= one.held <= most, (one.id, one.held, len(one.known))


def test_no_estimate_leans_to_one_side_in_a_large_municipality():
    for one in recovered("large", FULL or 16):
        values = np.array([each.value for each in one.found])
        sure = values.std(ddof=1) / np.sqrt(values.size)
        assert abs(one.mean - one.truth) < 4 * sure + 0.01 * one.truth, (one.id, one.mean)


def test_half_have_left_when_half_of_those_who_can_all_be_followed_have():
    years = Scenario.preset("large", years=10, start=date(2016, 10, 1))
    records = records_of_run(years, 3, 0)
    # Who came in the first three years is out by 23 at the latest, or has stayed longer than most.
    early = [one for one in records.courses if date(2016, 10, 1) <= one.opened < date(2019, 10, 1)]
    stays = [((one.closed or date.max) - one.opened).days for one in early]

    found = estimates(records, years)["stay_months"]

    assert found.value == pytest.approx(12 * np.median(stays) / 365.25, rel=0.15)
    assert found.low < found.value < found.high


def test_meetings_and_coordinators_are_near_what_the_run_knows():
    scenario = Scenario.preset("large", **THREE_YEARS)
    found = estimates(records_of_run(scenario, 3, 0), scenario)

    assert 4 < found["first_meeting_weeks"].value < 9
    assert 0 < found["late_share"].value < 0.15
    assert 15 <= found["coordinators"].value <= 19


# Few courses, counted by hand.


def case(number, opened, closed=None, born=date(2010, 1, 1), coordinator="K1"):
    return CaseFile(
        ref=f"K{number:05}",
        birthday=born,
        opened=opened,
        closed=closed,
        unit="A",
        coordinator=coordinator,
    )


def checklist(number, day, outcome="held", kind="extra", **answers):
    told = {"meeting_type": kind, "outcome": outcome, **answers}
    return Record(case=f"K{number:05}", form="meeting", occasion=day.isoformat(), answers=told)


def of(cases, meetings=(), given=None):
    period = date(2025, 1, 1), date(2025, 12, 31)
    return course_records(cases, meetings, period, seen=date(2025, 12, 31), given=given)


def test_open_cases_count_with_their_time_and_cases_before_the_period_from_its_first_day():
    born = date(2009, 6, 1)
    records = of(
        [
            case(1, date(2024, 1, 1), born=born),  # there all year
            case(2, date(2025, 7, 2), born=born),  # half of it
            case(3, date(2024, 7, 1), date(2025, 7, 2), born=born),  # left in the middle
            case(4, date(2024, 1, 1), date(2024, 12, 1), born=born),  # gone before
        ]
    )

    found = estimates(records, Scenario.preset("small"))

    left = found["leave_before_18_per_year"]
    assert (left.events, left.youths) == (1, 3)
    assert 1 / left.value == pytest.approx((365 + 183 + 182) / 365.25, abs=0.001)
    assert found["inflow_per_year"].events == 1


def test_those_who_stop_at_18_are_told_from_those_who_leave_by_themselves():
    turned = date(2025, 6, 1)
    born = turned.replace(year=turned.year - 18)
    opened = date(2024, 6, 1)
    stopped = [case(n, opened, turned + timedelta(days=n), born) for n in range(3)]
    went_on = [case(n, opened, None, born) for n in range(3, 9)]
    later = [case(9, opened, turned + timedelta(days=90), born)]

    found = estimates(of([*stopped, *went_on, *later]), Scenario.preset("small"))

    granted = found["support_granted_at_18"]
    assert (granted.events, granted.rest) == (7, 3)
    assert found["leave_after_18_per_year"].events == 1
    assert found["leave_before_18_per_year"].events == 0


def test_a_meeting_that_nobody_wrote_down_is_late_and_one_that_waits_for_its_day_is_not():
    born = date(2009, 1, 15)  # the meeting at 16 falls due in April 2025
    cases = [case(n, date(2024, 6, 1), born=born) for n in range(4)]
    cases.append(case(5, date(2024, 6, 1), born=date(2009, 12, 1)))
    held = [
        checklist(0, date(2025, 3, 3), kind="at_16"),
        checklist(1, date(2025, 9, 9), kind="at_16"),
    ]

    late = estimates(of(cases, held), Scenario.preset("small"))["late_share"]

    assert (late.events, late.rest) == (3, 1)


def test_fictional_cases_tell_nothing():
    invented = CaseFile(ref="ØVELSE-01", birthday=date(2009, 1, 1), opened=date(2025, 2, 1))
    held = Record(case="ØVELSE-01", form="meeting", occasion="2025-03-03", answers={})

    assert of([invented], [held]).courses == ()


def test_a_coordinator_has_been_there_since_the_first_of_the_cases():
    days = {
        "K00001": [date(2024, 1, 1), date(2025, 7, 2)],  # changed hands
        "K00002": [date(2025, 9, 1)],  # typed in late, taken up before
    }
    records = of(
        [
            case(1, date(2024, 1, 1), coordinator="new"),
            case(2, date(2024, 1, 1), coordinator="old"),
            case(3, date(2024, 1, 1), date(2025, 3, 1), coordinator="gone"),
        ],
        given=days,
    )

    found = estimates(records, Scenario.preset("small"))

    assert found["coordinators"].value == 2
    left = found["annual_turnover"]
    assert (left.events, left.rest) == (1, 1)
    # One year of one, and half a year of the other.
    assert left.value == pytest.approx(1 - math.exp(-1 / ((364 + 182) / 365.25)))


def test_intervals_of_simple_counts_are_those_of_the_books():
    # Jeffreys' for 10 events in 2 years; Student's for two young people with one number each.
    assert rate_with_ends(10, 2)[1:] == pytest.approx((2.5704, 8.8697), abs=0.001)
    assert rate_with_ends(0, 1)[1] == 0
    value, low, high = mean_with_ends(np.array([1.0, 3.0]), np.array([4, 9]))
    assert (value, high - low) == pytest.approx((2, 2 * 12.7062), abs=0.001)


# What may be told.

numbers = st.floats(0.001, 500, allow_nan=False)
counts = st.integers(0, 60)


@st.composite
def any_estimate(draw):
    id = draw(st.sampled_from(sorted(QUANTITIES)))
    is_share = QUANTITIES[id].kind == "share"
    low, value, high = sorted(draw(st.tuples(*[st.floats(0, 1) if is_share else numbers] * 3)))
    if id in {"stay_months", "first_meeting_weeks"}:
        high = draw(st.sampled_from([high, math.inf]))  # it need not have happened to half
    rest = draw(st.none() | counts)
    return Estimate.of(id, (value, low, high), draw(counts), rest, draw(counts))


@given(any_estimate())
def test_nothing_is_told_of_few_and_what_is_told_is_rounded_outwards(one):
    told = may_tell(one)

    few = min(one.events, one.youths, 10**9 if one.rest is None else one.rest) < FEWEST
    assert (told is None) == few
    if told:
        assert told.enough == (one.smallest >= ENOUGH)
        slack = 1e-9 * (1 + abs(one.value))
        assert told.low <= one.low + slack
        assert told.high >= one.high - slack
        width = one.high - one.low if math.isfinite(one.high) else 2 * (one.value - one.low)
        assert abs(told.value - one.value) <= width / 8 + slack


@given(st.lists(any_estimate(), max_size=8))
def test_a_kept_calibration_comes_back_as_it_was_and_holds_nothing_that_looks_personal(some):
    told = {one.id: may_tell(one) for one in some}
    made = Calibration(
        first=date(2024, 1, 1),
        last=date(2026, 9, 30),
        told={id: one for id, one in told.items() if one},
    )
    answers = kept._written(made)
    again = kept._read(Record(case=SUBJECT, form=kept.FORM, version=1, answers=answers))

    assert not any(find(answer) for answer in answers.values())
    assert again.told.keys() == made.told.keys()
    for id, one in made.told.items():
        assert again.told[id].value == pytest.approx(one.value, rel=1e-5, abs=1e-9)


def test_each_number_goes_by_the_rule():
    preset = read_preset("small")
    told = {
        "inflow_per_year": Told(20, 15, 25, True),  # wider than ours, which is not in it
        "no_show": Told(0.2, 0.1, 0.5, True),  # wider than ours, which is in it
        "support_granted_at_18": Told(0.65, 0.62, 0.7, False),
        "meeting_hours": Told(2.0, 1.9, 2.1, True),
        "fixed_meeting_hours": Told(9.0, 8.9, 9.1, True),
        "late_share": Told(0.2, 0.1, 0.3, True),
        "referral_delay_weeks": Told(90.0, 89.0, 91.0, True),  # more than a scenario can have
    }
    made = Calibration(first=date(2024, 1, 1), last=date(2026, 9, 30), told=told)

    lines = {line.id: line for line in beside_ours(made, preset)}

    assert {id: lines[id].verdict for id in told} == {
        "inflow_per_year": "used",
        "no_show": "wide",
        "support_granted_at_18": "few",
        "meeting_hours": "used",
        "fixed_meeting_hours": "used",
        "late_share": "described",
        "referral_delay_weeks": "beyond",
    }
    assert lines["leave_after_18_per_year"].verdict == "hidden"
    # Of the hours in all, the meeting as it was found, and ours of travel, agreement and checklist.
    values = {id: figure.value for id, figure in preset.figures.items()}
    left = 9.0 - 2.0 - sum(values[name] for name in BESIDE)
    gives = lines["fixed_meeting_hours"].gives
    assert sum(gives.values()) == pytest.approx(left, abs=0.01)
    assert gives["preparation_hours"] / gives["follow_up_hours"] == pytest.approx(0.8, abs=0.01)
    assert nearest_size(made) == "medium"


def test_own_numbers_are_a_municipality_that_can_be_calculated_with_and_say_where_they_are_from():
    scenario = Scenario.preset("large", **THREE_YEARS)
    texts = Texts.read("da")
    made = calibrated(records_of_run(scenario, 3, 0), scenario)

    own = own_figures(made, "large", texts)

    assert {"inflow_per_year", "no_show", "meeting_hours", "follow_up_hours"} <= own.figures.keys()
    source = "jeres tjeklister, 1. oktober 2023 til 30. september 2026"
    assert set(own.sources().values()) == {source}
    assert (
        Scenario.preset("large", **own.values()).inflow_per_year
        == made.told["inflow_per_year"].value
    )


def test_what_was_counted_is_not_multiplied_once_more():
    texts = Texts.read("da")
    told = {"inflow_per_year": Told(30, 25, 35, True), "no_show": Told(0.11, 0.1, 0.12, True)}
    made = Calibration(first=date(2024, 1, 1), last=date(2026, 9, 30), told=told)
    today = Scenario.preset("medium", load_multiplier=1.5, reminders=True, reminder_risk_ratio=0.5)

    figures = estimated_figures(today, made, "medium", texts)

    assert figures["load_multiplier"].value == 1
    assert figures["no_show"].value == 0.22


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_is_said_in_words_with_what_is_used_and_why(language):
    texts = Texts.read(language)
    scenario = Scenario.preset("small", **THREE_YEARS)
    made = calibrated(records_of_run(scenario, 3, 0), scenario)

    lines = lines_in_words(made, read_preset("small"), texts)

    assert [line.id for line in lines] == list(QUANTITIES)
    for line in lines:
        assert all([line.name, line.verdict, line.how, line.own])
        assert bool(line.ours) == line.is_input == bool(line.sources)
    assert rule_in_words(texts)
    turnover = next(line for line in lines if line.id == "annual_turnover")
    assert turnover.own == texts("calibration.not_told")


# From the store, once a year.


@pytest.fixture
def store():
    """A store in which a small municipality has written three years down."""
    scenario = Scenario.preset("small", **THREE_YEARS)
    cases, meetings, _, _ = recorded_run(scenario, 5, 0)
    opened = Store.open("sqlite://")
    opened.change_settings(real_cases=True)
    for one in cases:
        opened.save_case(one)
    opened.add_records(meetings, "test")
    return opened


def test_a_calibration_is_made_once_a_year_and_then_tells_the_same(store):
    ours = Scenario.preset("small")
    made = calibrate(store, ours, TODAY)
    # Three years back at most, whatever was written down before.
    assert (made.first, made.last) == (date(2023, 10, 1), date(2026, 9, 30))
    assert store.load(SUBJECT, "calibration", "2026-3").state == "finished"

    store.add_records([checklist(3, date(2026, 9, 27), "no_show")], "test")

    assert calibrate(store, ours, TODAY) == made
    assert next_calibration(made) == date(2027, 10, 1)
    assert calibrate(store, ours, date(2027, 9, 30)) == made
    again = calibrate(store, ours, date(2027, 10, 1))
    assert again.last == date(2027, 9, 30)
    assert newest_calibration(store) == again


def test_nothing_is_estimated_without_a_whole_quarter_of_checklists():
    empty = Store.open("sqlite://")
    ours = Scenario.preset("small")

    assert calibration_of(empty, ours, TODAY).why == "nothing"
    assert read_course_records(empty, TODAY) is None
    assert period_of([checklist(1, date(2026, 8, 3))], TODAY) is None
    assert period_of([checklist(1, date(2026, 6, 3))], TODAY) == (
        date(2026, 7, 1),
        date(2026, 9, 30),
    )
    assert newest_calibration(empty) is None


def test_who_may_not_read_cases_uses_what_was_kept(store, monkeypatch):
    ours = Scenario.preset("small")
    monkeypatch.setattr(type(store.access), "may", lambda *_, **__: False)
    assert calibration_of(store, ours, TODAY).why == "not_allowed"
    monkeypatch.undo()

    made = calibration_of(store, ours, TODAY).calibration
    monkeypatch.setattr(type(store.access), "may", lambda *_, **__: False)

    assert calibration_of(store, ours, TODAY).calibration == made
