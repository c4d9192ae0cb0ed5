"""How a record leaves: a record becomes bytes; whoever asks names the file."""

from data.export.xlsx import checklist_workbook

__all__ = ["checklist_workbook"]
