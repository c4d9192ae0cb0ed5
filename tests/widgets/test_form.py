import asyncio
from io import BytesIO

import pytest
import traitlets as tl
from openpyxl import load_workbook

from data.forms import read_form
from data.records import Record
from data.store import Store
from data.store_errors import StoreError
from data.texts import LANGUAGES, Texts
from widgets import CaseForm, CaseList, FormFields
from widgets.fields import read_date


@pytest.fixture
def form():
    return FormFields(read_form("coordinator"), Texts.read())


@pytest.fixture
def url(tmp_path, monkeypatch):
    monkeypatch.setenv("VEJVISER_DATA", str(tmp_path))
    return f"sqlite:///{tmp_path / 'vejviser.db'}"


@pytest.fixture
def page(url):
    return CaseForm("coordinator")


def field(page, name):
    return getattr(page, "_form", page)._fields[name]


def kept(url, case="ØVELSE-01"):
    answers = Store.open(url).load(case, "coordinator").answers
    return {name: answer for name, answer in answers.items() if answer is not None}


def words(widget):
    """Return all that a widget and those inside it say."""
    own = [str(getattr(widget, name, "")) for name in ("value", "description")]
    return " ".join([*own, *(words(child) for child in getattr(widget, "children", ()))])


# --- The form ----------------------------------------------------------------------------------


def test_the_form_follows_its_answers(form):
    form.answers = {"named": "yes", "assigned_on": "2026-05-03", "next_step": "Ring i morgen"}

    assert form._fields["named"]._radio.value == "yes"
    assert form._fields["assigned_on"]._text.value == "03-05-2026"
    assert form._fields["next_step"]._text.value == "Ring i morgen"
    assert form.progress == "1 af 9 nødvendige besvaret"


def test_the_answers_follow_the_form(form):
    form._fields["named"]._radio.value = "partly"
    form._fields["last_contact"]._text.value = "3/5 2026"
    form._fields["next_step"]._text.value = "  Ring  "

    given = {name: answer for name, answer in form.answers.items() if answer}
    assert given == {"named": "partly", "last_contact": "2026-05-03", "next_step": "Ring"}
    assert form.progress == "2 af 9 nødvendige besvaret"


def test_an_observer_hears_each_change_once(form):
    heard = []
    form.observe(lambda change: heard.append(change.new), "answers")

    form._fields["named"]._radio.value = "yes"
    form._fields["last_contact"]._ticks["unknown"].value = True

    assert [(each["named"], each["last_contact"]) for each in heard] == [
        ("yes", None),
        ("yes", "unknown"),
    ]


def test_an_answer_can_be_taken_back(form):
    form.answers = {"named": "yes"}

    form._fields["named"]._clear.click()

    assert form.answers["named"] is None
    assert form._fields["named"]._radio.value is None


def test_an_unknown_question_is_refused(form):
    with pytest.raises(tl.TraitError, match="no such question in this form: shoe_size"):
        form.answers = {"shoe_size": "42"}


def test_a_date_that_is_none_stays_in_its_field_with_a_sentence(form):
    day = form._fields["assigned_on"]
    day._text.value = "31-02-2026"

    assert day._text.value == "31-02-2026"
    assert day.fault == "»31-02-2026« er ikke en dato. Skriv dag-måned-år, fx 03-05-2026."
    assert form.answers["assigned_on"] is None

    day._text.value = "28-02-2026"

    assert form.faults() == {}
    assert form.answers["assigned_on"] == "2026-02-28"


def test_a_date_and_a_tick_take_each_others_place(form):
    day = form._fields["assigned_on"]
    day._text.value = "03-05-2026"
    day._ticks["unknown"].value = True

    assert (day.answer, day._text.value) == ("unknown", "")

    day._text.value = "04-05-2026"

    assert (day.answer, day._ticks["unknown"].value) == ("2026-05-04", False)

    day._text.value = ""

    assert day.answer is None


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("03-05-2026", "2026-05-03"),
        ("3.5.26", "2026-05-03"),
        (" 3/5 2026 ", "2026-05-03"),
        ("2026-05-03", "2026-05-03"),
        ("29-02-2028", "2028-02-29"),
        ("29-02-2027", None),
        ("i går", None),
        ("03052026", None),
        ("5-2026", None),
    ],
)
def test_a_date_is_read_as_danes_type_it(typed, iso):
    assert (read_date(typed).isoformat() if read_date(typed) else None) == iso


