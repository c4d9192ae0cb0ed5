"""The answers of a form, and the names of the questions in the rows of its tables.

Answers are flat, key → answer, so that every answer of a form is saved, compared, merged and written
in the audit trail in the same way. The key of a question is its id; that of a question in a table
is ``table.row.question``. A row's id begins with three digits, which order the rows, and ends with
letters drawn at random, so that two people who each add a row never add the same one.
"""

import secrets
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Answers = Mapping[str, str | None]
"""Key → answer; ``None`` or missing is no answer."""

_SIGNS = string.ascii_lowercase + string.digits


def key_in_row(table: str, row: str, item: str) -> str:
    """Return the key of the question *item* in *row* of *table*."""
    return f"{table}.{row}.{item}"


def split_key(key: str) -> tuple[str | None, str | None, str]:
    """Return table, row and question of *key*; the first two are None outside a table.

    >>> split_key("agreements.001k7qz.owner")
    ('agreements', '001k7qz', 'owner')
    """
    parts = key.split(".")
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else (None, None, key)


def row_ids(answers: Iterable[str], table: str) -> tuple[str, ...]:
    """Return the ids of the rows of *table* that some key in *answers* names, in order."""
    found = (split_key(key) for key in answers)
    return tuple(sorted({row for name, row, _ in found if name == table and row}))


def new_row(answers: Iterable[str], table: str) -> str:
    """Return an id for a further row of *table*, which comes after all others."""
    rows = row_ids(answers, table)
    number = int(rows[-1][:3]) + 1 if rows and rows[-1][:3].isdigit() else 1
    return f"{min(number, 999):03d}" + "".join(secrets.choice(_SIGNS) for _ in range(5))


def without_row(answers: Answers, table: str, row: str) -> dict[str, str | None]:
    """Return *answers* without *row* of *table*."""
    return {key: answer for key, answer in answers.items() if split_key(key)[:2] != (table, row)}


@dataclass(frozen=True, slots=True)
class Merged:
    """Two people's changes to the same answers, put together."""

    answers: dict[str, str | None]
    """Both people's changes; where both changed one answer differently, theirs."""
    conflicts: dict[str, tuple[str | None, str | None]]
    """Key → (mine, theirs) of each answer that both changed differently."""


def merge(before: Answers, mine: Answers, theirs: Answers) -> Merged:
    """Put *mine* and *theirs* together; both were made out of *before*.

    An answer that only one of the two changed is that one's. A row that one took out and the other
    left alone is out.
    """
    answers = dict(theirs)
    conflicts: dict[str, tuple[str | None, str | None]] = {}
    for key in dict.fromkeys([*before, *mine, *theirs]):
        old, own, other = before.get(key), mine.get(key), theirs.get(key)
        taken_out = key in before and key not in mine
        if other == old and taken_out:
            answers.pop(key, None)
        elif own in (old, other):
            continue
        elif other == old:
            answers[key] = own
        else:
            conflicts[key] = (own, other)
    return Merged(answers, conflicts)
