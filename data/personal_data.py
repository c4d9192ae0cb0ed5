"""Finds what must not stand in free text: CPR numbers, e-mail addresses and telephone numbers.

What is only probably a name or an address is found apart: it warns, and refuses nothing.

A case carries a pseudonymous reference only, so such a thing in a note is refused. The text is
first put on one form (wide digits, odd dashes, invisible signs), because people write and paste a
CPR number in many ways. Whether ten digits are a CPR number is decided by their date alone: the
check digit has not been a requirement since 2007 (python-stdnum, ``stdnum.dk.cpr``).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from stdnum.dk import cpr

from data import probable_names as probable

Kind = Literal["cpr", "email", "phone", "name", "address"]
"""The first three are refused, the last two warn."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something personal in a text, from character *start* up to *end*."""

    kind: Kind
    start: int
    end: int
    words: str = field(repr=False)
    """What was written. It is for the person who wrote it, never for a log."""


_GAP = r"[\s.,\-/_():·]{0,3}"
_TEN_DIGITS = re.compile(rf"(?<!\d)(?<!\d[.:-])\d(?:{_GAP}\d){{9}}(?![.:-]?\d)")
# A birth date with the whole year, such as 01.02.1990-1234.
_LONG_DATE = re.compile(rf"(?<!\d)(\d\d)[.\-/ ](\d\d)[.\-/ ]\d\d(\d\d){_GAP}(\d{{4}})(?!\d)")
_DATE_AND_TIME = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-](\d\d|\d{4})\s+(?:kl\.?\s*)?([01]\d|2[0-3])[.:]?[0-5]\d"
)
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]+\s?(?:@|[(\[](?:at|a|snabel-?a)[)\]])\s?[\w-]+(?:\.[\w-]+)+",
    re.IGNORECASE,
)
_ABROAD = re.compile(r"(?<![\d+])(?:\+|00)\d{1,3}(?:[ .-]?\d){6,12}(?!\d)")
_EIGHT_DIGITS = re.compile(
    r"(?<![\d.,/-])(?:[2-9]\d([ .-]?)\d\d\1\d\d\1\d\d|[2-9]\d{3}[ -]\d{4})(?![\d]|[.,/-]\d)"
)
# Eight digits after one of these words are another kind of number.
_OTHER_NUMBER = re.compile(
    r"(?:cvr|se|ean|gln|kle|p|sags?|journal)[ .-]*(?:nr|nummer|no)?[ .:]*$", re.IGNORECASE
)


def find(text: str) -> tuple[Finding, ...]:
    """Return what is personal in *text*, in the order it stands there; nothing is found twice.

    >>> [found.kind for found in find("Ring til 22 33 44 55")]
    ['phone']
    """
    plain, origin = _one_form(text)
    found: list[Finding] = []
    for kind, start, end in _candidates(plain):
        first, last = origin[start], origin[end - 1] + 1
        if all(last <= other.start or first >= other.end for other in found):
            found.append(Finding(kind, first, last, text[first:last]))
    return tuple(sorted(found, key=lambda finding: finding.start))


def probable_names(text: str) -> tuple[Finding, ...]:
    """Return what is probably a person's name in *text*, in the order it stands there.

    >>> [found.words for found in probable_names("Ring til Anders Holm")]
    ['Anders Holm']
    """
    return tuple(Finding("name", a, b, text[a:b]) for a, b in probable.names(text))


def probable_addresses(text: str) -> tuple[Finding, ...]:
    """Return what is probably an address in *text*, in the order it stands there."""
    return tuple(Finding("address", a, b, text[a:b]) for a, b in probable.addresses(text))


def doubtful(text: str) -> tuple[Finding, ...]:
    """Return the probable names and addresses in *text*, in the order they stand there; they warn.

    A name within an address, such as that of a street, is not found apart.
    """
    found = list(probable_addresses(text))
    for name in probable_names(text):
        if all(name.end <= other.start or name.start >= other.end for other in found):
            found.append(name)
    return tuple(sorted(found, key=lambda finding: finding.start))


def without(text: str, found: Sequence[Finding]) -> str:
    """Return *text* with everything that was *found* in it cut out."""
    for finding in sorted(found, key=lambda each: each.start, reverse=True):
        text = text[: finding.start] + text[finding.end :]
    return text


def _one_form(text: str) -> tuple[str, list[int]]:
    """Return *text* with plain digits, dashes and blanks, and where each character came from."""
    plain: list[str] = []
    origin: list[int] = []
    for place, sign in enumerate(text):
        category = unicodedata.category(sign)
        if category == "Cf":  # invisible: zero-width blanks, soft hyphens, direction marks
            continue
        if category == "Nd":
            letters = str(unicodedata.decimal(sign))
        elif category == "Pd" or sign == "\N{MINUS SIGN}":
            letters = "-"
        else:
            letters = unicodedata.normalize("NFKC", sign)
        plain += letters
        origin += [place] * len(letters)
    return "".join(plain), origin


def _candidates(text: str) -> Iterator[tuple[Kind, int, int]]:
    for match in _EMAIL.finditer(text):
        yield "email", match.start(), match.end()
    for match in _LONG_DATE.finditer(text):
        if _is_cpr("".join(match.groups())) and not _is_appointment(match[0]):
            yield "cpr", match.start(), match.end()
    for match in _TEN_DIGITS.finditer(text):
        if _is_cpr(re.sub(r"\D", "", match[0])) and not _is_appointment(match[0]):
            yield "cpr", match.start(), match.end()
    for match in _ABROAD.finditer(text):
        yield "phone", match.start(), match.end()
    for match in _EIGHT_DIGITS.finditer(text):
        other = _OTHER_NUMBER.search(text[max(0, match.start() - 16) : match.start()])
        if not other and not _is_date(re.sub(r"\D", "", match[0])):
            yield "phone", match.start(), match.end()


def _is_cpr(digits: str) -> bool:
    return bool(cpr.is_valid(digits))


def _is_appointment(words: str) -> bool:
    """Tell whether *words* are a date of these years and a time, such as ``01.02.26 1030``."""
    match = _DATE_AND_TIME.fullmatch(words)
    if match is None:
        return False
    year = int(match[1]) % 100 + 2000
    # Whoever was born in these years is too young for the method.
    return abs(year - date.today().year) <= 10  # noqa: DTZ011 - the year is all we need


def _is_date(digits: str) -> bool:
    """Tell whether eight *digits* are two years, or a date written from either end."""
    if all(1900 <= int(part) <= 2099 for part in (digits[:4], digits[4:])):
        return True
    for year, month, day in (
        (digits[:4], digits[4:6], digits[6:]),
        (digits[4:], digits[2:4], digits[:2]),
    ):
        with suppress(ValueError):
            if 1900 <= date(int(year), int(month), int(day)).year <= 2099:
                return True
    return False
