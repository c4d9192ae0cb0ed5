"""30 visitors at the workbench at once, each with a kernel of their own, moving controls at a person's pace.

Each does what a browser does: asks for the page, opens the websocket, asks for the widgets, tells that it
has arrived, sends a sign of life every two seconds, and moves a control now and then. Times are what the
visitor waits until the message is there, on the clock; what a browser takes to draw it is left out, since
it is the visitor's own machine that does, but here the visitors share the machine's cores with the app.
"""

import asyncio
import json
import random
import re
import struct
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

HEAD = ("", "how many", "p50", "p95", "slowest", "p95 at most", "")
VISITORS, SECONDS, PACE = 30, 90, 25.0
"""Visitors, seconds that they go on, and seconds between two moves of one: one reads an answer first."""
BEAT = 2.0
PATIENCE = 120
"""Seconds after which a visitor has given up."""
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
MOVED = ("coordinators", "weekly_hours", "caseload_ceiling", "booking_horizon_weeks")
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


class Visitor:
    """A page that is open, without the browser around it."""

    def __init__(self, address: str, token: str, run: Run, number: int) -> None:
        self.address, self.run = address, run
        self.headers = {"Authorization": f"token {token}", "Origin": address}
        self.session, self.number, self.chance = uuid.uuid4().hex, 0, random.Random(number)  # noqa: S311
        self.models: dict[str, dict[str, Any]] = {}
        self.state = ""
        """What the answer says of itself: waiting, first or settled."""
        self.figures = 0
        self.pongs = 0
        self.changed = asyncio.Condition()

    async def open(self, page: str, alive: str, answer: str) -> None:
        """Open the page; what it takes counts as *page*, *alive* and *answer*."""
        begun = time.perf_counter()
        url = f"{self.address}/voila/render/da/kapacitet.ipynb"
        request = HTTPRequest(url, headers=self.headers, request_timeout=PATIENCE)
        html = (await AsyncHTTPClient().fetch(request)).body.decode()
        self._note(page, begun)
        self.kernel = re.findall(r'"kernelId": "([\w-]+)"', html)[0]
        place = f"{self.address.replace('http', 'ws')}/api/kernels/{self.kernel}/channels"
        link = HTTPRequest(f"{place}?session_id={self.session}", headers=self.headers)
        self.link: WebSocketClientConnection = await websocket_connect(link)
        self.listening = asyncio.create_task(self._listen())
        self.listening.add_done_callback(lambda done: done.cancelled() or done.result())
        control = uuid.uuid4().hex
        words = {"target_name": "jupyter.widget.control", "data": {}}
        await self._send("comm_open", comm_id=control, metadata={"version": "1.0.0"}, **words)
        await self._say(control, {"method": "request_states"})
        await self._until(lambda: bool(self.models))
        await self._beat(alive, begun)
        state = {"arrived": True, "query": {}, "stored": {}}
        await self._say(self._model("arrived"), {"method": "update", "state": state})
        await self._until(lambda: self.state in {"first", "settled"})
        self._note(answer, begun)
        await self._until(lambda: self.state == "settled")

    async def stay(self) -> None:
        """Read and move controls, turn by turn, until the time is over."""
        end = time.perf_counter() + SECONDS
        beating = asyncio.create_task(self._go_on_beating())
        await asyncio.sleep(self.chance.uniform(0, PACE))
        while time.perf_counter() < end:
            await self._move()
            await asyncio.sleep(self.chance.uniform(0.5, 1.5) * PACE)
        beating.cancel()

    async def leave(self) -> None:
        """Close the tab."""
        self.listening.cancel()
        self.link.close()
        url = f"{self.address}/voila/api/shutdown/{self.kernel}"
        await AsyncHTTPClient().fetch(
            HTTPRequest(url, "POST", headers=self.headers, body="", request_timeout=PATIENCE)
        )

    async def _move(self) -> None:
        panel = self._model("edition")
        groups = self.models[panel]["groups"]
        controls = {each["id"]: each for group in groups for each in group["controls"]}
        id = self.chance.choice(MOVED)
        now = self.models[panel]["chosen"][id]
        others = [place for place in range(len(controls[id]["values"])) if place != now]
        # Not far from where it stands, as one drags a slider.
        place = self.chance.choice(sorted(others, key=lambda one: abs(one - now))[:4])
        self.number += 1
        self.state, begun = "", time.perf_counter()
        what = {"kind": "set", "places": {id: place}, "number": self.number}
        edition = self.models[panel]["edition"]
        await self._say(panel, {"method": "custom", "content": {**what, "edition": edition}})
        self.run.moves += 1
        await self._until(lambda: self.state in {"first", "settled"})
        self._note("first", begun)
        await self._until(lambda: self.state == "settled")
        self._note("settled", begun)
        drawn = self.figures
        with suppress(TimeoutError):  # two answers can look alike
            await self._until(lambda: self.figures > drawn, 15)
            self._note("figure", begun)

    async def _go_on_beating(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            await self._beat("beat", time.perf_counter())

    async def _beat(self, what: str, begun: float) -> None:
        heard = self.pongs
        content = {"method": "custom", "content": {"kind": "ping"}}
        await self._say(self._model("arrived"), content)
        await self._until(lambda: self.pongs > heard)
        self._note(what, begun)

    def _note(self, what: str, begun: float) -> None:
        self.run.took[what].append(time.perf_counter() - begun)

    def _model(self, trait: str) -> str:
        return next(id for id, state in self.models.items() if trait in state)

    async def _until(self, true: Callable[[], bool], seconds: float = PATIENCE) -> None:
        async with self.changed:
            await asyncio.wait_for(self.changed.wait_for(true), seconds)

    async def _say(self, comm: str, data: dict[str, Any]) -> None:
        await self._send("comm_msg", comm_id=comm, data=data)

    async def _send(
        self, kind: str, metadata: dict[str, Any] | None = None, **content: Any
    ) -> None:
        head = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": self.session}
        head |= {"username": "", "version": "5.4", "date": "2026-11-22T12:00:00Z"}
        message = {"header": head, "parent_header": {}, "metadata": metadata or {}}
        await self.link.write_message(
            json.dumps({**message, "content": content, "channel": "shell", "buffers": []})
        )

    async def _listen(self) -> None:
        while (frame := await self.link.read_message()) is not None:
            self.run.received += len(frame) if self.state else 0
            message = _read(frame)
            if message["msg_type"] != "comm_msg" or message.get("channel") != "iopub":
                continue
            async with self.changed:
                self._hear(message["content"]["comm_id"], message["content"]["data"])
                self.changed.notify_all()

    def _hear(self, comm: str, data: dict[str, Any]) -> None:
        method = data.get("method")
        if method == "update_states":
            self.models = {id: model["state"] for id, model in data["states"].items()}
        elif method == "update" and comm in self.models:
            self.models[comm].update(data["state"])
            value = data["state"].get("value")
            if isinstance(value, str):
                self.state = next(iter(re.findall(r'data-answer="(\w+)"', value)), self.state)
                self.figures += "<figure" in value
        elif method == "custom" and data["content"].get("kind") == "pong":
            self.pongs += 1


def _read(frame: str | bytes) -> dict[str, Any]:
    """Return the message in *frame*; what comes with buffers begins with their number and places."""
    if isinstance(frame, bytes):
        (parts,) = struct.unpack("!i", frame[:4])
        begin, *more = struct.unpack(f"!{parts}I", frame[4 : 4 * (parts + 1)])
        frame = frame[begin : more[0] if more else None].decode()
    message: dict[str, Any] = json.loads(frame)
    return message


def table() -> Iterator[tuple[str, ...]]:
    """Yield a line for each thing that is waited for, and lines for memory and CPU."""
    with TemporaryDirectory() as name, _app(Path(name)) as (address, app):
        run = Run()
        memory, used, seconds = asyncio.run(_play(address, app, run))
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
        visitor = Visitor(address, TOKEN, run, number)
        await visitor.open("page", "alone", "alone_first")
        await visitor.leave()

    await alone(Run(), 0)
    for number in range(3):
        await alone(run, number)
    run.took["page"].clear()
    visitors = [Visitor(address, TOKEN, run, number) for number in range(VISITORS)]

    async def try_(step: Any) -> None:
        try:
            await step
        except Exception as failure:  # noqa: BLE001 (each is counted)
            run.faults.append(repr(failure))
            print(f"a visitor: {failure!r}", file=sys.stderr)  # noqa: T201

    await asyncio.gather(*(try_(each.open("page", "alive", "opened")) for each in visitors))
    there = [each for each in visitors if each.state == "settled"]
    run.received, run.moves = 0, 0
    begun, spent = time.monotonic(), _cpu(app)
    await asyncio.gather(*(try_(each.stay()) for each in there))
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
def _app(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Start the app as a user does; yield its address and its process."""
    words = ["--port", "0", "--no-browser", "--token", TOKEN, "--data-folder", str(folder)]
    command = [sys.executable, "-m", "handbook", "app", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
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
