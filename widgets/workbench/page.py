"""The page Capacity: choose, move, read.

The page draws and collects. What is possible stands in ``data``, what is run and said in
``simulation``. A change calculates by itself, beside the page, which answers all the while.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import ipywidgets as ipw

from data import Texts
from widgets.page import Page, safe
from widgets.workbench.answer_view import AnswerView
from widgets.workbench.calculation import RUNS, Calculation
from widgets.workbench.controls import Controls
from widgets.workbench.municipality import invented
from widgets.workbench.sources import sources_html
from widgets.workbench.start import DEFAULT, Start
from widgets.workbench.views import Bench, Views
from widgets.workbench.weighing import Weighing

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulation import Scenario
    from simulation.study import Study
    from widgets.workbench.municipality import Municipality
    from widgets.workbench.weighing import Change


class Workbench(Page):
    """Can the coordinators reach the fixed meetings in time? In *language* "da" or "en"."""

    def __init__(self, language: str = "da") -> None:
        super().__init__(Texts.read(language))
        self.calculation = Calculation(self._show)
        self.weighing = Weighing(invented(DEFAULT, self.texts))
        self.controls = Controls(
            self.texts, self.weighing.municipality, self.guard(self._on_controls)
        )
        self.bench = Bench(self, self.weighing, self.controls.choose)
        self.start = Start(self, self.weighing, self._begin)
        self._lay_out()
        self._tell_of_municipality()
        self.weighing.observe(self.guard(self._on_change))
        self.client.on_arrival(self.guard(self._restore))

    def _lay_out(self) -> None:
        texts = self.texts
        self.answer = AnswerView(self.bench, self.start.saved)
        self.sources = ipw.HTML()
        heading = ipw.HTML(f"{_style()}<h2>{safe(texts('capacity.settings'))}</h2>")
        left = ipw.VBox([self.start, heading, self.controls]).add_class("vv-bench-controls")
        self.views = Views(self.bench, self.answer)
        outcome = ipw.VBox([self.views]).add_class("vv-outcome")
        self.show(ipw.Box([left, outcome]).add_class("vv-bench"), self.sources)

    @property
    def runs(self) -> int:
        """How many replications a settled answer has."""
        return RUNS[self.weighing.municipality.preset]

    # --- What the person does -------------------------------------------------------------

    def _begin(self, municipality: Municipality, scenario: Scenario) -> None:
        """Weigh *scenario* in *municipality*, which the start panel chose."""
        self.clear_notice()
        self.controls.begin(municipality, scenario)
        self._remember(municipality)
        self.weighing.begin(municipality, scenario)

    def _on_controls(self) -> None:
        """Weigh what the controls say."""
        self.clear_notice()
        municipality = self.weighing.municipality
        self._remember(municipality)
        self.weighing.try_out(municipality.today.replace(**self.controls.values))

    def _remember(self, municipality: Municipality) -> None:
        key = None if municipality.key == DEFAULT else municipality.key
        said = {"preset": key, **self.controls.address()}
        known = self.client.query
        # Only what is another now: a slider that is dragged says something new many times a second.
        new = {name: value for name, value in said.items() if known.get(name) != value}
        if new:
            self.client.remember(**new)

    def _restore(self) -> None:
        query = dict(self.client.query)
        municipality = self.start.restore(query.get("preset", "")) or self.weighing.municipality
        self.controls.begin(municipality)
        ignored = self.controls.restore(query)
        self.weighing.begin(municipality, municipality.today.replace(**self.controls.values))
        self.answer.against.restore(query)
        self.views.choose(query.get("vis", ""))
        sentences = [
            self.texts("capacity.address_ignored", name=name, value=value[:40])
            for name, value in ignored
        ]
        if sentences:
            self.notice(" ".join(sentences), problem=True)

    # --- Asking and answering -----------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        if change == "municipality":
            self._tell_of_municipality()
        if change != "study":
            self._ask()

    def _ask(self) -> None:
        """Calculate what is weighed; what is on its way is given up."""
        # First, so that an answer on its way is not taken for one to what is asked now.
        self.calculation.cancel()
        self.answer.wait()
        weighing = self.weighing
        self.calculation.start(
            weighing.scenario,
            weighing.against,
            self.runs,
            self._guarded_work,
            name=weighing.against_name,
        )

    def _guarded_work(self, work: Callable[[], None]) -> Callable[[], None]:
        """Return *work* such that a failure is told and the page does not seem to go on working."""

        def done() -> None:
            try:
                work()
            except Exception:
                if self.calculation.wanted:
                    self.answer.fail()
                raise

        return self.guard(done)

    def _show(self, study: Study, _: float) -> None:
        """Show an answer, in the calculation's thread."""
        runs = self.runs
        if self.answer.show(study, runs, lambda: self.calculation.wanted):
            if len(study.results) == runs:
                self.weighing.settle(study)
            # The words stand, whatever becomes of the figure.
            self.guard(self.answer.draw)(study)

    def _tell_of_municipality(self) -> None:
        self.sources.value = sources_html(self.weighing.municipality, self.texts)


@cache
def _style() -> str:
    css = Path(__file__).parents[1] / "static" / "workbench.css"
    return f"<style>{css.read_text(encoding='utf-8')}</style>"
