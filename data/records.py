"""A filled form, as it is handed to the store and as it comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

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
    answers: Mapping[str, str | None] = field(default_factory=dict)
    """Question → answer; ``None`` or missing is no answer."""
    revision: int = 0
    """How many times it was saved; 0 is not yet. It orders saves, and no clock does."""
    saved: datetime | None = None
    """When it was last saved, in UTC."""

    @property
    def saved_on(self) -> date | None:
        """The day in Denmark on which it was last saved."""
        return None if self.saved is None else self.saved.astimezone(_DENMARK).date()
