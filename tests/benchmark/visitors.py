"""30 visitors at the workbench at once, each with a kernel of their own, moving controls at a person's pace.

Each is a :class:`~benchmark.tab.WorkbenchTab`. What a browser takes to draw an answer is left out, since it
is the visitor's own machine that does, but here the visitors share the machine's cores with the app.
"""

import asyncio
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from tornado.httpclient import AsyncHTTPClient

from .tab import WorkbenchTab

HEAD = ("", "how many", "p50", "p95", "slowest", "p95 at most", "")
VISITORS, SECONDS, PACE = 30, 90, 25.0
"""Visitors, seconds that they go on, and seconds between two moves of one: one reads an answer first."""
WHAT = {
    "alone": ("one visitor opens the page: its widgets are there", 2.0),
    "alone_first": ("… and its first answer", 3.0),
    "page": ("the page is sent, all asking in the same moment", 15.0),
    "alive": ("… its widgets are there", 15.0),
    "opened": ("… its first answer is there", 30.0),
    "first": ("a control is moved: a first answer", 2.0),
    "settled": ("… the settled answer", 8.0),
    "figure": ("… its figure is redrawn", 10.0),
    "beat": ("a sign of life is answered", 1.0),
}
"""What is waited for, and seconds that 95 of 100 may take; our own bounds for a full room."""
MEBIBYTES = 120
"""Memory of its own that a visitor's kernel may take."""


@dataclass
class Run:
    """What was found."""

    took: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in WHAT})
    faults: list[str] = field(default_factory=list)
    received: int = 0
    """Bytes that came over the websockets after the pages were open."""
    moves: int = 0


class Visitor(WorkbenchTab):
    """Somebody at the workbench."""

    async def stay(self, run: Run) -> None:
        """Read and move controls, turn by turn, until the time is over."""
        end = time.perf_counter() + SECONDS
        self.beat_on("beat")
        received = self.received
        await asyncio.sleep(self.chance.uniform(0, PACE))
        while time.perf_counter() < end:
            await self.move()
            run.moves += 1
            await asyncio.sleep(self.chance.uniform(0.5, 1.5) * PACE)
        run.received += self.received - received


def table() -> Iterator[tuple[str, ...]]:
    """Yield a line for each thing that is waited for, and lines for memory and CPU."""
    with TemporaryDirectory() as name, app(Path(name)) as (address, server):
        run = Run()
        memory, used, seconds = asyncio.run(_play(address, server, run))
    for what, (said, most) in WHAT.items():
        if run.took[what]:
            yield _line(said, run.took[what], most)
    faults = f"{len(run.faults)} of {VISITORS}"
    yield ("visitors who did not get on", faults, "", "", "", "0", _verdict(not run.faults))
    kernels = sorted(memory["kernels"])
    half, most = kernels[len(kernels) // 2], kernels[-1]
    told = (f"{half:.0f} MiB", "", f"{most:.0f} MiB", f"{MEBIBYTES} MiB")
    good = _verdict(most <= MEBIBYTES)
    yield ("memory of a visitor's own", str(len(kernels)), *told, good)
    for said, size in memory["all"].items():
        yield (said, f"{size:.0f} MiB", "", "", "", "", "")
    yield ("CPU while they move controls", f"{100 * used / seconds:.0f} % of a core", *[""] * 5)
    yield ("… for each move", f"{used / max(run.moves, 1):.2f} s", *[""] * 5)
    yield ("sent for each move", f"{run.received / max(run.moves, 1) / 1024:.0f} KiB", *[""] * 5)


async def _play(address: str, app: psutil.Process, run: Run) -> tuple[dict[str, Any], float, float]:
    # Tornado's own limit of ten would let the others wait here, and not in the app.
    AsyncHTTPClient.configure(None, max_clients=2 * VISITORS)

    # Whoever comes first waits for what is loaded once.
    async def alone(run: Run, number: int) -> None:
        visitor = Visitor(address, TOKEN, run.took, number)
        await visitor.open(("page", "alone", "alone_first"))
        await visitor.leave()

    await alone(Run(), 0)
    for number in range(3):
        await alone(run, number)
    run.took["page"].clear()
    visitors = [Visitor(address, TOKEN, run.took, number) for number in range(VISITORS)]

    async def try_(step: Any) -> None:
        try:
            await step
        except Exception as failure:  # noqa: BLE001 (each is counted)
            run.faults.append(repr(failure))
            print(f"a visitor: {failure!r}", file=sys.stderr)  # noqa: T201

    await asyncio.gather(*(try_(each.open(("page", "alive", "opened"))) for each in visitors))
    there = [each for each in visitors if each.state == "settled"]
    begun, spent = time.monotonic(), _cpu(app)
    await asyncio.gather(*(try_(each.stay(run)) for each in there))
    seconds, used = time.monotonic() - begun, _cpu(app) - spent
    memory = _memory(app)
    await asyncio.gather(*(try_(each.leave()) for each in there))
    return memory, used, seconds


def _family(app: psutil.Process) -> list[psutil.Process]:
    return [app, *app.children(recursive=True)]


def _cpu(app: psutil.Process) -> float:
    return sum(sum(one.cpu_times()[:2]) for one in _family(app))


def _memory(app: psutil.Process) -> dict[str, Any]:
    """Return what each kernel has alone, and what all have together, shared memory counted once."""
    sizes = {one: one.memory_full_info() for one in _family(app)}
    kernels = {one for one in sizes if "ipykernel_launcher" in one.cmdline()}
    # Shares of shared memory add up to it on Linux; elsewhere nothing is shared.
    whole = {one: getattr(size, "pss", size.rss) / 2**20 for one, size in sizes.items()}
    return {
        "kernels": [sizes[one].uss / 2**20 for one in kernels],
        "all": {
            "memory of the server": whole[app],
            "memory of all, what they share counted once": sum(whole.values()),
        },
    }


TOKEN = "benchmark"  # noqa: S105 (the app ends with the benchmark)


@contextmanager
def app(
    folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[str, psutil.Process]]:
    """Start the app as a user does; yield its address and its process."""
    words = ["--port", "0", "--no-browser", "--token", TOKEN, "--data-folder", str(folder)]
    command = [sys.executable, "-m", "handbook", "app", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            # It may compile the simulation first, and says so.
            while process.stdout is not None:
                line = process.stdout.readline()
                if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                    break
                if not line:
                    raise RuntimeError("the app ended before it told its address")
            yield found[0] if found else "", psutil.Process(process.pid)
        finally:
            process.terminate()


def _line(said: str, took: list[float], most: float) -> tuple[str, ...]:
    ordered = sorted(took)
    half, late = (ordered[int(len(ordered) * share)] for share in (0.5, 0.95))
    times = (f"{half:.2f} s", f"{late:.2f} s", f"{ordered[-1]:.2f} s")
    return (said, str(len(took)), *times, f"{most:.1f} s", _verdict(late <= most))


def _verdict(good: bool) -> str:
    return "ok" if good else "**missed**"
