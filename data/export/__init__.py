"""How a record leaves: a record becomes bytes; whoever asks names the file."""

from data.export.xlsx import form_workbook

__all__ = ["form_workbook"]
