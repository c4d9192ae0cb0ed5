import json
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from data import ListedCase, PostPlan
from data.places import DATA_VARIABLE
from simulation import Scenario
from simulation.experiments import manifest as module
from simulation.experiments.manifest import (
    Manifest,
    ManifestError,
    Record,
    archived,
    current_program,
    normal_code,
    read_record,
)
from simulation.experiments.recorded import (
    OtherProgramError,
    StoppedError,
    Work,
    other_bytes,
    perform,
    rebuild,
)
from tests.simulation.space import scenarios

SMALL = Scenario.preset("small", years=1, warm_up_years=1)
LISTED = SMALL.replace(
    posts=(PostPlan("K1", 30.0),),
    cases=(ListedCase("2026-014", date(2010, 5, 3), date(2026, 3, 1), "K1"),),
)
QUESTION = Manifest(kind="run", scenarios=[SMALL], seed=7, replications=4)
KINDS = {
    "run": QUESTION,
    "precision": replace(QUESTION, replications=30, arguments={"precision": 0.9}),
    "log": replace(QUESTION, replications=2, arguments={"log": True}),
    "case list": replace(QUESTION, scenarios=[LISTED]),
    "compare": Manifest(
        kind="compare",
        scenarios=[SMALL, SMALL.replace(coordinators=3)],
        seed=7,
        replications=4,
        arguments={"lang": "da"},
    ),
    "sweep": Manifest(
        kind="sweep",
        scenarios=[SMALL],
        seed=7,
        replications=12,
        arguments={"over": [["no_show", [0.3, 0.1]], ["coordinators", [1, 3]]]},
    ),
    "search": Manifest(
        kind="search",
        scenarios=[SMALL],
        seed=7,
        replications=40,
        arguments={"promise": "late_per_year <= 3", "probability": 0.6},
    ),
}


@pytest.fixture(autouse=True)
def _own_archive(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))


def bytes_of(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_the_same_question_has_the_same_code_and_the_code_is_short():
    again = Manifest(kind="run", scenarios=(SMALL.replace(),), seed=7, replications=4, arguments={})

    assert again.code == QUESTION.code == normal_code(QUESTION.code.replace("-", "").lower())
    assert len(QUESTION.code) == 14


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "compare"},
        {"seed": 8},
        {"replications": 5},
        {"engine": "simpy"},
        {"arguments": {"log": True}},
        {"arguments": {"over": [["a", [1]], ["b", [2]]]}},
        {"scenarios": [SMALL.replace(no_show=0.1501)]},
        {"scenarios": [SMALL.replace(rules=SMALL.rules[1:])]},
        {"scenarios": [LISTED]},
        {"scenarios": [LISTED.replace(cases=())]},
        {"scenarios": [SMALL, SMALL.replace(coordinators=3)]},
        *({"program": replace(current_program(), **{name: "other"})}
          for name in ("version", "sources", "lock", "python")),
        {"program": replace(current_program(), libraries={"numpy": "1"})},
    ],
)  # fmt: skip
def test_whatever_may_change_a_number_changes_the_code(changes):
    assert replace(QUESTION, **changes).code != QUESTION.code


def test_the_order_of_inputs_counts():
    swapped = [*reversed(KINDS["sweep"].arguments["over"])]

    assert replace(KINDS["sweep"], arguments={"over": swapped}).code != KINDS["sweep"].code


def test_another_process_in_another_folder_finds_the_same_code(tmp_path):
    script = (
        "from simulation import Scenario\n"
        "from simulation.experiments.manifest import Manifest\n"
        "small = Scenario.preset('small', years=1, warm_up_years=1)\n"
        "print(Manifest(kind='run', scenarios=[small], seed=7, replications=4).code)"
    )
    command = [sys.executable, "-W", "ignore", "-c", script]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == QUESTION.code


def test_sources_rules_and_lock_count_but_not_line_endings_nor_documents(tmp_path, monkeypatch):
    for room in ("data", "simulation"):
        (tmp_path / room).mkdir()
    rules, lock = tmp_path / "data" / "rules.toml", tmp_path / "requirements.lock"
    rules.write_bytes(b"a = 1\nb = 2\n")
    lock.write_bytes(b"numpy==1\n")
    monkeypatch.setattr(module, "_HOUSE", tmp_path)
    before = current_program.__wrapped__()

    rules.write_bytes(b"a = 1\r\nb = 2\r\n")
    (tmp_path / "data" / "README.md").write_text("words")
    assert current_program.__wrapped__() == before

    rules.write_bytes(b"a = 1\nb = 3\n")
    assert before.differences(current_program.__wrapped__()).keys() == {"sources"}

    rules.write_bytes(b"a = 1\nb = 2\n")
    lock.write_bytes(b"numpy==2\n")
    assert before.differences(current_program.__wrapped__()).keys() == {"lock"}


def test_arguments_that_no_file_can_hold_are_refused():
    with pytest.raises(ValueError, match="JSON"):
        replace(QUESTION, arguments={"share": float("nan")})


@settings(max_examples=25, deadline=None)
@given(scenario=scenarios())
def test_a_record_is_read_as_it_was_saved(scenario, tmp_path_factory):
    folder = tmp_path_factory.getbasetemp() / "record"
    question = replace(QUESTION, scenarios=[scenario, SMALL], arguments={"a": [1, "b"]})
    record = Record(manifest=question, files={"x.csv": "00"})
    record.save(folder)

    assert read_record(folder / "manifest.json") == record


