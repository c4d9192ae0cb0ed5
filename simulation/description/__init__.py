"""The description of the model for those who review or replicate it, built from the code and the data.

``docs/model.md`` follows STRESS-DES (Monks and others 2019). Its text stands in
``data/definitions/model.md.in``; every number in it is a slot, filled when it is built.
"""

from pathlib import Path
from string import Template

from data.files import packaged
from simulation.description.facts import facts
from simulation.description.tables import tables

TEMPLATE = "definitions/model.md.in"
PAGE = Path(__file__).parents[2] / "docs" / "model.md"


def describe() -> str:
    """Return the description.

    Raises :exc:`KeyError` for a slot that nothing fills.
    """
    text = packaged(TEMPLATE).read_text(encoding="utf-8")
    return Template(text).substitute({**facts(), **tables()})


def first_difference(old: str, new: str) -> str | None:
    """Say where *old* and *new* first differ, or return None."""
    olds, news = old.splitlines(), new.splitlines()
    for number in range(max(len(olds), len(news))):
        mine = olds[number] if number < len(olds) else "(no line)"
        theirs = news[number] if number < len(news) else "(no line)"
        if mine != theirs:
            return f"line {number + 1}:\n- {mine}\n+ {theirs}"
    return None
