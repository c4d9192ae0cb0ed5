"""The numbers of a municipality, each with its unit, its range, its source and how sure it is.

``definitions/parameters.toml`` says which numbers there are and what is allowed; the files in
``presets/`` say what they are in a small, a medium and a large municipality.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from data.files import DataError, Entry, line_of, located, read_model, read_table
from data.words import Words

PRESETS = ("small", "medium", "large")
Confidence = Literal["measured", "reported", "expert guess", "our assumption"]
Kind = Literal["whole", "number", "switch", "choice", "triangle", "weeks", "roles", "date"]
ROLES = ("guidance", "employment", "school_or_placement", "adult")
"""The roles of the team around a youth; a number of the kind "roles" has one for each, in this order."""
Plain = bool | int | float | str | date | tuple[int, ...] | tuple[float, ...]


class Parameter(Entry):
    """What a number of a scenario is, and what is allowed."""

    id: str
    kind: Kind
    unit: str
    """The unit in English; texts under ``unit.<unit>`` say it in each language."""
    minimum: float = 0
    maximum: float = 0
    step: float = 1
    """What one step of a control changes."""
    choices: tuple[str, ...] = ()
    group: Literal[
        "people",
        "meetings",
        "priorities",
        "demand",
        "work",
        "leadership",
        "outcomes",
        "money",
        "run",
    ]

    def of_each_role(self, value: Any) -> Any:
        """Return *value* with a single whole number of the kind "roles" given to every role."""
        single = self.kind == "roles" and type(value) is int
        return (value,) * len(ROLES) if single else value

    def fault(self, value: object) -> str | None:
        """Say what is wrong with *value*, or return None."""
        allowed = f"from {self.minimum:g} to {self.maximum:g} {self.unit}"
        match self.kind:
            case "switch":
                return None if isinstance(value, bool) else "must be true or false"
            case "choice":
                return (
                    None if value in self.choices else f"must be one of {', '.join(self.choices)}"
                )
            case "date":
                return None if type(value) is date else "must be a date such as 2027-01-01"
            case "weeks" | "triangle" | "roles":
                return self._fault_of_several(value, allowed)
            case "whole":
                if isinstance(value, bool) or not isinstance(value, int):
                    return f"must be a whole number {allowed}"
            case "number":
                if isinstance(value, bool) or not isinstance(value, int | float):
                    return f"must be a number {allowed}"
        return None if self._within(value) else f"must be {allowed}"

    def _within(self, value: Any) -> bool:
        return bool(self.minimum <= value <= self.maximum)

    def _fault_of_several(self, value: object, allowed: str) -> str | None:
        if self.kind == "roles":
            allowed = f"{allowed}: one whole number, or four for {', '.join(ROLES)}"
        if not isinstance(value, list | tuple) or any(
            isinstance(part, bool) or not isinstance(part, int | float) for part in value
        ):
            return f"must be a list of numbers {allowed}"
        if not all(self._within(part) for part in value):
            return f"must be numbers {allowed}"
        whole = all(float(part).is_integer() for part in value)
        if self.kind == "weeks":
            different = whole and len(set(value)) == len(value)
            return None if different else "must be different week numbers"
        if self.kind == "roles":
            return None if whole and len(value) == len(ROLES) else f"must be numbers {allowed}"
        if len(value) != 3 or list(value) != sorted(value):
            return "must be three numbers in order: least, most likely, greatest"
        return None


class ParameterFile(Entry):
    """The content of ``definitions/parameters.toml``."""

    parameters: tuple[Parameter, ...]


class Figure(Entry):
    """One number of a preset, with where it comes from."""

    value: Plain
    low: Plain | None = None
    """The low end of what it may well be; None where no range is known."""
    high: Plain | None = None
    source: Words
    confidence: Confidence
    derived: bool = False
    """True where we computed the number from the sources named."""

    @model_validator(mode="after")
    def _within_range(self) -> Self:
        parts = _parts(self.value)
        if self.low is None or not all(isinstance(part, int | float) for part in parts):
            return self
        lows, highs = _parts(self.low, len(parts)), _parts(self.high, len(parts))
        numbers = all(isinstance(end, int | float) for end in lows + highs)
        within = numbers and len(lows) == len(highs) == len(parts)
        if not within or any(
            not low <= part <= high for low, part, high in zip(lows, parts, highs, strict=True)
        ):
            raise ValueError(
                f"{self.value!r} is not allowed: "
                f"it must lie from low {self.low} to high {self.high}"
            )
        return self

    def for_each_role(self, parameter: Parameter) -> Self:
        """Return the figure with its numbers given to every role where *parameter* asks for that."""
        if parameter.kind != "roles":
            return self
        ends = {end: parameter.of_each_role(getattr(self, end)) for end in ("value", "low", "high")}
        return self.model_copy(update=ends)


def _parts(value: Any, count: int = 1) -> tuple[Any, ...]:
    """Return the numbers of *value*; a single one *count* times."""
    return value if isinstance(value, tuple) else (value,) * count


class Preset(Entry):
    """The numbers of one municipality."""

    name: str
    population: int = Field(gt=0)
    """Inhabitants."""
    figures: dict[str, Figure]
    """Every number of a scenario, by the parameter's id."""

    def values(self) -> dict[str, Plain]:
        """Return the plain value of each number."""
        return {id: figure.value for id, figure in self.figures.items()}


