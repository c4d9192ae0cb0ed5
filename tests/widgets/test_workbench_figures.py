"""The figures of the answer and the files with all its numbers, in Python."""

import csv
import io
import json
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from data.texts import Texts
from simulation.experiments.decision_basis import question_of
from simulation.experiments.manifest import archived, read_record
from simulation.experiments.replications import paired_replications
from simulation.figures import continuity, late_by_rule
from simulation.study import Study
from tests.simulation.studies import study as invented_study
from widgets.page import Page
from widgets.workbench.calculation import SEED
from widgets.workbench.figures import FIGURES, Figures
from widgets.workbench.municipality import invented
from widgets.workbench.number_files import MIMES
from widgets.workbench.views import Bench
from widgets.workbench.weighing import Weighing

DANISH = Texts.read("da")
LONG = 120  # seconds; the first file loads what makes it


def bench():
    page = Page(DANISH)
    return Bench(page, Weighing(invented("medium", DANISH)), lambda _: None)


def settled(on):
    """Settle an answer of *on* with one coordinator more than today."""
    base = on.weighing.municipality.today.replace(years=2)
    scenario = base.replace(coordinators=base.coordinators + 1)
    on.weighing.hold_against(base, "to <b> år")
    on.weighing.try_out(scenario)
    own, others = zip(*paired_replications(scenario, base, 3, SEED), strict=True)
    study = Study(scenario, own, base, others, on.weighing.against_name)
    on.weighing.settle(study)
    return study


def test_only_the_figure_that_is_looked_at_is_drawn(monkeypatch):
    drawn = []

    def noted(name):
        def draw(study, texts):
            drawn.append(name)
            return late_by_rule(study, texts)

        return draw

    monkeypatch.setattr("widgets.workbench.figures._draws", noted)
    on = bench()
    figures = Figures(on)
    assert figures.shown.value == ""

    figures.show(settled(on))
    figures.choice.value = "waits"
    figures.choice.value = FIGURES[0]

    assert drawn == [FIGURES[0], "waits"], "and what was drawn is not drawn again"
    figures.show(settled(on))
    assert drawn == [FIGURES[0], "waits", FIGURES[0]], "but another answer is"


def test_every_figure_can_be_looked_at_and_has_its_table_and_words():
    on = bench()
    figures = Figures(on)
    figures.show(settled(on))
    figures.with_table.value = True

    for name in FIGURES:
        figures.choice.value = name
        shown = ET.fromstring(f"<div>{figures.shown.value}</div>")  # noqa: S314 (our own)
        assert shown.find("figure").get("aria-label")
        assert shown.find("figure").get("role") == "img"
        assert shown.find("h3").text
        table = ET.fromstring(figures.table.value)  # noqa: S314 (our own)
        assert table.find("table/caption").text == shown.find("h3").text
        assert len(table.findall("table/tbody/tr")) >= 2
        assert "to <b> år" in "".join(table.find("table/thead").itertext())


def test_the_table_is_folded_until_it_is_asked_for_and_stays_while_the_numbers_change():
    on = bench()
    figures = Figures(on)
    figures.show(settled(on))
    assert figures.table.value == ""

    figures.with_table.value = True
    before = figures.table.value
    figures.show(invented_study())

    assert before
    assert figures.table.value not in ("", before)


def test_the_address_says_which_figure_is_looked_at():
    on = bench()
    on.page.client.query = {"fig": "continuity"}
    figures = Figures(on)
    on.page.client.arrived = True
    figures.show(settled(on))

    assert continuity(on.weighing.study, DANISH).title in figures.shown.value
    figures.choice.value = "waits"
    assert on.page.client.query["fig"] == "waits"
    figures.choice.value = FIGURES[0]
    assert "fig" not in on.page.client.query


@pytest.mark.parametrize("name", ["nothing", "__init__", "sweep_map", "<b>"])
def test_an_address_that_names_no_figure_leaves_the_first(name):
    on = bench()
    on.page.client.query = {"fig": name}
    figures = Figures(on)
    on.page.client.arrived = True

    assert figures.choice.value == FIGURES[0]


@pytest.fixture
def downloads(monkeypatch):
    found = []
    monkeypatch.setattr(Page, "download", lambda _, *file: found.append(file))
    return found


def test_files_can_be_had_of_a_settled_answer_only(downloads):
    on = bench()
    figures = Figures(on)
    assert all(button.disabled for button in figures.files.buttons.values())

    figures.show(settled(on))
    assert not any(button.disabled for button in figures.files.buttons.values())
    on.weighing.try_out(on.weighing.municipality.today)

    assert all(button.disabled for button in figures.files.buttons.values())
    figures.files.buttons["csv"].click()
    figures.files.join(LONG)
    assert downloads == []


def test_each_file_has_the_code_and_the_numbers(downloads):
    on = bench()
    figures = Figures(on)
    study = settled(on)
    figures.show(study)
    code = question_of(study, DANISH, seed=SEED).code

    for ending in MIMES:
        figures.files.buttons[ending].click()
        figures.files.join(LONG)
    assert [(name, mime) for name, _, mime in downloads] == [
        (f"svar-{code}.{ending}", mime) for ending, mime in MIMES.items()
    ]
    workbook, table, picture = (content for _, content, _ in downloads)

    sheets = openpyxl.load_workbook(io.BytesIO(workbook), read_only=True)
    assert code in next(sheets["Svaret"].iter_rows(values_only=True))[0]
    rows = list(csv.DictReader(io.StringIO(table.decode())))
    assert {row["code"] for row in rows} == {code}
    assert [float(row["late_per_year"]) for row in rows if row["scenario"] == "2"] == [
        result.measures["late_per_year"] for result in study.results
    ]
    assert json.loads(rows[0]["manifest"])["code"] == code
    assert picture.startswith(b"\x89PNG")
    assert code.encode() in picture
    # Whoever has the code can have the numbers again.
    assert read_record(archived(code)).manifest.scenarios[1] == study.scenario


def test_a_folder_that_takes_no_file_is_told(downloads, monkeypatch):
    def full(*_):
        raise OSError(28, "no space left")

    monkeypatch.setattr("simulation.experiments.answer_file.archive", full)
    on = bench()
    figures = Figures(on)
    figures.show(settled(on))

    figures.files.buttons["xlsx"].click()
    figures.files.join(LONG)

    assert downloads == []
    assert DANISH("numbers.not_kept") in on.page._notices.value
    assert figures.files.said.value == ""
