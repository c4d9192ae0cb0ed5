"""What a decision is built on is what the Python API gives for the same scenario and seed."""

import re

import pandas as pd
import pytest
from typer.testing import CliRunner

from data import parameters
from data.decisions import FIGURES, figures_of
from data.forms import read_form
from data.personal_data import find
from data.places import DATA_VARIABLE
from data.texts import LANGUAGES, Texts
from handbook.__main__ import main
from simulation import Scenario, paired_replications, replications
from simulation.experiments.decision_basis import (
    Basis,
    basis,
    commands,
    keep,
    read_numbers,
    recalculate,
)
from simulation.experiments.decision_figures import figure_lines
from simulation.experiments.decision_words import About
from simulation.experiments.manifest import ManifestError, archived
from simulation.headlines import headlines
from simulation.measures import MEASURES
from simulation.study import Study
from simulation.summary import compare, summarise

TODAY = Scenario.preset("small", years=1, warm_up_years=1)
TRIED = TODAY.replace(coordinators=3)
RUNS, SEED = 6, 11
DANISH = Texts.read("da")
FORM = read_form("decision")


@pytest.fixture(scope="module")
def study():
    rows = [*paired_replications(TRIED, TODAY, RUNS, SEED)]
    return Study(TRIED, [mine for mine, _ in rows], TODAY, [theirs for _, theirs in rows])


@pytest.fixture(autouse=True)
def _own_archive(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def made(study, language="da", **words) -> Basis:
    return basis(study, Texts.read(language), seed=SEED, about=About(**words))


def vejviser(*words):
    return CliRunner().invoke(main, [*words], env={"COLUMNS": "200", "NO_COLOR": "1"})


def test_the_expected_figures_are_those_of_the_python_api(study):
    tried = summarise([*replications(TRIED, RUNS, SEED)])
    today = summarise([*replications(TODAY, RUNS, SEED)])
    named = {
        "late": "late_per_year", "wait": "wait_days", "caseload": "caseload",
        "kept": "kept_coordinator", "missed": "missed_contact", "load": "load",
        "cost_year": "cost_per_year", "cost_youth": "cost_per_youth_year",
    }  # fmt: skip

    kept = {one.id: one for one in figures_of(made(study).answers)}

    assert [*kept] == [*FIGURES]
    assert (kept["breach"].mean, kept["breach"].today) == pytest.approx(
        (tried.breach_17_5, today.breach_17_5), abs=1e-5
    )
    for id, name in named.items():
        mine, theirs = getattr(tried, name), getattr(today, name)
        step = {"share": 1e-5, "dkk": 0.5}.get(FIGURES[id], 1e-3)
        found = (kept[id].mean, kept[id].low, kept[id].high, kept[id].today)
        assert found == pytest.approx((mine.mean, mine.low, mine.high, theirs.mean), abs=step), id


def test_the_figures_in_words_are_those_of_the_workbench(study):
    shown = {one.id: one for one in headlines(study, DANISH)}

    lines = figure_lines(figures_of(made(study).answers), DANISH)

    assert [line.id for line in lines] == [*FIGURES]
    for line in lines:
        if line.id in shown:
            assert (line.label, line.range) == (shown[line.id].label, shown[line.id].value)
            assert shown[line.id].mean.endswith(line.expected)


def test_every_measure_is_kept_as_exactly_as_it_was(study):
    given = made(study)
    keep(given)

    kept = read_numbers(given.manifest.code)

    assert kept == given.numbers
    by_run = {one.measure: one for one in kept if one.of == "runs"}
    assert [*by_run] == [*MEASURES]
    differences = compare([*replications(TRIED, RUNS, SEED)], [*replications(TODAY, RUNS, SEED)])
    for name in ("late_per_year", "cost_per_year_dkk", "load"):
        assert by_run[name].difference == differences[name].mean
        assert by_run[name].difference_low == differences[name].low
    assert {one.of for one in kept} == {"years", "youths", "runs"}


def test_its_code_rebuilds_the_numbers_by_command(study, tmp_path):
    given = made(study)
    keep(given)
    code = given.manifest.code

    answer = vejviser("rebuild", code, "--out", "again")

    assert answer.exit_code == 0, answer.output
    table = pd.read_csv(tmp_path / "again" / "comparison.csv", comment="#")
    late = table[table["measure"] == "late_per_year"]["mean"].to_list()
    (number,) = [
        one for one in given.numbers if (one.measure, one.of) == ("late_per_year", "years")
    ]
    assert late == pytest.approx([number.today, number.mean])


def test_on_another_machine_the_other_command_asks_the_same(study, tmp_path, monkeypatch):
    given = made(study)
    keep(given)
    here, elsewhere = commands(given.manifest.code)
    assert here.startswith(f"vejviser rebuild {given.manifest.code} --out ")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "elsewhere"))

    answer = vejviser(*elsewhere.split()[1:])

    assert answer.exit_code == 0, answer.output
    assert given.manifest.code in answer.output


