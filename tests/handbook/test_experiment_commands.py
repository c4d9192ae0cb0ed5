"""The commands that carry out experiments, as a user types them."""

import errno
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from data import Texts
from data.places import DATA_VARIABLE
from handbook.__main__ import main
from handbook.named_scenario import said
from simulation import Scenario, ScenarioError, replicate, replications
from simulation.experiments.manifest import Program, Record, read_record
from simulation.experiments.scenario_file import save_scenario
from simulation.experiments.share_code import share_code
from simulation.machine_code import CACHE_VARIABLE

SHORT = ["--set", "years=1", "--set", "warm_up_years=1"]
SMALL = Scenario.preset("small", years=1, warm_up_years=1)


@pytest.fixture(autouse=True)
def _own_archive(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def vejviser(*words):
    return CliRunner().invoke(
        main, [str(word) for word in words], env={"COLUMNS": "200", "NO_COLOR": "1"}
    )


def bytes_of(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def code_in(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["code"]


def test_a_run_writes_its_tables_and_tells_single_years_first(tmp_path):
    answer = vejviser("run", "small", *SHORT, "--replications", 5, "--seed", 7, "--out", "results",
                      "--lang", "en")  # fmt: skip

    assert answer.exit_code == 0
    out = tmp_path / "results"
    assert {*bytes_of(out)} == {
        "manifest.json", "replications.csv", "replications.parquet", "scenario.toml", "summary.csv",
    }  # fmt: skip
    table = pd.read_parquet(out / "replications.parquet")
    pd.testing.assert_frame_equal(table, replicate(SMALL, 5, 7))
    assert len(pd.read_csv(out / "replications.csv")) == 5
    assert code_in(out) in answer.output
    lines = answer.output.splitlines()
    assert lines[0] == "5 runs of 1 year each, seed 7."
    late = next(line for line in lines if line.strip().startswith("Late meetings per year"))
    assert late.index("in 9 of 10 years") < late.index("on average")


def test_a_run_is_told_in_danish_unless_english_is_asked_for():
    answer = vejviser("run", "small", *SHORT, "--replications", 2)

    assert "Forsinkede møder pr. år" in answer.output
    assert "2 kørsler af 1 år" in answer.output


COMMANDS = {
    "run": ["run", "small", *SHORT, "--replications", 4, "--figures", "--report"],
    "run with logs": ["run", "small", *SHORT, "--replications", 2, "--log"],
    "run until precise": ["run", "small", *SHORT, "--precision", 0.9, "--replications", 30],
    "compare": ["compare", "small", "small+coordinators=3", *SHORT, "--replications", 4, "--report"],
    "sweep": ["sweep", "small", "no_show=0:0.3:2", "coordinators=3,1", *SHORT, "--replications", 3,
              "--promise", "late_per_year <= 3"],
    "search": ["search", "small", "late_per_year <= 3", *SHORT, "--replications", 40,
               "--over", "coordinators=1:3"],
}  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_whatever_a_command_writes_is_rebuilt_from_its_code(command, tmp_path):
    first = vejviser(*COMMANDS[command], "--out", "first")
    assert first.exit_code == 0, first.output
    code = code_in(tmp_path / "first")
    again = vejviser("rebuild", code.replace("-", "").lower(), "--out", "other", "--lang", "en")

    assert again.exit_code == 0, again.output
    assert "the same bytes as recorded" in again.output
    assert bytes_of(tmp_path / "first") == bytes_of(tmp_path / "other")


def test_the_share_code_of_what_was_run_is_told(tmp_path):
    answer = vejviser("run", "small", *SHORT, "--replications", 2)

    assert share_code(SMALL) in answer.output


def test_a_folder_of_results_can_be_rebuilt_on_another_machine(tmp_path):
    vejviser("run", "small", *SHORT, "--replications", 2, "--out", "first")
    answer = vejviser("rebuild", "--from", "first", "--out", "other", "--data-folder", "elsewhere")

    assert answer.exit_code == 0, answer.output
    assert bytes_of(tmp_path / "first") == bytes_of(tmp_path / "other")


def test_without_a_folder_the_answer_is_told_and_the_code_still_leads_back(tmp_path):
    answer = vejviser("run", "small", *SHORT, "--replications", 2)
    (code,) = [entry.name for entry in (tmp_path / "data" / "experiments").iterdir()]

    assert code in answer.output
    assert vejviser("rebuild", code, "--out", "other").exit_code == 0
    assert code_in(tmp_path / "other") == code


def test_a_rebuild_tells_what_has_changed_and_does_not_go_on_by_itself(tmp_path):
    vejviser("run", "small", *SHORT, "--replications", 2, "--out", "first")
    file = tmp_path / "first" / "manifest.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    record = read_record(file)
    program = Program(**told["program"] | {"lock": "another"})
    old = Record(manifest=replace(record.manifest, program=program), files=record.files)
    old.save(tmp_path / "old")

    refused = vejviser("rebuild", "--from", "old", "--out", "other", "--lang", "en")
    assert refused.exit_code == 3
    assert "lock: another then" in refused.output
    assert not (tmp_path / "other").exists()

    anyway = vejviser("rebuild", "--from", "old", "--out", "other", "--anyway", "--lang", "en")
    assert anyway.exit_code == 0
    assert code_in(tmp_path / "other") == record.manifest.code
    assert old.manifest.code in anyway.output


def test_other_bytes_than_recorded_have_a_status_of_their_own(tmp_path):
    vejviser("run", "small", *SHORT, "--replications", 2, "--out", "first")
    file = tmp_path / "first" / "manifest.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    told["files"]["summary.csv"] = "0" * 32
    file.write_text(json.dumps(told), encoding="utf-8")

    answer = vejviser("rebuild", "--from", "first", "--out", "other", "--lang", "en")

    assert answer.exit_code == 4
    assert "summary.csv" in answer.output


def test_a_scenario_is_a_preset_a_file_or_a_share_code_with_changes(tmp_path):
    save_scenario(SMALL, tmp_path / "mine.toml")
    ways = [["small", *SHORT], ["small+years=1", "--set", "warm_up_years=1"], ["mine.toml"],
            [share_code(SMALL)]]  # fmt: skip
    for number, words in enumerate(ways):
        answer = vejviser("run", *words, "--replications", 2, "--out", f"out{number}")
        assert answer.exit_code == 0, answer.output

    assert len({code_in(tmp_path / f"out{number}") for number in range(len(ways))}) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "huge"], "'huge' is no scenario; give a preset (small, medium, large)"),
        (["run", "small", "--set", "coordinators"], "write NAME=VALUE"),
        (["run", "small", "--set", "coordinatrs=3"], "did you mean coordinators, "),
        (["run", "small", "--set", "zzz=3"], "All numbers stand in docs/model.md"),
        (["run", "small", "--set", "coordinators=0"], "allowed: whole numbers from 1 to 1000 (persons)"),
        (["run", "small", "--set", "no_show=0,1"], "with a point before decimals"),
        (["run", "small", "--set", "pay_per_year=-1"], "numbers from 0 to 2000000"),
        (["run", "small", "--set", "priority=none"], "deadline_first, fixed_meetings_first"),
        (["run", "V1mAAAAAAAA"], "damaged on the way"),
        (["run", "broken.toml"], "broken.toml: format: this is no file of a scenario"),
        (["run", "small", "--engine", "steam"], "choose one of compiled, simpy"),
        (["run", "small", "--workers", "many"], "a number of processes, 1 or more"),
        (["run", "small", "--workers", "0"], "not '0'"),
        (["run", "small", "--figures"], "say with --out"),
        (["run", "small", *SHORT, "--replications", "1", "--out", "file/x"], "file/x"),
        (["compare", "small"], "give 2 to 8 scenarios to compare; there are 1"),
        (["compare", "small", "small"], "scenario 2 is the same as scenario 1"),
        (["compare", "small", "small+years=2"], "years is 2 in scenario 2 and 5 in the first"),
        (["sweep", "small", "coordinators"], "'coordinators' is no input"),
        (["sweep", "small", "coordinators=a:b"], "'coordinators=a:b' is no input"),
        (["sweep", "small", "priority=1:3"], "priority cannot be"),
        (["sweep", "small", "coordinators=0,1"], "coordinators cannot be 0; allowed"),
        (["sweep", "small", "coordinators=1:3", "--measure", "luck"], "no measure 'luck'"),
        (["sweep", "small", "coordinators=1:3", "--promise", "luck <= 1"], "no measure 'luck'"),
        (["sweep", "small", "luck=1,2"], "a scenario has no number 'luck'"),
        (["sweep", "small", "coordinators=1,2", "coordinators=3"], "coordinators stands twice"),
        (["sweep", "small", "years=1", "seed=2", "no_show=0"], "2 inputs at most; there are 3"),
        (["search", "small", "late_per_year <= 3", "--over", "luck=1,2"], "no number 'luck'"),
        (["search", "small", "breach_17_5 <= 0.1"], "is itself a probability"),
        (["search", "small", "few late meetings"], "write MEASURE<=NUMBER or"),
        (["rebuild", "--out", "x"], "give the code of an experiment"),
        (["rebuild", "no-code", "--out", "x"], "is no code"),
        (["rebuild", "K3QF-72MA-XW5D", "--out", "x"], "was recorded on this machine"),
    ],
)  # fmt: skip
def test_wrong_input_is_one_sentence_and_status_2(tmp_path, words, said):
    (tmp_path / "broken.toml").write_text("coordinators = 3")
    (tmp_path / "file").touch()

    answer, danish = (vejviser(*words, "--lang", lang) for lang in ("en", "da"))

    assert answer.exit_code == danish.exit_code == 2
    assert said in answer.output
    assert answer.output.startswith("vejviser: ")
    assert answer.output.count("\n") == danish.output.count("\n") == 1
    in_a_file = words[1] == "broken.toml"  # told in English, as --help says
    assert (danish.output == answer.output) == in_a_file


