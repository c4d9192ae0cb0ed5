"""Who comes, at which age, and how long they stay, with what is not known yet taken as not known.

A course counts from the day it was taken up or from the first day of the period, whichever is later (those
who were there before are seen from then on: left truncation), and until it is closed or the period ends
(right censoring). A mean over closed cases alone would make stays look short.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import exp, inf, isnan, nan

import numpy as np
from numpy.typing import NDArray

from data.course_records import CourseRecords
from data.working_days import add_months
from simulation.calibration.estimate import (
    CONFIDENCE,
    Estimate,
    Floats,
    Ints,
    rate_with_ends,
    share_of_youths,
)
from simulation.experiments.intervals import Interval
from simulation.scenario import Scenario
from simulation.state import DAYS_PER_YEAR

BEFORE_18, AFTER_18 = 7, 30
"""Days around the 18th birthday within which a case that is closed was closed because of it; ours."""
BY_15 = 90
"""Days after the 15th birthday within which most who come are those who came because of it; ours."""
_NEVER = np.iinfo(np.int64).max // 4
_LIKELY = 1.920729410347062
"""Half the 95 % quantile of chi-square with one degree of freedom: how far a likelihood may fall."""


@dataclass(frozen=True, slots=True)
class Stays:
    """The courses as columns of days, counted from 1970."""

    first: int
    last: int
    years: float
    opened: Ints
    closed: Ints
    """A day that does not come, where it is open."""
    dated: NDArray[np.bool_]
    """Whether the birthday is known; the next three are of no use where it is not."""
    at_15: Ints
    at_18: Ints
    at_23: Ints

    @classmethod
    def of(cls, records: CourseRecords) -> "Stays":
        """Return the courses of *records*."""
        born = np.array(
            [one.birthday or date(2000, 1, 1) for one in records.courses], "datetime64[D]"
        )
        at_15, at_18, at_23 = (
            add_months(born, 12 * age).astype(np.int64) if born.size else np.zeros(0, np.int64)
            for age in (15, 18, 23)
        )
        closed = [_NEVER if one.closed is None else _number(one.closed) for one in records.courses]
        return cls(
            first=_number(records.first),
            last=_number(records.last),
            years=records.years,
            opened=np.array([_number(one.opened) for one in records.courses], np.int64),
            closed=np.array(closed, np.int64),
            dated=np.array([one.birthday is not None for one in records.courses], bool),
            at_15=at_15,
            at_18=at_18,
            at_23=at_23,
        )

    @property
    def came(self) -> NDArray[np.bool_]:
        """Who was taken up in the period before 18, or at an age that nobody noted."""
        within = (self.opened >= self.first) & (self.opened <= self.last)
        return np.asarray(within & (~self.dated | (self.opened < self.at_18)))


def stay_estimates(records: CourseRecords, ours: Scenario) -> Iterator[Estimate]:
    """Yield what *records* say of coming and staying; *ours* has what they cannot say."""
    stays = Stays.of(records)
    came = int(stays.came.sum())
    yield Estimate.of("inflow_per_year", rate_with_ends(came, stays.years), came, youths=came)
    yield from _ages(stays, ours)
    yield from _leaving(stays, ours)
    yield _length(stays)


# --- At which age they come ----------------------------------------------------------------------


def _ages(stays: Stays, ours: Scenario) -> Iterator[Estimate]:
    """Yield the share who come at 15, and how long after the birthday those are taken up.

    Some come at 15 and are taken up after a time that is exponential; the others come evenly until the
    latest age and are taken up after as long. Both numbers are those that make the ages most likely, each
    with the values that a likelihood ratio does not refuse (S. S. Wilks, 1938).
    """
    came = stays.came & stays.dated
    days = (stays.opened - stays.at_15)[came]
    early = int((days < BY_15).sum())
    late = days.size - early
    share = weeks = (nan, nan, nan)
    if days.size:
        span = (ours.latest_entry_age - 15) * DAYS_PER_YEAR
        share, weeks = _most_likely(days, span)
    yield Estimate.of("share_entering_at_15", share, early, late, days.size)
    yield Estimate.of("referral_delay_weeks", weeks, early, youths=early)


def _most_likely(days: Ints, span: float) -> tuple[Interval, Interval]:
    """Return the share at 15 and the mean weeks until taken up, from *days* after the 15th birthday."""
    shares = np.linspace(0, 1, 101)
    delays = np.geomspace(0.7, 210, 58)  # days: from a tenth of a week to 30 weeks
    before = int((days < 0).sum())  # they tell that they came by 15, and nothing of the delay
    day = days[days >= 0]
    fit = np.empty((shares.size, delays.size))
    for column, delay in enumerate(delays):
        at_15 = np.exp(-day / delay) - np.exp(-(day + 1) / delay)
        later = np.exp(-np.maximum(day - span, 0) / delay) - np.exp(-(day + 0.5) / delay)
        both = shares[:, None] * at_15 + (1 - shares[:, None]) * later / span
        fit[:, column] = np.log(np.maximum(both, 1e-300)).sum(axis=1)
    fit += before * np.log(np.maximum(shares, 1e-300))[:, None]
    share = _profile(shares, fit.max(axis=1))
    delay = _profile(np.log(delays), fit.max(axis=0))
    low, mid, high = (exp(end) / 7 for end in (delay[1], delay[0], delay[2]))
    # At an end of what is tried, nothing was found on that side.
    return share, (mid, 0.0 if delay[1] <= np.log(delays[0]) else low, high)


def _profile(tried: Floats, fit: Floats) -> Interval:
    """Return the most likely of what was *tried*, and where the likelihood has fallen too far."""
    best = int(fit.argmax())
    top = float(fit[best])
    peak = float(tried[best])
    if 0 < best < fit.size - 1:
        left, right = fit[best - 1] - top, fit[best + 1] - top
        bend = left + right
        if bend < 0:
            step = float((left - right) / (2 * bend))
            peak += step * float(tried[best + 1] - tried[best])
            top -= float((left - right) ** 2 / (8 * bend))
    refused = top - _LIKELY
    low = _crossing(tried[: best + 1][::-1], fit[: best + 1][::-1], refused)
    return peak, low, _crossing(tried[best:], fit[best:], refused)


def _crossing(tried: Floats, fit: Floats, level: float) -> float:
    """Return where *fit*, on its way down, passes *level*; the last that was tried if it does not."""
    below = np.flatnonzero(fit < level)
    if not below.size or below[0] == 0:
        return float(tried[-1] if not below.size else tried[0])
    at = int(below[0])
    part = (fit[at - 1] - level) / (fit[at - 1] - fit[at])
    return float(tried[at - 1] + part * (tried[at] - tried[at - 1]))


# --- How long they stay ---------------------------------------------------------------------------


def _leaving(stays: Stays, ours: Scenario) -> Iterator[Estimate]:
    """Yield how often cases are closed before and after 18, and how many go on at 18."""
    begin = np.maximum(stays.opened, stays.first)
    end = np.minimum(stays.closed, stays.last + 1)
    turning, turned = stays.at_18 - BEFORE_18, stays.at_18 + AFTER_18
    oldest = stays.at_23 - BEFORE_18
    before = _exits(stays, begin, np.minimum(end, turning))
    after = _exits(stays, np.maximum(begin, turned), np.minimum(end, oldest))
    yield Estimate.of(
        "leave_before_18_per_year", rate_with_ends(*before[:2]), before[0], youths=before[2]
    )

    asked = stays.dated & (begin < turning) & (end > turning) & (turned <= stays.last)
    stayed = asked & (stays.closed > turned)
    share = share_of_youths(stayed[asked].astype(float), np.ones(int(asked.sum())))
    # Some of those who were closed around the birthday would have been closed anyway.
    rates = (
        before[0] / before[1] if before[0] else ours.leave_before_18_per_year,
        after[0] / after[1] if after[0] else ours.leave_after_18_per_year,
    )
    anyway = exp((rates[0] * BEFORE_18 + rates[1] * AFTER_18) / DAYS_PER_YEAR)
    granted = tuple(nan if isnan(part) else min(1.0, part * anyway) for part in share)
    went, all_asked = int(stayed.sum()), int(asked.sum())
    yield Estimate.of(
        "support_granted_at_18",
        (granted[0], granted[1], granted[2]),
        went,
        all_asked - went,
        all_asked,
    )
    yield Estimate.of(
        "leave_after_18_per_year", rate_with_ends(*after[:2]), after[0], youths=after[2]
    )


def _exits(stays: Stays, begin: Ints, end: Ints) -> tuple[int, float, int]:
    """Return how many cases were closed on the last of their days, the years seen, and of how many."""
    seen = stays.dated & (end > begin)
    closed = seen & (stays.closed == end) & (stays.closed <= stays.last)
    return int(closed.sum()), float((end - begin)[seen].sum()) / DAYS_PER_YEAR, int(seen.sum())


def _length(stays: Stays) -> Estimate:
    """Return after how many months half of those who came have left (Kaplan and Meier, 1958)."""
    came = stays.came
    days = np.minimum(stays.closed, stays.last + 1)[came] - stays.opened[came]
    left = stays.closed[came] <= stays.last
    middle = half_after(days, left)
    months = tuple(12 * end / DAYS_PER_YEAR for end in middle)
    return Estimate.of(
        "stay_months", (months[0], months[1], months[2]), int(left.sum()), youths=days.size
    )


def half_after(days: Ints, happened: NDArray[np.bool_]) -> Interval:
    """Return after how many days it has happened to half, where some are not seen until then.

    The median of Kaplan and Meier, with the ends of R. Brookmeyer and J. Crowley, "A confidence interval
    for the median survival time", Biometrics 38 (1982) 29-41, on the log-log scale. Infinite where it
    has not happened to half of those who were seen so long.
    """
    from scipy.stats import CensoredData, ecdf  # noqa: PLC0415 (slow to import, and for this alone)

    if not happened.any():
        return nan, nan, nan
    found = ecdf(CensoredData(uncensored=days[happened], right=days[~happened])).sf
    with warnings.catch_warnings():
        # Before the first that happened the interval is not known, of which it warns each time.
        warnings.filterwarnings("ignore", "The confidence interval is undefined", RuntimeWarning)
        ends = found.confidence_interval(confidence_level=CONFIDENCE, method="log-log")

    def first_at_half(chance: Floats) -> float:
        reached = np.flatnonzero(np.nan_to_num(chance, nan=1.0) <= 0.5)
        return float(found.quantiles[reached[0]]) if reached.size else inf

    return (
        first_at_half(found.probabilities),
        first_at_half(ends.low.probabilities),
        first_at_half(ends.high.probabilities),
    )


def _number(day: date) -> int:
    return int(np.datetime64(day, "D").astype(np.int64))
