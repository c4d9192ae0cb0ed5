"""Queueing theory to hold the model against, and the scenarios that come down to it.

A formula of a textbook knows no weekends. The model takes one step a day and gives cases out on working
days only, so each queue is also solved on that calendar: a Markov chain from working day to working day,
started empty as the run is. Those solutions are exact, and the runs are held against them; the formula
stands beside, to show how much the calendar moves.

Rates and times belong together: a rate a day goes with days, minutes go with minutes a day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from math import exp, expm1, gcd
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import hyp1f1, ndtri
from scipy.stats import binom, poisson

from data import ListedCase, PostPlan, Rule
from data.words import Words
from data.working_days import working_days
from simulation import codes
from simulation.cohort import DAYS_PER_YEAR, span
from simulation.journal import Log
from simulation.model import Run, run
from simulation.plan import daily_minutes, office_of
from simulation.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# --- Formulas ----------------------------------------------------------------------------------


def erlang_b(servers: int, offered: float) -> float:
    """Return the share of arrivals that find every one of *servers* taken and are turned away.

    *offered* is arrival rate × mean service time. M/G/c/c; Erlang (1917).

    >>> round(erlang_b(10, 5.0), 4)
    0.0184
    """
    return float(poisson.pmf(servers, offered) / poisson.cdf(servers, offered))


def erlang_c(servers: int, offered: float) -> float:
    """Return the share of arrivals that must wait: M/M/c without impatience; Erlang (1917).

    *offered* is arrival rate × mean service time, below *servers*.

    >>> round(erlang_c(10, 8.0), 4)
    0.4092
    """
    if offered >= servers:
        raise ValueError(f"offered is {offered}; it must be below servers, {servers}")
    blocked = erlang_b(servers, offered)
    load = offered / servers
    return blocked / (1 - load * (1 - blocked))


def erlang_c_wait(servers: int, arrivals: float, service: float) -> float:
    """Return the mean wait in M/M/c, in the unit of 1 ÷ *arrivals*; both are rates."""
    return erlang_c(servers, arrivals / service) / (servers * service - arrivals)


class Impatient(NamedTuple):
    """What the Erlang A formula says."""

    waits: float
    """Share of arrivals that find no free server."""
    abandons: float
    """Share of arrivals that leave before they are served."""
    mean_wait: float
    """Mean time in the queue of all arrivals, those who abandon included."""


def erlang_a(servers: int, arrivals: float, service: float, impatience: float) -> Impatient:
    """Return M/M/c+M: who waits leaves at the rate *impatience*; all are rates.

    Palm (1957) in the form of Mandelbaum and Zeltyn (2007), "Service engineering in action: the
    Palm/Erlang-A queue": A(x, y) = x eʸ y⁻ˣ γ(x, y), with γ the lower incomplete gamma function. That
    is Kummer's function M(1, x + 1, y), which SciPy has.
    """
    x, y = servers * service / impatience, arrivals / impatience
    spread = float(hyp1f1(1.0, x + 1, y))
    blocked = erlang_b(servers, arrivals / service)
    load = arrivals / (servers * service)
    waits = float(spread * blocked / (1 + (spread - 1) * blocked))
    abandons = waits * float(1 / (load * spread) + 1 - 1 / load)
    return Impatient(waits, abandons, abandons / impatience)


def mean_stay(scenario: Scenario) -> float:
    """Return the mean years in the programme of a youth placed before 18, without a limited stay.

    Entry at 15, or evenly up to the latest age; exponential leaving before 18, some without support
    at 18, exponential leaving after it, the end at 23.
    """
    before, after = scenario.leave_before_18_per_year, scenario.leave_after_18_per_year
    least = 18 - scenario.latest_entry_age
    share, width = scenario.share_entering_at_15, 3 - least
    # The chance of being there at 18, and its mean over an even entry age.
    reach_15 = exp(-before * 3)
    reach_even = (exp(-before * least) - reach_15) / (before * width)
    reach = share * reach_15 + (1 - share) * reach_even
    adult = scenario.support_granted_at_18 * -expm1(-after * 5) / after
    return (1 - reach) / before + reach * adult


def workload(rates: Sequence[float], squares: Sequence[float], load: float) -> float:
    """Return the mean work that waits in M/G/1: Pollaczek (1930) and Khinchine (1932).

    *rates* and *squares* (mean squares of the work an arrival brings) belong to the kinds of work;
    *load* is below 1. With work in days of one server, the answer is in days.

    >>> workload([0.8], [2.0], 0.8)  # M/M/1: ρ ÷ (1 - ρ) services
    4.000000000000001
    """
    return sum(r * s for r, s in zip(rates, squares, strict=True)) / (2 * (1 - load))


def preemptive_resume(
    rates: Sequence[float], means: Sequence[float], squares: Sequence[float]
) -> tuple[float, ...]:
    """Return the mean work that waits of each class in M/G/1, first class first.

    A class interrupts those after it, and what was interrupted goes on where it stopped. Classes 1 to
    k then see a queue of their own, so class k has the work of 1 to k less that of 1 to k - 1
    (Conway, Maxwell and Miller 1967, ch. 8; Kleinrock 1976, ch. 3).
    """
    loads = np.cumsum([r * m for r, m in zip(rates, means, strict=True)])
    whole = [
        workload(rates[: k + 1], squares[: k + 1], float(load)) for k, load in enumerate(loads)
    ]
    return tuple(float(part) for part in np.diff([0.0, *whole]))


def repairman(cases: int, service: float, delay: float) -> float:
    """Return the share of time one server is busy with *cases* that come back after a *delay*.

    The machine-repair queue (Palm 1947): exponential services with mean *service*, any delays with
    mean *delay*, first come first served. The server is idle as often as Erlang B says.
    """
    return 1 - erlang_b(cases, delay / service)


def busy_at_most(cases: int, service: float, delay: float) -> float:
    """Return the asymptotic bound of that share where a service takes no time beside the delay.

    A case asks for *service* at most once in *delay*, and nobody is busy more than always (Denning and
    Buzen 1978).
    """
    return min(1.0, cases * service / delay)


def busy_at_least(cases: int, service: float, delay: float) -> float:
    """Return the lower asymptotic bound: each case waits for the services of all *cases*."""
    return cases * service / (cases * service + delay)


# --- The same queues on the calendar of the model ----------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """What is expected on each day of a run that starts with nobody."""

    waiting: Floats
    """Youths waiting at the end of the day."""
    full: Floats
    """Chance that every place is taken at the end of the day; not a number on days off."""
    starts: Floats
    """Youths who get a place on the day."""


def places_on_calendar(
    works: Bools,
    places: int,
    arrivals: float,
    leaving: float,
    impatience: float = 0.0,
    room: int = 160,
) -> Waiting:
    """Solve M/M/c+M where places are given out and left on working days only; rates a day.

    Exact for the model: an exponential stay that ends on the first working day it has passed has no
    memory from one working day to the next. Who waits leaves on the whole day that the exponential
    patience ends in, at the earliest the day after the referral, so that the first night counts twice.
    *room* is the most youths at once that are followed.
    """
    steps = {g: _between(places, arrivals, leaving, impatience, room, g) for g in _gaps(works)}
    chances, today = _today(places, arrivals, impatience, room)
    there = np.zeros(room + 1)
    there[0] = 1.0
    numbers = np.arange(room + 1)
    queue = np.maximum(numbers - places, 0)
    waiting, starts = np.zeros(works.size), np.zeros(works.size)
    full = np.full(works.size, np.nan)
    since, kept, served = -1, 0.0, 0.0
    for day in range(works.size):
        gap = day - since
        if not works[day]:
            fresh = arrivals * (1 + sum(exp(-impatience * (j + 1)) for j in range(1, gap)))
            waiting[day] = kept * exp(-impatience * gap) + fresh
            continue
        before = there @ steps[gap]
        total = before @ chances
        waiting[day] = total @ np.maximum(np.arange(total.size) - places, 0)
        full[day] = total[places:].sum()
        taken = total @ np.minimum(np.arange(total.size), places)
        starts[day] = taken - served * exp(-leaving * gap)
        there = before @ today
        kept, served, since = float(there @ queue), float(taken), day
    if 1 - there.sum() > 1e-9:
        raise ValueError(f"room is {room}; more youths wait than that")
    return Waiting(waiting, full, starts)


def _gaps(works: Bools) -> list[int]:
    """Return the days from one working day to the next that occur, from the day before the first."""
    return [int(gap) for gap in np.unique(np.diff(np.flatnonzero(works), prepend=-1))]


def _between(
    places: int, arrivals: float, leaving: float, impatience: float, room: int, gap: int
) -> Floats:
    """Return the chances from one working day's end to the next one's morning, *gap* days on."""
    fresh = arrivals * sum(exp(-impatience * (j + 1)) for j in range(1, gap))
    came = poisson.pmf(np.arange(room + 1), fresh)
    found = np.zeros((room + 1, room + 1))
    for there in range(room + 1):
        served, queue = min(there, places), max(there - places, 0)
        stay = binom.pmf(np.arange(served + 1), served, exp(-leaving * gap))
        wait = binom.pmf(np.arange(queue + 1), queue, exp(-impatience * gap))
        found[there] = np.convolve(np.convolve(stay, wait), came)[: room + 1]
    return found


def _today(places: int, arrivals: float, impatience: float, room: int) -> tuple[Floats, Floats]:
    """Return the chances from the morning to the day's end, before and after its first night.

    Of those who came today and wait, each has one night more to leave in.
    """
    most = int(poisson.isf(1e-14, arrivals)) + 1
    came = poisson.pmf(np.arange(most + 1), arrivals)
    evening = np.zeros((room + 1, room + most + 1))
    night = np.zeros((room + 1, room + most + 1))
    for there in range(room + 1):
        evening[there, there : there + most + 1] = came
        for new, chance in enumerate(came):
            fresh = min(new, max(there + new - places, 0))
            left = binom.pmf(np.arange(fresh + 1), fresh, -expm1(-impatience))
            night[there, there + new - np.arange(fresh + 1)] += chance * left
    return evening, night[:, : room + 1]


def present_on_calendar(works: Bools, arrivals: float, leaving: float) -> Floats:
    """Return how many are expected in the programme at the end of each day, without a ceiling.

    M/G/∞ started empty (Eick, Massey and Whitt 1993), with places given out on working days; rates a
    day. The number is Poisson with this mean.
    """
    found = np.zeros(works.size)
    served = waiting = 0.0
    since = -1
    for day in range(works.size):
        waiting += arrivals
        if works[day]:
            served = served * exp(-leaving * (day - since)) + waiting
            waiting, since = 0.0, day
        found[day] = served + waiting
    return found


def backlog_on_calendar(
    works: Bools, streams: Sequence[tuple[float, Floats]], daily: int, room: int
) -> tuple[Floats, Floats]:
    """Return the minutes expected on a to-do list before the work of each working day, and worked on it.

    Lindley's recursion W' = max(0, W - D) + A (1952). Each of *streams* is Poisson: its rate a day,
    and the chances of the minutes 0, 1, 2 … that an arrival brings; what comes on days off is there on
    the next working day. *room* is the most minutes that are followed. Not a number on days off.
    """
    every = [minutes for _, sizes in streams for minutes in np.flatnonzero(sizes).tolist()]
    unit = gcd(daily, *every)
    size = 1 << int(np.ceil(np.log2(2 * room // unit)))
    parts = [(rate, np.fft.rfft(sizes[::unit], size)) for rate, sizes in streams]
    brought = {
        gap: np.exp(sum(rate * gap * (part - 1) for rate, part in parts)) for gap in _gaps(works)
    }
    at = np.zeros(size)
    at[0] = 1.0
    minutes = unit * np.arange(size)
    found, worked = np.full((2, works.size), np.nan)
    step = daily // unit
    days = np.flatnonzero(works)
    for day, gap in zip(days, np.diff(days, prepend=-1), strict=True):
        at = np.fft.irfft(np.fft.rfft(at) * brought[int(gap)], size)
        at[size // 2 :] = 0.0
        found[day] = at @ minutes
        worked[day] = at @ np.minimum(minutes, daily)
        at = np.concatenate([[at[: step + 1].sum()], at[step + 1 :], np.zeros(step)])
    if 1 - at.sum() > 1e-7:
        raise ValueError(f"room is {room}; more minutes wait than that")
    return found, worked


def exactly(minutes: int) -> Floats:
    """Return the chances of work that always takes so many *minutes*."""
    return np.asarray(np.eye(minutes + 1)[minutes])


def varied(minutes: int, variation: float) -> Floats:
    """Return the chances of work with mean *minutes* that varies as in the model.

    Lognormal with the coefficient of variation *variation*, as 1,024 equally likely factors in
    thousandths, the product rounded down to a whole minute.
    """
    factors = np.exp(np.sqrt(np.log1p(variation**2)) * ndtri((np.arange(1024) + 0.5) / 1024))
    thousandths = np.rint(1000 * factors / factors.mean()).astype(np.int64)
    return np.bincount(minutes * thousandths // 1000) / 1024


def moments(sizes: Floats) -> tuple[float, float]:
    """Return mean and mean square of what *sizes* gives the chances of."""
    values = np.arange(sizes.size)
    return float(sizes @ values), float(sizes @ values**2)


def follow_ups_on_calendar(
    works: Bools, monday: int, cases: int, minutes: int, daily: int, weeks: int
) -> Floats:
    """Return the minutes worked on each day by one case manager whose *cases* come back.

    The closed loop without chance: on the first working day of a week each case asks again if its last
    talk was at least *weeks* ago, and talks of so many *minutes* are held in turn, *daily* minutes a
    working day. The first day is the first working day, on which every case begins its first delay;
    *monday* is the first Monday.
    """
    worked = np.zeros(works.size)
    first = int(np.flatnonzero(works)[0])
    wanted = np.full(cases, first + 7 * weeks)
    queue: list[list[int]] = []
    asked = False
    for day in range(works.size):
        asked = asked or (day - monday) % 7 == 0
        if not works[day]:
            continue
        if asked:
            inside = {case for case, _ in queue}
            queue += [[c, minutes] for c in range(cases) if c not in inside and day >= wanted[c]]
            asked = False
        left = daily
        while queue and left > 0:
            done = min(left, queue[0][1])
            left -= done
            queue[0][1] -= done
            worked[day] += done
            if queue[0][1] == 0:
                wanted[queue.pop(0)[0]] = day + 7 * weeks
    return worked


# --- The scenarios that come down to them ------------------------------------------------------


@cache
def _nothing_due() -> tuple[Rule, ...]:
    """Return the rules of a municipality without fixed meetings, in which no course ends by age.

    A scenario must have a rule. This one comes into force far beyond every run; that it ends a course
    at 14 says that nobody comes before the run, so that it starts empty.
    """
    return (
        Rule(
            id="programme_end",
            kind="end",
            anchor="birthday",
            earliest_months=168,
            target_months=168,
            latest_months=168,
            basis="local",
            valid_from=date(2999, 1, 1),
            source="simulation/theory.py",
            checked_on=date(2026, 11, 22),
            name=Words(da="Ingen regel er i kraft", en="No rule is in force"),
        ),
    )


def quiet_town(**changes: object) -> Scenario:
    """Return a municipality where nothing happens but what *changes* bring.

    No meetings, crises or contact, nobody resigns or falls ill, everybody is referred at once and
    stays for good. Each post has 240 minutes for cases on a working day.
    """
    nothing = dict.fromkeys(
        [
            "annual_turnover",
            "sick_spells_per_year",
            "long_absences_per_year",
            "leave_before_18_per_year",
            "leave_after_18_per_year",
            "crises_per_year",
            "crisis_meeting_share",
            "extra_meetings_under_18",
            "extra_meetings_over_18",
            "placement_changes_per_year",
            "dropouts_per_year",
            "referral_delay_weeks",
            "board_interval_weeks",
            "intake_hours",
            "contact_hours_under_18",
            "contact_hours_first_year_after_18",
            "contact_hours_later",
            "follow_up_interval_weeks",
            "work_variation",
            "inflow_per_year",
        ],
        0,
    )
    fixed = {
        "rules": _nothing_due(),
        "weekly_hours": 37,
        "case_hours_per_year": 1004,
        "standstill_weeks": (),
        "support_granted_at_18": 1,
        "coordinators": 1,
    }
    return Scenario.preset("medium", **(nothing | fixed | changes))


def town_of(cases: int, **changes: object) -> Scenario:
    """Return a quiet town with one coordinator who has so many *cases* for good, and no others."""
    start = date(2027, 1, 1)
    listed = tuple(
        ListedCase(f"2027-{n:03}", start - timedelta(days=16 * 365 + n), start, "K1")
        for n in range(cases)
    )
    fixed = {"cases": listed, "posts": (PostPlan("K1", 37.0),), "caseload_ceiling": cases}
    return quiet_town(**(fixed | changes))


def without_ceiling(months: float) -> Scenario:
    """Return the town that comes down to M/G/∞ with exponential stays of so many *months*."""
    return quiet_town(
        coordinators=10,
        caseload_ceiling=200,
        inflow_per_year=120,
        stay_from_assignment_months=months,
        years=1,
        warm_up_years=2,
    )


def with_places(places: int, inflow: float, months: float, leave: float = 0.0) -> Scenario:
    """Return the town that comes down to M/M/c, or to M/M/c+M where those who wait *leave* (a year)."""
    return quiet_town(
        coordinators=2,
        caseload_ceiling=places // 2,
        inflow_per_year=inflow,
        stay_from_assignment_months=months,
        leave_before_18_per_year=leave,
        leave_after_18_per_year=leave,
        years=38,
        warm_up_years=2,
    )


def with_crises(variation: float = 0.0) -> Scenario:
    """Return the town of one to-do list with crises only: 30 cases, each crisis 4 hours on average."""
    return town_of(30, crises_per_year=6, crisis_hours=4, work_variation=variation, years=4)


def with_two_classes() -> Scenario:
    """Return the town of one to-do list where crises (8 hours) come before invitations (6 hours).

    The team has no time, so that an invitation, once done, leads to no further work.
    """
    return town_of(
        20,
        crises_per_year=2.2,
        crisis_hours=8,
        extra_meetings_under_18=3,
        extra_meetings_over_18=3,
        invitation_hours=6,
        team_slots_per_week=0,
        search_weeks=1,
        years=10,
    )


def with_follow_ups(cases: int, variation: float = 0.0) -> Scenario:
    """Return the closed loop of a case manager: talks of 2 hours, the next wanted 4 weeks later."""
    return town_of(
        cases,
        follow_up_interval_weeks=4,
        agreed_follow_up_hours=2,
        work_variation=variation,
        years=10,
    )


def with_cases_in_turn(ceiling: int) -> Scenario:
    """Return the same loop where cases are closed after 12 months on average and others wait."""
    return quiet_town(
        caseload_ceiling=ceiling,
        inflow_per_year=4 * ceiling,
        leave_before_18_per_year=1,
        leave_after_18_per_year=1,
        stay_from_assignment_months=12,
        follow_up_interval_weeks=4,
        agreed_follow_up_hours=2,
        work_variation=1,
        years=10,
    )


def beside_quiet(scenario: Scenario) -> dict[str, object]:
    """Return what *scenario* has that a quiet town has not; cases and posts one by one are counted."""
    found = {name: mine for name, (mine, _) in scenario.differences(quiet_town()).items()}
    return {
        name: len(value) if name in {"cases", "posts"} and isinstance(value, tuple) else value
        for name, value in found.items()
    }


# --- Runs held against theory ------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One quantity by theory and by simulation."""

    quantity: str
    theory: float
    """Exact for the model, on its calendar; or what *quantity* says."""
    simulation: float
    error: float
    """Standard error of the simulation over independent replications; 0 where nothing is left to chance."""
    textbook: float = float("nan")
    """The formula that knows no calendar, where there is one."""

    @property
    def z(self) -> float:
        """Standard errors between simulation and theory; 0 where both agree to a billionth."""
        apart = self.simulation - self.theory
        if abs(apart) <= 1e-9 * max(1.0, abs(self.theory)):
            return 0.0
        return apart / self.error if self.error else float("inf")


