"""The pages of cases: the list, a new case, one case with its tools, and its end."""

import html
import json
import re
import zipfile
from datetime import UTC, date, datetime
from io import BytesIO

import ipywidgets as ipw
import pytest

from data.case_files import CaseFile
from data.cases import fictional_cases
from data.export.whole_case import case_archive
from data.records import Record
from data.store import Store
from data.texts import LANGUAGES, Texts
from widgets import CaseList, CasePage
from widgets.case_details import CaseDetails
from widgets.case_life import CaseLife
from widgets.case_story import CaseStory

DAY = date(2026, 11, 22)


@pytest.fixture
def open_store(tmp_path):
    return lambda: Store.open(f"sqlite:///{tmp_path / 'records.db'}")


@pytest.fixture
def store(open_store):
    store = open_store()
    yield store
    store.close()


@pytest.fixture
def real(store):
    store.change_settings(real_cases=True)
    return store.save_case(
        CaseFile(
            ref="K00012", birthday=date(2009, 1, 5), unit="Ungeenheden", coordinator="KO3",
            opened=date(2025, 1, 8),
        )
    )  # fmt: skip


@pytest.fixture
def downloads(monkeypatch):
    kept = {}
    monkeypatch.setattr(
        "widgets.page.Page.download",
        lambda _page, name, content, _mime: kept.update({name: content}),
    )
    return kept


def listed(open_store, language="da"):
    return CaseList(language, open_store=open_store, today=lambda: DAY)


def page_of(open_store, ref, tool="", language="da"):
    page = CasePage(language, open_store=open_store, today=lambda: DAY)
    page.client.query = {"sag": ref, "redskab": tool}
    page.client.arrived = True
    assert page._notices.value == ""
    return page


def shown(widget):
    """Return all words that stand in *widget*."""
    own = [getattr(widget, name, "") for name in ("value", "description")]
    words = " ".join(str(one) for one in own)
    return words + " ".join(shown(child) for child in getattr(widget, "children", ()))


def part(widget, kind):
    found = [widget] if isinstance(widget, kind) else []
    return found + [one for child in getattr(widget, "children", ()) for one in part(child, kind)]


# --- The list --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_is_training_until_it_is_switched_and_says_how(open_store, language):
    page = listed(open_store, language)

    assert "vejviser records real-cases on" in shown(page)
    assert Texts.read(language)("cases.mode_training") in shown(page)
    assert part(page, CaseDetails) == []


def test_the_list_says_what_is_begun_overdue_and_waiting(open_store, store, real):
    store.save(Record(case="K00012", form="coordinator", answers={"named": "yes"}))
    meeting = store.save(Record(case="K00012", form="meeting", occasion="2026-05-03"))
    store.finish(meeting)

    words = shown(listed(open_store))

    assert "vejviser records real-cases off" in words
    assert 'href="sag.ipynb?sag=K00012"' in words
    assert "Den faste koordinator: 1 af" in words
    assert "Mødetjekliste: Afsluttet" in words
    assert "1 skal flyttes til fagsystemet" in words
    assert "Mødet ved 17½ år, senest 3. juli 2026" in words.replace("\N{NO-BREAK SPACE}", " ")
    assert [line["purpose"] for line in store.history() if line["action"] == "search"] == [
        "listen over sager vist"
    ]


def test_real_cases_are_not_listed_in_training(open_store, store, real):
    store.change_settings(real_cases=False)

    assert "K00012" not in shown(listed(open_store))


def test_a_long_list_is_turned_page_by_page(open_store, store, real):
    for number in range(20, 60):
        store.save_case(CaseFile(ref=f"K{number:05}", opened=date(2025, 1, 8)))
    page = listed(open_store)
    all_of_them = len(store.cases())
    back, on = part(page._pages, ipw.Button)
    seen = []

    assert back.disabled
    while True:
        seen += re.findall(r'<a href="sag.ipynb.sag=([^"]*)"', page._table.value)
        if on.disabled:
            break
        on.click()

    assert f"Sag 26–{all_of_them} af {all_of_them}" in shown(page)
    assert seen[0] == "K00012"
    assert len(seen) == len({*seen}) == all_of_them
    back.click()
    assert f"Sag 1–25 af {all_of_them}" in shown(page)


