from datetime import date
from threading import Event

import numpy as np
import pytest

from data import ListedCase, Upload
from data.observations import Observation, ObservationsError
from data.texts import Texts
from simulation import Scenario, replications
from simulation.experiments.validation import (
    BackCast,
    back_cast,
    back_cast_in_words,
    hold,
    read_observed,
)

THEN = Scenario.preset("small", years=1, warm_up_years=1)
MEASURES = ("late_per_year", "no_show_share", "caseload_mean", "held_meetings", "load")


def table(*lines, name="tal.csv"):
    return Upload(name, "\n".join(lines).encode())


def faults(*lines):
    with pytest.raises(ObservationsError) as caught:
        read_observed(table(*lines))
    return str(caught.value).splitlines()


# --- The table ---------------------------------------------------------------------------------


def test_a_table_is_read_with_names_in_either_language_and_shares_in_per_cent():
    found = read_observed(
        table(
            "Mål;Periode;Værdi;n",
            "late_per_year;2023;9;",
            "Udeblivelser;2022-2024;8 %;60",
            "Same coordinator for a whole year;2024;0,63;",
        )
    )

    assert found == (
        Observation("late_per_year", 2023, 2023, 9.0, None, 2),
        Observation("no_show_share", 2022, 2024, 0.08, 60, 3),
        Observation("kept_coordinator_share", 2024, 2024, 0.63, None, 4),
    )
    assert [one.period for one in found] == ["2023", "2022-2024", "2024"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "late_meeting;2023;4;",
            "column indicator: The indicator “late_meeting” is not known. Did",
        ),
        ("zzz;2023;4;", "column indicator: The indicator “zzz” is not known. Write one of"),
        (";2023;4;", "column indicator: The cell is blank"),
        ("late_per_year;May 2023;4;", "column period: “May 2023” is no period"),
        ("late_per_year;2024-2023;4;", "column period: “2024-2023” will not do"),
        ("late_per_year;1023;4;", "column period: “1023” will not do"),
        ("late_per_year;2023;many;", "column value: “many” is no number"),
        ("late_per_year;2023;2.000.000;", "column value: “2.000.000” has signs between"),
        ("late_share;2023;8;", "column value: “8” is no share"),
        ("late_share;2023;0,08;2,5", "column n: “2,5” is no count"),
        ("late_per_year;2023;4;20", "column n: n is for shares only"),
    ],
)
def test_a_fault_is_told_by_row_and_column_with_what_to_do(line, told):
    found = faults("indicator;period;value;n", "no_show_share;2023;0,1;", line)

    assert len(found) == 1
    assert found[0].startswith(f"Row 3, {told}")


def test_every_fault_is_told_and_nothing_is_read():
    found = faults("indicator;period;value", "a;b;c", "late_share;2024;0,1", "late_share;2024;0,2")

    assert len(found) == 4
    assert found[-1] == (
        "Row 4, column indicator: “late_share” is there already for the same period in row 3. "
        "Keep one of them."
    )


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("indicator;period", "Row 1: The column Value is missing. Add it."),
        ("indicator;period;value;why", "Row 1, column why: The column “why” is not known."),
        (
            "indicator;period;value;Period",
            "Row 1, column Period: The column “Period” is there twice.",
        ),
    ],
)
def test_headings_are_checked_first(head, told):
    assert faults(head, "late_per_year;2023;4;1")[0].startswith(told)


def test_a_file_that_cannot_be_read_is_refused_in_the_same_way():
    assert "no numbers" in faults("indicator;period;value")[0]
    with pytest.raises(ObservationsError):
        read_observed(table("x", name="tal.pdf"))


# --- Held against the model ----------------------------------------------------------------------


def seen_in(scenario, years, seed):
    """What a municipality that works as *scenario* says counts in each of *years*, one run a year."""
    observed = []
    for year in years:
        town = scenario.replace(start=date(year, 1, 1))
        (lived,) = replications(town, 1, seed + year)
        observed += [Observation(name, year, year, lived.measures[name]) for name in MEASURES]
    return observed


def test_numbers_from_the_model_itself_do_not_speak_against_it():
    found = back_cast(THEN, seen_in(THEN, range(2018, 2022), 100), 60)

    assert len(found.comparable) == 4 * len(MEASURES)
    assert found.tolerance[0] <= found.inside <= found.tolerance[1]
    assert not found.speaks_against


def test_ranks_of_the_models_own_runs_are_even_and_nine_in_ten_lie_within():
    lived = [one.measures["caseload_mean"] for one in replications(THEN, 300)]
    own, runs = lived[:100], np.array(lived[100:])

    held = [hold(Observation("caseload_mean", 2024, 2024, value), runs) for value in own]

    # Three standard errors of 100 runs, and of the 200 they are held against.
    assert np.mean([one.rank for one in held]) == pytest.approx(0.5, abs=0.11)
    assert 0.8 < np.mean([one.verdict == "inside" for one in held]) <= 0.99


