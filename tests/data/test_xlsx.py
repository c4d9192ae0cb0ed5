from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from data.export import form_workbook
from data.forms import read_form
from data.records import Record
from data.texts import Texts

HOSTILE = [
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.example","x")',
    "http://x.example",
    "\t=1+1",
    "{=1+1}",
    "＝1+1",
]

RECORD = Record(
    case="ØVELSE-01",
    form="coordinator",
    answers={"named": "yes", "assigned_on": "2026-10-26", "caseload": "over_30", "met": "unknown"},
    revision=3,
    saved=datetime(2026, 7, 1, 22, 30, tzinfo=UTC),
)


def workbook(record, language="da"):
    texts = Texts.read(language)
    return form_workbook(read_form("coordinator"), "ØVELSE-01: Prøve", record, texts)


def sheet(record, language="da"):
    return load_workbook(BytesIO(workbook(record, language))).worksheets[0]


def test_the_workbook_holds_questions_answers_progress_and_when_it_was_saved():
    found = sheet(RECORD)
    lines = [[cell.value or "" for cell in row] for row in found.iter_rows()]

    assert [line[0] for line in lines[:5]] == [
        "Den faste koordinator",
        "ØVELSE-01: Prøve",
        "ØVELSE – fiktiv sag. Et arbejdsredskab, ikke en journal.",
        "3 af 9 nødvendige besvaret",
        "Gemt 2. juli 2026 kl. 00.30 (dansk tid)",
    ]
    assert lines[6] == ["Spørgsmål", "Svar", "Begrundelse"]
    assert lines[7][:2] == ["Har den unge én fast koordinator?", "Ja"]
    answers = {line[0]: line[1] for line in lines[7:19]}
    assert len(answers) == 12
    assert "26. oktober 2026" in answers.values()
    assert "Over 30" in answers.values()
    assert "Ved ikke" in answers.values()
    assert "forslag fra denne håndbog" in lines[20][0]


def test_it_is_ready_to_read_and_print():
    found = sheet(RECORD)

    assert found.freeze_panes == "A8"
    assert found.print_title_rows == "$7:$7"
    assert found.page_setup.fitToHeight == 0
    assert found.cell(8, 1).alignment.wrap_text
    assert "ØVELSE" in found.oddHeader.center.text


def test_it_speaks_english_too():
    lines = [row[0].value for row in sheet(replace(RECORD, saved=None), "en").iter_rows()]

    assert lines[:5] == [
        "The fixed coordinator",
        "ØVELSE-01: Prøve",
        "EXERCISE – fictional case. A working tool, not a case record.",
        "3 of 9 required answered",
        "Not saved",
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text):
    content = workbook(replace(RECORD, answers={"next_step": text}))

    with ZipFile(BytesIO(content)) as parts:
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
        names = parts.namelist()
    assert "<f>" not in xml
    assert "hyperlink" not in xml
    assert not any("externalLink" in name for name in names)
    cells = [
        cell for row in load_workbook(BytesIO(content)).worksheets[0].iter_rows() for cell in row
    ]
    assert [cell.data_type for cell in cells if cell.value == text] == ["s"]


def test_a_very_long_note_is_written_and_not_dropped():
    found = sheet(replace(RECORD, answers={"next_step": "æ" * 40_000}))

    assert found.cell(19, 2).value == "æ" * 32_767


def test_an_answer_the_list_no_longer_allows_is_no_answer():
    lines = [row[0].value for row in sheet(replace(RECORD, answers={"met": "299"})).iter_rows()]

    assert lines[3] == "0 af 9 nødvendige besvaret"


def test_the_same_record_gives_the_same_bytes():
    assert workbook(RECORD) == workbook(RECORD)
    assert b"/home" not in workbook(RECORD)
