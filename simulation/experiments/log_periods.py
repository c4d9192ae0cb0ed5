"""Reads the event log by month or quarter, in the way a municipality counts its own records.

:mod:`~simulation.experiments.detection` asks it month by month, :mod:`~simulation.experiments.quarters`
quarter by quarter. What is counted is the same.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulation import codes
from simulation.journal import Log

LONG_WAIT = 30
"""Days after which a wait for a first coordinator is counted as long; our choice."""

Counts = NDArray[np.int64]


class LogPeriods:
    """Counts what happened in each period of one event log."""

    def __init__(self, events: Log, starts: Counts) -> None:
        self._log = events
        self._starts = starts
        """The day on which each period begins, and the day after the last."""

    def number(self, activity: int) -> Counts:
        """Return how many such events each period has."""
        return self._in_each(self._of(activity)["day"])

    def youths(self, activity: int) -> Counts:
        """Return how many youths have such an event in each period."""
        found = self._of(activity)
        period = np.searchsorted(self._starts, found["day"], side="right")
        pairs = np.unique(np.stack([period, found["case"]]), axis=1)[0]
        there = self._starts.size - 1
        # The first count is of those before the first period, and one may come after the last.
        return np.bincount(pairs, minlength=there + 1)[1 : there + 1].astype(np.int64)

    def standing(self, came: Sequence[int], went: Sequence[int]) -> Counts:
        """Return how many had come and not gone as each period began."""
        return self._before(came) - self._before(went)

    def with_coordinator(self) -> Counts:
        """Return how many had a coordinator as each period began.

        Who leaves with one loses none, so those who had left with one are taken off.
        """
        most = int(self._log["case"].max(initial=0)) + 1
        got, lost = (
            np.bincount(self._of(activity)["case"], minlength=most)
            for activity in (codes.ASSIGNED, codes.LOST)
        )
        left = self._of(codes.LEFT)
        left_with_one = left["day"][got[left["case"]] > lost[left["case"]]]
        return self.standing((codes.ASSIGNED,), (codes.LOST,)) - self._up_to(left_with_one)

    def late_and_due(self, rules: Sequence[int] | None = None) -> tuple[Counts, Counts]:
        """Return the meetings not held by their last day, of those with it in each period, and all of those.

        Only meetings of *rules*, by their numbers, where any are given.
        """
        due, held = self._of(codes.DUE), self._of(codes.HELD)
        if rules is not None:
            due = due[np.isin(due["rule"], rules)]
        known = dict(zip(_meetings(held), held["day"].tolist(), strict=True))
        never = int(self._starts[-1])
        late = [
            known.get(meeting, never) > day
            for meeting, day in zip(_meetings(due), due["day"].tolist(), strict=True)
        ]
        return self._in_each(due["day"][np.array(late, dtype=bool)]), self._in_each(due["day"])

    def long_and_all_waits(self) -> tuple[Counts, Counts]:
        """Return who got a first coordinator after a long wait in each period, and all who got one."""
        referred, got = self._of(codes.REFERRED), self._of(codes.ASSIGNED)
        got = got[got["cause"] == codes.FIRST]
        since = np.zeros(int(self._log["case"].max(initial=0)) + 1, dtype=np.int64)
        since[referred["case"]] = referred["day"]
        waited = got["day"] - since[got["case"]]
        return self._in_each(got["day"][waited > LONG_WAIT]), self._in_each(got["day"])

    def _of(self, activity: int) -> Log:
        return np.asarray(self._log[self._log["activity"] == activity])

    def _in_each(self, days: Counts) -> Counts:
        # The last of the bins would hold its end too.
        inside = days[days < self._starts[-1]]
        return np.histogram(inside, self._starts)[0].astype(np.int64)

    def _before(self, activities: Sequence[int]) -> Counts:
        return self._up_to(np.concatenate([self._of(activity)["day"] for activity in activities]))

    def _up_to(self, days: Counts) -> Counts:
        return np.searchsorted(np.sort(days), self._starts[:-1])


def _meetings(log: Log) -> list[tuple[int, int]]:
    """Return which youth's which meeting each event concerns."""
    return list(zip(log["case"].tolist(), log["occasion"].tolist(), strict=True))
