"""Where on the way through its range each uncertain number changes a recommendation."""

from math import isnan
from textwrap import fill
from typing import TYPE_CHECKING

from data.texts import Texts
from simulation.experiments.change_of_mind import Change, ChangesOfMind, Side
from simulation.experiments.change_of_mind_words import (
    ends_of,
    name_of,
    now_of,
    option_of,
    plain_number,
    range_of,
)
from simulation.figures.measured import name_rows
from simulation.figures.picture import BAND, GROUND, LINE, NOW, QUIET, SIZE, Picture, clean, draw
from simulation.wording import lowered, share

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_SHOWN = 10
"""Numbers that are drawn; the table has all."""


def flips(found: ChangesOfMind, texts: Texts) -> Picture:
    """Return each number's range with where it is now and where the recommendation is another.

    Raises :exc:`ValueError` where no number was moved yet.
    """
    if not found.changes:
        raise ValueError("no number was moved yet; there is nothing to draw")
    shown = found.changes[:MOST_SHOWN]
    columns = ("input", "now", "range", "change", "ends", "chance")
    rows = tuple(row for change in found.changes for row in _rows(change, texts))
    return Picture(
        title=_title(found, texts),
        alternative=texts(
            "figure.flips.alt", rows=" ".join(_said(change, texts) for change in found.changes)
        ),
        drawing=draw("flips", 1.3 + 0.75 * len(shown), lambda figure: _paint(figure, shown, texts)),
        columns=tuple(texts(f"figure.flips.column_{name}") for name in columns),
        rows=rows,
    )


def _title(found: ChangesOfMind, texts: Texts) -> str:
    if found.flipping:
        first = found.flipping[0]
        at = plain_number(first.input, first.flipping[0].flip.value, texts)
        return texts("figure.flips.title", name=name_of(first, texts), at=at)
    if not found.finished:
        return texts("figure.flips.title_begun")
    return texts(f"figure.flips.title_{'unclear' if found.unclear else 'firm'}")


def _rows(change: Change, texts: Texts) -> list[tuple[str, ...]]:
    """Return a row of the table for each side that changes it or may, or one that says it does not."""
    one = change.input
    head = (
        name_of(change, texts),
        now_of(one, texts),
        range_of(one, texts),
    )
    told = [side for side in change.sides if not side.firm]
    return [
        (*head, _at(side, texts), ends_of(side.flip, texts), share(texts, side.chance))
        for side in told
    ] or [(*head, texts("figure.flips.firm"), texts("word.not_known"), share(texts, 0.0))]


def _at(side: Side, texts: Texts) -> str:
    flip = side.flip
    if isnan(flip.value):
        return texts("figure.flips.unclear")
    to = option_of(flip.to, texts)
    said = texts("figure.flips.at", to=to, at=plain_number(flip.input, flip.value, texts))
    return said if side.changes else f"{said} ({texts('figure.flips.unclear')})"


def _said(change: Change, texts: Texts) -> str:
    rows = _rows(change, texts)
    name, now, span = rows[0][:3]
    said = "; ".join(row[3] for row in rows)
    return texts("figure.flips.alt_row", name=name, now=now, range=span, change=lowered(said))


def _paint(figure: "Figure", shown: tuple[Change, ...], texts: Texts) -> None:
    axes = figure.subplots()
    clean(axes, grid="x")
    axes.grid(visible=False)
    for place, change in enumerate(shown):
        _number(axes, place, change, texts)
    name_rows(axes, [name_of(change, texts) for change in shown])
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(len(shown) - 0.4, -0.7)
    axes.set_xticks([])
    axes.set_xlabel(fill(texts("figure.flips.axis"), 78), fontsize=SIZE - 1)


def _number(axes: "Axes", place: int, change: Change, texts: Texts) -> None:
    one = change.input
    axes.plot([0, 1], [place, place], color=LINE, linewidth=6, solid_capstyle="butt")
    for side in change.sides:
        if not isnan(side.flip.value) and not side.firm:
            _beyond(axes, place, side, texts)
    now = one.position(one.value)
    axes.plot(now, place, "o", color=NOW if change.flipping else QUIET, markersize=10, zorder=4)
    for at, end, side_of in ((0, one.low, "left"), (1, one.high, "right")):
        words = plain_number(one, one.number(end), texts, exact=True)
        axes.text(at, place + 0.34, words, ha=side_of, va="center", color=QUIET, fontsize=SIZE - 2)


def _beyond(axes: "Axes", place: int, side: Side, texts: Texts) -> None:
    """Darken the part of the range where the recommendation is another, and say which."""
    flip, one = side.flip, side.flip.input
    low, high = one.number(one.low), one.number(one.high)
    at = min(max((flip.value - low) / (high - low), 0.0), 1.0)
    end = 1.0 if flip.side == "up" else 0.0
    colour = NOW if side.changes else BAND
    axes.plot([at, end], [place, place], color=colour, linewidth=6, solid_capstyle="butt")
    axes.plot([at, at], [place - 0.2, place + 0.2], color=colour, linewidth=2.5)
    mark = "" if side.changes else "?"
    axes.annotate(
        f"{plain_number(one, flip.value, texts)}: {option_of(flip.to, texts)}{mark}",
        (end, place - 0.36),
        ha="right" if flip.side == "up" else "left",
        va="center",
        color=NOW if side.changes else QUIET,
        fontsize=SIZE - 2,
        bbox={"facecolor": GROUND, "edgecolor": "none", "pad": 0.5},
    )
