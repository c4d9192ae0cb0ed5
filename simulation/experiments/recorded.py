"""Experiments that leave a record: from a manifest to the files, and the same files again.

A kind of experiment is a function of a manifest. It decides nothing by itself, so whoever has the
manifest has the experiment: :func:`perform` does it, and :func:`rebuild` does it again.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar

from simulation.experiments.exports import write_figure, write_table
from simulation.experiments.manifest import (
    MANIFEST,
    Manifest,
    ManifestError,
    Record,
    archive_folder,
    current_program,
    digest,
    read_record,
    scenario_files,
)
from simulation.experiments.replications import together
from simulation.measure_words import unit_of
from simulation.measures import MEASURES
from simulation.model import Run, run
from simulation.results import Result
from simulation.summary import Spread, mean_interval, prediction, summarise

if TYPE_CHECKING:
    import pandas as pd

    from simulation.experiments.precision import Precision

Report = Callable[[int, int], None]
"""Is told how much is done, and of how much."""
TABLES = ("replications.parquet", "replications.csv", "summary.csv")
"""The tables of a run."""
LOGS = ("log.csv.gz", "log.xes.gz")
"""The event logs of a run, where they are asked for."""
REPLICATION_COLUMNS: Mapping[str, str] = {
    "scenario": "Number of the scenario, from 1, as in the manifest",
    "replication": "Number of the replication, from 0; with the seed it names the chance",
    "seed": "Seed",
    **{name: f"{what} ({unit_of(name)})" for name, what in MEASURES.items()},
}
"""What each column of ``replications`` is, with its unit; a share is 0-1."""
SUMMARY_COLUMNS: Mapping[str, str] = {
    "measure": "Name of the measure",
    "of": "What the prediction interval is of: single years, youths or runs (all counted years)",
    "low": "Nineteen in twenty lie at or above, in the unit of the measure",
    "middle": "Half lie at or above",
    "high": "Nineteen in twenty lie at or below",
    "mean": "Mean over replications",
    "mean_low": "Lower end of the 95 % confidence interval of the mean",
    "mean_high": "Upper end of the 95 % confidence interval of the mean",
    "unit": "Unit: count, share (0-1), days, hours or dkk",
}
"""What each column of ``summary.csv`` is."""


PRECISION_COLUMNS: Mapping[str, str] = {
    "measure": "Name of the number",
    "of": "Its mean, or the low or high end of its prediction interval",
    "replications": "Replications",
    "estimate": "The number, in its unit",
    "low": "Lower end of its 95 % confidence interval",
    "high": "Upper end of its 95 % confidence interval",
    "half_width": "Half the width of the interval, or its larger part for an end",
    "wanted": "The half-width that was asked for",
    "met": "Whether that was reached",
    "needed": "About how many replications it would take",
}
"""What each column of ``precision.csv`` is."""


class StoppedError(Exception):
    """The experiment was stopped before anything of it was finished."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """How an experiment is done; none of it changes a number."""

    folder: Path | None = None
    """Where the files go; None where only the answer is wanted."""
    workers: int | str = 1
    """Processes, or the address of a Dask cluster."""
    cancel: Event = field(default_factory=Event)
    """Once it is set, the experiment stops with what is finished."""
    report: Report = lambda _done, _of: None


@dataclass(frozen=True, kw_only=True)
class Finished:
    """What came of an experiment."""

    manifest: Manifest
    """The manifest of what is finished, which is less than was asked for after a stop."""
    found: Any
    """What the experiment found; its kind says what that is."""
    files: Sequence[str] = ()
    """The names of the files that were written."""
    whole: bool = True
    """Whether all that was asked for is finished."""


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a run found."""

    results: Sequence[Result]
    precision: "Precision | None"
    """How precise the numbers are, where that was asked for."""


Kind = Callable[[Manifest, Work], Finished]


def perform(manifest: Manifest, work: Work | None = None) -> tuple[Finished, Record]:
    """Do the experiment of *manifest*; return what came of it and the record that was kept.

    The files, the manifest and the scenarios go to the folder of *work*, where the files of an earlier
    experiment are taken away first; the manifest goes to the archive of this machine too. An experiment
    that is stopped leaves what is finished, with the manifest of that much. Raises
    :exc:`StoppedError` where nothing was, :exc:`ManifestError` for a kind that does not exist,
    :exc:`OSError` where a file cannot be written, and what the kind raises.
    """
    work = work or Work()
    kind = kinds().get(manifest.kind)
    if kind is None:
        raise ManifestError(
            f"kind is '{manifest.kind}'; this version knows {', '.join(sorted(kinds()))}"
        )
    if work.folder is not None:
        _clear(work.folder)
    finished = kind(manifest, work)
    return finished, _keep(finished, work.folder)


