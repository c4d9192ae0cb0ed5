"""The network map: people around a young person, moved by mouse, finger, keyboard or list.

The browser tells only what somebody wants (``step``, ``drop``, ``write``, ``remove``, ``undo``); what
becomes of it is decided here, and the browser draws what it is then shown. So no message can put
anything into the answers that the form does not have, and two quick key presses are two steps.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
import traitlets as tl

from data import personal_data
from data.answers import Answers, key_in_row, new_row, row_ids, split_key, without_row
from data.forms import Form, Item
from data.texts import Texts
from widgets.pictures.network import Scene, alternative, scene, summary
from widgets.pictures.network_people import TABLE, Network, Person

MOST = 40
"""People that can be added on the map; a form may allow fewer."""
_STATIC = Path(__file__).parent / "static"
_FIELDS = ("alias", "sector", "ring", "effect", "adult")
_WIDTH = 640
_UNDOS = 50
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_WORDS = (
    *(
        "title",
        "help",
        "without_mouse",
        "keys",
        "skip",
        "list",
        "none_here",
        "not_placed",
        "add",
        "edit",
        "remove",
    ),
    *("keep_new", "keep", "close", "choose"),
)


@dataclass(frozen=True, slots=True)
class _Undo:
    """What puts a row back as it was."""

    kind: str
    """``moved``, ``changed``, ``added`` or ``removed``."""
    row: str
    alias: str
    before: Answers
    """The answers of the row before; empty where there was no row."""


class NetworkMap(anywidget.AnyWidget):
    """A map of the table ``people`` of a form, with the same people as a list beside it.

    ``answers`` is the only truth: set it or observe it, and the map follows. Other answers in it
    are left as they are. It is not sent to the browser, and the browser cannot set it.
    """

    adds_to = TABLE
    """The table whose rows are added here, so that the form needs no button for that."""
    _esm = _STATIC / "network_map.js"
    _css = _STATIC / "network_map.css"

    answers = tl.Dict(help="The answers of the form, by key.")
    locked = tl.Bool(default_value=False, help="Whether it can only be read.")
    shown = tl.Dict(help="What the browser draws, and what it was told last.").tag(sync=True)
    words = tl.Dict(help="The words around the map, and the questions asked of a person.").tag(
        sync=True
    )

    def __init__(self, form: Form, texts: Texts) -> None:
        self._texts = texts
        self._network = Network(form, texts)
        self._most = min(MOST, form.table(TABLE).at_most)
        self._width = _WIDTH
        self._undos: list[_Undo] = []
        self._said = (0, "")
        self._changing = False
        super().__init__(words=self._all_words())
        self._show()
        self.on_msg(self._hear)

    def set_state(self, sync_data: Any) -> None:
        """Take no state from the browser: it tells by messages what somebody wants."""

    # --- What is shown ----------------------------------------------------------------------

    def _all_words(self) -> dict[str, Any]:
        words: dict[str, Any] = {name: self._texts(f"network.{name}") for name in _WORDS}
        items = (self._network.items[id] for id in _FIELDS if id in self._network.items)
        return words | {"fields": [self._field(item) for item in items]}

    def _field(self, item: Item) -> dict[str, Any]:
        """Return the question *item* as the browser asks it; a text has no options."""
        language = self._texts.language
        said = self._network.rings if item.id == "ring" else {}
        steps = {str(step): words for step, words in said.items()}
        options = [[one, steps.get(one) or item.say(one, self._texts)] for one in item.choices()]
        return {
            "id": item.id,
            "label": item.label.in_(language),
            "help": item.help.in_(language) if item.help else "",
            "options": options if item.kind != "note" else None,
        }

    def _show(self, reply: Mapping[str, Any] | None = None) -> None:
        network, people = self._network, self._network.people(self.answers)
        groups = [
            {
                "name": network.sectors[sector] if sector else self._texts("network.not_placed"),
                "people": [self._listed(person) for person in group],
            }
            for sector, group in network.by_sector(people).items()
        ]
        undo = self._undos[-1] if self._undos else None
        self.shown = {
            "scene": _drawn(scene(network, people, self._width), network),
            "groups": groups,
            "summary": summary(network, people),
            "alternative": alternative(network, people),
            "locked": self.locked,
            "full": self._full(),
            "undo": self._texts(f"network.undo.{undo.kind}", alias=undo.alias) if undo else "",
            "said": list(self._said),
            "reply": dict(reply or {}),
        }

    def _listed(self, person: Person) -> dict[str, Any]:
        network, texts = self._network, self._texts
        name = network.name(person)
        ring = [network.rings[person.ring]] if person.ring is not None else []
        keys = {id: key_in_row(TABLE, person.row, id) for id in _FIELDS}
        return {
            "row": person.row,
            "name": name,
            "details": " · ".join([*ring, *network.traits(person)]),
            "sentence": network.sentence(person),
            "edit": texts("network.edit_of", alias=name),
            "remove": texts("network.remove_of", alias=name),
            "warning": self._warning(person.alias),
            "values": {id: self.answers.get(key) or "" for id, key in keys.items()},
        }

    def _warning(self, alias: str) -> str:
        # A name may be a role too, so it is only pointed out.
        found = personal_data.probable_names(alias)
        return self._texts("network.name_warning", found=found[0].words) if found else ""

    @tl.observe("answers")
    def _follow(self, change: Any) -> None:
        if not self._changing and _rows(change.old or {}) != _rows(change.new):
            self._undos.clear()  # What somebody else did is not undone from here.
        if not self._changing:
            self._show()

    @tl.observe("locked")
    def _lock(self, _: Any) -> None:
        self._show()

    # --- What somebody wants ----------------------------------------------------------------

    def _hear(self, _: Any, message: Any, __: Any) -> None:
        if not isinstance(message, dict):
            return
        hear: dict[Any, Callable[[dict[Any, Any]], dict[str, Any]]] = {
            "width": self._on_width,
            "step": self._on_step,
            "drop": self._on_drop,
            "write": self._on_write,
            "remove": self._on_remove,
            "undo": self._on_undo,
        }
        kind, id = message.get("kind"), message.get("id")
        if isinstance(kind, str) and kind in hear and (kind == "width" or not self.locked):
            reply = hear[kind](message)
            known = id if isinstance(id, str) and len(id) <= 40 and id.isascii() else ""
            self._show({"id": known, **reply})

    def _on_width(self, message: dict[Any, Any]) -> dict[str, Any]:
        width = message.get("width")
        if isinstance(width, int | float) and 0 < width < 10_000:
            self._width = round(width / 10) * 10
        return {}

    def _on_step(self, message: dict[Any, Any]) -> dict[str, Any]:
        """Move a person one ring or one sector on."""
        person, inward, onward = self._asked(message), message.get("in"), message.get("on")
        if person is None or person.sector is None or person.ring is None:
            return {}
        if type(inward) is int and abs(inward) == 1:
            ring = person.ring - inward
            if ring in self._network.rings:
                self._place(person, person.sector, ring, person.angle)
            else:
                self._say("innermost" if inward > 0 else "outermost", person)
        elif type(onward) is int and abs(onward) == 1:
            sectors = list(self._network.sectors)
            place = (sectors.index(person.sector) + onward) % len(sectors)
            self._place(person, sectors[place], person.ring, None)
        return {"row": person.row}

    def _on_drop(self, message: dict[Any, Any]) -> dict[str, Any]:
        """Put a person where it was dragged to."""
        person, sector, ring = self._asked(message), message.get("sector"), message.get("ring")
        known = isinstance(sector, str) and sector in self._network.sectors
        if person is None or not known or type(ring) is not int or ring not in self._network.rings:
            return {}
        angle = message.get("angle")
        fits = type(angle) is int and 0 <= angle < 360 and self._network.sector_at(angle) == sector
        self._place(person, str(sector), ring, angle if fits else None)
        return {"row": person.row}

    def _on_write(self, message: dict[Any, Any]) -> dict[str, Any]:
        """Add a person, or change what is said of one; a refusal names field and reason."""
        row, values = message.get("row"), message.get("values")
        if not isinstance(values, dict):
            return {}
        given = {id: values.get(id) for id in _FIELDS if id in self._network.items}
        texts = {id: value if isinstance(value, str) else "" for id, value in given.items()}
        texts["alias"] = _one_line(texts["alias"])
        person = self._asked(message)
        faults = self._faults(texts)
        if row is not None and person is None:
            faults = {"alias": self._texts("network.fault.gone")}
        elif row is None and self._full():
            faults = {"alias": self._full()}
        if faults:
            return {"faults": faults}
        known = person.row if person else new_row(self.answers, TABLE)
        wanted: dict[str, str | None] = {id: value or None for id, value in texts.items()}
        before = self._of_row(known)
        if "angle" in self._network.items and before.get(_key(known, "sector")) != wanted["sector"]:
            wanted["angle"] = None
        if person is None:
            wanted = {**dict.fromkeys(self._network.items), **wanted}
        kind = "changed" if person else "added"
        self._change(kind, known, texts["alias"], wanted)
        self._say(kind, self._person(known))
        return {"row": known, "faults": {}}

    def _on_remove(self, message: dict[Any, Any]) -> dict[str, Any]:
        person = self._asked(message)
        if person:
            self._change("removed", person.row, self._network.name(person), None)
            self._say("removed", person)
        return {}

    def _on_undo(self, _: dict[Any, Any]) -> dict[str, Any]:
        if not self._undos:
            self._tell("nothing_to_undo")
            return {}
        last = self._undos.pop()
        self._set(last.row, last.before)
        if last.kind == "added":
            self._tell("undone_added", alias=last.alias)
            return {}
        self._say("undone", self._person(last.row))
        return {"row": last.row}

    # --- What becomes of it -----------------------------------------------------------------

    def _asked(self, message: Mapping[Any, Any]) -> Person | None:
        row = message.get("row")
        return self._person(row) if isinstance(row, str) else None

    def _person(self, row: str) -> Person | None:
        people = self._network.people(self.answers)
        return next((person for person in people if person.row == row), None)

    def _place(self, person: Person, sector: str, ring: int, angle: int | None) -> None:
        wanted = {"sector": sector, "ring": str(ring)}
        at = {} if "angle" not in self._network.items else {"angle": _number(angle)}
        self._change("moved", person.row, self._network.name(person), {**wanted, **at})
        self._say("placed", self._person(person.row))

    def _change(
        self, kind: str, row: str, alias: str, wanted: Mapping[str, str | None] | None
    ) -> None:
        """Give *row* the answers *wanted*, question → answer, or take it out where that is None."""
        before = self._of_row(row)
        own = {_key(row, id): answer for id, answer in (wanted or {}).items()}
        after = {} if wanted is None else {**before, **own}
        if after != before:
            self._undos = [*self._undos[1 - _UNDOS :], _Undo(kind, row, alias, before)]
            self._set(row, after)

    def _set(self, row: str, answers: Answers) -> None:
        self._changing = True
        try:
            self.answers = {**without_row(self.answers, TABLE, row), **answers}
        finally:
            self._changing = False

    def _of_row(self, row: str) -> dict[str, str | None]:
        return {
            key: answer
            for key, answer in self.answers.items()
            if split_key(key)[:2] == (TABLE, row)
        }

    def _full(self) -> str:
        """Return why nobody can be added, or nothing."""
        full = len(row_ids(self.answers, TABLE)) >= self._most
        return self._texts("network.fault.full", limit=self._most) if full else ""

    def _faults(self, values: Mapping[str, str]) -> dict[str, str]:
        """Return what may not be kept: question → why."""
        faults = {"alias": self._alias_fault(values["alias"])}
        for id, value in values.items():
            item = self._network.items[id]
            if id == "alias" or (value and item.allows(value)):
                continue
            if value or item.required:
                which = id if id in {"sector", "ring"} else "choice"
                faults[id] = self._texts(f"network.fault.{which}")
        return {id: fault for id, fault in faults.items() if fault}

    def _alias_fault(self, alias: str) -> str:
        limit = self._network.items["alias"].limit
        if not alias:
            return self._texts("network.fault.empty")
        if found := personal_data.find(alias):
            return self._texts(f"network.fault.{found[0].kind}", found=found[0].words)
        if len(alias) > limit:
            return self._texts("network.fault.long", length=len(alias), limit=limit)
        return ""

    def _say(self, kind: str, person: Person | None) -> None:
        """Have it read aloud what became of *person*."""
        if person:
            place = self._network.place(person)
            self._tell(kind, alias=self._network.name(person), place=place)

    def _tell(self, kind: str, **slots: str) -> None:
        self._said = (self._said[0] + 1, self._texts(f"network.said.{kind}", **slots))


def _drawn(drawn: Scene, network: Network) -> dict[str, Any]:
    """Return the picture as the browser draws it: names, attributes and words of elements."""
    plan = drawn.plan
    cells = [
        {"sector": sector, "ring": ring, "name": network.cell(sector, ring), "mark": mark}
        for sector, ring, mark in drawn.cells
    ]
    people = [
        {"row": row, "at": drawn.points[row], "tie": drawn.ties[row], "marks": marks}
        for row, marks in drawn.people.items()
    ]
    return {
        "width": plan.width,
        "height": drawn.height,
        "middle": [plan.x, plan.y],
        "radii": plan.radii,
        "ground": drawn.ground,
        "cells": cells,
        "words": drawn.words,
        "people": people,
        "key": drawn.key,
    }


def _key(row: str, id: str) -> str:
    return key_in_row(TABLE, row, id)


def _rows(answers: Answers) -> dict[str, str]:
    """Return what is answered of the people."""
    return {key: answer for key, answer in answers.items() if answer and split_key(key)[0] == TABLE}


def _number(angle: int | None) -> str | None:
    return None if angle is None else str(angle)


def _one_line(words: str) -> str:
    """Return *words* without breaks, and without signs that hide or turn the letters around them."""
    kept = [sign for sign in words if unicodedata.category(sign) not in {"Cc", "Cs", "Co", "Cn"}]
    visible = "".join(sign for sign in kept if sign not in _TURNING)
    return " ".join(visible.split())