def test_asked_again_the_model_says_the_same(study):
    given = made(study)
    keep(given)

    again = recalculate(given.manifest.code)

    assert again.answers.items() <= given.answers.items()
    assert again.program == {}
    assert (again.study.scenario, again.study.base) == (TRIED, TODAY)


def test_today_itself_is_a_run_and_has_nothing_beside_it():
    rows = [*replications(TODAY, RUNS, SEED)]
    given = made(Study(TODAY, rows, TODAY, rows))
    keep(given)

    assert given.manifest.kind == "run"
    assert given.answers["question"].endswith("som vi arbejder i dag?")
    assert all(one.today is None for one in figures_of(given.answers))
    assert recalculate(given.manifest.code).answers.items() <= given.answers.items()


def test_a_code_that_is_not_here_has_no_numbers_and_no_commands(tmp_path):
    assert read_numbers("K3QF-72MA-XW5D") == ()
    assert commands("K3QF-72MA-XW5D") == ()
    assert commands("no code at all") == ()
    with pytest.raises(ManifestError):
        recalculate("K3QF-72MA-XW5D")


@pytest.mark.parametrize("spoilt", ["", "[]x", "[1]", '[{"measure": "late_share"}]', "{}"])
def test_numbers_that_were_spoilt_are_none_at_all(study, spoilt):
    given = made(study)
    keep(given)
    archived(given.manifest.code).with_name("numbers.json").write_text(spoilt, "utf-8")

    assert read_numbers(given.manifest.code) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_fits_the_form_and_is_nothing_personal(study, language):
    many = TODAY.replace(
        coordinators=3, weekly_hours=25.5, caseload_ceiling=20, booking_horizon_weeks=4,
        reminders=True,
    )  # fmt: skip
    other = Study(many, study.results, TODAY, study.base_results)

    for one in (study, other):
        answers = made(one, language, place="Stor (350.000 indbyggere)", state="a=1").answers
        for key, answer in answers.items():
            item = FORM.item(key)
            assert item.allows(answer), key
            assert len(answer) <= item.limit, key
            assert not find(answer), key
            assert "…" not in answer
            assert not re.search(r"\.\.|\bnan\b", answer), key
    assert {
        "question",
        "tried",
        "findings",
        "not_modelled",
        "economy",
        "expected",
    } <= answers.keys()


def test_the_words_say_what_was_tried_and_what_is_left_out(study):
    answers = made(study, place="Lille").answers

    assert answers["question"].endswith("med 3 koordinatorer i stedet for 2?")
    assert answers["tried"].startswith("Lille. Prøvet: 3 koordinatorer i stedet for 2.")
    limits = [words for id, words in DANISH.words.items() if id.startswith("limits.")]
    assert all(words[1:] in answers["not_modelled"] for words in limits)
    assert f"{RUNS} gentagelser" in answers["certainty"]


def test_what_every_view_found_has_a_line_and_all_of_it_has_room(study):
    sentence = "Den mindste bemanding, der holder løftet i 9 af 10 år, er 3 koordinatorer."
    found = {view: [sentence] * 20 for view in ("compare", "map", "find", "flip")}

    answers = made(study, found=found).answers

    lines = answers["also_found"].splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        DANISH(f"workbench.view_{view}") for view in found
    ]
    assert all(sentence in line for line in lines)
    assert FORM.item("also_found").allows(answers["also_found"])
    assert len(answers["also_found"]) <= FORM.item("also_found").limit
    assert "also_found" not in made(study).answers


def test_own_numbers_are_told_with_their_sources_and_never_more_than_there_is_room_for(study):
    own = dict.fromkeys(parameters(), "Vores eget system, " + "som vi har talt i. " * 10)
    answers = made(study, own=own, today=TODAY).answers

    assert answers["municipality"] == "own"
    assert answers["own_figures"].startswith("Koordinatorer: 2")
    assert len(answers["own_figures"]) <= FORM.item("own_figures").limit
    assert re.search(r"… og \d+ tal til", answers["own_figures"].splitlines()[-1])
    few = made(study, own={"coordinators": ""}, today=TODAY).answers["own_figures"]
    assert few == "Koordinatorer: 2 personer (vores eget tal, uden kilde)"
    assert made(study).answers["municipality"] == "invented"


def test_what_it_is_held_against_is_named_where_it_is_not_today(study):
    answers = made(study, against="Tre koordinatorer").answers

    assert answers["against"] == "Tre koordinatorer"
    assert "Det er holdt op mod: Tre koordinatorer." in answers["tried"]
    assert "against" not in made(study).answers
