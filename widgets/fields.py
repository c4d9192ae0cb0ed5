"""What somebody typed, read as an answer; and an answer, as it stands in its field.

A field shows what was typed. Its answer is only what may be kept of that. What may not be kept stays
in the field, with a sentence beside it, so that nobody has to write it again.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache

from babel.dates import get_month_names

from data import personal_data
from data.forms import CODES, Item
from data.texts import Texts

LONGEST = 20_000
"""Characters that are looked at in what a browser sends for one field."""

_FIRST, _LAST = date(1990, 1, 1), date(2060, 12, 31)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was made of something typed."""

    answer: str | None
    """What may be kept; None is no answer."""
    fault: str = ""
    """Why something was not taken, in words, and how to mend it."""
    warning: str = ""
    """What was taken and should be looked at once more, in words."""


def read(item: Item, typed: str, texts: Texts) -> Reading:
    """Return what *typed* answers to *item*."""
    typed = typed[:LONGEST]
    if typed.strip() == "":
        return Reading(None)
    if typed in item.codes:
        return Reading(typed)
    if item.kind == "note":
        return _note(item, typed, texts)
    if item.kind == "date":
        return _date(typed, texts)
    if item.kind == "number":
        return _number(item, typed, texts)
    if item.kind == "choices":
        chosen = set(typed.split(","))
        return Reading(",".join(id for id in item.options if id in chosen) or None)
    # An option that the question does not have comes from no page of ours.
    return Reading(typed if item.allows(typed) else None)


def shown(item: Item, answer: str | None) -> str:
    """Return what stands in the field of *item* when it has *answer*."""
    if answer is None:
        return ""
    if item.kind == "date" and answer not in CODES:
        return _as_typed(date.fromisoformat(answer))
    return answer


def label(item: Item, texts: Texts) -> str:
    """Return the words of the question *item*, marked where it may be skipped."""
    words = item.label.in_(texts.language)
    return words if item.required else texts("form.optional", label=words)


def read_date(typed: str) -> date | None:
    """Return the day that *typed* says: day, month and year with any mark between, or ISO.

    >>> read_date("3/5 2026") == read_date("03-05-2026") == read_date("2026-05-03")
    True
    >>> read_date("3. maj 2026") == read_date("3 May 26")
    True
    """
    numbers = re.fullmatch(r"(\d{1,4})[-./ ]+(\d{1,2}|[^\W\d]{3,9})[-./ ]+(\d{1,4})", typed.strip())
    if numbers is None:
        return None
    first, month, last = numbers.groups()
    day, year = (last, first) if len(first) == 4 else (first, last)
    number = int(month) if month.isdecimal() else _months().get(month.lower(), 0)
    if len(day) > 2 or len(year) not in {2, 4}:
        return None
    with suppress(ValueError):
        return date(int(year) + (2000 if len(year) == 2 else 0), number, int(day))
    return None


def read_number(typed: str) -> int | None:
    """Return the whole number that *typed* says, also with points or blanks between thousands.

    >>> read_number(" 1.200 ")
    1200
    """
    plain = re.sub(r"\s", "", typed)
    if re.fullmatch(r"\d{1,3}(\.\d{3})+", plain, re.ASCII):
        plain = plain.replace(".", "")
    return int(plain) if re.fullmatch(r"\d{1,9}", plain, re.ASCII) else None


def _number(item: Item, typed: str, texts: Texts) -> Reading:
    number = read_number(typed)
    bounds = {"low": texts.number(item.low), "high": texts.number(item.high)}
    if number is None or not item.low <= number <= item.high:
        return Reading(None, texts("form.number_fault", value=typed.strip()[:40], **bounds))
    return Reading(str(number))


def _date(typed: str, texts: Texts) -> Reading:
    typed = typed.strip()
    day = read_date(typed)
    if day is None:
        return Reading(None, texts("form.date_fault", value=typed[:40]))
    if not _FIRST <= day <= _LAST:
        bounds = {"first": _as_typed(_FIRST), "last": _as_typed(_LAST)}
        return Reading(None, texts("form.date_range", value=typed, **bounds))
    return Reading(day.isoformat())


def _note(item: Item, typed: str, texts: Texts) -> Reading:
    found = personal_data.find(typed)
    if found:
        fault = texts(f"personal.{found[0].kind}", found=found[0].words)
        kept = personal_data.without(typed, found)[: item.limit].strip()
        return Reading(kept or None, fault)
    if len(typed) > item.limit:
        room = {"length": len(typed), "limit": item.limit}
        return Reading(typed[: item.limit].strip() or None, texts("form.too_long", **room))
    return Reading(typed.strip(), warning=_warning(typed, texts))


def _warning(typed: str, texts: Texts) -> str:
    """Return a sentence on what is probably a name in *typed*; it is kept all the same."""
    doubtful = personal_data.doubtful(typed)
    return texts(f"personal.{doubtful[0].kind}", found=doubtful[0].words) if doubtful else ""


@cache
def _months() -> dict[str, int]:
    """Return the months by name, whole and short, in both languages."""
    return {
        name.rstrip(".").lower(): number
        for locale in ("da_DK", "en_GB")
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=locale).items()
    }


def _as_typed(day: date) -> str:
    return f"{day:%d-%m-%Y}"
