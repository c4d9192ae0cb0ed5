"""A meeting chosen, dated and handed to the calendar program."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import ipywidgets as ipw

from data.export.ics import MIME, AmbiguousTimeError, Appointment, danish_start, invitation
from data.meeting_calendar import Deadline, by_urgency, day_off
from data.texts import Texts
from widgets.day_field import DayField
from widgets.page import safe

LENGTHS = (30, 45, 60, 90, 120)
"""Minutes that a meeting can last."""

_FIRST, _LAST = date(2020, 1, 1), date(2060, 12, 31)
Guard = Callable[[Callable[[Any], None]], Callable[[Any], None]]


@dataclass(frozen=True, slots=True)
class Invited:
    """What invitations are made from."""

    case: str
    """The reference that stands in the title."""
    deadlines: tuple[Deadline, ...]
    today: date


class MeetingInvitation(ipw.VBox):
    """Choose one of the open meetings, its day and time, and download it for a calendar.

    *deliver* takes the name of the file, its content and its type, and tells whether it went out.
    Nothing is kept here.
    """

    def __init__(
        self, texts: Texts, guard: Guard, deliver: Callable[[str, bytes, str], bool]
    ) -> None:
        self._texts, self._deliver = texts, deliver
        self._shown: Invited | None = None
        self.which = ipw.Dropdown(description=texts("calendar.invite_which"))
        self.day = DayField(texts("calendar.invite_day"), texts, first=_FIRST, last=_LAST)
        self.clock = ipw.Text(
            description=texts("calendar.invite_time"), value=_clock(time(10), texts)
        )
        lengths = [(texts("calendar.minutes", minutes=minutes), minutes) for minutes in LENGTHS]
        self.minutes = ipw.Dropdown(
            description=texts("calendar.invite_minutes"), options=lengths, value=60
        )
        chosen = [("calendar.twice_first", False), ("calendar.twice_second", True)]
        self.second = ipw.RadioButtons(
            description=texts("calendar.twice_which"),
            options=[(texts(id), second) for id, second in chosen],
            value=None,
        )
        self.one = ipw.Button(description=texts("calendar.invite_one"), button_style="primary")
        self.all = ipw.Button(description=texts("calendar.invite_all"))
        self._note, self._said = ipw.HTML(), ipw.HTML()
        self.second.layout.display = "none"
        super().__init__(
            children=[
                ipw.HTML(f"<h2>{safe(texts('calendar.invite'))}</h2>"),
                self._note,
                ipw.Box([self.which, self.day, self.clock, self.minutes]).add_class("vv-invite"),
                self.second,
                ipw.HBox([self.one, self.all]).add_class("vv-row"),
                self._said,
            ]
        )
        self.add_class("vv-stack").add_class("vv-invitation")
        self.which.observe(guard(lambda _: self._propose()), "value")
        for field, name in ((self.day, "day"), (self.clock, "value")):
            field.observe(guard(lambda _: self._forget_choice()), name)
        self.one.on_click(guard(lambda _: self._fetch_one()))
        self.all.on_click(guard(lambda _: self._fetch_all()))

    def show(self, shown: Invited) -> None:
        """Offer the open meetings among *shown*; without any, the whole part is out of sight."""
        self._shown, before = shown, self.which.value
        names = [
            (each.rule.name.in_(self._texts.language), each.rule.id)
            for each in by_urgency(shown.deadlines)
            if each.open
        ]
        self.layout.display = None if names else "none"
        self.which.options = names
        if names:
            ids = [id for _, id in names]
            self.which.value = before if before in ids else ids[0]
        title = self._texts("calendar.ics_title", case=shown.case)
        note = self._texts("calendar.invite_note", title=title)
        self._note.value = f"<p>{safe(note)}</p>"
        self._propose()

    # --- What the person does ----------------------------------------------------------------

    def _propose(self) -> None:
        chosen = self._chosen()
        if self._shown is not None and chosen is not None:
            self.day.day = chosen.proposed(self._shown.today)
        self._said.value = ""

    def _forget_choice(self) -> None:
        self.second.value = None
        self.second.layout.display = "none"

    def _fetch_one(self) -> None:
        deadline, day, clock = self._chosen(), self.day.day, self._time()
        if self._shown is None or deadline is None or clock is None:
            return
        if day is None:
            self._say([self._texts("calendar.day_missing")], look=True)
            return
        try:
            start = danish_start(day, clock, second=self.second.value)
        except AmbiguousTimeError:
            self.second.layout.display = None
            told = {"date": self._texts.date(day), "time": _clock(clock, self._texts)}
            self._say([self._texts("calendar.twice", **told)], look=True)
            return
        if not self._hand_out([self._appointment(deadline, start.begins)], "calendar.ics_file"):
            return
        remarks = self._remarks(deadline, day)
        if start.moved:
            remarks.insert(0, self._skipped(day, clock, start.begins))
        self._say([self._texts("calendar.fetched"), *remarks], look=bool(remarks))

    def _fetch_all(self) -> None:
        clock = self._time()
        if self._shown is None or clock is None:
            return
        meetings = [
            self._appointment(
                each, danish_start(each.proposed(self._shown.today), clock, second=True).begins
            )
            for each in self._shown.deadlines
            if each.open and each.rule.kind == "meeting"
        ]
        if not meetings or not self._hand_out(meetings, "calendar.ics_file_all"):
            return
        count = self._texts.number(len(meetings))
        self._say([self._texts("calendar.fetched_all", count=count)])

    # --- The file ---------------------------------------------------------------------------

    def _chosen(self) -> Deadline | None:
        found = self._shown.deadlines if self._shown else ()
        return next((each for each in found if each.rule.id == self.which.value), None)

    def _appointment(self, deadline: Deadline, begins: datetime) -> Appointment:
        case = self._shown.case if self._shown else ""
        return Appointment(case, deadline.rule.id, begins, self.minutes.value)

    def _hand_out(self, meetings: Sequence[Appointment], name: str) -> bool:
        content = invitation(meetings, self._texts, stamp=datetime.now(UTC))
        return self._deliver(self._texts(name, case=meetings[0].case), content, MIME)

    def _time(self) -> time | None:
        clock = read_time(self.clock.value)
        if clock is None:
            value = self.clock.value[:20]
            self._say([self._texts("calendar.time_fault", value=value)], look=True)
        return clock

    def _remarks(self, deadline: Deadline, day: date) -> list[str]:
        """Return what one should know about *day* before one invites for it."""
        texts, said = self._texts, []
        if why := day_off(day, texts.language):
            said.append(texts("calendar.on_day_off", date=texts.date(day), why=why))
        if self._shown is not None and day < self._shown.today:
            said.append(texts("calendar.in_past", date=texts.date(day)))
        elif deadline.state != "overdue" and day > deadline.last:
            latest = texts.date(deadline.last)
            said.append(texts("calendar.after_latest", date=texts.date(day), latest=latest))
        return said

    def _skipped(self, day: date, clock: time, begins: datetime) -> str:
        texts = self._texts
        moved = _clock(begins.time(), texts)
        told = {"date": texts.date(day), "time": _clock(clock, texts), "moved": moved}
        return texts("calendar.skipped", **told)

    def _say(self, sentences: Sequence[str], *, look: bool = False) -> None:
        kind = " vv-notice-look" if look else ""
        self._said.value = (
            f'<p class="vv-notice{kind}" role="status">{safe(" ".join(sentences))}</p>'
        )


def read_time(typed: str) -> time | None:
    """Return the time of day that *typed* says: hours, and minutes after a dot, a colon or nothing.

    >>> read_time("10.30") == read_time("10:30") == read_time(" 1030 ") == time(10, 30)
    True
    """
    found = re.fullmatch(r"(\d{1,2})(?:[.: ]?(\d{2}))?", typed.strip(), re.ASCII)
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return time(int(found[1]), int(found[2] or 0))


def _clock(clock: time, texts: Texts) -> str:
    return f"{clock:%H.%M}" if texts.language == "da" else f"{clock:%H:%M}"
