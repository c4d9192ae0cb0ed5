"""The command `vejviser calibrate`, as whoever owns the store types it."""

from datetime import date

import pytest
import time_machine
from typer.testing import CliRunner

from data.places import DATA_VARIABLE
from data.store import Store
from handbook.__main__ import main
from simulation import Scenario
from simulation.calibration.kept_calibration import newest_calibration
from simulation.calibration.recorded_run import recorded_run


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))


def vejviser(*words):
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False):
        given = ["calibrate", *words]
        return CliRunner().invoke(main, given, env={"COLUMNS": "200", "NO_COLOR": "1"})


def test_numbers_are_estimated_kept_and_shown_beside_ours():
    cases, meetings, _, _ = recorded_run(
        Scenario.preset("small", years=3, start=date(2023, 10, 1)), 5, 0
    )
    store = Store.open()
    store.change_settings(real_cases=True)
    for one in cases:
        store.save_case(one)
    store.add_records(meetings, "test")

    done = vejviser("small")

    assert done.exit_code == 0, done.output
    assert newest_calibration(store) is not None
    assert "Koordinatorens timer til et fast møde i alt" in done.output
    assert "Jeres" in done.output
    store.close()


def test_where_nothing_can_be_estimated_it_says_why():
    nothing = vejviser()
    wrong = vejviser("kæmpe")

    assert (nothing.exit_code, wrong.exit_code) == (2, 2)
    assert "ingen tjeklister" in nothing.output
    assert "»kæmpe« er ingen størrelse" in wrong.output
