"""The command `vejviser report`, as whoever makes the report types it."""

from io import BytesIO

import pytest
import time_machine
from openpyxl import load_workbook
from pypdf import PdfReader
from typer.testing import CliRunner

from data.places import DATA_VARIABLE
from data.store import Store
from handbook.__main__ import main


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def vejviser(*words):
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False):
        return CliRunner().invoke(main, ["report", *words], env={"COLUMNS": "200", "NO_COLOR": "1"})


def test_a_report_is_written_and_never_overwritten(tmp_path):
    first = vejviser("2026-3", "ude.pdf", "--exercise", "--for", "politician")
    second = vejviser("2026-3", "ude.pdf", "--exercise")

    assert first.exit_code == 0, first.output
    words = PdfReader(BytesIO((tmp_path / "ude.pdf").read_bytes())).pages[0].extract_text()
    assert "ØVELSE" in words
    assert second.exit_code == 2
    assert "overskrives" in second.output or "overskrevet" in second.output


def test_a_real_edition_is_kept_and_its_leaving_is_in_the_log(tmp_path):
    done = vejviser("2025", "aar.xlsx")

    assert done.exit_code == 0, done.output
    assert load_workbook(tmp_path / "aar.xlsx").sheetnames
    store = Store.open()
    assert [line["purpose"] for line in store.history() if line["action"] == "export"]
    store.close()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("2027", "x.pdf"), "er ikke slut endnu"),
        (("næste år", "x.pdf"), "findes ikke"),
        (("2025", "x.odt"), "skal ende på"),
    ],
)
def test_what_cannot_be_made_is_refused_with_a_sentence(words, said):
    refused = vejviser(*words)

    assert refused.exit_code == 2
    assert said in refused.output
