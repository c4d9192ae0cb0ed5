"""The way of a record into the official case system: a text to copy, and a reminder until it is done."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as ipw
import traitlets as tl

from data.records import Record
from data.texts import Texts
from widgets.page import Page, safe

_STATIC = Path(__file__).parent / "static"


class Copying(anywidget.AnyWidget):
    """A text to read, with a button that copies it; where that is not allowed, it is selected.

    *made* makes the text. At the click, *save* is called and the text made anew, so that what was
    typed a moment before is in what is copied.
    """

    _esm = _STATIC / "copying.js"

    text = tl.Unicode(help="What is copied.").tag(sync=True)
    words = tl.Dict(help="The words of the button.").tag(sync=True)

    def __init__(
        self,
        made: Callable[[], str],
        save: Callable[[], None],
        texts: Texts,
        guard: Callable[[Callable[..., None]], Callable[..., Any]],
    ) -> None:
        self._made = made
        self._save = save
        named = {"label": "form.journal", "copy": "form.copy", "copied": "form.copied"}
        words = {name: texts(id) for name, id in named.items()}
        super().__init__(text=made(), words={**words, "failed": texts("form.copy_failed")})
        self.on_msg(guard(self._on_message))

    def follow(self) -> None:
        """Make the text anew."""
        self.text = self._made()

    def _on_message(self, *_: object) -> None:
        self._save()
        self.follow()
        self.send({"kind": "copy", "text": self.text})


class HandOver(ipw.VBox):
    """The reminder that a record is a working tool, until it is ticked that it was moved.

    *moved* is called with whether it was; :meth:`follow` shows how it stands.
    """

    def __init__(self, page: Page, moved: Callable[[bool], None]) -> None:
        self._page = page
        self._moved = moved
        self._words = ipw.HTML()
        self._tick = ipw.Checkbox(description=page.texts("form.tick_moved"), indent=False)
        self._follows = False
        self._tick.observe(page.guard(self._on_tick), "value")
        super().__init__(children=[self._words, self._tick])
        self.add_class("vv-hand-over")

    def follow(self, record: Record) -> None:
        """Say how *record* stands; one that was never saved needs no reminder."""
        texts = self._page.texts
        words, look = texts("form.not_moved"), "vv-saved"
        if record.handed_over is not None:
            words = texts("form.moved", date=texts.date(record.handed_over))
        elif record.state == "finished":
            look = "vv-notice vv-notice-look"
        self._words.value = f'<p class="{look}">{safe(words)}</p>'
        self.layout.display = None if record.revision else "none"
        self._follows = True
        self._tick.value = record.handed_over is not None
        self._follows = False

    def _on_tick(self, change: tl.Bunch) -> None:
        if not self._follows:
            self._moved(bool(change.new))
