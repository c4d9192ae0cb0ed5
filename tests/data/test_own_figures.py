"""A municipality's own figures: the template says what we know; what is filled in is read whole or not."""

import re
from contextlib import suppress
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

import data.own_figures.reading as reading_module
from data import LANGUAGES, PRESETS, Texts, Upload, parameters, read_preset
from data.case_list.cells import CellError
from data.own_figures import (
    OwnFigure,
    OwnFigures,
    OwnFiguresError,
    read_own_figures,
    write_own_figures,
)
from data.own_figures.cells import value_reader
from data.own_figures.entries import asked
from data.own_figures.template import allowed_in_words

DANISH = Texts.read("da")
HEAD = [DANISH.words[f"own_figures.column.{name}"] for name in ("own", "own_source", "code")]


def sheet(*rows, head=HEAD, preset="preset.medium"):
    """A small file with the columns that must be there: own value, its source, the code."""
    book = Workbook()
    lines = [head, *([[None, None, preset]] if preset else []), *rows]
    for row, line in enumerate(lines, start=1):
        for column, value in enumerate(line, start=1):
            book.active.cell(row, column, value)
    file = BytesIO()
    book.save(file)
    return Upload("tal.xlsx", file.getvalue())


def faults(upload):
    with pytest.raises(OwnFiguresError) as caught:
        read_own_figures(upload)
    return caught.value.faults


def fill(content, filled, texts=DANISH):
    """Fill a template as a person does: code → (value, source) in the open cells of the row."""
    book = load_workbook(BytesIO(content))
    figures = book[texts("own_figures.sheet.figures")]
    head = {cell.value: cell.column for cell in figures[1]}
    own, source, code = (
        head[texts(f"own_figures.column.{name}")] for name in ("own", "own_source", "code")
    )
    for row in range(2, figures.max_row + 1):
        if (found := filled.get(figures.cell(row, code).value)) is not None:
            figures.cell(row, own).value, figures.cell(row, source).value = found
    file = BytesIO()
    book.save(file)
    return Upload("udfyldt.xlsx", file.getvalue())


# What is read.


def test_a_filled_template_gives_the_numbers_with_their_sources_and_the_rest_is_ours():
    template = write_own_figures(DANISH, "small")

    own = read_own_figures(
        fill(
            template,
            {
                "name": ("Vores kommune", None),
                "coordinators": (3, "lønsystemet, 2025"),
                "no_show": (0.15, "skøn i teamet"),
                "vacancy_months": ("2; 3,5; 8", None),
                "team_slots_per_week": ("3; 4; 4; 2", "kalenderen"),
                "notice_weeks": (3, None),
                "standstill_weeks": ("28; 29, 30", None),
                "deputies": ("Nej", None),
                "allocation": ("Efter distrikt", None),
            },
        )
    )

    assert (own.name, own.preset) == ("Vores kommune", "small")
    assert own.values() == {
        "coordinators": 3,
        "vacancy_months": (2.0, 3.5, 8.0),
        "standstill_weeks": (28, 29, 30),
        "deputies": False,
        "allocation": "district",
        "notice_weeks": (3, 3, 3, 3),
        "no_show": 0.15,
        "team_slots_per_week": (3, 4, 4, 2),
    }
    assert own.sources()["coordinators"] == "lønsystemet, 2025"
    assert own.sources()["deputies"] == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("preset", PRESETS)
def test_every_number_goes_out_and_comes_back_the_same(language, preset):
    texts = Texts.read(language)
    figures = {id: OwnFigure(read_preset(preset).figures[id].value, "her") for id in asked()}
    own = OwnFigures(preset, figures, "Vores")

    content = write_own_figures(texts, preset, own)

    assert read_own_figures(Upload("a.xlsx", content)) == own
    assert content == write_own_figures(texts, preset, own)


def test_no_weeks_without_meetings_can_be_said_and_are_not_a_blank_cell():
    own = OwnFigures("small", {"standstill_weeks": OwnFigure((), "kalenderen")})

    assert read_own_figures(Upload("a.xlsx", write_own_figures(DANISH, "small", own))) == own


def test_a_file_in_one_language_is_read_where_another_is_spoken():
    english = Texts.read("en")
    own = {"deputies": ("Yes", "rota"), "priority": ("The oldest first", None)}

    found = read_own_figures(fill(write_own_figures(english, "large"), own, english))

    assert found.values() == {"deputies": True, "priority": "oldest_first"}


def test_the_sheet_of_figures_saved_as_csv_is_read():
    lines = [";".join(HEAD), ";;preset.small", "15 %;skøn;no_show", "29,5;;weekly_hours"]

    own = read_own_figures(Upload("tal.csv", "\r\n".join(lines).encode()))

    assert own.values() == {"weekly_hours": 29.5, "no_show": 0.15}


