"""One calculation at a time, beside the page: the chosen scenario and the same municipality today."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
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
_BETWEEN_REPORTS = 0.1  # seconds; more often costs the browser more than it tells anyone


class Calculation:
    """Runs a scenario and today's, turn by turn, in a thread; a cancelled one tells nothing more.

    *reported* hears how many replications are done, *answered* what they add up to: once early,
    and at the end. Both are called in the thread, so that reading and drawing do not stop the page
    either. The results of today's numbers are kept, so that a municipality runs them once.
    """

    def __init__(
        self, reported: Callable[[int], None], answered: Callable[[Study, float], None]
    ) -> None:
        self._reported = reported
        self._answered = answered
        self._cancel = threading.Event()
        self._thread: threading.Thread | None = None
        self._today: dict[Scenario, list[Result]] = {}

    def start(
        self,
        scenario: Scenario,
        today: Scenario,
        runs: int,
        guard: Callable[[Callable[[], None]], Callable[[], None]],
    ) -> None:
        """Run *scenario* and *today* *runs* times each; an earlier calculation is given up.

        *guard* makes the thread's work such that its failure is told.
        """
        self.cancel()
        cancel = self._cancel = threading.Event()
        before = self._thread

        def work() -> None:
            # One at a time: the one before must have let go.
            if before is not None:
                before.join()
            self._work(scenario, today, runs, cancel)

        self._thread = threading.Thread(target=guard(work), daemon=True)
        self._thread.start()

    def prepare(
        self,
        today: Scenario,
        runs: int,
        guard: Callable[[Callable[[], None]], Callable[[], None]],
    ) -> None:
        """Run *today* *runs* times while nobody waits; whoever asks next needs only what differs.

        Does nothing once something was asked for. It is never given up: loading the compiled twin is
        most of it, and the answer needs that too.
        """
        if self._thread is not None:
            return

        def work() -> None:
            from simulation.experiments.replications import replications  # noqa: PLC0415 (slow)

            self._today[today] = list(replications(today, runs, SEED))

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

    def _work(
        self, scenario: Scenario, today: Scenario, runs: int, cancel: threading.Event
    ) -> None:
        # Loaded here: it takes seconds, and a page must answer before.
        from simulation.study import Study  # noqa: PLC0415

        began = told = time.monotonic()
        own: list[Result] = []
        others: list[Result] = []
        for mine, other in self._pairs(scenario, today, runs, cancel):
            if not self.wanted:
                return
            own.append(mine)
            others.append(other)
            now = time.monotonic()
            if now - told >= _BETWEEN_REPORTS or len(own) == runs:
                told = now
                self._reported(len(own))
            if len(own) in {runs // EARLY, runs}:
                study = Study(scenario, tuple(own), today, tuple(others))
                self._answered(study, time.monotonic() - began)
        if len(others) == runs:
            self._today[today] = others

    def _pairs(
        self, scenario: Scenario, today: Scenario, runs: int, cancel: threading.Event
    ) -> Iterator[tuple[Result, Result]]:
        """Yield the results of *scenario* and *today*, running only what is not known."""
        from simulation.experiments.replications import paired_replications, replications  # noqa: PLC0415

        known = self._today.get(today)
        if scenario == today:
            alone = known or replications(today, runs, SEED, cancel=cancel)
            return ((result, result) for result in alone)
        if known:
            tried = replications(scenario, runs, SEED, cancel=cancel)
            return zip(tried, known, strict=False)
        return paired_replications(scenario, today, runs, SEED, cancel=cancel)
