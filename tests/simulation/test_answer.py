import importlib.util
from math import nan
from pathlib import Path

import pytest

from data import PostPlan, read_preset
from data.texts import Texts
from simulation.answer import answer
from simulation.assumptions import assumptions_in_words
from simulation.experiments.replications import replications
from simulation.headlines import headlines
from simulation.scenario import Scenario
from simulation.study import Study
from simulation.wording import counted, share

_spec = importlib.util.spec_from_file_location("studies", Path(__file__).with_name("studies.py"))
studies = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(studies)
result, study = studies.result, studies.study

DANISH, ENGLISH = Texts.read("da"), Texts.read("en")


def words(one, texts=DANISH):
    said = answer(one, texts)
    every = (*said.holding, *said.certainty, *said.meaning, *said.changes)
    return " ".join(every).replace("\xa0", " ")


def test_the_interval_of_single_years_comes_before_the_mean():
    said = answer(study([result(n, (3 + 6 * (n % 2), 3)) for n in range(20)]), DANISH)

    assert said.verdict == "holds"
    assert (
        said.certainty[0]
        == "I 9 af 10 år bliver mellem 3 og 9 af årets ca. 40 faste møder forsinket."
    )
    assert said.certainty[1].startswith("Gennemsnittet er 4,5 om året, med 95 % sikkerhed mellem")


@pytest.mark.parametrize(
    ("late", "sentence"),
    [
        ((0, 0), "I mindst 9 af 10 år bliver ingen af årets ca. 40 faste møder forsinket."),
        ((0, 1), "I 9 af 10 år bliver højst 1 af årets ca. 40 faste møder forsinket."),
        ((2, 2), "I 9 af 10 år bliver 2 af årets ca. 40 faste møder forsinket."),
    ],
)
def test_none_one_and_always_the_same_are_said_as_people_say_them(late, sentence):
    assert sentence in answer(study([result(n, late) for n in range(10)]), DANISH).certainty


def test_one_meeting_and_one_coordinator_are_singular():
    one = study([result(n, (0, 0), due=0.25) for n in range(5)], coordinators=1)

    assert "ingen af årets ca. 1 faste møde forsinket" in words(one)
    assert "Med 1 koordinator holdes alle faste møder til tiden." in words(one)
    assert "With 1 coordinator, all fixed meetings" in words(one, ENGLISH)


def test_more_late_meetings_than_a_mean_year_has_is_explained():
    crowded = study([result(n, (50, 60)) for n in range(10)])

    assert "mellem 50 og 60 faste møder forsinket; i gennemsnit har 40 frist om året." in words(
        crowded
    )


def test_what_cannot_hold_is_said_before_anything_else():
    said = answer(study([result(n, load=1.17 + n / 1000) for n in range(10)]), DANISH)

    assert said.verdict == "cannot_hold"
    assert said.holding[0] == "Det kan ikke holde."
    assert said.holding[1] == "Arbejdet kræver 117\xa0% af de timer, koordinatorerne har."


def test_a_load_just_above_one_is_not_written_as_one_hundred_per_cent():
    said = answer(study([result(n, load=1.004 + n / 10_000) for n in range(10)]), DANISH)

    assert said.holding[1].startswith("Arbejdet kræver 100,4 % ") or "100,4" in said.holding[1]


def test_a_load_that_may_as_well_be_below_one_is_only_tight():
    said = answer(study([result(n, load=0.9 + 0.25 * (n % 2)) for n in range(10)]), DANISH)

    assert said.verdict == "holds"
    assert said.holding[0].startswith("Det er stramt")


@pytest.mark.parametrize(
    ("measures", "sentence"),
    [
        (
            {"waiting_growth": 3.2},
            "Køen vokser: I det sidste år står der i gennemsnit 3,2 unge mere",
        ),
        (
            {"wait_mean_days": 593.0},
            "Der er ikke plads til alle: En ung venter i gennemsnit 593 dage",
        ),
    ],
)
def test_a_queue_that_grows_or_stands_still_for_years_cannot_hold(measures, sentence):
    said = answer(study([result(n, **measures) for n in range(10)]), DANISH)

    assert said.verdict == "cannot_hold"
    assert said.holding[1].startswith(sentence)


def test_lost_contact_is_part_of_the_answer():
    said = words(study([result(n, missed_contact_share=0.29) for n in range(10)]))

    assert "29 % af den løbende kontakt med de unge bliver ikke til noget" in said.replace(
        "\xa0", " "
    )
    assert "møderne holdes på bekostning af den løbende kontakt" in said


@pytest.mark.parametrize(
    ("late", "sentence"),
    [
        ((0, 0), "Ingen af de simulerede år havde et forsinket møde ved 17½ år."),
        ((1, 2), "Alle de simulerede år havde mindst ét forsinket møde ved 17½ år."),
        ((0, 2), "Der er 50 % risiko for, at mindst ét møde ved 17½ år kommer for sent"),
    ],
)
def test_the_risk_at_17_5_is_never_rounded_to_certainty(late, sentence):
    said = words(study([result(n, late) for n in range(10)]))

    assert sentence in said


def test_a_small_share_is_below_one_per_cent_and_a_large_one_above_ninety_nine():
    assert share(ENGLISH, 0.001) == "less than 1%"
    assert share(ENGLISH, 0.999) == "more than 99%"
    assert (share(ENGLISH, 0.0), share(ENGLISH, 1.0)) == ("0%", "100%")


