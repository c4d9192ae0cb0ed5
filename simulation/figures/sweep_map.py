"""A sweep over one input as a line with its band, over two as a map, with the edge of a promise."""

from collections.abc import Sequence
from itertools import product
from math import isnan
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from data.texts import Texts
from simulation.figures.measured import (
    Row,
    axis_of,
    field_axis,
    field_name,
    field_ticks,
    field_value,
    measure_ticks,
    name_of,
    range_of,
    rows_of,
    setting,
    tick_of,
    value_of,
)
from simulation.figures.picture import (
    BAND,
    GROUND,
    INK,
    LIMIT,
    NOW,
    QUIET,
    SIZE,
    Picture,
    clean,
    draw,
)
from simulation.wording import lowered, share

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = ("low", "high", "mean", "mean_low", "mean_high")
SHADES = ("#f6f2e6", "#b9d6d4", "#4f9492", "#0b5d5e", "#04302f")
"""From little to much: one hue that only gets darker, so that it reads without seeing colours."""
MOST_WRITTEN = 13
"""Columns and rows up to which each field of a map has its number written in it."""
MOST_TICKS = 12
MOST_TOLD = 40
"""Cells up to which the text alternative names each; of more it says the finding, the table has all."""


class Swept(NamedTuple):
    """What is drawn: the cells by their values on the axes."""

    fields: list[str]
    values: list[list[Any]]
    cells: dict[tuple[Any, ...], Row]
    measure: str
    promise: str
    required: float
    of: str
    """What the promise is kept in a share of: years or runs, in words."""

    def kept(self, at: tuple[Any, ...]) -> bool:
        """Whether the promise is kept often enough, as far as is known."""
        return bool(self.cells[at].get("promise_kept", float("nan")) >= self.required)

    def surely(self, at: tuple[Any, ...]) -> bool:
        """Whether it surely is: the whole interval lies above what is required."""
        return bool(self.cells[at].get("promise_low", float("nan")) >= self.required)

    @property
    def promised(self) -> bool:
        """Whether a promise was asked about at all."""
        return any(not isnan(row.get("promise_kept", float("nan"))) for row in self.cells.values())


def sweep_map(
    table: "pd.DataFrame",
    measure: str,
    texts: Texts,
    *,
    promise: str = "",
    required: float = 0.9,
    of: Literal["year", "run"] = "run",
) -> Picture:
    """Return *measure* over one input as a line, over two as a map, with the edge of the promise.

    *table* has one row a cell and measure. Columns: first the one or two inputs, named by their fields;
    then ``measure``, ``mean``, ``mean_low``, ``mean_high``, ``low``, ``high``, and where a promise was
    asked about ``promise_kept``, ``promise_low``, ``promise_high`` (shares 0-1); see
    :meth:`simulation.experiments.sweep.Sweep.table`. *promise* says what was promised; it holds where
    it is kept in the share *required* of single years or whole runs, as *of* says. A cell that is not
    run yet stays empty. Raises :exc:`ValueError` where a column or the measure is missing, or there are
    not one or two inputs.
    """
    found = swept(table, measure, texts, promise=promise, required=required, of=of)
    flat = len(found.fields) == 1
    rows = 1 if flat else len(found.values[1])
    return Picture(
        title=title_of(found, texts),
        alternative=_alternative(found, texts),
        drawing=draw(
            "sweep",
            3.6 if flat else min(7.0, 2.2 + 0.42 * rows),
            lambda figure: (_line if flat else _map)(figure, found, texts),
        ),
        columns=columns_of(found, texts),
        rows=tuple(row_of(found, at, texts) for at in product(*found.values)),
    )


