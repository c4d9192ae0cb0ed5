from datetime import date
from io import BytesIO

import pytest
import traitlets as tl
from openpyxl import load_workbook

from data.case_files import CaseFile
from data.forms import read_form
from data.records import Record
from data.store import Store
from data.store_errors import StoreError
from data.texts import LANGUAGES, Texts
from widgets import CaseForm, CaseList, FormFields
from widgets.fields import read_date, read_number
from widgets.record_keeping import Copying

ALL_KINDS = """
id = "all"
title = {da = "Alt", en = "All"}
note = {da = "Kun til test", en = "For tests only"}
sections = [{id = "one", title = {da = "Først", en = "First"}}]
[[items]]
id = "held"
kind = "yes_partly_no"
section = "one"
required = true
codes = ["unknown"]
label = {da = "Holdt?", en = "Held?"}
[[items]]
id = "why"
kind = "note"
section = "one"
required = true
limit = 20
when = {item = "held", among = ["no"]}
label = {da = "Hvorfor ikke?", en = "Why not?"}
[[items]]
id = "who"
kind = "choices"
section = "one"
codes = ["declined"]
options = {youth = {da = "Den unge", en = "The youth"}, school = {da = "Skolen", en = "The school"}}
label = {da = "Hvem?", en = "Who?"}
[[items]]
id = "minutes"
kind = "number"
section = "one"
low = 0
high = 1500
codes = ["unknown"]
unit = {da = "minutter", en = "minutes"}
label = {da = "Hvor længe?", en = "How long?"}
[[items]]
id = "heard"
kind = "scale"
section = "one"
low_end = {da = "slet ikke", en = "not at all"}
high_end = {da = "helt", en = "fully"}
label = {da = "Hørt?", en = "Heard?"}
[[tables]]
id = "deals"
section = "one"
title = {da = "Aftaler", en = "Agreements"}
row = {da = "aftale", en = "agreement"}
at_most = 3
[[tables.items]]
id = "what"
kind = "note"
required = true
label = {da = "Hvad?", en = "What?"}
[[tables.items]]
id = "done"
kind = "yes_partly_no"
label = {da = "Gjort?", en = "Done?"}
[[tables.items]]
id = "lesson"
kind = "note"
required = true
when = {item = "done", among = ["no"]}
label = {da = "Hvad lærte vi?", en = "What did we learn?"}
"""


@pytest.fixture
def form():
    return FormFields(read_form("coordinator"), Texts.read())


@pytest.fixture
def all_kinds(tmp_path):
    file = tmp_path / "all.toml"
    file.write_text(ALL_KINDS, encoding="utf-8")
    return FormFields(read_form(file), Texts.read())


@pytest.fixture
def url(tmp_path, monkeypatch):
    monkeypatch.setenv("VEJVISER_DATA", str(tmp_path))
    return f"sqlite:///{tmp_path / 'vejviser.db'}"


@pytest.fixture
def page(url):
    return CaseForm("coordinator")


def fields(page):
    return page.record_form.fields


def write(page, **typed):
    for key, words in typed.items():
        fields(page).write(key, words)


def kept(url, case="ØVELSE-01", form="coordinator", occasion=""):
    answers = Store.open(url).load(case, form, occasion).answers
    return {name: answer for name, answer in answers.items() if answer is not None}


def words(widget):
    """Return all that a widget and those inside it say."""
    own = [str(getattr(widget, name, "")) for name in ("value", "description", "text")]
    return " ".join([*own, *(words(child) for child in getattr(widget, "children", ()))])


def click(widget, description):
    """Click the button called *description* somewhere in *widget*."""
    found = [each for each in inside(widget) if getattr(each, "description", "") == description]
    assert found, f"no button '{description}' in: {words(widget)}"
    found[0].click()