def as_table(lines: Sequence[Line]) -> "pd.DataFrame":
    """Return *lines* as a table, one row a quantity."""
    import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

    rows = {
        line.quantity: {
            "textbook": line.textbook,
            "theory": line.theory,
            "simulation": line.simulation,
            "standard error": line.error,
            "z": line.z,
        }
        for line in lines
    }
    return pd.DataFrame.from_dict(rows, orient="index").dropna(axis="columns", how="all")


def _line(
    quantity: str,
    theory: float,
    tops: Sequence[float],
    bottoms: Sequence[float] | None = None,
    textbook: float = float("nan"),
) -> Line:
    """Return the line of a mean over replications, or of a ratio of two means (by the delta method)."""
    top = np.asarray(tops, dtype=np.float64)
    bottom = np.ones(top.size) if bottoms is None else np.asarray(bottoms, dtype=np.float64)
    found = float(top.sum() / bottom.sum())
    apart = (top - found * bottom).std(ddof=1) / bottom.mean()
    return Line(quantity, theory, found, float(apart / np.sqrt(top.size)), textbook)


def _poisson_lines(mean: float, counts: Sequence[float], textbook: float) -> tuple[Line, Line]:
    """Return the lines of a number that should be Poisson: its mean, and its variance beside it.

    The variance of a sample variance of Poisson numbers is (m + 2 m² n ÷ (n - 1)) ÷ n.
    """
    n = len(counts)
    error = float(np.sqrt((mean + 2 * mean**2 * n / (n - 1)) / n))
    variance = float(np.var(counts, ddof=1))
    return (
        _line("youths in the programme, mean", mean, counts, textbook=textbook),
        Line("youths in the programme, variance", mean, variance, error, textbook),
    )


