"""The controls of the capacity page: a municipality, and five numbers around what they are today.

A control offers a list of allowed values and nothing else: a browser can only name a place in that
list, so nothing it sends can become a nonsensical scenario.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as ipw

from data import PRESETS, Parameter, parameters, read_preset
from data.texts import Texts
from simulation.assumptions import written
from widgets.page import safe

CONTROLS = (
    "coordinators",
    "weekly_hours",
    "caseload_ceiling",
    "booking_horizon_weeks",
    "reminders",
)
DEFAULT_PRESET = "medium"
_LEAST, _MOST = 0.2, 2.5
"""How far from today's number a control goes, as parts of it."""
_WHOLE = {"whole", "roles"}
Values = dict[str, Any]


def values_around(parameter: Parameter, today: float) -> list[float]:
    """Return the values that a control of *parameter* offers: allowed, and within reach of *today*."""
    step = parameter.step
    low = max(parameter.minimum, math.floor(today * _LEAST / step) * step)
    high = min(parameter.maximum, math.ceil(today * _MOST / step) * step)
    kind = int if parameter.kind in _WHOLE else float
    count = round((high - low) / step)
    offered = {kind(round(low + step * number, 6)) for number in range(count + 1)} | {kind(today)}
    return sorted(offered)


class Control:
    """One number: its slider or tick, today's value, and what moving it does.

    A number for each role of the team has one slider, which sets all of them. It begins at the
    smallest of today's, and stands for today's as they are until it is moved.
    """

    def __init__(self, id: str, texts: Texts, on_change: Callable[[], None]) -> None:
        self.parameter = parameters()[id]
        self._texts = texts
        self._today: Any = None
        self._on_change = on_change
        label = texts(f"parameter.{id}")
        self.field: Any = (
            ipw.Checkbox(description=label, indent=False)
            if self.parameter.kind == "switch"
            else ipw.SelectionSlider(description=label, options=[("0", 0)])
        )
        self._note = ipw.HTML()
        self.box = ipw.VBox([self.field, self._note]).add_class("vv-control")
        self.field.observe(lambda _: self._on_change(), "value")

    def begin(self, today: Any) -> None:
        """Offer the values around *today*, and take *today*."""
        self._today = today
        if self.parameter.kind != "switch":
            offered = values_around(self.parameter, _single(today))
            self.field.options = [(self.write(value), value) for value in offered]
        self.value = today
        unit = self._texts(f"unit.{self.parameter.unit}")
        said = (
            self.write(today) if self.parameter.kind == "switch" else f"{self.write(today)} {unit}"
        )
        now = safe(self._texts("capacity.today", value=said))
        meaning = safe(self._texts(f"parameter.{self.parameter.id}.meaning"))
        self._note.value = f'<p class="vv-control-note"><b>{now}</b><br>{meaning}</p>'

    @property
    def value(self) -> Any:
        """The chosen value; today's where the browser has unset it."""
        if self.field.value is None or self.field.value == _single(self._today):
            return self._today
        return self.parameter.of_each_role(self.field.value)

    @value.setter
    def value(self, value: Any) -> None:
        self.field.value = _single(value)

    @property
    def moved(self) -> bool:
        """Whether the value is another than today's."""
        return bool(self.value != self._today)

    def offers(self, value: Any) -> bool:
        """Tell whether *value* can be chosen."""
        if self.parameter.kind == "switch":
            return isinstance(value, bool)
        return any(_single(value) == offered for _, offered in self.field.options)

    def write(self, value: Any) -> str:
        """Return *value* as a person writes it."""
        return written(self._texts, self.parameter, value)

    def read(self, words: str) -> Any:
        """Return the value that *words* of an address mean; None where they mean none."""
        if self.parameter.kind == "switch":
            return {"1": True, "0": False}.get(words)
        try:
            value = float(words)
        except ValueError:
            return None
        if not math.isfinite(value) or not self.offers(value):
            return None
        return int(value) if self.parameter.kind in _WHOLE else value

    @property
    def words(self) -> str:
        """The chosen value as an address says it, which :meth:`read` understands."""
        return f"{float(_single(self.value)):g}"


def _single(value: Any) -> Any:
    """Return the number at which a slider stands for *value*."""
    return min(value) if isinstance(value, tuple) else value


class Controls(ipw.VBox):
    """The municipality and the five numbers; *on_change* hears every change once."""

    def __init__(self, texts: Texts, on_change: Callable[[], None]) -> None:
        self._texts = texts
        self._on_change = on_change
        self._quiet = True  # until everything is in its place
        self.preset = ipw.Dropdown(
            description=texts("capacity.preset"),
            options=[(self.preset_name(name), name) for name in PRESETS],
            value=DEFAULT_PRESET,
        )
        self.controls = {id: Control(id, texts, self._heard) for id in CONTROLS}
        self.reset = ipw.Button(description=texts("capacity.reset")).add_class("vv-link")
        self.reset.add_class("vv-reset").add_class("vv-wide")
        self._begin()
        self.preset.observe(lambda _: self._changed(self._begin), "value")
        self.reset.on_click(lambda _: self._changed(self._begin))
        boxes = [control.box for control in self.controls.values()]
        super().__init__([self.preset, *boxes, self.reset])
        self._quiet = False

    def preset_name(self, name: str) -> str:
        """Return how the preset *name* is called, with its inhabitants."""
        inhabitants = self._texts.number(read_preset(name).population)
        return self._texts(
            "capacity.preset_choice", name=self._texts(f"preset.{name}"), population=inhabitants
        )

    @property
    def values(self) -> Values:
        """The five chosen numbers by id."""
        return {id: control.value for id, control in self.controls.items()}

    def address(self) -> dict[str, str | None]:
        """Return what the page's address has to say: only what differs from the default."""
        chosen = None if self.preset.value == DEFAULT_PRESET else self.preset.value
        said: dict[str, str | None] = {"preset": chosen}
        for id, control in self.controls.items():
            said[id] = control.words if control.moved else None
        return said

    def restore(self, query: Mapping[str, str]) -> list[tuple[str, str]]:
        """Take what an address says; return the parameters, with their words, that mean nothing."""
        ignored: list[tuple[str, str]] = []

        def take() -> None:
            name = query.get("preset", DEFAULT_PRESET)
            if name in PRESETS:
                self.preset.value = name
            else:
                ignored.append((self._texts("capacity.preset"), name))
            self._begin()
            for id, control in self.controls.items():
                if id in query:
                    value = control.read(query[id])
                    if value is None:
                        ignored.append((self._texts(f"parameter.{id}"), query[id]))
                    else:
                        control.value = value

        self._changed(take)
        return ignored

    def _begin(self) -> None:
        today = read_preset(self.preset.value).values()
        for id, control in self.controls.items():
            control.begin(today[id])

    def _heard(self) -> None:
        if not self._quiet:
            self._on_change()

    def _changed(self, change: Callable[[], None]) -> None:
        """Make several changes and tell of them once."""
        if self._quiet:
            return
        self._quiet = True
        try:
            change()
        finally:
            self._quiet = False
        self._on_change()
