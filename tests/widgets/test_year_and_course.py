"""The views of one simulated year and of one invented young person."""

import re
import threading

import pytest

from data import ListedCase, PostPlan
from data.texts import Texts
from simulation import Scenario, replications
from simulation.course import read_course
from simulation.course_choice import candidates, follow_one
from simulation.course_words import tell_course
from simulation.model import run
from simulation.study import Study
from simulation.year import choose_year, live
from simulation.year_words import tell_year
from widgets.page import Page, safe
from widgets.workbench.calculation import SEED
from widgets.workbench.course import CourseView
from widgets.workbench.drawn import Drawn
from widgets.workbench.municipality import Municipality
from widgets.workbench.views import VIEWS, Bench
from widgets.workbench.weighing import Weighing
from widgets.workbench.year import YearView

TEXTS = Texts.read("da")
TODAY = Scenario.preset("small", years=2)
TRIED = TODAY.replace(coordinators=1)


@pytest.fixture(autouse=True)
def own_log(tmp_path, monkeypatch):
    monkeypatch.setenv("VEJVISER_DATA", str(tmp_path))


def bench(today=TODAY, **query):
    page = Page(TEXTS)
    page.client.set_state({"query": query, "arrived": True})
    municipality = Municipality("small", "Lille", "small", today)
    return Bench(page, Weighing(municipality), lambda _: None)


def study_of(tried, today):
    own = tuple(replications(tried, 4, SEED))
    others = own if tried == today else tuple(replications(today, 4, SEED))
    return Study(tried, own, today, others)


STUDY = study_of(TRIED, TODAY)


def settled(view, study=STUDY):
    """Settle the answer, and return what is shown then."""
    weighing = view._weighing
    weighing.try_out(study.scenario)
    weighing.settle(study)
    view.follow()
    view.drawn.join(60)
    assert view._page._notices.value == ""
    return view.drawn.result.value


def chosen(view, field, value):
    field.value = value
    view.drawn.join(60)
    return view.drawn.result.value


def test_both_views_are_offered():
    assert VIEWS["year"] == ("year", "YearView")
    assert VIEWS["course"] == ("course", "CourseView")


@pytest.mark.parametrize("kind", [YearView, CourseView])
def test_before_there_is_an_answer_that_is_said(kind):
    view = kind(bench())

    view.follow()

    assert "kommer, når svaret er beregnet" in view.drawn.said.value
    assert view.drawn.result.value == ""


def test_the_year_that_is_shown_is_the_one_the_rule_chooses():
    view = YearView(bench())
    html = settled(view)

    for kind in ("ordinary", "bad", "good"):
        html = chosen(view, view.kind, kind)
        picked = choose_year(STUDY.results, kind)
        lived, year = live(TRIED, picked, SEED)
        told = tell_year(lived, year, picked, TEXTS)
        assert safe(told.chosen) in html
        assert safe(" ".join(told.sentences)) in html
        assert html.count("<svg ") == html.count('role="img"') == 2
        assert html.count("<table") == 2 + bool(told.rows)
        assert view._page.client.query.get("year") == (None if kind == "ordinary" else kind)


def test_one_coordinator_s_year_has_one_calendar_and_no_name():
    posts = (PostPlan("Navn Navnesen", 30.0),)
    tried = TRIED.replace(posts=posts)
    view = YearView(bench(TODAY.replace(posts=posts)))
    settled(view, study_of(tried, TODAY.replace(posts=posts)))

    html = chosen(view, view.post, 1)

    assert html.count("<svg ") == 1
    assert "Koordinator 1: " in html
    assert "Navnesen" not in html
    assert view._page.client.query == {"post": "1"}


def test_the_address_brings_the_year_back_and_nonsense_in_it_is_ignored():
    view = YearView(bench(year="bad", post="2", side="against"))
    html = settled(view)
    assert (view.kind.value, view.post.value, view.sides.value) == ("bad", 2, "against")
    assert "Koordinator 2: " in html

    for post in ("99", "-1", "x", "²", "1" * 30):
        view = YearView(bench(year="<b>", post=post, side="x"))
        view._offer(STUDY)
        assert (view.kind.value, view.post.value, view.sides.value) == ("ordinary", 0, "tried")


def test_a_changed_number_marks_the_year_stale_until_there_is_a_new_one():
    view = YearView(bench())
    settled(view)

    view._weighing.try_out(TODAY)
    view.follow()
    assert "vv-stale" in view.drawn.result._dom_classes

    before = view.drawn.result.value
    html = settled(view, study_of(TODAY, TODAY))
    assert "vv-stale" not in view.drawn.result._dom_classes
    assert html != before


