"""The map as a page: what is shown of it, what can be chosen, and where its links lead."""

import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

import handbook
from data.cases import fictional_cases
from data.control_groups import control_groups
from data.forms import form_ids
from data.method_map import checklist_lines, method_map
from data.texts import Texts
from simulation.measures import MEASURES
from widgets.method_map import KINDS, MethodMapPage

PAGES = Path(handbook.__file__).parent
CONTROLS = {control.field for group in control_groups() for control in group.controls}


@pytest.fixture(scope="module", params=["da", "en"])
def page(request):
    return MethodMapPage(request.param)


@pytest.fixture
def danish():
    return MethodMapPage("da")


def strands(page):
    return re.findall(r'data-strand="(\w+)"', page.table.value)


def elements(page):
    return re.findall(r'data-element="([\w-]+)"', page.table.value)


def groups(page):
    return re.findall(r'data-only="(\w+)"', page.table.value)


def test_the_whole_map_is_shown_each_id_once(page):
    whole = method_map()

    assert sorted(strands(page)) == sorted(strand.id for strand in whole.strands)
    assert elements(page) == [*whole.elements]
    assert groups(page) == [group.id for group in whole.only_simulated]


def test_every_line_and_every_number_has_its_words(page):
    texts, shown = page.texts, page.table.value
    assert shown.count("redskab=meeting") >= len(checklist_lines())
    for measure in MEASURES:
        assert texts(f"measured.{measure}").replace("'", "&#x27;") in shown, measure


def test_every_link_leads_to_a_chapter_a_form_or_a_control(page):
    links = [
        urlsplit(link.replace("&amp;", "&"))
        for link in re.findall(r'href="([^"]+)"', page.table.value)
    ]
    folder = PAGES / page.texts.language
    cases = {case.id for case in fictional_cases()}

    assert {link.path for link in links} >= {"01_koordinator.ipynb", "sag.ipynb", "kapacitet.ipynb"}
    for link in links:
        assert (folder / link.path).is_file(), link
        query = parse_qs(unquote(link.query))
        assert set(query.get("sag", [])) <= cases
        assert set(query.get("redskab", [])) <= set(form_ids())
        if link.fragment:
            assert link.fragment.removeprefix("control-") in CONTROLS


def test_an_element_is_chosen_with_what_it_shares(danish):
    danish.element.value = "helhed-3"

    assert elements(danish) == ["helhed-3"]
    assert "core_team" in danish.table.value
    assert Texts.read("da")("method_map.nothing") not in danish.table.value
    assert groups(danish) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_shows_what_it_says(danish, kind):
    danish.kind.value = kind
    of = {strand.id: strand for strand in method_map().strands}
    shown = [of[id] for id in strands(danish)]

    if kind == "indicator":
        assert shown
        assert all(strand.indicator for strand in shown)
    elif kind == "no_indicator":
        assert not any(strand.indicator for strand in shown)
        assert "helhed-4" in elements(danish)
    elif kind == "simulated":
        assert not any(strand.simulation.none for strand in shown)
    elif kind == "not_simulated":
        assert all(strand.simulation.none for strand in shown)
    elif kind == "only_simulated":
        assert shown == []
    assert bool(groups(danish)) == (kind in {"all", "only_simulated"})


def test_every_strand_is_found_under_one_kind_of_each_pair(danish):
    found = {}
    for kind in KINDS:
        danish.kind.value = kind
        found[kind] = set(strands(danish))

    assert found["indicator"] ^ found["no_indicator"] == found["all"]
    assert found["simulated"] ^ found["not_simulated"] == found["all"]


def test_words_are_looked_for_in_all_that_is_shown_and_in_no_markup(danish):
    danish.words.value = "SAMTYKKE dækkede"
    assert strands(danish) == ["consent_valid"]

    danish.words.value = "coordinator_minutes"
    assert strands(danish) == ["coordinator_minutes"]

    danish.words.value = "Udeblivelse"
    assert "no_show" in strands(danish)

    for markup in ("href", "vv-quiet", "<li>", "amp;"):
        danish.words.value = markup
        assert strands(danish) == groups(danish) == [], markup
    assert danish.texts("method_map.nothing") in danish.table.value


def test_a_link_opens_what_it_says_and_anything_else_is_left_alone(danish):
    danish.client.set_state(
        {"query": {"trin": "vejen-2", "vis": "indicator", "soeg": "team"}, "arrived": True}
    )
    assert strands(danish) == ["core_team"]

    other = MethodMapPage("da")
    hostile = {"trin": "vejen-9", "vis": "<b>", "soeg": "<script>alert(1)</script>"}
    other.client.set_state({"query": hostile, "arrived": True})

    assert (other.element.value, other.kind.value) == ("", "all")
    assert "<script" not in other.table.value
    assert other._notices.value == ""


def test_what_is_chosen_stands_in_the_address(danish):
    danish.client.set_state({"query": {}, "arrived": True})
    danish.element.value = "vejen-4"
    danish.words.value = "aftaler"
    assert danish.client.query == {"trin": "vejen-4", "soeg": "aftaler"}

    danish.element.value, danish.words.value = "", ""
    assert danish.client.query == {}
