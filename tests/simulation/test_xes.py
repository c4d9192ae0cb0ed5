"""The event log as XES and csv says what the run's log says, and any process miner can read it."""

import gzip
import io
import tracemalloc
from datetime import date, datetime
from functools import cache
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation import Scenario, run
from simulation.experiments.xes import CLASSIFIERS, EXTENSIONS, write_log_csv, write_xes
from tests.simulation.case_lists import with_list
from tests.simulation.space import scenarios

TAG = "{http://www.xes-standard.org/}"
SMALL = Scenario.preset("small", years=1, warm_up_years=1)
COLUMNS = [
    "activity",
    "timestamp",
    "day",
    "resource",
    "minutes",
    "cause",
    "rule",
    "occasion",
    "days",
]
TYPES = {
    "string": str,
    "int": int,
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": datetime.fromisoformat,
}


@cache
def one(replication=0):
    return run(SMALL, 7, replication)


def parsed(runs, folder, name="log.xes", code=""):
    path = folder / name
    write_xes(runs, path, code)
    return ET.fromstring(path.read_bytes())  # noqa: S314 (our own)


def values(element):
    """The attributes of a log, trace or event, each of its own type; no key stands twice."""
    kinds = {TAG + kind: read for kind, read in TYPES.items()}
    listed = [(c.get("key"), kinds[c.tag](c.get("value"))) for c in element if c.tag in kinds]
    assert len(dict(listed)) == len(listed)
    return dict(listed)


def table(log):
    """What a process miner sees: one row an event, in the order of the file."""
    rows = []
    for trace in log.iter(TAG + "trace"):
        of_trace = {f"case:{key}": value for key, value in values(trace).items()}
        rows += [of_trace | values(event) for event in trace.iter(TAG + "event")]
    return pd.DataFrame(rows)


def expected(one):
    log = one.log[one.log["case"] > 0].sort_values("case", kind="stable").reset_index(drop=True)
    return log.assign(timestamp=log["timestamp"].dt.tz_localize("UTC"))


def same_as_log(log, *runs):
    want = pd.concat([expected(one).assign(replication=one.replication) for one in runs])
    found = table(log)
    if want.empty:
        assert found.empty
        return
    names = [f"{r}-{c}" for r, c in zip(want["replication"], want["case"], strict=True)]
    assert found["case:concept:name"].tolist() == names
    assert found["case:case"].tolist() == want["case"].tolist()
    found = found.rename(columns={"concept:name": "activity", "time:timestamp": "timestamp"})
    # Nobody may have acted in the whole log.
    nobody = pd.Series(None, index=found.index, dtype=object)
    found["resource"] = found.get("org:resource", nobody).fillna("")
    for column in COLUMNS:
        assert found[column].tolist() == want[column].tolist(), column
    assert set(found["lifecycle:transition"]) == {"complete"}


def test_the_file_says_what_the_log_says(tmp_path):
    same_as_log(parsed([one(0), one(3)], tmp_path), one(0), one(3))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(longest=1), st.integers(0, 10**6))
def test_it_does_so_for_any_scenario(tmp_path_factory, scenario, seed):
    found = run(scenario, seed)

    same_as_log(parsed([found], tmp_path_factory.mktemp("log")), found)


def test_what_the_standard_asks_for_is_there(tmp_path):
    log = parsed([one()], tmp_path)

    assert log.tag == TAG + "log"
    assert float(log.get("xes.version")) == 1849.2016
    assert log.get("xes.features") == ""
    tags = [child.tag.removeprefix(TAG) for child in log]
    order = ["extension", "global", "classifier", "attribute", "trace"]
    places = [order.index("attribute" if tag in TYPES else tag) for tag in tags]
    assert places == sorted(places)
    assert [e.get("prefix") for e in log.iter(TAG + "extension")] == [p for _, p in EXTENSIONS]
    assert all(e.get("name") and e.get("uri") for e in log.iter(TAG + "extension"))


def test_every_prefix_is_declared_and_every_global_is_everywhere(tmp_path):
    log = parsed([one()], tmp_path)
    scopes = {part.get("scope"): values(part) for part in log.iter(TAG + "global")}
    events = [values(event) for event in log.iter(TAG + "event")]
    traces = [values(trace) for trace in log.iter(TAG + "trace")]

    keys = {key for each in [*events, *traces, values(log)] for key in each}
    assert {key.split(":")[0] for key in keys if ":" in key} <= {prefix for _, prefix in EXTENSIONS}
    assert all(scopes["event"].keys() <= event.keys() for event in events)
    assert all(scopes["trace"].keys() <= trace.keys() for trace in traces)
    for classifier in log.iter(TAG + "classifier"):
        assert set(classifier.get("keys").split()) <= scopes["event"].keys()
    assert len(list(log.iter(TAG + "classifier"))) == len(CLASSIFIERS)


def test_the_log_carries_the_code_and_the_run(tmp_path):
    said = values(parsed([one()], tmp_path, code="7F3K-2Q"))

    assert said["manifest"] == "7F3K-2Q"
    assert (said["seed"], said["years"], said["warm_up_years"]) == (7, 1, 1)
    assert said["first_counted_day"].date() == SMALL.start


def test_posts_and_books_are_no_trace_but_stand_in_the_csv(tmp_path):
    found = table(parsed([one()], tmp_path))
    write_log_csv([one()], tmp_path / "log.csv")

    offices = set(one().log.query("case == 0")["activity"])
    assert "hours_available" in offices
    assert not offices & set(found["concept:name"])
    assert offices <= set(pd.read_csv(tmp_path / "log.csv")["activity"])


