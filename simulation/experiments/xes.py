"""The event log of one run or several, written for process mining: as XES (IEEE 1849-2016) and as csv.

A trace is a youth. What concerns no youth (posts, hours available, decisions of the leadership group)
is left out of XES: process miners take each trace for one case of one process, and a trace of the
office among those of youths would stand in every variant, duration and count. The csv has every row.

Every event is the record of a thing done, so its transition is "complete". A day has no time of day in
the model; it is written as midnight UTC, because tools that turn times into UTC would otherwise show
the day before. Events of one day stand in the order of the log.
"""

import gzip
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import escape

import numpy as np

from simulation.codes import ACTIVITIES, WORDS
from simulation.cohort import rule_names
from simulation.experiments.exports import harmless
from simulation.journal import NOBODY, Log, name_of
from simulation.model import Run
from simulation.scenario import Scenario

NAMESPACE = "http://www.xes-standard.org/"
EXTENSIONS = (
    ("Concept", "concept"),
    ("Time", "time"),
    ("Organizational", "org"),
    ("Lifecycle", "lifecycle"),
)
"""The standard extensions that are used, by name and prefix."""
CLASSIFIERS = (
    ("Activity", "concept:name"),
    ("ActivityAndTransition", "concept:name lifecycle:transition"),
    ("ActivityAndMeeting", "concept:name rule"),
)
"""What makes two events the same: what is done, the same with its transition, or with its meeting."""
EVENT_GLOBALS = (
    ("string", "concept:name", "activity"),
    ("string", "lifecycle:transition", "complete"),
    ("date", "time:timestamp", "1970-01-01T00:00:00.000+00:00"),
    ("int", "day", "0"),
    ("int", "minutes", "0"),
    ("string", "cause", ""),
    ("string", "rule", ""),
    ("int", "occasion", "0"),
    ("int", "days", "0"),
)
"""What every event has: type, key and what it would be if it were missing. ``org:resource`` stands only
where somebody acts. The other columns are those of :func:`simulation.journal.to_frame`."""
TRACE_GLOBALS = (
    ("string", "concept:name", ""),
    ("int", "replication", "0"),
    ("int", "case", "0"),
    ("boolean", "from_case_list", "false"),
)
"""What every trace has; its name is replication and case, ``3-17``, which no other trace has."""
CSV_ROWS = 50_000
"""Rows of csv that are made at a time, so that a large log needs little memory."""

# What XML 1.0 does not allow at all, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_INSIDE_QUOTES = {'"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


def write_xes(runs: Iterable[Run], path: Path, code: str = "") -> None:
    """Write the event log of *runs* to *path* as XES; a name that ends in ``.gz`` is compressed.

    The runs are replications of one scenario with one seed. They are asked for one at a time and
    need not be kept: ``write_xes((run(scenario, 7, n) for n in range(20)), path)``. *code* is the
    manifest's short code and stands in the log's attributes. The same runs give the same bytes. The
    pseudonyms of a case list are not written. The names of its posts are.

    Raises :exc:`ValueError` for no run, or for runs of different scenarios or seeds or of one
    replication twice; no file is left behind then.
    """
    with _file(path) as out:
        for number, one in enumerate(_alike(runs)):
            if number == 0:
                out.writelines(_head(one.scenario, one.seed, code))
            out.writelines(_traces(one))
        out.write("</log>\n")


def write_log_csv(runs: Iterable[Run], path: Path) -> None:
    """Write the event log of *runs* to *path* as csv, one row an event, every row of the log.

    Columns: ``replication``, then those of :func:`simulation.journal.to_frame`. Commas between,
    decimal points, UTF-8; days are dates; a resource that a spreadsheet would take for a formula begins
    with ``'``. The same runs give the same bytes. *runs*, ``.gz`` and what
    is raised are as for :func:`write_xes`.
    """
    with _file(path) as out:
        for number, one in enumerate(_alike(runs)):
            for begin in range(0, max(1, one.events.size), CSV_ROWS):
                # A part of the log is a log, and a run of it makes its table.
                part = Run(one.scenario, one.seed, one.replication, one.events[begin:][:CSV_ROWS])
                frame = part.log
                frame.insert(0, "replication", one.replication)
                # Posts are named by whoever wrote the case list.
                frame["resource"] = frame["resource"].map(harmless)
                first = number == begin == 0
                frame.to_csv(
                    out, index=False, header=first, lineterminator="\n", date_format="%Y-%m-%d"
                )


def trace_name(replication: int, case: int) -> str:
    """Return the name of the trace of the youth *case* in *replication*.

    >>> trace_name(3, 17)
    '3-17'
    """
    return f"{replication}-{case}"


