"""A decision looked at again: what waits, what was counted, what is said, and where it is kept."""

import shutil
import zlib
from base64 import b64encode
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
import time_machine
from openpyxl import load_workbook

from data.case_files import CaseFile
from data.decisions import begin_decision
from data.follow_up import Quarter
from data.indicators import make_edition
from data.places import DATA_VARIABLE
from data.records import Record
from data.store import Store
from data.texts import Texts
from simulation import Scenario
from simulation.experiments.expectation import expectation_of, read_expectation
from simulation.experiments.manifest import Manifest, archive_folder
from simulation.experiments.manifest import Record as Recorded
from simulation.experiments.recorded import archive
from widgets.decision_follow_up import _counted
from widgets.decision_page import DecisionPage

DANISH = Texts.read("da")
TODAY = Scenario.preset("small", years=4, warm_up_years=1)
QUESTION = Manifest(
    kind="compare", scenarios=(TODAY, TODAY.replace(coordinators=3)), seed=1, replications=5
)
NOW = date(2028, 1, 20)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    for module in ("decision_page", "decision_follow_up"):
        monkeypatch.setattr(f"widgets.{module}.danish_today", lambda: NOW)
    # Four quarters of a season in each; enough that something is said, and no more.
    monkeypatch.setattr("simulation.experiments.quarters.RUNS", 30)
    archive(Recorded(manifest=QUESTION, files={}))


@pytest.fixture
def store():
    opened = Store.open()
    yield opened
    opened.close()


@pytest.fixture
def number(store):
    answers = {"question": "Er én mere nok?", "code": QUESTION.code, "outcome": "go"}
    answers |= {"begins": "2027-07-01"}
    return begin_decision(store, "ENHED", answers).occasion


def opened(**query):
    page = DecisionPage("da")
    page.client.set_state({"query": query, "arrived": True})
    page.followed.work.join(60)
    assert "Noget gik galt" not in page._notices.value
    return page


def since(page):
    """What is said under the decisions that wait."""
    rows = page._content_box.children[1].children
    return " ".join(row.children[1].value for row in rows)


def html(page):
    return page.followed.work.result.value


def test_a_decision_waits_until_its_quarters_are_looked_at(number, store):
    page = opened()
    assert [*page.due] == [number]
    assert "3. kvartal 2027 er slut og ikke set på" in since(page)

    page.due[number].click()
    page.followed.work.join(60)

    assert page.client.query == {"nr": number, "kvartal": "2027-3"}
    page.followed.record_form.fields.write("now", "keep")
    page.followed.record_form.leave()
    assert store.load("ENHED", "follow_up", f"{number}-2027-3").answers["now"] == "keep"
    page.followed.back.click()
    page.all.click()
    assert "4. kvartal 2027" in since(page)
    again = opened(nr=number, kvartal="2027-4")
    again.followed.record_form.fields.write("now", "keep")
    again.followed.back.click()
    again.all.click()
    assert again.due == {}
    assert again.client.query == {}


def test_what_is_expected_stands_there_before_anything_was_counted(number):
    page = opened(nr=number, kvartal="2027-3")

    assert html(page).count("data-indicator") == 5
    assert DANISH("follow_up.nothing") in html(page)
    assert DANISH("follow_up.exercise") in page.followed._told.value
    assert (archive_folder() / QUESTION.code / "quarters.json").is_file()


def test_what_is_expected_is_kept_with_the_decision_before_anything_is_followed(number, store):
    page = opened(nr=number)
    page.expectation.join(60)
    kept = store.load("ENHED", "expectation", number)

    assert kept.answers["code"] == QUESTION.code
    assert DANISH("decision.expectation_kept", date=DANISH.date(kept.saved_on)) in (
        page.expectation.said.value
    )

    # Neither the question nor the program is asked again, here or on another machine.
    shutil.rmtree(archive_folder())
    followed = opened(nr=number, kvartal="2027-3")
    assert html(followed).count("data-indicator") == 5
    assert DANISH("follow_up.unknown", code=QUESTION.code) not in followed.followed._told.value


