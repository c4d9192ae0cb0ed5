import csv
import json
import logging
import os
import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from data.export import (
    answers_csv,
    case_json,
    codebook_csv,
    form_document,
    form_workbook,
    journal_text,
)
from data.export.characters import holdable, pieces
from data.export.csv import guarded
from data.forms import form_ids, read_form
from data.personal_data import find
from data.texts import LANGUAGES, Texts
from tests.data.answered import FORMULAS, HEADING, ODD, RECORD, a_form

EXAMPLES = int(os.environ.get("VEJVISER_EXAMPLES", "100"))
LOOK = settings(max_examples=EXAMPLES, deadline=None)
ANY_TEXT = st.text(st.characters(exclude_categories=()), min_size=1, max_size=300)
DATA = Path(__file__).parents[2] / "data"


def journal(record=RECORD, language="da", **words):
    return journal_text(a_form(), HEADING, record, Texts.read(language), **words)


def table(content):
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def taken_off(cell):
    """What a program makes of a cell: without the apostrophe that guards it."""
    return cell[1:] if cell.startswith("'") and guarded(cell[1:]) == cell else cell


def said(text):
    return replace(RECORD, answers={"words": text})


# The text for the case system.


def test_the_text_says_when_who_what_and_why_and_only_what_was_answered():
    assert (
        journal()
        == """\
ØVELSE – fiktiv sag. Et arbejdsredskab, ikke en journal.
Møde
ØVELSE-01: Prøve
Dato: 3. maj 2026
Formål: At se, hvad der kommer ud.

OM MØDET
Blev mødet holdt? Ja
Hvor længe varede det? 45 minutter

AFTALER
Aftaler: hvad/hvem?
Aftale 1
  Hvad? Ringe til skolen
  Hvem? Den unge
Aftale 2
  Hvad? Søge plads
Deltagere:
Deltager 1
  Rolle: Kontaktperson
  Var med? Ja
  Siden: 15. januar 2026

Skrevet af fra Vejviser: Kladde. Gemt 2. juli 2026 kl. 00.30 (dansk tid).
"""
    )


def test_a_real_case_has_no_mark_of_an_exercise():
    record = replace(RECORD, case="K00012", state="finished", version=2)
    text = journal_text(a_form(), "K00012", record, Texts.read("en"))

    assert text.startswith("Meeting\nK00012\nDate: 3 May 2026\n")
    assert "EXERCISE" not in text
    assert "Finished, version 2" in text
    assert "EXERCISE" in journal_text(a_form(), "ENHED", record, Texts.read("en"), exercise=True)


def test_nothing_answered_is_said():
    assert "Intet er besvaret endnu." in journal(replace(RECORD, answers={}))


def test_a_typed_line_never_begins_a_line():
    text = journal(said("første\n=1+1\nOM MØDET"))

    assert "Den unges egne ord: første\n    =1+1\n    OM MØDET\n" in text


@pytest.mark.parametrize(
    ("occasion", "words"),
    [
        ("2026-2-youth", ["Runde: 2. halvår 2026", "Svar fra: den unge"]),
        ("2026-1-team-3", ["Runde: 1. halvår 2026", "Svar fra: teamet (3)"]),
    ],
)
def test_a_round_says_which_one_and_who_answers(occasion, words):
    form = a_form().model_copy(update={"occasion": "round"})
    record = replace(RECORD, occasion=occasion, case="ENHED")

    assert journal_text(form, "ENHED", record, Texts.read()).splitlines()[2:4] == words


@pytest.mark.parametrize("text", ODD)
def test_odd_text_stands_whole_in_the_text(text):
    assert holdable(text).replace("\n", "\n    ") in journal(said(text))


@LOOK
@given(ANY_TEXT)
def test_any_text_stands_whole_in_the_text(text):
    assume(not find(text))

    assert holdable(text).replace("\n", "\n    ") in journal(said(text))
    assert journal(said(text)).encode()


