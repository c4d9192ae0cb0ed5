"""The scenarios that stand beside today: up to three, each under a name, and how an address says them."""

from __future__ import annotations

import binascii
import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError

from simulation import ScenarioError
from simulation.changes import differences_in_words
from simulation.experiments.scenario_file import as_json, scenario_from_json, scenario_values
from simulation.kept import LONGEST_NAME, NameFault, name_fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.texts import Texts
    from simulation import Scenario

MOST = 3
"""Scenarios beside today: four columns are what fits on a screen and in a head."""
LONGEST = 4_000
"""Characters of an address that are read, and a tenth of what they may unfold to."""
_LISTS = ("posts", "cases")
_YEARS = ("start", "years", "warm_up_years")

Fault = Literal["full", "today", "twin", "taken", "years"] | NameFault
"""Why a scenario cannot stand beside the others: there is no room, it is today itself or one that stands
there already, its name is taken, its years are others, or its name cannot be used."""


class LineUpError(ValueError):
    """A scenario cannot be put beside the others."""

    def __init__(self, reason: Fault, name: str) -> None:
        super().__init__(f"{reason}: {name}")
        self.reason: Fault = reason
        self.name = name
        """The name that is meant: of the one that stands there already, else of the one that was given."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A scenario under the name that the leaders gave it."""

    name: str
    scenario: Scenario


def put_beside(
    others: Sequence[Chosen], one: Chosen, today: Scenario, today_name: str
) -> tuple[Chosen, ...]:
    """Return *others* with *one* behind them; raises :exc:`LineUpError` where that cannot be."""
    name = " ".join(one.name.split())
    if fault := name_fault(name):
        raise LineUpError(fault, name)
    if len(others) >= MOST:
        raise LineUpError("full", name)
    if one.scenario == today:
        raise LineUpError("today", name)
    if any(getattr(one.scenario, field) != getattr(today, field) for field in _YEARS):
        raise LineUpError("years", name)
    for other in others:
        if other.scenario == one.scenario:
            raise LineUpError("twin", other.name)
    if name in {today_name, *(other.name for other in others)}:
        raise LineUpError("taken", name)
    return (*others, Chosen(name, one.scenario))


def name_of(scenario: Scenario, today: Scenario, texts: Texts) -> str:
    """Return what *scenario* is called unless it gets a name: how it differs from *today*, cut short."""
    words = "; ".join(differences_in_words(scenario, today, texts))
    return words if len(words) <= LONGEST_NAME else f"{words[: LONGEST_NAME - 1].rstrip()}…"


def in_address(chosen: Sequence[Chosen], today: Scenario) -> str:
    """Return *chosen* as an address says them: what each differs in from *today*; nothing of a case list.

    One with another case list or other posts than today's is left out, for it holds real young people.
    """
    said = []
    for one in chosen:
        fields = one.scenario.differences(today)
        if not set(_LISTS) & fields.keys():
            values = scenario_values(one.scenario)
            said.append([one.name, {field: values[field] for field in fields}])
    if not said:
        return ""
    press = zlib.compressobj(9, wbits=-15)
    packed = press.compress(as_json(said).encode()) + press.flush()
    return urlsafe_b64encode(packed).decode().rstrip("=")


def from_address(words: str, today: Scenario, today_name: str) -> tuple[Chosen, ...]:
    """Return what :func:`in_address` made; raises :exc:`ValueError` for anything else."""
    found: tuple[Chosen, ...] = ()
    for name, values in _unpacked(words):
        if set(_LISTS) & values.keys() or not isinstance(name, str):
            raise ValueError("an address holds names and what differs, and no list of cases")
        plain = json.loads(as_json(scenario_values(today))) | values
        try:
            scenario = scenario_from_json(plain)
        except (ScenarioError, ValidationError, TypeError) as error:
            raise ValueError("the address has a value that a scenario cannot have") from error
        found = put_beside(found, Chosen(name, scenario), today, today_name)
    return found


def _unpacked(words: str) -> list[tuple[Any, dict[str, Any]]]:
    if len(words) > LONGEST:
        raise ValueError("the address is too long")
    try:
        packed = urlsafe_b64decode(words + "=" * (-len(words) % 4))
        text = zlib.decompressobj(wbits=-15).decompress(packed, 10 * LONGEST)
        found = json.loads(text)
    except (binascii.Error, zlib.error, RecursionError) as error:
        raise ValueError("the address was damaged on the way") from error
    pairs = found if isinstance(found, list) else [found]
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[1], dict)):
            raise ValueError("the address was damaged on the way")
    return [(name, values) for name, values in pairs]
