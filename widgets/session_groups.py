"""How far each group is with an exercise, as HTML."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from data.sessions import GroupProgress, ParticipantProgress
from data.texts import Texts
from widgets.page import safe

AWAY = timedelta(seconds=75)
"""So long without a sign of life, and a participant is told as away; one is written every 20 seconds."""
_COLUMNS = ("group", "far", "done", "who")


def groups_html(
    groups: Sequence[GroupProgress], now: datetime, texts: Texts, *, everyone: bool = False
) -> str:
    """Return a table of *groups* with a bar for each; with *everyone*, each participant too."""
    if not any(group.participants for group in groups):
        return f'<p class="vv-notice vv-notice-info">{safe(texts("session.nobody"))}</p>'
    heads = "".join(
        f'<th scope="col" class="vv-words">{safe(texts(f"session.groups_{name}"))}</th>'
        for name in _COLUMNS
    )
    rows = "".join(_row(group, now, texts, everyone=everyone) for group in groups)
    return (
        f'<table class="vv-table vv-session-groups"><caption>{safe(_in_all(groups, texts))}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _in_all(groups: Sequence[GroupProgress], texts: Texts) -> str:
    everyone = [each for group in groups for each in group.participants]
    done = sum(each.done for each in everyone)
    return texts("session.groups_caption", done=done, all=len(everyone))


def _row(group: GroupProgress, now: datetime, texts: Texts, *, everyone: bool) -> str:
    people = len(group.participants)
    name = texts("session.group", number=group.group)
    if not people:
        nobody = f'<td class="vv-words" colspan="3">{safe(texts("session.group_empty"))}</td>'
        return f'<tr><th scope="row">{safe(name)}</th>{nobody}</tr>'
    percent = round(100 * group.share)
    # The number stands beside the bar, so that a reader who hears the page needs no bar.
    bar = (
        f'<span class="vv-bar-row"><span class="vv-share" aria-hidden="true">'
        f'<span style="width: {percent}%"></span></span>{safe(texts.percent(group.share))}</span>'
    )
    done = safe(texts("session.done_of", done=group.done, all=people))
    cells = (bar, done, _people(group.participants, now, texts, everyone=everyone))
    return (
        f'<tr><th scope="row">{safe(name)}</th>'
        + "".join(f'<td class="vv-words">{cell}</td>' for cell in cells)
        + "</tr>"
    )


def _people(
    people: Sequence[ParticipantProgress], now: datetime, texts: Texts, *, everyone: bool
) -> str:
    away = sum(_is_away(each, now) for each in people)
    said = texts("session.people_one" if len(people) == 1 else "session.people", n=len(people))
    if away:
        said = texts("session.people_away", people=said, away=away)
    if not everyone:
        return safe(said)
    lines = "".join(f"<li>{safe(_person(each, now, texts))}</li>" for each in people)
    return f"{safe(said)}<ul>{lines}</ul>"


def _person(each: ParticipantProgress, now: datetime, texts: Texts) -> str:
    slots = {"number": each.participant.number, "done": each.answered, "all": each.asked}
    words = texts("session.person", **slots)
    return texts("session.person_away", person=words) if _is_away(each, now) else words


def _is_away(each: ParticipantProgress, now: datetime) -> bool:
    return now - each.participant.last_seen > AWAY
