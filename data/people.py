"""The people who use a municipality's store: each with a role, and on PostgreSQL a login of the database.

They are added, removed and let in by whoever owns the store's tables. Nobody gets a password that lasts:
the hub asks for one at each start of a person's server (:meth:`People.grant_password`), and it is worth
nothing some hours later.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.engine import make_url

from data import audit
from data.access import Person, check_login, check_role
from data.access_rows import find_person, person_of
from data.case_files import check_words
from data.guarded_store import refuse
from data.postgresql_access import grant, quoted, withdraw
from data.store_errors import StoreError
from data.store_opening import Opened, named_url, open_database
from data.store_tables import people

HOURS: Final = 12
"""How long a password that was granted opens new connections, unless another time is asked for."""


class People:
    """The people of one store; :meth:`open` gives them."""

    def __init__(self, opened: Opened, url: str) -> None:
        self._opened = opened
        self._url = url
        self.enforced = opened.engine.dialect.name == "postgresql"
        """Whether the database itself holds to the roles. A SQLite file does not: whoever can read the
        file can read all of it."""

    @classmethod
    def open(cls, url: str | None = None) -> Self:
        """Open the people of the store at *url*, or of the one that :meth:`data.store.Store.open` opens.

        Raises :exc:`StoreError` where that cannot be opened.
        """
        return cls(open_database(url), url or named_url())

    def close(self) -> None:
        """Let go of the file or the connections."""
        self._opened.engine.dispose()

    def all(self) -> list[Person]:
        """Return everybody, by name."""
        self._need()
        with self._opened.reading() as connection:
            return [person_of(row) for row in connection.execute(_ORDERED)]

    def add(self, name: str, role: str, units: frozenset[str] = frozenset()) -> Person:
        """Add a person, or give one who is there another role or other units.

        On PostgreSQL the person gets a login, which cannot be used before :meth:`grant_password`. Raises
        :exc:`StoreError` where the name or the role is none, a coordinator has no unit or another role
        has one, or the server has a login of that name that is not ours.
        """
        person = Person(check_login(name), check_role(role), units)
        if (person.role == "coordinator") != bool(units):
            raise StoreError("access.units_missing" if not units else "access.units_unused")
        for unit in units:
            check_words(unit, 80)
        self._need()
        with self._opened.writing() as connection:
            if self.enforced:
                self._make_login(connection, person)
            connection.execute(delete(people).where(people.c.login == name))
            values = {"login": name, "role": person.role, "units": sorted(units)}
            connection.execute(insert(people).values(**values))
            self._note(connection, "add_person", name, "; ".join((person.role, *sorted(units))))
        return person

    def remove(self, name: str) -> None:
        """Remove a person; a connection that is open can do nothing more.

        The lines of the audit trail keep the name. Raises :exc:`StoreError` where there is none such.
        """
        self._need()
        with self._opened.writing() as connection:
            self._find(connection, name)
            connection.execute(delete(people).where(people.c.login == name))
            if self.enforced:
                withdraw(connection, name)
                connection.exec_driver_sql(f"DROP ROLE {quoted(name)}")
            self._note(connection, "remove_person", name, "")

    def grant_password(self, name: str, *, hours: float = HOURS) -> str:
        """Return the URL of the store for *name*, with a new password that is worth *hours* hours.

        The password before it is worth nothing from then on; connections that are open go on. On
        SQLite it is the URL of the file, which holds no password. Raises :exc:`StoreError` where there
        is no such person.
        """
        self._need()
        password = secrets.token_urlsafe(32)
        with self._opened.writing() as connection:
            self._find(connection, name)
            if self.enforced:
                until = datetime.now(UTC) + timedelta(hours=hours)
                self._set_password(connection, name, password, until)
            self._note(connection, "let_in", name, "")
        if not self.enforced:
            return self._url
        url = make_url(self._url).set(username=name, password=password)
        return url.render_as_string(hide_password=False)

    def revoke_password(self, name: str) -> None:
        """Make the password of *name* worthless at once; connections that are open go on."""
        self._need()
        with self._opened.writing() as connection:
            self._find(connection, name)
            if self.enforced:
                connection.exec_driver_sql(f"ALTER ROLE {quoted(name)} PASSWORD NULL")
            self._note(connection, "let_out", name, "")

    def _make_login(self, connection: Connection, person: Person) -> None:
        asked = "SELECT 1 FROM pg_roles WHERE rolname = %(name)s"
        there = connection.exec_driver_sql(asked, {"name": person.name}).scalar() is not None
        if there and find_person(connection, person.name) is None:
            raise StoreError("access.login_taken", name=person.name)
        if not there:
            connection.exec_driver_sql(f"CREATE ROLE {quoted(person.name)} LOGIN NOINHERIT")
        grant(connection, person)

    def _set_password(
        self, connection: Connection, name: str, password: str, until: datetime
    ) -> None:
        # Encrypted here, so that it stands neither in the server's log nor in its statistics.
        driver: Any = connection.connection.dbapi_connection
        hidden = driver.pgconn.encrypt_password(
            password.encode(), name.encode(), b"scram-sha-256"
        ).decode()
        moment = until.isoformat(timespec="seconds")
        connection.exec_driver_sql(
            f"ALTER ROLE {quoted(name)} PASSWORD '{hidden}' VALID UNTIL '{moment}'"
        )

    def _find(self, connection: Connection, name: str) -> Person:
        found = find_person(connection, name)
        if found is None:
            raise StoreError("access.no_person", name=name)
        return found

    def _need(self) -> None:
        if self._opened.person.role not in {"everything", "administrator"}:
            refuse(self._opened, "people")

    def _note(self, connection: Connection, action: str, name: str, purpose: str) -> None:
        line = {"actor": self._opened.person.name, "action": action, "case": "", "field": name}
        audit.append(connection, [{**line, "purpose": purpose[:200]}])


_ORDERED = select(people).order_by(people.c.login)
