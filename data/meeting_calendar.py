"""The meeting calendar of a young person: the dated rules as days, and what has become of each.

The days come from :func:`data.rules.windows`, which the simulation counts with too. To its window a
deadline adds a day that we propose for the meeting, the reason why a last day was moved, and whether
the meeting was held. All days are Danish days, whatever zone the machine is set to.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

import numpy as np
from babel.dates import format_date
from holidays import country_holidays

from data.cases import fictional_cases
from data.records import Record
from data.rules import Rule, Window, read_rules, windows
from data.texts import Language
from data.working_days import Days, previous_working_days, working_days

State = Literal["held_in_time", "held_late", "overdue", "due_now", "coming", "before"]
"""What has become of a deadline.

``before`` is a last day that passed before the case was opened: nobody here could have kept it, and
whether the meeting was held is not known.
"""

LEAD = timedelta(days=28)
"""How long before the last day we propose a meeting at the latest: time to prepare the decision that
must be made by then (our proposal)."""

NOTICE = timedelta(days=14)
"""How far ahead we propose a meeting whose proposed day has passed (our proposal)."""

EARLIEST_BIRTH, LATEST_BIRTH = date(1990, 1, 1), date(2060, 12, 31)
"""The days of birth that a calendar is made for; others are typing errors."""

_DENMARK = ZoneInfo("Europe/Copenhagen")
_RULES = {
    "at_16": "meeting_16",
    "at_17_half": "meeting_17_5",
    "at_18_half": "meeting_18_5",
    "closing": "programme_end",
}
"""Which rule a meeting stands under, by the answer to ``meeting_type`` of the meeting form."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """One rule for one young person."""

    rule: Rule
    """What is due, on whose word, from which source, and when that was last checked."""
    earliest: date
    """The first day of the window."""
    target: date
    """The working day we propose for the meeting: in the window and, where it has room for that, at
    least :data:`LEAD` before its last day."""
    due: date
    """The last day as it is counted, which may be a day off."""
    latest: date
    """The last day that is on time: ``due``, or the working day before."""
    state: State
    days: int
    """Days late (held late), since the last day (overdue), left (due now) or until the window opens
    (coming); otherwise 0."""
    held: date | None = None
    """The day on which the meeting was held."""
    planned: date | None = None
    """The day noted for a meeting that is still ahead."""

    @property
    def last(self) -> date:
        """The last day that is on time: ``latest``, and for the end of the programme ``due``.

        The 23rd birthday is a day and no task, so no weekend moves it.
        """
        return self.due if self.rule.kind == "end" else self.latest

    @property
    def moved(self) -> bool:
        """Whether the last day was moved back from a day off."""
        return self.last != self.due

    @property
    def open(self) -> bool:
        """Whether the meeting is still to be held, as far as is known."""
        return self.state in {"overdue", "due_now", "coming"}

    def proposed(self, today: date) -> date:
        """Return the working day to invite for, seen from *today*.

        It is the planned day, else ``target`` while that lies ahead, else a day :data:`NOTICE` from
        today, or the last day on time where that comes sooner.
        """
        if self.planned is not None:
            return self.planned
        if self.target > today:
            return self.target
        soon = next_working_day(today + NOTICE)
        return self.latest if today < self.latest < soon else soon


class CaseDates(Protocol):
    """What the calendar asks of a case, such as a :class:`data.case_files.CaseFile`."""

    @property
    def ref(self) -> str:
        """The pseudonymous reference."""

    @property
    def birthday(self) -> date | None:
        """The day of birth; None while nobody has noted it."""

    @property
    def opened(self) -> date:
        """The day on which the case was opened."""

    @property
    def closed(self) -> date | None:
        """The day on which it was closed; None while it is open."""

    @property
    def exercise(self) -> bool:
        """Whether nobody in it exists."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """A meeting whose last day has passed."""

    case: str
    deadline: Deadline


def deadlines(
    birthday: date,
    today: date,
    *,
    referred: date | None = None,
    opened: date | None = None,
    held: Mapping[str, date] | None = None,
    planned: Mapping[str, date] | None = None,
    rules: Sequence[Rule] | None = None,
) -> tuple[Deadline, ...]:
    """Return what falls due for a young person born on *birthday*, in the order of the last days.

    *referred* is the day on which the support began; without it, rules that count from there are
    left out. *opened* is the day on which the case was opened (default *referred*): what was due
    before is not called overdue. *held* and *planned* map the id of a rule to the day of its meeting
    (:func:`held_meetings`, :func:`planned_meetings`). *rules* are the ones in
    ``definitions/rules.toml`` unless given; one that is not in force on the day it aims at is left
    out.

    Raises :exc:`ValueError` naming a birthday that nobody in the programme can have.
    """
    check_birthday(birthday)
    used = _countable(_ours() if rules is None else rules, referred is not None)
    found = windows(used, _days([birthday]), _days([referred or birthday]))
    start = opened or referred
    noted = _Noted(held or {}, planned or {})
    each = [_deadline(window, 0, today, start, noted) for window in found if window.counts[0]]
    return tuple(sorted(each, key=lambda deadline: deadline.latest))


def overdue(
    cases: Iterable[CaseDates],
    records: Iterable[Record],
    today: date,
    *,
    rules: Sequence[Rule] | None = None,
) -> tuple[Overdue, ...]:
    """Return the meetings of all open *cases* whose last day has passed, most overdue first.

    *records* are those of the meeting form (others are passed over). Cases that are closed or have
    no birthday are left out, and so are rules that count from the start of the support: a case does
    not hold that day.
    """
    running = [(case, case.birthday) for case in cases if case.closed is None]
    known = [(case, born) for case, born in running if born is not None]
    by_case: dict[str, list[Record]] = {}
    for record in records:
        by_case.setdefault(record.case, []).append(record)
    noted = [_noted(by_case.get(case.ref, ()), today) for case, _ in known]
    used = _countable(_ours() if rules is None else rules, referred=False)
    born = _days([birthday for _, birthday in known])
    found = []
    for window in windows(used, born, born):
        for row in np.flatnonzero(window.counts & (window.latest < np.datetime64(today))).tolist():
            case = known[row][0]
            if window.rule.id in noted[row].held:
                continue
            deadline = _deadline(window, row, today, start_of(case), noted[row])
            if deadline.state == "overdue":
                found.append(Overdue(case.ref, deadline))
    return tuple(sorted(found, key=lambda one: (-one.deadline.days, one.case)))


def by_urgency(found: Iterable[Deadline]) -> list[Deadline]:
    """Return *found* with what is most overdue first, then what is due now, coming, and past."""
    rank = {"overdue": 0, "due_now": 1, "coming": 2, "before": 3, "held_late": 4, "held_in_time": 4}

    def key(deadline: Deadline) -> tuple[int, date]:
        return rank[deadline.state], deadline.latest

    return sorted(found, key=key)


def start_of(case: CaseDates) -> date | None:
    """Return the day before which nothing of *case* is called overdue.

    A fictional case is opened on the day of its story, whose point is often what was missed before;
    it says itself since when the young person is in the programme.
    """
    if not case.exercise:
        return case.opened
    return next((told.since for told in fictional_cases() if told.id == case.ref), None)


def held_meetings(records: Iterable[Record]) -> dict[str, date]:
    """Return the rules whose meeting was held, by *records* of the meeting form: rule → its day.

    A meeting counts where the record says that it was held; its day is the record's occasion. Of
    several under one rule the first counts. Extra meetings stand under no rule.
    """
    found: dict[str, date] = {}
    for rule, day, outcome in _meetings(records):
        if outcome == "held":
            found[rule] = min(day, found.get(rule, day))
    return found


def planned_meetings(records: Iterable[Record], today: date) -> dict[str, date]:
    """Return the next day noted for the meeting of a rule, from *today* on: rule → day."""
    found: dict[str, date] = {}
    for rule, day, outcome in _meetings(records):
        if outcome is None and day >= today:
            found[rule] = min(day, found.get(rule, day))
    return found


def check_birthday(birthday: date) -> None:
    """Raise :exc:`ValueError` if no calendar can be made for *birthday*."""
    if not EARLIEST_BIRTH <= birthday <= LATEST_BIRTH:
        raise ValueError(
            f"birthday {birthday} is not allowed: give a day from {EARLIEST_BIRTH} to {LATEST_BIRTH}"
        )


def danish_today() -> date:
    """Return today's date in Denmark, whatever zone this machine is set to."""
    return datetime.now(_DENMARK).date()