@pytest.mark.parametrize(
    ("typed", "left", "said"),
    [
        ("Ring til 010190-1234 i dag", "Ring til  i dag", "et CPR-nummer: »010190-1234«"),
        ("mor@eksempel.dk", None, "en mailadresse: »mor@eksempel.dk«"),
        ("Tlf. 22 33 44 55", "Tlf.", "et telefonnummer: »22 33 44 55«"),
    ],
)
def test_what_is_personal_stays_in_the_field_and_out_of_the_answers(form, typed, left, said):
    note = form._fields["next_step"]
    note._text.value = typed

    assert note._text.value == typed
    assert form.answers["next_step"] == left
    assert said in note.fault


def test_a_note_that_is_too_long_is_kept_as_far_as_there_is_room(form):
    form._fields["next_step"]._text.value = "x" * 1200

    assert len(form.answers["next_step"]) == 1000
    assert "1200 tegn" in form._fields["next_step"].fault


def test_what_was_typed_never_becomes_part_of_the_page(form):
    form._fields["assigned_on"]._text.value = "<script>alert(1)</script>"

    assert "<script>" not in form._fields["assigned_on"]._message.value


# --- On a case ---------------------------------------------------------------------------------


def test_every_change_is_saved_and_found_again(page, url):
    field(page, "named")._radio.value = "yes"
    field(page, "next_step")._text.value = "Mød den unge på FGU"

    assert kept(url) == {"named": "yes", "next_step": "Mød den unge på FGU"}
    again = CaseForm("coordinator")
    assert field(again, "next_step")._text.value == "Mød den unge på FGU"
    assert "1 af 9 nødvendige besvaret · Gemt kl. " in again._status.value


def test_each_case_has_its_own_answers(page, url):
    field(page, "next_step")._text.value = "010190-1234"
    page._case.value = "ØVELSE-02"
    field(page, "named")._radio.value = "no"
    page._case.value = "ØVELSE-01"

    assert kept(url, "ØVELSE-02") == {"named": "no"}
    assert kept(url) == {}
    assert field(page, "next_step")._text.value == ""
    assert page.client.query == {"sag": "ØVELSE-01"}


def test_the_address_opens_a_case(page):
    page.client.query = {"sag": "ØVELSE-02"}
    page.client.arrived = True

    assert page._case.value == "ØVELSE-02"
    assert "mekaniker" in page._story.value


def test_a_page_that_was_made_ready_long_before_shows_what_was_saved_since(page, url):
    cases = CaseList()
    Store.open(url).save(Record(case="ØVELSE-01", form="coordinator", answers={"named": "yes"}))

    page.client.arrived = True
    cases.client.arrived = True

    assert field(page, "named")._radio.value == "yes"
    assert "1 af 9" in words(cases)
    field(page, "deputy")._radio.value = "no"
    assert kept(url) == {"named": "yes", "deputy": "no"}


def test_a_page_that_is_up_to_date_keeps_its_form_when_it_is_opened(page, url):
    form = page._form
    field(page, "named")._radio.value = "yes"

    page.client.arrived = True

    assert page._form is form
    assert kept(url) == {"named": "yes"}


def test_a_click_that_arrives_after_another_case_was_opened_is_not_saved_there(page, url):
    late = field(page, "named")
    page._case.value = "ØVELSE-02"

    late._radio.value = "yes"

    assert kept(url, "ØVELSE-02") == {}


def test_a_text_is_saved_when_typing_pauses(page, url, monkeypatch):
    monkeypatch.setattr("widgets.autosave.PAUSE", 0.05)

    async def type_it():
        for end in (1, 2, 4):
            field(page, "next_step")._text.value = "Ring"[:end]
        early = kept(url), page._autosave.state
        await asyncio.sleep(0.3)
        return early

    assert asyncio.run(type_it()) == ({}, "waiting")
    assert kept(url) == {"next_step": "Ring"}
    assert len(Store.open(url).history("ØVELSE-01", "coordinator")) == 1