def inside(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from inside(child)


# --- The form ----------------------------------------------------------------------------------


def test_the_form_follows_its_answers(form):
    form.answers = {"named": "yes", "assigned_on": "2026-05-03", "next_step": "Ring i morgen"}

    assert form.typed("named") == "yes"
    assert form.typed("assigned_on") == "03-05-2026"
    assert form.typed("next_step") == "Ring i morgen"
    assert form.progress == "1 af 9 nødvendige besvaret"


def test_the_answers_follow_the_form(form):
    form.write("named", "partly")
    form.write("last_contact", "3/5 2026")
    form.write("next_step", "  Ring  ")

    given = {name: answer for name, answer in form.answers.items() if answer}
    assert given == {"named": "partly", "last_contact": "2026-05-03", "next_step": "Ring"}
    assert form.typed("next_step") == "  Ring  "
    assert form.progress == "2 af 9 nødvendige besvaret"


def test_an_observer_hears_each_change_once(form):
    heard = []
    form.observe(lambda change: heard.append(change.new), "answers")

    form.write("named", "yes")
    form.write("last_contact", "unknown")

    assert [(each["named"], each["last_contact"]) for each in heard] == [
        ("yes", None),
        ("yes", "unknown"),
    ]


def test_an_answer_can_be_taken_back(form):
    form.answers = {"named": "yes"}

    form.write("named", "")

    assert form.answers["named"] is None


def test_an_unknown_question_is_refused(form):
    with pytest.raises(tl.TraitError, match="no such question in this form: shoe_size"):
        form.answers = {"shoe_size": "42"}
    with pytest.raises(LookupError, match="no such question in this form: shoe_size"):
        form.write("shoe_size", "42")


def test_a_date_that_is_none_stays_in_its_field_with_a_sentence(form):
    form.write("assigned_on", "31-02-2026")

    assert form.typed("assigned_on") == "31-02-2026"
    fault = "»31-02-2026« er ikke en dato. Skriv dag-måned-år, fx 03-05-2026."
    assert form.faults() == {"assigned_on": fault}
    assert form.answers["assigned_on"] is None

    form.write("assigned_on", "28-02-2026")

    assert form.faults() == {}
    assert form.answers["assigned_on"] == "2026-02-28"


def test_nothing_is_wrong_with_a_date_while_it_is_typed(form):
    for end in range(1, 11):
        form.write("assigned_on", "28-02-2026"[:end], half=True)
        assert form.faults() == {}
        assert form.answers["assigned_on"] == ("2026-02-28" if end == 10 else None)


def test_a_date_and_a_tick_take_each_others_place(form):
    form.write("assigned_on", "03-05-2026")
    form.write("assigned_on", "unknown")

    assert form.answers["assigned_on"] == "unknown"

    form.write("assigned_on", "04-05-2026")

    assert form.answers["assigned_on"] == "2026-05-04"


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("03-05-2026", "2026-05-03"),
        ("3.5.26", "2026-05-03"),
        (" 3/5 2026 ", "2026-05-03"),
        ("2026-05-03", "2026-05-03"),
        ("29-02-2028", "2028-02-29"),
        ("3. maj 2026", "2026-05-03"),
        ("1 jan. 2026", "2026-01-01"),
        ("29-02-2027", None),
        ("i går", None),
        ("03052026", None),
        ("5-2026", None),
        ("3. marz 2026", None),
    ],
)
def test_a_date_is_read_as_danes_type_it(typed, iso):
    assert (read_date(typed).isoformat() if read_date(typed) else None) == iso


@pytest.mark.parametrize(
    ("typed", "number"),
    [("45", 45), (" 1.200 ", 1200), ("1 200", 1200), ("007", 7), ("12,5", None), ("-3", None)],
)
def test_a_number_is_read_as_danes_type_it(typed, number):
    assert read_number(typed) == number


