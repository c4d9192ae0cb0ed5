"""How well two workers of a Dask cluster share the work of one: ``python -m tests.benchmark.cluster``.

Efficiency is the wall time on one worker ÷ (2 × that on two), both on a real cluster on this machine,
after a first round in which every worker loads its machine code. What Dask itself costs is seen from
CPU time, which a busy machine moves less: that of the runs in this process ÷ that of this process,
scheduler and workers together. ``--as-dask-does`` leaves Dask's setting for memory, which makes its
workers give back and ask for the same pages in every run.
"""

import argparse
import os
import time
from typing import Any

import dask
import psutil
from distributed import LocalCluster

from simulation import Scenario, replicate

KEEP_MEMORY = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_")
"""What glibc gives back to the system, and asks it for anew, is what is larger than this."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--as-dask-does", action="store_true")
    asked = parser.parse_args()
    if not asked.as_dask_does:
        keep = {f"distributed.nanny.pre-spawn-environ.{name}": str(1 << 30) for name in KEEP_MEMORY}
        dask.config.set(keep)
    scenario = Scenario.preset("medium", years=5)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{os.cpu_count()} cores, load at the start {load:.2f}")  # noqa: T201
    found = {
        "this process": _measured(scenario, asked.replications, 1),
        "cluster, 1 worker": _on_cluster(scenario, asked.replications, 1),
        "cluster, 2 workers": _on_cluster(scenario, asked.replications, 2),
    }
    for name, (wall, cpu) in found.items():
        print(f"{name:20} {wall:6.2f} s wall, {cpu:6.2f} s CPU")  # noqa: T201
    (_, cpu_alone), (one, _), (two, cpu_two) = found.values()
    print(f"efficiency {one / (2 * two):.2f} (wall), {cpu_alone / cpu_two:.2f} (CPU)")  # noqa: T201


def _on_cluster(scenario: Scenario, replications: int, workers: int) -> tuple[float, float]:
    cluster = LocalCluster(
        n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    )
    with cluster:
        return _measured(scenario, replications, cluster.scheduler_address)


def _measured(scenario: Scenario, replications: int, workers: Any) -> tuple[float, float]:
    """Return wall and CPU seconds, once every worker is warm."""
    replicate(scenario, 120, workers=workers)
    begin, spent = time.perf_counter(), _spent()
    replicate(scenario, replications, workers=workers)
    return time.perf_counter() - begin, _spent() - spent


def _spent() -> float:
    """Return the CPU seconds of this process and all below it."""
    own = psutil.Process()
    times = [one.cpu_times() for one in (own, *own.children(recursive=True))]
    return float(sum(one.user + one.system for one in times))


if __name__ == "__main__":
    main()
