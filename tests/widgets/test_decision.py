"""A decision from the answer of Capacity to the files it leaves in, without a browser."""

import re
import shutil
import time
from dataclasses import replace
from html import escape
from io import BytesIO
from urllib.parse import parse_qsl

import pytest
from docx import Document
from openpyxl import load_workbook

from data import PRESETS
from data.decisions import begin_decision, figures_of
from data.places import DATA_VARIABLE
from data.store import Store
from data.texts import Texts
from simulation import Scenario, paired_replications
from simulation.experiments.decision_figures import figure_lines, figures
from simulation.experiments.manifest import current_program
from simulation.experiments.scenario_file import load_scenario
from simulation.study import Study
from widgets.decision_opening import Opening
from widgets.decision_page import DecisionPage
from widgets.workbench.calculation import SEED
from widgets.workbench.municipality import Municipality, invented
from widgets.workbench.page import Workbench

RUNS = 5
DANISH = Texts.read("da")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    # What is expected of quarters is counted in few runs.
    monkeypatch.setattr("simulation.experiments.quarters.RUNS", RUNS)


@pytest.fixture
def capacity(monkeypatch):
    """The page Capacity, whose runs are few, of a small municipality with one coordinator more."""
    yield from _capacity(monkeypatch)


def _capacity(monkeypatch, **query):
    for place in ("widgets.workbench.calculation.RUNS", "widgets.workbench.page.RUNS"):
        monkeypatch.setattr(place, dict.fromkeys(PRESETS, RUNS))
    # How the answer looks has tests of its own, and drawing takes seconds.
    monkeypatch.setattr("widgets.workbench.figures.Figures.show", lambda *_: None)
    page = Workbench("da")
    query = {"preset": "small", "coordinators": "3", "vis": "decide"} | query
    page.client.set_state({"query": query, "arrived": True})
    yield page
    page.calculation.cancel()
    page.calculation.join(20)


def answered(capacity):
    """The view that decides, of an answer that has settled."""
    until(lambda: capacity.weighing.study is not None)
    capacity.calculation.join(60)
    return capacity.views._made["decide"]


def until(true):
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture(scope="module")
def kept_folder(tmp_path_factory):
    """A data folder with one decision, saved from the answer of Capacity."""
    folder = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv(DATA_VARIABLE, str(folder))
        for page in _capacity(monkeypatch):
            view = answered(page)
            view.saving.save.click()
            view.saving.expectation.join(60)
            assert page._notices.value == ""
            assert view.saving.opening.address == "beslutning.ipynb?nr=1"
    return folder


@pytest.fixture
def store():
    opened = Store.open()
    yield opened
    opened.close()


@pytest.fixture
def decision(kept_folder, tmp_path):
    """The saved decision, in a data folder of this test."""
    shutil.copytree(kept_folder, tmp_path, dirs_exist_ok=True)
    store = Store.open()
    record = store.load("ENHED", "decision", "1")
    store.close()
    return record


def opened(number="", language="da"):
    page = DecisionPage(language)
    page.client.set_state({"query": {"nr": number} if number else {}, "arrived": True})
    return page


def downloads(page, monkeypatch):
    found = {}
    monkeypatch.setattr(
        "widgets.page.Page.download",
        lambda _page, name, content, _mime: found.update({name: content}),
    )
    for id in ("form.download_word", "form.download"):
        page.record_form._tools.buttons[id].click()
    return found


# --- The button on Capacity ---------------------------------------------------------------------


def test_only_a_settled_answer_to_what_is_chosen_can_be_saved(capacity):
    saving = answered(capacity).saving
    assert not saving.save.disabled

    capacity.bench.try_out({"reminders": True})
    assert saving.save.disabled
    answered(capacity)
    assert not saving.save.disabled


def test_a_click_that_comes_too_late_saves_nothing(capacity, store):
    saving = answered(capacity).saving
    capacity.weighing.study = None

    saving.save.click()

    assert store.list_records() == []