def test_a_list_of_one_page_has_no_pages_to_turn(open_store):
    assert listed(open_store)._pages.layout.display == "none"


def test_the_list_proposes_to_delete_what_is_old(open_store, store):
    store.save(Record(case="ØVELSE-01", form="team"))
    later = date.fromordinal(datetime.now(UTC).toordinal() + 31)

    page = CaseList("da", open_store=open_store, today=lambda: later)

    assert "1 udfyldte skemaer er ældre end deres frist" in shown(page)
    assert "vejviser records prune" in shown(page)


def test_without_a_store_the_fictional_cases_are_there_and_it_is_said_why(tmp_path):
    (tmp_path / "records.db").write_bytes(b"x" * 5000)

    page = listed(lambda: Store.open(f"sqlite:///{tmp_path / 'records.db'}"))

    assert "ØVELSE-01" in shown(page)
    assert "beskadiget" in page._notices.value


# --- A new case ------------------------------------------------------------------------------


def fill(details, **words):
    for name, typed in words.items():
        details.fields[name].value = typed
    details.save.click()


GOOD = {"ref": "k00013", "birthday": "3.5.2010", "unit": "Ungeenheden", "coordinator": "KO3"}


def test_a_new_case_is_kept_and_listed(open_store, store, real):
    page = listed(open_store)
    (details,) = part(page, CaseDetails)

    fill(details, **GOOD)

    kept = store.case("K00013")
    assert (kept.birthday, kept.unit, kept.coordinator) == (date(2010, 5, 3), "Ungeenheden", "KO3")
    assert "K00013 er gemt" in shown(details)
    assert details.fields["ref"].value == ""
    assert "sag.ipynb?sag=K00013" in shown(page)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ref": "Mette"}, "1–3 store bogstaver"),
        ({"ref": "K1"}, "1–3 store bogstaver"),
        ({"ref": "ØVELSE-07"}, "1–3 store bogstaver"),
        ({"ref": "311299-4321"}, "CPR-nummer"),
        ({"ref": "K00012"}, "er der allerede"),
        ({"birthday": "31-02-2010"}, "ikke en dato"),
        ({"birthday": "03-05-2030"}, "ligger for langt væk"),
        ({"birthday": ""}, "ikke en dato"),
        ({"birthday": "030510-4321"}, "CPR-nummer"),
        ({"unit": "Ring 22 33 44 55"}, "telefonnummer"),
        ({"unit": "Mette Hansen"}, "ligner et navn"),
        ({"unit": "x" * 81}, "81 tegn"),
        ({"coordinator": "Mette Hansen"}, "ligner et navn"),
        ({"coordinator": "mette@kommune.dk"}, "mailadresse"),
        ({"coordinator": ""}, "dæknavn"),
    ],
)
def test_what_may_not_be_kept_is_told_and_nothing_is(open_store, store, real, wrong, said):
    (details,) = part(listed(open_store), CaseDetails)
    before = [case.ref for case in store.cases()]

    fill(details, **(GOOD | wrong))

    assert said in shown(details)
    (name,) = wrong
    assert details.fields[name].value == wrong[name]
    assert [case.ref for case in store.cases()] == before


# --- One case --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_shows_the_case_of_its_address_and_every_tool(open_store, language):
    page = page_of(open_store, "ØVELSE-01", language=language)

    texts = Texts.read(language)
    assert texts("cases.mark") in page._head.value
    assert texts("cases.years", age=17) in page._head.value
    for name in page.choice:
        page.choice[name].value = True
        assert page._notices.value == ""
        assert page._place.children[0]._notices.value == ""
        assert page.client.query["redskab"] == name
        assert [other for other, each in page.choice.items() if each.value] == [name]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", fictional_cases(), ids=lambda case: case.id)