def test_the_csv_is_the_log_with_its_replication(tmp_path):
    write_log_csv((one(n) for n in (0, 2)), tmp_path / "log.csv")

    read = pd.read_csv(tmp_path / "log.csv", keep_default_na=False, parse_dates=["timestamp"])
    want = pd.concat([one(n).log.assign(replication=n) for n in (0, 2)], ignore_index=True)
    want = want[["replication", *one().log.columns]]
    pd.testing.assert_frame_equal(read, want, check_dtype=False)
    assert b"\r" not in (tmp_path / "log.csv").read_bytes()


def test_a_csv_made_in_parts_is_the_same(tmp_path, monkeypatch):
    write_log_csv([one()], tmp_path / "whole.csv")
    monkeypatch.setattr("simulation.experiments.xes.CSV_ROWS", 97)
    write_log_csv([one()], tmp_path / "parts.csv")

    assert (tmp_path / "parts.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


@pytest.mark.parametrize("write", [write_xes, write_log_csv])
@pytest.mark.parametrize("name", ["log", "log.gz"])
def test_the_same_runs_give_the_same_bytes(tmp_path, monkeypatch, write, name):
    write([one()], tmp_path / name)
    first = (tmp_path / name).read_bytes()
    monkeypatch.setattr("time.time", lambda: 0.0)  # what gzip would write into the file
    (tmp_path / "elsewhere").mkdir()
    write([run(SMALL, 7, engine="simpy")], tmp_path / "elsewhere" / name)

    assert (tmp_path / "elsewhere" / name).read_bytes() == first


def test_a_packed_file_holds_the_plain_one(tmp_path):
    write_xes([one()], tmp_path / "log.xes")
    write_xes([one()], tmp_path / "log.xes.gz")

    packed = (tmp_path / "log.xes.gz").read_bytes()
    assert gzip.decompress(packed) == (tmp_path / "log.xes").read_bytes()


def test_hostile_words_leave_the_file_well_formed(tmp_path):
    post = "K<1> & \"x\" 'y'\n\x00\x1b\ud800\ufffe]]>"
    found = run(with_list(SMALL, post), 1)

    resources = set(table(parsed([found], tmp_path, code='<"&'))["org:resource"])
    assert "K<1> & \"x\" 'y'\n" + "\ufffd" * 4 + "]]>.1" in resources


@pytest.mark.parametrize("post", ["=1+1", "+K1", "-K1", "@K1", "\tK1"])
def test_a_post_named_as_a_formula_stays_words_in_a_spreadsheet(tmp_path, post):
    found = run(with_list(SMALL, post), 1)
    write_log_csv([found], tmp_path / "log.csv")

    resources = set(pd.read_csv(tmp_path / "log.csv")["resource"].dropna())
    assert f"'{post}.1" in resources
    assert not {name for name in resources if name.startswith(post)}
    assert found.log["resource"].str.startswith(post).any()


def test_who_stood_on_the_case_list_is_marked_and_not_named(tmp_path):
    found = run(with_list(SMALL, "K1"), 1)
    log = parsed([found], tmp_path)

    listed = {values(t)["case"] for t in log.iter(TAG + "trace") if values(t)["from_case_list"]}
    assert listed == set(found.references)
    assert b"2026-014" not in (tmp_path / "log.xes").read_bytes()


def test_a_day_is_that_day_in_universal_time(tmp_path):
    summer = run(SMALL.replace(start=date(2027, 7, 1)), 1)

    text = (parsed([summer], tmp_path), (tmp_path / "log.xes").read_text())[1]
    assert 'value="2027-07-01T00:00:00.000+00:00"' in text


@pytest.mark.parametrize("write", [write_xes, write_log_csv])
@pytest.mark.parametrize(
    ("runs", "said"),
    [
        (list, "runs is empty"),
        (lambda: [one(), run(SMALL, 8, 1)], "seeds 7 and 8"),
        (lambda: [one(), run(SMALL.replace(coordinators=3), 7, 1)], "differ in coordinators"),
        (lambda: [one(1), one(1)], "replication 1 twice"),
    ],
)
def test_runs_that_do_not_belong_together_are_refused_and_leave_no_file(
    tmp_path, write, runs, said
):
    path = tmp_path / "log"
    path.write_text("what was there")

    with pytest.raises(ValueError, match=said):
        write(runs(), path)

    assert path.read_text() == "what was there"
    assert [file.name for file in tmp_path.iterdir()] == ["log"]


def test_a_large_log_needs_little_memory(tmp_path):
    """Three replications, of which the file is fifty times as large as what is kept while writing."""
    runs = [one(n) for n in range(3)]
    write_xes(runs, tmp_path / "first.xes")

    tracemalloc.start()
    write_xes(runs, tmp_path / "log.xes")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < (tmp_path / "log.xes").stat().st_size / 4


def test_a_reader_of_bytes_sees_utf_8(tmp_path):
    found = run(with_list(SMALL, "Ærø"), 1)
    write_xes([found], tmp_path / "log.xes")
    write_log_csv([found], tmp_path / "log.csv")

    assert "Ærø.1" in io.TextIOWrapper((tmp_path / "log.xes").open("rb"), "utf-8").read()
    assert "Ærø.1" in (tmp_path / "log.csv").read_text("utf-8")
