import os
import re
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest
import time_machine
from docx import Document
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from data.export import form_document
from data.export.characters import holdable
from data.forms import form_ids, read_form
from data.personal_data import find
from data.texts import Texts
from tests.data.answered import FORMULAS, HEADING, ODD, RECORD, a_form

EXAMPLES = int(os.environ.get("VEJVISER_EXAMPLES", "15"))
ANY_TEXT = st.text(st.characters(exclude_categories=()), min_size=1, max_size=300)


def content(record=RECORD, language="da", *, exercise=True, form=None):
    texts = Texts.read(language)
    return form_document(form or a_form(), HEADING, record, texts, exercise=exercise)


def document(record=RECORD, language="da", **words):
    return Document(BytesIO(content(record, language, **words)))


def lines(record=RECORD, language="da", **words):
    return [(p.style.name, p.text) for p in document(record, language, **words).paragraphs]


def parts(record=RECORD, language="da", **words):
    with ZipFile(BytesIO(content(record, language, **words))) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def said(text):
    return replace(RECORD, answers={"words": text, "agreements.001aaa.what": text})


def test_it_begins_with_what_it_is():
    assert lines()[:5] == [
        ("Title", "Møde"),
        ("Question", "ØVELSE-01: Prøve"),
        ("Mark", "ØVELSE – fiktiv sag. Et arbejdsredskab, ikke en journal."),
        ("Normal", "Formål: At se, hvad der kommer ud."),
        (
            "Aside",
            "Dato: 3. maj 2026 · Kladde · 1 af 1 nødvendige besvaret · "
            "Gemt 2. juli 2026 kl. 00.30 (dansk tid)",
        ),
    ]


def test_the_headings_are_real_and_in_order():
    headings = [line for line in lines() if line[0].startswith("Heading")]

    assert headings == [
        ("Heading 1", "Om mødet"),
        ("Heading 1", "Aftaler"),
        ("Heading 2", "Aftaler: hvad/hvem?"),
        ("Heading 2", "Deltagere"),
        ("Heading 3", "Deltager 1"),
        ("Heading 1", "Hvorfor spørger vi?"),
    ]


def test_each_question_is_followed_by_its_answer():
    found = lines()

    assert found[found.index(("Question", "Blev mødet holdt?")) + 1] == ("Answer", "Ja")
    assert found[found.index(("Question", "Den unges egne ord")) + 1] == (
        "No answer",
        "Ikke besvaret",
    )
    assert not any("Hvorfor ikke" in text or "Skjult" in text for _, text in found)
    assert ("List Bullet", "Blev mødet holdt? Prøve, 2026") in found
    assert "Lavet til prøve." in found[-1][1]


def test_a_narrow_table_has_a_line_a_row_and_a_wide_one_is_told_row_by_row():
    narrow, wide = (
        [[cell.text for cell in row.cells] for row in table.rows] for table in document().tables
    )

    assert narrow == [
        ["Hvad?", "Hvem?"],
        ["Ringe til skolen", "Den unge"],
        ["Søge plads", "Ikke besvaret"],
    ]
    assert wide == [
        ["Spørgsmål", "Svar"],
        ["Rolle", "Kontaktperson"],
        ["Var med?", "Ja"],
        ["Siden", "15. januar 2026"],
        ["Bemærkning", "Ikke besvaret"],
    ]
    # The header is read out as one, and stands on every page.
    assert parts()["word/document.xml"].count("<w:tblHeader") == 2


def test_a_table_without_rows_says_so():
    assert ("No answer", "Ingen.") in lines(replace(RECORD, answers={}))


@pytest.mark.parametrize(("language", "tag"), [("da", "da-DK"), ("en", "en-GB")])
def test_it_says_its_language_so_that_it_is_read_out_in_it(language, tag):
    every = parts(language=language)

    tags = re.findall(r'<w:lang [^>]*?w:val="([^"]+)"', every["word/styles.xml"])
    assert set(tags) == {tag}
    assert f"<dc:language>{tag}</dc:language>" in every["docProps/core.xml"]


def test_it_names_no_person_no_program_and_no_path():
    every = parts()
    about = document().core_properties

    assert (about.author, about.last_modified_by, about.comments) == ("", "", "")
    assert about.title == "Møde"
    assert not any("thumbnail" in name or "app.xml" in name or "custom" in name for name in every)
    words = "\n".join(every.values())
    assert not re.search(r"python-docx|Macintosh|/home|/work|/tmp|[A-Z]:\\", words)


def test_every_page_of_an_exercise_says_so():
    section = document().sections[0]

    assert "ØVELSE" in section.header.paragraphs[0].text
    assert "Arbejdsredskab – ikke journal" in section.footer.paragraphs[0].text
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_a_real_case_is_no_exercise_and_reminds_of_the_case_system():
    record = replace(RECORD, case="K00012", state="finished", version=1)
    found = lines(record, exercise=False)
    section = document(record, exercise=False).sections[0]

    assert section.header.paragraphs[0].text == "Arbejdsredskab – ikke journal"
    assert not any("ØVELSE –" in text for _, text in found)
    assert any("Færdig, version 1" in text and "Endnu ikke overført" in text for _, text in found)
    assert any("Slet filen" in text for _, text in found)


@pytest.mark.parametrize("id", form_ids())
def test_every_form_of_ours_can_leave(id):
    form = read_form(id)
    record = replace(RECORD, occasion="", form=id)

    assert lines(record, form=form)[0] == ("Title", form.title.da)


def test_no_text_becomes_a_field_or_a_link():
    texts = [*FORMULAS, "{ PAGE }", "{ INCLUDETEXT C:\\\\x }", "DDEAUTO c:\\x", "<w:fldSimple/>"]
    rows = {f"agreements.{number:03d}x.what": text for number, text in enumerate(texts)}
    every = parts(replace(RECORD, answers=rows | {"words": "\n".join(texts)}))

    words = "\n".join(every.values())
    assert re.findall(r'w:instr="([^"]*)"', words) == ["PAGE"]
    for mark in (
        "<w:instrText",
        "<w:hyperlink",
        "w:fldChar",
        "TargetMode",
        "<w:object",
        "<w:altChunk",
    ):
        assert mark not in words


def test_odd_text_comes_back_whole():
    rows = {f"agreements.{number:03d}x.what": text for number, text in enumerate(ODD)}
    found = document(replace(RECORD, answers=rows | {"words": "".join(ODD)}))

    assert ("Answer", holdable("".join(ODD))) in [(p.style.name, p.text) for p in found.paragraphs]
    assert [row.cells[0].text for row in found.tables[0].rows][1:] == [
        holdable(text) for text in ODD
    ]


@settings(max_examples=EXAMPLES, deadline=None)
@given(ANY_TEXT)
def test_any_text_comes_back_whole(text):
    assume(not find(text))

    assert ("Answer", holdable(text)) in lines(said(text))


def test_the_same_record_gives_the_same_bytes_at_any_time():
    first = content()
    with time_machine.travel("2031-03-04 05:06"):
        assert content() == first


def test_a_table_with_the_heading_of_its_section_is_not_headed_twice():
    form = read_form("agreements")
    answers = {"agreements.001aaa.action": "Ringe"}
    record = replace(RECORD, form="agreements", answers=answers)

    headings = [line for line in lines(record, form=form) if line[0].startswith("Heading")]

    at = headings.index(("Heading 1", "Aftaler"))
    assert headings[at + 1] == ("Heading 2", "Aftale 1")
