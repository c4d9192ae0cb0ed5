"""A half day with a trainer and three participants, each in a browser of their own.

The suite answers the first exercise; ``VEJVISER_SESSION=full`` plays every step and answers every
question, and ``VEJVISER_PICTURES`` names a folder for pictures of it.
"""

import csv
import os
import re
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from docx import Document
from playwright.sync_api import expect

from data.sessions import SessionStore, read_exercise, read_plan
from data.texts import Texts
from widgets.fields import label

pytestmark = pytest.mark.browser

FULL = os.environ.get("VEJVISER_SESSION") == "full"
PICTURES = os.environ.get("VEJVISER_PICTURES")
DANISH = Texts.read("da")
PLAN = read_plan("half_day")
GROUPS = (1, 1, 2)
"""The group of each participant."""
ALIVE = "html[data-client=alive]"


@pytest.fixture(autouse=True)
def _patient():
    """Wait for what four browsers and their pages tell each other on a busy machine."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


def serious(page):
    found = Axe().run(page).response["violations"]
    return [
        (one["id"], one["nodes"][0]["html"])
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


def picture(page, name):
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def look_at(trainer, view):
    trainer.get_by_role("button", name=DANISH(f"session.view_{view}"), exact=True).click()


def button(page, id, **slots):
    return page.get_by_role("button", name=DANISH(f"session.{id}", **slots), exact=True)


def begin(open_page, app):
    """Return the trainer's page of a half day that has just been opened."""
    trainer = open_page("session", on=app, alive=True)
    trainer.get_by_role("radio", name=PLAN.title.da).check()
    expect(trainer.get_by_text(PLAN.about.da.strip()[:40])).to_be_visible()
    trainer.get_by_label(DANISH("session.title")).fill("Ungeenheden")
    button(trainer, "begin").click()
    expect(trainer.get_by_text(DANISH("session.not_begun"))).to_be_visible()
    return trainer


def joined(trainer, new_context):
    """Return the pages of participants who have typed the code and chosen their groups."""
    board = trainer.get_by_role("link", name=DANISH("session.board")).get_attribute("href")
    door, _, code = board.partition("/board/")
    pages = []
    for number, group in enumerate(GROUPS, start=1):
        page = new_context(820 if number == 1 else 1280).new_page()
        page.goto(door)
        page.get_by_label(DANISH("door.code")).fill(f" {code.lower()} ")
        page.get_by_role("button", name=DANISH("door.go_on")).click()
        page.get_by_role("button", name=DANISH("door.group", group=group), exact=True).click()
        expect(page.locator("#who")).to_have_text(DANISH("door.who", number=number, group=group))
        pages.append(page)
    wall = new_context().new_page()
    wall.goto(board)
    return pages, wall


def words_of(item, number):
    return f"Deltager nummer {number} om {item.id.replace('_', ' ')}"


def first_of(exercise, *, note):
    """Return the first question that is answered in words, or the first that is not."""
    return next(item for item in exercise.form.items if (item.kind == "note") is note)


def fill(page, item, number):
    """Answer *item* as participant *number*: the third differs from the others."""
    name = label(item, DANISH)
    options = list(item.options.values())
    if item.kind == "note":
        page.get_by_label(name, exact=True).fill(words_of(item, number))
    elif item.kind == "date":
        page.get_by_label(name, exact=True).fill("01-03-2027")
    elif item.kind == "choices":
        box = page.get_by_role("group", name=name, exact=True)
        box.get_by_label(options[number % len(options)].da, exact=True).check()
    elif item.kind == "choice":
        box = page.get_by_role("radiogroup", name=name, exact=True)
        box.get_by_label(options[1 if number == 3 else 0].da, exact=True).check()
    else:
        box = page.get_by_role("radiogroup", name=name, exact=True)
        box.get_by_role("radio").nth(1 if number == 3 else 0).check()


