"""The description of the model says what the model is, and is up to date."""

import re
from string import Template

import pytest

from data import parameters
from data.files import packaged
from simulation import MEASURES, codes
from simulation.description import PAGE, TEMPLATE, describe, first_difference
from simulation.description.__main__ import main
from simulation.description.facts import facts
from simulation.description.moves import read_moves, read_trials, try_out
from simulation.description.tables import MINUTES, tables, words
from simulation.plan import minutes_of
from simulation.scenario import Scenario

TEXT = packaged(TEMPLATE).read_text(encoding="utf-8")


def test_the_page_is_up_to_date():
    found = first_difference(PAGE.read_text(encoding="utf-8"), describe())

    assert found is None, f"run python -m simulation.description\n{found}"


def test_check_names_the_first_line_that_differs(tmp_path, monkeypatch, capsys):
    stale = tmp_path / "model.md"
    stale.write_text(describe().replace("### 1.1 Purpose", "### Purpose"), encoding="utf-8")
    monkeypatch.setattr("simulation.description.__main__.PAGE", stale)
    monkeypatch.setattr("sys.argv", ["description", "--check"])

    assert main() == 1

    told = capsys.readouterr().out
    assert "- ### Purpose" in told
    assert "+ ### 1.1 Purpose" in told
    monkeypatch.setattr("sys.argv", ["description"])
    assert main() == 0
    monkeypatch.setattr("sys.argv", ["description", "--check"])
    assert main() == 0


def test_every_slot_is_filled_and_everything_that_fills_is_used():
    slots = set(Template(TEXT).get_identifiers())

    assert slots == {*facts(), *tables()}


def test_no_number_of_the_model_is_typed_by_hand():
    prose = re.sub(r"```python.*?```", "", TEXT, flags=re.DOTALL)
    lines = [line for line in prose.splitlines() if not line.startswith("#")]
    # The phases of a youth, items of this page, and the year of the guideline.
    typed = re.findall(r"(?<![\w$$.])\d+(?:[.,]\d+)*\b", "\n".join(lines))

    items = set(re.findall(r"^#+ (\d\.?\d?) ", TEXT, flags=re.MULTILINE))
    assert not [number for number in typed if number not in {"18", "18th", "19", "2019", *items}]


@pytest.mark.parametrize(
    "item",
    ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2", "3.3", "3.4",
     "4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "5.4", "6.1"],
)  # fmt: skip
def test_every_item_of_the_guideline_has_its_heading(item):
    assert re.search(rf"^### {re.escape(item)} \w", TEXT, flags=re.MULTILINE)


def test_every_word_of_the_model_is_explained_and_no_other():
    said = words()

    assert tuple(said.activities) == codes.ACTIVITIES
    assert tuple(said.kinds) == codes.KINDS == tuple(MINUTES)
    assert tuple(said.causes) == codes.CAUSES
    assert tuple(said.purses) == codes.PURSES
    assert tuple(said.principles) == codes.PRINCIPLES
    assert set(said.priorities) == set(codes.PRIORITIES)
    assert tuple(said.leadership) == codes.LEADERSHIP_RULES
    used = {part for parts in MINUTES.values() for part in parts}
    assert used | {"appointment"} == set(minutes_of(Scenario.preset()))


def test_every_parameter_says_which_measures_it_moves():
    found = {moves.parameter: moves.moved for moves in read_moves().moves}

    assert list(found) == list(parameters())
    assert set(read_trials().other) == set(parameters())
    for id, moved in found.items():
        assert moved, id
        assert {one.measure for one in moved} <= MEASURES.keys(), id


@pytest.mark.parametrize("id", ["caseload_ceiling", "quorum"])
def test_what_a_number_moves_is_what_comes_out_when_it_is_tried(id):
    stored = {moves.parameter: moves for moves in read_moves().moves}[id]

    assert try_out(read_trials(), id) == stored, "run python -m simulation.description --moves"
