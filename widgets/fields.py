"""A question of a checklist as a field: its label above, its help below, its message beside it.

A field holds what was typed, and offers as its ``answer`` only what may be kept. What may not be
kept stays in the field, so that nobody has to write it again.
"""

import re
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Any

import ipywidgets as ipw
import traitlets as tl

from data import personal_data
from data.forms import CODES, Item
from data.texts import Texts
from widgets.page import safe

NOTE_LIMIT = 1_000
"""Characters in a note: enough for an agreement, too few for a life story."""

_FIRST, _LAST = date(1990, 1, 1), date(2060, 12, 31)


class Field(ipw.VBox):
    """One question. Set or observe ``answer``; ``fault`` says why something was not taken."""

    answer = tl.Unicode(None, allow_none=True, help="The answer as the store keeps it.")
    fault = tl.Unicode("", help="What is wrong with what stands in the field, in words.")

    def __init__(self, item: Item, texts: Texts, *controls: ipw.Widget) -> None:
        self.item = item
        self._texts = texts
        self._message = ipw.HTML(layout=_hidden())
        notes = [words.in_(texts.language) for words in (item.help,) if words]
        if item.source:
            notes.append(texts("form.source", source=item.source.in_(texts.language)))
        lines = "".join(f'<div class="vv-saved">{safe(note)}</div>' for note in notes)
        below = [ipw.HTML(lines)] if lines else []
        super().__init__(children=[*controls, *below, self._message])
        self.layout.margin = "0 0 16px 0"
        self.add_class("vv-field")

    @property
    def label(self) -> str:
        """The question, marked where it may be skipped."""
        return _label(self.item, self._texts)

    def _take(self, answer: str | None, fault: str = "") -> None:
        """Hold *answer* and *fault* as one."""
        self.fault = fault
        self.answer = answer

    @tl.observe("fault")
    def _tell(self, change: Any) -> None:
        message = f'<p class="vv-notice vv-notice-look" role="alert">{safe(change.new)}</p>'
        self._message.value = message if change.new else ""
        self._message.layout.display = None if change.new else "none"


class ChoiceField(Field):
    """Options of which one is chosen; a small button takes the choice back."""

    def __init__(self, item: Item, texts: Texts) -> None:
        options = [(item.say(choice, texts), choice) for choice in item.choices()]
        label = _label(item, texts)
        self._radio = ipw.RadioButtons(
            options=options,
            value=None,
            description=label,
            # Short words stand side by side, so that a long list stays short.
            orientation="horizontal" if item.kind == "yes_partly_no" else "vertical",
            layout=ipw.Layout(width="100%", max_width="72ch"),
        )
        clear_of = texts("form.clear_of", label=label)
        self._clear = ipw.Button(
            description=texts("form.clear"),
            tooltip=clear_of,
            # It keeps its place while it is not there, so that nothing jumps at a click.
            layout=ipw.Layout(
                visibility="hidden", align_self="flex-start", min_height="24px", margin="-16px 0 0"
            ),
        ).add_class("vv-link")
        super().__init__(item, texts, self._radio, self._clear)
        self._radio.observe(lambda change: self._take(change.new), "value")
        self._clear.on_click(lambda _: self._take(None))

    @tl.observe("answer")
    def _show(self, change: Any) -> None:
        self._radio.value = change.new
        self._clear.layout.visibility = "hidden" if change.new is None else "visible"


class DateField(Field):
    """A date, typed as Danes type it, or a tick that says why there is none."""

    def __init__(self, item: Item, texts: Texts) -> None:
        self._text = ipw.Text(
            description=_label(item, texts),
            placeholder=texts("form.date_form"),
            continuous_update=False,
        )
        self._ticks = {
            code: ipw.Checkbox(description=texts(f"form.code.{code}"), indent=False)
            for code in item.codes
        }
        super().__init__(item, texts, self._text, *self._ticks.values())
        self._text.observe(self._read, "value")
        for code, tick in self._ticks.items():
            tick.observe(partial(self._on_tick, code), "value")

    def _read(self, change: Any) -> None:
        typed = change.new.strip()
        if typed == "":
            self._take(self.answer if self.answer in CODES else None)
            return
        day = read_date(typed)
        if day is None:
            self._take(None, self._texts("form.date_fault", value=typed))
        elif not _FIRST <= day <= _LAST:
            bounds = {"first": _typed(_FIRST), "last": _typed(_LAST)}
            self._take(None, self._texts("form.date_range", value=typed, **bounds))
        else:
            self._take(day.isoformat())

    def _on_tick(self, code: str, change: Any) -> None:
        if change.new:
            self._take(code)
        elif self.answer == code:
            self._take(None)

    @tl.observe("answer")
    def _show(self, change: Any) -> None:
        for code, tick in self._ticks.items():
            tick.value = change.new == code
        if change.new is None or change.new in CODES:
            # What is wrong stays in the field beside its message.
            if not self.fault:
                self._text.value = ""
        elif read_date(self._text.value) != date.fromisoformat(change.new):
            self._text.value = _typed(date.fromisoformat(change.new))


class NoteField(Field):
    """A short text, searched for what must not stand in it."""

    def __init__(self, item: Item, texts: Texts) -> None:
        self._text = ipw.Textarea(description=_label(item, texts), rows=3)
        super().__init__(item, texts, self._text)
        self._text.observe(self._read, "value")

    def _read(self, change: Any) -> None:
        self._take(*self._accepted(change.new))

    def _accepted(self, typed: str) -> tuple[str | None, str]:
        """Return what of *typed* may be kept, and a sentence on what may not."""
        found = personal_data.find(typed)
        if found:
            fault = self._texts(f"personal.{found[0].kind}", found=found[0].words)
            return personal_data.without(typed, found)[:NOTE_LIMIT].strip() or None, fault
        if len(typed) > NOTE_LIMIT:
            room = {"length": len(typed), "limit": NOTE_LIMIT}
            return typed[:NOTE_LIMIT], self._texts("form.too_long", **room)
        return typed.strip() or None, ""

    @tl.observe("answer")
    def _show(self, change: Any) -> None:
        if self._accepted(self._text.value)[0] != change.new:
            self._text.value = change.new or ""


def field_for(item: Item, texts: Texts) -> Field:
    """Return the field that *item* is answered in."""
    kinds = {"date": DateField, "note": NoteField}
    return kinds.get(item.kind, ChoiceField)(item, texts)


def read_date(typed: str) -> date | None:
    """Return the day that *typed* says: day, month and year with any mark between, or ISO.

    >>> read_date("3/5 2026") == read_date("03-05-2026") == read_date("2026-05-03")
    True
    """
    numbers = re.fullmatch(r"(\d{1,4})[-./ ]+(\d{1,2})[-./ ]+(\d{1,4})", typed.strip())
    if numbers is None:
        return None
    first, month, last = numbers.groups()
    day, year = (last, first) if len(first) == 4 else (first, last)
    if len(day) > 2 or len(year) not in {2, 4}:
        return None
    with suppress(ValueError):
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    return None


def _label(item: Item, texts: Texts) -> str:
    label = item.label.in_(texts.language)
    return label if item.required else texts("form.optional", label=label)


def _typed(day: date) -> str:
    return f"{day:%d-%m-%Y}"


def _hidden() -> ipw.Layout:
    return ipw.Layout(display="none")