def answer_all(pages, exercise):
    """Let everybody answer all that *exercise* asks, and see that it is kept."""
    for number, page in enumerate(pages, start=1):
        expect(page.locator("#exercise")).to_have_text(exercise.form.title.da)
        for item in exercise.form.items:
            if FULL or item.required or item is first_of(exercise, note=True):
                fill(page, item, number)
        page.keyboard.press("Tab")
    for page in pages:
        expect(page.locator("#kept")).to_contain_text("Gemt kl.")


def test_a_half_day_with_a_trainer_and_three_participants(app, open_page, new_context, until):
    store = SessionStore.open(f"sqlite:///{app.data / 'vejviser.db'}")
    trainer = begin(open_page, app)
    id = re.search(r"session=(\w+)", trainer.url)[1]
    pages, wall = joined(trainer, new_context)
    expect(trainer.get_by_text(DANISH("session.joined", n=3))).to_be_visible()
    picture(trainer, "1-begun")
    picture(wall, "1-wall")

    button(trainer, "first").click()
    expect(trainer.get_by_role("heading", level=2, name=PLAN.steps[0].title.da)).to_be_visible()
    exercises = 0
    for number, step in enumerate(PLAN.steps[1:], start=2):
        button(trainer, "next").click()
        said = f"Trin {number} af {len(PLAN.steps)}"
        expect(trainer.get_by_text(said)).to_be_visible()
        expect(wall.locator("#step")).to_have_text(step.title.da)
        if step.exercise:
            exercises += 1
            work(trainer, pages, wall, read_exercise(step.exercise), first=exercises == 1)
        if exercises == 1 and not FULL:
            break

    picture(trainer, "6-last-step")
    bring_home(trainer, pages, store, id, exercises, until)
    store.close_store()


def work(trainer, pages, wall, exercise, *, first):
    """Play one exercise: everybody answers, the trainer follows and shows what is disagreed on."""
    picked, noted = first_of(exercise, note=False), first_of(exercise, note=True)
    look_at(trainer, "groups")
    if first:
        drop_out(pages[0], noted)
    answer_all(pages, exercise)
    expect(trainer.get_by_text(DANISH("session.groups_caption", done=3, all=3))).to_be_visible()
    picture(trainer, f"2-groups-{exercise.id}")
    picture(pages[0], f"2-participant-{exercise.id}")
    if first:
        assert serious(trainer) == []

    look_at(trainer, "answers")
    block = trainer.locator(".vv-session-question").filter(
        has=trainer.get_by_role("heading", name=picked.label.da, exact=True)
    )
    if picked.kind == "choice":
        expect(block.get_by_text(DANISH("session.groups_differ"))).to_be_visible()
    # What two wrote in other groups is nowhere before it is shown; one's own is in its field.
    for page in (*pages[:2], wall):
        expect(page.get_by_text(words_of(noted, 3))).to_have_count(0)
        expect(page.locator("#shown")).to_be_hidden()
    block.get_by_role("button", name=DANISH("session.show"), exact=True).click()
    for page in (*pages, wall):
        expect(page.locator("#shown")).to_contain_text(picked.label.da)
        expect(page.locator("#shown")).not_to_contain_text(noted.label.da)
    picture(trainer, f"3-answers-{exercise.id}")
    picture(wall, f"3-wall-{exercise.id}")
    if first:
        keep_its_place(trainer, block)
    block.get_by_role("button", name=DANISH("session.hide"), exact=True).click()
    for page in (*pages, wall):
        expect(page.locator("#shown")).to_be_hidden()
    look_at(trainer, "notes")
    picture(trainer, f"4-notes-{exercise.id}")


def drop_out(page, item):
    """Lose the connection of *page* while its owner writes, and find it again."""
    field = page.get_by_label(label(item, DANISH), exact=True)
    expect(field).to_be_visible()
    page.context.set_offline(True)
    field.fill("Skrevet uden forbindelse")
    expect(page.get_by_text(DANISH("door.room_offline"))).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#kept")).to_contain_text("Gemt kl.")
    page.reload()
    expect(field).to_have_value("Skrevet uden forbindelse")


