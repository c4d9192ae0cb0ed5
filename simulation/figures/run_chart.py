"""A number quarter by quarter, its middle, and what chance gives; hidden quarters are shown as hidden."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from data.texts import Texts
from simulation.figures.picture import (
    BAND,
    GROUND,
    INK,
    NOW,
    QUIET,
    SIZE,
    TODAY,
    Margins,
    Picture,
    clean,
    draw,
)
from simulation.run_chart import RunChart
from simulation.run_chart_words import chart_in_words, verdict_in_words
from simulation.wording import between

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Written = Callable[[float], str]
"""How a value is written, such as ``62 %``."""
_HEIGHT = 2.5
_AT_THE_END = 1.35
"""Inches for the words to the right of the last quarter."""


def run_chart_picture(
    id: str,
    name: str,
    chart: RunChart,
    ticks: Sequence[str],
    written: Written,
    texts: Texts,
    *,
    told: Sequence[str] | None = None,
) -> Picture:
    """Return the picture of *chart*, which is called *name*; *id* keeps it apart from others on a page.

    *ticks* are the short names of its quarters, *told* how each is written in full (such as ``12 af 15``)
    where a value alone is not enough; what is hidden stands there as it is told.
    """
    said = chart_in_words(chart, texts)
    rows = tuple(_rows(chart, written, texts, told))
    title = _title(name, chart, written, texts)
    each = [texts("run_chart.alt_row", period=row[0], value=row[1]) for row in rows]
    if chart.middle is not None:
        each.append(texts("run_chart.alt_middle", middle=written(chart.middle)))
    return Picture(
        title=title,
        alternative=texts("run_chart.alt", title=title, rows=" ".join(each), said=said),
        drawing=draw(
            f"run_{id}",
            _HEIGHT,
            lambda figure: _paint(figure, chart, ticks, written, texts),
            Margins(left=0.75, right=_AT_THE_END, bottom=0.65, top=0.15),
        ),
        columns=tuple(texts(f"run_chart.column_{each}") for each in ("quarter", "value", "limits")),
        rows=rows,
        note=said,
    )


def _title(name: str, chart: RunChart, written: Written, texts: Texts) -> str:
    verdict = verdict_in_words(chart.verdict, texts)
    if not chart.points:
        return name
    slots = {"name": name, "period": chart.points[-1].name, "verdict": verdict}
    if chart.values[-1] is None:
        return texts("run_chart.title_hidden", **slots)
    return texts("run_chart.title", value=written(chart.values[-1]), **slots)


def _rows(
    chart: RunChart, written: Written, texts: Texts, told: Sequence[str] | None
) -> list[tuple[str, ...]]:
    hidden, unknown = texts("run_chart.hidden_mark"), texts("word.not_known")
    found: list[tuple[str, ...]] = []
    for place, (point, value, limits) in enumerate(
        zip(chart.points, chart.values, chart.limits, strict=True)
    ):
        number = hidden if value is None else written(value)
        if told is not None:
            number = told[place]
        ends = unknown if limits is None else between(texts, *(written(end) for end in limits))
        found.append((point.name, number, ends))
    return found


# --- Drawn ----------------------------------------------------------------------------------------


def _paint(
    figure: "Figure", chart: RunChart, ticks: Sequence[str], written: Written, texts: Texts
) -> None:
    axes = figure.subplots()
    clean(axes, grid="y")
    quarters = len(chart.points)
    low, high = _ends(chart)
    axes.set_ylim(low, high)
    axes.set_xlim(-0.6, max(quarters - 0.4, 0.6))
    axes.set_xticks(range(quarters), list(ticks))
    axes.tick_params(axis="x", labelsize=SIZE - 3)
    _write_values(axes, chart, written)
    for place, ends in enumerate(chart.limits):
        if ends is not None:
            band = (max(ends[0], low), min(ends[1], high))
            axes.fill_between([place - 0.5, place + 0.5], *band, color=BAND, linewidth=0)
    if chart.middle is not None:
        axes.axhline(chart.middle, color=QUIET, linewidth=1)
    _mark_values(axes, chart)
    _mark_hidden(axes, chart, texts)
    _name_what_is_drawn(axes, chart, written, texts)


def _ends(chart: RunChart) -> tuple[float, float]:
    """Return the least and the most of the axis: a share has all of it, others what they need."""
    if chart.scale == "share":
        return -0.03, 1.05
    known = [value for value in chart.values if value is not None]
    known += [end for ends in chart.limits if ends is not None for end in ends]
    least, most = min(known, default=0.0), max(known, default=1.0)
    if chart.scale == "count":
        return -0.03 * max(most, 1), 1.1 * max(most, 1)
    room = max(0.25, 0.15 * (most - least))
    return least - room, most + room


def _write_values(axes: "Axes", chart: RunChart, written: Written) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415 (slow to load)

    if chart.scale == "share":
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], [written(at) for at in (0, 0.25, 0.5, 0.75, 1)])
        return
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=chart.scale == "count"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: written(value)))


def _mark_values(axes: "Axes", chart: RunChart) -> None:
    places = range(len(chart.values))
    line = [float("nan") if value is None else value for value in chart.values]
    axes.plot(places, line, color=NOW, linewidth=2, marker="o", markersize=6, zorder=3)
    outside = {place for signal in chart.signals for place in signal.places}
    for place in sorted(outside):
        value = chart.values[place]
        if value is not None:
            # Marked by shape too, for those who do not tell the colours apart.
            axes.plot(place, value, marker="D", markersize=10, color=TODAY, zorder=4)


def _mark_hidden(axes: "Axes", chart: RunChart, texts: Texts) -> None:
    bottom = axes.get_ylim()[0]
    for place, (point, value) in enumerate(zip(chart.points, chart.values, strict=True)):
        if value is not None:
            continue
        ends = None
        if point.least is not None and point.most is not None and point.whole:
            whole = 1 if chart.scale == "mean" else point.whole
            ends = (point.least / whole, point.most / whole)
            axes.plot([place, place], ends, color=QUIET, linewidth=2, linestyle=(0, (2, 2)))
            for end in ends:
                axes.plot(place, end, "_", color=QUIET, markersize=10, markeredgewidth=2)
        words = texts("run_chart.hidden_mark" if point.whole != 0 else "run_chart.no_mark")
        axes.annotate(
            words,
            (place, bottom),
            xytext=(0 if ends is None else 8, 4),
            textcoords="offset points",
            rotation=90,
            ha="center" if ends is None else "left",
            va="bottom",
            color=QUIET,
            fontsize=SIZE - 2,
            bbox={"facecolor": GROUND, "edgecolor": "none", "pad": 1, "alpha": 0.7},
        )


def _name_what_is_drawn(axes: "Axes", chart: RunChart, written: Written, texts: Texts) -> None:
    """Write the last value and the middle at their ends, apart where they would touch."""
    right = axes.get_xlim()[1]
    low, high = axes.get_ylim()
    labels: list[tuple[float, str, str]] = []
    if chart.middle is not None:
        words = texts("run_chart.middle", middle=written(chart.middle))
        labels.append((chart.middle, words, QUIET))
    if chart.values and chart.values[-1] is not None:
        labels.append((chart.values[-1], written(chart.values[-1]), INK))
    above = float("-inf")
    for y, words, colour in sorted(labels):
        at = max(y, above + 0.13 * (high - low))
        above = at
        weight = "bold" if colour == INK else "normal"
        axes.annotate(
            words,
            (right, at),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            weight=weight,
            annotation_clip=False,
        )