@pytest.mark.parametrize(
    ("typed", "left", "said"),
    [
        ("Ring til 010190-1234 i dag", "Ring til  i dag", "et CPR-nummer: »010190-1234«"),
        ("mor@eksempel.dk", None, "en mailadresse: »mor@eksempel.dk«"),
        ("Tlf. 22 33 44 55", "Tlf.", "et telefonnummer: »22 33 44 55«"),
    ],
)
def test_what_is_personal_stays_in_the_field_and_out_of_the_answers(form, typed, left, said):
    form.write("next_step", typed)

    assert form.typed("next_step") == typed
    assert form.answers["next_step"] == left
    assert said in form.faults()["next_step"]


def test_what_is_personal_is_refused_by_whatever_way_it_comes(form):
    form.answers = {"next_step": "Ring til 010190-1234"}

    assert form.answers["next_step"] == "Ring til"
    assert "010190-1234" in form.faults()["next_step"]


def test_a_probable_name_warns_and_is_kept(form):
    form.write("next_step", "Ring til Mette Hansen")

    assert form.faults() == {}
    assert "Mette Hansen" in form.warnings()["next_step"]
    assert form.answers["next_step"] == "Ring til Mette Hansen"


def test_a_note_that_is_too_long_is_kept_as_far_as_there_is_room(form):
    form.write("next_step", "x" * 1200)

    assert len(form.answers["next_step"]) == 1000
    assert "1200 tegn" in form.faults()["next_step"]


def test_every_kind_of_question_is_read(all_kinds):
    for key, typed in {
        "who": "school,youth,nobody",
        "minutes": "1.200",
        "heard": "4",
    }.items():
        all_kinds.write(key, typed)

    given = {key: answer for key, answer in all_kinds.answers.items() if answer}
    assert given == {"who": "youth,school", "minutes": "1200", "heard": "4"}

    for key, typed in {"who": "declined", "minutes": "1501", "heard": "6"}.items():
        all_kinds.write(key, typed)

    given = {key: answer for key, answer in all_kinds.answers.items() if answer}
    assert given == {"who": "declined"}
    assert "mellem 0 og 1.500" in all_kinds.faults()["minutes"]


def test_a_question_that_is_not_asked_keeps_what_was_typed(all_kinds):
    all_kinds.write("held", "no")
    all_kinds.write("why", "Ingen kom")
    assert all_kinds.progress == "2 af 2 nødvendige besvaret"

    all_kinds.write("held", "yes")

    assert all_kinds._parts[0].unasked == ["why"]
    assert all_kinds.progress == "1 af 1 nødvendige besvaret"
    all_kinds.write("held", "no")
    assert all_kinds.answers["why"] == "Ingen kom"
    assert all_kinds._parts[0].unasked == []


def test_the_limit_of_a_note_is_its_own(all_kinds):
    all_kinds.write("why", "x" * 21)

    assert all_kinds.answers["why"] == "x" * 20
    assert "plads til 20" in all_kinds.faults()["why"]


def test_rows_are_added_filled_in_removed_and_put_back(all_kinds):
    first, second = all_kinds.add_row("deals"), all_kinds.add_row("deals")
    all_kinds.write(f"deals.{first}.what", "Ring")
    all_kinds.write(f"deals.{second}.what", "Skriv til 22 33 44 55")
    before = all_kinds.answers

    all_kinds.remove_row("deals", second)

    assert all_kinds._parts[0].rows == {"deals": [first]}
    assert all_kinds._parts[0].removed == {"deals": [second]}
    assert not any(second in key for key in all_kinds.answers)

    all_kinds.restore_row("deals", second)

    assert all_kinds.answers == before
    assert all_kinds.typed(f"deals.{second}.what") == "Skriv til 22 33 44 55"
    assert all_kinds._parts[0].rows == {"deals": [first, second]}
    assert all_kinds._parts[0].removed == {}


def test_a_table_has_an_end(all_kinds):
    rows = [all_kinds.add_row("deals") for _ in range(4)]

    assert rows[3] is None
    assert rows[:3] == sorted(rows[:3])


def test_a_condition_in_a_row_looks_at_its_own_row(all_kinds):
    first, second = all_kinds.add_row("deals"), all_kinds.add_row("deals")
    all_kinds.write(f"deals.{first}.done", "no")

    assert f"deals.{first}.lesson" not in all_kinds._parts[0].unasked
    assert f"deals.{second}.lesson" in all_kinds._parts[0].unasked


