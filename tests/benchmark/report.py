"""The whole benchmark as one Markdown page, written piece by piece as it comes."""

import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from . import (
    agreement,
    experiments,
    load,
    machine,
    records,
    sessions,
    speed,
    use,
    visitors,
    workbench,
)
from .engines import engines

ALIKE: dict[str, tuple[str, Any]] = {
    "records": ("Records: 10,000 checklists in a SQLite file", records),
    "sessions": ("Sessions: 25 participants at once, for a minute", sessions),
    "workbench": (
        "Workbench: one visitor in a browser, the medium municipality, 100 replications",
        workbench,
    ),
    "visitors": ("Visitors: 30 at the workbench at once, each with a kernel", visitors),
}
"""Sections that are a heading and a table: name → heading, and the module with both head and lines."""


class Page:
    """Prints what is added at once, and keeps it."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def add(self, text: str) -> None:
        """Add a paragraph."""
        print(text + "\n", flush=True)  # noqa: T201 (the page is the output)
        self.parts.append(text)

    def table(self, head: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
        """Add a table; every column but the first is set to the right."""
        rule = ["---", *["---:"] * (len(head) - 1)]
        self.add("\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *lines)))


def write(
    sections: Sequence[str], replications: int, rounds: int, of_load: tuple[int, float]
) -> tuple[str, bool]:
    """Measure what *sections* name; return the page, and whether the engines agree.

    *of_load* is the number of sessions and of minutes of the section ``load``.
    """
    page = Page()
    page.add("# Measured speed")
    page.add(
        "Written by `python tests/benchmark --write`; the README beside it says what is measured."
    )
    page.table(["", ""], machine.lines())
    agree = "speed" not in sections or _speed(page, replications, rounds)
    if "many" in sections:
        page.add("## Full model, medium municipality, 5 years, every measure, warm")
        page.table(["replications", "wall s", "ms each"], use.many())
    if "growth" in sections:
        page.add("## Growth: full model, 5 years, one replication with measures")
        lines, notes = use.growth()
        head = ["size", "youths", "CPU s", "÷ size 1", "peak MiB", "of these for the run"]
        page.table(head, lines)
        for note in notes:
            page.add(note)
    if "first" in sections:
        page.add("## First call in a fresh process, compiled code cached")
        page.table(["", "wall s"], use.first())
    if "experiments" in sections:
        page.add("## Experiments: medium municipality, 5 years, two processes, warm")
        page.table(["", "runs", "wall s"], experiments.table())
    for name, (heading, measured) in ALIKE.items():
        if name in sections:
            page.add(f"## {heading}")
            page.table(measured.HEAD, list(measured.table()))
    if "load" in sections:
        count, minutes = of_load
        page.add(f"## Load: {count} sessions at once for {minutes:g} minutes")
        page.add(machine.moment())
        page.table(load.HEAD, list(load.table(count, minutes)))
    return "\n\n".join(page.parts) + "\n", agree


def put_in(old: str, new: str) -> str:
    """Return the page *old* with the sections of *new* in the place of those of the same name."""
    head, *parts = _parts(old)
    for part in _parts(new)[1:]:
        places = [place for place, each in enumerate(parts) if _name(each) == _name(part)]
        if places:
            parts[places[0]] = part
        else:
            parts.append(part)
    return "\n\n".join([head, *parts]) + "\n"


def _parts(page: str) -> list[str]:
    return [part.strip() for part in re.split(r"^(?=## )", page, flags=re.MULTILINE)]


def _name(part: str) -> str:
    """Return the heading up to its colon; what comes after tells how much was measured."""
    return part.partition("\n")[0].partition(":")[0]


def _speed(page: Page, replications: int, rounds: int) -> bool:
    with TemporaryDirectory() as folder:
        found, notes = engines(Path(folder))
        for note in notes:
            page.add(note)
        page.add(f"## Do the engines agree? Means of {replications} replications, ± 95 %")
        lines, faults = agreement.compare({one.name: one.means for one in found}, replications)
        page.table(["", *(one.name for one in found)], lines)
        if faults:
            page.add("**They do not agree, so nothing is timed.**")
            page.add("\n".join(f"- {fault}" for fault in faults))
            return False
        page.add("They do.")
        page.add(f"## The reduced model: CPU time, median of {rounds} rounds (least–most)")
        page.table(speed.HEAD, speed.table(found, rounds))
    return True
