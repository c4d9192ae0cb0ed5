"""What is mined from a log is what can be counted in it by hand."""

import pandas as pd
import pytest

from simulation import Scenario, run
from simulation.experiments.process_mining import (
    ARROW,
    days_between,
    directly_follows,
    event_log,
    finished,
    handovers,
    newcomers,
    steps,
    times,
    variants,
)

SCENARIO = Scenario.preset("small", years=3, warm_up_years=1, annual_turnover=0.6)


def log(*events):
    """A log of (case, activity, day, resource, rule), some of them left out."""
    names = ["case", "activity", "day", "resource", "rule"]
    rows = [
        dict(zip(names, (*event, *("", "")[len(event) - 3 :]), strict=True)) for event in events
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(
        timestamp=pd.Timestamp(2027, 1, 1) + pd.to_timedelta(frame["day"], unit="D")
    )


TWO = log(
    ("a", "identified", -3),
    ("a", "referred", 0),
    ("b", "referred", 1),
    ("a", "coordinator_assigned", 10, "c1.1"),
    ("a", "work", 11, "c1.1"),
    ("a", "meeting_held", 20, "c1.1", "meeting_16"),
    ("a", "attended", 20, "guidance", "meeting_16"),
    ("a", "meeting_held", 25, "c2.1", "extra"),
    ("a", "work", 26, "c1.1"),
    ("b", "coordinator_assigned", 31, "c2.1"),
    ("a", "work", 40, "c2.1"),
    ("a", "left", 50),
    ("c", "referred", 60),
)


def test_steps_are_the_milestones_in_order_with_the_meeting_named():
    found = steps(TWO)

    assert found[found["case"] == "a"]["step"].tolist() == [
        "referred",
        "coordinator_assigned",
        "meeting_held: meeting_16",
        "left",
    ]
    with pytest.raises(ValueError, match="'dancing'"):
        steps(TWO, ["referred", "dancing"])


def test_variants_are_counted_the_most_frequent_first():
    found = variants(steps(log(*[(n, "referred", n) for n in range(3)], (2, "left", 9))))

    assert found["variant"].tolist() == ["referred", f"referred{ARROW}left"]
    assert found["youths"].tolist() == [2, 1]
    assert found["share"].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert found["days"].tolist() == [0, 7]


def test_days_between_keep_those_who_still_wait():
    found = days_between(steps(TWO), "referred", "coordinator_assigned")

    assert found["a"] == 10
    assert found["b"] == 30
    assert pd.isna(found["c"])
    with pytest.raises(ValueError, match="'meeting_held: meeting_18_5' is no step of the log"):
        days_between(steps(TWO), "referred", "meeting_held: meeting_18_5")


def test_times_of_several_pairs_stand_in_one_table():
    pairs = [("referred", "coordinator_assigned"), ("coordinator_assigned", "left")]
    found = times(steps(TWO), pairs)

    assert found.to_dict("records") == [
        {"from": "referred", "to": "coordinator_assigned", "youths": 2}
        | {"p25": 10, "median": 10, "p75": 30, "longest": 30, "not_yet": 1},
        {"from": "coordinator_assigned", "to": "left", "youths": 1}
        | {"p25": 40, "median": 40, "p75": 40, "longest": 40, "not_yet": 1},
    ]


def test_days_are_counted_to_what_comes_after_and_not_before():
    twice = log(("a", "left", 0), ("a", "referred", 5), ("a", "left", 12))

    assert days_between(steps(twice), "referred", "left")["a"] == 7


def test_what_directly_follows_is_counted_within_a_case():
    found = directly_follows(steps(TWO))

    assert found.loc["referred", "coordinator_assigned"] == 2
    assert found.loc["meeting_held: meeting_16", "left"] == 1
    assert found.to_numpy().sum() == 4
    assert list(found.index) == list(found.columns)


def test_handovers_are_between_coordinators_and_to_others():
    found = handovers(TWO)

    assert found.loc["c1.1", "c2.1"] == 2
    assert found.loc["c2.1", "c1.1"] == 1
    assert found.to_numpy().sum() == 3
    assert "guidance" not in found


def test_newcomers_are_those_who_were_found_while_the_log_was_written():
    assert set(newcomers(TWO)["case"]) == {"a"}
    assert len(newcomers(TWO)) == (TWO["case"] == "a").sum()


def test_finished_are_those_whose_whole_path_is_there():
    assert set(finished(TWO)["case"]) == {"a"}
    assert finished(TWO[TWO["activity"] != "left"]).empty


def test_a_log_of_runs_has_the_measures_of_the_runs():
    runs = [run(SCENARIO, 3, n) for n in range(2)]
    found = event_log(runs)
    walked = steps(found)

    assert len(found) == sum((one.log["case"] > 0).sum() for one in runs)
    assert found["case"].nunique() == sum(
        one.log.query("case > 0")["case"].nunique() for one in runs
    )
    assert variants(walked)["youths"].sum() == walked["case"].nunique()
    # A first coordinator is assigned as long after the referral as the log itself says.
    first = found[(found["activity"] == "coordinator_assigned") & (found["cause"] == "first")]
    waits = days_between(walked, "referred", "coordinator_assigned").dropna()
    assert waits.to_dict() == first.set_index("case")["days"].to_dict()
