"""The scenarios and municipalities that this browser knows: files of the data folder, found by their numbers.

Everybody who uses the same Vejviser has one data folder, but each browser lists only what was saved or
loaded in it, or opened there from a link. Whoever has a number can open what lies under it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from data.kept_files import NotKeptError, looks_kept
from simulation.kept import (
    forget_municipality,
    forget_scenario,
    kept_municipality,
    save_under_name,
    saved_scenario,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulation import Scenario
    from simulation.kept import KeptMunicipality, SavedScenario
    from widgets.page import Page

MOST = 60
"""How many of each kind are listed; older ones are found by their link only."""
Kind = Literal["municipalities", "scenarios"]


class Saved:
    """What was saved and loaded in this browser; *page* has its storage once it has arrived."""

    def __init__(self, page: Page) -> None:
        self._client = page.client
        self._heard: list[Callable[[], None]] = []

    def observe(self, callback: Callable[[], None]) -> None:
        """Call *callback* when something was saved, loaded or deleted, and when the browser arrived."""
        self._heard.append(callback)

    def scenarios(self) -> list[SavedScenario]:
        """Return the saved scenarios, the newest first; what is gone is left out."""
        found = []
        for number in self._numbers("scenarios"):
            try:
                found.append(saved_scenario(number))
            except (NotKeptError, OSError):
                continue
        return found

    def municipalities(self) -> list[KeptMunicipality]:
        """Return the loaded municipalities, the newest first; what is gone is left out."""
        found = []
        for number in self._numbers("municipalities"):
            try:
                found.append(kept_municipality(number))
            except (NotKeptError, OSError):
                continue
        return found

    def save(self, name: str, municipality: str, scenario: Scenario) -> SavedScenario:
        """Save *scenario* under *name*; raises as :func:`simulation.kept.save_under_name` does."""
        saved = save_under_name(name, municipality, scenario)
        self.note("scenarios", saved.number)
        return saved

    def note(self, kind: Kind, number: str) -> None:
        """List what lies under *number* in this browser, the newest first."""
        self._store(kind, number, datetime.now(UTC).isoformat())

    def forget_scenario(self, number: str) -> None:
        """Delete a saved scenario."""
        forget_scenario(number)
        self._store("scenarios", number, None)

    def forget_municipality(self, number: str) -> None:
        """Delete what was loaded, and the scenarios that were tried in it."""
        forget_municipality(number)
        self._store("municipalities", number, None)

    def _numbers(self, kind: Kind) -> list[str]:
        # A browser may have anything in its storage.
        begins = f"{_NAMES[kind]}-"
        found = {
            name.removeprefix(begins): when
            for name, when in self._client.stored.items()
            if name.startswith(begins) and looks_kept(name.removeprefix(begins))
        }
        return sorted(found, key=lambda number: found[number], reverse=True)[:MOST]

    def _store(self, kind: Kind, number: str, words: str | None) -> None:
        # Each under a name of its own, so that two windows do not write over each other's list.
        self._client.store(**{f"{_NAMES[kind]}-{number}": words})
        for callback in tuple(self._heard):
            callback()


_NAMES: dict[Kind, str] = {"municipalities": "municipality", "scenarios": "scenario"}
