"""How sure the mean of independent runs is, though its numbers are skewed.

A few long waits and bad years pull a mean to one side, and Student's t, which takes numbers to be
normal, does not reach far enough towards them. P. Hall, "On the removal of skewness by transformation",
Journal of the Royal Statistical Society B 54 (1992) 221-228, transforms the Studentised mean by a cubic
that never falls, so that most of the skewness is gone, and takes the interval back.

His interval alone is too sure where nothing is skewed in truth but a few runs lie far out to either
side, as differences between two scenarios do that are equally good: it then calls 15 % of sets of 50
``wait_mean_days`` clearly different at 5 %, and Student's t 2 %. So each end is the further one of the
two. How often that holds the truth is measured in ``tests/simulation/test_coverage.py``.
"""

from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

Floats = NDArray[np.float64]


def mean_with_ends(values: Floats, confidence: float) -> tuple[Floats, Floats, Floats]:
    """Return the mean of *values* along the first axis, and the ends of its interval, in their unit.

    *values* has one row a run, two or more, all of them numbers. *confidence* is 0-1. Each end is the
    further one of Student's t and of Hall's second transformation with quantiles of Student's t. The
    two are one where nothing is skewed.
    """
    runs = len(values)
    mean, spread, skewness = _moments(values)
    reach = float(stdtrit(runs - 1, 0.5 + confidence / 2)) / sqrt(runs)
    down = np.maximum(reach, _hall(reach, skewness, runs))
    up = np.maximum(reach, -_hall(-reach, skewness, runs))
    return mean, mean - spread * down, mean + spread * up


def p_value(values: Floats) -> float:
    """Return the two-sided p-value that the mean of *values*, one a run, is 0.

    It is below 5 % where the 95 % interval of :func:`mean_with_ends` leaves 0 out, and so for every
    share. 1 where all are 0, 0 where all are the same other number, not a number for less than two.
    """
    runs = len(values)
    if runs < 2:
        return float("nan")
    mean, spread, skewness = (float(one) for one in _moments(values))
    if not spread:
        return 1.0 if mean == 0 else 0.0
    apart = mean / spread
    hall = apart + skewness * apart**2 / 3 + skewness**2 * apart**3 / 27 + skewness / (6 * runs)
    return 2 * float(stdtr(runs - 1, -min(abs(apart), abs(hall)) * sqrt(runs)))


def _moments(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Return mean, standard deviation (of a sample) and skewness; all alike have no skewness."""
    mean, wide = values.mean(axis=0), values.std(axis=0)
    apart = (values - mean) / np.where(wide > 0, wide, 1.0)
    return mean, values.std(axis=0, ddof=1), (apart**3).mean(axis=0)


def _hall(transformed: float, skewness: Floats, runs: int) -> Floats:
    """Return how many standard deviations the mean is off where it is so many after Hall's cubic.

    His inverse is 3 ÷ skewness x (cube root of (1 + skewness x lean) - 1); this is the same without
    the division, so that the skewness may be 0.
    """
    lean = transformed - skewness / (6 * runs)
    root = np.cbrt(1 + skewness * lean)
    return np.asarray(3 * lean / (root**2 + root + 1))