def _works(scenario: Scenario) -> Bools:
    """Return for each day of a run, the years before included, whether the municipality works."""
    first, last = span(scenario)
    start = scenario.start + timedelta(days=first)
    return working_days(start, last - first, scenario.standstill_weeks)


def _by_day(log: Log, days: int, activity: int, cause: int | None = None, first: int = 0) -> Floats:
    """Return the events of a kind on each of *days* days from *first*."""
    found = log[log["activity"] == activity]
    if cause is not None:
        found = found[found["cause"] == cause]
    return np.bincount(found["day"] - first, minlength=days)[:days].astype(np.float64)


def _minutes_by_day(log: Log, days: int, kind: int) -> Floats:
    found = log[(log["activity"] == codes.WORK) & (log["cause"] == kind)]
    each = np.bincount(found["day"], weights=found["minutes"], minlength=days)
    return np.asarray(each[:days], dtype=np.float64)


def infinite_ceiling(replications: int = 200, seed: int = 1) -> tuple[Line, ...]:
    """M/G/∞ with the stays of the model: youths in the programme of the large preset on one day."""
    scenario = Scenario.preset("large", years=1, warm_up_years=0, caseload_ceiling=200)
    day = 180
    counts = []
    for number in range(replications):
        log = run(scenario, seed, number).events
        came = log["day"][log["activity"] == codes.REFERRED]
        left = log["day"][log["activity"] == codes.LEFT]
        counts.append(float((came <= day).sum() - (left <= day).sum()))
    mean = scenario.inflow_per_year * mean_stay(scenario)
    return _poisson_lines(mean, counts, mean)


