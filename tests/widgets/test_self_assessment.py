"""The page of self-assessment: answering alone, closing a round, seeing what it adds up to."""

import re
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from data.assessment import is_closed, read_sheet, score
from data.assessment_example import example_records
from data.assessment_words import gap_words, talk_about
from data.export.assessment import assessment_workbook
from data.forms import read_form
from data.records import Record
from data.store import Store
from data.store_errors import StoreError
from data.texts import Texts
from widgets.pictures.development import draw_agreements, draw_ratings, draw_rounds
from widgets.pictures.radar import groups_radar, rounds_radar
from widgets.self_assessment import SelfAssessment

DANISH, ENGLISH = Texts.read("da"), Texts.read("en")
VEJEN, HELHED = read_form("assessment_vejen"), read_form("assessment_helhed")
NOW = date(2026, 11, 22)


@pytest.fixture
def store():
    return Store.open("sqlite://")


def opened(store, language="da", **query):
    page = SelfAssessment(language, open_store=lambda: store, on=NOW)
    if query:
        page.client.query = query
    page.client.arrived = True
    return page


def seen(page):
    """Return the words of everything that is on the page."""
    words, todo = [], [page]
    while todo:
        widget = todo.pop(0)
        shown = getattr(widget.layout, "display", None) != "none"
        if shown:
            words += [str(getattr(widget, name, "")) for name in ("value", "description")]
            todo += getattr(widget, "children", ())
    return re.sub(r"<[^>]+>", " ", " ".join(words))


def answer(page, group, number):
    """Answer every statement with *number* as one of *group*, and leave the sheet."""
    page.group.value = group
    page.begin.click()
    fields = page._sheet.fields
    scales = {item.id: str(number) for item in page.form.items if item.kind == "scale"}
    fields.answers = {**fields.answers, **scales}
    page.next.click()


def filled(store, **people):
    page = opened(store)
    for group, numbers in people.items():
        for number in numbers:
            answer(page, group, number)
    return page


# --- Answering --------------------------------------------------------------------------------------


def test_everybody_gets_a_sheet_of_their_own_and_nothing_shows_before_the_round_is_closed(store):
    page = filled(store, youth=(2, 2), team=(4,))

    records = store.list_records("ENHED", VEJEN.id)
    assert [record.occasion for record in records] == [
        "2026-2-team-1",
        "2026-2-youth-1",
        "2026-2-youth-2",
    ]
    assert {record.answers[VEJEN.items[0].id] for record in records} == {"2", "4"}
    assert "Unge 2 · Team 1. Afsluttet: 0 af 3." in seen(page)
    assert "<svg" not in page.result.value
    assert "2,0" not in seen(page)


def test_a_sheet_counts_as_finished_at_once(store):
    page = opened(store)
    page.begin.click()
    assert "Afsluttet: 0 af 1" in seen(page)

    page._sheet._finish_now()

    assert "Afsluttet: 1 af 1" in seen(page)
    page._sheet._reopen.click()
    assert "Afsluttet: 0 af 1" in seen(page)


def test_a_sheet_that_was_begun_here_is_offered_again_and_no_other(store):
    first = opened(store)
    first.begin.click()
    stored = dict(first.client.stored)

    second = opened(store)
    assert "Fortsæt det skema" not in seen(second)
    second = SelfAssessment(open_store=lambda: store, on=NOW)
    second.client.stored = stored
    second.client.arrived = True
    assert "Fortsæt det skema" in seen(second)
    second.resume.click()

    assert second._sheet.autosave.record.occasion == "2026-2-youth-1"
    assert not {"skema"} & second.client.query.keys(), "no address leads to a person's answers"


def test_another_persons_sheet_is_not_opened_by_what_the_browser_says(store):
    page = opened(store)
    for wrong in ("", "x", "assessment_vejen/ENHED/2026-2-leader-9", "a/b/c/d"):
        page.client.stored = {"skema": wrong}
        page.resume.click()

        assert page._sheet is None