def test_the_view_shows_what_the_decision_begins_with(capacity, store):
    view = answered(capacity)
    capacity.weighing.note("find", ["Den mindste bemanding er 3 koordinatorer."])
    view.follow()
    shown = view._steps.value

    view.saving.save.click()

    answers = store.load("ENHED", "decision", "1").answers
    for part in ("question", "tried", "findings", "certainty", "not_modelled", "also_found"):
        assert escape(answers[part]) in shown, part
    assert answers["also_found"] == "Find bemanding: Den mindste bemanding er 3 koordinatorer."
    assert [*re.findall(r'data-step="(\w+)"', shown)] == [
        "question", "hypothesis", "findings", "decision",
    ]  # fmt: skip


def test_what_was_found_about_another_municipality_is_not_taken_along(capacity):
    answered(capacity)
    capacity.weighing.note("find", ["Den mindste bemanding er 3 koordinatorer."])

    capacity._begin(invented("medium", DANISH), Scenario.preset("medium"))

    assert capacity.weighing.findings == {}


def test_the_link_holds_the_state_and_not_the_view(capacity):
    view = answered(capacity)

    assert dict(parse_qsl(view.link.state)) == {"preset": "small", "coordinators": "3"}
    assert view._share.children == (view.link,)
    capacity.bench.try_out({"coordinators": 4})
    answered(capacity)
    assert dict(parse_qsl(view.link.state))["coordinators"] == "4"


# --- With figures of one's own --------------------------------------------------------------------


OWN = {"coordinators": "Lønsystemet, oktober", "weekly_hours": ""}


def own(**words):
    today = Scenario.preset("small", coordinators=2, weekly_hours=31)
    return Municipality("0a1b", "Nordby", "small", today, OWN, **words)


def test_own_figures_are_shared_as_a_file_that_opens_the_same_scenario(
    capacity, monkeypatch, tmp_path
):
    view = answered(capacity)
    town = own()
    capacity._begin(town, town.today.replace(coordinators=3))
    answered(capacity)
    sent = {}
    monkeypatch.setattr(capacity, "download", lambda name, content, _: sent.update({name: content}))

    view.file.click()

    assert view._share.children == (view.file,)
    assert view.link.state == ""
    assert "står aldrig i en adresse" in view._why.value
    (tmp_path / "scenarie.toml").write_bytes(sent["scenarie.toml"])
    assert load_scenario(tmp_path / "scenarie.toml") == capacity.weighing.scenario


def test_a_decision_on_own_figures_lists_them_with_their_sources_and_invents_nothing(
    capacity, store, monkeypatch
):
    view = answered(capacity)
    town = own()
    capacity._begin(town, town.today.replace(coordinators=3))
    answered(capacity)
    view.saving.save.click()

    files = downloads(opened("1"), monkeypatch)
    document = Document(BytesIO(files["beslutning-1.docx"]))
    text = "\n".join(one.text for one in document.paragraphs)
    text += document.sections[0].header.paragraphs[0].text
    book = load_workbook(BytesIO(files["beslutning-1.xlsx"]))

    assert "opdigtet" not in text
    assert "opdigtede" not in text
    assert "Nordby" in text
    assert "Koordinatorer: 2 personer (kilde: Lønsystemet, oktober)" in text
    rows = [row[0].value for row in book["Egne tal"].iter_rows()]
    assert "Koordinatorer: 2 personer (kilde: Lønsystemet, oktober)" in rows
    assert any("uden kilde" in str(row) for row in rows)
    assert not any("opdigte" in str(row[0].value) for sheet in book for row in sheet.iter_rows())


