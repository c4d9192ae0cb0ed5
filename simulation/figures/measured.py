"""What figures of experiments share: the rows of a tidy table, axes in a measure's unit, long names."""

from collections.abc import Sequence
from itertools import pairwise
from math import isnan
from textwrap import fill
from typing import TYPE_CHECKING, Any

from data import parameters
from data.texts import Texts
from simulation.assumptions import written
from simulation.experiments.quantities import BREACH, PER_YEAR, quantity
from simulation.figures.picture import SIZE
from simulation.measure_words import joined, on_axis, unit_of
from simulation.wording import lowered

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Row = dict[str, Any]
NAME_WIDTH = 28
"""Letters of a name beside an axis before it goes on in the next line."""


def rows_of(table: "pd.DataFrame", columns: Sequence[str], measure: str = "") -> list[Row]:
    """Return the rows of *table*, those of *measure* where one is given.

    A measure is any name that :func:`simulation.experiments.quantities.quantity` knows.

    Raises :exc:`ValueError` for a column that is missing, for a measure that does not exist or that no
    row is about, and for an empty table.
    """
    asked = [*columns, *(["measure"] if measure else [])]
    missing = [column for column in asked if column not in table.columns]
    if missing:
        raise ValueError(f"the table lacks {', '.join(missing)}; it must have {', '.join(asked)}")
    if measure:
        quantity(measure)
        table = table[table["measure"] == measure]
    if table.empty:
        about = f" about {measure}" if measure else ""
        raise ValueError(f"the table has no row{about}; there is nothing to draw")
    return table.to_dict("records")  # type: ignore[return-value]


def name_of(measure: str, texts: Texts) -> str:
    """Return what *measure* is called."""
    return quantity(measure).title(texts)


def axis_of(measure: str, texts: Texts) -> str:
    """Return the name of *measure* with its unit in brackets."""
    unit = texts(f"measured.unit.{unit_of(_like(measure))}")
    return texts("measured.with_unit", measure=name_of(measure, texts), unit=unit)


def value_of(measure: str, value: float, texts: Texts) -> str:
    """Return *value* of *measure* with its unit, or a dash where it is not a number."""
    return quantity(measure).write(value, texts)


def range_of(measure: str, low: float, high: float, texts: Texts) -> str:
    """Return ``low–high`` in the unit of *measure*, or one number where both are written alike."""
    return joined(value_of(measure, low, texts), value_of(measure, high, texts), texts)


def size_of(measure: str, difference: float, texts: Texts) -> str:
    """Return the size of a difference in *measure* with its unit, or a dash; shares in points."""
    if isnan(difference):
        return texts("word.not_known")
    return quantity(measure).write_difference(difference, texts)


def tick_of(measure: str, value: float, texts: Texts) -> str:
    """Return *value* of *measure* as it stands at an axis or in a field of a map."""
    return on_axis(_like(measure), value, texts)


def measure_ticks(axes: "Axes", measure: str, texts: Texts, *, along: str, most: int = 5) -> None:
    """Write at most *most* + 1 numbers *along* "x" or "y" in the unit of *measure*."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415 (slow to load)

    axis = axes.xaxis if along == "x" else axes.yaxis
    axis.set_major_locator(MaxNLocator(nbins=most))
    axis.set_major_formatter(FuncFormatter(lambda value, _: _tick(measure, value, texts)))


def size_ticks(axes: "Axes", measure: str, texts: Texts, *, along: str, most: int = 5) -> None:
    """Write sizes of differences *along* "x" or "y" in :func:`size_unit`; at most *most* + 1 of them."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415 (slow to load)

    times = {"share": 100.0, "dkk": 0.001}.get(unit_of(_like(measure)), 1.0)

    def written(value: float, _: object) -> str:
        size = round(times * value, 6)
        return texts.number(size, 0 if size.is_integer() else 1)

    axis = axes.xaxis if along == "x" else axes.yaxis
    axis.set_major_locator(MaxNLocator(nbins=most))
    axis.set_major_formatter(FuncFormatter(written))


def size_unit(measure: str, texts: Texts) -> str:
    """Return what sizes along an axis are counted in: points for shares, thousands of DKK for money."""
    unit = unit_of(_like(measure))
    named = {"share": "figure.points", "dkk": "figure.thousands"}
    return texts(named.get(unit, f"measured.unit.{unit}"))


def _tick(measure: str, value: float, texts: Texts) -> str:
    # The paper goes on past the largest share there can be.
    beyond = unit_of(_like(measure)) == "share" and value > 1 + 1e-9 and not _is_ratio(measure)
    return "" if beyond else tick_of(measure, value, texts)


def _is_ratio(measure: str) -> bool:
    return measure in {"load", "utilisation"}


def _like(measure: str) -> str:
    """Return a measure of the model that is written as *measure* is."""
    if measure == BREACH:
        return "late_share"
    return "late_per_year" if measure in PER_YEAR else measure


def field_name(field: str, texts: Texts) -> str:
    """Return what the input *field* is called."""
    return texts(f"parameter.{field}") if field in parameters() else field


def field_axis(field: str, texts: Texts) -> str:
    """Return the name of the input *field* with its unit in brackets, where it has one."""
    if field not in parameters() or parameters()[field].kind in {"choice", "switch", "date"}:
        return field_name(field, texts)
    unit = texts(f"unit.{parameters()[field].unit}")
    return texts("measured.with_unit", measure=field_name(field, texts), unit=unit)


def field_value(field: str, value: object, texts: Texts) -> str:
    """Return *value* of the input *field* as people write it."""
    plain = value.item() if hasattr(value, "item") else value
    return written(texts, parameters()[field], plain) if field in parameters() else str(plain)


def setting(field: str, value: object, texts: Texts, among: Sequence[Any]) -> str:
    """Return the input *field* at *value* inside a sentence, such as ``5 koordinatorer``.

    It is written as short as it can be told from the others *among* which it stands.
    """
    written_value = field_ticks(field, among, texts)[list(among).index(value)]
    if f"count.{field}.other" in texts.words:
        form = "one" if value == 1 else "other"
        return texts(f"count.{field}.{form}", n=written_value)
    return f"{lowered(field_name(field, texts))} {written_value}"


def field_ticks(field: str, values: Sequence[Any], texts: Texts) -> list[str]:
    """Return *values* of the input *field* as short as they can be told apart."""
    numbers = all(type(value) in {int, float} for value in values)
    if numbers and not parameters()[field].unit.startswith("share"):
        for decimals in range(3):
            short = [texts.number(value, decimals) for value in values]
            if len(set(short)) == len(short) and _even(values, decimals):
                return short
    return [field_value(field, value, texts) for value in values]


def _even(values: Sequence[float], decimals: int) -> bool:
    """Whether rounding moves no value by more than a fiftieth of a step."""
    steps = [abs(b - a) for a, b in pairwise(values)] or [1.0]
    return all(abs(round(value, decimals) - value) <= 0.02 * min(steps) for value in values)


def name_rows(axes: "Axes", names: Sequence[str]) -> None:
    """Write *names* beside the rows of *axes*, the first at the top."""
    axes.set_yticks(range(len(names)), [fill(name, NAME_WIDTH) for name in names], fontsize=SIZE)
    axes.set_ylim(len(names) - 0.5, -0.5)
