"""The kinds of experiment that leave a record; each is a function of its manifest.

What a kind is told beyond scenarios, seed, replications and engine stands in the manifest's arguments,
which the kind's description lists. Lists of inputs are lists of pairs, because their order counts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from data import Texts, parameters
from simulation.experiments.columns import (
    COMPARISON_COLUMNS,
    PRECISION_COLUMNS,
    REPLICATION_COLUMNS,
    SEARCH_COLUMNS,
    SUMMARY_COLUMNS,
    SWEEP_COLUMNS,
)
from simulation.experiments.comparison import Comparison, compared
from simulation.experiments.exports import write_figure, write_table
from simulation.experiments.manifest import Manifest
from simulation.experiments.promise import Promise
from simulation.experiments.quantities import quantity
from simulation.experiments.recorded import Finished, StoppedError, Work, unless_stopped
from simulation.experiments.replications import together
from simulation.experiments.search import smallest_staffing
from simulation.experiments.staffing import Search
from simulation.experiments.sweep import STANDARD, Sweep
from simulation.experiments.sweep import sweep as sweep_over
from simulation.experiments.whole_file import write_whole
from simulation.measure_words import unit_of
from simulation.measures import MEASURES
from simulation.model import Run
from simulation.model import run as run_once
from simulation.results import Result
from simulation.study import Study
from simulation.summary import Spread, spread, summarise

if TYPE_CHECKING:
    import pandas as pd

    from simulation.experiments.precision import Precision
    from simulation.figures import Picture

TABLES = ("replications.parquet", "replications.csv", "summary.csv")
"""The tables of a run."""
REPORT = "report.md"
LOGS = ("log.csv.gz", "log.xes.gz")
"""The event logs of a run, where they are asked for."""


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a run found."""

    results: Sequence[Result]
    precision: "Precision | None"
    """How precise the numbers are, where that was asked for."""


def replications_table(results: Sequence[Result], seed: int) -> "pd.DataFrame":
    """Return one row a replication; :data:`REPLICATION_COLUMNS` says what the columns are."""
    import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

    return pd.DataFrame(
        [{"replication": r.replication, "seed": seed} | r.measures for r in results]
    )


def summary_table(results: Sequence[Result]) -> "pd.DataFrame":
    """Return one row a measure, what a leader reads first at the top: single years and single youths.

    :data:`SUMMARY_COLUMNS` says what the columns are.
    """
    import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

    summary = summarise(results)
    years = [
        ("late_per_year", "years", summary.late_per_year),
        ("wait_mean_days", "youths", summary.wait_days),
    ]
    values = {name: np.array([r.measures[name] for r in results]) for name in MEASURES}
    runs = [(name, "runs", spread(numbers, numbers)) for name, numbers in values.items()]
    return pd.DataFrame(
        {
            "measure": name,
            "of": of,
            **{part: getattr(found, part) for part in Spread.__slots__},
            "unit": unit_of(name),
        }
        for name, of, found in [*years, *runs]
    )


def run(manifest: Manifest, work: Work) -> Finished:
    """Replicate one scenario, so often as asked or until it is precise; finds :class:`Ran`.

    Arguments: ``precision`` (share of itself to which each headline measure is wanted), ``log`` (whether
    the event logs are written), ``figures`` and ``report`` (the languages in which figures are drawn and
    the report after STRESS-DES is written).
    """
    asked = manifest.arguments
    precision = None
    if "precision" in asked:
        precision = _until_precise(manifest, work)
        results = list(precision.results) if precision else []
        whole = precision is not None and precision.status != "cancelled"
    else:
        results = [result for (result,) in _runs(manifest, work)]
        whole = len(results) == manifest.replications
    if not results:
        raise StoppedError
    if not whole:
        # What is finished is what so many replications would have been.
        asked = {name: value for name, value in asked.items() if name != "precision"}
        manifest = replace(manifest, replications=len(results), arguments=asked)
        precision = None
    found = Ran(results=results, precision=precision)
    if work.folder is None:
        return Finished(manifest=manifest, found=found, whole=whole)
    logs: list[str] = []
    if asked.get("log"):
        logs = _write_logs(manifest, results, work)
        if not logs:
            asked = {name: value for name, value in asked.items() if name != "log"}
            whole, manifest = False, replace(manifest, arguments=asked)
    files = [*logs, *_write_run(manifest, found, work.folder)]
    return Finished(manifest=manifest, found=found, files=files, whole=whole)