# --- Closing and seeing -----------------------------------------------------------------------------


def test_a_closed_round_shows_radar_table_and_questions(store):
    page = filled(store, youth=(2, 2, 2), team=(4, 4, 4))
    page.end.click()
    assert "Skemaer, der ikke er afsluttet: 6 af 6." in seen(page)
    assert not is_closed(store.list_records(), VEJEN, "2026-2")

    page.really.click()

    words = seen(page)
    assert is_closed(store.list_records(), VEJEN, "2026-2")
    assert "Størst forskel: »Den faste koordinator« – de unge 2,0 og teamet 4,0" in words
    assert "Hvad ser de unge, som teamet ikke ser?" in words
    assert "forslag fra denne håndbog" in words
    assert page.result.value.count("<figure") == page.result.value.count('role="img"') == 2
    assert "Begynd mit skema" not in words


def test_a_round_that_all_have_finished_says_so_before_it_is_closed(store):
    page = opened(store)
    page.begin.click()
    page._sheet.autosave.finish()

    page.end.click()

    assert "Alle i runden har afsluttet deres skema." in seen(page)
    assert "ikke er afsluttet" not in seen(page)


def test_the_few_are_told_why_they_are_not_shown(store):
    page = filled(store, youth=(1, 1), team=(4, 4, 4))

    page.end.click()
    page.really.click()

    words = seen(page)
    assert "Grupperne kan ikke vises hver for sig" in words
    assert "mindst 3 personer" in words
    assert "2,8 (1–4)" in words, "everyone"
    assert "1,0" not in words
    assert "4,0" not in words


def test_a_round_with_too_few_answers_says_so_once(store):
    page = filled(store, youth=(3,))

    page.end.click()
    page.really.click()

    words = seen(page)
    assert words.count("mindst 3 personer") == 1
    assert words.count(DANISH("assessment.nothing")) == 1


def test_what_is_printed_says_what_it_is_and_of_whom(store):
    page = filled(store, youth=(1, 2, 3))
    page.end.click()
    page.really.click()

    page.print_results.click()

    paper = page._paper.sheet
    assert paper.count("ØVELSE") == 2, "a line and a watermark"
    assert "ENHED · 2. halvår 2026" in paper
    assert "<svg" in paper
    assert [line["action"] for line in store.history("ENHED")][-1] == "print"


def test_a_round_can_be_opened_again_and_its_result_goes(store):
    page = filled(store, youth=(1, 2, 3))
    page.end.click()
    page.really.click()
    assert "<svg" in page.result.value

    page.again.click()

    assert "<svg" not in page.result.value
    assert "Begynd mit skema" in seen(page)


def test_who_wants_to_begin_after_somebody_else_closed_is_told(store):
    page, other = opened(store), filled(store, youth=(1,))
    other.end.click()
    other.really.click()

    page.begin.click()

    assert "Runden er lukket" in seen(page)
    assert len([one for one in store.list_records() if read_sheet(one.occasion)]) == 1


def test_an_example_says_that_it_is_made_up_and_cannot_be_downloaded(store):
    page = opened(store)

    page.example.click()

    words = seen(page)
    assert "OPDIGTET EKSEMPEL" in words
    assert "Hent som Excel" not in words
    assert store.list_records() == []


# --- Which unit and round -----------------------------------------------------------------------------


def test_the_address_names_model_unit_and_round(store):
    page = opened(store, "en", model="helhed", enhed="ungeteam", runde="2026-1")

    assert (page.model.value, page.unit.value) == ("assessment_helhed", "UNGETEAM")
    assert page.round.value == "2026-1"
    assert "1st half of 2026" in {words for words, _ in page.round.options}


@pytest.mark.parametrize(
    ("unit", "why"),
    [
        ("K00012", "nummeret på en sag"),
        ("øvelse-01", "nummeret på en sag"),
        ("A", "2–20 tegn"),
        ("<b>HEJ</b>", "2–20 tegn"),
        ("UNGE 1", "2–20 tegn"),
    ],
)
def test_a_unit_is_neither_a_case_nor_a_person(store, unit, why):
    page = opened(store)

    page.unit.value = unit

    assert why in seen(page)
    assert opened(store, enhed=unit).unit.value == "ENHED"


