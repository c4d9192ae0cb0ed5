"""What a round of self-assessment adds up to, as HTML: its findings, its table, what to talk about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from data.assessment import GROUPS, Sheet, score
from data.assessment_words import (
    Grid,
    change_words,
    gap_words,
    late_words,
    round_words,
    score_grid,
    table_note,
    talk_about,
    unknown_words,
)
from data.forms import Form
from data.records import Record
from data.texts import Texts
from widgets.page import safe
from widgets.workbench.answer import figure_html


def taken_words(sheets: Mapping[Sheet, Record], texts: Texts) -> str:
    """Say who has begun and how many have finished; that somebody answers is no answer."""
    if not sheets:
        return texts("assessment.taken_none")
    groups = [sheet.group for sheet in sheets]
    told = [
        texts(
            "assessment.taken_group",
            who=texts(f"assessment.who.{group}"),
            n=groups.count(group),
        )
        for group in GROUPS
        if group in groups
    ]
    done = sum(record.state == "finished" for record in sheets.values())
    return texts("assessment.taken", groups=" · ".join(told), done=done, all=len(sheets))


def results_html(form: Form, records: Sequence[Record], rounds: Sequence[str], texts: Texts) -> str:
    """Return what the last of *rounds* adds up to, beside the rounds before it.

    *records* are those of one unit. It takes about a second the first time, as it draws.
    """
    # These load Matplotlib, and a page must answer before.
    from widgets.pictures.development import draw_rounds  # noqa: PLC0415
    from widgets.pictures.radar import groups_radar, rounds_radar  # noqa: PLC0415

    now = score(form, records, rounds[-1])
    before = score(form, records, rounds[-2]) if len(rounds) > 1 else None
    groups = groups_radar(form, now, texts)
    change = rounds_radar(form, now, before, texts)
    gap, moved = gap_words(now, texts), change_words(now, before, texts)
    parts = [figure_html(groups, texts) if groups else f"<h3>{safe(gap)}</h3>"]
    if not groups:
        parts.append(f"<p>{safe(table_note(texts))}</p>")
    if change or moved != gap:
        parts.append(figure_html(change, texts) if change else _said(moved))
    if len(rounds) > 2:
        shown = [record for record in records if record.occasion.startswith(tuple(rounds))]
        parts.append(draw_rounds(form, shown, texts))
    caption = texts("assessment.table", round=round_words(now.round, texts))
    parts += [
        f"<h3>{safe(texts('assessment.numbers'))}</h3>",
        _table(score_grid(now, texts), caption),
        _said(table_note(texts)) if groups else "",
        _said(late_words(now, texts)),
        _said(unknown_words(now, texts)),
        _talk(talk_about(now, before, texts), texts),
    ]
    return "".join(parts)


def paper_html(
    form: Form, unit: str, round: str, html: str, texts: Texts, *, exercise: bool
) -> str:
    """Return the results *html* as they are printed: with what they are of, and the watermark."""
    title = form.title.in_(texts.language)
    mark = texts("assessment.exercise" if exercise else "export.tool")
    watermark = ""
    if exercise:
        words = safe(texts("form.watermark"))
        watermark = f'<div class="vv-watermark" aria-hidden="true">{words}</div>'
    return (
        f'<div class="vv-readable">{watermark}<p>{safe(mark)}</p><h2>{safe(title)}</h2>'
        f"<p>{safe(unit)} · {safe(round_words(round, texts))}</p>{html}</div>"
    )


def _talk(asked: Iterable[str], texts: Texts) -> str:
    lines = "".join(f"<li>{safe(question)}</li>" for question in asked)
    if not lines:
        return ""
    heading, mark = safe(texts("assessment.talk_heading")), safe(texts("assessment.proposal"))
    return f'<h3>{heading}</h3><ul>{lines}</ul><p class="vv-saved">{mark}</p>'


def _table(grid: Grid, caption: str) -> str:
    head = "".join(f'<th scope="col">{safe(column)}</th>' for column in grid.columns)
    rows = "".join(
        f'<tr><th scope="row">{safe(first)}</th>'
        + "".join(f"<td>{safe(cell)}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in grid.rows
    )
    return (
        f'<div class="vv-scroll" tabindex="0" role="region" aria-label="{safe(caption)}">'
        f'<table class="vv-table"><caption>{safe(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _said(words: str) -> str:
    return f'<p class="vv-saved">{safe(words)}</p>' if words else ""
