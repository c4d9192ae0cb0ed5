"""What was counted after a decision, quarter by quarter, and which decisions wait to be looked at.

Counted is the course of the work, never a person: from the calendar of the cases and the filled meeting
checklists, or typed in by the leaders on the form ``follow_up``.

**Small cells.** A number of 1 to 4 that comes from the checklists is told as "fewer than 5", and so is
what is left of a whole when it is that small; a share of fewer than 5 is not told at all. What a hidden
number may be is kept as its least and its most (:class:`Cell`), and whatever is said of it later must hold
for each number in between, so that nothing that is said tells more than the table does.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from data.answers import Answers
from data.case_files import CaseFile, is_real
from data.meeting_calendar import deadlines, held_meetings
from data.periods import Quarter as Quarter  # noqa: PLC0414 (others know it from here)
from data.records import Record

if TYPE_CHECKING:
    from data.indicators.cells import Edition

FORM = "follow_up"
"""The id of the form."""
FEWEST = 5
"""A number from 1 to one below this is hidden; customary in Danish statistics on social matters."""

Indicator = Literal["meetings", "late", "no_show", "waited", "changed"]
INDICATORS: Mapping[Indicator, bool] = {
    "meetings": False,
    "late": True,
    "no_show": True,
    "waited": True,
    "changed": True,
}
"""What is followed, and whether it is a part of a whole.

