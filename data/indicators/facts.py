"""What single checklists and case files say, before it is added up: facts of each indicator.

A fact is about one young person: so much of so much, in one quarter. Facts never leave this room:
:mod:`data.indicators.blocks` adds them up and :mod:`data.indicators.telling` decides what is told.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from data.answers import Answers
from data.case_files import CaseFile
from data.meeting_calendar import EARLIEST_BIRTH, LATEST_BIRTH, proposed_days
from data.periods import Quarter
from data.rules import read_rules, windows

Checklist = tuple[str, str, Answers]
"""Case, day of the meeting and answers of one checklist."""
RULES = {
    "meeting_16": ("at_16", "on_time_16"),
    "meeting_17_5": ("at_17_half", "on_time_17_5"),
    "meeting_18_5": ("at_18_half", "on_time_18_5"),
}
"""The fixed meetings: rule → its answer to ``meeting_type``, and its indicator."""
VIEWS = ("view_understood", "view_listened", "view_influence")
LIFE = ("life_education_work", "life_home_economy", "life_network_social")
NO_UNIT = "-"
"""The unit of the cases that nobody has written one for."""
AGREES = 4
"""From this step of the scale on, a young person says that it was so."""
FIRST_MEETING = 3
"""Months in which the first meeting is to be held: those of the law's first follow-up."""
_IN_PERSON_OR_BY_ANOTHER = {"present", "substitute"}
_NOT_HELD = ("moved", "cancelled", "no_show")


class Fact(NamedTuple):
    """Of one young person: *part* of *whole*."""

    youth: str
    part: int
    whole: int = 1


Contribution = tuple[str, int, int]
"""A fact that is made so often that it has no names: young person, part and whole."""
Place = tuple[str, Quarter]
"""Unit and quarter."""


