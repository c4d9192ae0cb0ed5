"""The button of the workbench that keeps an answer as a decision, and opens it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from widgets.decision_expectation import DecisionExpectation
from widgets.decision_opening import Opening
from widgets.page import Page, safe

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.records import Record
    from data.store import Store
    from simulation.experiments.decision_words import About
    from simulation.study import Study

PAGE = "beslutning.ipynb"


@dataclass(frozen=True, slots=True)
class Decidable:
    """An answer that can become a decision."""

    study: Study
    seed: int
    """The seed that the study was run with."""
    about: About
    """What belongs to it beside the answer."""


class DecisionSaving(ipw.VBox):
    """A button that keeps what *settled* returns as a new decision of the municipality.

    Question, findings and expected figures are filled in; the rest is for the leaders to write.
    """

    def __init__(
        self,
        page: Page,
        settled: Callable[[], Decidable | None],
        open_store: Callable[[], Store] | None = None,
    ) -> None:
        self._page = page
        self._settled = settled
        self._open_store = open_store
        self.save = ipw.Button(description=page.texts("decision.save"), disabled=True)
        self.save.on_click(page.guard(self._on_save))
        self.said = ipw.HTML()
        self.opening = Opening()
        self.expectation = DecisionExpectation(page)
        row = ipw.HBox([self.save]).add_class("vv-row")
        super().__init__([row, self.said, self.expectation, self.opening])

    def put_away(self) -> None:
        """Take away what was said of an earlier save."""
        self.said.value = ""
        self.expectation.leave()

    def follow(self) -> None:
        """Let the button be there for whoever has a settled answer."""
        self.save.disabled = self._settled() is None

    def _on_save(self, _: Any) -> None:
        found = self._settled()
        if found is None:
            return
        self._say(self._page.texts("decision.saving"))
        kept = self._keep(found)
        self.said.value = ""
        if kept:
            store, decision = kept
            number = decision.occasion
            address = f"{PAGE}?nr={number}"
            words = safe(self._page.texts("decision.saved_as", number=number))
            link = f'<a href="{safe(address)}">{safe(self._page.texts("decision.open_saved"))}</a>'
            self.said.value = f'<p role="status">{words} {link}</p>'
            # What is expected is kept with it before the page goes on to it; the link goes there at once.
            self.expectation.show(store, decision, lambda: self._go_to(address))

    def _go_to(self, address: str) -> None:
        self.opening.address = address

    def _keep(self, found: Decidable) -> tuple[Store, Record] | None:
        """Keep the question and a new decision, and return where and what; None where that fails."""
        # Loaded at the click: the page must be there before.
        from data.decisions import begin_decision  # noqa: PLC0415 (slow)
        from data.store import Store  # noqa: PLC0415 (slow)
        from data.store_errors import StoreError  # noqa: PLC0415 (slow)
        from simulation.experiments.decision_basis import basis, keep  # noqa: PLC0415 (slow)
        from widgets.case_form import UNIT  # noqa: PLC0415 (slow)

        texts = self._page.texts
        made = basis(found.study, texts, seed=found.seed, about=found.about)
        try:
            keep(made)
            store = (self._open_store or Store.open)()
            return store, begin_decision(store, UNIT, made.answers)
        except OSError:
            self._page.notice(texts("decision.not_kept"), problem=True)
        except StoreError as error:
            self._page.notice(error.say(texts), problem=True)
        return None

    def _say(self, words: str) -> None:
        self.said.value = f'<p role="status">{safe(words)}</p>'
