"""What a list of cases may say, and all that it may not.

``VEJVISER_EXAMPLES=5000`` tries so many spoilt files of each kind instead of sixty.
"""

import os
import pickle
import re
import traceback
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from data.case_list import (
    Case,
    CaseListError,
    Fault,
    PostPlan,
    Upload,
    read_case_list,
    read_posts,
    write_template,
)
from data.case_list import sheets as sheets_module
from data.case_list.cells import clean, personal, shown
from data.case_list.table import FIELDS
from data.texts import LANGUAGES, Texts

LOOK = settings(max_examples=int(os.environ.get("VEJVISER_EXAMPLES", "60")), deadline=None)
TODAY = date(2026, 11, 22)
POSTS = (PostPlan("K1", 37.0), PostPlan("K2", 29.5, 2, specialist=True), PostPlan("Nordvest", 30.0))
HEADINGS = {
    "reference": "Sag",
    "born": "Født",
    "start": "Start",
    "coordinator": "Koordinator",
    "last_meeting": "Seneste møde",
    "high_need": "Høje behov",
    "district": "Distrikt",
}
POST_HEADINGS = {
    "name": "Navn",
    "weekly_hours": "Timer om ugen",
    "district": "Distrikt",
    "specialist": "Specialist",
}
GOOD = {
    "reference": "S-1",
    "born": "14-03-2009",
    "start": "01-09-2025",
    "coordinator": "K1",
    "last_meeting": "20-01-2026",
    "high_need": "ja",
    "district": "2",
}
GOOD_POST = {"name": "K1", "weekly_hours": "29,5", "district": "2", "specialist": "x"}
CASE = Case("S-1", date(2009, 3, 14), date(2025, 9, 1), "K1", date(2026, 1, 20), True, 2)


def csv(*rows, headings=HEADINGS, separator=";", encoding="utf-8", name="sager.csv"):
    """A csv file with *rows*: a dictionary a row, or a line as it is."""
    lines = [separator.join(headings.values())]
    for row in rows:
        line = row if isinstance(row, str) else separator.join(row.get(f, "") for f in headings)
        lines.append(line)
    return Upload(name, "\r\n".join([*lines, ""]).encode(encoding))


def xlsx(*rows, headings=HEADINGS, sheet="Sager", change=None):
    """A workbook with *rows*: a dictionary a row."""
    book = Workbook()
    page = book.active
    page.title = sheet
    page.append(list(headings.values()))
    for row in rows:
        page.append([row.get(field) for field in headings])
    if change:
        change(book)
    file = BytesIO()
    book.save(file)
    return Upload("sager.xlsx", file.getvalue())


def read(source, posts=POSTS):
    return read_case_list(source, posts=posts, today=TODAY)


def refused(source, posts=POSTS, reader=read):
    """The faults for which *source* is refused; each can be said in both languages."""
    with pytest.raises(CaseListError) as caught:
        read(source, posts) if reader is read else reader(source)
    for language in LANGUAGES:
        said = caught.value.say(Texts.read(language))
        assert len(said) == len(caught.value.faults)
        assert not any(re.search(r"[{}]", each) for each in said)
    return caught.value.faults


def the_fault(source, **words):
    faults = refused(source, **words)
    assert len(faults) == 1, [fault.say(Texts.read("en")) for fault in faults]
    return faults[0]


def both(fault):
    return tuple(fault.say(Texts.read(language)) for language in LANGUAGES)


# What is read.


def test_a_case_is_read_with_everything_that_stands_there():
    assert read(csv(GOOD)) == (CASE,)


def test_blank_cells_mean_the_ordinary():
    bare = {"reference": "S-1", "born": "14-03-2009", "start": "01-09-2025"}

    assert read(csv(bare)) == (Case("S-1", date(2009, 3, 14), date(2025, 9, 1)),)


def test_the_types_are_hashable_and_pickle():
    assert pickle.loads(pickle.dumps({CASE, POSTS[0]})) == {CASE, POSTS[0]}  # noqa: S301


@pytest.mark.parametrize(
    "written",
    [
        "2009-03-14",
        "14.3.2009",
        "14-03-2009",
        "14/3/2009",
        "14. 3. 2009",
        "14-03-2009 00:00",
        " 14-03-2009\xa0",
    ],
)
def test_a_date_is_read_day_first_or_year_first(written):
    assert read(csv(GOOD | {"born": written})) == (CASE,)


@pytest.mark.parametrize("value", [date(2009, 3, 14), datetime(2009, 3, 14), "14.3.2009"])  # noqa: DTZ001
def test_a_date_of_excel_is_read(value):
    assert read(xlsx(GOOD | {"born": value})) == (CASE,)


@pytest.mark.parametrize("word", ["ja", "Ja", "YES", "x", "X ", "sand", True])
def test_a_yes_is_read(word):
    assert read(xlsx(GOOD | {"high_need": word})) == (CASE,)


@pytest.mark.parametrize("word", ["nej", "No", "", None, False])
def test_a_no_is_read(word):
    assert read(xlsx(GOOD | {"high_need": word})) == (replace(CASE, high_need=False),)


