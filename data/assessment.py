"""Self-assessment in half-yearly rounds: who answers, and what their answers add up to.

Everybody fills in a sheet of their own: youths, coordinators, teams and leaders. A core element is a
section of the form, its statements are scales. What a round adds up to is told an element and a
group at a time, with no norm and no threshold, because none is known for the two models.

**Who said what must not show.** A line stands on at least :data:`FEWEST` people's answers. A group
with fewer has no line of its own; it counts in the line of everyone and in that of the rest. Since
anybody can subtract the lines that are shown from that of everyone, the groups without a line are
that many together as well: if they are not, the smallest group beside them loses its line too. The
lines that remain, the rest among them, hold different people and at least :data:`FEWEST` each, so
that sums and differences of them do as well. Statistics Denmark asks for three in a cell; five is
used elsewhere, but in a municipality with four coordinators it would leave nothing to talk about.
Three people who all answer the same are not hidden by this, and no rule of this kind hides them.

A picture from before an answer and one from after it differ by that one answer. A round is therefore
shown when it is closed, and not while answers come in (:func:`is_closed`). What came in after it was
opened again counts once it tells of nobody (``data/assessment_waves.py``), and a round in which a
sheet was changed that had been shown is shown no more.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from data.assessment_waves import Part, counted, named
from data.forms import CODES, Form, Item
from data.records import Record
from data.words import Words

Group = Literal["youth", "coordinator", "team", "leader"]
GROUPS: tuple[Group, ...] = ("youth", "coordinator", "team", "leader")
Who = Literal["youth", "coordinator", "team", "leader", "rest", "everyone"]
"""A group; the groups without a line of their own together; or all who answered."""
Why = Literal["few", "shields"]
"""Why a group has no line: too few answered; or its line would show what too few answered."""
FEWEST = 3
"""People whose answers a line stands on, at least."""

_OCCASION = re.compile(rf"(\d{{4}}-[12])-({'|'.join(GROUPS)})(?:-(\d{{1,4}}))?")
_ROUND = re.compile(r"\d{4}-[12]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One respondent's answers in one round."""

    round: str
    """Year and half-year, such as ``2026-2``."""
    group: Group
    number: int = 1
    """Which respondent of the group it is, from 1; nobody's name stands anywhere."""

    @property
    def occasion(self) -> str:
        """The occasion of its record.

        >>> Sheet("2026-2", "team", 3).occasion
        '2026-2-team-3'
        """
        return f"{self.round}-{self.group}-{self.number}"


@dataclass(frozen=True, slots=True)
class Line:
    """What some people's answers to the statements of one element add up to."""

    respondents: int
    """People who gave at least one number."""
    mean: float
    """Of all numbers they gave, on the scale of the statements."""
    low: int
    """The lowest number that any of them gave."""
    high: int
    """The highest."""
    unknown: float
    """Share of their answers that are no number, such as "don't know" (0-1)."""


@dataclass(frozen=True, slots=True)
class ElementScore:
    """One core element in one round: the lines that may be shown."""

    id: str
    """The section of the form."""
    title: Words
    lines: dict[Who, Line]
    """In the order of :data:`GROUPS`, then the rest, then everyone."""
    hidden: dict[Group, Why]
    """The groups that answered and have no line."""
    late: int = 0
    """People who answered after the round was shown, and do not count yet."""

    @property
    def everyone(self) -> Line | None:
        """The line of all who answered; None where they are too few."""
        return self.lines.get("everyone")


@dataclass(frozen=True, slots=True)
class Score:
    """One round of one form."""

    round: str
    respondents: dict[Group, int]
    """Sheets with an answer in them; a group without one is not in it."""
    elements: tuple[ElementScore, ...]
    scale: tuple[int, int]
    """The lowest and the highest step of the statements."""
    changed: bool = False
    """A sheet was changed after the round had been shown, so that nothing of it is shown any more."""


@dataclass(frozen=True, slots=True)
class Gap:
    """How far the two lines of an element lie apart that lie farthest apart."""

    element: ElementScore
    lower: Who
    upper: Who

    @property
    def size(self) -> float:
        """Steps of the scale between their means."""
        return self.element.lines[self.upper].mean - self.element.lines[self.lower].mean


