import pytest

from data import (
    LANGUAGES,
    PRESETS,
    ROLES,
    DataError,
    Texts,
    parameters,
    read_preset,
    read_preset_files,
)


@pytest.mark.parametrize("name", PRESETS)
def test_every_number_has_a_source_and_a_confidence(name):
    preset = read_preset(name)

    assert preset.figures.keys() == parameters().keys()
    assert all(figure.source and figure.confidence for figure in preset.figures.values())


@pytest.mark.parametrize("name", PRESETS)
def test_what_is_uncertain_has_a_range(name):
    plain = {"whole", "number", "roles"}
    for id, figure in read_preset(name).figures.items():
        if parameters()[id].kind in plain and id != "coordinators":
            assert figure.low is not None, id
            assert figure.high is not None, id
            assert figure.low < figure.high, id


@pytest.mark.parametrize("name", PRESETS)
def test_a_number_for_the_team_has_a_value_for_each_role(name):
    for id, figure in read_preset(name).figures.items():
        if parameters()[id].kind == "roles":
            for end in (figure.low, figure.value, figure.high):
                assert len(end) == len(ROLES), id
            for low, value, high in zip(figure.low, figure.value, figure.high, strict=True):
                assert low <= value <= high, id


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_has_its_words(language):
    words = Texts.read(language).words
    for id, parameter in parameters().items():
        asked = {f"parameter.{id}", f"parameter.{id}.meaning", f"unit.{parameter.unit}"}
        asked |= {f"group.{parameter.group}"}
        asked |= {f"choice.{id}.{choice}" for choice in parameter.choices}
        assert asked - words.keys() == set()


def test_no_words_stand_for_a_number_that_is_gone():
    made = {f"unit.{parameter.unit}" for parameter in parameters().values()}
    made |= {f"parameter.{id}{end}" for id in parameters() for end in ("", ".meaning")}
    made |= {f"choice.{p.id}.{choice}" for p in parameters().values() for choice in p.choices}
    for id in Texts.read().words:
        if id.startswith(("parameter.", "unit.", "choice.")):
            assert id in made


def test_the_medium_municipality_is_the_mean_one():
    medium = read_preset("medium")

    assert medium.population == 60_000
    assert medium.values()["coordinators"] == 4
    assert medium.values()["inflow_per_year"] == 21.9


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[coordinators]\nvalue = -4\n",
            r"own.toml, line 2: coordinators.value: -4 is not allowed",
        ),
        ("[coordinators]\nvalue = 4.5\n", "must be a whole number from 1 to 1000 persons"),
        (
            "[weekly_hours]\nvalue = -2\n",
            "line 2: weekly_hours.value: -2 is not allowed: must be from 4",
        ),
        ("\n[weekly_hours]\nvalue = 'x'\n", "line 3: weekly_hours.value: 'x' is not allowed"),
        ("[reminders]\nvalue = 'yes'\n", "must be true or false"),
        ("[no_show]\nvalue = 0.2\nlow = 0.3\nhigh = 0.4\n", "it must lie from low 0.3 to high 0.4"),
        ("[notice_weeks]\nvalue = [2, 2]\n", "weeks: one whole number, or four for guidance"),
        (
            "[notice_weeks]\nvalue = [2, 2, 2, 5]\nlow = 1\nhigh = 4\n",
            "it must lie from low 1 to high 4",
        ),
        ("[colour]\nvalue = 3\n", "line 1: colour: no such number; there are: coordinators"),
        ("population = 0\n", "population: 0 is not allowed"),
        ("weekly_hours = 3\n", "line 1: weekly_hours"),
    ],
)
def test_a_wrong_number_is_told_in_one_line(tmp_path, text, message):
    file = tmp_path / "own.toml"
    file.write_text(_with_source(text), encoding="utf-8")

    with pytest.raises(DataError, match=message) as caught:
        read_preset_files("own", "presets/base.toml", "presets/medium.toml", file)

    assert "\n" not in str(caught.value)


def test_a_number_without_a_source_is_refused(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text("[coordinators]\nvalue = 4\nconfidence = 'measured'\n", encoding="utf-8")

    with pytest.raises(DataError, match=r"line 1: coordinators.source: [Ff]ield required"):
        read_preset_files("own", "presets/base.toml", "presets/medium.toml", file)


def test_a_missing_number_is_named(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text("population = 10\n", encoding="utf-8")

    with pytest.raises(DataError, match="coordinators: this number is missing"):
        read_preset_files("own", file)


def _with_source(text):
    return (
        text + "source = {da = 'Talt', en = 'Counted'}\nconfidence = 'measured'\n"
        if "[" in text
        else text
    )
