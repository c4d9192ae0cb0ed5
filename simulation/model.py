"""One run, and the SimPy engine: the processes that carry the municipality through its days.

Four stories run side by side. Each youth meets what life and the rules bring, each post is held and
left, its holder falls ill and comes back, and the office opens on every working day. What they do stands
in the modules of the rules, from :mod:`simulation.life` to :mod:`simulation.office`; here is only when.
"""

import gc
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

import simpy

from simulation.cohort import Cohort, draw, rule_names
from simulation.journal import Entry, Log, in_order, to_entries, to_frame
from simulation.life import happen
from simulation.measures import measure
from simulation.office import close_books, note_calendar, open_books, work_day
from simulation.posts import change_post, come_back, fall_ill
from simulation.results import Result
from simulation.scenario import Scenario
from simulation.state import NONE, Happening, Town, Turn
from simulation.town import as_lists, settle

if TYPE_CHECKING:
    import pandas as pd

    from simulation.policies import Policies

Story = Generator[simpy.Event, object, None]
Engine = Literal["compiled", "simpy"]
"""The compiled twin, and the SimPy engine it is held against; both write the same log."""

BOOKS_AT = -0.25
"""Time of day at which counting begins: after the day before, before what happens to youths (0)."""
POSTS_AT = 0.25
"""Time of day at which posts are left and taken: after what happens to youths."""
ILLNESS_AT = 0.4
"""Time of day at which illness begins and ends: after posts are taken."""
EACH_POST = 1e-5
"""Posts have their turn one after the other."""
OFFICE_AT = 0.5
"""Time of day at which the office opens: after everything else."""


