"""The whole benchmark as one Markdown page, written piece by piece as it comes."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from . import agreement, experiments, machine, records, sessions, speed, use, visitors, workbench
from .engines import engines


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


def write(sections: Sequence[str], replications: int, rounds: int) -> tuple[str, bool]:
    """Measure what *sections* name; return the page, and whether the engines agree."""
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
    if "records" in sections:
        page.add("## Records: 10,000 checklists in a SQLite file")
        page.table(records.HEAD, list(records.table()))
    if "sessions" in sections:
        page.add("## Sessions: 25 participants at once, for a minute")
        page.table(sessions.HEAD, list(sessions.table()))
    if "workbench" in sections:
        page.add(
            "## Workbench: one visitor in a browser, the medium municipality, 100 replications"
        )
        page.table(workbench.HEAD, list(workbench.table()))
    if "visitors" in sections:
        page.add("## Visitors: 30 at the workbench at once, each with a kernel")
        page.table(visitors.HEAD, list(visitors.table()))
    return "\n\n".join(page.parts) + "\n", agree


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