def test_a_case_that_no_longer_fits_is_not_taken_for_an_unknown_number():
    error = ScenarioError("cases", "2026-014", "must have a district from 1 to 2")

    assert said(error, Texts.read("da")) == str(error)


def test_a_map_tells_how_often_a_promise_is_kept(tmp_path):
    words = ["no_show=0:0.3:2", *SHORT, "--replications", 8, "--promise", "late_per_year <= 1.5"]
    answer = vejviser("sweep", "small", *words, "--out", "map")

    table = pd.read_parquet(tmp_path / "map" / "sweep.parquet")
    kept = [np.mean([r.measures["late_per_year"] <= 1.5 for r in replications(town, 8)])
            for town in (SMALL.replace(no_show=0.0), SMALL.replace(no_show=0.3))]  # fmt: skip
    assert table.groupby("no_show")["promise_kept"].first().tolist() == pytest.approx(kept)
    plain = answer.output.replace("\N{NO-BREAK SPACE}", " ")
    told = plain.partition("holdes løftet:")[2].splitlines()[1:3]
    for line, value, share in zip(told, ("0", "30"), kept, strict=True):
        assert line.startswith(f"  udeblivelse {value} %  ")
        assert f"  {100 * share:.0f} %  med 95 % sikkerhed mellem" in line


