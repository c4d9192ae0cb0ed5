"""From the groups of a login to what a person's server may read."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from data.access import (
    PERSON_VARIABLE,
    ROLE_VARIABLE,
    UNITS_VARIABLE,
    Person,
    check_login,
    check_role,
)
from data.people import People
from data.store_opening import STORE_VARIABLE


class Keys(Protocol):
    """What lets a person's server in to the records; it may wait for a database."""

    def grant(self, person: Person) -> dict[str, str]:
        """Return the environment variables of *person*'s server."""

    def take_back(self, person: str) -> None:
        """Let what *person* was given open nothing any more."""

    def lock_out(self, person: str) -> None:
        """Forget *person*, whose groups give them nothing any more."""


GROUPS: Mapping[str, str] = {
    f"vejviser-{role}": role for role in ("trainer", "coordinator", "leader", "administrator")
}
"""Group → role, unless told otherwise."""
UNIT_PREFIX = "vejviser-unit-"
"""What the group of a unit begins with, unless told otherwise; the rest is the unit's name."""


class NoServer(Exception):  # noqa: N818 - what it is, not that it is an error
    """The groups give this login no server; *id* names the sentence that says why."""

    def __init__(self, id: str, **slots: str) -> None:
        super().__init__(id)
        self.id = id
        self.slots = slots


def person_of(
    name: str, groups: Iterable[str], roles: Mapping[str, str], unit_prefix: str
) -> Person:
    """Return who the login *name* in *groups* is to the records.

    *roles* are group → role; a group that begins with *unit_prefix* is a unit. Raises
    :exc:`NoServer` where there is not exactly one role, and
    :exc:`~data.store_errors.StoreError` where the name cannot be a login or the role is none.

    >>> person_of("u-1", ["vejviser-leader", "choir"], GROUPS, UNIT_PREFIX).role
    'leader'
    """
    own = sorted(set(groups))
    found = sorted({roles[group] for group in own if group in roles})
    if not found:
        raise NoServer("hub.no_role", person=name)
    if len(found) > 1:
        raise NoServer("hub.two_roles", person=name, roles=", ".join(found))
    begin = len(unit_prefix)
    units = frozenset(
        group[begin:].strip() for group in own if unit_prefix and group.startswith(unit_prefix)
    )
    return Person(check_login(name), check_role(found[0]), units - {""})


@dataclass(frozen=True, slots=True)
class StoreKeys:
    """The keys to one store, given out at each start of a server and taken back at its end."""

    store: str
    """Its URL, for a login that owns the tables."""
    hours: float = 12.0
    """How long a key opens new connections."""

    def grant(self, person: Person) -> dict[str, str]:
        """Return the environment variables of *person*'s server.

        The store's own table of people follows the groups. Raises
        :exc:`~data.store_errors.StoreError` where the store cannot be opened, or the person cannot be
        one of its people.
        """
        with self._people() as people:
            if person not in people.all():
                people.add(person.name, person.role, person.units)
            url = people.grant_password(person.name, hours=self.hours)
        return {
            STORE_VARIABLE: url,
            PERSON_VARIABLE: person.name,
            ROLE_VARIABLE: person.role,
            UNITS_VARIABLE: ";".join(sorted(person.units)),
        }

    def take_back(self, person: str) -> None:
        """Let what *person* was given open nothing any more."""
        with self._people() as people:
            people.revoke_password(person)

    def lock_out(self, person: str) -> None:
        """Take *person* off the store's table, if there: their groups give them nothing any more."""
        with self._people() as people:
            if any(person == each.name for each in people.all()):
                people.remove(person)

    @contextmanager
    def _people(self) -> Iterator[People]:
        people = People.open(self.store)
        try:
            yield people
        finally:
            people.close()
