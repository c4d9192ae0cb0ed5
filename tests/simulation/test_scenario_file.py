import json
import string
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from data import PRESETS, DataError, ListedCase, PostPlan, Texts, parameters
from simulation import Scenario, ScenarioError
from simulation.changes import differences_in_words
from simulation.experiments.scenario_file import (
    as_json,
    load_scenario,
    save_scenario,
    scenario_from_json,
    scenario_text,
    scenario_values,
)
from simulation.experiments.share_code import ShareCodeError, from_share_code, share_code
from tests.simulation.space import scenarios

MEDIUM = Scenario.preset("medium")
LISTED = MEDIUM.replace(
    posts=(PostPlan("K1", 30.0),),
    cases=(ListedCase("2026-014", date(2010, 5, 3), date(2026, 3, 1), "K1"),),
)


@settings(max_examples=60, deadline=None)
@given(scenario=scenarios())
def test_what_is_saved_is_what_is_loaded(scenario, tmp_path_factory):
    file = tmp_path_factory.getbasetemp() / "drawn.toml"
    save_scenario(scenario, file)

    assert load_scenario(file) == scenario
    assert scenario_text(load_scenario(file)) == file.read_text(encoding="utf-8")
    assert scenario_from_json(json.loads(as_json(scenario_values(scenario)))) == scenario


@settings(max_examples=60, deadline=None)
@given(scenario=scenarios())
def test_a_share_code_leads_back_to_its_scenario(scenario):
    alone = scenario.replace(posts=(), cases=())

    assert from_share_code(share_code(alone)) == alone


@pytest.mark.parametrize("preset", PRESETS)
def test_a_few_changes_make_a_short_code_of_plain_letters(preset):
    changed = Scenario.preset(
        preset, coordinators=7, caseload_ceiling=18, reminders=True, no_show=0.1, priority="need_first"
    )  # fmt: skip
    code = share_code(changed)

    assert len(code) < 80
    assert set(code) <= {*string.ascii_letters, *string.digits, "-", "_"}
    assert from_share_code(code) == changed


def test_a_code_survives_a_mail():
    code = share_code(MEDIUM.replace(coordinators=7, no_show=0.1, priority="need_first"))

    assert from_share_code(f" {code[:20]}\n{code[20:]}. ").coordinators == 7


@settings(max_examples=200, deadline=None)
@given(place=st.integers(3, 60), letter=st.sampled_from(string.ascii_letters + string.digits))
def test_a_slip_in_a_code_never_makes_another_scenario(place, letter):
    scenario = MEDIUM.replace(coordinators=7, no_show=0.1, priority="need_first")
    code = share_code(scenario)
    slip = code[:place] + letter + code[place + 1 :]
    assume(place < len(code))

    assert read(slip) in (scenario, "garbled")


def read(code):
    """The scenario of a code, or why there is none."""
    try:
        return from_share_code(code)
    except ShareCodeError as error:
        return error.reason


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("medium", "none"),
        ("", "none"),
        ("V2m0123456789", "newer"),
        ("V1x0123456789", "garbled"),
        ("V1m", "garbled"),
        (share_code(MEDIUM.replace(coordinators=7))[:-2], "garbled"),
    ],
)
def test_what_is_no_code_is_refused_with_its_reason(code, reason):
    with pytest.raises(ShareCodeError) as found:
        from_share_code(code)

    assert found.value.reason == reason


def test_a_code_from_another_preset_is_refused_and_not_read_as_another_scenario(monkeypatch):
    code = share_code(MEDIUM.replace(coordinators=7))
    monkeypatch.setattr("simulation.experiments.share_code._preset_check", lambda _: b"abc")

    with pytest.raises(ShareCodeError, match="ask for the scenario as a file") as found:
        from_share_code(code)

    assert found.value.reason == "older"


