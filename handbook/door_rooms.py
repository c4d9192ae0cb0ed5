"""What the door reads and writes, off the loop that answers everybody.

A session is read once for all who ask in the same second, and only when something in it changed: so
25 participants who ask every few seconds cost one small question a second. Writes have one thread of
their own: they never wait for each other in the database, and nobody who only asks waits for the disk.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from data.log import log_to_file, where
from data.sessions import Participant, SessionStore
from data.sessions.session_store import SEEN_SECONDS
from data.store_errors import StoreError
from handbook.door_state import Room

T = TypeVar("T")

FRESH = 1.0
"""Seconds in which what was read is not read again."""
_LONGEST = 15.0
"""Seconds after which it is read again, changed or not: a session ends by the clock."""
_READERS = 2


@dataclass(slots=True)
class _Known:
    room: Room
    activity: int
    asked: float
    read: float


class Rooms:
    """The sessions of the store, for the door; the store is opened when it is first needed."""

    def __init__(self, open_store: Callable[[], SessionStore]) -> None:
        self._open_store = open_store
        self._store: SessionStore | None = None
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="door-asks")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="door-writes")
        self._opening = asyncio.Lock()
        self._turn = asyncio.Lock()
        self._known: dict[str, _Known] = {}
        self._noting: dict[tuple[str, int], asyncio.Task[None]] = {}

    async def ask(self, question: Callable[[SessionStore], T]) -> T:
        """Return what *question* finds out from the store, without holding up anybody else.

        Raises :exc:`~data.store_errors.StoreError` where the store cannot do it.
        """
        store = await self.ready()
        return await asyncio.get_running_loop().run_in_executor(self._readers, question, store)

    async def write(self, change: Callable[[SessionStore], T]) -> T:
        """Have the store do *change*, after those that were asked for before, and return the result.

        Raises :exc:`~data.store_errors.StoreError` where the store cannot do it.
        """
        store = await self.ready()
        return await asyncio.get_running_loop().run_in_executor(self._writer, change, store)

    def note_seen(self, participant: Participant) -> None:
        """Write down by and by that *participant* is there; nobody waits for it."""
        who = (participant.session, participant.number)
        age = datetime.now(UTC) - participant.last_seen
        if age >= timedelta(seconds=SEEN_SECONDS) and who not in self._noting:
            self._noting[who] = asyncio.create_task(self._note_seen(who, participant))

    async def _note_seen(self, who: tuple[str, int], participant: Participant) -> None:
        try:
            await self.write(lambda store: store.seen(participant))
        except StoreError as error:
            log_to_file().error("door seen\n%s", where(error))
        finally:
            del self._noting[who]

    async def ready(self) -> SessionStore:
        """Open the store if it is not open yet, which takes a second, and return it."""
        async with self._opening:
            if self._store is None:
                loop = asyncio.get_running_loop()
                self._store = await loop.run_in_executor(self._readers, self._open_store)
            return self._store

    async def room(self, id: str) -> Room | None:
        """Return the session *id* as it stands, at most :data:`FRESH` seconds old; None is gone."""
        async with self._turn:
            known, now = self._known.get(id), time.monotonic()
            if known and now - known.asked < FRESH:
                return known.room
            activity = await self.ask(lambda store: store.activity(id))
            if activity is None:
                self._known.pop(id, None)
                return None
            if known and activity == known.activity and now - known.read < _LONGEST:
                known.asked = now
                return known.room
            room = await self.ask(lambda store: _read(store, id))
            self._forget(now)
            if room is not None:
                self._known[id] = _Known(room, activity, now, now)
            return room

    def _forget(self, now: float) -> None:
        for id in [id for id, known in self._known.items() if now - known.asked > _LONGEST]:
            del self._known[id]

    def close(self) -> None:
        """Let go of the store, once what was asked of it is done."""
        self._writer.shutdown()
        self._readers.shutdown()
        if self._store is not None:
            self._store.close_store()
            self._store = None


def _read(store: SessionStore, id: str) -> Room | None:
    session = store.session(id)
    if session is None:
        return None
    return Room(session, store.participants(id), store.sheets(id))
