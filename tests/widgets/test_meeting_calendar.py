import re
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
import time_machine
from icalendar import Calendar

from data.case_files import CaseFile
from data.records import Record
from data.store import Store
from data.store_errors import StoreError
from data.texts import LANGUAGES, Texts
from widgets.meeting_calendar import MeetingCalendar
from widgets.meeting_invitation import read_time

TODAY = date(2026, 11, 22)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("VEJVISER_DATA", str(tmp_path))
    return Store.open(f"sqlite:///{tmp_path / 'vejviser.db'}")


@pytest.fixture
def real(store):
    store.change_settings(real_cases=True)
    store.save_case(
        CaseFile(ref="K00012", birthday=date(2009, 8, 31), opened=date(2025, 1, 1), unit="Nord")
    )
    return store


def calendar(language="da", case=None, **words):
    page = MeetingCalendar(language, case, today=lambda: TODAY, **words)
    page.sent = []
    page.download = lambda *parts: page.sent.append(parts)
    return page


def typed(page, text):
    page.birthday._text.value = text


def rows(page):
    """Return the rows of the table: rule → state and cells as words."""
    found = {}
    for row in re.findall(r"<tr data-rule.*?</tr>", page._dates.value):
        rule, state = re.match(r'<tr data-rule="(\w+)" data-state="(\w+)"', row).groups()
        cells = re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row)
        found[rule] = (state, [re.sub(r"<[^>]+>", "|", cell).strip("|") for cell in cells])
    return found


def said(page):
    return re.sub(r"<[^>]+>", " ", page.invitation._said.value).strip()


def events(page):
    return Calendar.from_ical(page.sent[-1][1]).walk("VEVENT")


# --- A birthday that is typed --------------------------------------------------------------------


def test_a_typed_birthday_gives_the_dates_in_words():
    page = calendar()
    assert "Skriv en fødselsdag" in page._answer.value

    typed(page, "31-08-2009")

    told = rows(page)
    assert list(told) == ["meeting_16", "meeting_17_5", "meeting_18_5", "programme_end"]
    state, (name, words, window, proposal, latest) = told["meeting_17_5"]
    assert state == "due_now"
    assert name.startswith("Mødet ved 17½ år|")
    assert "Modellen" in name
    assert "hvis den unge er anbragt" in name
    assert "Kan holdes nu. Der er 96 dage tilbage" in words
    assert window == "31. oktober 2026 til 26. februar 2027"
    assert proposal == "29. januar 2027"
    assert latest.startswith("26. februar 2027")
    assert "Flyttet tilbage fra 28. februar 2027 (søndag)" in latest


def test_the_page_speaks_english():
    page = calendar("en")
    typed(page, "31-08-2009")

    assert "Moved back from 28 February 2027 (Sunday)" in rows(page)["meeting_17_5"][1][4]
    assert "The meeting at 16 is 359 days overdue" in page._answer.value


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_that_is_none_leaves_no_table(language):
    page = calendar(language)
    typed(page, "31-08-2009")

    typed(page, "31-02-2009")

    assert rows(page) == {}
    assert page.birthday._text.value == "31-02-2009"
    assert Texts.read(language)("form.date_fault", value="31-02-2009")[1:-1] in (
        page.birthday._message.value.replace("&#x27;", "'")
    )


@pytest.mark.parametrize("day", ["01-01-1990", "31-12-2060", "22-11-2026"])
def test_any_birthday_that_is_taken_gives_a_page(day):
    page = calendar()
    page.referred._text.value = "01-01-2026"

    typed(page, day)

    assert "vv-dates" in page._dates.value
    assert page._notices.value == ""


def test_a_cpr_number_is_refused_with_a_sentence():
    page = calendar()

    typed(page, "310809-1234")

    assert page.birthday.day is None
    assert "CPR-nummer" in page.birthday._message.value


def test_the_start_of_the_support_gives_the_first_follow_up():
    page = calendar()
    typed(page, "31-08-2009")

    page.referred._text.value = "01-11-2026"

    state, (name, *_, latest) = rows(page)["first_follow_up"]
    assert (state, latest) == ("coming", "1. februar 2027")
    assert "Lov" in name
    assert rows(page)["meeting_16"][0] == "before"


def test_what_is_typed_never_becomes_part_of_the_page():
    page = calendar()
    typed(page, "<script>alert(1)</script>")
    page.invitation.clock.value = "<img src=x onerror=alert(1)>"

    typed(page, "31-08-2009")
    page.invitation.one.click()

    shown = page.birthday._message.value + page._dates.value + page.invitation._said.value
    assert "<script" not in shown
    assert "<img" not in shown


def test_a_birthday_that_was_tried_is_kept_nowhere(store, tmp_path):
    page = calendar()
    typed(page, "31-08-2009")
    page.invitation.one.click()

    assert store.list_records() == []
    assert all(not case.revision for case in store.cases())
    assert page.client.query == page.client.stored == {}
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"2009-08-31" not in kept
    assert b"31-08-2009" not in kept


