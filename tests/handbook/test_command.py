"""The command's words, and the researcher's copies."""

import pytest
from typer.testing import CliRunner

from handbook.__main__ import main
from handbook.research_folder import copy_notebooks
from handbook.server import open_browser


def test_a_copy_that_was_changed_is_never_overwritten(tmp_path):
    source, own = tmp_path / "source", tmp_path / "own"
    source.mkdir()
    (source / "a.ipynb").write_text("new")
    (source / "b.ipynb").write_text("new")
    own.mkdir()
    (own / "a.ipynb").write_text("mine")

    added = copy_notebooks(source, own)

    assert added == [own / "b.ipynb"]
    assert (own / "a.ipynb").read_text() == "mine"
    assert copy_notebooks(source, own) == []


def test_the_version_is_told():
    answer = CliRunner().invoke(main, ["--version"])

    assert answer.exit_code == 0
    assert answer.output.startswith("vejviser 0.")


@pytest.mark.parametrize("word", ["--port", "--token", "--data-folder", "--no-preheat", "--lang"])
def test_the_help_names_each_option(word):
    answer = CliRunner().invoke(main, ["app", "--help"], env={"COLUMNS": "120", "NO_COLOR": "1"})

    assert word in answer.output


def test_an_unknown_language_is_one_sentence_and_status_2():
    answer = CliRunner().invoke(main, ["app", "--lang", "no"])

    assert answer.exit_code == 2
    assert "there are: da, en" in answer.output
    assert "Traceback" not in answer.output


def test_a_data_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    answer = CliRunner().invoke(main, ["app", "--data-folder", str(tmp_path / "file" / "x")])

    assert answer.exit_code == 2
    assert "cannot be made" in answer.output


def test_no_browser_is_opened_without_a_screen(monkeypatch):
    opened = []
    monkeypatch.setattr("handbook.server.webbrowser.get", lambda: opened.append("asked"))
    monkeypatch.setattr("handbook.server.sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    open_browser("http://127.0.0.1:1/")

    assert opened == []
