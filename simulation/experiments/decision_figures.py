"""The figures that a decision expects, and every measure behind them."""

from collections.abc import Iterable
from math import isfinite

import numpy as np

from data.decisions import FIGURES, Figure, FigureLine, Number
from data.texts import Texts
from simulation.headlines import in_words
from simulation.measure_words import joined, unit_of
from simulation.measures import MEASURES
from simulation.results import Result
from simulation.study import Study
from simulation.summary import Spread, Summary, spread, summarise
from simulation.wording import share


def figures(study: Study) -> tuple[Figure, ...]:
    """Return the figures that a decision on *study* expects."""
    today = summarise(study.base_results) if study.compared else None
    return tuple(_figure(id, study.summary, today) for id in FIGURES)


def figure_lines(expected: Iterable[Figure], texts: Texts) -> tuple[FigureLine, ...]:
    """Return the *expected* figures in words, as the workbench writes them."""
    return tuple(_line(figure, texts) for figure in expected)


def numbers(study: Study) -> tuple[Number, ...]:
    """Return every measure of *study*, what a leader reads first at the top: single years and youths."""
    mine, today = study.summary, summarise(study.base_results) if study.compared else None
    late = Number(
        "late_per_year",
        "years",
        unit_of("late_per_year"),
        **_spread(mine.late_per_year),
        **_today(today.late_per_year if today else None),
    )
    wait = Number(
        "wait_mean_days",
        "youths",
        unit_of("wait_mean_days"),
        **_spread(mine.wait_days),
        **_today(today.wait_days if today else None),
    )
    return late, wait, *(_measure(name, study) for name in MEASURES)


def _measure(name: str, study: Study) -> Number:
    mine = _of_runs(name, study.results)
    if not study.compared:
        return Number(name, "runs", unit_of(name), **_spread(mine))
    found = study.differences[name]
    return Number(
        name,
        "runs",
        unit_of(name),
        **_spread(mine),
        **_today(_of_runs(name, study.base_results)),
        difference=_known(found.mean),
        difference_low=_known(found.low),
        difference_high=_known(found.high),
    )


def _of_runs(name: str, results: Iterable[Result]) -> Spread:
    values = np.array([result.measures[name] for result in results])
    return spread(values, values)


def _spread(of: Spread) -> dict[str, float | None]:
    return {name: _known(getattr(of, name)) for name in ("low", "mean", "high")}


def _today(of: Spread | None) -> dict[str, float | None]:
    if of is None:
        return {}
    named = {"today_low": of.low, "today": of.mean, "today_high": of.high}
    return {name: _known(value) for name, value in named.items()}


def _known(value: float) -> float | None:
    return float(value) if isfinite(value) else None


def _figure(id: str, summary: Summary, today: Summary | None) -> Figure:
    if id == "breach":
        before = today.breach_17_5 if today else None
        return Figure(id, summary.breach_17_5, today=before)
    found = _spread_of(id, summary)
    before = _known(_spread_of(id, today).mean) if today else None
    return Figure(id, _known(found.mean), _known(found.low), _known(found.high), before)


def _spread_of(id: str, summary: Summary) -> Spread:
    spreads = {
        "late": summary.late_per_year,
        "wait": summary.wait_days,
        "caseload": summary.caseload,
        "kept": summary.kept_coordinator,
        "missed": summary.missed_contact,
        "load": summary.load,
        "cost_year": summary.cost_per_year,
        "cost_youth": summary.cost_per_youth_year,
    }
    return spreads[id]


def _line(figure: Figure, texts: Texts) -> FigureLine:
    mean = figure.mean if figure.mean is not None else float("nan")
    if figure.kind == "share" and figure.id in {"breach", "load"}:
        ends = [share(texts, end) for end in (figure.low, figure.high) if end is not None]
        today = "" if figure.today is None else share(texts, figure.today)
        between = joined(ends[0], ends[1], texts) if len(ends) == 2 else ""
        label = texts(f"decision.figure_{figure.id}")
        return FigureLine(figure.id, label, today, share(texts, mean), between)
    label = texts(f"headline.{figure.id}")
    low, high = (mean if end is None else end for end in (figure.low, figure.high))
    expected, between = in_words(figure.id, mean, low, high, texts)
    today = "" if figure.today is None else in_words(figure.id, figure.today, 0, 0, texts)[0]
    return FigureLine(figure.id, label, today, expected, between)