def infinite_ceiling_exponential(
    months: float = 12, replications: int = 200, seed: int = 1
) -> tuple[Line, ...]:
    """M/G/∞ with exponential stays: youths in the programme on the last counted day."""
    scenario = without_ceiling(months)
    counts = []
    for number in range(replications):
        log = run(scenario, seed, number).events
        came, left = (log["activity"] == code for code in (codes.REFERRED, codes.LEFT))
        counts.append(float(came.sum() - left.sum()))
    works = _works(scenario)
    arrivals = scenario.inflow_per_year / DAYS_PER_YEAR
    leaving = 12 / months / DAYS_PER_YEAR
    mean = float(present_on_calendar(works, arrivals, leaving)[-1])
    textbook = arrivals / leaving * -expm1(-leaving * works.size)
    return _poisson_lines(mean, counts, textbook)


def limited_places(scenario: Scenario, replications: int = 200, seed: int = 1) -> tuple[Line, ...]:
    """M/M/c or M/M/c+M: a town of :func:`with_places` against Erlang C or Erlang A."""
    works = _works(scenario)
    before = -span(scenario)[0]
    days = works.size - before
    places = scenario.coordinators * scenario.caseload_ceiling
    arrivals = scenario.inflow_per_year / DAYS_PER_YEAR
    leaving = 12 / scenario.stay_from_assignment_months / DAYS_PER_YEAR
    impatience = scenario.leave_before_18_per_year / DAYS_PER_YEAR
    exact = places_on_calendar(works, places, arrivals, leaving, impatience)
    rows = [
        _read_places(run(scenario, seed, number), works, places) for number in range(replications)
    ]
    waiting, full, waited, served, gave_up = (list(column) for column in zip(*rows, strict=True))
    number = float(exact.waiting[before:].mean())
    if impatience:
        formula = erlang_a(places, arrivals, leaving, impatience)
    else:
        wait = erlang_c_wait(places, arrivals, leaving)
        formula = Impatient(erlang_c(places, arrivals / leaving), 0.0, wait)
    lines = [
        _line(
            "share of working days with every place taken",
            float(np.nanmean(exact.full[before:])),
            full,
            textbook=formula.waits,
        ),
        _line("youths waiting", number, waiting, textbook=arrivals * formula.mean_wait),
        _line("mean wait, days", number / arrivals, waited, served, formula.mean_wait),
    ]
    if impatience:
        share = 1 - float(exact.starts[before:].sum()) / (arrivals * days)
        lines.append(_line("share who give up waiting", share, gave_up, served, formula.abandons))
    return tuple(lines)


