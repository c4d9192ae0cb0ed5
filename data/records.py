"""A filled form, as it is handed to the store and as it comes back."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from data.answers import Answers

State = Literal["draft", "finished"]
_DENMARK = ZoneInfo("Europe/Copenhagen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The answers of one form on one case.

    A record is never changed: :func:`dataclasses.replace` makes the next one, and the store gives
    back what it has kept.
    """

    case: str
    """The pseudonymous reference of the case."""
    form: str
    """The id of the form, such as ``coordinator``."""
    occasion: str = ""
    """Which of several records of the form on the case it is: the day of a meeting as
    ``2026-05-03``, a half-year and a respondent as ``2026-2-youth``; empty where there is one."""
    answers: Answers = field(default_factory=dict)
    """Question → answer; ``None`` or missing is no answer."""
    state: State = "draft"
    """A finished record has been gone through; it is changed only after it was opened again."""
    version: int = 0
    """How many times it was finished; each time, its answers were kept as they were."""
    handed_over: date | None = None
    """The day on which somebody ticked that it stands in the official case system."""
    revision: int = 0
    """How many times it was saved; 0 is not yet. It orders saves, and no clock does."""
    saved: datetime | None = None
    """When it was last saved, in UTC."""

    @property
    def saved_on(self) -> date | None:
        """The day in Denmark on which it was last saved."""
        return None if self.saved is None else self.saved.astimezone(_DENMARK).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The answers of a record as they were when it was finished."""

    number: int
    """The first is 1."""
    finished_at: datetime
    """When, in UTC."""
    actor: str
    """The profile that finished it."""
    answers: Answers
