"""How sure a share or an end of a prediction interval is, from runs that are independent.

Years and youths of one run are not: a bad spell makes several of them late. So each number below is
given run by run, and what counts as evidence is runs.
"""

from math import ceil, floor, inf, log, nan, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincc, betaln, ndtri, stdtrit

from simulation.summary import CONFIDENCE

Floats = NDArray[np.float64]
Interval = tuple[float, float, float]
"""An estimate with the lower and the upper end of its interval."""

_UNKNOWN: Interval = (nan, nan, nan)
_EVEN = 0.5
"""Both parameters of the Beta mixture of :func:`evidence`: that of Jeffreys."""


def wilson(kept: float, of: float, confidence: float = CONFIDENCE) -> Interval:
    """Return the share *kept* ÷ *of* independent trials, with the ends of its score interval.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22
    (1927) 209-212. It holds for few trials and for shares near 0 and 1. Neither number need be whole.

    >>> [round(end, 4) for end in wilson(9, 10)]
    [0.9, 0.5958, 0.9821]
    """
    if not of > 0:
        return _UNKNOWN
    z, share = float(ndtri(0.5 + confidence / 2)), kept / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    # Rounding must not push an end past what was seen.
    return share, min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half))


def share_with_ends(kept: Floats, of: Floats, confidence: float = CONFIDENCE) -> Interval:
    """Return the share of years, youths or runs that are *kept*, with the ends of its interval.

    *kept* and *of* have one number a run. With one trial a run this is :func:`wilson`. Otherwise it is
    Wilson's interval for so many independent trials as would tell as much (the variance between runs
    taken as it is, and the quantile of Student's t for the number of runs: E. L. Korn and B. I.
    Graubard, "Confidence intervals for proportions with small expected number of positive counts
    estimated from survey data", Survey Methodology 24 (1998) 193-201; with Wilson's formula, C. Franco
    et al., Journal of Survey Statistics and Methodology 7 (2019) 334-364). Where all or none are kept
    nothing says how alike the trials of a run are, and each run counts as one.
    """
    there = of > 0
    kept, of = kept[there], of[there]
    if not of.size:
        return _UNKNOWN
    share = float(kept.sum() / of.sum())
    as_many = _independent(kept, of, confidence)
    _, low, high = wilson(share * as_many, as_many, confidence)
    return share, min(share, low), max(share, high)


def _independent(kept: Floats, of: Floats, confidence: float) -> float:
    """Return how many independent trials would tell as much about a share as these runs."""
    runs, trials = of.size, float(of.sum())
    share = float(kept.sum()) / trials
    if runs in {1, trials} or share in {0.0, 1.0}:
        return runs
    apart = kept - share * of
    variance = float((apart**2).sum()) * runs / (runs - 1) / trials**2
    as_many = min(trials, share * (1 - share) / variance) if variance else trials
    normal, students = ndtri(0.5 + confidence / 2), stdtrit(runs - 1, 0.5 + confidence / 2)
    return as_many * float(normal / students) ** 2


def end_with_ends(
    singles: Floats, of: Floats, share: float, confidence: float = CONFIDENCE
) -> Interval:
    """Return the number below which *share* of the *singles* lie, with the ends of its interval.

    *singles* holds the years or youths (or the one number) of each run after the other, *of* how many
    there are of each. The interval is that of the share, read off the numbers that occurred: R. S.
    Woodruff, "Confidence intervals for medians and other position measures", JASA 47 (1952) 635-646.
    An end that would lie beyond all of them is infinite.
    """
    if not singles.size:
        return _UNKNOWN
    ordered = np.sort(singles)
    # As numpy's inverted_cdf, which simulation.summary takes; a product may be a hair too large.
    at = float(ordered[max(ceil(share * ordered.size - 1e-9), 1) - 1])
    there = of > 0
    starts = np.append(0, of.cumsum()[:-1])[there].astype(int)
    below = np.add.reduceat((singles <= at).astype(float), starts)
    as_many = _independent(below, of[there], confidence)
    reach = float(ndtri(0.5 + confidence / 2)) * sqrt(share * (1 - share) / as_many)
    first = ceil((share - reach) * ordered.size)
    last = floor((share + reach) * ordered.size) + 1
    return (
        at,
        float(ordered[first - 1]) if first >= 1 else -inf,
        float(ordered[last - 1]) if last <= ordered.size else inf,
    )


def evidence(kept: float, runs: int, share: float) -> tuple[float, float]:
    """Return how strongly *kept* of *runs* speaks against at most, and against at least, *share*.

    *kept* is a sum of numbers between 0 and 1, one a run (the share of its years that kept a promise).
    Each of the two is the logarithm of an e-value: if the true mean is at most *share*, the chance that
    the first ever reaches ln(1 ÷ a), whenever one looks, is at most a; the second likewise if it is at
    least *share*. This is the sequential probability ratio test against a Beta mixture of
    alternatives (H. Robbins, Annals of Mathematical Statistics 41 (1970) 1397-1409), which holds for
    all numbers between 0 and 1 since their e-values are at most those of a coin (S. R. Howard, A.
    Ramdas, J. McAuliffe and J. Sekhon, Annals of Statistics 49 (2021) 1055-1080).
    """
    a, b = _EVEN + kept, _EVEN + runs - kept
    ratio = _log_mixture(kept, runs) - _log_chance(kept, runs, share)
    above = _log(betaincc(a, b, share)) - _log(betaincc(_EVEN, _EVEN, share))
    below = _log(betainc(a, b, share)) - _log(betainc(_EVEN, _EVEN, share))
    return ratio + above, ratio + below


def share_at_any_time(kept: float, runs: int, confidence: float = CONFIDENCE) -> Interval:
    """Return the share *kept* ÷ *runs* with an interval that holds whenever one stops to look.

    It holds all shares against which the two-sided form of :func:`evidence` is too weak: with
    probability *confidence* the true mean is in it after every number of runs at once.
    """
    if not runs:
        return _UNKNOWN
    from scipy.optimize import brentq  # noqa: PLC0415 (a third of a second, for this alone)

    share, mixture = kept / runs, _log_mixture(kept, runs)

    def too_much(tried: float) -> float:
        return mixture - _log_chance(kept, runs, tried) + log(1 - confidence)

    tiny = 1e-12
    low = brentq(too_much, tiny, share) if share > tiny and too_much(tiny) > 0 else 0.0
    high = brentq(too_much, share, 1 - tiny) if share < 1 - tiny and too_much(1 - tiny) > 0 else 1.0
    return share, float(low), float(high)


def _log_mixture(kept: float, runs: int) -> float:
    return float(betaln(_EVEN + kept, _EVEN + runs - kept) - betaln(_EVEN, _EVEN))


def _log_chance(kept: float, runs: int, share: float) -> float:
    lost = runs - kept
    return (kept * _log(share) if kept else 0.0) + (lost * _log(1 - share) if lost else 0.0)


def _log(number: float) -> float:
    return log(number) if number > 0 else -inf
