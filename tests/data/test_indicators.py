"""What the indicators count, and that editions are kept, agree and are never contradicted."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine

from data.access import AccessRefused
from data.case_files import CaseFile
from data.forms import read_form
from data.indicators import (
    EVERYWHERE,
    LEVELS,
    at_level,
    editions,
    figure_of,
    indicators,
    make_edition,
)
from data.indicators.cells import Part, Told
from data.indicators.facts import read_facts
from data.indicators.making import new_blocks
from data.indicators.sums import cells_of
from data.periods import Quarter, Year, read_period
from data.presets import parameters
from data.records import Record
from data.store import Store
from data.store_errors import StoreError
from data.texts import LANGUAGES, Texts

SPRING = Quarter(2027, 2)
SUMMER = Quarter(2027, 3)
HELD = {"outcome": "held", "meeting_type": "extra"}
CASE_FIELDS = ("birthday", "opened", "closed", "coordinator", "unit")


def a_case(number, unit="Nord", **words):
    words = {"birthday": date(2009, 5, 5), "opened": date(2027, 1, 4), **words}
    return CaseFile(ref=f"K{number:05}", unit=unit, coordinator=f"KO-{number % 3}", **words)


def told(cases, lists, period=SPRING, fewest=5, changes=None):
    """Return what is told of all units: indicator → what is told last."""
    facts = read_facts(cases, lists, changes or {}, period.last)
    blocks = [b for b in new_blocks(facts, fewest, period, []) if not b.units]
    return {block.indicator: block for block in blocks}


def lists(numbers, day="2027-05-03", **answers):
    return [(f"K{number:05}", day, {**HELD, **answers}) for number in numbers]


# --- The definitions ------------------------------------------------------------------------------


def test_every_indicator_is_counted_from_fields_that_there_are():
    questions = {item.id for item in read_form("meeting").items}
    for indicator in indicators().values():
        for of, _, name in (each.partition(".") for each in indicator.fields):
            known = {"meeting": questions, "case": CASE_FIELDS, "log": ("coordinator",)}
            assert name in known[of], f"{indicator.id}: {of}.{name}"


def test_every_counterpart_in_the_simulation_exists():
    known = parameters()
    for indicator in indicators().values():
        assert set(indicator.simulation.parameters) <= known.keys(), indicator.id


def test_the_three_levels_see_what_is_theirs_and_politicians_five():
    leader, director, politician = (at_level(level) for level in LEVELS)

    assert set(leader) == set(indicators().values())
    assert set(politician) < set(director) < set(leader)
    assert len(politician) == 5


def test_every_indicator_is_told_by_an_edition():
    cases = [a_case(number) for number in range(30)]
    found = told(cases, lists(range(30), "2027-02-02"), Quarter(2027, 4))

    assert found.keys() == indicators().keys()


# --- What is counted ------------------------------------------------------------------------------


def test_each_question_of_a_held_meeting_counts_in_its_indicator():
    cases = [a_case(number) for number in range(20)]
    good = {
        "att_youth": "part",
        "att_adult": "present",
        "att_guidance": "present",
        "att_employment": "substitute",
        "consent_covers": "yes",
        "coordinator_minutes": "180",
        "minutes": "62",
    }
    found = told(cases, [*lists(range(12), **good), *lists(range(12, 20), att_youth="message")])

    assert found["held_meetings"].value == 20
    for indicator in ("youth_present", "adult_present", "core_team", "consent_valid"):
        assert (found[indicator].value, found[indicator].whole) == (12, 20), indicator
    assert found["coordinator_minutes"].value == 180
    assert found["meeting_minutes"].value == 60
    assert found["meeting_minutes"].whole_least == 10


def test_agreements_are_counted_by_their_owner_and_never_more_done_than_there_were():
    answers = {"open_youth": "2", "done_youth": "9", "open_professional": "4"}
    some = lists(range(20), **answers, done_professional="1")
    found = told([a_case(number) for number in range(20)], some)

    youth, professional = found["agreements_youth"], found["agreements_professional"]
    assert (youth.least, youth.whole_least) == (40, 40)
    assert (professional.least, professional.whole_least) == (20, 80)


def test_the_latest_answer_of_each_young_person_counts():
    cases = [a_case(number) for number in range(20)]
    first = lists(range(20), "2027-04-05", view_influence="2", life_home_economy="3")
    then = lists(range(15), "2027-06-05", view_influence="4", life_home_economy="not_discussed")
    found = told(cases, [*first, *then])

    assert found["view_influence"].least == 15
    assert found["view_influence"].whole_least == 20
    assert found["life_home_economy"].hidden  # there was no number before


def test_a_change_in_a_life_area_is_against_what_was_said_before_the_period():
    cases = [a_case(number) for number in range(20)]
    before = lists(range(20), "2027-02-05", life_home_economy="3")
    now = [
        *lists(range(12), "2027-05-05", life_home_economy="4"),
        *lists(range(12, 20), "2027-05-05", life_home_economy="1"),
    ]
    parts = told(cases, [*before, *now])["life_home_economy"].parts

    assert parts == (Part("better", 10, 14), Part("same", 0, 4), Part("worse", 5, 9))


def test_a_no_show_has_its_whole_only_where_both_may_be_told():
    cases = [a_case(number) for number in range(40)]
    missed = lists(range(20, 28), outcome="no_show", reason="youth")
    few = told(cases, [*lists(range(20)), *missed[:4]])["no_show"]
    enough = told(cases, [*lists(range(20)), *missed])

    assert few.hidden
    assert few.whole is None
    assert (enough["no_show"].value, enough["no_show"].whole) == (8, 28)
    assert enough["moved_reasons"].parts == (Part("youth", 5, 9),)


def test_a_meeting_that_was_due_is_on_time_only_where_a_checklist_says_so():
    # Their last day for the meeting at 17½ lies in the spring of 2027.
    born = date(2009, 11, 20)
    cases = [a_case(number, birthday=born, opened=date(2026, 1, 5)) for number in range(20)]
    in_time = lists(range(9), "2027-03-03", meeting_type="at_17_half")
    late = lists(range(9, 14), "2027-06-28", meeting_type="at_17_half")
    found = told(cases, [*in_time, *late])

    assert (found["on_time"].value, found["on_time"].whole) == (9, 20)
    assert (found["on_time_17_5"].value, found["on_time_17_5"].whole) == (9, 20)
    assert found["checklist_missing"].least == 5
    assert found["checklist_missing"].most == 9


def test_the_first_meeting_is_counted_three_months_after_the_case_was_opened():
    cases = [a_case(number, opened=date(2027, 2, 1)) for number in range(20)]
    found = told(cases, [*lists(range(14), "2027-04-20"), *lists(range(14, 20), "2027-05-20")])

    assert (found["first_meeting"].value, found["first_meeting"].whole) == (14, 20)


def test_changes_of_coordinator_are_those_after_the_first():
    cases = [a_case(number, opened=date(2026, 1, 5)) for number in range(30)]
    first, later = date(2026, 1, 5), date(2027, 8, 8)
    changes = {case.ref: [first, *([later] if n < 12 else [])] for n, case in enumerate(cases)}
    found = told(cases, lists(range(30), "2027-02-02"), Quarter(2027, 4), changes=changes)
    rate = found["coordinator_changes"]

    assert (rate.least, rate.most, rate.whole_least, rate.whole_most) == (10, 14, 30, 34)
    assert figure_of(rate) is None or 0.29 < figure_of(rate) < 0.47


def test_where_you_stand_is_told_by_age_once_a_year():
    cases = [a_case(number, birthday=date(2008, 6, 6)) for number in range(20)]
    some = lists(range(13), "2027-03-03", education="fgu", work="leisure")
    some += lists(range(13, 20), "2027-03-03", education="none", work="none")
    found = told(cases, some, Quarter(2027, 4))

    assert {part.id: part.least for part in found["status_18_19"].parts} == {
        "education": 10,
        "work": 0,
        "neither": 5,
    }
    assert found["status_15_17"].hidden


def test_little_is_told_together_with_later_quarters_and_never_across_a_year():
    cases = [a_case(number) for number in range(12)]
    every = [day for month in (1, 4, 7, 10) for day in lists(range(12), f"2027-{month:02}-10")]
    facts = read_facts(cases, every, {}, Quarter(2028, 1).last)
    blocks = [
        [quarter.id for quarter in block.quarters]
        for block in new_blocks(facts, 5, Quarter(2028, 1), [])
        if (block.indicator, block.units) == ("held_meetings", ())
    ]

    assert blocks == [["2027-1", "2027-2"], ["2027-3", "2027-4"]]


# --- Units ----------------------------------------------------------------------------------------


def test_a_small_unit_is_told_together_with_another():
    units = ["Nord"] * 20 + ["Syd"] * 15 + ["Vest"] * 3
    cases = [a_case(number, unit) for number, unit in enumerate(units)]
    facts = read_facts(cases, lists(range(38)), {}, SPRING.last)
    blocks = {
        block.units: block.value
        for block in new_blocks(facts, 5, SPRING, [])
        if block.indicator == "held_meetings"
    }

    assert blocks == {(): 38, ("Nord",): 20, ("Syd", "Vest"): 18}


# --- Editions -------------------------------------------------------------------------------------


@pytest.fixture
def filled(tmp_path):
    with time_machine.travel(date(2027, 10, 20), tick=False):
        store = Store.open(f"sqlite:///{tmp_path / 'records.db'}")
        store.change_settings(real_cases=True)
        for number in range(40):
            store.save_case(a_case(number, "Nord" if number < 22 else "Syd"))
        some = lists(range(40), "2027-05-03", att_youth="present")
        some += lists(range(8, 40), "2027-08-03", att_youth="absent")
        some += [(f"ØVELSE-{n:02}", "2027-05-03", HELD) for n in range(1, 4)]
        store.add_records(
            [
                Record(case=case, form="meeting", occasion=day, answers=answers)
                for case, day, answers in some
            ],
            "prøve",
        )
        yield store
        store.close()


def test_an_edition_is_made_once_and_stays_as_it_was(filled):
    made = make_edition(filled, SPRING)
    before = made.told("held_meetings")

    moved = filled.case("K00003")
    filled.save_case(replace(moved, unit="Syd", closed=date(2027, 9, 1)))
    late = Record(case="K00004", form="meeting", occasion="2027-06-09", answers=HELD)
    filled.add_records([late], "sent")

    assert before.value == 40
    assert make_edition(filled, SPRING) == made
    then = make_edition(filled, SUMMER)
    assert then.told("held_meetings", period=SPRING) == before
    assert then.told("held_meetings", "Nord", SPRING).value == 22
    assert [edition.period for edition in editions(filled)] == [SPRING, SUMMER]
    assert [edition.number for edition in editions(filled)] == [1, 2]
    assert then.told("held_meetings").value == 32


def test_an_edition_is_a_finished_record_without_a_case_or_a_word_of_a_checklist(filled):
    make_edition(filled, SPRING)
    [kept] = filled.list_records("ENHED", "report")

    assert kept.state == "finished"
    assert filled.versions("ENHED", "report", kept.occasion)[0].answers == kept.answers
    assert "K000" not in str(kept.answers)
    assert filled.check_answers() == []
    assert filled.check_audit().whole


def test_a_year_is_told_by_its_quarters(filled):
    with time_machine.travel(date(2028, 1, 20), tick=False):
        year = make_edition(filled, Year(2027))

    quarters = [year.told("held_meetings", period=quarter) for quarter in Year(2027).quarters]
    assert year.told("held_meetings").value == 72
    assert year.told("youth_present").value == 40
    assert len({told.quarters for told in quarters}) == len(year.series("held_meetings"))
    assert make_edition(filled, SPRING).number == 2


def test_a_period_that_has_not_ended_is_refused_in_words(filled):
    with pytest.raises(StoreError) as caught:
        make_edition(filled, Quarter(2027, 4))

    assert "2027-4" in caught.value.say(Texts.read("da"))
    assert editions(filled) == ()


def test_invented_cases_are_told_apart_and_marked(filled):
    make_edition(filled, SPRING)
    ours = make_edition(filled, SPRING, exercise=True)

    assert ours.exercise
    assert ours.told("held_meetings").hidden  # only three young people are invented here
    assert [edition.exercise for edition in editions(filled)] == [False]
    assert editions(filled, exercise=True) == (ours,)


def test_nothing_is_told_of_fewer_than_the_installation_says(filled):
    with pytest.raises(ValueError, match="greater than or equal to 3"):
        filled.change_settings(smallest_cell=2)
    filled.change_settings(smallest_cell=10)

    edition = make_edition(filled, SUMMER)

    assert edition.fewest == 10
    assert edition.told("view_influence").hidden


def test_an_edition_is_the_same_on_every_database(store):
    store.change_settings(real_cases=True)
    cases = [a_case(number, "Nord" if number < 22 else "Syd") for number in range(40)]
    for case in cases:
        store.save_case(case)
    store.add_records(
        [
            Record(case=case, form="meeting", occasion=day, answers=answers)
            for case, day, answers in lists(range(40), att_youth="present")
        ],
        "prøve",
    )
    with time_machine.travel(date(2027, 10, 20), tick=False):
        made = make_edition(store, SPRING)

    assert editions(store) == (made,)
    assert made.told("youth_present").value == 40
    assert made.told("held_meetings", "Syd").value == 18


def test_a_leader_reads_editions_and_counts_none(filled, monkeypatch):
    made = make_edition(filled, SPRING)
    monkeypatch.setenv("VEJVISER_PERSON", "leder-1")
    monkeypatch.setenv("VEJVISER_ROLE", "leader")
    leader = Store.open(f"sqlite:///{filled.file}")

    assert editions(leader) == (made,)
    assert make_edition(leader, SPRING) == made
    with pytest.raises(AccessRefused):
        make_edition(leader, SUMMER)
    leader.close()


# --- In words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            Told("youth_present", least=18, most=18, whole_least=24, whole_most=24),
            "18 af 24 (75 %)",
        ),
        (
            Told("youth_present", least=1, most=4, whole_least=20, whole_most=20, why="few"),
            "færre end 5 af 20 (5-20 %)",
        ),
        (Told("held_meetings", least=1234, most=1234), "1.234"),
        (Told("held_meetings", why="few"), "for få til at vise"),
        (
            Told("held_meetings", units=("Nord", "-"), why="together"),
            "vises kun sammen med Nord, Uden enhed",
        ),
        (Told("coordinator_minutes", least=85, most=85), "ca. 85 minutter"),
        (
            Told("caseload", least=20, most=24, whole_least=2, whole_most=2),
            "10-12 sager for hver (20-24 sager; koordinatorer: 2)",
        ),
        (
            Told("moved_reasons", parts=(Part("consent", 5, 9),)),
            "Der manglede samtykke: 5-9",
        ),
        (
            Told("coordinator_changes", least=10, most=14, whole_least=50, whole_most=54),
            "10-14 af 50-54 (0,19-0,28 skift for hver ung hvert år)",
        ),
    ],
)
def test_what_is_told_is_said_in_words(told, words):
    assert told.text(Texts.read("da")).replace("\N{NO-BREAK SPACE}", " ") == words


def test_every_answer_and_text_has_words_in_both_languages(filled):
    edition = make_edition(filled, SPRING)
    for language in LANGUAGES:
        texts = Texts.read(language)
        for unit in (EVERYWHERE, *edition.units):
            for indicator in indicators():
                assert edition.told(indicator, unit).text(texts)


def test_nothing_to_count_is_said_and_adds_nothing_to_a_year():
    cases = [a_case(number) for number in range(20)]
    first = lists(range(20), "2027-02-05", life_home_economy="3")
    then = lists(range(20), "2027-05-05", life_home_economy="4", view_influence="5")
    facts = read_facts(cases, [*first, *then], {}, Quarter(2027, 4).last)
    cells = cells_of(list(new_blocks(facts, 5, Year(2027), [])), facts.units, Year(2027))
    year = {indicator: cells[indicator, EVERYWHERE, Year(2027)] for indicator in indicators()}

    assert [part.least for part in year["life_home_economy"].parts] == [20, 0, 0]
    assert (year["view_influence"].least, year["view_influence"].most) == (20, 24)
    for indicator in ("view_listened", "agreements_youth", "moved_reasons", "meeting_minutes"):
        assert year[indicator].text(Texts.read("da")) == "intet at tælle", indicator


def test_periods_are_written_and_read():
    for period in (SPRING, Year(2027)):
        assert read_period(period.id) == period
    assert read_period("2027-5") is None
    assert Year(2027).quarters[-1].last == Year(2027).last == date(2027, 12, 31)
    assert Year(2027).later(1).first - timedelta(1) == Year(2027).last
