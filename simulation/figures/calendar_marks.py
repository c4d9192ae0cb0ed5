"""The marks of a simulated calendar and of a course, each told apart by shape as well as colour."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from data.texts import Texts
from simulation.figures.picture import BAND, GROUND, INK, NOW, QUIET, SIZE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LATE = "#b45309"
"""Amber: look here."""
CLOSED = "#efece3"
STILL = "#d9d6cd"
HATCH = "////"
MARKS: dict[str, dict[str, Any]] = {
    "on_time": {"marker": "o", "color": NOW, "markersize": 11},
    "late": {"marker": "D", "color": LATE, "markersize": 9.5},
    "missed": {
        "marker": "s",
        "markerfacecolor": "none",
        "markeredgecolor": LATE,
        "markersize": 11,
        "markeredgewidth": 2,
    },
    "extra": {"marker": "o", "color": BAND, "markeredgecolor": NOW, "markersize": 7.5},
    "crisis": {"marker": "x", "color": INK, "markersize": 6, "markeredgewidth": 1.8},
    "no_show": {
        "marker": "o",
        "markerfacecolor": GROUND,
        "markeredgecolor": QUIET,
        "markersize": 6.5,
        "markeredgewidth": 1.5,
    },
    "break": {"marker": "^", "color": INK, "markersize": 7.5},
    "lost_contact": {"marker": "|", "color": QUIET, "markersize": 9, "markeredgewidth": 2.5},
}
"""How each kind of mark is drawn."""
BARS: dict[str, dict[str, Any]] = {
    "absence": {"facecolor": QUIET, "edgecolor": QUIET, "linewidth": 1.2},
    "vacancy": {"facecolor": GROUND, "edgecolor": QUIET, "linewidth": 1.2},
    "closed": {"facecolor": CLOSED, "edgecolor": CLOSED, "linewidth": 0},
    "still": {"facecolor": STILL, "edgecolor": GROUND, "hatch": HATCH, "linewidth": 0},
    "missed": {"facecolor": "none", "edgecolor": LATE, "linewidth": 2},
    "with": {"facecolor": BAND, "edgecolor": NOW, "linewidth": 1.2},
    "waits": {"facecolor": GROUND, "edgecolor": LATE, "hatch": HATCH, "linewidth": 0.8},
    "window": {"facecolor": STILL, "edgecolor": STILL, "linewidth": 0},
    "overdue": {"facecolor": LATE, "edgecolor": LATE, "linewidth": 0},
}
"""How each kind of bar is drawn."""


def marks(axes: "Axes", kind: str, points: Mapping[tuple[float, float], int]) -> None:
    """Draw marks of *kind*, how many at each of *points*.

    Where there are several, their number stands in the mark or beside it.
    """
    if not points:
        return
    axes.plot(*zip(*points, strict=True), linestyle="none", **MARKS[kind])
    for (x, y), number in points.items():
        if number == 1:
            continue
        if kind in ("on_time", "late"):
            place: dict[str, Any] = {"ha": "center", "color": "white"}
        else:
            place = {"ha": "left", "xytext": (5, 0), "textcoords": "offset points"}
        said = axes.annotate(str(number), (x, y), va="center_baseline", fontsize=SIZE - 5, **place)
        said.set_in_layout(False)  # It lies inside the axes; to measure it takes long.


def rectangles(axes: "Axes", spans: Iterable[tuple[float, float, float, float]], kind: str) -> None:
    """Draw bars of *kind*; each of *spans* is left, right, top and bottom."""
    from matplotlib.collections import PolyCollection  # noqa: PLC0415 (Matplotlib loads slowly)

    corners = [
        [(left, top), (right, top), (right, bottom), (left, bottom)]
        for left, right, top, bottom in spans
    ]
    if corners:
        axes.add_collection(PolyCollection(corners, **BARS[kind]), autolim=False)


def stretches(wanted: Sequence[bool]) -> list[tuple[int, int]]:
    """Return where *wanted* is true without a break, as first place and the place after the last.

    >>> stretches([True, False, True, True])
    [(0, 1), (2, 4)]
    """
    found, at = [], 0
    for true, run in groupby(wanted):
        length = sum(1 for _ in run)
        if true:
            found.append((at, at + length))
        at += length
    return found


def key(figure: "Figure", names: Iterable[str], texts: Texts, columns: int = 4) -> None:
    """Say below what is drawn what each mark means; only what was drawn is named."""
    from matplotlib.lines import Line2D  # noqa: PLC0415 (Matplotlib takes a second to load)
    from matplotlib.patches import Patch  # noqa: PLC0415

    said: list[Any] = []
    for name in names:
        words = texts(f"figure.mark.{name}")
        if name in MARKS:
            said.append(Line2D([], [], linestyle="none", label=words, **MARKS[name]))
        else:
            said.append(Patch(label=words, **BARS[name]))
    figure.legend(
        handles=said, loc="outside lower left", ncols=columns, frameon=False,
        fontsize=SIZE - 1, handletextpad=0.5, columnspacing=2,
    )  # fmt: skip
