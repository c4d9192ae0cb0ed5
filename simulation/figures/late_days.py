"""What the late days are due to."""

from collections.abc import Sequence

from data.texts import Texts
from simulation.codes import CAUSES
from simulation.figures.picture import Picture
from simulation.figures.range_picture import About, Line, in_range, range_picture
from simulation.figures.ranges import Range
from simulation.results import Result
from simulation.study import Study
from simulation.wording import lowered, plain, share


def late_days(study: Study, texts: Texts) -> Picture:
    """Return the late days a year by cause, all fixed meetings together; the whole run is a period."""
    days = study.late_days_by_cause
    total = sum(days.values())
    lines = [
        Line(
            texts(f"cause.{cause}.short"),
            _range(study.results, cause, study.scenario.years),
            _range(study.base_results, cause, study.base.years)
            if study.base and study.compared
            else None,
            lambda value: plain(texts, value),
            (share(texts, days[cause] / total if total else float("nan")),),
        )
        for cause in CAUSES
    ]
    title = texts("figure.cause.title_none")
    if total > 0:
        worst = max(days, key=lambda cause: days[cause])
        line = lines[CAUSES.index(worst)]
        title = texts(
            "figure.cause.title_most",
            cause=lowered(line.name),
            range=in_range(line.now, line.write, texts),
            share=share(texts, days[worst] / total),
        )
    heads = (texts("figure.cause.column_share"),)
    about = About("cause", title, "periods", "late_days", heads, per_year=True)
    return range_picture(about, lines, study, texts)


def _range(results: Sequence[Result], cause: str, years: int) -> Range:
    return Range.of([result.measures[f"late_days_{cause}"] / years for result in results])
