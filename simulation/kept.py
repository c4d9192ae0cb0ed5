"""What leaders loaded or saved: municipalities of their own, and scenarios under a name.

Each is a file in the data folder under a random number. A municipality holds every number, the rules and
today's case list; a scenario that was tried in it holds no list, but finds it there, so that a list
lies in one place and is gone when it is deleted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal

from pydantic import ValidationError

from data import PRESETS, parameters
from data.case_list.cells import personal
from data.kept_files import NotKeptError, forget, keep, kept_numbers, read_kept
from simulation.experiments.scenario_file import as_json, scenario_from_json, scenario_values
from simulation.scenario import Scenario, ScenarioError

FORMAT = 1
"""The version of the files; a later one reads this one too."""
LONGEST_NAME = 80
"""Characters of the name of a municipality or a scenario."""
_LISTS = ("posts", "cases")
NameFault = Literal["blank", "long", "personal"]
"""Why a name cannot be used: nothing that can be seen, too long, or a CPR number, e-mail or telephone."""


@dataclass(frozen=True)
class KeptMunicipality:
    """A municipality that the leaders loaded."""

    number: str
    """Its random number, which the address says."""
    name: str
    preset: str
    """The preset whose numbers stand where they gave none."""
    today: Scenario
    own: Mapping[str, str]
    """Where each of their own numbers comes from, by the parameter's id; empty where they did not say."""
    loaded: datetime


@dataclass(frozen=True)
class SavedScenario:
    """A scenario that was saved under a name."""

    number: str
    name: str
    municipality: str
    """The name of a preset, or the number of the municipality in which it was tried."""
    scenario: Scenario
    saved: datetime


def keep_municipality(
    name: str, preset: str, today: Scenario, own: Mapping[str, str]
) -> KeptMunicipality:
    """Keep a municipality that works as *today*, with the sources of its *own* numbers.

    Raises :exc:`ValueError` for a name that cannot be used, and :exc:`OSError` where nothing can be
    written.
    """
    loaded, name = _now(), _checked_name(name)
    content = {
        "format": FORMAT,
        "name": name,
        "preset": preset,
        "own": dict(own),
        "at": loaded.isoformat(),
        "scenario": scenario_values(today),
    }
    number = keep("municipalities", as_json(content))
    return KeptMunicipality(number, name, preset, today, dict(own), loaded)


def kept_municipality(number: str) -> KeptMunicipality:
    """Return the municipality under *number*; raises :exc:`~data.kept_files.NotKeptError`."""
    content = _content("municipalities", number)
    try:
        own = {str(id): str(source) for id, source in content["own"].items() if id in parameters()}
        preset = content["preset"] if content["preset"] in PRESETS else PRESETS[0]
        return KeptMunicipality(
            number,
            _checked_name(content["name"]),
            preset,
            scenario_from_json(content["scenario"]),
            own,
            datetime.fromisoformat(content["at"]),
        )
    except _SPOILT as error:
        raise NotKeptError(number) from error


def forget_municipality(number: str) -> None:
    """Delete the municipality under *number*, and every scenario that was tried in it.

    Its case list goes from the archive of experiments too.
    """
    from simulation.experiments.manifest import forget_archived_list  # noqa: PLC0415 (seldom)

    with suppress(NotKeptError):
        forget_archived_list(kept_municipality(number).today)
    for one in kept_numbers("scenarios"):
        try:
            where = _content("scenarios", one).get("municipality")
        except NotKeptError:
            continue
        if where == number:
            forget("scenarios", one)
    forget("municipalities", number)


def save_under_name(name: str, municipality: str, scenario: Scenario) -> SavedScenario:
    """Save *scenario*, tried in *municipality* (its preset or number), under *name*.

    Raises :exc:`ValueError` for a name that cannot be used, or where a scenario with a case list belongs to
    no kept municipality, :exc:`~data.kept_files.NotKeptError` where its municipality was deleted, and
    :exc:`OSError` where nothing can be written.
    """
    if municipality not in PRESETS:
        kept_municipality(municipality)
    if (scenario.cases or scenario.posts) and municipality in PRESETS:
        raise ValueError("a scenario with a case list belongs to a kept municipality")
    saved, name = _now(), _checked_name(name)
    values = scenario_values(scenario) | {key: [] for key in _LISTS}
    content = {
        "format": FORMAT,
        "name": name,
        "municipality": municipality,
        "at": saved.isoformat(),
        "scenario": values,
    }
    number = keep("scenarios", as_json(content))
    return SavedScenario(number, name, municipality, scenario, saved)


def saved_scenario(number: str) -> SavedScenario:
    """Return the scenario under *number*.

    Raises :exc:`~data.kept_files.NotKeptError` where it, or the municipality it was tried in, is gone.
    """
    content = _content("scenarios", number)
    try:
        place = content["municipality"]
        scenario = scenario_from_json(content["scenario"])
        if place not in PRESETS:
            today = _today(read_kept("municipalities", place))
            scenario = scenario.replace(posts=today.posts, cases=today.cases)
        return SavedScenario(
            number,
            _checked_name(content["name"]),
            place,
            scenario,
            datetime.fromisoformat(content["at"]),
        )
    except _SPOILT as error:
        raise NotKeptError(number) from error


def forget_scenario(number: str) -> None:
    """Delete the scenario under *number*, if there is one."""
    forget("scenarios", number)


@lru_cache(maxsize=4)  # it is read for each scenario that was tried in it, with all its cases
def _today(content: str) -> Scenario:
    """Return how a municipality works, from what its file holds."""
    return scenario_from_json(json.loads(content)["scenario"])


_SPOILT = (KeyError, TypeError, ValueError, AttributeError, ScenarioError, ValidationError)
"""What reading a file raises that somebody changed, or that a newer version wrote."""


def _content(kind: Any, number: str) -> dict[str, Any]:
    try:
        content = json.loads(read_kept(kind, number))
    except ValueError as error:
        raise NotKeptError(number) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise NotKeptError(number)
    return content


def name_fault(name: str) -> NameFault | None:
    """Return why a municipality or a scenario cannot be called *name*, or None; blanks do not matter."""
    words = " ".join(name.split())
    if not words or not words.isprintable():
        return "blank"
    if len(words) > LONGEST_NAME:
        return "long"
    return "personal" if personal(words) else None


def _checked_name(name: str) -> str:
    if fault := name_fault(name):
        raise ValueError(
            f"this name is {fault}; give 1 to {LONGEST_NAME} characters, nothing personal"
        )
    return " ".join(name.split())


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