def _read_places(lived: Run, works: Bools, places: int) -> tuple[float, float, float, float, float]:
    """Return youths waiting, share of working days full, days waited, how many waited, how many gave up.

    Waits count in the run on whose days they end.
    """
    log, first = lived.events, span(lived.scenario)[0]
    given = _by_day(log, works.size, codes.ASSIGNED, first=first)
    over = _by_day(log, works.size, codes.LEFT, codes.SUPPORT_ENDED, first)
    taken = np.cumsum(given - over)[-first:]
    full = float((taken[works[-first:]] == places).mean())
    referred = np.zeros(int(log["case"].max()) + 1)
    came = log[log["activity"] == codes.REFERRED]
    referred[came["case"]] = came["day"]
    gone = log[(log["activity"] == codes.LEFT) & (log["cause"] != codes.SUPPORT_ENDED)]
    gone = gone[(gone["day"] >= 0)]
    served = log[(log["activity"] == codes.ASSIGNED) & (log["day"] >= 0)]
    waited = float(served["days"].sum() + (gone["day"] - referred[gone["case"]]).sum())
    ended = float(served.size + gone.size)
    return lived.measures["waiting_mean"], full, waited, ended, float(gone.size)


class Little(NamedTuple):
    """The parts of Little's law L = λW over a window, all days counted."""

    number: float
    """L: mean number there, counted day by day."""
    arrivals: float
    """λ: arrivals a day in the window."""
    time: float
    """W: mean days in the window of those who came in it."""
    carried: float
    """Mean number there who had come before the window."""

    @property
    def gap(self) -> float:
        """What is left of L - λW - carried; nothing, if the law holds."""
        return self.number - self.arrivals * self.time - self.carried