def test_what_is_personal_does_not_leave_in_words():
    record = said("Ring 22 33 44 55, 010190-1234 eller mor@eksempel.dk")

    assert (
        "Ring [telefonnummer fjernet], [CPR-nummer fjernet] eller [mailadresse fjernet]"
        in journal(record)
    )


# Csv.


def test_the_answers_as_csv_are_a_row_an_answer_as_stored_and_in_words():
    lines = table(answers_csv([RECORD], [a_form()], Texts.read()))

    assert lines[0] == [
        *("case", "form", "occasion", "state", "version", "revision", "saved_utc"),
        *("table", "row", "question", "answer", "label", "words"),
    ]
    about = ["ØVELSE-01", "meeting", "2026-05-03", "draft", "0", "3", "2026-07-01T22:30:00+00:00"]
    assert [*about, "", "", "held", "yes", "Blev mødet holdt?", "Ja"] in lines
    assert [*about, "agreements", "001aaa", "who", "youth", "Hvem?", "Den unge"] in lines
    assert len(lines) == 1 + len(RECORD.answers)


def test_an_answer_to_a_question_that_is_gone_is_kept_as_it_was_stored():
    record = replace(RECORD, answers={"gone": "x", "held": "299"})
    lines = table(answers_csv([record], [a_form()], Texts.read()))

    assert [line[-4:] for line in lines[1:]] == [
        ["gone", "x", "", ""],
        ["held", "299", "Blev mødet holdt?", ""],
    ]


@pytest.mark.parametrize("id", form_ids())
def test_the_codebook_explains_every_question_and_option_in_both_languages(id):
    form = read_form(id)
    lines = table(codebook_csv(form))
    found = {(line[1], line[2]): dict(zip(lines[0], line, strict=True)) for line in lines[1:]}

    asked = [("", item) for item in form.items]
    asked += [(each.id, item) for each in form.tables for item in each.items]
    assert len(found) == len(asked) == len(lines) - 1
    for place, item in asked:
        row = found[place, item.id]
        assert (row["kind"], row["origin"], row["element"]) == (
            item.kind,
            item.origin,
            item.element,
        )
        assert (row["label_da"], row["label_en"]) == (item.label.da, item.label.en)
        for option in item.options:
            assert f"{option} = " in row["options_da"]
            assert f"{option} = " in row["options_en"]


@pytest.mark.parametrize("text", [text for text in FORMULAS if text[0] not in "hf{_"])
def test_no_cell_of_csv_is_a_formula(text):
    content = answers_csv([said(text)], [a_form()], Texts.read())

    cells = [cell for line in table(content) for cell in line]
    assert f"'{holdable(text)}" in cells
    # Every cell stands in quotation marks, so that none can be broken out of.
    assert re.fullmatch(r'("(?:[^"]|"")*"(;|\r\n))+', content.decode("utf-8-sig"))


@pytest.mark.parametrize(
    "text", ["1+1", "a=b", "'citat'", "http://x.example", "5-7", "2026-05-03", ""]
)
def test_other_cells_of_csv_are_left_alone(text):
    assert guarded(text) == text


@pytest.mark.parametrize("text", ODD)
def test_odd_text_comes_back_whole_from_csv(text):
    lines = table(answers_csv([said(text)], [a_form()], Texts.read()))

    assert taken_off(lines[1][10]) == holdable(text)


@LOOK
@given(ANY_TEXT)
@example("'=1")
@example("''\t")
def test_any_text_comes_back_whole_from_csv(text):
    lines = table(answers_csv([said(text)], [a_form()], Texts.read()))

    assert taken_off(lines[1][10]) == holdable(text)
    assert lines[1][10][:1] not in tuple("=+-@\t\r\n")


# JSON.


