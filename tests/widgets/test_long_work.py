import threading

import pytest

from data.texts import Texts
from widgets.page import Page
from widgets.workbench.long_work import LongWork, Work, stale_words

STEPS = 5
PATIENCE = 20  # seconds that anything may take on a busy machine


@pytest.fixture(autouse=True)
def own_log(tmp_path, monkeypatch):
    monkeypatch.setenv("VEJVISER_DATA", str(tmp_path))


@pytest.fixture(autouse=True)
def every_step_is_shown(monkeypatch):
    for name in ("_BETWEEN_REPORTS", "_BETWEEN_PICTURES"):
        monkeypatch.setattr(f"widgets.workbench.long_work.{name}", -1.0)


class Bench:
    """A page with long work whose steps the test lets through one by one."""

    def __init__(self):
        self.page = Page(Texts.read("da"))
        self.asks: str | None = "first"
        self.allowed = threading.Semaphore(0)
        self.shown = threading.Semaphore(0)
        self.fails_at: int | None = None
        self.grown: list[tuple[str, int, bool]] = []
        work = Work(lambda: self.asks, self.steps, self.draw, lambda found: (found, STEPS))
        self.work: LongWork[str, int] = LongWork(self.page, "Beregn", work)
        self.work.on_grown(lambda *told: self.grown.append(told))

    def steps(self, _, stop):
        for number in range(1, STEPS + 1):
            if not self.allowed.acquire(timeout=PATIENCE):
                return
            if number == self.fails_at:
                raise RuntimeError("secret words")
            yield number
            self.shown.release()
            if stop.is_set():
                return

    def draw(self, asked, found, finished):
        return f"<p>{asked} {found}{' finished' if finished else ''}</p>"

    def step(self, count=1):
        """Let *count* steps through, and wait until they are shown."""
        for _ in range(count):
            self.allowed.release()
            assert self.shown.acquire(timeout=PATIENCE)

    def run(self):
        self.work.start.click()
        self.step(STEPS)
        self.work.join(PATIENCE)

    @property
    def buttons(self):
        return self.work.start.disabled, self.work.cancel.disabled


@pytest.fixture
def bench():
    one = Bench()
    yield one
    one.work.give_up()
    one.allowed.release(10 * STEPS)
    one.work.join(PATIENCE)


def test_work_shows_how_far_it_is_and_what_it_found_so_far(bench):
    bench.work.start.click()
    assert bench.buttons == (True, False)
    assert "begyndt" in bench.work.said.value
    assert bench.work.bar.layout.visibility == "visible"

    bench.step(2)

    assert (bench.work.bar.value, bench.work.bar.max) == (2, STEPS)
    assert "2 af 5" in bench.work.said.value
    assert bench.work.result.value == "<p>first 2</p>"
    assert bench.work.found is None


def test_finished_work_is_shown_said_and_handed_on(bench):
    heard = []
    bench.work.on_finished(lambda: heard.append(bench.work.found))

    bench.run()

    assert bench.work.result.value == "<p>first 5 finished</p>"
    assert "Færdig på" in bench.work.said.value
    assert heard == [("first", 5)]
    assert bench.grown[-1] == ("first", 5, True)
    assert bench.buttons == (False, True)
    assert bench.work.bar.layout.visibility == "hidden"


def test_a_question_that_cannot_be_asked_starts_nothing(bench):
    bench.asks = None

    bench.work.start.click()

    assert bench.buttons == (False, True)
    assert (bench.work.said.value, bench.work.asked) == ("", None)


def test_cancel_keeps_what_was_found_and_the_work_tells_nothing_more(bench):
    bench.work.start.click()
    bench.step(2)

    bench.work.cancel.click()

    assert bench.buttons == (False, True)
    said = bench.work.said.value
    assert "afbrudt" in said
    assert "står her stadig" in said
    bench.allowed.release(STEPS)
    bench.work.join(PATIENCE)
    assert bench.work.result.value == "<p>first 2</p>"
    assert (bench.work.said.value, bench.work.found) == (said, None)


def test_cancel_of_nothing_says_nothing(bench):
    bench.run()
    said = bench.work.said.value

    bench.work.cancel.click()

    assert bench.work.said.value == said


