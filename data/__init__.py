"""What the method says, what is written down, and how it leaves."""

from data.case_list import Case as ListedCase
from data.case_list import (
    CaseListError,
    PostPlan,
    Upload,
    read_case_list,
    read_posts,
    write_template,
)
from data.cases import Case, fictional_case, fictional_cases
from data.files import DataError
from data.forms import Form, Item, form_ids, read_form
from data.presets import (
    PRESETS,
    ROLES,
    Figure,
    Parameter,
    Preset,
    parameters,
    read_preset,
    read_preset_files,
)
from data.records import Record
from data.rules import Rule, Window, read_rules, windows
from data.texts import LANGUAGES, Texts

__all__ = [
    "LANGUAGES",
    "PRESETS",
    "ROLES",
    "Case",
    "CaseListError",
    "DataError",
    "Figure",
    "Form",
    "Item",
    "ListedCase",
    "Parameter",
    "PostPlan",
    "Preset",
    "Record",
    "Rule",
    "Texts",
    "Upload",
    "Window",
    "fictional_case",
    "fictional_cases",
    "form_ids",
    "parameters",
    "read_case_list",
    "read_form",
    "read_posts",
    "read_preset",
    "read_preset_files",
    "read_rules",
    "windows",
    "write_template",
]
