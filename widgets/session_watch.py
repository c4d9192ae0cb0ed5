"""Looks after a session for its trainer's page: asks the store every other second, beside the page.

What is asked is one number; only when it has changed is anything read, and the page told. So a page
that is left open costs next to nothing, and a store that is slow does not stop a button.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from data.sessions import Participant, Session, SessionStore, Sheet

EACH = 2.0
"""Seconds between two looks."""
ANYHOW = 10
"""Every so many looks everything is read, changed or not: a sign of life changes nothing."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A session as it stood when the store was asked."""

    session: Session
    participants: tuple[Participant, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    activity: int | None = None


def see(store: SessionStore, id: str) -> Seen | None:
    """Return how the session *id* stands; None where there is none.

    Raises :exc:`~data.store_errors.StoreError` where the store cannot say.
    """
    # Asked first: what changes meanwhile is read at the next look.
    activity = store.activity(id)
    session = store.session(id)
    if session is None:
        return None
    return Seen(session, tuple(store.participants(id)), tuple(store.sheets(id)), activity)


class SessionWatch:
    """Tells *tell* what has become of a session, whenever that is something else than before.

    *tell* hears a :class:`Seen`, None where the session was deleted, or what went wrong.
    """

    def __init__(self, tell: Callable[[Seen | Exception | None], None]) -> None:
        self._tell = tell
        self._task: asyncio.Task[None] | None = None
        self._beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="session")

    def start(self, store: SessionStore, id: str) -> None:
        """Look after the session *id* until :meth:`stop`; without a running loop it does nothing."""
        self.stop()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._task = loop.create_task(self._look_again(store, id))

    def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _look_again(self, store: SessionStore, id: str) -> None:
        loop = asyncio.get_running_loop()
        known: int | None = None
        looks = 0
        while True:
            # After the last answer and not by the clock, so that looks never pile up.
            await asyncio.sleep(EACH)
            looks += 1
            before = None if looks % ANYHOW == 0 else known
            found = await loop.run_in_executor(self._beside, _look, store, id, before)
            if found != "as before":
                # After a failure everything is read, so that the page hears that it is over.
                known = found.activity if isinstance(found, Seen) else None
                self._tell(found)
            if found is None:
                return


def _look(
    store: SessionStore, id: str, known: int | None
) -> Seen | Exception | Literal["as before"] | None:
    try:
        if known is not None and store.activity(id) == known:
            return "as before"
        return see(store, id)
    except Exception as error:  # noqa: BLE001 (whatever it is, the page says so and asks again)
        return error
