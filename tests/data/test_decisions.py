"""A decision: its number, its figures as answers, and the two files in which it leaves."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from data.decisions import (
    FIGURES,
    Figure,
    FigureLine,
    Number,
    begin_decision,
    decisions_of,
    figure_answers,
    figures_of,
)
from data.export.decision import (
    _HEIGHT,
    _POINTS,
    _blocks,
    _fitted,
    _height,
    _largest,
    decision_document,
)
from data.export.decision_workbook import decision_workbook
from data.forms import read_form
from data.records import Record
from data.store import Store
from data.texts import Texts

ROOT = Path(__file__).parents[2]
FORM = read_form("decision")
DANISH = Texts.read("da")
CODE = "K3QF-72MA-XW5D"
FIGURE = Figure("late", 5.42, 2.0, 9.0, 7.125)
LINE = FigureLine("late", "Forsinkede møder pr. år", "7,1", "5,4", "2–9")
COMMANDS = (f"vejviser rebuild {CODE} --out {CODE}", "vejviser compare V1a V1b")
ANSWERS = {
    "question": "Skal vi have en koordinator mere?",
    "hypothesis": "Vi tror, det halverer forsinkelserne.",
    "findings": "Næsten alle møder holdes til tiden.",
    "not_modelled": "Om hjælpen virker.",
    "economy": "En halv million om året.",
    "outcome": "try",
    "decision": "Vi ansætter en koordinator fra januar.",
    "follow_up": "Lederen af ungeenheden",
    "review": "2027-03-01",
    "code": CODE,
    "seed": "1",
    "replications": "100",
    "years": "5",
    **figure_answers([FIGURE]),
}
SAVED = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)
RECORD = Record(case="ENHED", form="decision", occasion="3", answers=ANSWERS, saved=SAVED)


def word(record=RECORD, lines=(LINE,), commands=COMMANDS, texts=DANISH, **words):
    return decision_document(FORM, record, lines, commands, texts, **words)


def paragraphs(*given, **words):
    found = Document(BytesIO(word(*given, **words))).paragraphs
    return [one.text for one in found if one.text]


def sheets(record=RECORD, numbers=(), **words):
    content = decision_workbook(FORM, record, [(FIGURE, LINE)], numbers, COMMANDS, DANISH, **words)
    book = load_workbook(BytesIO(content))
    return {sheet.title: [*sheet.iter_rows(values_only=True)] for sheet in book}


def without(*names, **others):
    kept = {name: answer for name, answer in ANSWERS.items() if name not in names}
    return replace(RECORD, answers=kept | others)


# --- Numbers and figures ------------------------------------------------------------------------


@settings(max_examples=50)
@given(
    st.sampled_from([id for id in FIGURES if id != "breach"]),  # a risk has no such interval
    st.lists(st.none() | st.floats(0, 900), min_size=3, max_size=3),
    st.floats(0, 900),
)
def test_a_figure_is_kept_to_a_thousandth_as_an_answer_that_the_form_allows(id, others, mean):
    scale = 100 if FIGURES[id] == "share" else 1  # a share is 0-1 and at most nine times that here
    given = Figure(id, mean / scale, *[one if one is None else one / scale for one in others])

    answers = figure_answers([given])

    assert all(FORM.item(key).allows(answer) for key, answer in answers.items())
    (kept,) = figures_of(answers)
    step = {"share": 0.000_01, "dkk": 1}.get(FIGURES[id], 0.001)
    for part in ("mean", "low", "high", "today"):
        before, after = getattr(given, part), getattr(kept, part)
        assert (before is None) == (after is None)
        assert before is None or abs(before - after) <= step / 2 + 1e-9


def test_what_is_not_a_number_is_no_answer():
    assert figure_answers([Figure("wait", float("nan"), None, float("inf"))]) == {}
    assert figures_of({"late_low": "1000"}) == ()


def test_every_figure_has_its_hidden_questions():
    hidden = {item.id for item in FORM.items if item.hidden}
    parts = ("mean", "low", "high", "today")
    figures = figure_answers(Figure(id, 1, 1, 1, 1) for id in FIGURES)

    source = {"code", "state", "seed", "replications", "years"}
    assert hidden - figures.keys() == source | {"municipality", "own_figures", "against"}
    assert figures.keys() - hidden == {"breach_low", "breach_high"}
    assert figures.keys() == {f"{id}_{part}" for id in FIGURES for part in parts}


def test_decisions_are_numbered_and_the_newest_comes_first():
    store = Store.open("sqlite://")
    numbers = [begin_decision(store, "ENHED", ANSWERS).occasion for _ in range(10)]
    store.save(Record(case="ENHED", form="decision", answers={"question": "?"}))

    assert numbers == [str(number) for number in range(1, 11)]
    found = decisions_of(store.list_records("ENHED"))
    assert [one.occasion for one in found] == numbers[::-1]
    assert found[0].answers == ANSWERS


def test_two_who_begin_at_once_get_two_decisions(monkeypatch):
    store = Store.open("sqlite://")
    first = begin_decision(store, "ENHED", {"question": "Min?"})
    told, real = iter([[]]), store.list_records
    monkeypatch.setattr(store, "list_records", lambda *names: next(told, None) or real(*names))

    second = begin_decision(store, "ENHED", {"question": "Din?"})

    assert (first.occasion, second.occasion) == ("1", "2")
    assert store.load("ENHED", "decision", "1").answers == {"question": "Min?"}


# --- The page in Word ---------------------------------------------------------------------------


def test_the_page_has_the_shape_of_a_case_for_politicians():
    found = paragraphs()

    assert found[0] == "Skal vi have en koordinator mere?"
    assert found[1] == "Beslutning nr. 3 · Kladde · gemt 22. november 2026"
    heads = ["Resumé", "Sagsfremstilling", "Økonomi", "Indstilling"]
    assert [one for one in found if one in heads] == heads
    assert "Svar: Næsten alle møder holdes til tiden." in found[: found.index("Sagsfremstilling")]
    assert "Forslag: Vi prøver det i mindre målestok" in found
    assert "Det er ikke regnet med: Om hjælpen virker." in found
    assert found[found.index("Økonomi") + 1] == "En halv million om året."
    assert found[found.index("Indstilling") + 1] == "Vi ansætter en koordinator fra januar."
    assert "Opfølgning: Lederen af ungeenheden, 1. marts 2027" in found
    assert COMMANDS[0] in found[-1]
    assert "for en opdigtet kommune, ikke talt op" in found[-1]


def test_the_figures_stand_on_the_page_as_a_table_with_a_header():
    (table,) = Document(BytesIO(word())).tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]

    assert rows == [
        ["Tal", "I dag", "Forventet", "9 af 10"],
        ["Forsinkede møder pr. år", "7,1", "5,4", "2–9"],
    ]


def test_what_was_not_modelled_is_said_where_nobody_has_written_it():
    (said,) = [
        one
        for one in paragraphs(without("not_modelled"))
        if one.startswith("Det er ikke regnet med:")
    ]

    assert all(words in said for id, words in DANISH.words.items() if id.startswith("limits."))


def test_a_decision_without_the_model_says_so():
    found = paragraphs(without("code", *figure_answers([FIGURE])), (), ())

    assert "Der er ingen tal fra modellen i denne sag." in found[-1]
    assert not Document(BytesIO(word(without("code"), (), ()))).tables


@pytest.mark.parametrize("language", ["da", "en"])
def test_all_that_there_is_room_for_in_the_form_is_on_one_page(language):
    texts = Texts.read(language)
    notes = [item for item in FORM.items if item.kind == "note" and not item.hidden]
    full = {item.id: ("Ord og flere ord i en sætning. " * 40)[: item.limit] for item in notes}
    lines = [FigureLine(id, "Risiko for et forsinket møde ved 17½ år", *["1,20 mio. kr."] * 3)
             for id in FIGURES]  # fmt: skip
    shown = lines[:6]

    full["also_found"] = ("Tre koordinatorer er nok. " * 40)[:600]
    own = {"own_figures": "\n".join(["Et tal: 12 timer (kilde: vores system)"] * 40)}
    record = replace(RECORD, answers=ANSWERS | full | own | {"begins": "2027-01-01"})
    blocks, size = _fitted([*_blocks(FORM, record, shown, COMMANDS, texts)], len(shown), texts)

    assert size >= 8
    assert sum(_height(block, size, len(shown)) for block in blocks) <= _HEIGHT * _POINTS
    assert _largest([*_blocks(FORM, RECORD, shown, COMMANDS, texts)], len(shown)) == 10.5
    text = "\n".join(paragraphs(record, lines))
    # What was found besides and one's own numbers are left to the workbook, where the page is full.
    left = full.pop("also_found")
    assert all(words.strip() in text for words in full.values())
    assert left not in text
    assert text.count(DANISH("decision.in_workbook")) == 1
    brief = replace(RECORD, answers=ANSWERS | own | {"also_found": "Tre er nok."})
    text = "\n".join(paragraphs(brief))
    assert "Vi fandt også: Tre er nok." in text
    assert "og 34 tal til, som står i regnearket" in text
    assert DANISH("decision.in_workbook") not in text


def test_the_page_names_nobody_and_is_the_same_each_time():
    assert word() == word()
    with ZipFile(BytesIO(word())) as file:
        core = file.read("docProps/core.xml").decode()
    assert "<dc:creator></dc:creator>" in core or "<dc:creator/>" in core


def test_a_page_of_an_exercise_says_so_and_another_does_not():
    header = [Document(BytesIO(word(exercise=it))).sections[0].header for it in (True, False)]

    assert [one.paragraphs[0].text for one in header] == [
        "ØVELSE – opdigtede tal",
        "Arbejdsredskab – ikke journal",
    ]


def test_what_is_personal_does_not_leave():
    record = without(decision="Ring til 311299-4321 eller 22 33 44 55")

    text = "\n".join(paragraphs(record))
    cells = str(sheets(record))

    for words in (text, cells):
        assert "[CPR-nummer fjernet]" in words
        assert "4321" not in words
        assert "22 33 44 55" not in words


# --- The workbook -------------------------------------------------------------------------------


def test_the_workbook_has_what_was_written_every_number_and_where_they_come_from():
    number = Number("late_share", "runs", "share", 0.1, 0.25, 0.5, difference=-0.125)
    found = sheets(numbers=[number], link="kapacitet.ipynb?coordinators=6")

    assert [*found] == ["Beslutning", "Forventede tal", "Alle tal", "Sådan er det regnet"]
    assert ("Hvad fandt I?", ANSWERS["findings"]) in found["Beslutning"]
    assert ("Hvad talte for, og hvad talte imod?", "Ikke besvaret") in found["Beslutning"]
    assert found["Forventede tal"][-1] == (LINE.label, "antal", 7.125, 5.42, 2, 9)
    row = found["Alle tal"][-1]
    assert row[1:7] == ("late_share", "hele perioder", "andel", 0.1, 0.25, 0.5)
    assert row[10] == -0.125
    told = dict(row[:2] for row in found["Sådan er det regnet"][4:])
    assert {*told.values()} == {CODE, "1", "100", "5", *COMMANDS, "kapacitet.ipynb?coordinators=6"}


def test_what_is_typed_stays_text_in_the_workbook():
    found = sheets(without(question='=HYPERLINK("http://example.org")'))

    content = decision_workbook(
        FORM, without(question='=HYPERLINK("http://x")'), [], [], [], DANISH
    )
    with ZipFile(BytesIO(content)) as file:
        every = "".join(file.read(name).decode() for name in file.namelist())
    assert ("Hvad vil I vide?", '=HYPERLINK("http://example.org")') in found["Beslutning"]
    assert "<f>" not in every
    assert "<hyperlink" not in every


def test_a_workbook_without_the_numbers_says_how_to_have_them():
    assert sheets()["Alle tal"][-1][0].startswith("De øvrige tal ligger ikke på denne maskine")


def test_every_text_of_decisions_is_used():
    code = "\n".join(
        file.read_text("utf-8")
        for room in ("data", "simulation", "widgets")
        for file in (ROOT / room).rglob("*.py")
    )
    made = tuple(
        f"decision.{part}_"
        for part in ("part", "column", "unit", "of", "source", "figure", "sheet")
    )
    for id in DANISH.words:
        if id.startswith("decision.") and not id.startswith(made):
            assert f'"{id}"' in code or f"'{id}'" in code, id