def test_a_result_that_comes_while_cancel_is_pressed_is_not_shown(bench):
    drawing, go_on = threading.Event(), threading.Event()

    def draw(asked, found, finished):
        drawing.set()
        assert go_on.wait(PATIENCE)
        return "late"

    object.__setattr__(bench.work._work, "draw", draw)
    bench.work.start.click()
    bench.allowed.release(STEPS)
    assert drawing.wait(PATIENCE)

    bench.work.cancel.click()
    go_on.set()
    bench.work.join(PATIENCE)

    assert bench.work.result.value == ""
    assert "afbrudt" in bench.work.said.value


def test_overtaken_work_tells_nothing(bench):
    bench.work.start.click()
    bench.step(1)

    bench.asks = "second"
    bench.work.begin()
    bench.allowed.release(1)  # which the first waits for
    bench.step(STEPS)
    bench.work.join(PATIENCE)

    assert bench.work.found == ("second", STEPS)
    assert [told for told in bench.grown if told[0] == "first"] == [("first", 1, False)]


def test_overtaken_work_that_fails_tells_nothing(bench):
    bench.work.start.click()
    bench.fails_at = 1
    bench.work.cancel.click()
    bench.allowed.release(1)
    bench.work.join(PATIENCE)

    assert bench.page._notices.value == ""
    assert "afbrudt" in bench.work.said.value


def test_a_failure_is_told_and_the_work_can_be_tried_again(bench):
    bench.fails_at = 2
    bench.work.start.click()
    bench.step(1)
    bench.allowed.release()
    bench.work.join(PATIENCE)

    assert "Noget gik galt" in bench.page._notices.value
    assert "secret" not in bench.page._notices.value
    assert "gik galt" in bench.work.said.value
    assert bench.buttons == (False, True)

    bench.fails_at = None
    bench.run()
    assert bench.work.found == ("first", STEPS)


def test_a_failure_of_what_waits_for_the_end_leaves_the_result(bench):
    bench.work.on_finished(lambda: 1 / 0)

    bench.run()

    assert "Noget gik galt" in bench.page._notices.value
    assert bench.work.found == ("first", STEPS)
    assert bench.buttons == (False, True)


def test_cleared_work_shows_nothing_and_tells_nothing_more(bench):
    bench.work.start.click()
    bench.step(2)

    bench.work.clear()
    bench.allowed.release(STEPS)
    bench.work.join(PATIENCE)

    assert (bench.work.result.value, bench.work.said.value) == ("", "")
    assert (bench.work.asked, bench.work.found) == (None, None)
    assert bench.buttons == (False, True)


def test_an_outdated_result_is_marked_until_it_answers_again(bench):
    bench.run()
    finished = bench.work.said.value

    bench.work.mark_stale(stale_words(bench.page, True))
    assert "vv-stale" in bench.work.result._dom_classes
    assert "Tallene er ændret" in bench.work.said.value

    bench.work.mark_stale(stale_words(bench.page, False))
    assert "vv-stale" not in bench.work.result._dom_classes
    assert bench.work.said.value == finished


def test_what_was_changed_while_it_worked_is_said_when_it_ends(bench):
    bench.work.start.click()
    bench.step(1)
    bench.work.mark_stale(stale_words(bench.page, True))
    bench.step(1)
    assert "2 af 5" in bench.work.said.value

    bench.step(STEPS - 2)
    bench.work.join(PATIENCE)

    assert "Tallene er ændret" in bench.work.said.value
    assert "vv-stale" in bench.work.result._dom_classes


def test_an_old_result_is_not_taken_for_that_of_work_given_up_before_it_found_anything(bench):
    bench.run()
    bench.asks = "second"
    bench.work.start.click()
    assert "vv-stale" in bench.work.result._dom_classes

    bench.work.cancel.click()

    assert bench.work.result.value == "<p>first 5 finished</p>"
    assert "vv-stale" in bench.work.result._dom_classes
    assert "Tallene er ændret" in bench.work.said.value


def test_nothing_is_outdated_before_anything_was_asked(bench):
    bench.work.mark_stale(stale_words(bench.page, True))

    assert bench.work.said.value == ""
    assert "vv-stale" not in bench.work.result._dom_classes


def test_a_browser_that_says_it_is_not_working_stops_nothing(bench):
    bench.work.start.click()
    bench.work.cancel.set_state({"disabled": True})

    assert bench.work.running
    bench.work.cancel.click()
    assert not bench.work.running


def test_words_of_the_work_cannot_become_markup(bench):
    bench.run()

    bench.work.mark_stale("<script>x</script>")

    assert "<script>" not in bench.work.said.value
