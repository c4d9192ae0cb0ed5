"""The engines side by side: what each is, how it runs once, and the means it gives."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from simulation import Run, Scenario, run
from simulation.cohort import draw
from simulation.model import follow

from . import agreement, loop, textbook
from .scenario import numbers, reduced_scenario

SEED = 1


@dataclass(frozen=True)
class Engine:
    """One way to run the reduced model."""

    name: str
    once: Callable[[int], object]
    """Runs a replication with its complete event log, and nothing else."""
    means: agreement.Engine
    rows: Callable[[int], int]
    """The number of rows in the event log of a replication."""
    in_a_round: int
    """Replications in a round, so that every engine is at work for a while."""


def engines(folder: Path) -> tuple[list[Engine], list[str]]:
    """Return the engines that there are, the textbook one first, and a note for each that is missing.

    The C loop is compiled into *folder*.
    """
    scenario = reduced_scenario()
    plain = numbers(scenario)
    found = [
        Engine(
            "textbook SimPy",
            lambda r: textbook.run(plain, SEED, r),
            lambda r: agreement.of_textbook(textbook.run(plain, SEED, r), plain),
            lambda r: len(textbook.run(plain, SEED, r)),
            1,
        )
    ]
    notes = []
    found += [_ours(scenario, "simpy", 1), _ours(scenario, "compiled", 25), _kept(scenario)]
    library = loop.build(folder)
    if library is None:
        notes.append("No C compiler was found, so the C loop is left out.")
    else:
        ready = loop.prepare(library, plain)
        found.append(
            Engine(
                "C loop",
                lambda r: ready.run(SEED, r),
                lambda r: agreement.of_loop(ready.rows(SEED, r), plain),
                lambda r: ready.run(SEED, r),
                25,
            )
        )
    return found, notes


def _kept(scenario: Scenario) -> Engine:
    """Return the twin on cohorts that are kept, as for a leader who moves a slider."""
    cohorts = [draw(scenario, SEED, replication) for replication in range(5)]

    def once(replication: int) -> Run:
        kept = replication % len(cohorts)
        return follow(scenario, cohorts[kept], SEED, kept)

    return Engine(
        "our compiled twin, chance drawn before",
        once,
        lambda r: agreement.of_ours(run(scenario, SEED, r).measures, scenario.years),
        lambda r: len(once(r).events),
        25,
    )


def _ours(scenario: Scenario, engine: Literal["simpy", "compiled"], in_a_round: int) -> Engine:
    return Engine(
        {"simpy": "our SimPy engine", "compiled": "our compiled twin"}[engine],
        lambda r: run(scenario, SEED, r, engine=engine),
        lambda r: agreement.of_ours(run(scenario, SEED, r, engine=engine).measures, scenario.years),
        lambda r: len(run(scenario, SEED, r, engine=engine).events),
        in_a_round,
    )
