import importlib.util
from pathlib import Path

import pytest

from data.texts import Texts
from simulation import Scenario, replications
from simulation.experiments import comparison
from simulation.experiments.comparison import compared
from simulation.experiments.side_by_side import side_by_side, winners

spec = importlib.util.spec_from_file_location("invented", Path(__file__).with_name("invented.py"))
invented = importlib.util.module_from_spec(spec)
spec.loader.exec_module(invented)

TEXTS = Texts.read("da")
SMALL = Scenario.preset("small", years=2, warm_up_years=1)
MORE = SMALL.replace(coordinators=3)
REMINDED = SMALL.replace(reminders=True, coordinators=4)


def last(*args, **words):
    *_, found = compared(*args, **words)
    return found


@pytest.fixture(scope="module")
def found():
    named = {"I dag": SMALL, "Flere": MORE, "Påmindede": REMINDED}
    return last(named, replications=12)


def line(read, measure):
    return next(one for one in read.lines if one.measure == measure)


def test_each_number_is_that_of_the_comparison(found):
    read = side_by_side(found, TEXTS)

    assert [one.measure for one in read.lines] == [of.name for of in found.quantities]
    table = found.table().set_index(["scenario", "measure"])
    for name, cell in zip(read.names, line(read, "caseload_mean").cells, strict=True):
        row = table.loc[(name, "caseload_mean")]
        ends = [TEXTS.number(row[end], 1) for end in ("low", "high")]
        assert cell.lead == "–".join(ends)
        assert TEXTS.number(row["mean"], 1) in cell.mean


def test_late_meetings_of_a_single_year_are_whole(found):
    for cell in line(side_by_side(found, TEXTS), "late_per_year").cells:
        assert "," not in cell.lead


def test_a_risk_is_told_with_what_is_sure_of_it(found):
    risk = line(side_by_side(found, TEXTS), "breach_17_5")

    assert risk.of == "risiko i et år"
    assert all("95 % sikkert" in cell.mean for cell in risk.cells)


def test_inputs_that_differ_are_told_with_what_they_were(found):
    coordinators, reminders = side_by_side(found, TEXTS).settings

    assert coordinators.values == ("2", "3 i stedet for 2", "4 i stedet for 2")
    assert coordinators.changed == (False, True, True)
    assert reminders.values == ("nej", "nej", "ja i stedet for nej")


def test_another_rule_is_told_as_one():
    other = SMALL.replace(rules=SMALL.rules[1:])
    read = side_by_side(last({"I dag": SMALL, "Andre": other}, replications=2), TEXTS)

    assert [(one.label, one.values) for one in read.settings] == [
        ("Frister", ("–", "andre frister"))
    ]


def test_the_base_comes_first_wherever_it_stands():
    read = side_by_side(last({"a": SMALL, "b": MORE}, base="b", replications=3), TEXTS)

    assert read.names == ("b", "a")
    assert read.settings[0].values == ("3", "2 i stedet for 3")
    assert all(one.cells[0].change == "" for one in read.lines)


def drawn(monkeypatch, measured):
    """Have every run of a scenario be what *measured* says of it, by its coordinators and the run."""

    def one_run(one, number):
        return invented.one_run(lambda *_: measured(one.coordinators, number), one, 1, number)

    def together(scenarios, replications, *_, **__):
        for number in range(replications):
            yield tuple(one_run(one, number) for one in scenarios)

    monkeypatch.setattr(comparison, "together", together)


def test_who_is_best_how_often_is_counted_among_all(monkeypatch):
    # Two are equal in every fourth run, else the first is best in half of them.
    def load(coordinators, run):
        if run % 4 == 0:
            return {"missed_contact_share": 0.1}
        return {"missed_contact_share": 0.2 if (coordinators + run) % 2 else 0.1}

    drawn(monkeypatch, load)
    pair = last({"two": SMALL, "three": MORE}, measures=["missed_contact_share"], replications=40)

    (one,) = winners(pair)

    assert [share for share, _, _ in one.alone] == [0.25, 0.5]
    assert one.shared[0] == 0.25
    assert all(low < share < high for share, low, high in (*one.alone, one.shared))


def test_more_is_best_where_more_is_welcome(monkeypatch):
    drawn(monkeypatch, lambda coordinators, _: {"kept_coordinator_share": coordinators / 10})
    pair = last({"two": SMALL, "three": MORE}, measures=["kept_coordinator_share"], replications=5)

    (one,) = winners(pair)

    assert [share for share, _, _ in one.alone] == [0.0, 1.0]
    (read,) = side_by_side(pair, TEXTS).lines
    assert read.cells[1].judged == "better"


def test_clear_unclear_and_the_same_are_said_in_words(monkeypatch):
    def measured(coordinators, run):
        return {
            "missed_contact_share": 0.3 - 0.05 * coordinators + 0.001 * run,
            "caseload_mean": 20.0,
            "crises_unattended": float((run * coordinators) % 7),
            "cost_per_year_dkk": 1e6 * coordinators + run,
        }

    drawn(monkeypatch, measured)
    asked = ["missed_contact_share", "caseload_mean", "crises_unattended", "cost_per_year_dkk"]
    pair = last({"I dag": SMALL, "Flere": MORE}, measures=asked, replications=14)

    read = side_by_side(pair, TEXTS)

    assert [one.cells[1].judged for one in read.lines] == ["better", "same", "unclear", "neither"]
    (said,) = read.in_short
    assert said.startswith("“Flere” holdt op mod “I dag”. Klart bedre")
    assert "Klart bedre: kontakt, der går tabt (5,0 procentpoint lavere)" in said
    assert "Statistisk uklart: kriser uden koordinator" in said
    assert "Det samme: åbne sager pr. koordinator" in said
    assert "Klart anderledes: pris pr. år (1,00 mio.\N{NO-BREAK SPACE}kr. højere)" in said


def test_what_was_never_measured_is_neither_better_nor_worse(monkeypatch):
    drawn(monkeypatch, lambda *_: {"missed_contact_share": float("nan")})
    pair = last({"a": SMALL, "b": MORE}, measures=["missed_contact_share"], replications=5)

    (read,) = side_by_side(pair, TEXTS).lines

    assert [cell.judged for cell in read.cells] == [None, None]
    assert read.cells[1].lead == "–"


def test_results_that_are_known_are_not_run_again(monkeypatch, found):
    ran = []
    whole = comparison.together

    def watched(scenarios, *args, **words):
        ran.append(scenarios)
        return whole(scenarios, *args, **words)

    monkeypatch.setattr(comparison, "together", watched)
    known = {SMALL: list(replications(SMALL, 12)), REMINDED: list(replications(REMINDED, 5))}
    named = dict(zip(found.names, found.scenarios, strict=True))

    again = last(named, replications=12, known=known)

    assert ran == [(MORE, REMINDED)]  # five runs are too few
    assert str(again.results) == str(found.results)  # not a number is not itself
    everything = {
        one: [row[place] for row in found.results] for place, one in enumerate(found.scenarios)
    }
    assert last(named, replications=12, known=everything).results == found.results
    assert len(ran) == 1
