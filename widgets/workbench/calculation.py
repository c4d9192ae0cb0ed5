"""One calculation at a time, beside the page: the scenario that is tried and the one it is held against."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulation import Scenario
    from simulation.results import Result
    from simulation.study import Study

RUNS = {"small": 100, "medium": 100, "large": 40}
"""Replications of each scenario: chance weighs less in a large municipality, and each takes longer."""
EARLY = 5
"""A first answer comes after one in so many replications."""
SEED = 1
_PATIENCE = 0.2  # seconds; what is ready by then becomes the first answer
_FEWEST = 8
"""Replications that even a first answer needs."""
_KEPT = 12
"""Scenarios whose results are kept, so that nobody waits for what was just looked at."""

Guard = Callable[[Callable[[], None]], Callable[[], None]]
"""Makes the thread's work such that its failure is told."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be calculated."""

    scenario: Scenario
    against: Scenario
    name: str
    runs: int


class Calculation:
    """Runs a scenario and another one, turn by turn, in a thread; what is overtaken tells nothing more.

    *answered* hears what the replications add up to, and how many seconds it took: once early, and at
    the end. It is called in the thread, so that reading and drawing do not stop the page either. The
    results of the latest scenarios are kept, also of those that were overtaken on their way.
    """

    def __init__(self, answered: Callable[[Study, float], None]) -> None:
        self._answered = answered
        self._cancel = threading.Event()
        self._thread: threading.Thread | None = None
        self._known: OrderedDict[Scenario, list[Result]] = OrderedDict()
        self._one_at_the_shelf = threading.Lock()

    def start(
        self, scenario: Scenario, against: Scenario, runs: int, guard: Guard, *, name: str = ""
    ) -> None:
        """Run *scenario* and *against* *runs* times each; an earlier calculation is given up.

        *name* is what *against* is called where it is not today.

        It is not waited for: it notices within one replication, and has nothing to say any more.
        """
        self.cancel()
        cancel = self._cancel = threading.Event()

        def work() -> None:
            self._work(Asked(scenario, against, name, runs), cancel)

        self._thread = threading.Thread(target=guard(work), daemon=True)
        self._thread.start()

    def prepare(self, today: Scenario, runs: int, guard: Guard) -> None:
        """Run *today* *runs* times while nobody waits; whoever asks next needs only what differs.

        Does nothing once something was asked for.
        """
        if self._thread is not None:
            return
        cancel = self._cancel = threading.Event()

        def work() -> None:
            for _ in self._runs((today,), runs, cancel):
                pass

        self._thread = threading.Thread(target=guard(work), daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Give the calculation up; nothing is told of it any more."""
        self._cancel.set()

    @property
    def wanted(self) -> bool:
        """Whether the calling thread is the one whose result is waited for."""
        return threading.current_thread() is self._thread and not self._cancel.is_set()

    def join(self, seconds: float) -> None:
        """Wait until the thread has ended, for tests."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _work(self, asked: Asked, cancel: threading.Event) -> None:
        # Loaded here: it takes seconds, and a page must answer before.
        from simulation.study import Study  # noqa: PLC0415

        began = time.monotonic()
        told = False
        scenario, against, runs = asked.scenario, asked.against, asked.runs
        both = (scenario,) if scenario == against else (scenario, against)
        for rows in self._runs(both, runs, cancel):
            done = len(rows[0])
            early = done >= max(_FEWEST, runs // EARLY) or (
                done >= _FEWEST and time.monotonic() - began > _PATIENCE
            )
            if done < runs and (told or not early):
                continue
            told = True
            study = Study(scenario, tuple(rows[0]), against, tuple(rows[-1]), asked.name)
            if not cancel.is_set():
                self._answered(study, time.monotonic() - began)

    def _runs(
        self, scenarios: tuple[Scenario, ...], runs: int, cancel: threading.Event
    ) -> Iterator[list[list[Result]]]:
        """Yield the results of each of *scenarios*, equally many of each, growing to *runs*.

        What is known of them is taken, and what is found is kept at once, for whoever overtakes this.
        """
        from simulation.experiments.replications import together  # noqa: PLC0415 (slow)

        rows = [self._take(scenario)[:runs] for scenario in scenarios]
        shared = min(map(len, rows))
        if shared == runs:
            yield rows
        for scenario, row in zip(scenarios, rows, strict=True):
            # Whoever has fewer catches up first; a cancelled one ends the work below.
            missing = max(map(len, rows)) - len(row)
            if not missing:
                continue
            for (result,) in together((scenario,), missing, SEED, first=len(row), cancel=cancel):
                row.append(result)
                self._keep(scenario, row)
                shared = min(map(len, rows))
                yield [row[:shared] for row in rows]
        if cancel.is_set() or shared == runs:
            return
        for results in together(scenarios, runs - shared, SEED, first=shared, cancel=cancel):
            for scenario, row, result in zip(scenarios, rows, results, strict=True):
                row.append(result)
                self._keep(scenario, row)
            yield rows

    def _take(self, scenario: Scenario) -> list[Result]:
        with self._one_at_the_shelf:
            return list(self._known.get(scenario, ()))

    def _keep(self, scenario: Scenario, row: list[Result]) -> None:
        with self._one_at_the_shelf:
            if len(row) >= len(self._known.get(scenario, ())):
                self._known[scenario] = row
            self._known.move_to_end(scenario)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