def test_the_end_of_the_programme_is_the_birthday_itself():
    page = calendar()
    typed(page, "28-12-2008")

    state, (_, words, window, proposal, last) = rows(page)["programme_end"]
    assert (state, window, proposal) == ("coming", "–", "–")
    assert words.replace("|", "").endswith("Slutter 28. december 2031")
    assert last == "28. december 2031"


# --- A case ---------------------------------------------------------------------------------------


def meeting(store, day, kind, outcome="held", case="K00012"):
    answers = {"meeting_type": kind, "outcome": outcome}
    store.save(Record(case=case, form="meeting", occasion=day, answers=answers))


def test_a_case_brings_its_birthday_and_its_meetings(real):
    meeting(real, "2025-12-02", "at_16")
    meeting(real, "2027-03-02", "at_17_half", outcome=None)

    told = rows(calendar(case="K00012"))

    assert told["meeting_16"][0] == "held_late"
    assert "Holdt 2. december 2025, 4 dage for sent" in told["meeting_16"][1][1]
    assert "Aftalt til 2. marts 2027. Det er efter sidste dag" in told["meeting_17_5"][1][1]
    assert told["meeting_17_5"][1][3] == "2. marts 2027"


def test_a_page_that_was_made_ready_before_shows_what_was_saved_since(real):
    days = [date(2026, 11, 22)]
    page = MeetingCalendar("da", "K00012", today=lambda: days[-1])
    meeting(real, "2025-11-20", "at_16")
    days.append(date(2026, 11, 23))

    page.client.arrived = True

    assert rows(page)["meeting_16"][0] == "held_in_time"
    assert "Der er 95 dage tilbage" in rows(page)["meeting_17_5"][1][1]


def test_a_birthday_that_is_missing_can_be_saved_in_the_case(real):
    real.save_case(CaseFile(ref="K00013", opened=date(2025, 1, 1)))
    page = calendar(case="K00013")
    assert page.save.layout.display == "none"

    typed(page, "01-02-2010")
    assert page.save.layout.display is None
    assert real.case("K00013").birthday is None
    page.save.click()

    assert real.case("K00013").birthday == date(2010, 2, 1)
    assert page.save.layout.display == "none"
    assert "gemt i sagen" in page._notices.value


def test_a_birthday_the_store_refuses_is_told(real):
    real.save_case(CaseFile(ref="K00013", opened=date(2025, 1, 1)))
    page = calendar(case="K00013")

    typed(page, "01-02-2026")
    page.save.click()

    assert real.case("K00013").birthday is None
    assert "ligger efter den dag, sagen blev åbnet" in page._notices.value


def test_a_fictional_case_is_shown_as_on_the_day_of_its_story(store):
    page = calendar(case="ØVELSE-01")

    assert "dagen i historien" in page._answer.value
    assert "31 dage over tiden" in rows(page)["meeting_17_5"][1][1]
    typed(page, "31-08-2009")
    assert page.save.layout.display == "none"


def test_a_fictional_case_can_be_chosen_and_left_again(store):
    page = calendar()

    page._choose.value = "ØVELSE-02"
    assert page.birthday.day == store.case("ØVELSE-02").birthday
    page._choose.value = ""

    assert page.birthday.day is None
    assert rows(page) == {}


def test_a_store_that_fails_is_told_and_a_birthday_still_counts():
    def fails():
        raise StoreError("store.corrupt", file="vejviser.db")

    page = calendar(case="K00012", open_store=fails)
    typed(page, "31-08-2009")

    assert "er beskadiget" in page._notices.value
    assert "meeting_16" in rows(page)


# --- Invitations ------------------------------------------------------------------------------------


def test_an_invitation_carries_the_reference_and_the_proposed_day(real):
    page = calendar(case="K00012")
    page.invitation.which.value = "meeting_17_5"

    page.invitation.one.click()

    name, content, mime = page.sent[0]
    assert (name, mime) == ("moede-K00012.ics", "text/calendar; charset=utf-8")
    (event,) = events(page)
    assert event["summary"] == "Møde K00012"
    assert event.decoded("dtstart").isoformat() == "2027-01-29T10:00:00+01:00"
    assert b"2009" not in content
    exports = [line for line in real.history("K00012") if line["action"] == "export"]
    assert len(exports) == 1


def test_all_open_meetings_can_be_fetched_at_once(real):
    meeting(real, "2025-11-20", "at_16")
    page = calendar(case="K00012")
    page.invitation.clock.value = "13.30"
    page.invitation.minutes.value = 90

    page.invitation.all.click()

    assert page.sent[0][0] == "moeder-K00012.ics"
    begins = [event.decoded("dtstart").isoformat() for event in events(page)]
    assert begins == ["2027-01-29T13:30:00+01:00", "2028-02-29T13:30:00+01:00"]
    assert "2 møder er hentet" in said(page)


def test_a_moved_meeting_is_the_same_meeting_to_a_calendar(real):
    page = calendar(case="K00012")
    with time_machine.travel(datetime(2026, 11, 22, 9, tzinfo=UTC), tick=False):
        page.invitation.one.click()
    (first,) = events(page)
    page.invitation.day._text.value = "14-12-2026"
    with time_machine.travel(datetime(2026, 11, 22, 9, 2, tzinfo=UTC), tick=False):
        page.invitation.one.click()

    (moved,) = events(page)
    assert moved["uid"] == first["uid"]
    assert moved["sequence"] > first["sequence"]


