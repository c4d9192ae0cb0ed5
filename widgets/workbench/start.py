"""Where it begins: which municipality is weighed, what the leaders load of their own, what they saved.

The page puts it above the controls. It changes nothing by itself but the list of what there is: each
choice is told to the page by *begin*, with the municipality and the scenario to try in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as ipw

from data import PRESETS
from data.kept_files import NotKeptError
from widgets.workbench.municipality import Municipality, invented, municipality
from widgets.workbench.saved import Saved

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulation import Scenario
    from widgets.page import Page
    from widgets.workbench.weighing import Weighing

DEFAULT = "medium"
"""The municipality that is weighed until another is chosen."""


class Start(ipw.VBox):
    """Choose, load, open and save.

    Attributes:
        choice: The municipality: ours, and those this browser knows; its value is the key that the
            address says under ``preset``.
        saved: What this browser knows; other parts list and save scenarios by it too.
    """

    def __init__(
        self, page: Page, weighing: Weighing, begin: Callable[[Municipality, Scenario], None]
    ) -> None:
        self._page, self._weighing, self._begin = page, weighing, begin
        self.saved = Saved(page)
        texts = page.texts
        self.choice = ipw.Dropdown(description=texts("capacity.preset"))
        self._quiet = False
        self._offer(weighing.municipality)
        self.choice.observe(page.guard(lambda _: self._on_choice()), "value")
        super().__init__([self.choice])
        self.add_class("vv-start")

    def restore(self, key: str) -> Municipality | None:
        """Return the municipality that the address calls *key* and show it as chosen, without *begin*.

        Empty words are our default. None, with a notice on the page, where there is no such municipality.
        """
        try:
            found = municipality(key or DEFAULT, self._page.texts)
        except NotKeptError:
            return None
        self._offer(found)
        return found

    def _on_choice(self) -> None:
        if self._quiet or self.choice.value == self._weighing.municipality.key:
            return
        found = municipality(self.choice.value, self._page.texts)
        self._begin(found, found.today)

    def _offer(self, chosen: Municipality) -> None:
        """Show *chosen* as chosen, among all there is."""
        ours = [invented(name, self._page.texts) for name in PRESETS]
        listed = {one.key: one.name for one in ours}
        listed |= {one.number: one.name for one in self.saved.municipalities()}
        listed[chosen.key] = chosen.name
        self._quiet = True
        try:
            self.choice.options = [(name, key) for key, name in listed.items()]
            self.choice.value = chosen.key
        finally:
            self._quiet = False
