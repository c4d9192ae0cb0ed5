"""A form on a case: chosen, opened, and filled in."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import ipywidgets as ipw

from data.cases import Case, fictional_cases
from data.forms import read_form
from data.store import Store
from data.store_errors import StoreError
from data.texts import Texts
from widgets.case_story import papers_link
from widgets.occasions import Occasions
from widgets.page import Page, safe
from widgets.record_form import RecordForm, today

UNIT = "ENHED"
"""The reference under which a municipality keeps what is about its own work."""


class CaseForm(Page):
    """A form on a case, or on the municipality's own work.

    The answers are loaded when the page opens and saved with every change. The address names the
    case and the day of the meeting (``?sag=ØVELSE-01&dag=2026-05-03``), so that a link opens them.
    With *case*, only that one is open; with *occasion*, only that one of its records.
    """

    def __init__(
        self,
        form: str,
        language: str = "da",
        *,
        case: str | None = None,
        occasion: str | None = None,
        open_store: Callable[[], Store] = Store.open,
    ) -> None:
        super().__init__(Texts.read(language))
        self.form = read_form(form)
        self.record_form = RecordForm(self, self.form, open_store)
        self._occasion = occasion
        of_unit = self.form.subject == "unit"
        self._given = UNIT if of_unit and case is None else case
        self._story = ipw.HTML()
        self._case = ipw.Dropdown(description=self.texts("form.case")).add_class("vv-picker")
        self._occasions = Occasions(self, self._on_occasion, self._on_move).add_class("vv-picker")
        chosen = [] if self._given else [self._case]
        self._dated = self.form.occasion == "dated" and occasion is None
        days = [self._occasions] if self._dated else []
        self.show(*chosen, self._story, *days, self.record_form)
        self._offer_cases()
        self._open(self._given or self._case.value)
        self._case.observe(self.guard(self._on_case), "value")
        self.record_form.autosave.observe(self.guard(self._on_saved), "saves")
        self.client.on_arrival(self.guard(self._on_arrival))

    # --- Which case ---------------------------------------------------------------------------

    def _offer_cases(self, chosen: str = "") -> None:
        """Offer the fictional cases and the others of the installation, and show *chosen*."""
        refs = [case.id for case in fictional_cases()]
        with suppress(StoreError):  # The form says what is wrong with the store.
            store = self.record_form.autosave.store
            real = store.settings().real_cases
            refs += [
                each.ref
                for each in store.cases()
                if each.ref not in refs and (real or each.exercise)
            ]
        self._offers = True  # What the list shows in between was chosen by nobody.
        self._case.options = [(self._heading(ref), ref) for ref in refs]
        self._case.value = chosen if chosen in refs else refs[0]
        self._offers = False

    def _on_arrival(self) -> None:
        """Open the case that the address names, as it is now.

        The kernel may have been started long before anybody opened the page, so that what it read
        then is old.
        """
        record = self.record_form.autosave.record
        if self._given is None:
            self._offer_cases(self.client.query.get("sag", record.case))
        day = self.client.query.get("dag", "") if self._dated else ""
        if self.case != record.case or (_is_day(day) and day != record.occasion):
            self._open(self.case, day if _is_day(day) else "")
        else:
            self.record_form.open_if_behind()

    @property
    def case(self) -> str:
        """The reference of the case that is open."""
        return str(self._given or self._case.value)

    def _on_case(self, change: Any) -> None:
        if not self._offers:
            self.client.remember(sag=change.new, dag=None)
            self._open(change.new)

    # --- Which of its records -----------------------------------------------------------------

    def _open(self, case: str, day: str = "") -> None:
        """Show *case*; of dated records the one of *day*, or the latest."""
        fictional = _fictional(case)
        self.record_form.heading = self._heading(case)
        self.record_form.exercise = fictional is not None or case.startswith("ØVELSE")
        if self._dated:
            self._open_day(case, day)
        else:
            self.record_form.show_record(case, self._occasion or "")
        # Last, so that whoever reads the story has its form below it.
        self._story.value = self._told(fictional)
        self._occasions.let_move(self.record_form.autosave.record)

    def _open_day(self, case: str, day: str) -> None:
        days = self._days(case)
        day = day or max(days, default="")
        fictional = _fictional(case)
        begin, news = ({}, "") if not day or day in days else self._carried(case, day)
        # Filled before it is seen: a click into the form that was there before would belong to nothing.
        self.record_form.show_record(case, day, begin=begin, news=news)
        self.record_form.layout.display = None if day else "none"
        self._occasions.show(days, day, fictional.today if fictional else today())

    def _days(self, case: str) -> list[str]:
        try:
            found = self.record_form.autosave.store.list_records(case, self.form.id)
        except StoreError as error:
            self.notice(error.say(self.texts), problem=True)
            return []
        return [record.occasion for record in found if _is_day(record.occasion)]

    def _carried(self, case: str, day: str) -> tuple[dict[str, str | None], str]:
        """Return what a new meeting begins with, and a sentence about it."""
        with suppress(StoreError):
            last = self.record_form.autosave.store.latest(case, self.form.id, day)
            carried = self.form.carried(last.answers) if last else {}
            if last and any(carried.values()):
                said = self.texts.date(date.fromisoformat(last.occasion))
                return carried, self.texts("form.carried", date=said)
        return {}, ""

    def _on_occasion(self, day: str) -> None:
        self.client.remember(dag=day)
        self._open(self.case, day)

    def _on_move(self, day: str) -> None:
        """Let the meeting that is open be that of another day."""
        if day in self._days(self.case):
            said = self.texts.date(date.fromisoformat(day))
            self._occasions.refuse(self.texts("form.day_taken", date=said))
        elif self.record_form.move_to(day):
            self.client.remember(dag=day)
            self._occasions.show(self._days(self.case), day, date.fromisoformat(day))

    def _on_saved(self, _: Any) -> None:
        """Let a new meeting stand among the others once it is saved."""
        record = self.record_form.autosave.record
        if self._dated and record.revision:
            self._occasions.saved(record.occasion)
            self._occasions.let_move(record)

    # --- Words --------------------------------------------------------------------------------

    def _heading(self, case: str) -> str:
        fictional = _fictional(case)
        if fictional is None:
            return case
        title = fictional.title.in_(self.texts.language)
        return self.texts("form.case_line", case=case, title=title)

    def _told(self, fictional: Case | None) -> str:
        words = ""
        if self.record_form.exercise:
            exercise = safe(self.texts("form.exercise"))
            words = f'<p class="vv-notice vv-notice-look">{exercise}</p>'
        if fictional and self._given is None:
            story = fictional.story.in_(self.texts.language)
            words += f"<p>{safe(story.strip())}</p>{papers_link(fictional, self.texts)}"
        return words


def _fictional(ref: str) -> Case | None:
    return next((case for case in fictional_cases() if case.id == ref), None)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