@contextmanager
def _file(path: Path) -> Iterator[TextIO]:
    """Open *path* for text; it is there once all is written, and not before."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as raw:
            if path.suffix == ".gz":
                # Neither name nor time goes into the file, so that the same log gives the same bytes.
                with (
                    gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed,
                    io.TextIOWrapper(packed, encoding="utf-8", newline="\n") as out,
                ):
                    yield out
            else:
                with io.TextIOWrapper(raw, encoding="utf-8", newline="\n") as out:
                    yield out
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _alike(runs: Iterable[Run]) -> Iterator[Run]:
    """Yield the *runs*, or refuse the first that does not belong to the others."""
    first: tuple[Scenario, int] | None = None
    seen: set[int] = set()
    for one in runs:
        first = first or (one.scenario, one.seed)
        if one.seed != first[1]:
            raise ValueError(f"runs has the seeds {first[1]} and {one.seed}; write a log for each")
        if one.scenario != first[0]:
            fields = ", ".join(one.scenario.differences(first[0]))
            raise ValueError(f"runs differ in {fields}; write a log for each scenario")
        if one.replication in seen:
            raise ValueError(f"runs has replication {one.replication} twice; give each once")
        seen.add(one.replication)
        yield one
    if first is None:
        raise ValueError("runs is empty; give at least one")


def _head(scenario: Scenario, seed: int, code: str) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<log xes.version="1849.2016" xes.features="" xmlns="{NAMESPACE}">\n'
    for name, prefix in EXTENSIONS:
        yield f'<extension name="{name}" prefix="{prefix}" uri="{NAMESPACE}{prefix}.xesext"/>\n'
    for scope, listed in (("trace", TRACE_GLOBALS), ("event", EVENT_GLOBALS)):
        inner = "".join(_attribute(kind, key, value) for kind, key, value in listed)
        yield f'<global scope="{scope}">\n{inner}</global>\n'
    for name, keys in CLASSIFIERS:
        yield f'<classifier name="{name}" keys="{keys}"/>\n'
    yield _attribute("string", "concept:name", "Vejviser")
    yield _attribute("string", "lifecycle:model", "standard")
    yield _attribute("string", "manifest", code)
    yield _attribute("int", "seed", str(seed))
    yield _attribute("date", "first_counted_day", _moment(scenario.start))
    yield _attribute("int", "years", str(scenario.years))
    yield _attribute("int", "warm_up_years", str(scenario.warm_up_years))


def _traces(one: Run) -> Iterator[str]:
    """Yield the traces of a run, youth by youth."""
    write = _Events(one)
    cases = one.events["case"]
    order = np.argsort(cases, kind="stable")
    # Case 0, which is no youth, comes first and is passed over.
    bounds = np.append(np.flatnonzero(np.diff(cases[order], prepend=0)), cases.size)
    for begin, end in pairwise(bounds.tolist()):
        events = one.events[order[begin:end]]
        case = int(events["case"][0])
        yield "<trace>\n"
        yield _attribute("string", "concept:name", trace_name(one.replication, case))
        yield _attribute("int", "replication", str(one.replication))
        yield _attribute("int", "case", str(case))
        yield _attribute("boolean", "from_case_list", str(case in write.listed).lower())
        yield from write.each(events)
        yield "</trace>\n"


class _Events:
    """Writes the events of one run; what comes again and again is put into XML once."""

    def __init__(self, one: Run) -> None:
        posts = tuple(post.name for post in one.scenario.posts[: one.scenario.coordinators])
        names = {int(who): name_of(int(who), posts) for who in np.unique(one.events["resource"])}
        self.listed = one.references
        """The cases that were there before the run, by number."""
        self._start = one.scenario.start
        self._days: dict[int, str] = {}
        self._activities = [_attribute("string", "concept:name", word) for word in ACTIVITIES]
        self._causes = [_attribute("string", "cause", word) for word in WORDS]
        self._rules = [_attribute("string", "rule", id) for id in rule_names(one.scenario)]
        self._resources = {
            who: _attribute("string", "org:resource", name) if who != NOBODY else ""
            for who, name in names.items()
        }

    def each(self, events: Log) -> Iterator[str]:
        """Yield each of *events* as an element."""
        complete = _attribute("string", "lifecycle:transition", "complete")
        for day, _, _, activity, who, minutes, cause, rule, occasion, days in events.tolist():
            yield (
                f"<event>\n{self._activities[activity]}{complete}{self._on(day)}"
                f"{self._resources[who]}"
                f'<int key="minutes" value="{minutes}"/>\n'
                f"{self._causes[cause]}{self._rules[rule]}"
                f'<int key="occasion" value="{occasion}"/>\n'
                f'<int key="days" value="{days}"/>\n</event>\n'
            )

    def _on(self, day: int) -> str:
        if day not in self._days:
            moment = _moment(self._start + timedelta(days=day))
            self._days[day] = _attribute("date", "time:timestamp", moment) + _attribute(
                "int", "day", str(day)
            )
        return self._days[day]


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00.000+00:00"


def _attribute(kind: str, key: str, value: str) -> str:
    allowed = _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", value)
    # A tag a line, as pm4py's reader line by line wants it.
    return f'<{kind} key="{key}" value="{escape(allowed, _INSIDE_QUOTES)}"/>\n'
