"""A counted quarter against simulated ones: the range is theirs, and chance is rarely called a cause."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from data.follow_up import INDICATORS, Cell, Quarter
from data.places import DATA_VARIABLE
from data.texts import LANGUAGES, Texts
from data.working_days import add_months
from simulation import Scenario, run
from simulation.experiments.follow_up import (
    LEVEL,
    hold_quarter,
    lines_in_words,
    method_in_words,
    outlook,
    quarter_in_words,
)
from simulation.experiments.manifest import Manifest, Record
from simulation.experiments.quarters import (
    Expected,
    Quarters,
    count_run,
    count_runs,
    keep_expected,
    read_expected,
)
from simulation.experiments.recorded import archive

TODAY = Scenario.preset("small", years=4, warm_up_years=1)
TRIED = TODAY.replace(coordinators=3)
QUESTION = Manifest(kind="compare", scenarios=(TODAY, TRIED), seed=1, replications=40)
SPRING = Quarter(2028, 2)
DANISH = Texts.read("da")
PLACE = {indicator: place for place, indicator in enumerate(INDICATORS)}


@pytest.fixture(scope="module")
def expected():
    *_, found = count_runs(QUESTION)
    return found


def simulated(parts, exact=False):
    """Quarters with the same (part, whole) for each indicator; *parts* are runs × quarters × 2."""
    counts = np.repeat(np.array(parts)[:, :, None, :], len(INDICATORS), axis=2)
    return Quarters(Quarter(2027, 1), counts, exact)


def told(tried, cells, today=None, **words):
    of = Expected(tried, today, len(tried.counts), len(tried.counts), "")
    return {one.cell.indicator: one for one in hold_quarter(SPRING, cells, of, **words).judged}


# --- What is counted -------------------------------------------------------------------------------


def test_the_quarters_of_a_run_add_up_to_its_event_log():
    lived = run(TRIED, 3, 0)

    counts = count_run(lived.events, TRIED).sum(axis=0)

    fixed = ("meeting_16", "meeting_17_5", "meeting_18_5")
    late = sum(sum(lived.result.late_by_year[rule]) for rule in fixed)
    due = sum(sum(lived.result.due_by_year[rule]) for rule in fixed)
    assert tuple(counts[PLACE["late"]]) == (late, due)
    missed, all = counts[PLACE["no_show"]]
    assert missed / all == lived.measures["no_show_share"]
    assert counts[PLACE["meetings"]][0] == all
    assert all - missed == lived.measures["held_meetings"]


def test_a_quarter_counts_its_own_days_as_the_log_has_them():
    lived = run(TRIED, 3, 0)
    log = lived.log
    second = log[(log["timestamp"] >= "2027-04-01") & (log["timestamp"] < "2027-07-01")]

    counts = count_run(lived.events, TRIED)[1]

    assert (
        counts[PLACE["meetings"]][0] == second["activity"].isin({"meeting_held", "no_show"}).sum()
    )
    got = second[(second["activity"] == "coordinator_assigned") & (second["cause"] == "first")]
    assert counts[PLACE["waited"]][1] == len(got)
    lost = second[second["activity"] == "coordinator_lost"]["case"].nunique()
    assert counts[PLACE["changed"]][0] <= lost


def test_a_run_that_begins_within_a_quarter_has_whole_quarters_only():
    scenario = TODAY.replace(start=date(2027, 2, 10), years=1)

    counts = count_run(run(scenario, 1).events, scenario)

    assert counts.shape == (3, len(INDICATORS), 2)
    end = add_months(np.array(["2027-02-10"], dtype="datetime64[D]"), 12)[0]
    assert np.datetime64("2028-01-01") <= end < np.datetime64("2028-04-01")


def test_the_runs_are_those_of_the_decision_and_grow_to_enough(expected):
    counts = count_run(run(TRIED, 1, 7).events, TRIED)

    assert (expected.tried.counts[7] == counts).all()
    assert expected.finished
    assert expected.tried.counts.shape == (100, 16, len(INDICATORS), 2)


def test_what_is_expected_is_kept_and_read_again(expected, tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    assert read_expected(QUESTION.code) is None
    archive(Record(manifest=QUESTION, files={}))

    keep_expected(QUESTION.code, expected)

    again = read_expected(QUESTION.code)
    assert (again.tried.counts == expected.tried.counts).all()
    assert (again.today.counts == expected.today.counts).all()
    assert again.tried.first == expected.tried.first
    file = tmp_path / "experiments" / QUESTION.code / "quarters.json"
    file.write_text('{"indicators": ["meetings"], "tried": []}')
    assert read_expected(QUESTION.code) is None


# --- What nine in ten are ---------------------------------------------------------------------------


def test_only_the_same_season_is_looked_at_and_from_a_case_list_on_the_very_quarter():
    parts = np.arange(8)[None, :, None] * np.ones((1, 8, 2), dtype=int)

    assert simulated(parts.astype(int)).at(SPRING) == [1, 5]
    assert simulated(parts.astype(int), exact=True).at(SPRING) == [5]
    assert simulated(parts.astype(int), exact=True).at(Quarter(2031, 2)) == [1, 5]


def test_a_plain_number_is_held_against_single_quarters_of_the_runs(expected):
    found = outlook(expected.tried, "meetings", SPRING, None)

    seen = expected.tried.counts[:, 1::4, PLACE["meetings"], 0].ravel()
    low, high = np.quantile(seen, (0.05, 0.95), method="inverted_cdf")
    assert found.ends == (low, high)
    assert found.mean == pytest.approx(seen.mean())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=4, max_size=4),
        min_size=1, max_size=5,
    ),
    st.integers(0, 30),
)  # fmt: skip
def test_what_is_expected_of_a_part_is_a_distribution_over_none_to_all(runs, whole):
    counts = np.array([[(min(pair), max(pair)) for pair in run] for run in runs])

    found = outlook(simulated(counts), "late", SPRING, whole)

    assert found.chances.sum() == pytest.approx(1)
    assert (found.chances >= 0).all()
    low, high = found.ends
    assert 0 <= low <= high <= whole
    if found.quarters:
        assert found.chances.size == whole + 1
        for number in range(whole + 1):
            assert 0 < found.p_value(number) <= 1


def test_as_many_are_drawn_as_were_counted_so_that_few_are_not_held_against_many():
    # Every simulated quarter has 40 meetings, 10 of them late.
    steady = simulated(np.tile([10, 40], (200, 8, 1)))

    few, many = (outlook(steady, "late", SPRING, whole) for whole in (8, 120))

    assert few.mean == pytest.approx(2)
    assert few.ends == (0, 4)
    assert many.ends == (30, 30)  # a run of three such quarters has exactly thirty


def test_what_comes_in_clumps_is_expected_in_clumps():
    clumped = np.zeros((300, 8, 2), dtype=int)
    clumped[..., 1] = 10
    clumped[::10, :, 0] = 10  # all is late in one run of ten

    found = outlook(simulated(clumped), "late", SPRING, 10)

    assert found.mean == pytest.approx(1)
    assert found.ends == (0, 10)
    assert binom.ppf(0.95, 10, 0.1) == 3  # which a model without clumps would call the most


def test_quarters_in_a_row_are_added_up_within_a_run(expected):
    three = expected.tried.in_a_row(3)

    counts = expected.tried.counts
    assert three.counts.shape[1] == counts.shape[1] - 2
    assert (three.counts[:, 5] == counts[:, 5] + counts[:, 6] + counts[:, 7]).all()
    found = outlook(three, "meetings", SPRING, None)
    assert found.mean == pytest.approx(three.counts[:, 1::4, PLACE["meetings"], 0].mean())


def test_a_year_added_up_shows_what_a_quarter_cannot():
    rng = np.random.default_rng(5)
    parts = rng.binomial(10, 0.1, (300, 8))
    quarters = simulated(np.stack([parts, np.full_like(parts, 10)], axis=-1))
    of = Expected(quarters, None, 300, 300, "")

    one = hold_quarter(SPRING, [Cell("late", 3, 3, 10)], of, tables=2)
    year = hold_quarter(SPRING, [Cell("late", 12, 12, 40)], of, span=4, tables=2)

    assert not one.judged[0].sure
    assert year.judged[0].sure
    assert year.judged[0].expected.mean == pytest.approx(4, abs=0.3)


# --- What is said -----------------------------------------------------------------------------------


STEADY = simulated(np.tile([3, 30], (300, 8, 1)))


@pytest.mark.parametrize(
    ("cell", "verdict", "sure"),
    [
        (Cell("late", 1, 1, 10), "within", False),
        (Cell("late", 8, 8, 10), "above", True),
        (Cell("late", 1, 2, 10), "within", False),
        (Cell("late", 1, 4, 10), "few", False),  # hidden, and may lie on either side
        (Cell("late", 1, 1, 4), "few", False),
        (Cell("meetings", 3, 3), "within", False),
        (Cell("meetings", 1, 1), "below", True),
    ],
)
def test_a_number_is_within_or_outside_or_too_few(cell, verdict, sure):
    found = told(STEADY, [cell])[cell.indicator]

    assert (found.verdict, found.sure) == (verdict, sure)


def test_of_few_simulated_quarters_nothing_is_said():
    few = simulated(np.tile([3, 30], (20, 8, 1)))

    assert told(few, [Cell("late", 9, 9, 10)])["late"].verdict == "unknown"


def test_where_no_number_could_lie_outside_there_are_too_few():
    every = np.zeros((300, 8, 2), dtype=int)
    every[..., 1] = 10
    every[::2, :, 0] = 10

    assert told(simulated(every), [Cell("late", 5, 5, 5)])["late"].verdict == "few"


def test_the_more_numbers_are_compared_the_farther_out_more_than_chance_lies():
    parts = np.tile([3, 30], (400, 8, 1))
    parts[:4, :, 0] = 20  # one quarter in a hundred
    quarters, number = simulated(parts), 20
    assert 0.02 < outlook(quarters, "late", SPRING, 30).p_value(number) < LEVEL / 2
    one = Cell("late", number, number, 30)
    others = [Cell(name, 3, 3, 30) for name in ("no_show", "waited", "changed")]

    assert told(quarters, [one])["late"].sure
    assert not told(quarters, [one, *others])["late"].sure


def test_chance_is_seldom_called_more_than_chance(expected):
    """What a model that fits brings itself: held-out runs, no cell hidden."""
    sure = inside = compared = quarters = 0
    for number in range(25):
        counts = count_run(run(TRIED, 2, number).events, TRIED)
        for at in (1, 5, 9, 13):
            cells = [
                Cell(
                    name,
                    *[int(counts[at, place, 0])] * 2,
                    int(counts[at, place, 1]) if part else None,
                )
                for place, (name, part) in enumerate(INDICATORS.items())
            ]
            found = hold_quarter(SPRING, cells, expected)
            quarters += 1
            sure += any(one.sure for one in found.judged)
            inside += sum(one.verdict == "within" for one in found.comparable)
            compared += len(found.comparable)

    # Nineteen in twenty sets of 100 quarters have at most nine where five are due.
    assert sure <= binom.ppf(0.95, quarters, LEVEL)
    assert inside / compared >= 0.88


def test_a_number_that_today_would_bring_too_tells_nothing_of_the_change():
    other = simulated(np.tile([15, 30], (300, 8, 1)))

    alike = told(STEADY, [Cell("late", 1, 1, 10)], STEADY)["late"]
    apart = told(STEADY, [Cell("late", 0, 0, 10)], other)["late"]

    assert alike.like_today
    assert not apart.like_today


def test_what_was_not_decided_is_held_against_today():
    other = simulated(np.tile([15, 30], (300, 8, 1)))
    cell = Cell("late", 5, 5, 10)

    assert told(STEADY, [cell], other)["late"].verdict == "above"
    found = told(STEADY, [cell], other, decided=False)["late"]
    assert (found.verdict, found.today) == ("within", None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_and_what_is_said_of_it_stands_in_words(expected, language):
    texts = Texts.read(language)
    cells = [Cell("meetings", 2, 2), Cell("late", 1, 4, 12), Cell("waited", 9, 9, 10, typed=True)]
    found = hold_quarter(SPRING, cells, expected)

    lines = {line.indicator: line for line in lines_in_words(found, texts)}
    said = " ".join(quarter_in_words(found, texts))

    assert [*lines] == [*INDICATORS]
    assert lines["late"].counted == texts(
        "follow_up.of", part=texts("follow_up.hidden", fewest="5"), whole="12"
    )
    assert lines["waited"].verdict == texts("follow_up.verdict_above_sure")
    assert lines["changed"].verdict == texts("follow_up.verdict_none")
    assert texts("follow_up.waited") in said
    assert texts("follow_up.missing_checklists") in said
    assert texts("follow_up.no_effect") in said
    assert "100" in method_in_words(found, texts)[0]


def test_without_numbers_it_is_said_that_there_are_too_few(expected):
    said = quarter_in_words(hold_quarter(SPRING, [], expected), DANISH)

    assert said[0] == DANISH("follow_up.nothing")
