"""A door that is open, and those who come to it, without an app around it."""

import asyncio
import http.client
import json
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from data.sessions import Plan, SessionStore, Step
from data.words import Words
from handbook.door import Door
from handbook.door_address import bind

FIRST, TABLE, LATER = "coordinator_and_team", "agreements_from_dialogue", "change_of_coordinator"


def words(text):
    return Words(da=text, en=text)


def plan():
    """A welcome, and three exercises."""
    steps = [Step(id="welcome", kind="welcome", minutes=5, title=words("Velkommen"))]
    steps += [
        Step(id=f"step_{id}", kind="exercise", minutes=30, title=words(f"Øvelse {id}"), exercise=id)
        for id in (FIRST, TABLE, LATER)
    ]
    return Plan(id="own", title=words("Egen"), minutes=120, steps=tuple(steps))


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def said(self):
        return json.loads(self.text)

    @property
    def cookie(self):
        return (self.headers["Set-Cookie"] or "").split(";")[0]


class OpenDoor:
    """A door with a store of its own, in a thread of its own."""

    def __init__(self, folder, *, slow=None, network=False):
        self.url = f"sqlite:///{folder / 'sessions.db'}"
        self.store = SessionStore.open(self.url)
        sockets, address = bind(0, 0, network=False)
        self.address = address
        self.port = int(address.rsplit(":", 1)[1])
        self.door = Door(
            sockets,
            address,
            network=network,
            open_store=lambda: SessionStore.open(self.url),
            slow=slow,
        )
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(20)

    def _run(self, ready):
        async def answer():
            self._loop = asyncio.get_running_loop()
            self._end = asyncio.Event()
            self.door.open()
            ready.set()
            await self._end.wait()
            self.door.close()

        asyncio.run(answer())

    def shut(self):
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(20)
        self.store.close_store()

    # --- What a trainer does ---------------------------------------------------------------------

    def begin(self, exercise=FIRST, *, groups=2, title="Prøve", language="da"):
        """Begin a session, at the step of *exercise*."""
        session = self.store.create(plan(), title=title, language=language, groups=groups)
        return self.at(session, exercise) if exercise else session

    def at(self, session, exercise):
        current = self.store.session(session.id)
        return self.store.change(current.at_step(f"step_{exercise}", datetime.now(UTC)))

    def show(self, session, what, *, on=True):
        return self.store.change(self.store.session(session.id).showing(what, on=on))

    # --- What a browser does ---------------------------------------------------------------------

    def ask(self, path, *, cookie="", headers=None):
        return self._send("GET", path, None, {"Cookie": cookie, **(headers or {})})

    def post(self, path, body="", *, cookie="", origin=None, **headers):
        """Send *body* as a page of the door does; *origin* is another one, "" none."""
        kind = "application/x-www-form-urlencoded"
        if isinstance(body, dict) and path.startswith("/room"):
            body, kind = json.dumps(body), "application/json"
        elif isinstance(body, dict):
            body = urlencode(body)
        given = {"Content-Type": kind, "Cookie": cookie, "Origin": self.address}
        if origin is not None:
            given["Origin"] = origin
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self._send("POST", path, body, {name: word for name, word in given.items() if word})

    def _send(self, method, path, body, headers):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            link.request(method, path, body, headers)
            answer = link.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode())
        finally:
            link.close()

    def join(self, session, group=1):
        """Join *session* and return the cookie."""
        answer = self.post("/", {"code": session.code, "group": group})
        assert answer.status == 303, answer.text
        return answer.cookie

    def save(self, cookie, changes, exercise=FIRST, half=()):
        body = {"changes": changes, "half": list(half)}
        return self.post(f"/room/answers/{exercise}", body, cookie=cookie)
