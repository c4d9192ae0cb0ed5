"""With whose numbers something is looked at: what is tried, or what it is held against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import ipywidgets as ipw

if TYPE_CHECKING:
    from simulation import Scenario
    from simulation.study import Study
    from widgets.workbench.views import Bench

Side = Literal["tried", "against"]


class Sides(ipw.VBox):
    """Two buttons, shown only where there is something to hold against; ``side=`` in the address."""

    def __init__(self, bench: Bench) -> None:
        self._page, self._weighing = bench.page, bench.weighing
        texts = bench.page.texts
        self.choice = ipw.ToggleButtons(
            description=texts("sides.look_at"),
            options=[(texts("sides.tried"), "tried"), (texts("sides.today"), "against")],
        )
        super().__init__([self.choice])
        self.layout.display = "none"
        if bench.page.client.query.get("side") == "against":
            self.choice.value = "against"
        self.choice.observe(bench.page.guard(self._on_choice), "value")

    @property
    def value(self) -> Side:
        """Which side is looked at; what is tried, where there is no other."""
        held = self.layout.display is None and self.choice.value == "against"
        return "against" if held else "tried"

    @property
    def name(self) -> str:
        """What the other side is called inside a sentence."""
        return self._weighing.against_name or self._page.texts("sides.today_inside")

    def offer(self, study: Study) -> None:
        """Offer the sides of *study*; one that runs fewer years has not the same years to show."""
        base = study.base
        both = study.compared and base is not None and base.years >= study.scenario.years
        texts = self._page.texts
        other = self._weighing.against_name or texts("sides.today")
        if self.choice.options[1][0] != other:
            chosen = self.choice.value
            self.choice.options = [(texts("sides.tried"), "tried"), (other, "against")]
            self.choice.value = chosen
        self.layout.display = None if both else "none"

    def scenario(self, study: Study, side: str = "") -> Scenario:
        """Return the numbers of *side*, by default of the one that is looked at."""
        other = (side or self.value) == "against" and study.base is not None
        return study.base if other and study.base is not None else study.scenario

    def explained(self, what: str, *, same: bool) -> str:
        """Say that *what* ("year" or "course") is shown with the other side's numbers."""
        return self._page.texts(f"{what}.other_{'side' if same else 'people'}", name=self.name)

    def _on_choice(self, _: object) -> None:
        self._page.client.remember(side="against" if self.choice.value == "against" else None)
