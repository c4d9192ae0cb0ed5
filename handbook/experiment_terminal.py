"""An experiment at a terminal: its progress, Ctrl-C, and what went wrong in one sentence."""

import errno
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, current_thread, main_thread
from types import FrameType

from data import DataError
from data.texts import Texts
from handbook.command_line import refuse
from handbook.named_scenario import said
from simulation.experiments.cluster import ClusterError
from simulation.experiments.manifest import ManifestError, Record
from simulation.experiments.recorded import (
    Finished,
    OtherProgramError,
    Report,
    StoppedError,
    Work,
)
from simulation.scenario import ScenarioError

INTERRUPTED, OTHER_PROGRAM, OTHER_BYTES = 130, 3, 4
"""Statuses of a command, besides 0 and 2 for wrong input: stopped by Ctrl-C; made with another program,
so not rebuilt; rebuilt, but to other bytes."""


class EndedAtOnce(BaseException):
    """The second Ctrl-C; no KeyboardInterrupt, which a worker that the first one ended sends too."""


Action = Callable[[Work], tuple[Finished, Record]]


def carry_out(
    action: Action, folder: Path | None, workers: str, texts: Texts
) -> tuple[Finished, Record]:
    """Do *action* with a bar of progress; the first Ctrl-C stops it with what is finished.

    Where nothing comes of it, the command ends here with a sentence and its status.
    """
    cancel = Event()
    try:
        with (
            refusing(texts),
            _stopped_by_interrupt(cancel, texts),
            _progress(texts) as report,
        ):
            how = Work(
                folder=folder, workers=_workers(workers, texts), cancel=cancel, report=report
            )
            return action(how)
    except StoppedError:
        refuse(texts("experiment.nothing_finished"), INTERRUPTED)
    except (EndedAtOnce, KeyboardInterrupt):
        refuse(texts("experiment.ended"), INTERRUPTED)
    except OtherProgramError as error:
        told = "; ".join(
            texts("experiment.differs", name=_part(name, texts), then=then or "–", now=now or "–")
            for name, (then, now) in error.differences.items()
        )
        refuse(texts("experiment.other_program", differences=told), OTHER_PROGRAM)


@contextmanager
def refusing(texts: Texts) -> Iterator[None]:
    """End the command with one sentence where what is done inside was asked for wrongly or cannot be."""
    try:
        yield
    except OtherProgramError:
        raise
    except ScenarioError as error:
        refuse(said(error, texts))
    except ManifestError as error:
        refuse(texts(f"manifest.{error.reason}", **error.slots))
    except OSError as error:
        word = f"experiment.{errno.errorcode.get(error.errno or 0, '')}"
        reason = texts(word) if word in texts.words else error.strerror
        refuse(texts("experiment.no_file", file=error.filename, reason=reason))
    except (ValueError, DataError, ClusterError) as error:
        refuse(str(error))


def _part(name: str, texts: Texts) -> str:
    """Return what a part of the program is called; a library goes by its own name."""
    return texts.words.get(f"experiment.program_{name}", name)


def _workers(words: str, texts: Texts) -> int | str:
    """Return the number of processes or the address in *words*."""
    if "://" in words:
        return words
    if not words.isdecimal() or int(words) < 1:
        refuse(texts("experiment.no_workers", workers=words))
    return int(words)


@contextmanager
def _stopped_by_interrupt(cancel: Event, texts: Texts) -> Iterator[None]:
    """Set *cancel* on the first Ctrl-C; a second one ends at once."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        if cancel.is_set():
            raise EndedAtOnce
        cancel.set()
        print(texts("experiment.stopping"), file=sys.stderr, flush=True)  # noqa: T201

    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _progress(texts: Texts) -> Iterator[Report]:
    """Show a bar on the standard error while it is a terminal; otherwise nothing."""
    from rich.console import Console  # noqa: PLC0415 (not needed to show a help text)
    from rich.progress import (  # noqa: PLC0415 (the same)
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _done, _of: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task(texts("experiment.working"), total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of or None)
