"""The start as fields of the browser: one widget draws it, and Python says what there is.

It draws with what a browser has: a list to choose from, folds, fields for files. A file is measured before
it is sent, for one that is too large would break the connection.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets as tl

from data.case_list.sheets import LARGEST
from widgets.browser_code import browser_code

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from data.texts import Texts

_STATIC = Path(__file__).parents[1] / "static"

_WORDS = (
    *("own_and_cases", "saved", "figures", "figures_how", "cases", "cases_how", "template"),
    *("choose_file", "reading", "your_numbers", "ours", "source", "no_source"),
    *("beyond", "remove", "remove_sure", "yes_delete", "keep", "name", "name_hint", "save"),
    *("nothing_saved", "open", "as_file", "delete", "delete_named", "open_named", "as_file_named"),
    *("code", "open_code", "open_file"),
    *("checklists", "checklists_how", "checklists_use", "checklists_see", "estimating"),
)


class StartPanel(anywidget.AnyWidget):
    """Draws the start and tells *heard* what was done: a message, and the content of a file if there is one.

    Every trait goes to the browser and none is read back.
    """

    _esm = browser_code("workbench_start.js")
    _css = _STATIC / "workbench_start.css"

    words = tl.Dict(help="The words of buttons and notes.").tag(sync=True)
    largest = tl.Int(LARGEST, help="Bytes that a file may have.").tag(sync=True)
    municipalities: tl.List[dict[str, str]] = tl.List(help="key and name of each.").tag(sync=True)
    chosen = tl.Unicode(help="The key of the one that is weighed.").tag(sync=True)
    about = tl.Unicode(help="What is said of it.").tag(sync=True)
    loaded = tl.Bool(default_value=False, help="Whether it is the leaders' own.").tag(sync=True)
    own: tl.List[dict[str, str]] = tl.List(help="Their own numbers.").tag(sync=True)
    scenarios: tl.List[dict[str, str]] = tl.List(help="What was saved.").tag(sync=True)
    reports: tl.Dict[str, Any] = tl.Dict(help="What came of each part's last work.").tag(sync=True)

    def __init__(self, texts: Texts, heard: Callable[[Mapping[str, Any], bytes], None]) -> None:
        self._heard = heard
        # The browser fills what is open in them.
        words = {id: texts.words[f"start.{id}"] for id in _WORDS}
        size = texts.number(LARGEST // 1_000_000)
        words |= {"municipality": texts("capacity.preset")}
        words |= {"too_large": texts("start.too_large", size=size)}
        super().__init__(words=words)
        self.on_msg(self._hear)

    def report(self, part: str, lead: str, items: tuple[str, ...] = (), *, problem: bool) -> None:
        """Say what came of what was asked in *part*.

        It is "municipality", "figures", "cases", "checklists" or "scenarios".
        """
        said = {"lead": lead, "items": list(items), "problem": problem}
        self.reports = {**self.reports, part: said}

    def clear(self) -> None:
        """Take all reports away."""
        self.reports = {}

    def _hear(self, _: Any, message: Any, buffers: Any) -> None:
        if isinstance(message, dict):
            self._heard(message, bytes(buffers[0]) if buffers else b"")
