from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from dateutil import tz
from icalendar import Calendar

from data.export.ics import (
    AmbiguousTimeError,
    Appointment,
    danish_start,
    invitation,
    uid,
)
from data.texts import Texts

DANISH, ENGLISH = Texts.read("da"), Texts.read("en")
STAMP = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def appointment(day=date(2027, 1, 29), clock=time(10), case="K00012", minutes=60, second=None):
    begins = danish_start(day, clock, second=second).begins
    return Appointment(case, "meeting_17_5", begins, minutes)


def made(*appointments, stamp=STAMP, **words):
    return invitation(list(appointments) or appointment(), DANISH, stamp=stamp, **words)


def events(content):
    return Calendar.from_ical(content).walk("VEVENT")


def test_a_meeting_is_read_back_as_it_was_made():
    content = made(appointment(minutes=90), sequence=2, reminder=timedelta(days=7))

    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    assert (calendar["method"], calendar["version"]) == ("PUBLISH", "2.0")
    assert event["summary"] == "Møde K00012"
    assert event.decoded("dtstart") == datetime(2027, 1, 29, 10, tzinfo=COPENHAGEN)
    assert event.decoded("dtend") == datetime(2027, 1, 29, 11, 30, tzinfo=COPENHAGEN)
    assert event.decoded("dtstamp") == STAMP
    assert event["sequence"] == 2
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(days=-7)
    assert b"DTSTART;TZID=Europe/Copenhagen:20270129T100000\r\n" in content


def test_a_calendar_learns_nothing_but_the_reference_and_the_time():
    content = made().decode()

    (event,) = events(content)
    assert set(event) == {"SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID", "SEQUENCE"}
    for word in ("17", "meeting_", "ATTENDEE", "ORGANIZER", "LOCATION", "DESCRIPTION", "fødsel"):
        assert word not in event.to_ical().decode().replace(event["uid"], "")
    assert b"SUMMARY:Meeting K00012" in invitation(appointment(), ENGLISH, stamp=STAMP)


def test_the_same_meeting_gives_the_same_bytes():
    several = [appointment(), appointment(case="K00013")]

    assert made(*several) == made(*several)
    assert len(events(made(*several))) == 2


def test_a_moved_meeting_keeps_its_uid_and_has_a_higher_sequence():
    (first,) = events(made())
    (moved,) = events(
        made(appointment(date(2027, 2, 4)), stamp=datetime(2026, 12, 1, 9, 30, tzinfo=UTC))
    )

    assert first["uid"] == moved["uid"] == uid("K00012", "meeting_17_5")
    assert moved["sequence"] > first["sequence"]
    assert uid("K00013", "meeting_17_5") != uid("K00012", "meeting_17_5") != uid("K00012", "b")


HOSTILE = [
    "K1\r\nATTACH:https://evil.example/x",
    "K1\nEND:VEVENT\nBEGIN:VALARM\nACTION:EMAIL",
    "K1;X=1,2\\n:\"'",
    "K1\x00\x1b[31m\x85\u2028END:VCALENDAR",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "\u202eSKRAP\u200b",
    "Æ" * 40,
    "K\ud800",
]


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_text_stays_one_line_of_title(case):
    content = made(appointment(case=case))

    (event,) = events(content)
    assert set(event) == {"SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID", "SEQUENCE"}
    assert event["summary"].startswith("Møde ")
    assert not {"\n", "\r", "\x00", "\x1b", "\x85", "\u2028", "\u202e"} & set(event["summary"])
    lines = content.split(b"\r\n")
    assert sum(line.startswith(b"BEGIN:") for line in lines) == 5
    assert sum(line.startswith(b"END:") for line in lines) == 5
    assert b"\n" not in b"".join(lines)
    assert all(len(line) <= 75 for line in lines)


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("", "case has 0 characters"),
        ("K" * 41, "case has 41 characters: give a reference of 1 to 40"),
        ("010190-1234", "case holds a CPR number"),
        ("mor@eksempel.dk", "case holds a CPR number, an e-mail address or a telephone number"),
    ],
)
def test_what_is_no_reference_is_refused(case, message):
    with pytest.raises(ValueError, match=message) as caught:
        made(appointment(case=case))

    assert case == "" or case not in str(caught.value)


