"""What is typed is saved soon, and what two people type at once is put together."""

import asyncio

import pytest

from data.answers import key_in_row
from data.forms import read_form
from data.records import Record
from data.store import Store
from data.store_errors import StoreError
from widgets import CaseForm
from widgets.autosave import PAUSE, Autosave

CASE = "ØVELSE-01"


@pytest.fixture
def url(tmp_path, monkeypatch):
    monkeypatch.setenv("VEJVISER_DATA", str(tmp_path))
    return f"sqlite:///{tmp_path / 'vejviser.db'}"


@pytest.fixture
def two(url):
    """Two windows with the same record, and something in it."""
    Store.open(url).save(Record(case=CASE, form="coordinator", answers={"met": "no"}))
    return CaseForm("coordinator"), CaseForm("coordinator")


def fields(page):
    return page.record_form.fields


def kept(url, form="coordinator", occasion=""):
    answers = Store.open(url).load(CASE, form, occasion).answers
    return {name: answer for name, answer in answers.items() if answer is not None}


def words(widget):
    own = [str(getattr(widget, name, "")) for name in ("value", "description")]
    return " ".join([*own, *(words(child) for child in getattr(widget, "children", ()))])


def click(widget, description):
    buttons = [each for each in inside(widget) if getattr(each, "description", "") == description]
    assert buttons, f"no button '{description}' in: {words(widget)}"
    buttons[0].click()


