"""How many open cases a coordinator has, and how many youths wait for one, month by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

from data.texts import Texts
from simulation.figures.picture import (
    BAND,
    LIMIT,
    NOW,
    QUIET,
    SIZE,
    TODAY,
    Picture,
    clean,
    draw,
    number_ticks,
)
from simulation.study import Study, known_mean
from simulation.summary import prediction
from simulation.wording import between, plain

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
        steps = [list(step) for step in zip(*runs, strict=True)]
        ends = [prediction(step) for step in steps]
        lows, highs = [low for low, _ in ends], [high for _, high in ends]
        return cls([known_mean(step) for step in steps], lows, highs)


def over_time(study: Study, texts: Texts) -> Picture:
    """Return open cases per coordinator against the ceiling, and youths without a coordinator."""
    cases = _Course.of([_yearly(result.caseload_by_month) for result in study.results])
    waiting = _Course.of([_yearly(result.waiting_by_month) for result in study.results])
    today = [_yearly(result.caseload_by_month) for result in study.base_results]
    before = _Course.of(today).mean if study.compared else []
    names = ["year", "cases", "range", "waiting", "waiting_range", *(["today"] if before else [])]
    years = range(len(cases.mean))
    return Picture(
        title=_title(study, cases, waiting, texts),
        alternative=texts(
            "figure.time.alt",
            years=len(years),
            rows=" ".join(_said(year, cases, waiting, texts) for year in years),
        ),
        drawing=draw("time", 3.4, lambda figure: _paint(figure, study, texts)),
        columns=tuple(texts(f"figure.time.column_{name}") for name in names),
        rows=tuple(_written(year, cases, waiting, before, texts) for year in years),
    )


def _yearly(months: Sequence[float]) -> list[float]:
    return [known_mean(months[at : at + MONTHS]) for at in range(0, len(months), MONTHS)]


def _title(study: Study, cases: _Course, waiting: _Course, texts: Texts) -> str:
    mean, without = known_mean(cases.mean), known_mean(waiting.mean)
    who = texts("figure.time.waiting_some", n=plain(texts, without, 1))
    if without < HARDLY_ANYBODY:
        few = "none" if without < NOBODY else "few"
        who = texts(f"figure.time.waiting_{few}")
    ceiling = study.scenario.caseload_ceiling
    if mean >= AT_CEILING * ceiling:
        return texts("figure.time.title_at", ceiling=texts.number(ceiling), waiting=who)
    return texts("figure.time.title_below", cases=plain(texts, mean, 1), waiting=who)


def _said(year: int, cases: _Course, waiting: _Course, texts: Texts) -> str:
    return texts(
        "figure.time.alt_row",
        year=year + 1,
        cases=plain(texts, cases.mean[year], 1),
        low=plain(texts, cases.low[year], 1),
        high=plain(texts, cases.high[year], 1),
        waiting=plain(texts, waiting.mean[year], 1),
    )


def _written(
    year: int, cases: _Course, waiting: _Course, before: list[float], texts: Texts
) -> tuple[str, ...]:
    row = [str(year + 1)]
    for course in (cases, waiting):
        low, high = plain(texts, course.low[year], 1), plain(texts, course.high[year], 1)
        row += [plain(texts, course.mean[year], 1), between(texts, low, high)]
    return (*row, *([plain(texts, before[year], 1)] if before else []))


def _paint(figure: "Figure", study: Study, texts: Texts) -> None:
    left, right = figure.subplots(1, 2)
    base = study.base_results if study.compared else ()
    cases = _Course.of([result.caseload_by_month for result in study.results])
    waiting = _Course.of([result.waiting_by_month for result in study.results])
    _series(left, cases, [result.caseload_by_month for result in base], texts)
    _series(right, waiting, [result.waiting_by_month for result in base], texts)
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


def _series(axes: "Axes", course: _Course, base: Sequence[Sequence[float]], texts: Texts) -> None:
    clean(axes, grid="y")
    years = [(month + 0.5) / MONTHS for month in range(len(course.mean))]
    axes.fill_between(years, course.low, course.high, color=BAND, linewidth=0)
    axes.plot(years, course.mean, color=NOW, linewidth=2.5)
    last = _last_known(course.mean)
    tops = [1.0, *(high for high in course.high if not isnan(high))]
    labels = [(course.mean[last], texts("figure.now") if base else "", NOW)]
    if base:
        before = _Course.of(base).mean
        tops += [value for value in before if not isnan(value)]
        axes.plot(years, before, color=TODAY, linewidth=2, linestyle=(0, (4, 2)))
        labels.append((before[_last_known(before)], texts("figure.today"), TODAY))
    axes.set_xlim(0, years[-1] * (1.2 if base else 1.02))
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
