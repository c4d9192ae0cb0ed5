"""The machine code of the twin: compiled once, found again, and compiled anew when a rule changes."""

import subprocess
import sys
from pathlib import Path

from data import Texts
from handbook.command_line import make_ready
from simulation import compiled, machine_code


def test_every_module_that_is_compiled_gives_the_folder_its_name():
    modules = {Path(str(module.__file__)).stem for module in compiled.RULES}

    others = {"chance", "codes", "state", "compiled_town"}
    assert modules | others | set(machine_code.ENTRIES) == set(machine_code.SOURCES)


def test_a_new_process_compiles_nothing():
    code = (
        "from numba.core.dispatcher import Dispatcher\n"
        "from importlib import import_module\n"
        "from simulation import Scenario, machine_code, run\n"
        "small = Scenario.preset('small', years=1)\n"
        "run(small).result\n"
        "run(small.replace(all_outside=True, outcomes=True, forced_change_at_18=True))\n"
        "run(small.replace(inflow_per_year=0, stay_from_assignment_months=6))\n"
        "entries = [import_module(f'simulation.{name}') for name in machine_code.ENTRIES]\n"
        "known = [one for module in entries for one in vars(module).values()]\n"
        "known = {id(one): one for one in known if isinstance(one, Dispatcher)}.values()\n"
        "for one in known:\n"
        "    print(*one.stats.cache_hits.values(), '|', *one.stats.cache_misses.values())"
    )

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    lines = [line.split("|") for line in said.stdout.splitlines()]
    assert sum(int(hits) for found, _ in lines for hits in found.split()) >= 7
    assert not [missed for _, missed in lines if missed.split()]


def test_a_change_in_a_rule_gives_another_folder(monkeypatch, tmp_path):
    here = tmp_path / "simulation"
    here.mkdir()
    for name in machine_code.SOURCES:
        source = Path(machine_code.__file__).with_name(f"{name}.py")
        (here / source.name).write_bytes(source.read_bytes())
    monkeypatch.setattr(machine_code, "_HERE", here)
    monkeypatch.setenv(machine_code.CACHE_VARIABLE, str(tmp_path))
    folder = machine_code.folder.__wrapped__
    before = folder()

    with (here / "casework.py").open("a") as rules:
        rules.write("# one more thought\n")

    assert folder() != before
    assert before.is_relative_to(tmp_path)


def test_whoever_starts_the_app_is_told_that_it_compiles(monkeypatch, capsys):
    done = []
    monkeypatch.setattr(machine_code, "is_ready", lambda: bool(done))
    monkeypatch.setattr(machine_code, "compile_aside", lambda: done.append(True))

    make_ready(Texts.read("da"))
    told = capsys.readouterr().out
    make_ready(Texts.read("da"))

    assert told == Texts.read("da")("command.compiling") + "\n"
    assert not capsys.readouterr().out
