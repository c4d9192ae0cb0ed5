"""The controls as fields of the browser: one widget draws them all, and Python says what they offer.

A slider of ipywidgets for each would be some hundred models, and seconds before the page is open. Here a
browser can only name a place in a list, so nothing it sends can become a nonsensical scenario.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets as tl

from widgets.browser_code import browser_code

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from data.texts import Texts

_STATIC = Path(__file__).parents[1] / "static"

Drawn = dict[str, Any]
"""A group or a control, as the browser draws it."""


class ControlPanel(anywidget.AnyWidget):
    """Draws controls and tells *moved* the places that were chosen, by the control's id.

    *reset* is told that all were taken back. Every trait goes to the browser and none is read back.
    """

    _esm = browser_code("workbench_controls.js")
    _css = _STATIC / "workbench_controls.css"

    groups: tl.List[Drawn] = tl.List(help="What is drawn, in order.").tag(sync=True)
    edition = tl.Int(
        0, help="Which lists of values these are; a place means something in one."
    ).tag(sync=True)
    chosen: tl.Dict[str, int] = tl.Dict(help="Control → place of what is chosen.").tag(sync=True)
    idle: tl.Dict[str, str] = tl.Dict(help="Control → why moving it changes nothing.").tag(
        sync=True
    )
    words = tl.Dict(help="The words of buttons and notes.").tag(sync=True)
    language = tl.Unicode("da", help="How numbers are written.").tag(sync=True)
    heard = tl.Int(0, help="The number of the last message that was heard.").tag(sync=True)

    def __init__(
        self,
        texts: Texts,
        moved: Callable[[Mapping[str, int]], None],
        reset: Callable[[], None],
    ) -> None:
        self._moved, self._reset = moved, reset
        words = {name: texts(f"controls.{name}", **slots) for name, slots in _WORDS.items()}
        super().__init__(words=words, language=texts.language)
        self.on_msg(self._hear)

    def offer(self, groups: list[Drawn], chosen: Mapping[str, int]) -> None:
        """Draw *groups* anew, with *chosen* chosen."""
        with self.hold_sync():
            self.groups, self.edition, self.chosen = groups, self.edition + 1, dict(chosen)

    def _hear(self, _: Any, message: Any, __: Any) -> None:
        if not isinstance(message, dict):
            return
        number = message.get("number")
        try:
            if message.get("edition") == self.edition:
                self._take(message)
        finally:
            # Also where it failed: the browser goes on with what Python has.
            if isinstance(number, int) and not isinstance(number, bool):
                self.heard = max(self.heard, min(number, 2**53))

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("kind") == "reset":
            self._reset()
        places = message.get("places")
        if message.get("kind") == "set" and isinstance(places, dict):
            self._moved({id: place for id, place in places.items() if type(place) is int})


_SLOTS = {
    "today": ("value",),
    "back": ("name", "value"),
    "about": ("name", "mark"),
    "type": ("name", "unit"),
    "fault": ("low", "high"),
    "changed_one": ("n",),
    "changed_many": ("n",),
    "none": (),
    "reset": (),
}
_WORDS = {name: {slot: f"{{{slot}}}" for slot in slots} for name, slots in _SLOTS.items()}
"""The words that the browser fills itself."""