def test_a_deleted_decision_leaves_no_expectation_to_the_next(number, store):
    page = opened(nr=number)
    page.expectation.join(60)

    page.really.click()
    again = begin_decision(store, "ENHED", {"question": "En anden?"}).occasion

    assert again == number
    assert store.load("ENHED", "expectation", number).revision == 0


def test_what_is_kept_is_not_taken_for_that_of_another_question(number, store):
    page = opened(nr=number)
    page.expectation.join(60)
    decision = store.load("ENHED", "decision", number)

    other = replace(decision, answers={**decision.answers, "code": "other"})

    assert read_expectation(store, decision) is not None
    assert read_expectation(store, other) is None


@pytest.mark.parametrize(
    "spoilt", ["", "####", "eJw=", "e30=", b64encode(zlib.compress(b"{}")).decode()]
)
def test_a_spoilt_expectation_is_counted_again(number, store, spoilt):
    answers = {"code": QUESTION.code, "quarters": spoilt}
    store.save(Record(case="ENHED", form="expectation", occasion=number, answers=answers))
    decision = store.load("ENHED", "decision", number)

    assert read_expectation(store, decision) is None
    *_, found = expectation_of(store, decision)

    assert found.finished
    assert read_expectation(store, decision).tried.counts.tolist() == found.tried.counts.tolist()


def test_typed_numbers_are_held_against_what_is_expected_at_once(number):
    page = opened(nr=number, kvartal="2027-3")
    form = page.followed.record_form

    form.fields.write("late_part", "9")
    form.leave()
    assert "Skriv begge tal" in page.followed._told.value
    assert "<td>9 af" not in html(page)
    form.fields.write("late_whole", "10")
    form.leave()

    assert "Skriv begge tal" not in page.followed._told.value
    assert "<td>9 af 10" in html(page)
    assert DANISH("follow_up.verdict_above_sure") in html(page)
    # Another quarter has numbers of its own.
    page.followed.quarter.value = "2027-4"
    assert "<td>9 af 10" not in html(page)
    page.followed.quarter.value = "2027-3"
    assert "<td>9 af 10" in html(page)


def test_the_quarters_since_the_decision_are_added_up(number):
    page = opened(nr=number, kvartal="2027-3")
    assert 'data-quarters="2"' not in html(page)
    for quarter, late in (("2027-3", "2"), ("2027-4", "3")):
        page.followed.quarter.value = quarter
        form = page.followed.record_form
        form.fields.write("late_part", late)
        form.fields.write("late_whole", "6")
        form.leave()

    added = html(page).partition("Siden beslutningen: 3. kvartal 2027 til 4. kvartal 2027")[2]

    assert html(page).count('data-quarters="2"') == 5
    assert "<td>5 af 12</td>" in added
    assert "lige så mange simulerede kvartaler i træk" in html(page)


def test_checklists_are_counted_and_small_numbers_hidden(number, store):
    store.change_settings(real_cases=True)
    for place in range(12):
        ref = f"K{place:05}"
        birthday = date(2011, 4, 10 + place)  # the last day for the meeting at 16 lies in July 2027
        store.save_case(CaseFile(ref=ref, birthday=birthday, opened=date(2026, 1, 1)))
        answers = {"meeting_type": "at_16", "outcome": "held" if place else "no_show"}
        store.save(Record(case=ref, form="meeting", occasion="2027-07-05", answers=answers))

    page = opened(nr=number, kvartal="2027-3")

    assert "<td>færre end 5 af 12</td>" in html(page)
    assert "<td>12</td>" in html(page)
    assert "<td>1 af" not in html(page)
    assert DANISH("follow_up.none_counted") not in page.followed._told.value


def test_it_is_said_where_what_is_expected_is_of_an_invented_municipality(number, store):
    assert DANISH("follow_up.invented") in opened(nr=number, kvartal="2027-3").followed._told.value

    answers = {"code": QUESTION.code, "municipality": "own", "begins": "2027-07-01"}
    own = begin_decision(store, "ENHED", answers).occasion

    page = opened(nr=own, kvartal="2027-3")
    assert DANISH("follow_up.invented") not in page.followed._told.value
    assert page._mark.value == ""


