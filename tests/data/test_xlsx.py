import os
import re
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from data.export import form_workbook
from data.export.characters import holdable
from data.export.xlsx import sheet_name
from data.forms import form_ids, read_form
from data.personal_data import find
from data.texts import LANGUAGES, Texts
from tests.data.answered import FORMULAS, HEADING, ODD, RECORD, a_form

EXAMPLES = int(os.environ.get("VEJVISER_EXAMPLES", "40"))
SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ANY_TEXT = st.text(st.characters(exclude_categories=()), min_size=1, max_size=300)


def workbook(record=RECORD, language="da", *, exercise=True, form=None):
    texts = Texts.read(language)
    return form_workbook(form or a_form(), HEADING, record, texts, exercise=exercise)


def sheets(record=RECORD, language="da", *, exercise=True):
    return load_workbook(BytesIO(workbook(record, language, exercise=exercise))).worksheets


def rows(sheet):
    return [[cell.value or "" for cell in row] for row in sheet.iter_rows()]


def in_cells(content, number=1):
    """What the cells of a sheet hold, as Excel reads it.

    openpyxl undoes the escape of ``_x005F_`` twice, so the file is read as it is.
    """
    with ZipFile(BytesIO(content)) as parts:
        shared = ET.fromstring(parts.read("xl/sharedStrings.xml"))  # noqa: S314 (our own file)
        sheet = ET.fromstring(parts.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314
    words = [
        re.sub("_x([0-9A-F]{4})_", lambda m: chr(int(m[1], 16)), each[0].text or "")
        for each in shared
    ]
    return {
        cell.get("r"): words[int(cell[0].text)] for cell in sheet.iter(f"{SPACE}c") if len(cell)
    }


def answer(record, label="Den unges egne ord"):
    """What stands beside *label*, put together from all its rows."""
    cells = in_cells(workbook(record))
    found = [place for place, words in cells.items() if place[0] == "A" and words.startswith(label)]
    return "".join(cells.get(f"B{place[1:]}", "") for place in found)


def said(text):
    return replace(RECORD, answers={"words": text})


def test_the_first_sheet_says_what_it_is_and_holds_what_is_asked_once():
    found = rows(sheets()[0])

    assert [row[0] for row in found[:8]] == [
        "Møde",
        "ØVELSE-01: Prøve",
        "ØVELSE – fiktiv sag. Et arbejdsredskab, ikke en journal.",
        "Dato: 3. maj 2026",
        "Kladde",
        "1 af 1 nødvendige besvaret",
        "Gemt 2. juli 2026 kl. 00.30 (dansk tid)",
        "Formål: At se, hvad der kommer ud.",
    ]
    assert found[9:14] == [
        ["Spørgsmål", "Svar", "Begrundelse"],
        ["Om mødet", "", ""],
        ["Blev mødet holdt?", "Ja", "Prøve, 2026"],
        ["Hvor længe varede det? (valgfrit)", "45 minutter", ""],
        ["Den unges egne ord (valgfrit)", "Ikke besvaret", ""],
    ]
    assert found[14][0] == "Aftaler"
    assert found[15][:2] == ["Aftaler: hvad/hvem?", "2 på arket »Aftaler: hvad/hvem?«"]
    assert "Lavet til prøve." in found[-1][0]


def test_a_question_that_is_not_asked_is_not_there_nor_its_answer():
    every = [cell for sheet in sheets() for row in rows(sheet) for cell in row]

    assert not any("Hvorfor ikke" in str(cell) or "Skjult" in str(cell) for cell in every)


def test_each_table_has_a_sheet_of_its_own():
    book = sheets()

    assert [sheet.title for sheet in book[1:]] == ["Aftaler hvad hvem", "Deltagere"]
    agreements, people = rows(book[1]), rows(book[2])
    header = agreements.index(["Aftale", "Hvad?", "Hvem?"])
    assert agreements[header + 1 : header + 3] == [
        ["Aftale 1", "Ringe til skolen", "Den unge"],
        ["Aftale 2", "Søge plads", "Ikke besvaret"],
    ]
    assert ["Hvad? Prøve, 2026", "", ""] in agreements
    assert ["Deltager 1", "Kontaktperson", "Ja", "", "15. januar 2026", "Ikke besvaret"] in people


def test_a_table_without_rows_says_so():
    found = rows(sheets(replace(RECORD, answers={}))[1])

    assert any(row[0] == "Ingen." for row in found)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_every_sheet_is_ready_to_read_and_print(number):
    sheet = sheets()[number]
    header = next(
        i for i, row in enumerate(rows(sheet), 1) if row[0] in {"Spørgsmål", "Aftale", "Deltager"}
    )

    assert sheet.freeze_panes == f"A{header + 1}"
    assert sheet.print_title_rows == f"${header}:${header}"
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
    first = header + (2 if number == 0 else 1)  # below the heading of a section
    assert sheet.cell(first, 2).alignment.wrap_text
    assert "ØVELSE" in sheet.oddHeader.center.text
    assert "Arbejdsredskab – ikke journal" in sheet.oddFooter.left.text


def test_a_real_case_is_no_exercise_and_reminds_of_the_case_system():
    book = sheets(replace(RECORD, case="K00012"), exercise=False)
    every = [str(cell) for sheet in book for row in rows(sheet) for cell in row]

    assert not any("ØVELSE –" in cell for cell in every)
    assert "Arbejdsredskab – ikke journal" in every
    assert "Endnu ikke overført til fagsystemet" in every
    assert any("Slet filen" in cell for cell in every)
    assert "ikke journal" in book[0].oddHeader.center.text


@pytest.mark.parametrize(
    ("state", "version", "words"),
    [
        ("draft", 0, "Kladde"),
        ("finished", 2, "Færdig, version 2"),
        ("draft", 2, "Kladde, åbnet igen efter version 2"),
    ],
)
def test_the_state_and_version_are_told(state, version, words):
    record = replace(RECORD, state=state, version=version)

    assert [words] == [row[0] for row in rows(sheets(record)[0]) if row[0] == words]


def test_it_speaks_english_too():
    first = rows(sheets(replace(RECORD, saved=None), "en")[0])

    assert [row[0] for row in first[:7]] == [
        "Meeting",
        "ØVELSE-01: Prøve",
        "EXERCISE – fictional case. A working tool, not a case record.",
        "Date: 3 May 2026",
        "Draft",
        "1 of 1 required answered",
        "Not saved",
    ]


@pytest.mark.parametrize("id", form_ids())
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_of_ours_can_leave(id, language):
    form = read_form(id)
    book = load_workbook(
        BytesIO(workbook(replace(RECORD, occasion="", form=id), language, form=form))
    )

    words = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert form.title.in_(language) in words
    assert len(book.worksheets) == 1 + len(form.tables)


@pytest.mark.parametrize("text", FORMULAS)
def test_hostile_text_stays_text(text):
    record = replace(RECORD, answers={"words": text, "agreements.001aaa.what": text})
    content = form_workbook(a_form(), text, record, Texts.read())

    with ZipFile(BytesIO(content)) as parts:
        every = {
            name: parts.read(name).decode()
            for name in parts.namelist()
            if name.endswith((".xml", ".rels"))
        }
    for name, xml in every.items():
        assert "<f>" not in xml, name
        assert "<f " not in xml, name
        assert "<hyperlink " not in xml.casefold(), name
        assert '/hyperlink"' not in xml.casefold(), name
        assert "externalLink" not in name
    book = load_workbook(BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    for number, sheet in enumerate(book.worksheets[:2], start=1):
        typed = [
            place for place, words in in_cells(content, number).items() if words == holdable(text)
        ]
        marked = [place for place in typed if sheet[place].quotePrefix]
        # Excel would otherwise make a formula of it as soon as somebody edits the cell.
        assert marked
        assert {place[0] for place in typed if place not in marked} <= {"A"}


@pytest.mark.parametrize("text", ODD)
def test_odd_text_comes_back_whole(text):
    assert answer(said(text)) == holdable(text)


@settings(max_examples=EXAMPLES, deadline=None)
@given(ANY_TEXT)
def test_any_text_comes_back_whole(text):
    assume(not find(text))

    assert answer(said(text)) == holdable(text)


def test_a_long_text_goes_on_in_further_rows_that_say_so():
    text = "Vi aftalte at prøve det af. " * 200
    record = replace(RECORD, answers={"words": text, "agreements.001aaa.what": text})
    book = sheets(record)

    labels = [row[0] for row in rows(book[0]) if str(row[0]).startswith("Den unges egne ord")]
    assert labels[:2] == [
        f"Den unges egne ord (valgfrit) (del 1 af {len(labels)})",
        f"Den unges egne ord (valgfrit) (del 2 af {len(labels)})",
    ]
    parts = [row for row in rows(book[1]) if str(row[0]).startswith("Aftale 1 (del")]
    assert "".join(part[1] for part in parts) == text
    # Excel shows and prints no more than 409 points of a row, some 27 lines.
    assert all(len(cell) <= 24 * 60 for sheet in book for row in rows(sheet) for cell in row)


def test_a_cpr_number_that_got_into_a_record_all_the_same_does_not_leave():
    assert answer(said("Ring til mor, 010190-1234, i morgen")) == (
        "Ring til mor, [CPR-nummer fjernet], i morgen"
    )


def test_a_heading_that_no_cell_can_hold_is_refused_and_not_dropped():
    with pytest.raises(ValueError, match="row 2, column 1 could not be written"):
        form_workbook(a_form(), "x" * 32_768, RECORD, Texts.read())


@given(st.lists(st.text(max_size=60), max_size=4))
def test_any_title_makes_a_name_that_excel_allows(titles):
    taken = set()
    for title in titles:
        name = sheet_name(title, taken)
        assert name.casefold() not in taken | {"history"}
        assert 1 <= len(name.encode("utf-16-le")) / 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")
        taken.add(name.casefold())


def test_an_answer_the_form_no_longer_allows_is_no_answer():
    found = rows(sheets(replace(RECORD, answers={"held": "299"}))[0])

    assert ["0 af 1 nødvendige besvaret", "", ""] in found


def test_the_same_record_gives_the_same_bytes():
    assert workbook() == workbook()
    assert b"/home" not in workbook()