@cache
def parameters() -> dict[str, Parameter]:
    """Return the parameters by id, in the order in which they are shown."""
    read = read_model("definitions/parameters.toml", ParameterFile).parameters
    return {parameter.id: parameter for parameter in read}


@cache
def read_preset(name: str = "medium") -> Preset:
    """Return the preset *name*: the common numbers, with its own put in their place.

    Raises :exc:`FileNotFoundError`, naming the presets there are, and
    :exc:`~data.files.DataError` with file, line, field, value and what is allowed.
    """
    if name not in PRESETS:
        raise FileNotFoundError(f"no preset '{name}'; there are: {', '.join(PRESETS)}")
    return read_preset_files(name, "presets/base.toml", f"presets/{name}.toml")


def read_preset_files(name: str, *sources: str | Path) -> Preset:
    """Return the preset *name* from *sources*, where a later file overrules an earlier one.

    Raises :exc:`~data.files.DataError` for the first fault.
    """
    figures: dict[str, Figure] = {}
    population = 0
    file = ""
    for source in sources:
        table, text, file = read_table(source)
        population = table.pop("population", population)
        for id, entry in table.items():
            figures[id] = _figure(id, entry, text, file)
    missing = [id for id in parameters() if id not in figures]
    if missing:
        raise DataError(
            file, None, missing[0], "this number is missing; give value, source and confidence"
        )
    if not isinstance(population, int) or population < 1:
        raise DataError(
            file, None, "population", f"{population!r} is not allowed: inhabitants, 1 or more"
        )
    return Preset(name=name, population=population, figures=figures)


def _figure(id: str, entry: object, text: str, file: str) -> Figure:
    parameter = parameters().get(id)
    if parameter is None:
        known = ", ".join(parameters())
        raise DataError(file, line_of(text, [id]), id, f"no such number; there are: {known}")
    try:
        figure = Figure.model_validate(entry).for_each_role(parameter)
    except ValidationError as error:
        fault = located(error, file, text)
        inner = line_of(text, [id, *fault.field.split(".")])
        raise DataError(file, inner, f"{id}.{fault.field}".rstrip("."), fault.rule) from error
    for end in ("value", "low", "high"):
        part = getattr(figure, end)
        if part is not None and (fault_found := parameter.fault(part)):
            where = line_of(text, [id, end])
            raise DataError(file, where, f"{id}.{end}", f"{part!r} is not allowed: {fault_found}")
    return figure
