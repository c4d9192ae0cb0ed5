import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from data.texts import LANGUAGES, Texts, slots

ROOT = Path(__file__).parents[2]
ROOMS = ("data", "simulation", "widgets", "handbook")
OURS = ("form", "cases", "store", "personal", "records", "sessions")


def code():
    files = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_the_languages_have_the_same_ids_and_slots():
    danish = Texts.read("da").words
    for language in LANGUAGES:
        words = Texts.read(language).words
        assert words.keys() == danish.keys()
        for name, text in words.items():
            assert slots(text) == slots(danish[name]), name


def test_no_text_is_empty_or_ends_in_a_blank():
    for language in LANGUAGES:
        for name, text in Texts.read(language).words.items():
            assert text.strip() == text != "", name


def test_every_text_that_the_code_asks_for_exists():
    asked = set(re.findall(rf'"((?:{"|".join(OURS)})\.[a-z_.]+)"', code()))

    asked = {name for name in asked if not name.endswith(".css")}
    assert asked - Texts.read().words.keys() == set()


def test_every_text_of_checklists_and_records_is_used():
    text = code()
    made = {"form.scale.", "form.code.", "personal."}
    columns = ("case", "age", "tools", "overdue", "to_move", "saved")
    parts = ("field_", "example_", "name_in_", "mode_", "change_", "how_")
    made |= {f"cases.{name}" for name in (*columns, *parts)}
    made |= {"records.log_", "records.due_"}
    # What the store says of a page's answers, said at a terminal.
    made |= {f"records.{name.removeprefix('store.')}" for name in Texts.read().words}
    made |= {f"form.{name}" for name in ("question", "answer", "reason")}
    for name in Texts.read().words:
        if name.startswith(OURS) and not name.startswith(tuple(made)):
            assert f'"{name}"' in text or f"'{name}'" in text, name


def test_a_missing_text_or_slot_is_named():
    with pytest.raises(LookupError, match="no text 'nothing' in 'da'"):
        Texts.read()("nothing")
    with pytest.raises(LookupError, match=r"no text 'form.progress \(slot 'all'\)' in 'da'"):
        Texts.read()("form.progress", done=1)
    with pytest.raises(LookupError, match="no texts in 'se'; there are: da, en"):
        Texts.read("se")


def test_numbers_dates_and_times_are_written_as_people_write_them():
    danish, english = Texts.read("da"), Texts.read("en")
    moment = datetime(2026, 5, 3, 8, 42, tzinfo=UTC)

    assert danish.number(1234.5, 1) == "1.234,5"
    assert english.number(1234.5, 1) == "1,234.5"
    assert danish.date(date(2026, 5, 3)) == "3. maj 2026"
    assert english.date(date(2026, 5, 3)) == "3 May 2026"
    assert danish.month(date(2026, 5, 3)) == "maj 2026"
    assert english.month(date(2026, 5, 3)) == "May 2026"
    assert danish.clock(moment) == "10.42"
    assert english.clock(moment) == "10:42"
    assert danish.percent(0.413) == "41\N{NO-BREAK SPACE}%"
    assert english.percent(0.413) == "41%"
