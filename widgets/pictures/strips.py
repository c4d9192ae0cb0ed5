"""Several courses over time, one below another on one scale: small multiples on a single sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING

from data.texts import Texts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulation.figures import Picture

_STRIP = 0.78  # inches of height of one course
_RISE = 0.55
"""Share of a strip between the lowest and the highest step; above it stands the number."""
_NAMES = 0.5
"""Room for the names, as a share of the room for the courses."""
_NAME_WIDTH = 30  # letters
_CLOSE = 0.07
"""Share of the width within which two words would run into each other."""


@dataclass(frozen=True, slots=True)
class Course:
    """One thing over time."""

    name: str
    values: tuple[float | None, ...]
    """One for each moment; None where it is not known, which leaves a gap."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was measured."""

    at: float
    """Its place in time; only differences matter."""
    short: str
    """As it is written below the courses."""
    spoken: str
    """As it is written in the table and read aloud."""


@dataclass(frozen=True, slots=True)
class Strips:
    """What is drawn: courses over the same moments, each on the whole of one scale."""

    name: str
    """Keeps the ids of the drawing apart from those of other figures on a page."""
    courses: Sequence[Course]
    moments: Sequence[Moment]
    scale: tuple[int, int]
    decimals: int

    def picture(self, title: str, alternative: str, corner: str, texts: Texts) -> Picture:
        """Return it drawn under *title*; *corner* heads the table's column of names."""
        from simulation.figures.picture import Picture, draw  # noqa: PLC0415 (loads NumPy and SciPy)

        height = _STRIP * len(self.courses) + 0.5
        return Picture(
            title=title,
            alternative=alternative,
            drawing=draw(self.name, height, lambda figure: self._paint(figure, texts)),
            columns=(corner, *(moment.spoken for moment in self.moments)),
            rows=tuple((course.name, *self._told(course, texts)) for course in self.courses),
        )

    def said(self, texts: Texts) -> str:
        """Return every number in words, for those who cannot see the drawing."""
        return " ".join(self._row_said(course, texts) for course in self.courses)

    def _row_said(self, course: Course, texts: Texts) -> str:
        told = zip(self.moments, self._told(course, texts), strict=True)
        values = [
            texts("development.alt_value", day=moment.spoken, value=value) for moment, value in told
        ]
        return texts("development.alt_row", name=course.name, values="; ".join(values))

    def _told(self, course: Course, texts: Texts) -> Iterator[str]:
        for value in course.values:
            if value is None:
                yield texts("development.none")
            else:
                yield texts.number(value, self.decimals)

    def _paint(self, figure: Figure, texts: Texts) -> None:
        axes = figure.subplots()
        axes.set_axis_off()
        axes.set_xlim(-_NAMES, 1.06)
        axes.set_ylim(-len(self.courses) - 0.1, 0.2)
        places = _places(self.moments)
        for row, course in enumerate(self.courses):
            _draw_course(axes, course, places, -row - 0.85, self.scale, self.decimals, texts)
        _write_moments(axes, self.moments, places, -len(self.courses))


def _draw_course(
    axes: Axes,
    course: Course,
    places: Sequence[float],
    floor: float,
    scale: tuple[int, int],
    decimals: int,
    texts: Texts,
) -> None:
    from simulation.figures.picture import LINE, NOW, QUIET, SIZE  # noqa: PLC0415

    low, high = scale
    # No line at the top: the numbers stand there.
    axes.plot([0, 1], [floor, floor], color=LINE, linewidth=1)
    for step in (low, high):
        y = _height(step, floor, scale)
        axes.text(-0.02, y, str(step), color=QUIET, fontsize=SIZE - 4, ha="right", va="center")
    middle = floor + _RISE / 2
    axes.text(-_NAMES, middle, fill(course.name, _NAME_WIDTH), fontsize=SIZE, va="center")
    nothing = float("nan")
    heights = [nothing if v is None else _height(v, floor, scale) for v in course.values]
    axes.plot(places, heights, color=NOW, linewidth=2, marker="o", markersize=6)
    known = [place for place, value in enumerate(course.values) if value is not None]
    for place in _apart([places[one] for one in known]):
        value = course.values[known[place]]
        if value is None:
            continue
        axes.annotate(
            texts.number(value, decimals),
            (places[known[place]], heights[known[place]]),
            xytext=(0, 6),
            textcoords="offset points",
            ha="center",
            fontsize=SIZE - 1,
            weight="bold" if known[place] == known[-1] else "normal",
        )


def _write_moments(
    axes: Axes, moments: Sequence[Moment], places: Sequence[float], y: float
) -> None:
    from simulation.figures.picture import QUIET, SIZE  # noqa: PLC0415

    for place in _apart(places, 1.6 * _CLOSE):
        words = moments[place].short
        axes.text(places[place], y, words, ha="center", va="center", color=QUIET, fontsize=SIZE - 1)


def _places(moments: Sequence[Moment]) -> list[float]:
    """Return where between 0 and 1 each moment stands; a single one stands at the end."""
    first, last = moments[0].at, moments[-1].at
    if first == last:
        return [1.0] * len(moments)
    return [0.02 + 0.98 * (moment.at - first) / (last - first) for moment in moments]


def _apart(places: Sequence[float], close: float = _CLOSE) -> list[int]:
    """Return which of *places* can be written at: the last, and before it what is not too close."""
    chosen: list[int] = []
    for number in reversed(range(len(places))):
        if not chosen or places[chosen[-1]] - places[number] >= close:
            chosen.append(number)
    return chosen[::-1]


def _height(value: float, floor: float, scale: tuple[int, int]) -> float:
    low, high = scale
    return floor + _RISE * (value - low) / (high - low)
