"""Questions as fields of the browser: one widget draws them all.

A widget of ipywidgets for every control would be some thirteen models a question, and hundreds of
messages before a form of forty questions is open. So the whole form is one widget; its fields are the
browser's own, with their labels, keys and sizes, and what an answer is stays with Python.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets as tl

from data.forms import CODES, Form, Item, Section, Table
from data.texts import Texts
from widgets.browser_code import browser_code
from widgets.fields import label

_STATIC = Path(__file__).parent / "static"
_SHORT = 22
"""Letters of an option that stands in a column beside others."""

Block = dict[str, Any]
"""A heading, a question or a table, as the browser draws it."""


class Questions(anywidget.AnyWidget):
    """Some of the questions of a form, drawn; :class:`~widgets.form.FormFields` fills it.

    Every trait goes to the browser and none is read back: a browser may send any state. What is
    typed comes as a message and goes to *hear*.
    """

    _esm = browser_code("questions.js")
    _css = _STATIC / "form.css"

    form = tl.Unicode(help="The name by which links lead to fields of this form.").tag(sync=True)
    blocks: "tl.List[Block]" = tl.List(help="What is drawn, in order.").tag(sync=True)
    words = tl.Dict(help="The words of buttons and notes.").tag(sync=True)
    typed = tl.Dict(help="Key → what stands in the field.").tag(sync=True)
    rows = tl.Dict(help="Table → its rows, in order.").tag(sync=True)
    headings = tl.Dict(help="Table and row → what it says while it is closed, and needs.").tag(
        sync=True
    )
    removed = tl.Dict(help="Table → rows taken out, which can be put back.").tag(sync=True)
    faults = tl.Dict(help="Key → why something was not taken.").tag(sync=True)
    warnings = tl.Dict(help="Key → what should be looked at once more.").tag(sync=True)
    missing: "tl.List[str]" = tl.List(help="Keys marked as missing.").tag(sync=True)
    unasked: "tl.List[str]" = tl.List(help="Keys that are not asked with these answers.").tag(
        sync=True
    )
    locked = tl.Bool(default_value=False, help="Whether nothing can be changed.").tag(sync=True)
    heard = tl.Int(0, help="The number of the last message that was heard.").tag(sync=True)

    def __init__(
        self,
        name: str,
        blocks: Iterable[Block],
        texts: Texts,
        hear: Callable[[Mapping[str, Any]], None],
    ) -> None:
        self._hear = hear
        super().__init__(form=name, blocks=list(blocks), words=words_of(texts))
        self.on_msg(self._on_message)

    def _on_message(self, _: Any, message: Any, __: Any) -> None:
        if not isinstance(message, dict):
            return
        number = message.get("number")
        with self.hold_sync():
            try:
                self._hear(message)
            finally:
                # Also where it failed: the browser goes on with what Python has.
                if isinstance(number, int):
                    self.heard = max(self.heard, number)


def blocks_of(form: Form, texts: Texts, elsewhere: str = "") -> list[Block]:
    """Return the headings, questions and tables of *form* in the order in which they are read.

    *elsewhere* is a table whose rows are added by something else, such as a picture.
    """
    drawn: list[Block] = []
    for section in form.sections or (None,):
        place = section.id if section else ""
        if section:
            drawn.append(_heading(section, texts))
        drawn += [_question(item, texts) for item in _shown(form.items) if item.section == place]
        drawn += [
            {**_table(table, texts), "adds": table.id != elsewhere}
            for table in form.tables
            if table.section == place
        ]
    return drawn


def _heading(section: Section, texts: Texts) -> Block:
    help = section.help.in_(texts.language) if section.help else ""
    return {"kind": "heading", "title": section.title.in_(texts.language), "help": help}


def _table(table: Table, texts: Texts) -> Block:
    return {
        "kind": "table",
        "id": table.id,
        "title": table.title.in_(texts.language),
        "row": table.row.in_(texts.language),
        "help": table.help.in_(texts.language) if table.help else "",
        "items": [_question(item, texts) for item in _shown(table.items)],
        "at_most": table.at_most,
    }


def _shown(items: Iterable[Item]) -> Iterator[Item]:
    return (item for item in items if not item.hidden)


def _question(item: Item, texts: Texts) -> Block:
    about = [item.help.in_(texts.language)] if item.help else []
    if item.source:
        about.append(texts("form.source", source=item.source.in_(texts.language)))
    if item.origin == "local":
        about.append(texts("form.local"))
    scale = item.kind == "scale" and item.low_end and item.high_end
    return {
        "kind": item.kind,
        "id": item.id,
        "label": label(item, texts),
        "about": about,
        "options": _options(item, texts),
        "codes": [[code, texts(f"form.code.{code}")] for code in item.codes],
        # Short words stand side by side, so that a long form stays short.
        "beside": item.kind in {"yes_partly_no", "scale"},
        "columns": item.kind in {"choice", "choices"} and _are_short(item, texts),
        "ends": [end.in_(texts.language) for end in (item.low_end, item.high_end) if end]
        if scale
        else None,
        "unit": item.unit.in_(texts.language) if item.unit else "",
        "placeholder": texts("form.date_form") if item.kind == "date" else "",
        "limit": item.limit if item.kind == "note" else 0,
    }


def _are_short(item: Item, texts: Texts) -> bool:
    return all(len(item.say(choice, texts)) <= _SHORT for choice in item.choices())


def _options(item: Item, texts: Texts) -> list[list[str]]:
    own = [choice for choice in item.choices() if choice not in CODES]
    if item.kind == "scale":
        return [[step, step] for step in own]
    return [[choice, item.say(choice, texts)] for choice in own]


def words_of(texts: Texts) -> dict[str, str]:
    """Return the words of buttons and notes around the questions."""
    # The browser fills these slots itself, so they stand for themselves here.
    slots = {name: f"{{{name}}}" for name in ("label", "row", "number", "most", "length", "limit")}
    named = {
        "clear": "form.clear",
        "clear_of": "form.clear_of",
        "choose": "form.choose",
        "missing": "form.missing_here",
        "room": "form.room",
        "add_row": "form.add_row",
        "remove_row": "form.remove_row",
        "row_name": "form.row_name",
        "row_removed": "form.row_removed",
        "undo": "form.undo",
        "table_full": "form.table_full",
    }
    return {name: texts(id, **slots) for name, id in named.items()}
