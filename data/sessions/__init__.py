"""Sessions that a trainer runs: the plan, what is worked on, who is there, and what they answered.

Nobody has a name here: a participant is a number, a group is a number, and whoever knows the code of
an open session may join it.
"""

from data.sessions.agreement import Aligned, GroupAnswers, align
from data.sessions.exercises import Exercise, exercise_ids, read_exercise
from data.sessions.plan import Plan, Step, plan_ids, read_plan
from data.sessions.progress import GroupProgress, ParticipantProgress, progress_of
from data.sessions.session import Participant, Session, Sheet
from data.sessions.session_store import (
    RefusedAnswer,
    SessionClosed,
    SessionStore,
    StaleSession,
    StaleSheet,
)

__all__ = [
    "Aligned",
    "Exercise",
    "GroupAnswers",
    "GroupProgress",
    "Participant",
    "ParticipantProgress",
    "Plan",
    "RefusedAnswer",
    "Session",
    "SessionClosed",
    "SessionStore",
    "Sheet",
    "StaleSession",
    "StaleSheet",
    "Step",
    "align",
    "exercise_ids",
    "plan_ids",
    "progress_of",
    "read_exercise",
    "read_plan",
]
