"""What more money buys: each possibility's cost against what it gives, and those that nothing beats."""

from collections.abc import Sequence
from math import isnan
from textwrap import fill, wrap
from typing import TYPE_CHECKING, Any, NamedTuple

from data.texts import Texts
from simulation.figures.measured import (
    NAME_WIDTH,
    Row,
    axis_of,
    measure_ticks,
    name_of,
    range_of,
    rows_of,
    value_of,
)
from simulation.figures.picture import BAND, GROUND, NOW, QUIET, SIZE, Picture, clean, draw
from simulation.wording import lowered

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = ("scenario", "mean", "mean_low", "mean_high", "efficient")
COST = "cost_per_year_dkk"
LABEL = 0.09
"""Width and height of a number, as a part of what the points with their intervals span."""
AGAINST = ("late_per_year", "kept_coordinator_share")
"""Lateness and continuity, which cost is weighed against."""

_Place = tuple[float, float]


class _Point(NamedTuple):
    name: str
    efficient: bool
    clear: bool
    """Whether that it is efficient, or is not, is more than chance."""
    values: dict[str, Row]
    """Mean and its interval by measure."""

    def mean(self, measure: str) -> float:
        return float(self.values[measure]["mean"])


def pareto(
    table: "pd.DataFrame", texts: Texts, *, cost: str = COST, against: Sequence[str] = AGAINST
) -> Picture:
    """Return *cost* against each of the measures *against*, a panel each, with the names of points.

    *table* has one row a scenario and measure. Columns: ``scenario`` (its name), ``measure``, ``mean``,
    ``mean_low``, ``mean_high``, ``efficient``: whether no other scenario is at least as good in
    everything and better in something; and where it is known ``clear``: whether that is more than
    chance. Those of which it is not have a question mark. See
    :meth:`simulation.experiments.pareto.Pareto.table`. Raises :exc:`ValueError` where a column or
    measure is missing.
    """
    measures = (cost, *against)
    points = _points(table, measures)
    said = " ".join(_said(point, measures, texts) for point in points)
    heads = [texts("figure.pareto.column_scenario"), *(name_of(one, texts) for one in measures)]
    return Picture(
        title=_title(points, measures, texts),
        alternative=texts("figure.pareto.alt", cost=axis_of(cost, texts), rows=said),
        drawing=draw("pareto", 4.6, lambda figure: _paint(figure, points, measures, texts)),
        columns=(*heads, texts("figure.pareto.column_rank")),
        rows=tuple(_written(point, measures, texts) for point in points),
    )


def _points(table: "pd.DataFrame", measures: Sequence[str]) -> list[_Point]:
    values: dict[str, dict[str, Row]] = {}
    for measure in measures:
        for row in rows_of(table, COLUMNS, measure):
            values.setdefault(str(row["scenario"]), {})[measure] = row
    for name, known in values.items():
        missing = [measure for measure in measures if measure not in known]
        if missing:
            raise ValueError(f"the table has no row about {', '.join(missing)} for {name!r}")
    points = [
        _Point(name, bool(first["efficient"]), bool(first.get("clear", True)), known)
        for name, known in values.items()
        for first in [known[measures[0]]]
    ]
    return sorted(points, key=lambda point: point.mean(measures[0]))


def _title(points: list[_Point], measures: Sequence[str], texts: Texts) -> str:
    best = [point for point in points if point.efficient]
    if not best:
        return texts("figure.pareto.title_none")
    cheapest, dearest = best[0], best[-1]
    cost, first = measures[0], measures[1]
    slots: dict[str, Any] = {
        "n": len(best),
        "all": len(points),
        "cheapest": cheapest.name,
        "least": value_of(cost, cheapest.mean(cost), texts),
        "measure": name_of(first, texts),
        "before": value_of(first, cheapest.mean(first), texts),
    }
    perhaps = sum(not point.clear for point in best)
    if len(best) == 1:
        unclear = f" {texts('figure.pareto.title_one_unclear')}" if perhaps else ""
        return texts("figure.pareto.title_one", **slots, unclear=unclear)
    return texts(
        "figure.pareto.title",
        **slots,
        unclear=f" {texts('figure.pareto.title_unclear', n=perhaps)}" if perhaps else "",
        dearest=dearest.name,
        most=value_of(cost, dearest.mean(cost), texts),
        after=value_of(first, dearest.mean(first), texts),
    )


def _written(point: _Point, measures: Sequence[str], texts: Texts) -> tuple[str, ...]:
    values = [value_of(measure, point.mean(measure), texts) for measure in measures]
    return (point.name, *values, _rank(point, texts))


def _rank(point: _Point, texts: Texts) -> str:
    said = texts("figure.pareto.best" if point.efficient else "figure.pareto.beaten")
    return said if point.clear else texts("figure.pareto.unclear", said=said)


def _said(point: _Point, measures: Sequence[str], texts: Texts) -> str:
    values = [
        texts(
            "figure.pareto.alt_value",
            measure=lowered(name_of(measure, texts)),
            mean=value_of(measure, point.mean(measure), texts),
            range=range_of(
                measure,
                point.values[measure]["mean_low"],
                point.values[measure]["mean_high"],
                texts,
            ),
        )
        for measure in measures
    ]
    slots = {"scenario": point.name, "said": _rank(point, texts), "values": "; ".join(values)}
    return texts("figure.pareto.alt_row", **slots)


