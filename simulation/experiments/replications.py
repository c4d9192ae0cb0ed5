"""Many runs of one scenario or several, the same on one process, several, or a cluster of machines.

``workers`` is a number of processes, or the address of a Dask scheduler such as
``"tcp://127.0.0.1:8786"`` (see :mod:`simulation.experiments.cluster`); the rows are the same.
"""

import warnings
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from threading import Event
from typing import TYPE_CHECKING

from simulation.cohort import draw_each
from simulation.experiments.cluster import in_order
from simulation.model import Engine, follow
from simulation.results import Result
from simulation.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

BATCH: dict[Engine, int] = {"compiled": 20, "simpy": 1}
"""Runs that are sent to a worker together; one by one, that would cost as much as a run."""


def replicate(
    scenario: Scenario,
    replications: int = 50,
    seed: int = 1,
    *,
    workers: int | str = 1,
    engine: Engine = "compiled",
) -> "pd.DataFrame":
    """Return one row a replication, in order.

    Columns: ``replication`` (from 0), ``seed``, then every measure of
    :data:`simulation.measures.MEASURES`. The rows are the same whatever *workers* (processes, or the
    address of a Dask scheduler) and *engine* are (see :func:`~simulation.model.run`); row *n* is
    ``run(scenario, seed, n).measures``. Raises as :func:`together` does.
    """
    import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

    found = [
        row for (row,) in together((scenario,), replications, seed, workers=workers, engine=engine)
    ]
    return pd.DataFrame([{"replication": r.replication, "seed": seed} | r.measures for r in found])


def replications(
    scenario: Scenario,
    replications: int = 50,
    seed: int = 1,
    *,
    workers: int | str = 1,
    cancel: Event | None = None,
    engine: Engine = "compiled",
) -> Iterator[Result]:
    """Yield the result of each replication, in order, as soon as it is there.

    It stops early, with what is finished, once *cancel* is set. Raises as :func:`together` does.
    """
    alone = together((scenario,), replications, seed, workers=workers, cancel=cancel, engine=engine)
    return (row for (row,) in alone)


def paired_replications(
    scenario: Scenario,
    other: Scenario,
    replications: int = 50,
    seed: int = 1,
    *,
    workers: int | str = 1,
    cancel: Event | None = None,
    engine: Engine = "compiled",
) -> Iterator[tuple[Result, Result]]:
    """Yield the results of two scenarios on the same youths, replication by replication.

    Otherwise as :func:`replications`.
    """
    both = together(
        (scenario, other), replications, seed, workers=workers, cancel=cancel, engine=engine
    )
    return ((mine, theirs) for mine, theirs in both)


def together(
    scenarios: Sequence[Scenario],
    replications: int,
    seed: int = 1,
    *,
    first: int = 0,
    workers: int | str = 1,
    cancel: Event | None = None,
    engine: Engine = "compiled",
) -> Iterator[tuple[Result, ...]]:
    """Yield the results of several scenarios on the same youths, replication by replication, in order.

    Replications are numbered from *first*, so that more can be added to those there are: the numbers
    name the chance. It stops early, with what is finished, once *cancel* is set. Raises
    :exc:`ValueError` for no scenario, less than one replication or worker, *workers* that are no
    address, or a *first* below 0, and :exc:`~simulation.experiments.cluster.ClusterError` for a
    cluster that cannot be used.
    """
    if not scenarios:
        raise ValueError("scenarios is empty; give at least one")
    if replications < 1:
        raise ValueError(f"replications is {replications}; it must be 1 or more")
    if first < 0:
        raise ValueError(f"first is {first}; it must be 0 or more")
    _check(workers)
    numbers = range(first, first + replications)
    return _until(_results(tuple(scenarios), numbers, seed, workers, engine), cancel or Event())


def _check(workers: int | str) -> None:
    if isinstance(workers, str):
        if "://" not in workers:
            raise ValueError(
                f"workers is {workers!r}; it must be a number of processes, 1 or more, or the "
                "address of a Dask scheduler such as 'tcp://127.0.0.1:8786'"
            )
    elif workers < 1:
        raise ValueError(f"workers is {workers}; it must be 1 or more")


def _until(
    results: Generator[tuple[Result, ...], None, None], cancel: Event
) -> Iterator[tuple[Result, ...]]:
    # Closing the generator takes back what is not begun.
    with closing(results):
        while not cancel.is_set() and (found := next(results, None)) is not None:
            yield found


def _results(
    scenarios: tuple[Scenario, ...], numbers: range, seed: int, workers: int | str, engine: Engine
) -> Generator[tuple[Result, ...], None, None]:
    size = max(1, BATCH[engine] // len(scenarios))
    batches = [numbers[begin : begin + size] for begin in range(0, len(numbers), size)]
    if workers == 1:
        for batch in batches:
            yield from _batch(scenarios, seed, batch, engine)
        return
    if isinstance(workers, str):
        asked = [(scenarios, seed, batch, engine) for batch in batches]
        with closing(in_order(workers, _whole_batch, asked)) as whole:
            for found in whole:
                yield from found
        return
    from joblib import Parallel, delayed  # noqa: PLC0415 (a third of a second, for this alone)

    results = Parallel(n_jobs=workers, return_as="generator", batch_size=1, max_nbytes=None)(
        delayed(_whole_batch)(scenarios, seed, batch, engine) for batch in batches
    )
    try:
        for found in results:
            yield from found
    finally:
        with warnings.catch_warnings():
            # That a cancel drops runs that were under way is what was asked for.
            warnings.simplefilter("ignore", UserWarning)
            results.close()


def _batch(
    scenarios: tuple[Scenario, ...], seed: int, batch: range, engine: Engine
) -> Iterator[tuple[Result, ...]]:
    """Yield the results of each replication in *batch*."""
    scenarios = tuple(map(_known, scenarios))
    for replication in batch:
        cohorts = draw_each(scenarios, seed, replication)
        yield tuple(
            follow(scenario, cohort, seed, replication, engine=engine).result
            for scenario, cohort in zip(scenarios, cohorts, strict=True)
        )


@lru_cache(maxsize=1024)
def _known(scenario: Scenario) -> Scenario:
    """Return the equal scenario that came to this process first.

    What is known of a scenario is looked up by it many times a run. A worker gets a copy of its own with
    each batch, and to compare two copies number by number takes longer than much of the run.
    """
    return scenario


def _whole_batch(
    scenarios: tuple[Scenario, ...], seed: int, batch: range, engine: Engine
) -> list[tuple[Result, ...]]:
    return list(_batch(scenarios, seed, batch, engine))
