"""The figures of an answer, one looked at at a time, each with its finding, its table and its words."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from widgets.workbench.answer import picture_html, table_html
from widgets.workbench.number_files import NumberFiles

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulation.figures import Picture
    from simulation.study import Study
    from widgets.workbench.views import Bench

FIGURES = (
    "late_by_rule",
    "late_days",
    "waits",
    "over_time",
    "hours_by_role",
    "continuity",
    "missed_contact",
    "cost_by_purse",
)
"""The figures in the order in which they are offered: functions of :mod:`simulation.figures`.

Their buttons' words stand in the texts under ``figures.<name>``.
"""


class Figures(ipw.VBox):
    """A row of buttons, the figure that is looked at, its table, and all numbers as files.

    The other figures are drawn when they are looked at; a table that was opened stays open while the
    numbers change. :meth:`show` may be called from any thread, the page's own among them. Which figure is
    looked at stands in the address (``fig=``).
    """

    def __init__(self, bench: Bench) -> None:
        self._page = bench.page
        self._study: Study | None = None
        self._pictures: dict[str, Picture] = {}
        self._one_at_a_time = Lock()
        texts, guard = bench.page.texts, bench.page.guard
        names = [(texts(f"figures.{name}"), name) for name in FIGURES]
        self.choice = ipw.ToggleButtons(options=names, description=texts("figures.look_at"))
        self.shown = ipw.HTML().add_class("vv-figure-shown")
        self.with_table = ipw.ToggleButton(description=texts("capacity.table"))
        self.table = ipw.HTML()
        self.files = NumberFiles(bench, self._picture)
        style = ipw.HTML(_style())
        super().__init__([style, self.choice, self.shown, self.with_table, self.table, self.files])
        self.add_class("vv-stack").add_class("vv-figures")
        self.choice.observe(guard(self._on_choice), "value")
        self.with_table.observe(guard(lambda _: self._redraw()), "value")
        bench.page.client.on_arrival(guard(self._restore))

    def show(self, study: Study) -> None:
        """Draw of *study* the figure that is looked at, in place of what is shown."""
        with self._one_at_a_time:
            self._study, self._pictures = study, {}
            self._draw()

    def prepare(self) -> None:
        """Load what draws, in the calling thread; the first figure would wait for it most of a second."""
        import matplotlib.figure  # noqa: PLC0415 (a page must start before)
        from matplotlib.backends import backend_svg  # noqa: PLC0415 (as above)

        from simulation import figures  # noqa: PLC0415 (as above)

        _ = matplotlib.figure, backend_svg, figures

    def _on_choice(self, _: Any) -> None:
        name = self.choice.value
        self._page.client.remember(fig=None if name == FIGURES[0] else name)
        self._redraw()

    def _restore(self) -> None:
        name = self._page.client.query.get("fig", "")
        if name in FIGURES:
            self.choice.value = name

    def _redraw(self) -> None:
        with self._one_at_a_time:
            self._draw()

    def _draw(self) -> None:
        picture = self._picture()
        if picture is None:
            return
        self.shown.value = picture_html(picture)
        self.table.value = table_html(picture) if self.with_table.value else ""

    def _picture(self) -> Picture | None:
        """Return the figure that is looked at; None while there is no answer."""
        name = self.choice.value
        if self._study is None:
            return None
        if name not in self._pictures:
            self._pictures[name] = _draws(name)(self._study, self._page.texts)
        return self._pictures[name]


def _draws(name: str) -> Callable[[Study, Any], Picture]:
    from simulation import figures  # noqa: PLC0415 (loads NumPy and SciPy: a page must start before)

    draws: Callable[[Study, Any], Picture] = getattr(figures, name)
    return draws


@cache
def _style() -> str:
    css = Path(__file__).parents[1] / "static" / "workbench_figures.css"
    return f"<style>{css.read_text(encoding='utf-8')}</style>"
