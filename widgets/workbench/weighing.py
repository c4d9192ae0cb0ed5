"""What is weighed, shared by everything on the page: a municipality, what is tried, and the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulation import Scenario
    from simulation.study import Study
    from widgets.workbench.municipality import Municipality

Change = Literal["municipality", "scenario", "study"]
"""What became another one: the municipality (and with it the scenario), what is tried, or the answer."""


class Weighing:
    """The one place where the parts of the page find what is chosen, and hear that it changed.

    Whoever changes it does so in the kernel's own thread, but for the answer, which comes from the
    thread that calculates.
    """

    def __init__(self, municipality: Municipality) -> None:
        self.municipality = municipality
        self.scenario: Scenario = municipality.today
        """What is tried."""
        self.against: Scenario = municipality.today
        """What it is held against: today, unless another was chosen."""
        self.against_name = ""
        """What it is called where it is not today."""
        self.study: Study | None = None
        """The settled answer to what is chosen now; None while there is none."""
        self.findings: dict[str, tuple[str, ...]] = {}
        """What views found about this municipality, in sentences, by the name of the view."""
        self._heard: list[Callable[[Change], None]] = []

    def observe(self, callback: Callable[[Change], None]) -> None:
        """Call *callback* after each change, with what changed."""
        self._heard.append(callback)

    def begin(self, municipality: Municipality, scenario: Scenario) -> None:
        """Weigh *scenario* in *municipality*, held against today."""
        self.municipality, self.scenario = municipality, scenario
        self.against, self.against_name, self.study = municipality.today, "", None
        self.findings = {}
        self._tell("municipality")

    def note(self, view: str, sentences: Sequence[str]) -> None:
        """Keep what *view* found, for the decision; no *sentences* take it back.

        The sentences say themselves what was asked, for what is tried may be another by then.
        """
        kept = {name: said for name, said in self.findings.items() if name != view}
        self.findings = kept | ({view: tuple(sentences)} if sentences else {})

    def try_out(self, scenario: Scenario) -> None:
        """Try *scenario*; what was answered before is no answer to it."""
        if scenario == self.scenario:
            return
        self.scenario, self.study = scenario, None
        self._tell("scenario")

    def hold_against(self, scenario: Scenario, name: str) -> None:
        """Hold what is tried against *scenario*, called *name*; empty for today."""
        self.against, self.against_name, self.study = scenario, name, None
        self._tell("scenario")

    def settle(self, study: Study) -> None:
        """Take *study* as the answer, if it still answers what is chosen."""
        if study.scenario == self.scenario and study.base == self.against:
            self.study = study
            self._tell("study")

    def _tell(self, change: Change) -> None:
        for callback in tuple(self._heard):
            callback(change)
