"""What it costs a year, and which budget pays."""

from functools import partial
from typing import TYPE_CHECKING

from data.texts import Texts
from simulation.codes import PURSES
from simulation.figures.picture import Picture
from simulation.figures.range_picture import About, Line, in_range, range_picture
from simulation.figures.ranges import Range, Scale
from simulation.study import Study
from simulation.wording import MILLION, lowered, money, plain, share

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LEAST = 100_000.0
"""DKK that the axis reaches at least."""


def cost_by_purse(study: Study, texts: Texts) -> Picture:
    """Return DKK a year by the budget that pays, the sum first; coordinators' posts and meeting hours."""
    total = _line("cost_per_year_dkk", texts("figure.cost.all"), "", study, texts)
    lines = {
        purse: _line(
            f"cost_{purse}_per_year_dkk",
            texts(f"figure.cost.{purse}"),
            plain(
                texts, Range.of([r.measures[f"hours_{purse}_per_year"] for r in study.results]).mean
            ),
            study,
            texts,
        )
        for purse in PURSES
    }
    most = max(lines, key=lambda purse: lines[purse].now.mean)
    title = texts("figure.cost.title_nothing")
    if total.now.mean > 0:
        title = texts(
            "figure.cost.title",
            range=in_range(total.now, total.write, texts),
            purse=lowered(lines[most].name),
            share=share(texts, lines[most].now.mean / total.now.mean),
        )
    about = About(
        "cost",
        title,
        "periods",
        "cost_per_year_dkk",
        (texts("figure.cost.column_hours"),),
        scale=Scale("", "", _money_ticks, least=_LEAST),
    )
    return range_picture(about, [total, *lines.values()], study, texts)


def _line(measure: str, name: str, hours: str, study: Study, texts: Texts) -> Line:
    now = Range.of([result.measures[measure] for result in study.results])
    before = None
    if study.compared:
        before = Range.of([result.measures[measure] for result in study.base_results])
    return Line(name, now, before, partial(money, texts), (hours,))


def _money_ticks(axes: "Axes", texts: Texts) -> None:
    """Write the numbers along the lower axis as millions of DKK."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415 (slow to load)

    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: texts.number(value / MILLION, 1 if value else 0))
    )