def test_the_decision_expects_what_the_python_api_says(decision, store):
    number = decision.occasion
    today = Scenario.preset("small")
    tried = today.replace(coordinators=3)
    rows = [*paired_replications(tried, today, RUNS, SEED)]
    study = Study(tried, [mine for mine, _ in rows], today, [theirs for _, theirs in rows])

    answers = store.load("ENHED", "decision", number).answers

    kept, given = figures_of(answers), figures(study)
    assert figure_lines(kept, DANISH) == figure_lines(given, DANISH)
    for one, other in zip(kept, given, strict=True):
        assert one.mean == pytest.approx(other.mean, abs=0.5 if one.kind == "dkk" else 1e-3)
    assert answers["seed"] == str(SEED)
    assert answers["replications"] == str(RUNS)
    assert dict(parse_qsl(answers["state"])) == {"preset": "small", "coordinators": "3"}
    assert "20.000 indbyggere" in answers["tried"]


def test_what_the_decision_keeps_brings_the_controls_of_capacity_back(decision, capacity):
    state = dict(parse_qsl(decision.answers["state"]))

    again = Workbench("da")
    again.client.set_state({"query": state, "arrived": True})

    assert again.weighing.scenario == capacity.weighing.scenario
    assert again.weighing.municipality == capacity.weighing.municipality
    assert again._notices.value == ""
    again.calculation.cancel()
    again.calculation.join(20)


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_saved(capacity, store, monkeypatch):
    def full(_):
        raise OSError(28, "no space")

    monkeypatch.setattr("simulation.experiments.decision_basis.keep", full)
    saving = answered(capacity).saving
    saving.save.click()

    assert "Spørgsmålet kunne ikke skrives i datamappen" in capacity._notices.value
    assert saving.opening.address == ""
    assert store.list_records() == []


@pytest.mark.parametrize("address", ["https://example.org", "//x.ipynb", "../a.ipynb", "a.ipynb?<"])
def test_the_page_is_only_led_to_a_page_beside_it(address):
    assert Opening(address=address).address == ""


# --- The page of decisions ----------------------------------------------------------------------


def test_a_saved_decision_is_listed_opened_and_written_on(decision, store):
    number = decision.occasion
    page = opened()
    (button,) = page.listed.values()
    assert button.description == "Nr. 1: Kan vi holde de faste møder til tiden med 3 koordinatorer " \
        "i stedet for 2?"  # fmt: skip

    button.click()
    page.record_form.fields.write("hypothesis", "Vi tror, at én mere er nok.")
    page.record_form.fields.write("outcome", "go")
    page.record_form.leave()

    assert page.client.query == {"nr": number}
    kept = store.load("ENHED", "decision", number).answers
    assert kept["hypothesis"] == "Vi tror, at én mere er nok."
    again = opened(number)
    assert again.record_form.fields.answers["outcome"] == "go"
    assert again.record_form.fields.faults() == {}
    page.all.click()
    assert page.client.query == {}
    assert "Vi gør det" in page._about(store.load("ENHED", "decision", number))


def test_writing_on_a_decision_leaves_its_figures_as_they_were(decision, store):
    number = decision.occasion
    before = store.load("ENHED", "decision", number).answers

    opened(number).record_form.fields.write("outcome", "wait")

    after = store.load("ENHED", "decision", number).answers
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    assert changed == {"outcome"}


def test_the_open_decision_shows_its_figures_its_code_and_the_way_back(decision, store):
    number = decision.occasion
    answers = store.load("ENHED", "decision", number).answers

    page = opened(number)

    html = page.figures._html.value
    for line in figure_lines(figures_of(answers), DANISH):
        assert f"<td>{line.expected}</td>" in html
    assert answers["code"] in page._heading.value
    assert f"vejviser rebuild {answers['code']}" in html
    assert 'href="kapacitet.ipynb?preset=small&amp;coordinators=3"' in page._heading.value


def test_the_figures_can_be_calculated_again(decision, store):
    number = decision.occasion
    page = opened(number)
    page.figures.check.click()
    page.figures.join(60)
    assert "Alle 34 tal er de samme." in page.figures.said.value

    record = store.load("ENHED", "decision", number)
    changed = {**record.answers, "late_mean": "1"}
    page.figures.show(changed)
    page.figures.check.click()
    page.figures.join(60)
    assert "1 af 34 tal er nogle andre nu." in page.figures.said.value


