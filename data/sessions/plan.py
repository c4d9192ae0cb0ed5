"""The plan of a session: what happens, in which order, and for how many minutes.

Ours stand in ``definitions/sessions/``, with their words in both languages side by side. A plan is
never changed: each change gives the next one, so that a trainer may try one and let go of it.
"""

from functools import cache
from importlib.resources import files
from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from data.files import Entry, read_model
from data.words import Words

Kind = Literal["welcome", "talk", "exercise", "break", "discussion", "decision", "closing"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LONGEST_STEP = 240
"""Minutes."""
MOST_STEPS = 40
_ID = r"^[a-z][a-z0-9_]*$"


class Step(Entry):
    """One thing that happens in a session."""

    id: str = Field(pattern=_ID, max_length=40)
    kind: Kind
    minutes: int = Field(ge=1, le=LONGEST_STEP)
    title: Words
    about: Words | None = None
    """What the trainer says or does, and what it is for."""
    chapter: str = Field(default="", max_length=40)
    """The notebook of the handbook that it belongs to, without its ending."""
    exercise: str = Field(default="", max_length=40)
    """The id of the exercise that is answered; an ``exercise`` or a ``decision`` has one."""


class Plan(Entry):
    """The steps of a session, in order."""

    id: str = Field(pattern=_ID, max_length=40)
    title: Words
    minutes: int = Field(ge=15, le=960)
    """How long the session may be; :attr:`planned` says how long its steps are together."""
    about: Words | None = None
    """Whom it suits, and what they take home."""
    steps: tuple[Step, ...] = Field(min_length=1, max_length=MOST_STEPS, strict=False)

    @model_validator(mode="after")
    def _names_each_step_once(self) -> Self:
        ids = [step.id for step in self.steps]
        for id in ids:
            if ids.count(id) > 1:
                raise ValueError(f"two steps of '{self.id}' have the id '{id}'; each needs its own")
        return self

    @property
    def planned(self) -> int:
        """The minutes of all steps together."""
        return sum(step.minutes for step in self.steps)

    @property
    def exercises(self) -> tuple[str, ...]:
        """The ids of the exercises, in the order in which they are worked on, each once."""
        return tuple(dict.fromkeys(step.exercise for step in self.steps if step.exercise))

    def step(self, id: str) -> Step:
        """Return the step *id*; a :exc:`LookupError` names those there are."""
        return self.steps[self._place(id)]

    def after(self, id: str) -> Step | None:
        """Return the step after *id*, the first one after ``""``; None after the last."""
        place = self._place(id) + 1 if id else 0
        return self.steps[place] if place < len(self.steps) else None

    def replace_step(self, step: Step) -> "Plan":
        """Return the plan with *step* in the place of the one with its id."""
        place = self._place(step.id)
        return self._with(*self.steps[:place], step, *self.steps[place + 1 :])

    def moved(self, id: str, by: int) -> "Plan":
        """Return the plan with the step *id* so many places later; earlier where *by* is negative."""
        place = self._place(id)
        others = [step for step in self.steps if step.id != id]
        others.insert(min(max(place + by, 0), len(others)), self.steps[place])
        return self._with(*others)

    def without(self, id: str) -> "Plan":
        """Return the plan without the step *id*; :exc:`ValueError` where it is the only one."""
        self._place(id)
        return self._with(*(step for step in self.steps if step.id != id))

    def with_step(self, step: Step, after: str = "") -> "Plan":
        """Return the plan with *step* after the one named; after ``""`` it comes first.

        Raises :exc:`ValueError` where there is one with its id (:meth:`new_id` gives a free one).
        """
        place = self._place(after) + 1 if after else 0
        return self._with(*self.steps[:place], step, *self.steps[place:])

    def new_id(self, wish: str) -> str:
        """Return *wish*, or *wish* with a number, such that no step has it."""
        taken = {step.id for step in self.steps}
        numbered = (f"{wish}_{number}" for number in range(2, len(taken) + 3))
        return next(id for id in (wish, *numbered) if id not in taken)

    def to_json(self) -> str:
        """Return the plan as JSON, which :meth:`from_json` reads."""
        return self.model_dump_json()

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """Return the plan in *text*; :exc:`ValueError` where it is none."""
        return cls.model_validate_json(text)

    def _place(self, id: str) -> int:
        for place, step in enumerate(self.steps):
            if step.id == id:
                return place
        there = ", ".join(step.id for step in self.steps)
        raise LookupError(f"no step '{id}' in the plan '{self.id}'; there are: {there}")

    def _with(self, *steps: Step) -> "Plan":
        # Each step is checked again: a copy of one may have been given minutes that none can have.
        return Plan.model_validate({**dict(self), "steps": [dict(step) for step in steps]})


def plan_ids() -> tuple[str, ...]:
    """Return the ids of our plans, the shortest first."""
    folder = files("data").joinpath("definitions", "sessions")
    ids = [file.name.removesuffix(".toml") for file in folder.iterdir()]
    return tuple(sorted(ids, key=lambda plan: read_plan(plan).minutes))


@cache
def read_plan(id: str) -> Plan:
    """Return our plan *id*; :exc:`FileNotFoundError` names those there are."""
    return read_model(f"definitions/sessions/{id}.toml", Plan)