def test_a_decision_against_the_change_is_held_against_today(store):
    answers = {"code": QUESTION.code, "outcome": "no", "begins": "2027-07-01"}
    number = begin_decision(store, "ENHED", answers).occasion

    page = opened(nr=number, kvartal="2027-3")

    assert DANISH("follow_up.not_decided") in page.followed._told.value


def test_a_decision_without_numbers_can_be_followed_in_words(store):
    number = begin_decision(store, "ENHED", {"question": "Om aftenen?"}).occasion

    page = opened(nr=number, kvartal="2027-4")

    assert DANISH("follow_up.no_code") in page.followed._told.value
    assert page.followed.work.layout.display == "none"
    page.followed.record_form.fields.write("seen", "De unge kom oftere.")
    page.followed.record_form.leave()
    assert store.load("ENHED", "follow_up", f"{number}-2027-4").answers["seen"]


def test_a_question_that_is_not_here_is_told(store):
    answers = {"code": "AAAA-BBBB-CCCC", "begins": "2027-07-01"}
    number = begin_decision(store, "ENHED", answers).occasion

    page = opened(nr=number, kvartal="2027-3")

    assert "AAAA-BBBB-CCCC ligger ikke på denne maskine" in page.followed._told.value


def test_before_a_quarter_has_passed_there_is_nothing_to_see(store):
    number = begin_decision(store, "ENHED", {"begins": "2027-12-01"}).occasion

    page = opened(nr=number)
    page.follow_up.click()

    assert "Det første slutter 31. marts 2028" in page.followed._below.children[0].value


@pytest.mark.parametrize("quarter", ["1999-1", "2027-9", "<b>", ""])
def test_a_quarter_that_is_none_leads_to_one_that_is(number, quarter):
    page = opened(nr=number, kvartal=quarter)

    assert Quarter.read(page.followed.quarter.value) == Quarter(2027, 3)
    assert "<b>" not in html(page)


def test_hostile_words_are_shown_as_words(store):
    hostile = "<img src=x onerror=alert(1)>"
    answers = {"question": hostile, "code": hostile, "begins": "2027-07-01"}
    number = begin_decision(store, "ENHED", answers).occasion

    page = opened(nr=number, kvartal="2027-3")

    assert "<img" not in page.followed._heading.value + page.followed._told.value + html(page)


def test_the_workbook_tells_what_came_of_it(number, store, monkeypatch):
    page = opened(nr=number, kvartal="2027-3")
    form = page.followed.record_form
    form.fields.write("late_part", "9")
    form.fields.write("late_whole", "10")
    form.leave()
    sent = {}
    monkeypatch.setattr(page, "download", lambda name, content, _: sent.update({name: content}))

    page.followed.back.click()
    page.record_form._tools.buttons["form.download"].click()

    book = load_workbook(BytesIO(sent[f"beslutning-{number}.xlsx"]))
    rows = [[cell.value for cell in row] for row in book["Opfølgning"].iter_rows()]
    verdict = DANISH("follow_up.verdict_above_sure")
    late = next(row for row in rows if row[1] == DANISH("follow_up.late"))
    assert (late[0], late[2], late[4]) == ("3. kvartal 2027", "9 af 10", verdict)
    assert rows[-1][0] == DANISH("follow_up.no_effect")


def test_once_there_are_editions_a_late_checklist_changes_no_count(store):
    autumn, held = Quarter(2027, 4), {"outcome": "held", "meeting_type": "extra"}
    store.change_settings(real_cases=True)
    for number in range(30):
        store.save_case(CaseFile(ref=f"K{number:05}", opened=date(2027, 1, 4)))
    found = [{**held, "outcome": "no_show"} if number < 8 else held for number in range(30)]
    store.add_records(
        [_checklist(number, "2027-11-02", a) for number, a in enumerate(found)], "prøve"
    )
    with time_machine.travel(NOW, tick=False):
        make_edition(store, autumn)
    before = _counted(store, autumn)

    store.add_records([_checklist(9, "2027-11-12", held)], "sent")

    assert {cell.indicator: cell.least for cell in before} == {"meetings": 30, "no_show": 8}
    assert _counted(store, autumn) == before


def _checklist(number, day, answers):
    return Record(case=f"K{number:05}", form="meeting", occasion=day, answers=answers)
