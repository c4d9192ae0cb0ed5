"""Who may do what with which records: roles, and what each of them is for.

The store asks here before it reads or writes (``store.access.may("read_case", "K00012")``); on
PostgreSQL the database asks the same again for each row, whatever is sent to it
(``postgresql_access.py`` writes its rules from the table in this file). On the laptop there are no roles:
whoever can open the file has the role ``everything``.

A role is a task, not a rank. Whoever has two tasks has two logins.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from data.case_files import is_real
from data.store_errors import StoreError
from data.texts import Texts

Role = Literal["everything", "trainer", "coordinator", "leader", "administrator"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

Subject = Literal["real", "exercise", "assessment", "decision", "report"]
"""What a record is of: a real case; a fictional one; a unit's self-assessment; a unit's decisions, with
what became of them and all else that is a unit's; or an edition of the leadership report."""
SUBJECTS: Final[tuple[Subject, ...]] = get_args(Subject)

CaseDeed = Literal["read_case", "write_case", "list_case", "delete_case"]
"""What is done to one case or unit. To list is to know that it is there, without any answer."""
CASE_DEEDS: Final[tuple[CaseDeed, ...]] = get_args(CaseDeed)
Deed = (
    CaseDeed
    | Literal[
        "count_cases",
        "sessions",
        "delete_sessions",
        "settings",
        "people",
        "log",
        "prune_log",
        "check",
        "backup",
    ]
)
"""What is done. To count is to read all real cases for an edition or an estimate; to check is to hold each
answer against the log."""

PERSON_VARIABLE = "VEJVISER_PERSON"
"""The environment variable that says who it is; the audit trail names this person."""
ROLE_VARIABLE = "VEJVISER_ROLE"
"""The environment variable with the role, where the store's own table of people does not know it."""
UNITS_VARIABLE = "VEJVISER_UNITS"
"""The environment variable with the units of a coordinator, with ``;`` between them."""

_TRAINING: Final = frozenset[Subject]({"exercise", "assessment", "decision"})
CASES: Final[Mapping[Role, Mapping[CaseDeed, frozenset[Subject]]]] = {
    "everything": dict.fromkeys(CASE_DEEDS, frozenset(SUBJECTS)),
    "trainer": {
        "read_case": _TRAINING,
        "write_case": _TRAINING,
        "list_case": _TRAINING,
        "delete_case": frozenset({"exercise"}),
    },
    # Real cases of their own units alone.
    "coordinator": dict.fromkeys(
        ("read_case", "write_case", "list_case"),
        frozenset[Subject]({"real", "exercise", "assessment"}),
    ),
    "leader": {
        "read_case": _TRAINING | {"report"},
        "write_case": _TRAINING,
        "list_case": _TRAINING | {"report"},
    },
    "administrator": dict.fromkeys(("list_case", "delete_case"), frozenset(SUBJECTS)),
}
"""Role → what it does → to which subjects."""
DEEDS: Final[Mapping[Role, frozenset[Deed]]] = {
    "everything": frozenset[Deed](
        {"count_cases", "sessions", "delete_sessions", "settings", "people", "log"}
    )
    | frozenset[Deed]({"prune_log", "check", "backup"}),
    "trainer": frozenset({"sessions", "delete_sessions"}),
    "coordinator": frozenset(),
    "leader": frozenset(),
    "administrator": frozenset({"delete_sessions", "settings", "people", "log", "backup"}),
}
"""Role → what it does that is not about one case."""

EXERCISE = "ØVELSE-"
"""With this the reference of a fictional case begins."""
UNIT = r"^[A-ZÆØÅ][A-ZÆØÅ0-9-]{1,19}\Z"
"""The name of a unit, such as ``ENHED``, under which decisions and self-assessments are kept."""
NOT_UNIT = r"^[A-ZÆØÅ]{1,3}[0-9]{3,8}\Z"
"""Such a name is a real case's."""
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{0,62}")


@dataclass(frozen=True, slots=True)
class Person:
    """Who uses the store; the name is that of a login, and a pseudonym where that is one."""

    name: str
    role: Role
    units: frozenset[str] = frozenset()
    """The units whose real cases a coordinator has."""


