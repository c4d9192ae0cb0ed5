"""The municipality that is weighed: one of ours, invented, or the leaders' own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from data import PRESETS, read_preset
from simulation import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.texts import Texts
    from simulation.kept import KeptMunicipality


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
    own: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Where each number comes from that the leaders loaded, by the parameter's id, in their own words;
    empty words where they did not say. Empty for an invented municipality."""

    @property
    def invented(self) -> bool:
        """Whether it is one of ours, and no number in it anybody's own."""
        return self.key == self.preset


def invented(preset: str, texts: Texts) -> Municipality:
    """Return our municipality *preset*; raises as :meth:`simulation.Scenario.preset` does."""
    inhabitants = texts.number(read_preset(preset).population)
    name = texts("capacity.preset_choice", name=texts(f"preset.{preset}"), population=inhabitants)
    return Municipality(preset, name, preset, Scenario.preset(preset))


def municipality(key: str, texts: Texts) -> Municipality:
    """Return the municipality that an address calls *key*.

    Raises :exc:`~data.kept_files.NotKeptError` where there is none: what was loaded was deleted, or it
    was loaded on another machine.
    """
    if key in PRESETS:
        return invented(key, texts)
    from simulation.kept import kept_municipality  # noqa: PLC0415 (most pages load nothing)

    return loaded(kept_municipality(key))


def loaded(kept: KeptMunicipality) -> Municipality:
    """Return what the leaders loaded as a municipality to weigh."""
    return Municipality(kept.number, kept.name, kept.preset, kept.today, kept.own)