@pytest.mark.parametrize("group", [(), ("records",), ("people",)])
def test_no_help_line_is_cut_or_loses_its_end(group):
    answer = vejviser(*group, "--help")

    assert "..." not in answer.output.partition("Commands:")[2]


@pytest.mark.parametrize("command", ["run", "compare", "sweep", "search", "rebuild"])
def test_the_help_has_examples_and_the_exit_statuses(command):
    answer = vejviser(command, "--help")

    assert f"vejviser {command} " in answer.output.replace("Usage: vejviser", "")
    assert "Exit status: 0" in answer.output
    assert "130" in answer.output


def test_progress_is_shown_to_a_terminal_only():
    answer = vejviser("run", "small", *SHORT, "--replications", 2)

    assert answer.stderr == ""


@pytest.mark.parametrize("signals", [1, 2])
def test_ctrl_c_leaves_what_is_finished_and_a_second_one_ends_at_once(tmp_path, signals):
    words = ["run", "small", *SHORT, "--replications", "1000000", "--out", "cut", "--lang", "en"]
    terminal, end = pytest.importorskip("pty").openpty()
    command = subprocess.Popen(
        [sys.executable, "-m", "handbook", *words],
        stdout=subprocess.PIPE, stderr=end, text=True, env={**os.environ, "TERM": "xterm"},
    )  # fmt: skip
    os.close(end)
    shown = read_until(terminal, b" 2")  # the bar has begun to count
    command.send_signal(signal.SIGINT)
    if signals == 2:
        read_until(terminal, b"Stopping")
        command.send_signal(signal.SIGINT)
    shown += read_until(terminal)
    told = command.communicate(timeout=60)[0]

    assert command.returncode == 130
    assert b"Runs" in shown
    if signals == 2:
        assert b"ended at once by Ctrl-C" in shown
        return
    finished = len(pd.read_csv(tmp_path / "cut" / "replications.csv"))
    assert 1 <= finished < 1_000_000
    manifest = json.loads((tmp_path / "cut" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["replications"] == finished
    assert manifest["code"] in told
    assert b"stopped by Ctrl-C. What was finished is kept" in shown


def test_ctrl_c_before_the_work_begins_is_one_sentence_too(monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("handbook.named_scenario.named_scenario", interrupted)
    answer = vejviser("run", "small")

    assert answer.exit_code == 130
    assert answer.output == "vejviser: afbrudt straks med Ctrl-C; der kan mangle filer.\n"


def test_ctrl_c_while_the_simulation_is_compiled_is_one_sentence_too(tmp_path):
    command = subprocess.Popen(
        [sys.executable, "-m", "handbook", "run", "small", "--lang", "en"],
        stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, CACHE_VARIABLE: str(tmp_path / "cache")},
    )  # fmt: skip
    told = command.stderr.readline()
    os.killpg(command.pid, signal.SIGINT)  # as a terminal sends it, to every process of the command
    told += command.communicate(timeout=60)[1]

    assert command.returncode == 130
    assert told.count("\n") == 2
    assert told.endswith("vejviser: ended at once by Ctrl-C; files may be missing.\n")


def read_until(terminal, word=None):
    """What the terminal shows until *word*, or until the command has closed it."""
    shown = b""
    while word is None or word not in shown:
        try:
            part = os.read(terminal, 4096)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            break
        if not part:
            break
        shown += part
    return shown