def _paint(figure: "Figure", points: list[_Point], measures: Sequence[str], texts: Texts) -> None:
    cost, *against = measures
    *panels, names = figure.subplots(
        1, len(against) + 1, squeeze=False, width_ratios=[*(3 for _ in against), 2.4]
    )[0]
    for axes, measure in zip(panels, against, strict=True):
        _panel(axes, points, cost, measure, texts)
    _list(names, points, texts)


def _panel(axes: "Axes", points: list[_Point], cost: str, measure: str, texts: Texts) -> None:
    clean(axes, grid="y")
    best = [point for point in points if point.efficient]
    xs, ys = ([point.mean(one) for point in best] for one in (cost, measure))
    axes.plot(xs, ys, color=BAND, linewidth=2, zorder=1)
    at = [(point.mean(cost), point.mean(measure)) for point in points]
    labels = _beside(at, [_span(points, one) for one in (cost, measure)])
    for number, (point, label) in enumerate(zip(points, labels, strict=True), start=1):
        x, y = point.values[cost], point.values[measure]
        colour = NOW if point.efficient else QUIET
        axes.plot([x["mean"]] * 2, _ends(y), color=colour, linewidth=1.2, zorder=2)
        axes.plot(_ends(x), [y["mean"]] * 2, color=colour, linewidth=1.2, zorder=2)
        _number(axes, (x["mean"], y["mean"]), label, number, point)
    axes.margins(x=0.1, y=0.1)
    for along, one in (("x", cost), ("y", measure)):
        measure_ticks(axes, one, texts, along=along, most=2 if along == "x" else 5)
    axes.set_xlabel(axis_of(cost, texts), fontsize=SIZE)
    axes.set_title(fill(axis_of(measure, texts), 36), loc="left", fontsize=SIZE, color=QUIET)


def _span(points: list[_Point], measure: str) -> float:
    ends = [end for point in points for end in _ends(point.values[measure])]
    return (max(ends) - min(ends)) or 1.0


def _beside(at: list[_Place], spans: Sequence[float]) -> list[_Place]:
    """Return where the numbers of points *at* go: beside their point, and on no other point or number."""
    wide, tall = (LABEL * span for span in spans)
    found: list[_Place] = []
    for x, y in at:
        taken = [*at, *found]
        for step in range(4 * len(at)):
            # On the right and on the left, then each of them one up, one down, two up and so on.
            lift = (step // 2 + 1) // 2 * (1 if step // 2 % 2 else -1)
            tried = (x + (-0.8 if step % 2 else 0.8) * wide, y + lift * tall)
            if not any(_hides(tried, other, 0.75 * wide, 0.95 * tall) for other in taken):
                break
        found.append(tried)
    return found


def _hides(one: _Place, other: _Place, wide: float, tall: float) -> bool:
    return abs(one[0] - other[0]) < wide and abs(one[1] - other[1]) < tall


def _number(axes: "Axes", at: _Place, label: _Place, number: int, point: _Point) -> None:
    """Draw the point, filled where nothing beats it, and its *number* at *label*."""
    colour = NOW if point.efficient else QUIET
    ground = NOW if point.efficient else GROUND
    front = 4 + point.efficient
    axes.plot(*at, "o", color=colour, markerfacecolor=ground, markersize=9, zorder=front)
    if label[1] != at[1]:
        axes.plot(*zip(at, label, strict=True), color=colour, linewidth=0.8, zorder=3)
    axes.annotate(
        f"{number}{'' if point.clear else '?'}",
        label,
        ha="center",
        va="center_baseline",
        fontsize=SIZE - 2,
        color=colour,
        zorder=6,
        bbox={"facecolor": GROUND, "edgecolor": "none", "pad": 1},
    )


def _list(axes: "Axes", points: list[_Point], texts: Texts) -> None:
    """Write what the numbers stand for, in the order of cost, and how their marks are read."""
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    line = 0.0
    for number, point in enumerate(points, start=1):
        words = wrap(point.name, NAME_WIDTH)
        colour = NOW if point.efficient else QUIET
        axes.text(0.0, -line, str(number), color=colour, va="top", fontsize=SIZE - 1)
        axes.text(0.13, -line, "\n".join(words), color=colour, va="top", fontsize=SIZE - 1)
        line += len(words) + 0.5
    kinds = ("best", *(["beaten"] if not all(point.efficient for point in points) else []))
    sure = () if all(point.clear for point in points) else ("unclear",)
    for kind in (*kinds, *sure):
        key = texts(f"figure.pareto.key_{kind}")
        axes.text(0.0, -line, key, color=QUIET, va="top", fontsize=SIZE - 2)
        line += 1
    axes.set_ylim(-max(line, 14.0), 0)


def _ends(row: Row) -> list[float]:
    ends = [row["mean_low"], row["mean_high"]]
    return [row["mean"]] * 2 if any(isnan(end) for end in ends) else ends
