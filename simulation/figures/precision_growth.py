"""How surely a number is known as runs are added, against how surely it is wanted."""

from math import isnan
from typing import TYPE_CHECKING

from data.texts import Texts
from simulation.figures.measured import (
    Row,
    axis_of,
    measure_ticks,
    name_of,
    range_of,
    rows_of,
    size_of,
    value_of,
)
from simulation.figures.picture import (
    BAND,
    LIMIT,
    NOW,
    QUIET,
    SIZE,
    Picture,
    clean,
    draw,
    number_ticks,
)
from simulation.wording import lowered

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

COLUMNS = ("replications", "estimate", "low", "high", "half_width", "wanted", "met")
MOST_TOLD = 6
"""Steps on the way that the text alternative names; the table has all."""


def precision_growth(table: "pd.DataFrame", measure: str, texts: Texts) -> Picture:
    """Return the estimate of *measure* with its interval over the number of runs.

    *table* has one row a measure and number of runs, such as all tables of the states that
    :func:`simulation.experiments.precision.until_precise` yields, one below the other. Columns:
    ``measure``, ``replications``, ``estimate``, ``low``, ``high`` (ends of its interval),
    ``half_width``, ``wanted`` (the half-width that is asked for), ``met``. Raises :exc:`ValueError`
    where a column or the measure is missing.
    """
    rows = sorted(rows_of(table, COLUMNS, measure), key=lambda row: row["replications"])
    names = ("runs", "estimate", "range", "half", "wanted")
    told = rows[:: -(-len(rows) // MOST_TOLD)]
    if told[-1] is not rows[-1]:
        told.append(rows[-1])
    return Picture(
        title=_title(rows, measure, texts),
        alternative=texts(
            "figure.precision.alt",
            measure=axis_of(measure, texts),
            rows=" ".join(_said(row, measure, texts) for row in told),
        ),
        drawing=draw("precision", 3.6, lambda figure: _paint(figure, rows, measure, texts)),
        columns=tuple(texts(f"figure.precision.column_{name}") for name in names),
        rows=tuple(_written(row, measure, texts) for row in rows),
    )


def _title(rows: list[Row], measure: str, texts: Texts) -> str:
    last = rows[-1]
    name = name_of(measure, texts)
    if isnan(last["estimate"]):
        return texts("figure.precision.title_none", measure=lowered(name))
    slots = {
        "measure": name,
        "n": texts.number(last["replications"]),
        "estimate": value_of(measure, last["estimate"], texts),
        "half": size_of(measure, last["half_width"], texts),
        "wanted": size_of(measure, last["wanted"], texts),
    }
    return texts(f"figure.precision.title_{'met' if last['met'] else 'missed'}", **slots)


def _written(row: Row, measure: str, texts: Texts) -> tuple[str, ...]:
    return (
        texts.number(row["replications"]),
        value_of(measure, row["estimate"], texts),
        range_of(measure, row["low"], row["high"], texts),
        size_of(measure, row["half_width"], texts),
        size_of(measure, row["wanted"], texts),
    )


def _said(row: Row, measure: str, texts: Texts) -> str:
    runs, estimate, ends, half, _ = _written(row, measure, texts)
    return texts("figure.precision.alt_row", n=runs, estimate=estimate, range=ends, half=half)


def _paint(figure: "Figure", rows: list[Row], measure: str, texts: Texts) -> None:
    axes = figure.subplots()
    clean(axes, grid="y")
    runs = [row["replications"] for row in rows]
    axes.fill_between(
        runs, [row["low"] for row in rows], [row["high"] for row in rows], color=BAND, linewidth=0
    )
    axes.plot(runs, [row["estimate"] for row in rows], color=NOW, linewidth=2.5)
    last = rows[-1]
    if not isnan(last["estimate"]):
        # The wanted interval is drawn around the last estimate, the best there is.
        for sign in (-1, 1):
            end = last["estimate"] + sign * last["wanted"]
            axes.axhline(end, color=LIMIT, linewidth=1.5, linestyle=(0, (4, 3)))
        axes.annotate(
            texts("figure.precision.wanted"),
            (1, last["estimate"] + last["wanted"]),
            xycoords=("axes fraction", "data"),
            xytext=(-4, 4),
            textcoords="offset points",
            ha="right",
            va="bottom",
            color=LIMIT,
        )
    # The first intervals of a few runs would press all that follows flat.
    settled = rows[len(rows) // 4 :]
    ends = [row[name] for row in settled for name in ("low", "high") if not isnan(row[name])]
    if ends:
        low, high = min(ends), max(ends)
        room = (high - low or abs(high) or 1.0) * 0.2
        axes.set_ylim(low - room, high + room)
    axes.set_xlim(runs[0], max(runs[-1], runs[0] + 1))
    number_ticks(axes, texts, along="x")
    measure_ticks(axes, measure, texts, along="y")
    heading = texts("figure.precision.heading", measure=axis_of(measure, texts))
    axes.set_title(heading, loc="left", fontsize=SIZE, color=QUIET)
    axes.set_xlabel(texts("figure.precision.axis"), fontsize=SIZE)