def test_a_trial_is_an_exercise_in_the_calendar_too():
    page = calendar()
    typed(page, "31-08-2009")
    page.invitation.one.click()

    assert events(page)[0]["summary"] == "Møde ØVELSE"


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("28-02-2027", "er en fridag (søndag)"),
        ("01-03-2027", "ligger efter sidste dag, som er 26. februar 2027"),
        ("02-11-2026", "er forbi"),
    ],
)
def test_a_day_one_should_think_about_is_told(real, day, sentence):
    page = calendar(case="K00012")
    page.invitation.which.value = "meeting_17_5"
    page.invitation.day._text.value = day

    page.invitation.one.click()

    assert sentence in said(page)
    assert len(page.sent) == 1


def test_the_hour_that_comes_twice_must_be_chosen(real):
    page = calendar(case="K00012")
    part = page.invitation
    part.day._text.value, part.clock.value = "31-10-2027", "2.30"

    part.one.click()

    assert page.sent == []
    assert "viser uret 02.30 to gange" in said(page)
    assert part.second.layout.display is None
    part.second.value = True
    part.one.click()
    assert events(page)[0].decoded("dtstart").astimezone(UTC).hour == 1
    part.clock.value = "3.30"
    assert (part.second.layout.display, part.second.value) == ("none", None)


def test_the_hour_that_is_left_out_is_moved_and_told(real):
    page = calendar(case="K00012")
    page.invitation.day._text.value, page.invitation.clock.value = "28-03-2027", "02:30"

    page.invitation.one.click()

    assert "Klokken 02.30 findes ikke natten til 28. marts 2027" in said(page)
    assert events(page)[0].decoded("dtstart").isoformat() == "2027-03-28T03:30:00+02:00"


def test_a_time_that_is_none_is_told(real):
    page = calendar(case="K00012")
    page.invitation.clock.value = "25.00"

    page.invitation.one.click()

    assert "»25.00« er ikke et klokkeslæt" in said(page)
    assert page.sent == []


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("10.30", time(10, 30)),
        ("9", time(9)),
        ("0915", time(9, 15)),
        ("24.00", None),
        ("10.60", None),
        ("", None),
        ("²²:00", None),
        ("kl. 10", None),
    ],
)
def test_a_time_is_read_as_people_type_it(words, read):
    assert read_time(words) == read


def test_without_an_open_meeting_there_is_nothing_to_invite_for():
    page = calendar()
    typed(page, "31-08-2009")
    assert page.invitation.layout.display is None

    typed(page, "ikke en dato")

    assert page.invitation.layout.display == "none"


def test_an_invitation_that_cannot_be_written_down_is_not_handed_out(real, monkeypatch):
    page = calendar(case="K00012")

    def full(*_):
        raise StoreError("store.full")

    monkeypatch.setattr(page._store, "note", full)
    page.invitation.one.click()

    assert page.sent == []
    assert "Disken er fuld" in page._notices.value
    assert said(page) == ""


# --- The picture and the rules ----------------------------------------------------------------------


def test_the_timeline_tells_what_it_shows_and_marks_by_shape():
    page = calendar()
    typed(page, "31-08-2009")

    label = re.search(r'role="img" aria-label="([^"]+)"', page._dates.value)[1]
    assert label.startswith("Tidslinje fra 15 til 23 år.")
    assert "Mødet ved 16 år: 31. august 2025 til 28. november 2025. 359 dage over tiden." in label
    marks = re.findall(r'class="vv-mark".*?</svg>', page._dates.value)
    assert len(marks) == 4
    assert len({re.sub(r"#\w+", "", mark) for mark in marks}) == 3  # two meetings are coming


def test_the_rules_are_written_out_with_examples_counted_now():
    for language in LANGUAGES:
        rules = calendar(language)._content.children[-1].value
        texts = Texts.read(language)
        for born, due in [
            (date(2008, 2, 29), date(2025, 8, 28)),
            (date(2009, 8, 31), date(2027, 2, 28)),
        ]:
            assert texts.date(born) in rules
            assert texts.date(due) in rules
        assert rules.startswith("<details")
        assert rules.count("<li>") == 10


def test_every_text_of_the_calendar_is_used():
    files = [*ROOT.glob("data/**/*.py"), *ROOT.glob("widgets/**/*.py")]
    code = "\n".join(file.read_text(encoding="utf-8") for file in files)
    made = ("calendar.basis.", "calendar.law.", "calendar.end_overdue", "calendar.first_overdue")
    made += tuple(
        f"calendar.{name}" for name in ("meeting", "state", "window", "proposal", "latest")
    )
    made += tuple(f"calendar.example_{name}" for name in ("born", "eighteen", "due", "latest"))
    made += ("calendar.planned",)

    for name in Texts.read().words:
        if name.startswith("calendar.") and not name.startswith(made):
            assert re.search(rf"['\"]{re.escape(name)}['\"]", code), name