class AccessRefused(StoreError):  # noqa: N818 - what it is, not that it is an error
    """The role may not do that; nothing was read or changed, and the audit trail says who tried."""

    def __init__(self, person: Person, deed: Deed) -> None:
        super().__init__("access.refused", person=person.name)
        self.person = person
        self.deed = deed
        """What was refused."""

    def say(self, texts: Texts) -> str:
        """Return the sentence in the language of *texts*."""
        role, deed = texts(f"access.role_{self.person.role}"), texts(f"access.deed_{self.deed}")
        return texts(self.id, person=self.person.name, role=role, deed=deed)


@dataclass(frozen=True, slots=True)
class Access:
    """What a person may do in one store."""

    person: Person
    unit_of: Callable[[str], str | None] = field(default=lambda _: None, repr=False)
    """Gives the unit of a case; None where there is no such case, or not for this person."""

    @property
    def role(self) -> Role:
        """The person's role."""
        return self.person.role

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing that this person may not do."""
        return self.role == "everything"

    @property
    def listing(self) -> CaseDeed:
        """What a list of records is to this person: reading them, or knowing of them alone."""
        return "read_case" if self.subjects("read_case") else "list_case"

    def may(self, deed: Deed, case: str = "", form: str = "") -> bool:
        """Tell whether the person may do *deed*, to the records of *form* on *case* where it is to one.

        >>> Access(Person("leader-1", "leader")).may("read_case", "K00012")
        False
        """
        if self.is_whole:
            return True
        if deed in DEEDS[self.role]:
            return True
        if deed not in CASE_DEEDS:
            return False
        subject = subject_of(case, form)
        if subject not in self.subjects(deed):
            return False
        if subject != "real" or self.role != "coordinator":
            return True
        return self.unit_of(case) in self.person.units

    def may_keep(self, case: str, unit: str) -> bool:
        """Tell whether the person may keep the file of *case* as one of *unit*, new or not."""
        if subject_of(case) not in self.subjects("write_case"):
            return False
        if self.role != "coordinator" or subject_of(case) != "real":
            return True
        known = self.unit_of(case)
        return unit in self.person.units and (known is None or known in self.person.units)

    def subjects(self, deed: CaseDeed) -> frozenset[Subject]:
        """Return to what the person may do *deed*; real cases are a coordinator's by unit."""
        return CASES[self.role].get(deed, frozenset())


def subject_of(case: str, form: str = "") -> Subject:
    """Return what a record of *form* on *case* is of; a name that is nothing else is a real case's.

    >>> subject_of("K00012"), subject_of("ØVELSE-01"), subject_of("ENHED", "report")
    ('real', 'exercise', 'report')
    """
    if case.startswith(EXERCISE):
        return "exercise"
    if is_real(case) or re.search(NOT_UNIT, case) or not re.search(UNIT, case):
        return "real"
    if form.startswith("assessment_"):
        return "assessment"
    return "report" if form == "report" else "decision"


def person_who_asks(
    actor: str, people: Callable[[str], Person | None], login: str | None = None
) -> Person:
    """Return who uses a store: by the *login* of its database, else by the environment.

    *people* looks a name up in the store's own table of people; what stands there counts more than what
    the environment says. Without a name and a role it is *actor*, who may do everything: the laptop.
    Raises :exc:`StoreError` where a name or a role is none, or a person has no role.
    """
    if login is not None and (known := people(login)):
        return known
    name = os.environ.get(PERSON_VARIABLE, "").strip()
    role = os.environ.get(ROLE_VARIABLE, "").strip()
    if name and (known := people(check_login(name))):
        return known
    if name and not role:
        raise StoreError("access.no_role", person=name, variable=ROLE_VARIABLE)
    units = os.environ.get(UNITS_VARIABLE, "").split(";")
    kept = frozenset(unit.strip() for unit in units if unit.strip())
    return Person(name or actor, check_role(role or "everything"), kept)


def check_role(role: str) -> Role:
    """Return *role*; raise :exc:`StoreError` where it is none."""
    for each in ROLES:
        if role == each:
            return each
    raise StoreError("access.bad_role", role=role, allowed=", ".join(ROLES))


def check_login(name: str) -> str:
    """Return *name*; raise :exc:`StoreError` where it cannot be the name of a login."""
    if not _LOGIN.fullmatch(name):
        raise StoreError("access.bad_name", name=name)
    return name
