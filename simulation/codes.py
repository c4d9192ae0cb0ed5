"""The words of the event log, each with the number that stands for it while a run goes on.

A run writes whole numbers, because both engines can; readers of the log get the words back.
"""

ACTIVITIES = (
    "identified",
    "referred",
    "admitted",
    "declined",
    "turned_18",
    "coordinator_assigned",
    "coordinator_lost",
    "left",
    "meeting_opened",
    "meeting_due",
    "meeting_booked",
    "meeting_held",
    "no_show",
    "meeting_cancelled",
    "meeting_dropped",
    "attended",
    "late_days",
    "crisis",
    "crisis_unattended",
    "placement_change",
    "drop_out",
    "contact_missed",
    "work",
    "notice",
    "resigned",
    "hired",
    "away",
    "back",
    "hours_available",
    "backlog",
    "decision",
    "status",
)
"""What an event can be."""
(
    IDENTIFIED,
    REFERRED,
    ADMITTED,
    DECLINED,
    TURNED_18,
    ASSIGNED,
    LOST,
    LEFT,
    OPENED,
    DUE,
    BOOKED,
    HELD,
    NO_SHOW_EVENT,
    CANCELLED,
    DROPPED,
    ATTENDED,
    LATE_DAYS,
    CRISIS_EVENT,
    UNATTENDED,
    PLACEMENT_CHANGE_EVENT,
    DROP_OUT_EVENT,
    MISSED,
    WORK,
    NOTICE,
    RESIGNED,
    HIRED,
    AWAY,
    BACK,
    AVAILABLE,
    BACKLOG,
    DECISION,
    STATUS,
) = range(len(ACTIVITIES))

CAUSES = (
    "waiting_list",
    "vacancy",
    "absence",
    "queue",
    "no_slot",
    "no_show",
    "cancellation",
    "standstill",
)
"""What a late day is put down to; every late day has exactly one.

The youth waits for a first coordinator (the board's next meeting included), or for a new one; the
coordinator is ill; the invitation lies in the to-do list; no common day was found; the youth did not
come last time; too few professionals did; the municipality stands still. A day of standstill is put
down to the standstill, whatever else the meeting waited for: nothing could have happened on it.
"""
KINDS = (
    "crisis",
    "invitation",
    "preparation",
    "write_up",
    "follow_up",
    "contact",
    "intake",
    "handover_out",
    "handover_in",
)
"""Kinds of work on the to-do list."""
REASONS = (
    # of leaving
    "left_before_18",
    "no_support_at_18",
    "left_after_18",
    "reached_end",
    "support_ended",
    # of being referred
    "stock",
    "new",
    "case_list",
    # of getting and losing a coordinator
    "first",
    "handover",
    "resignation",
    "forced_change",
    # of an extra meeting, beside a crisis
    "agreed",
    "placement_change",
    "drop_out",
    # of who holds a meeting
    "deputy",
)
PURSES = ("children", "adult", "employment", "guidance", "school")
"""The budgets that pay: children's services, adult services, employment side, guidance, school."""
DECISIONS = (
    "hire",
    "raise_ceiling",
    "lower_ceiling",
    "pause_intake",
    "resume_intake",
    "reprioritise",
    "restore_priority",
    "buy_slots",
    "team_days",
)
"""What the leadership group can decide."""
STATES = ("in_school", "preparing", "in_education", "in_work", "neither", "completed")
"""States of the optional layer of outcomes."""

WORDS = ("", *CAUSES, *KINDS, *REASONS, *PURSES, *DECISIONS, *STATES)
"""Everything that can stand in the column ``cause``."""
(
    NOTHING,
    WAITING_LIST,
    VACANCY,
    ABSENCE,
    QUEUE,
    NO_SLOT,
    NO_SHOW,
    CANCELLATION,
    STANDSTILL,
    CRISIS,
    INVITATION,
    PREPARATION,
    WRITE_UP,
    FOLLOW_UP,
    CONTACT,
    INTAKE,
    HANDOVER_OUT,
    HANDOVER_IN,
    LEFT_BEFORE_18,
    NO_SUPPORT_AT_18,
    LEFT_AFTER_18,
    REACHED_END,
    SUPPORT_ENDED,
    STOCK,
    NEW,
    CASE_LIST,
    FIRST,
    HANDOVER,
    RESIGNATION,
    FORCED_CHANGE,
    AGREED,
    PLACEMENT_CHANGE,
    DROP_OUT,
    DEPUTY,
    CHILDREN,
    ADULT,
    EMPLOYMENT,
    GUIDANCE,
    SCHOOL,
    HIRE,
    RAISE_CEILING,
    LOWER_CEILING,
    PAUSE_INTAKE,
    RESUME_INTAKE,
    REPRIORITISE,
    RESTORE_PRIORITY,
    BUY_SLOTS,
    TEAM_DAYS,
    IN_SCHOOL,
    PREPARING,
    IN_EDUCATION,
    IN_WORK,
    NEITHER,
    COMPLETED,
) = range(len(WORDS))

ROLES = ("guidance", "employment", "school_or_placement", "adult")
"""The roles of the team, in the order of a scenario's numbers for them."""
GUIDANCE_ROLE, EMPLOYMENT_ROLE, PLACEMENT_ROLE, ADULT_ROLE, OTHERS = -1, -2, -3, -4, -5
"""How the log names them as a resource: below zero; OTHERS are those who come beside the roles."""

EXTRA = 1
"""The rule of an extra meeting; the scenario's own rules come after it."""
EXTRA_OCCASION = 100
"""Extra meetings are counted from here, so that fixed ones keep their number whatever else happens."""

PRIORITIES = ("deadline_first", "need_first", "oldest_first", "fixed_meetings_first")
DEADLINE_FIRST, NEED_FIRST, OLDEST_FIRST, FIXED_MEETINGS_FIRST = range(len(PRIORITIES))
PRINCIPLES = ("equal_split", "team", "district", "date_of_birth", "competence", "judgement")
"""The six principles by which Danish municipalities give out cases."""
EQUAL_SPLIT, TEAM, DISTRICT, DATE_OF_BIRTH, COMPETENCE, JUDGEMENT = range(len(PRINCIPLES))
LEADERSHIP_RULES = (
    "none",
    "hire",
    "move_ceiling",
    "pause_intake",
    "reprioritise",
    "buy_slots",
    "team_days",
)
(
    DO_NOTHING,
    DO_HIRE,
    DO_MOVE_CEILING,
    DO_PAUSE_INTAKE,
    DO_REPRIORITISE,
    DO_BUY_SLOTS,
    DO_TEAM_DAYS,
) = range(len(LEADERSHIP_RULES))
