"""A meeting calendar as HTML: what is most urgent, the line of years, the table, and how it is counted."""

from collections.abc import Sequence
from datetime import date

from data.meeting_calendar import Deadline, by_urgency, day_off, deadlines
from data.texts import Texts
from data.working_days import month_later
from widgets.page import safe
from widgets.pictures.course_timeline import CourseTimeline, mark

_RULES = (
    "calendar.rule_months",
    "calendar.rule_month_end",
    "calendar.rule_leap_day",
    "calendar.rule_half",
    "calendar.rule_day_off",
    "calendar.rule_standstill",
    "calendar.rule_proposal",
    "calendar.rule_opened",
    "calendar.rule_held",
    "calendar.rule_danish",
)
_EXAMPLES = (date(2008, 2, 29), date(2009, 8, 31), date(2010, 6, 24), date(2010, 12, 31))


def answer_html(found: Sequence[Deadline], texts: Texts) -> str:
    """Return what is most urgent, in words."""
    first = next(iter(by_urgency(found)), None)
    passed = sum(each.state == "overdue" for each in found)
    said = [_first(first, texts)]
    if passed > 1:
        said.append(texts("calendar.more_overdue", count=texts.number(passed)))
    if first is not None and first.planned is not None:
        said.append(f"{_planned(first, first.planned, texts)}.")
    kind = " vv-cannot-hold" if passed else ""
    return (
        f"<h2>{safe(texts('calendar.answer'))}</h2>"
        f'<div class="vv-answer{kind}" role="status"><p>{safe(" ".join(said))}</p></div>'
    )


def timeline_html(
    birthday: date, found: Sequence[Deadline], today: date, texts: Texts, *, story: bool
) -> str:
    """Return the years as a picture; *story* says that *today* is the day of a story."""
    timeline = CourseTimeline(birthday, found, today, texts)
    first, last = timeline.ages
    rows = " ".join(_row_words(each, texts) for each in sorted(found, key=lambda one: one.latest))
    said = texts("calendar.timeline_said", first=first, last=last, rows=rows)
    words = texts("calendar.story_day") if story else texts("calendar.today")
    title = safe(texts("calendar.timeline"))
    return (
        f"<h2>{title}</h2>"
        f'<div class="vv-scroll" tabindex="0" role="group" aria-label="{title}">'
        f'<figure class="vv-figure vv-course" role="img" aria-label="{safe(said)}">'
        f"{timeline.svg(words)}</figure></div>"
    )


def table_html(found: Sequence[Deadline], today: date, texts: Texts) -> str:
    """Return the days as a table, the most urgent first, with whose word each is."""
    columns = ("meeting", "state", "window", "proposal", "latest")
    head = "".join(
        f'<th scope="col" class="vv-words">{safe(texts(f"calendar.{name}"))}</th>'
        for name in columns
    )
    rows = "".join(_row(each, today, texts) for each in by_urgency(found))
    caption = safe(texts("calendar.table"))
    return (
        f'<div class="vv-scroll" tabindex="0" role="group" aria-label="{caption}">'
        f'<table class="vv-table vv-dates"><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        f'<p class="vv-saved">{safe(texts("calendar.proposal_note"))}</p>'
        f"{_sources(found, texts)}"
    )


def rules_html(texts: Texts) -> str:
    """Return how the days are counted, folded, with examples counted here and now."""
    rules = "".join(f"<li>{safe(texts(id))}</li>" for id in _RULES)
    columns = ("example_born", "example_eighteen", "example_due", "example_latest")
    head = "".join(
        f'<th scope="col" class="vv-words">{safe(texts(f"calendar.{name}"))}</th>'
        for name in columns
    )
    rows = "".join(_example(birthday, texts) for birthday in _EXAMPLES)
    caption = safe(texts("calendar.examples"))
    return (
        f'<details class="vv-source vv-date-rules"><summary>{safe(texts("calendar.rules"))}</summary>'
        f'<ul>{rules}</ul><div class="vv-scroll" tabindex="0" role="group" aria-label="{caption}">'
        f'<table class="vv-table"><caption>{caption}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details>"
    )


def state_words(deadline: Deadline, texts: Texts) -> str:
    """Return what has become of *deadline*, without a full stop."""
    return " · ".join(_state(deadline, texts))


# --- Words --------------------------------------------------------------------------------------


def _first(deadline: Deadline | None, texts: Texts) -> str:
    if deadline is None or not deadline.open:
        return texts("calendar.first_none")
    told = {"name": deadline.rule.name.in_(texts.language), "date": texts.date(deadline.last)}
    days = _days(deadline.days, texts)
    if deadline.state == "overdue":
        ended = deadline.rule.kind == "end"
        return texts(f"calendar.{'end' if ended else 'first'}_overdue", days=days, **told)
    if deadline.state == "due_now" and deadline.days == 0:
        return texts("calendar.first_due_today", name=told["name"])
    if deadline.state == "due_now":
        return texts("calendar.first_due", days=days, **told)
    if deadline.rule.kind == "end":
        return texts("calendar.first_end", name=told["name"], date=told["date"])
    opens = texts.date(deadline.earliest)
    return texts("calendar.first_coming", name=told["name"], date=opens)


