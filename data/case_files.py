"""What the store keeps of a case beside its forms: a reference, a birthday and who has it.

There is no field for a name or an address, and whose reference it is stands elsewhere. A reference
that begins with ``ØVELSE`` is a fictional case; the handbook brings some of its own.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from data.cases import fictional_cases
from data.personal_data import find
from data.store_errors import StoreError

REAL = re.compile(r"[A-ZÆØÅ]{1,3}\d{3,8}")
"""The reference of a real case: up to three letters and three to eight digits, such as K00012."""
EXERCISE = re.compile(r"ØVELSE-\d{2,4}")
"""The reference of a fictional case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case as the store knows it."""

    ref: str
    """The pseudonymous reference."""
    birthday: date | None = None
    """The young person's birthday, from which the meetings are dated; None is not told."""
    unit: str = ""
    """The unit that has the case, such as ``Ungeenheden``."""
    coordinator: str = ""
    """The pseudonym of the coordinator."""
    opened: date
    """The day on which the case was taken up."""
    closed: date | None = None
    """The day on which it was closed; None while it is open."""
    revision: int = 0
    """How many times it was saved; 0 is not yet."""
    exercise: bool = False
    """Whether nobody in it exists; the reference says it, and the store holds to that."""


def is_real(ref: str) -> bool:
    """Tell whether *ref* is the reference of a real case.

    >>> is_real("K00012"), is_real("ØVELSE-01"), is_real("ENHED")
    (True, False, False)
    """
    return REAL.fullmatch(ref) is not None


def is_exercise(ref: str) -> bool:
    """Tell whether *ref* is the reference of a fictional case."""
    return EXERCISE.fullmatch(ref) is not None


def fictional_case_files() -> Iterator[CaseFile]:
    """Return the handbook's own cases; they are there without having been saved."""
    for case in fictional_cases():
        yield CaseFile(
            ref=case.id,
            birthday=case.birthday,
            opened=case.today,
            exercise=True,
        )


def check_case_file(case_file: CaseFile) -> None:
    """Raise :exc:`StoreError` where *case_file* cannot be kept, with a sentence that says why."""
    if not (is_real(case_file.ref) or is_exercise(case_file.ref)):
        raise StoreError("store.bad_reference")
    for words in (case_file.unit, case_file.coordinator):
        check_words(words, 80)
    if case_file.closed is not None and case_file.closed < case_file.opened:
        raise StoreError("store.closed_before", opened=case_file.opened, closed=case_file.closed)
    if case_file.birthday is not None and case_file.birthday > case_file.opened:
        raise StoreError("store.born_after", opened=case_file.opened, birthday=case_file.birthday)


def check_words(words: str, longest: int) -> None:
    """Raise :exc:`StoreError` where *words* hold a CPR number or the like, or are too long."""
    if find(words):
        raise StoreError("store.personal")
    if len(words) > longest:
        raise StoreError("store.too_long", found=len(words), longest=longest)


def plain(case_file: CaseFile) -> dict[str, Any]:
    """Return *case_file* as it is written as JSON."""
    values = {each.name: getattr(case_file, each.name) for each in fields(CaseFile)}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def changed_fields(before: CaseFile | None, after: CaseFile) -> Mapping[str, str | None]:
    """Return the fields in which *after* differs from *before*, as they are written."""
    old = {} if before is None else plain(before)
    new = {name: value for name, value in plain(after).items() if name != "revision"}
    return {
        name: None if value is None else str(value)
        for name, value in new.items()
        if (name not in old and value not in (None, "", False))
        or (name in old and old[name] != value)
    }
