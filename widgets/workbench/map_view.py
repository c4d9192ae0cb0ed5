"""A map over two inputs, that gets finer while it grows; each of its cells can be tried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as ipw

if TYPE_CHECKING:
    from widgets.workbench.views import Bench


class MapView(ipw.VBox):
    """The view ``map``."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        super().__init__()
        self.add_class("vv-stack")

    def follow(self) -> None:
        """Show what is chosen now."""
