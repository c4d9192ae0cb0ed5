"""All numbers of an answer as a workbook and a csv, held against the runs."""

import io
import json
from dataclasses import replace
from math import isnan

import openpyxl
import pytest

from data import Texts, parameters
from data.export.numbers_workbook import Row, Sheet, numbers_workbook
from simulation import Scenario
from simulation.experiments.answer_file import Answered, Source, answer_csv, answer_workbook
from simulation.experiments.decision_basis import question_of
from simulation.experiments.manifest import archived, read_record
from simulation.experiments.recorded import Work, rebuild
from simulation.experiments.replications import paired_replications
from simulation.figures import late_by_rule
from simulation.measures import MEASURES, YEARLY
from simulation.study import Study

DANISH, ENGLISH = Texts.read("da"), Texts.read("en")
RUNS, SEED = 3, 7


@pytest.fixture(scope="module")
def answered():
    base = Scenario.preset("small", years=1, warm_up_years=1)
    tried = base.replace(coordinators=3)
    own, others = zip(*paired_replications(tried, base, RUNS, SEED), strict=True)
    sources = {"coordinators": Source("jeres eget tal", '=HYPERLINK("http://x")')}
    study = Study(tried, own, base, others)
    return Answered(study, SEED, "Lille", "Kommunen er opdigtet.", sources, "kapacitet.ipynb?a=1")


def sheets_of(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def table(sheet):
    """The rows of a sheet below its heads, each a mapping from a head."""
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    top = int(sheet.freeze_panes.removeprefix("B")) - 2
    return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :]]


def test_the_same_answer_gives_the_same_bytes(answered):
    assert answer_workbook(answered, DANISH) == answer_workbook(answered, DANISH)
    assert answer_csv(answered, DANISH) == answer_csv(answered, DANISH)


@pytest.mark.parametrize("texts", [DANISH, ENGLISH], ids=["da", "en"])
@pytest.mark.parametrize("compared", [True, False])
def test_every_sheet_says_what_it_is_of(answered, texts, compared):
    study = answered.study if compared else Study(answered.study.scenario, answered.study.results)
    one = replace(answered, study=study)
    code = question_of(study, texts, seed=SEED).code

    for sheet in sheets_of(answer_workbook(one, texts)):
        assert code in sheet["A1"].value
        assert "Lille" in sheet["A1"].value
        assert sheet["A2"].value == "Kommunen er opdigtet."
        assert table(sheet), sheet.title


def test_numbers_of_runs_and_years_are_those_of_the_results(answered):
    book = sheets_of(answer_workbook(answered, DANISH))
    study = answered.study

    runs = table(book["Gentagelser"])
    assert len(runs) == 2 * RUNS
    for row, result in zip(runs, [*study.results, *study.base_results], strict=True):
        assert row["Gentagelse"] == result.replication
        for name in MEASURES:
            told, known = row[DANISH(f"measured.{name}")], result.measures[name]
            assert told is None if isnan(known) else told == pytest.approx(known)
    years = table(book["År for år"])
    for row, result in zip(years[:RUNS], study.results, strict=True):
        for name in YEARLY:
            assert row[DANISH(f"numbers.yearly_{name}")] == pytest.approx(result.by_year[name][0])
        assert row["Forsinket: Mødet ved 17½ år"] == result.late_by_year["meeting_17_5"][0]


def test_waits_are_all_counted(answered):
    rows = table(sheets_of(answer_workbook(answered, DANISH))["Ventetider"])

    first = [row for row in rows if row["Scenarie"] == "prøvet" and "første" in row["Hvad"]]
    every = [days for result in answered.study.results for days in result.waits]
    assert {row["Dage"]: row["Antal"] for row in first} == {d: every.count(d) for d in every}


def test_each_measure_has_its_interval_and_its_difference(answered):
    rows = table(sheets_of(answer_workbook(answered, DANISH))["Alle mål"])

    cost = next(row for row in rows if row["Navn i data"] == "cost_per_year_dkk")
    assert cost["Prøvet, lav"] <= cost["Prøvet, gennemsnit"] <= cost["Prøvet, høj"]
    difference = answered.study.differences["cost_per_year_dkk"]
    assert cost["Forskel"] == pytest.approx(difference.mean)
    assert {row["Navn i data"] for row in rows} == set(MEASURES)


def test_each_figure_has_its_table(answered):
    sheet = sheets_of(answer_workbook(answered, DANISH))["Møder efter regel"]

    picture = late_by_rule(answered.study, DANISH)
    assert sheet["A3"].value == picture.title
    assert [tuple(row.values()) for row in table(sheet)] == list(picture.rows)


def test_every_input_stands_with_what_it_was_and_where_it_comes_from(answered):
    rows = table(sheets_of(answer_workbook(answered, DANISH))["Inddata"])

    known = {row["Navn i data"]: row for row in rows if row["Navn i data"]}
    assert known.keys() == parameters().keys()
    assert (known["coordinators"]["Prøvet"], known["coordinators"]["Værdi: i dag"]) == ("3", "2")
    assert known["coordinators"]["Hvor sikkert"] == "jeres eget tal"
    assert known["coordinators"]["Kilde"].startswith("=HYPERLINK"), "and it is no formula"


def test_no_cell_is_a_formula(answered):
    for sheet in sheets_of(answer_workbook(replace(answered, place="=1+1"), DANISH)):
        assert not any(cell.data_type == "f" for row in sheet for cell in row)


def test_the_whole_manifest_is_inside(answered):
    rows = table(sheets_of(answer_workbook(answered, DANISH))["Sådan er de regnet"])

    place = next(n for n, row in enumerate(rows) if row["Hvad"] == "Manifest")
    whole = "".join(row["Værdi"] for row in rows[place:])
    manifest = question_of(answered.study, DANISH, seed=SEED)
    assert whole == manifest.text
    assert json.loads(whole)["seed"] == SEED
    told = {row["Hvad"]: row["Værdi"] for row in rows[:place]}
    assert told["Åbn værkstedet, som det stod"] == "kapacitet.ipynb?a=1"
    assert told["Regn igen på denne maskine"].startswith(f"vejviser rebuild {manifest.code}")


@pytest.mark.parametrize("compared", [True, False])
def test_the_csv_is_what_the_code_makes_again(answered, compared, tmp_path):
    study = answered.study if compared else Study(answered.study.scenario, answered.study.results)
    mine = answer_csv(replace(answered, study=study), DANISH)

    code = question_of(study, DANISH, seed=SEED).code
    rebuild(read_record(archived(code)), Work(folder=tmp_path / "again"))

    assert (tmp_path / "again" / "replications.csv").read_bytes() == mine


def test_long_and_odd_words_are_kept_whole():
    words = "ord \x00 " * 2000
    sheet = Sheet("Ark", (), ("a", "b"), [Row(("x", words)), Row(("y", float("nan")))], wide=(1,))

    rows = table(sheets_of(numbers_workbook("t", "m", [sheet, sheet]))["Ark"])

    assert "".join(row["b"] or "" for row in rows) == words.replace("\x00", "␀")
    assert rows[-1] == {"a": "y", "b": None}
