"""How long each kind of experiment takes on the medium preset, on two processes that are warm."""

import time
from collections.abc import Callable, Iterator
from typing import Any

WORKERS = 2
MAP = 20
"""Values of each of the two inputs of the map."""
REPLICATIONS = 50
"""Of each cell of the map."""


def table() -> list[list[str]]:
    """Return what was asked for, how many runs that took, and the wall time of it."""
    from simulation import Scenario, replicate  # noqa: PLC0415 (a child must not import it)

    base = Scenario.preset("medium", years=5)
    replicate(base, 100, workers=WORKERS)
    return [
        line for ask in (_compare, _precise, _map, _screen, _shares, _search) for line in ask(base)
    ]


def _compare(base: Any) -> Iterator[list[str]]:
    from simulation.experiments.comparison import compared  # noqa: PLC0415

    options = [base, base.replace(coordinators=5), base.replace(reminders=True)]
    wall, _ = _last(lambda: compared(options, replications=200, workers=WORKERS))
    yield ["three scenarios compared, 200 replications each", "600", f"{wall:.1f}"]


def _precise(base: Any) -> Iterator[list[str]]:
    from simulation.experiments.precision import until_precise  # noqa: PLC0415

    wall, found = _last(lambda: until_precise(base, workers=WORKERS))
    yield ["until every headline number is precise", f"{len(found.results):,}", f"{wall:.1f}"]


def _map(base: Any) -> Iterator[list[str]]:
    from simulation.experiments.promise import Promise  # noqa: PLC0415
    from simulation.experiments.sweep import steps, sweep  # noqa: PLC0415

    over = {
        "weekly_hours": steps("weekly_hours", 18.5, 37, MAP),
        "inflow_per_year": steps("inflow_per_year", 14, 42, MAP),
    }
    # Half time to full time for each of the four posts, and half to nearly twice the youths of today.
    promise = Promise("late_meeting_17_5_per_year", at_most=0)
    begin = time.perf_counter()
    first, everywhere = 0.0, 0.0
    for state in sweep(base, over, promise=promise, replications=REPLICATIONS, workers=WORKERS):
        now = time.perf_counter() - begin
        first = first or now
        if not everywhere and all(cell.replications for cell in state.cells):
            everywhere = now
    runs = f"{MAP * MAP * REPLICATIONS:,}"
    name = f"a map of {MAP} × {MAP} cells, {REPLICATIONS} replications each"
    yield [f"{name}: first picture", "", f"{first:.1f}"]
    yield [f"{name}: an answer in every cell", "", f"{everywhere:.1f}"]
    yield [name, runs, f"{time.perf_counter() - begin:.1f}"]


def _screen(base: Any) -> Iterator[list[str]]:
    from simulation.experiments.sensitivity import screen  # noqa: PLC0415
    from simulation.experiments.uncertain import uncertain_inputs  # noqa: PLC0415

    inputs = uncertain_inputs(base)
    wall, _ = _last(lambda: screen(base, inputs, trajectories=10, replications=5, workers=WORKERS))
    name = f"screening of {len(inputs)} inputs, 10 trajectories, 5 replications"
    yield [name, f"{10 * 5 * (len(inputs) + 1):,}", f"{wall:.1f}"]


def _shares(base: Any) -> Iterator[list[str]]:
    from simulation.experiments.sensitivity import shares_of_variance  # noqa: PLC0415
    from simulation.experiments.uncertain import uncertain_inputs  # noqa: PLC0415

    few = ["inflow_per_year", "work_multiplier", "case_hours_per_year", "annual_turnover"]
    inputs = uncertain_inputs(base, only=few)
    wall, _ = _last(
        lambda: shares_of_variance(base, inputs, points=64, replications=10, workers=WORKERS)
    )
    name = f"shares of variance of {len(few)} inputs, 64 points, 10 replications"
    yield [name, f"{64 * 10 * (len(few) + 2):,}", f"{wall:.1f}"]


def _search(base: Any) -> Iterator[list[str]]:
    from simulation.experiments.promise import Promise  # noqa: PLC0415
    from simulation.experiments.search import smallest_staffing  # noqa: PLC0415

    promise = Promise("late_per_year", at_most=8)
    wall, found = _last(lambda: smallest_staffing(base, promise, workers=WORKERS))
    name = "the fewest coordinators with at most 8 late meetings in nine years of ten"
    yield [name, f"{found.replications:,}", f"{wall:.1f}"]


def _last(ask: Callable[[], Iterator[Any]]) -> tuple[float, Any]:
    """Return the wall time of an experiment, and its last state."""
    begin = time.perf_counter()
    *_, state = ask()
    return time.perf_counter() - begin, state