def _runs(manifest: Manifest, work: Work) -> Iterator[tuple[Result, ...]]:
    rows = together(
        manifest.scenarios,
        manifest.replications,
        manifest.seed,
        workers=work.workers,
        cancel=work.cancel,
        engine=manifest.engine,
    )
    work.report(0, manifest.replications)
    for done, row in enumerate(unless_stopped(rows, work), start=1):
        work.report(done, manifest.replications)
        yield row


def _until_precise(manifest: Manifest, work: Work) -> "Precision | None":
    from simulation.experiments.precision import GOALS, until_precise  # noqa: PLC0415 (seldom asked for)

    wanted = float(manifest.arguments["precision"])
    states = until_precise(
        manifest.scenarios[0],
        [replace(goal, relative=wanted if goal.relative else 0.0) for goal in GOALS],
        seed=manifest.seed,
        cap=manifest.replications,
        workers=work.workers,
        cancel=work.cancel,
        engine=manifest.engine,
    )
    last = None
    for last in unless_stopped(states, work):
        work.report(last.replications, round(last.replications / max(last.done, 0.001)))
    if last is not None and last.status == "running":
        last = replace(last, status="cancelled")
    return last


def _write_run(manifest: Manifest, found: "Ran", folder: Path) -> list[str]:
    """Write the tables and figures of a run to *folder* and return their names."""
    table = replications_table(found.results, manifest.seed)
    for name in TABLES[:2]:
        write_table(table, folder / name, manifest, REPLICATION_COLUMNS)
    write_table(summary_table(found.results), folder / TABLES[2], manifest, SUMMARY_COLUMNS)
    files = [*TABLES]
    if found.precision is not None:
        reached = found.precision.table()
        write_table(reached, folder / "precision.csv", manifest, PRECISION_COLUMNS)
        files.append("precision.csv")
    if "figures" in manifest.arguments:
        files += _write_pictures(_run_pictures(found, manifest), manifest, folder)
    if "report" in manifest.arguments:
        rows = [(result,) for result in found.results]
        files += _write_report(manifest, rows, found.precision, folder)
    return files


def _run_pictures(found: "Ran", manifest: Manifest) -> "Iterator[tuple[str, Picture]]":
    from simulation.figures import late_by_rule, late_days, over_time  # noqa: PLC0415 (as needed)

    texts = Texts.read(manifest.arguments["figures"])
    study = Study(manifest.scenarios[0], found.results)
    for draw in (late_by_rule, late_days, over_time):
        yield draw.__name__, draw(study, texts)


class _CancelledError(Exception):
    pass


def _write_logs(manifest: Manifest, results: Sequence[Result], work: Work) -> list[str]:
    """Write the event logs and return their names; none after a stop."""
    from simulation.experiments.xes import write_log_csv, write_xes  # noqa: PLC0415 (seldom asked for)

    if work.folder is None:
        return []

    def runs(done: int) -> Iterator[Run]:
        for number in range(len(results)):
            if work.cancel.is_set():
                raise _CancelledError
            yield run_once(manifest.scenarios[0], manifest.seed, number, engine=manifest.engine)
            work.report(done + number + 1, 2 * len(results))

    work.folder.mkdir(parents=True, exist_ok=True)
    table, traces = (work.folder / name for name in LOGS)
    try:
        write_log_csv(runs(0), table)
        write_xes(runs(len(results)), traces, manifest.code)
    except _CancelledError:
        table.unlink(missing_ok=True)
        return []
    return list(LOGS)


