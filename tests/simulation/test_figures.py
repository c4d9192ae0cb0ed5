import importlib.util
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from data.rules import Words
from data.texts import Texts
from simulation.figures import late_by_rule, late_days, over_time

_spec = importlib.util.spec_from_file_location("studies", Path(__file__).with_name("studies.py"))
studies = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(studies)
result, study = studies.result, studies.study

DANISH, ENGLISH = Texts.read("da"), Texts.read("en")
DRAWN = (late_by_rule, over_time, late_days)


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


def test_titles_say_the_finding_with_a_danish_comma():
    one = compared()

    assert late_by_rule(one, DANISH).title == (
        "Flest forsinkelser: mødet ved 17½ år, i gennemsnit 1,2 af 10,0 om året"
    )
    assert over_time(one, DANISH).title == (
        "Hver koordinator har i gennemsnit 17,2 åbne sager, og i gennemsnit står 0,5 unge uden koordinator"
    )
    assert late_days(one, DANISH).title.replace("\xa0", " ") == (
        "De fleste forsinkede dage: fuld to-do-liste (100 %)"
    )
    assert late_by_rule(one, ENGLISH).title.endswith("1.2 of 10.0 a year on average")


def test_the_text_alternative_and_the_table_have_the_numbers():
    picture = late_by_rule(compared(), DANISH)

    assert "Mødet ved 17½ år: 1,2 af 10,0 (1–2), i dag 3,5." in picture.alternative
    assert ("Mødet ved 17½ år", "10,0", "1,2", "1–2", "3,5") in picture.rows
    assert "Fuld to-do-liste: 10 dage, i dag 10." in late_days(compared(), DANISH).alternative
    assert (
        "År 2: 17,2 sager (9 af 10 mellem 17,2 og 17,2), 0,5 unge"
        in over_time(compared(), DANISH).alternative
    )


def test_nothing_late_is_said_and_not_drawn_as_an_error():
    calm = study([result(n, (0, 0), late_days_queue=0.0) for n in range(3)])

    assert late_by_rule(calm, DANISH).title == "Ingen af de faste møder bliver forsinket"
    assert late_days(calm, DANISH).title == "Der er ingen forsinkede dage"


def test_months_without_a_coordinator_leave_a_gap():
    gap = float("nan")
    hole = [replace(result(n), caseload_by_month=(gap,) * 12 + (5.0,) * 12) for n in range(3)]

    picture = over_time(study(hole), DANISH)

    assert picture.rows[0][1] == "–"
    assert picture.rows[1][1] == "5,0"


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
