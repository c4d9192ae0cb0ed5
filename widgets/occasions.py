"""The meetings that a form was filled in for: which there are, a new one, and another day for one."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import ipywidgets as ipw

from data.records import Record
from widgets.fields import read_date
from widgets.page import Page
from widgets.record_tools import button, notice


class Occasions(ipw.VBox):
    """A list of days, a button for a new one and one to move the one that is open; both ask the day.

    *chosen* is called with a day as ``2026-05-03``, one that there is or a new one, and *moved* with
    the day that the open one is to have.
    """

    def __init__(
        self, page: Page, chosen: Callable[[str], None], moved: Callable[[str], None]
    ) -> None:
        self._page = page
        self._chosen = chosen
        self._moved = moved
        texts = page.texts
        self.pick = ipw.Dropdown(description=texts("form.meeting"))
        self.new = button(texts("form.new_meeting"), page.guard(self._on_new))
        self.move = button(texts("form.move_day"), page.guard(self._on_move)).add_class("vv-link")
        self.day = ipw.Text(placeholder=texts("form.date_form"), continuous_update=False)
        self.begin = button(texts("form.begin"), page.guard(self._on_begin))
        self._cancel = button(texts("form.cancel"), page.guard(self._on_cancel))
        self._fault = ipw.VBox()
        self._asking = ipw.VBox(
            [self.day, self._fault, ipw.HBox([self.begin, self._cancel]).add_class("vv-row")]
        ).add_class("vv-stack")
        self._row = (
            ipw.HBox([self.pick, self.new, self.move]).add_class("vv-row").add_class("vv-occasions")
        )
        super().__init__(children=[self._row])
        self.add_class("vv-stack")
        self._days: set[str] = set()
        self._follows = False
        self._moves = False
        self.pick.observe(page.guard(self._on_pick), "value")

    def show(self, days: Iterable[str], open_: str, today: date) -> None:
        """Offer *days*, the newest first, and show *open_*, which may be new; without any, ask."""
        self._days = set(days)
        self._offer(open_)
        self.day.value = f"{today:%d-%m-%Y}"
        if open_:
            self.children = [self._row]
        else:
            self._ask("form.first_meeting", cancel=False)

    def let_move(self, record: Record) -> None:
        """Offer to move *record*, which is the one that is open, if that can be done."""
        can = record.revision > 0 and record.state == "draft"
        self.move.layout.display = None if can else "none"

    def refuse(self, sentence: str) -> None:
        """Say why the day that was asked cannot be it."""
        self._fault.children = [notice(sentence, "look")]

    def saved(self, day: str) -> None:
        """Let a new *day* stand among the others."""
        if day and day not in self._days:
            self._days.add(day)
            self._offer(day)

    def _offer(self, open_: str) -> None:
        days = sorted(self._days | {open_} - {""}, reverse=True)
        self._follows = True
        self.pick.options = [(self._said(day), day) for day in days]
        self.pick.value = open_ or None
        self._follows = False

    def _said(self, day: str) -> str:
        said = self._page.texts.date(date.fromisoformat(day))
        return said if day in self._days else self._page.texts("form.meeting_new", date=said)

    def _on_pick(self, change: Any) -> None:
        if not self._follows and change.new:
            self._chosen(change.new)

    def _on_new(self, _: Any) -> None:
        self._ask("form.meeting_day", cancel=True)

    def _on_move(self, _: Any) -> None:
        self._ask("form.move_which_day", cancel=True, moves=True)

    def _ask(self, id: str, *, cancel: bool, moves: bool = False) -> None:
        self._moves = moves
        self.begin.description = self._page.texts("form.move" if moves else "form.begin")
        self.day.description = self._page.texts(id)
        self._cancel.layout.display = None if cancel else "none"
        self._fault.children = []
        self.children = [self._row, self._asking] if cancel else [self._asking]

    def _on_begin(self, _: Any) -> None:
        typed = self.day.value[:40]
        day = read_date(typed)
        if day is None or not 1990 <= day.year <= 2060:
            self.refuse(self._page.texts("form.date_fault", value=typed))
        elif self._moves:
            self._moved(day.isoformat())
        else:
            self._chosen(day.isoformat())

    def _on_cancel(self, _: Any) -> None:
        self.children = [self._row]
