"""How often each staffing that was tried kept the promise, against how often it must."""

from textwrap import wrap
from typing import TYPE_CHECKING

from data.texts import Texts
from simulation.experiments.offered import kept_to, often_in_words
from simulation.experiments.quantities import quantity
from simulation.experiments.staffing import COST, Search, Staffing
from simulation.figures.measured import NAME_WIDTH, name_rows
from simulation.figures.picture import GROUND, LIMIT, NOW, QUIET, SIZE, Picture, clean, draw
from simulation.measure_words import joined
from simulation.wording import lowered, money, share

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_SHOWN = 12
"""Staffings that are drawn; the table has all."""
_COLOURS = {"keeps": NOW, "breaks": QUIET, "unclear": QUIET, "open": QUIET}


def staffings(search: Search, texts: Texts) -> Picture:
    """Return the share of years (or runs) in which each staffing kept the promise, with its interval.

    The name of a staffing leaves out what is as in the base of the search.

    Raises :exc:`ValueError` where none was tried yet.
    """
    if not search.tried:
        raise ValueError("the search has tried no staffing yet; there is nothing to draw")
    shown = _shown(search)
    level = "year" if quantity(search.promise.measure).level == "year" else "run"
    said = " ".join(_said(one, search, texts) for one in search.tried)
    of = texts(f"figure.staffings.of_{level}")
    asked, often = share(texts, search.probability), often_in_words(search.probability, texts)
    columns = ("staffing", "kept", "kept_range", "verdict", "range", "cost")
    return Picture(
        title=_title(search, texts),
        alternative=texts("figure.staffings.alt", of=of, asked=asked, rows=said),
        drawing=draw(
            "staffings",
            1.5 + _row(shown, search, texts) * len(shown),
            lambda figure: _paint(figure, shown, search, of, texts),
        ),
        columns=tuple(texts(f"figure.staffings.column_{name}", often=often) for name in columns),
        rows=tuple(_written(one, search, texts) for one in search.tried),
    )


def _row(shown: list[Staffing], search: Search, texts: Texts) -> float:
    """Return the inches of a row: the longest name goes on in several lines."""
    names = (one.name(texts, search.base) for one in shown)
    return 0.25 + 0.25 * max(len(wrap(name, NAME_WIDTH)) for name in names)


def _shown(search: Search) -> list[Staffing]:
    """Return the staffings worth seeing, in the order of the range."""
    if len(search.tried) <= MOST_SHOWN:
        return list(search.tried)
    told = [search.chosen, *search.below, search.likely, search.nearest, *search.smallest]
    kept = {one.values: one for one in told if one is not None}
    near = sorted(search.tried, key=lambda one: abs(one.kept - search.probability))
    for one in near:
        kept.setdefault(one.values, one)
    most = list(kept)[:MOST_SHOWN]
    return [one for one in search.tried if one.values in most]


def _title(search: Search, texts: Texts) -> str:
    chosen, likely = search.chosen, search.likely
    if chosen is not None and likely is not None and chosen.values == likely.values:
        return texts("figure.staffings.title", staffing=chosen.name(texts, search.base))
    if search.status == "none":
        return texts("figure.staffings.title_none", asked=share(texts, search.probability))
    if search.likely is None:
        return texts("figure.staffings.title_unclear")
    return texts("figure.staffings.title_likely", staffing=search.likely.name(texts, search.base))


def _written(one: Staffing, search: Search, texts: Texts) -> tuple[str, ...]:
    costs = sum(result.measures[COST] for result in one.results) / one.replications
    return (
        one.name(texts, search.base),
        share(texts, one.kept),
        joined(share(texts, one.low), share(texts, one.high), texts),
        texts(f"figure.staffings.{one.verdict}"),
        kept_to(search.promise, search.probability, one.results, texts),
        money(texts, costs),
    )


def _said(one: Staffing, search: Search, texts: Texts) -> str:
    name, kept, kept_range, verdict, limit, cost = _written(one, search, texts)
    return texts(
        "figure.staffings.alt_row",
        staffing=name,
        kept=kept,
        ends=kept_range,
        verdict=lowered(verdict),
        limit=limit,
        often=often_in_words(search.probability, texts),
        cost=cost,
    )


def _paint(figure: "Figure", shown: list[Staffing], search: Search, of: str, texts: Texts) -> None:
    from matplotlib.ticker import FuncFormatter  # noqa: PLC0415 (slow to load)

    axes = figure.subplots()
    clean(axes, grid="x")
    axes.axvline(search.probability, color=LIMIT, linewidth=2, linestyle=(0, (4, 3)))
    axes.annotate(
        texts("figure.staffings.asked", asked=share(texts, search.probability)),
        (search.probability, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 4),
        textcoords="offset points",
        ha="center",
        color=LIMIT,
        fontsize=SIZE - 1,
    )
    for place, one in enumerate(shown):
        _mark(axes, place, one, chosen=one is search.chosen, texts=texts)
    name_rows(axes, [one.name(texts, search.base) for one in shown])
    axes.set_xlim(0, 1.42)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: texts.percent(value)))
    axes.set_xlabel(texts("figure.staffings.axis", of=of), fontsize=SIZE)


def _mark(axes: "Axes", place: int, one: Staffing, *, chosen: bool, texts: Texts) -> None:
    """Draw one staffing: a line for its interval, a filled dot where it surely keeps the promise."""
    colour = _COLOURS[one.verdict]
    axes.plot([one.low, one.high], [place, place], color=colour, linewidth=5 if chosen else 2.5)
    ground = colour if one.verdict == "keeps" else GROUND
    mark = "X" if one.verdict == "breaks" else "o"
    axes.plot(one.kept, place, mark, color=colour, markerfacecolor=ground, markersize=9)
    words = texts(
        "figure.staffings.label", kept=share(texts, one.kept), verdict=_verdict(one, texts)
    )
    axes.annotate(
        words, (1.03, place), va="center", color=colour, weight="bold" if chosen else "normal"
    )


def _verdict(one: Staffing, texts: Texts) -> str:
    return lowered(texts(f"figure.staffings.{one.verdict}"))
