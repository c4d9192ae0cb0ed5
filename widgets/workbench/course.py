"""One simulated course."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as ipw

from widgets.page import safe

if TYPE_CHECKING:
    from widgets.workbench.views import Bench


class CourseView(ipw.VBox):
    """The course of one invented young person."""

    def __init__(self, bench: Bench) -> None:
        texts = bench.page.texts
        lead = safe(texts("course.lead"))
        super().__init__([ipw.HTML(f'<p class="vv-lead">{lead}</p>')])

    def follow(self) -> None:
        """Show a course of what is chosen now."""