def little(lived: Run, where: str) -> Little:
    """Return Little's law on one run; *where* is ``waiting`` or ``programme``.

    The number comes from the measures, which count day by day; the days from each youth's own events.
    """
    leave = (codes.LEFT, codes.DECLINED)
    begins, ends, measure = {
        "waiting": ((codes.REFERRED, codes.LOST), (codes.ASSIGNED, *leave), "waiting_mean"),
        "programme": ((codes.REFERRED,), leave, "youths_mean"),
    }[where]
    days = span(lived.scenario)[1]
    rows = lived.events[np.isin(lived.events["activity"], (*begins, *ends))]
    rows = rows[np.argsort(rows["case"], kind="stable")]
    starts = np.flatnonzero(np.isin(rows["activity"], begins))
    since = rows["day"][starts].astype(np.int64)
    follows = np.append(rows["case"][1:] == rows["case"][:-1], False)[starts]
    until = np.full(since.size, days)
    until[follows] = rows["day"][starts[follows] + 1]
    inside = until.clip(0, days) - since.clip(0, days)
    came = (since >= 0) & (since < days)
    mean = float(inside[came].mean()) if came.any() else 0.0
    carried = float(inside[~came].sum()) / days
    return Little(lived.measures[measure], float(came.sum()) / days, mean, carried)


