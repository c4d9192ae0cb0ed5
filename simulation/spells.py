"""Days on which a post had nobody at work, read from an event log."""

from typing import Literal, NamedTuple

import numpy as np

from simulation import codes
from simulation.journal import HOLDERS, Log

What = Literal["absence", "vacancy"]
_CHANGES = (codes.AWAY, codes.BACK, codes.RESIGNED, codes.HIRED)


class Spell(NamedTuple):
    """Days on which a post had nobody at work."""

    post: int
    """From 1."""
    what: What
    begin: int
    end: int
    """The day after the last."""


def post_of(resource: int) -> int:
    """Return the post, from 1, of a *resource* of the log that is a coordinator."""
    return resource // HOLDERS


def spells(events: Log, begin: int, end: int) -> list[Spell]:
    """Return the absences and vacancies between two days, cut at both, by post and day.

    *end* is the day after the last. A vacancy is from the last day of one holder to the next; a post
    that the leadership group adds is none before its first holder.
    """
    found: list[Spell] = []
    since: dict[tuple[int, What], int] = {}

    def ends(post: int, what: What, day: int) -> None:
        first, after = max(since.pop((post, what), day), begin), min(day, end)
        if first < after:
            found.append(Spell(post, what, first, after))

    changes = events[np.isin(events["activity"], _CHANGES)]
    for day, activity, who in changes[["day", "activity", "resource"]].tolist():
        post = post_of(who)
        if activity == codes.AWAY:
            since[post, "absence"] = day
        elif activity == codes.HIRED:
            ends(post, "vacancy", day)
        else:
            ends(post, "absence", day)
            if activity == codes.RESIGNED:
                since[post, "vacancy"] = day
    for post, what in tuple(since):
        ends(post, what, end)
    return sorted(found)


def posts_held(events: Log, posts: int) -> int:
    """Return how many posts were ever held, where there were *posts* at the start."""
    hired = events["resource"][events["activity"] == codes.HIRED]
    return max([posts, *(post_of(who) for who in hired.tolist())])
