"""Two participants and the board in a real browser: reload, lost connection, what is shown."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from data.sessions import SessionStore
from data.store_errors import StoreError
from data.texts import Texts
from tests.handbook.at_the_door import FIRST, TABLE, OpenDoor

pytestmark = pytest.mark.browser
DA = Texts.read("da")
WHY = "Hvad svarer I, når han spørger: »Hvem er det, der bestemmer?«"
ALL = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


@pytest.fixture
def door(tmp_path):
    opened = OpenDoor(tmp_path)
    yield opened
    opened.shut()


@pytest.fixture
def come_in(door, new_context):
    """Join a session as a person does, and return the page."""

    def join(session, group, width=1280):
        page = new_context(width).new_page()
        page.goto(door.address)
        page.get_by_label(DA("door.code")).fill(session.code.lower())
        page.keyboard.press("Enter")
        page.get_by_role("button", name=DA("door.group", group=group)).click()
        page.wait_for_selector("#step:not(:empty)")
        return page

    return join


def full(*_):
    raise StoreError("store.full")


def saved(page):
    expect(page.locator("#kept")).to_have_attribute("data-state", "saved")


def accessible(page):
    options = {"runOnly": {"type": "tag", "values": list(ALL)}}
    found = Axe().run(page, options=options).response["violations"]
    return [(each["id"], each["nodes"][0]["target"]) for each in found]


def test_two_participants_work_lose_the_connection_and_come_back(door, come_in, new_context, until):
    session = door.begin()
    one, other = come_in(session, 1), come_in(session, 2, width=820)
    board = new_context().new_page()
    board.goto(f"{door.address}/board/{session.code}")
    expect(one.locator("#who")).to_have_text(DA("door.who", number=1, group=1))
    expect(board.locator("#joined")).to_have_text(DA("door.joined", count=2))

    # Each writes; neither sees the other.
    one.get_by_label(WHY).fill("Det gør du selv")
    other.get_by_label(WHY).fill("Det gør din koordinator")
    one.get_by_label("Kontaktpersonen, som han selv peger på").check()
    for page in (one, other):
        expect(page.locator("#kept")).to_contain_text("besvaret")
        saved(page)
    assert until(lambda: len(door.store.sheets(session.id)) == 2)
    assert "Det gør du selv" not in other.content() + board.content()

    # The trainer shows one question to all.
    door.show(session, f"{FIRST}/in_charge_why")
    for page in (one, other, board):
        expect(page.locator("#shown")).to_contain_text("Det gør du selv")
        expect(page.locator("#shown")).not_to_contain_text("Kontaktpersonen")

    # Whoever was far down the page hears of it there.
    other.evaluate("scrollTo(0, document.body.scrollHeight)")
    door.show(session, f"{FIRST}/in_charge")
    other.get_by_role("button", name=DA("door.room_see")).click()
    expect(other.locator("#shown")).to_be_in_viewport()
    expect(other.locator("#told")).to_have_text("")

    # The connection is lost in the middle of a sentence, and it goes on.
    one.context.set_offline(True)
    one.get_by_label(WHY).fill("Det gør du selv, sammen med os")
    expect(one.locator("#told")).to_have_text(DA("door.room_offline"))
    expect(one.locator("#kept")).to_contain_text(DA("door.room_unsaved"))
    one.context.set_offline(False)
    expect(one.locator("#told")).to_have_text("")
    saved(one)

    # A reload comes back to the same place as the same participant.
    one.reload()
    expect(one.get_by_label(WHY)).to_have_value("Det gør du selv, sammen med os")
    expect(one.get_by_label("Kontaktpersonen, som han selv peger på")).to_be_checked()
    expect(one.locator("#who")).to_have_text(DA("door.who", number=1, group=1))
    assert len(door.store.participants(session.id)) == 2
    for page in (one, board):
        assert accessible(page) == []


def test_the_board_comes_back_when_its_session_is_opened_again(door, new_context):
    session = door.begin()
    board = new_context().new_page()
    board.clock.install()
    board.goto(f"{door.address}/board/{session.code}")
    title = board.locator("#step").inner_text

    closed = door.store.close(session)
    expect(board.locator("#told")).to_have_text(DA("door.board_ended"))
    expect(board.locator("#groups")).to_be_hidden()

    door.store.reopen(closed)
    board.clock.fast_forward(30_000)
    expect(board.locator("#told")).to_have_text("")
    expect(board.locator("#groups")).to_be_visible()
    assert title()


def test_what_could_not_be_saved_outlives_the_tab(door, come_in, monkeypatch):
    session = door.begin(TABLE)
    page = come_in(session, 1)
    page.get_by_role("button", name="Tilføj").click()
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(SessionStore, "save_sheet", full)
        page.get_by_label("Hvad beder han selv om?").fill("Ring til 20 45 67 89 og mød ham")
        page.get_by_label("Hvad skal ske?").fill("Vi mødes på værkstedet")
        expect(page.locator("#kept")).to_contain_text(DA("door.room_unsaved"))
        expect(page.locator("#kept")).to_contain_text(DA("store.full"))
        context = page.context
        page.close()
    assert door.store.sheets(session.id) == []

    again = context.new_page()
    again.goto(f"{door.address}/?code={session.code}")
    expect(again.get_by_label("Hvad beder han selv om?")).to_have_value(
        "Ring til 20 45 67 89 og mød ham"
    )
    # What was personal is told beside its field, and only the rest is kept.
    expect(again.locator(".vv-message", has_text="20 45 67 89")).to_be_visible()
    saved(again)
    answers = door.store.sheets(session.id)[0].answers
    assert set(answers.values()) - {None} == {"Vi mødes på værkstedet", "Ring til  og mød ham"}
    kept = again.evaluate("JSON.stringify(localStorage)")
    assert "20 45 67 89" not in kept
    again.reload()
    expect(again.locator(".vv-message", has_text="20 45 67 89")).to_be_visible()

    # Whoever leaves takes what stands in the browser along.
    again.on("dialog", lambda dialog: dialog.accept())
    again.get_by_role("button", name=DA("door.leave")).click()
    again.wait_for_selector("#code")
    assert "20 45 67 89" not in again.evaluate("JSON.stringify(sessionStorage)")


def test_everybody_follows_the_trainer_but_nobody_is_torn_from_a_field(door, come_in):
    session = door.begin()
    one, other = come_in(session, 1), come_in(session, 1)
    one.get_by_label(WHY).fill("Vi ")
    door.at(session, TABLE)

    expect(other.locator("#exercise")).to_have_text("Fra samtale til aftaler")
    expect(one.locator("#told")).to_contain_text("Fra samtale til aftaler")
    expect(one.locator("#exercise")).to_have_text("Vælg koordinator og team")
    one.get_by_label(WHY).press_sequentially("gør")
    one.get_by_role("button", name=DA("door.room_follow")).click()
    expect(one.locator("#exercise")).to_have_text("Fra samtale til aftaler")
    # What was begun is there, and can be gone on with.
    one.get_by_role("button", name="Vælg koordinator og team").click()
    expect(one.get_by_label(WHY)).to_have_value("Vi gør")

    door.store.close(door.store.session(session.id))
    expect(other.locator("#told")).to_have_text(DA("door.room_closed"))
    expect(other.get_by_label("Hvad beder han selv om?")).not_to_be_editable()