def test_numbers_far_from_ours_are_told_and_kept():
    low, high = (getattr(read_preset().figures["no_show"], end) for end in ("low", "high"))

    near = OwnFigures("medium", {"no_show": OwnFigure((low + high) / 2)})
    far = OwnFigures("medium", {"no_show": OwnFigure(high + 0.01), "coordinators": OwnFigure(400)})

    assert near.unusual() == ()
    # Nobody has said how many coordinators there may well be.
    assert far.unusual() == ("no_show",)


# What is put right.


@pytest.mark.parametrize(
    ("id", "value", "fault", "remedy"),
    [
        ("coordinators", 0, "out_of_bounds", "fra 1 til 1.000"),
        ("coordinators", 2.5, "not_whole", "helt tal fra 1 til 1.000"),
        ("coordinators", "fire", "not_a_number", "fra 1 til 1.000"),
        ("coordinators", True, "not_a_number", "fra 1 til 1.000"),
        ("coordinators", date(2026, 4, 3), "became_a_date", "Formatér feltet som tekst"),
        ("coordinators", "=2+2", "formula", "Skriv selve tallet"),
        ("pay_per_year", "520.000", "thousands", "fx 1250"),
        ("contact_person_stock", "1.250", "thousands", "fx 1250"),
        ("case_weight_under_18", 0.1, "out_of_bounds", "fra 0,25 til 4"),
        ("no_show", 15, "share_out_of_bounds", "fra 0 % til"),
        ("no_show", "halvdelen", "not_a_share", "fra 0 % til"),
        ("weekly_hours", "29 %", "not_a_number", "fra 4 til 37"),
        ("vacancy_months", date(2026, 3, 4), "became_a_date", "Formatér feltet som tekst"),
        ("vacancy_months", "3; 6", "not_triangle", "1,5; 3; 6"),
        ("vacancy_months", "6; 3; 1", "not_in_order", "mindste først"),
        ("vacancy_months", "1; 3; 99", "out_of_bounds", "fra 0 til 36"),
        ("team_slots_per_week", "3; 4", "not_roles", "2; 2; 3; 4"),
        ("notice_weeks", "2; 2; 2,5; 2", "not_whole", "fra 0 til 12"),
        ("standstill_weeks", "28; 54", "out_of_bounds", "fra 1 til 53"),
        ("standstill_weeks", "28; 28", "same_week", "Slet den ene"),
        ("reminders", "måske", "not_yes_or_no", "Skriv ja, nej"),
        ("priority", "Den sidste først", "not_a_choice", "Det ældste først"),
    ],
)
def test_a_wrong_cell_is_told_by_row_and_column_with_what_is_allowed(id, value, fault, remedy):
    (found,) = faults(sheet([value, None, id]))

    assert found.id.partition(".")[2] == fault
    assert (found.row, found.letter, found.column) == (3, "A", "Jeres tal")
    said = found.say(DANISH)
    assert said.startswith("Ark »Sheet«, række 3, kolonne A (Jeres tal): ")
    assert remedy in said


def test_all_faults_are_told_at_once_and_nothing_is_read():
    found = faults(
        sheet(
            ["mange", "lønsystemet", "coordinators"],
            [None, "skøn", "no_show"],
            [7, "x" * 301, "weekly_hours"],
            [3, None, "coordinators"],
            [3, None, "koordinatorer"],
            [3, None, None],
            ["x" * 70, None, "name"],
        )
    )

    assert [(fault.id.partition(".")[2], fault.row, fault.column) for fault in found] == [
        ("not_a_number", 3, "Jeres tal"),
        ("source_alone", 4, "Hvor har I tallet fra?"),
        ("long_source", 5, "Hvor har I tallet fra?"),
        ("double_code", 6, "Kode (må ikke ændres)"),
        ("unknown_code", 7, "Kode (må ikke ændres)"),
        ("no_code", 8, "Jeres tal"),
        ("long_name", 9, "Jeres tal"),
    ]


