"""A visitor without a browser, who may ask for anything: for the tests that try to get in."""

import http.client
import json
import re
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import websocket

PROTOCOL = "v1.kernel.websocket.jupyter.org"
"""The newer of the two ways to speak to a kernel; its messages are bytes."""


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def cookie(self):
        return (self.headers["Set-Cookie"] or "").split(";")[0]


@dataclass
class Visitor:
    """Somebody with the cookie that the token got them, or with none."""

    address: str
    cookie: str = ""
    headers: dict = field(default_factory=dict)

    @classmethod
    def let_in(cls, app):
        """Come in as a browser does that is given the address with the token in it."""
        return cls(app.address, cls(app.address).ask(f"/?token={app.token}").cookie)

    def ask(self, path, method="GET", **headers):
        """Return the answer to a request whose path is sent as it stands."""
        parts = urlsplit(self.address)
        link = http.client.HTTPConnection(parts.hostname, parts.port, timeout=90)
        own = {"Cookie": self.cookie} if self.cookie else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        link.request(method, path, headers={**own, **self.headers, **named})
        answer = link.getresponse()
        text = answer.read().decode("utf-8", "replace")
        link.close()
        return Answer(answer.status, answer.headers, text)

    def open(self, page="da/velkommen"):
        """Open a page and return the name of its kernel."""
        html = self.ask(f"/voila/render/{page}.ipynb").text
        return json.loads(
            re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', html, re.DOTALL)[1]
        )["kernelId"]

    def leave(self, kernel, **headers):
        """Close the tab of *kernel*, as its browser tells the server."""
        return self.ask(f"/voila/api/shutdown/{kernel}", "POST", **headers).status

    def speak_to(self, kernel, *, origin=None, protocol=None, host=None):
        """Return a socket to *kernel*; :exc:`websocket.WebSocketBadStatusException` if refused."""
        return websocket.create_connection(
            f"{self.address.replace('http', 'ws')}/api/kernels/{kernel}/channels",
            cookie=self.cookie or None,
            origin=origin or self.address,
            host=host,
            subprotocols=[protocol] if protocol else None,
            header=[f"{name}: {value}" for name, value in self.headers.items()],
            timeout=30,
        )


def message(kind, content, channel="shell", protocol=None):
    """Return a message to a kernel, as text or, in the newer protocol, as bytes."""
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": kind,
        "session": uuid.uuid4().hex,
        "username": "",
        "version": "5.3",
        "date": "2026-01-01T00:00:00Z",
    }
    if protocol is None:
        parts = {"parent_header": {}, "metadata": {}, "content": content, "buffers": []}
        return json.dumps({"header": header, "channel": channel, **parts})
    pieces = [channel.encode(), *(json.dumps(part).encode() for part in (header, {}, {}, content))]
    offsets = [8 * (len(pieces) + 2)]
    for piece in pieces:
        offsets.append(offsets[-1] + len(piece))
    numbers = [len(offsets), *offsets]
    return b"".join([*(number.to_bytes(8, "little") for number in numbers), *pieces])


def kinds_until(link, last):
    """Return the kinds of the messages that come, to the first that is *last*."""
    kinds = []
    while last not in kinds:
        said = link.recv()
        if isinstance(said, bytes):
            numbers = int.from_bytes(said[:8], "little")
            at = [int.from_bytes(said[8 * i : 8 * i + 8], "little") for i in range(1, numbers + 1)]
            kinds.append(json.loads(said[at[1] : at[2]])["msg_type"])
        else:
            kinds.append(json.loads(said)["header"]["msg_type"])
    return kinds
