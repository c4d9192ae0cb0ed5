"""Keeps the sessions of trainers, in the same database as the records.

Every change is one transaction. What was changed elsewhere meanwhile is never overwritten, and no
answer is kept that the exercise does not have or that holds something personal.
"""

import hashlib
import secrets
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Self

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from data import audit
from data.access import Access, Deed
from data.answers import Answers
from data.backup import daily_backup
from data.case_files import check_words
from data.guarded_store import refuse
from data.sessions import session_rows
from data.sessions.checking import check_answers, check_session
from data.sessions.plan import Plan
from data.sessions.session import MOST_PARTICIPANTS, Participant, Session, Sheet
from data.sessions.session_errors import (
    RefusedAnswer,
    SessionClosed,
    StaleSession,
    StaleSheet,
)
from data.settings import read_settings
from data.store_errors import StoreError
from data.store_opening import Opened, open_database
from data.texts import Language

__all__ = ["RefusedAnswer", "SessionClosed", "SessionStore", "StaleSession", "StaleSheet"]

HOURS_OPEN = 24
SEEN_SECONDS = 20
"""So long a participant's last sign of life may lie back before the next one is written down."""
SIGNS = "CDFGHJKMNPQRTWX34679"
"""The signs of a code: none looks like another, and without vowels they spell nothing."""
CODE_LENGTH = 6
_TRIES = 20
_LONGEST_PURPOSE = 200
_TABLES = ("session", "participant", "sheet")


