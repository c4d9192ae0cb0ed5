"""The municipality that is weighed: one of ours, invented, or the leaders' own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data import read_preset
from simulation import Scenario

if TYPE_CHECKING:
    from data.texts import Texts


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality as it works today."""

    key: str
    """What the address calls it: the name of a preset, or the number of what was loaded."""
    name: str
    """What it is called on the page and in documents."""
    preset: str
    """The preset whose sources and ranges hold for every number that is not the municipality's own."""
    today: Scenario
    own: frozenset[str] = frozenset()
    """The ids of the numbers that the leaders loaded; empty for an invented municipality."""

    @property
    def invented(self) -> bool:
        """Whether it is one of ours, and no number in it anybody's own."""
        return not self.own and not self.today.cases


def invented(preset: str, texts: Texts) -> Municipality:
    """Return our municipality *preset*; raises as :meth:`simulation.Scenario.preset` does."""
    inhabitants = texts.number(read_preset(preset).population)
    name = texts("capacity.preset_choice", name=texts(f"preset.{preset}"), population=inhabitants)
    return Municipality(preset, name, preset, Scenario.preset(preset))