def test_a_fictional_case_shows_its_story_its_papers_and_the_note(open_store, case, language):
    page = page_of(open_store, case.id, language=language)
    (story,) = part(page, CaseStory)

    said = html.unescape(shown(story))
    assert case.story.in_(language).strip() in said
    titles = re.findall(r"<details class=.vv-card.><summary>(.*?)</summary>", said)
    assert titles[:-1] == [paper.title.in_(language) for paper in case.documents]
    assert titles[-1] == Texts.read(language)("cases.trainer")
    for paper in case.documents:
        assert all(part in said for part in paper.paragraphs(language))
    for words in case.facilitator.words():
        assert words.in_(language) in said
    for tool in case.tools:
        assert f"redskab={tool}" in said
    assert f"{case.facilitator.minutes} minut" in said


def test_beside_a_tool_the_story_is_folded_and_comes_back(open_store):
    page = page_of(open_store, "ØVELSE-03", "network")
    story = page._story

    (opened,) = page._told.children
    opened.value = True
    assert page._told.children == (opened, story)
    opened.value = False
    assert page._told.children == (opened,)
    page.choose("")
    assert page._told.children == (story,)


def test_a_real_case_has_no_story(open_store, real):
    assert part(page_of(open_store, "K00012"), CaseStory) == []


def test_each_paper_is_printed_alone_and_all_of_them_with_the_story(open_store, monkeypatch):
    sent = []
    monkeypatch.setattr("widgets.form_print.Paper.send", lambda _self, told: sent.append(told))
    (story,) = part(page_of(open_store, "ØVELSE-03"), CaseStory)
    case = fictional_cases()[2]
    papers = [paper.paragraphs("da")[-1] for paper in case.documents]

    for fold in (*story.papers, story.note):
        part(fold, ipw.Button)[0].click()
    story.print_all.click()

    sheets = [html.unescape(told["sheet"]) for told in sent]
    assert [[text in sheet for text in papers] for sheet in sheets[:3]] == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
    ]
    assert case.facilitator.law.da in sheets[3]
    assert all(text in sheets[4] for text in [*papers, case.story.da.strip()])
    assert case.facilitator.law.da not in sheets[4], "the note is not for those who do the exercise"
    for told, sheet in zip(sent, sheets, strict=True):
        assert told["kind"] == "print"
        assert "ØVELSE-03" in sheet
        assert "vv-watermark" in sheet


def test_the_tool_of_the_address_is_open_and_built_once(open_store):
    page = page_of(open_store, "ØVELSE-01", "team")
    (team,) = page._place.children

    page.choose("consent")
    page.choose("team")

    assert page._place.children == (team,)


def test_the_development_is_offered_once_there_is_a_second_meeting(open_store, store):
    store.save(Record(case="ØVELSE-01", form="dialogue", occasion="2026-06-01"))
    page = page_of(open_store, "ØVELSE-01", "dialogue")
    (tool,) = page._place.children
    fields = tool.record_form.fields
    fields.write("education_work", "2")
    assert "Vis udviklingen" not in shown(page._picture)

    tool._on_occasion("2026-11-20")
    tool.record_form.fields.write("education_work", "4")
    (draw,) = page._picture.children
    draw.click()
    assert "<figure" in shown(page._picture)

    tool.record_form.fields.write("education_work", "5")

    assert "<figure" not in shown(page._picture)  # It was of what stood there before.
    assert "Vis udviklingen" in shown(page._picture)


def test_what_waits_is_saved_when_another_tool_is_chosen(open_store, store):
    page = page_of(open_store, "ØVELSE-01", "coordinator")
    form = page._place.children[0].record_form
    form.fields.write("next_step", "Mød den unge")

    page.choose("team")

    assert store.load("ØVELSE-01", "coordinator").answers["next_step"] == "Mød den unge"
    assert "0 af" in page._states["coordinator"].value


@pytest.mark.parametrize("ref", ["", "K99999", "<b>x</b>", "K22334455"])
def test_an_address_without_a_case_offers_those_there_are(open_store, store, ref):
    page = page_of(open_store, ref)

    assert 'href="sag.ipynb?sag=%C3%98VELSE-01"' in shown(page)
    assert "<b>x" not in shown(page)
    assert store.history() == []


def test_a_real_case_can_be_closed_and_its_coordinator_changed(open_store, store, real):
    page = page_of(open_store, "K00012")
    (details,) = part(page, CaseDetails)
    details.fields["coordinator"].value = "KO4"
    details.closed.value = True

    details.save.click()

    assert (store.case("K00012").coordinator, store.case("K00012").closed) == ("KO4", DAY)
    assert "KO4" in page._head.value
    assert page.case.revision == 2