def compare(manifest: Manifest, work: Work) -> Finished:
    """Compare two to eight scenarios with the first; finds a ``Comparison``.

    Arguments: ``lang`` (the language of the scenarios' names in the tables), ``figures`` (whether the
    headline measures are drawn), ``report`` (the language of the report after STRESS-DES).
    """
    states = compared(
        manifest.scenarios,
        replications=manifest.replications,
        seed=manifest.seed,
        lang=manifest.arguments["lang"],
        workers=work.workers,
        cancel=work.cancel,
        engine=manifest.engine,
    )
    found: Comparison | None = None
    for found in unless_stopped(states, work):
        work.report(found.replications, manifest.replications)
    if found is None:
        raise StoppedError
    whole = found.replications == manifest.replications
    manifest = replace(manifest, replications=found.replications)
    files: list[str] = []
    if work.folder is not None:
        files += _write_both("comparison", found.table(), manifest, COMPARISON_COLUMNS, work.folder)
        differences = found.differences()
        files += _write_both("differences", differences, manifest, COMPARISON_COLUMNS, work.folder)
        rows = scenarios_table(found.results, manifest.seed)
        files += _write_both("replications", rows, manifest, REPLICATION_COLUMNS, work.folder)
        if manifest.arguments.get("figures"):
            files += _write_pictures(_compared_pictures(found, manifest), manifest, work.folder)
        if "report" in manifest.arguments:
            files += _write_report(manifest, found.results, None, work.folder)
    return Finished(manifest=manifest, found=found, files=files, whole=whole)


def sweep(manifest: Manifest, work: Work) -> Finished:
    """Draw a map of a scenario over one or two inputs; finds a ``Sweep``.

    Arguments: ``over`` (pairs of a field and its values), ``measures``, ``promise`` (such as
    ``late_per_year <= 10``) with ``probability`` (the share of years or runs from which a figure takes
    it for kept), ``figures`` (the language in which each measure is drawn), ``maps`` (after a stop: how
    many maps there were, each finer).
    """
    asked = manifest.arguments
    states = sweep_over(
        manifest.scenarios[0],
        _over(asked["over"]),
        measures=asked.get("measures") or STANDARD,
        promise=Promise.read(asked["promise"]) if "promise" in asked else None,
        replications=manifest.replications,
        seed=manifest.seed,
        workers=work.workers,
        cancel=work.cancel,
        engine=manifest.engine,
    )
    found: Sweep | None = None
    maps = 0
    for state in unless_stopped(states, work):
        if work.cancel.is_set() and state.done < 1:
            break  # The last one is of a chunk that was not finished.
        found, maps = state, maps + 1
        runs = len(state.cells) * state.asked
        work.report(round(state.done * runs), runs)
        if maps == asked.get("maps"):
            break
    if found is None:
        raise StoppedError
    whole = found.done >= 1 or maps == asked.get("maps")
    if not whole:
        manifest = replace(manifest, arguments={**asked, "maps": maps})
    files: list[str] = []
    if work.folder is not None:
        columns = {**SWEEP_COLUMNS, **_field_columns(axis.field for axis in found.axes)}
        files += _write_both("sweep", found.table(), manifest, columns, work.folder)
        if "figures" in asked:
            files += _write_pictures(_swept_pictures(found, manifest), manifest, work.folder)
    return Finished(manifest=manifest, found=found, files=files, whole=whole)


def search(manifest: Manifest, work: Work) -> Finished:
    """Find the smallest staffing that keeps a promise; finds a ``Search``.

    Arguments: ``promise`` (such as ``late_per_year <= 3``), ``probability``, ``over`` (pairs of a field
    and its values; coordinators if it is missing), ``states`` and ``workers`` (after a stop: how many
    steps were finished, and how long a step was).
    """
    asked = manifest.arguments
    workers = asked.get("workers", work.workers)
    states = smallest_staffing(
        manifest.scenarios[0],
        Promise.read(asked["promise"]),
        probability=asked["probability"],
        over=_over(asked["over"]) if "over" in asked else None,
        cap=manifest.replications,
        seed=manifest.seed,
        workers=workers,
        cancel=work.cancel,
        engine=manifest.engine,
    )
    found: Search | None = None
    steps = 0
    for state in unless_stopped(states, work):
        if work.cancel.is_set() and state.status in {"searching", "cancelled"}:
            break  # The last one is of a step that was not finished.
        found, steps = state, steps + 1
        work.report(state.replications, 0)
        if steps == asked.get("states"):
            break
    if found is None:
        raise StoppedError
    whole = found.status != "searching" or steps == asked.get("states")
    if not whole:
        size = workers if isinstance(workers, int) else 10
        manifest = replace(manifest, arguments={**asked, "states": steps, "workers": size})
    files: list[str] = []
    if work.folder is not None:
        fields = [name for name, _ in found.first]
        columns = {**SEARCH_COLUMNS, **_field_columns(fields)}
        files += _write_both("search", found.table(), manifest, columns, work.folder)
    return Finished(manifest=manifest, found=found, files=files, whole=whole)


