"""Which of the fixed meetings are late, and how much that varies from year to year."""

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from data.texts import Texts
from simulation.figures.picture import GROUND, NOW, SIZE, TODAY, Picture, clean, draw, number_ticks
from simulation.results import Result
from simulation.study import Study, known_mean
from simulation.summary import prediction
from simulation.wording import between, lowered, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    due: float
    late: float
    low: float
    high: float
    today: float | None
    today_low: float
    today_high: float


def late_by_rule(study: Study, texts: Texts) -> Picture:
    """Return late fixed meetings a year by rule: mean and what nine in ten years lie between."""
    rows = _rows(study, texts)
    worst = max(rows, key=lambda row: row.late)
    title = texts("figure.rule.title_none")
    if worst.late > 0:
        late, due = plain(texts, worst.late, 1), plain(texts, worst.due, 1)
        title = texts("figure.rule.title_most", rule=lowered(worst.name), late=late, due=due)
    columns = ["rule", "due", "late", "range", *(["today"] if study.compared else [])]
    return Picture(
        title=title,
        alternative=texts("figure.rule.alt", rows=" ".join(_said(row, texts) for row in rows)),
        drawing=draw("rule", 3.2, lambda figure: _paint(figure, rows, texts)),
        columns=tuple(texts(f"figure.rule.column_{column}") for column in columns),
        rows=tuple(_written(row, texts) for row in rows),
    )


def _rows(study: Study, texts: Texts) -> list[_Row]:
    found = []
    for id, name in _meetings(study, texts).items():
        late = _by_year(study.results, id)
        today = _by_year(study.base_results, id) if study.compared else []
        found.append(
            _Row(
                name,
                known_mean(list(chain(*(r.due_by_year.get(id, ()) for r in study.results)))),
                known_mean(late),
                *prediction(late),
                known_mean(today) if study.compared else None,
                *prediction(today),
            )
        )
    return found


def _meetings(study: Study, texts: Texts) -> dict[str, str]:
    """Return the meetings that the rules ask for, by id; a rule that was renewed counts once."""
    return {
        rule.id: rule.name.en if texts.language == "en" else rule.name.da
        for rule in study.scenario.rules
        if rule.kind == "meeting"
    }


def _by_year(results: "Sequence[Result]", id: str) -> list[float]:
    return list(chain(*(result.late_by_year.get(id, ()) for result in results)))


def _range(row: _Row, texts: Texts) -> str:
    return between(texts, plain(texts, row.low), plain(texts, row.high))


def _said(row: _Row, texts: Texts) -> str:
    slots = {
        "rule": row.name,
        "late": plain(texts, row.late, 1),
        "due": plain(texts, row.due, 1),
        "range": _range(row, texts),
    }
    if row.today is None:
        return texts("figure.rule.alt_row", **slots)
    return texts("figure.rule.alt_row_today", **slots, today=plain(texts, row.today, 1))


def _written(row: _Row, texts: Texts) -> tuple[str, ...]:
    today = () if row.today is None else (plain(texts, row.today, 1),)
    numbers = (plain(texts, row.due, 1), plain(texts, row.late, 1), _range(row, texts))
    return (row.name, *numbers, *today)


def _paint(figure: "Figure", rows: list[_Row], texts: Texts) -> None:
    axes = figure.subplots()
    clean(axes, grid="x")
    for place, row in enumerate(rows):
        shift = 0.0 if row.today is None else 0.16
        axes.plot([row.low, row.high], [place - shift] * 2, color=NOW, linewidth=3)
        axes.plot(row.late, place - shift, "o", color=NOW, markersize=11)
        label = plain(texts, row.late, 1)
        if row.today is not None:
            axes.plot(
                [row.today_low, row.today_high], [place + shift] * 2, color=TODAY, linewidth=1
            )
            axes.plot(
                row.today, place + shift, "D", color=TODAY, markerfacecolor=GROUND, markersize=8
            )
            _beside(
                figure,
                row.today_high,
                place + shift,
                _named(row.today, "today", place, texts),
                TODAY,
            )
            label = _named(row.late, "now", place, texts)
        _beside(figure, row.high, place - shift, label, NOW)
    axes.set_yticks(range(len(rows)), [row.name for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    greatest = max(
        [
            1.0,
            *(row.high for row in rows),
            *(row.today_high for row in rows if row.today is not None),
        ]
    )
    axes.set_xlim(-0.02 * greatest, 1.22 * greatest)
    number_ticks(axes, texts, along="x")
    axes.set_xlabel(texts("figure.rule.axis"), fontsize=SIZE)


def _named(value: float, series: str, place: int, texts: Texts) -> str:
    """Return the number; in the first row with the name of its series, which replaces a legend."""
    number = plain(texts, value, 1)
    return f"{number} {texts(f'figure.{series}')}" if place == 0 else number


def _beside(figure: "Figure", x: float, y: float, words: str, colour: str) -> None:
    figure.axes[0].annotate(
        words, (x, y), xytext=(12, 0), textcoords="offset points", va="center", color=colour
    )