def test_a_store_that_cannot_be_opened_is_told_in_words():
    def broken():
        raise StoreError("store.corrupt", file="vejviser.db")

    page = SelfAssessment(open_store=broken, on=NOW)
    page.client.arrived = True
    page.begin.click()

    assert "vejviser.db" in seen(page)


def test_the_watermark_goes_when_real_cases_are_recorded(store):
    assert "ØVELSE" in seen(opened(store))

    store.change_settings(real_cases=True)

    assert "ØVELSE" not in seen(opened(store))


# --- Pictures and the workbook ----------------------------------------------------------------------------


def scores(form):
    records = list(example_records(form, "2026-2"))
    return records, [score(form, records, one) for one in ("2025-2", "2026-1", "2026-2")]


@pytest.mark.parametrize("form", [VEJEN, HELHED], ids=["vejen", "helhed"])
@pytest.mark.parametrize("texts", [DANISH, ENGLISH], ids=["da", "en"])
def test_a_radar_says_every_number_that_it_draws(form, texts):
    _, (_, before, now) = scores(form)

    for picture in (groups_radar(form, now, texts), rounds_radar(form, now, before, texts)):
        assert len(picture.rows) == len(form.sections)
        for element, *cells in picture.rows:
            said = picture.alternative.partition(f"{element}: ")[2][:100]
            missing = [cell for cell in cells if cell.split(" (")[0] not in said]
            assert len(missing) <= 1, "everyone's is in the table of groups, and not drawn"


def test_the_same_answers_give_the_same_picture():
    _, (_, before, now) = scores(VEJEN)

    assert groups_radar(VEJEN, now, DANISH).svg == groups_radar(VEJEN, now, DANISH).svg
    ids = [
        id
        for picture in (
            groups_radar(VEJEN, now, DANISH),
            groups_radar(HELHED, scores(HELHED)[1][2], DANISH),
            rounds_radar(VEJEN, now, before, DANISH),
        )
        for id in re.findall(r' id="([^"]+)"', picture.svg)
    ]
    assert len(ids) == len(set(ids))


def test_development_is_drawn_of_closed_rounds_only():
    records, _ = scores(VEJEN)
    open_again = [record for record in records if record.occasion != "2026-1"]

    assert "1. halvår 2026" in draw_rounds(VEJEN, records, DANISH)
    assert "1. halvår 2026" not in draw_rounds(VEJEN, open_again, DANISH)
    assert "ikke svar nok" in draw_rounds(VEJEN, [], DANISH)


def test_groups_that_answer_alike_are_said_to():
    occasions = [f"2026-2-{group}-{n}" for group in ("youth", "team") for n in (1, 2, 3)]
    answers = {item.id: "3" for item in VEJEN.items if item.kind == "scale"}
    records = [Record(case="ENHED", form=VEJEN.id, occasion=o, answers=answers) for o in occasions]

    found = score(VEJEN, records, "2026-2")

    assert gap_words(found, DANISH) == "Grupperne svarer ens"
    assert not [asked for asked in talk_about(found, None, DANISH) if "ikke ser" in asked]


def ratings(day, **numbers):
    return Record(case="ØVELSE-01", form="dialogue", occasion=day, answers=numbers)


def test_a_youths_own_ratings_are_told_and_no_cause_is_claimed():
    form = read_form("dialogue")
    records = [
        ratings("2026-11-01", education_work="4", home_economy="3"),
        ratings("2026-03-02", education_work="2", home_economy="declined"),
        ratings("2026-05-01", network_social="not_discussed"),
    ]

    html = draw_ratings(form, records, DANISH)

    assert "Størst ændring: »Uddannelse og job« – fra 2 til 4" in html
    assert "Bolig og penge: 2. marts 2026 –; 1. november 2026 3." in html
    assert "siger ikke hvorfor" in html
    assert "maj" not in html, "a day without numbers"
    assert "ikke givet tal endnu" in draw_ratings(form, records[2:], DANISH)


