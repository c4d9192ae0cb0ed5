"""The event log: the only record of a run, from which every measure is derived.

One row an event. ``case``, ``activity``, ``timestamp`` and ``resource`` are the four columns that
process mining asks for; the others say how long, why and under which rule.
"""

from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

Activity = Literal[
    "referred",
    "coordinator_assigned",
    "coordinator_lost",
    "left",
    "meeting_opened",
    "meeting_due",
    "meeting_booked",
    "meeting_held",
    "no_show",
    "meeting_cancelled",
    "meeting_dropped",
    "late_days",
    "crisis",
    "crisis_unattended",
    "contact_missed",
    "work",
    "notice",
    "resigned",
    "hired",
    "hours_available",
    "backlog",
]

Phase = Literal[0, 1, 2]
"""Within a day come what happens to youths (0), then to posts (1), then the office's work (2)."""


class Entry(NamedTuple):
    """One event."""

    day: int
    """Days from the first counted day; negative before it."""
    phase: Phase
    case: int
    """The youth's number; 0 where no youth is concerned."""
    activity: Activity
    resource: str = ""
    """The coordinator, as "coordinator 2.1" (post 2, its first holder); empty where nobody acts."""
    minutes: int = 0
    """Minutes of the coordinator's work."""
    cause: str = ""
    """Why, or what kind of work it is."""
    rule: str = ""
    """The rule of the meeting, "extra" for an extra meeting; empty where no meeting is concerned."""
    occasion: int = 0
    """Which of the youth's meetings, from 1."""
    days: int = 0
    """Days of waiting, or late days."""


class Journal:
    """Collects the entries of one run, in the order in which they happen."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.write = self.entries.append
        """Append one entry."""

    def in_order(self) -> tuple[Entry, ...]:
        """Return the entries by day and phase; within phase 0 by youth, else as they happened."""
        return tuple(sorted(self.entries, key=_place))


def _place(entry: Entry) -> tuple[int, int, int]:
    return entry.day, entry.phase, entry.case if entry.phase == 0 else 0


def to_frame(entries: tuple[Entry, ...], start: date) -> "pd.DataFrame":
    """Return *entries* as a tidy table, one row an event.

    Columns: ``case`` (youth's number, 0 for none), ``activity``, ``timestamp`` (date), ``day`` (from
    *start*), ``resource``, ``minutes``, ``cause``, ``rule``, ``occasion``, ``days``.
    """
    import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

    frame = pd.DataFrame(entries, columns=pd.Index(Entry._fields))
    stamp = pd.Timestamp(start) + pd.to_timedelta(frame["day"], unit="D")
    frame.insert(2, "timestamp", stamp)
    order = ["case", "activity", "timestamp", "day", "resource", "minutes", "cause", "rule"]
    return frame[[*order, "occasion", "days"]]
