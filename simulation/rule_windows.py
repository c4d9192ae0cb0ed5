"""The windows of the rules for many youths: computed once for each day, and looked up.

The calendar of 600 youths takes NumPy some fifty passes a run; a day of birth stands in a table at once.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.rules import Rule, windows
from simulation.chance import Ints

_STRETCH = 8192
"""Days, some 22 years: whole stretches, so that few tables serve all runs."""


class Windows(NamedTuple):
    """The windows of one rule, one element a day; ``place`` says which is each youth's."""

    place: Ints
    start: int
    """The first day of the run, in days from 1970; so are the days below."""
    earliest: Ints
    target: Ints
    latest: Ints
    counts: NDArray[np.bool_]
    """Whether the rule is in force on the target day."""


class Table(NamedTuple):
    """The days to look up, and the stretches in which they lie."""

    place: Ints
    begin: int
    end: int


def table_for(days: Ints) -> Table:
    """Return where *days*, of birth or referral and counted from 1970, stand in the tables."""
    if not days.size:
        return Table(days, 0, 0)
    first, last = int(days.min()), int(days.max())
    begin = first - first % _STRETCH
    return Table(days - begin, begin, last - last % _STRETCH)


def windows_of(rule: Rule, days: Table, start: int) -> Windows:
    """Return the windows of *rule*, which counts from *days*; a run begins on *start*, from 1970."""
    return Windows(days.place, start, *_of_each_day(rule, days.begin, days.end))


@lru_cache(maxsize=256)
def _of_each_day(rule: Rule, begin: int, end: int) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
    """Return the window of *rule* for each day from *begin* to the end of the stretch at *end*."""
    days = np.arange(begin, end + _STRETCH).view("datetime64[D]")
    (found,) = windows([rule], days, days)
    earliest, target, latest = (
        each.view(np.int64) for each in (found.earliest, found.target, found.latest)
    )
    return earliest, target, latest, found.counts