def day_off(day: date, language: Language) -> str:
    """Return why nobody works on *day*: the name of the holiday, else the weekday; empty if they do.

    >>> from datetime import date
    >>> day_off(date(2027, 2, 28), "da"), day_off(date(2026, 12, 24), "en")
    ('søndag', 'Christmas Eve')
    """
    if working_days(day, 1)[0]:
        return ""
    name = _holidays(language).get(day)
    if name is not None:
        # Danes write the names of holidays small, those that begin with a name apart.
        keep = language != "da" or name.startswith("Kristi")
        return str(name) if keep else f"{name[0].lower()}{name[1:]}"
    return format_date(day, format="EEEE", locale=language)


def next_working_day(day: date) -> date:
    """Return *day*, or the first working day after it if it is none."""
    while not working_days(day, 1)[0]:
        day += timedelta(days=1)
    return day


# --- One rule, one youth ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Noted:
    """What is noted of one youth's meetings, by rule."""

    held: Mapping[str, date]
    planned: Mapping[str, date]


def _noted(records: Sequence[Record], today: date) -> _Noted:
    return _Noted(held_meetings(records), planned_meetings(records, today))


def _deadline(window: Window, row: int, today: date, start: date | None, noted: _Noted) -> Deadline:
    earliest, due = _date(window.earliest[row]), _date(window.due[row])
    latest = _date(window.latest[row])
    held = noted.held.get(window.rule.id)
    last = due if window.rule.kind == "end" else latest
    state, days = _state(earliest, last, today, start, held)
    return Deadline(
        rule=window.rule,
        earliest=earliest,
        target=_target(earliest, _date(window.target[row]), latest),
        due=due,
        latest=latest,
        state=state,
        days=days,
        held=held,
        planned=noted.planned.get(window.rule.id) if held is None else None,
    )


