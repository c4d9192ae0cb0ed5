"""What may be told of a number that few young people are behind, and of the units that it divides into.

Each rule looks at one number and at nothing else, so that nothing that is told of another number narrows
it. Of the units a breakdown is told whole or not at all: each unit told is safe by itself, or was put
together with others until it was. ``tests/data/test_small_cells.py`` attacks what they let through.

A number is *safe* where it is 0, or at least ``fewest`` young people are behind it. Meetings and agreements
are counted, but it is young people who must be enough: six meetings of one youth are one youth.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from data.indicators.facts import Contribution

Group = tuple[str, ...]
"""Units that are told together; one alone as a rule."""
Ends = tuple[int, int]
"""At least and at most so many."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Facts added up, with the young people behind each part."""

    part: int = 0
    whole: int = 0
    youths_part: int = 0
    youths_rest: int = 0
    youths: int = 0

    @property
    def rest(self) -> int:
        """What is left of the whole."""
        return self.whole - self.part


def tally(facts: Iterable[Contribution]) -> Tally:
    """Return *facts* added up."""
    part = whole = 0
    some, others, everybody = set(), set(), set()
    for youth, its_part, its_whole in facts:
        part += its_part
        whole += its_whole
        everybody.add(youth)
        if its_part > 0:
            some.add(youth)
        if its_part < its_whole:
            others.add(youth)
    return Tally(part, whole, len(some), len(others), len(everybody))


def together(tallies: Iterable[Tally]) -> Tally:
    """Return *tallies* of different units added up; a young person is of one unit."""
    found = [0, 0, 0, 0, 0]
    for each in tallies:
        found[0] += each.part
        found[1] += each.whole
        found[2] += each.youths_part
        found[3] += each.youths_rest
        found[4] += each.youths
    return Tally(*found)


# --- Told exactly, or hidden ----------------------------------------------------------------------


def is_safe(counted: Tally, fewest: int) -> bool:
    """Tell whether part, rest and whole may all be told exactly."""
    return all(
        number == 0 or youths >= fewest
        for number, youths in (
            (counted.part, counted.youths_part),
            (counted.rest, counted.youths_rest),
            (counted.whole, counted.youths),
        )
    )


def exact(counted: Tally, fewest: int) -> Ends | None:
    """Return between what the part is told where the whole may be told; None is that nothing is said.

    What is told of a hidden part is the same for each number that it may be.
    """
    if is_safe(counted, fewest):
        return counted.part, counted.part
    part, whole = counted.part, counted.whole
    if not 0 < part < whole or counted.youths < fewest:
        return None
    if whole < 2 * fewest - 1:
        # Every number but none and all is small, or leaves a small rest: one range for all of them.
        return 1, whole - 1
    if part < fewest:
        return 1, fewest - 1
    if counted.rest < fewest:
        return whole - fewest + 1, whole - 1
    # Enough meetings, but of too few young people.
    return None


def safe_groups(
    counted: Mapping[Group, Tally], fewest: int, among: Sequence[Group]
) -> dict[Group, Tally] | None:
    """Return *among*, the groups of units, put together until each is safe; None where one is left.

    The unsafe group with the smallest whole is put together with the next smallest, again and again.
    """
    found = {group: counted[group] for group in among}
    while unsafe := [group for group in found if not is_safe(found[group], fewest)]:
        if len(found) < 2:
            return None
        first = min(unsafe, key=lambda group: (found[group].whole, group))
        second = min(
            (group for group in found if group != first),
            key=lambda group: (found[group].whole, group),
        )
        one, other = found.pop(first), found.pop(second)
        found[tuple(sorted((*first, *second)))] = together((one, other))
    return found if len(found) > 1 else None


# --- Told in steps --------------------------------------------------------------------------------


def step(number: int, fewest: int) -> Ends:
    """Return the step that *number* lies in: each is *fewest* numbers wide.

    >>> step(3, 5), step(23, 5)
    ((0, 4), (20, 24))
    """
    least = number // fewest * fewest
    return least, least + fewest - 1


def in_steps(counted: Tally, fewest: int) -> tuple[Ends, Ends] | None:
    """Return the steps of part and whole; None where too few young people are behind one of them."""
    if counted.youths < fewest or any(
        number >= fewest > youths
        for number, youths in (
            (counted.part, counted.youths_part),
            (counted.rest, counted.youths_rest),
        )
    ):
        return None
    return step(counted.part, fewest), step(counted.whole, fewest)


def says_no_more(together: Ends, each: Sequence[Ends]) -> bool:
    """Tell whether what is told of *each* unit stays as wide as it is beside that of all *together*.

    It looks at what would be told and at nothing else: where the others' most, or least, would leave less
    room for one unit than its own ends do, the units are not told.
    """
    if len(each) < 2:
        return False
    least, most = sum(ends[0] for ends in each), sum(ends[1] for ends in each)
    return all(
        together[0] <= low + most - high and together[1] >= high + least - low for low, high in each
    ) and (least <= together[0] and together[1] <= most)
