"""How much of the hours that each role has is used, and whether the coordinators' are enough."""

from collections.abc import Sequence
from functools import partial

from data.texts import Texts
from simulation.codes import ROLES
from simulation.figures.picture import Picture
from simulation.figures.range_picture import About, Line, in_range, range_picture
from simulation.figures.ranges import Range, Scale
from simulation.figures.shares import percent_ticks
from simulation.results import Result
from simulation.study import Study, known_mean
from simulation.wording import plain, share


def hours_by_role(study: Study, texts: Texts) -> Picture:
    """Return hours used against hours available a year: coordinators on cases, the others in meetings."""
    write = partial(share, texts)
    load = Line(
        texts("figure.hours.load"),
        Range.of([result.measures["load"] for result in study.results]),
        Range.of([result.measures["load"] for result in study.base_results])
        if study.compared
        else None,
        write,
        ("", ""),
    )
    lines = [load, *(_line(role, study, texts) for role in ("coordinator", *ROLES))]
    needs, used = load.now, lines[1].now
    title = texts("figure.hours.title_used", range=in_range(used, write, texts))
    if needs.mean > 1:
        title = texts("figure.hours.title_beyond", range=in_range(needs, write, texts))
    elif not used.known:
        title = texts("figure.hours.title_unknown")
    about = About(
        "hours",
        title,
        "years",
        "load",
        (texts("figure.hours.column_used"), texts("figure.hours.column_available")),
        scale=Scale("", "", percent_ticks, limit=(1.0, texts("figure.hours.limit"))),
    )
    return range_picture(about, lines, study, texts)


def _line(role: str, study: Study, texts: Texts) -> Line:
    hours = [
        plain(texts, known_mean(_by_year(study.results, name)))
        for name in (f"{role}_hours", f"{role}_hours_available")
    ]
    return Line(
        texts(f"figure.hours.{role}"),
        _used(study.results, role),
        _used(study.base_results, role) if study.compared else None,
        partial(share, texts),
        (hours[0], hours[1]),
        texts("figure.hours.below", used=hours[0], available=hours[1]),
    )


def _used(results: Sequence[Result], role: str) -> Range:
    """Return what share of the hours is used in single years; a year without hours has none."""
    used, available = (
        _by_year(results, name) for name in (f"{role}_hours", f"{role}_hours_available")
    )
    return Range.of([u / a for u, a in zip(used, available, strict=True) if a > 0])


def _by_year(results: Sequence[Result], name: str) -> list[float]:
    return [value for result in results for value in result.by_year[name]]
