"""A scenario as a file: every number on a line of its own, so that two files can be held together.

The file is TOML. It stands alone: numbers, rules, posts and cases are all in it, and what a later
preset says changes nothing. Beside each number stands its unit and, where it differs, what the
nearest preset says; a reader of the file needs no other.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError, create_model

from data import PRESETS, DataError, ListedCase, PostPlan, Rule, parameters
from data.case_list.cells import CellError, personal, read_name, read_reference, shown
from data.case_list.faults import Fault
from data.files import Entry, line_of, located, read_content
from data.texts import Texts
from simulation.experiments.whole_file import write_whole
from simulation.scenario import Scenario, ScenarioError

FORMAT = 1
"""The version of the file; a later one says what has changed and reads this one too."""
LISTS = ("rules", "posts", "cases")
"""What a scenario lists one by one, besides its numbers."""


def save_scenario(scenario: Scenario, path: str | Path) -> None:
    """Write *scenario* to *path*, whole or not at all; see :func:`scenario_text`.

    Raises :exc:`OSError` where the file cannot be written.
    """
    write_whole(Path(path), scenario_text(scenario).encode())


def load_scenario(path: str | Path) -> Scenario:
    """Return the scenario in the file *path*.

    Raises :exc:`~data.files.DataError` for the first fault, with file, line, field, value and what is
    allowed, and :exc:`OSError` where the file cannot be read. Nothing is filled in from a preset: a
    file that lacks a number is refused.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save_scenario(Scenario.preset("small", coordinators=3), Path(folder) / "three.toml")
    ...     load_scenario(Path(folder) / "three.toml") == Scenario.preset("small", coordinators=3)
    True
    """
    return scenario_in(Path(path).read_bytes(), Path(path).name)


def scenario_in(content: bytes, name: str) -> Scenario:
    """Return the scenario in the *content* of a file called *name*; raises as :func:`load_scenario` does."""
    table, text, name = read_content(content, name)
    _check_format(table.pop("format", None), text, name)
    values: dict[str, Any] = {key: value for key, value in table.items() if key not in LISTS}
    _check_names(values, text, name)
    for key, model in _entries().items():
        listed = table.get(key, ())
        if not isinstance(listed, tuple) or any(not isinstance(one, dict) for one in listed):
            rule = f"{listed!r} is not allowed: give each as a table [[{key}]]"
            raise DataError(name, line_of(text, [key]), key, rule)
        values[key] = tuple(
            _entry(model, entry, [key, place], text, name) for place, entry in enumerate(listed)
        )
    _check_pseudonyms(values, text, name)
    try:
        return Scenario(**values)
    except ScenarioError as error:
        raise _located(error, values, text, name) from error


def scenario_text(scenario: Scenario) -> str:
    """Return *scenario* as the text of a file; the same scenario gives the same text."""
    preset, base = nearest_preset(scenario)
    other = [*scenario.differences(base)]
    lines = [
        "# A scenario of Vejviser. Every number stands here; the file needs no preset to be read.",
        f'# Nearest preset: "{preset}". Different from it: {", ".join(other) or "nothing"}.',
    ]
    if scenario.cases or scenario.posts:
        lines.append("# It holds a case list, under pseudonyms: keep it where such lists may lie.")
    lines += ["", f"format = {FORMAT}"]
    group = ""
    for name, parameter in parameters().items():
        if parameter.group != group:
            group = parameter.group
            lines += ["", f"# --- {group}"]
        line = f"{name} = {_toml(getattr(scenario, name))}"
        before = f'; "{preset}": {_toml(getattr(base, name))}' if name in other else ""
        lines.append(f"{line}  # {parameter.unit}{before}")
    for key in LISTS:
        for entry in scenario_values(scenario)[key]:
            lines += ["", f"[[{key}]]", *_lines(entry)]
    return "\n".join([*lines, ""])


def nearest_preset(scenario: Scenario) -> tuple[str, Scenario]:
    """Return the name and the scenario of the preset from which *scenario* differs least."""
    presets = {name: Scenario.preset(name) for name in PRESETS}
    return min(presets.items(), key=lambda preset: len(scenario.differences(preset[1])))


def scenario_values(scenario: Scenario) -> dict[str, Any]:
    """Return *scenario* as plain values: numbers, words, days, lists and tables, nothing else.

    Every number comes first, then ``rules``, ``posts`` and ``cases``; of an entry, what is None is
    left out.
    """
    values = {name: _signless(getattr(scenario, name)) for name in parameters()}
    rules = [rule.model_dump(exclude_none=True) for rule in scenario.rules]
    listed = {
        key: [
            {field.name: value for field in fields(one) if (value := getattr(one, field.name)) is not None}
            for one in getattr(scenario, key)
        ]
        for key in ("posts", "cases")
    }  # fmt: skip
    return {**values, "rules": rules, **listed}


def as_json(values: object) -> str:
    """Return plain *values* as the one JSON text there is for them: sorted, without blanks."""
    return json.dumps(
        values,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
        default=date.isoformat,
    )


def scenario_from_json(values: Mapping[str, Any]) -> Scenario:
    """Return the scenario whose :func:`scenario_values` went through JSON.

    Raises :exc:`ScenarioError` or :exc:`pydantic.ValidationError` where they make none.
    """
    given = dict(values)
    for key, model in _entries().items():
        read = [model.model_validate_json(json.dumps(entry)) for entry in given.get(key, ())]
        given[key] = tuple(_made(key, entry) for entry in read)
    for name, parameter in parameters().items():
        if parameter.kind == "date" and isinstance(given.get(name), str):
            given[name] = date.fromisoformat(given[name])
    names = {field.name for field in fields(Scenario)}
    for name in names ^ given.keys():
        raise ScenarioError(name, given.get(name), "must be there, as every number and no other")
    return Scenario(**given)


@cache
def _entries() -> dict[str, type[BaseModel]]:
    """Return what an entry of each list must look like."""
    return {"rules": Rule, "posts": _model(PostPlan), "cases": _model(ListedCase)}


def _model(of: type[PostPlan] | type[ListedCase]) -> type[BaseModel]:
    parts: dict[str, Any] = {
        field.name: (field.type, ... if field.default is MISSING else field.default)
        for field in fields(of)
    }
    return create_model(of.__name__, __base__=Entry, **parts)


def _entry(
    model: type[BaseModel], entry: dict[str, Any], place: list[str | int], text: str, file: str
) -> Any:
    if place[0] != "rules":
        _refuse_personal(entry, place, text, file)
    try:
        return _made(str(place[0]), model.model_validate(entry))
    except ValidationError as error:
        fault = located(error, file, text)
        inner = [*place, *fault.field.split(".")] if fault.field else place
        field = ".".join(map(str, inner))
        raise DataError(file, line_of(text, inner), field, fault.rule) from error


def _made(key: str, entry: BaseModel) -> Any:
    kinds: dict[str, Any] = {"posts": PostPlan, "cases": ListedCase}
    return kinds[key](**entry.model_dump()) if key in kinds else entry


def _check_format(found: object, text: str, file: str) -> None:
    line = line_of(text, ["format"])
    if type(found) is not int or found < 1:
        rule = f"this is no file of a scenario: it must say format = {FORMAT}"
        raise DataError(file, line, "format", rule)
    if found > FORMAT:
        rule = f"{found} is of a newer Vejviser; this one reads {FORMAT}: install the newer one"
        raise DataError(file, line, "format", rule)


def _check_names(values: dict[str, Any], text: str, file: str) -> None:
    for name in values:
        if name not in parameters():
            near = get_close_matches(name, parameters(), n=3) or [*parameters()]
            rule = f"no such number; did you mean {', '.join(near)}?"
            raise DataError(file, line_of(text, [name]), name, rule)
    for name in parameters():
        if name not in values:
            rule = "this number is missing; a scenario's file holds every one of them"
            raise DataError(file, None, name, rule)


def _refuse_personal(entry: dict[str, Any], place: list[str | int], text: str, file: str) -> None:
    for key, value in entry.items():
        if personal(value):
            inner = [*place, key]
            rule = f"{shown(value)} looks like a personal number, address or telephone number"
            where = line_of(text, inner)
            raise DataError(file, where, ".".join(map(str, inner)), f"{rule}; give a pseudonym")


def _check_pseudonyms(values: dict[str, Any], text: str, file: str) -> None:
    """Hold posts and cases to what a case list from a spreadsheet is held to."""
    hours = parameters()["weekly_hours"]
    for key, field, read in (("posts", "name", read_name), ("cases", "reference", read_reference)):
        seen: set[str] = set()
        for place, one in enumerate(values[key]):
            name = getattr(one, field)
            where: list[str | int] = [key, place, field]
            rule = _fault_of_name(name, read) or (
                f"'{name}' stands twice; each needs its own" if name in seen else None
            )
            if rule is None and key == "posts" and hours.fault(one.weekly_hours):
                where = [key, place, "weekly_hours"]
                rule = f"{one.weekly_hours!r} is not allowed: {hours.fault(one.weekly_hours)}"
            if rule is None and one.district < 1:
                where = [key, place, "district"]
                rule = f"{one.district} is not allowed: districts are counted from 1"
            if rule is not None:
                raise DataError(file, line_of(text, where), ".".join(map(str, where)), rule)
            seen.add(name)


def _fault_of_name(name: str, read: Any) -> str | None:
    try:
        kept = read(name)
    except CellError as error:
        fault = Fault(error.id, value=error.instead or shown(name), slots=error.slots)
        return fault.say(Texts.read("en"))
    return None if kept == name else f"{name!r} is not allowed: write it as {kept!r}"


def _located(error: ScenarioError, values: dict[str, Any], text: str, file: str) -> DataError:
    place: list[str | int] = [error.field]
    references = [case.reference for case in values["cases"]]
    if error.field == "cases" and error.value in references:
        place += [references.index(str(error.value)), "reference"]
    rule = f"{error.value!r} is not allowed: it {error.rule}"
    return DataError(file, line_of(text, place), ".".join(map(str, place)), rule)


def _signless(value: Any) -> Any:
    """Return a zero without a sign: it runs as one without, so it is written as one."""
    if isinstance(value, tuple):
        return [_signless(part) for part in value]
    return value + 0.0 if isinstance(value, float) else value


def _lines(entry: Mapping[str, Any]) -> Iterator[str]:
    return (f"{key} = {_toml(value)}" for key, value in entry.items())


def _toml(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return repr(value + 0.0)
        case date():
            return value.isoformat()
        case list() | tuple():
            return f"[{', '.join(map(_toml, value))}]"
        case dict():
            return f"{{ {', '.join(_lines(value))} }}"
    # TOML has the escapes of JSON, and asks for one more.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
