"""How a record leaves: a record becomes bytes or text; whoever asks names the file.

Nothing here writes a file or a log, so what was typed is nowhere but in what is returned.
"""

from data.export.csv import answers_csv, codebook_csv
from data.export.docx import form_document
from data.export.journal import journal_text
from data.export.json import case_json
from data.export.records import records_workbook
from data.export.xlsx import form_workbook

__all__ = [
    "answers_csv",
    "case_json",
    "codebook_csv",
    "form_document",
    "form_workbook",
    "journal_text",
    "records_workbook",
]