def test_two_tabs_are_told_and_nothing_is_lost(page, url):
    other = CaseForm("coordinator")
    field(other, "named")._radio.value = "yes"

    field(page, "named")._radio.value = "no"
    field(page, "deputy")._radio.value = "partly"

    assert kept(url) == {"named": "yes"}
    assert "ændret i et andet vindue" in words(page._problem)
    assert field(page, "named")._radio.value == "no"

    page._newest.click()

    assert field(page, "named")._radio.value == "yes"
    said = words(page._problem)
    assert "Har den unge én fast koordinator? Dit svar: Nej" in said
    assert "Dit svar: Delvist" in said
    assert kept(url) == {"named": "yes"}

    page._put_back.click()

    assert kept(url) == {"named": "no", "deputy": "partly"}
    assert words(page._problem).strip() == ""


def test_one_can_let_ones_own_answers_go(page, url):
    other = CaseForm("coordinator")
    field(other, "named")._radio.value = "yes"
    field(page, "named")._radio.value = "no"
    page._newest.click()

    page._let_go.click()

    assert page._own == {}
    assert kept(url) == {"named": "yes"}


def test_a_store_that_fails_is_told_and_the_answers_stay(url):
    works = []

    def open_store():
        if not works:
            raise StoreError("store.full", file="vejviser.db")
        return Store.open(url)

    page = CaseForm("coordinator", open_store=open_store)
    field(page, "named")._radio.value = "yes"
    page._case.value = "ØVELSE-02"
    page._case.value = "ØVELSE-01"

    assert "Disken er fuld" in words(page._problem)
    assert "Ikke gemt" in page._status.value
    assert field(page, "named")._radio.value == "yes"

    works.append(True)
    page._retry.click()

    assert kept(url) == {"named": "yes"}
    assert "Gemt kl." in page._status.value


def test_a_store_that_failed_at_first_overwrites_nothing_later(url):
    Store.open(url).save(Record(case="ØVELSE-01", form="coordinator", answers={"named": "yes"}))
    works = []

    def open_store():
        if not works:
            raise StoreError("store.locked", file="vejviser.db")
        return Store.open(url)

    page = CaseForm("coordinator", open_store=open_store)
    works.append(True)
    field(page, "deputy")._radio.value = "no"

    assert kept(url) == {"named": "yes"}
    assert page._autosave.state == "stale"


def test_answers_to_questions_that_are_gone_are_kept(url):
    old = {"named": "yes", "gone": "yes"}
    Store.open(url).save(Record(case="ØVELSE-01", form="coordinator", answers=old))

    field(CaseForm("coordinator"), "named")._radio.value = "no"

    assert kept(url) == {"named": "no", "gone": "yes"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_holds_what_stands_in_the_form(url, language):
    page = CaseForm("coordinator", language)
    field(page, "next_step")._text.value = "=1+1"
    sent = []
    page.download = lambda *parts: sent.append(parts)

    page._download.click()

    name, content, mime = sent[0]
    assert name.endswith("-ØVELSE-01.xlsx")
    assert mime.endswith("spreadsheetml.sheet")
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    assert "=1+1" in [cell.value for row in sheet.iter_rows() for cell in row]


def test_the_list_of_cases_says_how_far_each_is_and_links_to_it(page):
    field(page, "named")._radio.value = "yes"

    text = words(CaseList())

    assert "1 af 9" in text
    assert "0 af 9" in text
    assert "Ikke begyndt" in text
    assert 'href="01_koordinator.ipynb?sag=%C3%98VELSE-01"' in text
    assert "The fixed coordinator" in words(CaseList("en"))


def test_the_list_of_cases_stands_without_a_store():
    def fails():
        raise StoreError("store.corrupt", file="vejviser.db")

    assert "er beskadiget" in words(CaseList(open_store=fails))
