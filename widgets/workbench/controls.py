"""The controls of the workbench: the numbers that a leader moves, around what they are today.

Which they are stands in ``data/definitions/workbench.toml``. A number that is no control, and differs from
today because a saved scenario or an address says so, gets one of its own in a last group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from data import Parameter, parameters
from data.control_groups import MOVABLE, ControlDefinition, control_groups, single
from simulation.assumptions import written
from widgets.workbench.address import heard, spoken
from widgets.workbench.control_panel import ControlPanel
from widgets.workbench.sources import Origin, origin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from data.texts import Texts
    from simulation import Scenario
    from widgets.workbench.control_panel import Drawn
    from widgets.workbench.municipality import Municipality

CONTROLS = tuple(control.field for group in control_groups() for control in group.controls)
"""The ids of the numbers that always have a control, in order."""
OTHER = "other"
"""The group of numbers that have a control because they differ from today."""


class Control:
    """One number: what it offers, what is chosen, and what it is today."""

    def __init__(self, definition: ControlDefinition, today: Any) -> None:
        self.definition = definition
        self.parameter: Parameter = definition.parameter
        self.today = today
        self.offered = self._offer()
        self.place = self.offered.index(today)

    @property
    def value(self) -> Any:
        """The chosen value."""
        return self.offered[self.place]

    @value.setter
    def value(self, value: Any) -> None:
        value = self.parameter.of_each_role(value)
        if fault := self.parameter.fault(value):
            raise ValueError(f"{self.parameter.id} is {value!r}; it {fault}")
        if value not in self.offered:
            self.offered = self._offer(value)
        self.place = self.offered.index(value)

    @property
    def moved(self) -> bool:
        """Whether the value is another than today's."""
        return bool(self.value != self.today)

    def _offer(self, *more: Any) -> list[Any]:
        if self.parameter.kind in MOVABLE:
            return self.definition.offered(self.today, *more)
        return [self.today, *more]

    def drawn(self, came_from: Origin, texts: Texts) -> Drawn:
        """Return how the browser draws it; *came_from* says where today's value comes from."""
        id, kind = self.parameter.id, self.parameter.kind
        unit = "" if kind in {"switch", "choice"} else texts(f"unit.{self.parameter.unit}")
        ranged = kind in {"whole", "number", "roles"}
        values = self.offered if kind != "switch" else [0, 1]
        said: dict[int, str] = {}
        if ranged:
            # Each role has a number of its own here, which no single one says.
            several = [v for v in values if isinstance(v, tuple) and len(set(v)) > 1]
            said = {values.index(value): self.write(value, texts) for value in several}
            values = [single(value) for value in values]
        elif kind != "switch":
            values = [self.write(value, texts) for value in values]
        today = self.write(self.today, texts)
        return {
            "id": id,
            "kind": "range" if ranged else "switch" if kind == "switch" else "choice",
            "label": texts(f"parameter.{id}"),
            "unit": unit,
            "percent": self.parameter.unit.startswith("share"),
            "values": values,
            "said": said,
            "today": self.offered.index(self.today),
            "said_today": today,
            "mark": came_from.mark,
            "look": came_from.ours,
            "about": [
                texts(f"parameter.{id}.meaning"),
                *self._reach(texts),
                *came_from.sentences(texts),
            ],
        }

    def _reach(self, texts: Texts) -> list[str]:
        if self.parameter.kind not in {"whole", "number", "roles"}:
            return []
        ends = (self.offered[0], self.offered[-1])
        low, high = (self.write(self.parameter.of_each_role(single(end)), texts) for end in ends)
        return [texts("controls.reach", low=low, high=high)]

    def write(self, value: Any, texts: Texts) -> str:
        """Return *value* as a person writes it."""
        return written(texts, self.parameter, value)