@dataclass(frozen=True)
class Run:
    """One replication of one scenario: its event log, and the measures derived from it."""

    scenario: Scenario
    seed: int
    replication: int
    events: Log
    """The event log in numbers, by day and phase; see :class:`simulation.state.Event`."""
    policies: tuple[str, ...] = ()
    """The rules that were replaced by others, as ``allocation.burden_of → mine``."""

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The event log in words, by day and phase."""
        return to_entries(self.events, rule_names(self.scenario), self._posts)

    @cached_property
    def log(self) -> "pd.DataFrame":
        """The event log as a tidy table, one row an event; see :func:`simulation.journal.to_frame`."""
        return to_frame(self.events, self.scenario.start, rule_names(self.scenario), self._posts)

    @cached_property
    def result(self) -> Result:
        """The measures and the series that figures need."""
        return measure(self.events, self.scenario, self.replication)

    @property
    def measures(self) -> dict[str, float]:
        """Every measure by its name; :data:`simulation.measures.MEASURES` says what each is."""
        return self.result.measures

    @property
    def start(self) -> date:
        """Day 0 of the log."""
        return self.scenario.start

    @property
    def references(self) -> dict[int, str]:
        """The pseudonym of each case of the case list, by its number in the log.

        All other cases are youths that the run has drawn.
        """
        before = self.scenario.start - timedelta(days=1)
        # Who came today counts as here already; see simulation.people.
        cases = sorted(self.scenario.cases, key=lambda case: min(case.referral, before))
        return {number: case.reference for number, case in enumerate(cases, start=1)}

    @property
    def _posts(self) -> tuple[str, ...]:
        return tuple(post.name for post in self.scenario.posts[: self.scenario.coordinators])


def run(
    scenario: Scenario,
    seed: int = 1,
    replication: int = 0,
    *,
    engine: Engine = "compiled",
    policies: "Policies | None" = None,
) -> Run:
    """Run *scenario* once and return its event log and measures.

    *seed* and *replication* (whole numbers, 0 or more) name the chance: the same two give the same
    youths, the same resignations and, for one scenario, the same log to the byte. The log is the same
    from both engines; the compiled one is many times faster. *policies* puts functions of your own in
    the place of rules, as in ``{allocation.burden_of: mine}``, on the SimPy engine alone; see
    :mod:`simulation.policies`. Raises :exc:`ValueError` for an engine that does not exist, a policy on
    the compiled one, or one that does not fit its place.

    >>> run(Scenario.preset("small", years=1)).measures["due_meetings"]
    15.0
    """
    cohort = draw(scenario, seed, replication)
    return follow(scenario, cohort, seed, replication, engine=engine, policies=policies)


def follow(
    scenario: Scenario,
    cohort: Cohort,
    seed: int = 0,
    replication: int = 0,
    *,
    engine: Engine = "compiled",
    policies: "Policies | None" = None,
) -> Run:
    """Carry *cohort* through *scenario*; nothing is left to chance here. Otherwise as :func:`run`."""
    if policies:
        return _follow_with(policies, scenario, cohort, seed, replication, engine)
    if engine == "compiled":
        from simulation.compiled import live_through  # noqa: PLC0415 (Numba takes most of a second)

        events = live_through(scenario, cohort)
    elif engine == "simpy":
        with _without_garbage():
            events = _live_through(scenario, cohort)
    else:
        raise ValueError(f"engine is {engine!r}; it must be one of {', '.join(get_args(Engine))}")
    return Run(scenario, seed, replication, events)


def _follow_with(
    policies: "Policies",
    scenario: Scenario,
    cohort: Cohort,
    seed: int,
    replication: int,
    engine: Engine,
) -> Run:
    from simulation.policies import names_of, with_policies  # noqa: PLC0415 (for this alone)

    if engine != "simpy":
        raise ValueError(f"engine is {engine!r}; policies run on the SimPy engine: engine='simpy'")
    with _without_garbage():
        events = with_policies(_live_through, policies)(scenario, cohort)
    return Run(scenario, seed, replication, events, names_of(policies))


def _live_through(scenario: Scenario, cohort: Cohort) -> Log:
    """Return the event log of a run, days counted from the first counted one."""
    tables, happenings = settle(scenario, cohort)
    town = as_lists(tables)
    env = simpy.Environment(initial_time=min(0, *cohort.youths["referral"].tolist(), 0) - 1)
    lives: list[list[Happening]] = [[] for _ in town.youths]
    for row in happenings.tolist():
        happening = Happening(*row)
        lives[happening.youth].append(happening)
    spells: list[list[Turn]] = [[] for _ in town.posts]
    for row in cohort.turns.tolist():
        turn = Turn(*row)
        spells[turn.post].append(turn)
    for life in lives:
        env.process(live(env, town, life))
    for post in range(scenario.coordinators):
        env.process(hold_post(env, town, post))
    for of_post in spells:
        env.process(be_ill(env, town, of_post))
    env.process(keep_books(env, town))
    env.process(open_office(env, town))
    last_day = town.office[0].last_day
    env.run(until=last_day)
    close_books(town, last_day)
    log = in_order(town.log)  # type: ignore[arg-type]
    log["day"] -= town.office[0].first_counted
    for rows in town:
        # Processes that still wait hold on to the town; what lies in it need not stay with them.
        if isinstance(rows, list):
            rows.clear()
    return log


@contextmanager
def _without_garbage() -> Generator[None, None, None]:
    """Let the collector rest: nearly all that a run makes lives until it ends, and then goes at once."""
    resting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if resting:
            gc.enable()


def live(env: simpy.Environment, town: Town, life: Sequence[Happening]) -> Story:
    """A youth is referred, meets what life and the rules bring, and leaves."""
    for happening in life:
        if happening.day > env.now:
            yield env.timeout(happening.day - env.now)
        happen(town, happening)


def hold_post(env: simpy.Environment, town: Town, post: int) -> Story:
    """Somebody holds the post, resigns, leaves it empty, and somebody else takes it."""
    while True:
        day = town.posts[post].change
        yield until(env, day + POSTS_AT + post * EACH_POST)
        change_post(town, day, post)


def be_ill(env: simpy.Environment, town: Town, turns: Sequence[Turn]) -> Story:
    """Whoever holds the post falls ill and comes back."""
    for turn in turns:
        yield until(env, turn.day + ILLNESS_AT + turn.post * EACH_POST)
        if turn.begins:
            fall_ill(town, turn.day, turn.post, turn.end)
        else:
            come_back(town, turn.day, turn.post)


def keep_books(env: simpy.Environment, town: Town) -> Story:
    """On the first counted day the books are opened."""
    day = town.office[0].first_counted
    yield until(env, day + BOOKS_AT)
    open_books(town, day)


def open_office(env: simpy.Environment, town: Town) -> Story:
    """On each working day the office opens; who is sought by the leadership group comes to a new post."""
    for day in range(town.office[0].last_day):
        if note_calendar(town, day):
            yield until(env, day + OFFICE_AT)
            sought = work_day(town, day)
            if sought != NONE:
                env.process(hold_post(env, town, sought))


def until(env: simpy.Environment, time: float) -> simpy.Event:
    """Wait until *time*, or go on at once if it has passed."""
    return env.timeout(max(0.0, time - env.now))
