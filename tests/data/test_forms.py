import pytest

from data.cases import fictional_case, fictional_cases
from data.files import DataError
from data.forms import CODES, form_ids, read_form
from data.personal_data import find
from data.texts import LANGUAGES

LIST = """
id = "local"
title = {da = "Liste", en = "List"}
note = {da = "Prøve", en = "Trial"}

[[items]]
id = "first"
kind = "yes_partly_no"
element = "vejen-1"
origin = "proposal"
required = true
label.da = "Første?"
label.en = "First?"

[[items]]
id = "second"
kind = "choice"
element = "vejen-1"
origin = "proposal"
label.da = "Anden?"
label.en = "Second?"
options.one = {da = "En", en = "One"}
options.two = {da = "To", en = "Two"}
"""

LOCAL = """
[[items]]
id = "driving_licence"
kind = "yes_partly_no"
element = "vejen-1"
origin = "local"
codes = ["unknown"]
label.da = "Har I talt om kørekort?"
label.en = "Have you talked about a driving licence?"
"""


@pytest.fixture
def list_file(tmp_path):
    def write(text=LIST):
        file = tmp_path / "local.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def test_the_coordinator_list_asks_twelve_questions_nine_of_them_required():
    form = read_form("coordinator")

    assert "coordinator" in form_ids()
    assert len(form.items) == 12
    assert form.progress({}) == (0, 9)
    assert form.progress({"named": "yes", "deputy": "unknown", "next_step": "x"}) == (2, 9)


def test_every_required_question_can_be_answered_honestly_without_knowing():
    for item in read_form("coordinator").items:
        assert not item.required or set(item.codes) & set(CODES), item.id


def test_every_word_stands_in_both_languages_and_names_a_source_with_its_year():
    for item in read_form("coordinator").items:
        for words in (item.label, item.help, item.source, *item.options.values()):
            assert words is None or (words.da.strip() and words.en.strip())
        if item.source and "Ungeprojektet" not in item.source.da:
            assert "20" in item.source.da


def test_an_answer_is_an_option_a_code_a_date_or_a_note():
    items = {item.id: item for item in read_form("coordinator").items}

    assert items["named"].allows("partly")
    assert items["named"].allows("unknown")
    assert not items["named"].allows("declined")
    assert items["assigned_on"].allows("2026-05-03")
    assert not items["assigned_on"].allows("2026-02-30")
    assert items["next_step"].allows("Ring i morgen")
    assert not items["caseload"].allows("a lot")


def test_an_answer_the_list_no_longer_allows_is_shown_as_unanswered():
    answers = read_form("coordinator").complete({"named": "yes", "caseload": "many", "old": "x"})

    assert answers["named"] == "yes"
    assert answers["caseload"] is None
    assert "old" not in answers
    assert len(answers) == 12


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"yes_partly_no"', '"yesno"', "line 8: items.0.kind: 'yesno' is not allowed"),
        ("required = true", 'required = "x"', "line 11: items.0.required: 'x' is not allowed"),
        ('label.en = "First?"', "", "items.0.label.en: Field required"),
        ("required = true", "must = true", "line 11: items.0.must: True is not allowed"),
        (
            'id = "second"',
            'id = "first"',
            "two questions of 'local' have the id 'first'; each needs its own",
        ),
        ("options.two", "# options.two", "the choice 'second' has 1 options; give two or more"),
        ("options.two", "options.unknown", "the option 'unknown' has the name of a code"),
        ("required = true", "required = true\nhidden = true", "'first' is hidden; it can neither"),
        ('id = "first"', 'id = "First"', "line 7: items.0.id: 'First' is not allowed"),
        ("[[items]]", "[[items", "local.toml, line 6:"),
    ],
)
def test_a_fault_is_one_line_with_file_line_field_value_and_rule(list_file, old, new, fault):
    file = list_file(LIST.replace(old, new, 1))

    with pytest.raises(DataError) as caught:
        read_form(file)

    assert fault in str(caught.value)
    assert str(caught.value).startswith("local.toml")
    assert "\n" not in str(caught.value)


def test_a_municipality_adds_a_question_without_code(tmp_path, monkeypatch):
    monkeypatch.setenv("VEJVISER_DATA", str(tmp_path))
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "coordinator.toml").write_text(LOCAL, encoding="utf-8")

    items = read_form("coordinator").items

    assert len(items) == 13
    assert items[-1].label.da == "Har I talt om kørekort?"


def test_a_question_of_a_municipality_may_not_pass_as_ours(tmp_path):
    file = tmp_path / "coordinator.toml"
    file.write_text(LOCAL.replace('"local"', '"model"'), encoding="utf-8")

    with pytest.raises(DataError, match="has the origin 'model'; here it must be 'local'"):
        read_form("coordinator", local=file)


def test_an_unknown_list_names_those_there_are():
    with pytest.raises(FileNotFoundError, match=r"there are: .*coordinator\.toml"):
        read_form("nothing")


def test_the_cases_are_fictional_and_hold_nothing_personal():
    for case in fictional_cases():
        assert case.id.startswith("ØVELSE-")
        for language in LANGUAGES:
            assert not find(getattr(case.story, language)), case.id


def test_an_unknown_case_names_those_there_are():
    with pytest.raises(LookupError, match="no fictional case 'X'; there are: ØVELSE-01, ØVELSE-02"):
        fictional_case("X")
