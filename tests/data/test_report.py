"""The leadership report as Word, Excel and tagged PDF: what readers and screen readers find in it."""

from io import BytesIO

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader

from data.export.report import (
    Report,
    ReportFigure,
    ReportSection,
    ReportTable,
    report_document,
)
from data.export.report_pdf import report_pdf
from data.export.report_workbook import report_workbook
from data.texts import Texts

DANISH = Texts.read("da")
HOSTILE = '#panic("x") $a_b$ *fed* <img src=x onerror=alert(1)> =1+1 \\ @x [y]'
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="40">'
    b'<text x="2" y="20" style="font: 12px sans-serif">skjult</text></svg>'
)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d4944415478da63fcffff3f030005fe02fea72d65d0"
    "0000000049454e44ae426082"
)
FIGURE = ReportFigure(
    id="on_time",
    title="Til tiden: 47 % i 3. kvartal 2026",
    alternative="Kvartal for kvartal: 80 %, 47 %.",
    said="Det er mere, end tilfældighed giver.",
    drawn=lambda kind: SVG if kind == "svg" else PNG,
    columns=("Kvartal", "Tal", "Tilfældighed giver"),
    rows=(("2. kvartal 2026", "skjult", "–"), ("3. kvartal 2026", "17 af 36 (47 %)", "50 %–90 %")),
)


def report(words="Ungeenhed Nord", mark="ØVELSE: opdigtet"):
    table = ReportTable("Enheder", ("Hvad", words), (("Til tiden", "skjult"),), (1,), (0,))
    return Report(
        title="Ledelsesrapport for 3. kvartal 2026",
        facts=("Til ledergruppen", "lavet 20. oktober 2026"),
        mark=mark,
        sections=(
            ReportSection("Det korte svar", (words,), (f"Punkt: {words}",)),
            ReportSection("Enhed for enhed", table=table),
            ReportSection("Over tid", figures=(FIGURE,)),
        ),
        language="da",
        file="ledelsesrapport",
    )


def text_of(pdf):
    return " ".join(
        "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split()
    )


def tags(pdf):
    """Return each structure element of *pdf* with its kind and its alternative text."""
    found = []

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for each in node:
                walk(each)
        elif isinstance(node, dict) and "/S" in node:
            found.append((node["/S"], node.get("/Alt")))
            walk(node.get("/K", []))

    root = PdfReader(BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]
    walk(root["/K"])
    return found


@pytest.mark.parametrize("write", [report_document, report_workbook, report_pdf])
def test_the_same_report_gives_the_same_bytes(write):
    assert write(report(), DANISH) == write(report(), DANISH)


def test_a_pdf_says_its_language_and_title_and_that_it_is_for_everybody():
    root = PdfReader(BytesIO(report_pdf(report(), DANISH))).trailer["/Root"]

    assert root["/Lang"] == "da"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()


def test_a_screen_reader_finds_headings_tables_and_what_figures_show():
    found = tags(report_pdf(report(), DANISH))
    kinds = [kind for kind, _ in found]

    assert kinds.count("/H1") == 3
    assert kinds.count("/TH") == 2
    assert ("/Figure", FIGURE.alternative) in found


def test_what_is_written_by_people_is_shown_and_never_done():
    pdf = text_of(report_pdf(report(HOSTILE), DANISH))
    assert '#panic("x") $a_b$ *fed* <img src=x onerror=alert(1)>' in pdf

    document = Document(BytesIO(report_document(report(HOSTILE), DANISH)))
    assert HOSTILE in [paragraph.text for paragraph in document.paragraphs]

    book = load_workbook(BytesIO(report_workbook(report("=1+1"), DANISH)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "=1+1" in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "n"}


@given(st.text(max_size=40))
@settings(max_examples=25, deadline=None)
def test_any_words_give_a_pdf(words):
    assert report_pdf(report(words), DANISH).startswith(b"%PDF")


def test_every_file_says_that_it_is_an_exercise():
    pdf, docx = (write(report(), DANISH) for write in (report_pdf, report_document))
    book = load_workbook(BytesIO(report_workbook(report(), DANISH)))

    assert "ØVELSE" in text_of(pdf)
    assert "ØVELSE" in Document(BytesIO(docx)).sections[0].header.paragraphs[0].text
    assert all(
        any("ØVELSE" in str(cell.value) for row in sheet.iter_rows(max_row=3) for cell in row)
        for sheet in book
    )


def test_a_figure_in_word_can_be_read_aloud():
    document = Document(BytesIO(report_document(report(), DANISH)))
    about = document.inline_shapes[0]._inline.docPr

    assert about.get("descr") == FIGURE.alternative
    assert document.core_properties.language == "da-DK"


def test_a_hidden_number_is_no_number_in_the_workbook():
    book = load_workbook(BytesIO(report_workbook(report(), DANISH)))
    values = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]

    assert "skjult" in values
    assert "17 af 36 (47 %)" in values


def test_a_sign_that_the_font_lacks_is_told_by_its_number():
    assert "⟨U+6F22⟩" in text_of(report_pdf(report("Nord 漢"), DANISH))
