"""Scenarios side by side as people read them: how they differ, what each brings, who is best how often."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Literal

import numpy as np

from data import parameters
from simulation.assumptions import written
from simulation.experiments.intervals import Interval, share_with_ends
from simulation.measure_words import joined
from simulation.wording import lowered, plain, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.texts import Texts
    from simulation.experiments.comparison import Comparison, Estimate, PairedDifference
    from simulation.experiments.quantities import Quantity
    from simulation.scenario import Scenario

Judged = Literal["better", "worse", "unclear", "same", "neither"]
"""How a scenario's number compares with the base's: surely better or worse; statistically unclear; the
same in every run; or surely another, of which nobody can say whether that is welcome."""
FIRST = "late_per_year"
"""The measure of which is said in words who is best how often."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One input in which the scenarios differ."""

    field: str
    label: str
    """With its unit."""
    values: tuple[str, ...]
    """One a scenario; such as "6 instead of 4" where it is another than the base's."""
    changed: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of one scenario."""

    lead: str
    """What nine in ten single values lie between; of a risk, the risk."""
    mean: str
    """The mean; of a risk, between what it surely lies."""
    change: str
    """The difference from the base with its interval; empty for the base."""
    beats: str
    """In how many single years or periods it is the better of the two; empty where nothing is better."""
    judged: Judged | None
    """None for the base, and where nothing was measured."""


@dataclass(frozen=True, slots=True)
class Line:
    """One number of every scenario."""

    measure: str
    label: str
    of: str
    """What the lead of its cells is, such as "9 of 10 years"."""
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Winners:
    """In how large a part of single years (or periods) each scenario alone is the best of all."""

    measure: str
    alone: tuple[Interval, ...]
    """A share with the ends of its 95 % interval, one a scenario."""
    shared: Interval
    """The share in which two or more are equally good, and none is better."""


@dataclass(frozen=True, slots=True)
class WinnersLine:
    """:class:`Winners` as they are read."""

    measure: str
    label: str
    alone: tuple[str, ...]
    shared: str


@dataclass(frozen=True, slots=True)
class InShort:
    """What can be said of one scenario."""

    lead: str
    """Which it is, and what it is held against; without a full stop."""
    parts: tuple[str, ...]
    """What is clearly better, worse or different, what is unclear, what is the same; without full stops."""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """A comparison to be read; the base stands first."""

    names: tuple[str, ...]
    short: tuple[InShort, ...]
    """Of each scenario but the base, what surely differs and what does not."""
    best: tuple[str, ...]
    """Who is best how often, in a sentence; empty where that was not asked."""
    settings: tuple[Setting, ...]
    lines: tuple[Line, ...]
    winners: tuple[WinnersLine, ...]
    """Who is best how often; only measures of which less or more is welcome."""
    notes: tuple[str, ...]
    """How often everything was run, and what the intervals hold for."""

    @property
    def in_short(self) -> tuple[str, ...]:
        """What can be said of all of them, a paragraph a scenario, and who is best how often."""
        said = (". ".join((one.lead, *one.parts)) + "." for one in self.short)
        return (*said, *self.best)


def side_by_side(comparison: Comparison, texts: Texts) -> SideBySide:
    """Return *comparison* as it is read; at least one run must be there."""
    names = tuple(comparison.names[place] for place in _order(comparison))
    best = winners(comparison)
    return SideBySide(
        names=names,
        short=_in_short(comparison, texts),
        best=_best_in_words(comparison, best, texts),
        settings=settings(comparison, texts),
        lines=tuple(_line(of, comparison, texts) for of in comparison.quantities),
        winners=tuple(_winners_line(one, comparison, texts) for one in best),
        notes=_notes(comparison, texts),
    )


def settings(comparison: Comparison, texts: Texts) -> tuple[Setting, ...]:
    """Return each input in which a scenario differs from the base, in the order of a scenario's fields."""
    scenarios = [comparison.scenarios[place] for place in _order(comparison)]
    base, others = scenarios[0], scenarios[1:]
    differing = {field for other in others for field in other.differences(base)}
    ordered = [field for field in base.__dataclass_fields__ if field in differing]
    return tuple(_setting(field, scenarios, texts) for field in ordered)


