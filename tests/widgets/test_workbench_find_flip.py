"""The views Find and Flip: asked as a person asks, with whatever a browser may send."""

import time
from contextlib import suppress

import pytest

from data.texts import Texts
from simulation import Scenario
from simulation.experiments import change_of_mind, staffing_answer
from simulation.experiments.promise import Promise
from widgets.page import Page
from widgets.workbench.find import FindView
from widgets.workbench.flip import FlipView
from widgets.workbench.line_up import Chosen, in_address
from widgets.workbench.municipality import invented
from widgets.workbench.views import Bench
from widgets.workbench.weighing import Weighing

TEXTS = Texts.read("da")
SMALL = Scenario.preset("small")


@pytest.fixture(autouse=True)
def few_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("VEJVISER_DATA", str(tmp_path))
    monkeypatch.setattr(staffing_answer, "CAP", 40)
    monkeypatch.setattr(staffing_answer, "TODAY", 10)
    monkeypatch.setattr(change_of_mind, "ROUGH", (5, 1, 0))
    monkeypatch.setattr(change_of_mind, "CLOSE", (5, 1, 0))


class Desk:
    """What a view stands on: a page, what is weighed, and what was tried out."""

    def __init__(self, **query):
        self.page = Page(TEXTS)
        self.page.client.set_state({"query": query, "arrived": True})
        self.weighing = Weighing(invented("small", TEXTS))
        self.tried = []
        self.bench = Bench(self.page, self.weighing, self.tried.append)


@pytest.fixture
def find():
    return shown(FindView, Desk())


@pytest.fixture
def flip():
    return shown(FlipView, Desk())


def shown(kind, desk):
    view = kind(desk.bench)
    view.desk = desk
    view.follow()
    return view


def done(view):
    view.work.start.click()
    view.work.join(120)
    assert view.work.found is not None, view.desk.page.children


def until(true):
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def said(view):
    return view.work.said.value


def test_a_search_says_what_was_asked_and_its_answer_can_be_tried_out(find):
    find.promise.measure.value = "caseload_max"
    find.promise.limit.value = 35
    done(find)

    asked, found = find.work.found
    assert asked.promise == Promise("caseload_max", 35)
    assert asked.base == SMALL
    assert found.lead(TEXTS) in find.work.result.value
    assert "<figure" in find.work.result.value
    assert [button.description for button in find.offers.children] == [
        f"Prøv {one.name(TEXTS)}" for one in found.offered
    ]
    find.offers.children[-1].click()
    wanted = dict(found.offered[-1].values)["coordinators"]
    assert find.desk.tried == [{} if wanted == SMALL.coordinators else {"coordinators": wanted}]
    kept = find.desk.weighing.findings["find"]
    assert "højst 35" in kept[0]
    assert kept[1] == found.lead(TEXTS)


def test_another_promise_or_another_scenario_makes_the_answer_outdated(find):
    find.promise.measure.value = "caseload_max"
    done(find)
    outdated = TEXTS("long_work.stale")
    assert outdated not in said(find)

    find.promise.often.value = 0.8
    assert outdated in said(find)
    find.promise.often.value = 0.9
    assert outdated not in said(find)
    # To try out a staffing that was looked at asks nothing new.
    find.desk.weighing.try_out(SMALL.replace(coordinators=3))
    find.follow()
    assert outdated not in said(find)
    find.desk.weighing.try_out(SMALL.replace(caseload_ceiling=20))
    find.follow()
    assert outdated in said(find)


def test_a_search_begins_from_what_is_tried_and_is_held_against_today(find):
    find.desk.weighing.try_out(SMALL.replace(reminders=True, coordinators=4))
    find.follow()

    assert find.levers["reminders"].layout.display == "none"
    asked = find._question()
    assert asked.base.reminders
    assert asked.today == SMALL
    assert dict(asked.over)["coordinators"] == (1, 2, 3, 4, 5)


