"""What every question to the store goes through: may this person do that, and who has read what."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Never

from sqlalchemy import Connection

from data import access_rows, audit
from data.access import Access, AccessRefused, Deed, subject_of
from data.case_files import check_words, is_real
from data.log import log_to_file
from data.store_errors import StoreError
from data.store_opening import Opened

LONGEST_PURPOSE = 200


class GuardedStore:
    """A database that is open for one person."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._actor = opened.person.name
        self._read: set[str] = set()
        self.access = Access(opened.person, self._unit_of)
        """What whoever opened the store may do, such as ``access.may("read_case", "K00012")``; a page
        shows only that, and the store holds to it."""

    def note(self, action: str, case: str = "", purpose: str = "") -> None:
        """Write down that *case* was read, searched for, exported or printed, and for what.

        *action* is one of :data:`data.audit.NOTED`. A case that is read twice through this store,
        which is one visit to a page, is written down once; :meth:`load` and its like do it by
        themselves for real cases. Raises :exc:`StoreError` where *purpose* holds something personal.
        """
        if action not in audit.NOTED:
            raise ValueError(f"action is {action!r}; it must be one of {', '.join(audit.NOTED)}")
        check_words(purpose, LONGEST_PURPOSE)
        if action == "read":
            if case in self._read:
                return
            self._read.add(case)
        with self._opened.writing() as connection:
            self._append(connection, action, case, purpose)

    @property
    def _reads(self) -> bool:
        return self.access.listing == "read_case"

    def _need(self, deed: Deed, case: str = "", form: str = "") -> None:
        """Refuse what the role may not do, before anything is read or changed."""
        if not self.access.may(deed, case, form):
            self._refuse(deed, case, form)

    def _refuse(self, deed: Deed, case: str, form: str = "") -> Never:
        refuse(self._opened, deed, case, form)

    def _unit_of(self, case: str) -> str | None:
        with self._opened.reading() as connection:
            return access_rows.unit_of(connection, case)

    def _is_free(self, ref: str) -> bool:
        """Tell whether *ref* is the reference of a case that nobody has, in any unit."""
        with self._opened.reading() as connection:
            return subject_of(ref) == "real" and access_rows.is_free(connection, ref)

    @contextmanager
    def _reading(self, case: str | None = None, form: str = "") -> Iterator[Connection]:
        """Begin a transaction that reads; that a real *case* is read is written down."""
        if case is not None:
            self._need("read_case", case, form)
            self._note_read(case)
        with self._opened.reading() as connection:
            yield connection

    def _note_read(self, case: str) -> None:
        if is_real(case) and case not in self._read:
            try:
                self.note("read", case)
            except StoreError as error:
                # Whoever may not write, or has no room to, must still see the case.
                log_to_file().warning("a read of %s is not in the audit trail: %s", case, error.id)

    def _append(
        self, connection: Connection, action: str, case: str, purpose: str, **more: Any
    ) -> None:
        line = {"actor": self._actor, "action": action, "case": case, "purpose": purpose}
        audit.append(connection, [{**line, **more}])


def refuse(opened: Opened, deed: Deed, case: str = "", form: str = "") -> Never:
    """Write down that who has *opened* a store asked for *deed*, and raise :exc:`AccessRefused`."""
    # What was asked for is written down only where it is a reference: it could be anything.
    named = is_real(case) or subject_of(case, form) != "real"
    line = {"actor": opened.person.name, "action": "refuse", "purpose": deed}
    line |= {"case": case, "form": form} if named else {"case": ""}
    try:
        with opened.writing() as connection:
            audit.append(connection, [line])
    except StoreError as error:
        log_to_file().warning("a refusal is not in the audit trail: %s", error.id)
    raise AccessRefused(opened.person, deed)
