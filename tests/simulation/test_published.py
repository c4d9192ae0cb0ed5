from math import exp

import numpy as np
import pytest
from scipy.stats import binom

from data.published_facts import PublishedFact, read_published_facts
from data.texts import Texts
from data.words import Words
from simulation import Scenario
from simulation.experiments.published import (
    STATISTICS,
    AgainstPublished,
    Compared,
    _aged_22,
    _highest,
    _on_last_day,
    _pools,
    _runs,
    _together,
    compare_with_published,
    published_in_words,
)

WORDS = Words(da="Et tal", en="A number")


def fact(value=0.5, statistic="work_share", municipalities=3, **changes):
    return PublishedFact(
        id="one", role="validation", statistic=statistic, value=value, unit="share",
        municipalities=municipalities, published=2020, what=WORDS, source=WORDS,
    ).model_copy(update=changes)  # fmt: skip


def test_every_fact_that_is_held_against_the_model_has_its_statistic_and_every_statistic_a_fact():
    asked = {one.statistic for one in read_published_facts() if one.statistic}

    assert asked == set(STATISTICS)


def test_pools_of_runs_spread_as_the_binomial_does():
    rng = np.random.default_rng(1)
    posts = 20
    leavers = np.stack([rng.binomial(posts, 0.12, 4000), np.full(4000, posts)], axis=1)

    all_of_them = _pools(leavers, 95, _together)
    assert all_of_them.mean() == pytest.approx(0.12, abs=0.003)
    assert all_of_them.std() == pytest.approx((0.12 * 0.88 / (95 * posts)) ** 0.5, rel=0.1)
    # The greatest of 95 lies at or below k where all of them do.
    highest = _pools(leavers, 95, _highest) * posts
    for k in (5, 6, 7):
        assert (highest <= k).mean() == pytest.approx(binom.cdf(k, posts, 0.12) ** 95, abs=0.07)


def test_ages_after_18_fall_off_as_the_rate_of_leaving_says():
    town = Scenario.preset("medium", years=1, leave_after_18_per_year=0.46, referral_delay_weeks=0)
    counts = np.array([_aged_22(*one) for one in _runs(town, 150, 3)])
    part, whole = counts.sum(axis=0)

    wanted = (exp(-0.46 * 4) - exp(-0.46 * 5)) / (1 - exp(-0.46 * 5))
    # Three standard errors of a share of some 3,000 youths.
    assert part / whole == pytest.approx(wanted, abs=3 * (wanted / whole) ** 0.5)


def test_who_is_there_on_the_last_day_is_what_the_measures_count():
    ((lived, cohort),) = _runs(Scenario.preset("medium", years=1, outcomes=True), 1, 1)
    log = lived.log.query("day < 365")
    gone = log["activity"].isin(["left", "declined"])
    there = set(log.loc[log["activity"] == "referred", "case"]) - set(log.loc[gone, "case"])

    since, state = _on_last_day(lived, cohort)

    assert len(since) == len(there)
    assert (since >= -3 * 366).all()
    assert (since < 5 * 366).all()
    last = log[log["activity"] == "status"].groupby("case")["cause"].last()
    assert (state != 0).sum() == len(last.index.intersection(sorted(there)))


def test_a_fact_agrees_only_inside_what_the_pools_give():
    inside, outside = (
        compare_with_published(12, facts=[fact(value)]).compared[0] for value in (0.13, 0.9)
    )

    assert inside.verdict == "agrees"
    assert outside.verdict == "disagrees"
    assert (inside.low, inside.high) == (outside.low, outside.high)


def test_what_the_model_was_made_from_is_listed_and_not_compared():
    listed = [one for one in read_published_facts() if one.role != "validation"]
    found = compare_with_published(1, facts=listed)
    table = found.table()

    assert set(table["verdict"]) == {"input", "not_comparable"}
    assert table["low"].isna().all()
    assert table["why"].str.len().gt(0).all()


@pytest.mark.parametrize("language", ["da", "en"])
def test_disagreement_is_said(language):
    texts = Texts.read(language)
    apart, alike = Compared(fact(0.4), 0.1, 0.2, 0.3), Compared(fact(0.2), 0.1, 0.2, 0.3)
    said = published_in_words(AgainstPublished((apart, alike), 98), texts)

    not_agree = {"da": "Det stemmer ikke.", "en": "They do not agree."}[language]
    assert said[0].endswith(not_agree)
    assert not said[1].endswith(not_agree)
    assert said[2] == texts("published.count", agree="1", all="2")


def test_a_difference_of_shares_is_said_in_points():
    texts = Texts.read("da")
    changes = {"unit": "points", "role": "not_comparable", "statistic": "", "note": WORDS}
    gain = fact(0.02).model_copy(update=changes)
    said = published_in_words(compare_with_published(1, facts=[gain]), texts)

    assert said[0].replace("\xa0", " ").startswith("Et tal: 2 procentpoint (")


def test_too_few_runs_for_a_pool_and_an_unknown_statistic_are_refused():
    with pytest.raises(ValueError, match="about 3 municipalities and needs as many or more"):
        compare_with_published(2, facts=[fact()])
    with pytest.raises(ValueError, match="statistic of one is 'luck'; it must be one of"):
        compare_with_published(9, facts=[fact(statistic="luck")])