def test_a_clear_change_is_told_with_its_numbers():
    today = [result(n, (5, 5 + n % 2)) for n in range(10)]
    tried = [
        result(n, (2, 3), wait_mean_days=5.0, cost_per_year_dkk=3_444_000.0) for n in range(10)
    ]

    said = " ".join(answer(study(tried, today, coordinators=6, reminders=True), DANISH).changes)

    assert "Prøvet: 6 koordinatorer i stedet for 4; påmindelser til de unge." in said
    assert "Det giver i gennemsnit 2,8 færre forsinkede møder om året" in said
    assert "En ung venter i gennemsnit 7 dage kortere på en koordinator." in said
    assert "Det koster 944.000 kr. mere om året." in said


def test_a_change_that_may_be_chance_is_called_unclear():
    today = [result(n, (2, 2)) for n in range(10)]
    tried = [result(n, (2, 2 + (n % 3 - 1))) for n in range(10)]

    changed = study(tried, today, weekly_hours=30.0)

    said = " ".join(answer(changed, DANISH).changes)
    assert "statistisk uklart" in said
    assert "Prøvet: 30 timer om ugen i stedet for 29,5." in said
    assert headlines(changed, DANISH)[0].change == "forskellen er uklar"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"team_slots_per_week": 5}, "Mødetider med teamet: 5 i stedet for 4"),
        ({"notice_weeks": (2, 1, 2, 4)}, "Korteste varsel: 2, 1, 2, 4 i stedet for 2"),
        ({"deputies": False}, "Stedfortræder ved fravær: nej i stedet for ja"),
        ({"cancellation": 0.25}, "Afbud fra fagpersoner: 25 % i stedet for 10 %"),
        ({"allocation": "district"}, "Efter distrikt i stedet for Lige mange til hver"),
        ({"posts": (PostPlan("K1", 37),)}, "Prøvet: andre stillinger."),
    ],
)
def test_a_change_of_any_kind_is_told_in_words(change, told):
    assert told in words(study(base_results=[result(n) for n in range(10)], **change))


def test_the_same_numbers_as_today_say_so():
    today = [result(n) for n in range(5)]

    assert answer(study(today, today), DANISH).changes == ("Alle tal er som i dag.",)
    assert answer(study(today), DANISH).changes == ()


def test_what_cannot_be_calculated_is_said_and_not_shown_as_a_number():
    nothing = dict.fromkeys(("wait_mean_days", "kept_coordinator_share", "late_per_year"), nan)
    empty = study(
        [result(n, (0, 0), due=0, waits=(), late_days_queue=0.0, **nothing) for n in range(3)]
    )

    by_id = {one.id: one for one in headlines(empty, DANISH)}
    assert by_id["wait"].value == "–"
    assert by_id["kept"].mean == "kan ikke beregnes: der var intet at måle på"
    assert "Der er ingen faste møder at holde" in words(empty)
    assert "nan" not in words(empty) + words(empty, ENGLISH)


def test_no_sentence_has_a_bare_slot_or_a_full_stop_for_a_comma():
    for texts in (DANISH, ENGLISH):
        said = words(
            study(
                [result(n, (n, 3)) for n in range(7)], [result(n) for n in range(7)], coordinators=5
            ),
            texts,
        )
        assert "{" not in said
        assert "nan" not in said
    assert "3,0" in words(study([result(n, (3, 3)) for n in range(7)]))


def test_headlines_say_interval_mean_and_whether_the_change_is_welcome():
    today = [result(n, (5, 5)) for n in range(10)]
    tried = [result(n, (2, 2), cost_per_year_dkk=3_000_000.0) for n in range(10)]

    late, *_, cost, _youth = headlines(study(tried, today, coordinators=5), DANISH)

    assert (late.value, late.mean, late.change, late.better) == (
        "2", "i 9 af 10 år; i gennemsnit 2,0", "−3,0 mod i dag", "better",
    )  # fmt: skip
    assert (cost.value, cost.change, cost.better) == (
        "3,00 mio.\xa0kr.",
        "+500.000 kr. mod i dag",
        "neither",
    )


def test_a_year_in_time_is_ordinary_only_where_half_of_the_years_are():
    seldom = study([result(n, (2,) if n < 3 else (0,)) for n in range(10)])
    often = study([result(n, (0,) if n < 3 else (2,)) for n in range(10)])

    assert "i et almindeligt år" in words(seldom)
    assert "i de fleste år, men ikke i alle" in words(often)


def test_counted_things_are_singular_for_exactly_one():
    assert [counted(DANISH, "days", n) for n in (0, 1, 1.4, 2)] == [
        "0 dage",
        "1 dag",
        "1 dag",
        "2 dage",
    ]


def test_assumptions_carry_their_range():
    said = assumptions_in_words(read_preset("medium"), DANISH)

    assert "Nye unge pr. år: 21,9 unge pr. år (kan være 13,8–41,6)" in said
    assert any("15\xa0% af møderne (kan være 8" in one for one in said)


@pytest.mark.parametrize("name", ["small", "medium"])
def test_the_real_engine_gives_an_answer_in_both_languages(name):
    today = Scenario.preset(name, years=1, warm_up_years=0)
    tried = today.replace(coordinators=today.coordinators + 1)
    real = Study(tried, list(replications(tried, 3)), today, list(replications(today, 3)))

    for texts in (DANISH, ENGLISH):
        said = words(real, texts)
        assert "nan" not in said
        assert "{" not in said
        assert len(headlines(real, texts)) == 7
