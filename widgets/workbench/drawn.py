"""What takes a moment to draw: made in a thread of its own, the latest question first."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import ipywidgets as ipw

from widgets.page import Page, safe

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable


class Drawn(ipw.VBox):
    """HTML that is made beside the page; what is shown is marked stale until it is there.

    *waits* is said while there is nothing to draw from, *draws* while something is drawn.
    """

    def __init__(self, page: Page, *, waits: str, draws: str) -> None:
        self._page, self._waits, self._draws = page, waits, draws
        self.said = ipw.HTML().add_class("vv-stale-note")
        self.result = ipw.HTML()
        super().__init__([self.said, self.result])
        self.add_class("vv-stack").add_class("vv-results")
        self._asked: Hashable = None
        self._shown: Hashable = None
        self._make: Callable[[], str] | None = None
        self._one_at_a_time = threading.Lock()
        self._at_work: threading.Thread | None = None

    def wait(self) -> None:
        """Say that there is nothing to draw from yet; what is drawn now will not be shown."""
        with self._one_at_a_time:
            self._asked = self._make = None
        self._mark(self._waits)

    def draw(self, question: Hashable, make: Callable[[], str]) -> None:
        """Show what *make* returns for *question*, unless that is what is shown.

        May be called from any thread. Where another question comes before it is drawn, it is left out.
        """
        with self._one_at_a_time:
            self._asked = question
            if question == self._shown:
                self._make = None
                self._mark("")
                return
            self._make = make
            self._mark(self._draws)
            if self._at_work is None:
                self._at_work = threading.Thread(target=self._page.guard(self._work), daemon=True)
                self._at_work.start()

    def join(self, seconds: float) -> None:
        """Wait until what was asked for is drawn, for tests."""
        at_work = self._at_work
        if at_work is not None:
            at_work.join(seconds)

    def _work(self) -> None:
        try:
            while (next_one := self._next()) is not None:
                question, make = next_one
                html = make()
                with self._one_at_a_time:
                    if question == self._asked:
                        self.result.value, self._shown = html, question
                        self._mark("")
        except Exception:
            with self._one_at_a_time:
                self._at_work = self._make = None
            self._mark("")
            raise

    def _next(self) -> tuple[Hashable, Callable[[], str]] | None:
        with self._one_at_a_time:
            make, self._make = self._make, None
            if make is None:
                self._at_work = None
                return None
            return self._asked, make

    def _mark(self, words: str) -> None:
        self.said.value = f'<p class="vv-control-note" role="status">{safe(words)}</p>'
        if not words:
            self.said.value = ""
        if words and self.result.value:
            self.result.add_class("vv-stale")
        else:
            self.result.remove_class("vv-stale")
