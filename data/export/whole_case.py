"""A whole case in one file: everything that is kept of it, and each filled form to read.

The zip holds ``sag.json`` (all that the store keeps, with versions and audit trail: the answer to
somebody who asks to see it), each form as a Word document and an Excel workbook, and for statistics
all answers as csv with a codebook.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from data.cases import fictional_cases
from data.export.json import case_json
from data.forms import form_ids, read_form
from data.records import Record
from data.texts import Texts

MIME = "application/zip"

# The day the files in it say they were made; the audit trail says when the case was exported.
_MADE = (2026, 1, 1, 0, 0, 0)


def case_archive(
    exported: Mapping[str, Any], records: Sequence[Record], texts: Texts, *, exercise: bool
) -> bytes:
    """Return a case as the bytes of a zip file.

    *exported* is what :meth:`data.store.Store.export_case` gave, *records* are the records of the
    case. With *exercise*, each file says that nobody in it exists.
    """
    # Word documents are slow to import, and only who exports needs them.
    from data.export.csv import answers_csv, codebook_csv  # noqa: PLC0415 (only who exports)
    from data.export.docx import form_document  # noqa: PLC0415 (slow)
    from data.export.xlsx import form_workbook  # noqa: PLC0415 (slow)

    ref = str(exported["case"])
    marked = {"exercise": texts("form.exercise"), **exported} if exercise else dict(exported)
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        _add(archive, texts("cases.export_json"), case_json(marked))
        # The answers to a form that is no more stand in the JSON, and as stored in the csv.
        forms = {id: read_form(id) for id in form_ids() if id in {r.form for r in records}}
        if records:
            _add(archive, texts("export.answers"), answers_csv(records, [*forms.values()], texts))
            _add(archive, texts("export.codebook"), codebook_csv(*forms.values()))
        for record in records:
            if record.form not in forms:
                continue
            form = forms[record.form]
            title = form.title.in_(texts.language).lower().replace(" ", "-").replace("/", "-")
            name = "-".join(filter(None, (title, record.occasion)))
            words = (form, case_heading(ref, texts), record, texts)
            _add(archive, f"{name}.docx", form_document(*words, exercise=exercise))
            _add(archive, f"{name}.xlsx", form_workbook(*words, exercise=exercise))
    return written.getvalue()


def case_heading(ref: str, texts: Texts) -> str:
    """Return the line that says which case it is: its reference and, where it is made up, its title."""
    for case in fictional_cases():
        if case.id == ref:
            return texts("form.case_line", case=ref, title=case.title.in_(texts.language))
    return ref


def _add(archive: ZipFile, name: str, content: bytes) -> None:
    entry = ZipInfo(name, _MADE)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    archive.writestr(entry, content)
