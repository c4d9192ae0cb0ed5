"""What a decision expected, beside what an edition of the report tells."""

from dataclasses import replace

import pytest

from data.decisions import begin_decision
from data.indicators import Edition, Told, period_in_words
from data.periods import Quarter, Year
from data.places import DATA_VARIABLE
from data.store import Store
from data.texts import Texts
from simulation import Scenario
from simulation.experiments.expectation import expectation_of
from simulation.experiments.expected_in_report import cells_told, expected_beside_happened
from simulation.experiments.manifest import Manifest, Record
from simulation.experiments.recorded import archive
from simulation.leadership_report import leadership_report

DANISH = Texts.read("da")
TODAY = Scenario.preset("small", years=4, warm_up_years=1)
QUESTION = Manifest(
    kind="compare", scenarios=(TODAY, TODAY.replace(coordinators=3)), seed=1, replications=5
)
QUARTER = Quarter(2027, 3)


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """What the decision expects, counted once."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv(DATA_VARIABLE, str(tmp_path_factory.mktemp("counted")))
        # Four quarters of a season in each; enough that something is said.
        monkeypatch.setattr("simulation.experiments.quarters.RUNS", 30)
        archive(Record(manifest=QUESTION, files={}))
        store = Store.open()
        *_, found = expectation_of(store, decide(store))
        store.close()
    return found


@pytest.fixture(autouse=True)
def _kept(tmp_path, monkeypatch, expected):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    archive(Record(manifest=QUESTION, files={}))
    monkeypatch.setattr(
        "simulation.experiments.expectation.expected_of", lambda *_: iter([expected])
    )


@pytest.fixture
def store():
    opened = Store.open()
    yield opened
    opened.close()


def decide(store, **changes):
    answers = {"question": "Er én mere nok?", "code": QUESTION.code, "outcome": "go"}
    answers |= {"begins": "2027-07-01", "municipality": "own"}
    return begin_decision(store, "ENHED", answers | changes)


def told(indicator, least, most, whole, quarters=(QUARTER,)):
    return Told(indicator, quarters, (), least, most, whole, whole)


def edition(*all_told, period=QUARTER):
    cells = {(each.indicator, "", period): each for each in all_told}
    return Edition(period=period, number=1, made_on="2027-10-20", cells=cells)


def sections(store, of):
    return expected_beside_happened(store, of, DANISH)


def test_what_is_far_from_expected_is_more_than_chance(store):
    decision = decide(store)
    [*_] = expectation_of(store, decision)
    found = sections(store, edition(told("on_time", 1, 1, 12), told("no_show", 3, 3, 30)))

    lead, section, method = found
    assert lead.title == DANISH("leadership.expected")
    assert section.title == DANISH("expected.decision", number="1")
    assert section.lead[0] == "Er én mere nok?"
    assert [row[0] for row in section.table.rows] == [
        DANISH(f"follow_up.{name}") for name in ("meetings", "late", "no_show")
    ]
    late = section.table.rows[1]
    assert late[1:3] == ("3. kvartal 2027", "11 af 12")
    assert late[4] == DANISH("follow_up.verdict_above_sure")
    assert 1 in section.table.look
    assert any(DANISH("follow_up.late") in words for words in section.lead)
    assert DANISH("follow_up.no_effect") in section.lead
    assert method.detail


def test_a_hidden_number_stays_hidden_and_is_judged_only_where_every_number_agrees(store):
    decision = decide(store)
    [*_] = expectation_of(store, decision)

    (_, section, _) = sections(store, edition(told("no_show", 1, 4, 30)))

    row = section.table.rows[-1]
    assert row[2] == f"{DANISH('follow_up.hidden', fewest='5')} af 30"
    assert row[4].startswith((DANISH("follow_up.verdict_few"), DANISH("follow_up.verdict_within")))


def test_only_what_the_edition_tells_of_its_period_is_held_against_anything():
    whole_unknown = Told("on_time", (QUARTER,), (), 5.0, 9.0, 10, 14)
    nothing = Told("no_show", (QUARTER,), why="few")

    assert cells_told(edition(whole_unknown, nothing)) == {}


def test_quarters_that_are_told_together_are_held_against_as_many(store):
    decision = decide(store)
    [*_] = expectation_of(store, decision)
    both = (QUARTER, QUARTER.later(1))
    of = edition(told("no_show", 6, 6, 60, both), period=Year(2027))

    (_, section, method) = sections(store, of)

    assert {row[1] for row in section.table.rows} == {period_in_words(both, DANISH)}
    assert DANISH("follow_up.method_together") in method.points


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"begins": ""}, "expected.no_beginning"),
        ({"begins": "2027-09-01"}, None),
        ({"outcome": "no"}, None),
        ({"code": ""}, None),
    ],
)
def test_a_decision_that_cannot_be_held_against_anything_says_why_or_is_left_out(
    store, changes, words
):
    decision = decide(store, **changes)
    if words:
        [*_] = expectation_of(store, decision)

    found = sections(store, edition(told("no_show", 3, 3, 30)))

    if words is None:
        assert found == ()
    else:
        assert DANISH(words) in found[1].lead
        assert found[1].table is None


def test_an_expectation_that_is_not_kept_is_not_made_up_afterwards(store):
    decide(store)

    found = sections(store, edition(told("no_show", 3, 3, 30)))

    assert DANISH("expected.not_kept") in found[1].lead


def test_nothing_told_is_said(store):
    decision = decide(store)
    [*_] = expectation_of(store, decision)

    found = sections(store, edition())

    assert DANISH("expected.nothing_told") in found[1].lead


def test_the_report_has_it_for_leaders_and_directors_and_not_for_politicians(store):
    decision = decide(store)
    [*_] = expectation_of(store, decision)
    of = edition(told("on_time", 1, 1, 12), told("no_show", 3, 3, 30))
    beside = sections(store, of)
    title = DANISH("expected.decision", number="1")

    for level, there in (("leader", True), ("director", True), ("politician", False)):
        report = leadership_report(of, level, DANISH, expected=beside)
        assert (title in [section.title for section in report.sections]) is there


def test_what_was_expected_does_not_move_with_a_new_calculation(store, expected, monkeypatch):
    decision = decide(store)
    [*_] = expectation_of(store, decision)
    of = edition(told("on_time", 1, 1, 12))
    before = sections(store, of)
    other = replace(expected, tried=expected.today, today=None)
    monkeypatch.setattr("simulation.experiments.expectation.expected_of", lambda *_: iter([other]))

    [*_] = expectation_of(store, decision)

    assert sections(store, of) == before