def inside(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from inside(child)


# --- When it is saved ----------------------------------------------------------------------------


def test_a_text_is_saved_soon_and_once(url, monkeypatch):
    monkeypatch.setattr("widgets.autosave.PAUSE", 0.05)
    page = CaseForm("coordinator")

    async def type_it():
        for end in (1, 2, 4):
            fields(page).write("next_step", "Ring"[:end])
        early = kept(url), page.record_form.autosave.state
        await asyncio.sleep(0.3)
        return early

    assert asyncio.run(type_it()) == ({}, "waiting")
    assert kept(url) == {"next_step": "Ring"}
    assert len(Store.open(url).history(CASE, "coordinator")) == 1


def test_whoever_goes_on_typing_is_saved_meanwhile(url, monkeypatch):
    monkeypatch.setattr("widgets.autosave.PAUSE", 0.05)
    page = CaseForm("coordinator")

    async def type_it():
        for end in range(1, 40):
            fields(page).write("next_step", "x" * end)
            await asyncio.sleep(0.01)
        return kept(url)

    assert len(asyncio.run(type_it())["next_step"]) > 10
    assert PAUSE <= 0.8  # with the way from the browser, less than a second


def test_a_click_saves_at_once_with_what_was_typed_before(url):
    page = CaseForm("coordinator")

    async def type_it():
        fields(page).write("next_step", "Ring")
        fields(page).write("named", "yes")
        return kept(url)

    assert asyncio.run(type_it()) == {"named": "yes", "next_step": "Ring"}


# --- Two people at once --------------------------------------------------------------------------


def test_what_does_not_clash_is_put_together_by_itself(two, url):
    mine, other = two
    fields(other).write("named", "yes")

    fields(mine).write("deputy", "partly")

    assert kept(url) == {"met": "no", "named": "yes", "deputy": "partly"}
    assert fields(mine).answers["named"] == "yes"
    assert "En anden har gemt imens" in words(mine)


def test_what_clashes_is_chosen_and_nothing_is_overwritten_before(two, url):
    mine, other = two
    fields(other).write("named", "yes")
    fields(mine).write("named", "no")
    fields(mine).write("deputy", "partly")

    assert kept(url) == {"met": "no", "named": "yes", "deputy": "partly"}
    assert fields(mine).answers["named"] == "no"
    said = words(mine.record_form._problem)
    assert "ændret det samme i et andet vindue" in said
    assert "Har den unge én fast koordinator?" in said
    assert "Dit svar</h4><p>Nej</p>" in said
    assert "Den andens svar</h4><p>Ja</p>" in said
    assert mine.record_form._finish.disabled

    click(mine, "Brug dit")

    assert kept(url)["named"] == "no"
    assert mine.record_form._problem.children == ()
    assert not mine.record_form._finish.disabled


def test_theirs_can_be_chosen(two, url):
    mine, other = two
    fields(other).write("named", "yes")
    fields(mine).write("named", "no")

    click(mine, "Brug den andens")

    assert kept(url)["named"] == "yes"
    assert fields(mine).answers["named"] == "yes"
    assert mine.record_form.autosave.clashes == {}


def test_another_answer_is_a_choice_too(two, url):
    mine, other = two
    fields(other).write("named", "yes")
    fields(mine).write("named", "no")

    fields(mine).write("named", "partly")

    assert kept(url)["named"] == "partly"
    assert mine.record_form.autosave.clashes == {}


def test_a_clash_follows_what_the_other_goes_on_to_say(two, url):
    mine, other = two
    fields(other).write("named", "yes")
    fields(mine).write("named", "no")
    fields(other).write("named", "partly")
    fields(mine).write("deputy", "no")

    assert kept(url) == {"met": "no", "named": "partly", "deputy": "no"}
    (clash,) = mine.record_form.autosave.clashes.values()
    assert (clash.mine["named"], clash.theirs["named"]) == ("no", "partly")

    fields(other).write("named", "no")
    fields(mine).write("deputy", "yes")

    assert mine.record_form.autosave.clashes == {}


def test_an_answer_that_both_gave_alike_is_no_clash(two, url):
    mine, other = two
    fields(other).write("named", "yes")

    fields(mine).write("named", "yes")

    assert mine.record_form.autosave.clashes == {}
    assert kept(url) == {"met": "no", "named": "yes"}


# --- Rows -----------------------------------------------------------------------------------------


@pytest.fixture
def rows(url):
    """Two windows with the same two agreements; their table, its rows and a note in each."""
    form = read_form("agreements")
    table = form.tables[0]
    note = next(item.id for item in table.items if item.kind == "note")
    keys = [key_in_row(table.id, row, note) for row in ("001aaaaa", "002bbbbb")]
    answers = dict(zip(keys, ("Ring", "Skriv"), strict=True))
    record = Record(case=CASE, form="agreements", occasion="2026-05-03", answers=answers)
    Store.open(url).save(record)
    pages = [CaseForm("agreements", case=CASE, occasion="2026-05-03") for _ in range(2)]
    return pages, table.id, keys


def test_two_who_add_a_row_each_have_two_rows(rows, url):
    (mine, other), table, _ = rows
    for page, words_ in ((mine, "Min"), (other, "Din")):
        row = fields(page).add_row(table)
        note = next(key for key in fields(page).missing() if f".{row}." in key)
        item = fields(page).form.item(note)
        fields(page).write(note, words_ if item.kind == "note" else item.choices()[0])

    assert len({key.split(".")[1] for key in kept(url, "agreements", "2026-05-03")}) == 4


def test_a_row_that_one_took_out_and_the_other_left_alone_is_out(rows, url):
    (mine, other), table, keys = rows
    fields(other).write(keys[1], "Skriv i dag")

    fields(mine).remove_row(table, "001aaaaa")

    assert kept(url, "agreements", "2026-05-03") == {keys[1]: "Skriv i dag"}


@pytest.mark.parametrize("chosen", ["Brug dit", "Brug den andens"])
def test_a_row_that_one_took_out_and_the_other_changed_is_chosen_as_a_whole(rows, url, chosen):
    (mine, other), table, keys = rows
    fields(other).write(keys[0], "Ring i dag")

    fields(mine).remove_row(table, "001aaaaa")

    assert kept(url, "agreements", "2026-05-03") == {keys[0]: "Ring i dag", keys[1]: "Skriv"}
    assert "Fjernet" in words(mine.record_form._problem)
    click(mine, chosen)
    left = {keys[1]: "Skriv"} if chosen == "Brug dit" else {keys[0]: "Ring i dag", keys[1]: "Skriv"}
    assert kept(url, "agreements", "2026-05-03") == left
    shown = {key: answer for key, answer in fields(mine).answers.items() if answer}
    assert shown == left


def test_what_i_write_in_a_row_that_the_other_took_out_is_not_lost(rows, url):
    (mine, other), table, keys = rows
    fields(other).remove_row(table, "001aaaaa")

    fields(mine).write(keys[0], "Ring i morgen")

    assert kept(url, "agreements", "2026-05-03") == {keys[1]: "Skriv"}
    assert fields(mine).answers[keys[0]] == "Ring i morgen"
    click(mine, "Brug dit")
    assert kept(url, "agreements", "2026-05-03") == {keys[0]: "Ring i morgen", keys[1]: "Skriv"}


# --- Finished meanwhile, and failures ------------------------------------------------------------


def test_what_is_written_after_somebody_finished_is_kept_until_it_is_opened_again(two, url):
    mine, other = two
    click(other, "Afslut")
    click(other, "Afslut alligevel")

    fields(mine).write("named", "yes")

    assert "En anden har afsluttet skemaet imens" in words(mine)
    assert "Ikke gemt" in words(mine)
    assert fields(mine).answers["named"] == "yes"
    assert kept(url) == {"met": "no"}

    click(mine.record_form._problem, "Åbn igen")

    assert kept(url) == {"met": "no", "named": "yes"}
    assert Store.open(url).load(CASE, "coordinator").state == "draft"
    assert Store.open(url).versions(CASE, "coordinator")[0].answers["met"] == "no"


def test_a_store_that_failed_at_first_overwrites_nothing_later(url):
    Store.open(url).save(Record(case=CASE, form="coordinator", answers={"named": "yes"}))
    works = []

    def open_store():
        if not works:
            raise StoreError("store.locked", file="vejviser.db")
        return Store.open(url)

    page = CaseForm("coordinator", open_store=open_store)
    works.append(True)
    fields(page).write("deputy", "no")

    assert kept(url) == {"named": "yes", "deputy": "no"}
    assert fields(page).answers["named"] == "yes"


def test_a_save_that_is_never_alone_gives_up_with_a_sentence(url):
    class Busy:
        def __init__(self):
            self.store = Store.open(url)

        def load(self, *key):
            return self.store.load(*key)

        def save(self, record):
            current = self.store.load(record.case, record.form)
            answers = {**current.answers, "met": "yes" if current.revision % 2 else "no"}
            Store.open(url).save(
                Record(case=CASE, form="coordinator", answers=answers, revision=current.revision)
            )
            return self.store.save(record)

    autosave = Autosave(Busy)
    autosave.load(CASE, "coordinator")

    autosave.change({"named": "yes"}, at_once=True)

    assert autosave.state == "failed"
    assert autosave.error.id == "store.stale"
    assert autosave.answers["named"] == "yes"