def swept(
    table: "pd.DataFrame",
    measure: str,
    texts: Texts,
    *,
    promise: str = "",
    required: float = 0.9,
    of: Literal["year", "run"] = "run",
) -> Swept:
    """Return the cells of *table*; takes and raises what :func:`sweep_map` does."""
    words = texts("figure.sweep.promise")
    if promise:
        words = texts("figure.sweep.promise_named", promise=promise)
    rows = rows_of(table, COLUMNS, measure)
    fields = list(table.columns[: list(table.columns).index("measure")])
    if not 1 <= len(fields) <= 2:
        raise ValueError(
            f"the table has the inputs {fields} before its column measure; it must have one or two"
        )
    cells = {tuple(row[field] for field in fields): row for row in rows}
    values = [list(dict.fromkeys(at[axis] for at in cells)) for axis in range(len(fields))]
    if len(cells) != len(rows) or len(cells) != len(list(product(*values))):
        raise ValueError(f"the table must have one row for each pair of {' and '.join(fields)}")
    return Swept(fields, values, cells, measure, words, required, texts(f"figure.sweep.of_{of}"))


def title_of(found: Swept, texts: Texts) -> str:
    """Return what the map shows, as a sentence: where the promise holds, else the least and the most."""
    slots = {
        "promise": found.promise,
        "required": texts.percent(found.required),
        "of": found.of,
    }
    if not found.promised:
        return extremes_of(found, texts)
    kept = [at for at in found.cells if found.kept(at)]
    if not kept:
        return texts("figure.sweep.title_nowhere", **slots)
    if len(kept) == len(found.cells):
        return texts("figure.sweep.title_everywhere", **slots)
    if len(found.fields) == 1:
        values = found.values[0]
        places = [values.index(at[0]) for at in kept]
        if places == list(range(places[0], len(values))):
            return texts("figure.sweep.title_from", **slots, at=_at(found, kept[0], texts))
        if places == list(range(len(places))):
            return texts("figure.sweep.title_upto", **slots, at=_at(found, kept[-1], texts))
    return texts("figure.sweep.title_some", **slots, n=len(kept), all=len(found.cells))


def extremes_of(found: Swept, texts: Texts) -> str:
    """Return where the measure is least and most."""
    known = {at: row["mean"] for at, row in found.cells.items() if not isnan(row["mean"])}
    name = name_of(found.measure, texts)
    if not known:
        return texts("figure.sweep.title_unknown", measure=name)
    least, most = min(known, key=known.__getitem__), max(known, key=known.__getitem__)
    return texts(
        "figure.sweep.title_range",
        measure=name,
        low=value_of(found.measure, known[least], texts),
        least=_at(found, least, texts),
        high=value_of(found.measure, known[most], texts),
        most=_at(found, most, texts),
    )


def _at(found: Swept, at: tuple[Any, ...], texts: Texts) -> str:
    each = zip(found.fields, at, found.values, strict=True)
    return ", ".join(setting(field, value, texts, among) for field, value, among in each)


def _alternative(found: Swept, texts: Texts) -> str:
    inputs = lowered(field_name(found.fields[0], texts))
    if len(found.fields) == 2:
        other = lowered(field_name(found.fields[1], texts))
        inputs = texts("figure.sweep.both", first=inputs, second=other)
    slots = {"measure": axis_of(found.measure, texts), "inputs": inputs}
    if len(found.cells) > MOST_TOLD:
        return texts("figure.sweep.alt_many", **slots, **_in_short(found, texts))
    said = " ".join(said_of(found, at, texts) for at in product(*found.values))
    return texts("figure.sweep.alt", **slots, rows=said)


def _in_short(found: Swept, texts: Texts) -> dict[str, str]:
    """Return what a map of many cells shows: where the promise holds, the ends, what is missing."""
    findings = dict.fromkeys([title_of(found, texts), extremes_of(found, texts)])
    unknown = sum(isnan(row["mean"]) for row in found.cells.values())
    said = texts("figure.sweep.alt_unknown_number", n=texts.number(unknown)) if unknown else ""
    return {
        "n": texts.number(len(found.cells)),
        "finding": ". ".join(findings),
        "unknown": f"{said} " if said else "",
    }


