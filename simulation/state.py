"""The state of one run, as rows that both engines can read and change.

The rules of the model are written once, as functions of a :class:`Town`. The SimPy engine gives them
lists of the row objects below; the compiled twin gives them arrays of records with the same fields.
``town.youths[i].status`` reads the same in both. Rows refer to each other by their index, and
:data:`NONE` says "no row"; where several rows belong together they are chained by such an index
(``next_task``, ``next_case``), because lists inside a record cannot grow.

Days are whole numbers counted from the first day of the run, minutes are whole minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

NONE = -1
"""No row."""
NEVER = 10**9
"""A day that does not come."""
CHANCES = 32
"""Rows of chance for each youth; what happens oftener meets them again."""
STREAM = np.dtype([("high", np.uint64), ("low", np.uint64), ("jumps", np.int64)])
"""Where a youth's numbers lie in a stream: its state before them, and the jumps that lead to them."""
JUMP = np.dtype(
    [(word, np.uint64) for word in ("times_high", "times_low", "plus_high", "plus_low")]
)
"""So many steps of a stream at once; see :mod:`simulation.compiled_chance`."""
CERTAIN = 1 << 16
"""Chances are whole numbers below this, so that comparing them is exact."""
DISTRICTS = 1 << 15
"""A youth's district is drawn as a number below this, and so independent of how many there are."""
DAYS_PER_YEAR = 365.25

NOT_YET, BEFORE_BOARD, WITHOUT_COORDINATOR, WITH_COORDINATOR, GONE = range(5)
"""Where a youth is: not yet referred, waiting for the board, waiting for a coordinator, served, gone."""


@dataclass(slots=True)
class Youth:
    """One young person: what chance has given, and how the course stands. In order of referral."""

    identified: int = 0
    referral: int = 0
    leaves: int = NEVER
    """The first day on which the youth is no longer in the programme."""
    leaves_because: int = 0
    majority: int = 0
    """The 18th birthday."""
    nineteen: int = 0
    """The 19th birthday."""
    adult_from: int = 0
    """The day from which the adult side comes to meetings: half a year before the 18th birthday."""
    day_of_birth: int = 1
    """Day of the month, 1-31."""
    free_weekdays: int = 31
    """One bit a weekday, Monday first, on which the youth can meet."""
    no_show: int = 0
    """Chance of not coming to a meeting, out of CERTAIN, reminders counted in."""
    high_need: bool = False
    district: int = 0
    declines: bool = False
    """Says no when admitted."""
    origin: int = 0
    """STOCK, NEW or CASE_LIST."""
    starts_with: int = NONE
    """The post that has the case on the first day, from a case list."""
    stay: int = NEVER
    """Days from the first coordinator to the end of support, where support is limited in time."""
    status: int = NOT_YET
    coordinator: int = NONE
    former: int = NONE
    """The post that may not have the case again after a forced change."""
    had_coordinator: bool = False
    lost_on: int = -NEVER
    """The day on which the coordinator was lost, for the order of the waiting list."""
    handover_left: int = 0
    """Minutes that the former coordinator did not get to hand over."""
    weighs: int = 0
    """What the case counts with its coordinator, in hundredths."""
    next_waiting: int = NONE
    previous_waiting: int = NONE
    next_leaving: int = NONE
    next_case: int = NONE
    previous_case: int = NONE
    first_task: int = NONE
    contact: int = NONE
    """The task of this month's contact."""
    handover: int = NONE
    """The task of handing over."""
    follow_up: int = NONE
    """The task of the agreed follow-up."""
    follow_up_from: int = 0
    """The day from which the next agreed follow-up is wanted."""
    first_meeting: int = NONE
    state: int = 0
    """State of the layer of outcomes."""
    quarters: int = 0
    """Quarters in that state."""