def _state(deadline: Deadline, texts: Texts) -> list[str]:
    held = "" if deadline.held is None else texts.date(deadline.held)
    days = _days(deadline.days, texts)
    ends = deadline.rule.kind == "end"
    if deadline.state == "held_in_time":
        words = texts("calendar.held_in_time", date=held)
    elif deadline.state == "held_late":
        words = texts("calendar.held_late", date=held, days=days)
    elif deadline.state == "before":
        words = texts("calendar.before")
    elif ends and deadline.state == "overdue":
        words = texts("calendar.end_past", date=texts.date(deadline.last))
    elif deadline.state == "overdue":
        words = texts("calendar.overdue", days=days)
    elif deadline.state == "due_now":
        words = (
            texts("calendar.due_now", days=days) if deadline.days else texts("calendar.due_today")
        )
    else:
        day = texts.date(deadline.last if ends else deadline.earliest)
        words = texts("calendar.end_coming" if ends else "calendar.coming", date=day)
    if deadline.planned is None:
        return [words]
    return [words, _planned(deadline, deadline.planned, texts)]


def _planned(deadline: Deadline, day: date, texts: Texts) -> str:
    late = "_late" if day > deadline.last else ""
    return texts(f"calendar.planned{late}", date=texts.date(day))


def _days(days: int, texts: Texts) -> str:
    return texts("calendar.day") if days == 1 else texts("calendar.days", days=texts.number(days))


def _row_words(deadline: Deadline, texts: Texts) -> str:
    return texts(
        "calendar.timeline_row",
        name=deadline.rule.name.in_(texts.language),
        first=texts.date(deadline.earliest),
        last=texts.date(deadline.last),
        state=state_words(deadline, texts),
    )


# --- Rows ---------------------------------------------------------------------------------------


def _row(deadline: Deadline, today: date, texts: Texts) -> str:
    rule = deadline.rule
    basis = texts(f"calendar.basis.{rule.basis}")
    law = texts.words.get(f"calendar.law.{rule.id}", "")
    under = f'<span class="vv-saved">{safe(basis)}</span>'
    if law:
        under += f'<span class="vv-saved">{safe(law)}</span>'
    state = "".join(f"<span>{safe(words)}</span>" for words in _state(deadline, texts))
    window = "–" if rule.kind == "end" else _window(deadline, texts)
    proposed = "–"
    if deadline.open and rule.kind == "meeting":
        proposed = texts.date(deadline.proposed(today))
    cells = [
        f'<div class="vv-state">{mark(deadline.state)}<div>{state}</div></div>',
        safe(window),
        safe(proposed),
        f"<span>{safe(texts.date(deadline.last))}</span>{_moved(deadline, texts)}",
    ]
    told = "".join(f'<td class="vv-words">{cell}</td>' for cell in cells)
    name = f"<span>{safe(rule.name.in_(texts.language))}</span>"
    return (
        f'<tr data-rule="{safe(rule.id)}" data-state="{deadline.state}">'
        f'<th scope="row">{name}{under}</th>{told}</tr>'
    )


def _window(deadline: Deadline, texts: Texts) -> str:
    first, last = texts.date(deadline.earliest), texts.date(deadline.last)
    return texts("calendar.window_days", first=first, last=last)


def _moved(deadline: Deadline, texts: Texts) -> str:
    if not deadline.moved:
        return ""
    why = day_off(deadline.due, texts.language)
    words = texts("calendar.moved", date=texts.date(deadline.due), why=why)
    return f'<span class="vv-saved">{safe(words)}</span>'


def _sources(found: Sequence[Deadline], texts: Texts) -> str:
    parts = []
    for rule in (each.rule for each in found):
        basis = f"{texts(f'calendar.basis.{rule.basis}')}."
        note = rule.note.in_(texts.language) if rule.note else basis
        checked = texts.date(rule.checked_on)
        source = texts("calendar.source", source=rule.source, date=checked)
        parts.append(
            f"<dt>{safe(rule.name.in_(texts.language))}</dt><dd>{safe(note)} {safe(source)}</dd>"
        )
    return (
        f'<details class="vv-source"><summary>{safe(texts("calendar.sources"))}</summary>'
        f"<dl>{''.join(parts)}</dl></details>"
    )


def _example(birthday: date, texts: Texts) -> str:
    told = next(each for each in deadlines(birthday, birthday) if each.rule.id == "meeting_17_5")
    cells = [
        safe(texts.date(month_later(birthday, 216))),
        safe(texts.date(told.due)),
        f"<span>{safe(texts.date(told.latest))}</span>{_moved(told, texts)}",
    ]
    row = "".join(f'<td class="vv-words">{cell}</td>' for cell in cells)
    return f'<tr><th scope="row">{safe(texts.date(birthday))}</th>{row}</tr>'
