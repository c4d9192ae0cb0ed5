"""What one cell says: a date, a number, a yes, a pseudonym; and what must not stand in any cell."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from itertools import pairwise

from data.case_list.faults import Slot
from data.personal_data import Finding, find

Value = object
"""What stands in a cell. In a csv file it is text; a workbook knows numbers, dates and more."""

LONGEST = 500
"""Characters that a cell may hold."""
LONGEST_NAME = 40
"""Characters that a pseudonym or the name of a post may have."""
MOST_DISTRICTS = 99
_MASK = "••••••"
_SHORT = 40

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})([-./])\s?(\d{1,2})\2\s?(\d{4})(?: 00[:.]00(?:[:.]00)?)?")
_TWO_DIGIT_YEAR = re.compile(r"\d{1,2}([-./])\s?\d{1,2}\1\s?\d{2}")
_DAY_NUMBER = re.compile(r"\d{5}(?:[.,]\d+)?")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[. ,]\d{3})+[.,]\d+|[+-]?\d{1,3}(?:[. ,]\d{3}){2,}")
_PSEUDONYM = re.compile(rf"[\w./-]{{1,{LONGEST_NAME}}}")
# A CPR number that a spreadsheet took for a number has lost the zero it began with.
_LOST_ZERO = re.compile(r"(?<![\d.,/-])(?:\d{9}|\d{5}[-\s]\d{4}|\d{3}([.,\s])\d{3}\1\d{3})(?!\d)")
_DANISH_ABROAD = re.compile(r"(?<!\d)45\d{8}(?!\d)")
_YES = {"ja", "yes", "x", "sand", "true"}
_NO = {"nej", "no", "", "falsk", "false"}


class CellError(Exception):
    """A cell says what it may not say; *id* is the text that tells, *slots* what it needs.

    Where *instead* is given, it is shown in place of the value.
    """

    def __init__(self, id: str, *, instead: str = "", **slots: Slot) -> None:
        super().__init__(id)
        self.id = id
        self.instead = instead
        self.slots = tuple(slots.items())


@dataclass(frozen=True, slots=True)
class Odd:
    """A cell of a workbook that holds no value of its own: a formula, or the error of one."""

    id: str
    """The id of the text that refuses it."""
    text: str


def clean(value: Value) -> str:
    """Return *value* as text without invisible signs and without blanks that mean nothing."""
    text = as_text(value)
    if not text.isascii():
        text = "".join(filter(_visible, unicodedata.normalize("NFC", text)))
    return " ".join(text.split())


def folded(words: str) -> str:
    """Return *words* in the form in which headings and names are compared."""
    return unicodedata.normalize("NFKC", clean(words)).casefold()


def as_text(value: Value) -> str:
    """Return *value* as a person would write it."""
    match value:
        case None:
            return ""
        case Odd():
            return value.text
        case datetime():
            return f"{value:%d-%m-%Y}" if value.time() == time() else f"{value:%d-%m-%Y %H:%M}"
        case date():
            return f"{value:%d-%m-%Y}"
        case float() if value.is_integer():
            return str(int(value))
    return str(value)


def personal(value: Value) -> tuple[Finding, ...]:
    """Return the CPR numbers, e-mail addresses and telephone numbers in *value*.

    Besides what :func:`data.personal_data.find` finds, that is a CPR number that lost its first zero
    because a spreadsheet took it for a number, and a Danish telephone number that lost its ``+``.
    """
    text = as_text(value)
    # Most cells are short words and days, which are nothing personal by themselves.
    return () if isinstance(value, date) or not _may_be_personal(text) else _personal(text)


def shown(value: Value) -> str:
    """Return *value* as a fault may show it: one short line, masked where it is personal.

    >>> shown("Ring til mor, 010190-1234")
    'Ring til mor, ••••••'
    """
    text = as_text(value)[: 5 * _SHORT]
    signs = list(text)
    for finding in personal(text):
        signs[finding.start : finding.end] = [""] * (finding.end - finding.start)
        signs[finding.start] = _MASK
    words = clean("".join(signs))
    return words if len(words) <= _SHORT else f"{words[: _SHORT - 1]}…"


def read_reference(value: Value) -> str:
    """Return the pseudonym in *value*; raise :exc:`CellError` where it is none."""
    _no_date(value)
    text = clean(value)
    if _looks_like_a_name(text):
        initials = " ".join(f"{word[0]}…" for word in _words(text))
        raise CellError("case_list.looks_like_a_name", instead=initials)
    if isinstance(value, bool) or not _PSEUDONYM.fullmatch(text) or not re.search(r"[^\W_]", text):
        raise CellError("case_list.not_a_reference", limit=LONGEST_NAME)
    return text


def read_name(value: Value) -> str:
    """Return the name of a post in *value*; raise :exc:`CellError` where it is none."""
    _no_date(value)
    text = clean(value)
    if isinstance(value, bool) or len(text) > LONGEST_NAME or not re.match(r"[^\W_]", text):
        raise CellError("case_list.not_a_name", limit=LONGEST_NAME)
    return text


def read_date(value: Value) -> date:
    """Return the day in *value*; raise :exc:`CellError` where it is no day, or not surely which."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = unicodedata.normalize("NFKC", clean(value))
    if match := _ISO.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY_FIRST.fullmatch(text):
        return _day(int(match[4]), int(match[3]), int(match[1]))
    if _TWO_DIGIT_YEAR.fullmatch(text):
        raise CellError("case_list.two_digit_year")
    if _DAY_NUMBER.fullmatch(text):
        raise CellError("case_list.day_number")
    raise CellError("case_list.not_a_date")


