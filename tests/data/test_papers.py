"""The papers a data protection officer asks for: true to the code, whole, and up to date in docs/dpo."""

import io
import re
from contextlib import closing
from pathlib import Path

import pytest
from docx import Document
from typer.testing import CliRunner

from data.access import ROLES
from data.forms import form_ids, read_form
from data.papers import PAPERS, paper, write_papers
from data.papers.tables import KINDS, kinds_of_fields, questions
from data.places import DATA_VARIABLE
from data.settings import Settings
from data.store import Store
from data.store_tables import audit, case_files, tables
from data.texts import LANGUAGES, Texts
from handbook.__main__ import main

KEPT = Path(__file__).parents[2] / "docs" / "dpo"
BOTH = [(name, lang) for name in PAPERS for lang in LANGUAGES]


@pytest.mark.parametrize(("name", "lang"), BOTH)
def test_the_kept_papers_are_up_to_date(name, lang):
    kept = (KEPT / lang / f"{name}.md").read_text(encoding="utf-8")

    assert kept == paper(name, Texts.read(lang)), (
        f"vejviser papers --as-delivered --lang {lang} --folder docs/dpo/{lang}"
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_data_map_has_every_question_about_a_young_person_and_every_column(lang):
    told = paper("data_map", Texts.read(lang))

    for form in map(read_form, form_ids()):
        for table, item in questions(form):
            field = ".".join(filter(None, (form.id, table, item.id)))
            assert (f"| `{field}` |" in told) == (form.subject == "case"), field
    for table in tables.tables.values():
        for column in table.columns:
            assert f"`{column.name}`" in told, f"{table.name}.{column.name}"
    for column in case_files.columns:
        assert f"| `{column.name}` |" in told


def test_every_question_has_one_kind_and_health_is_called_sensitive():
    kinds = kinds_of_fields()

    assert set(kinds.values()) == set(KINDS)
    assert {name for (form, name), kind in kinds.items() if kind == "health"} >= {
        "health",
        "substances",
        "wellbeing",
    }
    notes = {
        (form.id, item.id)
        for form in map(read_form, form_ids())
        if form.subject == "case"
        for _, item in questions(form)
        if item.kind == "note"
    }
    assert notes == {key for key, kind in kinds.items() if kind == "note"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_periods_are_those_that_the_installation_decided(lang):
    texts = Texts.read(lang)
    own = Settings(exercise_days=77, handed_over_days=None, session_days=11, audit_days=365)
    told = paper("retention", texts, own)

    for days in (77, 11, 365):
        assert texts("papers.days", days=days) in told
    assert texts("papers.never") in told
    assert "`handed_over_days`" in told
    assert texts("papers.days", days=77) not in paper("retention", texts)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_roles_and_the_log_are_told_as_they_are_enforced(lang):
    texts = Texts.read(lang)
    assessment, log = paper("impact_assessment", texts), paper("access_log", texts)

    for role in ROLES:
        assert f"| {texts(f'access.role_{role}')} |" in assessment
    leader = next(
        line for line in assessment.splitlines() if f"| {texts('access.role_leader')} |" in line
    )
    assert texts("papers.subject_real") not in leader
    for column in audit.columns:
        assert f"| `{column.name}` |" in log


@pytest.mark.parametrize(("name", "lang"), BOTH)
def test_what_the_municipality_must_say_is_marked_and_nothing_is_left_open(name, lang):
    texts = Texts.read(lang)
    told = paper(name, texts)

    assert f"**[{texts('papers.fill')}" in told
    assert "$" not in told
    other = paper(name, Texts.read("en" if lang == "da" else "da"))
    assert told.count("**[") == other.count("**[")
    assert [line[:2] for line in told.splitlines() if line.startswith(("#", "- ", "| "))] == [
        line[:2] for line in other.splitlines() if line.startswith(("#", "- ", "| "))
    ]


def test_they_come_as_markdown_and_for_word_with_headings_tables_and_a_language(tmp_path):
    texts = Texts.read("da")
    written = write_papers(tmp_path, texts)
    again = write_papers(tmp_path / "again", texts)

    assert [file.name for file in written] == [
        f"{name}.{ending}" for name in PAPERS for ending in ("md", "docx")
    ]
    assert [one.read_bytes() for one in written] == [one.read_bytes() for one in again]
    document = Document(io.BytesIO((tmp_path / "data_map.docx").read_bytes()))
    text = (tmp_path / "data_map.md").read_text(encoding="utf-8")
    headings = [one.text for one in document.paragraphs if one.style.name.startswith("Heading")]
    assert headings == [line.lstrip("# ") for line in text.splitlines() if line.startswith("##")]
    rows = sum(len(table.rows) for table in document.tables)
    assert rows == len(re.findall(r"^\| (?!---)", text, re.MULTILINE))
    log = Document(io.BytesIO((tmp_path / "access_log.docx").read_bytes()))
    assert any("--without-staff" in one.text for one in log.paragraphs)


def test_the_command_writes_them_with_the_periods_of_its_own_store(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    with closing(Store.open()) as store:
        store.change_settings(exercise_days=91)
    words = ["papers", "--folder", str(tmp_path / "own"), "--data-folder", str(tmp_path / "data")]

    assert CliRunner().invoke(main, words).exit_code == 0
    assert "91" in (tmp_path / "own" / "retention.md").read_text(encoding="utf-8")
    assert CliRunner().invoke(main, [*words, "--as-delivered"]).exit_code == 0
    assert "91" not in (tmp_path / "own" / "retention.md").read_text(encoding="utf-8")
