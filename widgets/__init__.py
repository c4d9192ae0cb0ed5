"""What a person touches."""

from widgets.capacity import CapacityPage
from widgets.case_form import CaseForm
from widgets.case_list import CaseList
from widgets.client import Client
from widgets.form import FormFields
from widgets.page import Page

__all__ = ["CapacityPage", "CaseForm", "CaseList", "Client", "FormFields", "Page"]
