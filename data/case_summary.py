"""How far each case is: its tools, what is overdue, and what waits to be moved into the case system."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dateutil.relativedelta import relativedelta

from data.case_files import CaseFile
from data.forms import Form, form_ids, read_form
from data.meeting_calendar import Overdue, overdue
from data.records import Record
from data.retention import not_moved
from data.store import Store
from data.texts import Texts

ORDER = (
    "coordinator", "adult", "network", "consent", "team", "efforts", "dialogue", "meeting", "agreements",
)  # fmt: skip
"""The tools of a case in the order in which they are mostly begun; those we do not know come last."""


@dataclass(frozen=True, slots=True)
class Tool:
    """One form of a case."""

    form: Form
    records: tuple[Record, ...]
    """What is filled in; of a dated form, the latest occasion comes last."""

    @property
    def state(self) -> Literal["blank", "begun", "finished"]:
        """Whether it is begun, and whether the latest of it is finished."""
        if not self.records:
            return "blank"
        return "finished" if self.records[-1].state == "finished" else "begun"

    def in_words(self, texts: Texts) -> str:
        """Return how far it is, such as ``3 af 9 besvaret``."""
        if self.state == "blank":
            return texts("cases.never")
        if self.state == "finished":
            return texts("cases.finished")
        latest = self.records[-1]
        done, required = self.form.progress(self.form.complete(latest.answers))
        return texts("cases.answered", done=done, all=required)


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """One case on the list."""

    case: CaseFile
    age: int | None
    """In whole years; None where no birthday is told."""
    tools: tuple[Tool, ...]
    overdue: tuple[Overdue, ...]
    """The meetings whose last day has passed, most overdue first."""
    to_move: int
    """Finished forms that nobody has moved into the case system."""
    saved: datetime | None
    """When something of it was last saved, in UTC."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list of cases."""

    cases: tuple[CaseSummary, ...]
    first: int
    """Where the first of them stands in the whole list; 0 is its top."""
    all: int
    """How many cases the whole list has."""


def listing(
    store: Store, cases: Sequence[CaseFile], today: date, first: int = 0, number: int = 25
) -> Listing:
    """Return *number* of *cases* from place *first* on: the most overdue, then by reference.

    Fictional cases come after real ones, and closed ones last. Only the records of the cases on the
    page are read.
    """
    held: dict[str, list[Record]] = {}
    for record in store.held_meetings():
        held.setdefault(record.case, []).append(record)
    late = _overdue([case for case in cases if not case.exercise], held, today)

    def turn(case: CaseFile) -> tuple[bool, bool, int, str]:
        days = max((one.deadline.days for one in late.get(case.ref, ())), default=0)
        return case.closed is not None, case.exercise, -days, case.ref

    first = max(0, min(first, (len(cases) - 1) // number * number))
    shown = sorted(cases, key=turn)[first : first + number]
    records = store.records_of({case.ref for case in shown})
    return Listing(tuple(summaries(shown, records, today)), first, len(cases))


def case_forms() -> tuple[Form, ...]:
    """Return the forms that are about a young person, in the order they are offered."""
    known = [name for name in ORDER if name in form_ids()]
    others = [name for name in form_ids() if name not in ORDER]
    forms = (read_form(name) for name in (*known, *others))
    return tuple(form for form in forms if form.subject == "case")


def summaries(
    cases: Iterable[CaseFile], records: Sequence[Record], today: date
) -> list[CaseSummary]:
    """Return how far each of *cases* is, with its own *records* among those given.

    A fictional case is seen from the day of its story, all others from *today*.
    """
    forms = case_forms()
    by_case: dict[str, list[Record]] = {}
    for record in records:
        by_case.setdefault(record.case, []).append(record)
    listed = list(cases)
    late = _overdue(listed, by_case, today)
    return [
        _summary(case, by_case.get(case.ref, []), forms, late.get(case.ref, ()), today)
        for case in listed
    ]


def age_on(birthday: date | None, day: date) -> int | None:
    """Return the age in whole years on *day*; None where no birthday is told.

    Who is born on 29 February turns a year older on the 28th in other years, as in the calendar.
    """
    return None if birthday is None else relativedelta(day, birthday).years


def seen_from(case: CaseFile, today: date) -> date:
    """Return the day on which *case* is looked at: a fictional one on the day of its story."""
    return case.opened if case.exercise else today


def _overdue(
    cases: list[CaseFile], by_case: dict[str, list[Record]], today: date
) -> dict[str, tuple[Overdue, ...]]:
    found: dict[str, tuple[Overdue, ...]] = {}
    for day in {seen_from(case, today) for case in cases}:
        own = [case for case in cases if seen_from(case, today) == day]
        meetings = [record for case in own for record in by_case.get(case.ref, [])]
        for each in overdue(own, [one for one in meetings if one.form == "meeting"], day):
            found[each.case] = (*found.get(each.case, ()), each)
    return found


def _summary(
    case: CaseFile,
    records: Sequence[Record],
    forms: Sequence[Form],
    late: tuple[Overdue, ...],
    today: date,
) -> CaseSummary:
    tools = tuple(
        Tool(form, tuple(sorted((r for r in records if r.form == form.id), key=_occasion)))
        for form in forms
    )
    saves = [record.saved for record in records if record.saved is not None]
    return CaseSummary(
        case=case,
        age=age_on(case.birthday, seen_from(case, today)),
        tools=tools,
        overdue=late,
        to_move=len(not_moved(records)),
        saved=max(saves, default=None),
    )


def _occasion(record: Record) -> str:
    return record.occasion
