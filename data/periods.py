"""Quarters and years of the calendar, as reports and follow-ups count them."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

_QUARTER = re.compile(r"(\d{4})-([1-4])")
_YEAR = re.compile(r"\d{4}")
_YEARS = range(1990, 2101)
"""Years that no calendar has are nobody's."""


@dataclass(frozen=True, order=True, slots=True)
class Quarter:
    """Three months of a calendar year."""

    year: int
    number: int
    """1 to 4."""

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the quarter that *day* lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def read(cls, words: str) -> Self | None:
        """Return the quarter that *words* such as ``2027-1`` name; None where they name none."""
        found = _QUARTER.fullmatch(words)
        return cls(int(found[1]), int(found[2])) if found and int(found[1]) in _YEARS else None

    @property
    def id(self) -> str:
        """How it is written down, such as ``2027-1``."""
        return f"{self.year}-{self.number}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.later(1).first - timedelta(days=1)

    @property
    def quarters(self) -> tuple["Quarter", ...]:
        """The quarters in it: itself."""
        return (self,)

    def later(self, quarters: int) -> "Quarter":
        """Return the one so many *quarters* later (before, if negative)."""
        years, rest = divmod(4 * self.year + self.number - 1 + quarters, 4)
        return Quarter(years, rest + 1)


@dataclass(frozen=True, order=True, slots=True)
class Year:
    """A calendar year."""

    year: int

    @classmethod
    def read(cls, words: str) -> Self | None:
        """Return the year that *words* such as ``2027`` name; None where they name none."""
        return cls(int(words)) if _YEAR.fullmatch(words) and int(words) in _YEARS else None

    @property
    def id(self) -> str:
        """How it is written down, such as ``2027``."""
        return str(self.year)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, 12, 31)

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """Its four quarters."""
        return tuple(Quarter(self.year, number) for number in range(1, 5))

    def later(self, years: int) -> "Year":
        """Return the one so many *years* later (before, if negative)."""
        return Year(self.year + years)


Period = Quarter | Year


def read_period(words: str) -> Period | None:
    """Return the quarter or year that *words* name; None where they name none.

    >>> read_period("2027-1"), read_period("2027"), read_period("27")
    (Quarter(year=2027, number=1), Year(year=2027), None)
    """
    return Quarter.read(words) or Year.read(words)
