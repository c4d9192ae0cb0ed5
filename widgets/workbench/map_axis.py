"""The choice of one input of a map: which number, from where to where, in how many steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from data import parameters
from data.control_groups import control_groups, single
from simulation.assumptions import written
from widgets.workbench.address import heard, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulation import Scenario
    from widgets.page import Page

DEFINITIONS = {one.field: one for group in control_groups() for one in group.controls}
FEWEST, MOST, USUAL = 2, 9, 5
"""Steps of an input."""
_LISTED = {"switch", "choice"}
_REACH = (0.5, 1.5)
"""From where to where a map goes until something else is chosen, as parts of today's number."""


def evenly(offered: Sequence[Any], low: int, high: int, count: int, today: Any) -> tuple[Any, ...]:
    """Return *count* of the values *offered*, evenly from place *low* to *high*.

    Where *today* lies between, it stands in place of its nearest neighbour that is no end.

    >>> evenly([1, 2, 3, 4, 5, 6, 7], 0, 6, 4, 4)
    (1, 4, 5, 7)
    """
    count = min(count, high - low + 1)
    gaps = max(1, count - 1)
    places = [low + round(number * (high - low) / gaps) for number in range(count)]
    now = next((place for place in range(low, high + 1) if offered[place] == today), low)
    if now not in places and count > FEWEST:
        nearest = min(range(1, count - 1), key=lambda number: abs(places[number] - now))
        places[nearest] = now
    return tuple(offered[place] for place in places)


class AxisChoice(ipw.HBox):
    """One input of a map; *name* is what the address calls it, *on_change* hears each change once."""

    def __init__(
        self, page: Page, name: str, field: str, today: Scenario, on_change: Callable[[], None]
    ) -> None:
        self._page, self._name, self._on_change, self._quiet = page, name, on_change, True
        self._usual = field
        texts = page.texts
        fields = [(texts(f"parameter.{id}"), id) for id in DEFINITIONS]
        self.field = ipw.Dropdown(description=texts(f"map.{name}"), options=fields, value=field)
        self.low = ipw.Dropdown(description=texts("map.from"), options=[("0", 0)])
        self.high = ipw.Dropdown(description=texts("map.to"), options=[("0", 0)])
        counts = [(texts.number(count), count) for count in range(FEWEST, MOST + 1)]
        self.steps = ipw.Dropdown(description=texts("map.steps"), options=counts, value=USUAL)
        self.field.observe(page.guard(lambda _: self._on_field()), "value")
        for one in (self.low, self.high, self.steps):
            one.observe(page.guard(lambda _: self._changed()), "value")
        super().__init__([self.field, self.low, self.high, self.steps])
        self.add_class("vv-map-axis")
        self.follow(today)

    def follow(self, today: Scenario) -> None:
        """Offer the values around *today*'s, and take what the address says."""
        self._today = today
        words = self._page.client.query.get(f"map_{self._name}", "").split(":")
        field = words[0] if words[0] in DEFINITIONS else self._usual
        ends = [heard(parameters()[field], word) for word in words[1:3]]
        steps = words[3] if len(words) > 3 else ""
        self._quiet = True
        try:
            self.field.value = field
            self._offer(ends if words[0] == field else [])
            if steps.isdecimal() and FEWEST <= int(steps) <= MOST:
                self.steps.value = int(steps)
        finally:
            self._quiet = False

    @property
    def chosen(self) -> str:
        """The id of the number; the one at the start where the browser has unset it."""
        return self.field.value if self.field.value in DEFINITIONS else self._usual

    @property
    def values(self) -> tuple[Any, ...]:
        """Its values on the map, in order; one alone where the range holds no more."""
        if parameters()[self.chosen].kind in _LISTED:
            return tuple(self._offered)
        ends = [end for end in (self.low.value, self.high.value) if type(end) is int]
        places = [place for place in ends if 0 <= place < len(self._offered)] or [0]
        count = self.steps.value if self.steps.value in range(FEWEST, MOST + 1) else USUAL
        today = getattr(self._today, self.chosen)
        return evenly(self._offered, min(places), max(places), count, today)

    def _offer(self, ends: Sequence[Any]) -> None:
        """Offer the values of the number, from and to *ends* or around today's."""
        parameter, texts = parameters()[self.chosen], self._page.texts
        today = getattr(self._today, self.chosen)
        known = [end for end in ends if end is not None]
        self._offered = DEFINITIONS[self.chosen].offered(today, *known)
        listed = parameter.kind in _LISTED
        for one in (self.low, self.high, self.steps):
            one.layout.visibility = "hidden" if listed else "visible"
        if listed:
            return
        options = [(written(texts, parameter, v), n) for n, v in enumerate(self._offered)]
        self.low.options = self.high.options = options
        if len(known) == 2:
            self.low.value, self.high.value = (self._offered.index(end) for end in known)
            return
        wanted = [share * single(today) for share in _REACH]
        self.low.value, self.high.value = (self._nearest(value) for value in wanted)
        if self.low.value == self.high.value:  # today's is nothing, or nearly
            self.high.value = len(self._offered) - 1

    def _nearest(self, wanted: float) -> int:
        places = range(len(self._offered))
        return min(places, key=lambda place: abs(single(self._offered[place]) - wanted))

    def _on_field(self) -> None:
        if self._quiet:
            return
        self._quiet = True
        try:
            self._offer([])
        finally:
            self._quiet = False
        self._changed()

    def _changed(self) -> None:
        if self._quiet:
            return
        said = [self.chosen]
        if parameters()[self.chosen].kind not in _LISTED:
            ends = (self._offered[one.value or 0] for one in (self.low, self.high))
            said += [*map(spoken, ends), str(self.steps.value)]
        self._page.client.remember(**{f"map_{self._name}": ":".join(said)})
        self._on_change()
