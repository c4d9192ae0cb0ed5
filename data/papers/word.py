"""A paper as a Word document: the Markdown of the paper, read by a library and written with our looks."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from data.export.docx import add_row, begin, new_table, set_page, without_clock
from data.texts import Texts

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from markdown_it.token import Token


def paper_document(text: str, texts: Texts) -> bytes:
    """Return the Markdown *text* of a paper as the bytes of a docx file; the same text, the same bytes."""
    # Both take a tenth of a second to import.
    from docx import Document  # noqa: PLC0415
    from markdown_it import MarkdownIt  # noqa: PLC0415

    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    document = Document()
    begin(document, text.partition("\n")[0].removeprefix("# "), texts)
    set_page(document, texts("papers.mark"), texts)
    _write(document, tokens)
    file = BytesIO()
    document.save(file)
    return without_clock(file.getvalue())


def _write(document: "Document", tokens: Sequence["Token"]) -> None:
    """Write headings, paragraphs, lists, tables and commands; a paper has nothing else."""
    at, style = 0, "Normal"
    while at < len(tokens):
        token = tokens[at]
        if token.type == "table_open":
            end = next(i for i in range(at, len(tokens)) if tokens[i].type == "table_close")
            _write_table(document, list(_rows(tokens[at:end])))
            at = end
        elif token.type in {"bullet_list_open", "bullet_list_close"}:
            style = "List Bullet" if token.nesting == 1 else "Normal"
        elif token.type == "heading_open":
            depth = int(token.tag[1]) - 1
            style = "Title" if depth == 0 else f"Heading {depth}"
        elif token.type == "heading_close":
            style = "Normal"
        elif token.type == "inline":
            _write_words(document.add_paragraph(style=style), token)
        elif token.type == "fence":
            document.add_paragraph(token.content.strip())
        at += 1


def _rows(tokens: Sequence["Token"]) -> Iterator[list["Token"]]:
    row: list[Token] = []
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "inline":
            row.append(token)
        elif token.type == "tr_close":
            yield row


def _write_table(document: "Document", rows: Sequence[Sequence["Token"]]) -> None:
    table = new_table(document, [_plain(cell) for cell in rows[0]])
    for row in rows[1:]:
        for cell, words in zip(add_row(table), row, strict=True):
            _write_words(cell.paragraphs[0], words)
    document.add_paragraph()


def _plain(token: "Token") -> str:
    return "".join(child.content for child in token.children or ())


def _write_words(paragraph: "Paragraph", token: "Token") -> None:
    bold = False
    for child in token.children or ():
        if child.type in {"strong_open", "strong_close"}:
            bold = child.type == "strong_open"
        elif child.type in {"softbreak", "hardbreak"}:
            paragraph.add_run(" ")
        elif child.content:
            paragraph.add_run(child.content).bold = bold
