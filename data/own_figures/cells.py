"""What the cell of one number says: a number, a per cent, a yes, a choice, or several numbers."""

import math
import re
from collections.abc import Callable, Sequence
from datetime import date, time
from functools import cache
from typing import Any

from data.case_list.cells import CellError, Value, as_text, clean, folded, personal, read_yes, shown
from data.presets import ROLES, Parameter, Plain
from data.texts import LANGUAGES, Texts

LONGEST_SOURCE = 300
"""Characters that the place where a number is from may have."""
LONGEST_NAME = 60
"""Characters that the name of a municipality may have."""
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[. ,'’]\d{3})+(?:[.,]\d+)?")
_CLEAR = re.compile(r"[+-]?0[.,]\d+")


def is_share(parameter: Parameter) -> bool:
    """Tell whether the number is written as per cent."""
    return parameter.unit.startswith("share")


def value_reader(parameter: Parameter) -> Callable[[Value], Plain]:
    """Return what reads the value of *parameter* from a cell, within its bounds.

    What it returns raises :exc:`~data.case_list.cells.CellError` where the cell says something else.
    """

    def read(value: Value) -> Plain:
        match parameter.kind:
            case "switch":
                return _yes(value)
            case "choice":
                return _choice(value, parameter)
            case "triangle" | "roles" | "weeks":
                return _several(value, parameter)
        number = _number(value, parameter)
        _within([number], parameter, value)
        return number

    return read


def read_source(value: Value) -> str:
    """Return where a number is from; raise :exc:`~data.case_list.cells.CellError` where it is too long."""
    text = clean(value)
    if len(text) > LONGEST_SOURCE:
        raise CellError("own_figures.long_source", limit=LONGEST_SOURCE)
    return text


def read_municipality_name(value: Value) -> str:
    """Return the name of a municipality; raise :exc:`~data.case_list.cells.CellError`."""
    text = clean(value)
    if len(text) > LONGEST_NAME or not text.isprintable() or personal(text):
        raise CellError("own_figures.long_name", limit=LONGEST_NAME)
    return text


def _yes(value: Value) -> bool:
    return value if isinstance(value, bool) else read_yes(value)


def _choice(value: Value, parameter: Parameter) -> str:
    text = folded(clean(value))
    for choice in parameter.choices:
        id = f"choice.{parameter.id}.{choice}"
        if text in {choice, *(folded(Texts.read(language)(id)) for language in LANGUAGES)}:
            return choice
    known = tuple(f"choice.{parameter.id}.{choice}" for choice in parameter.choices)
    raise CellError("own_figures.not_a_choice", known=known)


def _several(value: Value, parameter: Parameter) -> Plain:
    """Return the numbers of a cell that holds several, with semicolons between them."""
    kind = parameter.kind
    if isinstance(value, date | time):
        raise CellError("case_list.became_a_date")
    if kind == "weeks" and folded(as_text(value)) in _no_weeks():
        return ()
    separators = r"[;,\s]+" if kind == "weeks" else r"\s*[;\n]\s*"
    words = [word for word in re.split(separators, as_text(value).strip()) if clean(word)]
    single = kind == "roles" and len(words) == 1
    wanted = {"triangle": 3, "roles": len(ROLES)}.get(kind)
    if not words or (wanted is not None and len(words) != wanted and not single):
        raise CellError(f"own_figures.not_{kind}")
    numbers = [_number(word, parameter) for word in words]
    _within(numbers, parameter, value)
    if kind == "weeks" and len(set(numbers)) < len(numbers):
        raise CellError("own_figures.same_week")
    if kind == "triangle" and numbers != sorted(numbers):
        raise CellError("own_figures.not_in_order")
    if kind == "triangle":
        return tuple(float(number) for number in numbers)
    whole = tuple(int(number) for number in numbers)
    return whole * len(ROLES) if single else whole


@cache
def _no_weeks() -> set[str]:
    """Return what says, in any language, that there are none: a blank cell says that ours holds."""
    return {folded(Texts.read(language)("own_figures.no_weeks")) for language in LANGUAGES}


def _number(value: Value, parameter: Parameter) -> int | float:
    """Return the number in *value*, whole where the parameter counts."""
    if isinstance(value, date | time):
        raise CellError("case_list.became_a_date")
    number = value if isinstance(value, int | float) else _written_number(value, parameter)
    if isinstance(value, bool) or not math.isfinite(number):
        raise _none(parameter)
    if parameter.kind in {"number", "triangle"}:
        return float(number)
    if not float(number).is_integer():
        raise CellError("own_figures.not_whole", **_bounds(parameter))
    return int(number)


def _written_number(value: Value, parameter: Parameter) -> float:
    """Return the number that somebody wrote as text; a share also as per cent."""
    text = clean(value)
    percent = text.endswith("%") and is_share(parameter)
    text = text.removesuffix("%").strip() if percent else text
    if _THOUSANDS.fullmatch(text) and not _CLEAR.fullmatch(text):
        # "1.250" is a thousand to one reader and a little more than one to another.
        raise CellError("own_figures.thousands")
    if not _NUMBER.fullmatch(text):
        raise _none(parameter)
    number = float(text.replace(",", "."))
    return number / 100 if percent else number


def _within(numbers: Sequence[int | float], parameter: Parameter, value: Value) -> None:
    if all(parameter.minimum <= number <= parameter.maximum for number in numbers):
        return
    if not is_share(parameter):
        raise CellError("own_figures.out_of_bounds", **_bounds(parameter))
    # A cell that shows 95 % holds 0.95.
    instead = f"{100 * value:g} %" if isinstance(value, int | float) else shown(value)
    raise CellError("own_figures.share_out_of_bounds", instead=instead, **_bounds(parameter))


def _none(parameter: Parameter) -> CellError:
    id = "own_figures.not_a_share" if is_share(parameter) else "own_figures.not_a_number"
    return CellError(id, **_bounds(parameter))


def _bounds(parameter: Parameter) -> dict[str, Any]:
    times = 100 if is_share(parameter) else 1
    return {"low": times * parameter.minimum, "high": times * parameter.maximum}
