"""The view Flip: which uncertain number would change the recommendation, and at what value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as ipw

from data import parameters
from widgets.page import safe
from widgets.workbench.answer import figure_html
from widgets.workbench.calculation import SEED
from widgets.workbench.compare import IN_ADDRESS as BESIDE
from widgets.workbench.find import looks
from widgets.workbench.line_up import from_address, name_of
from widgets.workbench.long_work import LongWork, Work, stale_words
from widgets.workbench.promise_choice import PromiseChoice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from threading import Event

    from simulation import Scenario
    from simulation.experiments.change_of_mind import ChangesOfMind, MindQuestion, Which
    from widgets.workbench.views import Bench

KINDS = ("today", "tried", "against", "more", "fewer")
"""The options that there may be beside those of the comparison."""
IN_ADDRESS, IN_ADDRESS_WHICH = "options", "uncertain"
"""What the address calls the options that are left out, and which numbers are moved."""
_MOST = 8


class FlipView(ipw.VBox):
    """The view ``flip``.

    Attributes:
        promise: The promise that is chosen.
        ticks: A tick for each option there may be, by its kind.
        which: Which uncertain numbers are moved.
        work: What would change the recommendation.
        offer: Sets what is recommended on the controls.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench, self._page, self._texts = bench, bench.page, bench.page.texts
        texts, guard = self._texts, bench.page.guard
        self.promise = PromiseChoice(self._page, bench.weighing.municipality.today, self.follow)
        kinds = (*KINDS[:3], *(f"beside{n}" for n in range(3)), *KINDS[3:])
        self.ticks = {kind: ipw.Checkbox(value=True, indent=False) for kind in kinds}
        for tick in self.ticks.values():
            tick.observe(guard(lambda _: self._on_choice()), "value")
        which = [(texts(f"flip.which_{name}"), name) for name in ("carrying", "all")]
        self.which = ipw.Dropdown(description=texts("flip.which"), options=which)
        self.which.observe(guard(lambda _: self._on_choice()), "value")
        self._quiet = False
        self._offered: dict[str, tuple[str, Scenario]] = {}
        self.work = LongWork(
            self._page,
            texts("flip.start"),
            Work(self._ask, _changes, self._draw, lambda found: found.progress),
        )
        self.offer = ipw.Button(description=texts("flip.try_out"))
        self.offer.layout.visibility = "hidden"
        self.offer.on_click(guard(lambda _: self._try_out()))
        self.work.on_grown(self._on_grown)
        self.work.on_finished(self._note)
        *before, result = self.work.children
        self.work.children = (*before, ipw.HBox([self.offer]).add_class("vv-row"), result)
        heading = ipw.HTML(
            f"{looks()}<h2>{safe(texts('flip.heading'))}</h2><p>{safe(texts('flip.lead'))}</p>"
        )
        options = ipw.HTML(f"<h3>{safe(texts('flip.options'))}</h3>")
        ticks = ipw.VBox([*self.ticks.values()]).add_class("vv-levers")
        super().__init__([heading, self.promise, options, ticks, self.which, self.work])
        self.add_class("vv-stack").add_class("vv-flip")

    def follow(self) -> None:
        """Offer what can be chosen between now, and say whether the answer is about that."""
        self.promise.follow(self._bench.weighing.municipality.today)
        self._offered = self._options()
        query = self._page.client.query
        left_out = query.get(IN_ADDRESS)
        self._quiet = True
        try:
            for kind, tick in self.ticks.items():
                offered = self._offered.get(kind)
                tick.layout.display = None if offered else "none"
                if offered:
                    label = "beside" if kind.startswith("beside") else kind
                    tick.description = self._texts(f"flip.option_{label}", name=offered[0])
                tick.value = kind not in left_out.split(".") if left_out is not None else True
            self.which.value = "all" if query.get(IN_ADDRESS_WHICH) == "all" else "carrying"
        finally:
            self._quiet = False
        self.work.mark_stale(stale_words(self._page, self.work.asked != self._question()))

    def _options(self) -> dict[str, tuple[str, Scenario]]:
        """Return what there is to choose between by its kind: its name and scenario, each once."""
        weighing = self._bench.weighing
        today, tried = weighing.municipality.today, weighing.scenario
        there: dict[str, tuple[str, Scenario]] = {
            "today": (self._texts("flip.option_today"), today)
        }

        def offer(kind: str, scenario: Scenario, name: str = "") -> None:
            taken = {known for _, known in there.values()}
            if scenario not in taken and _same_years(scenario, today):
                there[kind] = (name or name_of(scenario, today, self._texts), scenario)

        offer("tried", tried)
        offer("against", weighing.against, weighing.against_name)
        try:
            name = self._texts("flip.option_today")
            beside = from_address(self._page.client.query.get(BESIDE, ""), today, name)
        except ValueError:
            beside = ()
        for number, one in enumerate(beside):
            offer(f"beside{number}", one.scenario, one.name)
        offer("more", tried.replace(coordinators=tried.coordinators + 1))
        if tried.coordinators > 1:
            offer("fewer", tried.replace(coordinators=tried.coordinators - 1))
        return there

    def _on_choice(self) -> None:
        if self._quiet:
            return
        left_out = ".".join(kind for kind, tick in self.ticks.items() if tick.value is not True)
        which = "all" if self.which.value == "all" else None
        self._page.client.remember(**{IN_ADDRESS: left_out or None, IN_ADDRESS_WHICH: which})
        self.follow()

    def _question(self) -> MindQuestion | None:
        """Return what is chosen; None where there are not two options."""
        from simulation.experiments.change_of_mind import (  # noqa: PLC0415 (loads NumPy and SciPy)
            MindQuestion,
            options_by_name,
        )

        weighing = self._bench.weighing
        chosen = [
            option for kind, option in self._offered.items() if self.ticks[kind].value is True
        ]
        if len(chosen) < 2:
            return None
        promise, often = self.promise.value
        which: Which = "all" if self.which.value == "all" else "carrying"
        return MindQuestion(
            weighing.municipality.today,
            options_by_name(chosen[:_MOST]),
            promise,
            often,
            weighing.municipality.preset,
            frozenset(weighing.municipality.own),
            which,
            SEED,
        )

    def _ask(self) -> MindQuestion | None:
        asked = self._question()
        if asked is None:
            self._page.notice(self._texts("flip.fewest"), problem=True)
            return None
        try:
            there = bool(asked.inputs)
        except ValueError:
            there = False
        if not there:
            self._page.notice(self._texts("flip.nothing"), problem=True)
            return None
        return asked

    # --- What the work tells, from its own thread ------------------------------------------------

    def _draw(self, _: MindQuestion, found: ChangesOfMind, finished: bool) -> str:
        from simulation.experiments import change_of_mind_words as words  # noqa: PLC0415 (slow)
        from simulation.figures.flips import flips  # noqa: PLC0415 (loads Matplotlib)

        texts = self._texts
        look = " vv-cannot-hold" if finished and found.keeps_none else ""
        told = "".join(f"<li>{safe(said)}</li>" for said in words.told(found, texts))
        first = words.next_to_measure(found, texts)
        measure = f"<p><strong>{safe(first)}</strong></p>" if first else ""
        others = "".join(f"<p>{safe(said)}</p>" for said in words.others(found, texts))
        unsure = "".join(f"<li>{safe(said)}</li>" for said in words.unsure(found, texts))
        return (
            f'<p class="vv-control-note">{safe(words.asked(found, texts))}</p>'
            f'<div class="vv-answer{look}"><p><strong>{safe(words.lead(found, texts))}</strong> '
            f"{safe(words.certainty(found, texts))}</p></div>"
            f"{measure}<ul>{told}</ul>{others}"
            f"{figure_html(flips(found, texts), texts) if finished and found.changes else ''}"
            f"<h3>{safe(texts('find.unsure'))}</h3><ul>{unsure}</ul>"
        )

    def _on_grown(self, _: MindQuestion, found: ChangesOfMind, finished: bool) -> None:
        there = finished and not found.keeps_none
        self.offer.layout.visibility = "visible" if there else "hidden"

    def _try_out(self) -> None:
        """Set the controls to what is recommended."""
        if self.work.found is None:
            return
        asked, found = self.work.found
        scenario = dict(asked.options).get(found.recommended)
        if scenario is not None:
            changes = scenario.differences(self._bench.weighing.scenario)
            self._bench.try_out({id: new for id, (new, _) in changes.items() if id in parameters()})
            self._page.notice(self._texts("find.tried_out"))

    def _note(self) -> None:
        """Keep what was found for the decision."""
        from simulation.experiments import change_of_mind_words as words  # noqa: PLC0415 (slow)

        if self.work.found is None:
            return
        asked, found = self.work.found
        weighing, texts = self._bench.weighing, self._texts
        if asked.today != weighing.municipality.today:
            return
        first = words.next_to_measure(found, texts)
        said = (words.asked(found, texts), words.lead(found, texts), words.certainty(found, texts))
        weighing.note("flip", (*said, *([first] if first else []), *words.told(found, texts)))


def _same_years(scenario: Scenario, today: Scenario) -> bool:
    fields = ("start", "years", "warm_up_years")
    return all(getattr(scenario, field) == getattr(today, field) for field in fields)


def _changes(asked: MindQuestion, stop: Event) -> Iterator[ChangesOfMind]:
    from simulation.experiments.change_of_mind import changes_of_mind  # noqa: PLC0415 (slow to load)

    return changes_of_mind(asked, stop)
