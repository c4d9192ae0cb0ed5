"""One calculation at a time, beside the page: the chosen scenario and the same municipality today."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulation import Scenario
    from simulation.results import Result
    from simulation.study import Study

RUNS = 100
"""Replications of each scenario."""
SEED = 1
_BETWEEN_REPORTS = 0.1  # seconds; more often costs the browser more than it tells anyone


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a calculation is."""

    comparing: bool
    """Whether it has come to today's numbers."""
    done: int
    """Replications done of the scenario at hand."""
    before: int
    """Replications done before it."""
    all: int
    """Replications of the whole calculation."""


class Calculation:
    """Runs scenarios in a thread; what came of it is told through the callbacks, unless cancelled.

    *finished* is called in the thread, so that reading and drawing do not stop the page either. The
    results of today's numbers are kept and run once for each municipality.
    """

    def __init__(
        self, reported: Callable[[Progress], None], finished: Callable[[Study, float], None]
    ) -> None:
        self._reported = reported
        self._finished = finished
        self._cancel = threading.Event()
        self._thread: threading.Thread | None = None
        self._today: dict[Scenario, list[Result]] = {}

    def start(
        self, scenario: Scenario, today: Scenario, guard: Callable[[Callable[[], None]], object]
    ) -> None:
        """Begin with *scenario*; an earlier calculation is given up. *guard* tells of failures."""
        self.cancel()
        cancel = self._cancel = threading.Event()

        def work() -> None:
            self._work(scenario, today, cancel)

        self._thread = threading.Thread(target=guard(work), daemon=True)  # type: ignore[arg-type]
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

    def _work(self, scenario: Scenario, today: Scenario, cancel: threading.Event) -> None:
        # Loaded here: they take seconds, and a page must answer before.
        from simulation.experiment import replications  # noqa: PLC0415
        from simulation.study import Study  # noqa: PLC0415

        began = time.monotonic()
        known = self._today.get(today)
        apart = scenario != today
        all = (RUNS if apart else 0) + (0 if known else RUNS)
        own: list[Result] = []
        if apart:
            found = replications(scenario, RUNS, SEED, cancel=cancel)
            own = self._counted(found, comparing=False, before=0, all=all)
        if known is None and not cancel.is_set():
            found = replications(today, RUNS, SEED, cancel=cancel)
            known = self._counted(found, comparing=apart, before=len(own), all=all)
            if len(known) == RUNS:
                self._today[today] = known
        if not self.wanted or known is None:
            return
        study = Study(scenario, own if apart else known, today, known)
        self._finished(study, time.monotonic() - began)

    def _counted(
        self,
        found: Iterable[Result],
        *,
        comparing: bool,
        before: int,
        all: int,
    ) -> list[Result]:
        results: list[Result] = []
        last = 0.0
        for result in found:
            results.append(result)
            now = time.monotonic()
            if not self.wanted:
                break
            if now - last >= _BETWEEN_REPORTS or len(results) == RUNS:
                last = now
                self._reported(Progress(comparing, len(results), before, all))
        return results
