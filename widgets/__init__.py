"""What a person touches.

A page loads what it shows: a form needs no simulation, and a kernel that starts without one starts
in half the time.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from widgets.calibration_page import CalibrationPage
    from widgets.case_form import CaseForm
    from widgets.case_list import CaseList
    from widgets.case_page import CasePage
    from widgets.chapter_experiment import ChapterExperiment
    from widgets.client import Client
    from widgets.decision_page import DecisionPage
    from widgets.form import FormFields
    from widgets.meeting_calendar import MeetingCalendar
    from widgets.method_map import MethodMapPage
    from widgets.page import Page
    from widgets.report_page import ReportPage
    from widgets.self_assessment import SelfAssessment
    from widgets.session_room import SessionRoom
    from widgets.workbench.page import Workbench

__all__ = [
    "CalibrationPage",
    "CaseForm",
    "CaseList",
    "CasePage",
    "ChapterExperiment",
    "Client",
    "DecisionPage",
    "FormFields",
    "MeetingCalendar",
    "MethodMapPage",
    "Page",
    "ReportPage",
    "SelfAssessment",
    "SessionRoom",
    "Workbench",
]

_MODULES = {
    "CalibrationPage": "calibration_page",
    "CaseForm": "case_form",
    "CaseList": "case_list",
    "CasePage": "case_page",
    "ChapterExperiment": "chapter_experiment",
    "Client": "client",
    "DecisionPage": "decision_page",
    "FormFields": "form",
    "MeetingCalendar": "meeting_calendar",
    "MethodMapPage": "method_map",
    "Page": "page",
    "ReportPage": "report_page",
    "SelfAssessment": "self_assessment",
    "SessionRoom": "session_room",
    "Workbench": "workbench.page",
}
"""The module that holds each of them."""


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'widgets' has no attribute {name!r}")
    return getattr(import_module(f"widgets.{_MODULES[name]}"), name)