def test_what_is_missing_is_named_with_its_row(all_kinds):
    row = all_kinds.add_row("deals")

    assert all_kinds.missing() == {"held": "Holdt?", f"deals.{row}.what": "Aftale 1: Hvad?"}
    assert all_kinds.link("held").startswith("#vv-q-all-")


def test_a_closed_row_says_its_answers_in_one_line_and_what_it_needs():
    form = FormFields(read_form("agreements"), Texts.read())
    row, second = form.add_row("agreements"), form.add_row("agreements")
    given = {
        "sub_goal": "Komme i gang",
        "action": "Ring til <b>FGU</b>",
        "owner": "coordinator",
        "deadline": "2026-12-03",
        "done_when": "Når FGU har svaret",
        "status": "under_way",
    }
    for id, answer in given.items():
        form.write(f"agreements.{row}.{id}", answer)
    form.write(f"agreements.{second}.action", "Skriv til 22 33 44 55 " + "og vent " * 20)

    headings = form._parts[-1].headings

    said, needs = headings[f"agreements.{row}"]
    assert said == "Ring til <b>FGU</b> · Koordinatoren · 3. december 2026 · I gang"
    assert needs == ""
    said, needs = headings[f"agreements.{second}"]
    assert said.startswith("Skriv til og vent og")
    assert len(said) == 60
    assert needs == "Mangler 4 svar · Se på 1 svar"


def test_a_heading_leaves_out_what_says_nothing_without_its_question():
    form = FormFields(read_form("network"), Texts.read())
    answers = {"alias": "Moster", "sector": "family", "ring": "2", "effect": "unknown"}
    form.answers = {f"people.001aaaaa.{id}": answer for id, answer in answers.items()}

    assert form._parts[-1].headings == {"people.001aaaaa": ["Moster · Familie", ""]}

    form.write("people.001aaaaa.ring", "1")

    assert form._parts[-1].headings == {"people.001aaaaa": ["Moster · Familie · Helt tæt på", ""]}


def test_where_a_picture_adds_the_rows_the_table_does_not():
    network = FormFields(read_form("network"), Texts.read())
    agreements = FormFields(read_form("agreements"), Texts.read())

    assert [block["adds"] for block in blocks(network) if block["kind"] == "table"] == [False]
    assert [block["adds"] for block in blocks(agreements) if block["kind"] == "table"] == [True]


def test_what_the_picture_sets_is_kept_and_not_asked():
    form = FormFields(read_form("network"), Texts.read())
    form.answers = {"people.001aaaaa.alias": "Moster", "people.001aaaaa.angle": "80"}

    assert form.answers["people.001aaaaa.angle"] == "80"
    (table,) = (block for block in blocks(form) if block["kind"] == "table")
    assert "angle" not in [item["id"] for item in table["items"]]


def blocks(form):
    return [block for part in form._parts for block in part.blocks]


def test_a_locked_form_takes_nothing(all_kinds):
    row = all_kinds.add_row("deals")
    all_kinds.locked = True

    all_kinds.write("held", "yes")
    all_kinds.remove_row("deals", row)

    assert all_kinds.answers["held"] is None
    assert all_kinds.add_row("deals") is None
    assert all_kinds._parts[0].rows == {"deals": [row]}


@pytest.mark.parametrize(
    "message",
    [
        "no dict",
        {},
        {"kind": "typed", "key": "shoe_size", "value": "42"},
        {"kind": "typed", "key": "held", "value": 42},
        {"kind": "typed", "key": ["held"], "value": "yes"},
        {"kind": "typed", "key": "held", "value": "perhaps"},
        {"kind": "typed", "key": "deals.999zzzzz.what", "value": "x"},
        {"kind": "add", "table": "shoes"},
        {"kind": "add", "table": {"a": 1}},
        {"kind": "remove", "table": "deals", "row": "999zzzzz"},
        {"kind": "restore", "table": "deals", "row": None},
        {"kind": "typed", "key": "held", "value": "x" * 100_000, "number": "many"},
    ],
)
def test_a_message_that_asks_for_what_is_not_there_changes_nothing(all_kinds, message):
    before = all_kinds.answers

    all_kinds._parts[0]._on_message(None, message, [])

    assert all_kinds.answers == before


