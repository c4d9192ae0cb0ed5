"""The radar of a round: one axis a core element, groups or rounds against one another.

Each line has a colour, a mark and a dash of its own, and its name stands beside it where it lies
farthest from the others. An element where a line may not be shown leaves a gap in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from textwrap import fill
from typing import TYPE_CHECKING

from data.assessment import Score, Who
from data.assessment_words import (
    LINES,
    Grid,
    change_words,
    gap_words,
    lines_shown,
    mean_words,
    round_words,
    score_grid,
    title_of,
)
from data.forms import Form
from data.texts import Texts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulation.figures import Picture

# Told apart without colours too: by mark, by dash, and by a name beside each.
_LOOKS: dict[Who, tuple[str, str, object]] = {
    "youth": ("#0b5d5e", "o", "-"),
    "coordinator": ("#c25400", "s", (0, (5, 2))),
    "team": ("#0072b2", "^", (0, (1, 1.5))),
    "leader": ("#a8457f", "D", (0, (6, 2, 1, 2))),
    "rest": ("#545b59", "v", (0, (3, 3))),
}
_HEIGHT = 5.8  # inches; the paper is ten wide
_CENTRE = 0.6
"""Steps of the scale from the middle to its lowest step, so that low answers stay apart."""
_FLAT = 0.3
"""Below this share of its length across or up, an axis lies flat or stands upright."""
_NAME_WIDTH = 24  # letters of an element's name on a line


@dataclass(frozen=True, slots=True)
class _Ring:
    """One line around the radar."""

    name: str
    values: tuple[float | None, ...]
    """The mean of each element; None is a gap."""
    colour: str
    mark: str
    dash: object
    hollow: bool = False

    def known(self) -> list[int]:
        return [place for place, value in enumerate(self.values) if value is not None]


def groups_radar(form: Form, score: Score, texts: Texts) -> Picture | None:
    """Return the groups of a round against each other; None where fewer than two can be shown."""
    shown = [who for who in lines_shown(score) if who != "everyone"]
    if len(shown) < 2:
        return None
    rings = [_group_ring(score, who, texts) for who in LINES if who in shown]
    grid = score_grid(score, texts)
    return _radar("groups", gap_words(score, texts), form, score, rings, grid, texts)


def rounds_radar(form: Form, score: Score, before: Score | None, texts: Texts) -> Picture | None:
    """Return a round against the one before it; None where too few answered to show anything."""
    if "everyone" not in lines_shown(score):
        return None
    rings = [_round_ring(score, score, texts, "#0b5d5e", "o", "-")]
    if before and "everyone" in lines_shown(before):
        rings.append(_round_ring(score, before, texts, "#8a5a00", "s", (0, (4, 2)), hollow=True))
    rows = [
        (title, *(mean_words(ring.values[place], texts) for ring in rings))
        for place, title in enumerate(_titles(score, texts))
    ]
    corner = texts("assessment.column_element")
    grid = Grid((corner, *(ring.name for ring in rings)), tuple(rows))
    return _radar("rounds", change_words(score, before, texts), form, score, rings, grid, texts)


def _radar(
    name: str,
    title: str,
    form: Form,
    score: Score,
    rings: Sequence[_Ring],
    grid: Grid,
    texts: Texts,
) -> Picture:
    from simulation.figures.picture import Picture, draw  # noqa: PLC0415 (loads NumPy and SciPy)

    rows = " ".join(
        texts("assessment.alt_row", element=element, values=_said(rings, place, texts))
        for place, element in enumerate(_titles(score, texts))
    )
    scale = _scale_words(form, score, texts)
    return Picture(
        title=title,
        alternative=f"{texts(f'assessment.alt_{name}', rows=rows)} {scale}".strip(),
        drawing=draw(
            f"{form.id}_{name}", _HEIGHT, lambda figure: _paint(figure, score, rings, scale, texts)
        ),
        columns=grid.columns,
        rows=grid.rows,
    )


def _group_ring(score: Score, who: Who, texts: Texts) -> _Ring:
    lines = [element.lines.get(who) for element in score.elements]
    values = tuple(line.mean if line else None for line in lines)
    return _Ring(texts(f"assessment.who.{who}"), values, *_LOOKS[who])


def _round_ring(
    shape: Score,
    score: Score,
    texts: Texts,
    colour: str,
    mark: str,
    dash: object,
    *,
    hollow: bool = False,
) -> _Ring:
    """Return the line of everyone in *score* along the elements of *shape*."""
    lines = {element.id: element.everyone for element in score.elements}
    found = [lines.get(element.id) for element in shape.elements]
    values = tuple(line.mean if line else None for line in found)
    return _Ring(round_words(score.round, texts), values, colour, mark, dash, hollow)


def _titles(score: Score, texts: Texts) -> list[str]:
    return [title_of(element, texts) for element in score.elements]


def _said(rings: Sequence[_Ring], place: int, texts: Texts) -> str:
    told = [
        texts("assessment.alt_value", who=ring.name, mean=mean_words(ring.values[place], texts))
        for ring in rings
    ]
    return "; ".join(told)


def _scale_words(form: Form, score: Score, texts: Texts) -> str:
    """Return what the ends of the scale mean, where that is the same for every statement."""
    ends = {
        (item.low_end, item.high_end)
        for item in form.items
        if item.kind == "scale" and item.low_end and item.high_end
    }
    said = {
        (low.in_(texts.language), high.in_(texts.language)) for low, high in ends if low and high
    }
    if len(said) != 1:
        return ""
    (low_end, high_end), (low, high) = said.pop(), score.scale
    return texts("assessment.scale", low=low, high=high, low_end=low_end, high_end=high_end)


# --- The drawing ---------------------------------------------------------------------------------


def _paint(figure: Figure, score: Score, rings: Sequence[_Ring], scale: str, texts: Texts) -> None:
    from simulation.figures.picture import QUIET, SIZE  # noqa: PLC0415

    axes = figure.subplots()
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.set_xlim(-2.3, 2.3)
    axes.set_ylim(-1.34, 1.34)
    number = len(score.elements)
    _web(axes, score, number)
    for place, words in enumerate(_titles(score, texts)):
        x, y = _at(place, number, 1.13)
        side = "center" if abs(x) < 0.2 else "left" if x > 0 else "right"
        above = "center" if abs(y) < 0.9 else "bottom" if y > 0 else "top"
        axes.text(x, y, fill(words, _NAME_WIDTH), ha=side, va=above, fontsize=SIZE - 1)
    for ring in rings:
        _draw_ring(axes, ring, score)
    for ring, place in _label_places(rings):
        others = [other.values[place] for other in rings if other is not ring]
        _name(axes, ring, place, [value for value in others if value is not None], score)
    if scale:
        axes.text(-2.3, -1.34, scale, color=QUIET, fontsize=SIZE - 2, ha="left", va="bottom")


def _web(axes: Axes, score: Score, number: int) -> None:
    from simulation.figures.picture import LINE, QUIET, SIZE  # noqa: PLC0415

    low, high = score.scale
    for step in range(low, high + 1):
        corners = [_at(place, number, _radius(step, score)) for place in range(number)]
        corners.append(corners[0])
        axes.plot(*zip(*corners, strict=True), color=LINE, linewidth=1)
        # Between two axes, where no mark can stand.
        (left, top), (right, bottom) = corners[-2], corners[0]
        axes.text(
            (left + right) / 2,
            (top + bottom) / 2,
            str(step),
            color=QUIET,
            fontsize=SIZE - 3,
            ha="center",
            va="center",
        )
    for place in range(number):
        ends = [_at(place, number, _radius(low, score)), _at(place, number, 1)]
        axes.plot(*zip(*ends, strict=True), color=LINE, linewidth=1)


def _draw_ring(axes: Axes, ring: _Ring, score: Score) -> None:
    from simulation.figures.picture import GROUND  # noqa: PLC0415

    number = len(ring.values)
    points = [
        (float("nan"), float("nan")) if value is None else _at(place, number, _radius(value, score))
        for place, value in enumerate(ring.values)
    ]
    points.append(points[0])
    axes.plot(
        *zip(*points, strict=True),
        color=ring.colour,
        linestyle=ring.dash,
        linewidth=2.2,
        marker=ring.mark,
        markersize=7,
        markerfacecolor=GROUND if ring.hollow else ring.colour,
        zorder=3,
    )


def _name(axes: Axes, ring: _Ring, place: int, others: Sequence[float], score: Score) -> None:
    """Write the name of *ring* beside its point on the axis *place*, away from the other rings."""
    from simulation.figures.picture import GROUND, SIZE  # noqa: PLC0415

    value = ring.values[place]
    if value is None:
        return
    x, y = _at(place, len(ring.values), _radius(value, score))
    outwards = not others or value >= min(others)
    right = (x >= 0) is outwards
    axes.annotate(
        ring.name,
        (x, y),
        xytext=(10 if right else -10, 0),
        textcoords="offset points",
        ha="left" if right else "right",
        va="center",
        color=ring.colour,
        fontsize=SIZE,
        weight="bold",
        zorder=5,
        bbox={"boxstyle": "round,pad=0.15", "facecolor": GROUND, "edgecolor": "none", "alpha": 0.9},
    )


def _label_places(rings: Sequence[_Ring]) -> list[tuple[_Ring, int]]:
    """Choose for each ring an axis of its own where it lies far from the others.

    The upright axis and those that lie flat are taken last: there the words would run along the
    axis and into the name at its end.
    """
    number = max(len(ring.values) for ring in rings)
    free = set(range(number))
    chosen = []
    for ring in rings:
        others = [other for other in rings if other is not ring]
        known = ring.known()
        places = [place for place in known if place in free] or known
        if places:
            slanting = [place for place in places if _slants(place, number)] or places
            best = max(slanting, key=lambda place: (_apart(ring, others, place), -place))
            free.discard(best)
            chosen.append((ring, best))
    return chosen


def _slants(place: int, number: int) -> bool:
    x, y = _at(place, number, 1)
    return abs(x) > _FLAT and abs(y) > _FLAT


def _apart(ring: _Ring, others: Sequence[_Ring], place: int) -> float:
    own = ring.values[place]
    values = [other.values[place] for other in others]
    return min((abs(own - v) for v in values if own is not None and v is not None), default=9.0)


def _radius(value: float, score: Score) -> float:
    low, high = score.scale
    return (value - low + _CENTRE) / (high - low + _CENTRE)


def _at(place: int, number: int, radius: float) -> tuple[float, float]:
    angle = pi / 2 - 2 * pi * place / number
    return radius * cos(angle), radius * sin(angle)
