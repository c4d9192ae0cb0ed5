"""The view Flip: which uncertain number would change the recommendation, and at what value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as ipw

if TYPE_CHECKING:
    from widgets.workbench.views import Bench


class FlipView(ipw.VBox):
    """Which uncertain numbers would change the recommendation."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        super().__init__([])

    def follow(self) -> None:
        """Say whether what is shown answers what is chosen now."""
