"""The scenario that a word on the command line means: a preset, a file or a share code, with changes."""

import re
import tomllib
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from data import PRESETS, parameters
from data.texts import Texts
from simulation.experiments.scenario_file import load_scenario
from simulation.experiments.share_code import (
    ShareCodeError,
    from_share_code,
    looks_like_share_code,
)
from simulation.experiments.sweep import steps
from simulation.scenario import Scenario, ScenarioError


class WordError(ValueError):
    """A word means no scenario; the message says so in the language of the command."""


def named_scenario(words: str, changes: Sequence[str], texts: Texts) -> Scenario:
    """Return the scenario that *words* mean, with *changes* such as ``coordinators=6``.

    *words* are the name of a preset, the path of a scenario's file or a share code; changes may stand
    behind a plus too: ``medium+coordinators=6``. Raises :exc:`WordError`, and
    :exc:`~data.files.DataError` for a file with a fault.
    """
    name, *added = [words] if Path(words).is_file() else words.split("+")
    scenario = _base(name, texts)
    for change in [*added, *changes]:
        field, sign, value = change.partition("=")
        if not sign:
            raise WordError(texts("experiment.no_change", change=change))
        try:
            scenario = scenario.replace(**{field.strip(): read_value(value)})
        except ScenarioError as error:
            raise WordError(said(error, texts)) from error
    return scenario


def read_value(words: str) -> Any:
    """Return the number, the switch, the list or the day in *words*, else the words themselves.

    >>> read_value("0.15"), read_value("true"), read_value("[4, 4, 4, 2]"), read_value("hire")
    (0.15, True, [4, 4, 4, 2], 'hire')
    """
    text = words.strip()
    try:
        return tomllib.loads(f"value = {text}")["value"] if "\n" not in text else text
    except tomllib.TOMLDecodeError:
        return text


def named_input(words: str, texts: Texts) -> tuple[str, list[Any]]:
    """Return the field and the values that *words* mean.

    ``coordinators=2,3,5`` lists them, ``coordinators=2:8`` counts from the first to the last, and
    ``no_show=0:0.3:7`` gives seven, evenly spaced. Raises :exc:`WordError`.
    """
    field, _, values = words.partition("=")
    first, *rest = values.split(":")
    try:
        if not rest:
            return field.strip(), [read_value(value) for value in _listed(values)]
        low, high = float(first), float(rest[0])
        count = int(rest[1]) if len(rest) == 2 else round(high - low) + 1
        return field.strip(), list(steps(field.strip(), low, high, count))
    except ScenarioError as error:
        raise WordError(said(error, texts)) from error
    except (ValueError, IndexError) as error:
        raise WordError(texts("experiment.no_input", words=words)) from error


def _listed(values: str) -> list[str]:
    """Split at commas, but not inside the brackets of a list."""
    found = re.findall(r"\[[^\]]*\]|[^,\[\]]+", values)
    if not found:
        raise ValueError(values)
    return found


def said(error: ScenarioError, texts: Texts) -> str:
    """Return what *error* says, in the language of *texts*."""
    parameter = parameters().get(error.field)
    slots = {"field": error.field, "value": error.value}
    if parameter is None:
        near = get_close_matches(error.field, parameters(), n=3) or [*parameters()]
        return texts("experiment.unknown_field", **slots, near=", ".join(near))
    match parameter.kind:
        case "switch":
            allowed = "true, false"
        case "choice":
            allowed = ", ".join(parameter.choices)
        case "date":
            allowed = "2027-01-01"
        case kind:
            low, high = f"{parameter.minimum:g}", f"{parameter.maximum:g}"
            allowed = texts(f"experiment.allowed_{kind}", low=low, high=high)
    return texts("experiment.wrong_value", **slots, allowed=allowed)


def _base(name: str, texts: Texts) -> Scenario:
    if name in PRESETS:
        return Scenario.preset(name)
    if Path(name).is_file():
        return load_scenario(Path(name))
    if looks_like_share_code(name):
        try:
            return from_share_code(name)
        except ShareCodeError as error:
            raise WordError(texts(f"share.{error.reason}")) from error
    raise WordError(texts("experiment.no_scenario", name=name, presets=", ".join(PRESETS)))
