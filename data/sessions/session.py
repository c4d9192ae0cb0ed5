"""A session while it runs: the step, its clock, what is shown to all, and who takes part."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from data.answers import Answers
from data.sessions.plan import Plan, Step
from data.texts import Language

_DENMARK = ZoneInfo("Europe/Copenhagen")
MOST_GROUPS = 12
MOST_PARTICIPANTS = 60
"""More than a room holds, and few enough that nobody fills the store through the door."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session that a trainer runs. It is never changed: each change gives the next one.

    Moments are in UTC. The clock of the step stands while :attr:`step_started` is None.
    """

    id: str
    """Drawn at random, so that it is never used again."""
    code: str
    """What participants type to join."""
    title: str
    language: Language
    plan: Plan
    groups: int
    """How many groups there are; they are called 1, 2 and so on."""
    step: str = ""
    """The id of the present step; empty before the first."""
    step_started: datetime | None = None
    """Since when the clock runs; None while it stands."""
    spent: Mapping[str, int] = field(default_factory=dict)
    """Step → seconds that it has had, without those since :attr:`step_started`."""
    open: bool = True
    """Whether participants may join and answer; a session is closed by its trainer or at :attr:`ends`."""
    shown: frozenset[str] = frozenset()
    """What all may see the answers to: ``exercise`` or ``exercise/question``."""
    notes: tuple[str, ...] = ()
    """The next steps that were agreed, one each."""
    revision: int = 0
    """How many times it was changed."""
    created: datetime
    ends: datetime
    """When it closes by itself, or was closed."""

    @property
    def ended_on(self) -> date:
        """The day in Denmark on which it closes by itself, or was closed."""
        return self.ends.astimezone(_DENMARK).date()

    @property
    def now(self) -> Step | None:
        """The present step; None before the first, and where it was taken out of the plan."""
        return next((step for step in self.plan.steps if step.id == self.step), None)

    @property
    def exercise(self) -> str:
        """The id of the exercise of the present step; empty where it has none."""
        return self.now.exercise if self.now else ""

    @property
    def step_spent(self) -> int:
        """Seconds that the present step has had before its clock was started last."""
        return self.spent.get(self.step, 0)

    def elapsed(self, moment: datetime) -> int:
        """Return the seconds that the present step has had at *moment*, pauses left out."""
        running = (moment - self.step_started).total_seconds() if self.step_started else 0.0
        return self.step_spent + max(int(running), 0)

    def elapsed_in_all(self, moment: datetime) -> int:
        """Return the seconds that all steps have had at *moment*, pauses left out."""
        others = sum(seconds for id, seconds in self.spent.items() if id != self.step)
        return others + self.elapsed(moment)

    def left(self, moment: datetime) -> int:
        """Return the seconds that the present step has left; negative when it is over its time."""
        return (self.now.minutes * 60 if self.now else 0) - self.elapsed(moment)

    def paused(self, moment: datetime) -> "Session":
        """Return the session with its clock stopped at *moment*."""
        if self.step_started is None:
            return self
        spent = {**self.spent, self.step: self.elapsed(moment)}
        return replace(self, step_started=None, spent=spent)

    def resumed(self, moment: datetime) -> "Session":
        """Return the session with its clock running since *moment*, unless it runs already."""
        if self.step_started is not None or not self.step:
            return self
        return replace(self, step_started=moment)

    def at_step(self, id: str, moment: datetime) -> "Session":
        """Return the session at the step *id*, its clock running since *moment*.

        A step that was left before goes on from the seconds it has had. Raises :exc:`LookupError`
        where there is no such step.
        """
        self.plan.step(id)
        return replace(self.paused(moment), step=id).resumed(moment)

    def showing(self, what: str, *, on: bool = True) -> "Session":
        """Return the session with *what* shown to all, or not: ``exercise`` or ``exercise/question``.

        An exercise that is hidden is hidden whole, with each question that was shown before.
        """
        if on:
            return replace(self, shown=self.shown | {what})
        left = {each for each in self.shown if each != what and not each.startswith(f"{what}/")}
        return replace(self, shown=frozenset(left))

    def shows(self, exercise: str, question: str) -> bool:
        """Tell whether all may see the answers to *question* of *exercise*."""
        return exercise in self.shown or f"{exercise}/{question}" in self.shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody who has joined a session; a number and no name."""

    session: str
    """The id of the session."""
    number: int
    """The first to join is 1; with the session it says who it is."""
    group: int
    last_seen: datetime
    """In UTC, to within :data:`data.sessions.session_store.SEEN_SECONDS`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a participant has answered in one exercise."""

    participant: int
    """The participant's number."""
    exercise: str
    answers: Answers = field(default_factory=dict)
    """Question → answer, as in a form; ``None`` or missing is no answer."""
    revision: int = 0
    """How many times it was saved; 0 is not yet."""
    saved: datetime | None = None
    """When it was last saved, in UTC."""
