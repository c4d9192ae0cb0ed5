"""What single quarters of a simulated course bring: the numbers that are counted afterwards.

A quarter is no fourth of a year. One resignation delays ten meetings in one quarter and none in the next
three, and summer is not spring. So each counted quarter of each run is counted for itself, from the event
log, in the way a municipality counts its own (:data:`data.follow_up.INDICATORS`).
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Event
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.follow_up import FIXED, INDICATORS, Quarter
from data.working_days import add_months
from simulation import codes
from simulation.cohort import draw_each, rule_names
from simulation.experiments.log_periods import LogPeriods
from simulation.experiments.manifest import (
    Manifest,
    archive_folder,
    archived,
    current_program,
    normal_code,
    read_record,
)
from simulation.experiments.whole_file import write_whole
from simulation.journal import Log
from simulation.model import follow
from simulation.scenario import Scenario

FILE = "quarters.json"
"""The file beside the manifest in the archive that holds the counts."""
RUNS = 100
"""Runs of each scenario, where the decision did not rest on more."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Quarters:
    """The counts of every quarter of every run of a scenario."""

    first: Quarter
    """The first whole quarter of the counted years."""
    counts: Ints
    """Runs × quarters × indicators × (part, whole), in the order of the indicators; where an indicator is no
    part, its whole is 0."""
    exact: bool = False
    """Whether the runs begin with a case list, so that a quarter of theirs is that very quarter."""
    span: int = 1
    """How many quarters in a row each count is added up from; the counts then overlap."""

    def in_a_row(self, span: int) -> "Quarters":
        """Return the counts of *span* quarters in a row, from each quarter that has so many after it."""
        there = max(self.counts.shape[1] - span + 1, 0)
        steps = [self.counts[:, step : step + there] for step in range(span)]
        return replace(self, counts=np.sum(steps, axis=0), span=span)

    def at(self, quarter: Quarter) -> list[int]:
        """Return which of the quarters are like *quarter*.

        From a case list on, it is the quarter itself while the runs reach as far. Otherwise it is the same
        season of each counted year: the runs have worked that way long before they are counted.
        """
        there = 4 * (quarter.year - self.first.year) + quarter.number - self.first.number
        count = self.counts.shape[1]
        if self.exact and 0 <= there < count:
            return [there]
        return [at for at in range(count) if (self.first.number - 1 + at) % 4 == quarter.number - 1]


@dataclass(frozen=True)
class Expected:
    """What a decision expects of quarters, and what they would have brought without it."""

    tried: Quarters
    today: Quarters | None
    """None where today itself was calculated."""
    runs: int
    all_runs: int
    """How many runs there are when it is finished."""
    program: str
    """The digest of the sources that counted."""
    other_program: bool = False
    """Whether the decision rests on other sources."""

    @property
    def finished(self) -> bool:
        """Whether all runs are counted."""
        return self.runs == self.all_runs


def expected_of(code: str, cancel: Event | None = None) -> Iterator[Expected]:
    """Yield what the decision with *code* expects: as it was kept, or counted now and then kept.

    So what is expected stays what it was, also where the program has become another. Raises as
    :func:`~simulation.experiments.manifest.read_record` does.
    """
    question = read_record(archived(code)).manifest
    known = read_expected(code)
    if known is not None:
        yield replace(known, other_program=known.program != question.program.sources)
        return
    for found in count_runs(question, cancel):
        if found.finished:
            with suppress(OSError):  # It is counted again the next time.
                keep_expected(code, found)
        yield replace(found, other_program=found.program != question.program.sources)