@dataclass(slots=True)
class Post:
    """One coordinator's post and whoever holds it now."""

    daily: int = 0
    """Minutes for cases on a working day in full work."""
    district: int = 0
    specialist: bool = False
    holder: int = 1
    """Which person holds the post, from 1; counted up at each hiring."""
    hired: int = -NEVER
    """The day of hiring; long ago for the first holder, who is experienced."""
    employed: bool = True
    leaving: bool = False
    """Notice is given: no new cases."""
    away_until: int = 0
    """The first day of work after the spells of absence known so far."""
    away: bool = False
    change: int = NEVER
    """The day on which the post changes next: notice, last day, or a newcomer."""
    turn: int = 0
    """How many holders have left."""
    cases: int = 0
    weight: int = 0
    """Weight of the open cases, in hundredths of a case."""
    first_case: int = NONE
    first_place: int = 0
    """Where the twin's to-do list begins among the places; see :mod:`simulation.compiled_todo`."""
    listed: int = 0
    """Places taken on it."""
    backlog: int = 0
    """Minutes on the to-do list."""
    balance: int = 0
    """Minutes at hand today; below zero after a long appointment, which the next days pay back."""
    available: int = 0
    """Minutes of work time since the last time they were written down."""


@dataclass(slots=True)
class Meeting:
    """A meeting to be held with one youth, known from the start of the run or called for on the way."""

    youth: int = 0
    occasion: int = 0
    """Which of the youth's meetings, from 1; fixed meetings first, in the order of the rules."""
    rule: int = 0
    """The rule's place among the run's rules, or EXTRA."""
    reason: int = 0
    """Why an extra meeting is called for."""
    earliest: int = 0
    target: int = 0
    latest: int = NEVER
    """The last day on time; never for an extra meeting, which is not late."""
    waits_for: int = 0
    since: int = 0
    """The day from which it has waited for that."""
    attempts: int = 0
    booked: int = NONE
    """The day it is booked for."""
    roles: int = 0
    """One bit for each role of the team that is asked to come."""
    preparation: int = NONE
    """The task of preparing it."""
    invitation: int = NONE
    """The task of inviting."""
    over: bool = False
    next_meeting: int = NONE
    """The youth's next open meeting."""
    next_booked: int = NONE
    """The next meeting on the same day."""
    unplaced: bool = False
    """No common day was found; it is tried again each week."""
    next_unplaced: int = NONE
    """The next meeting of which that is true, in their order."""


@dataclass(slots=True)
class Task:
    """A piece of work on one case."""

    youth: int = 0
    kind: int = 0
    left: int = 0
    """Minutes still to do."""
    created: int = 0
    deadline: int = 0
    meeting: int = NONE
    rule: int = 0
    """Of the meeting, with its occasion and attempt."""
    occasion: int = 0
    attempt: int = 0
    worker: int = NONE
    """The post that has it on its list."""
    over: bool = False
    """Done, lapsed or no longer wanted."""
    next_task: int = NONE
    """The youth's next open task."""


@dataclass(slots=True)
class Place:
    """A place on a to-do list of the twin."""

    order: int = 0
    """Rank, keys and youth of the task in one number: what is less comes first."""
    task: int = NONE


@dataclass(slots=True)
class Day:
    """One day of the calendar."""

    works: bool = False
    weekday: int = 0
    month_begins: bool = False
    still: int = 0
    """Days of standstill before this one."""
    team_day: bool = False
    """A fixed day of the team, on which the youth is assumed to be able to come."""
    guidance: int = 0
    """Meetings that the role can still be had for on this day."""
    employment: int = 0
    placement: int = 0
    adult: int = 0
    reserved: int = 0
    """Of these, how many are kept for fixed meetings."""
    next_open: int = NONE
    """The first day from this one on for which guidance and employment, who come to every meeting, can
    both still be had; the number of days where there is none."""
    first_booked: int = NONE
    """The first of the day's meetings, in the order in which they were booked."""
    last_booked: int = NONE
    first_leaving: int = NONE
    """The first youth whose support ends on this day."""


