"""One simulated year as a calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as ipw

from widgets.page import safe

if TYPE_CHECKING:
    from widgets.workbench.views import Bench


class YearView(ipw.VBox):
    """A year of the answer, day by day."""

    def __init__(self, bench: Bench) -> None:
        texts = bench.page.texts
        lead = safe(texts("year.lead"))
        super().__init__([ipw.HTML(f'<p class="vv-lead">{lead}</p>')])

    def follow(self) -> None:
        """Show the year of what is chosen now."""