def rebuild(record: Record, work: Work, *, anyway: bool = False) -> tuple[Finished, Record]:
    """Do the experiment of *record* once more; see :func:`perform`.

    The same program writes the same bytes, :attr:`Record.made_with` among them. Raises
    :exc:`OtherProgramError` where what computes is not what it was, unless *anyway*: then the files get
    the code of what they are now made with.
    """
    now = replace(record.manifest, program=current_program())
    if now.code == record.manifest.code:
        finished, again = perform(now, work)
        if not finished.whole or work.folder is None:
            return finished, again
        same = replace(again, made_with=record.made_with)
        same.save(work.folder)
        return finished, same
    if not anyway:
        raise OtherProgramError(record.manifest)
    return perform(now, work)


class OtherProgramError(ValueError):
    """What computes is not what an experiment was made with, so the bytes may be others."""

    def __init__(self, manifest: Manifest) -> None:
        self.differences = manifest.program.differences(current_program())
        """What differs, by name, with its value then and now."""
        told = "; ".join(f"{name} was {a}, is {b}" for name, (a, b) in self.differences.items())
        super().__init__(f"{manifest.code} was made with another program: {told}")


def other_bytes(record: Record, again: Record) -> tuple[str, ...]:
    """Return the names of files in *record* whose bytes are others in *again*, or not there."""
    return tuple(name for name in record.files if record.files[name] != again.files.get(name))


def kinds() -> Mapping[str, Kind]:
    """Return each kind of experiment by the name that a manifest has for it."""
    return {"run": _run}


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
    runs = [(name, "runs", _spread([r.measures[name] for r in results])) for name in MEASURES]
    return pd.DataFrame(
        {
            "measure": name,
            "of": of,
            **{part: getattr(spread, part) for part in Spread.__slots__},
            "unit": unit_of(name),
        }
        for name, of, spread in [*years, *runs]
    )


def _run(manifest: Manifest, work: Work) -> Finished:
    """Replicate one scenario, so often as asked or until it is precise; finds :class:`Ran`.

    Arguments: ``precision`` (share of itself to which each headline measure is wanted), ``log`` (whether
    the event logs are written), ``figures`` (the language in which figures are drawn).
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
        files += _write_figures(manifest, found, folder)
    return files


def _write_figures(manifest: Manifest, found: "Ran", folder: Path) -> list[str]:
    from data.texts import Texts  # noqa: PLC0415 (only figures hold words)
    from simulation.figures import late_by_rule, late_days, over_time  # noqa: PLC0415 (the same)
    from simulation.study import Study  # noqa: PLC0415 (the same)

    texts = Texts.read(manifest.arguments["figures"])
    study = Study(manifest.scenarios[0], found.results)
    files = []
    for drawn in (late_by_rule, late_days, over_time):
        picture = drawn(study, texts)
        for ending in (".svg", ".png"):
            name = f"{drawn.__name__}{ending}"
            write_figure(picture, folder / name, manifest, picture.alternative)
            files.append(name)
    return files


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
            yield run(manifest.scenarios[0], manifest.seed, number, engine=manifest.engine)
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


Row = TypeVar("Row")


def unless_stopped(rows: Iterator[Row], work: Work) -> Iterator[Row]:
    """Yield *rows*; after a stop, that the same Ctrl-C ended a worker process is no fault."""
    while True:
        try:
            row = next(rows, None)
        except (Exception, KeyboardInterrupt):
            if not work.cancel.is_set():
                raise
            return
        if row is None:
            return
        yield row


def _spread(values: list[float]) -> Spread:
    import numpy as np  # noqa: PLC0415 (together with what follows)

    numbers = np.array(values, dtype=float)
    known = numbers[~np.isnan(numbers)]
    low, high = prediction(numbers)
    middle = float(np.quantile(known, 0.5, method="inverted_cdf")) if known.size else float("nan")
    return Spread(low, middle, high, *mean_interval(numbers))


def _clear(folder: Path) -> None:
    """Take away the files that an earlier experiment left in *folder*; others are not touched."""
    file = folder / MANIFEST
    if not file.is_file():
        return
    try:
        before = read_record(file)
    except ManifestError as error:
        if not _is_ours(file):
            raise ManifestError(
                f"'{folder}' holds a {MANIFEST} that is not Vejviser's; choose another folder"
            ) from error
        file.unlink()
        return  # Of another version; what has the same name is written over.
    # The manifest goes first: files without one are unfinished, never wrongly described.
    for name in (MANIFEST, *scenario_files(before.manifest), *before.files):
        if Path(name).name == name:
            (folder / name).unlink(missing_ok=True)


def _is_ours(file: Path) -> bool:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return isinstance(told, dict) and {"code", "kind", "program", "made_with"} <= told.keys()


def _keep(finished: Finished, folder: Path | None) -> Record:
    files = {}
    if folder is not None:
        files = {name: digest((folder / name).read_bytes()) for name in finished.files}
    record = Record(manifest=finished.manifest, files=files)
    if folder is not None:
        record.save(folder)
    _archive(record)
    return record


def _archive(record: Record) -> None:
    """Keep *record* on this machine; the first one with files stays, for later ones to be held against."""
    folder = archive_folder() / record.manifest.code
    try:
        kept = read_record(folder / MANIFEST).files
    except ManifestError:
        kept = {}
    if not kept:
        record.save(folder)