@dataclass(slots=True)
class Month:
    """What the leadership group can see of one month."""

    due: int = 0
    late: int = 0
    waiting: int = 0
    """Youths without a coordinator when the month began."""


class Chance(NamedTuple):
    """Numbers below CERTAIN for one occasion of one youth."""

    comes: int = 0
    guidance: int = 0
    employment: int = 0
    placement: int = 0
    adult: int = 0
    moves: int = 0
    where: int = 0


@dataclass(slots=True)
class Stay:
    """How long one holder stays in a post and how long it then stands empty, in days."""

    tenure: int = NEVER
    vacancy: int = 0


@dataclass(slots=True)
class Turn:
    """The holder of a post falls ill, or a spell of absence ends."""

    day: int = 0
    post: int = 0
    begins: bool = False
    end: int = 0
    """The first day after the spell."""


@dataclass(slots=True)
class Happening:
    """Something that life or the rules bring one youth on a day."""

    day: int = 0
    youth: int = 0
    kind: int = 0
    detail: int = NONE
    """The meeting concerned, or the number of the quarter."""


@dataclass(slots=True)
class Event:
    """One row of the event log, in numbers; :mod:`simulation.journal` gives the words."""

    day: int = 0
    phase: int = 0
    case: int = 0
    activity: int = 0
    resource: int = 0
    minutes: int = 0
    cause: int = 0
    rule: int = 0
    occasion: int = 0
    days: int = 0


@dataclass(slots=True)
class Office:
    """What the municipality has decided, in the units of a run, and what it keeps count of."""

    first_counted: int = 0
    last_day: int = 0
    posts: int = 0
    """Posts at the start; those that the leadership group may add come after them."""
    # Who gets in
    board_days: int = 0
    """Days between two meetings of the visitation board; 0 for no board."""
    board_places: int = 0
    limited_stay: bool = False
    # Coordinators
    ceiling: int = 0
    """Hundredths of a case."""
    weight_under_18: int = 100
    weight_first_year: int = 100
    weight_later: int = 100
    principle: int = 0
    by_need: bool = False
    """High needs go first in the waiting list."""
    forced_change: bool = False
    deputies: bool = False
    notice_days: int = 0
    ramp_days: float = 0.0
    ramp_start: float = 1.0
    # Work, in minutes
    intake: int = 0
    crisis: int = 0
    invitation: int = 0
    appointment: int = 0
    preparation: int = 0
    write_up: int = 0
    extra_preparation: int = 0
    extra_write_up: int = 0
    handover_half: int = 0
    contact_under_18: int = 0
    contact_first_year: int = 0
    contact_later: int = 0
    follow_up: int = 0
    follow_up_days: int = 0
    priority: int = 0
    first_priority: int = 0
    # Meetings
    notice_guidance: int = 0
    notice_employment: int = 0
    notice_placement: int = 0
    notice_adult: int = 0
    search_days: int = 0
    stays_away: int = 0
    """Below this chance a professional cancels and sends nobody."""
    quorum: int = 0
    professional_minutes: int = 0
    other_professionals: int = 0
    """Professionals at a meeting beside the coordinator, the roles among them."""
    # Leadership group
    leadership: int = 0
    leadership_months: int = 1
    leadership_delay: int = 0
    leadership_threshold: float = 0.0
    leadership_budget: int = 0
    hiring_days: int = 0
    steps: int = 0
    paused: bool = False
    # Outcomes
    outcomes: bool = False
    effect: float = 1.0
    change_effect: float = 1.0
    # Counts
    month: int = NONE
    new_month: bool = False
    new_week: bool = False
    next_board: int = 0
    support_checked: int = 0
    """Support that ended before this day has been seen to."""
    first_here: int = 0
    """All youths before this one have gone."""
    waiting: int = 0
    first_waiting: int = NONE
    last_waiting: int = NONE
    first_unplaced: int = NONE
    last_unplaced: int = NONE
    places: int = 0
    """Room on each to-do list of the twin."""
    tasks: int = 0
    events: int = 0
    full: bool = False
    """The compiled twin has no room left and must begin again with more."""