def test_the_browser_is_told_how_far_it_was_heard(all_kinds):
    part = all_kinds._parts[0]
    part._on_message(None, {"kind": "typed", "key": "held", "value": "no", "number": 3}, [])

    assert (part.heard, part.typed["held"]) == (3, "no")


# --- On a case ---------------------------------------------------------------------------------


def test_every_change_is_saved_and_found_again(page, url):
    write(page, named="yes", next_step="Mød den unge på FGU")

    assert kept(url) == {"named": "yes", "next_step": "Mød den unge på FGU"}
    again = CaseForm("coordinator")
    assert fields(again).typed("next_step") == "Mød den unge på FGU"
    assert "1 af 9 nødvendige besvaret · Gemt kl. " in words(again)


def test_each_case_has_its_own_answers(page, url):
    write(page, next_step="010190-1234")
    page._case.value = "ØVELSE-02"
    write(page, named="no")
    page._case.value = "ØVELSE-01"

    assert kept(url, "ØVELSE-02") == {"named": "no"}
    assert kept(url) == {}
    assert fields(page).typed("next_step") == ""
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

    assert fields(page).answers["named"] == "yes"
    assert "1 af 9" in words(cases)
    write(page, deputy="no")
    assert kept(url) == {"named": "yes", "deputy": "no"}


def test_a_page_that_is_up_to_date_keeps_its_form_when_it_is_opened(page, url):
    form = fields(page)
    write(page, named="yes")

    page.client.arrived = True

    assert fields(page) is form
    assert kept(url) == {"named": "yes"}


def test_a_click_that_arrives_after_another_case_was_opened_is_not_saved_there(page, url):
    late = fields(page)
    page._case.value = "ØVELSE-02"

    late.write("named", "yes")

    assert kept(url, "ØVELSE-02") == {}


def test_a_store_that_fails_is_told_and_the_answers_stay(url):
    works = []

    def open_store():
        if not works:
            raise StoreError("store.full", file="vejviser.db")
        return Store.open(url)

    page = CaseForm("coordinator", open_store=open_store)
    write(page, named="yes")
    page._case.value = "ØVELSE-02"
    page._case.value = "ØVELSE-01"

    assert "Disken er fuld" in words(page)
    assert "Ikke gemt" in words(page)
    assert fields(page).answers["named"] == "yes"

    works.append(True)
    click(page, "Prøv igen")

    assert kept(url) == {"named": "yes"}
    assert "Gemt kl." in words(page)


