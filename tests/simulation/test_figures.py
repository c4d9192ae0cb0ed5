import importlib.util
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from data.rules import Words
from data.texts import Texts
from simulation.figures import (
    continuity,
    cost_by_purse,
    hours_by_role,
    late_by_rule,
    late_days,
    missed_contact,
    over_time,
    waits,
)

_spec = importlib.util.spec_from_file_location("studies", Path(__file__).with_name("studies.py"))
studies = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(studies)
result, study = studies.result, studies.study
YEARLY = studies.YEARLY

DANISH, ENGLISH = Texts.read("da"), Texts.read("en")
DRAWN = (
    *(late_by_rule, late_days, waits, over_time),
    *(hours_by_role, continuity, missed_contact, cost_by_purse),
)


def compared():
    today = [result(n, (3, 4), late_days_no_slot=9.0) for n in range(8)]
    return study([result(n, (1 + n % 2, 1)) for n in range(8)], today, coordinators=6)


@pytest.mark.parametrize("draw", DRAWN)
def test_the_same_study_gives_the_same_bytes(draw):
    assert draw(compared(), DANISH).svg == draw(compared(), DANISH).svg


@pytest.mark.parametrize("draw", DRAWN)
@pytest.mark.parametrize("texts", [DANISH, ENGLISH], ids=["da", "en"])
def test_a_figure_is_one_well_formed_element_that_touches_nothing_around_it(draw, texts):
    picture = draw(compared(), texts)

    root = ET.fromstring(picture.svg)  # noqa: S314 (our own)
    assert root.tag.endswith("svg")
    assert "<style" not in picture.svg
    assert "<metadata" not in picture.svg
    assert "DejaVu" not in picture.svg
    assert len(picture.columns) == len(picture.rows[0])


def test_ids_differ_between_figures_on_one_page():
    ids = [
        id for draw in DRAWN for id in re.findall(r' id="([^"]+)"', draw(compared(), DANISH).svg)
    ]

    assert len(ids) == len(set(ids))


def test_every_reference_in_a_figure_has_its_target():
    for draw in DRAWN:
        svg = draw(compared(), DANISH).svg
        targets = re.findall(r'(?:href="#|url\(#)([^")]+)', svg)
        assert targets
        assert all(f'id="{target}"' in svg for target in targets)


def test_titles_say_what_nine_in_ten_bring_with_a_danish_comma():
    one = compared()
    titles = [draw(one, DANISH).title.replace("\xa0", " ") for draw in DRAWN]

    assert titles == [
        "Flest forsinkelser: mødet ved 17½ år, 1–2 af ca. 10 i 9 af 10 år",
        "Flest forsinkede dage: fuld to-do-liste, 10 om året i 9 af 10 perioder (100 % af dem alle)",
        "9 af 10 unge venter 0 til 30 dage på en koordinator, og ingen over tre måneder",
        "Hver koordinator har 17,0 åbne sager i 9 af 10 perioder, og 2 unge står uden koordinator",
        "Koordinatorerne bruger 90 % af deres timer i 9 af 10 år",
        "I 9 af 10 år beholder 75 % af de unge deres koordinator året ud",
        "I 9 af 10 år går 10 % af kontakten tabt, mest fordi tiden ikke rækker",
        "Det koster 2,50 mio. kr. om året i 9 af 10 perioder; det største bidrag er fra "
        "børne- og ungeområdet (60 %)",
    ]
    assert late_by_rule(one, ENGLISH).title.endswith("1–2 of about 10 in 9 of 10 years")


def test_the_text_alternative_and_the_table_have_the_numbers():
    picture = late_by_rule(compared(), DANISH)

    said = "Mødet ved 17½ år: 1–2, i gennemsnit 1,2 (i dag: 3–4, i gennemsnit 3,5)."
    assert said in picture.alternative
    assert ("Mødet ved 17½ år", "1–2", "1,2", "3–4", "3,5", "10,0") in picture.rows
    said = "Fuld to-do-liste: 10, i gennemsnit 10 (i dag: 10, i gennemsnit 10)."
    assert said in late_days(compared(), DANISH).alternative
    said = "År 2: 9 af 10 perioder 17,2 sager, i gennemsnit 17,2 (i dag: 17,2); 0,5 unge"
    assert said in over_time(compared(), DANISH).alternative
    assert ("Koordinatorer", "90 %", "90 %", "90 %", "90 %", "3.600", "4.000") in [
        tuple(cell.replace("\xa0", " ") for cell in row)
        for row in hours_by_role(compared(), DANISH).rows
    ]


@pytest.mark.parametrize("draw", [one for one in DRAWN if one is not over_time])
def test_what_nine_in_ten_bring_is_in_the_text_alternative_too(draw):
    picture = draw(compared(), DANISH)

    first = 2 if draw is continuity else 3
    for row in picture.rows:
        for cell in row[1:first]:
            assert cell.removesuffix("\xa0%") in picture.alternative, row


def test_what_it_is_held_against_is_named():
    named = replace(compared(), base_name="Forslag <b>")

    for draw in DRAWN:
        picture = draw(named, DANISH)
        assert any("Forslag <b>" in column for column in picture.columns)
        assert "Forslag &lt;b&gt;" in picture.svg
        assert "i dag" not in picture.svg


