"""Meetings as an iCalendar file (RFC 5545), which every calendar program opens.

Calendars are widely shared, so a meeting carries the case reference and nothing else: no birthday,
no name of a rule, no place, nobody's address. The method is PUBLISH: the other one, REQUEST, must
name attendees by their e-mail addresses, and we hold none. For the same reason there is no
ORGANIZER, which RFC 5546 would like to see with PUBLISH; whoever opens the file becomes it.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from data import personal_data
from data.texts import Texts

if TYPE_CHECKING:
    from icalendar import Event, Timezone

MIME = "text/calendar; charset=utf-8"
LONGEST = 480
"""Minutes of a meeting at most: a working day."""

_ZONE = "Europe/Copenhagen"
_DENMARK = ZoneInfo(_ZONE)
_OURS = UUID("5f1c2f0e-0c0a-4f0e-9d1b-7a3d3c1f6b52")
_FIRST_STAMP = datetime(2026, 1, 1, tzinfo=UTC)


class AmbiguousTimeError(ValueError):
    """A time that the clock shows twice that night; somebody must choose which of the two is meant."""


@dataclass(frozen=True, slots=True)
class Start:
    """When a meeting begins."""

    begins: datetime
    """In Danish time."""
    moved: bool = False
    """Whether the typed time does not exist that night, so that it was moved as the clocks are."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """A meeting to be put into calendars."""

    case: str
    """The pseudonymous reference of the case."""
    meeting: str
    """What names the meeting within the case for good, such as the id of its rule. It makes the UID,
    by which calendars know a moved meeting, and cannot be read out of it."""
    begins: datetime
    """When it begins; knows its zone."""
    minutes: int = 60


def danish_start(day: date, clock: time, *, second: bool | None = None) -> Start:
    """Return the moment when clocks in Denmark show *clock* on *day*.

    On the night to winter time an hour is shown twice; *second* says which is meant, and without it
    :exc:`AmbiguousTimeError` is raised. On the night to summer time an hour is left out; a time in it
    is moved an hour on, and the result says so.
    """
    first = datetime.combine(day, clock, _DENMARK)
    other = first.replace(fold=1)
    if first.utcoffset() == other.utcoffset():
        return Start(first)
    shown = first.astimezone(UTC).astimezone(_DENMARK)
    if shown.replace(tzinfo=None) != first.replace(tzinfo=None):
        return Start(shown, moved=True)
    if second is None:
        raise AmbiguousTimeError(
            f"time {clock:%H:%M} is shown twice on {day}: say whether the first or the second is meant"
        )
    return Start(other if second else first)


def invitation(
    appointments: Appointment | Sequence[Appointment],
    texts: Texts,
    *,
    stamp: datetime,
    sequence: int | None = None,
    reminder: timedelta | None = None,
) -> bytes:
    """Return *appointments* as one iCalendar file, to be opened in any calendar.

    *stamp* is the moment of making (knows its zone); the same words and stamp give the same bytes.
    *sequence* must be higher each time a meeting is sent again, or calendars keep the old day; left
    out, it is the minutes from 2026 to *stamp*, which grow by themselves. *reminder* is how long before the
    meeting the calendar calls, if at all.

    Raises :exc:`ValueError` naming what is not allowed: no appointment, a moment without a zone, a
    length beyond :data:`LONGEST`, a reference that is empty or holds something personal.
    """
    from icalendar import Calendar  # noqa: PLC0415 (kernels start without it)

    several = [appointments] if isinstance(appointments, Appointment) else list(appointments)
    if not several:
        raise ValueError("appointments is empty: give one or more")
    if stamp.tzinfo is None:
        raise ValueError(f"stamp {stamp} has no zone: give a moment that knows its zone")
    number = _minutes(stamp) if sequence is None else sequence
    calendar = Calendar()
    calendar.add("prodid", f"-//Vejviser//Vejviser//{texts.language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_danish_time())
    for appointment in several:
        calendar.add_component(_event(appointment, texts, stamp, number, reminder))
    return bytes(calendar.to_ical())


def uid(case: str, meeting: str) -> str:
    """Return what calendars know a meeting by; it never changes, and says nothing in clear."""
    return str(uuid5(_OURS, f"{case}\n{meeting}"))


def _event(
    appointment: Appointment,
    texts: Texts,
    stamp: datetime,
    sequence: int,
    reminder: timedelta | None,
) -> "Event":
    from icalendar import Alarm, Event  # noqa: PLC0415 (kernels start without it)

    begins, ends = _times(appointment)
    case = _reference(appointment.case)
    title = texts("calendar.ics_title", case=case)
    event = Event()
    event.add("uid", uid(case, appointment.meeting))
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("sequence", sequence)
    event.add("summary", title)
    event.add("dtstart", begins)
    event.add("dtend", ends)
    if reminder is not None:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title)
        alarm.add("trigger", -reminder)
        event.add_component(alarm)
    return event


def _times(appointment: Appointment) -> tuple[datetime, datetime]:
    """Return begin and end in Danish time or, where that would say two moments, in UTC."""
    if appointment.begins.tzinfo is None:
        raise ValueError(f"begins {appointment.begins} has no zone: use danish_start")
    if not 1 <= appointment.minutes <= LONGEST:
        raise ValueError(f"minutes {appointment.minutes} is not allowed: give 1 to {LONGEST}")
    # Through UTC: adding to a local time would count the clock's hands and not the minutes.
    begins = appointment.begins.astimezone(UTC)
    ends = begins + timedelta(minutes=appointment.minutes)
    local = begins.astimezone(_DENMARK), ends.astimezone(_DENMARK)
    # A calendar reads a time that is shown twice as the first of the two.
    return (begins, ends) if any(moment.fold for moment in local) else local


def _reference(case: str) -> str:
    """Return *case* on one line; refuse what is not a reference."""
    if personal_data.find(case):
        raise ValueError(
            "case holds a CPR number, an e-mail address or a telephone number: give a reference"
        )
    signs = (" " if unicodedata.category(s) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else s for s in case)
    line = " ".join("".join(signs).split())
    if not 1 <= len(line) <= 40:
        raise ValueError(f"case has {len(line)} characters: give a reference of 1 to 40")
    return line


def _danish_time() -> "Timezone":
    """Return Danish time as the file tells it to calendars that do not know it.

    Since 1996 the clocks change on the last Sundays of March and October, at 1:00 UTC (directive
    2000/84/EC and the one before it). The library's own table ends with a year and begins an hour late.
    """
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard  # noqa: PLC0415

    winter, summer = timedelta(hours=1), timedelta(hours=2)
    zone = Timezone()
    zone.add("tzid", _ZONE)
    for part, name, begins, month, old, new in (
        (TimezoneDaylight(), "CEST", datetime(1996, 3, 31, 2), 3, winter, summer),  # noqa: DTZ001
        (TimezoneStandard(), "CET", datetime(1996, 10, 27, 3), 10, summer, winter),  # noqa: DTZ001
    ):
        part.add("dtstart", begins)
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        part.add("tzname", name)
        part.add("tzoffsetfrom", old)
        part.add("tzoffsetto", new)
        zone.add_component(part)
    return zone


def _minutes(stamp: datetime) -> int:
    return max(0, int((stamp - _FIRST_STAMP).total_seconds() // 60))
