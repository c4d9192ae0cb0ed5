"""What a leadership group can promise, and what it reads about the smallest staffing that keeps it."""

import importlib.util
import re
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import PRESETS, parameters
from data.texts import Texts
from simulation import MEASURES, Scenario, compare
from simulation.codes import CAUSES
from simulation.experiments import search, selection, staffing_answer
from simulation.experiments.offered import (
    LEVERS,
    OFFERED,
    OFTEN,
    kept_to,
    lever_values,
    promise_in_words,
)
from simulation.experiments.promise import Promise
from simulation.experiments.staffing_answer import StaffingQuestion, staffing_answers
from simulation.figures.staffings import staffings

spec = importlib.util.spec_from_file_location("invented", Path(__file__).with_name("invented.py"))
invented = importlib.util.module_from_spec(spec)
spec.loader.exec_module(invented)

DA, EN = Texts.read("da"), Texts.read("en")
SMALL = Scenario.preset("small", years=1, warm_up_years=1)
NONE_LATE = Promise("late_meeting_17_5_per_year", 0)
CAUSE = {f"late_days_{cause}": float(cause == "no_show") for cause in CAUSES}


def invent(monkeypatch, chances):
    """No meeting is late with the chance that *chances* has for (coordinators, reminders)."""

    def values(scenario, chance):
        late = chance.random() > chances[scenario.coordinators, scenario.reminders]
        cost = 100_000.0 * scenario.coordinators + 1_000 * chance.random()
        return (
            dict.fromkeys(MEASURES, 0.0)
            | CAUSE
            | {"late_17_5": (int(late),), "cost_per_year_dkk": cost}
        )

    invented.runs(values, search, selection, monkeypatch=monkeypatch)

    def replications(scenario, count, seed, *, cancel=None):
        return (invented.one_run(values, scenario, seed, number) for number in range(count))

    monkeypatch.setattr(staffing_answer, "replications", replications)


def asked(*over, promise=NONE_LATE, probability=0.9):
    return StaffingQuestion(SMALL, SMALL, promise, probability, over)


def by_coordinators(*chances):
    return {(number, False): chance for number, chance in enumerate(chances, start=1)}


def numbers(answer):
    return [dict(one.values)["coordinators"] for one in answer.offered]


def words(answer, texts=DA):
    said = [sentence for paragraph in answer.said(texts) for sentence in paragraph]
    return " ".join([answer.lead(texts), *said, *answer.unsure(texts)])


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("measure", OFFERED)
def test_every_promise_that_is_offered_can_be_made_and_said(preset, measure):
    offer, base = OFFERED[measure], Scenario.preset(preset)

    assert offer.begin(base) in offer.limits
    for limit in offer.limits:
        promise = offer.promise(limit)
        for probability, part, whole in OFTEN:
            assert f"{part} af {whole}" in promise_in_words(promise, probability, 5, DA)
        assert offer.limit_in_words(limit, EN) in promise_in_words(promise, 0.9, 5, EN)
    with pytest.raises(ValueError, match="must be one of"):
        offer.promise(0.123)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("field", LEVERS)
def test_what_may_change_too_is_allowed_and_begins_with_what_is_tried(preset, field):
    base = Scenario.preset(preset)

    values = lever_values(field, base)

    assert values[0] == getattr(base, field)
    assert all(getattr(base.replace(**{field: value}), field) == value for value in values)
    most = values[-1]
    at_most = base.replace(**{field: most})
    if parameters()[field].kind != "roles" and field != "booking_horizon_weeks":
        assert lever_values(field, at_most) == (most,)


@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=60), st.sampled_from([p for p, *_ in OFTEN])
)
def test_what_years_keep_to_is_the_least_limit_that_holds_so_often(late, probability):
    run = SimpleNamespace(late_by_year={"a": late}, measures={})

    said = kept_to(Promise("late_per_year", 5), probability, [run], EN)

    limit = int(re.fullmatch(r"at most (\d+)", said)[1])
    assert sum(one <= limit for one in late) >= probability * len(late) - 1e-6
    assert sum(one < limit for one in late) < probability * len(late)


