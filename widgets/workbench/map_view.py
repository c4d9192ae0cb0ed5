"""A map over two inputs, that gets finer while it grows; each of its cells can be tried out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from data import parameters
from data.control_groups import single
from simulation import ScenarioError
from simulation.assumptions import written
from widgets.page import safe
from widgets.workbench.calculation import SEED
from widgets.workbench.long_work import LongWork, Work, stale_words
from widgets.workbench.map_axis import AxisChoice
from widgets.workbench.map_grid import MapGrid
from widgets.workbench.promise_choice import PromiseChoice
from widgets.workbench.tables import table_html

if TYPE_CHECKING:
    from collections.abc import Iterator
    from threading import Event

    from simulation import Scenario
    from simulation.experiments.promise import Promise
    from simulation.experiments.sweep import Sweep
    from simulation.figures.map_cells import MapCells
    from widgets.workbench.views import Bench

RUNS = {"small": 40, "medium": 40, "large": 20}
"""Replications of each cell."""
PROMISE = "promise"
"""What is shown where no measure is: how often the promise is kept."""
_SHOW = "map_show"


@dataclass(frozen=True)
class Asked:
    """What a map is of."""

    municipality: str
    preset: str
    base: Scenario
    """What is tried, but for the two inputs, which are as they are today."""
    over: tuple[tuple[str, tuple[Any, ...]], ...]
    promise: Promise
    required: float


class MapView(ipw.VBox):
    """The view ``map``.

    Attributes:
        across: The input along the rows.
        up: The input up the columns.
        promise: What must hold, and how often.
        show: What stands in the cells; a change of it runs nothing.
        grid: The cells.
        work: The running of them.
    """

    def __init__(self, bench: Bench) -> None:
        from simulation.experiments.quantities import HEADLINES, quantity  # noqa: PLC0415 (NumPy)

        self._bench, self._page, self._texts = bench, bench.page, bench.page.texts
        page, texts, today = self._page, self._texts, bench.weighing.municipality.today
        self._municipality = bench.weighing.municipality.key
        self._measures = tuple(name for name in HEADLINES if not quantity(name).is_share_of_singles)
        self.across = AxisChoice(page, "across", "coordinators", today, self.follow)
        self.up = AxisChoice(page, "up", "caseload_ceiling", today, self.follow)
        self.promise = PromiseChoice(page, today, self.follow)
        offered = [(texts("map.show_promise"), PROMISE)]
        offered += [(quantity(name).title(texts), name) for name in self._measures]
        self.show = ipw.Dropdown(description=texts("map.show"), options=offered)
        self._restore_show()
        self.show.observe(page.guard(lambda _: self._on_show()), "value")
        self.grid = MapGrid(texts, page.guard(self._choose))
        self.problem = ipw.HTML()
        self.work: LongWork[Asked, Sweep] = LongWork(
            page, texts("map.run"), Work(self._ask, self._steps, self._draw, _progress)
        )
        self.work.on_grown(self._grown)
        self.work.on_finished(self._note)
        self._seen: tuple[Asked, Sweep] | None = None
        self._cells: MapCells | None = None
        self._drawn: MapCells | None = None
        controls = [self.across, self.up, self.promise, self.show]
        lead = ipw.HTML(f"<p>{safe(texts('map.lead'))}</p>")
        # The words about the cells stand below them, and what is folded up last.
        started, said, below = self.work.children
        self.work.children = (started, said)
        super().__init__([lead, *controls, self.problem, self.work, self.grid, below])
        self.add_class("vv-stack")

    def follow(self) -> None:
        """Say whether the map is still that of what is chosen, and mark what is tried on it."""
        weighing = self._bench.weighing
        if weighing.municipality.key != self._municipality:
            self._municipality = weighing.municipality.key
            for choice in (self.across, self.up, self.promise):
                choice.follow(weighing.municipality.today)
            self._seen = self._cells = None
            self.work.clear()
            self.grid.show(None)
            self._complain("")
        asked = self.work.asked
        stale = asked is not None and asked != self._asked_now()
        self.work.mark_stale(stale_words(self._page, stale))
        self._shade(stale)
        if self._cells is not None:
            self.grid.show(self._cells, self._places())

    # --- What is asked ------------------------------------------------------------------------

    def _asked_now(self) -> Asked | None:
        try:
            return self._asked()
        except ScenarioError:  # what is tried does not go with today's values of the two inputs
            return None

    def _asked(self) -> Asked:
        weighing = self._bench.weighing
        municipality, fields = weighing.municipality, (self.across.chosen, self.up.chosen)
        today = {field: getattr(municipality.today, field) for field in fields}
        over = tuple((choice.chosen, choice.values) for choice in (self.across, self.up))
        base = weighing.scenario.replace(**today)
        return Asked(municipality.key, municipality.preset, base, over, *self.promise.value)

    def _ask(self) -> Asked | None:
        texts = self._texts
        names = [texts(f"parameter.{choice.chosen}") for choice in (self.across, self.up)]
        if self.across.chosen == self.up.chosen:
            self._complain(texts("map.fault_same", name=names[0]))
            return None
        for name, choice in zip(names, (self.across, self.up), strict=True):
            if len(choice.values) == 1:
                self._complain(texts("map.fault_few", name=name))
                return None
        try:
            asked = self._asked()
            for field, values in asked.over:
                for value in values:
                    asked.base.replace(**{field: value})
        except ScenarioError as error:
            said = {"name": error.field, "value": error.value}
            if error.field in parameters():
                parameter = parameters()[error.field]
                said = {
                    "name": texts(f"parameter.{error.field}"),
                    "value": written(texts, parameter, error.value),
                }
            self._complain(texts("map.fault_value", **said))
            return None
        self._complain("")
        return asked

    def _steps(self, asked: Asked, stop: Event) -> Iterator[Sweep]:
        from simulation.experiments.sweep import sweep  # noqa: PLC0415 (loads SciPy)

        yield from sweep(
            asked.base,
            dict(asked.over),
            measures=self._measures,
            promise=asked.promise,
            replications=RUNS[asked.preset],
            seed=SEED,
            cancel=stop,
        )

    # --- What is shown ------------------------------------------------------------------------

    def _draw(self, asked: Asked, found: Sweep, finished: bool) -> str:
        from simulation.figures.map_cells import map_cells  # noqa: PLC0415 (loads SciPy)

        texts = self._texts
        measure = None if self._shown == PROMISE else self._shown
        cells = self._drawn = map_cells(found, measure, asked.promise, asked.required, texts)
        runs = texts("map.runs", runs=texts.number(found.asked), years=found.base.years)
        legend = texts("map.legend_promise" if measure is None else "map.legend_measure")
        notes = (legend, texts("map.legend_marks"), runs if finished else texts("map.early"))
        table = table_html(texts("map.table"), cells.columns, cells.table)
        said = "".join(f'<p class="vv-control-note">{safe(words)}</p>' for words in notes)
        return f"<p><strong>{safe(cells.finding)}.</strong></p>{said}{table}"

    def _grown(self, asked: Asked, found: Sweep, _: bool) -> None:
        self._seen, self._cells = (asked, found), self._drawn
        self._shade(False)
        self.grid.show(self._cells, self._places())

    def _on_show(self) -> None:
        self._page.client.remember(**{_SHOW: None if self._shown == PROMISE else self._shown})
        if self._seen is not None and not self.work.running:
            asked, found = self._seen
            self.work.result.value = self._draw(asked, found, found.done == 1)
            self._cells = self._drawn
            self.grid.show(self._cells, self._places())

    @property
    def _shown(self) -> str:
        return self.show.value if self.show.value in self._measures else PROMISE

    def _restore_show(self) -> None:
        words = self._page.client.query.get(_SHOW)
        if words in self._measures:
            self.show.value = words

    def _places(self) -> dict[str, tuple[Any, Any]]:
        """Return where today and what is tried lie on the map, as far as they do."""
        if self._seen is None:
            return {}
        asked, _ = self._seen
        (across, _), (up, _) = asked.over
        weighing = self._bench.weighing
        found = {}
        for id, one in (("tried", weighing.scenario), ("today", weighing.municipality.today)):
            at = (_plain(getattr(one, across)), _plain(getattr(one, up)))
            if id == "today" or one != weighing.municipality.today:
                found[self._texts(f"map.{id}")] = at
        return found

    def _note(self) -> None:
        """Keep the finding for the decision; in the thread."""
        if self._cells is None or self._shown != PROMISE:
            return
        across, up = self._cells.names
        said = self._texts("map.note", across=across, up=up, finding=self._cells.finding)
        self._bench.weighing.note("map", [said])

    # --- What the person does ---------------------------------------------------------------------

    def _choose(self, at: tuple[Any, Any]) -> None:
        """Set the controls to the two values of a cell."""
        if self._seen is None:
            return
        asked, _ = self._seen
        fields = [field for field, _ in asked.over]
        values = {
            field: parameters()[field].of_each_role(value)
            for field, value in zip(fields, at, strict=True)
        }
        self._bench.try_out(values)

    def _shade(self, stale: bool) -> None:
        if stale:
            self.grid.add_class("vv-stale")
        else:
            self.grid.remove_class("vv-stale")

    def _complain(self, sentence: str) -> None:
        words = f'<p class="vv-notice vv-notice-look" role="alert">{safe(sentence)}</p>'
        self.problem.value = words if sentence else ""


def _plain(value: Any) -> Any:
    """Return *value* as a map has it: one number where each role of the team has the same."""
    same = isinstance(value, tuple) and len(set(value)) == 1
    return single(value) if same else value


def _progress(found: Sweep) -> tuple[int, int]:
    done = sum(cell.replications for cell in found.cells)
    return done, found.asked * len(found.cells)