def winners(comparison: Comparison) -> tuple[Winners, ...]:
    """Return who is best how often, of each measure of which less or more is welcome."""
    return tuple(_winners(of, comparison) for of in comparison.quantities if of.good)


def _order(comparison: Comparison) -> list[int]:
    """Return the places of the scenarios, the base first."""
    return sorted(range(len(comparison.names)), key=lambda place: place != comparison.base)


def _setting(field: str, scenarios: Sequence[Scenario], texts: Texts) -> Setting:
    values = [getattr(one, field) for one in scenarios]
    changed = tuple(value != values[0] for value in values)
    if field not in parameters():
        told = [texts(f"change.{field}") if other else texts("word.not_known") for other in changed]
        return Setting(field, texts(f"side_by_side.{field}"), tuple(told), changed)
    parameter = parameters()[field]
    label = texts(f"parameter.{field}")
    if parameter.kind not in {"choice", "switch", "date"} and parameter.unit != "ratio":
        unit = texts(f"unit.{parameter.unit}")
        label = texts("measured.with_unit", measure=label, unit=unit)
    before = written(texts, parameter, values[0])
    told = [
        texts("change.instead", new=written(texts, parameter, value), old=before)
        if other
        else before
        for value, other in zip(values, changed, strict=True)
    ]
    return Setting(field, label, tuple(told), changed)


def _line(of: Quantity, comparison: Comparison, texts: Texts) -> Line:
    found = {one.scenario: one for one in comparison.estimates if one.quantity == of}
    apart = {one.scenario: one for one in comparison.against_base if one.quantity == of}
    kind = "risk" if of.is_share_of_singles else of.level
    return Line(
        measure=of.name,
        label=of.title(texts),
        of=texts(f"side_by_side.of_{kind}"),
        cells=tuple(_cell(one, apart.get(name), texts) for name, one in found.items()),
    )


def _cell(one: Estimate, apart: PairedDifference | None, texts: Texts) -> Cell:
    of = one.quantity
    if of.is_share_of_singles:
        lead = of.write(one.mean, texts)
        ends = joined(of.write(one.mean_low, texts), of.write(one.mean_high, texts), texts)
        mean = texts("side_by_side.surely", range=ends)
    else:
        lead = _lead(one, texts)
        mean = texts("side_by_side.mean", mean=of.write(one.mean, texts))
    if isnan(one.mean):
        lead, mean = texts("word.not_known"), texts("side_by_side.unknown")
    if apart is None:
        return Cell(lead, mean, "", "", None)
    return Cell(lead, mean, _change(apart, texts), _beats(apart, texts), judged(apart))


def _lead(one: Estimate, texts: Texts) -> str:
    if one.quantity.level == "year":  # whole meetings of a single year
        return joined(plain(texts, one.low), plain(texts, one.high), texts)
    of = one.quantity
    return joined(of.write(one.low, texts), of.write(one.high, texts), texts)


def judged(apart: PairedDifference) -> Judged | None:
    """Return how the first of two scenarios compares with the second; None where nothing was measured."""
    match apart.verdict:
        case "unknown":
            return None
        case "same":
            return "same"
        case "unclear":
            return "unclear"
        case verdict if not apart.quantity.good:
            return "neither"
        case verdict:
            return "better" if (verdict == "higher") == (apart.quantity.good > 0) else "worse"


def _change(apart: PairedDifference, texts: Texts) -> str:
    if apart.verdict == "unknown":
        return ""
    if apart.verdict in {"same", "unclear"}:
        return texts(f"side_by_side.{apart.verdict}")
    low, high = sorted((abs(apart.adjusted_low), abs(apart.adjusted_high)))
    of = apart.quantity
    ends = joined(of.write_difference(low, texts), of.write_difference(high, texts), texts)
    return texts("side_by_side.change", change=_size(apart, texts), range=ends)


