"""The view Decide: what was found, kept as a decision, and shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as ipw

if TYPE_CHECKING:
    from widgets.workbench.views import Bench


class DecideView(ipw.VBox):
    """Question, hypothesis, findings, decision."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        super().__init__([])
        self.add_class("vv-stack")

    def follow(self) -> None:
        """Show what is chosen now."""