SETTLED = 365
"""Days after which a to-do list that began empty is taken to have settled; the theory begins empty too."""


def _per_day(scenario: Scenario, rate: float) -> float:
    return len(scenario.cases) * rate / DAYS_PER_YEAR


def to_do_list(scenario: Scenario, replications: int = 200, seed: int = 1) -> tuple[Line, ...]:
    """Lindley's recursion: the backlog of a town of :func:`with_crises`, as the model writes it down."""
    works = _works(scenario)
    daily = daily_minutes(scenario, 37.0)
    rate = _per_day(scenario, scenario.crises_per_year)
    sizes = varied(office_of(scenario).crisis, scenario.work_variation)
    exact, busy = backlog_on_calendar(works, [(rate, sizes)], daily, room=16_384)
    backlogs, worked = [], []
    read: list[int] = []
    for number in range(replications):
        log = run(scenario, seed, number).events
        rows = log[(log["activity"] == codes.BACKLOG) & (log["day"] >= SETTLED)]
        rows = rows[rows["day"] < works.size]
        read = rows["day"].tolist()
        backlogs.append(float(rows["minutes"].mean()))
        spent = _minutes_by_day(log, works.size, codes.CRISIS)
        worked.append(float(spent[SETTLED:].sum() / works[SETTLED:].sum()))
    mean, square = moments(sizes)
    share = float(works[SETTLED:].mean())
    load = rate * mean / share / daily
    textbook = daily * workload([rate / share], [square / daily**2], load)
    return (
        _line(
            "backlog when a month begins, minutes",
            float(exact[read].mean()),
            backlogs,
            textbook=textbook,
        ),
        _line(
            "minutes worked a working day",
            float(np.nanmean(busy[SETTLED:])),
            worked,
            textbook=load * daily,
        ),
    )


def two_classes(scenario: Scenario, replications: int = 200, seed: int = 1) -> tuple[Line, ...]:
    """Preemptive priority: crises before invitations in a town of :func:`with_two_classes`."""
    works = _works(scenario)
    daily = daily_minutes(scenario, 37.0)
    office = office_of(scenario)
    minutes = (office.crisis, office.invitation)
    rates = [
        _per_day(scenario, rate)
        for rate in (scenario.crises_per_year, scenario.extra_meetings_under_18)
    ]
    streams = [(rate, exactly(each)) for rate, each in zip(rates, minutes, strict=True)]
    first, both = (
        backlog_on_calendar(works, streams[:count], daily, room=32_768)[0] for count in (1, 2)
    )
    settled = np.flatnonzero(works)
    settled = settled[settled >= SETTLED]
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(replications):
        log = run(scenario, seed, number).events
        for place, (event, kind) in enumerate(
            ((codes.CRISIS_EVENT, codes.CRISIS), (codes.OPENED, codes.INVITATION))
        ):
            came = np.cumsum(_by_day(log, works.size, event)) * minutes[place]
            done = _minutes_by_day(log, works.size, kind)
            found[place].append(float((came - np.cumsum(done) + done)[settled].mean()))
    share = float(works[SETTLED:].mean())
    days = [each / daily for each in minutes]
    textbook = preemptive_resume([rate / share for rate in rates], days, [day**2 for day in days])
    exact = (float(first[settled].mean()), float((both - first)[settled].mean()))
    names = ("crises that wait, minutes", "invitations that wait, minutes")
    return tuple(
        _line(names[place], exact[place], found[place], textbook=daily * textbook[place])
        for place in (0, 1)
    )