@pytest.mark.parametrize("draw", DRAWN)
def test_without_a_comparison_there_is_one_series_and_no_note(draw):
    alone = draw(study(), DANISH)

    assert alone.note == ""
    assert not any("i dag" in words for words in (*alone.columns, alone.alternative, alone.svg))


def test_a_difference_is_told_with_its_interval_and_one_that_may_be_chance_as_unclear():
    clear = late_by_rule(compared(), DANISH)
    assert clear.note == (
        "Forsinkede faste møder pr. år: −2,2 i forhold til i dag, med 95 % sikkerhed mellem −2,5 og −2,0."
    )
    assert clear.alternative.endswith(clear.note)
    swaying = [result(n, wait_mean_days=12.0 + (-1) ** n) for n in range(8)]
    unclear = waits(study(swaying, [result(n) for n in range(8)], coordinators=6), DANISH)
    assert "statistisk uklart" in unclear.note
    same = cost_by_purse(
        study([result(n) for n in range(8)], [result(n) for n in range(8)], coordinators=6), DANISH
    )
    assert same.note == "Pris pr. år: der er ingen forskel til i dag."


def test_late_days_differ_by_so_many_a_year_as_the_figure_shows():
    before = [result(n, late_days=80.0 + n) for n in range(8)]
    fewer = [result(n, late_days=40.0 + n) for n in range(8)]

    note = late_days(study(fewer, before, coordinators=6), DANISH).note

    # Two years of 40 days less.
    assert note.startswith("Forsinkede dage pr. år: −20 dage i forhold til i dag")


def test_a_long_wait_is_counted_beyond_the_three_months_of_the_law():
    # 92 days are three months, 93 are more.
    long = [result(n, waits=(0, 7, 8, 28, 61, 62, 92, 93, 200, 400)) for n in range(4)]
    picture = waits(study(long), DANISH)

    shares = {name: cell.replace("\xa0", " ") for name, cell in picture.rows}
    assert shares == {
        "Samme dag": "10 %",
        "1–7 dage": "10 %",
        "8–28 dage": "20 %",
        "29–61 dage": "10 %",
        "62–92 dage": "20 %",
        "Over tre måneder": "30 %",
        "Over tre måneder, 9 af 10 perioder": "30 %",
    }
    assert "30\xa0% venter over lovens tre måneder" in picture.title


def test_too_much_work_is_the_title_of_the_hours():
    heavy = study([result(n, load=1.2 + n / 100) for n in range(8)])

    title = hours_by_role(heavy, DANISH).title.replace("\xa0", " ")
    assert title == (
        "Arbejdet kræver 120–127 % af koordinatorernes timer i 9 af 10 perioder; det kan ikke holde"
    )


def test_years_are_sorted_by_how_many_youths_keep_their_coordinator():
    runs = [result(n, followed=20.0, kept=float(kept)) for n, kept in enumerate((20, 19, 18, 12))]
    picture = continuity(study(runs), DANISH)

    shares = [cell.replace("\xa0", " ") for _, cell in picture.rows[:5]]
    assert shares == ["25 %", "50 %", "0 %", "25 %", "0 %"]


def test_where_there_is_nothing_to_measure_the_figures_say_so():
    nothing = dict.fromkeys(YEARLY, 0.0)
    gap = float("nan")
    measures = dict.fromkeys(("load", "wait_mean_days", "missed_contact_share"), gap)
    empty = study([result(n, (0, 0), 0, (), **nothing, **measures) for n in range(3)])

    assert waits(empty, DANISH).title == "Der kom ingen unge i de år, der regnes på"
    assert continuity(empty, DANISH).title == "Ingen unge havde en koordinator et helt år"
    assert missed_contact(empty, DANISH).title == "Der er ingen kontakt at måle på"
    assert hours_by_role(empty, DANISH).title == "Der er ingen timer at fordele"
    for draw in DRAWN:
        assert "nan" not in draw(empty, DANISH).svg


def test_a_figure_is_as_high_whatever_its_numbers_are():
    one, other = compared(), study([result(n, (9, 8), waits=(300,)) for n in range(4)])

    for draw in DRAWN:
        assert draw(one, DANISH).drawing.height == draw(other, DANISH).drawing.height


def test_nothing_late_is_said_and_not_drawn_as_an_error():
    calm = study([result(n, (0, 0), late_days_queue=0.0) for n in range(3)])

    assert late_by_rule(calm, DANISH).title == "Ingen af de faste møder bliver forsinket"
    assert late_days(calm, DANISH).title == "Der er ingen forsinkede dage"


def test_months_without_a_coordinator_leave_a_gap():
    gap = float("nan")
    hole = [replace(result(n), caseload_by_month=(gap,) * 12 + (5.0,) * 12) for n in range(3)]

    picture = over_time(study(hole), DANISH)

    assert picture.rows[0][2] == "–"
    assert picture.rows[1][2] == "5,0"


def test_hostile_words_stay_words():
    hostile = '<script>alert("x")</script> & $\\frac{1}{2}$'
    one = compared()
    rules = tuple(
        rule.model_copy(update={"name": Words(da=hostile, en=hostile)})
        for rule in one.scenario.rules
    )
    picture = late_by_rule(replace(one, scenario=one.scenario.replace(rules=rules)), DANISH)

    assert "<script" not in picture.svg
    assert "&lt;script&gt;" in picture.svg
    assert "<script" not in picture._repr_html_()