def test_what_is_asked_stands_in_the_address_and_comes_back_from_it(find):
    find.promise.measure.value = "kept_coordinator_share"
    find.promise.limit.value = 0.8
    find.promise.often.value = 0.95
    find.levers["weekly_hours"].value = True

    again = shown(FindView, Desk(**find.desk.page.client.query))

    assert again._question() == find._question()
    assert shown(FlipView, Desk(**find.desk.page.client.query)).promise.value == find.promise.value
    assert "4 kombinationer" not in again._among.value
    assert "2 kombinationer" in again._among.value


@pytest.mark.parametrize(
    "query",
    [
        {"promise": "late_per_year<=7.5"},
        {"promise": "breach_17_5<=0"},
        {"promise": "kept_coordinator_share<=0.8"},
        {"promise": "<script>", "often": "nan", "also": "pay_per_year..x", "options": "x"},
        {"often": "1", "uncertain": "everything", "ved": "AAAA"},
    ],
)
def test_an_address_that_means_nothing_is_as_none(query):
    find, flip = (shown(kind, Desk(**query)) for kind in (FindView, FlipView))

    assert find._question() == shown(FindView, Desk())._question()
    assert flip._question().promise == find._question().promise
    assert flip._question().which == "carrying"


@pytest.mark.parametrize(
    "state", [{"index": 10**9}, {"index": -3}, {"index": None}, {"index": "x"}]
)
def test_no_state_of_a_list_makes_a_promise_that_is_not_offered(find, state):
    for field in (find.promise.measure, find.promise.limit, find.promise.often):
        with suppress(Exception):  # refusing is one right answer
            field.set_state(state)

        promise, often = find.promise.value
        assert 0 < often < 1
        assert promise.measure in dict(find.promise.measure.options).values()


def test_a_search_that_is_given_up_keeps_the_page_usable(find):
    find.levers["reminders"].value = True
    find.work.start.click()
    until(lambda: find.work.result.value)
    find.work.cancel.click()

    find.work.join(30)
    assert find.work.found is None
    assert not find.work.start.disabled
    assert TEXTS("long_work.cancelled_known") in said(find)
    assert find.offers.children == ()


def test_the_choice_is_between_what_the_leaders_have_seen():
    desk = Desk()
    tried = SMALL.replace(coordinators=3)
    other = SMALL.replace(reminders=True)
    desk.page.client.remember(ved=in_address([Chosen("med sms", other)], SMALL))
    desk.weighing.try_out(tried)
    flip = shown(FlipView, desk)

    options = dict(flip._question().options)

    assert options["I dag"] == SMALL
    assert options["3 koordinatorer i stedet for 2"] == tried
    assert options["med sms"] == other
    assert SMALL.replace(coordinators=4) in options.values()
    assert len(options) == 4  # one fewer than tried is today
    assert flip.ticks["fewer"].layout.display == "none"


def test_what_would_change_the_answer_is_told_kept_and_tried_out(flip):
    flip.promise.measure.value = "caseload_max"
    flip.promise.limit.value = 25
    done(flip)

    asked, found = flip.work.found
    assert [name for name, _ in asked.options] == [
        "I dag",
        "3 koordinatorer i stedet for 2",
        "1 koordinator i stedet for 2",
    ]
    assert len(found.changes) == len(asked.inputs)
    assert "<figure" in flip.work.result.value
    assert "højst 25" in flip.desk.weighing.findings["flip"][0]
    assert not found.keeps_none
    flip.offer.click()
    changes = dict(asked.options)[found.recommended].differences(SMALL)
    assert flip.desk.tried == [{field: new for field, (new, _) in changes.items()}]


def test_one_option_alone_is_no_choice(flip):
    for kind in ("more", "fewer"):
        flip.ticks[kind].value = False

    flip.work.start.click()

    assert flip.work.asked is None
    assert TEXTS("flip.fewest") in flip.desk.page._notices.value
