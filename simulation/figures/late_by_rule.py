"""Which of the fixed meetings are late, and how much that varies from year to year."""

from collections.abc import Sequence
from itertools import chain

from data.texts import Texts
from simulation.figures.picture import Picture
from simulation.figures.range_picture import About, Line, in_range, range_picture
from simulation.figures.ranges import Range
from simulation.results import Result
from simulation.study import Study, known_mean
from simulation.wording import lowered, plain


def late_by_rule(study: Study, texts: Texts) -> Picture:
    """Return late fixed meetings a year by rule: what nine in ten years lie between, and the mean."""
    due = {id: known_mean(_by_year(study.results, "due", id)) for id in _meetings(study, texts)}
    lines = {
        id: Line(
            name,
            Range.of(_by_year(study.results, "late", id)),
            Range.of(_by_year(study.base_results, "late", id)) if study.compared else None,
            lambda value: plain(texts, value, 0 if float(value).is_integer() else 1),
            (plain(texts, due[id], 1),),
        )
        for id, name in _meetings(study, texts).items()
    }
    worst = max(lines, key=lambda rule: lines[rule].now.mean)
    title = texts("figure.rule.title_none")
    if lines[worst].now.mean > 0:
        title = texts(
            "figure.rule.title_most",
            rule=lowered(lines[worst].name),
            range=in_range(lines[worst].now, lines[worst].write, texts),
            due=plain(texts, due[worst]),
        )
    about = About("rule", title, "years", "late_per_year", (texts("figure.rule.column_due"),))
    return range_picture(about, list(lines.values()), study, texts)


def _meetings(study: Study, texts: Texts) -> dict[str, str]:
    """Return the meetings that the rules ask for, by id; a rule that was renewed counts once."""
    return {
        rule.id: rule.name.en if texts.language == "en" else rule.name.da
        for rule in study.scenario.rules
        if rule.kind == "meeting"
    }


def _by_year(results: Sequence[Result], what: str, id: str) -> list[float]:
    return list(chain(*(getattr(result, f"{what}_by_year").get(id, ()) for result in results)))