def test_the_answer_names_what_surely_keeps_the_promise_and_its_price_against_today(monkeypatch):
    invent(monkeypatch, by_coordinators(0.1, 0.3, 0.6, 0.99, 0.99))

    *_, found = staffing_answers(asked(("coordinators", (1, 2, 3, 4, 5))))

    assert numbers(found) == [4]
    assert found.lead(DA) == "4 koordinatorer er den mindste bemanding, der holder løftet."
    chosen = found.search.chosen
    change = compare(chosen.results, found.today)["cost_per_year_dkk"]
    assert change.clear
    assert change.mean == pytest.approx(200_000)
    assert "Det er 200.000 kr. mere end i dag" in words(found)
    assert "4 koordinatorer i stedet for 2" in words(found)
    assert "3 koordinatorer er ikke nok" in words(found)
    assert "højst 0 i 9 af 10 år. I dag: højst 1." in words(found)
    assert "DKK 200,000 more than today" in words(found, EN)


def test_what_only_looks_enough_stands_before_what_surely_is(monkeypatch):
    invent(monkeypatch, by_coordinators(0.1, 0.92, 0.92, 0.995))

    *_, found = staffing_answers(asked(("coordinators", (1, 2, 3, 4))))

    likely, sure = numbers(found)
    assert (likely, sure) == (2, 4)
    assert "men det er ikke sikkert. 4 koordinatorer holder det sikkert." in found.lead(DA)
    assert "Statistisk uklart efter 400 gentagelser: 2 koordinatorer" in words(found)
    assert "1 koordinator er ikke nok" in words(found)


def test_where_no_staffing_will_do_the_answer_says_what_it_waits_for(monkeypatch):
    invent(monkeypatch, by_coordinators(0.1, 0.3, 0.6))

    *_, found = staffing_answers(asked(("coordinators", (1, 2, 3))))

    assert found.lead(DA) == "Ingen af de bemandinger, vi har søgt i, holder løftet."
    assert "De fleste forsinkede dage kommer af, at den unge udebliver (100\xa0%)." in words(found)
    assert "Sæt flueben" in words(found)
    assert found.offered == ()


def test_what_else_may_change_is_named_only_where_it_is_changed(monkeypatch):
    chances = {
        (number, with_it): 0.2 + 0.78 * with_it for number in (1, 2) for with_it in (False, True)
    }
    invent(monkeypatch, chances)

    *_, found = staffing_answers(asked(("coordinators", (1, 2)), ("reminders", (False, True))))

    assert "1 koordinator (påmindelser til de unge)" in found.lead(DA)
    assert "koster ikke noget i modellen" in words(found)
    names = [row[0] for row in staffings(found.search, DA).rows]
    assert "1 koordinator" in names
    assert "1 koordinator (påmindelser til de unge)" in names


def test_progress_only_grows_and_is_whole_at_the_end(monkeypatch):
    invent(monkeypatch, by_coordinators(0.1, 0.5, 0.9, 0.97, 0.99))

    told = [one.progress for one in staffing_answers(asked(("coordinators", (1, 2, 3, 4, 5))))]

    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert all(done < of for done, of in told[:-1])
    assert told[-1][0] == told[-1][1]


def test_a_cancelled_search_ends_with_what_it_knows(monkeypatch):
    invent(monkeypatch, by_coordinators(0.1, 0.5, 0.9, 0.97, 0.99))
    stop = Event()

    told = []
    for one in staffing_answers(asked(("coordinators", (1, 2, 3, 4, 5))), stop):
        told.append(one)
        stop.set()

    assert len(told) <= 2
    assert "Søgningen er i gang" in words(told[0])


def test_the_figure_says_in_its_table_and_text_what_it_draws(monkeypatch):
    invent(monkeypatch, by_coordinators(0.1, 0.3, 0.6, 0.99, 0.99))
    *_, found = staffing_answers(asked(("coordinators", (1, 2, 3, 4, 5))))

    for texts in (DA, EN):
        picture = staffings(found.search, texts)

        assert "4 " in picture.title
        assert all(row[0] in picture.alternative for row in picture.rows)
        assert len({len(row) for row in picture.rows} | {len(picture.columns)}) == 1
        assert all(row[0] in picture.svg for row in picture.rows)
