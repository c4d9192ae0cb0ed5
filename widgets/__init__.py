"""What a person touches."""

from widgets.capacity import CapacityPage
from widgets.case_checklist import CaseChecklist
from widgets.case_list import CaseList
from widgets.checklist import ChecklistForm
from widgets.client import Client
from widgets.page import Page

__all__ = ["CapacityPage", "CaseChecklist", "CaseList", "ChecklistForm", "Client", "Page"]
