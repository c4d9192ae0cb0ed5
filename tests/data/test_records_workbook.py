"""Many records in one workbook: every answer in its cell, as text, and nothing personal."""

from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook

from data.export import records_workbook
from data.forms import form_ids, read_form
from data.texts import LANGUAGES, Texts
from tests.data.answered import FORMULAS, ODD, RECORD, a_form


def rows(content, number=0):
    sheet = load_workbook(BytesIO(content)).worksheets[number]
    return [[cell.value or "" for cell in row] for row in sheet.iter_rows(min_row=4)]


def made(*records, **more):
    return records_workbook(a_form(), records or [RECORD], Texts.read("da"), **more)


def column(content, label, number=0):
    head, *body = rows(content, number)
    return [row[head.index(label)] for row in body]


def test_each_record_is_a_row_and_each_row_of_a_table_too():
    other = replace(RECORD, case="ØVELSE-02", answers={**RECORD.answers, "held": "no"})
    content = made(RECORD, other)

    head, first, second = rows(content)
    assert head[:5] == ["Sag", "Anledning", "Tilstand", "Version", "Gemt (UTC)"]
    assert (first[0], second[0]) == ("ØVELSE-01", "ØVELSE-02")
    assert column(content, "Blev mødet holdt?")[1] == "Nej"
    ids = {key.split(".")[1] for key in RECORD.answers if key.startswith("agreements.")}
    assert len(rows(content, 1)) == 1 + 2 * len(ids) > 1


def test_what_is_not_asked_is_an_empty_cell():
    answers = {**RECORD.answers, "held": "yes", "why_not": "Gammelt svar"}

    assert column(made(replace(RECORD, answers=answers)), "Hvorfor ikke?") == [""]


@pytest.mark.parametrize("text", [*FORMULAS, *ODD])
def test_hostile_and_odd_text_stays_text(text):
    content = made(replace(RECORD, answers={**RECORD.answers, "words": text}))

    sheet = load_workbook(BytesIO(content)).worksheets[0]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value}
    links = [cell.hyperlink for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert (kinds, links) == ({"s"}, [])


def test_a_text_that_no_cell_can_hold_is_cut_and_says_so():
    long = "😀" * 20_000
    content = made(replace(RECORD, answers={**RECORD.answers, "words": long}))

    (found,) = column(content, "Den unges egne ord")
    assert found.startswith("😀" * 16_000)
    assert found.endswith("Hele teksten står i eksporten af sagen.]")
    assert len(found.encode("utf-16-le")) // 2 < 32_767


def test_what_is_personal_does_not_leave():
    content = made(replace(RECORD, answers={**RECORD.answers, "words": "Ring 311299-4321"}))

    assert column(content, "Den unges egne ord") == ["Ring [CPR-nummer fjernet]"]


@pytest.mark.parametrize("exercise", [True, False])
def test_every_sheet_says_whether_it_is_an_exercise(exercise):
    book = load_workbook(BytesIO(made(exercise=exercise)))

    mark = Texts.read("da")("form.exercise" if exercise else "export.tool")
    assert {sheet["A2"].value for sheet in book.worksheets} == {mark}


def test_progress_is_told_to_the_last_record():
    told = []
    made(*[RECORD] * 250, report=lambda done, of: told.append((done, of)))

    assert told == [(100, 250), (200, 250), (250, 250)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("id", form_ids())
def test_every_form_of_ours_can_leave_with_no_record_too(id, language):
    form = read_form(id)

    content = records_workbook(form, [], Texts.read(language))

    assert len(load_workbook(BytesIO(content)).worksheets) == 1 + len(form.tables)


def test_the_same_records_give_the_same_bytes():
    assert made() == made()
