"""The full model as people use it: many replications, a whole country, and the first call of a day.

Each figure is measured in a process of its own, which :func:`child` is the body of.
"""

import json
import re
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SIZES = (1, 4, 16, 100)
"""How many medium municipalities in one; 100 is about the whole country."""
REPLICATIONS = 200
WORKERS = 2


def many() -> list[list[str]]:
    """Return the wall time of 200 replications with all measures, on two processes."""
    found = _measured("many")
    each = 1000 * found["wall"] / REPLICATIONS
    return [[f"{REPLICATIONS} on {WORKERS} processes", f"{found['wall']:.2f}", f"{each:.1f}"]]


def growth() -> tuple[list[list[str]], list[str]]:
    """Return time and memory of one replication with measures by size, and a note on bounds met."""
    found = {size: _measured("growth", size) for size in SIZES}
    small = found[1]["cpu"]
    lines = [
        [
            f"× {size}",
            f"{one['youths']:,.0f}",
            f"{one['cpu']:.3f}",
            f"{one['cpu'] / small:.1f}",
            f"{one['peak']:.0f}",
            f"{one['peak'] - one['before']:.0f}",
        ]
        for size, one in found.items()
    ]
    notes = [f"× {size}: {one['bound']}" for size, one in found.items() if one["bound"]]
    return lines, notes


def first() -> list[list[str]]:
    """Return the wall time of the first call in a fresh process, with the compiled code cached."""
    _measured("first")
    rounds = [_measured("first") for _ in range(3)]
    found = {name: sorted(one[name] for one in rounds)[1] for name in ("imported", "run", "again")}
    return [
        ["import simulation", f"{found['imported']:.2f}"],
        ["first run with measures", f"{found['run']:.2f}"],
        ["second run with measures", f"{found['again']:.3f}"],
    ]


def _measured(what: str, size: int = 1) -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__).parent), "--child", what, "--size", str(size)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def child(what: str, size: int) -> dict[str, Any]:
    """Measure one thing in this process, which has imported nothing of ours yet."""
    begin = time.perf_counter()
    import simulation  # noqa: PLC0415 (the import is what is measured)

    imported = time.perf_counter() - begin
    if what == "first":
        scenario = simulation.Scenario.preset("medium")
        return {
            "imported": imported,
            "run": _wall(scenario),
            "again": _wall(scenario),
        }
    if what == "many":
        scenario = simulation.Scenario.preset("medium", years=5)
        # Enough for every process to have had its share, so that all are warm.
        simulation.replicate(scenario, REPLICATIONS // 2, workers=WORKERS, engine="compiled")
        begin = time.perf_counter()
        simulation.replicate(scenario, REPLICATIONS, workers=WORKERS, engine="compiled")
        return {"wall": time.perf_counter() - begin}
    scenario, bound = grown(size)
    _ = simulation.run(simulation.Scenario.preset("medium", years=5), engine="compiled").measures
    before = _peak()
    start = time.process_time()
    measures = simulation.run(scenario, engine="compiled").measures
    return {
        "cpu": time.process_time() - start,
        "youths": measures["youths_mean"],
        "before": before,
        "peak": _peak(),
        "bound": bound,
    }


def grown(size: int) -> tuple[Any, str]:
    """Return *size* medium municipalities as one, and a word on every number that met its bound."""
    from data import parameters  # noqa: PLC0415 (after the import that is measured)
    from simulation import Scenario  # noqa: PLC0415

    base, known = Scenario.preset("medium", years=5), parameters()
    changes: dict[str, Any] = {}
    met = []
    for name in ("coordinators", "inflow_per_year", "team_slots_per_week", "board_places"):
        if name not in known:
            continue
        value, most = getattr(base, name), known[name].maximum
        wanted = size * (max(value) if isinstance(value, tuple) else value)
        if most is not None and wanted > most:
            met.append(f"{name} is {most}, not {wanted}, because of its bound")
            wanted = type(wanted)(most)
        changes[name] = wanted
    return base.replace(**changes), "; ".join(met)


def _wall(scenario: Any) -> float:
    from simulation import run  # noqa: PLC0415

    begin = time.perf_counter()
    _ = run(scenario, engine="compiled").measures
    return time.perf_counter() - begin


def _peak() -> float:
    """Return the most memory this process has had, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        # What getrusage tells on Linux counts the process that started this one, too.
        found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(), re.MULTILINE)
        if found:
            return int(found[1]) / 2**10
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)
