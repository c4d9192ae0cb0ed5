"""25 participants at once at the door of a running app, the trainer changing the session meanwhile.

Each does what a browser does: joins, opens the exercise, asks every 2.5 seconds how the session
stands, and writes without a pause, which is a save a second. Times are what the participant waits,
on the clock, and the participants share the machine's cores with the server.
"""

import asyncio
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import psutil

from data.sessions import Session, SessionStore, read_plan

HEAD = ("", "how many", "p50", "p95", "slowest", "p95 at most", "")
PARTICIPANTS, GROUPS, SECONDS = 25, 5, 60
POLL, SAVE, BOARD, TRAINER = 2.5, 1.0, 2.0, 5.0
"""Seconds between two questions, two saves, two questions of the board, two acts of the trainer."""
AT_MOST = {"join": 1000, "open": 1000, "save": 500, "ask": 500, "board": 500}
"""Milliseconds; our own bounds, since nobody has set others."""
WHAT = {
    "join": "join with the code, all in the same moment",
    "open": "open the exercise, all in the same moment",
    "save": "save what was typed",
    "ask": "ask how the session stands",
    "board": "the board asks",
}
MEBIBYTES = 100
"""Memory that the server may take for them all."""


@dataclass
class Run:
    """What was found."""

    took: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in WHAT})
    faults: list[str] = field(default_factory=list)
    still: float = 0.0
    """Seconds for which the participants themselves stood still at most: a machine that was busy."""
    last: dict[int, str] = field(default_factory=dict)
    """Participant → the last answer that was acknowledged."""


class Visitor:
    """Somebody at the door, with one connection that is kept, as a browser keeps it."""

    def __init__(self, port: int, run: Run) -> None:
        self.run, self.port, self.cookie, self.mark = run, port, "", ""
        self._reader: asyncio.StreamReader | None = None

    async def send(self, what: str, method: str, path: str, body: str = "") -> tuple[int, str]:
        """Send a request that counts as *what*; return the status and the text."""
        kind = "application/json" if body.startswith("{") else "application/x-www-form-urlencoded"
        host, content = f"127.0.0.1:{self.port}", body.encode()
        headers = {"Host": host, "Origin": f"http://{host}", "Cookie": self.cookie}
        headers |= {"Content-Type": kind, "Content-Length": str(len(content))}
        headers |= {"If-None-Match": self.mark} if method == "GET" else {}
        lines = [
            f"{method} {path} HTTP/1.1",
            *(f"{name}: {word}" for name, word in headers.items()),
        ]
        begun = time.perf_counter()
        if self._reader is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + content)
        status, answered, text = await _answer(self._reader)
        self.run.took[what].append(time.perf_counter() - begun)
        self.cookie = answered.get("set-cookie", self.cookie).split(";")[0]
        if method == "GET":
            self.mark = answered.get("etag", "")
        if status not in {200, 303, 304}:
            self.run.faults.append(f"{what}: {status}")
        return status, text


