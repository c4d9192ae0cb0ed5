"""A map over two inputs as cells that are read one by one: a number, a shade, a mark and a sentence each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from math import isnan
from typing import TYPE_CHECKING, Any, Literal

from simulation.experiments.quantities import quantity
from simulation.figures.measured import (
    axis_of,
    field_axis,
    field_ticks,
    range_of,
    setting,
    value_of,
)
from simulation.figures.sweep_map import Swept, columns_of, extremes_of, row_of, swept, title_of
from simulation.measure_words import joined
from simulation.wording import share

if TYPE_CHECKING:
    from data.texts import Texts
    from simulation.experiments.promise import Promise
    from simulation.experiments.sweep import Sweep

Mark = Literal["surely", "perhaps", ""]
"""Whether the promise is kept often enough: surely; as far as is known; no, or nothing is known yet."""


@dataclass(frozen=True, slots=True)
class MapCell:
    """One cell."""

    at: tuple[Any, Any]
    """The values of the two inputs."""
    lead: str
    """What stands in it: what nine in ten periods lie between, or how often the promise is kept."""
    second: str
    """What stands below: the mean, or between what the share surely lies."""
    shade: float | None
    """From little (0) to much (1); None before it was run."""
    mark: Mark
    edges: tuple[Literal["right", "above"], ...]
    """Where its neighbour keeps the promise and it does not, or the other way round."""
    words: str
    """All of it as a sentence."""


@dataclass(frozen=True, slots=True)
class MapCells:
    """A map to be read."""

    finding: str
    """What it shows, as a sentence without its full stop."""
    shown: str
    """What the numbers and shades are of, with its unit."""
    names: tuple[str, str]
    """The two inputs with their units: along the row, and up the column."""
    ticks: tuple[tuple[str, ...], tuple[str, ...]]
    """Their values, in the order of the cells."""
    rows: tuple[tuple[MapCell, ...], ...]
    """The cells, the greatest value of the second input first."""
    columns: tuple[str, ...]
    table: tuple[tuple[str, ...], ...]
    """The same as a table, a row a cell."""


def map_cells(
    sweep: Sweep, measure: str | None, promise: Promise, required: float, texts: Texts
) -> MapCells:
    """Return the map of *sweep* over two inputs for *measure*, or for how often *promise* is kept.

    The promise holds where it is kept in the share *required* (0-1) of single years or periods. *sweep*
    must have been run with this promise and the measure; raises :exc:`ValueError` where it was not.
    """
    of: Literal["year", "run"] = "year" if quantity(promise.measure).level == "year" else "run"
    about = measure or sweep.measures[0]
    found = swept(
        _alone(sweep, about).table(),
        about,
        texts,
        promise=promise.in_words(texts),
        required=required,
        of=of,
    )
    if len(found.values) != 2:
        raise ValueError(f"the map has the inputs {found.fields}; it must have two")
    across, up = found.values
    shades = _shades(found, share_kept=measure is None)
    rows = tuple(
        tuple(_cell(found, (x, y), shades, measure, texts) for x in across) for y in reversed(up)
    )
    return MapCells(
        finding=title_of(found, texts) if measure is None else extremes_of(found, texts),
        shown=axis_of(about, texts) if measure else texts("map.shown_promise", of=found.of),
        names=(field_axis(found.fields[0], texts), field_axis(found.fields[1], texts)),
        ticks=(
            tuple(field_ticks(found.fields[0], across, texts)),
            tuple(field_ticks(found.fields[1], up, texts)),
        ),
        rows=rows,
        columns=columns_of(found, texts),
        table=tuple(row_of(found, at, texts) for at in product(across, up)),
    )


def _alone(sweep: Sweep, measure: str) -> Sweep:
    """Return *sweep* with one measure, so that its table is quick to make."""
    if measure not in sweep.measures:
        raise ValueError(f"the map was run without {measure!r}; it has {', '.join(sweep.measures)}")
    place = sweep.measures.index(measure)
    cells = tuple(replace(cell, values=cell.values[place : place + 1]) for cell in sweep.cells)
    return replace(sweep, measures=(measure,), cells=cells)


def _shades(found: Swept, *, share_kept: bool) -> dict[tuple[Any, ...], float]:
    """Return how dark each cell is that was run: a share as it is, else from the least to the most."""
    column = "promise_kept" if share_kept else "mean"
    known = {at: row[column] for at, row in found.cells.items() if not isnan(row[column])}
    if share_kept or not known:
        return known
    least, most = min(known.values()), max(known.values())
    return {at: (value - least) / ((most - least) or 1.0) for at, value in known.items()}


def _cell(
    found: Swept,
    at: tuple[Any, Any],
    shades: dict[tuple[Any, ...], float],
    measure: str | None,
    texts: Texts,
) -> MapCell:
    place = ", ".join(
        setting(field, value, texts, among)
        for field, value, among in zip(found.fields, at, found.values, strict=True)
    )
    place = place[:1].upper() + place[1:]
    if at not in shades:
        return MapCell(at, "", "", None, "", (), texts("map.unknown", at=place))
    row = found.cells[at]
    kept = share(texts, row["promise_kept"])
    ends = joined(share(texts, row["promise_low"]), share(texts, row["promise_high"]), texts)
    mark: Mark = "surely" if found.surely(at) else "perhaps" if found.kept(at) else ""
    slots = {"at": place, "kept": kept, "ends": ends, "of": found.of}
    holds = texts(f"map.{mark or 'not'}", required=texts.percent(found.required))
    if measure is None:
        words = texts("map.cell_promise", **slots, holds=holds)
        return MapCell(at, kept, ends, shades[at], mark, _edges(found, at), words)
    lead = range_of(measure, row["low"], row["high"], texts)
    mean = value_of(measure, row["mean"], texts)
    words = texts("map.cell", **slots, holds=holds, range=lead, mean=mean)
    return MapCell(
        at, _bare(measure, lead, texts), _bare(measure, mean, texts), shades[at], mark,
        _edges(found, at), words,
    )  # fmt: skip


def _bare(measure: str, words: str, texts: Texts) -> str:
    """Return *words* without the unit of days, which stands over the map; others are short or needed."""
    of_days = texts("count.days.other", n="").strip()
    return words.removesuffix(of_days).rstrip() if measure.endswith("days") else words


def _edges(found: Swept, at: tuple[Any, Any]) -> tuple[Literal["right", "above"], ...]:
    across, up = found.values
    x, y = across.index(at[0]), up.index(at[1])
    edges: list[Literal["right", "above"]] = []
    if x + 1 < len(across) and found.kept((across[x + 1], at[1])) != found.kept(at):
        edges.append("right")
    if y + 1 < len(up) and found.kept((at[0], up[y + 1])) != found.kept(at):
        edges.append("above")
    return tuple(edges)
