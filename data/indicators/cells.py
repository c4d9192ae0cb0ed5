"""What an edition of the leadership report tells of one indicator, unit and time: a number, or less."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from data.periods import Period, Quarter
from data.texts import Texts

EVERYWHERE = ""
"""The unit that stands for the whole municipality."""

Why = Literal["", "few", "waits", "together", "none"]
"""Why a number is not told: fewer young people than may be told are behind it or behind what is left of
its whole; there were too few meetings until now, so that it is told with a later quarter; it is told
only together with another unit; or there was nothing to count."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of several answers, such as one reason, with how often it was given."""

    id: str
    """The answer, as in the form."""
    least: int
    most: int
    """At least and at most so often; equal where it is told exactly."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one indicator in some quarters and units.

    Whatever is not told lies between *least* and *most*, and nothing else that was ever told says more.
    """

    indicator: str
    quarters: tuple[Quarter, ...] = ()
    """The quarters that it is about, together; the first one first."""
    units: tuple[str, ...] = ()
    """The units that it is about, together; empty is the whole municipality."""
    least: float | None = None
    """The number itself (of meetings, young people, agreements or minutes), at least; None where
    nothing at all is told."""
    most: float | None = None
    """The same, at most."""
    whole_least: int | None = None
    """Of how many, at least; None where it is no part of a whole, or the whole is not told."""
    whole_most: int | None = None
    parts: tuple[Part, ...] = ()
    """Of an indicator with several answers, how often each; the most frequent first."""
    why: Why = ""
    """Why it is hidden, or less exact than it could be."""

    @property
    def value(self) -> float | None:
        """The number where it is told exactly, else None."""
        return self.least if self.least is not None and self.least == self.most else None

    @property
    def hidden(self) -> bool:
        """Whether no single number is told; *least* and *most* may still say something."""
        return self.value is None and not self.parts

    @property
    def whole(self) -> int | None:
        """Of how many: exactly, or the middle of what it may be (for limits in a chart)."""
        if self.whole_least is None or self.whole_most is None:
            return None
        return (self.whole_least + self.whole_most) // 2

    @property
    def share(self) -> float | None:
        """The share (0-1), in the middle of what it may be; None where that is more than 0.1 either way."""
        low, high = self.share_least, self.share_most
        if low is None or high is None or high - low > 2 * WIDEST:
            return None
        return (low + high) / 2

    @property
    def share_least(self) -> float | None:
        """The share at least (0-1); None where it is no part of a told whole."""
        if self.least is None or not self.whole_most:
            return None
        return min(1.0, self.least / self.whole_most)

    @property
    def share_most(self) -> float | None:
        """The share at most (0-1)."""
        if self.most is None or not self.whole_least:
            return None
        return min(1.0, self.most / self.whole_least)

    def text(self, texts: Texts) -> str:
        """Return it in a few words, such as ``18 af 23 (78 %)``; what is hidden says why."""
        from data.indicators.words import told_in_words  # noqa: PLC0415 (it needs what is here)

        return told_in_words(self, texts)


WIDEST = 0.1
"""How far from its middle a share that is not told exactly may lie to be shown as one number."""

CellKey = tuple[str, str, Period]
"""Indicator, unit (:data:`EVERYWHERE` or its name) and quarter or year."""
Cells = Mapping[CellKey, Told]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition of the leadership report: all that was told by then, and nothing that was not."""

    period: Period
    """The quarter or year that it is about."""
    number: int
    """1 is the first edition that was made; later ones tell nothing that contradicts earlier ones."""
    made_on: str
    """The day on which it was made, as ``2027-04-20``; checklists from after that day do not count."""
    exercise: bool = False
    """Whether it is counted from invented cases; it then says *ØVELSE* wherever it is shown."""
    fewest: int = 5
    """Nothing is told of fewer young people than this."""
    units: tuple[str, ...] = ()
    """The units by name, of which some may be told only together."""
    blocks: tuple[Told, ...] = ()
    """All that is told, each number once, of quarters that do not overlap; the oldest first."""
    cells: Cells = field(default_factory=dict)
    """The same by indicator, unit and quarter or year; sums of blocks among them."""

    def told(self, indicator: str, unit: str = EVERYWHERE, period: Period | None = None) -> Told:
        """Return what is told of *indicator* in *unit* and *period* (that of the edition)."""
        key = (indicator, unit, self.period if period is None else period)
        return self.cells.get(key) or Told(indicator, key[2].quarters, why="none")

    def series(self, indicator: str, unit: str = EVERYWHERE) -> tuple[Told, ...]:
        """Return the points of *indicator* over time, for a run chart: no quarter is in two of them."""
        points = {
            told.quarters: told
            for (of, where, period), told in self.cells.items()
            if (of, where) == (indicator, unit) and isinstance(period, Quarter)
        }
        return tuple(points[quarters] for quarters in sorted(points))
