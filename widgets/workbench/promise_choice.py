"""The choice of a promise: what is promised, its limit, and how often it must hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as ipw

from widgets.page import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulation import Scenario
    from simulation.experiments.promise import Promise
    from widgets.page import Page

ADDRESS = ("promise", "often")
"""What the address calls the promise, and how often it must hold."""


class PromiseChoice(ipw.VBox):
    """Three lists; *on_change* hears every change once, and the address keeps what was chosen.

    Each offers what :mod:`simulation.experiments.offered` offers and nothing else, so that whatever a
    browser sends is a promise. Two choices on one page read the same address, and so agree.
    """

    def __init__(self, page: Page, today: Scenario, on_change: Callable[[], None]) -> None:
        # NumPy and SciPy come with these; a page must stand before.
        from simulation.experiments.offered import OFFERED, OFTEN, USUAL  # noqa: PLC0415
        from simulation.experiments.quantities import quantity  # noqa: PLC0415

        self._page, self._on_change, self._quiet = page, on_change, True
        self._offered, self._often = OFFERED, [probability for probability, _, _ in OFTEN]
        self._today, self._usual = today, USUAL
        self._level = {name: quantity(name).level for name in OFFERED}
        texts = page.texts
        names = [(quantity(name).title(texts), name) for name in OFFERED]
        self.measure = ipw.Dropdown(description=texts("promised.measure"), options=names)
        self.limit = ipw.Dropdown(options=[("0", 0.0)])
        self.often = ipw.Dropdown(description=texts("promised.how_often"))
        self._note = ipw.HTML(f'<p class="vv-control-note">{safe(texts("promised.begin"))}</p>')
        self.measure.observe(page.guard(lambda _: self._on_measure()), "value")
        for field in (self.limit, self.often):
            field.observe(page.guard(lambda _: self._chosen()), "value")
        row = ipw.HBox([self.measure, self.limit, self.often]).add_class("vv-promise")
        super().__init__([row, self._note])
        self.follow(today)

    @property
    def value(self) -> tuple[Promise, float]:
        """The promise, and with which probability it must hold; what is unset is as at the start."""
        offer = self._offered.get(self.measure.value) or next(iter(self._offered.values()))
        limit = self.limit.value
        if limit not in offer.limits:
            limit = offer.begin(self._today)
        often = self.often.value if self.often.value in self._often else self._usual
        return offer.promise(limit), often

    def follow(self, today: Scenario) -> None:
        """Take what the address says, for a municipality that works as *today*."""
        self._today = today
        query = self._page.client.query
        measure, limit, often = self._read(query)
        self._quiet = True
        try:
            self.measure.value = measure
            self._offer(limit, often)
        finally:
            self._quiet = False

    def _read(self, query: Mapping[str, str]) -> tuple[str, float | None, float]:
        """Return what *query* asks for; what is not offered is left out."""
        from simulation.experiments.promise import Promise  # noqa: PLC0415 (see __init__)

        often = next((one for one in self._often if f"{one:g}" == query.get("often")), self._usual)
        try:
            asked = Promise.read(query.get("promise", ""))
        except ValueError:
            return next(iter(self._offered)), None, often
        limit = asked.at_most if asked.at_least is None else asked.at_least
        offer = self._offered.get(asked.measure)
        if offer is None or limit not in offer.limits or offer.promise(limit) != asked:
            return next(iter(self._offered)), None, often
        return asked.measure, limit, often

    def _offer(self, limit: float | None, often: float | None) -> None:
        """Offer the limits of the measure, and take *limit*, or the one where the choice begins."""
        texts, offer = self._page.texts, self._offered[self.measure.value]
        kept = self.often.value if often is None else often
        level = "years" if self._level[offer.measure] == "year" else "runs"
        self.limit.description = texts(f"promised.limit_{offer.side}")
        options = [(offer.limit_in_words(one, texts), one) for one in offer.limits]
        self.limit.options = options
        self.limit.value = offer.begin(self._today) if limit is None else limit
        self.often.options = [
            (texts(f"promised.{level}", often=said), one) for said, one in self._said()
        ]
        self.often.value = kept

    def _said(self) -> list[tuple[str, float]]:
        from simulation.experiments.offered import often_in_words  # noqa: PLC0415 (see __init__)

        return [(often_in_words(one, self._page.texts), one) for one in self._often]

    def _on_measure(self) -> None:
        if self._quiet or self.measure.value not in self._offered:
            return
        self._quiet = True
        try:
            self._offer(None, None)
        finally:
            self._quiet = False
        self._chosen()

    def _chosen(self) -> None:
        if self._quiet:
            return
        promise, often = self.value
        limit, sign = (
            (promise.at_most, "<=") if promise.at_least is None else (promise.at_least, ">=")
        )
        self._page.client.remember(
            promise=f"{promise.measure}{sign}{limit:g}",
            often=None if often == self._usual else f"{often:g}",
        )
        self._on_change()