def test_what_makes_no_meeting_is_refused():
    with pytest.raises(ValueError, match="appointments is empty"):
        invitation([], DANISH, stamp=STAMP)
    with pytest.raises(ValueError, match="minutes 481 is not allowed: give 1 to 480"):
        made(appointment(minutes=481))
    with pytest.raises(ValueError, match="minutes 0 is not allowed"):
        made(appointment(minutes=0))
    assert made(appointment(minutes=1))
    assert made(appointment(minutes=480))
    with pytest.raises(ValueError, match=r"begins 2027-01-29 10:00:00 has no zone"):
        made(Appointment("K00012", "a", datetime(2027, 1, 29, 10)))  # noqa: DTZ001
    with pytest.raises(ValueError, match=r"stamp .* has no zone"):
        made(stamp=datetime(2026, 11, 22))  # noqa: DTZ001


# --- The nights on which the clocks change --------------------------------------------------------


WINTER, SUMMER = date(2026, 10, 25), date(2027, 3, 28)


def test_a_time_that_is_shown_twice_must_be_chosen():
    with pytest.raises(AmbiguousTimeError, match="time 02:30 is shown twice on 2026-10-25: say"):
        danish_start(WINTER, time(2, 30))

    first = danish_start(WINTER, time(2, 30), second=False)
    second = danish_start(WINTER, time(2, 30), second=True)

    assert first.begins.utcoffset() == timedelta(hours=2)
    assert second.begins.utcoffset() == timedelta(hours=1)
    assert not first.moved
    assert not second.moved


@pytest.mark.parametrize(("second", "utc"), [(False, 0), (True, 1)])
def test_what_was_chosen_is_what_the_calendar_reads(second, utc):
    (event,) = events(made(appointment(WINTER, time(2, 30), second=second)))

    begins, ends = (event.decoded(name).astimezone(UTC) for name in ("dtstart", "dtend"))
    assert begins == datetime(2026, 10, 25, utc, 30, tzinfo=UTC)
    assert ends - begins == timedelta(hours=1)


def test_a_meeting_across_the_change_lasts_as_long_as_was_said():
    (event,) = events(made(appointment(WINTER, time(1, 30), minutes=120)))

    begins, ends = (event.decoded(name).astimezone(UTC) for name in ("dtstart", "dtend"))
    assert ends - begins == timedelta(hours=2)


def test_a_time_that_is_left_out_is_moved_and_says_so():
    start = danish_start(SUMMER, time(2, 30))

    assert start.moved
    assert f"{start.begins:%H:%M %z}" == "03:30 +0200"
    assert not danish_start(SUMMER, time(3, 0)).moved
    assert not danish_start(SUMMER, time(1, 59)).moved


def test_the_file_tells_danish_time_as_the_zone_database_does():
    text = made().decode().replace("\r\n", "\n")
    zone = text[text.index("BEGIN:VTIMEZONE") : text.index("END:VTIMEZONE")] + "END:VTIMEZONE\n"
    told = tz.tzical(StringIO(zone)).get("Europe/Copenhagen")

    hour = datetime(2005, 1, 1, tzinfo=UTC)
    while hour.year < 2040:
        local = hour.astimezone(COPENHAGEN)
        if not local.fold:
            naive = local.replace(tzinfo=None)
            assert naive.replace(tzinfo=told).utcoffset() == local.utcoffset(), local
        hour += timedelta(hours=7)
    for day in (WINTER, SUMMER):
        for clock in range(24):
            local = datetime(day.year, day.month, day.day, clock, 30, tzinfo=COPENHAGEN)
            if local.astimezone(UTC).astimezone(COPENHAGEN) == local and not (
                day == SUMMER and clock == 2
            ):
                naive = local.replace(tzinfo=None)
                assert naive.replace(tzinfo=told).utcoffset() == local.utcoffset(), local


@pytest.mark.parametrize("zone", ["America/Nuuk", "Atlantic/Faroe", "UTC"])
def test_the_zone_of_the_machine_changes_nothing(zone):
    here = made()
    there = datetime(2026, 11, 22, 6, 30, tzinfo=ZoneInfo(zone))

    with time_machine.travel(there, tick=False):
        assert made() == here
