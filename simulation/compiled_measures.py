"""Two walks through an event log that count what the measures are made of, as machine code.

The first notes for each youth what later events are held against: when somebody came of age, got a first
coordinator, left, and when each fixed meeting was held. The second counts. What the counts mean is said in
:mod:`simulation.measures`. Importing this module loads Numba, which takes most of a second.
"""

from typing import NamedTuple

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

from simulation.codes import (
    ACTIVITIES,
    ADMITTED,
    ASSIGNED,
    ATTENDED,
    AVAILABLE,
    AWAY,
    BACK,
    BACKLOG,
    DECLINED,
    DEPUTY,
    DUE,
    FIRST,
    HELD,
    HIRED,
    LATE_DAYS,
    LEFT,
    LOST,
    MISSED,
    NO_SHOW_EVENT,
    REFERRED,
    RESIGNED,
    ROLES,
    STATUS,
    TURNED_18,
    VACANCY,
    WORDS,
    WORK,
)
from simulation.journal import HOLDERS, Log
from simulation.machine_code import to_machine_code

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FAR = 1 << 30
"""A day after everything."""


class Bounds(NamedTuple):
    """What of a run is counted."""

    year_starts: Ints
    """The day on which each counted year begins, and the day after the last."""
    posts: int
    """Posts at the start."""
    rules: int
    """Rules of meetings, the two that are none included."""


class Known(NamedTuple):
    """What the whole log says of each youth, and how large the tables of the counts must be."""

    of_age: Ints
    """Day of the 18th birthday or, for whoever was older, of the referral; :data:`FAR` if neither came."""
    first: Ints
    """Day of the first coordinator, or :data:`FAR`."""
    gone: Ints
    """Day of leaving or declining, or :data:`FAR`."""
    left: Ints
    """Day of leaving, or :data:`FAR`."""
    first_due: Ints
    """Where in ``held_on`` the meetings of each youth begin; one more than there are youths."""
    held_on: Ints
    """Day on which the meeting of each occasion that falls due was held, or :data:`FAR`."""
    posts: int
    """Posts that were ever held."""
    losses: int
    """How often youths lost a coordinator."""


class Counts(NamedTuple):
    """What was counted; a *number* is of events on counted days."""

    due: Ints
    """Fixed meetings that fell due: a row a rule, a column a counted year."""
    late: Ints
    """Of these, not held by that day."""
    late_days: Ints
    """Late days by cause."""
    numbers: Ints
    """Events of each activity."""
    deputies: int
    """Meetings held by a deputy."""
    waits: Ints
    """Days to a first coordinator, or so far, of each youth referred on a counted day, in that order."""
    board_days: int
    """Days until the board admitted, summed over whoever it admitted on a counted day."""
    in_programme: Ints
    """Youths in the programme on each counted day."""
    cases: Ints
    """Cases of each post on each counted day."""
    held: Ints
    """Whether each post was held on each counted day: above 0 if so."""
    away: int
    """Counted days on which holders were away, summed over posts."""
    kept: Ints
    """Youths whose coordinator at a counted year's start was theirs to its end."""
    followed: Ints
    """Youths with a coordinator at a counted year's start who were there to its end."""
    lost: Ints
    """Coordinators lost: a row a reason, a column a counted year."""
    gaps: Ints
    """Days from each loss on a counted day to the next coordinator, or so far."""
    work: Ints
    """Minutes of work on the to-do lists: a row a kind, a column a counted year."""
    meeting_minutes: Ints
    """Coordinators' minutes in meetings and no-shows in each counted year."""
    adult_minutes: int
    """Of both, minutes for youths of age."""
    lapsed: Ints
    """Minutes of contact that lapsed in each counted year."""
    overdue: Ints
    """Of these, for youths who had a coordinator."""
    available_in: Ints
    """Coordinators' minutes available in each counted year; what is written down at the beginning of a
    month belongs to the one before."""
    backlog_growth: int
    """Minutes on the to-do lists at the end minus those when counting began."""
    in_state: Ints
    """Counted days of all youths by state of education and work."""
    attended: Ints
    """Minutes of other professionals in meetings by purse."""
    came: Ints
    """Minutes of each role in meetings: a row a role, a column a counted year."""