def test_the_other_side_is_offered_only_where_there_is_one_and_shows_its_own_year():
    view = YearView(bench())
    settled(view, study_of(TODAY, TODAY))
    assert view.sides.layout.display == "none"

    mine = settled(view)
    theirs = chosen(view, view.sides.choice, "against")
    assert theirs != mine
    assert "det samme år med de samme unge, men med tallene fra i dag" in theirs

    picked = choose_year(STUDY.results, "ordinary")
    lived, year = live(TODAY, picked, SEED)
    assert safe(" ".join(tell_year(lived, year, picked, TEXTS).sentences)) in theirs


def test_what_it_is_held_against_is_called_by_its_name():
    view = CourseView(bench())
    view._weighing.against_name = "forslag <b>"
    settled(view)

    html = chosen(view, view.sides.choice, "against")

    assert view.sides.choice.options[1][0] == "forslag <b>"
    assert "forslag &lt;b&gt;" in html
    assert "<b>" not in html


def test_a_course_is_what_the_log_of_the_chosen_youth_says():
    view = CourseView(bench())
    settled(view)
    among = candidates(TRIED, SEED, range(4))

    for kind in ("typical", "long_wait"):
        html = chosen(view, view.kind, kind)
        youth = follow_one(among.youths, kind).youth
        course = read_course(run(TRIED, SEED, youth.replication), youth.case)
        assert safe(" ".join(tell_course(TRIED, course, TEXTS).sentences)) in html
        assert "En opdigtet ung" in html
        assert "siger intet om en bestemt ung" in html


def test_another_one_at_random_is_another_one_and_stands_in_the_address():
    view = CourseView(bench())
    settled(view)
    assert view.another.layout.display == "none"
    seen = {heading(chosen(view, view.kind, "random"))}
    assert view.another.layout.display is None

    for _ in range(4):
        view.another.click()
        view.drawn.join(60)
        seen.add(heading(view.drawn.result.value))

    assert len(seen) > 2
    assert view._page.client.query == {"who": "random", "turn": "4"}
    again = CourseView(bench(who="random", turn="4"))
    assert settled(again) == view.drawn.result.value


def heading(html):
    return re.search(r"<h2>(.*?)</h2>", html)[1]


def test_a_kind_of_course_that_nobody_had_is_said():
    tried = TRIED.replace(annual_turnover=0, forced_change_at_18=False)
    view = CourseView(bench())
    settled(view, study_of(tried, TODAY))

    html = chosen(view, view.kind, "changed")

    assert "skiftede koordinator" in html
    assert "<svg" not in html


def test_where_other_youths_come_today_another_one_is_shown_and_that_is_said():
    tried = TRIED.replace(inflow_per_year=30)
    view = CourseView(bench())
    settled(view, study_of(tried, TODAY))

    html = chosen(view, view.sides.choice, "against")

    assert "Det er en anden ung" in html


def test_nobody_of_the_leaders_own_case_list_is_followed():
    case = ListedCase("2026-014", birthday=TODAY.start.replace(year=2011), referral=TODAY.start)
    tried = TRIED.replace(cases=(case,))
    view = CourseView(bench(tried))
    settled(view, study_of(tried, tried))

    for turn in range(3):
        html = chosen(view, view.kind, "random")
        assert "2026-014" not in html
        assert "(nr. 1 i" not in html
        view._turn = turn


def test_the_latest_question_is_the_one_that_is_drawn():
    page = Page(TEXTS)
    drawn = Drawn(page, waits="w", draws="d")
    begun, go_on = threading.Event(), threading.Event()
    made = []

    def slow():
        begun.set()
        assert go_on.wait(30)
        return "first"

    def make(name):
        made.append(name)
        return name

    drawn.draw(1, slow)
    assert begun.wait(30)
    drawn.draw(2, lambda: make("second"))
    drawn.draw(3, lambda: make("third"))
    go_on.set()
    drawn.join(30)

    assert drawn.result.value == "third"
    assert made == ["third"]
    drawn.draw(3, lambda: make("again"))
    assert made == ["third"]


def test_what_cannot_be_drawn_is_told_and_can_be_asked_again():
    page = Page(TEXTS)
    drawn = Drawn(page, waits="w", draws="d")

    def fail():
        raise RuntimeError("no")

    drawn.draw(1, fail)
    drawn.join(30)
    assert "Noget gik galt" in page._notices.value
    assert drawn.said.value == ""

    drawn.draw(1, lambda: "there")
    drawn.join(30)
    assert drawn.result.value == "there"