def as_browser(text):
    """*text* as JSON means it: two halves of a pair are one sign."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


@pytest.mark.parametrize("text", [*ODD, *FORMULAS])
def test_every_sign_comes_back_from_json(text):
    content = case_json({"records": [said(text)]})

    assert json.loads(content)["records"][0]["answers"]["words"] == text


@LOOK
@given(ANY_TEXT)
def test_any_text_comes_back_from_json(text):
    assert as_browser(json.loads(case_json({text: text}))[as_browser(text)]) == as_browser(text)


def test_days_times_and_records_become_words():
    found = json.loads(case_json({"record": RECORD, "day": RECORD.saved_on}))

    assert found["day"] == "2026-07-02"
    assert found["record"]["saved"] == "2026-07-01T22:30:00+00:00"
    assert found["record"]["answers"]["held"] == "yes"


@pytest.mark.parametrize("value", [b"x", {1, 2}, object()])
def test_what_json_cannot_hold_is_refused(value):
    with pytest.raises(TypeError, match="has no form in JSON"):
        case_json({"x": value})


# Signs and pieces.


@given(ANY_TEXT)
def test_what_is_holdable_stays_so_and_fits_in_every_file(text):
    plain = holdable(text)

    assert holdable(plain) == plain
    assert not re.search(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", plain)


@LOOK
@given(ANY_TEXT | st.text("a \n", max_size=400), st.integers(2, 60), st.integers(1, 24))
@example("a\n\n\n", 10, 2)
@example("aaaa", 2, 1)
def test_pieces_are_the_text_and_none_is_too_tall(text, width, lines):
    found = pieces(text, width, lines)

    assert "".join(found) == text
    for piece in found:
        tall = sum(max(1, -(-len(line) // width)) for line in piece.removesuffix("\n").split("\n"))
        assert tall <= lines


def test_pieces_are_cut_between_words_and_never_within_a_letter_or_an_emoji():
    assert pieces("et to tre fire", 7, 1) == ["et to ", "tre ", "fire"]
    assert pieces("aaae\N{COMBINING ACUTE ACCENT}b", 4, 1)[0] == "aaa"
    assert pieces("aa👩\N{ZERO WIDTH JOINER}👧", 4, 1)[0] == "aa"


# All of them.


def test_no_export_logs_prints_or_names_what_was_typed(caplog, capsys):
    caplog.set_level(logging.DEBUG)
    texts, record = Texts.read(), said("kanariefugl")
    form_workbook(a_form(), HEADING, record, texts)
    form_document(a_form(), HEADING, record, texts)
    journal_text(a_form(), HEADING, record, texts)
    answers_csv([record], [a_form()], texts)
    case_json({"record": record})

    assert "kanariefugl" not in caplog.text
    assert "kanariefugl" not in "".join(capsys.readouterr())
    for file in (DATA / "export").glob("*.py"):
        assert not re.search(r"\blogg|\bprint\(|open\(", file.read_text(encoding="utf-8")), (
            file.name
        )


def test_every_text_of_exports_is_used_and_every_one_asked_for_exists():
    code = "\n".join(file.read_text(encoding="utf-8") for file in (DATA / "export").glob("*.py"))
    known = {name for name in Texts.read().words if name.startswith("export.")}

    made = ("export.respondent.", "export.removed.")
    assert {
        name
        for name in known
        if f'"{name}"' not in code and f"'{name}'" not in code and not name.startswith(made)
    } == set()
    asked = set(re.findall(r"['\"](export\.[a-z_]+)['\"]", code))
    assert asked <= known
    for language in LANGUAGES:
        for who in ("youth", "coordinator", "team", "leader"):
            assert Texts.read(language)(f"export.respondent.{who}")
        for kind in ("cpr", "email", "phone"):
            assert Texts.read(language)(f"export.removed.{kind}")


def test_the_same_arguments_give_the_same_bytes():
    texts = Texts.read()

    assert answers_csv([RECORD], [a_form()], texts) == answers_csv([RECORD], [a_form()], texts)
    assert codebook_csv(a_form()) == codebook_csv(a_form())
    assert case_json({"record": RECORD}) == case_json({"record": RECORD})
    assert journal() == journal()