@pytest.mark.parametrize("without", [{"cases": ()}, {}])
def test_a_case_list_never_gets_into_a_code(without):
    with pytest.raises(ShareCodeError, match="case list") as found:
        share_code(LISTED.replace(**without))

    assert found.value.reason == "cases"


@pytest.mark.parametrize("reason", ["cases", "none", "newer", "garbled", "older"])
@pytest.mark.parametrize("language", ["da", "en"])
def test_each_reason_is_said_in_each_language(reason, language):
    assert Texts.read(language)(f"share.{reason}")


def test_one_change_is_one_line_of_the_file():
    lines = scenario_text(MEDIUM).splitlines()
    other = scenario_text(MEDIUM.replace(caseload_ceiling=20)).splitlines()

    changed = [new for old, new in zip(lines, other, strict=True) if old != new]
    assert [line for line in changed if not line.startswith("#")] == [
        'caseload_ceiling = 20  # youths per coordinator; "medium": 25'
    ]


def text_with(old, new):
    text = scenario_text(LISTED)
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "line", "field", "rule"),
    [
        (text_with("coordinators = 4", "coordinators = 0"), "coordinators = 0", "coordinators",
         "0 is not allowed: it must be from 1 to 1000 persons"),
        (text_with("coordinators = 4", "coordinators = 4.5"), "coordinators = 4.5", "coordinators",
         "must be a whole number"),
        (text_with("no_show =", "no_shows ="), "no_shows =", "no_shows",
         "no such number; did you mean no_show"),
        (text_with("coordinators = 4", ""), None, "coordinators", "this number is missing"),
        (text_with("format = 1", "format = 9"), "format = 9", "format", "newer Vejviser"),
        (text_with("format = 1", ""), None, "format", "this is no file of a scenario"),
        (text_with('basis = "law"', 'basis = "lov"'), 'basis = "lov"', "rules.0.basis",
         "'lov' is not allowed"),
        (text_with('reference = "2026-014"', 'reference = "010190-1234"'), "010190", "cases.0.reference",
         "•••••• looks like a personal number"),
        (text_with('reference = "2026-014"', 'reference = "Anne Hansen"'), "Anne", "cases.0.reference",
         "A…"),
        (text_with('coordinator = "K1"', 'coordinator = "K2"'), "reference =", "cases.0.reference",
         "must have one of the posts' names"),
        (text_with("weekly_hours = 30.0", "weekly_hours = 60.0"), "weekly_hours = 60.0",
         "posts.0.weekly_hours", "from 4 to 37"),
        (text_with("weekly_hours = 30.0", "hours = 30.0"), "[[posts]]", "posts.0.weekly_hours", "required"),
        (text_with("reminders = false", "reminders = maybe"), "reminders = maybe", "", ""),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_file_line_field_and_what_is_allowed(
    tmp_path, text, line, field, rule
):
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(DataError) as found:
        load_scenario(file)

    assert found.value.file == "mine.toml"
    assert found.value.field.startswith(field)
    assert rule in str(found.value)
    assert "010190-1234" not in str(found.value)
    if line is not None:
        assert line in text.splitlines()[found.value.line - 1]


def test_a_file_holds_every_number_with_its_unit():
    lines = scenario_text(LISTED).splitlines()

    for name, parameter in parameters().items():
        assert any(
            line.startswith(f"{name} = ") and f"# {parameter.unit}" in line for line in lines
        )


def test_values_that_make_no_scenario_are_refused():
    values = json.loads(as_json(scenario_values(MEDIUM)))
    del values["coordinators"]

    with pytest.raises(ScenarioError, match="coordinators"):
        scenario_from_json(values)


def test_differences_are_said_in_danish_and_english():
    other = MEDIUM.replace(coordinators=6, reminders=True)

    assert differences_in_words(other, MEDIUM, Texts.read("en")) == (
        "6 coordinators instead of 4",
        "reminders to the youths",
    )
    assert differences_in_words(other, MEDIUM, Texts.read("da"))[0] == (
        "6 koordinatorer i stedet for 4"
    )
