"""How many open cases a coordinator has, and how many youths wait for one, month by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from data.texts import Texts
from simulation.figures.picture import (
    BAND,
    LIMIT,
    NOW,
    QUIET,
    SIZE,
    TODAY,
    Margins,
    Picture,
    clean,
    draw,
    number_ticks,
)
from simulation.figures.range_picture import difference_note
from simulation.figures.ranges import short
from simulation.study import Study, known_mean
from simulation.summary import TAIL, prediction
from simulation.wording import base_in_words, between, counted, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MONTHS = 12
AT_CEILING = 0.97
"""Share of the ceiling from which coordinators are called full."""
NOBODY, HARDLY_ANYBODY = 0.02, 0.5
"""Youths on average below which nobody, or hardly anybody, is said to be without a coordinator."""


@dataclass(frozen=True, slots=True)
class _Course:
    """One series over time: mean, and what nine in ten periods lie between."""

    mean: list[float]
    low: list[float]
    high: list[float]

    @classmethod
    def of(cls, runs: Sequence[Sequence[float]]) -> "_Course":
        table = np.array(runs, dtype=float).reshape(len(runs), -1)
        if not np.isnan(table).any() and table.size:
            low, high = np.quantile(table, (TAIL, 1 - TAIL), axis=0, method="inverted_cdf")
            return cls(table.mean(axis=0).tolist(), low.tolist(), high.tolist())
        steps = [list(step) for step in zip(*runs, strict=True)]
        ends = [prediction(step) for step in steps]
        lows, highs = [low for low, _ in ends], [high for _, high in ends]
        return cls([known_mean(step) for step in steps], lows, highs)


@dataclass(frozen=True, slots=True)
class _Courses:
    """Cases and youths waiting, of the scenario and of what it is held against."""

    cases: _Course
    waiting: _Course
    cases_before: _Course | None
    waiting_before: _Course | None


def over_time(study: Study, texts: Texts) -> Picture:
    """Return open cases per coordinator against the ceiling, and youths without a coordinator."""
    by_year = _courses(study, MONTHS)
    years = range(len(by_year.cases.mean))
    note = difference_note("caseload_mean", study, texts)
    alternative = texts(
        "figure.time.alt",
        years=len(years),
        rows=" ".join(_said(year, by_year, study, texts) for year in years),
    )
    return Picture(
        title=_title(study, by_year.cases, by_year.waiting, texts),
        alternative=f"{alternative} {note}".rstrip(),
        drawing=draw(
            "time",
            3.6,
            lambda figure: _paint(figure, study, texts),
            Margins(left=0.5, top=0.4, between=0.14),
        ),
        columns=_columns(study, texts),
        rows=tuple(_written(year, by_year, texts) for year in years),
        note=note,
    )


def _courses(study: Study, months: int) -> _Courses:
    """Return the series with a step every so many *months*."""
    base = study.base_results if study.compared else ()

    def course(name: str, results: Sequence[object]) -> _Course:
        return _Course.of([_each(getattr(result, name), months) for result in results])

    return _Courses(
        course("caseload_by_month", study.results),
        course("waiting_by_month", study.results),
        course("caseload_by_month", base) if base else None,
        course("waiting_by_month", base) if base else None,
    )


def _each(series: Sequence[float], months: int) -> Sequence[float]:
    if months == 1:
        return series
    return [known_mean(series[at : at + months]) for at in range(0, len(series), months)]


def _title(study: Study, cases: _Course, waiting: _Course, texts: Texts) -> str:
    mean, without = known_mean(cases.mean), known_mean(waiting.mean)
    low, high = prediction([result.measures["waiting_mean"] for result in study.results])
    least, most = plain(texts, low), counted(texts, "youths", high)
    who = most if least == plain(texts, high) else between(texts, least, most)
    who = texts("figure.time.waiting_some", n=who)
    if without < HARDLY_ANYBODY:
        few = "none" if without < NOBODY else "few"
        who = texts(f"figure.time.waiting_{few}")
    ceiling = study.scenario.caseload_ceiling
    if mean >= AT_CEILING * ceiling:
        return texts("figure.time.title_at", ceiling=texts.number(ceiling), waiting=who)
    of = study.summary.caseload
    ends = between(texts, plain(texts, of.low, 1), plain(texts, of.high, 1))
    return texts("figure.time.title_below", range=ends, waiting=who)


def _said(year: int, of: _Courses, study: Study, texts: Texts) -> str:
    slots = {
        "year": year + 1,
        "cases": plain(texts, of.cases.mean[year], 1),
        "range": _range(of.cases, year, texts),
        "waiting": plain(texts, of.waiting.mean[year], 1),
    }
    if of.cases_before is None or of.waiting_before is None:
        return texts("figure.time.alt_row", **slots)
    return texts(
        "figure.time.alt_row_base",
        **slots,
        base=base_in_words(study, texts),
        before=plain(texts, of.cases_before.mean[year], 1),
        before_waiting=plain(texts, of.waiting_before.mean[year], 1),
    )


def _range(course: _Course, year: int, texts: Texts) -> str:
    return between(texts, plain(texts, course.low[year], 1), plain(texts, course.high[year], 1))


def _columns(study: Study, texts: Texts) -> tuple[str, ...]:
    names = ("range", "cases", "waiting_range", "waiting")
    own = [texts(f"figure.time.column_{name}") for name in names]
    year = texts("figure.time.column_year")
    if not study.compared:
        return (year, *own)
    base = base_in_words(study, texts)
    return (year, *own, *(texts("figure.column_base", base=base, column=column) for column in own))


def _written(year: int, of: _Courses, texts: Texts) -> tuple[str, ...]:
    row = [str(year + 1)]
    for course in (of.cases, of.waiting, of.cases_before, of.waiting_before):
        if course is not None:
            row += [_range(course, year, texts), plain(texts, course.mean[year], 1)]
    return tuple(row)


def _paint(figure: "Figure", study: Study, texts: Texts) -> None:
    left, right = figure.subplots(1, 2)
    by_month, base = _courses(study, 1), short(base_in_words(study, texts))
    _series(left, by_month.cases, by_month.cases_before, base, texts)
    _series(right, by_month.waiting, by_month.waiting_before, base, texts)
    ceiling = study.scenario.caseload_ceiling
    left.axhline(ceiling, color=LIMIT, linewidth=2)
    left.annotate(
        texts("figure.time.ceiling", n=texts.number(ceiling)),
        (0, ceiling),
        xycoords=("axes fraction", "data"),
        xytext=(4, 4),
        textcoords="offset points",
        ha="left",
        va="bottom",
        color=LIMIT,
    )
    left.set_ylim(0, max(1.18 * ceiling, left.get_ylim()[1]))
    right.set_ylim(0, max(1.0, right.get_ylim()[1]))
    for axes, name in ((left, "cases"), (right, "waiting")):
        number_ticks(axes, texts, along="y")
        axes.set_title(texts(f"figure.time.{name}"), loc="left", fontsize=SIZE, color=QUIET)
        axes.set_xlabel(texts("figure.time.axis"), fontsize=SIZE)


def _series(axes: "Axes", course: _Course, before: _Course | None, base: str, texts: Texts) -> None:
    clean(axes, grid="y")
    years = [(month + 0.5) / MONTHS for month in range(len(course.mean))]
    axes.fill_between(years, course.low, course.high, color=BAND, linewidth=0)
    axes.plot(years, course.mean, color=NOW, linewidth=2.5)
    last = _last_known(course.mean)
    tops = [1.0, *(high for high in course.high if not isnan(high))]
    labels = [(course.mean[last], texts("figure.now") if before else "", NOW)]
    if before is not None:
        tops += [value for value in before.mean if not isnan(value)]
        axes.plot(years, before.mean, color=TODAY, linewidth=2, linestyle=(0, (4, 2)))
        labels.append((before.mean[_last_known(before.mean)], base, TODAY))
    axes.set_xlim(0, years[-1] * (1.2 if before else 1.02))
    axes.set_ylim(0, 1.1 * max(tops))
    number_ticks(axes, texts, along="x")
    _at_the_end(axes, years[-1], labels)


def _at_the_end(axes: "Axes", x: float, labels: list[tuple[float, str, str]]) -> None:
    """Write the names of the series at their ends, moved apart where they would touch."""
    room = 0.09 * axes.get_ylim()[1]
    above = float("-inf")
    for y, words, colour in sorted(labels):
        at = max(y, above + room)
        above = at
        axes.annotate(
            words, (x, at), xytext=(5, 0), textcoords="offset points", va="center", color=colour
        )


def _last_known(values: list[float]) -> int:
    known = [place for place, value in enumerate(values) if not isnan(value)]
    return known[-1] if known else 0
