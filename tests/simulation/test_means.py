from math import isnan, sqrt

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import skew, t, ttest_1samp

from simulation.means import mean_with_ends, p_value
from simulation.summary import mean_interval

numbers = st.lists(st.floats(-1000, 1000, width=32), min_size=2, max_size=30).map(np.array)
WAITS = np.array([0.0, 3, 4, 4, 7, 9, 12, 15, 31, 80])


def hall(values, mean):
    """Return Hall's second transformation of the Studentised mean, as he writes it."""
    n, skewness = len(values), skew(values)
    w = (values.mean() - mean) / values.std(ddof=1)
    return sqrt(n) * (w + skewness * w**2 / 3 + skewness**2 * w**3 / 27 + skewness / (6 * n))


@given(numbers, st.sampled_from([0.8, 0.95, 0.999]))
def test_each_end_is_students_or_that_of_halls_transformation_whichever_is_further(
    values, confidence
):
    assume(values.std() > 1e-3)

    mean, low, high = mean_with_ends(values, confidence)

    quantile = t.ppf(0.5 + confidence / 2, len(values) - 1)
    students = quantile * values.std(ddof=1) / sqrt(len(values))
    assert mean == values.mean()
    assert min((mean - low) / students, (high - mean) / students) >= 1 - 1e-9
    # Hall's mean at each end is as far as the quantile, or further where Student's reaches further.
    assert hall(values, low) >= quantile * (1 - 1e-6)
    assert hall(values, high) <= -quantile * (1 - 1e-6)
    for end in (low, high):
        furthest = (abs(end - mean) / students, abs(hall(values, end)) / quantile)
        assert min(furthest) == pytest.approx(1, rel=1e-6)


def test_what_is_not_skewed_has_students_interval():
    for values in ([3.0, 5.0], [1.0, 2.0, 3.0], [-4.0, 0.0, 0.0, 1.0, 2.0, 2.0, 6.0]):
        known = ttest_1samp(values, 0)

        interval = known.confidence_interval(0.95)
        assert mean_with_ends(np.array(values), 0.95)[1:] == pytest.approx(tuple(interval))
        assert p_value(np.array(values)) == pytest.approx(known.pvalue)


def test_a_long_tail_draws_the_interval_towards_it():
    _, low, high = mean_with_ends(WAITS, 0.95)

    # By Student's t, and by Hall's formula with a division by the skewness, 2.0948: 16.5 + 23.9873 x
    # 2.6207.
    assert low == pytest.approx(ttest_1samp(WAITS, 0).confidence_interval(0.95).low)
    assert high == pytest.approx(79.3625, abs=1e-4)


def test_the_interval_turns_and_moves_with_its_values():
    mean, low, high = mean_with_ends(WAITS, 0.95)

    assert mean_with_ends(-WAITS, 0.95) == pytest.approx((-mean, -high, -low))
    assert mean_with_ends(7 + 3 * WAITS, 0.95) == pytest.approx(
        (7 + 3 * mean, 7 + 3 * low, 7 + 3 * high)
    )


def test_more_confidence_takes_a_wider_interval():
    ends = [mean_with_ends(WAITS, confidence)[1:] for confidence in (0.5, 0.8, 0.9, 0.99, 0.9999)]

    lows, highs = zip(*ends, strict=True)
    assert list(lows) == sorted({*lows}, reverse=True)
    assert list(highs) == sorted({*highs})
    assert len(lows) == len(highs) == 5


def test_values_that_are_alike_leave_nothing_open():
    assert mean_with_ends(np.full(5, 0.5), 0.95) == (0.5, 0.5, 0.5)
    assert p_value(np.zeros(5)) == 1
    assert p_value(np.full(5, 0.5)) == 0
    assert isnan(p_value(np.array([3.0])))


@given(numbers)
def test_the_p_value_says_what_the_interval_says(values):
    assume(values.std() > 1e-3)
    p = p_value(values)
    assume(1e-9 < p < 0.5)

    # Zero lies on the edge of the interval whose confidence is the rest of the p-value.
    _, low, high = mean_with_ends(values, 1 - p)

    assert min(abs(low), abs(high)) == pytest.approx(0, abs=1e-4 * values.std())


def test_many_columns_are_each_as_if_alone():
    table = np.random.default_rng(1).gamma(0.5, 1, (12, 2, 3))
    table[:, 1, 1] = 4.0

    ends = mean_with_ends(table, 0.95)

    for place in np.ndindex(2, 3):
        alone = mean_with_ends(table[:, *place], 0.95)
        assert [end[place] for end in ends] == pytest.approx(alone)


def test_what_could_not_be_measured_does_not_count():
    assert mean_interval(np.append(WAITS, np.nan)) == mean_interval(WAITS)
    mean, low, high = mean_interval(np.array([np.nan, 3.0]))
    assert mean == 3
    assert isnan(low)
    assert isnan(high)
    assert all(isnan(one) for one in mean_interval(np.array([np.nan])))
