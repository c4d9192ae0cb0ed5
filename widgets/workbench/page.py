"""The page Capacity: choose, move, read.

The page draws and collects. What is possible stands in ``data``, what is run and said in
``simulation``. A change calculates by itself, beside the page, which answers all the while.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import ipywidgets as ipw

from data import Texts, read_preset
from widgets.decision_saving import DecisionSaving
from widgets.page import Page, safe
from widgets.workbench.answer_view import AnswerView
from widgets.workbench.calculation import RUNS, Calculation
from widgets.workbench.controls import Controls
from widgets.workbench.decide import decidable
from widgets.workbench.municipality import invented
from widgets.workbench.sources import sources_html
from widgets.workbench.views import Bench, Views
from widgets.workbench.weighing import Weighing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from simulation.study import Study
    from widgets.workbench.weighing import Change


class Workbench(Page):
    """Can the coordinators reach the fixed meetings in time? In *language* "da" or "en"."""

    def __init__(self, language: str = "da") -> None:
        super().__init__(Texts.read(language))
        self.calculation = Calculation(self._show)
        self.controls = Controls(self.texts, self.guard(self._changed))
        self.weighing = Weighing(invented(self.controls.preset.value, self.texts))
        self.bench = Bench(self, self.weighing, self._try_out)
        self._lay_out()
        self._tell_of_municipality()
        self.weighing.observe(self.guard(self._on_change))
        self.client.on_arrival(self.guard(self._restore))

    def _lay_out(self) -> None:
        texts = self.texts
        self.decision = DecisionSaving(self, lambda: decidable(self.bench))
        self.answer = AnswerView(self.bench, self.decision)
        self.sources = ipw.HTML()
        heading = ipw.HTML(f"{_style()}<h2>{safe(texts('capacity.settings'))}</h2>")
        self.controls.children = (heading.add_class("vv-wide"), *self.controls.children)
        self.controls.add_class("vv-controls")
        self.views = Views(self.bench, self.answer)
        outcome = ipw.VBox([self.views]).add_class("vv-outcome")
        self.show(ipw.Box([self.controls, outcome]).add_class("vv-columns"), self.sources)

    @property
    def runs(self) -> int:
        """How many replications a settled answer has."""
        return RUNS[self.weighing.municipality.preset]

    # --- What the person does -------------------------------------------------------------

    def _try_out(self, values: Mapping[str, Any]) -> None:
        for id, value in values.items():
            self.controls.controls[id].value = value

    def _changed(self) -> None:
        """Weigh what the controls say."""
        self.clear_notice()
        municipality = invented(self.controls.preset.value, self.texts)
        scenario = municipality.today.replace(**self.controls.values)
        self.client.remember(**self.controls.address())
        if municipality == self.weighing.municipality:
            self.weighing.try_out(scenario)
        else:
            self.weighing.begin(municipality, scenario)

    def _restore(self) -> None:
        query = dict(self.client.query)
        ignored = self.controls.restore(query)
        self.views.choose(query.get("vis", ""))
        sentences = [
            self.texts("capacity.address_ignored", name=name, value=value[:40])
            for name, value in ignored
        ]
        if sentences:
            self.notice(" ".join(sentences), problem=True)
        # What is chosen may be what the page began with, and then nothing has asked yet.
        self._ask()

    # --- Asking and answering -----------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        if change == "municipality":
            self._tell_of_municipality()
        if change != "study":
            self._ask()
        self.decision.follow()

    def _ask(self) -> None:
        """Calculate what is weighed; what is on its way is given up."""
        # First, so that an answer on its way is not taken for one to what is asked now.
        self.calculation.cancel()
        self.answer.wait()
        weighing = self.weighing
        self.calculation.start(weighing.scenario, weighing.against, self.runs, self._guarded_work)

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
            self.answer.draw(study)

    def _tell_of_municipality(self) -> None:
        municipality = self.weighing.municipality
        self.sources.value = _sources(municipality.preset, municipality.name, self.texts)

@cache
def _sources(preset: str, name: str, texts: Texts) -> str:
    return sources_html(read_preset(preset), name, texts)


@cache
def _style() -> str:
    css = Path(__file__).parents[1] / "static" / "workbench.css"
    return f"<style>{css.read_text(encoding='utf-8')}</style>"
