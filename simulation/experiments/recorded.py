"""Experiments that leave a record: from a manifest to the files, and the same files again.

A kind of experiment is a function of a manifest. It decides nothing by itself, so whoever has the
manifest has the experiment: :func:`perform` does it, and :func:`rebuild` does it again.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

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

Report = Callable[[int, int], None]
"""Is told how much is done, and of how much; 0 where nobody knows."""


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
        known = ", ".join(sorted(kinds()))
        sentence = f"kind is '{manifest.kind}'; this version knows {known}"
        raise ManifestError("no_kind", sentence, kind=manifest.kind, known=known)
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
    # They build on this module.
    from simulation.experiments.kinds import compare, run, search, sweep  # noqa: PLC0415

    return {"run": run, "compare": compare, "sweep": sweep, "search": search}


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
                "foreign",
                f"'{folder}' holds a {MANIFEST} that is not Vejviser's; choose another folder",
                folder=str(folder),
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
    archive(record)
    return record


def archive(record: Record) -> None:
    """Keep *record* on this machine, so that its code leads back to it.

    The first one with files stays, for later ones to be held against. Raises :exc:`OSError` where it
    cannot be written.
    """
    folder = archive_folder() / record.manifest.code
    try:
        kept = read_record(folder / MANIFEST).files
    except ManifestError:
        kept = {}
    if not kept:
        record.save(folder)
