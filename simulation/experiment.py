"""Many runs of one scenario, the same on one process or several."""

from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from threading import Event
from typing import TYPE_CHECKING

from simulation.model import run
from simulation.results import Result
from simulation.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd


def replicate(
    scenario: Scenario, replications: int = 50, seed: int = 1, *, workers: int = 1
) -> "pd.DataFrame":
    """Return one row a replication, in order.

    Columns: ``replication`` (from 0), ``seed``, then every measure of
    :data:`simulation.measures.MEASURES`. The rows are the same whatever *workers* (processes) is; row
    *n* is ``run(scenario, seed, n).measures``. Raises :exc:`ValueError` for less than one replication.
    """
    import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

    found = _all(scenario, replications, seed, workers=workers)
    return pd.DataFrame([{"replication": r.replication, "seed": seed} | r.measures for r in found])


def replications(
    scenario: Scenario,
    replications: int = 50,
    seed: int = 1,
    *,
    workers: int = 1,
    cancel: Event | None = None,
) -> Iterator[Result]:
    """Yield the result of each replication, in order, as soon as it is there.

    It stops early, with what is finished, once *cancel* is set. Raises :exc:`ValueError` for less than
    one replication or worker.
    """
    if replications < 1:
        raise ValueError(f"replications is {replications}; it must be 1 or more")
    if workers < 1:
        raise ValueError(f"workers is {workers}; it must be 1 or more")
    cancelled = cancel if cancel is not None else Event()
    if workers == 1:
        return _one_by_one(scenario, replications, seed, cancelled)
    return _side_by_side(scenario, replications, seed, workers, cancelled)


_all = replications


def _one_by_one(scenario: Scenario, count: int, seed: int, cancel: Event) -> Iterator[Result]:
    for replication in range(count):
        if cancel.is_set():
            return
        yield _result(scenario, seed, replication)


def _side_by_side(
    scenario: Scenario, count: int, seed: int, workers: int, cancel: Event
) -> Iterator[Result]:
    # Spawned, not forked: a notebook's kernel has threads, and a forked copy of them may hang.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        futures: list[Future[Result]] = [
            pool.submit(_result, scenario, seed, replication) for replication in range(count)
        ]
        for future in futures:
            if cancel.is_set():
                pool.shutdown(wait=False, cancel_futures=True)
                return
            yield future.result()


def _result(scenario: Scenario, seed: int, replication: int) -> Result:
    return run(scenario, seed, replication).result
