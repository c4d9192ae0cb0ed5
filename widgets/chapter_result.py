"""The answer of a chapter's experiment as HTML: words first, then each number with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.page import safe

if TYPE_CHECKING:
    from data.texts import Texts
    from simulation.chapter_answer import Bar, ChapterAnswer, Finding

WIDTH, HEIGHT, MARGIN = 160, 16, 8
"""Pixels of a bar; the margin leaves room for the dot at an end."""


def result_html(answer: ChapterAnswer, texts: Texts) -> str:
    """Return the words of *answer*, the table of its numbers, and what they rest on."""
    return (
        f"<h4>{safe(texts('chapter_experiment.answer'))}</h4>{_words(answer)}"
        f"{_table(answer, texts)}"
        f'<p class="vv-experiment-note">{safe(answer.basis)}</p>'
    )


def _words(answer: ChapterAnswer) -> str:
    kind = " vv-cannot-hold" if answer.troubles else ""
    listed = "".join(
        f'<li data-measure="{safe(one.measure)}" data-change="{one.change or ""}">'
        f"{safe(' '.join(one.said))}</li>"
        for one in answer.findings
    )
    asides = f"<p>{safe(' '.join(answer.asides))}</p>" if answer.asides else ""
    troubles = ""
    if answer.troubles:
        first, *why = answer.troubles
        troubles = f"<p><strong>{safe(first)}</strong> {safe(' '.join(why))}</p>"
    return (
        f'<div class="vv-answer{kind}" role="status"><p>{safe(answer.tried)}</p>'
        f"<ul>{listed}</ul>{asides}{troubles}</div>"
    )


def _table(answer: ChapterAnswer, texts: Texts) -> str:
    tried = any(one.change is not None for one in answer.findings)
    caption = texts(f"chapter_experiment.{'caption' if tried else 'caption_today'}")
    columns = {
        "what": "vv-words",
        "which": "vv-words",
        "range": "",
        "mean": "",
        "picture": "vv-reach",
    }
    head = "".join(
        f'<th scope="col" class="{kind}">{safe(texts(f"chapter_experiment.column_{name}"))}</th>'
        for name, kind in columns.items()
    )
    body = "".join(_group(one) for one in answer.findings)
    return (
        f'<div class="vv-scroll"><table class="vv-table"><caption>{safe(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead>{body}</table></div>"
    )


def _group(finding: Finding) -> str:
    """Return the rows of one measure: as today, and as tried."""
    heading = (
        f'<th scope="rowgroup" class="vv-words" rowspan="{len(finding.bars)}">'
        f"{safe(finding.label)}<br><small>{safe(finding.of)}</small></th>"
    )
    rows = ""
    for number, bar in enumerate(finding.bars):
        kind = ' class="vv-tried"' if number else ""
        rows += (
            f'<tr{kind}>{"" if number else heading}<th scope="row" class="vv-words">{safe(bar.name)}</th>'
            f"<td>{safe(bar.range)}</td><td>{safe(bar.mean)}</td>"
            f'<td class="vv-reach">{_drawn(bar)}</td></tr>'
        )
    return f"<tbody>{rows}</tbody>"


def _drawn(bar: Bar) -> str:
    """Return the bar as a picture, which says no more than the numbers beside it."""
    low, high, middle = (
        MARGIN + part * (WIDTH - 2 * MARGIN) for part in (bar.low, bar.high, bar.middle)
    )
    y = HEIGHT / 2
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" focusable="false">'
        f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}"/>'
        f'<circle cx="{middle:.1f}" cy="{y}" r="5"/></svg>'
    )
