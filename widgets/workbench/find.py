"""The view Find: the smallest staffing that keeps a promise, with how sure that is."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from data import parameters
from simulation.assumptions import written
from widgets.page import safe
from widgets.workbench.answer import figure_html
from widgets.workbench.calculation import SEED
from widgets.workbench.long_work import LongWork, Work, stale_words
from widgets.workbench.promise_choice import PromiseChoice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from threading import Event

    from data.texts import Texts
    from simulation import Scenario
    from simulation.experiments.staffing_answer import StaffingAnswer, StaffingQuestion
    from widgets.workbench.views import Bench

IN_ADDRESS = "also"
"""What the address calls the inputs that may change beside the number of coordinators."""


class FindView(ipw.VBox):
    """The view ``find``.

    Attributes:
        promise: The promise that is chosen.
        levers: A tick for each input that may change too, by its id.
        work: The search.
        offers: A button for each staffing of the answer, which sets it on the controls.
    """

    def __init__(self, bench: Bench) -> None:
        # These come with NumPy and SciPy; a page must stand before.
        from simulation.experiments.offered import LEVERS  # noqa: PLC0415

        self._bench, self._page, self._texts = bench, bench.page, bench.page.texts
        texts = self._texts
        self.promise = PromiseChoice(self._page, bench.weighing.municipality.today, self.follow)
        # A tick has a name from its first moment; what it tries is written beside it at once.
        self.levers = {
            field: ipw.Checkbox(description=texts(f"parameter.{field}"), value=False, indent=False)
            for field in LEVERS
        }
        for tick in self.levers.values():
            tick.observe(self._page.guard(lambda _: self._on_lever()), "value")
        self._quiet = False
        self._among = ipw.HTML()
        self.offers = ipw.HBox([]).add_class("vv-row")
        self.work = LongWork(
            self._page,
            texts("find.start"),
            Work(self._question, _answers, self._draw, lambda found: found.progress),
        )
        self.work.on_grown(self._on_grown)
        self.work.on_finished(self._note)
        also = ipw.HTML(
            f"<h3>{safe(texts('find.also'))}</h3>"
            f'<p class="vv-control-note">{safe(texts("find.also_help"))}</p>'
        )
        heading = ipw.HTML(
            f"{looks()}<h2>{safe(texts('find.heading'))}</h2><p>{safe(texts('find.lead'))}</p>"
        )
        levers = ipw.VBox([*self.levers.values()]).add_class("vv-levers")
        *before, result = self.work.children
        self.work.children = (*before, self.offers, result)
        super().__init__([heading, self.promise, also, levers, self._among, self.work])
        self.add_class("vv-stack").add_class("vv-find")

    def follow(self) -> None:
        """Offer what is possible with what is chosen now, and say whether the answer is about that."""
        weighing = self._bench.weighing
        self.promise.follow(weighing.municipality.today)
        self._offer_levers(weighing.scenario)
        asked = self._question()
        many = _kinds(asked)
        said = [self._texts("find.among", **_ends(asked, self._texts))]
        if many > 1:
            said.append(self._texts("find.many", n=self._texts.number(many)))
        self._among.value = f'<p class="vv-control-note">{safe(" ".join(said))}</p>'
        self.work.mark_stale(stale_words(self._page, not self._still_asked()))

    def _still_asked(self) -> bool:
        """Tell whether what was asked last is still the question.

        Whoever tries out one of the staffings that were found has not asked another one.
        """
        asked = self.work.asked
        if asked is None:
            return False
        searched = {field: getattr(asked.base, field) for field, _ in asked.over}
        return self._question(self._bench.weighing.scenario.replace(**searched)) == asked

    def _offer_levers(self, scenario: Scenario) -> None:
        """Write beside each tick what it tries, and tick what the address says."""
        from simulation.experiments.offered import lever_values  # noqa: PLC0415 (see __init__)

        chosen = set(self._page.client.query.get(IN_ADDRESS, "").split("."))
        self._quiet = True
        try:
            for field, tick in self.levers.items():
                values = lever_values(field, scenario)
                # What is at its most already offers nothing to try.
                tick.layout.display = "none" if len(values) < 2 else None
                tick.description = _lever(field, values, self._texts)
                tick.value = field in chosen
        finally:
            self._quiet = False

    def _on_lever(self) -> None:
        if self._quiet:
            return
        ticked = ".".join(field for field, tick in self.levers.items() if tick.value is True)
        self._page.client.remember(**{IN_ADDRESS: ticked or None})
        self.follow()

    def _question(self, base: Scenario | None = None) -> StaffingQuestion:
        """Return what is asked now, of *base* or of what is tried."""
        from simulation.experiments.offered import lever_values  # noqa: PLC0415 (see __init__)
        from simulation.experiments.staffing_answer import (  # noqa: PLC0415
            StaffingQuestion,
            coordinators_around,
        )

        weighing = self._bench.weighing
        today, base = weighing.municipality.today, base or weighing.scenario
        promise, often = self.promise.value
        levers = {
            field: lever_values(field, base)
            for field, tick in self.levers.items()
            if tick.value is True
        }
        over = {"coordinators": coordinators_around(today)} | {
            field: values for field, values in levers.items() if len(values) > 1
        }
        pairs = tuple((field, tuple(values)) for field, values in over.items())
        return StaffingQuestion(base, today, promise, often, pairs, SEED)

    # --- What the search tells, from its own thread ----------------------------------------------

    def _draw(self, asked: StaffingQuestion, found: StaffingAnswer, finished: bool) -> str:
        from simulation.figures.staffings import staffings  # noqa: PLC0415 (loads Matplotlib)

        texts = self._texts
        paragraphs = "".join(f"<p>{safe(' '.join(said))}</p>" for said in found.said(texts) if said)
        unsure = "".join(f"<li>{safe(said)}</li>" for said in found.unsure(texts))
        look = "" if found.offered else " vv-cannot-hold" if finished else ""
        # A figure takes as long as many runs: while the search goes on, words and numbers will do.
        drawn = finished and bool(found.search.tried)
        figure = figure_html(staffings(found.search, texts), texts) if drawn else ""
        return (
            f'<p class="vv-control-note">{safe(texts("find.asked", promise=asked.in_words(texts)))}</p>'
            f'<div class="vv-answer{look}"><p><strong>{safe(found.lead(texts))}</strong></p></div>'
            f"{paragraphs}{figure}"
            f"<h3>{safe(texts('find.unsure'))}</h3><ul>{unsure}</ul>"
        )

    def _on_grown(self, _: StaffingQuestion, found: StaffingAnswer, finished: bool) -> None:
        buttons = []
        for one in found.offered if finished else ():
            words = self._texts("find.try_out", staffing=found.name(one, self._texts))
            button = ipw.Button(description=words)
            scenario = one.scenario
            button.on_click(self._page.guard(lambda _, scenario=scenario: self._try_out(scenario)))
            buttons.append(button)
        # Room for the buttons, so that nothing jumps when they come.
        self.offers.layout.min_height = "40px"
        if buttons or self.offers.children:
            self.offers.children = tuple(buttons)

    def _note(self) -> None:
        """Keep what was found for the decision."""
        if self.work.found is None:
            return
        asked, found = self.work.found
        weighing, texts = self._bench.weighing, self._texts
        if asked.today != weighing.municipality.today:
            return
        promise = texts("find.asked", promise=asked.in_words(texts))
        said = [sentence for paragraph in found.said(texts) for sentence in paragraph]
        weighing.note("find", (promise, found.lead(texts), *said))

    def _try_out(self, scenario: Scenario) -> None:
        """Set the controls to *scenario*."""
        changes = scenario.differences(self._bench.weighing.scenario)
        self._bench.try_out({id: new for id, (new, _) in changes.items() if id in parameters()})
        self._page.notice(self._texts("find.tried_out"))


def _answers(asked: StaffingQuestion, stop: Event) -> Iterator[StaffingAnswer]:
    from simulation.experiments.staffing_answer import staffing_answers  # noqa: PLC0415 (slow to load)

    return staffing_answers(asked, stop)


def _kinds(asked: StaffingQuestion) -> int:
    many = 1
    for _, values in asked.over[1:]:
        many *= len(values)
    return many


def _ends(asked: StaffingQuestion, texts: Texts) -> dict[str, str]:
    _, counted_up = asked.over[0]
    return {"first": texts.number(counted_up[0]), "last": texts.number(counted_up[-1])}


def _lever(field: str, values: Sequence[Any], texts: Texts) -> str:
    """Return the words beside a tick: the input, and what is tried of it."""
    first, *others = (written(texts, parameters()[field], value) for value in values)
    tried = texts("find.or", first=first, last=others[-1]) if others else first
    return texts("find.lever", name=texts(f"parameter.{field}"), values=tried)


@cache
def looks() -> str:
    """Return the style of what is found and what would change the answer."""
    css = Path(__file__).parents[1] / "static" / "workbench_find_flip.css"
    return f"<style>{css.read_text(encoding='utf-8')}</style>"