class Controls(ipw.VBox):
    """All controls of *municipality*; *on_change* hears what a person changes, once each time."""

    def __init__(
        self, texts: Texts, municipality: Municipality, on_change: Callable[[], None]
    ) -> None:
        self._texts, self._on_change = texts, on_change
        self.panel = ControlPanel(texts, self._hear, self.reset)
        super().__init__([self.panel])
        self.begin(municipality)

    def begin(self, municipality: Municipality, scenario: Scenario | None = None) -> None:
        """Offer the values around today's in *municipality*, and choose those of *scenario*, or today's."""
        self._municipality = municipality
        scenario = scenario or municipality.today
        today = municipality.today
        self.controls = {
            control.field: Control(control, getattr(today, control.field))
            for group in control_groups()
            for control in group.controls
        }
        for id in scenario.differences(today):
            if id in parameters():
                self._put(id, getattr(scenario, id))
        self._draw()

    def choose(self, values: Mapping[str, Any]) -> None:
        """Choose *values*, by the parameter's id, as if a person had; tells of it once.

        Raises :exc:`ValueError` for a value that is not allowed.
        """
        for id, value in values.items():
            self._put(id, value)
        self._draw()
        self._on_change()

    def reset(self) -> None:
        """Take today's numbers again."""
        self.begin(self._municipality)
        self._on_change()

    @property
    def values(self) -> dict[str, Any]:
        """The chosen value of each control by id."""
        return {id: control.value for id, control in self.controls.items()}

    def address(self) -> dict[str, str | None]:
        """Return what the page's address has to say of each number: only what differs from today."""
        said = {
            id: spoken(control.value) if control.moved else None
            for id, control in self.controls.items()
        }
        return {**dict.fromkeys(parameters()), **said}

    def restore(self, query: Mapping[str, str]) -> list[tuple[str, str]]:
        """Take what an address says; return the parameters, with their words, that mean nothing."""
        ignored: list[tuple[str, str]] = []
        for id in parameters().keys() & query.keys():
            value = heard(parameters()[id], query[id])
            if value is None:
                ignored.append((self._texts(f"parameter.{id}"), query[id]))
            else:
                self._put(id, value)
        self._draw()
        return ignored

    def _put(self, id: str, value: Any) -> None:
        if id not in self.controls:
            definition = ControlDefinition(field=id) if _movable(id) else _fixed(id)
            self.controls[id] = Control(definition, getattr(self._municipality.today, id))
        self.controls[id].value = value

    def _hear(self, places: Mapping[str, int]) -> None:
        """Take the *places* that the browser names, as far as there are such."""
        for id, place in places.items():
            control = self.controls.get(id)
            if control is not None and 0 <= place < len(control.offered):
                control.place = place
        self._tell()
        self._on_change()

    def _draw(self) -> None:
        texts = self._texts
        groups = [(group.id, group.open, group.controls) for group in control_groups()]
        drawn = [
            self._group(id, texts(f"group.{id}"), unfolded, [one.field for one in controls])
            for id, unfolded, controls in groups
        ]
        others = [id for id in self.controls if id not in CONTROLS]
        if others:
            drawn.append(self._group(OTHER, texts("controls.other"), True, others))
        self.panel.offer(drawn, self._places())
        self._tell()

    def _group(self, id: str, label: str, unfolded: bool, ids: list[str]) -> Drawn:
        controls = [
            self.controls[one].drawn(origin(self._municipality, one, self._texts), self._texts)
            for one in ids
        ]
        return {"id": id, "label": label, "open": unfolded, "controls": controls}

    def _tell(self) -> None:
        """Have the browser show what is chosen, and which controls change nothing with that."""
        today = self._municipality.today
        values = {id: getattr(today, id) for id in parameters()} | self.values
        self.panel.chosen = self._places()
        self.panel.idle = {
            id: self._why(control.definition, values)
            for id, control in self.controls.items()
            if control.definition.rests(values)
        }
        if len(today.posts) >= values["coordinators"] and "weekly_hours" in self.controls:
            # Each post of a case list has hours of its own.
            listed = {"weekly_hours": self._texts("controls.listed_hours")}
            self.panel.idle = {**self.panel.idle, **listed}

    def _places(self) -> dict[str, int]:
        return {id: control.place for id, control in self.controls.items()}

    def _why(self, definition: ControlDefinition, values: Mapping[str, Any]) -> str:
        other = next(id for id, resting in definition.idle.items() if values[id] in resting)
        now = written(self._texts, parameters()[other], values[other])
        return self._texts("controls.idle", name=self._texts(f"parameter.{other}"), value=now)


def _movable(id: str) -> bool:
    return parameters()[id].kind in MOVABLE


def _fixed(id: str) -> ControlDefinition:
    """Return a control that knows two values only: today's, and the one that was brought."""
    return ControlDefinition.model_construct(field=id, idle={})
