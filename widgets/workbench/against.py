"""What the answer is held against: today, something that was tried before, or a saved scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from widgets.workbench.line_up import Chosen, from_address, in_address, name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from widgets.workbench.saved import Saved
    from widgets.workbench.views import Bench
    from widgets.workbench.weighing import Change

IN_ADDRESS = "mod"
"""What the address calls it."""
_EARLIER = 5
"""Tried scenarios that are offered, the latest first."""


class Against(ipw.VBox):
    """The list to choose from; *saved* knows what was saved in this browser."""

    def __init__(self, bench: Bench, saved: Saved) -> None:
        self._page, self._weighing, self._saved = bench.page, bench.weighing, saved
        self._texts = bench.page.texts
        self._earlier: list[Chosen] = []
        self._offered: list[Chosen] = []
        self._quiet = False
        self.choice = ipw.Dropdown(description=self._texts("workbench.against"))
        super().__init__([self.choice])
        self.add_class("vv-against")
        self._offer()
        self.choice.observe(bench.page.guard(self._on_choice), "value")
        bench.weighing.observe(bench.page.guard(self._on_change))
        saved.observe(bench.page.guard(self._offer))

    def restore(self, query: Mapping[str, str]) -> None:
        """Hold it against what the address says, if that is a scenario of this municipality."""
        words = query.get(IN_ADDRESS, "")
        if not words:
            return
        try:
            found = from_address(words, self._weighing.municipality.today, self._today.name)
        except ValueError:
            self._page.client.remember(**{IN_ADDRESS: None})
            return
        if found:
            self._note(found[0])
            self._page.client.remember(**{IN_ADDRESS: words})
            self._weighing.hold_against(found[0].scenario, found[0].name)

    @property
    def _today(self) -> Chosen:
        return Chosen(self._texts("figure.today"), self._weighing.municipality.today)

    def _on_choice(self, _: Any) -> None:
        place = self.choice.value
        if self._quiet or not isinstance(place, int) or not 0 <= place < len(self._offered):
            return
        chosen = self._offered[place]
        today = self._today
        if chosen.scenario == today.scenario:
            self._page.client.remember(**{IN_ADDRESS: None})
            self._weighing.hold_against(today.scenario, "")
        else:
            words = in_address((chosen,), today.scenario)
            self._page.client.remember(**{IN_ADDRESS: words or None})
            self._weighing.hold_against(chosen.scenario, chosen.name)

    def _on_change(self, change: Change) -> None:
        weighing = self._weighing
        if change == "municipality":
            self._earlier = []
            # Its scenarios mean nothing in another municipality.
            if self._page.client.query.get(IN_ADDRESS) and self._page.client.arrived:
                self._page.client.remember(**{IN_ADDRESS: None})
        if change == "study" and weighing.scenario != weighing.municipality.today:
            today = weighing.municipality.today
            name = name_of(weighing.scenario, today, self._texts)
            self._note(Chosen(name, weighing.scenario))
        self._offer()

    def _note(self, one: Chosen) -> None:
        others = [other for other in self._earlier if other.scenario != one.scenario]
        self._earlier = [one, *others][:_EARLIER]

    def _offer(self) -> None:
        """List what there is; what is held against stands there in any case, what is tried does not."""
        weighing = self._weighing
        here = weighing.municipality.key
        listed = [self._today, *self._earlier]
        listed += [
            Chosen(one.name, one.scenario)
            for one in self._saved.scenarios()
            if one.municipality == here
        ]
        if weighing.against_name:
            listed.insert(1, Chosen(weighing.against_name, weighing.against))
        found: dict[Any, Chosen] = {}
        for one in listed:
            tried = one.scenario == weighing.scenario and one.scenario != weighing.against
            if not tried or one.scenario == self._today.scenario:
                found.setdefault(one.scenario, one)
        self._show(list(found.values()))

    def _show(self, offered: list[Chosen]) -> None:
        place = next(
            (n for n, one in enumerate(offered) if one.scenario == self._weighing.against), 0
        )
        self._quiet = True
        try:
            if offered != self._offered:
                self._offered = offered
                self.choice.options = [(one.name, n) for n, one in enumerate(offered)]
            self.choice.value = place
        finally:
            self._quiet = False
