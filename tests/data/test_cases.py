"""The fictional cases: whole, fit to be read, and about nobody."""

import re
from datetime import date
from pathlib import Path

import pytest

from data.case_files import fictional_case_files
from data.case_summary import case_forms, summaries
from data.cases import fictional_cases, read_cases
from data.files import DataError
from data.meeting_calendar import deadlines
from data.texts import LANGUAGES
from handbook.readability import lix

CASES = fictional_cases()
CLOCK = r"\bkl\. \d+(?:\.\d\d)?|\b\d+ pm\b|\bat 9\.00|\buntil 1\b"
"""The time of day, which each language writes its own way."""
IDS = [case.id for case in CASES]
SAMPLE = Path(__file__).parents[2] / "data" / "samples" / "cases" / "03_foster_family.toml"


def each_case(name="case"):
    return pytest.mark.parametrize(name, CASES, ids=IDS)


def sentences(text):
    return len(re.findall(r"[.!?][«”]?(?:\s|$)", text))


def test_there_are_eight_in_order():
    assert [case.id for case in fictional_cases()] == [
        f"ØVELSE-0{number}" for number in range(1, 9)
    ]


@each_case()
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_story_is_short_and_plain(case, language):
    story = case.story.in_(language)

    assert 8 <= sentences(story) <= 12
    assert lix(story) < 40


@each_case()
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_has_papers_of_a_page_at_most(case, language):
    assert 2 <= len(case.documents) <= 3
    for paper in case.documents:
        assert 80 <= len(paper.text.in_(language).split()) <= 150
        assert len(paper.paragraphs("da")) == len(paper.paragraphs("en")) > 1
        assert not any("\n" in part for part in paper.paragraphs(language))


@each_case()
def test_both_languages_tell_of_the_same_days_and_sections(case):
    def numbers(text):
        plain = re.sub(CLOCK, "", text)
        return sorted(re.findall(r"\d+", plain))

    for words in case.words():
        assert numbers(words.da) == numbers(words.en)


@each_case()
def test_the_tools_of_a_case_are_forms_about_a_young_person(case):
    assert set(case.tools) <= {form.id for form in case_forms()}
    assert len(set(case.tools)) == len(case.tools)


def test_a_time_limit_that_is_told_of_is_the_one_of_the_rules():
    told = {
        "ØVELSE-01": ("meeting_17_5", "16. oktober", date(2026, 10, 16)),
        "ØVELSE-02": ("meeting_16", "2. februar 2027", date(2027, 2, 2)),
        "ØVELSE-03": ("first_follow_up", "7. december", date(2026, 12, 7)),
        "ØVELSE-05": ("meeting_17_5", "5. april 2027", date(2027, 4, 5)),
        "ØVELSE-08": ("meeting_17_5", "30. marts", date(2027, 3, 30)),
    }
    for case in CASES:
        if case.id in told:
            rule, words, day = told[case.id]
            found = deadlines(case.birthday, case.today, referred=case.since)
            assert any(words in one.da for one in case.words())
            assert {one.rule.id: one.due for one in found}[rule] == day


def test_what_was_due_before_a_young_person_came_is_not_overdue():
    late = {
        found.case.ref: [one.deadline.rule.id for one in found.overdue]
        for found in summaries(fictional_case_files(), [], date(2030, 1, 1))
    }

    assert late.pop("ØVELSE-01") == ["meeting_16", "meeting_17_5"]
    assert not any(late.values())


# --- What is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"network"', '"netwrok"', "no form 'netwrok'; there are: adult, agreements"),
        ("age = 15", "age = 16", "is 15 on 2026-11-16 by the birthday 2010-12-20, and not 16"),
        ("2010-12-20", "2009-12-20", "is 16 on 2026-11-16"),
        ("since = 2026-09-07", "since = 2026-11-17", "no later than 2026-11-16"),
        ("Du bad om et par linjer.", "Ring på 22 33 44 55.", "looks like a phone"),
        ("Du bad om et par linjer.", "Hilsen fra Mette Holm.", "'Mette Holm', which looks like a name"),
        ("Ser gruppen,", "Ser 311299-4321,", "looks like a cpr"),
        ('origin = "proposal"', 'origin = "law"', "'law' is not allowed"),
        ("minutes = 50", "minutes = 5", "5 is not allowed"),
        ("[facilitator]", "[trainer]", "facilitator.origin: field required"),
    ],
)  # fmt: skip
def test_a_case_with_a_fault_is_refused_and_the_fault_is_named(tmp_path, old, new, said):
    text = SAMPLE.read_text("utf-8")
    assert old in text
    (tmp_path / "03.toml").write_text(text.replace(old, new), "utf-8")

    with pytest.raises(DataError) as caught:
        read_cases(tmp_path)

    assert "03.toml" in str(caught.value)
    assert said.casefold() in str(caught.value).casefold()


@pytest.mark.parametrize("papers", [0, 5])
def test_a_case_has_one_to_four_papers(tmp_path, papers):
    before, *told = SAMPLE.read_text("utf-8").split("[[documents]]")
    last, after = told[-1].split("[facilitator]")
    text = before + f"[[documents]]{last}" * papers + f"[facilitator]{after}"
    (tmp_path / "03.toml").write_text(text, "utf-8")

    with pytest.raises(DataError, match="documents"):
        read_cases(tmp_path)


def test_two_cases_of_one_id_are_refused(tmp_path):
    for name in ("1.toml", "2.toml"):
        (tmp_path / name).write_text(SAMPLE.read_text("utf-8"), "utf-8")

    with pytest.raises(DataError, match=r"2\.toml: id: two cases have the id 'ØVELSE-03'"):
        read_cases(tmp_path)
