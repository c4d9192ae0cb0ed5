"""How far each group is with an exercise; and who sits in the wrong group is moved."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import ipywidgets as ipw

from data.sessions import Exercise, GroupProgress, ParticipantProgress, progress_of
from data.texts import Texts
from widgets.page import Page, safe
from widgets.session_watch import Seen

AWAY = timedelta(seconds=75)
"""So long without a sign of life, and a participant is told as away; one is written every 20 seconds."""
_COLUMNS = ("group", "far", "done", "who")


class SessionGroups(ipw.VBox):
    """A table of the groups; behind a button each participant, who can be *moved* to another group.

    That is a button and no fold of the browser's, since the table is drawn anew whenever somebody
    answers.
    """

    def __init__(self, page: Page, move: Callable[[int, int], None]) -> None:
        self._texts, self._move = page.texts, move
        self._seen: tuple[Seen, Exercise | None] | None = None
        self.table = ipw.HTML()
        self.everyone = ipw.ToggleButton(description=page.texts("session.each_person"), value=False)
        self.who = ipw.Dropdown(description=page.texts("session.move_who"))
        self.where = ipw.Dropdown(description=page.texts("session.move_where"))
        self.move = ipw.Button(description=page.texts("session.move"))
        self._moving = ipw.HBox([self.who, self.where, self.move]).add_class("vv-row")
        self._moving.add_class("vv-session-move")
        super().__init__(children=[self.table, self.everyone, self._moving])
        self.add_class("vv-stack")
        self.everyone.observe(page.guard(lambda _: self._draw()), "value")
        self.move.on_click(page.guard(lambda _: self._on_move()))

    def follow(self, seen: Seen, exercise: Exercise | None) -> None:
        """Show how far the groups are with *exercise*; without one, who is there."""
        self._seen = (seen, exercise)
        self._draw()

    def _draw(self) -> None:
        if self._seen is None:
            return
        seen, exercise = self._seen
        texts, session, now = self._texts, seen.session, datetime.now(UTC)
        if exercise is None:
            self.table.value = f"<p>{safe(texts('session.no_exercise'))}</p>"
        else:
            groups = progress_of(session, exercise, seen.participants, seen.sheets)
            self.table.value = groups_html(groups, now, texts, everyone=self.everyone.value)
        there = bool(seen.participants)
        self.everyone.layout.display = None if there and exercise else "none"
        can_move = there and session.open and self.everyone.value
        self._moving.layout.display = None if can_move else "none"
        people = [
            (texts("session.who", number=each.number, group=each.group), each.number)
            for each in seen.participants
        ]
        _offer(self.who, people)
        numbers = range(1, session.groups + 1)
        _offer(self.where, [(texts("session.group", number=number), number) for number in numbers])

    def _on_move(self) -> None:
        if self.who.value is not None and self.where.value is not None:
            self._move(self.who.value, self.where.value)


def _offer(field: ipw.Dropdown, options: list[tuple[str, int]]) -> None:
    """Let *field* offer *options*, and keep what is chosen."""
    if list(field.options) == options:
        return
    chosen = field.value
    field.options = options
    values = [value for _, value in options]
    field.value = chosen if chosen in values else next(iter(values), None)


# --- As HTML --------------------------------------------------------------------------------------


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