def round_of(day: date) -> str:
    """Return the round that *day* lies in.

    >>> round_of(date(2026, 7, 1))
    '2026-2'
    """
    return f"{day.year}-{1 if day.month < 7 else 2}"


def round_before(round: str) -> str:
    """Return the round before *round*; a :exc:`ValueError` where it is none.

    >>> round_before("2026-1")
    '2025-2'
    """
    if not _ROUND.fullmatch(round):
        raise ValueError(f"the round '{round}' is none; write year and half-year, such as 2026-2")
    year, half = map(int, round.split("-"))
    return f"{year}-1" if half == 2 else f"{year - 1}-2"


def read_sheet(occasion: str) -> Sheet | None:
    """Return whose sheet *occasion* names; None where it names none.

    >>> read_sheet("2026-2-youth-2")
    Sheet(round='2026-2', group='youth', number=2)
    """
    found = _OCCASION.fullmatch(occasion)
    if found is None:
        return None
    group = next(one for one in GROUPS if one == found[2])
    return Sheet(found[1], group, int(found[3] or 1))


def next_sheet(records: Iterable[Record], round: str, group: Group) -> Sheet:
    """Return a sheet of *round* that none of *records* is."""
    taken = [
        sheet.number
        for record in records
        if (sheet := read_sheet(record.occasion)) and (sheet.round, sheet.group) == (round, group)
    ]
    return Sheet(round, group, max(taken, default=0) + 1)


def sheets_of(records: Iterable[Record], form: Form, round: str) -> dict[Sheet, Record]:
    """Return the sheets of *round* in *records*, by group and number."""
    found = {
        sheet: record
        for record in records
        if record.form == form.id and (sheet := read_sheet(record.occasion))
    }
    chosen = [sheet for sheet in found if sheet.round == round]
    chosen.sort(key=lambda sheet: (GROUPS.index(sheet.group), sheet.number))
    return {sheet: found[sheet] for sheet in chosen}


def rounds_of(records: Iterable[Record], form: Form) -> tuple[str, ...]:
    """Return the rounds in which somebody answered *form*, oldest first."""
    sheets = (read_sheet(record.occasion) for record in records if record.form == form.id)
    return tuple(sorted({sheet.round for sheet in sheets if sheet}))


def is_closed(records: Iterable[Record], form: Form, round: str) -> bool:
    """Tell whether *round* was closed (``data/assessment_rounds.py``) and no sheet is open again."""
    known = list(records)
    closed = any(
        (record.form, record.occasion, record.state) == (form.id, round, "finished")
        for record in known
    )
    sheets = sheets_of(known, form, round).values()
    return closed and all(record.state == "finished" for record in sheets)


def closed_rounds(form: Form, records: Sequence[Record]) -> tuple[str, ...]:
    """Return the rounds that may be shown, oldest first."""
    return tuple(one for one in rounds_of(records, form) if is_closed(records, form, one))


def score(form: Form, records: Iterable[Record], round: str) -> Score:
    """Return what the answers to *form* in *round* add up to.

    *records* are those of one unit; other forms and rounds among them are left alone. Every sheet
    with an answer counts, a draft too, unless it came late (``data/assessment_waves.py``). Only
    scales are counted: what is written in words never stands in a sum. Raises :exc:`ValueError` for
    a form without statements.
    """
    steps = [(item.low, item.high) for item in _statements(form)]
    if not steps or not form.sections:
        raise ValueError(
            f"the form '{form.id}' has no scales in sections; nothing can be summed up"
        )
    known = list(records)
    sheets = sheets_of(known, form, round)
    given = {sheet: _answers(form, record) for sheet, record in sheets.items()}
    given = {sheet: answers for sheet, answers in given.items() if any(answers.values())}
    count = {group: sum(sheet.group == group for sheet in given) for group in GROUPS}
    closing = next((r for r in known if (r.form, r.occasion) == (form.id, round)), None)
    closings = named(closing)
    versions = {sheet.occasion: record.version for sheet, record in sheets.items()}
    changed = any(versions.get(one) != then for each in closings for one, then in each.items())
    elements = []
    for section in form.sections:
        if any(item.section == section.id for item in _statements(form)):
            own: dict[Part, list[list[str]]] = {}
            for sheet, answers in given.items():
                if answers[section.id] and not changed:
                    part = sheet.group, _first_of(sheet.occasion, closings)
                    own.setdefault(part, []).append(answers[section.id])
            elements.append(_element(section.id, section.title, own))
    return Score(
        round=round,
        respondents={group: number for group, number in count.items() if number},
        elements=tuple(elements),
        scale=(min(low for low, _ in steps), max(high for _, high in steps)),
        changed=changed,
    )


