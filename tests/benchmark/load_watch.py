"""Looks at the app from outside while people use it: memory, kernels, open files, what comes back."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import psutil

EVERY = 20.0
"""Seconds between two looks."""
SETTLED = 0.35
"""The share of the time after which all have come and what is loaded once is loaded."""


@dataclass(frozen=True, slots=True)
class Look:
    """The app at one moment; memory in MiB."""

    at: float
    """Seconds since the first look."""
    server: float
    """What the server has alone."""
    whole: float
    """What all its processes have, shared memory counted once."""
    kernels: dict[int, float]
    """Process → what the kernel has alone."""
    files: int
    """Files and sockets that the server has open."""
    threads: int


class Watch:
    """Looks now and then at the processes of *server*."""

    def __init__(self, server: psutil.Process) -> None:
        self.server, self.killed = server, 0
        self.looks: list[Look] = []
        self.last: list[str] = []
        """The commands of the kernels that were there at the end."""
        self.back = 0.0
        """Seconds until a forerunner was there again."""
        self._begun = time.monotonic()
        self._gone_at = 0.0

    async def go_on(self, seconds: float) -> None:
        """Look until it is cancelled; more often where the whole takes only some minutes."""
        while True:
            # Reading the memory of fifty processes takes a while, in which nobody should wait.
            self.looks.append(await asyncio.to_thread(self.look))
            await asyncio.sleep(min(EVERY, seconds / 20))

    async def end(self, watching: "asyncio.Task[None]", patience: float) -> None:
        """Look a last time, once no kernel is left but those that wait for visitors."""
        watching.cancel()
        end = time.monotonic() + patience
        while len(kernels(self.server)) > WAITING and time.monotonic() < end:
            await asyncio.sleep(1)
        self.looks.append(await asyncio.to_thread(self.look))
        self.last = [" ".join(one.cmdline()) for one in kernels(self.server)]

    def look(self) -> Look:
        """Return how it stands now."""
        whole, own = 0.0, {}
        server = self.server.memory_full_info()
        running = kernels(self.server)
        for one in {*running, *self.server.children(recursive=True)}:
            with suppress(psutil.Error):
                size = one.memory_full_info()
                whole += getattr(size, "pss", size.rss) / 2**20
                if one in running:
                    own[one.pid] = size.uss / 2**20
        return Look(
            at=time.monotonic() - self._begun,
            server=server.uss / 2**20,
            whole=whole + getattr(server, "pss", server.rss) / 2**20,
            kernels=own,
            files=self.server.num_fds(),
            threads=self.server.num_threads(),
        )

    def kill_forerunner(self) -> None:
        """Kill the process that kernels are forked from, and see how soon another is there."""
        first = forerunner(self.server)
        if first is None:
            return
        first.kill()
        self._gone_at = time.monotonic()
        asyncio.get_running_loop().create_task(self._await_forerunner(first))

    async def _await_forerunner(self, first: psutil.Process) -> None:
        while forerunner(self.server) in {None, first}:
            await asyncio.sleep(0.2)
        self.back = time.monotonic() - self._gone_at

    def still_there(self, ids: Sequence[str]) -> list[str]:
        """Return those of the kernels *ids* that were there at the end."""
        return [id for id in ids if any(id in command for command in self.last)]

    def lines(self, growth: float) -> Iterator[tuple[str, ...]]:
        """Yield lines on memory and kernels; the server may grow by *growth* MiB an hour."""
        whole = self.looks[-2].at
        settled = [each for each in self.looks[:-1] if each.at >= SETTLED * whole]
        first, last, left = settled[0], settled[-1], self.looks[-1]
        back = f"after {self.back:.1f} s" if self.back else "no"
        yield _line("the killed forerunner: another was there", back, "60 s", 0 < self.back <= 60)
        most = max(len(each.kernels) for each in self.looks)
        waiting = len(left.kernels)
        yield _line("kernels, at most", str(most), "", None)
        yield _line(
            "… when all have left; three wait", str(waiting), str(WAITING), waiting <= WAITING
        )
        slope = _slope([(each.at, each.server) for each in settled])
        sizes = f"{first.server:.0f} → {last.server:.0f} → {left.server:.0f} MiB"
        yield _line("memory of the server: all there, end, all have left", sizes, "", None)
        yield _line("… its slope", f"{slope:+.0f} MiB an hour", f"{growth:.0f}", slope <= growth)
        stayed = sorted(first.kernels.keys() & last.kernels.keys())
        slopes = [
            _slope([(e.at, e.kernels[pid]) for e in settled if pid in e.kernels]) for pid in stayed
        ]
        mean = sum(slopes) / len(slopes) if slopes else 0.0
        own = sum(last.kernels[pid] for pid in stayed) / max(len(stayed), 1)
        yield _line(
            f"memory of a kernel that stayed ({len(stayed)})",
            f"{own:.0f} MiB",
            "120 MiB",
            own <= 120,
        )
        yield _line("… its slope", f"{mean:+.0f} MiB an hour", "", None)
        sizes = f"{first.whole:,.0f} → {last.whole:,.0f} → {left.whole:,.0f} MiB"
        yield _line("memory of all, what they share counted once", sizes, "", None)
        files = f"{first.files} → {last.files} → {left.files}"
        yield _line("files and sockets that the server has open", files, "", None)
        yield _line("threads of the server", f"{first.threads} → {left.threads}", "", None)


WAITING = 3
"""Kernels that wait, started, for the next visitors."""


def kernels(server: psutil.Process) -> list[psutil.Process]:
    """Return the kernels of *server*, also those whose forerunner has ended."""
    found = []
    forerunners = {one.pid for one in [server, *server.children()]}
    for one in psutil.process_iter():
        with suppress(psutil.Error):
            # A kernel leads a session of its own; its worker processes are of that session.
            if "ipykernel_launcher" in one.cmdline() and _is_of(one, forerunners, server):
                found.append(one)
    return found


def _is_of(kernel: psutil.Process, parents: set[int], server: psutil.Process) -> bool:
    if kernel.status() == psutil.STATUS_ZOMBIE:
        return False
    if kernel.ppid() in parents:
        return True
    parent = kernel.parent()
    if parent is not None and "ipykernel_launcher" in parent.cmdline():
        return False
    # An orphan, whose forerunner has ended: it is known by the data folder.
    folder = kernel.environ().get("VEJVISER_DATA", "")
    return folder != "" and folder in " ".join(server.cmdline())


def forerunner(server: psutil.Process) -> psutil.Process | None:
    """Return the process from which *server* forks kernels; None where there is none now."""
    for one in server.children():
        with suppress(psutil.Error):
            if "handbook.forerunner" in one.cmdline() and one.status() != psutil.STATUS_ZOMBIE:
                return one
    return None


def _slope(points: list[tuple[float, float]]) -> float:
    """Return what the second number of *points* grows by in an hour, by least squares."""
    if len(points) < 2:
        return 0.0
    middle = sum(at for at, _ in points) / len(points)
    mean = sum(size for _, size in points) / len(points)
    spread = sum((at - middle) ** 2 for at, _ in points)
    return 3600 * sum((at - middle) * (size - mean) for at, size in points) / spread


def _line(said: str, found: str, most: str, good: bool | None) -> tuple[str, ...]:
    word = "" if good is None else "ok" if good else "**missed**"
    return (said, found, "", "", "", most, word)
