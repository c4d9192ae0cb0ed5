"""What a person touches."""

from widgets.capacity import CapacityPage
from widgets.case_form import CaseForm
from widgets.case_list import CaseList
from widgets.case_page import CasePage
from widgets.chapter_experiment import ChapterExperiment
from widgets.client import Client
from widgets.form import FormFields
from widgets.meeting_calendar import MeetingCalendar
from widgets.page import Page
from widgets.self_assessment import SelfAssessment

__all__ = [
    "CapacityPage",
    "CaseForm",
    "CaseList",
    "CasePage",
    "ChapterExperiment",
    "Client",
    "FormFields",
    "MeetingCalendar",
    "Page",
    "SelfAssessment",
]
