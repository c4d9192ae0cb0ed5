"""Reads the TOML files of this package, and says in one line what is wrong with one.

Every file is checked when it is read. A fault names the file, the line, the field, the value and
what is allowed, because the person who mends it is seldom the person who wrote the code.
"""

import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

Model = TypeVar("Model", bound=BaseModel)


class DataError(ValueError):
    """A file says something that is not allowed.

    The message is one line; its parts are attributes, so that a page can show them in Danish.
    """

    def __init__(self, file: str, line: int | None, field: str, rule: str) -> None:
        place = file if line is None else f"{file}, line {line}"
        super().__init__(f"{place}: {field}: {rule}" if field else f"{place}: {rule}")
        self.file = file
        """The file as the reader named it."""
        self.line = line
        """The line of the field, counted from 1; None where the file as a whole is meant."""
        self.field = field
        """The dotted name of the field, such as ``rules.2.offset_months``."""
        self.rule = rule
        """What was found and what is allowed."""


class Entry(BaseModel):
    """The base of everything read from a file: unknown keys are refused, and nothing changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def packaged(name: str) -> Traversable:
    """Return the file *name* of this package, such as ``"presets/medium.toml"``.

    Raises :exc:`FileNotFoundError`, naming the files that stand beside the missing one.
    """
    found = files("data").joinpath(*name.split("/"))
    if not found.is_file():
        folder = files("data").joinpath(*name.split("/")[:-1])
        there = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
        raise FileNotFoundError(f"no file '{name}' in data; there are: {', '.join(there)}")
    return found


def read_table(source: str | Path | Traversable) -> tuple[dict[str, Any], str, str]:
    """Return the table in *source*, its text and its name for messages; lists become tuples.

    A string names a file of this package, a path any file. Raises :exc:`DataError` with the line
    where the text is no TOML or no UTF-8.
    """
    file = packaged(source) if isinstance(source, str) else source
    name = source if isinstance(source, str) else file.name
    return read_content(file.read_bytes(), name)


def read_content(content: bytes, name: str) -> tuple[dict[str, Any], str, str]:
    """Return the table in the *content* of a file called *name*, as :func:`read_table` does."""
    try:
        # As a file that is opened as text is read: each end of a line is the same.
        text = content.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
        return {key: _frozen(value) for key, value in tomllib.loads(text).items()}, text, name
    except UnicodeDecodeError as error:
        raise DataError(name, None, "", f"the file is not UTF-8 (byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(where[1]) if where else None
        raise DataError(name, line, "", re.sub(r" \(at .*\)", "", str(error))) from error


def read_model(source: str | Path | Traversable, model: type[Model]) -> Model:
    """Return the content of *source* as a *model*.

    Raises :exc:`DataError` for the first fault, with its file, line, field, value and rule.
    """
    table, text, name = read_table(source)
    try:
        return model.model_validate(table)
    except ValidationError as error:
        raise located(error, name, text) from error


def located(error: ValidationError, name: str, text: str) -> DataError:
    """Turn the first fault of *error* into a :exc:`DataError` with the line in *text*."""
    first = error.errors(include_url=False)[0]
    place = [part for part in first["loc"] if part != "[key]"]
    rule = first["msg"].removeprefix("Value error, ")
    if first["type"] not in {"missing", "value_error"}:
        rule = f"{first['input']!r} is not allowed: {rule[0].lower()}{rule[1:]}"
    return DataError(name, line_of(text, place), ".".join(map(str, place)), rule)


def line_of(text: str, place: Sequence[str | int]) -> int | None:
    """Return the line of the key at *place* in a TOML *text*, or of the nearest table around it.

    It knows the TOML that our files use: ``[table]``, ``[[list]]``, ``key = value`` and quoted keys.
    """
    best, depth, header, counts = None, 0, [], {}  # type: int | None, int, list[str | int], dict[str, int]
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if match := re.match(r"\[\[(.+?)\]\]", stripped):
            path = _keys(match[1])
            counts[match[1]] = counts.get(match[1], -1) + 1
            header = [*path, counts[match[1]]]
            found: list[str | int] = header
        elif match := re.match(r"\[(.+?)\]\s*(#.*)?$", stripped):
            header = list(_keys(match[1]))
            found = header
        elif match := re.match(r"(\"[^\"]*\"|[\w.-]+)\s*=", stripped):
            found = [*header, *_keys(match[1])]
        else:
            continue
        shared = next(
            (i for i, (a, b) in enumerate(zip(found, place, strict=False)) if a != b), None
        )
        length = min(len(found), len(place)) if shared is None else 0
        if length == len(found) and length > depth:
            best, depth = number, length
    return best


def _frozen(value: Any) -> Any:
    """Turn lists into tuples, so that what is read cannot change."""
    if isinstance(value, list):
        return tuple(map(_frozen, value))
    if isinstance(value, dict):
        return {key: _frozen(entry) for key, entry in value.items()}
    return value


def _keys(dotted: str) -> list[str]:
    """Split a TOML key at its dots, except inside quotes."""
    return [part.strip('"') for part in re.findall(r"\"[^\"]*\"|[^.\s]+", dotted)]
