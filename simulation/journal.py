"""The event log: the only record of a run, from which every measure is derived.

One row an event. ``case``, ``activity``, ``timestamp`` and ``resource`` are the four columns that
process mining asks for; the others say how long, why and under which rule. A run writes numbers; this
module gives them their words.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.codes import ACTIVITIES, NOTHING, ROLES, WORDS
from simulation.state import Event, Town, record

if TYPE_CHECKING:
    import pandas as pd

EVENT = record(Event)
Log = NDArray[np.void]
"""Events as an array of records, in order."""

NOBODY = 0
HOLDERS = 1000
"""A coordinator is written as the post's number times this, plus which holder of it."""


class Entry(NamedTuple):
    """One event in words."""

    day: int
    """Days from the first counted day; negative before it."""
    phase: int
    """Within a day come the opening of the books (-1), what happens to youths (0), then to posts (1),
    then the office's work (2)."""
    case: int
    """The youth's number; 0 where no youth is concerned."""
    activity: str
    resource: str = ""
    """Who acts, as "coordinator 2.1" (post 2, its first holder) or a role of the team; else empty."""
    minutes: int = 0
    """Minutes of work."""
    cause: str = ""
    """Why, what kind of work it is, or which purse pays."""
    rule: str = ""
    """The rule of the meeting, "extra" for an extra meeting; empty where no meeting is concerned."""
    occasion: int = 0
    """Which of the youth's meetings, from 1."""
    days: int = 0
    """Days of waiting, or late days."""


def resource(town: Town, post: int) -> int:
    """Return the number by which the log knows who holds the post now."""
    return (post + 1) * HOLDERS + town.posts[post].holder


def write(  # noqa: PLR0913, PLR0917 (one argument a column of the log)
    town: Town,
    day: int,
    phase: int,
    youth: int,
    activity: int,
    who: int = NOBODY,
    minutes: int = 0,
    cause: int = NOTHING,
    rule: int = 0,
    occasion: int = 0,
    days: int = 0,
) -> None:
    """Write one event; the compiled twin has its own way to make room.

    The log knows a youth as the row plus 1, and none (:data:`simulation.state.NONE`) as 0.
    """
    town.log.extend(  # type: ignore[attr-defined]
        (day, phase, youth + 1, activity, who, minutes, cause, rule, occasion, days)
    )


def write_meeting(  # noqa: PLR0917 (as above)
    town: Town,
    day: int,
    phase: int,
    meeting: int,
    activity: int,
    who: int = NOBODY,
    minutes: int = 0,
    cause: int = NOTHING,
    days: int = 0,
) -> None:
    """Write one event that concerns a meeting."""
    row = town.meetings[meeting]
    write(town, day, phase, row.youth, activity, who, minutes, cause, row.rule, row.occasion, days)


def in_order(numbers: list[int]) -> Log:
    """Return what was written by day and phase; in phase 0 by youth, else as it happened."""
    columns = np.array(numbers, dtype=np.int32).reshape(-1, len(EVENT.fields or ()))
    log = np.empty(len(columns), dtype=EVENT)
    for number, name in enumerate(EVENT.names or ()):
        log[name] = columns[:, number]
    case = np.where(log["phase"] == 0, log["case"], 0)
    return np.asarray(log[np.lexsort((case, log["phase"], log["day"]))])


def name_of(who: int, posts: Sequence[str] = ()) -> str:
    """Return the name of a resource of the log; *posts* are the names of named posts."""
    if who == NOBODY:
        return ""
    if who < 0:
        return ROLES[-who - 1] if -who <= len(ROLES) else "other_professionals"
    post, holder = divmod(who, HOLDERS)
    name = posts[post - 1] if post <= len(posts) else f"coordinator {post}"
    return f"{name}.{holder}"


def to_entries(log: Log, rules: Sequence[str], posts: Sequence[str] = ()) -> tuple[Entry, ...]:
    """Return the events of *log* in words; *rules* are the names of the rules by number."""
    names = {int(who): name_of(int(who), posts) for who in np.unique(log["resource"])}
    return tuple(
        Entry(
            day, phase, case, ACTIVITIES[activity], names[who], minutes,
            WORDS[cause], rules[rule], occasion, days,
        )
        for day, phase, case, activity, who, minutes, cause, rule, occasion, days in log.tolist()
    )  # fmt: skip


def to_frame(
    log: Log, start: date, rules: Sequence[str], posts: Sequence[str] = ()
) -> "pd.DataFrame":
    """Return the events of *log* as a tidy table, one row an event.

    Columns: ``case`` (youth's number, 0 for none), ``activity``, ``timestamp`` (date), ``day`` (from
    *start*), ``resource``, ``minutes``, ``cause``, ``rule``, ``occasion``, ``days``.
    """
    import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

    who, place = np.unique(log["resource"], return_inverse=True)
    names = np.array([name_of(int(code), posts) for code in who], dtype=object)
    day = log["day"].astype(np.int64)
    return pd.DataFrame(
        {
            "case": log["case"].astype(np.int64),
            "activity": np.array(ACTIVITIES, dtype=object)[log["activity"]],
            "timestamp": pd.Timestamp(start) + pd.to_timedelta(day, unit="D"),
            "day": day,
            "resource": names[place],
            "minutes": log["minutes"].astype(np.int64),
            "cause": np.array(WORDS, dtype=object)[log["cause"]],
            "rule": np.array(rules, dtype=object)[log["rule"]],
            "occasion": log["occasion"].astype(np.int64),
            "days": log["days"].astype(np.int64),
        }
    )
