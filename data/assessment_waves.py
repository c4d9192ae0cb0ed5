"""Which answers count in a round that was closed, opened again and closed once more.

Whoever has seen both results can subtract one from the other. What came late therefore counts only
once no sum or difference of all the lines that were ever shown stands on too few people; until then
the line stays as it was.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations

import numpy as np

from data.records import Record

Part = tuple[str, int]
"""Those of a group who were there at a closing and at none before it: group and number of the closing."""
_CLOSING = "closing_"


def named(closing: Record | None) -> tuple[Mapping[str, int], ...]:
    """Return for each closing that *closing* tells of the sheets that counted: occasion → version."""
    answers = {} if closing is None else closing.answers
    found: list[dict[str, int]] = []
    while words := answers.get(f"{_CLOSING}{len(found) + 1}"):
        each = (word.rpartition(":") for word in words.split())
        found.append({occasion: int(version) for occasion, _, version in each})
    return tuple(found)


def with_sheets(closing: Record, sheets: Iterable[Record]) -> dict[str, str | None]:
    """Return the answers of *closing* with the *sheets* that were there when it was closed again."""
    words = " ".join(f"{sheet.occasion}:{sheet.version}" for sheet in sheets)
    return {**closing.answers, f"{_CLOSING}{len(named(closing)) + 1}": words or None}


def counted(
    people: Mapping[Part, int],
    lines_of: Callable[[frozenset[Part]], list[frozenset[Part]]],
    few: int,
) -> frozenset[Part]:
    """Return the parts that count after the last closing.

    *people* is how many of each part gave a number, *lines_of* tells which lines are shown of some
    parts, and fewer than *few* people must not be told of.
    """
    shown: list[frozenset[Part]] = []
    now: frozenset[Part] = frozenset()
    for closing in sorted({closing for _, closing in people}):
        late = {part for part in people if part[1] <= closing} - now
        groups = {group for group, _ in late}
        number = {group: sum(people[one] for one in late if one[0] == group) for group in groups}
        enough = {part for part in late if number[part[0]] >= few}
        for more in (late, enough):
            if not tells_of_few([*shown, *lines_of(now | more)], people, few):
                now |= more
                break
        shown += lines_of(now)
    return now


def tells_of_few(lines: Sequence[frozenset[Part]], people: Mapping[Part, int], few: int) -> bool:
    """Tell whether some sum or difference of *lines* stands on fewer than *few* people.

    A line is a row with a one for each part in it. A combination of rows that is nothing outside of
    some columns is there exactly if the rows have a lower rank without these columns.
    """
    parts = sorted(people)
    rows = np.array([[part in line for part in parts] for line in lines], float)
    rows = rows.reshape(len(lines), len(parts))
    rank = _rank(rows)
    # Who gave no number is in the share without one; nobody is told of by that alone either.
    none = [column for column, part in enumerate(parts) if not people[part]]
    some = [column for column, part in enumerate(parts) if 0 < people[part] < few]
    for size in range(few):
        for chosen in combinations(some, size):
            if sum(people[parts[column]] for column in chosen) < few:
                without = np.delete(rows, [*none, *chosen], axis=1)
                if _rank(without) < rank:
                    return True
    return False


def _rank(rows: np.ndarray) -> int:
    return int(np.linalg.matrix_rank(rows)) if rows.size else 0
