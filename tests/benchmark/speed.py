"""CPU time of each engine, in rounds, so that a busy machine slows all of them alike."""

import gc
import time
from collections.abc import Sequence
from statistics import median

from .engines import Engine

HEAD = ["engine", "rows in the log", "CPU ms a replication", "textbook ÷ this", "this ÷ C loop"]


def table(engines: Sequence[Engine], rounds: int) -> list[list[str]]:
    """Return a line for each engine: milliseconds, and ratios taken round by round."""
    rows = [engine.rows(0) for engine in engines]
    times = [[_milliseconds(engine, at) for engine in engines] for at in range(rounds)]
    names = [engine.name for engine in engines]
    yardstick = names.index("C loop") if "C loop" in names else None
    lines = []
    for i, engine in enumerate(engines):
        mine = [one[i] for one in times]
        to_textbook = [one[0] / one[i] for one in times]
        to_loop = [one[i] / one[yardstick] for one in times] if yardstick is not None else []
        lines.append([engine.name, f"{rows[i]:,}", *map(_spread, (mine, to_textbook, to_loop))])
    return lines


def _milliseconds(engine: Engine, at: int) -> float:
    gc.collect()
    begin = time.process_time()
    for replication in range(engine.in_a_round):
        engine.once(at * engine.in_a_round + replication)
    return 1000 * (time.process_time() - begin) / engine.in_a_round


def _spread(values: Sequence[float]) -> str:
    """Return the median with the range."""
    if not values:
        return "–"
    middle, least, most = (_short(one) for one in (median(values), min(values), max(values)))
    return f"{middle} ({least}–{most})"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
