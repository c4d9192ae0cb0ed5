"""The meeting calendar of a young person: when each meeting falls due, and invitations to it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from data.case_summary import seen_from
from data.cases import fictional_cases
from data.meeting_calendar import (
    EARLIEST_BIRTH,
    LATEST_BIRTH,
    danish_today,
    deadlines,
    held_meetings,
    planned_meetings,
    start_of,
)
from data.records import Record
from data.store import Store
from data.store_errors import StoreError
from data.texts import Texts
from widgets.case_story import papers_link
from widgets.day_field import DayField
from widgets.meeting_calendar_view import answer_html, rules_html, table_html, timeline_html
from widgets.meeting_invitation import Invited, MeetingInvitation
from widgets.page import Page, safe

if TYPE_CHECKING:
    from data.case_files import CaseFile

_OWN = ""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store knows of the case that is shown."""

    file: "CaseFile | None" = None
    meetings: tuple[Record, ...] = ()


class MeetingCalendar(Page):
    """The dates of one young person in *language* "da" or "en".

    With *case*, the birthday and the meetings that were held come from the store. Without it, one
    writes a birthday, which is kept nowhere, or tries a fictional case. A fictional case is shown
    as on the day of its story.
    """

    def __init__(
        self,
        language: str = "da",
        case: str | None = None,
        *,
        open_store: Callable[[], Store] = Store.open,
        today: Callable[[], date] = danish_today,
    ) -> None:
        super().__init__(Texts.read(language))
        self._case, self._open_store, self._today = case, open_store, today
        self._store: Store | None = None
        self._known = _Known()
        self._build()
        self.refresh()
        # The kernel may have waited for its visitor since yesterday.
        self.client.on_arrival(self.guard(self.refresh))

    def refresh(self) -> None:
        """Read the case again, and count from today."""
        self._load(self._case or self._choose.value or None)
        file = self._known.file
        if file is not None and file.birthday is not None:
            self.birthday.day = file.birthday
        self._draw()

    # --- What is on the page ------------------------------------------------------------------

    def _build(self) -> None:
        texts = self.texts
        cases = [
            (f"{case.id}: {case.title.in_(texts.language)}", case.id) for case in fictional_cases()
        ]
        self._choose = ipw.Dropdown(
            description=texts("calendar.choose"),
            options=[(texts("calendar.own_date"), _OWN), *cases],
        )
        first, last = EARLIEST_BIRTH, LATEST_BIRTH
        self.birthday = DayField(texts("calendar.birthday"), texts, first=first, last=last)
        optional = texts("form.optional", label=texts("calendar.referred"))
        note = texts("calendar.referred_note")
        self.referred = DayField(optional, texts, note, first=first, last=last)
        self.save = ipw.Button(description=texts("calendar.save_birthday"))
        self._papers = ipw.HTML()
        self._answer, self._dates = ipw.HTML(), ipw.HTML()
        self.invitation = MeetingInvitation(texts, self.guard, self._hand_out)
        fields = [self.birthday, self.referred]
        if self._case is None:
            fields.insert(0, self._choose)
        self.show(
            ipw.HTML(_style()),
            ipw.Box(fields).add_class("vv-calendar-fields"),
            self._papers,
            ipw.HBox([self.save]).add_class("vv-row"),
            self._answer,
            self._dates,
            self.invitation,
            ipw.HTML(rules_html(texts)),
        )
        self._choose.observe(self.guard(self._on_choice), "value")
        self.birthday.observe(self.guard(self._on_day), "day")
        self.referred.observe(self.guard(self._on_day), "day")
        self.save.on_click(self.guard(self._on_save))

    def _on_choice(self, _: Any) -> None:
        self.referred.clear()
        self.birthday.clear()
        self.refresh()

    def _on_day(self, _: Any) -> None:
        self._draw()

    def _on_save(self, _: Any) -> None:
        file = self._known.file
        if file is None or self.birthday.day is None:
            return
        try:
            self._opened().save_case(replace(file, birthday=self.birthday.day))
        except StoreError as error:
            self.notice(error.say(self.texts), problem=True)
            return
        self.refresh()
        self.notice(self.texts("calendar.birthday_saved"))

    # --- What is known of the case -------------------------------------------------------------

    def _opened(self) -> Store:
        if self._store is None:
            self._store = self._open_store()
        return self._store

    def _load(self, case: str | None) -> None:
        """Read *case* and its meetings; without a store the page still counts from a birthday."""
        self._known = _Known()
        if case is None:
            return
        try:
            store = self._opened()
            meetings = tuple(store.list_records(case=case, form="meeting"))
            self._known = _Known(store.case(case), meetings)
        except StoreError as error:
            self.notice(error.say(self.texts), problem=True)

    def _as_of(self) -> tuple[date, bool]:
        """Return the day to count from, and whether it is the day of a story."""
        file, today = self._known.file, self._today()
        return (today, False) if file is None else (seen_from(file, today), file.exercise)

    # --- What is shown ------------------------------------------------------------------------

    def _draw(self) -> None:
        self._explain()
        texts, birthday, (today, story) = self.texts, self.birthday.day, self._as_of()
        if birthday is None:
            self._answer.value = f'<p class="vv-lead">{safe(texts("calendar.empty"))}</p>'
            self._dates.value = ""
            self.invitation.layout.display = "none"
            return
        file, meetings = self._known.file, self._known.meetings
        found = deadlines(
            birthday,
            today,
            referred=self.referred.day,
            opened=start_of(file) if file else None,
            held=held_meetings(meetings),
            planned=planned_meetings(meetings, today),
        )
        as_of = texts("calendar.as_of_story" if story else "calendar.as_of", date=texts.date(today))
        self._answer.value = f'{answer_html(found, texts)}<p class="vv-saved">{safe(as_of)}</p>'
        self._dates.value = timeline_html(birthday, found, today, texts, story=story) + table_html(
            found, today, texts
        )
        reference = file.ref if file else texts("calendar.trial")
        self.invitation.show(Invited(reference, found, today))

    def _explain(self) -> None:
        """Say below the birthday where it comes from, and offer to keep it where that is possible.

        A fictional case that was chosen here has its papers elsewhere.
        """
        file, day = self._known.file, self.birthday.day
        told = "calendar.birthday_note"
        if file is not None:
            missing = file.birthday is None
            told = "calendar.birthday_missing" if missing else "calendar.birthday_of_case"
        self.birthday.explain(self.texts(told))
        ours = next((case for case in fictional_cases() if file and case.id == file.ref), None)
        self._papers.value = papers_link(ours, self.texts) if ours and self._case is None else ""
        offered = file is not None and ours is None and day not in {None, file.birthday}
        self.save.layout.display = None if offered else "none"

    def _hand_out(self, name: str, content: bytes, mime: str) -> bool:
        """Hand out a file and tell whether that went well; of a case, it is written down first."""
        if self._known.file is not None:
            try:
                self._opened().note("export", self._known.file.ref, "ics")
            except StoreError as error:
                self.notice(error.say(self.texts), problem=True)
                return False
        self.download(name, content, mime)
        return True


@cache
def _style() -> str:
    css = Path(__file__).parent / "static" / "calendar.css"
    return f"<style>{css.read_text(encoding='utf-8')}</style>"