@to_machine_code
def look_ahead(log: Log, posts: int) -> Known:  # noqa: C901, PLR0912 (one walk)
    """Return what the whole of *log* says of each youth; there are *posts* at the start."""
    cases = 1
    for row in log:
        cases = max(cases, row.case + 1)
    of_age, first = np.full(cases, FAR), np.full(cases, FAR)
    gone, left = np.full(cases, FAR), np.full(cases, FAR)
    first_due = np.zeros(cases + 1, dtype=np.int64)
    losses = 0
    for row in log:
        if row.activity == TURNED_18:
            of_age[row.case] = row.day
        elif row.activity == ASSIGNED:
            if row.cause == FIRST:
                first[row.case] = row.day
        elif row.activity == LEFT:
            left[row.case] = row.day
            gone[row.case] = row.day
        elif row.activity == DECLINED:
            gone[row.case] = row.day
        elif row.activity == DUE:
            first_due[row.case + 1] = max(first_due[row.case + 1], row.occasion + 1)
        elif row.activity == LOST:
            losses += 1
        elif row.activity in (HIRED, AVAILABLE):
            posts = max(posts, row.resource // HOLDERS)
    for case in range(cases):
        first_due[case + 1] += first_due[case]
    held_on = np.full(first_due[cases], FAR)
    for row in log:
        if row.activity == HELD:
            place = first_due[row.case] + row.occasion
            if place < first_due[row.case + 1]:
                held_on[place] = row.day
    return Known(of_age, first, gone, left, first_due, held_on, posts, losses)


@to_machine_code
def count(log: Log, known: Known, bounds: Bounds) -> Counts:  # noqa: C901, PLR0912, PLR0915 (one walk)
    """Return the counts of *log*; what is not finished at the end lasts to the end."""
    years, end = bounds.year_starts.size - 1, bounds.year_starts[-1]
    cases, posts = known.of_age.size, known.posts
    due = np.zeros((bounds.rules, years), dtype=np.int64)
    late = np.zeros_like(due)
    numbers = np.zeros(len(ACTIVITIES), dtype=np.int64)
    late_days = np.zeros(len(WORDS), dtype=np.int64)
    in_state, attended = np.zeros_like(late_days), np.zeros_like(late_days)
    work = np.zeros((len(WORDS), years), dtype=np.int64)
    lost, came = np.zeros_like(work), np.zeros((len(ROLES) + 1, years), dtype=np.int64)
    kept, followed = np.zeros(years, dtype=np.int64), np.zeros(years, dtype=np.int64)
    lapsed, overdue = np.zeros_like(kept), np.zeros_like(kept)
    meeting_minutes, available_in = np.zeros_like(kept), np.zeros_like(kept)
    deputies = board_days = away = adult_minutes = 0
    hours_from = hours_to = log[0].day if log.size else 0
    gaps = np.empty(known.losses, dtype=np.int64)
    gapped = 0
    in_programme = np.zeros(end + 1, dtype=np.int64)
    with_post = np.zeros((posts, end + 1), dtype=np.int64)
    held = np.zeros_like(with_post)
    held[: bounds.posts, 0] = 1
    waits = np.empty(cases, dtype=np.int64)
    waited = 0
    post_of, since = np.full(cases, -1), np.zeros(cases, dtype=np.int64)
    lost_on = np.full(cases, FAR)
    state_of, state_since = np.full(cases, -1), np.zeros(cases, dtype=np.int64)
    away_since, who_is_away = np.full(posts, -1), np.zeros(posts, dtype=np.int64)
    backlog = backlog_before = backlog_first = 0
    backlog_day = backlog_first_day = FAR
    year = 0
    for row in log:
        day, case, activity = row.day, row.case, row.activity
        at = min(max(day, 0), end)
        counted = 0 <= day < end
        if counted:
            numbers[activity] += 1
            while day >= bounds.year_starts[year + 1]:
                year += 1
        if activity == WORK:
            if counted:
                work[row.cause, year] += row.minutes
                if day >= known.of_age[case]:
                    adult_minutes += row.minutes
        elif activity in (HELD, NO_SHOW_EVENT):
            if counted:
                meeting_minutes[year] += row.minutes
                deputies += activity == HELD and row.cause == DEPUTY
                if day >= known.of_age[case]:
                    adult_minutes += row.minutes
        elif activity == ATTENDED:
            if counted:
                attended[row.cause] += row.minutes
                came[-1 - row.resource, year] += row.minutes
        elif activity == MISSED:
            if counted:
                lapsed[year] += row.minutes
                if row.cause != VACANCY:
                    overdue[year] += row.minutes
        elif activity == DUE:
            if counted:
                due[row.rule, year] += 1
                held_on = known.held_on[known.first_due[case] + row.occasion]
                late[row.rule, year] += min(held_on, end) > day
        elif activity == LATE_DAYS:
            if 0 < day <= end:
                late_days[row.cause] += row.days
        elif activity == REFERRED:
            in_programme[at] += 1
            if counted:
                waits[waited] = min(known.first[case], known.gone[case], end) - day
                waited += 1
        elif activity == ADMITTED:
            if counted:
                board_days += row.days
        elif activity in (ASSIGNED, LOST, LEFT, DECLINED):
            if activity != DECLINED and post_of[case] >= 0:
                with_post[post_of[case], at] -= 1
                _count_years(followed, kept, since[case], day, known.left[case], bounds)
                post_of[case] = -1
            if activity != DECLINED and lost_on[case] != FAR:
                gaps[gapped] = at - lost_on[case]
                gapped += 1
                lost_on[case] = FAR
            if activity == LOST and counted:
                lost[row.cause, year] += 1
                lost_on[case] = day
            if activity == ASSIGNED:
                post_of[case], since[case] = row.resource // HOLDERS - 1, day
                with_post[post_of[case], at] += 1
            elif activity != LOST:
                in_programme[at] -= 1
            if activity == LEFT and state_of[case] >= 0:
                in_state[state_of[case]] += at - min(max(state_since[case], 0), end)
                state_of[case] = -1
        elif activity == STATUS:
            if state_of[case] >= 0:
                in_state[state_of[case]] += at - min(max(state_since[case], 0), end)
            state_of[case], state_since[case] = row.cause, day
        elif activity == HIRED:
            held[row.resource // HOLDERS - 1, at] += 1
        elif activity in (AWAY, BACK, RESIGNED):
            post = row.resource // HOLDERS - 1
            if activity == RESIGNED:
                held[post, at] -= 1
            if away_since[post] >= 0 and who_is_away[post] == row.resource:
                away += at - min(away_since[post], end)
                away_since[post] = -1
            if activity == AWAY:
                away_since[post], who_is_away[post] = max(day, 0), row.resource
        elif activity == AVAILABLE:
            if day != hours_to:
                hours_from, hours_to = hours_to, day
            middle = (hours_from + hours_to) // 2
            if 0 <= middle < end:
                available_in[_year_of(middle, bounds)] += row.minutes
        elif activity == BACKLOG:
            if day != backlog_day:
                backlog, backlog_day = 0, day
                if backlog_first_day == FAR:
                    backlog_first_day = day
            backlog += row.minutes
            if day == backlog_first_day:
                backlog_first = backlog
            if day <= 0:
                backlog_before = backlog
    for case in range(cases):
        if post_of[case] >= 0:
            _count_years(followed, kept, since[case], FAR, known.left[case], bounds)
        if lost_on[case] != FAR:
            gaps[gapped] = end - lost_on[case]
            gapped += 1
        if state_of[case] >= 0:
            in_state[state_of[case]] += end - min(max(state_since[case], 0), end)
    for post in range(posts):
        if away_since[post] >= 0:
            away += end - min(away_since[post], end)
    _add_up(in_programme)
    for post in range(posts):
        _add_up(with_post[post])
        _add_up(held[post])
    grown = backlog - (backlog_before if backlog_first_day <= 0 else backlog_first)
    return Counts(
        due, late, late_days, numbers, deputies, waits[:waited], board_days,
        in_programme[:end], with_post[:, :end], held[:, :end], away, kept, followed,
        lost, gaps[:gapped], work, meeting_minutes, adult_minutes, lapsed, overdue,
        available_in, grown, in_state, attended, came,
    )  # fmt: skip


class Daily(NamedTuple):
    """What the posts add up to, one element a counted day."""

    posts: Ints
    """Posts that are held."""
    waiting: Ints
    """Youths in the programme without a coordinator."""
    caseload: Floats
    """Cases ÷ posts; not a number where no post is held."""
    spread: Ints
    """Most cases less fewest, among the posts that are held."""


@to_machine_code
def day_by_day(in_programme: Ints, cases: Ints, held: Ints) -> Daily:
    """Add up the *cases* of the posts, and those that are *held*; both are posts x days."""
    days = in_programme.size
    posts, spread = np.zeros(days, dtype=np.int64), np.zeros(days, dtype=np.int64)
    waiting, caseload = in_programme.copy(), np.full(days, np.nan)
    for day in range(days):
        with_coordinator, most, fewest = 0, 0, FAR
        for post in range(held.shape[0]):
            with_coordinator += cases[post, day]
            if held[post, day] > 0:
                posts[day] += 1
                most = max(most, cases[post, day])
                fewest = min(fewest, cases[post, day])
        waiting[day] -= with_coordinator
        if posts[day] > 0:
            caseload[day] = with_coordinator / posts[day]
            spread[day] = most - fewest
    return Daily(posts, waiting, caseload, spread)


@register_jitable
def _count_years(
    followed: Ints, kept: Ints, begin: int, end: int, left: int, bounds: Bounds
) -> None:
    """Count the years at whose start a youth had this coordinator, and to whose end the youth was there.

    And, second, those of them to whose end the coordinator was the same.
    """
    for year in range(bounds.year_starts.size - 1):
        first, last = bounds.year_starts[year], bounds.year_starts[year + 1]
        if begin <= first < end and left > last:
            followed[year] += 1
            kept[year] += end > last


@register_jitable
def _year_of(day: int, bounds: Bounds) -> int:
    year = 0
    while day >= bounds.year_starts[year + 1]:
        year += 1
    return year


@register_jitable
def _add_up(changes: Ints) -> None:
    for day in range(1, changes.size):
        changes[day] += changes[day - 1]
