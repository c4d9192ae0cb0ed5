"""A simulated year as a calendar says what the event log says: all of it, and each thing once."""

import os
from collections import Counter
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.texts import Texts
from simulation import Scenario, replications, run
from simulation.codes import AWAY, BACK, HIRED, RESIGNED
from simulation.figures.posts_in_year import posts_in_year
from simulation.figures.year_calendar import year_calendar
from simulation.journal import HOLDERS
from simulation.results import Result
from simulation.year import choose_year, live, months, possible_posts, read_year, same_youths
from simulation.year_words import tell_year
from tests.simulation.space import scenarios
from tests.simulation.studies import result

DANISH, ENGLISH = Texts.read("da"), Texts.read("en")
EXAMPLES = int(os.environ.get("VEJVISER_EXAMPLES", "12"))
LOOK = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
BUSY = {
    "coordinators": 3,
    "annual_turnover": 0.6,
    "sick_spells_per_year": 6,
    "vacancy_months": (1, 2, 4),
}


def years_of(lived):
    return [read_year(lived, number) for number in range(lived.scenario.years)]


def of(lived, activity):
    end = years_of(lived)[-1].end
    return [one for one in lived.entries if one.activity == activity and 0 <= one.day < end]


@LOOK
@given(scenarios(), st.integers(0, 10**6))
def test_every_meeting_held_in_the_log_is_in_the_calendar_exactly_once(scenario, seed):
    lived = run(scenario, seed)
    years = years_of(lived)

    assert Counter(
        (one.day, one.case, one.rule, one.occasion) for y in years for one in y.held
    ) == (Counter((one.day, one.case, one.rule, one.occasion) for one in of(lived, "meeting_held")))
    assert all(y.begin <= one.day < y.end for y in years for one in y.held)


@LOOK
@given(scenarios(), st.integers(0, 10**6))
def test_missed_deadlines_are_the_late_meetings_of_the_measures(scenario, seed):
    lived = run(scenario, seed)

    for number, year in enumerate(years_of(lived)):
        late = {rule: by_year[number] for rule, by_year in lived.result.late_by_year.items()}
        assert Counter(one.rule for one in year.missed) == Counter(late)
        assert year.due == sum(by_year[number] for by_year in lived.result.due_by_year.values())


@LOOK
@given(scenarios(), st.integers(0, 10**6))
def test_a_meeting_is_late_by_the_days_from_its_deadline_to_the_day_it_was_held(scenario, seed):
    lived = run(scenario, seed)
    due = {(one.case, one.occasion): one.day for one in of(lived, "meeting_due")}

    for year in years_of(lived):
        for one in year.held:
            if (one.case, one.occasion) in due:
                assert one.late == max(0, one.day - due[one.case, one.occasion])
        for one in year.missed:
            if one.held_on is not None:
                assert sum(one.late_days.values()) == one.held_on - one.day


@LOOK
@given(scenarios(), st.integers(0, 10**6))
def test_posts_are_empty_or_away_on_the_days_on_which_the_log_says_so(scenario, seed):
    lived = run(scenario, seed)
    years = years_of(lived)
    found = Counter(
        (one.what, one.post, day)
        for y in years
        for one in y.spells
        for day in range(one.begin, one.end)
    )

    assert set(found.values()) <= {1}
    assert set(found) == {
        (what, post, day)
        for what, post, day in nobody_at_work(lived.events, years[-1].end)
        if day >= 0
    }


