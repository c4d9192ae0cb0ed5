"""Up to four scenarios side by side: today, and what the leaders chose to hold against it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import ipywidgets as ipw

from data import parameters
from simulation.changes import differences_in_words
from widgets.page import safe
from widgets.workbench.calculation import RUNS, SEED
from widgets.workbench.compare_tables import comparison_html
from widgets.workbench.line_up import (
    MOST,
    Chosen,
    LineUpError,
    from_address,
    in_address,
    name_of,
    put_beside,
)
from widgets.workbench.long_work import LongWork, Work
from widgets.workbench.saved import Saved

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from threading import Event

    from simulation import Scenario
    from simulation.experiments.comparison import Comparison
    from simulation.results import Result
    from widgets.workbench.views import Bench

IN_ADDRESS = "ved"
"""What the address calls the scenarios that stand beside today."""
_HIDDEN = "none"
Asked = tuple[str, tuple[Chosen, ...]]
"""What is compared: the preset that says how often it is run, and the scenarios, today first."""


class CompareView(ipw.VBox):
    """The view ``compare``; what is put beside today is run at once.

    Attributes:
        name: What the scenario that is tried shall be called; empty for how it differs from today.
        add: Puts what is tried beside the others.
        saved: The saved scenarios of the municipality that do not stand there yet.
        rows: A row for each scenario that stands beside today, with what takes it away.
        work: What was found of them.
        measure: Which number the figure shows.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench, self._page, self._texts = bench, bench.page, bench.page.texts
        self._saved = Saved(bench.page)
        self._beside: dict[str, tuple[Chosen, ...]] = {}
        self._shown: tuple[str, tuple[Chosen, ...]] | None = None
        self._known: dict[Scenario, Sequence[Result]] = {}
        self._make_fields()
        self.work: LongWork[Asked, Comparison] = LongWork(
            self._page,
            self._texts("compare.run"),
            Work(
                self._ask, self._steps, self._draw, lambda found: (found.replications, found.asked)
            ),
        )
        self.work.on_finished(self._found)
        self.figure = ipw.HTML()
        adding = ipw.HBox([self.name, self.add]).add_class("vv-row").add_class("vv-adding")
        loading = ipw.HBox([self.saved, self.add_saved]).add_class("vv-row").add_class("vv-adding")
        self._loading = loading
        super().__init__(
            [
                ipw.HTML(f"{_style()}<p>{safe(self._texts('compare.lead'))}</p>"),
                self.rows,
                self.tried,
                adding,
                loading,
                self.problem,
                self.work,
                self.measure,
                self.figure,
            ]
        )
        self.add_class("vv-stack").add_class("vv-compare")

    def follow(self) -> None:
        """Show what is tried now, and compare what stands beside today in the municipality."""
        weighing = self._bench.weighing
        tried = name_of(weighing.scenario, weighing.municipality.today, self._texts)
        said = (
            self._texts("compare.tried", changes=tried)
            if tried
            else self._texts("compare.as_today")
        )
        self.tried.value = f"<p>{safe(said)}</p>"
        self.name.placeholder = tried
        self._offer_saved()
        if self._shown != (weighing.municipality.key, self.beside):
            self._begin()

    @property
    def beside(self) -> tuple[Chosen, ...]:
        """What stands beside today in the municipality that is weighed."""
        municipality = self._bench.weighing.municipality
        if municipality.key not in self._beside:
            self._beside[municipality.key] = () if self._beside else self._restored()
        return self._beside[municipality.key]

    def put(self, name: str, scenario: Scenario) -> bool:
        """Put *scenario* beside the others, as *name*; tell whether that could be, and say why not."""
        municipality = self._bench.weighing.municipality
        one = Chosen(name or name_of(scenario, municipality.today, self._texts), scenario)
        if not name and not one.name:
            one = Chosen(self._today, scenario)
        try:
            now = put_beside(self.beside, one, municipality.today, self._today)
        except LineUpError as error:
            said = self._texts(f"compare.fault_{error.reason}", name=error.name, most=MOST)
            self._complain(said)
            return False
        self._beside[municipality.key] = now
        self._begin()
        return True

    # --- What the person does -------------------------------------------------------------

    def _make_fields(self) -> None:
        from simulation.experiments.quantities import HEADLINES, quantity  # noqa: PLC0415 (NumPy)

        texts, guard = self._texts, self._page.guard
        self.rows = ipw.VBox().add_class("vv-beside")
        self.tried, self.problem = ipw.HTML(), ipw.HTML()
        self.name = ipw.Text(description=texts("compare.name"))
        self.add = ipw.Button(description=texts("compare.add"))
        self.saved = ipw.Dropdown(description=texts("compare.saved"))
        self.add_saved = ipw.Button(description=texts("compare.add_saved"))
        titles = [(quantity(name).title(texts), name) for name in HEADLINES]
        self.measure = ipw.Dropdown(description=texts("compare.measure"), options=titles)
        self.measure.layout.display = _HIDDEN
        self.add.on_click(guard(lambda _: self._add()))
        self.add_saved.on_click(guard(lambda _: self._add_saved()))
        self.measure.observe(guard(lambda _: self._draw_figure()), "value")

    def _add(self) -> None:
        if self.put(self.name.value, self._bench.weighing.scenario):
            self.name.value = ""

    def _add_saved(self) -> None:
        number = self.saved.value
        for one in self._saved.scenarios():
            if one.number == number:
                self.put(one.name, one.scenario)

    def _remove(self, one: Chosen) -> None:
        key = self._bench.weighing.municipality.key
        self._beside[key] = tuple(other for other in self.beside if other != one)
        self._begin()

    def _try_out(self, one: Chosen) -> None:
        """Set the controls to what *one* is, as far as there are controls of it."""
        fields = one.scenario.differences(self._bench.weighing.scenario)
        lacking = [field for field in fields if field not in parameters()]
        self._complain(self._texts("compare.no_control") if lacking else "")
        self._bench.try_out(
            {field: new for field, (new, _) in fields.items() if field in parameters()}
        )

    # --- What is compared -------------------------------------------------------------------

    @property
    def _today(self) -> str:
        return self._texts("compare.today")

    def _restored(self) -> tuple[Chosen, ...]:
        words = self._page.client.query.get(IN_ADDRESS, "")
        if not words:
            return ()
        try:
            return from_address(words, self._bench.weighing.municipality.today, self._today)
        except ValueError:
            self._complain(self._texts("compare.fault_address"))
            return ()

    def _begin(self) -> None:
        municipality, beside = self._bench.weighing.municipality, self.beside
        self._shown = municipality.key, beside
        said = in_address(beside, municipality.today)
        self._page.client.remember(**{IN_ADDRESS: said or None})
        self.rows.children = (self._row(None), *(self._row(one) for one in beside))
        self._offer_saved()
        if beside:
            self._complain("")
            self.work.begin()
        else:
            self.work.clear()
            self._show_figure(None)

    def _ask(self) -> Asked | None:
        municipality = self._bench.weighing.municipality
        if not self.beside:
            self._complain(self._texts("compare.nothing"))
            return None
        study = self._bench.weighing.study
        if study is not None:
            self._known[study.scenario] = study.results
            if study.base is not None:
                self._known[study.base] = study.base_results
        return municipality.preset, (Chosen(self._today, municipality.today), *self.beside)

    def _steps(self, asked: Asked, stop: Event) -> Iterator[Comparison]:
        from simulation.experiments.comparison import compared  # noqa: PLC0415 (loads SciPy)

        preset, chosen = asked
        scenarios = {one.name: one.scenario for one in chosen}
        known = {one: self._known[one] for one in scenarios.values() if one in self._known}
        yield from compared(
            scenarios, replications=RUNS[preset], seed=SEED, cancel=stop, known=known
        )

    def _draw(self, _: Asked, found: Comparison, finished: bool) -> str:
        from simulation.experiments.side_by_side import side_by_side  # noqa: PLC0415 (loads SciPy)

        html = comparison_html(side_by_side(found, self._texts), self._texts)
        if finished:
            return html
        done, all = (self._texts.number(n) for n in (found.replications, found.asked))
        early = self._texts("compare.early", done=done, all=all)
        return f'<p class="vv-control-note">{safe(early)}</p>{html}'

    def _found(self) -> None:
        """Keep what was run, note it for the decision, and draw its figure; in the thread."""
        from simulation.experiments.side_by_side import side_by_side  # noqa: PLC0415 (loads SciPy)

        if self.work.found is None:
            return
        (_, chosen), found = self.work.found
        columns = zip(*found.results, strict=True)
        self._known = {one.scenario: column for one, column in zip(chosen, columns, strict=True)}
        if chosen[1:] == self.beside:
            self._bench.weighing.note("compare", side_by_side(found, self._texts).in_short)
        self._show_figure(found)

    # --- How it looks ---------------------------------------------------------------------------

    def _row(self, one: Chosen | None) -> ipw.HBox:
        texts = self._texts
        if one is None:
            return ipw.HBox([ipw.HTML(_named(self._today, texts("compare.always")))])
        today = self._bench.weighing.municipality.today
        changes = "; ".join(differences_in_words(one.scenario, today, texts))
        told = ipw.HTML(_named(one.name, "" if changes == one.name else changes))
        buttons = []
        for id, action in (("try", self._try_out), ("remove", self._remove)):
            words = texts(f"compare.{id}_this", name=one.name)
            button = ipw.Button(description=texts(f"compare.{id}"), tooltip=words)
            button.on_click(self._page.guard(lambda _, action=action: action(one)))
            buttons.append(button.add_class("vv-link"))
        return ipw.HBox([told, *buttons]).add_class("vv-row")

    def _offer_saved(self) -> None:
        key = self._bench.weighing.municipality.key
        there = {one.scenario for one in self.beside}
        offered = [
            (one.name, one.number)
            for one in self._saved.scenarios()
            if one.municipality == key and one.scenario not in there
        ]
        self.saved.options = offered
        if self.saved.value is None and offered:
            self.saved.index = 0
        self._loading.layout.display = None if offered else _HIDDEN

    def _complain(self, sentence: str) -> None:
        words = f'<p class="vv-notice vv-notice-look" role="alert">{safe(sentence)}</p>'
        self.problem.value = words if sentence else ""

    def _show_figure(self, found: Comparison | None) -> None:
        self.measure.layout.display = None if found else _HIDDEN
        if found is None:
            self.figure.value = ""
            return
        self._draw_figure()

    def _draw_figure(self) -> None:
        from simulation.figures.scenarios_compared import scenarios_compared  # noqa: PLC0415 (slow)
        from widgets.workbench.answer import figure_html  # noqa: PLC0415 (with it)

        if self.work.found is None:
            return
        _, found = self.work.found
        picture = scenarios_compared(found.table(), self.measure.value, self._texts)
        self.figure.value = figure_html(picture, self._texts)


def _named(name: str, changes: str) -> str:
    told = f' <span class="vv-quiet">{safe(changes)}</span>' if changes else ""
    return f"<p><b>{safe(name)}</b>{told}</p>"


def _style() -> str:
    css = Path(__file__).parents[1] / "static" / "workbench_compare.css"
    return f"<style>{css.read_text(encoding='utf-8')}</style>"