def _field_columns(fields: Iterable[str]) -> dict[str, str]:
    return {name: f"{name} of the scenario ({parameters()[name].unit})" for name in fields}


def _over(pairs: Sequence[tuple[str, Sequence[Any]]]) -> dict[str, list[Any]]:
    """Return the values of each input, days as days."""
    days = {name for name, parameter in parameters().items() if parameter.kind == "date"}
    return {
        name: [
            date.fromisoformat(value) if name in days and isinstance(value, str) else value
            for value in values
        ]
        for name, values in pairs
    }


def _write_both(
    name: str, table: "pd.DataFrame", manifest: Manifest, columns: Mapping[str, str], folder: Path
) -> list[str]:
    """Write *table* as parquet and as csv and return the names of the files."""
    files = [f"{name}.parquet", f"{name}.csv"]
    for file in files:
        write_table(table, folder / file, manifest, columns)
    return files


def scenarios_table(results: Sequence[tuple[Result, ...]], seed: int) -> "pd.DataFrame":
    """Return one row a scenario and replication; :data:`REPLICATION_COLUMNS` says what the columns are.

    *results* has one entry a replication, with a result of each scenario.
    """
    import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

    return pd.DataFrame(
        {"scenario": number, "replication": result.replication, "seed": seed} | result.measures
        for number, column in enumerate(zip(*results, strict=True), start=1)
        for result in column
    )


def _compared_pictures(found: Comparison, manifest: Manifest) -> "Iterator[tuple[str, Picture]]":
    from simulation.figures.scenarios_compared import scenarios_compared  # noqa: PLC0415 (as needed)

    texts = Texts.read(manifest.arguments["lang"])
    table = found.table()
    for name in [of.name for of in found.quantities]:
        if not table.loc[table["measure"] == name, "low"].isna().all():
            yield f"compared_{name}", scenarios_compared(table, name, texts)


def _swept_pictures(found: Sweep, manifest: Manifest) -> "Iterator[tuple[str, Picture]]":
    from simulation.figures.sweep_map import sweep_map  # noqa: PLC0415 (as needed)

    asked = manifest.arguments
    texts, table = Texts.read(asked["figures"]), found.table()
    promised: dict[str, Any] = {}
    if "promise" in asked:
        promise = Promise.read(asked["promise"])
        promised = {
            "promise": promise.in_words(texts),
            "required": asked["probability"],
            "of": "year" if quantity(promise.measure).level == "year" else "run",
        }
    for measure in found.measures:
        yield f"sweep_{measure}", sweep_map(table, measure, texts, **promised)


def _write_report(
    manifest: Manifest,
    results: Sequence[tuple[Result, ...]],
    precision: "Precision | None",
    folder: Path,
) -> list[str]:
    from simulation.experiments.stress_des import Report  # noqa: PLC0415 (seldom asked for)

    report = Report(manifest, results, precision=precision)
    text = report.markdown(Texts.read(manifest.arguments["report"]))
    write_whole(folder / REPORT, text.encode())
    return [REPORT]


def _write_pictures(
    pictures: "Iterator[tuple[str, Picture]]", manifest: Manifest, folder: Path
) -> list[str]:
    files = []
    for name, picture in pictures:
        for ending in (".svg", ".png"):
            write_figure(picture, folder / f"{name}{ending}", manifest, picture.alternative)
            files.append(f"{name}{ending}")
    return files
