"""What is kept of a case beside its forms: typed, checked, and saved by the press of a button."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import ipywidgets as ipw

from data import personal_data, probable_names
from data.case_files import REAL, CaseFile
from data.meeting_calendar import EARLIEST_BIRTH
from data.store import Store
from data.store_errors import StoreError
from widgets.fields import read_date
from widgets.page import Page, safe

_LONGEST = 80


class CaseDetails(ipw.VBox):
    """The reference, birthday, unit and coordinator of a case; nobody's name.

    It makes a new case, or with *case* changes one. What may not be kept stays in its field, with a
    sentence beside it, and nothing is saved until all of it can be.
    """

    def __init__(
        self,
        page: Page,
        open_store: Callable[[], Store],
        today: Callable[[], date],
        saved: Callable[[CaseFile], None],
        case: CaseFile | None = None,
    ) -> None:
        self._page, self._open_store, self._today, self._saved = page, open_store, today, saved
        self._case = case
        texts = page.texts
        names = (*(() if case else ("ref",)), "birthday", "unit", "coordinator")
        self.fields = {name: self._field(name) for name in names}
        self._faults = {name: ipw.HTML() for name in names}
        self._done = ipw.HTML()
        self.save = ipw.Button(description=texts("cases.save" if case else "cases.create"))
        self.save.on_click(page.guard(self._on_save))
        self.closed = ipw.Checkbox(description=texts("cases.is_closed"))
        if case is not None:
            self._show(case)
        rows = [part for name in names for part in (self.fields[name], self._faults[name])]
        closing = [self.closed] if case else []
        row = ipw.HBox([self.save]).add_class("vv-row")
        super().__init__(children=[*rows, *closing, self._done, row])
        self.add_class("vv-stack")

    def _field(self, name: str) -> ipw.Text:
        texts = self._page.texts
        field = ipw.Text(
            description=texts(f"cases.field_{name}"),
            placeholder=texts(f"cases.example_{name}"),
            continuous_update=False,
        )
        field.observe(self._page.guard(self._on_typed), "value")
        return field

    def _show(self, case: CaseFile) -> None:
        self.fields["birthday"].value = f"{case.birthday:%d-%m-%Y}" if case.birthday else ""
        self.fields["unit"].value = case.unit
        self.fields["coordinator"].value = case.coordinator
        self.closed.value = case.closed is not None

    def _on_typed(self, _: Any) -> None:
        """Say at once what may not stand there; what is missing is said when it is saved."""
        self._done.value = ""
        for name in self.fields:
            self._tell(name, self._fault(name) if self._typed(name) else "")

    def _on_save(self, _: Any) -> None:
        faults = {name: self._fault(name) for name in self.fields}
        for name, fault in faults.items():
            self._tell(name, fault)
        if any(faults.values()):
            return
        try:
            store = self._open_store()
            try:
                kept = store.save_case(self._now(store))
            finally:
                store.close()
        except StoreError as error:
            self._say(error.say(self._page.texts), problem=True)
            return
        if self._case is None:
            for field in self.fields.values():
                field.value = ""
        else:
            self._case = kept
        self._say(self._page.texts("cases.case_saved", case=kept.ref), problem=False)
        self._saved(kept)

    def _now(self, store: Store) -> CaseFile:
        """Return the case as it stands in the fields; a new one must not be there yet."""
        values: dict[str, Any] = {name: self._typed(name) for name in ("unit", "coordinator")}
        values["birthday"] = read_date(self._typed("birthday"))
        if self._case is not None:
            closed = (self._case.closed or self._today()) if self.closed.value else None
            return replace(self._case, **values, closed=closed)
        ref = self._typed("ref").upper()
        if store.case(ref) is not None:
            raise StoreError("cases.is_there", case=ref)
        return CaseFile(ref=ref, opened=self._today(), **values)

    def _typed(self, name: str) -> str:
        return str(self.fields[name].value).strip()[:200]

    def _fault(self, name: str) -> str:
        """Return why what stands in a field cannot be kept, and how to mend it; empty if it can."""
        texts, typed = self._page.texts, self._typed(name)
        if personal_data.find(typed):
            return texts("store.personal")
        if name == "ref":
            return "" if REAL.fullmatch(typed.upper()) else texts("cases.bad_ref")
        if name == "birthday":
            return self._birthday_fault(typed)
        if probable_names.names(typed) or probable_names.addresses(typed):
            return texts(f"cases.name_in_{name}")
        if len(typed) > _LONGEST:
            return texts("store.too_long", found=len(typed), longest=_LONGEST)
        return "" if typed or name == "unit" else texts("cases.no_coordinator")

    def _birthday_fault(self, typed: str) -> str:
        texts, day = self._page.texts, read_date(typed)
        if day is None:
            return texts("form.date_fault", value=typed[:40])
        today = self._today()
        if not EARLIEST_BIRTH <= day < today:
            first, last = (f"{each:%d-%m-%Y}" for each in (EARLIEST_BIRTH, today))
            return texts("form.date_range", value=typed[:40], first=first, last=last)
        return ""

    def _tell(self, name: str, fault: str) -> None:
        words = f'<p class="vv-notice vv-notice-look" role="alert">{safe(fault)}</p>'
        self._faults[name].value = words if fault else ""

    def _say(self, sentence: str, *, problem: bool) -> None:
        kind, role = ("problem", "alert") if problem else ("info", "status")
        words = f'<p class="vv-notice vv-notice-{kind}" role="{role}">{safe(sentence)}</p>'
        self._done.value = words
