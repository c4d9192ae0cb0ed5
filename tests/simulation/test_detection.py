from threading import Event

import numpy as np
import pytest
from scipy.stats import binom, fisher_exact

from data.texts import Texts
from simulation import Scenario, run
from simulation.experiments.detection import (
    FEWEST,
    INDICATORS,
    Detection,
    _monthly,
    detect,
    detection_in_words,
    noticed,
)
from simulation.experiments.log_periods import LONG_WAIT

BASE = Scenario.preset("small", years=1, warm_up_years=1)
DUE = 6


def independent(share, months, replications=2000, seed=1):
    """Months in which each of six meetings is late with the same chance, whatever the others are."""
    rng = np.random.default_rng(seed)
    late = rng.binomial(DUE, share, (replications, months))
    return np.stack([late, np.full_like(late, DUE)], axis=-1)


def in_clumps(share, months, replications=2000, seed=1):
    """The same share in the long run, but good and bad half years."""
    rng = np.random.default_rng(seed)
    spells = rng.beta(2 * share, 2 * (1 - share), (replications, -(-months // 6)))
    late = rng.binomial(DUE, np.repeat(spells, 6, axis=1)[:, :months])
    return np.stack([late, np.full_like(late, DUE)], axis=-1)


def exact_power(before, after, was, now, level=0.05):
    """Power of Fisher's one-sided test of two binomial shares, by counting every outcome."""
    first, later = np.arange(before + 1), np.arange(after + 1)
    chance = np.outer(binom.pmf(first, before, was), binom.pmf(later, after, now))
    likely = np.argwhere(chance > 1e-9)
    return sum(
        chance[a, b]
        for a, b in likely
        if fisher_exact([[b, after - b], [a, before - a]], "less").pvalue <= level
    )


@pytest.mark.parametrize("months", [6, 12, 18])
def test_power_is_that_of_fishers_test_for_two_binomial_shares(months):
    found = noticed(
        independent(0.3, 12, seed=1),
        independent(0.15, months, seed=2),
        independent(0.3, months, seed=3),
    )

    wanted = exact_power(12 * DUE, months * DUE, 0.3, 0.15)
    # Three standard errors of 2,000 replications.
    assert found.seen[:, -1].mean() == pytest.approx(wanted, abs=0.034)
    assert found.unchanged == pytest.approx(0.3, abs=0.01)
    assert found.changed == pytest.approx(0.15, abs=0.01)


def test_false_alarms_stay_at_the_level_where_fishers_test_would_cry_wolf():
    still = in_clumps(0.3, 48)

    found = noticed(still[:, :24], in_clumps(0.15, 24, seed=2), still[:, 24:])

    assert (found.untightened.mean(axis=0)[5:] > 0.12).all()
    # Three standard errors, of the runs that are judged and of those that set the limit.
    assert (found.false.mean(axis=0) < 0.05 + 3 * 0.0049 * 2**0.5).all()
    assert found.false.mean() > 0.03


def test_more_months_never_see_less_and_half_the_power_takes_fewer():
    found = noticed(
        independent(0.3, 36, 300), independent(0.1, 36, 300, 2), independent(0.3, 36, 300, 3)
    )

    assert (np.diff(found.power) >= 0).all()
    low, high = found.months_between()
    assert 1 <= found.months(0.5) < found.months() <= 36
    assert low <= found.months() <= high


def test_a_rise_is_noticed_as_well_as_a_fall():
    rise = noticed(
        independent(0.1, 36, 300), independent(0.3, 36, 300, 2), independent(0.1, 36, 300, 3)
    )

    assert rise.months() < 36


def test_what_does_not_change_is_not_noticed():
    found = noticed(
        independent(0.3, 24, 400), independent(0.3, 24, 400, 2), independent(0.3, 24, 400, 3)
    )

    assert found.months() is None
    assert found.power[-1] < 0.1
    assert not found.clear


@pytest.fixture(scope="module")
def reminded():
    return detect(BASE, BASE.replace(reminders=True), FEWEST, before_months=6, most_months=18)


def test_what_is_counted_is_what_the_log_holds():
    lived = run(BASE.replace(years=2), 1, 0)
    log = lived.log.query("day >= 0 and day < 730")

    counts, _ = _monthly(lived.events, lived.scenario, 24)
    sums = dict(zip(INDICATORS, counts.sum(axis=1).tolist(), strict=True))
    held, missed = (sum(log["activity"] == name) for name in ("meeting_held", "no_show"))
    assert sums["late"] == [lived.measures["late_meetings"], lived.measures["due_meetings"]]
    assert sums["no_show"] == [missed, held + missed]
    assert sums["changed"][0] == sum(log["activity"] == "coordinator_lost")
    first = log.query("activity == 'coordinator_assigned' and cause == 'first'")
    referred = lived.log.query("activity == 'referred'").set_index("case")["day"]
    waits = first["day"].to_numpy() - referred[first["case"]].to_numpy()
    assert sums["waited"] == [(waits > LONG_WAIT).sum(), len(first)]


def test_contact_that_lapsed_is_counted_in_the_month_in_which_it_did():
    lived = run(BASE, 1, 0)
    counts, _ = _monthly(lived.events, lived.scenario, 12)
    missed = lived.log.query("activity == 'contact_missed'")
    january = missed.query("day >= 0 and day < 31")["case"].nunique()

    assert missed.query("day < 0")["case"].nunique() > january
    assert counts[[*INDICATORS].index("missed_contact"), 0, 0] == january


def test_who_is_there_as_a_month_begins_is_followed_through_the_log():
    lived = run(BASE, 1, 0)
    counts, youths = _monthly(lived.events, lived.scenario, 12)
    there, served = set(), set()
    before = lived.log.query("day < 0")
    for case, activity in zip(before["case"], before["activity"], strict=True):
        if activity == "referred":
            there.add(case)
        elif activity == "coordinator_assigned":
            served.add(case)
        elif activity in {"left", "declined"}:
            there.discard(case)
            served.discard(case)
        elif activity == "coordinator_lost":
            served.discard(case)
    by_name = dict(zip(INDICATORS, counts[:, 0].tolist(), strict=True))
    assert by_name["missed_contact"][1] == len(there)
    assert by_name["changed"][1] == len(served)
    assert youths == pytest.approx(lived.measures["youths_mean"], abs=2)


def test_reminders_are_noticed_in_the_no_shows(reminded):
    found = reminded["no_show"]

    assert found.changed < found.unchanged
    assert found.clear
    assert found.replications == FEWEST
    table = found.table()
    assert table["months"].tolist() == list(range(1, 19))
    assert table["power"].is_monotonic_increasing


@pytest.mark.parametrize("language", ["da", "en"])
def test_it_is_said_in_words_with_months_and_with_how_often_one_errs(language):
    never = noticed(
        independent(0.3, 24, 200), independent(0.25, 12, 200, 2), independent(0.3, 12, 200, 3)
    )
    soon = noticed(
        independent(0.3, 24, 200),
        independent(0.1, 24, 200, 2),
        independent(0.3, 24, 200, 3),
        youths=62,
    )
    texts = Texts.read(language)

    assert f" {soon.months()} " in detection_in_words(soon, texts)[1]
    assert "62 " in detection_in_words(soon, texts)[1]
    assert texts("notice.one_in", n=20) in " ".join(detection_in_words(soon, texts))
    more = {"da": "mere end 1 år", "en": "more than 1 year "}
    assert more[language] in detection_in_words(never, texts)[1]


def test_an_indicator_that_is_not_moved_is_said_to_be_so():
    still = independent(0.3, 48, 100)
    found = noticed(still[:, :24], still[:, 24:], still[:, 24:])

    (said,) = detection_in_words(found, Texts.read("en"))
    assert "no clear difference" in said


def test_a_cancel_goes_on_with_what_is_finished_if_that_is_enough():
    cancel = Event()

    def stop(done, of):
        assert of == 200
        if done >= FEWEST:
            cancel.set()

    found = detect(BASE, BASE, 200, before_months=6, most_months=6, report=stop, cancel=cancel)
    assert isinstance(found["late"], Detection)
    assert found["late"].replications == FEWEST


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"replications": 10}, "replications is 10; it must be 40 or more"),
        ({"before_months": 0}, "before_months is 0"),
        ({"level": 1}, "level is 1; it must be above 0"),
    ],
)
def test_what_cannot_be_asked_is_refused(wrong, told):
    with pytest.raises(ValueError, match=told):
        detect(BASE, BASE, **wrong)
