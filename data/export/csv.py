"""Answers and questions as csv, for a spreadsheet and for statistics.

Semicolons, quotation marks around every cell and a byte order mark, so that a Danish Excel opens the
file as it is. A cell that a spreadsheet could take for a formula begins with an apostrophe, as OWASP
asks (ASVS 1.2.10); whoever reads the file with a program takes that one apostrophe off again.
"""

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from data.answers import split_key
from data.export.characters import holdable
from data.export.filled import nothing_personal
from data.forms import Form, Item
from data.records import Record
from data.texts import LANGUAGES, Texts

MIME = "text/csv"


def codebook_csv(*forms: Form) -> bytes:
    """Return what *forms* ask as a csv file: a row a question, in both languages.

    ``options`` holds the answers as they are stored, each with its words. The same forms give the
    same bytes.
    """
    header = [
        "form",
        "table",
        "question",
        "kind",
        "required",
        "element",
        "origin",
        "section",
        "when",
    ]
    header += [f"label_{language}" for language in LANGUAGES]
    header += [f"options_{language}" for language in LANGUAGES]
    header += [f"source_{language}" for language in LANGUAGES]
    return csv_file([header, *(row for form in forms for row in _questions(form))])


def answers_csv(records: Iterable[Record], forms: Sequence[Form], texts: Texts) -> bytes:
    """Return the answers in *records* as a csv file: a row an answer, as stored and in words.

    *forms* are the forms that they answer; an answer to a question that its form no longer has is
    there as it was stored, without words. Times are UTC. The same arguments give the same bytes.
    """
    known = {form.id: form for form in forms}
    header = ["case", "form", "occasion", "state", "version", "revision", "saved_utc"]
    header += ["table", "row", "question", "answer", "label", "words"]
    rows = [row for record in records for row in _answers(record, known.get(record.form), texts)]
    return csv_file([header, *rows])


def guarded(cell: str) -> str:
    """Return *cell* such that no spreadsheet takes it for a formula.

    Signs that nobody sees and wide signs are looked through. One apostrophe is put before what
    begins as a formula does, and before what already has one there, so that it can be taken off.

    >>> guarded("=1+1"), guarded("1+1")
    ("'=1+1", '1+1')
    """
    rest = cell.lstrip("'")
    # Z are blanks, C signs of control and invisible ones.
    seen = next((s for s in rest if s != "'" and unicodedata.category(s)[0] not in "ZC"), "")
    formula = unicodedata.normalize("NFKC", seen)[:1] in {"=", "+", "-", "−", "@"}
    return f"'{cell}" if formula or rest.startswith(("\t", "\r", "\n")) else cell


def _questions(form: Form) -> Iterator[list[str]]:
    for item in form.items:
        yield _question(form, "", item, item.section)
    for table in form.tables:
        for item in table.items:
            yield _question(form, table.id, item, table.section)


def _question(form: Form, table: str, item: Item, section: str) -> list[str]:
    both = [Texts.read(language) for language in LANGUAGES]
    when = f"{item.when.item}: {', '.join(item.when.among)}" if item.when else ""
    return [
        *(form.id, table, item.id, item.kind, "1" if item.required else "0"),
        *(item.element, item.origin, section, when),
        *(item.label.in_(texts.language) for texts in both),
        *(_options(item, texts) for texts in both),
        *(item.source.in_(texts.language) if item.source else "" for texts in both),
    ]


def _options(item: Item, texts: Texts) -> str:
    return "; ".join(f"{id} = {item.say(id, texts)}" for id in item.choices())


def _answers(record: Record, form: Form | None, texts: Texts) -> Iterator[list[str]]:
    saved = record.saved.isoformat(timespec="seconds") if record.saved else ""
    about = [record.case, record.form, record.occasion, record.state]
    about += [str(record.version), str(record.revision), saved]
    for key, stored in sorted(record.answers.items()):
        if stored is None:
            continue
        table, row, question = split_key(key)
        item = form.item(key) if form else None
        is_free = item is None or item.kind == "note"
        answer = nothing_personal(stored, texts) if is_free else stored
        label = item.label.in_(texts.language) if item else ""
        words = item.say(answer, texts) if item and item.allows(answer) else ""
        yield [*about, table or "", row or "", question, answer, label, words]


def csv_file(rows: Iterable[Sequence[str]]) -> bytes:
    """Return *rows* as the bytes of a csv file, each cell guarded."""
    text = StringIO(newline="")
    lines = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    lines.writerows([guarded(holdable(cell)) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
