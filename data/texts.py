"""The words people read, and numbers and dates as they write them.

Words stand in TOML files, one folder a language and one file a subject: id → words, with ``{slots}``
by name. Danish is the complete language; a test holds the ids and slots of the others equal to it.
"""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from data.files import DataError, read_table

Language = Literal["da", "en"]
LANGUAGES: tuple[Language, ...] = ("da", "en")
_LOCALES = {"da": "da_DK", "en": "en_GB"}
_DANISH_TIME = ZoneInfo("Europe/Copenhagen")


class Texts:
    """The words of one language; call it with an id to get them.

    >>> Texts.read("da")("page.workbench")
    'Værksted'
    """

    def __init__(self, language: Language, words: dict[str, str]) -> None:
        self.language: Language = language
        self.words = words

    @classmethod
    def read(cls, language: str = "da") -> "Texts":
        """Return the texts of *language*; a language that does not exist is a :exc:`LookupError`."""
        for known in LANGUAGES:
            if language == known:
                return _read(known)
        raise LookupError(f"no texts in '{language}'; there are: {', '.join(LANGUAGES)}")

    def __call__(self, id: str, /, **slots: object) -> str:
        """Return the words of *id* with its slots filled.

        Raises :exc:`LookupError` where the id is unknown or a slot is missing.
        """
        try:
            return self.words[id].format(**slots)
        except KeyError as error:
            missing = id if id not in self.words else f"{id} (slot {error})"
            raise LookupError(f"no text '{missing}' in '{self.language}'") from None

    def number(self, value: float, decimals: int = 0) -> str:
        """Return *value* with *decimals* decimals, as ``1.234,5`` in Danish and ``1,234.5`` in English."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        # A rounded zero has no sign.
        rounded = round(value, decimals) + 0.0
        return format_decimal(rounded, format=pattern, locale=_LOCALES[self.language])

    def percent(self, share: float, decimals: int = 0) -> str:
        """Return the *share* (0–1) as per cent: ``41 %`` in Danish, ``41%`` in English."""
        space = "\N{NO-BREAK SPACE}" if self.language == "da" else ""
        return f"{self.number(100 * share, decimals)}{space}%"

    def month(self, day: date) -> str:
        """Return the month of *day* as ``maj 2026`` in Danish and ``May 2026`` in English."""
        return format_date(day, format="MMMM y", locale=_LOCALES[self.language])

    def date(self, day: date) -> str:
        """Return *day* as ``3. maj 2026`` in Danish and ``3 May 2026`` in English."""
        return format_date(day, format="long", locale=_LOCALES[self.language])

    def clock(self, moment: datetime) -> str:
        """Return the time of day of *moment* (which knows its zone) in Denmark, as ``10.42`` or ``10:42``."""
        return format_time(
            moment, format="short", tzinfo=_DANISH_TIME, locale=_LOCALES[self.language]
        )


def slots(words: str) -> set[str]:
    """Return the names of the slots in *words*.

    >>> sorted(slots("{done} af {all} besvaret"))
    ['all', 'done']
    """
    return {name for _, name, _, _ in Formatter().parse(words) if name}


@cache
def _read(language: Language) -> Texts:
    words: dict[str, str] = {}
    for id, text, file in _entries(language):
        if id in words:
            raise DataError(file, None, id, "this id stands in another file too")
        words[id] = text
    return Texts(language, words)


def _entries(language: Language) -> Iterator[tuple[str, str, str]]:
    folder = files("data").joinpath("texts", language)
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        name = f"texts/{language}/{file.name}"
        for id, text in read_table(name)[0].items():
            if not isinstance(text, str):
                raise DataError(name, None, id, f"{text!r} is not allowed: a text is a string")
            yield id, text, name