def test_numbers_from_another_municipality_do():
    other = THEN.replace(no_show=0.4, work_multiplier=1.6)
    found = back_cast(THEN, seen_in(other, range(2018, 2022), 100), 60)

    assert found.speaks_against
    said = back_cast_in_words(found, Texts.read("en"))
    assert "The numbers speak against the model" in " ".join(said)


def test_where_a_number_lies_is_its_rank_among_the_runs():
    one = Observation("late_per_year", 2024, 2024, 4.0)
    held = hold(one, np.array([0, 1, 2, 3, 4, 4, 5, 6, 7, np.nan]))

    assert held.rank == pytest.approx((4 + 2 / 2) / 9)
    assert (held.low, held.middle, held.high) == (0, 4, 7)
    assert held.verdict == "inside"
    assert not held.beyond
    above = hold(Observation("late_per_year", 2024, 2024, 8.0), np.arange(8.0))
    assert (above.verdict, above.beyond, above.rank) == ("above", True, 1.0)


def test_one_number_far_out_speaks_against_the_model_if_the_runs_are_many_enough():
    runs = np.arange(100.0)
    near = [hold(Observation("held_meetings", 2000 + i, 2000 + i, 50.0), runs) for i in range(3)]
    far = hold(Observation("held_meetings", 2010, 2010, 1000.0), runs)

    assert BackCast((*near, far), 400).speaks_against
    assert not BackCast((*near, far), 100).speaks_against
    assert "outside all 400 runs" in " ".join(
        back_cast_in_words(BackCast((*near, far), 400), Texts.read("en"))
    )


def test_tolerance_is_the_binomials_where_each_has_the_same_chance():
    runs = np.arange(1000.0)
    held = hold(Observation("held_meetings", 2024, 2024, 500.0), runs)
    found = BackCast((held,) * 30, 1000)

    assert held.covered == pytest.approx(0.9, abs=0.002)
    assert found.tolerance == (24, 30)  # binom.ppf([.025, .975], 30, .9)


def test_a_sample_adds_the_luck_of_the_draw():
    all_of_them = Observation("no_show_share", 2024, 2024, 0.15)
    eight = Observation("no_show_share", 2024, 2024, 0.15, n=8)

    whole, sample = back_cast(THEN, [all_of_them, eight], 100).held

    assert sample.high - sample.low > 1.3 * (whole.high - whole.low)


def test_several_years_are_one_run_of_so_many():
    year, years = (Observation("held_meetings", 2020, last, 90.0) for last in (2020, 2022))

    alone, three = back_cast(THEN, [year, years], 20).held

    assert three.middle > 2 * alone.middle


def test_what_has_nothing_to_measure_cannot_be_compared():
    nobody = THEN.replace(inflow_per_year=0)
    found = back_cast(nobody, [Observation("wait_mean_days", 2024, 2024, 10.0)], 3)

    assert found.held[0].verdict == "unknown"
    assert back_cast_in_words(found, Texts.read("en"))[-1] == "None of the numbers can be compared."


@pytest.mark.parametrize("language", ["da", "en"])
def test_it_is_said_with_units_and_with_what_it_does_not_prove(language):
    texts = Texts.read(language)
    observed = [
        Observation("no_show_share", 2024, 2024, 0.15),
        Observation("held_meetings", 2024, 2024, 45.0),
        Observation("wait_mean_days", 2024, 2024, 14.0),
    ]
    said = back_cast_in_words(back_cast(THEN, observed, 40), texts)

    assert {"da": "15\N{NO-BREAK SPACE}%", "en": "15%"}[language] in said[0]
    assert {"da": "14 dage", "en": "14 days"}[language] in said[2]
    assert texts("validation.together") in said
    assert said[-1] == texts("validation.limits")


def test_the_table_has_a_row_an_observation_with_its_unit():
    found = back_cast(THEN, seen_in(THEN, [2024], 1), 20).table()

    assert found["indicator"].tolist() == list(MEASURES)
    assert found["unit"].tolist() == ["count", "share", "count", "count", "share"]
    assert found["n"].isna().all()


def test_a_case_list_fits_only_periods_that_begin_with_it():
    case = ListedCase("A1", date(2010, 5, 1), date(2026, 6, 1))
    town = THEN.replace(cases=(case,), start=date(2027, 1, 1))

    assert len(back_cast(town, [Observation("load", 2027, 2028, 1.0)], 2).held) == 1
    with pytest.raises(ValueError, match="leave cases out"):
        back_cast(town, [Observation("load", 2028, 2028, 1.0)], 2)


def test_a_cancel_gives_the_periods_that_are_finished():
    cancel = Event()
    observed = [Observation("load", year, year, 1.0) for year in (2020, 2021, 2022)]
    told = []

    def report(done, of):
        told.append((done, of))
        cancel.set()

    found = back_cast(THEN, observed, 4, report=report, cancel=cancel)

    assert told == [(1, 3)]
    assert [one.observation.period for one in found.held] == ["2020"]


def test_nothing_observed_and_an_unknown_indicator_are_refused():
    with pytest.raises(ValueError, match="observed is empty"):
        back_cast(THEN, [])
    with pytest.raises(ValueError, match="measure is 'happiness'"):
        back_cast(THEN, [Observation("happiness", 2024, 2024, 1.0)])