def test_that_another_version_calculates_is_told(decision, monkeypatch):
    page = opened(decision.occasion)
    other = replace(current_program(), sources="0" * 32)
    monkeypatch.setattr("simulation.experiments.decision_basis.current_program", lambda: other)

    page.figures.check.click()
    page.figures.join(60)

    assert "Alle 34 tal er de samme. Vejviser er en anden version end dengang." in (
        page.figures.said.value
    )


def test_a_question_that_is_not_on_this_machine_is_told(decision, tmp_path, monkeypatch):
    number = decision.occasion
    page = opened(number)
    (tmp_path / "experiments").rename(tmp_path / "elsewhere")

    page.figures.check.click()
    page.figures.join(60)

    assert "ligger ikke på denne maskine" in page.figures.said.value
    assert page._notices.value == ""
    files = downloads(opened(number), monkeypatch)
    book = load_workbook(BytesIO(files["beslutning-1.xlsx"]))
    assert book["Forventede tal"].max_row == 14
    assert "Lav dem igen med koden" in book["Alle tal"].cell(6, 1).value


def test_it_leaves_as_a_page_and_as_a_workbook_and_that_is_written_down(
    decision, store, monkeypatch
):
    number = decision.occasion
    files = downloads(opened(number), monkeypatch)

    assert {*files} == {"beslutning-1.docx", "beslutning-1.xlsx"}
    answers = store.load("ENHED", "decision", number).answers
    text = "\n".join(one.text for one in Document(BytesIO(files["beslutning-1.docx"])).paragraphs)
    assert answers["findings"] in text
    assert answers["not_modelled"] in text
    assert answers["code"] in text
    book = load_workbook(BytesIO(files["beslutning-1.xlsx"]))
    assert book["Alle tal"].max_row > 60
    exported = [line for line in store.history("ENHED") if line["action"] == "export"]
    assert len(exported) == 2


def test_a_decision_can_be_written_without_the_model(monkeypatch):
    page = opened()
    page.new.click()
    page.record_form.fields.write("question", "Skal mødet ligge om aftenen?")

    assert "Beslutningen har ingen tal" in page.figures._html.value
    assert page.figures.check.layout.display == "none"
    assert {*downloads(page, monkeypatch)} == {"beslutning-1.docx", "beslutning-1.xlsx"}


def test_what_is_personal_is_refused(store):
    page = opened()
    page.new.click()

    page.record_form.fields.write("decision", "Ring til 311299-4321")
    page.record_form.leave()

    assert "4321" not in str(store.load("ENHED", "decision", "1").answers)
    assert page.record_form.fields.faults()


def test_hostile_words_are_shown_as_words(store):
    hostile = "<img src=x onerror=alert(1)>"
    begin_decision(store, "ENHED", {"question": hostile, "code": hostile, "state": hostile})

    page = opened("1")

    assert "<img" not in page._heading.value + page.figures._html.value
    assert "<img" not in page._about(store.load("ENHED", "decision", "1"))


def test_a_decision_is_deleted_only_when_it_is_asked_twice(store):
    page = opened()
    page.new.click()

    page.delete.click()
    page.keep.click()
    assert store.load("ENHED", "decision", "1").revision
    page.delete.click()
    page.really.click()

    assert store.list_records("ENHED", "decision") == []
    assert "Beslutning nr. 1 er slettet." in page._notices.value
    assert [line["action"] for line in store.history("ENHED")][-1] == "delete"


def test_a_number_that_is_none_leads_to_the_list_with_a_sentence(store):
    begin_decision(store, "ENHED", {"question": "Hvad nu?"})

    page = opened("<b>99</b>")

    assert [*page.listed] == ["1"]
    assert "Der er ingen beslutning nr. " in page._notices.value
    assert "<b>" not in page._notices.value
