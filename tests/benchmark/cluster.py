"""How well two workers of a Dask cluster share the work of one: ``python -m tests.benchmark.cluster``.

Efficiency is the wall time on one worker ÷ (2 × that on two), both on a real cluster on this machine,
after a first round in which every worker loads its machine code. The time in this process without any
cluster stands beside it, so that what Dask itself costs can be seen.
"""

import argparse
import os
import time
from typing import Any

from distributed import LocalCluster

from simulation import Scenario, replicate


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=1000)
    asked = parser.parse_args()
    scenario = Scenario.preset("medium", years=5)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{os.cpu_count()} cores, load at the start {load:.2f}")  # noqa: T201
    alone = _wall(scenario, asked.replications, 1)
    one, two = (_on_cluster(scenario, asked.replications, workers) for workers in (1, 2))
    lines = {
        "this process": alone,
        "cluster, 1 worker": one,
        "cluster, 2 workers": two,
    }
    for name, seconds in lines.items():
        print(f"{name:20} {seconds:6.2f} s")  # noqa: T201
    print(f"efficiency {one / (2 * two):.2f}; against this process {alone / (2 * two):.2f}")  # noqa: T201


def _on_cluster(scenario: Scenario, replications: int, workers: int) -> float:
    cluster = LocalCluster(
        n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    )
    with cluster:
        return _wall(scenario, replications, cluster.scheduler_address)


def _wall(scenario: Scenario, replications: int, workers: Any) -> float:
    # Enough for every worker to have had its share, so that all are warm.
    replicate(scenario, 120, workers=workers)
    begin = time.perf_counter()
    replicate(scenario, replications, workers=workers)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
