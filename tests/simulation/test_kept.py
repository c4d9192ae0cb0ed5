"""What leaders load and save is kept whole, found by its number only, and gone when it is deleted."""

import json
import stat
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data import ListedCase, PostPlan, Texts, read_preset
from data.kept_files import NotKeptError, forget, keep, kept_numbers, read_kept
from data.own_figures import OwnFigure, OwnFigures
from data.places import data_folder
from simulation import Scenario
from simulation.assumptions import assumptions_in_words
from simulation.experiments.manifest import Manifest, Record, archive_folder, archived
from simulation.experiments.recorded import archive
from simulation.kept import (
    forget_municipality,
    forget_scenario,
    keep_municipality,
    kept_municipality,
    name_fault,
    save_under_name,
    saved_scenario,
)
from simulation.own_scenario import own_in_words, with_case_list, with_own_figures

DAY = date(2026, 11, 22)
POSTS = (PostPlan("K1", 37.0), PostPlan("K2", 30.0, 3))
CASES = (
    ListedCase("S-1", date(2009, 3, 14), date(2025, 9, 1), "K1", date(2026, 1, 20)),
    ListedCase("S-2", date(2010, 7, 1), date(2026, 9, 1), "K2", district=2),
    ListedCase("S-3", date(2010, 7, 1), date(2026, 9, 1)),
)


@pytest.fixture
def listed():
    return with_case_list(Scenario.preset("small"), POSTS, CASES, DAY)


# Files.


def test_a_kept_file_is_for_its_owner_alone_and_nobody_finds_it_without_its_number():
    number = keep("scenarios", "æøå")
    path = data_folder() / "scenarios" / f"{number}.json"

    assert read_kept("scenarios", number) == "æøå"
    assert number in kept_numbers("scenarios")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with pytest.raises(NotKeptError):
        read_kept("municipalities", number)
    forget("scenarios", number)
    with pytest.raises(NotKeptError):
        read_kept("scenarios", number)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=30), st.sampled_from(["..", "../x", "a" * 20, "A" * 20])))
def test_no_words_of_an_address_reach_another_file(words):
    with pytest.raises(NotKeptError):
        read_kept("municipalities", words)
    forget("municipalities", words)


# Municipalities and scenarios.


def test_a_municipality_comes_back_as_it_was_loaded(listed):
    kept = keep_municipality("  Vores   kommune ", "small", listed, {"coordinators": "lønsystemet"})

    assert kept_municipality(kept.number) == kept
    assert kept.name == "Vores kommune"
    assert kept.today.cases == CASES


def test_a_case_list_lies_in_one_file_and_goes_with_what_was_tried_in_it(listed):
    kept = keep_municipality("Vores", "small", listed, {})
    other = save_under_name("Vores små", "small", Scenario.preset("small", coordinators=3))
    saved = save_under_name("Tre", kept.number, listed.replace(coordinators=3))

    assert saved_scenario(saved.number) == saved
    assert "S-1" not in read_kept("scenarios", saved.number)

    forget_municipality(kept.number)

    for gone, read in ((kept.number, kept_municipality), (saved.number, saved_scenario)):
        with pytest.raises(NotKeptError):
            read(gone)
    assert "S-1" not in "".join(
        read_kept("scenarios", number) for number in kept_numbers("scenarios")
    )
    assert saved_scenario(other.number) == other
    forget_scenario(other.number)
    with pytest.raises(NotKeptError):
        saved_scenario(other.number)


def test_a_deleted_case_list_is_gone_from_the_archive_of_experiments_too(listed):
    kept = keep_municipality("Vores", "small", listed, {})
    other = with_case_list(Scenario.preset("small"), POSTS, CASES[:1], DAY)
    compared = Manifest(
        kind="compare", scenarios=[Scenario.preset("small"), listed], seed=1, replications=1
    )
    neighbour = Manifest(kind="run", scenarios=[other], seed=1, replications=1)
    for manifest in (compared, neighbour):
        archive(Record(manifest=manifest, files={}))

    forget_municipality(kept.number)

    left = {file.name for file in (archive_folder() / compared.code).iterdir()}
    assert left == {"scenario_1.toml", "manifest.json"}
    assert archived(neighbour.code).with_name("scenario.toml").exists()


