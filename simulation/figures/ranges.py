"""Marks with what nine in ten years or periods lie between, one row a thing, held against the comparison."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

from data.texts import Texts
from simulation.figures.picture import (
    BESIDE,
    GROUND,
    INK,
    LIMIT,
    NOW,
    QUIET,
    SIZE,
    TODAY,
    Drawing,
    Margins,
    clean,
    draw,
    number_ticks,
    reach,
    room_for,
)
from simulation.study import known_mean
from simulation.summary import prediction

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Ticks = Callable[["Axes", Texts], None]
_ROW = 0.5
"""Inches of paper for each row."""
_LONGEST = 22
"""Letters of a comparison's name that have room beside a mark."""


@dataclass(frozen=True, slots=True)
class Range:
    """What nine in ten lie between, and the mean."""

    low: float
    high: float
    mean: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Range":
        """Return the range of *values*, one a year or run; those that are not numbers are left out."""
        low, high = prediction(values)
        return cls(low, high, known_mean(values))

    @property
    def known(self) -> bool:
        """Whether there was anything to measure."""
        return not isnan(self.mean)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing with its range, and the same in what it is held against."""

    name: str
    now: Range
    before: Range | None
    """None where nothing is compared."""
    words: str
    """What stands beside the mark of the scenario: its mean."""
    words_before: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """The axis that all rows share."""

    axis: str
    """What is measured, with its unit, and what mark and line are."""
    base: str
    """What the comparison is called."""
    ticks: Ticks = lambda axes, texts: number_ticks(axes, texts, along="x")
    least: float = 1.0
    """The axis reaches at least so far."""
    limit: tuple[float, str] | None = None
    """A line that should not be crossed, and its words."""


def draw_ranges(name: str, rows: Sequence[Row], scale: Scale, texts: Texts) -> Drawing:
    """Draw *rows* from the top; the paper is as high for every study, so that nothing jumps."""
    top = 0.4 if scale.limit else 0.1
    return draw(
        name,
        _ROW * len(rows) + 0.75 + top,
        lambda figure: _paint(figure, rows, scale, texts),
        Margins(left=_left(rows), top=top),
    )


def _left(rows: Sequence[Row]) -> float:
    return room_for(line for row in rows for line in row.name.split("\n"))


def short(name: str) -> str:
    """Return as much of a comparison's *name* as has room beside a mark."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"


def _paint(figure: "Figure", rows: Sequence[Row], scale: Scale, texts: Texts) -> None:
    axes = figure.subplots()
    clean(axes, grid="x")
    _name(axes, rows)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    marks = _marks(rows, scale, texts)
    ends = [(mark.far, mark.words) for mark in marks if mark.span.known]
    greatest = reach(ends, scale.least, _left(rows))
    axes.set_xlim(-0.02 * greatest, greatest)
    for mark in marks:
        _paint_mark(axes, mark, over_limit=scale.limit is not None)
    scale.ticks(axes, texts)
    axes.set_xlabel(scale.axis, fontsize=SIZE, loc="right")
    if scale.limit:
        at, words = scale.limit
        axes.axvline(at, color=LIMIT, linewidth=2, zorder=1)
        axes.annotate(
            words, (at, 1), xycoords=("data", "axes fraction"), xytext=(0, 4),
            textcoords="offset points", ha="center", va="bottom", color=LIMIT,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Mark:
    """One series of one row: where it stands, and its words."""

    span: Range
    place: float
    words: str
    colour: str

    @property
    def far(self) -> float:
        """Where it ends; a mean may lie beyond what nine in ten lie between."""
        return max(self.span.high, self.span.mean)


def _marks(rows: Sequence[Row], scale: Scale, texts: Texts) -> list[_Mark]:
    named, marks = {"now": False, "before": False}, []
    for place, row in enumerate(rows):
        shift = 0.0 if row.before is None else 0.18
        marks.append(_Mark(row.now, place - shift, _words(row, named, texts), NOW))
        if row.before is not None:
            words = _words_before(row, named, scale)
            marks.append(_Mark(row.before, place + shift, words, TODAY))
    return marks


def _name(axes: "Axes", rows: Sequence[Row]) -> None:
    """Write the names beside their rows, what stands below a name by itself.

    Of a label of several lines, each would begin where the drawing's own font lets it end.
    """
    axes.set_yticks(range(len(rows)), [row.name if "\n" not in row.name else "" for row in rows])
    for place, row in enumerate(rows):
        name, _, below = row.name.partition("\n")
        if below:
            for words, colour, up in ((name, INK, 8), (below, QUIET, -8)):
                axes.annotate(
                    words, (0, place), xycoords=("axes fraction", "data"), xytext=(-4, up),
                    textcoords="offset points", ha="right", va="center", color=colour,
                )  # fmt: skip


def _words(row: Row, named: dict[str, bool], texts: Texts) -> str:
    """Return the number; in the first row with the name of its series, which replaces a legend."""
    if row.before is None or named["now"] or not row.now.known:
        return row.words
    named["now"] = True
    return f"{row.words} {texts('figure.now')}"


def _words_before(row: Row, named: dict[str, bool], scale: Scale) -> str:
    if named["before"] or row.before is None or not row.before.known:
        return row.words_before
    named["before"] = True
    return f"{row.words_before} {short(scale.base)}"


def _paint_mark(axes: "Axes", mark: _Mark, *, over_limit: bool) -> None:
    """Draw a mark at the mean over a line from end to end, hollow and thin for the comparison."""
    now, span = mark.colour == NOW, mark.span
    if not span.known:
        axes.annotate(mark.words, (0, mark.place), va="center", color=QUIET)
        return
    ends = [span.low, span.high]
    axes.plot(ends, [mark.place] * 2, color=mark.colour, linewidth=3 if now else 1)
    axes.plot(
        span.mean,
        mark.place,
        "o" if now else "D",
        color=mark.colour,
        markerfacecolor=mark.colour if now else GROUND,
        markersize=10 if now else 7,
    )
    said = axes.annotate(
        mark.words, (mark.far, mark.place), xytext=(BESIDE, 0), textcoords="offset points",
        va="center", color=mark.colour,
    )  # fmt: skip
    if over_limit:
        # Words that cross the line are read all the same.
        said.set_bbox({"facecolor": GROUND, "edgecolor": "none", "pad": 0})
