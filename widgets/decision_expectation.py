"""Keeps what a decision expects of each quarter, as soon as there is a decision."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import ipywidgets as ipw

from data.decisions import EXPECTATION
from data.store_errors import StoreError
from widgets.page import Page, safe

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.records import Record
    from data.store import Store


class DecisionExpectation(ipw.VBox):
    """Says whether the expectation of a decision is kept, and counts and keeps it where it is not.

    The counting goes on in a thread beside the page. Closed in the middle of it, nothing is kept, and the
    next page that opens the decision begins again.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.said = ipw.HTML()
        super().__init__([self.said])

    def show(
        self, store: Store, decision: Record, finished: Callable[[], None] = lambda: None
    ) -> None:
        """Say how it stands with *decision*, and call *finished* when nothing more is to be counted.

        Where something is counted, *finished* is called in the thread that does it.
        """
        self.leave()
        self.said.value = ""
        if not decision.answers.get("code"):
            finished()
            return
        if self._tell_kept(store, decision):
            finished()
            return
        stop = self._stop = threading.Event()

        def work() -> None:
            # Whatever becomes of it, the decision itself is kept.
            try:
                self._count(store, decision, stop)
            finally:
                if not stop.is_set():
                    finished()

        self._thread = threading.Thread(target=self._page.guard(work), daemon=True)
        self._thread.start()

    def leave(self) -> None:
        """Give up what is counted."""
        self._stop.set()

    def join(self, seconds: float) -> None:
        """Wait until what is counted has ended, for tests."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _count(self, store: Store, decision: Record, stop: threading.Event) -> None:
        from simulation.experiments.expectation import expectation_of  # noqa: PLC0415 (slow)
        from simulation.experiments.manifest import ManifestError  # noqa: PLC0415 (slow)

        texts = self._page.texts
        try:
            for found in expectation_of(store, decision, stop):
                if stop.is_set():
                    return
                done, all_runs = texts.number(found.runs), texts.number(found.all_runs)
                self._say(texts("decision.expectation_counting", done=done, all=all_runs))
            self._tell_kept(store, decision)
        except ManifestError:
            self._say("")  # It was asked on another machine; following it up says so.

    def _tell_kept(self, store: Store, decision: Record) -> bool:
        try:
            kept = store.load(decision.case, EXPECTATION, decision.occasion)
        except StoreError:
            return False
        if kept.saved_on is None or kept.answers.get("code") != decision.answers.get("code"):
            return False
        date = self._page.texts.date(kept.saved_on)
        self._say(self._page.texts("decision.expectation_kept", date=date))
        return True

    def _say(self, words: str) -> None:
        self.said.value = f'<p class="vv-saved">{safe(words)}</p>' if words else ""
