"""The same queues on the calendar of the model: solved exactly, from working day to working day.

A formula of a textbook knows no weekends. The model takes one step a day and gives cases out on working
days only, and it starts empty; so do these.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, expm1, gcd

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import binom, poisson

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Waiting:
    """What is expected on each day of a run that starts with nobody."""

    waiting: Floats
    """Youths waiting at the end of the day."""
    full: Floats
    """Chance that every place is taken at the end of the day; not a number on days off."""
    starts: Floats
    """Youths who get a place on the day."""


def places_on_calendar(
    works: Bools,
    places: int,
    arrivals: float,
    leaving: float,
    impatience: float = 0.0,
    room: int = 160,
) -> Waiting:
    """Solve M/M/c+M where places are given out and left on working days only; rates a day.

    Exact for the model: an exponential stay that ends on the first working day it has passed has no
    memory from one working day to the next. Who waits leaves on the whole day that the exponential
    patience ends in, at the earliest the day after the referral, so that the first night counts twice.
    *room* is the most youths at once that are followed.
    """
    steps = {g: _between(places, arrivals, leaving, impatience, room, g) for g in _gaps(works)}
    chances, today = _today(places, arrivals, impatience, room)
    there = np.zeros(room + 1)
    there[0] = 1.0
    numbers = np.arange(room + 1)
    queue = np.maximum(numbers - places, 0)
    waiting, starts = np.zeros(works.size), np.zeros(works.size)
    full = np.full(works.size, np.nan)
    since, kept, served = -1, 0.0, 0.0
    for day in range(works.size):
        gap = day - since
        if not works[day]:
            fresh = arrivals * (1 + sum(exp(-impatience * (j + 1)) for j in range(1, gap)))
            waiting[day] = kept * exp(-impatience * gap) + fresh
            continue
        before = there @ steps[gap]
        total = before @ chances
        waiting[day] = total @ np.maximum(np.arange(total.size) - places, 0)
        full[day] = total[places:].sum()
        taken = total @ np.minimum(np.arange(total.size), places)
        starts[day] = taken - served * exp(-leaving * gap)
        there = before @ today
        kept, served, since = float(there @ queue), float(taken), day
    if 1 - there.sum() > 1e-9:
        raise ValueError(f"room is {room}; more youths wait than that")
    return Waiting(waiting, full, starts)


def _gaps(works: Bools) -> list[int]:
    """Return the days from one working day to the next that occur, from the day before the first."""
    return [int(gap) for gap in np.unique(np.diff(np.flatnonzero(works), prepend=-1))]


def _between(
    places: int, arrivals: float, leaving: float, impatience: float, room: int, gap: int
) -> Floats:
    """Return the chances from one working day's end to the next one's morning, *gap* days on."""
    fresh = arrivals * sum(exp(-impatience * (j + 1)) for j in range(1, gap))
    came = poisson.pmf(np.arange(room + 1), fresh)
    found = np.zeros((room + 1, room + 1))
    for there in range(room + 1):
        served, queue = min(there, places), max(there - places, 0)
        stay = binom.pmf(np.arange(served + 1), served, exp(-leaving * gap))
        wait = binom.pmf(np.arange(queue + 1), queue, exp(-impatience * gap))
        found[there] = np.convolve(np.convolve(stay, wait), came)[: room + 1]
    return found


def _today(places: int, arrivals: float, impatience: float, room: int) -> tuple[Floats, Floats]:
    """Return the chances from the morning to the day's end, before and after its first night.

    Of those who came today and wait, each has one night more to leave in.
    """
    most = int(poisson.isf(1e-14, arrivals)) + 1
    came = poisson.pmf(np.arange(most + 1), arrivals)
    evening = np.zeros((room + 1, room + most + 1))
    night = np.zeros((room + 1, room + most + 1))
    for there in range(room + 1):
        evening[there, there : there + most + 1] = came
        for new, chance in enumerate(came):
            fresh = min(new, max(there + new - places, 0))
            left = binom.pmf(np.arange(fresh + 1), fresh, -expm1(-impatience))
            night[there, there + new - np.arange(fresh + 1)] += chance * left
    return evening, night[:, : room + 1]


def present_on_calendar(works: Bools, arrivals: float, leaving: float) -> Floats:
    """Return how many are expected in the programme at the end of each day, without a ceiling.

    M/G/∞ started empty (Eick, Massey and Whitt 1993), with places given out on working days; rates a
    day. The number is Poisson with this mean.
    """
    found = np.zeros(works.size)
    served = waiting = 0.0
    since = -1
    for day in range(works.size):
        waiting += arrivals
        if works[day]:
            served = served * exp(-leaving * (day - since)) + waiting
            waiting, since = 0.0, day
        found[day] = served + waiting
    return found


def backlog_on_calendar(
    works: Bools, streams: Sequence[tuple[float, Floats]], daily: int, room: int
) -> tuple[Floats, Floats]:
    """Return the minutes expected on a to-do list before the work of each working day, and worked on it.

    Lindley's recursion W' = max(0, W - D) + A (1952). Each of *streams* is Poisson: its rate a day,
    and the chances of the minutes 0, 1, 2 … that an arrival brings; what comes on days off is there on
    the next working day. *room* is the most minutes that are followed. Not a number on days off.
    """
    every = [minutes for _, sizes in streams for minutes in np.flatnonzero(sizes).tolist()]
    unit = gcd(daily, *every)
    size = 1 << int(np.ceil(np.log2(2 * room // unit)))
    parts = [(rate, np.fft.rfft(sizes[::unit], size)) for rate, sizes in streams]
    brought = {
        gap: np.exp(sum(rate * gap * (part - 1) for rate, part in parts)) for gap in _gaps(works)
    }
    at = np.zeros(size)
    at[0] = 1.0
    minutes = unit * np.arange(size)
    found, worked = np.full((2, works.size), np.nan)
    step = daily // unit
    days = np.flatnonzero(works)
    for day, gap in zip(days, np.diff(days, prepend=-1), strict=True):
        at = np.fft.irfft(np.fft.rfft(at) * brought[int(gap)], size)
        at[size // 2 :] = 0.0
        found[day] = at @ minutes
        worked[day] = at @ np.minimum(minutes, daily)
        at = np.concatenate([[at[: step + 1].sum()], at[step + 1 :], np.zeros(step)])
    if 1 - at.sum() > 1e-7:
        raise ValueError(f"room is {room}; more minutes wait than that")
    return found, worked


def exactly(minutes: int) -> Floats:
    """Return the chances of work that always takes so many *minutes*."""
    return np.asarray(np.eye(minutes + 1)[minutes])


def varied(minutes: int, variation: float) -> Floats:
    """Return the chances of work with mean *minutes* that varies as in the model.

    Lognormal with the coefficient of variation *variation*, as 1,024 equally likely factors in
    thousandths, the product rounded down to a whole minute.
    """
    factors = np.exp(np.sqrt(np.log1p(variation**2)) * ndtri((np.arange(1024) + 0.5) / 1024))
    thousandths = np.rint(1000 * factors / factors.mean()).astype(np.int64)
    return np.bincount(minutes * thousandths // 1000) / 1024


def moments(sizes: Floats) -> tuple[float, float]:
    """Return mean and mean square of what *sizes* gives the chances of."""
    values = np.arange(sizes.size)
    return float(sizes @ values), float(sizes @ values**2)


def follow_ups_on_calendar(
    works: Bools, monday: int, cases: int, minutes: int, daily: int, weeks: int
) -> Floats:
    """Return the minutes worked on each day by one case manager whose *cases* come back.

    The closed loop without chance: on the first working day of a week each case asks again if its last
    talk was at least *weeks* ago, and talks of so many *minutes* are held in turn, *daily* minutes a
    working day. The first day is the first working day, on which every case begins its first delay;
    *monday* is the first Monday.
    """
    worked = np.zeros(works.size)
    first = int(np.flatnonzero(works)[0])
    wanted = np.full(cases, first + 7 * weeks)
    queue: list[list[int]] = []
    asked = False
    for day in range(works.size):
        asked = asked or (day - monday) % 7 == 0
        if not works[day]:
            continue
        if asked:
            inside = {case for case, _ in queue}
            queue += [[c, minutes] for c in range(cases) if c not in inside and day >= wanted[c]]
            asked = False
        left = daily
        while queue and left > 0:
            done = min(left, queue[0][1])
            left -= done
            queue[0][1] -= done
            worked[day] += done
            if queue[0][1] == 0:
                wanted[queue.pop(0)[0]] = day + 7 * weeks
    return worked
