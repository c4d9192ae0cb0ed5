"""How long a map of 20 x 20 cells takes on the medium preset, and when it can first be read.

``python tests/benchmark/map.py`` prints Markdown; ``--size`` and ``--replications`` make it smaller.
"""

import argparse
import time
from itertools import pairwise

from machine import lines


def main() -> None:
    """Draw the map and say how far it was when."""
    from simulation import Scenario, replicate  # noqa: PLC0415 (a worker needs none of this)
    from simulation.experiments.search import Promise  # noqa: PLC0415
    from simulation.experiments.sweep import steps, sweep  # noqa: PLC0415

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=20, help="values of each input")
    parser.add_argument("--replications", type=int, default=50)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    base = Scenario.preset("medium", years=5)
    over = {
        "coordinators": steps("coordinators", 2, 1 + asked.size, asked.size),
        "inflow_per_year": steps("inflow_per_year", 14, 42, asked.size),
    }
    # Every process is warm before the clock starts, as in an app that is open.
    replicate(base, 40 * asked.workers, workers=asked.workers)
    begin, cpu = time.perf_counter(), time.process_time()
    seen = []
    for state in sweep(
        base,
        over,
        promise=Promise("late_meeting_17_5_per_year", at_most=0),
        replications=asked.replications,
        workers=asked.workers,
    ):
        with_answer = sum(cell.replications > 0 for cell in state.cells) / len(state.cells)
        seen.append((time.perf_counter() - begin, with_answer, state.done))
    wall = time.perf_counter() - begin
    runs = len(state.cells) * asked.replications
    print(*(f"- {' '.join(line)}" for line in lines()), sep="\n")  # noqa: T201
    print(f"\n{len(state.cells)} cells x {asked.replications} on {asked.workers} processes")  # noqa: T201
    rows = {
        "whole map, seconds": wall,
        "first map that can be read, seconds": seen[0][0],
        "an answer in every cell, seconds": next(at for at, share, _ in seen if share == 1),
        "longest wait between two maps, seconds": max(b[0] - a[0] for a, b in pairwise(seen)),
        "wall time of a run, ms": 1000 * wall / runs,
        "of these in this process, ms": 1000 * (time.process_time() - cpu) / runs,
    }
    print(*(f"| {name} | {value:.2f} |" for name, value in rows.items()), sep="\n")  # noqa: T201


if __name__ == "__main__":
    main()
