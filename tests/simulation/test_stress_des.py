"""The report of an experiment says what was asked and found, item by item, and nothing by heart."""

import re
from dataclasses import replace
from functools import cache

import pytest

from data import parameters, read_preset
from data.texts import LANGUAGES, Texts
from simulation import Scenario, together
from simulation.description.moves import read_trials
from simulation.experiments.comparison import estimate
from simulation.experiments.manifest import Manifest
from simulation.experiments.precision import Goal, until_precise
from simulation.experiments.quantities import HEADLINES, quantity
from simulation.experiments.stress_des import Report
from tests.simulation.case_lists import with_list

DANISH, ENGLISH = Texts.read("da"), Texts.read("en")
BASE = Scenario.preset("small", years=1, warm_up_years=1)
OTHER = BASE.replace(coordinators=3, reminders=True)
ITEMS = [
    *("1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2", "3.3", "3.4"),
    *("4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "5.4", "6.1"),
]


@cache
def runs(*scenarios):
    return tuple(together(scenarios, 8, 4))


def report(*scenarios, shown=None, **changes):
    """A report of runs of the two scenarios, or of *shown* with the same results."""
    ran = scenarios or (BASE, OTHER)
    asked = {"kind": "compare", "scenarios": shown or ran, "seed": 4, "replications": 8}
    manifest = Manifest(**(asked | changes.pop("asked", {})))
    return Report(manifest, runs(*ran), **changes)


def plain(words):
    return words.replace("\xa0", " ")


@pytest.mark.parametrize("texts", [DANISH, ENGLISH], ids=LANGUAGES)
def test_every_item_of_the_guideline_is_there_and_filled(texts):
    written = report().markdown(texts)
    sections = re.split(r"^#{2,3} (\d\.\d) .+$", written, flags=re.MULTILINE)

    items = dict(zip(sections[1::2], sections[2::2], strict=True))
    assert list(items) == ITEMS
    assert all(len(text.strip()) > 20 for text in items.values())


def test_the_words_hold_no_number_of_their_own():
    for language in LANGUAGES:
        words = Texts.read(language).words
        mine = {id: text for id, text in words.items() if id.startswith("report.")}
        assert mine
        assert not {id for id, text in mine.items() if re.search(r"\d", text)}


def test_the_same_experiment_gives_the_same_report():
    assert report().markdown(DANISH) == report().markdown(DANISH)


def test_both_languages_say_the_same_things():
    def skeleton(texts):
        lines = report().markdown(texts).splitlines()
        return [re.match(r"#* ?[\d.]*|\|(?: .*? \(`\w+`\))?|- ", line)[0][:5] for line in lines]

    assert skeleton(DANISH) == skeleton(ENGLISH)


@pytest.mark.parametrize("id", parameters())
def test_every_number_that_is_changed_shows(id):
    changed = BASE.replace(**{id: read_trials().other[id]})
    if changed == BASE:
        changed = BASE.replace(**{id: getattr(read_trials().before(id), id)})
    before = report(BASE).markdown(DANISH)
    after = report(BASE, shown=(changed,)).markdown(DANISH)

    row = re.compile(rf"^\| .* \(`{id}`\) \| .*$", flags=re.MULTILINE)
    assert row.search(before)[0] != row.search(after)[0]


def row_of(id, written):
    line = re.search(rf"^\| [^|]* \(`{id}`\) \| .*$", written, flags=re.MULTILINE)[0]
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[2:-1]]


def test_a_number_has_its_source_only_where_it_is_the_presets():
    kept = row_of("annual_turnover", report().markdown(ENGLISH))
    chosen = row_of("coordinators", report(OTHER).markdown(ENGLISH))

    figure = read_preset("small").figures["annual_turnover"]
    assert kept == [
        "23%",
        ENGLISH("unit.share per year"),
        "15–33%",
        "measured, computed from the sources",
        figure.source.en,
    ]
    assert chosen == ["3", "persons", "", "", "chosen for the experiment; Small: 2"]


