"""Whether a reader who follows a link or a reference arrives somewhere, on every page of both languages."""

import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from data.case_summary import case_forms
from data.cases import fictional_cases
from handbook.tidy import read_notebook
from widgets.case_page import CALENDAR

HANDBOOK = Path(__file__).parents[2] / "handbook"
FOLDERS = ("da", "en", "research/da", "research/en")
PAGES = sorted(file for folder in FOLDERS for file in (HANDBOOK / folder).glob("*.ipynb"))
CHAPTERS = [file for file in PAGES if re.match(r"\d\d_|velkommen", file.name)]
FRONT, SOURCES = "velkommen.ipynb", "32_kilder.ipynb"
CASES = {case.id for case in fictional_cases()}
TOOLS = {form.id for form in case_forms()} | {CALENDAR}
OWN_WORK = {"da": "Egen udregning", "en": "Our own arithmetic"}
"""How the entry begins that is no source but our own sum."""


def named(file):
    return f"{file.parent.relative_to(HANDBOOK)}/{file.name}"


def cells_of(file):
    """Return the text cells of *file* by id."""
    cells = read_notebook(file)["cells"]
    return {cell["id"]: cell["source"] for cell in cells if cell["cell_type"] == "markdown"}


def links_of(file):
    """Return the relative links of *file*, in parts."""
    found = re.findall(r"\]\(([^)\s]+)\)", "\n".join(cells_of(file).values()))
    return [parts for each in found if not (parts := urlsplit(each)).scheme]


def targets_of(file):
    return {(file.parent / unquote(link.path)).resolve() for link in links_of(file)}


def reached_from(file):
    """Return every page that one comes to from *file* by links alone."""
    reached, waiting = set(), [file]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            waiting += [each for each in targets_of(page) if each.suffix == ".ipynb"]
    return reached


def entries_of(file):
    """Return the numbered entries of the source list of *file*."""
    found = re.findall(r"^(\d+)\. (.+)$", cells_of(file)["sources"], flags=re.MULTILINE)
    return {int(number): text for number, text in found}


# --- Links -------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", PAGES, ids=named)
def test_every_link_leads_to_a_page_that_exists(file):
    missing = [str(each) for each in targets_of(file) if not each.is_file()]

    assert missing == []


@pytest.mark.parametrize("file", PAGES, ids=named)
def test_a_link_to_a_case_names_a_case_and_a_tool_that_exist(file):
    for link in links_of(file):
        query = parse_qs(link.query)
        if query:
            assert link.path == "sag.ipynb"
        assert set(query) <= {"sag", "redskab"}
        assert set(query.get("sag", [])) <= CASES
        assert set(query.get("redskab", [])) <= TOOLS
        assert "sag" in query or "redskab" not in query


@pytest.mark.parametrize("language", ["da", "en"])
def test_each_tool_can_be_opened_from_the_chapter_on_tools(language):
    links = links_of(HANDBOOK / language / "30_redskaber.ipynb")

    assert {tool for link in links for tool in parse_qs(link.query).get("redskab", [])} == TOOLS


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_page_can_be_reached_from_the_front_page(language):
    pages = set((HANDBOOK / language).glob("*.ipynb"))

    assert reached_from(HANDBOOK / language / FRONT) == pages


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_front_page_lists_every_chapter_and_every_chapter_leads_back(language):
    front = HANDBOOK / language / FRONT
    chapters = {file for file in CHAPTERS if file.parent == front.parent} - {front}

    assert chapters - targets_of(front) == set()
    assert [named(each) for each in sorted(chapters) if front not in targets_of(each)] == []


def test_twins_link_to_the_same_places():
    for danish in PAGES:
        if danish.parent.name == "da":
            english = danish.parents[1] / "en" / danish.name
            assert links_of(danish) == links_of(english), danish.name


# --- Sources -----------------------------------------------------------------------------------


@pytest.mark.parametrize("file", CHAPTERS, ids=named)
def test_every_reference_has_its_source_and_every_source_is_used(file):
    text = "\n".join(source for id, source in cells_of(file).items() if id != "sources")
    listed = list(entries_of(file))

    assert {int(number) for number in re.findall(r"\[(\d+)\]", text)} == set(listed)
    assert listed == list(range(1, len(listed) + 1))


@pytest.mark.parametrize("file", CHAPTERS, ids=named)
def test_every_source_of_a_chapter_stands_in_the_list_of_all_sources(file):
    known = [text.rstrip(".") for text in entries_of(file.parent / SOURCES).values()]
    strange = [
        text
        for text in entries_of(file).values()
        if not text.startswith((*known, OWN_WORK[file.parent.name]))
    ]

    assert strange == []


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_source_in_the_list_of_all_sources_is_used_in_a_chapter(language):
    folder = HANDBOOK / language
    used = [
        text
        for file in CHAPTERS
        if file.parent == folder and file.name != SOURCES
        for text in entries_of(file).values()
    ]
    known = entries_of(folder / SOURCES).values()

    assert [text for text in known if not any(u.startswith(text.rstrip(".")) for u in used)] == []


def test_twins_refer_to_the_same_sources_in_each_cell():
    for danish in CHAPTERS:
        if danish.parent.name == "da":
            english = cells_of(danish.parents[1] / "en" / danish.name)
            for id, source in cells_of(danish).items():
                numbers = [sorted(re.findall(r"\[(\d+)\]", each)) for each in (source, english[id])]
                assert numbers[0] == numbers[1], f"{danish.name}, {id}"