@dataclass(frozen=True)
class Loop:
    """How busy a case manager is whose cases come back, by simulation, by bounds and by formula."""

    cases: int
    at_least: float
    """Lower bound; holds where no case is closed."""
    at_most: float
    """Upper bound."""
    repairman: float
    """The machine-repair formula: exponential services, no calendar; an approximation here."""
    exact: float
    """The loop without chance, day by day; not a number where there is chance."""
    simulation: float
    error: float
    late: float
    """Days from when a talk is wanted to when it is held, mean: cases ÷ talks a day - interval."""


def case_manager(scenario: Scenario, replications: int = 1, seed: int = 1) -> Loop:
    """Hold a town of :func:`with_follow_ups` or :func:`with_cases_in_turn` against the closed loop.

    After Campello, Ingolfsson and Shumsky (2017), "Queueing models of case managers", Management Science
    63 (3): a ceiling, repeated short services with delays between them, and a queue for a place. They
    take exponential times; what is compared here is the loop of the model and bounds that hold for any.
    """
    works = _works(scenario)
    first = -span(scenario)[0] + SETTLED
    counted = float(works[first:].sum())
    daily = daily_minutes(scenario, 37.0)
    office = office_of(scenario)
    cases = scenario.caseload_ceiling
    busy = []
    for number in range(replications):
        log = run(scenario, seed, number).events
        spent = log[(log["activity"] == codes.WORK) & (log["day"] >= SETTLED)]
        busy.append(float(spent["minutes"].sum()) / daily / counted)
    exact = float("nan")
    if scenario.cases and not scenario.work_variation:
        monday = (7 - scenario.start.weekday()) % 7
        worked = follow_ups_on_calendar(
            works, monday, cases, office.follow_up, daily, scenario.follow_up_interval_weeks
        )
        exact = float(worked[first:].sum()) / daily / counted
    share = float(works[first:].mean())
    service, delay = office.follow_up / daily, office.follow_up_days * share
    found = float(np.mean(busy))
    talks = found * daily / office.follow_up * share
    # A case asks when a week begins, at most a week later, and is not heard before that day is over.
    longest = delay + 7 * share + 1
    return Loop(
        cases,
        busy_at_least(cases, service, longest),
        busy_at_most(cases, service, delay),
        repairman(cases, service, delay),
        exact,
        found,
        float(np.std(busy, ddof=1) / np.sqrt(replications)) if replications > 1 else 0.0,
        cases / talks - office.follow_up_days,
    )


def loop_table(loops: Sequence[Loop]) -> "pd.DataFrame":
    """Return *loops* as a table, one row a number of cases."""
    import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

    found = pd.DataFrame([vars(loop) for loop in loops]).set_index("cases")
    return found.dropna(axis="columns", how="all")


def cases_in_turn(scenario: Scenario, replications: int = 50, seed: int = 1) -> tuple[Line, ...]:
    """Where youths always wait for a place, every place is taken and cases end at a known rate."""
    works = _works(scenario)[-span(scenario)[0] :]
    places = scenario.caseload_ceiling
    leaving = 12 / scenario.stay_from_assignment_months / DAYS_PER_YEAR
    days = np.flatnonzero(works)
    ending = -np.expm1(-leaving * np.diff(days))[days[1:] >= SETTLED]
    taken, closed = [], []
    for number in range(replications):
        log = run(scenario, seed, number).events
        first = span(scenario)[0]
        size = works.size - first
        given = _by_day(log, size, codes.ASSIGNED, first=first)
        over = _by_day(log, size, codes.LEFT, codes.SUPPORT_ENDED, first)
        taken.append(float(np.cumsum(given - over)[SETTLED - first :].min()))
        closed.append(float(over[SETTLED - first :].sum()))
    return (
        _line("fewest open cases on a day", float(places), taken),
        _line(
            "cases closed",
            float(places * ending.sum()),
            closed,
            textbook=places * leaving * (works.size - SETTLED),
        ),
    )
