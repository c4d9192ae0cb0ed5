"""Two to eight scenarios side by side: what single runs may bring, and what is known of the mean."""

from math import isnan
from typing import TYPE_CHECKING

from data.texts import Texts
from simulation.figures.measured import (
    Row,
    axis_of,
    measure_ticks,
    name_of,
    name_rows,
    range_of,
    rows_of,
    value_of,
)
from simulation.figures.picture import GROUND, NOW, SIZE, TODAY, Picture, clean, draw

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

COLUMNS = ("scenario", "low", "high", "mean", "mean_low", "mean_high")


def scenarios_compared(table: "pd.DataFrame", measure: str, texts: Texts) -> Picture:
    """Return *measure* in each scenario: mean, its confidence interval, and nine in ten runs.

    *table* has one row a scenario and measure, the scenario that the others are held against first.
    Columns: ``scenario`` (its name), ``measure``, ``low``, ``high`` (nine in ten runs lie between),
    ``mean``, ``mean_low``, ``mean_high`` (ends of its confidence interval), and where it is known
    ``clear``: whether the paired difference to the first scenario surely is one (empty in the first),
    and ``single``: what nine in ten are of (year, youth or run; runs without the column). See
    :meth:`simulation.experiments.comparison.Comparison.table`.
    Raises :exc:`ValueError` where a column or the measure is missing.
    """
    rows = rows_of(table, COLUMNS, measure)
    said = " ".join(_said(row, measure, texts) for row in rows)
    names = ("scenario", "mean", "mean_range")
    return Picture(
        title=_title(rows, measure, texts),
        alternative=texts(
            "figure.compare.alt", measure=axis_of(measure, texts), of=_of(rows, texts), rows=said
        ),
        drawing=draw(
            "compare", 1.1 + 0.62 * len(rows), lambda figure: _paint(figure, rows, measure, texts)
        ),
        columns=(*(texts(f"figure.compare.column_{name}") for name in names), _of(rows, texts)),
        rows=tuple(_written(row, measure, texts) for row in rows),
    )


def _of(rows: list[Row], texts: Texts) -> str:
    """Return what the prediction interval is of, such as nine of ten years."""
    return texts(f"figure.compare.of_{rows[0].get('single', 'run')}")


def _title(rows: list[Row], measure: str, texts: Texts) -> str:
    known = [row for row in rows if not isnan(row["mean"])]
    name = name_of(measure, texts)
    if not known:
        return texts("figure.compare.title_none", measure=name)
    least = min(known, key=lambda row: row["mean"])
    most = max(known, key=lambda row: row["mean"])
    if least["mean"] == most["mean"]:
        same = value_of(measure, least["mean"], texts)
        return texts("figure.compare.title_same", measure=name, value=same)
    # What is not known, or stands in no such column, is neither clear nor unclear.
    others = [row.get("clear") for row in rows[1:]]
    said = [bool(clear) for clear in others if clear in {True, False}]
    unclear = bool(said) and not any(said)
    return texts(
        "figure.compare.title_unclear" if unclear else "figure.compare.title",
        measure=name,
        least=least["scenario"],
        low=value_of(measure, least["mean"], texts),
        most=most["scenario"],
        high=value_of(measure, most["mean"], texts),
    )


def _written(row: Row, measure: str, texts: Texts) -> tuple[str, ...]:
    return (
        str(row["scenario"]),
        value_of(measure, row["mean"], texts),
        range_of(measure, row["mean_low"], row["mean_high"], texts),
        range_of(measure, row["low"], row["high"], texts),
    )


def _said(row: Row, measure: str, texts: Texts) -> str:
    name, mean, mean_range, spread = _written(row, measure, texts)
    slots = {"scenario": name, "mean": mean, "mean_range": mean_range, "range": spread}
    return texts("figure.compare.alt_row", **slots, of=_of([row], texts))


def _paint(figure: "Figure", rows: list[Row], measure: str, texts: Texts) -> None:
    axes = figure.subplots()
    clean(axes, grid="x")
    for place, row in enumerate(rows):
        colour, mark, ground = (TODAY, "D", GROUND) if place == 0 else (NOW, "o", NOW)
        axes.plot([row["low"], row["high"]], [place] * 2, color=colour, linewidth=1.2)
        axes.plot([row["mean_low"], row["mean_high"]], [place] * 2, color=colour, linewidth=7)
        axes.plot(
            row["mean"], place, mark, color=colour, markerfacecolor=ground, markersize=9, zorder=4
        )
        axes.annotate(
            value_of(measure, row["mean"], texts),
            (max(_known(row, "high", "mean_high", "mean")), place),
            xytext=(10, 0),
            textcoords="offset points",
            va="center",
            color=colour,
        )
    name_rows(axes, [str(row["scenario"]) for row in rows])
    ends = [value for row in rows for value in _known(row, "low", "high", "mean_low", "mean_high")]
    room = (max(ends) - min(ends)) or 1.0
    axes.set_xlim(min(ends) - 0.03 * room, max(ends) + 0.2 * room)
    measure_ticks(axes, measure, texts, along="x")
    name = axis_of(measure, texts)
    axes.set_xlabel(texts("figure.compare.axis", measure=name, of=_of(rows, texts)), fontsize=SIZE)


def _known(row: Row, *columns: str) -> list[float]:
    return [row[column] for column in columns if not isnan(row[column])] or [0.0]
