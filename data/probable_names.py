"""Finds what is probably a name or an address in a note, so that its writer can be warned.

Whether a word is a name can only be guessed, so nothing is refused. The guess leans on Danish:
in the middle of a sentence only names have a capital letter. The words it knows stand in
``definitions/probable_names.toml``; they are our own selection.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Literal

from pydantic import BeforeValidator

from data.files import Entry, read_model

Span = tuple[int, int]
"""From this character up to that one."""


def _split(words: object) -> frozenset[str]:
    return frozenset(words.split()) if isinstance(words, str) else frozenset()


_WordList = Annotated[frozenset[str], BeforeValidator(_split)]


class _Known(Entry):
    """The words of the file, in small letters."""

    origin: Literal["proposal"]
    first_names: _WordList
    first_names_that_are_words: _WordList
    family_names: _WordList
    said_of_people: _WordList
    not_names: _WordList
    places: _WordList


_LETTER = r"[^\W\d_]"
_WORD = re.compile(rf"{_LETTER}+(?:-{_LETTER}+)*")
_OPENING = " \t»«\"“”„‘'([*•–—-"
_INITIAL = re.compile(rf"(?<![\w.])(?:[A-ZÆØÅ]\. ?){{1,2}}(?={_LETTER}{{3}})")
_NUMBERED = re.compile(
    rf"(?<![\w-])({_LETTER}+)(?:,? nr\.?)? \d{{1,3}}(?: ?[A-Ha-h])?(?![\w%]|[.,:]\d)"
    r"(?:,? ?(?:st|\d{1,2})\. ?(?:sal,? ?)?(?:tv|th|mf)?\b)?"
)
_STREET_ABROAD = re.compile(
    r"(?<!\w)\d{1,3}[A-Za-z]? (?:[A-Z][a-z]+ ){1,2}(?:Street|Road|Avenue|Lane|Square)\b"
)
_FLOOR = re.compile(r"(?<![\w.,])(?:st|\d{1,2})\. ?(?:sal,? ?)?(?:tv|th|mf)\b")
_POSTCODE = re.compile(
    rf"(?<![\w.,-])(?:DK[- ])?([1-9]\d{{3}}) ({_LETTER}+)( [NSVØK]\b| NV\b| SV\b)?"
)
_STREETS = ("vej", "gade", "allé", "stræde", "vænget", "boulevard")
_ALSO_STREETS = ("vejen", "gaden", "alléen", "stien", "toften", "vangen", "bakken", "skrænten",
                 "parken", "torv", "torvet", "plads", "pladsen", "kaj", "brygge", "brygget")  # fmt: skip
"""Ends of names of streets that other words have too: ``praktikplads 2`` is none."""
_NO_STREETS = {
    "overvej",
    "genvej",
    "omvej",
    "udvej",
    "motorvej",
    "landevej",
    "cykelvej",
    "hovedvej",
}


def names(text: str) -> tuple[Span, ...]:
    """Return where in *text* there is probably a person's name, in order.

    >>> names("Vi ringer til Xenia Holm på tirsdag")
    ((14, 24),)
    """
    plain, origin = _composed(text)
    return tuple(_merged((origin[a], origin[b]) for a, b in _names(plain)))


def addresses(text: str) -> tuple[Span, ...]:
    """Return where in *text* there is probably an address, in order.

    >>> addresses("Hun bor på Nørregade 12")
    ((11, 23),)
    """
    plain, origin = _composed(text)
    return tuple(_merged((origin[a], origin[b]) for a, b in _addresses(plain)))


@cache
def _known() -> _Known:
    return read_model("definitions/probable_names.toml", _Known)


def _composed(text: str) -> tuple[str, list[int]]:
    """Return *text* with letters and their marks in one sign, and where each sign came from.

    The last place is that of the end.
    """
    if text.isascii() or (unicodedata.is_normalized("NFC", text) and text.isprintable()):
        return text, list(range(len(text) + 1))
    plain: list[str] = []
    origin: list[int] = []
    for place, sign in enumerate(text):
        if unicodedata.category(sign) == "Cf":  # invisible
            continue
        if plain and unicodedata.combining(sign):
            joined = unicodedata.normalize("NFC", plain[-1] + sign)
            if len(joined) == 1:
                plain[-1] = joined
                continue
        plain.append(sign)
        origin.append(place)
    return "".join(plain), [*origin, len(text)]


# --- Names ------------------------------------------------------------------------------------


def _names(text: str) -> Iterator[Span]:
    words = list(_WORD.finditer(text))
    for place, word in enumerate(words):
        if _is_capital(word[0]) and _is_name(text, words, place):
            yield _with_what_follows(text, words, place)
    for match in _INITIAL.finditer(text):
        name = _WORD.match(text, match.end())
        listed = _starts_a_sentence(text, match.start())  # A. is then the first of several points
        if name and not listed and _is_capital(name[0]) and _may_be_a_name(name[0]):
            yield match.start(), name.end()


def _is_name(text: str, words: list[re.Match[str]], place: int) -> bool:
    """Tell whether the word at *place*, which has a capital letter, begins a name."""
    word = words[place]
    starts = _starts_a_sentence(text, word.start())
    if place and words[place - 1][0].casefold() in {"sankt", "skt"}:
        return False  # a day, a church or a school
    if _is_first_name(word[0], starts=starts) or _is_family_name(word[0], starts=starts):
        return True
    if starts or not _may_be_a_name(word[0]):
        return False
    if place and _beside(text, words[place - 1], word):
        before = words[place - 1][0].casefold()
        if before in _known().said_of_people:
            return True
    if place + 1 == len(words) or not _beside(text, word, words[place + 1]):
        return False
    after = words[place + 1][0]
    return _is_capital(after) and _may_be_a_name(after)


def _is_capital(word: str) -> bool:
    """Tell whether *word* is written as a name is: its first letter large and not all of them.

    A listed name counts in capitals too, where it is too long for an abbreviation.
    """
    parts = word.split("-")
    if word.isupper():
        return len(word) > 3 and parts[0].casefold() in _known().first_names
    return all(part[:1].isupper() and len(part) > 1 for part in parts) and not parts[0].isupper()


def _is_first_name(word: str, *, starts: bool) -> bool:
    known = _known()
    for part in word.casefold().split("-"):
        for name in _without_owning(part):
            if name in known.first_names or (
                not starts and name in known.first_names_that_are_words
            ):
                return True
    return False


def _is_family_name(word: str, *, starts: bool) -> bool:
    for name in _without_owning(word.casefold()):
        if name in _known().family_names:
            return True
        # Styrelsen, Klassen and Processen are things.
        thing = name.endswith(("elsen", "assen", "essen"))
        if not starts and len(name) > 5 and name.endswith("sen") and not thing:
            return True
    return False


def _without_owning(word: str) -> tuple[str, ...]:
    """Return *word*, and *word* without the s of ``Annes mor``."""
    return (word, word[:-1]) if word.endswith("s") and len(word) > 3 else (word,)


def _may_be_a_name(word: str) -> bool:
    known = _known()
    parts = word.casefold().split("-")
    return not any(
        name in known.not_names or name in known.places
        for part in parts
        for name in _without_owning(part)
    )


def _with_what_follows(text: str, words: list[re.Match[str]], place: int) -> Span:
    """Return where the name is that begins with the word at *place*, with what belongs to it."""
    last = words[place]
    for word in words[place + 1 : place + 4]:
        if not (_beside(text, last, word) and _is_capital(word[0]) and _may_be_a_name(word[0])):
            break
        last = word
    return words[place].start(), last.end()


def _beside(text: str, first: re.Match[str], second: re.Match[str]) -> bool:
    between = text[first.end() : second.start()]
    return between in {" ", "  ", "\xa0"} or (between == ". " and len(first[0]) == 1)


def _starts_a_sentence(text: str, place: int) -> bool:
    before = text[max(0, place - 40) : place].rstrip(_OPENING)
    return not before or before[-1] in ".!?:;\n\r…/|"


# --- Addresses --------------------------------------------------------------------------------


def _addresses(text: str) -> Iterator[Span]:
    for match in _NUMBERED.finditer(text):
        if _is_street(text, match):
            yield _street_start(text, match.start()), match.end()
    for pattern in (_STREET_ABROAD, _FLOOR):
        for match in pattern.finditer(text):
            yield match.span()
    for match in _POSTCODE.finditer(text):
        town = match[2].casefold()
        year = 1900 <= int(match[1]) <= 2099
        if match[2][0].isupper() and town in ({"frederiksberg"} if year else _known().places):
            yield match.span()


def _is_street(text: str, match: re.Match[str]) -> bool:
    word = match[1].casefold()
    if word in _NO_STREETS:
        return False
    if match[1][0].isupper() and not _starts_a_sentence(text, match.start()):
        return word.endswith(_STREETS + _ALSO_STREETS)
    # In small letters it may be another word, and what follows is counted: ``vej 5 gange``.
    counted = re.match(rf" {_LETTER}{{2}}", text[match.end() :])
    # Nobody lives on »vejen« alone, but on »strandvejen«.
    own = word.endswith(("vejen", "gaden")) and len(word) > 7
    return (own or word.endswith(_STREETS)) and not counted


def _street_start(text: str, start: int) -> int:
    """Return where the name of a street begins, whose last word begins at *start*."""
    before = re.search(r"(?:(?<!\w)[A-ZÆØÅ][\w.]* ){1,3}$", text[:start][-60:])
    return start - len(before[0]) if before else start


def _merged(spans: Iterator[Span]) -> Iterator[Span]:
    """Yield *spans* in order, those that overlap as one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span[0] < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], span[1]))
        else:
            found.append(span)
    yield from found