def gaps(score: Score) -> tuple[Gap, ...]:
    """Return for each element whose lines can be compared how far they lie apart, farthest first."""
    found = []
    for element in score.elements:
        means: dict[Who, float] = {who: line.mean for who, line in element.lines.items()}
        means.pop("everyone", None)
        if len(means) > 1:
            lower, upper = min(means, key=means.__getitem__), max(means, key=means.__getitem__)
            found.append(Gap(element, lower, upper))
    return tuple(sorted(found, key=lambda gap: -gap.size))


def lowest(score: Score) -> ElementScore | None:
    """Return the element that everyone together puts lowest, the first of several; None of none."""
    known = [(element.everyone.mean, element) for element in score.elements if element.everyone]
    return min(known, key=lambda pair: pair[0])[1] if known else None


def _statements(form: Form) -> Sequence[Item]:
    return [item for item in form.items if item.kind == "scale"]


def _answers(form: Form, record: Record) -> dict[str, list[str]]:
    """Return the answers to the statements of each section, codes among them."""
    complete = form.complete(record.answers)
    asked = {key for key, _ in form.asked(complete)}
    answers: dict[str, list[str]] = {section.id: [] for section in form.sections}
    for item in _statements(form):
        answer = complete[item.id]
        if answer and item.id in asked:
            answers[item.section].append(answer)
    return answers


def _first_of(occasion: str, closings: Sequence[Mapping[str, int]]) -> int:
    """Return the number of the first closing that a sheet was there at."""
    there = (number for number, each in enumerate(closings) if occasion in each)
    return next(there, len(closings))


def _element(id: str, title: Words, own: Mapping[Part, list[list[str]]]) -> ElementScore:
    """Put the lines of an element together; *own* holds each respondent's answers."""
    numbers = {part: _respondents(sheets) for part, sheets in own.items()}

    def lines_of(parts: frozenset[Part]) -> tuple[dict[Who, frozenset[Part]], dict[Group, Why]]:
        members = {group: frozenset(p for p in parts if p[0] == group) for group in GROUPS}
        people = {
            group: sum(numbers[part] for part in each) for group, each in members.items() if each
        }
        hidden = _hidden(people)
        shown: dict[Who, frozenset[Part]] = {
            group: members[group] for group in people if group not in hidden
        }
        if shown and hidden:
            shown["rest"] = parts - frozenset[Part]().union(*shown.values())
        if sum(people.values()) >= FEWEST:
            shown["everyone"] = parts
        return shown, hidden

    parts = counted(numbers, lambda some: list(lines_of(some)[0].values()), FEWEST)
    shown, hidden = lines_of(parts)
    lines = {
        who: _line([sheet for one in sorted(members) for sheet in own[one]])
        for who, members in shown.items()
    }
    late = sum(len(sheets) for part, sheets in own.items() if part not in parts)
    return ElementScore(id, title, lines, hidden, late)


def _hidden(counts: dict[Group, int]) -> dict[Group, Why]:
    """Return which groups get no line: those with too few, and as many more as it takes to hide them."""
    hidden: dict[Group, Why] = {group: "few" for group, n in counts.items() if n < FEWEST}
    others = sorted((n, group) for group, n in counts.items() if n >= FEWEST)
    while hidden and others and sum(counts[group] for group in hidden) < FEWEST:
        hidden[others.pop(0)[1]] = "shields"
    return {group: hidden[group] for group in counts if group in hidden}


def _respondents(sheets: Iterable[list[str]]) -> int:
    return sum(any(answer not in CODES for answer in sheet) for sheet in sheets)


def _line(sheets: Sequence[list[str]]) -> Line:
    answers = [answer for sheet in sheets for answer in sheet]
    numbers = [int(answer) for answer in answers if answer not in CODES]
    return Line(
        respondents=_respondents(sheets),
        mean=sum(numbers) / len(numbers),
        low=min(numbers),
        high=max(numbers),
        unknown=1 - len(numbers) / len(answers),
    )