class SessionStore:
    """The sessions of one installation; :meth:`open` gives one.

    It may be used from several threads at once (not in memory). Everything raises
    :exc:`~data.store_errors.StoreError` where the database cannot do it, with a sentence to show.
    """

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self.access = Access(opened.person)
        """What whoever opened the store may do; sessions are a trainer's."""
        self.place = opened.place
        """The name of the file or database, for messages."""

    @classmethod
    def open(cls, url: str | None = None) -> Self:
        """Open the store at *url*, or the one that :meth:`data.store.Store.open` opens."""
        opened = open_database(url)
        if url is None and opened.file is not None:
            daily_backup(opened.file, datetime.now(UTC).date())
        return cls(opened)

    def close_store(self) -> None:
        """Let go of the file or the connections."""
        self._opened.engine.dispose()

    # --- Sessions ---------------------------------------------------------------------------

    def create(self, plan: Plan, *, title: str, language: Language, groups: int) -> Session:
        """Begin a session and return it, open, with a code and before its first step.

        Raises :exc:`StoreError` where the title or the plan holds something personal.
        """
        now = datetime.now(UTC)
        new = Session(
            id=secrets.token_hex(16),
            code="",
            title=title,
            language=language,
            plan=plan,
            groups=groups,
            revision=1,
            created=now,
            ends=now + timedelta(hours=HOURS_OPEN),
        )
        check_session(new)
        for attempt in range(_TRIES):
            code = "".join(secrets.choice(SIGNS) for _ in range(CODE_LENGTH))
            try:
                with self._writing() as connection:
                    return session_rows.insert_session(connection, replace(new, code=code))
            except StoreError as error:
                # Another session has that code, which one in millions has.
                if not isinstance(error.__cause__, IntegrityError) or attempt == _TRIES - 1:
                    raise
        raise AssertionError("the loop returns or raises")

    def sessions(self) -> list[Session]:
        """Return all sessions, the newest first."""
        with self._reading("delete_sessions") as connection:
            return session_rows.all_sessions(connection)

    def session(self, id: str) -> Session | None:
        """Return the session *id*; None where there is none."""
        with self._reading() as connection:
            return session_rows.find_session(connection, id)

    def find(self, code: str) -> Session | None:
        """Return the open session with *code*, however it was typed; None where there is none."""
        plain = "".join(sign for sign in code.upper() if sign.isalnum())
        if len(plain) != CODE_LENGTH or set(plain) - set(SIGNS):
            return None
        with self._reading() as connection:
            found = session_rows.find_code(connection, plain)
        return found if found and found.open else None

    def activity(self, session_id: str) -> int | None:
        """Return a number that grows with each change to the session, its participants and sheets.

        It is read at once, so that a page can ask often; None where there is no such session. A
        sign of life (:meth:`seen`) does not change it.
        """
        with self._reading() as connection:
            return session_rows.activity(connection, session_id)

    def change(self, session: Session) -> Session:
        """Keep *session* and return it with its new revision; where nothing changed, as it is kept.

        Raises :exc:`StaleSession` where it was changed elsewhere since it was read, and
        :exc:`StoreError` where its words hold something personal or a group that is left out has
        participants. Code, opening and end are not changed by it.
        """
        check_session(session)
        with self._writing() as connection:
            return session_rows.change_session(connection, session)

    def close(self, session: Session) -> Session:
        """Close *session*, its clock stopped: nobody joins and nothing is answered any more.

        It does not matter what was changed elsewhere meanwhile. Raises :exc:`StaleSession` where it
        was deleted.
        """
        with self._writing() as connection:
            return session_rows.set_open(connection, session.id, until=None)

    def reopen(self, session: Session) -> Session:
        """Open a closed *session* again with its old code, for another day."""
        until = datetime.now(UTC) + timedelta(hours=HOURS_OPEN)
        with self._writing() as connection:
            return session_rows.set_open(connection, session.id, until=until)

    def delete(self, *sessions: Session, purpose: str = "") -> int:
        """Delete *sessions* with all that was answered in them; return how many there were.

        The audit trail gets a line for each, with the *purpose*. Raises :exc:`StoreError` where that
        holds something personal.
        """
        check_words(purpose, _LONGEST_PURPOSE)
        line = {"actor": self.access.person.name, "action": "delete", "case": "", "form": "session"}
        with self._writing("delete_sessions") as connection:
            gone = session_rows.delete_sessions(connection, [each.id for each in sessions])
            lines = [{**line, "occasion": id, "purpose": purpose} for id in gone]
            audit.append(connection, lines)
        if gone:
            self._opened.wipe(*_TABLES)
        return len(gone)

    def due(self, today: date) -> list[Session]:
        """Return the sessions that have lain longer than the settings' ``session_days``, today."""
        with self._reading("delete_sessions") as connection:
            days = read_settings(connection).session_days
            found = [] if days is None else session_rows.all_sessions(connection)
        return [each for each in found if each.ended_on + timedelta(days=days or 0) <= today]

    # --- Participants -----------------------------------------------------------------------

    def join(self, session_id: str, group: int) -> tuple[Participant, str]:
        """Take a new participant in and return it with its secret, which is kept hashed alone.

        Raises :exc:`SessionClosed` where the session is closed or gone, and :exc:`StoreError` where
        there is no such group or the session is full.
        """
        secret = secrets.token_urlsafe(32)
        with self._writing() as connection:
            session = session_rows.hold_open(connection, session_id)
            _check_group(session, group)
            number = session_rows.count_participants(connection, session_id) + 1
            if number > MOST_PARTICIPANTS:
                raise StoreError("sessions.full", most=MOST_PARTICIPANTS)
            new = Participant(
                session=session_id, number=number, group=group, last_seen=datetime.now(UTC)
            )
            session_rows.insert_participant(connection, new, _hash(secret))
        return new, secret

    def participant(self, session_id: str, secret: str) -> Participant | None:
        """Return who has *secret* in the session, open or not; None where nobody has."""
        with self._reading() as connection:
            return session_rows.find_participant(connection, session_id, _hash(secret))

    def participants(self, session_id: str) -> list[Participant]:
        """Return all participants by number."""
        with self._reading() as connection:
            return session_rows.all_participants(connection, session_id)

    def seen(self, participant: Participant) -> Participant:
        """Write down that *participant* was there just now, at most every :data:`SEEN_SECONDS`."""
        now = datetime.now(UTC)
        if now - participant.last_seen < timedelta(seconds=SEEN_SECONDS):
            return participant
        seen = replace(participant, last_seen=now)
        with self._writing() as connection:
            session_rows.update_seen(connection, seen)
        return seen

    def move(self, participant: Participant, group: int) -> Participant:
        """Move *participant* to another group, answers and all, and return it.

        Raises :exc:`SessionClosed`, and :exc:`StoreError` where there is no such group.
        """
        moved = replace(participant, group=group)
        with self._writing() as connection:
            _check_group(session_rows.hold_open(connection, participant.session), group)
            session_rows.update_group(connection, moved)
        return moved

    # --- Answers ----------------------------------------------------------------------------

    def save_sheet(
        self, participant: Participant, exercise: str, answers: Answers, revision: int
    ) -> Sheet:
        """Keep all *answers* of *participant* to *exercise*, and return the sheet as it is kept.

        *revision* is that of the sheet they were made from. Where nothing changed, nothing is
        written. Raises :exc:`StaleSheet` where it was saved elsewhere meanwhile,
        :exc:`SessionClosed`, and :exc:`RefusedAnswer` where an answer is personal, too long or none
        of the question's, or the exercise is not in the plan.
        """
        with self._writing() as connection:
            session = session_rows.hold_open(connection, participant.session)
            check_answers(session, exercise, answers)
            kept = session_rows.find_sheet(connection, participant, exercise)
            if dict(kept.answers) == dict(answers):
                return kept
            if kept.revision != revision:
                raise StaleSheet(kept)
            new = replace(kept, answers=dict(answers), revision=revision + 1)
            return session_rows.write_sheet(
                connection, participant, replace(new, saved=datetime.now(UTC))
            )

    def sheet(self, participant: Participant, exercise: str) -> Sheet:
        """Return what *participant* answered in *exercise*; revision 0 where that is nothing."""
        with self._reading() as connection:
            return session_rows.find_sheet(connection, participant, exercise)

    def sheets(self, session_id: str, exercise: str | None = None) -> list[Sheet]:
        """Return all sheets of the session, or those of *exercise*, by exercise and participant."""
        with self._reading() as connection:
            return session_rows.all_sheets(connection, session_id, exercise)

    # --- Transactions -----------------------------------------------------------------------

    def _reading(self, deed: Deed = "sessions") -> AbstractContextManager[Connection]:
        self._need(deed)
        return self._opened.reading()

    def _writing(self, deed: Deed = "sessions") -> AbstractContextManager[Connection]:
        self._need(deed)
        return self._opened.writing()

    def _need(self, deed: Deed) -> None:
        if not self.access.may(deed):
            refuse(self._opened, deed)


def _check_group(session: Session, group: int) -> None:
    if not 1 <= group <= session.groups:
        raise StoreError("sessions.no_group", group=group, groups=session.groups)


def _hash(secret: str) -> str:
    # The secret is random and long, so that no salt and no slow hash is needed.
    return hashlib.sha256(secret.encode()).hexdigest()
