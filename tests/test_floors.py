"""The rule of the house: a room imports the rooms to its left, never those to its right."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = ["data", "simulation", "widgets", "handbook"]


def imported(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("floor", FLOORS)
def test_no_room_imports_one_to_its_right(floor):
    right = set(FLOORS[FLOORS.index(floor) + 1 :])
    for file in (ROOT / floor).rglob("*.py"):
        assert not right & set(imported(file)), file


@pytest.mark.parametrize("floor", FLOORS)
def test_no_room_is_named_after_nothing(floor):
    empty = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}
    assert not [file for file in (ROOT / floor).rglob("*") if file.stem in empty]
