"""What the measures are called, and how their values are written, in Danish and English."""

import re
from typing import Literal

from data.texts import Texts
from simulation.measures import MEASURES
from simulation.wording import between, counted, money, plain, share

Unit = Literal["share", "days", "hours", "dkk", "count"]

_NUMBER = re.compile(r"([^\d\u2212-]*)([\u2212-]?\d[\d.,]*)(\D*)")
_RATIOS = ("utilisation", "load")
_SMALL = ("coordinator_changes_per_youth_year",)
"""Measures whose values need two decimals."""


def unit_of(measure: str) -> Unit:
    """Return what *measure* is measured in; a share is 0-1 and written as per cent.

    Raises :exc:`ValueError` for a measure that does not exist.
    """
    if measure not in MEASURES:
        raise ValueError(f"measure is {measure!r}; it must be one of {', '.join(MEASURES)}")
    if measure.endswith("_share") or measure in _RATIOS:
        return "share"
    if measure.endswith("_dkk"):
        return "dkk"
    if measure.endswith("_days") or measure.startswith("late_days"):
        return "days"
    if "hours" in measure:
        return "hours"
    return "count"


def measure_name(measure: str, texts: Texts) -> str:
    """Return what *measure* is called; raises as :func:`unit_of` does."""
    unit_of(measure)
    return texts(f"measured.{measure}")


def measure_axis(measure: str, texts: Texts) -> str:
    """Return the name of *measure* with its unit in brackets; raises as :func:`unit_of` does."""
    unit = texts(f"measured.unit.{unit_of(measure)}")
    return texts("measured.with_unit", measure=measure_name(measure, texts), unit=unit)


def measured(measure: str, value: float, texts: Texts, decimals: int | None = None) -> str:
    """Return *value* of *measure* with its unit, or a dash where it is not a number.

    Counts have one decimal unless *decimals* says otherwise. Raises as :func:`unit_of` does.
    """
    match unit_of(measure):
        case "share":
            return share(texts, value) if decimals is None else texts.percent(value, decimals)
        case "dkk":
            return money(texts, value)
        case "days":
            return counted(texts, "days", value, decimals or 0)
        case "hours":
            return plain(texts, value, decimals or 0)
    return plain(texts, value, (2 if measure in _SMALL else 1) if decimals is None else decimals)


def on_axis(measure: str, value: float, texts: Texts) -> str:
    """Return *value* of *measure* as it stands at an axis: per cent, millions of DKK, else a number."""
    match unit_of(measure):
        case "share":
            return texts.percent(value, 0 if round(100 * value, 6).is_integer() else 1)
        case "dkk":
            return money(texts, value)
    return texts.number(value, 0 if float(value).is_integer() else 1)


def joined(low: str, high: str, texts: Texts) -> str:
    """Return a range of two written numbers, their unit once.

    >>> joined("2,05 mio. kr.", "2,15 mio. kr.", Texts.read("da"))
    '2,05–2,15 mio. kr.'
    """
    parts = [_NUMBER.fullmatch(words) for words in (low, high)]
    if low == high or not all(parts):
        return between(texts, low, high)
    (before, first, after), (same_before, last, same_after) = (p.groups() for p in parts if p)
    if (before, after) != (same_before, same_after):
        return between(texts, low, high)
    return f"{before}{between(texts, first, last)}{after}"
