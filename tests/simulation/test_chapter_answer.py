import importlib.util
import re
from math import nan
from pathlib import Path

import pytest

from data import LANGUAGES, Texts
from data.chapter_experiments import chapter_experiment, chapter_experiments
from simulation import MEASURES, compare
from simulation.chapter_answer import (
    chapter_answer,
    chapter_table,
    moved,
    not_said,
    study_of,
    today_of,
    tried_of,
    where_in_words,
)
from simulation.experiments.quantities import PER_YEAR
from simulation.study import Study

_spec = importlib.util.spec_from_file_location("studies", Path(__file__).with_name("studies.py"))
studies = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(studies)
result = studies.result

DANISH = Texts.read("da")
SPACE = "\N{NO-BREAK SPACE}"
QUITS = {"annual_turnover": 0.33}


def invented(now, before=None, chosen=QUITS):
    """The answer of "resignation" to runs of which every number is known."""
    experiment = chapter_experiment("resignation")
    study = Study(tried_of(experiment, chosen), now, today_of(experiment), before or now)
    return chapter_answer(experiment, chosen, study, DANISH)


def runs(**measures):
    """Ten runs, each of *measures* a number for all of them or a list of ten."""
    each = {name: v if isinstance(v, list) else [v] * 10 for name, v in measures.items()}
    return [
        result(number, **{name: values[number] for name, values in each.items()})
        for number in range(10)
    ]


def finding(answer, measure):
    return next(one for one in answer.findings if one.measure == measure)


@pytest.mark.parametrize("id", chapter_experiments())
def test_every_measure_of_every_experiment_exists(id):
    for measure in chapter_experiment(id).measures:
        assert measure.name in MEASURES or measure.name in PER_YEAR


@pytest.mark.parametrize("id", chapter_experiments())
def test_every_control_moves_something_that_is_shown(id):
    experiment = chapter_experiment(id).model_copy(update={"replications": 6})
    shown = [measure.name for measure in experiment.measures if measure.name in MEASURES]
    for control in experiment.controls:
        needed = {other: values[0] for other, values in control.needs.items()}
        if control.needs and control.example is None:
            # How often the group meets matters to what it does again and again.
            needed = {"leadership_rule": "move_ceiling"}
        base = study_of(experiment, needed).results
        others = (
            one.value for one in control.values if one.value != experiment.today(control.field)
        )
        assert any(
            not differences[name].none
            for value in others
            for differences in [
                compare(study_of(experiment, {**needed, control.field: value}).results, base)
            ]
            for name in shown
        ), control.field


def test_the_same_youths_meet_today_and_what_is_tried():
    experiment = chapter_experiment("resignation")

    study = study_of(experiment, QUITS)

    assert [one.replication for one in study.results] == list(range(experiment.replications))
    assert [one.replication for one in study.base_results] == list(range(experiment.replications))
    assert study.scenario.differences(study.base) == {"annual_turnover": (0.33, 0.23)}


def test_what_to_expect_comes_first_then_today_then_the_difference():
    now = runs(wait_mean_days=[30.0 + number / 10 for number in range(10)])
    before = runs(wait_mean_days=12.0)

    said = finding(invented(now, before), "wait_mean_days").said

    assert said[0] == "9 af 10 unge venter højst 30 dage på den første koordinator."
    assert said[1] == "I dag er det højst 30 dage."
    assert said[2].startswith(
        "I gennemsnit venter en ung 18 dage længere end i dag (med 95 % sikkerhed 18–"
    )


def test_a_share_is_told_in_per_cent_and_its_difference_in_points():
    now = runs(kept_coordinator_share=[0.60 + number / 100 for number in range(10)])
    before = runs(kept_coordinator_share=[0.70 + number / 100 for number in range(10)])

    one = finding(invented(now, before), "kept_coordinator_share")

    assert one.said[0] == (
        f"I 9 af 10 perioder på 5 år beholder mellem 60 og 69{SPACE}% af de unge deres koordinator "
        "et helt år."
    )
    assert "10,0 procentpoint færre end i dag" in one.said[2]
    assert (one.change, one.better) == ("lower", False)


def test_what_may_be_chance_is_called_statistically_unclear():
    now = runs(wait_mean_days=[12.0 + (-1) ** number for number in range(10)])
    before = runs(wait_mean_days=12.0)

    one = finding(invented(now, before), "wait_mean_days")

    assert one.change == "unclear"
    assert one.better is None
    assert "statistisk uklart" in one.said[2]
    assert "lavere" in one.said[2]
    assert "højere" in one.said[2]


