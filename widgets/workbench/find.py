"""The view Find: the smallest staffing that keeps a promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as ipw

if TYPE_CHECKING:
    from widgets.workbench.views import Bench


class FindView(ipw.VBox):
    """The smallest staffing that keeps a promise, with how sure that is."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        super().__init__([])

    def follow(self) -> None:
        """Say whether what is shown answers what is chosen now."""