def read_yes(value: Value) -> bool:
    """Return True for a yes and False for a no or a blank; raise :exc:`CellError` for another."""
    word = folded(clean(value))
    if word not in _YES | _NO:
        raise CellError("case_list.not_yes_or_no")
    return word in _YES


def read_district(value: Value) -> int:
    """Return the number of the district in *value*, 1 for a blank; raise :exc:`CellError`."""
    _no_date(value)
    text = clean(value) or "1"
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,4}", text):
        raise CellError("case_list.not_a_district", limit=MOST_DISTRICTS)
    if not 1 <= int(text) <= MOST_DISTRICTS:
        raise CellError("case_list.not_a_district", limit=MOST_DISTRICTS)
    return int(text)


def read_hours(value: Value, least: float, most: float) -> float:
    """Return the weekly hours in *value*, from *least* to *most*; raise :exc:`CellError`."""
    _no_date(value)
    text = clean(value)
    if _THOUSANDS.fullmatch(text):
        raise CellError("case_list.thousands")
    if isinstance(value, bool) or not _NUMBER.fullmatch(text):
        raise CellError("case_list.not_hours", least=least, most=most)
    hours = float(value) if isinstance(value, int | float) else float(text.replace(",", "."))
    if not least <= hours <= most:
        raise CellError("case_list.hours_range", least=least, most=most)
    return hours


def known_name(names: Mapping[str, str]) -> Callable[[Value], str]:
    """Return a reader of the name of one of the posts *names* (folded name → name).

    Where the name is none of them it raises :exc:`CellError` with those that look like it.
    """

    def read(value: Value) -> str:
        text = read_name(value)
        if folded(text) in names:
            return names[folded(text)]
        # The names of posts are short: K3 is half like K1.
        if near := nearest(text, names, cutoff=0.5):
            raise CellError("case_list.coordinator_near", near=", ".join(names[n] for n in near))
        some = ", ".join(list(names.values())[:10])
        more = "" if len(names) <= 10 else ", …"
        raise CellError("case_list.coordinator_unknown", known=(some or "–") + more)

    return read


def nearest(words: str, known: Iterable[str], cutoff: float = 0.6) -> list[str]:
    """Return which of *known* (folded) look most like *words*, the best first; at most three.

    *cutoff* is how much alike they must be, from 0 to 1.
    """
    return get_close_matches(folded(words), list(known), n=3, cutoff=cutoff)


def _day(year: int, month: int, day: int) -> date:
    if not 1900 <= year <= 2200 or day < 1 or month < 1:
        raise CellError("case_list.not_a_date")
    if month > 12:
        if day > 12:
            raise CellError("case_list.not_a_date")
        last = monthrange(year, day)[1]
        raise CellError("case_list.month_first", remedy=f"{min(month, last):02}-{day:02}-{year}")
    last = monthrange(year, month)[1]
    if day > last:
        remedy = f"{last:02}-{month:02}-{year}"
        raise CellError("case_list.no_such_day", days=last, remedy=remedy)
    return date(year, month, day)


def _no_date(value: Value) -> None:
    if isinstance(value, date | time):
        raise CellError("case_list.became_a_date")


def _visible(sign: str) -> bool:
    return unicodedata.category(sign) != "Cf"


def _personal(text: str) -> tuple[Finding, ...]:
    found = list(find(text))
    found += (
        Finding("cpr", match.start(), match.end(), match[0])
        for match in _LOST_ZERO.finditer(text)
        if any(each.kind == "cpr" for each in find("0" + re.sub(r"\D", "", match[0])))
    )
    found += (
        Finding("phone", match.start(), match.end(), match[0])
        for match in _DANISH_ABROAD.finditer(text)
    )
    return tuple(found)


def _may_be_personal(text: str) -> bool:
    """Tell quickly whether it is worth looking."""
    if not text.isascii():
        return True
    if _ISO.fullmatch(text) or _DAY_FIRST.fullmatch(text):
        return False
    return any(sign in text for sign in "@([") or sum(map(str.isdigit, text)) >= 8


def _words(text: str) -> list[str]:
    """Split at what is no letter, and where a capital begins in the middle."""
    words = re.findall(r"[^\W\d_]+", text)
    return [part for word in words for part in _at_capitals(word)]


def _at_capitals(word: str) -> list[str]:
    cuts = [i for i in range(1, len(word)) if word[i - 1].islower() and word[i].isupper()]
    return [word[a:b] for a, b in pairwise([0, *cuts, len(word)])]


def _looks_like_a_name(text: str) -> bool:
    """Tell whether two words in a row begin with a capital, as in ``Anne-Hansen``."""
    names = [len(word) > 1 and word[0].isupper() and word[1:].islower() for word in _words(text)]
    return any(a and b for a, b in pairwise(names))
