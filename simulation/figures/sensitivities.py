"""Which of the inputs nobody is sure of move a measure: a screening, and shares of variance."""

from math import isnan
from typing import TYPE_CHECKING

from data.texts import Texts
from simulation.figures.measured import (
    Row,
    axis_of,
    field_name,
    name_of,
    name_rows,
    rows_of,
    size_of,
    size_ticks,
    size_unit,
)
from simulation.figures.picture import GROUND, LINE, NOW, QUIET, SIZE, TODAY, Picture, clean, draw
from simulation.measure_words import joined
from simulation.wording import lowered, share

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SCREENED = ("input", "mu_star", "mu_star_low", "mu_star_high", "sigma", "noise", "verdict")
SHARED = ("input", "first", "first_low", "first_high", "total", "total_low", "total_high")
MOST_SHOWN = 12
"""Inputs that are drawn; the table has all."""
MOST_NAMED = 6
"""Inputs that are named beside their dot in the second half of the screening's picture."""


def screening(table: "pd.DataFrame", measure: str, texts: Texts) -> Picture:
    """Return how much each input moves *measure* (left), and how unevenly it does so (right).

    *table* has one row a measure and input: ``measure``, ``input`` (its field), ``mu_star``,
    ``mu_star_low``, ``mu_star_high``, ``sigma``, ``noise`` in the unit of the measure, ``verdict``; see
    :meth:`simulation.experiments.sensitivity.Screening.table`. Raises :exc:`ValueError` where a column
    or the measure is missing.
    """
    rows = sorted(rows_of(table, SCREENED, measure), key=lambda row: -row["mu_star"])
    shown = rows[:MOST_SHOWN]
    names = ("input", "effect", "effect_range", "sigma", "noise", "verdict")
    return Picture(
        title=_screening_title(rows, measure, texts),
        alternative=texts(
            "figure.screening.alt",
            measure=lowered(axis_of(measure, texts)),
            rows=" ".join(_screening_said(row, measure, texts) for row in rows),
        ),
        drawing=draw(
            "screening",
            max(3.6, 1.2 + 0.42 * len(shown)),
            lambda figure: _paint_screening(figure, shown, measure, texts),
        ),
        columns=tuple(texts(f"figure.screening.column_{name}") for name in names),
        rows=tuple(_screening_written(row, measure, texts) for row in rows),
    )


def variance_shares(table: "pd.DataFrame", measure: str, texts: Texts) -> Picture:
    """Return how much of the uncertainty of *measure* each input explains, alone and with others.

    *table* has one row a measure and input: ``measure``, ``input`` (its field), ``first`` and ``total``
    (shares of the variance) with ``_low`` and ``_high``; see
    :meth:`simulation.experiments.sensitivity.Shares.table`. Raises as :func:`screening` does.
    """
    rows = sorted(
        rows_of(table, SHARED, measure),
        key=lambda row: -row["total"] if not isnan(row["total"]) else 0.0,
    )
    shown = rows[:MOST_SHOWN]
    names = ("input", "first", "first_range", "total", "total_range")
    return Picture(
        title=_shares_title(rows, measure, texts),
        alternative=texts(
            "figure.shares.alt",
            measure=lowered(axis_of(measure, texts)),
            rows=" ".join(_shares_said(row, texts) for row in rows),
        ),
        drawing=draw(
            "shares", 1.3 + 0.55 * len(shown), lambda figure: _paint_shares(figure, shown, texts)
        ),
        columns=tuple(texts(f"figure.shares.column_{name}") for name in names),
        rows=tuple(_shares_written(row, texts) for row in rows),
    )


def _screening_title(rows: list[Row], measure: str, texts: Texts) -> str:
    name = lowered(name_of(measure, texts))
    chosen = [row for row in rows if row["verdict"] in {"chosen", "beyond the cap"}]
    if not chosen:
        return texts("figure.screening.title_none", measure=name)
    slots = {
        "measure": name,
        "input": field_name(chosen[0]["input"], texts),
        "effect": size_of(measure, chosen[0]["mu_star"], texts),
    }
    if len(chosen) == 1:
        return texts("figure.screening.title_one", **slots)
    return texts("figure.screening.title", **slots, next=field_name(chosen[1]["input"], texts))


def _screening_written(row: Row, measure: str, texts: Texts) -> tuple[str, ...]:
    return (
        field_name(row["input"], texts),
        size_of(measure, row["mu_star"], texts),
        _sizes(measure, row["mu_star_low"], row["mu_star_high"], texts),
        size_of(measure, row["sigma"], texts),
        size_of(measure, row["noise"], texts),
        texts(f"figure.screening.verdict_{row['verdict'].replace(' ', '_')}"),
    )


def _sizes(measure: str, low: float, high: float, texts: Texts) -> str:
    return joined(size_of(measure, low, texts), size_of(measure, high, texts), texts)


def _screening_said(row: Row, measure: str, texts: Texts) -> str:
    name, effect, effect_range, sigma, _, verdict = _screening_written(row, measure, texts)
    return texts(
        "figure.screening.alt_row",
        input=name,
        effect=effect,
        range=effect_range,
        sigma=sigma,
        verdict=verdict,
    )


