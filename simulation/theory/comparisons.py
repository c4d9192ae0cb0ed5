"""Runs held against theory: what the theory says, what the runs give, and how far apart they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import expm1
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.working_days import working_days
from simulation import codes
from simulation.cohort import DAYS_PER_YEAR, span
from simulation.journal import Log
from simulation.model import Run, run
from simulation.plan import daily_minutes, office_of
from simulation.scenario import Scenario
from simulation.theory.formulas import (
    Impatient,
    busy_at_least,
    busy_at_most,
    erlang_a,
    erlang_c,
    erlang_c_wait,
    mean_stay,
    preemptive_resume,
    repairman,
    workload,
)
from simulation.theory.on_calendar import (
    backlog_on_calendar,
    exactly,
    follow_ups_on_calendar,
    moments,
    places_on_calendar,
    present_on_calendar,
    varied,
)
from simulation.theory.towns import without_ceiling

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


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