def test_our_assumptions_are_listed_and_what_was_chosen_is_none():
    figures = read_preset("small").figures
    ours = [id for id, figure in figures.items() if figure.confidence == "our assumption"]
    kept = [id for id in ours if getattr(OTHER, id) == getattr(Scenario.preset("small"), id)]
    written = report(OTHER).markdown(ENGLISH)

    assert f"which nobody has measured ({len(kept)}):" in written
    assert f"- {len(kept)}: our assumption\n" in written
    assert "- 4: chosen for the experiment\n" in written
    assert "- No-shows: 15% of meetings (may be 8–30%)\n" in written
    assert "- Coordinators: " not in written


def test_the_results_are_those_of_the_runs():
    written = plain(report().markdown(ENGLISH))

    for place, part in enumerate(written.split("## 7 Results")[1].split("### ")[1:]):
        results = [each[place] for each in runs(BASE, OTHER)]
        for measure in HEADLINES:
            found = estimate("", quantity(measure), results)
            assert row_of(measure, part)[2] == plain(found.quantity.write(found.mean, ENGLISH))


def test_differences_are_paired_and_the_unclear_is_called_unclear():
    same = report(BASE, BASE.replace(pay_per_year=540_000)).markdown(ENGLISH)

    assert "gave the same in all 8 repetitions" in same
    assert "statistically unclear" in report().markdown(ENGLISH).split("## 7 Results")[1]


def test_how_it_was_run_is_said():
    written = plain(report(asked={"engine": "simpy"}).markdown(ENGLISH))
    manifest = report(asked={"engine": "simpy"}).manifest

    assert "8 independent replications, number 0 to 7, with seed 4." in written
    assert "The engine is SimPy." in written
    assert "The counted time is 1 year, from 1 January 2027 to 31 December 2027." in plain(written)
    assert f"vejviser rebuild {manifest.code} --out FOLDER" in written
    assert f"| numpy | {manifest.program.libraries['numpy']} |" in written
    assert manifest.program.lock in written


def test_one_scenario_alone_is_compared_with_nothing():
    written = report(BASE).markdown(ENGLISH)

    assert "One scenario was run" in written
    assert "Bonferroni" not in written
    assert "Differences against" not in written


def test_fewer_replications_than_asked_for_are_admitted():
    written = report(asked={"replications": 200}).markdown(ENGLISH)

    assert (
        "200 replications were asked for; the report rests on those that were finished" in written
    )
    assert "were asked for" not in report().markdown(ENGLISH)


def test_how_precise_it_became_is_said():
    *_, state = until_precise(BASE, [Goal("load", relative=1e-6)], minimum=8, cap=8)
    written = report(BASE, precision=state).markdown(DANISH)

    for sentence in state.in_words(DANISH):
        assert sentence in written


def test_a_case_list_is_counted_and_not_told():
    written = report(with_list(BASE, "K1")).markdown(ENGLISH)

    assert "youths (1) and posts (1) as they are today" in written
    assert "2026-014" not in written
    assert "K1" not in written


def test_names_and_purpose_are_words_and_not_markdown():
    hostile = "a | b\n\n# <script>`x`</script> [y](z)"
    written = report(purpose=hostile, names=(hostile, "other")).markdown(DANISH)

    said = r"a \| b \# \<script\>\`x\`\</script\> \[y\](z)"
    assert f"\n{said}\n" in written
    assert "<script" not in written.replace(r"\<script", "")
    tables = re.findall(r"(?:^\|.*\n)+", written, flags=re.MULTILINE)
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"results": ()}, "at least one replication"),
        ({"results": [each[:1] for each in runs(BASE, OTHER)]}, "each of 2 scenarios"),
        ({"names": ("one",)}, r"names is \['one'\]"),
        ({"measures": ("nothing",)}, "measure is 'nothing'"),
    ],
)
def test_what_does_not_fit_is_refused(changes, said):
    with pytest.raises(ValueError, match=said):
        replace(report(), **changes)