def _state(
    earliest: date, last: date, today: date, start: date | None, held: date | None
) -> tuple[State, int]:
    if held is not None:
        late = (held - last).days
        return ("held_late", late) if late > 0 else ("held_in_time", 0)
    if start is not None and last < start:
        return "before", 0
    if today > last:
        return "overdue", (today - last).days
    if today >= earliest:
        return "due_now", (last - today).days
    return "coming", (earliest - today).days


def _target(earliest: date, target: date, latest: date) -> date:
    """Return the working day to propose: *target*, early enough, and back to a working day."""
    aimed = max(earliest, min(target, latest - LEAD))
    before = _date(previous_working_days(_days([aimed]))[0])
    return before if before >= earliest else min(next_working_day(aimed), latest)


def proposed_days(window: Window) -> Days:
    """Return the working day that we propose for the meeting of *window*, one element a youth.

    The same as ``target`` of each :class:`Deadline`, for many youths at once.
    """
    lead = np.timedelta64(LEAD.days, "D")
    aimed = np.maximum(window.earliest, np.minimum(window.target, window.latest - lead))
    found = previous_working_days(aimed).copy()
    for row in np.flatnonzero(found < window.earliest).tolist():
        found[row] = _target(
            *(_date(days[row]) for days in (window.earliest, window.target, window.latest))
        )
    return found


def _meetings(records: Iterable[Record]) -> Iterator[tuple[str, date, str | None]]:
    """Yield rule, day and outcome of each meeting in *records*; other forms are passed over."""
    for record in records:
        kind, day = record.answers.get("meeting_type"), _day(record.occasion)
        if record.form == "meeting" and kind is not None and day is not None:
            yield _RULES.get(kind, kind), day, record.answers.get("outcome")


@cache
def _ours() -> tuple[Rule, ...]:
    return read_rules()


def _countable(rules: Iterable[Rule], referred: bool) -> list[Rule]:
    return [rule for rule in rules if referred or rule.anchor != "referral"]


def _day(text: str) -> date | None:
    """Return the day that *text* names, if it names one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _days(days: Sequence[date]) -> Days:
    return np.array(days, dtype="datetime64[D]")


def _date(day: np.datetime64) -> date:
    found = day.astype("datetime64[D]").item()
    assert isinstance(found, date)  # noqa: S101 (tells the type checker what NumPy cannot)
    return found


@cache
def _holidays(language: Language) -> Mapping[date, str]:
    spoken = {"da": "da", "en": "en_US"}[language]
    found: Mapping[date, str] = country_holidays(
        "DK", categories=("public", "optional"), language=spoken
    )
    return found