def count_runs(question: Manifest, cancel: Event | None = None) -> Iterator[Expected]:
    """Yield what the scenarios of *question* bring, growing by a run; the base comes first in it.

    The runs are those of the question, with the same seed, and on to :data:`RUNS` where it had fewer. It
    stops early once *cancel* is set.
    """
    cancel = cancel or Event()
    runs = max(question.replications, RUNS)
    scenarios = tuple(question.scenarios)
    kept: list[list[Ints]] = [[] for _ in scenarios]
    for number in range(runs):
        cohorts = draw_each(scenarios, question.seed, number)
        for scenario, cohort, rows in zip(scenarios, cohorts, kept, strict=True):
            rows.append(count_run(follow(scenario, cohort, question.seed, number).events, scenario))
        if cancel.is_set():
            return
        if number % 5 == 4 or number == runs - 1:
            found = [
                Quarters(first_quarter(scenario), np.array(rows), bool(scenario.cases))
                for scenario, rows in zip(scenarios, kept, strict=True)
            ]
            today = found[0] if len(found) > 1 else None
            yield Expected(found[-1], today, number + 1, runs, current_program().sources)


def first_quarter(scenario: Scenario) -> Quarter:
    """Return the first whole quarter of the counted years of *scenario*."""
    first = Quarter.of(scenario.start)
    return first if first.first == scenario.start else first.later(1)


def count_run(events: Log, scenario: Scenario) -> Ints:
    """Return quarters × indicators × (part, whole) of one run, from its *events* alone."""
    first = first_quarter(scenario)
    end = add_months(np.array([scenario.start], dtype="datetime64[D]"), 12 * scenario.years)[0]
    starts = [(first.first - scenario.start).days]
    quarter = first
    while np.datetime64(quarter.later(1).first) <= end:
        quarter = quarter.later(1)
        starts.append((quarter.first - scenario.start).days)
    reading = LogPeriods(events, np.array(starts))
    held, missed = reading.number(codes.HELD), reading.number(codes.NO_SHOW_EVENT)
    names = rule_names(scenario)
    late, due = reading.late_and_due([n for n, name in enumerate(names) if name in FIXED])
    had = reading.with_coordinator()
    parts = {
        "meetings": (held + missed, np.zeros_like(held)),
        "late": (late, due),
        "no_show": (missed, held + missed),
        "waited": reading.long_and_all_waits(),
        # Who came and lost it again in one quarter was not there as it began.
        "changed": (np.minimum(reading.youths(codes.LOST), had), had),
    }
    return np.array([parts[indicator] for indicator in INDICATORS]).transpose(2, 0, 1)


# --- Kept beside the question -------------------------------------------------------------------


def keep_expected(code: str, expected: Expected) -> None:
    """Keep what a decision expects, so that the same stands there next quarter; OSError if it cannot be."""
    told = counts_as_told(expected)
    file = archive_folder() / normal_code(code) / FILE
    write_whole(file, (json.dumps(told, separators=(",", ":")) + "\n").encode())


def read_expected(code: str) -> Expected | None:
    """Return what was kept under *code*; None where nothing that can be read was."""
    try:
        return counts_of(
            json.loads((archive_folder() / normal_code(code) / FILE).read_text("utf-8"))
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def counts_as_told(expected: Expected) -> dict[str, Any]:
    """Return *expected* in plain numbers and words, as it is kept."""
    return {
        "program": expected.program,
        "indicators": [*INDICATORS],
        "tried": _plain(expected.tried),
        "today": _plain(expected.today) if expected.today else None,
    }


def counts_of(told: dict[str, Any]) -> Expected:
    """Return what :func:`counts_as_told` made plain.

    Raises :exc:`ValueError`, :exc:`TypeError`, :exc:`KeyError` or :exc:`AttributeError` where it is no such
    thing.
    """
    if told["indicators"] != [*INDICATORS]:
        raise ValueError("counts of other indicators")
    tried = _quarters(told["tried"])
    today = _quarters(told["today"]) if told["today"] else None
    runs = len(tried.counts)
    return Expected(tried, today, runs, runs, str(told["program"]))


def _plain(of: Quarters) -> dict[str, Any]:
    return {"first": of.first.id, "exact": of.exact, "counts": of.counts.tolist()}


def _quarters(told: dict[str, Any]) -> Quarters:
    first, counts = Quarter.read(told["first"]), np.array(told["counts"], dtype=np.int64)
    if first is None or counts.ndim != 4 or counts.shape[2:] != (len(INDICATORS), 2):
        raise ValueError("no counts of quarters")
    return Quarters(first, counts, bool(told["exact"]))
