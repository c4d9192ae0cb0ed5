"""Bars that say how many of all youths or years are in each group, held against the comparison."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

from data.texts import Texts
from simulation.figures.picture import (
    BESIDE,
    GROUND,
    LIMIT,
    NOW,
    SIZE,
    TODAY,
    Drawing,
    Margins,
    clean,
    draw,
    reach,
    room_for,
)
from simulation.figures.ranges import short
from simulation.wording import share

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BAR = 0.45
"""Inches of paper for each bar."""
_LEAST = 0.1
"""The axis reaches at least a tenth, so that little looks like little."""


@dataclass(frozen=True, slots=True)
class Group:
    """One group with its share of all (0-1), and the same in what it is held against."""

    name: str
    now: float
    before: float | None
    """None where nothing is compared."""
    beyond: bool = False
    """Whether it lies beyond a limit that should not be crossed."""


def draw_shares(name: str, groups: Sequence[Group], axis: str, base: str, texts: Texts) -> Drawing:
    """Draw *groups* from the top along *axis*, against what is called *base*."""
    return draw(
        name,
        _BAR * len(groups) + 0.85,
        lambda figure: _paint(figure, groups, axis, base, texts),
        Margins(left=room_for(group.name for group in groups)),
    )


def percent_ticks(axes: "Axes", texts: Texts) -> None:
    """Write the numbers along the lower axis as whole per cent."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415 (slow to load)

    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: texts.percent(value)))


def _paint(figure: "Figure", groups: Sequence[Group], axis: str, base: str, texts: Texts) -> None:
    axes = figure.subplots()
    clean(axes, grid="x")
    colours = [LIMIT if group.beyond else NOW for group in groups]
    axes.barh(range(len(groups)), [group.now for group in groups], height=0.5, color=colours)
    ends = []
    for place, group in enumerate(groups):
        words, far = share(texts, group.now), group.now
        if group.before is not None:
            axes.plot(group.before, place, "D", color=TODAY, markerfacecolor=GROUND, markersize=8)
            words = f"{words} ({short(base)} {share(texts, group.before)})"
            far = max(far, group.before)
        axes.annotate(
            words, (far, place), xytext=(BESIDE, 0), textcoords="offset points", va="center"
        )
        ends += [(far, words)] if not isnan(far) else []
    axes.set_yticks(range(len(groups)), [group.name for group in groups])
    axes.set_ylim(len(groups) - 0.5, -0.5)
    axes.set_xlim(0, reach(ends, _LEAST, room_for(group.name for group in groups)))
    percent_ticks(axes, texts)
    axes.set_xlabel(axis, fontsize=SIZE, loc="right")
