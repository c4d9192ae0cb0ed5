"""Long work: a button that starts it, how far it is, a button that gives it up, and what it came to.

It goes on in a thread of its own beside the page, which answers all the while. What it found so far is
shown as it grows, and stays when it is given up. Work that was given up or overtaken tells nothing more,
not even that it failed.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

import ipywidgets as ipw

from widgets.page import Page, safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Asked = TypeVar("Asked")
Found = TypeVar("Found")
_BETWEEN_REPORTS = 0.1  # seconds; more often costs the browser more than it tells anyone
_BETWEEN_PICTURES = 0.3


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
        asked: What was asked last, finished or not; None before anything was.
        found: What was asked and found last, once the work was finished; None while there is none.
    """

    def __init__(self, page: Page, label: str, work: Work[Asked, Found]) -> None:
        self._page, self._work = page, work
        texts = page.texts
        self.start = ipw.Button(description=label, button_style="primary")
        self.cancel = ipw.Button(description=texts("long_work.cancel"), disabled=True)
        self.bar = ipw.IntProgress(max=1)
        self.said = ipw.HTML()
        self.result = ipw.HTML().add_class("vv-results")
        # Room for what comes later: nothing jumps when work begins.
        self.bar.layout.visibility = "hidden"
        self.bar.layout.flex, self.bar.layout.width = "1 1 160px", "auto"
        self.said.layout.min_height = "24px"
        self.asked: Asked | None = None
        self.found: tuple[Asked, Found] | None = None
        self._stop = threading.Event()
        self._telling = threading.RLock()
        self._thread: threading.Thread | None = None
        self._finished: Callable[[], None] = lambda: None
        self._grown: Callable[[Asked, Found, bool], None] = lambda *_: None
        self._state, self._stale = "", ""
        self._on = False
        self._outdated = False  # what is shown was found before what was asked last
        buttons = ipw.HBox([self.start, self.cancel, self.bar]).add_class("vv-row")
        super().__init__([buttons, self.said, self.result])
        self.add_class("vv-stack").add_class("vv-long-work")
        self.start.on_click(page.guard(lambda _: self.begin()))
        self.cancel.on_click(page.guard(lambda _: self.give_up()))

    def on_finished(self, callback: Callable[[], None]) -> None:
        """Call *callback*, in the thread, when work was finished and is shown."""
        self._finished = callback

    def on_grown(self, callback: Callable[[Asked, Found, bool], None]) -> None:
        """Call *callback*, in the thread, with what :attr:`Work.draw` got, when that is shown.

        For a view that shows what is found by a widget of its own.
        """
        self._grown = callback

    @property
    def running(self) -> bool:
        """Whether something is worked on that is still waited for."""
        return self._on

    def mark_stale(self, words: str) -> None:
        """Say that what was asked last is not what is chosen any more; empty words take it back."""
        with self._telling:
            self._stale = words if self.asked is not None else ""
            self._shade()
            if not self._on:
                self._show_words()

    def join(self, seconds: float) -> None:
        """Wait until the work has ended, for tests."""
        if self._thread is not None:
            self._thread.join(seconds)

    def begin(self) -> None:
        """Do what a click on the button does; what is under way is given up."""
        asked = self._work.ask()
        if asked is None:
            return
        stop, before = threading.Event(), self._thread
        with self._telling:
            self._stop.set()
            self._stop = stop
            self.asked, self.found = asked, None
            self.bar.value = 0
            self._working(True)
            self._stale, self._outdated = "", bool(self.result.value)
            self._shade()
            self._say(self._page.texts("long_work.begun"))

        def work() -> None:
            if before is not None:
                before.join()  # One at a time: the one before must have let go.
            try:
                self._do(asked, stop)
            except Exception:
                if self._tell(stop, self._fail):
                    raise

        self._thread = threading.Thread(target=self._page.guard(work), daemon=True)
        self._thread.start()

    def give_up(self) -> None:
        """Do what a click on Cancel does."""
        with self._telling:
            if not self._on:
                return
            self._stop.set()
            self._working(False)
            if self._outdated:
                self._end("long_work.cancelled", "long_work.stale")
            else:
                self._end(f"long_work.{'cancelled_known' if self.result.value else 'cancelled'}")

    def clear(self) -> None:
        """Give up what is under way and show nothing, as before anything was asked."""
        with self._telling:
            self._stop.set()
            self._working(False)
            self.asked = self.found = None
            self._stale, self._outdated, self.result.value = "", False, ""
            self._shade()
            self._say("")

    def _do(self, asked: Asked, stop: threading.Event) -> None:
        began, told, drawn = time.monotonic(), 0.0, 0.0
        last: Found | None = None
        for last in self._work.steps(asked, stop):
            if stop.is_set():
                return
            now = time.monotonic()
            if now - told >= _BETWEEN_REPORTS:
                told = now
                self._tell(stop, partial(self._report, *self._work.progress(last)))
            if now - drawn >= _BETWEEN_PICTURES:
                self._show(asked, last, stop, finished=False)
                # What is slow to draw is drawn less often.
                drawn = time.monotonic() + 2 * (time.monotonic() - now)
        if last is None:
            self._tell(stop, lambda: self._finish("", None))
            return
        self._show(asked, last, stop, finished=True)
        seconds = self._page.texts.number(time.monotonic() - began, 1)
        said = self._page.texts("long_work.finished", seconds=seconds)
        if self._tell(stop, lambda: self._finish(said, (asked, last))):
            self._finished()

    def _show(self, asked: Asked, found: Found, stop: threading.Event, *, finished: bool) -> None:
        html = self._work.draw(asked, found, finished)

        def show() -> None:
            self.result.value = html
            self._outdated = False
            self._shade()
            self._grown(asked, found, finished)

        self._tell(stop, show)

    def _tell(self, stop: threading.Event, tell: Callable[[], None]) -> bool:
        """Tell something of the work that *stop* stops, unless it is; return whether it was told.

        A click on Cancel waits until a sentence is told, so that none comes after it.
        """
        with self._telling:
            if stop.is_set():
                return False
            tell()
            return True

    def _report(self, done: int, all: int) -> None:
        texts = self._page.texts
        self.bar.max, self.bar.value = max(all, 1), done
        said = {"done": texts.number(done), "all": texts.number(all)}
        self._say(texts("long_work.done", **said), aloud=False)

    def _finish(self, said: str, found: tuple[Asked, Found] | None) -> None:
        self.found = found
        self._working(False)
        self._say(said)

    def _fail(self) -> None:
        self._working(False)
        outdated = ("long_work.stale",) if self._outdated else ()
        self._end("long_work.failed", *outdated)

    def _end(self, *ids: str) -> None:
        self._say(" ".join(self._page.texts(id) for id in ids))

    def _shade(self) -> None:
        if self._stale or self._outdated:
            self.result.add_class("vv-stale")
        else:
            self.result.remove_class("vv-stale")

    def _working(self, on: bool) -> None:
        self._on = on
        self.start.disabled = on
        self.cancel.disabled = not on
        self.bar.layout.visibility = "visible" if on else "hidden"

    def _say(self, words: str, *, aloud: bool = True) -> None:
        self._state = words
        self._show_words(aloud=aloud)

    def _show_words(self, *, aloud: bool = True) -> None:
        """Show how the work is going or, of work that has ended, whether it is outdated."""
        stale = bool(self._stale) and not self._on
        words = self._stale if stale else self._state
        role = ' role="status"' if aloud else ""
        look = ' class="vv-look"' if stale else ""
        self.said.value = f"<p{role}{look}>{safe(words)}</p>" if words else ""


def stale_words(page: Page, stale: bool) -> str:
    """Return the sentence for :meth:`LongWork.mark_stale`."""
    return page.texts("long_work.stale") if stale else ""