def said_of(found: Swept, at: tuple[Any, ...], texts: Texts) -> str:
    """Return a cell in words."""
    row = found.cells[at]
    if isnan(row["mean"]):
        return texts("figure.sweep.alt_unknown", at=_at(found, at, texts))
    told = texts(
        "figure.sweep.alt_row",
        at=_at(found, at, texts),
        mean=value_of(found.measure, row["mean"], texts),
        range=range_of(found.measure, row["low"], row["high"], texts),
    )
    if not found.promised:
        return told
    kept = share(texts, row["promise_kept"])
    return f"{told} {texts('figure.sweep.alt_kept', share=kept, of=found.of)}"


def columns_of(found: Swept, texts: Texts) -> tuple[str, ...]:
    """Return what stands above the rows that :func:`row_of` gives."""
    names = [field_name(field, texts) for field in found.fields]
    heads = [texts(f"figure.sweep.column_{name}") for name in ("mean", "mean_range", "range")]
    promised = [texts("figure.sweep.column_promise")] if found.promised else []
    return (*names, *heads, *promised)


def row_of(found: Swept, at: tuple[Any, ...], texts: Texts) -> tuple[str, ...]:
    """Return a cell as a row of the table."""
    row = found.cells[at]
    place = [
        field_value(field, value, texts) for field, value in zip(found.fields, at, strict=True)
    ]
    numbers = [
        value_of(found.measure, row["mean"], texts),
        range_of(found.measure, row["mean_low"], row["mean_high"], texts),
        range_of(found.measure, row["low"], row["high"], texts),
    ]
    kept = [share(texts, row["promise_kept"])] if found.promised else []
    return (*place, *numbers, *kept)