def test_what_differs_in_no_run_is_called_the_same():
    one = finding(invented(runs(), runs()), "late_per_year")

    assert one.said[-1] == "Det er præcis som i dag."


def test_nothing_tried_gives_todays_numbers_alone():
    answer = invented(runs(), chosen={})

    assert answer.tried == "Alt står som i dag. Vælg noget andet, og se forskellen."
    assert all(len(one.said) == 1 and one.change is None for one in answer.findings)
    assert [bar.name for bar in answer.findings[0].bars] == ["I dag"]


def test_nothing_to_measure_is_said_and_drawn_as_nothing():
    answer = invented(runs(missed_contact_share=nan))

    one = finding(answer, "missed_contact_share")
    assert one.said == ("Her var der intet at måle på.",)
    assert one.bars[0].range == "–"


@pytest.mark.parametrize(
    ("load_now", "load_before", "said"),
    [
        (1.2, 1.2, "Det kan ikke holde, heller ikke i dag."),
        (1.2, 0.8, "Det kan ikke holde."),
        (0.8, 1.2, None),
    ],
)
def test_what_cannot_hold_is_said(load_now, load_before, said):
    answer = invented(runs(load=load_now), runs(load=load_before))

    assert next(iter(answer.troubles), None) == said


def test_a_control_that_does_not_count_changes_nothing():
    experiment = chapter_experiment("leadership")

    assert moved(experiment, {"hiring_delay_months": 12}) == {}
    assert tried_of(experiment, {"hiring_delay_months": 12}) == today_of(experiment)
    hired = {"leadership_rule": "hire", "hiring_delay_months": 12}
    assert moved(experiment, hired) == hired


def test_what_is_not_offered_is_refused():
    experiment = chapter_experiment("booking")

    with pytest.raises(ValueError, match="booking_horizon_weeks offers no 3; it offers 2, 4"):
        tried_of(experiment, {"booking_horizon_weeks": 3})
    with pytest.raises(ValueError, match="'years' has no control; there are: booking_horizon"):
        tried_of(experiment, {"years": 3})


def test_what_must_be_known_is_said_where_its_control_was_moved():
    experiment = chapter_experiment("booking")

    def asides(**chosen):
        known = runs(cancelled_meetings=9)
        study = Study(tried_of(experiment, chosen), known, today_of(experiment), known)
        return chapter_answer(experiment, chosen, study, DANISH).asides

    assert asides(booking_horizon_weeks=4) == ()
    assert "Det er en antagelse" in asides(reminders=True)[0]


@pytest.mark.parametrize("id", chapter_experiments())
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_is_whole_in_both_languages(id, language):
    experiment, texts = chapter_experiment(id), Texts.read(language)
    chosen = {c.field: c.example for c in experiment.controls if c.example is not None}

    answer = chapter_answer(experiment, chosen, study_of(experiment, chosen), texts)

    words = " ".join(
        [answer.tried, answer.basis, *answer.asides, *answer.troubles]
        + [sentence for one in answer.findings for sentence in one.said]
    )
    assert not re.search(r"[{}]|\bnan\b|None", words)
    assert all(0 <= bar.low <= bar.high <= 1 for one in answer.findings for bar in one.bars)
    assert {"da": "uddannelse eller job", "en": "education or work"}[language] in not_said(
        experiment, texts
    )[0]
    assert "60" in where_in_words(experiment, texts)


def test_the_table_is_small_rounded_and_the_same_every_time():
    table = chapter_table("booking", "en")

    assert list(table.columns) == [
        "tried", "measure", "9 of 10 from", "to", "mean", "difference", "at least", "at most", "clear",
    ]  # fmt: skip
    assert table["tried"].tolist()[::2] == [
        "Today",
        "You begin to invite: 4 weeks before",
        "The youths get a reminder: yes",
        "Fixed meeting days for the team: 1 day a week",
    ]
    assert (table["mean"] == table["mean"].round(1)).all()
    assert set(table["clear"]) <= {"", "yes", "unclear", "same"}
    assert chapter_table("booking", "en").equals(table)


def test_the_table_says_what_the_answer_says():
    experiment = chapter_experiment("resignation")
    study = study_of(experiment, QUITS)
    answer = chapter_answer(experiment, QUITS, study, DANISH)

    row = chapter_table("resignation").query("prøvet.str.endswith('33 %')").iloc[0]

    assert row["sikker"] == "ja"
    size = DANISH.number(abs(row["forskel"]), 1)
    assert f"I gennemsnit er det {size} procentpoint færre" in answer.findings[0].said[2]
