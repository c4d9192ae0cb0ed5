"""A day, typed as Danes type it."""

from datetime import date
from typing import Any

import ipywidgets as ipw
import traitlets as tl

from data import personal_data
from data.texts import Texts
from widgets.fields import read_date
from widgets.page import safe


class DayField(ipw.VBox):
    """A field for a day, with its label above and its message beside it.

    Set or observe ``day``. What is no day stays in the field with a sentence, and ``day`` is None.
    """

    day = tl.Instance(date, None, allow_none=True, help="The day that stands in the field.")

    def __init__(
        self, label: str, texts: Texts, note: str = "", *, first: date, last: date
    ) -> None:
        self._texts, self._first, self._last = texts, first, last
        self._text = ipw.Text(
            description=label, placeholder=texts("form.date_form"), continuous_update=False
        )
        self._note = ipw.HTML()
        self._message = ipw.HTML()
        super().__init__(children=[self._text, self._note, self._message])
        self.add_class("vv-day")
        self.explain(note)
        self._text.observe(self._read, "value")

    def explain(self, note: str) -> None:
        """Say *note* below the field."""
        self._note.value = f'<p class="vv-saved">{safe(note)}</p>' if note else ""

    def clear(self) -> None:
        """Empty the field, whatever stood in it."""
        self._text.value = ""

    def _read(self, change: Any) -> None:
        typed = str(change.new).strip()[:100]
        day = read_date(typed)
        fault = self._fault(typed, day)
        message = f'<p class="vv-notice vv-notice-look" role="alert">{safe(fault)}</p>'
        self._message.value = message if fault else ""
        self.day = None if fault else day

    def _fault(self, typed: str, day: date | None) -> str:
        texts = self._texts
        if not typed:
            return ""
        if found := personal_data.find(typed):
            return texts(f"personal.{found[0].kind}", found=found[0].words)
        if day is None:
            return texts("form.date_fault", value=typed[:40])
        if not self._first <= day <= self._last:
            bounds = {"first": as_typed(self._first), "last": as_typed(self._last)}
            return texts("form.date_range", value=typed, **bounds)
        return ""

    @tl.observe("day")
    def _show(self, change: Any) -> None:
        # What is wrong stays in the field beside its message.
        if change.new is not None and read_date(self._text.value) != change.new:
            self._text.value = as_typed(change.new)


def as_typed(day: date) -> str:
    """Return *day* as it is typed: ``03-05-2026``."""
    return f"{day:%d-%m-%Y}"
