"""The figures of an answer, one looked at at a time, each with its finding, its table and its words."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from widgets.workbench.answer import figure_html

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
    """A row of buttons, and the figure that is looked at; the others are drawn when they are.

    :meth:`show` may be called from any thread, the page's own among them. Which figure is looked at
    stands in the address (``fig=``).
    """

    def __init__(self, bench: Bench) -> None:
        self._page = bench.page
        self._study: Study | None = None
        self._drawn: dict[str, str] = {}
        self._one_at_a_time = Lock()
        texts = bench.page.texts
        names = [(texts(f"figures.{name}"), name) for name in FIGURES]
        self.choice = ipw.ToggleButtons(options=names, description=texts("figures.look_at"))
        self.shown = ipw.HTML()
        super().__init__([self.choice, self.shown])
        self.add_class("vv-stack").add_class("vv-figures")
        self.choice.observe(bench.page.guard(self._on_choice), "value")
        bench.page.client.on_arrival(bench.page.guard(self._restore))

    def show(self, study: Study) -> None:
        """Draw of *study* the figure that is looked at, in place of what is shown."""
        with self._one_at_a_time:
            self._study, self._drawn = study, {}
            self._draw()

    def _on_choice(self, _: Any) -> None:
        name = self.choice.value
        self._page.client.remember(fig=None if name == FIGURES[0] else name)
        with self._one_at_a_time:
            self._draw()

    def _restore(self) -> None:
        name = self._page.client.query.get("fig", "")
        if name in FIGURES:
            self.choice.value = name

    def _draw(self) -> None:
        name = self.choice.value
        if self._study is None:
            return
        if name not in self._drawn:
            picture = _draws(name)(self._study, self._page.texts)
            self._drawn[name] = figure_html(picture, self._page.texts)
        self.shown.value = self._drawn[name]


def _draws(name: str) -> Callable[..., Picture]:
    from simulation import figures  # noqa: PLC0415 (loads NumPy and SciPy: a page must start before)

    draws: Callable[..., Picture] = getattr(figures, name)
    return draws