def _line(figure: "Figure", found: Swept, texts: Texts) -> None:
    axes = figure.subplots()
    clean(axes, grid="y")
    values = found.values[0]
    numeric = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
    places = (
        [float(value) for value in values] if numeric else [float(n) for n in range(len(values))]
    )
    column = {name: [found.cells[(value,)][name] for value in values] for name in COLUMNS}
    axes.fill_between(places, column["low"], column["high"], color=BAND, alpha=0.55, linewidth=0)
    axes.fill_between(places, column["mean_low"], column["mean_high"], color=NOW, alpha=0.35, lw=0)
    axes.plot(places, column["mean"], "o-", color=NOW, linewidth=2.5, markersize=6)
    every = -(-len(values) // MOST_TICKS)
    ticks = [(place, value) for place, value in zip(places, values, strict=True)][::every]
    axes.set_xticks(
        [place for place, _ in ticks],
        field_ticks(found.fields[0], [value for _, value in ticks], texts),
    )
    axes.set_xlabel(field_axis(found.fields[0], texts), fontsize=SIZE)
    measure_ticks(axes, found.measure, texts, along="y")
    heading = texts("figure.sweep.line_heading", measure=axis_of(found.measure, texts))
    axes.set_title(heading, loc="left", fontsize=SIZE, color=QUIET)
    if found.promised:
        _edge_on_line(axes, found, places, texts)


def _edge_on_line(axes: "Axes", found: Swept, places: Sequence[float], texts: Texts) -> None:
    """Draw a line half way between two values of which one keeps the promise and the other does not."""
    kept = [found.kept((value,)) for value in found.values[0]]
    for number in range(len(kept) - 1):
        if kept[number] != kept[number + 1]:
            edge = (places[number] + places[number + 1]) / 2
            axes.axvline(edge, color=LIMIT, linewidth=2)
            axes.annotate(
                texts("figure.sweep.holds"),
                (edge, 1),
                xycoords=("data", "axes fraction"),
                xytext=(6 if kept[number + 1] else -6, -4),
                textcoords="offset points",
                ha="left" if kept[number + 1] else "right",
                va="top",
                color=LIMIT,
            )


def _map(figure: "Figure", found: Swept, texts: Texts) -> None:
    from matplotlib.colors import LinearSegmentedColormap, Normalize  # noqa: PLC0415 (slow to load)

    axes = figure.subplots()
    across, up = found.values
    grid = [[found.cells[x, y]["mean"] for x in across] for y in up]
    known = [value for row in grid for value in row if not isnan(value)] or [0.0]
    scale = Normalize(min(known), max(known) if max(known) > min(known) else min(known) + 1)
    shades = LinearSegmentedColormap.from_list("shades", SHADES)
    mesh = axes.pcolormesh(
        range(len(across) + 1), range(len(up) + 1), grid, cmap=shades, norm=scale
    )
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.tick_params(length=0, labelsize=SIZE)
    for field, values, axis in (
        (found.fields[0], across, axes.xaxis),
        (found.fields[1], up, axes.yaxis),
    ):
        every = -(-len(values) // MOST_TICKS)
        places = range(0, len(values), every)
        axis.set_ticks(
            [place + 0.5 for place in places],
            labels=field_ticks(field, [values[place] for place in places], texts),
        )
        axis.set_label_text(field_axis(field, texts), fontsize=SIZE)
    bar = figure.colorbar(mesh, ax=axes, pad=0.02, aspect=25)
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0)
    measure_ticks(bar.ax, found.measure, texts, along="y")
    bar.set_label(axis_of(found.measure, texts), fontsize=SIZE)
    if max(len(across), len(up)) <= MOST_WRITTEN:
        _numbers(axes, found, scale, texts)
    if found.promised:
        _edge(axes, found)
        required = texts.percent(found.required)
        heading = texts("figure.sweep.map_heading", required=required, of=found.of)
        axes.set_title(heading, loc="left", fontsize=SIZE, color=QUIET)


def _numbers(axes: "Axes", found: Swept, scale: Any, texts: Texts) -> None:
    lift = 0.62 if found.promised else 0.5
    for (x, across), (y, up) in product(enumerate(found.values[0]), enumerate(found.values[1])):
        value = found.cells[across, up]["mean"]
        if not isnan(value):
            colour = GROUND if scale(value) > 0.45 else INK
            words = tick_of(found.measure, _short(value), texts)
            axes.text(
                x + 0.5, y + lift, words, ha="center", va="center", color=colour, size=SIZE - 2
            )


def _short(value: float) -> float:
    """Return *value* with two significant digits below ten, whole above; shares with two."""
    if abs(value) < 1:
        return round(value, 2)
    return round(value, 1) if abs(value) < 10 else float(round(value))


def _edge(axes: "Axes", found: Swept) -> None:
    """Draw the edge between cells that keep the promise and those that do not, and a dot in the first."""
    across, up = found.values
    kept = {(x, y): found.kept((a, b)) for x, a in enumerate(across) for y, b in enumerate(up)}
    drop = 0.22 if max(len(across), len(up)) <= MOST_WRITTEN else 0.5
    for (x, y), holds in kept.items():
        if x + 1 < len(across) and kept[x + 1, y] != holds:
            _stretch(axes, (x + 1, x + 1), (y, y + 1))
        if y + 1 < len(up) and kept[x, y + 1] != holds:
            _stretch(axes, (x, x + 1), (y + 1, y + 1))
        if holds:
            surely = found.surely((across[x], up[y]))
            axes.plot(
                x + 0.5,
                y + drop,
                "o",
                markersize=6,
                color=INK,
                markerfacecolor=INK if surely else GROUND,
                markeredgecolor=GROUND if surely else INK,
                zorder=5,
            )


def _stretch(axes: "Axes", xs: tuple[int, int], ys: tuple[int, int]) -> None:
    axes.plot(xs, ys, color=GROUND, linewidth=6, solid_capstyle="projecting", zorder=3)
    axes.plot(xs, ys, color=LIMIT, linewidth=3, solid_capstyle="projecting", zorder=4)
