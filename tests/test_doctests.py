"""Every example in a docstring says what it says."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = [
    ".".join(file.relative_to(ROOT).with_suffix("").parts)
    for room in ("data", "simulation", "widgets", "handbook")
    for file in sorted((ROOT / room).rglob("*.py"))
    if ">>>" in file.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_module_are_true(module):
    name = module.removesuffix(".__init__")

    tried = doctest.testmod(importlib.import_module(name), extraglobs={})

    assert tried.attempted > 0
    assert tried.failed == 0