def test_the_picture_over_time_is_offered_once_there_are_two(open_store, store, monkeypatch):
    drawn = []
    monkeypatch.setitem(
        page_module().DEVELOPMENTS,
        "dialogue",
        lambda _form, records, _texts: drawn.append(len(records)) or "<figure></figure>",
    )
    store.save(Record(case="ØVELSE-01", form="dialogue", occasion="2026-05-03"))
    assert page_of(open_store, "ØVELSE-01", "dialogue")._picture.children == ()
    store.save(Record(case="ØVELSE-01", form="dialogue", occasion="2026-08-03"))

    page = page_of(open_store, "ØVELSE-01", "dialogue")
    page._picture.children[0].click()

    assert drawn == [2]
    assert "<figure>" in shown(page._picture)


def page_module():
    import widgets.case_page as module  # noqa: PLC0415

    return module


# --- The end of a case -----------------------------------------------------------------------


def test_a_case_is_brought_out_with_one_click(open_store, store, downloads):
    store.save(Record(case="ØVELSE-01", form="coordinator", answers={"next_step": "Æblegrød"}))
    page = page_of(open_store, "ØVELSE-01", "coordinator")
    page._place.children[0].record_form.fields.write("next_step", "Pæregrød")
    (life,) = part(page, CaseLife)

    life.export.click()

    with zipfile.ZipFile(BytesIO(downloads["sag-ØVELSE-01.zip"])) as archive:
        assert archive.testzip() is None
        held = json.loads(archive.read("sag.json"))
        assert sorted(archive.namelist()) == [
            "den-faste-koordinator.docx", "den-faste-koordinator.xlsx", "kodebog.csv", "sag.json",
            "svar.csv",
        ]  # fmt: skip
    assert held["records"][0]["answers"]["next_step"] == "Pæregrød"
    assert "ØVELSE" in held["exercise"]
    assert "1 udfyldte skemaer" in shown(life)
    assert [line["action"] for line in store.history("ØVELSE-01")][-1] == "export"


def test_a_file_of_a_real_case_carries_no_exercise_mark(store, real):
    archive = case_archive(store.export_case("K00012"), [], Texts.read("da"), exercise=False)

    with zipfile.ZipFile(BytesIO(archive)) as opened:
        assert "exercise" not in json.loads(opened.read("sag.json"))


def test_a_case_is_deleted_in_two_steps_with_a_receipt(open_store, store, real, downloads):
    store.finish(store.save(Record(case="K00012", form="team")))
    page = page_of(open_store, "K00012", "team")
    (life,) = part(page, CaseLife)
    life.delete.click()
    for told in ("1 udfyldte skemaer", "arkivreglerne", "1 afsluttede skemaer er ikke flyttet"):
        assert told in shown(life)
    life.sure.click()
    assert "Intet er slettet" in shown(life)
    assert store.case("K00012") is not None
    life.purpose.value = "fristen er udløbet"

    life.sure.click()

    assert store.case("K00012") is None
    assert store.list_records("K00012") == []
    assert life.delete.disabled
    life._asking.children[-1].click()
    receipt = downloads["kvittering-K00012.txt"].decode()
    assert "K00012/team" in receipt
    assert "fristen er udløbet" in receipt


def test_a_deleted_case_does_not_come_back_by_what_was_just_typed(open_store, store):
    page = page_of(open_store, "ØVELSE-01", "coordinator")
    page._place.children[0].record_form.fields.write("next_step", "Mød den unge")
    (life,) = part(page, CaseLife)
    life.delete.click()

    life.sure.click()
    page.choose("coordinator")

    assert store.list_records("ØVELSE-01") == []
    assert "Den fiktive sag er der stadig" not in shown(life._asking)


def test_nobody_is_asked_twice_after_regret(open_store, store):
    store.save(Record(case="ØVELSE-01", form="team"))
    (life,) = part(page_of(open_store, "ØVELSE-01"), CaseLife)
    life.delete.click()

    life.cancel.click()

    assert life._asking.children == ()
    assert len(store.list_records("ØVELSE-01")) == 1