@pytest.mark.parametrize(
    ("upload", "fault"),
    [
        (sheet(), "nothing"),
        (sheet([3, None, "coordinators"], preset=None), "no_preset"),
        (sheet([3, "coordinators"], head=[HEAD[0], HEAD[2]]), "missing_column"),
        (Upload("tal.xlsx", b""), "empty_file"),
        (Upload("tal.docx", b"PK\x03\x04"), "wrong_ending"),
        (Upload("tal.xlsm", b"PK\x03\x04"), "wrong_ending"),
        (Upload("tal.xlsx", b"PK\x03\x04 no workbook"), "broken"),
        (Upload("tal.xlsx", b"Tal;Enhed"), "not_what_it_says"),
        (Upload("tal.xlsx", b"\0" * 5_000_001), "too_large"),
        (Upload("tal 010190-1234.xlsx", b"PK\x03\x04"), "personal_file_name"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(upload, fault):
    found = faults(upload)

    assert fault in {one.id.partition(".")[2] for one in found}
    for language in LANGUAGES:
        assert all(one.say(Texts.read(language)) for one in found)


def test_a_file_that_is_packed_to_burst_is_refused():
    file = BytesIO()
    with ZipFile(file, "w", compression=8) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)

    assert [fault.id for fault in faults(Upload("tal.xlsx", file.getvalue()))] == [
        "own_figures.bomb"
    ]


@pytest.mark.parametrize(
    ("words", "kind"),
    [("hos Bo, 010190-1234", "cpr"), ("bo@kommune.dk", "email"), ("tlf. 40 12 34 56", "phone")],
)
def test_what_is_personal_is_refused_and_not_repeated(words, kind):
    (found,) = faults(sheet([3, words, "coordinators"]))

    assert found.id == f"own_figures.{kind}"
    assert (found.row, found.column) == (3, "Hvor har I tallet fra?")
    for language in LANGUAGES:
        assert words[-8:] not in found.say(Texts.read(language))
        assert "sag" not in found.say(DANISH)


@settings(deadline=None)
@given(
    st.sampled_from(sorted(asked())),
    st.one_of(
        st.text(max_size=30),
        st.integers(-(10**6), 10**6),
        st.floats(),
        st.booleans(),
        st.dates(),
        st.datetimes(),
        st.lists(st.integers(-5, 60), min_size=1, max_size=6).map(
            lambda parts: "; ".join(map(str, parts))
        ),
    ),
)
def test_whatever_stands_in_a_cell_is_allowed_or_refused(id, value):
    parameter = parameters()[id]
    found = None
    with suppress(CellError):
        found = value_reader(parameter)(value)
    assert found is None or parameter.fault(found) is None


# The template.


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_holds_every_number_with_what_we_know_of_it(language):
    texts = Texts.read(language)
    book = load_workbook(BytesIO(write_own_figures(texts, "medium")))
    figures = book[texts("own_figures.sheet.figures")]
    head, *rows = figures.iter_rows(values_only=True)
    named = {
        name: head.index(texts(f"own_figures.column.{name}"))
        for name in reading_module.LAYOUT.fields
    }
    told = {row[named["code"]]: row for row in rows}

    assert book.active.title == figures.title
    assert asked().keys() <= told.keys()
    for id, parameter in asked().items():
        figure, row = read_preset().figures[id], told[id]
        assert row[named["name"]] == texts(f"parameter.{id}")
        assert row[named["unit"]] == texts(f"unit.{parameter.unit}")
        assert row[named["source"]] == figure.source.in_(texts.language)
        assert row[named["confidence"]].startswith(texts(f"confidence.{figure.confidence}"))
        assert row[named["allowed"]] == allowed_in_words(parameter, texts)
        assert bool(row[named["range"]]) == (figure.low is not None)
        assert row[named["own"]] is None
        if parameter.kind in {"whole", "number"}:
            assert row[named["ours"]] == figure.value
    assert told["no_show"][named["allowed"]].endswith("%")


def test_only_what_is_to_be_filled_in_can_be_changed_and_no_cell_is_a_formula():
    own = OwnFigures("medium", {"coordinators": OwnFigure(3, "=HYPERLINK(1)")}, "=1+1")
    book = load_workbook(BytesIO(write_own_figures(DANISH, "medium", own)))
    figures = book[DANISH("own_figures.sheet.figures")]
    names = [cell.value for cell in figures[1]]
    open_ = {
        names[cell.column - 1] for row in figures for cell in row if not cell.protection.locked
    }

    assert all(one.protection.sheet for one in book.worksheets)
    assert open_ == {DANISH("own_figures.column.own"), DANISH("own_figures.column.own_source")}
    assert {cell.data_type for one in book.worksheets for row in one for cell in row} <= {"s", "n"}
    rules = {str(rule.sqref): rule for rule in figures.data_validations.dataValidation}
    row = next(cell.row for cell in figures["K"] if cell.value == "coordinators")
    whole = rules[f"D{row}"]
    assert (whole.type, whole.formula1, whole.formula2) == ("whole", "1.0", "1000.0")


def test_every_text_of_own_figures_is_used_and_every_one_asked_for_exists():
    folder = Path(reading_module.__file__).parent
    code = "\n".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    words = {name for name in Texts.read().words if name.startswith("own_figures.")}
    named = set(re.findall(r'"(own_figures\.[a-z_.]+[a-z])"', code))
    made = {f"own_figures.column.{field}" for field in reading_module.LAYOUT.fields}
    made |= {f"own_figures.guide_{name}" for name in _strings(code, "_guide")}
    made |= {f"own_figures.not_{kind}" for kind in ("triangle", "roles", "weeks")}
    kinds = ("whole", "number", "share", "switch", "choice", "triangle", "weeks", "roles")
    made |= {f"own_figures.allowed_{kind}" for kind in kinds}
    made |= {name for name in words if name.startswith("own_figures.role_")}
    # The same as of a case list, in other words.
    made |= {
        name for name in words if name.replace("own_figures.", "case_list.") in Texts.read().words
    }

    assert named <= words
    assert words - named - made == set()


def _strings(code, function):
    body = code.split(f"def {function}(")[1].split("\n    def ")[0]
    return re.findall(r'"([a-z]+)"', body.split("enumerate(")[1].split(")")[0])