def agreed(day, **states):
    answers = {f"agreements.{row}.status": state for row, state in states.items()}
    return Record(case="ØVELSE-01", form="agreements", occasion=day, answers=answers)


def test_agreements_are_counted_as_they_were_at_each_meeting():
    form = read_form("agreements")
    records = [
        agreed("2026-05-20", **{"001a": "done", "002b": "under_way", "003c": None}),
        agreed("2026-03-02", **{"001a": "new", "002b": "new"}),
        agreed("2026-11-01", **{"002b": "dropped", "003c": "unknown"}),
    ]

    html = draw_agreements(form, records, DANISH)

    assert "2 af 3 aftaler er lukket. Åbne 1 · Gjort 1 · Droppet 1" in html
    assert "20. maj 2026: Åbne 2 · Gjort 1." in html
    assert html.index("2. marts 2026") < html.index("20. maj 2026")
    assert "ingen aftaler endnu" in draw_agreements(form, [], DANISH)


def test_hostile_words_stay_words():
    form = read_form("dialogue")
    hostile = '<script>alert("x")</script>'
    title = form.sections[0].title.model_copy(update={"da": hostile})
    section = form.sections[0].model_copy(update={"title": title})
    form = form.model_copy(update={"sections": (section, *form.sections[1:])})

    html = draw_ratings(form, [ratings("2026-03-02", education_work="2")], DANISH)

    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_the_workbook_has_the_lines_that_may_be_shown_as_numbers():
    records, three = scores(HELHED)
    few = [one for one in records if not re.search(r"leader-[23]$", one.occasion)]
    three[-1] = score(HELHED, few, "2026-2")

    content = assessment_workbook(HELHED, "=UNGETEAM", three, DANISH)

    assert content == assessment_workbook(HELHED, "=UNGETEAM", three, DANISH)
    results, talk = load_workbook(BytesIO(content)).worksheets
    rows = [[cell.value for cell in row] for row in results.iter_rows()]
    assert rows[1][0] == "=UNGETEAM"
    assert results["A2"].data_type == "s"
    assert "ØVELSE" in rows[2][0]
    last = [row for row in rows if row[0] == "2. halvår 2026"]
    leaders = [row for row in last if row[2] == "Ledere"]
    assert {row[3] for row in leaders} == {"vises ikke"}
    assert {row[4] for row in leaders} == {None}
    everyone = next(row for row in last if row[2] == "Alle")
    assert everyone[4] == pytest.approx(three[-1].elements[0].everyone.mean)
    questions = [row[0].value for row in talk.iter_rows() if row[0].value]
    assert questions[-1] == "Hvornår fortæller I de unge, hvad svarene førte til?"


def test_every_text_of_the_area_is_used():
    code = "\n".join(
        file.read_text(encoding="utf-8")
        for folder in ("data", "widgets")
        for file in (Path(__file__).parents[2] / folder).rglob("*.py")
    )
    asked = set(re.findall(r"[\"']((?:assessment|development)\.[a-z_.]+)[\"']", code))
    families = set(re.findall(r"[\"']((?:assessment|development)\.[a-z_.]*)\{", code))
    buttons = {f"assessment.{id}" for id in re.findall(r'_button\("([a-z_]+)"', code)}

    for id in DANISH.words:
        if id.startswith(("assessment.", "development.")):
            made = id.startswith(tuple(families - {"assessment."}))
            assert id in asked | buttons or made, id


def test_a_units_sheet_is_not_to_be_moved_into_a_young_persons_case(store):
    page = opened(store)

    page.begin.click()

    words = seen(page._sheet)
    assert DANISH("form.tick_moved") not in words
    assert DANISH("form.journal") not in words
    assert DANISH("form.download") in words