def keep_its_place(trainer, block):
    """Reload the trainer's page: the same session, step, clock and answers; what is shown is shown."""
    clock = trainer.get_by_role("timer").inner_text()
    heading = trainer.locator(".vv-session-step").inner_text()
    assert serious(trainer) == []
    trainer.reload()
    trainer.wait_for_selector(ALIVE, state="attached")
    hide = block.get_by_role("button", name=DANISH("session.hide"), exact=True)
    expect(hide).to_be_visible()
    assert trainer.locator(".vv-session-step").inner_text() == heading
    before, after = (seconds(each) for each in (clock, trainer.get_by_role("timer").inner_text()))
    assert before - 120 < after <= before, "it went on while nobody looked"


def seconds(clock):
    minutes, rest = clock.split(":")
    return 60 * int(minutes) + int(rest)


def bring_home(trainer, pages, store, id, exercises, until):
    """Write the next steps, end the session, and see what is taken home."""
    look_at(trainer, "steps")
    trainer.get_by_label(DANISH("session.steps_field")).press_sequentially(
        "Koordinatoren ringer til voksenområdet inden 1. februar\nLederen finder en afløser"
    )
    expect(trainer.get_by_text(DANISH("session.steps_saved"))).to_be_visible()
    picture(trainer, "7-next-steps")
    assert until(lambda: len(store.session(id).notes) == 2)
    look_at(trainer, "end")
    button(trainer, "close").click()
    button(trainer, "close_now").click()
    for page in pages:
        expect(page.get_by_text(DANISH("door.room_closed"))).to_be_visible()
    expect(trainer.get_by_text(DANISH("session.end_closed"))).to_be_visible()
    fits(trainer)
    picture(trainer, "8-ended")

    with trainer.expect_download() as waiting:
        button(trainer, "workbook").click()
    content = Path(waiting.value.path()).read_bytes()
    text = "\n".join(
        part.text for part in Document(BytesIO(content)).element.body.iter() if part.text
    )
    assert "Lederen finder en afløser" in text
    with trainer.expect_download() as waiting:
        button(trainer, "csv").click()
    rows = list(
        csv.reader(StringIO(Path(waiting.value.path()).read_text("utf-8-sig")), delimiter=";")
    )
    written = {cell for row in rows for cell in row}
    for exercise in PLAN.exercises[:exercises]:
        noted = first_of(read_exercise(exercise), note=True)
        for number in (1, 2, 3):
            assert words_of(noted, number) in text
            assert words_of(noted, number) in written


def ticks_alone(app, page):
    """See the clock go on while no kernel does anything."""
    before = page.get_by_role("timer").inner_text()
    kernels = app.kernels()
    for kernel in kernels:
        kernel.suspend()
    try:
        expect(page.get_by_role("timer")).not_to_have_text(before)
    finally:
        for kernel in kernels:
            kernel.resume()


def fits(page):
    """See that a tablet and a telephone show the page whole; one kernel answers both."""
    for width in (820, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_of_a_session_is_whole_and_its_plan_is_changed_by_keyboard(app, open_page):
    texts = Texts.read("en")
    page = open_page("session", "en", 820, on=app, alive=True)
    page.get_by_role("button", name=texts("session.change_plan")).press("Enter")
    first = page.get_by_label(texts("session.plan_title", number=1))
    second = page.get_by_label(texts("session.plan_title", number=2))
    title = second.input_value()
    page.get_by_role("button", name=texts("session.plan_up", number=2)).press("Enter")

    expect(first).to_have_value(title)
    expect(page.get_by_role("button", name=texts("session.plan_down", number=1))).to_be_focused()
    assert serious(page) == []
    fits(page)

    page.get_by_role("button", name=texts("session.begin")).press("Enter")
    page.get_by_role("button", name=texts("session.first")).press("Enter")
    expect(page.get_by_role("timer")).to_be_visible()
    ticks_alone(app, page)
    for view in ("plan", "groups", "answers", "notes", "steps", "end"):
        page.get_by_role("button", name=texts(f"session.view_{view}"), exact=True).press("Enter")
        fits(page)
    assert serious(page) == []
    picture(page, "9-en-390")
