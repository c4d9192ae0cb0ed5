"""How much of the regular contact is not delivered, and why."""

from collections.abc import Sequence
from functools import partial

from data.texts import Texts
from simulation.figures.picture import Picture
from simulation.figures.range_picture import About, Line, in_range, range_picture
from simulation.figures.ranges import Range, Scale
from simulation.figures.shares import percent_ticks
from simulation.results import Result
from simulation.study import Study, known_mean
from simulation.wording import plain, share

WHY = ("no_time", "no_coordinator")
_LEAST = 0.1
"""The axis reaches at least a tenth, so that little looks like little."""


def missed_contact(study: Study, texts: Texts) -> Picture:
    """Return the share of contact hours that lapse in a single year, in all and by why."""
    write = partial(share, texts)
    kinds: tuple[tuple[str, ...], ...] = (WHY, *((why,) for why in WHY))
    lines = [
        Line(
            texts(f"figure.missed.{'all' if why == WHY else why[0]}"),
            Range.of(_shares(study.results, why)),
            Range.of(_shares(study.base_results, why)) if study.compared else None,
            write,
            (plain(texts, known_mean(_hours(study.results, why))),),
        )
        for why in kinds
    ]
    whole, *parts = lines
    title = texts("figure.missed.title_none")
    if not whole.now.known:
        title = texts("figure.missed.title_unknown")
    elif whole.now.mean > 0:
        worst = max(range(len(parts)), key=lambda place: parts[place].now.mean)
        reason = texts(f"figure.missed.because_{WHY[worst]}")
        title = texts("figure.missed.title", range=in_range(whole.now, write, texts), reason=reason)
    hours = texts("figure.missed.column_hours")
    scale = Scale("", "", percent_ticks, least=_LEAST)
    about = About("missed", title, "years", "missed_contact_share", (hours,), scale=scale)
    return range_picture(about, lines, study, texts)


def _hours(results: Sequence[Result], why: tuple[str, ...]) -> list[float]:
    """Return the hours that lapsed for *why* in each year of all runs."""
    return [
        sum(each)
        for result in results
        for each in zip(*(result.by_year[f"contact_hours_{one}"] for one in why), strict=True)
    ]


def _shares(results: Sequence[Result], why: tuple[str, ...]) -> list[float]:
    delivered = [hours for result in results for hours in result.by_year["contact_hours"]]
    due = [d + m for d, m in zip(delivered, _hours(results, WHY), strict=True)]
    return [m / d for m, d in zip(_hours(results, why), due, strict=True) if d > 0]