@dataclass(slots=True)
class Facts:
    """The facts of one installation, by unit and quarter."""

    units: tuple[str, ...] = ()
    """The units of the cases, by name."""
    held: dict[Place, list[Checklist]] = field(default_factory=lambda: defaultdict(list))
    """The checklists of held meetings."""
    counted: dict[str, dict[Place, list[Fact]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    """What is not counted from held meetings, by indicator; of reasons, by indicator and reason."""
    cases: tuple[CaseFile, ...] = ()
    changes: Mapping[str, Sequence[date]] = field(default_factory=dict)
    """The days on which each case's coordinator was written down, the first time among them."""
    first: Quarter | None = None
    """The quarter of the first checklist; None where there is none."""

    def of(self, indicator: str, unit: str, quarters: Iterable[Quarter]) -> Iterator[Contribution]:
        """Yield the facts of *indicator* in *unit* and *quarters*."""
        rule = OF_HELD.get(indicator)
        places = self.counted.get(indicator, {})
        for quarter in quarters:
            if rule is None:
                yield from places.get((unit, quarter), ())
                continue
            for case, _, answers in self.held.get((unit, quarter), ()):
                if (found := rule(answers)) is not None:
                    yield case, *found

    def latest(self, question: str, unit: str, quarters: Iterable[Quarter]) -> dict[str, str]:
        """Return the last answer of each young person of *unit* in *quarters*; codes are none."""
        found: dict[str, tuple[str, str]] = {}
        nobody = ("", "")
        for quarter in quarters:
            for case, day, answers in self.held.get((unit, quarter), ()):
                value = status_of(answers) if question == "status" else answers.get(question)
                if (
                    value is not None
                    and found.get(case, nobody)[0] < day
                    and (question == "status" or value.isdigit())
                ):
                    found[case] = (day, value)
        return {case: value for case, (_, value) in found.items()}


def read_facts(
    cases: Iterable[CaseFile],
    checklists: Collection[Checklist],
    changes: Mapping[str, Sequence[date]],
    last: date,
    *,
    exercise: bool = False,
) -> Facts:
    """Return the facts that *cases* and *checklists* hold until the day *last*.

    Only real cases count; with *exercise*, only invented ones. A checklist of a case that is not kept any
    more, or of a day that is none, is passed over.
    """
    known = tuple(
        each if each.unit else replace(each, unit=NO_UNIT)
        for each in cases
        if each.exercise == exercise and each.opened <= last
    )
    unit_of = {each.ref: each.unit for each in known}
    facts = Facts(tuple(sorted(set(unit_of.values()))), cases=known, changes=changes)
    held: dict[str, list[str]] = defaultdict(list)
    kinds: dict[tuple[str, str], list[tuple[str, bool]]] = defaultdict(list)
    quarter_of = _quarters_of({day for _, day, _ in checklists}, last)
    for case, day, answers in checklists:
        if case not in unit_of or day not in quarter_of:
            continue
        place = (unit_of[case], quarter_of[day])
        outcome, kind = answers.get("outcome"), answers.get("meeting_type")
        if kind is not None:
            kinds[case, kind].append((day, outcome == "held"))
        if outcome == "held":
            held[case].append(day)
            facts.held[place].append((case, day, answers))
        elif outcome in _NOT_HELD:
            _read_not_held(facts, place, case, outcome, answers.get("reason"))
    facts.first = min(quarter_of.values(), default=None)
    _read_due(facts, kinds, last)
    _read_first_meetings(facts, held, last)
    return facts


def _quarters_of(days: Iterable[str], last: date) -> dict[str, Quarter]:
    found = {}
    for day in days:
        try:
            read = date.fromisoformat(day)
        except ValueError:
            continue
        if read <= last:
            found[day] = Quarter.of(read)
    return found


def _read_not_held(facts: Facts, place: Place, case: str, outcome: str, reason: str | None) -> None:
    if outcome == "no_show":
        facts.counted["no_show"][place].append(Fact(case, 1))
    if reason is not None:
        facts.counted[f"moved_reasons.{reason}"][place].append(Fact(case, 1))


# --- What a held meeting says ----------------------------------------------------------------------

_Found = tuple[int, int] | None
"""So much of so much; None where the checklist does not say."""


def _yes(is_so: bool) -> _Found:
    return int(is_so), 1


def _agreements(owner: str) -> Callable[[Answers], _Found]:
    def rule(answers: Answers) -> _Found:
        due, done = _number(answers.get(f"open_{owner}")), _number(answers.get(f"done_{owner}"))
        return None if not due or done is None else (min(done, due), due)

    return rule


def _minutes(question: str) -> Callable[[Answers], _Found]:
    def rule(answers: Answers) -> _Found:
        minutes = _number(answers.get(question))
        return None if minutes is None else (minutes, 1)

    return rule


OF_HELD: Mapping[str, Callable[[Answers], _Found]] = {
    "held_meetings": lambda _: (1, 1),
    "youth_present": lambda answers: _yes(answers.get("att_youth") in {"present", "part"}),
    "adult_present": lambda answers: _yes(answers.get("att_adult") == "present"),
    "core_team": lambda answers: _yes(
        answers.get("att_guidance") in _IN_PERSON_OR_BY_ANOTHER
        and answers.get("att_employment") in _IN_PERSON_OR_BY_ANOTHER
    ),
    "consent_valid": lambda answers: _yes(answers.get("consent_covers") == "yes"),
    "agreements_youth": _agreements("youth"),
    "agreements_professional": _agreements("professional"),
    "coordinator_minutes": _minutes("coordinator_minutes"),
    "meeting_minutes": _minutes("minutes"),
}
"""The indicators that are counted from held meetings, each with what a checklist says of it."""


def status_of(answers: Answers) -> str | None:
    """Return ``education``, ``work`` or ``neither``; None where the checklist does not say.

    >>> status_of({"education": "fgu", "work": "leisure"})
    'education'
    """
    education, work = answers.get("education"), answers.get("work")
    if education in {"primary", "fgu", "vocational", "general", "other"}:
        return "education"
    if work in {"leisure", "internship", "ordinary", "supported"}:
        return "work"
    return "neither" if education == "none" and work == "none" else None


def _number(words: str | None) -> int | None:
    return int(words) if words and words.isascii() and words.isdigit() else None


# --- What was due ---------------------------------------------------------------------------------


def _read_due(
    facts: Facts, kinds: Mapping[tuple[str, str], Sequence[tuple[str, bool]]], last: date
) -> None:
    """Read which fixed meetings had their last day until *last*, and what became of them."""
    import numpy as np  # noqa: PLC0415 (slow to load)

    born = [each for each in facts.cases if _has_calendar(each.birthday)]
    days = np.array([each.birthday for each in born], dtype="datetime64[D]")
    rules = [rule for rule in read_rules() if rule.id in RULES]
    for window in windows(rules, days, days) if born else ():
        kind, indicator = RULES[window.rule.id]
        columns = (window.latest, proposed_days(window), window.counts)
        for case, day, proposed, is_in_force in zip(
            born, *(column.tolist() for column in columns), strict=True
        ):
            gone = case.closed is not None and case.closed <= day
            if not is_in_force or day > last or proposed < case.opened or gone:
                continue
            written = kinds.get((case.ref, kind), ())
            place = (case.unit, Quarter.of(day))
            in_time = any(held and on <= day.isoformat() for on, held in written)
            for name in ("on_time", indicator):
                facts.counted[name][place].append(Fact(case.ref, int(in_time)))
            facts.counted["checklist_missing"][place].append(Fact(case.ref, int(not written)))


def _read_first_meetings(facts: Facts, held: Mapping[str, Sequence[str]], last: date) -> None:
    """Read which cases had three months for a first meeting until *last*, and whether it was held."""
    fifteen, in_time_for = relativedelta(years=15), relativedelta(months=FIRST_MEETING)
    for case in facts.cases:
        start = case.opened
        if case.birthday is not None:
            start = max(start, case.birthday + fifteen)
        end = start + in_time_for
        if end > last or (case.closed is not None and case.closed <= end):
            continue
        first = min(held.get(case.ref, ()), default=None)
        in_time = first is not None and first <= end.isoformat()
        facts.counted["first_meeting"][case.unit, Quarter.of(end)].append(
            Fact(case.ref, int(in_time))
        )


def _has_calendar(birthday: date | None) -> bool:
    return birthday is not None and EARLIEST_BIRTH <= birthday <= LATEST_BIRTH


# --- Cases at a time -------------------------------------------------------------------------------


def open_cases(facts: Facts, unit: str | None, day: date) -> list[CaseFile]:
    """Return the cases that were open on *day*, of one *unit* or of all."""
    return [
        each
        for each in facts.cases
        if each.opened <= day
        and (each.closed is None or each.closed > day)
        and unit in (None, each.unit)
    ]


def changes_of_coordinator(facts: Facts, units: Sequence[str], year: int) -> list[Fact]:
    """Return for each young person of *units* the changes in *year*, and the days in the programme."""
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    found = []
    for case in facts.cases:
        begin, end = max(first, case.opened), min(after, case.closed or after)
        if case.unit in units and begin < end:
            changed = sum(first <= day < after for day in facts.changes.get(case.ref, ())[1:])
            found.append(Fact(case.ref, changed, (end - begin) // timedelta(days=1)))
    return found