def test_answers_to_questions_that_are_gone_are_kept(url):
    old = {"named": "yes", "gone": "yes", "caseload": "forty"}
    Store.open(url).save(Record(case="ØVELSE-01", form="coordinator", answers=old))

    page = CaseForm("coordinator")
    write(page, named="no")
    write(page, named="partly")

    assert kept(url) == {"named": "partly", "gone": "yes", "caseload": "forty"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_a_file_holds_what_stands_in_the_form(url, language, kind):
    page = CaseForm("coordinator", language)
    write(page, next_step="=1+1")
    sent = []
    page.download = lambda *parts: sent.append(parts)

    click(page, page.texts("form.download" if kind == "xlsx" else "form.download_word"))

    name, content, _ = sent[0]
    assert name.endswith(f"-ØVELSE-01.{kind}")
    if kind == "xlsx":
        sheet = load_workbook(BytesIO(content)).worksheets[0]
        assert "=1+1" in [cell.value for row in sheet.iter_rows() for cell in row]
    assert [line["action"] for line in Store.open(url).history("ØVELSE-01")][-1] == "export"


# --- Draft and finished --------------------------------------------------------------------------


def test_one_is_told_what_is_missing_and_may_finish_all_the_same(page, url):
    write(page, named="yes")

    click(page, "Afslut")

    assert "mangler svar på 8 nødvendige" in words(page)
    assert fields(page).marked
    assert Store.open(url).load("ØVELSE-01", "coordinator").state == "draft"

    click(page, "Afslut alligevel")

    assert Store.open(url).load("ØVELSE-01", "coordinator").state == "finished"
    assert fields(page).locked
    assert "Afsluttet. Version 1" in words(page)
    write(page, named="no")
    assert kept(url) == {"named": "yes"}

    click(page, "Åbn igen")

    assert not fields(page).locked
    write(page, named="no")
    assert kept(url) == {"named": "no"}


def test_a_sheet_is_not_finished_while_it_shows_what_is_not_saved(page, url):
    write(page, last_contact="i går", named="yes")

    click(page, "Afslut")

    assert "Du kan ikke afslutte endnu" in words(page)
    assert "Afslut alligevel" not in words(page)
    assert Store.open(url).load("ØVELSE-01", "coordinator").state == "draft"

    write(page, last_contact="")

    assert "Du kan ikke afslutte endnu" not in words(page)
    click(page, "Afslut")
    click(page, "Afslut alligevel")
    assert fields(page).locked


def test_a_sheet_that_somebody_else_finished_shows_only_what_is_saved(page, url):
    write(page, named="yes", last_contact="i går")
    store = Store.open(url)
    store.finish(store.load("ØVELSE-01", "coordinator"))

    page.record_form._hand_over._tick.value = True

    assert fields(page).locked
    assert fields(page).typed("last_contact") == ""


def test_any_version_can_be_looked_at(page, url):
    for answer in ("yes", "no"):
        write(page, named=answer)
        click(page, "Afslut")
        click(page, "Afslut alligevel")
        click(page, "Åbn igen")
    write(page, named="partly")

    click(page, "Versioner")
    old = next(each for each in inside(page) if getattr(each, "tooltip", "") == "Se version 1")
    old.click()

    shown = words(page.record_form._place)
    assert "Har den unge én fast koordinator?" in shown
    assert "<dd>Ja</dd>" in shown
    click(page, "Luk")
    assert page.record_form._place.children == (fields(page),)
    assert fields(page).answers["named"] == "partly"


def test_somebody_is_reminded_until_it_is_moved(page, url):
    write(page, named="yes")
    assert "endnu ikke flyttet til fagsystemet" in words(page)

    click(page, "Tekst til fagsystemet")
    assert "Har den unge én fast koordinator?" in words(page.record_form._tools.extra)
    tick = page.record_form._hand_over._tick
    tick.value = True

    again = CaseForm("coordinator")
    assert "Flyttet til fagsystemet" in words(again)
    assert again.record_form._hand_over._tick.value
    assert Store.open(url).load("ØVELSE-01", "coordinator").handed_over is not None
    again.record_form._hand_over._tick.value = False
    assert "endnu ikke flyttet" in words(again)


def test_the_text_for_the_case_system_follows_what_is_typed(page):
    write(page, next_step="Ring til skolen")
    click(page, "Tekst til fagsystemet")
    (copying,) = (each for each in inside(page) if isinstance(each, Copying))
    assert "Ring til skolen" in copying.text

    write(page, next_step="Ring til FGU")

    assert "Ring til FGU" in copying.text
    assert "Ring til skolen" not in copying.text
    sent = []
    copying.send = sent.append
    copying._on_message(copying, {"kind": "copy"}, [])
    assert sent == [{"kind": "copy", "text": copying.text}]


def test_a_form_of_forty_questions_is_few_widgets(url):
    # Each widget is three models and three messages before anybody sees anything.
    page = CaseForm("assessment_helhed", occasion="2026-2-youth")

    assert len(page.form.items) == 40
    assert len([*inside(page)]) < 50


def test_what_is_printed_is_text_and_says_that_it_is_an_exercise(page):
    write(page, named="yes", next_step="<b>Ring</b>")

    sheet = page.record_form.paper.sheet
    assert "vv-watermark" in sheet
    assert "&lt;b&gt;Ring&lt;/b&gt;" in sheet
    assert "<input" not in sheet


def test_paper_says_the_title_of_a_table_once_and_that_it_is_empty(url):
    sheet = CaseForm("agreements", case="ØVELSE-01", occasion="2026-11-16").record_form.paper.sheet

    assert sheet.count("<h3>Aftaler</h3>") == 1
    assert '<p class="vv-quiet">Ingen.</p>' in sheet


def test_a_story_leads_to_the_papers_of_the_case(url):
    page = CaseForm("coordinator")

    assert 'href="sag.ipynb?sag=%C3%98VELSE-01"' in page._story.value
    assert "åbner i en ny fane" in page._story.value
    # On the page of the case they stand above the form already.
    assert "href" not in CaseForm("coordinator", case="ØVELSE-01")._story.value


def test_the_network_map_is_drawn_on_paper_with_the_people_below(url):
    answers = {"alias": "Moster", "sector": "family", "ring": "1", "angle": "10"}
    answers = {f"people.001aaaaa.{id}": answer for id, answer in answers.items()}
    Store.open(url).save(Record(case="ØVELSE-01", form="network", answers=answers))

    sheet = CaseForm("network", case="ØVELSE-01").record_form.paper.sheet

    figure, _, below = sheet.partition("</figure>")
    assert "<svg" in figure
    assert "Moster: familie, helt tæt på" in figure
    assert "<dd>Moster</dd>" in below
    assert "Plads på kortet" not in sheet


# --- Meetings ------------------------------------------------------------------------------------


@pytest.fixture
def meetings(url):
    return CaseForm("agreements", case="ØVELSE-01")


def test_the_first_meeting_asks_its_day(meetings, url):
    assert meetings.record_form.layout.display == "none"
    meetings._occasions.day.value = "i går"
    click(meetings, "Begynd")
    assert "er ikke en dato" in words(meetings)

    meetings._occasions.day.value = "3/5 2026"
    click(meetings, "Begynd")

    assert meetings.record_form.layout.display is None
    assert meetings.client.query == {"dag": "2026-05-03"}
    assert "3. maj 2026 (ikke gemt endnu)" in str(meetings._occasions.pick.options)
    fields(meetings).write("long_goal", "Blive tømrer")
    assert kept(url, form="agreements", occasion="2026-05-03") == {"long_goal": "Blive tømrer"}
    assert "ikke gemt endnu" not in str(meetings._occasions.pick.options)


def test_a_new_meeting_begins_with_what_is_carried(url):
    form = read_form("agreements")
    table = form.tables[0]
    note = next(item.id for item in table.items if item.kind == "note")
    closed = f"{table.id}.001aaaaa.{table.closed.item}"
    answers = {
        f"{table.id}.001aaaaa.{note}": "Gjort",
        closed: table.closed.among[0],
        f"{table.id}.002bbbbb.{note}": "Åben",
    }
    old = Record(case="ØVELSE-01", form="agreements", occasion="2026-05-03", answers=answers)
    Store.open(url).save(old)
    page = CaseForm("agreements", case="ØVELSE-01")
    assert page._occasions.pick.value == "2026-05-03"

    click(page, "Nyt møde")
    page._occasions.day.value = "3. november 2026"
    click(page, "Begynd")

    assert fields(page).answers[f"{table.id}.002bbbbb.{note}"] == "Åben"
    assert f"{table.id}.001aaaaa.{note}" not in fields(page).answers
    assert "Taget med fra mødet 3. maj 2026" in words(page)
    assert Store.open(url).load("ØVELSE-01", "agreements", "2026-11-03").revision == 0
    page._occasions.pick.value = "2026-05-03"
    assert fields(page).answers[f"{table.id}.001aaaaa.{note}"] == "Gjort"


def test_a_meeting_with_the_wrong_day_is_moved_to_another(url):
    for day, goal in (("2026-05-03", "Blive tømrer"), ("2026-11-03", "Finde bolig")):
        answers = {"long_goal": goal}
        record = Record(case="ØVELSE-01", form="agreements", occasion=day, answers=answers)
        Store.open(url).save(record)
    page = CaseForm("agreements", case="ØVELSE-01")
    fields(page).write("long_goal", "Finde en bolig")

    click(page, "Flyt til en anden dag")
    page._occasions.day.value = "3. maj 2026"
    click(page, "Flyt")

    assert "Der er allerede et skema fra 3. maj 2026" in words(page)

    page._occasions.day.value = "4. november 2026"
    click(page, "Flyt")

    assert "Skemaet er flyttet til 4. november 2026." in words(page)
    assert page.client.query == {"dag": "2026-11-04"}
    assert [day for _, day in page._occasions.pick.options] == ["2026-11-04", "2026-05-03"]
    moved = kept(url, form="agreements", occasion="2026-11-04")
    assert moved == {"long_goal": "Finde en bolig"}
    assert kept(url, form="agreements", occasion="2026-11-03") == {}
    fields(page).write("long_goal", "Finde ro")
    moved = kept(url, form="agreements", occasion="2026-11-04")
    assert moved == {"long_goal": "Finde ro"}
    click(page, "Nyt møde")
    assert "Begynd" in words(page)


def test_a_meeting_that_is_new_or_finished_is_not_moved(url):
    day = "2026-05-03"
    Store.open(url).finish(Record(case="ØVELSE-01", form="agreements", occasion=day))
    page = CaseForm("agreements", case="ØVELSE-01")
    assert page._occasions.move.layout.display == "none"

    click(page, "Åbn igen")

    assert page._occasions.move.layout.display is None
    click(page, "Nyt møde")
    page._occasions.day.value = "4. november 2026"
    click(page, "Begynd")
    assert page._occasions.move.layout.display == "none"


def test_the_address_opens_a_meeting(url):
    for day in ("2026-05-03", "2026-11-03"):
        Store.open(url).save(Record(case="ØVELSE-02", form="agreements", occasion=day))
    page = CaseForm("agreements")
    page.client.query = {"sag": "ØVELSE-02", "dag": "2026-05-03"}
    page.client.arrived = True

    record = page.record_form.autosave.record
    assert (record.case, record.occasion) == ("ØVELSE-02", "2026-05-03")


def test_a_form_on_the_work_itself_needs_no_case(url):
    page = CaseForm("assessment_vejen", occasion="2026-2-youth")

    assert page.record_form.autosave.record.case == "ENHED"
    assert page.record_form.autosave.record.occasion == "2026-2-youth"


def test_a_real_case_is_offered_when_the_installation_says_so(url):
    store = Store.open(url)
    assert "K00012" not in str(CaseForm("coordinator")._case.options)
    store.change_settings(real_cases=True)
    store.save_case(CaseFile(ref="K00012", opened=date(2026, 1, 1)))

    page = CaseForm("coordinator")
    page._case.value = "K00012"

    assert not page.record_form.exercise
    assert "ØVELSE" not in page._story.value
    assert "vv-watermark" not in page.record_form.paper.sheet


# --- The list of cases --------------------------------------------------------------------------


def test_the_list_of_cases_says_how_far_each_is_and_links_to_it(page):
    write(page, named="yes")

    text = words(CaseList())

    assert "1 af 9" in text
    assert 'href="sag.ipynb?sag=%C3%98VELSE-01"' in text
    assert "The fixed coordinator" in words(CaseList("en"))


def test_the_list_of_cases_stands_without_a_store():
    def fails():
        raise StoreError("store.corrupt", file="vejviser.db")

    assert "er beskadiget" in words(CaseList(open_store=fails))
