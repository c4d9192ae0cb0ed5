"""What can be looked at beside the controls, one thing at a time.

A view is made when it is first looked at. It hears of changes only while it is looked at, and once when
it comes back; long work of its own goes on meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

import ipywidgets as ipw

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from widgets.page import Page
    from widgets.workbench.weighing import Weighing


@dataclass(frozen=True)
class Bench:
    """What a view works with."""

    page: Page
    """For words, notices, files, the address and :meth:`~widgets.page.Page.guard`."""
    weighing: Weighing
    try_out: Callable[[Mapping[str, Any]], None]
    """Set controls to these values, by the parameter's id, as if a person had moved them."""


class View(Protocol):
    """One thing to look at: a widget that is made with a :class:`Bench`."""

    def follow(self) -> None:
        """Show what is chosen now; called when the view is looked at and after each change."""


VIEWS: Mapping[str, tuple[str, str]] = {
    "year": ("year", "YearView"),
    "course": ("course", "CourseView"),
    "compare": ("compare", "CompareView"),
    "map": ("map_view", "MapView"),
    "find": ("find", "FindView"),
    "flip": ("flip", "FlipView"),
    "decide": ("decide", "DecideView"),
}
"""Each view's module in this folder and class, by the name that the address gives it (``vis=``).

Its words stand in the texts under ``workbench.view_<name>``.
"""


class Views(ipw.VBox):
    """A row of buttons, and the view that is looked at."""

    def __init__(self, bench: Bench, first: ipw.Widget) -> None:
        self._bench = bench
        self._made: dict[str, Any] = {"answer": first}
        texts = bench.page.texts
        names = [(texts(f"workbench.view_{name}"), name) for name in ("answer", *VIEWS)]
        self.choice = ipw.ToggleButtons(options=names, description=texts("workbench.look_at"))
        self._shown = ipw.VBox([first]).add_class("vv-stack")
        super().__init__([self.choice, self._shown])
        self.add_class("vv-stack").add_class("vv-views")
        self.choice.observe(bench.page.guard(self._on_choice), "value")
        bench.weighing.observe(bench.page.guard(lambda _: self._follow()))

    def choose(self, name: str) -> None:
        """Look at *name*, if there is such a view."""
        if name in ("answer", *VIEWS):
            self.choice.value = name

    def _on_choice(self, _: Any) -> None:
        name = self.choice.value
        if name not in self._made:
            module, kind = VIEWS[name]
            made = getattr(import_module(f"widgets.workbench.{module}"), kind)(self._bench)
            self._made[name] = made
        self._bench.page.client.remember(vis=None if name == "answer" else name)
        # Before it is seen, so that nobody meets a view whose parts have no words yet.
        self._follow()
        self._shown.children = (self._made[name],)

    def _follow(self) -> None:
        name = self.choice.value
        if name in VIEWS:
            self._made[name].follow()
