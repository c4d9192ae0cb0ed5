"""A form to fill in, which keeps nothing by itself."""

import re
import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import ipywidgets as ipw
import traitlets as tl

from data.answers import Answers, key_in_row, new_row, row_ids, split_key, without_row
from data.forms import Form, Item
from data.texts import Texts
from widgets.fields import Reading, label, read, shown
from widgets.page import safe
from widgets.questions import Block, Questions, blocks_of
from widgets.row_headings import row_summary
from widgets.views import VIEWS

Guard = Callable[[Callable[..., None]], Callable[..., Any]]
"""Wraps a callback so that its failure is told, such as ``Page.guard``."""


def _unguarded(callback: Callable[..., None]) -> Callable[..., Any]:
    return callback


class FormFields(ipw.VBox):
    """A form that asks each question of a form once, and those of a table once a row.

    ``answers`` is the only truth: read it, set it or observe it, and the form follows. It maps the
    key of every question to its answer, or to ``None``. Text that may not be kept stays in its field
    and is not in ``answers``. Questions that are not asked with these answers keep theirs.
    """

    answers = tl.Dict(help="The answer to each question, by the question's key.")
    progress = tl.Unicode(help="How many of the required questions are answered, in words.")
    untaken: "tl.List[str]" = tl.List(
        help="The fields, in order, in which more stands than what was taken."
    )
    locked = tl.Bool(default_value=False, help="Whether it can only be read.")
    marked = tl.Bool(default_value=False, help="Whether required questions without answer show it.")

    def __init__(self, form: Form, texts: Texts, guard: Guard = _unguarded) -> None:
        self.form = form
        self._guard = guard
        self._texts = texts
        self._name = f"{form.id}-{secrets.token_hex(3)}"
        self._typed: dict[str, str] = {}
        self._readings: dict[str, Reading] = {}
        self._removed: dict[tuple[str, str], dict[str, str]] = {}
        view = VIEWS.get(form.view)
        self._view = view(form, texts) if view else None
        blocks = blocks_of(form, texts, getattr(self._view, "adds_to", ""))
        first = next((i for i, block in enumerate(blocks) if block["kind"] == "table"), len(blocks))
        parts = [blocks[:first], blocks[first:]] if view else [blocks]
        self._parts = [self._drawn(part) for part in parts]
        drawn: list[ipw.Widget] = [self._parts[0]]
        if self._view is not None:
            drawn += [self._view.add_class("vv-view"), *self._parts[1:]]
        super().__init__(children=[ipw.HTML(_introduction(form, texts)), *drawn])
        self.add_class("vv-stack").add_class("vv-fields")
        self.answers = {}
        self._draw()
        if self._view is not None:
            tl.link((self, "answers"), (self._view, "answers"))
            if self._view.has_trait("locked"):
                tl.link((self, "locked"), (self._view, "locked"))

    # --- What somebody does ----------------------------------------------------------------

    def write(self, key: str, typed: str, *, half: bool = False) -> None:
        """Take *typed* as what now stands in the field of *key*.

        While it is *half* typed nothing is wrong with it yet, and what cannot be read is no answer.
        Raises :exc:`LookupError` where there is no such field. Nothing is taken while it is locked.
        """
        item = self._item(key)
        if self.locked:
            return
        reading = read(item, typed, self._texts)
        if half and (reading.fault or _may_go_on(item, typed)):
            reading = Reading(None)
        self._typed[key], self._readings[key] = typed, reading
        if self.answers[key] == reading.answer:
            self._draw()
        else:
            self.answers = {**self.answers, key: reading.answer}

    def add_row(self, table: str) -> str | None:
        """Put an empty row at the end of *table* and return its id; None where it is full."""
        asked = self.form.table(table)
        rows = row_ids(self.answers, table)
        if self.locked or len(rows) >= asked.at_most:
            return None
        removed = [key_in_row(name, row, "") for name, row in self._removed]
        row = new_row([*self.answers, *removed], table)
        empty = {key_in_row(table, row, item.id): None for item in asked.items}
        self.answers = {**self.answers, **empty}
        return row

    def remove_row(self, table: str, row: str) -> None:
        """Take *row* out of *table*; :meth:`restore_row` puts it back as it was."""
        if self.locked or row not in row_ids(self.answers, table):
            return
        keys = [key_in_row(table, row, item.id) for item in self.form.table(table).items]
        self._removed[table, row] = {key: self.typed(key) for key in keys}
        self.answers = without_row(self.answers, table, row)

    def restore_row(self, table: str, row: str) -> None:
        """Put a removed *row* of *table* back."""
        if self.locked or (table, row) not in self._removed:
            return
        typed = self._removed.pop((table, row))
        self._typed |= typed
        self._readings |= {key: self._read(key, words) for key, words in typed.items()}
        back = {key: self._readings[key].answer for key in typed}
        self.answers = {**self.answers, **back}

    # --- What it says ------------------------------------------------------------------------

    def faults(self) -> dict[str, str]:
        """Return what stands in a field and was not taken: key → why."""
        return {key: reading.fault for key, reading in self._readings.items() if reading.fault}

    def warnings(self) -> dict[str, str]:
        """Return what was taken and should be looked at once more: key → why."""
        return {key: reading.warning for key, reading in self._readings.items() if reading.warning}

    def typed(self, key: str) -> str:
        """Return what stands in the field of *key*."""
        return self._typed.get(key, "")

    def missing(self) -> dict[str, str]:
        """Return the required questions without an answer: key → what they ask, rows numbered."""
        return {
            key: named(self.form, self.answers, key, self._texts)
            for key, item in self.form.asked(self.answers)
            if item.required and self.answers[key] is None
        }

    def link(self, key: str) -> str:
        """Return the address within the page that leads to the field of *key*."""
        return f"#vv-q-{self._name}:{quote(key)}"

    def lead_to(self, key: str) -> None:
        """Put the person at the page into the field of *key*."""
        for part in self._parts:
            part.send({"kind": "focus", "key": key})

    # --- How it follows ----------------------------------------------------------------------

    @tl.validate("answers")
    def _complete(self, proposal: Any) -> dict[str, str | None]:
        unknown = sorted(key for key in proposal.value if self.form.item(key) is None)
        if unknown:
            raise tl.TraitError(f"no such question in this form: {', '.join(unknown)}")
        answers = self.form.complete(proposal.value)
        for key, answer in answers.items():
            if answer is None or self._answer(key) == answer:
                continue
            # A note may come from a view or from a file; what may not be kept stays in its field.
            reading = self._read(key, answer) if self._item(key).kind == "note" else None
            if reading and reading.answer != answer:
                answers[key] = reading.answer
                self._typed[key], self._readings[key] = answer, reading
        return answers

    @tl.observe("answers")
    def _follow(self, change: Any) -> None:
        for key, answer in change.new.items():
            # What is wrong stays in its field as long as nobody puts another answer there.
            if key not in self._readings or self._answer(key) != answer:
                self._typed[key] = shown(self._item(key), answer)
                self._readings[key] = self._read(key, self._typed[key])
        for key in self._typed.keys() - change.new.keys():
            del self._typed[key], self._readings[key]
        for table, row in [*self._removed]:
            if row in row_ids(change.new, table):
                del self._removed[table, row]
        self._draw()

    @tl.observe("locked", "marked")
    def _look(self, _: Any) -> None:
        if self.locked:
            # What can only be read shows nothing that is kept nowhere.
            for key in self.faults():
                self._typed[key] = shown(self._item(key), self.answers[key])
                self._readings[key] = self._read(key, self._typed[key])
        self._draw()

    def _draw(self) -> None:
        """Let the browser's part follow."""
        done, required = self.form.progress(self.answers)
        self.progress = self._texts("form.progress", done=done, all=required)
        asked = {key for key, _ in self.form.asked(self.answers)}
        faults = self.faults()
        self.untaken = [key for key, _ in self.form.asked(self.answers) if key in faults]
        removed = defaultdict(list)
        for table, row in sorted(self._removed):
            removed[table].append(row)
        state = {
            "typed": dict(self._typed),
            "rows": {table.id: [*row_ids(self.answers, table.id)] for table in self.form.tables},
            "headings": self._headings(asked),
            "removed": dict(removed),
            "faults": faults,
            "warnings": self.warnings(),
            "missing": sorted(self.missing()) if self.marked else [],
            "unasked": sorted(self.answers.keys() - asked),
            "locked": self.locked,
        }
        for part in self._parts:
            with part.hold_sync():
                for name, value in state.items():
                    part.set_trait(name, value)

    def _headings(self, asked: set[str]) -> dict[str, list[str]]:
        """Return what each row says while it is closed: ``table.row`` → summary, what it needs."""
        missing, odd = self.missing().keys(), self.faults().keys() | self.warnings().keys()
        headings = {}
        for table in self.form.tables:
            for row in row_ids(self.answers, table.id):
                keys = {key_in_row(table.id, row, item.id) for item in table.items} & asked
                counts = {"form.row_missing": keys & missing, "form.row_look": keys & odd}
                needs = [self._texts(id, count=len(of)) for id, of in counts.items() if of]
                said = row_summary(table, row, self.answers, asked, self._texts)
                headings[f"{table.id}.{row}"] = [said, " · ".join(needs)]
        return headings

    def _drawn(self, blocks: list[Block]) -> Questions:
        return Questions(self._name, blocks, self._texts, self._guard(self._hear))

    def _hear(self, message: Mapping[str, Any]) -> None:
        """Do what a message from the browser asks; one that asks for what is not there is nothing."""
        names = ("kind", "table", "row", "key", "value")
        given = {name: message.get(name) for name in names}
        kind, table, row, key, value = (
            each if isinstance(each, str) else "" for each in given.values()
        )
        if kind == "typed" and key in self.answers and given["value"] == value:
            self.write(key, value, half=message.get("half") is True)
        elif table in {each.id for each in self.form.tables}:
            if kind == "add":
                self.add_row(table)
            elif kind == "remove":
                self.remove_row(table, row)
            elif kind == "restore":
                self.restore_row(table, row)

    def _item(self, key: str) -> Item:
        item = self.form.item(key)
        if item is None:
            raise LookupError(f"no such question in this form: {key}")
        return item

    def _read(self, key: str, typed: str) -> Reading:
        return read(self._item(key), typed, self._texts)

    def _answer(self, key: str) -> str | None:
        """Return what may be kept of what stands in the field of *key*."""
        return self._readings[key].answer if key in self._readings else None


def named(form: Form, answers: Answers, key: str, texts: Texts) -> str:
    """Return what the question *key* asks, and in which row: ``Aftale 2: Hvem gør det?``."""
    item = form.item(key)
    if item is None:
        return key
    table, row, _ = split_key(key)
    if table is None or row is None:
        return label(item, texts)
    rows = row_ids(answers, table)
    number = rows.index(row) + 1 if row in rows else len(rows) + 1
    kind = form.table(table).row.in_(texts.language)
    name = texts("form.row_name", row=kind, number=number)
    return texts("form.in_row", row=name[:1].upper() + name[1:], label=label(item, texts))


def _may_go_on(item: Item, typed: str) -> bool:
    """Tell whether a date may yet get a longer year: ``3-5-20`` is on its way to ``3-5-2026``."""
    return item.kind == "date" and not re.search(r"\d{4}", typed)


def _introduction(form: Form, texts: Texts) -> str:
    """Return what the form is and for what, as HTML."""
    lines = [words.in_(texts.language) for words in (form.purpose, form.note) if words]
    return "".join(f'<p class="vv-quiet">{safe(line)}</p>' for line in lines)