def _size(apart: PairedDifference, texts: Texts) -> str:
    size = apart.quantity.write_difference(apart.mean, texts)
    return texts("comparison.less" if apart.mean < 0 else "comparison.more", size=size)


def _beats(apart: PairedDifference, texts: Texts) -> str:
    if isnan(apart.beats) or apart.verdict == "same":
        return ""
    level = "year" if apart.quantity.level == "year" else "run"
    slots = {"share": share(texts, apart.beats), "equal": share(texts, apart.equal_share)}
    return texts(f"side_by_side.beats_{level}", **slots)


def _winners(of: Quantity, comparison: Comparison) -> Winners:
    columns = zip(*comparison.results, strict=True)
    values = np.array([[of.paired(result) for result in column] for column in columns])
    values = of.good * values[_order(comparison)]  # a scenario, a run, a single year
    known = ~np.isnan(values).any(axis=0)
    best = (values == values.max(axis=0)) & known
    alone = best & (best.sum(axis=0) == 1)
    of_each = known.sum(axis=1).astype(float)
    shared = (best.sum(axis=0) > 1).sum(axis=1).astype(float)
    return Winners(
        of.name,
        tuple(share_with_ends(one.sum(axis=1).astype(float), of_each) for one in alone),
        share_with_ends(shared, of_each),
    )


def _winners_line(one: Winners, comparison: Comparison, texts: Texts) -> WinnersLine:
    of = next(of for of in comparison.quantities if of.name == one.measure)
    level = "year" if of.level == "year" else "run"
    label = texts(f"side_by_side.best_{level}", measure=of.title(texts))
    return WinnersLine(
        one.measure,
        label,
        tuple(_with_ends(interval, texts) for interval in one.alone),
        _with_ends(one.shared, texts),
    )


def _with_ends(interval: Interval, texts: Texts) -> str:
    middle, low, high = (share(texts, value) for value in interval)
    if isnan(interval[0]):
        return middle
    if round(interval[1], 2) == 0:
        return texts("side_by_side.at_most", share=middle, high=high)
    return texts("side_by_side.with_ends", share=middle, range=joined(low, high, texts))


def _in_short(comparison: Comparison, texts: Texts) -> tuple[InShort, ...]:
    base = comparison.names[comparison.base]
    said = []
    for name in (comparison.names[place] for place in _order(comparison)[1:]):
        apart = [one for one in comparison.against_base if one.scenario == name]
        parts = []
        kinds: tuple[Judged, ...] = ("better", "worse", "neither", "unclear", "same")
        for kind in kinds:
            told = [_named(one, texts) for one in apart if judged(one) == kind]
            if told:
                parts.append(texts(f"side_by_side.short_{kind}", list=", ".join(told)))
        if parts:
            lead = texts("side_by_side.short", name=name, base=base)
            said.append(InShort(lead, tuple(parts)))
    return tuple(said)


def _named(apart: PairedDifference, texts: Texts) -> str:
    name = lowered(apart.quantity.title(texts))
    if apart.verdict not in {"lower", "higher"}:
        return name
    return texts("side_by_side.named", measure=name, change=_size(apart, texts))


def _best_in_words(
    comparison: Comparison, best: Sequence[Winners], texts: Texts
) -> tuple[str, ...]:
    names = [comparison.names[place] for place in _order(comparison)]
    for one in best:
        if one.measure == FIRST and not isnan(one.shared[0]):
            told = [
                texts("side_by_side.best_of", name=name, share=share(texts, interval[0]))
                for name, interval in zip(names, one.alone, strict=True)
            ]
            equal = share(texts, one.shared[0])
            return (texts("side_by_side.best", told=", ".join(told), equal=equal),)
    return ()


def _notes(comparison: Comparison, texts: Texts) -> tuple[str, ...]:
    runs, years = texts.number(comparison.replications), comparison.scenarios[0].years
    said = [texts("side_by_side.runs", runs=runs, years=texts.number(years))]
    others = len(comparison.names) - 1
    if others > 1:
        said.append(texts("comparison.adjusted", n=texts.number(others)))
    return tuple(said)
