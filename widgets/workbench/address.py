"""What the page's address says of a number, as words.

An address is shared, kept and typed by people, so anything may stand in it.
"""

from __future__ import annotations

import math
import re
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from data import Parameter


def spoken(value: Any) -> str:
    """Return *value* as an address says it, which :func:`heard` understands."""
    match value:
        case bool():
            return str(int(value))
        case float():
            return repr(value).removesuffix(".0")
        case tuple():
            same = value[:1] if len(value) == 4 and len(set(value)) == 1 else value
            return "-".join(spoken(part) for part in same)
        case date():
            return value.isoformat()
    return str(value)


def heard(parameter: Parameter, words: str) -> Any:
    """Return the value of *parameter* that *words* mean; None where they mean none that is allowed."""
    try:
        value = _read(parameter, words)
    except (ValueError, OverflowError):
        return None
    return None if parameter.fault(value) else value


def _read(parameter: Parameter, words: str) -> Any:
    match parameter.kind:
        case "switch":
            return {"1": True, "0": False}.get(words)
        case "choice":
            return words
        case "date":
            return date.fromisoformat(words)
        case "number":
            return _number(words)
        case "whole":
            return _whole(words)
        case "roles":
            parts = tuple(_whole(part) for part in words.split("-"))
            return parameter.of_each_role(parts[0]) if len(parts) == 1 else parts
        case "weeks":
            return tuple(_whole(part) for part in words.split("-"))
        case "triangle":
            # A minus after an "e" belongs to a number: 0-0-3e-05.
            return tuple(_number(part) for part in re.split("(?<!e)-", words))


def _number(words: str) -> float:
    value = float(words)
    if not math.isfinite(value):
        raise ValueError(words)
    return value


def _whole(words: str) -> int:
    value = _number(words)
    if value != math.floor(value):
        raise ValueError(words)
    return int(value)