def _paint_screening(figure: "Figure", rows: list[Row], measure: str, texts: Texts) -> None:
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    clean(left, grid="x")
    for place, row in enumerate(rows):
        matters = row["verdict"] in {"chosen", "beyond the cap"}
        colour = NOW if matters else QUIET
        left.plot([row["mu_star_low"], row["mu_star_high"]], [place] * 2, color=colour, linewidth=3)
        left.plot(
            row["mu_star"],
            place,
            "o",
            color=colour,
            markersize=8,
            mfc=colour if matters else GROUND,
        )
        left.plot([row["noise"]] * 2, [place - 0.28, place + 0.28], color=TODAY, linewidth=2)
    # The numbers find the same inputs in the right half.
    numbers = {id(row): f"{number}  " for number, row in enumerate(_named(rows), start=1)}
    names = [numbers.get(id(row), "") + field_name(row["input"], texts) for row in rows]
    name_rows(left, names)
    left.set_xlim(left=0)
    size_ticks(left, measure, texts, along="x", most=4)
    unit = size_unit(measure, texts)
    left.set_xlabel(texts("figure.screening.axis", unit=unit), fontsize=SIZE)
    _evenness(right, rows, measure, texts)


def _named(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["verdict"] in {"chosen", "beyond the cap"}][:MOST_NAMED]


def _evenness(axes: "Axes", rows: list[Row], measure: str, texts: Texts) -> None:
    """Draw mu* against sigma: on the broken line an effect varies as much as it is large."""
    clean(axes, grid="y")
    known = [row for row in rows if not isnan(row["sigma"])]
    most = (
        max([row["mu_star"] for row in known] + [row["sigma"] for row in known], default=0) or 1.0
    )
    axes.plot([0, most], [0, most], color=LINE, linewidth=2, linestyle=(0, (4, 3)))
    for row in known:
        matters = row["verdict"] in {"chosen", "beyond the cap"}
        colour = NOW if matters else QUIET
        axes.plot(
            row["mu_star"], row["sigma"], "o", color=colour, mfc=colour if matters else GROUND
        )
    for number, row in enumerate(_named(rows), start=1):
        if isnan(row["sigma"]):
            continue
        axes.annotate(
            str(number),
            (row["mu_star"], row["sigma"]),
            xytext=(6, 6 if number % 2 else -12),
            textcoords="offset points",
            color=NOW,
        )
    axes.set_xlim(0, 1.12 * most)
    axes.set_ylim(0, 1.12 * most)
    for along in ("x", "y"):
        size_ticks(axes, measure, texts, along=along, most=3)
    unit = size_unit(measure, texts)
    axes.set_xlabel(texts("figure.screening.axis_right", unit=unit), fontsize=SIZE)
    heading = texts("figure.screening.heading_right", unit=unit)
    axes.set_title(heading, loc="left", fontsize=SIZE, color=QUIET)


def _shares_title(rows: list[Row], measure: str, texts: Texts) -> str:
    name = lowered(name_of(measure, texts))
    known = [row for row in rows if not isnan(row["first"])]
    if not known:
        return texts("figure.shares.title_none", measure=name)
    most = max(known, key=lambda row: row["first"])
    if not most["first_low"] > 0:
        return texts("figure.shares.title_unclear", measure=name)
    return texts(
        "figure.shares.title",
        measure=name,
        input=field_name(most["input"], texts),
        share=share(texts, most["first"]),
    )


def _shares_written(row: Row, texts: Texts) -> tuple[str, ...]:
    parts = [field_name(row["input"], texts)]
    for name in ("first", "total"):
        parts += [_part(row[name], texts), _parts(row[f"{name}_low"], row[f"{name}_high"], texts)]
    return tuple(parts)


def _parts(low: float, high: float, texts: Texts) -> str:
    ends = (_part(low, texts), _part(high, texts))
    # A dash between two numbers of which one has a minus cannot be read.
    if low < 0 and ends[0] != ends[1]:
        return texts("figure.shares.range", low=ends[0], high=ends[1])
    return joined(*ends, texts)


def _part(value: float, texts: Texts) -> str:
    """Return a share of the variance; an estimate can lie below 0 or above 1, and is written as it is."""
    if isnan(value):
        return texts("word.not_known")
    # Adding 0 takes the sign from what rounds to 0.
    return texts.percent(round(value, 2) + 0.0).replace("-", "\N{MINUS SIGN}")


def _shares_said(row: Row, texts: Texts) -> str:
    name, first, first_range, total, total_range = _shares_written(row, texts)
    return texts(
        "figure.shares.alt_row",
        input=name,
        first=first,
        first_range=first_range,
        total=total,
        total_range=total_range,
    )


def _paint_shares(figure: "Figure", rows: list[Row], texts: Texts) -> None:
    from matplotlib.ticker import FuncFormatter  # noqa: PLC0415 (slow to load)

    axes = figure.subplots()
    clean(axes, grid="x")
    axes.axvline(0, color=LINE, linewidth=1.5)
    for place, row in enumerate(rows):
        for name, shift, colour, mark in (("first", -0.15, NOW, "o"), ("total", 0.15, TODAY, "D")):
            y = place + shift
            axes.plot([row[f"{name}_low"], row[f"{name}_high"]], [y, y], color=colour, linewidth=2)
            ground = colour if name == "first" else GROUND
            axes.plot(row[name], y, mark, color=colour, markerfacecolor=ground, markersize=8)
            words = _part(row[name], texts)
            if place == 0:
                words = f"{words} {texts(f'figure.shares.{name}')}"
            axes.annotate(
                words,
                (max(row[f"{name}_high"], row[name]), y),
                xytext=(10, 0),
                textcoords="offset points",
                va="center",
                color=colour,
            )
    name_rows(axes, [field_name(row["input"], texts) for row in rows])
    low, high = axes.get_xlim()
    axes.set_xlim(low, high + 0.45 * (high - low))
    # What is to the right of the longest line is room for words.
    axes.set_xticks([at for at in axes.get_xticks() if low <= at <= high])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _part(value, texts)))
    axes.set_xlabel(texts("figure.shares.axis"), fontsize=SIZE)
