"""Today's cases and posts from a spreadsheet, to start a simulation from."""

from data.case_list.entries import Case, PostPlan
from data.case_list.faults import CaseListError, Fault
from data.case_list.reading import read_case_list, read_posts, read_today
from data.case_list.sheets import Upload
from data.case_list.template import write_template

__all__ = [
    "Case",
    "CaseListError",
    "Fault",
    "PostPlan",
    "Upload",
    "read_case_list",
    "read_posts",
    "read_today",
    "write_template",
]
