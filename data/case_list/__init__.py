"""Today's cases and posts from a spreadsheet, to start a simulation from."""

from data.case_list.entries import Case, PostPlan

__all__ = ["Case", "PostPlan"]