def nobody_at_work(events, end: int):
    """Walk through the log day by day, post by post: the plain way."""
    state: dict[int, str] = {}
    at = int(events["day"][0])
    changes = events[np.isin(events["activity"], (AWAY, BACK, RESIGNED, HIRED))]
    rows = changes[["day", "activity", "resource"]].tolist()
    for day, activity, who in [*rows, (end, -1, 0)]:
        for each in range(at, min(day, end)):
            yield from ((what, post, each) for post, what in state.items())
        at = max(at, day)
        if activity >= 0:
            state.pop(who // HOLDERS, None)
        if activity in (AWAY, RESIGNED):
            state[who // HOLDERS] = "absence" if activity == AWAY else "vacancy"


@LOOK
@given(scenarios(), st.integers(0, 10**6))
def test_months_and_posts_add_up_to_the_year(scenario, seed):
    year = read_year(run(scenario, seed), 0)
    rows = months(year)

    assert sum(one.on_time + one.late + one.extra for one in rows) == len(year.held)
    assert sum(one.missed for one in rows) == len(year.missed)
    assert sum(one.crises for one in rows) == year.count("crisis") + year.count("crisis_unattended")
    assert sum(one.no_shows for one in rows) == year.count("no_show")
    assert sum(one.absence for one in rows) == year.days_of("absence")
    assert sum(one.days for one in rows) == year.end - year.begin
    parts = [year.of(post) for post in range(year.posts + 1)]
    assert sorted(one for part in parts for one in part.held) == sorted(year.held)
    assert sorted(one for part in parts for one in part.spells) == sorted(year.spells)
    assert year.posts <= possible_posts(scenario)


def years_with(*late):
    return [result(number, numbers) for number, numbers in enumerate(late)]


def test_the_ordinary_year_is_the_first_of_those_in_the_middle():
    results = years_with((9, 2), (0, 3), (1, 2))

    chosen = choose_year(results, "ordinary")

    assert (chosen.replication, chosen.number, chosen.late, chosen.years) == (0, 1, 2, 6)


def test_one_year_in_twenty_is_worse_than_a_bad_one_and_one_is_as_good_as_a_good_one():
    results = years_with(*((number,) for number in range(1, 21)))

    assert choose_year(results, "bad").late == 19
    assert choose_year(results, "good").late == 1
    assert choose_year(years_with((4,)), "bad").late == 4


def test_without_a_year_there_is_nothing_to_choose():
    with pytest.raises(ValueError, match="no counted year"):
        choose_year([], "ordinary")
    with pytest.raises(ValueError, match="number is 5; it must be from 0 to 4"):
        read_year(run(Scenario.preset("small")), 5)


def test_the_chosen_year_run_anew_has_the_late_meetings_it_was_chosen_for():
    scenario = Scenario.preset("small", coordinators=1, years=2)
    results: list[Result] = list(replications(scenario, 4, seed=3))

    for kind in ("ordinary", "bad", "good"):
        chosen = choose_year(results, kind)
        _, year = live(scenario, chosen, seed=3)
        assert len(year.missed) == chosen.late


def test_other_numbers_bring_the_same_youths_unless_they_say_who_comes():
    today = Scenario.preset("small", years=1)
    lived = run(today)

    assert same_youths(lived, run(today.replace(coordinators=3)))
    assert not same_youths(lived, run(today.replace(inflow_per_year=20)))


@pytest.mark.parametrize("texts", [DANISH, ENGLISH], ids=["da", "en"])
def test_the_calendar_shows_every_mark_and_says_the_same_in_words_and_numbers(texts):
    lived = run(Scenario.preset("medium", **BUSY, years=2))
    year = read_year(lived, 1)
    picture = year_calendar(year, texts)

    whole = picture.rows[-1]
    numbers = [
        sum(int(row[column]) for row in picture.rows[:-1]) for column in range(1, len(whole))
    ]
    assert [int(cell) for cell in whole[1:]] == numbers
    assert sum(numbers[:2]) + numbers[3] == len(year.held)
    assert texts.month(date(2028, 1, 1)) in picture.alternative
    assert str(len(year.held)) in picture.title
    assert len(year.missed) > 0
    assert str(len(year.missed)) in picture.title
    assert picture.svg.startswith("<svg ")


def test_the_posts_of_a_year_have_a_row_each_and_no_name():
    lived = run(Scenario.preset("medium", **BUSY))
    year = read_year(lived, 0)

    picture = posts_in_year(year, DANISH)

    assert [row[0] for row in picture.rows] == ["Koordinator 1", "Koordinator 2", "Koordinator 3"]
    assert sum(int(row[2]) for row in picture.rows) == year.days_of("absence") > 0
    calm = replace(year, spells=())
    assert (
        posts_in_year(calm, DANISH).title == "Ingen koordinator var syg, og ingen stilling stod tom"
    )


def test_a_calm_year_is_said_to_be_one():
    lived = run(Scenario.preset("small", years=1))
    year = replace(read_year(lived, 0), missed=())

    assert year_calendar(year, DANISH).title.endswith("og alle frister blev holdt")
    chosen = choose_year([lived.result], "ordinary")
    assert "blev holdt til tiden" in " ".join(tell_year(lived, year, chosen, DANISH).sentences)


@pytest.mark.parametrize("texts", [DANISH, ENGLISH], ids=["da", "en"])
def test_every_late_meeting_of_the_year_is_told_with_its_days_by_cause(texts):
    scenario = Scenario.preset("medium", **BUSY, years=1)
    lived = run(scenario)
    year = read_year(lived, 0)

    told = tell_year(lived, year, choose_year([lived.result], "bad"), texts)

    assert len(told.rows) == len(year.missed) > 0
    for row, one in zip(told.rows, year.missed, strict=True):
        assert row[1] == texts.date(year.date(one.day))
        assert int(row[3]) == sum(one.late_days.values())
        assert len(row[4].split(", ")) == len(one.late_days)
