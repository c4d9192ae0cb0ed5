"""Long work: a button that starts it, how far it is, a button that gives it up, and what it came to.

It goes on in a thread of its own beside the page, which answers all the while. What it found so far is
shown as it grows, and stays when it is given up.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import ipywidgets as ipw

from widgets.page import Page, safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Asked = TypeVar("Asked")
Found = TypeVar("Found")
_BETWEEN_PICTURES = 0.3  # seconds; more often costs the browser more than it tells anyone


@dataclass(frozen=True)
class Work(Generic[Asked, Found]):
    """What is done, in four parts."""

    ask: Callable[[], Asked | None]
    """Read from the page what is asked, in the kernel's own thread; None where that cannot be asked,
    after saying why on the page."""
    steps: Callable[[Asked, threading.Event], Iterator[Found]]
    """Do it in a thread, yielding what is known so far; it stops early once the event is set."""
    draw: Callable[[Asked, Found, bool], str]
    """Return the HTML of what is known, in the thread; the last says whether the work is finished."""
    progress: Callable[[Found], tuple[int, int]]
    """Return how much is done, and of how much."""


class LongWork(ipw.VBox, Generic[Asked, Found]):
    """Starts *work* at a click on *label*; one at a time.

    Attributes:
        result: Where what was found is shown.
        found: What was asked and found last, once the work was finished; None while there is none.
    """

    def __init__(self, page: Page, label: str, work: Work[Asked, Found]) -> None:
        self._page, self._work = page, work
        texts = page.texts
        self.start = ipw.Button(description=label, button_style="primary")
        self.cancel = ipw.Button(description=texts("long_work.cancel"), disabled=True)
        self.bar = ipw.IntProgress(description=texts("long_work.progress"), max=1)
        self.bar.layout.display = "none"
        self.said = ipw.HTML()
        self.result = ipw.HTML().add_class("vv-results")
        self.found: tuple[Asked, Found] | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._finished: Callable[[], None] = lambda: None
        buttons = ipw.HBox([self.start, self.cancel]).add_class("vv-row")
        super().__init__([buttons, self.bar, self.said, self.result])
        self.add_class("vv-stack").add_class("vv-long-work")
        self.start.on_click(page.guard(lambda _: self._begin()))
        self.cancel.on_click(page.guard(lambda _: self._give_up()))

    def on_finished(self, callback: Callable[[], None]) -> None:
        """Call *callback*, in the thread, when work was finished and is shown."""
        self._finished = callback

    def mark_stale(self, words: str) -> None:
        """Say that what is shown answers something else than what is chosen; empty words take it back."""
        if words and self.result.value:
            self.result.add_class("vv-stale")
            self._say(words)
        elif "vv-stale" in self.result._dom_classes:
            self.result.remove_class("vv-stale")
            self._say("")

    def join(self, seconds: float) -> None:
        """Wait until the work has ended, for tests."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _begin(self) -> None:
        asked = self._work.ask()
        if asked is None:
            return
        self._stop.set()
        stop, before = threading.Event(), self._thread
        self._stop = stop
        self.found = None
        self._working(True)
        self.bar.value = 0
        self.mark_stale("")
        self._say(self._page.texts("long_work.begun"))

        def work() -> None:
            if before is not None:
                before.join()  # One at a time: the one before must have let go.
            try:
                self._do(asked, stop)
            finally:
                if self._stop is stop:
                    self._working(False)

        self._thread = threading.Thread(target=self._page.guard(work), daemon=True)
        self._thread.start()

    def _do(self, asked: Asked, stop: threading.Event) -> None:
        texts, began, drawn = self._page.texts, time.monotonic(), 0.0
        last: Found | None = None
        for last in self._work.steps(asked, stop):
            if stop.is_set():
                return
            done, all = self._work.progress(last)
            self.bar.max, self.bar.value = max(all, 1), done
            now = time.monotonic()
            if now - drawn >= _BETWEEN_PICTURES:
                self.result.value = self._work.draw(asked, last, False)
                # What is slow to draw is drawn less often.
                drawn = max(now, time.monotonic() + 2 * (time.monotonic() - now))
                said = {"done": texts.number(done), "all": texts.number(all)}
                self._say(texts("long_work.done", **said), aloud=False)
        if stop.is_set() or last is None:
            return
        self.result.value = self._work.draw(asked, last, True)
        self.found = asked, last
        seconds = texts.number(time.monotonic() - began, 1)
        self._say(texts("long_work.finished", seconds=seconds))
        self._finished()

    def _give_up(self) -> None:
        self._stop.set()
        self._working(False)
        known = "cancelled_known" if self.result.value else "cancelled"
        self._say(self._page.texts(f"long_work.{known}"))

    def _working(self, on: bool) -> None:
        self.start.disabled = on
        self.cancel.disabled = not on
        self.bar.layout.display = None if on else "none"

    def _say(self, words: str, *, aloud: bool = True) -> None:
        role = ' role="status"' if aloud else ""
        self.said.value = f"<p{role}>{safe(words)}</p>" if words else ""


def stale_words(page: Page, stale: bool) -> str:
    """Return the sentence for :meth:`LongWork.mark_stale`."""
    return page.texts("long_work.stale") if stale else ""
