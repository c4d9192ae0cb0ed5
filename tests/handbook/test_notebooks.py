import ast
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from handbook.__main__ import main
from handbook.readability import chapter_lix, lix
from handbook.sync import digest, mark_translated, out_of_step
from handbook.tidy import read_notebook, tidied, tidy, write_notebook

HANDBOOK = Path(__file__).parents[2] / "handbook"
PAGES = sorted(
    file
    for folder in ("da", "en", "research/da", "research/en")
    for file in (HANDBOOK / folder).glob("*.ipynb")
)
POLICY = ("ny_politik.ipynb", "policy")
"""The one cell that defines a function: the policy of a researcher's own, which is what is handed over."""
CHAPTERS = [file for file in PAGES if re.match(r"\d\d_|velkommen", file.name)]


def named(file):
    return f"{file.parent.name}/{file.name}"


def text_of(file, kind="markdown"):
    return [cell["source"] for cell in read_notebook(file)["cells"] if cell["cell_type"] == kind]


@pytest.mark.parametrize("file", PAGES, ids=named)
def test_a_notebook_holds_only_what_a_person_wrote(file):
    notebook = read_notebook(file)

    assert tidied(notebook) == notebook


def test_the_twins_are_in_step():
    assert out_of_step(HANDBOOK) == []
    assert out_of_step(HANDBOOK / "research") == []


@pytest.mark.parametrize("file", PAGES, ids=named)
def test_a_code_cell_is_short_and_defines_nothing(file):
    for cell in read_notebook(file)["cells"]:
        if cell["cell_type"] == "code" and (file.name, cell["id"]) != POLICY:
            assert len(cell["source"].splitlines()) <= 12
            kinds = {type(step).__name__ for step in ast.walk(ast.parse(cell["source"]))}
            assert not kinds & {"FunctionDef", "AsyncFunctionDef", "ClassDef", "Lambda"}


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_new_policy_takes_under_30_lines(language):
    sources = text_of(HANDBOOK / "research" / language / POLICY[0], "code")

    lines = [line for source in sources for line in source.splitlines()]
    assert sum(bool(line.strip()) and not line.startswith("#") for line in lines) < 30


@pytest.mark.parametrize("file", PAGES, ids=named)
def test_a_page_has_a_title_and_one_first_heading(file):
    headings = re.findall(r"^# .+", "\n".join(text_of(file)), flags=re.MULTILINE)

    assert len(headings) == 1
    assert read_notebook(file)["metadata"]["title"].endswith("Vejviser")


@pytest.mark.parametrize("file", PAGES, ids=named)
def test_a_table_names_each_of_its_columns(file):
    headers = re.findall(r"^(\|.*\|)\n\|:?-", "\n".join(text_of(file)), flags=re.MULTILINE)

    assert [header for header in headers if re.search(r"\|\s*\|", header)] == []


@pytest.mark.parametrize("file", CHAPTERS, ids=named)
def test_a_chapter_is_plain(file):
    assert chapter_lix(file) < 45


def test_lix_is_words_a_sentence_and_long_words_in_per_cent():
    assert lix("Vi går nu. Du ser et forløb.") == pytest.approx(7 / 2)
    assert lix("Koordinatoren kommer. Hun ringer.") == pytest.approx(4 / 2 + 100 * 1 / 4)
    assert lix("") == 0


def test_lix_reads_neither_marks_nor_addresses():
    assert lix("**Du** går [hjem](sager.ipynb) [3].") == lix("Du går hjem.")
    assert lix("- Du går\n- Du ser\n\n| Du | Vi |") == lix("Du går. Du ser. Du. Vi.")


# --- The tools ---------------------------------------------------------------------------------


@pytest.fixture
def twins(tmp_path):
    for language, words in (("da", "Hej"), ("en", "Hello")):
        (tmp_path / language).mkdir()
        cells = [
            {"cell_type": "markdown", "id": "title", "metadata": {}, "source": f"# {words}"},
            {
                "cell_type": "code",
                "id": "sum",
                "metadata": {},
                "source": "1 + 1",
                "outputs": [],
                "execution_count": None,
            },
        ]
        notebook = {"cells": cells, "metadata": {"title": words}}
        write_notebook(tidied(notebook), tmp_path / language / "hej.ipynb")
    mark_translated(tmp_path, "hej.ipynb")
    return tmp_path


def change(file, change_cells):
    notebook = read_notebook(file)
    change_cells(notebook["cells"])
    write_notebook(notebook, file)


def test_twins_in_step_have_nothing_said_of_them(twins):
    assert out_of_step(twins) == []


@pytest.mark.parametrize(
    ("language", "change_cells", "said"),
    [
        (
            "da",
            lambda cells: cells[0].update(source="# Goddag"),
            "en/hej.ipynb, cell 'title' was translated from an older Danish text",
        ),
        (
            "en",
            lambda cells: cells[1].update(source="1 + 2"),
            "en/hej.ipynb, cell 'sum' has other code than its twin",
        ),
        (
            "en",
            lambda cells: cells.pop(),
            "en/hej.ipynb has the cells ['title']; da/hej.ipynb has ['title', 'sum']",
        ),
        (
            "en",
            lambda cells: cells[1].update(cell_type="markdown"),
            "en/hej.ipynb, cell 'sum' is of another kind than its twin",
        ),
    ],
)
def test_a_twin_that_is_behind_is_named(twins, language, change_cells, said):
    change(twins / language / "hej.ipynb", change_cells)

    assert out_of_step(twins) == [said]


def test_a_missing_twin_is_named(twins):
    (twins / "en" / "hej.ipynb").unlink()

    assert out_of_step(twins) == ["da/hej.ipynb has no twin in en/"]


def test_tidying_drops_what_a_run_left_behind_and_keeps_what_is_tested(twins):
    def run(cells):
        cells[1].update(execution_count=7, outputs=[{"output_type": "stream"}])
        cells[1]["metadata"]["collapsed"] = True
        cells.append({**cells[1], "id": "checked", "source": "# NBVAL_CHECK_OUTPUT\n2"})

    change(twins / "da" / "hej.ipynb", run)

    assert tidy(twins) == [twins / "da" / "hej.ipynb"]
    _, plain, checked = read_notebook(twins / "da" / "hej.ipynb")["cells"]
    assert (plain["execution_count"], plain["outputs"], plain["metadata"]) == (None, [], {})
    assert (checked["execution_count"], len(checked["outputs"])) == (1, 1)
    assert tidy(twins) == []


def test_a_digest_does_not_heed_blanks_at_the_end():
    assert digest("# Hej\n") == digest("# Hej") != digest("# Hej!")


def test_the_check_command_finds_this_handbook_in_step():
    told = CliRunner().invoke(main, ["check"])

    assert told.exit_code == 0, told.output
    assert "da/01_koordinator.ipynb: LIX" in told.output


def test_the_check_command_names_what_it_cannot_find():
    told = CliRunner().invoke(main, ["check", "--translated", "nosuch.ipynb"])

    assert told.exit_code == 2
    assert "no notebook 'nosuch.ipynb'" in told.output
