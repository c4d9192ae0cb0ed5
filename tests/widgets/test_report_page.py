"""The page of the leadership report, without a browser."""

import base64

import pytest

from data.case_files import CaseFile
from data.indicators import make_edition
from data.meeting_calendar import danish_today
from data.periods import Quarter
from data.places import DATA_VARIABLE
from data.store import Store
from data.texts import Texts
from widgets.report_page import ReportPage

DANISH = Texts.read("da")
LONG = 60


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))


def real():
    store = Store.open()
    store.change_settings(real_cases=True)
    store.save_case(CaseFile(ref="K00012", unit="Nord", opened=danish_today()))
    store.close()


def shown(page):
    page.drawn.join(LONG)
    return page.drawn.result.value


def arrive(page, **query):
    page.client.set_state({"query": query, "arrived": True})


def test_without_real_cases_the_report_is_shown_with_invented_numbers_that_say_so():
    page = ReportPage("da")
    arrive(page, til="politician")

    assert "ØVELSE" in shown(page)
    assert DANISH("leadership.training") in page._said.value
    assert page.other.layout.display == "none"
    assert page.make.layout.display == "none"
    assert not page.files["pdf"].disabled


def test_an_edition_is_made_once_and_stays(monkeypatch):
    real()
    page = ReportPage("da")
    arrive(page)

    assert page.files["pdf"].disabled
    assert page.make.layout.display is None
    page.make.click()
    assert "udgave 1" in shown(page)
    assert "ØVELSE" not in page.drawn.result.value
    assert not page.files["pdf"].disabled
    assert page.period.value == Quarter.of(danish_today()).later(-1).id

    again = ReportPage("da")
    arrive(again)
    assert "udgave 1" in shown(again)


def test_leaders_with_real_cases_can_see_the_invented_numbers_and_go_back():
    real()
    page = ReportPage("da")
    arrive(page, til="politician")

    page.other.click()
    assert "ØVELSE" in shown(page)
    page.other.click()
    assert page.make.layout.display is None


def as_role(monkeypatch, role):
    monkeypatch.setenv("VEJVISER_PERSON", f"{role}-1")
    monkeypatch.setenv("VEJVISER_ROLE", role)


def test_a_leader_reads_an_edition_and_cannot_have_the_checklists_counted(monkeypatch):
    real()
    store = Store.open()
    last = Quarter.of(danish_today()).later(-1)
    make_edition(store, last.later(-1))
    store.close()
    as_role(monkeypatch, "leader")
    page = ReportPage("da")
    arrive(page, til="politician")

    assert "udgave 1" in shown(page)
    page.period.value = last.id
    assert page.make.layout.display == "none"
    assert f"vejviser report {last.id}" in page._said.value


@pytest.mark.parametrize("role", ["trainer", "coordinator", "administrator"])
def test_who_may_not_read_editions_sees_invented_numbers_alone(monkeypatch, role):
    real()
    as_role(monkeypatch, role)
    page = ReportPage("da")
    arrive(page, til="politician")

    assert "ØVELSE" in shown(page)
    assert page.other.layout.display == "none"
    assert DANISH("leadership.for_leaders") in page._said.value


@pytest.mark.parametrize("query", [{"periode": "2099-1"}, {"periode": "x"}, {"til": "<b>"}])
def test_an_address_that_names_nothing_shows_what_there_is(query):
    page = ReportPage("da")
    arrive(page, **query)

    assert page.level.value == "leader"
    assert page.period.value == Quarter.of(danish_today()).later(-1).id


def test_each_file_leaves_and_a_real_one_is_written_in_the_log(monkeypatch):
    real()
    page = ReportPage("da")
    arrive(page, til="politician")
    page.make.click()
    left = []
    monkeypatch.setattr(page, "download", lambda *words: left.append(words))

    for kind in ("docx", "xlsx", "pdf"):
        page.files[kind].click()

    assert [name.rsplit(".", 1)[1] for name, _, _ in left] == ["docx", "xlsx", "pdf"]
    assert base64.b64encode(left[2][1]).startswith(b"JVBERi")
    store = Store.open()
    assert sum(line["action"] == "export" for line in store.history()) == 3
    store.close()
