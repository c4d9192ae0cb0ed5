"""What the late days are due to."""

from typing import TYPE_CHECKING

from data.texts import Texts
from simulation.codes import CAUSES
from simulation.figures.picture import GROUND, NOW, SIZE, TODAY, Picture, clean, draw, number_ticks
from simulation.study import Study
from simulation.wording import counted, lowered, plain, share

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def late_days(study: Study, texts: Texts) -> Picture:
    """Return the late days a year by cause, all fixed meetings together."""
    days, today = study.late_days_by_cause, study.base_late_days_by_cause
    total = sum(days.values())
    title = texts("figure.cause.title_none")
    if total > 0:
        worst = max(days, key=lambda cause: days[cause])
        name = lowered(texts(f"cause.{worst}.short"))
        title = texts(
            "figure.cause.title_most", cause=name, share=share(texts, days[worst] / total)
        )
    columns = ["cause", "days", "share", *(["today"] if today else [])]
    said = [_said(cause, days, today, texts) for cause in CAUSES]
    return Picture(
        title=title,
        alternative=texts("figure.cause.alt", rows=" ".join(said)),
        drawing=draw("cause", 4.6, lambda figure: _paint(figure, days, today, texts)),
        columns=tuple(texts(f"figure.cause.column_{column}") for column in columns),
        rows=tuple(_written(cause, days, today, total, texts) for cause in CAUSES),
    )


def _said(cause: str, days: dict[str, float], today: dict[str, float], texts: Texts) -> str:
    slots = {"cause": texts(f"cause.{cause}.short"), "days": counted(texts, "days", days[cause])}
    if not today:
        return texts("figure.cause.alt_row", **slots)
    return texts("figure.cause.alt_row_today", **slots, today=plain(texts, today[cause]))


def _written(
    cause: str, days: dict[str, float], today: dict[str, float], total: float, texts: Texts
) -> tuple[str, ...]:
    part = share(texts, days[cause] / total if total else float("nan"))
    row = (texts(f"cause.{cause}.short"), plain(texts, days[cause]), part)
    return (*row, plain(texts, today[cause])) if today else row


def _paint(figure: "Figure", days: dict[str, float], today: dict[str, float], texts: Texts) -> None:
    axes = figure.subplots()
    clean(axes, grid="x")
    for place, cause in enumerate(CAUSES):
        axes.barh(place, days[cause], height=0.5, color=NOW)
        if today:
            axes.plot(today[cause], place, "D", color=TODAY, markerfacecolor=GROUND, markersize=9)
        words = plain(texts, days[cause])
        if today:
            words = f"{words} ({texts('figure.today')} {plain(texts, today[cause])})"
        far = max(days[cause], today.get(cause, 0.0))
        axes.annotate(words, (far, place), xytext=(12, 0), textcoords="offset points", va="center")
    axes.set_yticks(range(len(CAUSES)), [texts(f"cause.{cause}.short") for cause in CAUSES])
    axes.set_ylim(len(CAUSES) - 0.5, -0.5)
    axes.set_xlim(0, 1.25 * max([1.0, *days.values(), *today.values()]))
    number_ticks(axes, texts, along="x")
    axes.set_xlabel(texts("figure.cause.axis"), fontsize=SIZE)
