"""The trainer's page: a session is begun, led and brought home."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from data.sessions import Plan, Session, SessionStore, StaleSession
from data.store import Store
from data.store_errors import StoreError
from data.texts import Texts
from widgets.page import Page
from widgets.session_desk import SessionDesk
from widgets.session_head import SessionHead
from widgets.session_looks import styles
from widgets.session_start import SessionStart
from widgets.session_watch import Seen, SessionWatch, see

_TRIES = 5
"""How often a change is tried against others who change the session at the same moment."""


class SessionRoom(Page):
    """The page for trainers, in *language* "da" or "en".

    The address names the session and what is looked at (``?session=…&vis=answers``), so that a reload
    comes back to the same place. Without a session in it, one is begun.
    """

    def __init__(
        self,
        language: str = "da",
        *,
        open_store: Callable[[], SessionStore] = SessionStore.open,
        open_records: Callable[[], Store] = Store.open,
    ) -> None:
        super().__init__(Texts.read(language))
        self._open_store = open_store
        self._opened: SessionStore | None = None
        self.seen: Seen | None = None
        self._lost = False
        self.start: SessionStart | None = None
        self.head = SessionHead(self, self.change)
        self.desk = SessionDesk(self, open_records)
        self._watch = SessionWatch(self.guard(self._on_seen))
        self._looks = styles()
        self.add_class("vv-session")
        self.client.on_arrival(self.guard(self._on_arrival))

    # --- Which session ------------------------------------------------------------------------

    @property
    def store(self) -> SessionStore:
        """The store, opened when it is first needed; :exc:`StoreError` where it cannot be."""
        if self._opened is None:
            self._opened = self._open_store()
        return self._opened

    def _on_arrival(self) -> None:
        query = self.client.query
        self.desk.choose(query.get("vis", ""))
        self.show_session(query.get("session", ""))

    def show_session(self, id: str) -> None:
        """Show the session *id*, or where one is begun if there is none such."""
        try:
            seen = see(self.store, id) if id else None
            if seen is None:
                self._show_start(missing=bool(id))
                return
        except StoreError as error:
            self.notice(error.say(self.texts), problem=True)
            return
        self.clear_notice()
        self.seen = seen
        self.show(self._looks, self.head, self.desk)
        self._follow()
        self._watch.start(self.store, id)

    def _show_start(self, *, missing: bool = False) -> None:
        self._watch.stop()
        self.seen = None
        self.client.remember(session=None, vis=None)
        self.start = SessionStart(self, self.store.sessions(), self._on_begin)
        self.show(self._looks, self.start)
        if missing:
            self.notice(self.texts("session.unknown"), problem=True)

    def _on_begin(self, plan: Plan, title: str, groups: int) -> None:
        try:
            session = self.store.create(
                plan, title=title, language=self.texts.language, groups=groups
            )
        except StoreError as error:
            self.notice(error.say(self.texts), problem=True)
            return
        self.client.remember(session=session.id)
        self.show_session(session.id)

    # --- What becomes of it ---------------------------------------------------------------------

    def change(self, made: Callable[[Session], Session]) -> bool:
        """Keep what *made* makes of the session, also after others' changes; tell whether it went well."""
        return self._do(lambda session: self.store.change(made(session)))

    def move(self, number: int, group: int) -> None:
        """Move the participant *number* to another group, answers and all."""
        if self.seen is None:
            return
        try:
            for each in self.seen.participants:
                if each.number == number:
                    self.store.move(each, group)
            self.look()
        except StoreError as error:
            self.notice(error.say(self.texts), problem=True)

    def close_session(self) -> None:
        """Let nobody answer any more."""
        self._do(self.store.close)

    def reopen_session(self) -> None:
        """Let the participants answer again."""
        self._do(self.store.reopen)

    def delete_session(self) -> None:
        """Delete the session with all its answers, and show where one is begun."""
        if self.seen is None:
            return
        title = self.seen.session.title
        try:
            self._watch.stop()
            self.store.delete(self.seen.session)
            self._show_start()
        except StoreError as error:
            self.notice(error.say(self.texts), problem=True)
            return
        self.notice(self.texts("session.deleted", title=title))

    def look(self) -> None:
        """Read the session anew."""
        if self.seen is not None:
            self._on_seen(see(self.store, self.seen.session.id))

    def _do(self, kept: Callable[[Session], Session]) -> bool:
        if self.seen is None:
            return False
        session = self.seen.session
        try:
            for attempt in range(_TRIES):
                try:
                    session = kept(session)
                    break
                except StaleSession as stale:
                    if stale.current is None or attempt == _TRIES - 1:
                        raise
                    session = stale.current
        except StoreError as error:
            self.notice(error.say(self.texts), problem=True)
            return False
        self.clear_notice()
        self.seen = replace(self.seen, session=session)
        self._follow()
        return True

    def _on_seen(self, found: Any) -> None:
        """Take what the watch has found; what it read before our own last change is old news."""
        if isinstance(found, Exception):
            self._lost = True
            if not isinstance(found, StoreError):
                raise found
            self.notice(found.say(self.texts), problem=True)
            return
        if self._lost:
            self._lost = False
            self.clear_notice()
        if found is None:
            self._show_start(missing=True)
        elif self.seen is not None and found.session.revision >= self.seen.session.revision:
            self.seen = found
            self._follow()

    def _follow(self) -> None:
        if self.seen is not None:
            self.head.follow(self.seen.session, self.seen.participants)
            self.desk.follow(self.seen)