def test_a_case_list_is_saved_nowhere_but_in_its_municipality(listed):
    with pytest.raises(ValueError, match="belongs to a kept municipality"):
        save_under_name("Liste", "small", listed)


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"scenario": {}},
        {"scenario": []},
        {"own": []},
        {"at": "i går"},
        {"name": ""},
        {"name": 7},
    ],
)
def test_a_file_that_somebody_changed_is_not_there(change):
    kept = keep_municipality("Vores", "small", Scenario.preset("small"), {})
    spoilt = json.loads(read_kept("municipalities", kept.number)) | change

    with pytest.raises(NotKeptError):
        kept_municipality(keep("municipalities", json.dumps(spoilt)))
    with pytest.raises(NotKeptError):
        kept_municipality(keep("municipalities", json.dumps([spoilt])))
    with pytest.raises(NotKeptError):
        kept_municipality(keep("municipalities", "no JSON"))


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Fem koordinatorer", None),
        ("   ", "blank"),
        ("x" * 81, "long"),
        ("Bo 010190-1234", "personal"),
        ("skriv til bo@kommune.dk", "personal"),
    ],
)
def test_a_name_is_short_and_nothing_personal(name, fault):
    assert name_fault(name) == fault
    if fault:
        with pytest.raises(ValueError, match=fault):
            save_under_name(name, "small", Scenario.preset("small"))


# Own figures and case lists as scenarios.


def test_own_figures_stand_in_place_of_ours_and_nothing_else_changes():
    own = OwnFigures(
        "small", {"coordinators": OwnFigure(3, "HR"), "notice_weeks": OwnFigure((1, 2, 3, 4))}
    )

    scenario = with_own_figures(own)

    assert scenario.differences(Scenario.preset("small")) == {
        "coordinators": (3, Scenario.preset("small").coordinators),
        "notice_weeks": ((1, 2, 3, 4), Scenario.preset("small").notice_weeks),
    }


def test_a_case_list_decides_the_posts_the_districts_and_the_day(listed):
    today = Scenario.preset("small")

    assert (listed.coordinators, listed.weekly_hours, listed.districts) == (2, 33.5, 3)
    assert listed.start == DAY
    assert set(listed.differences(today)) <= {
        *("coordinators", "weekly_hours", "districts", "start", "posts", "cases")
    }
    # A list of posts alone changes no cases, and a list with nothing nothing.
    assert with_case_list(today, (), (), today.start) == today


@pytest.mark.parametrize("language", ["da", "en"])
def test_own_numbers_are_told_beside_ours_with_their_source_and_what_to_look_at(language):
    texts, preset = Texts.read(language), read_preset("small")
    high = preset.figures["no_show"].high
    today = Scenario.preset("small", no_show=high + 0.05, reminders=True, coordinators=3)
    own = {"coordinators": "HR", "no_show": "", "reminders": "rota"}

    told = {one.name: one for one in own_in_words(today, own, preset, texts)}

    assert [*told] == [texts(f"parameter.{id}") for id in ("coordinators", "reminders", "no_show")]
    coordinators = told[texts("parameter.coordinators")]
    assert (coordinators.value, coordinators.source, coordinators.beyond) == (
        f"3 {texts('unit.persons')}",
        "HR",
        "",
    )
    no_show = told[texts("parameter.no_show")]
    assert no_show.source == ""
    assert texts.percent(high) in no_show.beyond
    assert told[texts("parameter.reminders")].value == texts("capacity.on")


def test_an_own_number_is_no_assumption_of_ours():
    texts, preset = Texts.read("da"), read_preset("small")

    ours = assumptions_in_words(preset, texts)
    left = assumptions_in_words(preset, texts, {"no_show": "optalt"})

    assert [said for said in ours if said not in left] == [
        said for said in ours if said.startswith(texts("parameter.no_show"))
    ]
    assert len(left) == len(ours) - 1
