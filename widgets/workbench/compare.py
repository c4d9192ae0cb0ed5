"""Up to four scenarios side by side: today, and what the leaders chose to hold against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as ipw

if TYPE_CHECKING:
    from widgets.workbench.views import Bench


class CompareView(ipw.VBox):
    """The view ``compare``."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        super().__init__()
        self.add_class("vv-stack")

    def follow(self) -> None:
        """Show what is chosen now."""
