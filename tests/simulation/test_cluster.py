import os
import signal
import sys
from threading import Event

import pytest
from distributed import Client, LocalCluster

from simulation import Scenario, paired_replications, replicate, replications, together
from simulation.experiments import cluster as own
from simulation.experiments import replications as module
from simulation.experiments.cluster import ClusterError

SMALL = Scenario.preset("small", years=1, warm_up_years=1)
MORE = SMALL.replace(coordinators=3)
ANY_PORT = "127.0.0.1:0"
"""Dask's page for people, on whichever port is free, since one is always opened."""


@pytest.fixture(scope="module")
def two_workers():
    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=ANY_PORT
    )
    with cluster:
        yield cluster


@pytest.fixture
def in_small_batches(monkeypatch):
    monkeypatch.setitem(module.BATCH, "compiled", 4)


def written(results):
    """Every digit of each result; a number that is not one equals itself here."""
    return [repr(result) for result in results]


def pids(cluster):
    return {nanny.pid for nanny in cluster.workers.values()}


def test_a_cluster_gives_the_rows_of_one_process(two_workers):
    alone = replicate(SMALL, 45, seed=3)
    shared = replicate(SMALL, 45, seed=3, workers=two_workers.scheduler_address)

    assert shared.to_csv(index=False) == alone.to_csv(index=False)


def test_everything_built_on_together_takes_an_address(two_workers):
    address = two_workers.scheduler_address

    pairs = list(paired_replications(SMALL, MORE, 5, workers=address))
    later = list(together((SMALL, MORE), 3, first=2, workers=address, engine="simpy"))

    assert written(pairs) == written(paired_replications(SMALL, MORE, 5))
    assert written(later) == written(pairs[2:])


def test_a_killed_worker_loses_nothing(two_workers, in_small_batches, until):
    before = pids(two_workers)
    asked = replications(SMALL, 240, seed=5, workers=two_workers.scheduler_address)
    found = [next(asked)]
    os.kill(min(before), signal.SIGKILL)
    found += asked

    assert written(found) == written(replications(SMALL, 240, seed=5))
    assert until(lambda: len(pids(two_workers) - {None}) == 2)
    assert pids(two_workers) != before


def test_only_a_few_batches_are_under_way_and_a_cancel_takes_them_back(
    two_workers, in_small_batches, until
):
    cancel = Event()
    asked = replications(SMALL, 4000, cancel=cancel, workers=two_workers.scheduler_address)
    found = [next(asked) for _ in range(3)]
    with Client(two_workers.scheduler_address, set_as_default=False) as observer:

        def held():
            return observer.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks))

        under_way = held()
        cancel.set()
        found += asked
        given_back = until(lambda: held() == 0)

    assert [result.replication for result in found] == [0, 1, 2]
    assert 1 <= under_way <= own.IN_FLIGHT * 2
    assert given_back


def test_a_worker_with_other_code_is_refused(two_workers, monkeypatch):
    monkeypatch.setattr(own, "fingerprint", lambda: "another")

    with pytest.raises(ClusterError, match="install the same lock file on both"):
        replicate(SMALL, 1, workers=two_workers.scheduler_address)


def test_an_address_that_does_not_answer_is_told(monkeypatch):
    monkeypatch.setattr(own, "ANSWER", 0.3)

    with pytest.raises(ClusterError, match=r"no Dask scheduler answers at tcp://127.0.0.1:9"):
        replicate(SMALL, 1, workers="tcp://127.0.0.1:9")


def test_a_cluster_without_workers_is_told(monkeypatch):
    monkeypatch.setattr(own, "PATIENCE", 0.3)
    empty = LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=ANY_PORT)

    with empty, pytest.raises(ClusterError, match=r"no worker for 0\.3 seconds"):
        replicate(SMALL, 1, workers=empty.scheduler_address)


def test_a_scheduler_that_goes_away_is_told_and_what_is_finished_has_been_given(
    monkeypatch, in_small_batches
):
    monkeypatch.setattr(own, "ANSWER", 1.0)
    found = []
    with LocalCluster(
        n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address=ANY_PORT
    ) as cluster:
        asked = replications(SMALL, 4000, workers=cluster.scheduler_address)
        found.append(next(asked))
    with pytest.raises(ClusterError, match="is gone; what was finished has been given"):
        found.extend(asked)

    assert [result.replication for result in found] == list(range(len(found)))


def test_what_is_missing_is_named_with_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(ClusterError, match=r'pip install "vejviser\[cluster\]"'):
        replicate(SMALL, 1, workers="tcp://127.0.0.1:8786")


def test_words_that_are_no_address_are_refused():
    with pytest.raises(ValueError, match="'two'; it must be a number of processes"):
        replicate(SMALL, 1, workers="two")
