"""The page Capacity: choose, move, calculate, read.

The page draws and collects. What is possible stands in ``data``, what is run and said in
``simulation``; a calculation goes on beside the page, which answers all the while.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import ipywidgets as ipw

from data import Texts, read_preset
from simulation import Scenario
from simulation.assumptions import assumptions_in_words
from widgets.decision_saving import Decidable, DecisionSaving
from widgets.page import Page, safe
from widgets.workbench.answer import study_html
from widgets.workbench.calculation import RUNS, SEED, Calculation
from widgets.workbench.controls import Controls
from widgets.workbench.municipality import invented
from widgets.workbench.sources import sources_html
from widgets.workbench.views import Bench, Views
from widgets.workbench.weighing import Weighing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from simulation.study import Study


class Workbench(Page):
    """Can the coordinators reach the fixed meetings in time? In *language* "da" or "en"."""

    def __init__(self, language: str = "da") -> None:
        super().__init__(Texts.read(language))
        self._answered: tuple[str, Scenario] | None = None
        self._settled: tuple[str, tuple[str, Scenario]] | None = None
        self._study: Study | None = None
        self.calculation = Calculation(self._report, self._show)
        self.controls = Controls(self.texts, self.guard(self._changed))
        self.weighing = Weighing(invented(self.controls.preset.value, self.texts))
        self._lay_out()
        self.run.on_click(self.guard(lambda _: self._run()))
        self.cancel.on_click(self.guard(lambda _: self._cancel()))
        self._tell_of_preset()
        self.client.on_arrival(self.guard(self._restore))

    def _lay_out(self) -> None:
        texts = self.texts
        self.run = ipw.Button(description=texts("capacity.run"), button_style="primary")
        self.cancel = ipw.Button(description=texts("capacity.cancel"), disabled=True)
        self.bar = ipw.IntProgress(description=texts("capacity.progress"))
        self.bar.layout.display = "none"
        self.explained, self.said = ipw.HTML(), ipw.HTML()
        self.stale_note = ipw.HTML().add_class("vv-stale-note")
        self.result = ipw.HTML(f'<p class="vv-lead">{safe(texts("capacity.empty"))}</p>')
        self.results = ipw.VBox([self.stale_note, self.result]).add_class("vv-results")
        self.decision = DecisionSaving(self, self._decidable)
        self.sources = ipw.HTML()
        buttons = ipw.HBox([self.run, self.cancel]).add_class("vv-row")
        heading = ipw.HTML(f"<h2>{safe(texts('capacity.settings'))}</h2>")
        self.controls.children = (heading.add_class("vv-wide"), *self.controls.children)
        self.controls.add_class("vv-controls")
        action = ipw.VBox([buttons, self.explained, self.bar, self.said])
        answer = ipw.VBox([action, self.decision, self.results]).add_class("vv-stack")
        self.views = Views(Bench(self, self.weighing, self._try_out), answer)
        outcome = ipw.VBox([self.views]).add_class("vv-outcome")
        self.show(ipw.Box([self.controls, outcome]).add_class("vv-columns"), self.sources)

    def _scenario(self) -> Scenario:
        return Scenario.preset(self.controls.preset.value, **self.controls.values)

    def _chosen(self) -> tuple[str, Scenario]:
        return self.controls.preset.value, self._scenario()

    # --- What the person does -------------------------------------------------------------

    def _try_out(self, values: Mapping[str, Any]) -> None:
        for id, value in values.items():
            self.controls.controls[id].value = value

    def _changed(self) -> None:
        self.clear_notice()
        municipality = invented(self.controls.preset.value, self.texts)
        if municipality == self.weighing.municipality:
            self.weighing.try_out(self._scenario())
        else:
            self.weighing.begin(municipality, self._scenario())
        self.client.remember(**self.controls.address())
        self._tell_of_preset()
        self._mark_stale()

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

    def _run(self) -> None:
        preset, scenario = self._chosen()
        self._working(True)
        self._say("")
        self.bar.value = 0
        self.bar.max = RUNS[preset]
        today = Scenario.preset(preset)
        self._asked = preset, scenario
        self.calculation.start(scenario, today, RUNS[preset], self._guarded_work)

    def _cancel(self) -> None:
        self.calculation.cancel()
        self._working(False)
        if self._settled is None:
            self._say(self.texts("capacity.cancelled_first"))
            return
        # A first answer to what was given up must not stand in for the settled one.
        self.result.value, self._answered = self._settled
        self._say(self.texts("capacity.cancelled"))
        self._mark_stale()

    # --- What the calculation tells, from its own thread --------------------------------------

    def _guarded_work(self, work: Callable[[], None]) -> Callable[[], None]:
        """Return *work* such that a failure is told and the page can be used again."""

        def done() -> None:
            try:
                work()
            except Exception:
                if self.calculation.wanted:
                    self._working(False)
                    self._say("")
                raise

        return self.guard(done)

    def _report(self, done: int) -> None:
        self.bar.value = done
        said = {"done": self.texts.number(done), "all": self.texts.number(self.bar.max)}
        self._say(self.texts("capacity.progress_done", **said), aloud=False)

    def _show(self, study: Study, seconds: float) -> None:
        """Show an answer: the first one, which says that it is provisional, or the last."""
        preset, scenario = self._asked
        done, all = len(study.results), RUNS[preset]
        html = study_html(study, assumptions_in_words(read_preset(preset), self.texts), self.texts)
        if not self.calculation.wanted:
            return
        self._answered = preset, scenario
        if done < all:
            said = {"done": self.texts.number(done), "all": self.texts.number(all)}
            words = safe(self.texts("capacity.provisional", **said))
            html = f'<p class="vv-notice" role="status">{words}</p>{html}'
        else:
            self._settled = html, self._answered
            self._study = study
            self.weighing.settle(study)
            self._working(False)
            self._say(self.texts("capacity.finished", seconds=self.texts.number(seconds, 1)))
        self.result.value = html
        self._mark_stale()

    # --- How it looks ---------------------------------------------------------------------------

    def _working(self, on: bool) -> None:
        self.run.disabled = on
        self.cancel.disabled = not on
        self.decision.follow()
        self.bar.layout.display = None if on else "none"

    def _say(self, words: str, *, aloud: bool = True) -> None:
        role = ' role="status"' if aloud else ""
        self.said.value = f"<p{role}>{safe(words)}</p>" if words else ""

    def _mark_stale(self) -> None:
        stale = self._answered is not None and self._answered != self._chosen()
        if stale:
            words = safe(self.texts("capacity.stale"))
            self.stale_note.value = f'<p class="vv-notice vv-notice-look" role="status">{words}</p>'
            self.results.add_class("vv-stale")
        else:
            self.stale_note.value = ""
            self.results.remove_class("vv-stale")
        self.decision.follow()

    def _decidable(self) -> Decidable | None:
        """Return the settled answer to what is chosen now; None while there is none."""
        if self._study is None or self.run.disabled or self._answered != self._chosen():
            return None
        if self._study.scenario != self._scenario():
            return None  # What came after it failed on its way.
        said = {name: value for name, value in self.controls.address().items() if value}
        place = self.controls.preset_name(self.controls.preset.value)
        return Decidable(self._study, SEED, place, urlencode(said))

    def _tell_of_preset(self) -> None:
        name = self.controls.preset.value
        runs, years = self.texts.number(RUNS[name]), self.texts.number(self._scenario().years)
        told = self.texts("capacity.runs_explained", runs=runs, years=years)
        self.explained.value = f"{_style()}<p class='vv-control-note'>{safe(told)}</p>"
        self.sources.value = _sources(name, self.controls.preset_name(name), self.texts)


@cache
def _sources(preset: str, name: str, texts: Texts) -> str:
    return sources_html(read_preset(preset), name, texts)


@cache
def _style() -> str:
    css = Path(__file__).parents[1] / "static" / "workbench.css"
    return f"<style>{css.read_text(encoding='utf-8')}</style>"