def test_no_line_of_a_case_list_stands_in_a_manifest():
    text = Record(manifest=KINDS["case list"], files={}).text

    assert "2026-014" not in text
    assert "2010-05-03" not in text
    assert "K1" not in text


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("manifest.json", '"seed": 7', '"seed": 8', "was changed"),
        ("manifest.json", '"kind"', '"sort"', "no manifest"),
        ("manifest.json", "{", "", "no manifest"),
        ("manifest.json", '"coordinators": 2', '"coordinators": 0', "not the scenario"),
        ("scenario.toml", "2010-05-03", "2010-05-04", "not the scenario"),
        ("scenario.toml", "2026-014", "2026-015", "not the scenario"),
        ("scenario.toml", "no_show", "no_shows", "does not know"),
    ],
)
def test_a_record_that_was_changed_is_refused(tmp_path, file, old, new, said):
    Record(manifest=KINDS["case list"], files={}).save(tmp_path)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ManifestError, match=said):
        read_record(tmp_path / "manifest.json")


def test_a_scenario_of_another_version_is_refused_as_that(tmp_path):
    record = Record(manifest=QUESTION, files={})
    file = tmp_path / "manifest.json"
    file.write_text(record.text.replace('"no_show"', '"chance_of_no_show"'), encoding="utf-8")

    with pytest.raises(ManifestError, match="use the version that made it"):
        read_record(file)


@pytest.mark.parametrize("code", ["", "K3QF", "K3QF-72MA-XW5!", "../../etc"])
def test_what_is_no_code_is_refused(code):
    with pytest.raises(ManifestError, match="one looks like"):
        archived(code)


def test_a_code_nobody_recorded_is_refused_with_what_to_do():
    with pytest.raises(ManifestError, match="name the manifest"):
        archived(QUESTION.code)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_rebuilt_from_its_code_to_the_same_bytes(kind, tmp_path):
    _, record = perform(KINDS[kind], Work(folder=tmp_path / "first"))
    kept = read_record(archived(record.manifest.code))
    finished, again = rebuild(kept, Work(folder=tmp_path / "second"))

    assert finished.whole
    assert other_bytes(record, again) == ()
    assert bytes_of(tmp_path / "first") == bytes_of(tmp_path / "second")
    assert {*record.files, "manifest.json"} < {*bytes_of(tmp_path / "first")}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_finished_when_stopped_has_a_code_of_its_own_that_leads_back(kind, tmp_path):
    work = Work(folder=tmp_path / "first", report=lambda done, _: done and work.cancel.set())
    finished, record = perform(KINDS[kind], work)

    assert not finished.whole
    assert record.manifest.code != KINDS[kind].code
    rebuild(read_record(archived(record.manifest.code)), Work(folder=tmp_path / "second"))
    assert bytes_of(tmp_path / "first") == bytes_of(tmp_path / "second")


def test_nothing_is_kept_where_nothing_was_finished(tmp_path):
    work = Work(folder=tmp_path / "first")
    work.cancel.set()

    with pytest.raises(StoppedError):
        perform(QUESTION, work)
    assert not (tmp_path / "first" / "manifest.json").exists()


def test_another_program_is_not_taken_for_the_recorded_one(tmp_path, monkeypatch):
    _, record = perform(QUESTION, Work(folder=tmp_path / "first"))
    now = replace(current_program(), lock="another")
    monkeypatch.setattr("simulation.experiments.recorded.current_program", lambda: now)

    with pytest.raises(OtherProgramError, match=r"lock was .* is") as found:
        rebuild(record, Work(folder=tmp_path / "second"))
    assert found.value.differences.keys() == {"lock"}
    assert not (tmp_path / "second").exists()

    _, anyway = rebuild(record, Work(folder=tmp_path / "second"), anyway=True)
    assert anyway.manifest.code != record.manifest.code
    assert anyway.manifest.program == now
    assert read_record(tmp_path / "second" / "manifest.json") == anyway


def test_bytes_that_are_others_are_named(tmp_path):
    _, record = perform(QUESTION, Work(folder=tmp_path / "first"))
    recorded = replace(record, files={**record.files, "summary.csv": "other", "gone.csv": "1"})

    assert other_bytes(recorded, record) == ("summary.csv", "gone.csv")


def test_the_record_with_digests_outlives_later_runs_of_the_same_question(tmp_path):
    _, record = perform(QUESTION, Work(folder=tmp_path / "first"))
    perform(QUESTION)

    assert read_record(archived(record.manifest.code)).files == record.files


def test_files_of_an_earlier_experiment_go_and_others_stay(tmp_path):
    perform(KINDS["log"], Work(folder=tmp_path / "out"))
    (tmp_path / "out" / "notes.txt").write_text("mine")
    perform(KINDS["run"], Work(folder=tmp_path / "out"))

    names = {*bytes_of(tmp_path / "out")}
    assert "notes.txt" in names
    assert not {"log.csv.gz", "log.xes.gz"} & names


def test_a_manifest_of_something_else_is_not_written_over(tmp_path):
    (tmp_path / "manifest.json").write_text('{"name": "my page"}')

    with pytest.raises(ManifestError, match="choose another folder"):
        perform(QUESTION, Work(folder=tmp_path))
    assert json.loads((tmp_path / "manifest.json").read_text()) == {"name": "my page"}


def test_a_kind_that_does_not_exist_is_refused():
    with pytest.raises(ManifestError, match="knows compare, run, search, sweep"):
        perform(replace(QUESTION, kind="walk"))


def test_results_that_were_moved_can_be_rebuilt_from_their_folder(tmp_path):
    _, record = perform(KINDS["case list"], Work(folder=tmp_path / "first"))
    shutil.rmtree(tmp_path / "data")
    shutil.move(tmp_path / "first", tmp_path / "moved")

    _, again = rebuild(
        read_record(tmp_path / "moved" / "manifest.json"), Work(folder=tmp_path / "new")
    )

    assert other_bytes(record, again) == ()
