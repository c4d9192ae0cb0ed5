"""What words on the command line mean: scenarios, with their changes, inputs, measures and promises.

What they cannot mean is told in the language of the command, and before anything is run.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from data import PRESETS, parameters
from data.texts import Texts
from simulation.experiments.comparison import FEWEST, MOST, check_same_years
from simulation.experiments.promise import Promise
from simulation.experiments.quantities import BREACH, PER_YEAR
from simulation.experiments.scenario_file import load_scenario
from simulation.experiments.share_code import (
    ShareCodeError,
    from_share_code,
    looks_like_share_code,
)
from simulation.experiments.sweep import steps
from simulation.measures import MEASURES
from simulation.scenario import Scenario, ScenarioError


class WordError(ValueError):
    """A word means nothing; the message says so in the language of the command."""


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


def named_scenarios(words: Sequence[str], changes: Sequence[str], texts: Texts) -> list[Scenario]:
    """Return the scenarios that *words* mean, which can be compared; see :func:`named_scenario`."""
    if not FEWEST <= len(words) <= MOST:
        count = len(words)
        raise WordError(texts("experiment.compare_count", fewest=FEWEST, most=MOST, count=count))
    found = [named_scenario(one, changes, texts) for one in words]
    for number, scenario in enumerate(found, start=1):
        twin = found.index(scenario) + 1
        if twin < number:
            raise WordError(texts("experiment.compare_same", number=number, twin=twin))
        try:
            check_same_years([found[0], scenario])
        except ScenarioError as error:
            field, first = error.field, getattr(found[0], error.field)
            sentence = texts(
                "experiment.compare_years",
                field=field,
                value=error.value,
                number=number,
                first=first,
            )
            raise WordError(sentence) from error
    return found


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


def named_inputs(
    words: Sequence[str], texts: Texts, *, most: int | None = None
) -> list[tuple[str, list[Any]]]:
    """Return the field and the values that each of *words* means.

    ``coordinators=2,3,5`` lists them, ``coordinators=2:8`` counts from the first to the last, and
    ``no_show=0:0.3:7`` gives seven, evenly spaced. Raises :exc:`WordError`, also for a field that
    comes twice and for more than *most*.
    """
    if most is not None and len(words) > most:
        raise WordError(texts("experiment.inputs_count", most=most, count=len(words)))
    found: dict[str, list[Any]] = {}
    for one in words:
        field, values = _input(one, texts)
        if field in found:
            raise WordError(texts("experiment.twice", field=field))
        found[field] = values
    return [*found.items()]


def _input(words: str, texts: Texts) -> tuple[str, list[Any]]:
    field, _, values = words.partition("=")
    field = field.strip()
    first, *rest = values.split(":")
    try:
        if field not in parameters():
            raise ScenarioError(field, values, "is no field of a scenario")
        if not rest:
            return field, [read_value(value) for value in _listed(values)]
        low, high = float(first), float(rest[0])
        count = int(rest[1]) if len(rest) == 2 else round(high - low) + 1
        return field, list(steps(field, low, high, count))
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


def named_measure(name: str, texts: Texts) -> str:
    """Return *name* if it is one of :data:`~simulation.measures.MEASURES`; else raise :exc:`WordError`."""
    if name not in MEASURES:
        raise WordError(texts("experiment.no_measure", name=name, near=_near(name, MEASURES)))
    return name


def checked_promise(words: str, texts: Texts) -> str:
    """Return *words* if they are a promise such as ``late_per_year <= 3``; else raise :exc:`WordError`."""
    try:
        Promise.read(words)
    except ValueError as error:
        name = re.split(r"[<>=\s]", words.strip())[0]
        known = [*MEASURES, *PER_YEAR]
        if name == BREACH:
            raise WordError(texts("experiment.promise_is_share", name=name)) from error
        if name in known or not re.search("[<>]=", words):
            raise WordError(texts("experiment.no_promise", words=words)) from error
        raise WordError(
            texts("experiment.no_measure", name=name, near=_near(name, known))
        ) from error
    return words


def _near(name: str, known: Iterable[str]) -> str:
    return ", ".join(get_close_matches(name, [*known], n=3, cutoff=0.0))


def said(error: ScenarioError, texts: Texts) -> str:
    """Return what *error* says, in the language of *texts*; what few will meet, in English."""
    parameter = parameters().get(error.field)
    slots = {"field": error.field, "value": error.value}
    if error.field not in {field.name for field in fields(Scenario)}:
        near = _near(error.field, parameters())
        return texts("experiment.unknown_field", **slots, near=near)
    if parameter is None or parameter.fault(error.value) is None:
        return str(error)
    match parameter.kind:
        case "switch":
            allowed = "true, false"
        case "choice":
            allowed = ", ".join(parameter.choices)
        case "date":
            allowed = "2027-01-01"
        case kind:
            low, high = (f"{end:.10g}" for end in (parameter.minimum, parameter.maximum))
            allowed = texts(f"experiment.allowed_{kind}", low=low, high=high)
            if parameter.unit != "ratio":
                allowed += f" ({texts(f'unit.{parameter.unit}')})"
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