async def _answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], str]:
    """Return the status, the headers in small letters and the text of the next answer."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {}
    for line in head[1:]:
        name, _, word = line.partition(": ")
        headers[name.lower()] = word
    content = await reader.readexactly(int(headers.get("content-length", 0)))
    return int(head[0].split()[1]), headers, content.decode()


def table() -> Iterator[tuple[str, ...]]:
    """Yield a line for each kind of request, and one for the memory and for what was lost."""
    with TemporaryDirectory() as name, _app(Path(name)) as (port, server):
        store = SessionStore.open(f"sqlite:///{Path(name) / 'vejviser.db'}")
        session = store.create(read_plan("half_day"), title="Måling", language="da", groups=GROUPS)
        # The page on which the code is typed.
        asyncio.run(Visitor(port, Run()).send("ask", "GET", "/"))
        before, spent = server.memory_full_info().uss, sum(server.cpu_times()[:2])
        begun = time.monotonic()
        run = asyncio.run(_play(port, store, session))
        seconds = time.monotonic() - begun
        after, used = server.memory_full_info().uss, sum(server.cpu_times()[:2]) - spent
        lost = sum(
            run.last.get(sheet.participant) != sheet.answers.get("in_charge_why")
            for sheet in store.sheets(session.id)
        )
        store.close_store()
    for what, said in WHAT.items():
        yield _line(said, run.took[what], AT_MOST[what])
    wrong = len(run.faults) + lost + PARTICIPANTS - len(run.last)
    yield ("refused, lost", f"{len(run.faults)}, {lost}", "", "", "", "0, 0", _verdict(not wrong))
    grown = (after - before) / 2**20
    memory = f"{before / 2**20:.0f} → {after / 2**20:.0f} MiB"
    good = _verdict(grown <= MEBIBYTES)
    yield ("memory of the server", memory, "", "", "", f"{MEBIBYTES} MiB more", good)
    still = f"{1000 * run.still:.0f} ms"
    yield ("the participants themselves stood still", "", "", "", still, "", "")
    yield ("CPU of the server", f"{100 * used / seconds:.0f} % of a core", "", "", "", "", "")


async def _play(port: int, store: SessionStore, session: Session) -> Run:
    run = Run()
    step = next(each for each in session.plan.steps if each.exercise == "coordinator_and_team")
    session = store.change(session.at_step(step.id, datetime.now(UTC)))
    people = [Visitor(port, run) for _ in range(PARTICIPANTS)]
    numbers = await asyncio.gather(
        *(_join(each, session, place) for place, each in enumerate(people))
    )
    await asyncio.gather(*(_open(each) for each in people))
    others = [
        asyncio.create_task(_show(Visitor(port, run), session)),
        asyncio.create_task(_lead(store, session)),
        asyncio.create_task(_watch(run)),
    ]
    await asyncio.gather(
        *(_take_part(each, number) for each, number in zip(people, numbers, strict=True))
    )
    for each in others:
        each.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    return run


async def _join(visitor: Visitor, session: Session, place: int) -> int:
    """Join a group, and return the number of the participant."""
    body = urlencode({"code": session.code, "group": place % GROUPS + 1})
    await visitor.send("join", "POST", "/", body)
    state = json.loads((await visitor.send("ask", "GET", "/room/state"))[1])
    return int("".join(re.findall(r"\d+", state["who"])[:1]))


async def _open(visitor: Visitor) -> None:
    visitor.mark = ""
    await visitor.send("open", "GET", "/room/exercise/coordinator_and_team")
    visitor.mark = ""


async def _take_part(visitor: Visitor, number: int) -> None:
    begun, written = time.monotonic(), 0
    turn = number / PARTICIPANTS  # People do not all type in the same moment.
    saves, asks = begun + turn * SAVE, begun + turn * POLL
    while (now := time.monotonic()) < begun + SECONDS:
        if now >= saves:
            written += 1
            await _write(visitor, number, written)
            saves += SAVE
        elif now >= asks:
            await visitor.send("ask", "GET", "/room/state")
            asks += POLL
        else:
            await asyncio.sleep(max(min(saves, asks) - now, 0))


async def _write(visitor: Visitor, number: int, written: int) -> None:
    words = "Vi siger, at han selv er med til at bestemme, og at koordinatoren samler trådene. " * 3
    text = f"{words}Skridt {written}"
    changes = {"in_charge_why": text, "in_charge": ("contact", "pair")[written % 2]}
    path = "/room/answers/coordinator_and_team"
    body = json.dumps({"changes": changes, "half": []})
    status, _ = await visitor.send("save", "POST", path, body)
    if status == 200:
        visitor.run.last[number] = text


async def _show(visitor: Visitor, session: Session) -> None:
    while True:
        await asyncio.sleep(BOARD)
        await visitor.send("board", "GET", f"/board/{session.code}/state")


async def _lead(store: SessionStore, session: Session) -> None:
    """Show and hide answers, as a trainer does; each time, everybody's page changes."""
    on = True
    while True:
        await asyncio.sleep(TRAINER)
        await asyncio.to_thread(_act, store, session, on)
        on = not on


async def _watch(run: Run) -> None:
    while True:
        begun = time.monotonic()
        await asyncio.sleep(0.01)
        run.still = max(run.still, time.monotonic() - begun - 0.01)


def _act(store: SessionStore, session: Session, on: bool) -> None:
    current = store.session(session.id)
    if current is not None:
        store.change(current.showing("coordinator_and_team", on=on))


@contextmanager
def _app(folder: Path) -> Iterator[tuple[int, psutil.Process]]:
    """Start the app as a trainer does; yield the port of its door, and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["--port", "0", "--participants-port", str(port), "--no-browser", "--no-preheat"]
    command = [sys.executable, "-m", "handbook", "app", *words, "--data-folder", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            # It may compile the simulation first, and says so.
            while process.stdout is not None and "http" not in (line := process.stdout.readline()):
                if not line:
                    raise RuntimeError("the app ended before it told its address")
            yield port, psutil.Process(process.pid)
        finally:
            process.terminate()


def _line(said: str, took: list[float], most: int) -> tuple[str, ...]:
    ordered = sorted(1000 * each for each in took)
    half, late = (ordered[int(len(ordered) * share)] for share in (0.5, 0.95))
    times = (f"{half:.0f} ms", f"{late:.0f} ms", f"{ordered[-1]:.0f} ms")
    return (said, str(len(took)), *times, f"{most} ms", _verdict(late <= most))


def _verdict(good: bool) -> str:
    return "ok" if good else "**missed**"