def test_numbers_of_excel_are_read_as_what_they_say():
    read_back = read(xlsx(GOOD | {"reference": 14, "district": 2.0}))

    assert read_back == (replace(CASE, reference="14"),)


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_stand_in_either_language_in_any_order_and_case(language):
    texts = Texts.read(language)
    turned = {f: texts(f"case_list.column.{f}").upper() for f in reversed(FIELDS["cases"])}

    assert read(csv(GOOD, headings=turned)) == (CASE,)
    assert read(xlsx(GOOD, headings=turned, sheet=texts("case_list.sheet.cases").upper())) == (
        CASE,
    )


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_separator_and_encoding_are_found_out(separator, encoding):
    assert read(csv(GOOD, separator=separator, encoding=encoding)) == (CASE,)


def test_the_hint_of_excel_about_the_separator_is_followed():
    content = b"sep=;\r\n" + csv(GOOD, GOOD | {"reference": "Æ 1"}).content

    assert the_fault(Upload("a.csv", content)).row == 4


def test_blank_lines_are_skipped_and_counted():
    source = csv("", ";;;", GOOD, "", GOOD | {"reference": "S-2", "born": "31-02-2009"})

    assert the_fault(source).row == 6
    assert read(csv("", GOOD, "", "", GOOD | {"reference": "S-2"}))[1].reference == "S-2"


def test_blank_rows_of_a_sheet_are_skipped_and_counted():
    source = xlsx({}, GOOD, {}, {}, GOOD | {"reference": "S-2", "born": "x"})

    assert the_fault(source).row == 6


def test_a_coordinator_is_found_whatever_the_case_and_bears_the_name_of_the_post():
    source = csv(
        GOOD | {"coordinator": " k1 "}, GOOD | {"reference": "S-2", "coordinator": "NORDVEST"}
    )

    assert [case.coordinator for case in read(source)] == ["K1", "Nordvest"]


def test_without_posts_any_coordinator_will_do_spelled_as_the_first_time():
    source = csv(GOOD | {"coordinator": "Ny"}, GOOD | {"reference": "S-2", "coordinator": "NY"})

    assert [case.coordinator for case in read(source, posts=None)] == ["Ny", "Ny"]


def test_a_path_is_read_too(tmp_path):
    file = tmp_path / "sager.csv"
    file.write_bytes(csv(GOOD).content)

    assert read(file) == read(str(file)) == (CASE,)


@pytest.mark.parametrize("hours", ["29,5", "29.5", " 29,50 "])
def test_hours_are_read_with_comma_or_point(hours):
    source = csv(GOOD_POST | {"weekly_hours": hours}, headings=POST_HEADINGS)

    assert read_posts(source) == (PostPlan("K1", 29.5, 2, True),)


def test_posts_are_read_from_their_own_sheet():
    def add(book):
        page = book.create_sheet("Koordinatorer")
        page.append(list(POST_HEADINGS.values()))
        page.append(["K1", 29.5, 2, "ja"])

    source = xlsx(GOOD, change=add)

    assert read_posts(source) == (PostPlan("K1", 29.5, 2, True),)
    assert read(source, posts=read_posts(source)) == (CASE,)


# The template.


def days(first, last):
    return st.dates(first, last)


NAMES = st.from_regex(r"[A-Za-zÆØÅæøå][0-9]{1,3}", fullmatch=True)


@st.composite
def lists(draw):
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique_by=str.casefold))
    posts = tuple(
        PostPlan(
            name,
            draw(st.integers(8, 74)) / 2,
            draw(st.integers(1, 99)),
            draw(st.booleans()),
        )
        for name in names
    )
    cases = []
    references = draw(st.lists(st.integers(0, 9999), min_size=1, max_size=8, unique=True))
    for reference in references:
        birthday = draw(days(date(2003, 11, 24), date(2011, 11, 20)))
        fifteen = date(birthday.year + 15, birthday.month, min(birthday.day, 28))
        referral = draw(days(fifteen + timedelta(3), max(TODAY, fifteen + timedelta(3))))
        if referral > TODAY:
            referral = TODAY
            birthday = date(2010, 1, 1)
        cases.append(
            Case(
                f"Sø-{reference}",
                birthday,
                referral,
                draw(st.sampled_from(["", *names])),
                draw(st.none() | days(referral, TODAY)),
                draw(st.booleans()),
                draw(st.integers(1, 99)),
            )
        )
    return tuple(cases), posts


@settings(max_examples=40, deadline=None)
@given(lists(), st.sampled_from(LANGUAGES))
def test_a_list_that_is_written_reads_back_the_same(both_lists, language):
    cases, posts = both_lists
    book = Upload("liste.xlsx", write_template(Texts.read(language), cases=cases, posts=posts))

    assert read_posts(book) == posts
    assert read(book, posts=posts) == cases


@settings(max_examples=60, deadline=None)
@given(
    lists(), st.sampled_from([";", ",", "\t"]), st.sampled_from(["cp1252", "utf-8", "utf-8-sig"])
)
def test_a_list_as_csv_reads_back_the_same(both_lists, separator, encoding):
    cases, posts = both_lists
    rows = [
        {
            "reference": case.reference,
            "born": f"{case.birthday:%d-%m-%Y}",
            "start": f"{case.referral:%d.%m.%Y}",
            "coordinator": case.coordinator,
            "last_meeting": str(case.last_meeting or ""),
            "high_need": "ja" if case.high_need else "",
            "district": str(case.district),
        }
        for case in cases
    ]

    assert read(csv(*rows, separator=separator, encoding=encoding), posts=posts) == cases


