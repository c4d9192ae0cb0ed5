"""A simulated year as a calendar: a row for each month, a place for each day."""

from collections import Counter
from typing import TYPE_CHECKING

from data.texts import Texts
from simulation.figures.calendar_marks import key, marks, rectangles, stretches
from simulation.figures.picture import LINE, SIZE, Picture, draw
from simulation.wording import counted
from simulation.year import Month, Year, months
from simulation.year_words import post_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW = 0.52
"""Inches of paper for a month."""
_PLACES = {
    "on_time": (-0.23, -0.22),
    "late": (0.23, -0.22),
    "extra": (-0.23, 0.12),
    "crisis": (0.2, 0.29),
}
"""Where in a day's square each kind of mark stands, from its middle."""
_COLUMNS = (
    *("on_time", "late", "missed", "extra", "no_shows", "cancelled", "crises"),
    *("absence", "vacancy"),
)


def year_calendar(year: Year, texts: Texts, post: int = 0) -> Picture:
    """Return *year* as a calendar; give the *post* where it is the year of one alone.

    Every meeting that was held stands in it once, on its day. Of one post also the days on which
    nobody was at work are drawn.
    """
    found = months(year)
    rows = [_written(texts.month(one.first), one, texts) for one in found]
    total = Month(
        year.first, 0, *(sum(numbers) for numbers in zip(*(m[2:] for m in found), strict=True))
    )
    return Picture(
        title=_title(year, post, texts),
        alternative=texts("figure.year.alt", rows=" ".join(_said(one, texts) for one in found)),
        drawing=draw(
            "year", 0.7 + _ROW * len(found), lambda figure: _paint(figure, year, post, texts)
        ),
        columns=tuple(texts(f"figure.year.column_{name}") for name in ("month", *_COLUMNS)),
        rows=(*rows, _written(texts("figure.year.whole"), total, texts)),
    )


def _title(year: Year, post: int, texts: Texts) -> str:
    slots = {"held": counted(texts, "held", len(year.held))}
    if year.missed:
        slots["missed"] = counted(texts, "deadlines", len(year.missed))
    if post:
        slots["post"] = post_name(post, texts)
    ending = ("_post" if post else "") + ("" if year.missed else "_none")
    return texts(f"figure.year.title{ending}", **slots)


def _said(one: Month, texts: Texts) -> str:
    return texts(
        "figure.year.alt_row",
        month=texts.month(one.first),
        on_time=texts.number(one.on_time),
        late=texts.number(one.late),
        missed=texts.number(one.missed),
        extra=texts.number(one.extra),
        crises=texts.number(one.crises),
    )


def _written(name: str, one: Month, texts: Texts) -> tuple[str, ...]:
    return (name, *(texts.number(getattr(one, column)) for column in _COLUMNS))


def _paint(figure: "Figure", year: Year, post: int, texts: Texts) -> None:
    axes = figure.subplots()
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.patch.set_alpha(0)
    names = [texts.month(year.date(begin)) for begin, _ in year.months]
    axes.set_xlim(0.4, 31.6)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xticks(range(1, 32), [texts.number(day) for day in range(1, 32)], fontsize=SIZE - 3)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(length=0, labelsize=SIZE - 2)
    axes.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False)
    _paint_days(axes, year)
    shown = _paint_marks(axes, year)
    if post:
        shown += _paint_spells(axes, year)
    key(figure, [*shown, "closed", *(["still"] if any(year.still) else [])], texts)


def _at(year: Year, day: int) -> tuple[int, int]:
    """Return the column and the row of *day*."""
    return year.date(day).day, year.row(day)


def _paint_days(axes: "Axes", year: Year) -> None:
    """Draw the days on which nothing can be held, those of standstill hatched."""
    closed = [not works for works in year.works]
    for kind, wanted in (("closed", closed), ("still", year.still)):
        rectangles(axes, _bars(year, stretches(wanted), -0.46, 0.46), kind)
    for row in range(len(year.months) - 1):
        axes.axhline(row + 0.5, color=LINE, linewidth=0.8)


def _bars(
    year: Year, spans: list[tuple[int, int]], top: float, bottom: float
) -> list[tuple[float, float, float, float]]:
    return [
        (begin - 0.5, end - 0.5, row + top, row + bottom)
        for begin, end, row in _by_row(year, spans)
    ]


def _by_row(year: Year, spans: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Return *spans* of days of the year cut at the ends of months: first, after the last, row."""
    found = []
    for begin, end in spans:
        day = begin
        while day < end:
            column, row = _at(year, year.begin + day)
            last = day
            while last < end and _at(year, year.begin + last)[1] == row:
                last += 1
            found.append((column, column + last - day, row))
            day = last
    return found


def _paint_marks(axes: "Axes", year: Year) -> list[str]:
    """Draw what happened on each day; return the names of what was drawn."""
    kinds: dict[str, Counter[int]] = {
        "on_time": Counter(o.day for o in year.held if o.rule != "extra" and o.late == 0),
        "late": Counter(o.day for o in year.held if o.rule != "extra" and o.late > 0),
        "extra": Counter(o.day for o in year.held if o.rule == "extra"),
        "crisis": Counter(o.day for o in year.moments if o.what.startswith("crisis")),
    }
    squares = [_at(year, one.day) for one in year.missed]
    around = ((x - 0.46, x + 0.46, y - 0.43, y + 0.33) for x, y in squares)
    rectangles(axes, around, "missed")
    for kind, days in kinds.items():
        right, down = _PLACES[kind]
        places = ((*_at(year, day), number) for day, number in days.items())
        marks(axes, kind, {(x + right, y + down): number for x, y, number in places})
    return [kind for kind, days in kinds.items() if days] + (["missed"] if year.missed else [])


def _paint_spells(axes: "Axes", year: Year) -> list[str]:
    for kind in ("absence", "vacancy"):
        spans = [
            (one.begin - year.begin, one.end - year.begin)
            for one in year.spells
            if one.what == kind
        ]
        rectangles(axes, _bars(year, spans, 0.345, 0.455), kind)
    return sorted({one.what for one in year.spells})