class Town(NamedTuple):
    """Everything one run reads and changes."""

    office: Sequence[Office]
    """One row."""
    youths: Sequence[Youth]
    posts: Sequence[Post]
    meetings: Sequence[Meeting]
    tasks: Sequence[Task]
    days: Sequence[Day]
    months: Sequence[Month]
    diary: list[int]
    """Minutes of appointments, all days of the first post, then of the second, and so on."""
    chances: Sequence[Chance]
    """CHANCES rows a youth."""
    efforts: list[int]
    """CHANCES numbers a youth: what the time of a piece of work is multiplied with, in parts of 1,024."""
    streams: np.ndarray
    """Where each youth's numbers lie, one STREAM a youth; the twin draws chances and efforts from there
    when it meets them, unless they were written down."""
    jumps: np.ndarray
    quantiles: np.ndarray
    """The efforts that are equally likely, 1,024 of them; none where all are 1,024."""
    stays: Sequence[Stay]
    """CHANCES rows a post."""
    log: Sequence[Event]
    places: Sequence[Place]
    """The to-do lists of the twin, so many places for each post."""
    lists: Sequence[list[tuple[int, ...]]] = ()
    """The to-do lists of the SimPy engine, a heap for each post."""


_NUMBERS = {int: np.int32, float: np.float64, bool: np.bool_}
_NARROW: dict[str, dict[type, tuple[str, ...]]] = {
    "Event": {np.int8: ("phase", "activity", "cause", "rule")},
    "Meeting": {
        np.int8: ("rule", "reason", "waits_for", "roles"),
        np.int16: ("occasion", "attempts"),
    },
    "Task": {np.int8: ("kind", "rule"), np.int16: ("occasion", "attempt")},
    "Chance": {
        np.uint16: (
            "comes",
            "guidance",
            "employment",
            "placement",
            "adult",
            "moves",
            "where",
        )
    },
}
"""Fields that need less room; a run spends most of its time waiting for memory."""
_WIDE = {"Place": ("order",)}


@cache
def record(row: type) -> np.dtype[np.void]:
    """Return the record that holds the fields of *row* in an array.

    The widest fields lie first, so that no room is lost between them.
    """
    kinds = {name: _NUMBERS[kind] for name, kind in row.__annotations__.items()}
    for narrow, names in _NARROW.get(row.__name__, {}).items():
        kinds |= dict.fromkeys(names, narrow)
    kinds |= dict.fromkeys(_WIDE.get(row.__name__, ()), np.int64)
    offsets: dict[str, int] = {}
    end = 0
    for name in sorted(kinds, key=lambda name: -np.dtype(kinds[name]).itemsize):
        offsets[name] = end
        end += np.dtype(kinds[name]).itemsize
    widest = max(np.dtype(kind).itemsize for kind in kinds.values())
    return np.dtype(
        {
            "names": list(kinds),
            "formats": list(kinds.values()),
            "offsets": [offsets[name] for name in kinds],
            "itemsize": -(-end // widest) * widest,
        },
        align=True,
    )


def table(row: type, count: int) -> np.ndarray:
    """Return *count* records of the class *row*, each with its default values."""
    return np.repeat(_default(row), count)


def copied(rows: np.ndarray, chosen: np.ndarray | slice = slice(None)) -> np.ndarray:
    """Return a copy of *rows*, or of those that are *chosen*.

    NumPy copies records field by field; as mere bytes it takes a tenth of the time.
    """
    found: np.ndarray = rows.view(f"V{rows.itemsize}")[chosen]
    return (found.copy() if isinstance(chosen, slice) else found).view(rows.dtype)


@cache
def _default(row: type) -> np.ndarray:
    values = row()
    return np.array([tuple(getattr(values, n) for n in row.__annotations__)], dtype=record(row))
