"""A page that is open, without the browser around it.

It does what a browser does: asks for the page, opens the websocket, asks for the widgets, tells that it
has arrived, and sends a sign of life every two seconds. Times are what a visitor waits until the message
is there, on the clock.
"""

import asyncio
import json
import random
import re
import struct
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

BEAT = 2.0
PATIENCE = 120
"""Seconds after which a visitor has given up."""


class Tab:
    """A tab of a browser; *took* gets the seconds of each thing that was waited for."""

    def __init__(
        self, address: str, token: str, took: Mapping[str, list[float]], number: int
    ) -> None:
        self.address, self.took = address, took
        self.headers = {"Authorization": f"token {token}", "Origin": address}
        self.number, self.chance = 0, random.Random(number)  # noqa: S311 (nothing secret)
        self.models: dict[str, dict[str, Any]] = {}
        self.kernel = ""
        self.pongs, self.received = 0, 0
        self.asked, self.killed = 0.0, 0.0
        """When a sign of life was sent that is not answered yet, and when the kernel was killed."""
        self.changed = asyncio.Condition()
        self._link: WebSocketClientConnection | None = None
        self._beating: asyncio.Task[None] | None = None

    async def load(self, page: str, took: tuple[str, str], query: Mapping[str, str] = {}) -> float:
        """Open *page* and tell that it is there; return when it was asked for.

        The seconds until the page was sent and until its kernel answered count as the two of *took*.
        """
        begun = time.perf_counter()
        await self._fetch(page, query)
        self.note(took[0], begun)
        await self._connect()
        await self.beat(took[1], begun)
        state = {"arrived": True, "near": True, "query": dict(query), "stored": {}}
        await self.say(self.model("arrived"), {"method": "update", "state": state})
        return begun

    async def _fetch(self, page: str, query: Mapping[str, str]) -> None:
        url = f"{self.address}/voila/render/da/{page}.ipynb?{urlencode(query)}"
        request = HTTPRequest(url, headers=self.headers, request_timeout=PATIENCE)
        html = (await AsyncHTTPClient().fetch(request)).body.decode()
        self.kernel = re.findall(r'"kernelId": "([\w-]+)"', html)[0]

    async def _connect(self) -> None:
        self._session, self.models = uuid.uuid4().hex, {}
        place = f"{self.address.replace('http', 'ws')}/api/kernels/{self.kernel}/channels"
        link = HTTPRequest(f"{place}?session_id={self._session}", headers=self.headers)
        self._link = await websocket_connect(link)
        self._listening = asyncio.create_task(self._listen(self._link))
        self._listening.add_done_callback(lambda done: done.cancelled() or done.result())
        control = uuid.uuid4().hex
        words = {"target_name": "jupyter.widget.control", "data": {}}
        await self._send("comm_open", comm_id=control, metadata={"version": "1.0.0"}, **words)
        await self.say(control, {"method": "request_states"})
        await self.until(lambda: bool(self.models))

    def beat_on(self, what: str) -> None:
        """Send a sign of life every two seconds from now on; the answers count as *what*."""
        self._beating = asyncio.create_task(self._go_on_beating(what))

    async def _go_on_beating(self, what: str) -> None:
        while True:
            await asyncio.sleep(BEAT)
            await self.beat(what, time.perf_counter())

    async def beat(self, what: str, begun: float) -> None:
        """Send a sign of life; the seconds since *begun* until it is answered count as *what*."""
        heard, self.asked = self.pongs, time.perf_counter()
        content = {"method": "custom", "content": {"kind": "ping"}}
        await self.say(self.model("arrived"), content)
        await self.until(lambda: self.pongs > heard)
        self.asked = 0.0
        self.note(what, begun)

    async def leave(self) -> None:
        """Close the tab, which ends its kernel."""
        self.vanish()
        url = f"{self.address}/voila/api/shutdown/{self.kernel}"
        await AsyncHTTPClient().fetch(
            HTTPRequest(url, "POST", headers=self.headers, body="", request_timeout=PATIENCE)
        )

    def vanish(self) -> None:
        """Be gone without a word, as a laptop that is put to sleep."""
        self.asked = self.killed = 0.0
        if self._beating is not None:
            self._beating.cancel()
            self._beating = None
        if self._link is not None:
            self._listening.cancel()
            self._link.close()

    def note(self, what: str, begun: float) -> None:
        """Write down that *what* took the seconds since *begun*."""
        self.took[what].append(time.perf_counter() - begun)

    def model(self, trait: str) -> str:
        """Return the id of the first widget that has *trait*."""
        return next(id for id, state in self.models.items() if trait in state)

    async def until(self, true: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Wait until something that is heard makes it *true*; :exc:`TimeoutError` else."""
        async with self.changed:
            await asyncio.wait_for(self.changed.wait_for(true), seconds)

    async def say(self, comm: str, data: dict[str, Any]) -> None:
        """Send *data* to the widget *comm*."""
        await self._send("comm_msg", comm_id=comm, data=data)

    async def _send(
        self, kind: str, metadata: dict[str, Any] | None = None, **content: Any
    ) -> None:
        if self._link is None:
            return
        head = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": self._session}
        head |= {"username": "", "version": "5.4", "date": "2026-11-22T12:00:00Z"}
        message = {"header": head, "parent_header": {}, "metadata": metadata or {}}
        await self._link.write_message(
            json.dumps({**message, "content": content, "channel": "shell", "buffers": []})
        )

    async def _listen(self, link: WebSocketClientConnection) -> None:
        while (frame := await link.read_message()) is not None:
            self.received += len(frame)
            message = _read(frame)
            if message.get("channel") != "iopub":
                continue
            async with self.changed:
                if message["msg_type"] == "comm_open":
                    state = message["content"]["data"].get("state", {})
                    self.models[message["content"]["comm_id"]] = state
                elif message["msg_type"] == "comm_msg":
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
                self.read(value)
        elif method == "custom" and data["content"].get("kind") == "pong":
            self.pongs += 1

    def read(self, html: str) -> None:
        """Look at *html* that came into a widget; a kind of page has something to look for."""


def _read(frame: str | bytes) -> dict[str, Any]:
    """Return the message in *frame*; what comes with buffers begins with their number and places."""
    if isinstance(frame, bytes):
        (parts,) = struct.unpack("!i", frame[:4])
        begin, *more = struct.unpack(f"!{parts}I", frame[4 : 4 * (parts + 1)])
        frame = frame[begin : more[0] if more else None].decode()
    message: dict[str, Any] = json.loads(frame)
    return message


MOVED = ("coordinators", "weekly_hours", "caseload_ceiling", "booking_horizon_weeks")


class WorkbenchTab(Tab):
    """A tab at the workbench."""

    state = ""
    """What the answer says of itself: waiting, first or settled."""
    figures = 0

    async def open(self, took: tuple[str, str, str]) -> None:
        """Open the page and wait for its answer; the three times count as *took*."""
        begun = await self.load("kapacitet", took[:2])
        await self.until(lambda: self.state in {"first", "settled"})
        self.note(took[2], begun)
        await self.until(lambda: self.state == "settled")

    async def move(self) -> None:
        """Move a control not far from where it stands, as one drags a slider; read the answer."""
        panel = self.model("edition")
        groups = self.models[panel]["groups"]
        controls = {each["id"]: each for group in groups for each in group["controls"]}
        id = self.chance.choice(MOVED)
        now = self.models[panel]["chosen"][id]
        others = [place for place in range(len(controls[id]["values"])) if place != now]
        place = self.chance.choice(sorted(others, key=lambda one: abs(one - now))[:4])
        self.number += 1
        self.state, begun = "", time.perf_counter()
        what = {"kind": "set", "places": {id: place}, "number": self.number}
        edition = self.models[panel]["edition"]
        await self.say(panel, {"method": "custom", "content": {**what, "edition": edition}})
        await self.until(lambda: self.state in {"first", "settled"})
        self.note("first", begun)
        await self.until(lambda: self.state == "settled")
        self.note("settled", begun)
        drawn = self.figures
        with suppress(TimeoutError):  # two answers can look alike
            await self.until(lambda: self.figures > drawn, 15)
            self.note("figure", begun)

    def read(self, html: str) -> None:
        """See how far the answer is, and whether a figure came."""
        self.state = next(iter(re.findall(r'data-answer="(\w+)"', html)), self.state)
        self.figures += "<figure" in html