``meetings``: meetings held, or to which the young person did not come. ``late``: meetings at 16, 17½ and
18½ not held by their last day, of those whose last day lies in the quarter. ``no_show``: of the
``meetings``, those to which the young person did not come. ``waited``: young people who got a first
coordinator after more than 30 days, of those who got one. ``changed``: young people who lost their
coordinator, of those who had one as the quarter began.
"""
FIXED = ("meeting_16", "meeting_17_5", "meeting_18_5")
"""The rules of the fixed meetings that the checklist knows."""

_OCCASION = re.compile(r"(\d{1,9})-(\d{4}-[1-4])")


@dataclass(frozen=True, slots=True)
class Cell:
    """One counted number, or what it may be where it is hidden."""

    indicator: Indicator
    least: int
    most: int
    whole: int | None = None
    """Of how many; None where the indicator is no part of a whole."""
    typed: bool = False
    """Whether the leaders typed it in."""

    @property
    def hidden(self) -> bool:
        """Whether it is told only between what numbers it lies."""
        return self.least != self.most


@dataclass(frozen=True, slots=True)
class Due:
    """A decision that waits to be looked at."""

    decision: Record
    quarter: Quarter | None
    """The earliest quarter that has ended and was not looked at; None where only the day has come."""
    since: date
    """The day on which it began to wait."""


@dataclass(frozen=True, slots=True)
class FollowedLine:
    """One line of the table, in words."""

    indicator: Indicator
    label: str
    counted: str
    expected: str
    """What nine in ten such quarters hold."""
    verdict: str
    look: Literal["", "look"]
    """Whether the line asks to be looked at."""


# --- Counted from the records -------------------------------------------------------------------


def count_quarter(
    quarter: Quarter, cases: Iterable[CaseFile], meetings: Iterable[Record]
) -> tuple[Cell, ...]:
    """Return what *cases* and the *meetings*, records of the checklist, say of *quarter*.

    Only real cases count. A fixed meeting is due if its last day lies in the quarter, while the case was
    open, and we could still propose a day for it when the case began; it is late if no checklist says that
    it was held by then. So a meeting that nobody wrote a checklist for counts as late. A case without a
    birthday has no due meetings. Small cells are hidden; a share of fewer than :data:`FEWEST` is left out.
    """
    by_case: dict[str, list[Record]] = {}
    for record in meetings:
        if record.form == "meeting" and is_real(record.case):
            by_case.setdefault(record.case, []).append(record)
    held, missed = (_outcomes(quarter, by_case, outcome) for outcome in ("held", "no_show"))
    due, late = _due_and_late(quarter, cases, by_case)
    found = (
        _hidden(Cell("meetings", held + missed, held + missed)),
        _hidden(Cell("late", late, late, due)),
        _hidden(Cell("no_show", missed, missed, held + missed)),
    )
    return tuple(cell for cell in found if cell is not None)


def _outcomes(quarter: Quarter, by_case: Mapping[str, Sequence[Record]], outcome: str) -> int:
    first, last = quarter.first.isoformat(), quarter.last.isoformat()
    return sum(
        first <= record.occasion <= last and record.answers.get("outcome") == outcome
        for records in by_case.values()
        for record in records
    )


def _due_and_late(
    quarter: Quarter, cases: Iterable[CaseFile], by_case: Mapping[str, Sequence[Record]]
) -> tuple[int, int]:
    due = late = 0
    for case in cases:
        if not is_real(case.ref) or case.birthday is None:
            continue
        held = held_meetings(by_case.get(case.ref, ()))
        for one in deadlines(case.birthday, quarter.last, opened=case.opened, held=held):
            there = one.target >= case.opened and (case.closed is None or case.closed > one.latest)
            if one.rule.id in FIXED and quarter.first <= one.latest <= quarter.last and there:
                due += 1
                late += one.held is None or one.held > one.latest
    return due, late


def _hidden(cell: Cell) -> Cell | None:
    """Return *cell* with a small number in it hidden; None for a share of too few."""
    number, whole = cell.least, cell.whole
    if whole is not None and whole < FEWEST:
        return None
    low, high = number, number
    if 0 < number < FEWEST:
        low, high = 1, FEWEST - 1
    if whole is not None and 0 < number < whole:
        if whole - FEWEST < FEWEST - 1:
            # Every number but none and all is small, or leaves a small rest. One range for all of them:
            # a narrower one would tell which.
            low, high = 1, whole - 1
        elif whole - number < FEWEST:
            low, high = whole - FEWEST + 1, whole - 1
    return Cell(cell.indicator, low, high, whole, cell.typed)


def told_cells(quarter: Quarter, edition: "Edition") -> tuple[Cell, ...]:
    """Return what an *edition* of the leadership report tells of *quarter*, where it tells it by itself.

    Once there are editions, they alone are asked: two counts of one quarter, made on different days or
    hidden by different rules, would tell together what neither tells.
    """
    found = []
    missed = edition.told("no_show", period=quarter)
    if missed.quarters == (quarter,) and missed.value is not None and missed.whole is not None:
        found = [
            Cell("meetings", missed.whole, missed.whole),
            Cell("no_show", int(missed.value), int(missed.value), missed.whole),
        ]
    in_time = edition.told("on_time", period=quarter)
    least, most, whole = in_time.least, in_time.most, in_time.whole
    if in_time.quarters == (quarter,) and least is not None and most is not None and whole:
        found.append(Cell("late", whole - int(most), whole - int(least), whole))
    return tuple(found)


# --- Typed in ------------------------------------------------------------------------------------


def typed_cells(answers: Answers) -> tuple[Cell, ...]:
    """Return what the leaders typed in on the form; a part without its whole, or above it, is left out."""
    return tuple(_typed(answers))


def _typed(answers: Answers) -> Iterator[Cell]:
    for indicator, is_part in INDICATORS.items():
        part, whole = (_number(answers.get(f"{indicator}_{end}")) for end in ("part", "whole"))
        if part is None or (is_part and (whole is None or part > whole)):
            continue
        yield Cell(indicator, part, part, whole if is_part else None, typed=True)


def faults(answers: Answers) -> tuple[Indicator, ...]:
    """Return the indicators of which only one number was typed in, or a part above its whole."""
    found: list[Indicator] = []
    for indicator, is_part in INDICATORS.items():
        part, whole = (_number(answers.get(f"{indicator}_{end}")) for end in ("part", "whole"))
        if is_part and ((part is None) != (whole is None) or (part or 0) > (whole or 0)):
            found.append(indicator)
    return tuple(found)


def cells_of(counted: Iterable[Cell], typed: Iterable[Cell]) -> tuple[Cell, ...]:
    """Return one cell an indicator: what was *typed*, else what was *counted*."""
    found = {cell.indicator: cell for cell in counted} | {cell.indicator: cell for cell in typed}
    return tuple(found[indicator] for indicator in INDICATORS if indicator in found)


def together(quarters: Sequence[Sequence[Cell]]) -> tuple[Cell, ...]:
    """Return the cells of several *quarters* added up, of what every one of them has.

    What is hidden in one stays hidden: nothing is added up but what the quarters show of themselves.
    """
    found = []
    for indicator, is_part in INDICATORS.items():
        cells = [cell for quarter in quarters for cell in quarter if cell.indicator == indicator]
        if len(cells) == len(quarters) > 0:
            least, most = sum(cell.least for cell in cells), sum(cell.most for cell in cells)
            whole = sum(cell.whole or 0 for cell in cells) if is_part else None
            found.append(Cell(indicator, least, most, whole, any(cell.typed for cell in cells)))
    return tuple(found)


def _number(words: str | None) -> int | None:
    return int(words) if words and words.isascii() and words.isdigit() else None


# --- Which quarters, and which decisions ----------------------------------------------------------


def occasion_of(decision: str, quarter: Quarter) -> str:
    """Return the occasion of the follow-up of the decision with the number *decision*."""
    return f"{decision}-{quarter.id}"


def followed(records: Iterable[Record]) -> dict[str, set[Quarter]]:
    """Return which quarters of each decision, by its number, were looked at, by *records* of the form."""
    found: dict[str, set[Quarter]] = {}
    for record in records:
        match = _OCCASION.fullmatch(record.occasion)
        quarter = Quarter.read(match[2]) if match else None
        if record.form == FORM and match and quarter and any(record.answers.values()):
            found.setdefault(match[1], set()).add(quarter)
    return found


def quarters_of(decision: Record, today: date, most: int = 12) -> tuple[Quarter, ...]:
    """Return the whole quarters that *decision* can be followed in by *today*, the newest first.

    They begin with the first whole quarter from the day on which it takes effect (``begins``). Where that
    is not told, they are the last four that have ended. At most *most*.
    """
    ended = Quarter.of(today).later(-1)
    first = first_quarter_of(decision)
    if first is None:
        return tuple(ended.later(-back) for back in range(4))
    count = 4 * (ended.year - first.year) + ended.number - first.number + 1
    return tuple(ended.later(-back) for back in range(max(0, min(count, most))))


def first_quarter_of(decision: Record) -> Quarter | None:
    """Return the first whole quarter since *decision* took effect; None where that day is not told."""
    begins = begins_on(decision)
    if begins is None:
        return None
    quarter = Quarter.of(begins)
    return quarter if quarter.first == begins else quarter.later(1)


def begins_on(decision: Record) -> date | None:
    """Return the day on which *decision* takes effect; None where it is not told."""
    return _day(decision.answers.get("begins"))


def due_for_follow_up(
    decisions: Iterable[Record], follow_ups: Iterable[Record], today: date
) -> tuple[Due, ...]:
    """Return the decisions that wait to be looked at *today*, the one that waited longest first.

    A decision waits from the day it names (``review``) until a later save of it moves that day, and from
    the day after each whole quarter since it took effect until that quarter was looked at. One that is
    only drafted, with no decision and neither day, does not wait.
    """
    seen = followed(follow_ups)
    found = []
    for decision in decisions:
        missing: list[Quarter] = []
        if begins_on(decision) is not None:
            known = seen.get(decision.occasion, set())
            missing = [one for one in quarters_of(decision, today) if one not in known]
        review = _day(decision.answers.get("review"))
        days = [missing[-1].last + timedelta(days=1)] if missing else []
        days += [review] if review is not None and review <= today else []
        if days:
            found.append(Due(decision, missing[-1] if missing else None, min(days)))
    return tuple(sorted(found, key=lambda one: (one.since, one.decision.occasion)))


def _day(words: str | None) -> date | None:
    try:
        return date.fromisoformat(words or "")
    except ValueError:
        return None
