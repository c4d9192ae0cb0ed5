"""The answer as HTML: words first, then numbers; and a figure under its finding with its table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.texts import Texts
from widgets.page import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulation.answer import Answer
    from simulation.figures import Picture
    from simulation.headlines import Headline
    from simulation.study import Study


def words_html(study: Study, texts: Texts) -> str:
    """Return what *study* says in words."""
    from simulation.answer import answer  # noqa: PLC0415 (loads NumPy and SciPy)
    from simulation.wording import base_in_words  # noqa: PLC0415 (as above)

    return answer_html(answer(study, texts), base_in_words(study, texts), texts)


def numbers_html(study: Study, texts: Texts) -> str:
    """Return the headline numbers of *study*."""
    from simulation.headlines import headlines  # noqa: PLC0415 (loads NumPy and SciPy)
    from simulation.wording import base_in_words  # noqa: PLC0415 (as above)

    base = base_in_words(study, texts)
    legend = texts("headline.legend", years=study.scenario.years, base=base)
    return headlines_html(headlines(study, texts), legend)


def answer_html(answer: Answer, base: str, texts: Texts) -> str:
    """Return the answer in words, and what differs from *base*."""
    kind = " vv-cannot-hold" if answer.verdict == "cannot_hold" else ""
    first, *rest = answer.holding
    changes = ""
    if answer.changes:
        changes = f"<p>{safe(' '.join(answer.changes))}</p>"
    if len(answer.changes) == 1:
        changes += f"<p>{safe(texts('workbench.move'))}</p>"
    elif answer.changes:
        changes = f"<h3>{safe(texts('capacity.change', base=base))}</h3>{changes}"
    return (
        f'<div class="vv-answer{kind}" data-verdict="{answer.verdict}">'
        f"<p><strong>{safe(first)}</strong> {safe(' '.join(rest))}</p>"
        f"<p>{safe(' '.join(answer.certainty))}</p><p>{safe(' '.join(answer.meaning))}</p></div>"
        f'<div class="vv-answer-change">{changes}</div>'
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
        f"{picture_html(picture)}"
        f'<details class="vv-source"><summary>{safe(texts("capacity.table"))}</summary>'
        f"{table_html(picture)}</details>"
    )


def picture_html(picture: Picture) -> str:
    """Return a figure under its finding, and below it how it differs from the comparison."""
    note = f'<p class="vv-figure-note">{safe(picture.note)}</p>' if picture.note else ""
    return (
        f"<h3>{safe(picture.title)}</h3>"
        f'<figure class="vv-figure" role="img" aria-label="{safe(picture.alternative)}">'
        f"{picture.svg}</figure>{note}"
    )


def foot_html(limits: Iterable[str], assumptions: Iterable[str], texts: Texts) -> str:
    """Return what the model says nothing about, and the assumptions that carry the answer."""
    return _list(texts("capacity.not_modelled"), limits) + _list(
        texts("capacity.assumptions"), assumptions, texts("capacity.assumptions_explained")
    )


def table_html(picture: Picture) -> str:
    """Return the numbers behind a figure as a table."""
    head = "".join(f'<th scope="col">{safe(column)}</th>' for column in picture.columns)
    rows = "".join(
        f'<tr><th scope="row">{safe(first)}</th>'
        + "".join(f"<td>{safe(cell)}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in picture.rows
    )
    return (
        # Wider than a narrow screen: whoever has no mouse must be able to scroll it.
        f'<div class="vv-scroll" role="group" tabindex="0" aria-label="{safe(picture.title)}">'
        f'<table class="vv-table"><caption>{safe(picture.title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _list(heading: str, entries: Iterable[str], lead: str = "") -> str:
    said = f"<p>{safe(lead)}</p>" if lead else ""
    return (
        f"<h2>{safe(heading)}</h2>{said}<ul>{''.join(f'<li>{safe(e)}</li>' for e in entries)}</ul>"
    )
