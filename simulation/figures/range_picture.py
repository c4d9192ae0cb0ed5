"""A figure of ranges, whole: what is drawn, its table, its text alternative, and how it differs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import isnan
from typing import Literal

from data.texts import Texts
from simulation.figures.picture import Picture
from simulation.figures.ranges import Range, Row, Scale, draw_ranges
from simulation.measure_words import joined, measure_name, measured, unit_of
from simulation.study import Study
from simulation.wording import base_in_words, signed

Write = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing with its range, as it is drawn and written."""

    name: str
    now: Range
    before: Range | None
    """The same in what it is held against; None where nothing is compared."""
    write: Write
    """How its numbers are written, with their unit."""
    more: tuple[str, ...] = ()
    """What stands in the table's last columns."""
    below: str = ""
    """What stands below its name in the drawing; the table has it in columns of its own."""


@dataclass(frozen=True, slots=True)
class About:
    """What a figure of ranges is about; its words stand in the texts under ``figure.<name>``."""

    name: str
    title: str
    of: Literal["years", "periods"]
    """What nine in ten are of."""
    measure: str
    """The measure whose difference from the comparison is said below the figure."""
    more: tuple[str, ...] = ()
    """The heads of the table's last columns."""
    per_year: bool = False
    """Whether the measure is of the whole run, and the figure of a year."""
    scale: Scale = field(default_factory=lambda: Scale("", ""))


def range_picture(about: About, lines: Sequence[Line], study: Study, texts: Texts) -> Picture:
    """Return the figure *about* something with its *lines* from the top."""
    note = difference_note(about.measure, study, texts, per_year=about.per_year)
    told = " ".join(_told(line, study, texts) for line in lines)
    head = texts(f"figure.{about.name}.alt", of=_of(about.of, study, texts))
    base = base_in_words(study, texts)
    axis = texts(
        "figure.range_axis",
        axis=texts(f"figure.{about.name}.axis"),
        of=texts(f"figure.of_{about.of}"),
    )
    scale = replace(about.scale, axis=axis, base=base)
    rows = [_row(line) for line in lines]
    return Picture(
        title=about.title,
        alternative=" ".join(part for part in (head, told, note) if part),
        drawing=draw_ranges(about.name, rows, scale, texts),
        columns=(
            texts(f"figure.{about.name}.column"),
            *_heads(_of(about.of, study, texts), study, texts),
            *about.more,
        ),
        rows=tuple((line.name, *_cells(line, texts), *line.more) for line in lines),
        note=note,
    )


def in_range(span: Range, write: Write, texts: Texts) -> str:
    """Return what nine in ten lie between, its unit once."""
    if not span.known:
        return texts("word.not_known")
    return joined(write(span.low), write(span.high), texts)


def difference_note(measure: str, study: Study, texts: Texts, *, per_year: bool = False) -> str:
    """Return how *measure* differs from the comparison, "statistically unclear" where it is.

    With *per_year* a measure of the whole run is told as one of a year. Empty where nothing is compared
    or there is nothing to measure.
    """
    found = study.differences.get(measure)
    if found is None or isnan(found.mean):
        return ""
    name, years = measure_name(measure, texts), 1
    if per_year:
        name, years = texts("figure.note_per_year", measure=name), study.scenario.years
    slots = {"measure": name, "base": base_in_words(study, texts)}
    if found.none:
        return texts("figure.note_same", **slots)
    low, high = (_signed(measure, end / years, texts) for end in (found.low, found.high))
    if not found.clear:
        return texts("figure.note_unclear", **slots, low=low, high=high).replace("..", ".")
    mean = _signed(measure, found.mean / years, texts)
    said = texts("figure.note_clear", **slots, mean=mean, low=low, high=high)
    return said.replace("..", ".")  # an amount may end with "kr."


def _signed(measure: str, value: float, texts: Texts) -> str:
    if isnan(value):
        return texts("word.not_known")
    if unit_of(measure) == "share":
        words = texts("word.points", n=texts.number(100 * abs(value), 1))
    else:
        decimals = 1 if unit_of(measure) == "days" and abs(value) < 10 else None
        words = measured(measure, abs(value), texts, decimals)
    return signed(words, value) if value else words


def _of(of: Literal["years", "periods"], study: Study, texts: Texts) -> str:
    """Return "9 of 10 years", or of periods, which are as long as what is counted."""
    return texts(f"figure.nine_{of}", years=texts.number(study.scenario.years))


def _row(line: Line) -> Row:
    before = "" if line.before is None else line.write(line.before.mean)
    name = f"{line.name}\n{line.below}" if line.below else line.name
    return Row(name, line.now, line.before, line.write(line.now.mean), before)


def _told(line: Line, study: Study, texts: Texts) -> str:
    said = {
        "name": line.name,
        "range": in_range(line.now, line.write, texts),
        "mean": line.write(line.now.mean),
    }
    if line.before is None:
        return texts("figure.alt_row", **said)
    return texts(
        "figure.alt_row_base",
        **said,
        base=base_in_words(study, texts),
        base_range=in_range(line.before, line.write, texts),
        base_mean=line.write(line.before.mean),
    )


def _heads(nine: str, study: Study, texts: Texts) -> tuple[str, ...]:
    own = (nine, texts("figure.column_mean"))
    if not study.compared:
        return own
    base = base_in_words(study, texts)
    return (*own, *(texts("figure.column_base", base=base, column=head) for head in own))


def _cells(line: Line, texts: Texts) -> tuple[str, ...]:
    each = [line.now] if line.before is None else [line.now, line.before]
    return tuple(
        words for one in each for words in (in_range(one, line.write, texts), line.write(one.mean))
    )