@LOOK
@given(st.binary(max_size=300), st.sampled_from(["csv", "xlsx"]), st.booleans())
def test_any_bytes_are_read_or_refused(content, ending, real):
    if real:
        start = csv(GOOD).content if ending == "csv" else WHOLE.content
        content = start[: len(start) // 2] + content + start[len(start) // 2 :]
    with suppress(CaseListError):
        read(Upload(f"a.{ending}", content))


WHOLE = xlsx(GOOD)
PARTS = (
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/_rels/workbook.xml.rels",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/workbook.xml",
    "xl/worksheets/sheet1.xml",
)
PIECES = [
    b"",
    b"<",
    b"/>",
    b"<a>",
    b"</row>",
    b'"',
    b"&",
    b"\0",
    b"\xff",
    b"-1",
    b"1e999",
    b"99999999",
    b"NaN",
    b"&#0;",
]


@LOOK
@given(
    st.sampled_from(PARTS),
    st.lists(
        st.tuples(
            st.floats(0, 1), st.integers(0, 40), st.sampled_from(PIECES) | st.binary(max_size=20)
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_a_workbook_spoilt_in_any_part_is_read_or_refused(part, changes):
    def spoil(old):
        for place, length, piece in changes:
            at = int(place * len(old))
            old = old[:at] + piece + old[at + length :]
        return old

    with suppress(CaseListError):
        read(rewritten(WHOLE, part, spoil))


@LOOK
@given(st.text(max_size=300), st.sampled_from(["", *HEADINGS.values()]), st.sampled_from(";,\t"))
def test_any_text_in_a_csv_file_is_read_or_refused(text, heading, separator):
    start = separator.join([*HEADINGS.values(), heading]) + "\r\n"

    with suppress(CaseListError):
        read(Upload("a.csv", (start + text).encode()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_explains_every_column_and_formats_dates_and_text(language):
    texts = Texts.read(language)
    content = write_template(texts)
    book = load_workbook(BytesIO(content))

    names = [texts(f"case_list.sheet.{name}") for name in ("guide", "cases", "posts")]
    assert book.sheetnames == names
    assert book.active.title == names[1]
    told = {cell.value for row in book.worksheets[0].iter_rows() for cell in row}
    for fields in FIELDS.values():
        assert told >= {texts(f"case_list.column.{field}") for field in fields}
    widths = book.worksheets[1].column_dimensions
    assert widths["A"].number_format == "@"
    assert widths["B"].number_format == "dd-mm-yyyy"
    assert content == write_template(texts)
    assert the_fault(Upload("a.xlsx", content)).id == "case_list.only_headings"


# What is refused in a cell: field, what stands there, and the remedy in both languages.

CELLS = [
    ("born", "31-02-2009", "fx 28-02-2009.", "for example 28-02-2009."),
    ("born", "2009-02-30", "fx 28-02-2009.", "for example 28-02-2009."),
    ("born", "31/4/2009", "fx 30-04-2009.", "for example 30-04-2009."),
    ("born", "3/14/2009", "så skriv den som 14-03-2009.", "write it as 14-03-2009."),
    ("born", "14-03-09", "Skriv hele året, fx 14-03-2009.", "Write the whole year"),
    ("born", "39886", "Formatér kolonnen som dato", "Format the column as dates"),
    ("born", "i foråret", "Skriv dag-måned-år", "Write day-month-year"),
    ("born", "20090314", "Skriv dag-måned-år", "Write day-month-year"),
    ("born", "0-1-2009", "Skriv dag-måned-år", "Write day-month-year"),
    ("born", "14-03.2009", "Skriv dag-måned-år", "Write day-month-year"),
    ("born", "23-11-2026", "Ret fødselsdagen.", "Mend the birthday."),
    ("born", "23-11-2011", "fyldt 15 år og ikke er fyldt 23", "turned 15 and have not turned 23"),
    ("born", "22-11-2003", "fyldt 15 år og ikke er fyldt 23", "turned 15 and have not turned 23"),
    ("born", "", "Udfyld det, eller slet hele rækken", "Fill it in, or delete the whole row"),
    ("start", "13-03-2024", "Skriv 14-03-2024 eller senere", "Write 14-03-2024 or later"),
    ("start", "23-11-2026", "i dag, 22-11-2026. Ret datoen", "today, 22-11-2026. Mend the date"),
    ("start", "snart", "Skriv dag-måned-år", "Write day-month-year"),
    ("last_meeting", "31-08-2025", "starten i forløbet, 01-09-2025. Ret", "01-09-2025. Mend one"),
    ("last_meeting", "23-11-2026", "Skriv det seneste møde", "Write the latest meeting"),
    ("coordinator", "K3", "Mente du K2, K1?", "Did you mean K2, K1?"),
    ("coordinator", "nord vest", "Mente du Nordvest?", "Did you mean Nordvest?"),
    ("coordinator", "Anders", "Vælg en af disse: K1, K2, Nordvest.", "Choose one of these: K1, K2"),
    ("coordinator", "=K1", "Begynd med et bogstav", "Begin with a letter"),
    ("high_need", "måske", "Skriv ja, nej eller x", "Write yes, no or x"),
    ("district", "0", "et helt tal fra 1 til 99", "a whole number from 1 to 99"),
    ("district", "nord", "et helt tal fra 1 til 99", "a whole number from 1 to 99"),
    ("district", "1,5", "et helt tal fra 1 til 99", "a whole number from 1 to 99"),
    ("reference", "S 1", "uden mellemrum", "without blanks"),
    ("reference", "S" * 41, "højst 40 tegn", "at most 40 characters"),
    ("reference", "S#1", "Brug bogstaver, cifre", "Use letters, digits"),
    ("reference", "=1+1", "Brug bogstaver, cifre", "Use letters, digits"),
    ("reference", "---", "Brug bogstaver, cifre", "Use letters, digits"),
    ("reference", "", "Udfyld det", "Fill it in"),
]


@pytest.mark.parametrize(("field", "written", "danish", "english"), CELLS)
def test_a_fault_in_a_cell_names_row_column_value_and_remedy(field, written, danish, english):
    good = GOOD | {"reference": "S-0"}
    fault = the_fault(csv(good, "", GOOD | {field: written}))

    assert (fault.row, fault.column, fault.letter) == (4, HEADINGS[field], "")
    in_danish, in_english = both(fault)
    assert in_danish.startswith(f"Række 4, kolonne {HEADINGS[field]}: ")
    assert in_english.startswith(f"Row 4, column {HEADINGS[field]}: ")
    for said, remedy in ((in_danish, danish), (in_english, english)):
        assert remedy in said
        assert written[:39] in said


@pytest.mark.parametrize(
    "name", ["Anne Hansen", "Anne-Hansen", "AnneHansen", "Åse.Østergård-2", "Hansen,Anne"]
)
def test_a_reference_that_looks_like_a_name_is_refused_and_not_repeated(name):
    fault = the_fault(csv(GOOD | {"reference": name}))

    assert (fault.id, fault.row, fault.column) == ("case_list.looks_like_a_name", 2, "Sag")
    assert "…" in fault.value
    assert not re.search(r"Anne|Hansen|Åse|Østergård", " ".join(both(fault)))
    assert "Brug et pseudonym, fx S-014." in both(fault)[0]
    assert "Use a pseudonym" in both(fault)[1]


@pytest.mark.parametrize("again", ["s-1", "S-1 ", " S-1", "\u200bS-1"])
def test_two_cases_with_one_reference_are_refused_with_both_rows(again):
    fault = the_fault(csv(GOOD, "", GOOD | {"reference": again}))

    assert (fault.row, fault.column) == (4, "Sag")
    assert "står også i række 2. Slet den ene" in both(fault)[0]
    assert "is in row 2 too. Delete one" in both(fault)[1]


POST_CELLS = [
    ("weekly_hours", "1.234,5", "uden tusindtegn", "without the thousands sign"),
    ("weekly_hours", "fuld tid", "fra 4 til 37, fx 29,5", "from 4 to 37, for example 29.5"),
    ("weekly_hours", "3,9", "fra 4 til 37", "from 4 to 37"),
    ("weekly_hours", "-30", "fra 4 til 37", "from 4 to 37"),
    ("weekly_hours", "", "Udfyld det", "Fill it in"),
    ("name", "", "Udfyld det", "Fill it in"),
    ("name", "@SUM(A1)", "Begynd med et bogstav", "Begin with a letter"),
    ("name", "k0", "Slet den ene, eller giv den sit eget navn", "give it its own name"),
    ("specialist", "2", "Skriv ja, nej eller x", "Write yes, no or x"),
    ("district", "100", "fra 1 til 99", "from 1 to 99"),
]


@pytest.mark.parametrize(("field", "written", "danish", "english"), POST_CELLS)
def test_a_fault_in_a_post_names_row_column_value_and_remedy(field, written, danish, english):
    rows = [GOOD_POST | {"name": "K0"}, GOOD_POST | {field: written}]
    fault = the_fault(csv(*rows, headings=POST_HEADINGS), reader=read_posts)

    assert (fault.row, fault.column) == (3, POST_HEADINGS[field])
    assert written in both(fault)[0]
    assert danish in both(fault)[0]
    assert english in both(fault)[1]


def test_every_fault_is_told_and_nothing_is_read():
    bad = {"reference": "Anne Hansen", "born": "31-02-2009", "start": "x", "district": "q"}
    faults = refused(csv(GOOD, bad, GOOD))

    assert [(fault.row, fault.column) for fault in faults] == [
        (3, "Sag"),
        (3, "Født"),
        (3, "Start"),
        (3, "Distrikt"),
        (4, "Sag"),
    ]


def test_the_plain_message_of_very_many_faults_stays_short():
    with pytest.raises(CaseListError) as caught:
        read(csv(*[GOOD | {"reference": f"S-{n}", "born": "x"} for n in range(50)]))

    assert len(caught.value.faults) == 50
    assert str(caught.value).count("\n") == 20
    assert str(caught.value).endswith("… and 30 more.")
    assert pickle.loads(pickle.dumps(caught.value)).faults == caught.value.faults  # noqa: S301


# What is personal.

CPR = [
    "010190-1234",
    "0101901234",
    "010190 1234",
    "010190\xa01234",
    "101901234",
    "10190-1234",
    "Ring til mor, 010190-1234, i morgen",
    "barn 101901234 og bror",
]


def hidden(faults, *secrets):
    said = " ".join(str(fault) + "".join(both(fault)) for fault in faults)
    digits = re.sub(r"[^\d]", "", said)
    return not any(secret in said or secret in digits for secret in secrets)


@pytest.mark.parametrize("written", CPR)
@pytest.mark.parametrize("make", [csv, xlsx])
@pytest.mark.parametrize("field", ["reference", "born", "coordinator", "district"])
def test_a_cpr_number_is_refused_in_any_cell_and_not_repeated(make, field, written):
    fault = the_fault(make(GOOD | {field: written}))

    assert (fault.id, fault.row, fault.column) == ("case_list.cpr", 2, HEADINGS[field])
    assert "••••••" in fault.value
    assert hidden([fault], "101901234", "0190123", "010190")
    assert "Slet det, og brug kun sagens pseudonym." in both(fault)[0]
    assert "Delete it and use the case's pseudonym only." in both(fault)[1]


@pytest.mark.parametrize("value", [101901234, 101901234.0, 3112901234])
@pytest.mark.parametrize("form", ["General", "000000-0000", "0"])
def test_a_cpr_number_that_excel_keeps_as_a_number_is_refused(value, form):
    def give_form(book):
        book.active["A2"].number_format = form

    fault = the_fault(xlsx(GOOD | {"reference": value}, change=give_form))

    assert (fault.id, fault.row, fault.letter) == ("case_list.cpr", 2, "A")
    assert hidden([fault], "101901234", "3112901234")


def test_a_cpr_number_that_excel_shows_as_a_date_is_refused_and_not_repeated():
    def give_form(book):
        book.active["B2"].number_format = "dd-mm-yyyy"

    faults = refused(xlsx(GOOD | {"born": 101901234}, change=give_form))

    assert [fault.letter for fault in faults] == ["B"]
    assert hidden(faults, "101901234")


@pytest.mark.parametrize(
    ("written", "id"),
    [
        ("mor@eksempel.dk", "case_list.email"),
        ("22334455", "case_list.phone"),
        ("22 33 44 55", "case_list.phone"),
        ("+45 22334455", "case_list.phone"),
        ("4522334455", "case_list.phone"),
    ],
)
@pytest.mark.parametrize("make", [csv, xlsx])
def test_addresses_and_telephone_numbers_are_refused_and_not_repeated(make, written, id):
    fault = the_fault(make(GOOD | {"coordinator": written}))

    assert (fault.id, fault.row, fault.column) == (id, 2, "Koordinator")
    assert hidden([fault], "22334455", "33 44", "eksempel")
    assert "Slet de" in both(fault)[0]
    assert "Delete it." in both(fault)[1]


def test_a_telephone_number_that_excel_keeps_as_a_number_is_refused():
    assert the_fault(xlsx(GOOD | {"reference": 22334455})).id == "case_list.phone"


def test_what_is_personal_is_found_under_unknown_headings_and_beside_them():
    headings = HEADINGS | {"note": "Bemærkning"}
    faults = refused(csv(GOOD | {"note": "010190-1234"}, headings=headings))
    assert [(each.id, each.row) for each in faults] == [
        ("case_list.unknown_column", 1),
        ("case_list.cpr", 2),
    ]

    source = xlsx(GOOD, change=lambda book: book.active.__setitem__("M2", 101901234))
    beside = the_fault(source)
    assert (beside.id, beside.row, beside.letter, beside.column) == ("case_list.cpr", 2, "M", "")


def test_what_is_personal_is_found_in_headings():
    for make in (csv, xlsx):
        faults = refused(make(GOOD, headings=HEADINGS | {"note": "Mor 010190-1234"}))
        assert [(each.id, each.row) for each in faults] == [("case_list.cpr", 1)]
        assert hidden(faults, "010190")


def test_what_is_personal_is_found_in_names_of_sheets_and_on_other_sheets():
    faults = refused(xlsx(GOOD, sheet="Barn 010190-1234"))
    assert [each.id for each in faults] == ["case_list.cpr"]
    assert hidden(faults, "010190")
    assert "Ark »Barn ••••••«: " in both(faults[0])[0]

    def add(book):
        book.create_sheet("Ark2")["C3"] = "010190-1234"

    fault = the_fault(xlsx(GOOD, change=add))
    assert (fault.sheet, fault.row, fault.letter) == ("Ark2", 3, "C")

    def rename(book):
        add(book)
        book.active.title = "010190-1234"

    assert {each.id for each in refused(xlsx(GOOD, change=rename))} == {
        "case_list.no_sheet",
        "case_list.cpr",
    }
    assert hidden(refused(xlsx(GOOD, change=rename)), "010190")


def test_what_is_personal_is_found_in_the_name_of_the_file():
    fault = the_fault(csv(GOOD, name="sag 010190-1234.csv"))

    assert fault.id == "case_list.personal_file_name"
    assert hidden([fault], "010190")


def test_a_traceback_shows_no_cpr_number():
    secret = "-".join(["010190", "1234"])  # not in the source lines of the traceback itself
    with pytest.raises(CaseListError) as caught:
        read(csv(GOOD | {"born": secret}))

    shown_lines = "".join(traceback.format_exception(caught.value))
    assert secret not in shown_lines


@given(st.text(max_size=80))
def test_what_is_shown_is_never_personal_and_never_long(text):
    assert len(shown(text)) <= 40
    assert not any(found.words in shown(text) for found in personal(text) if len(found.words) > 5)


@given(
    st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    st.sampled_from(["%d-%m-%Y", "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"]),
)
def test_a_date_is_nothing_personal(day, form):
    assert personal(day.strftime(form)) == ()


# What is wrong with headings.


def test_a_missing_column_is_named():
    short = {field: words for field, words in HEADINGS.items() if field != "born"}
    fault = the_fault(csv(GOOD, headings=short))

    assert fault.row == 1
    assert "Kolonnen »Født« mangler. Sæt den ind" in both(fault)[0]
    assert "The column “Born” is missing. Add it" in both(fault)[1]


@pytest.mark.parametrize("again", ["Født", "born", " FØDT:"])
def test_a_column_that_is_there_twice_is_refused(again):
    fault = the_fault(csv(GOOD, headings=HEADINGS | {"again": again}))

    assert (fault.row, fault.column) == (1, clean(again))
    assert "den første er »Født«. Behold en" in both(fault)[0]
    assert "the first is “Født”. Keep one" in both(fault)[1]


def test_an_unknown_column_is_refused_with_the_nearest_that_is_known():
    fault = the_fault(xlsx(GOOD, headings=HEADINGS | {"district": "Distrikter"}))
    assert (fault.row, fault.letter, fault.value) == (1, "G", "Distrikter")
    assert "kolonne G (Distrikter)" in both(fault)[0]
    assert "Mente du »Distrikt«? Ret den, eller slet kolonnen." in both(fault)[0]
    assert "Did you mean “District”? Mend it" in both(fault)[1]

    other = the_fault(csv(GOOD, headings=HEADINGS | {"other": "Øjenfarve"}))
    assert "brug en af disse: Sag, Født, Start" in both(other)[0]
    assert "use one of these: Case, Born, Start" in both(other)[1]


def test_a_value_under_no_heading_is_refused():
    wide = the_fault(csv(";".join([*GOOD.values(), "5"])))
    assert (wide.row, wide.value) == (2, "5")
    assert "semikolon mellem felterne" in both(wide)[0]
    assert "semicolons between the fields" in both(wide)[1]

    source = xlsx(GOOD, change=lambda book: book.active.__setitem__("J2", "noget"))
    beside = the_fault(source)
    assert (beside.row, beside.letter, beside.value) == (2, "J", "noget")
    assert "flyt det til den rigtige kolonne" in both(beside)[0]
    assert "move it to the right column" in both(beside)[1]


def test_a_decimal_comma_between_commas_is_refused_and_explained():
    line = "K1,29,5,2,x"
    faults = refused(csv(line, headings=POST_HEADINGS, separator=","), reader=read_posts)

    assert "case_list.too_many_cells" in {fault.id for fault in faults}


# What is wrong with the file.

FILES = [
    (Upload("a.csv", b""), "empty_file", "Hent skabelonen", "Fetch the template"),
    (Upload("a.csv", b" \r\n\r\n"), "empty_file", "Hent skabelonen", "Fetch the template"),
    (Upload("a.csv", b";;;\r\n"), "empty_sheet", "Hent skabelonen", "Fetch the template"),
    (csv(), "only_headings", "Skriv mindst én række", "Write at least one row"),
    (xlsx(), "only_headings", "Skriv mindst én række", "Write at least one row"),
    (Upload("a.xls", b"x"), "old_excel", "gem den som .xlsx", "save it as .xlsx"),
    (
        Upload("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 99),
        "old_excel",
        ".xlsx",
        ".xlsx",
    ),
    (
        Upload(
            "a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
        ),
        "encrypted",
        "Fjern adgangskoden",
        "Take the password away",
    ),
    (Upload("a.pdf", b"x"), "wrong_ending", "Gem listen som .xlsx eller .csv", "Save the list as"),
    (Upload("liste", b"x"), "wrong_ending", "Gem listen som .xlsx eller .csv", "Save the list as"),
    (xlsx(GOOD)._replace(name="a.csv"), "not_what_it_says", "gem den som", "save it as"),
    (csv(GOOD)._replace(name="a.xlsx"), "not_what_it_says", "gem den som", "save it as"),
    (Upload("a.xlsx", xlsx(GOOD).content[:900]), "broken", "gem den igen", "save it again"),
    (Upload("a.csv", b"0" * 5_000_001), "too_large", "i en ny fil", "in a new file"),
    (Path("findes-ikke.csv"), "cannot_open", "Se efter, om den findes", "Look whether it exists"),
]


@pytest.mark.parametrize(("source", "id", "danish", "english"), FILES)
def test_a_file_that_is_no_list_is_refused_with_a_remedy(source, id, danish, english):
    fault = the_fault(source)

    assert fault.id == f"case_list.{id}"
    assert danish in both(fault)[0]
    assert english in both(fault)[1]


def packed(**parts):
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return Upload("a.xlsx", file.getvalue())


def test_a_workbook_that_would_burst_is_not_opened(monkeypatch):
    def never(*_, **__):
        raise AssertionError("it was opened")

    monkeypatch.setattr("openpyxl.load_workbook", never)

    fault = the_fault(packed(sheet=b"0" * 51_000_000))
    assert fault.id == "case_list.bomb"
    assert "Kopiér kun sagerne over i en ny fil" in both(fault)[0]
    assert "Copy only the cases into a new file" in both(fault)[1]
    assert the_fault(packed(**{f"x{n}": b"" for n in range(201)})).id == "case_list.bomb"
    # Packed a thousand times, and beside much that does not pack at all.
    assert the_fault(packed(sheet=b"0" * 5_000_000)).id == "case_list.bomb"
    noise = Random(1).randbytes(300_000)  # noqa: S311 - nothing secret
    assert the_fault(packed(sheet=b"0" * 5_000_000, noise=noise)).id == "case_list.bomb"
    inner = packed(sheet=b"0" * 40_000_000).content
    assert the_fault(packed(sheet=b"0" * 40_000_000, inner=inner)).id == "case_list.bomb"


def test_a_workbook_inside_another_is_never_opened():
    inner = packed(sheet=b"0" * 60_000_000).content

    # It packs a second time, and is measured as any other part.
    assert the_fault(packed(inner=inner)).id == "case_list.bomb"
    noise = Random(1).randbytes(300_000)  # noqa: S311 - nothing secret
    assert the_fault(packed(inner=inner, noise=noise)).id == "case_list.broken"


def rewritten(source, part, change):
    """The workbook *source* with *part* of it changed."""
    file = BytesIO()
    with ZipFile(BytesIO(source.content)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return source._replace(content=file.getvalue())


SHEET = "xl/worksheets/sheet1.xml"


def test_a_workbook_with_entities_of_its_own_is_refused():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'

    assert the_fault(rewritten(xlsx(GOOD), SHEET, lambda old: bomb + old)).id == "case_list.broken"
    # However far down it begins, and in whichever alphabet.
    noise = Random(1).randbytes(1_000_000).hex().encode()  # noqa: S311 - nothing secret
    far = b"<!--" + noise + b"-->" + bomb
    assert the_fault(rewritten(xlsx(GOOD), SHEET, lambda old: far + old)).id == "case_list.broken"
    wide = bomb.decode().encode("utf-16-le")
    assert the_fault(rewritten(xlsx(GOOD), SHEET, lambda old: wide + old)).id == "case_list.broken"


def test_a_workbook_that_lies_about_its_size_is_read_to_the_end():
    source = xlsx(GOOD, GOOD | {"reference": "S-2", "born": "x"})
    short = rewritten(
        source,
        SHEET,
        lambda old: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:G2"', old),
    )

    assert the_fault(short).row == 3


def test_a_row_at_the_end_of_the_world_does_not_keep_anyone_waiting():
    far = rewritten(
        xlsx(GOOD), SHEET, lambda old: old.replace(b'<row r="2"', b'<row r="99999999999"')
    )

    assert {each.id for each in refused(far)} <= {"case_list.too_many_rows", "case_list.broken"}


def test_more_rows_than_anyone_has_are_refused(monkeypatch):
    monkeypatch.setattr(sheets_module, "MOST_ROWS", 3)
    rows = [GOOD | {"reference": f"S-{n}"} for n in range(4)]

    for make in (csv, xlsx):
        assert len(read(make(*rows[:3]))) == 3
        fault = the_fault(make(*rows))
        assert fault.id == "case_list.too_many_rows"
        assert "mere end 3 rækker" in both(fault)[0]
        assert "more than 3 rows" in both(fault)[1]


def test_a_file_that_mixes_encodings_is_refused_with_the_row():
    utf8 = csv(GOOD).content
    line = ";".join((GOOD | {"reference": "Sø-2"}).values())

    fault = the_fault(Upload("a.csv", utf8 + b"\r\n" + line.encode("cp1252")))

    assert (fault.id, fault.row) == ("case_list.mixed_encodings", 4)
    assert fault.value.startswith("Sø-2;")
    assert "gem listen som .xlsx eller som »CSV UTF-8«" in both(fault)[0]
    assert "save the list as .xlsx or as “CSV UTF-8”" in both(fault)[1]


def test_a_line_of_mixed_encodings_does_not_show_a_cpr_number():
    content = csv(GOOD).content + "Sø;010190-1234".encode("cp1252")

    assert hidden(refused(Upload("a.csv", content)), "010190")


@pytest.mark.parametrize("sign", [b"\x00", b"\x07", b"\x81\xe6"])
def test_what_is_no_text_is_refused_with_the_row(sign):
    source = csv(GOOD, encoding="cp1252")
    fault = the_fault(source._replace(content=source.content + sign))

    assert (fault.id, fault.row) == ("case_list.not_text", 3)


def test_a_quotation_mark_that_does_not_end_is_refused_where_it_begins():
    fault = the_fault(csv(GOOD, '"S-2;14-03-2009;', GOOD, GOOD))

    assert (fault.id, fault.row) == ("case_list.broken_quotes", 3)
    assert "Slet det" in both(fault)[0]
    assert "Delete it" in both(fault)[1]


# What only a workbook can hold.


def test_a_sheet_of_diagrams_does_no_harm():
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    page = book.add_worksheet("Sager")
    page.write_row(0, 0, HEADINGS.values())
    page.write_row(1, 0, GOOD.values())
    bars = book.add_chart({"type": "bar"})
    bars.add_series({"values": "=Sager!$G$2:$G$2"})
    book.add_chartsheet("Figur").set_chart(bars)
    book.close()

    assert read(Upload("a.xlsx", file.getvalue())) == (CASE,)


def test_a_formula_is_refused():
    fault = the_fault(xlsx(GOOD | {"district": "=1+1"}))

    assert (fault.row, fault.letter, fault.column, fault.value) == (2, "G", "Distrikt", "=1+1")
    assert both(fault)[0].startswith(
        "Ark »Sager«, række 2, kolonne G (Distrikt): »=1+1« er en formel."
    )
    assert "sæt den ind som værdier" in both(fault)[0]
    assert "paste it as values" in both(fault)[1]


def test_an_error_of_excel_is_refused():
    fault = the_fault(xlsx(GOOD | {"coordinator": "#N/A"}), posts=None)

    assert (fault.id, fault.row, fault.letter) == ("case_list.error_value", 2, "D")


def test_merged_cells_are_refused():
    fault = the_fault(xlsx(GOOD, change=lambda book: book.active.merge_cells("D2:D3")))

    assert (fault.row, fault.letter, fault.value) == (2, "D", "D2:D3")
    assert "Ophæv fletningen" in both(fault)[0]
    assert "Unmerge them" in both(fault)[1]


@pytest.mark.parametrize("field", ["reference", "coordinator", "district"])
def test_what_excel_turned_into_a_date_is_refused(field):
    fault = the_fault(xlsx(GOOD | {field: date(2026, 5, 29)}))

    assert (fault.row, fault.column, fault.value) == (2, HEADINGS[field], "29-05-2026")
    assert "Formatér kolonnen som tekst" in both(fault)[0]
    assert "Format the column as text" in both(fault)[1]


def test_the_number_of_a_day_is_no_date():
    assert the_fault(xlsx(GOOD | {"born": 39886})).id == "case_list.day_number"


def test_a_note_in_a_cell_is_refused_as_too_long():
    for make in (csv, xlsx):
        fault = the_fault(make(GOOD | {"coordinator": "010190-1234 " + "æ" * 2000}))
        assert (fault.id, fault.row) == ("case_list.too_long", 2)
        assert len(fault.value) == 40
        assert hidden([fault], "010190")


def test_the_sheet_must_be_there_once():
    def add(*names):
        return lambda book: [book.create_sheet(name) for name in names]

    missing = the_fault(xlsx(GOOD, sheet="Ark1", change=add("Ark2")))
    assert "intet ark, der hedder »Sager«; her er: Ark1, Ark2." in both(missing)[0]
    assert "no sheet called “Cases”; there are: Ark1, Ark2." in both(missing)[1]

    double = the_fault(xlsx(GOOD, change=add("Cases")))
    assert "her er: Sager, Cases. Behold et af dem" in both(double)[0]
    assert "there are: Sager, Cases. Keep one" in both(double)[1]

    assert the_fault(xlsx(GOOD), reader=read_posts).id == "case_list.no_sheet"
    assert read(xlsx(GOOD, sheet="Ark1")) == (CASE,)


# The texts.


def test_every_text_of_case_lists_is_used_and_every_one_asked_for_exists():
    folder = Path(sheets_module.__file__).parent
    code = "\n".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    asked = set(re.findall(r'"(case_list\.[a-z_.]+)"', code))
    words = {name for name in Texts.read().words if name.startswith("case_list.")}
    fields = {field for fields in FIELDS.values() for field in fields}
    made = {
        f"case_list.{kind}.{field}"
        for kind in ("column", "also", "meaning", "example")
        for field in fields
    }
    made |= {f"case_list.{kind}" for kind in ("cpr", "email", "phone", "too_long")}
    made |= {f"case_list.sheet.{kind}" for kind in FIELDS}
    made |= {f"case_list.double_{field}" for field in ("reference", "name")}
    made |= {f"case_list.guide_{name}" for name in ("must", "meaning", "example")}

    assert asked | made == words


def test_a_fault_says_where_as_far_as_it_is_known():
    texts = Texts.read("da")

    assert Fault("case_list.broken").place(texts) == ""
    assert Fault("case_list.blank", 7, "Født").place(texts) == "Række 7, kolonne Født"
    assert (
        Fault("case_list.blank", 7, "", "B", "", "Ark1").place(texts)
        == "Ark »Ark1«, række 7, kolonne B"
    )
