"""The answer of the capacity page as HTML: words first, then numbers, then figures with their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.texts import Texts
from widgets.page import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulation.answer import Answer
    from simulation.figures import Picture
    from simulation.headlines import Headline
    from simulation.study import Study


def study_html(study: Study, assumptions: Sequence[str], texts: Texts) -> str:
    """Return everything that is shown of *study*; takes seconds the first time, as it draws."""
    from simulation.answer import answer  # noqa: PLC0415 (these load NumPy, SciPy and Matplotlib)
    from simulation.figures import late_by_rule, late_days, over_time  # noqa: PLC0415
    from simulation.headlines import headlines  # noqa: PLC0415

    said = answer(study, texts)
    pictures = [draw(study, texts) for draw in (late_by_rule, over_time, late_days)]
    legend = texts("headline.legend", years=study.scenario.years)
    return "".join(
        (
            answer_html(said, texts),
            headlines_html(headlines(study, texts), legend),
            f"<h2>{safe(texts('capacity.figures'))}</h2>",
            *(figure_html(picture, texts) for picture in pictures),
            _list(texts("capacity.not_modelled"), said.limits),
            _list(
                texts("capacity.assumptions"), assumptions, texts("capacity.assumptions_explained")
            ),
        )
    )


def answer_html(answer: Answer, texts: Texts) -> str:
    """Return the answer in words."""
    kind = " vv-cannot-hold" if answer.verdict == "cannot_hold" else ""
    first, *rest = answer.holding
    changes = ""
    if answer.changes:
        changes = f"<p>{safe(' '.join(answer.changes))}</p>"
    if len(answer.changes) > 1:
        changes = f"<h3>{safe(texts('capacity.change'))}</h3>{changes}"
    return (
        f"<h2>{safe(texts('capacity.answer'))}</h2>"
        f'<div class="vv-answer{kind}" data-verdict="{answer.verdict}">'
        f"<p><strong>{safe(first)}</strong> {safe(' '.join(rest))}</p>"
        f"<p>{safe(' '.join(answer.certainty))}</p><p>{safe(' '.join(answer.meaning))}</p></div>"
        f"{changes}"
    )


def headlines_html(headlines: Iterable[Headline], legend: str) -> str:
    """Return the headline numbers as a list of terms."""
    parts = []
    for one in headlines:
        change = ""
        if one.change:
            kind = "" if one.better == "neither" else f' class="vv-{one.better}"'
            change = f"<dd{kind}>{safe(one.change)}</dd>"
        parts.append(
            f'<div class="vv-headline" data-headline="{one.id}"><dt>{safe(one.label)}</dt>'
            f'<dd>{safe(one.value)}</dd><dd class="vv-range">{safe(one.mean)}</dd>{change}</div>'
        )
    return f'<dl class="vv-headlines">{"".join(parts)}</dl><p class="vv-control-note">{safe(legend)}</p>'


def figure_html(picture: Picture, texts: Texts) -> str:
    """Return a figure under its finding, with its table folded below it."""
    return (
        f"<h3>{safe(picture.title)}</h3>"
        f'<figure class="vv-figure" role="img" aria-label="{safe(picture.alternative)}">'
        f"{picture.svg}</figure>"
        f'<details class="vv-source"><summary>{safe(texts("capacity.table"))}</summary>'
        f"{_table(picture)}</details>"
    )


def _table(picture: Picture) -> str:
    head = "".join(f'<th scope="col">{safe(column)}</th>' for column in picture.columns)
    rows = "".join(
        f'<tr><th scope="row">{safe(first)}</th>'
        + "".join(f"<td>{safe(cell)}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in picture.rows
    )
    return (
        f'<div class="vv-scroll"><table class="vv-table"><caption>{safe(picture.title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _list(heading: str, entries: Iterable[str], lead: str = "") -> str:
    said = f"<p>{safe(lead)}</p>" if lead else ""
    return (
        f"<h2>{safe(heading)}</h2>{said}<ul>{''.join(f'<li>{safe(e)}</li>' for e in entries)}</ul>"
    )
