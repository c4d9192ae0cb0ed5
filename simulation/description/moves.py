"""What each number of a scenario moves: one number changed at a time, the same youths before and after.

The experiment stands in ``data/definitions/trials.toml``. It takes a minute or two, so what it found is
kept in ``data/definitions/moves.toml``; the description only reads it.
"""

import os
import platform
import time
from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data import Parameter, parameters
from data.files import Entry, packaged, read_model
from data.presets import Plain
from simulation.experiments.replications import replications
from simulation.measures import MEASURES
from simulation.scenario import Scenario
from simulation.summary import mean_interval

TRIALS, MOVES = "definitions/trials.toml", "definitions/moves.toml"
ALIKE = 0.999
"""Two measures whose changes go together more closely than this say the same thing."""

Floats = NDArray[np.float64]


class Trials(Entry):
    """The content of ``trials.toml``."""

    preset: str
    replications: int
    seed: int
    measures: int
    """How many of the measures that changed most are named."""
    base: dict[str, Plain]
    other: dict[str, Plain]
    with_: dict[str, dict[str, Plain]]

    def before(self, id: str = "") -> Scenario:
        """Return the scenario in which the number *id* is changed."""
        return Scenario.preset(self.preset, **self.base).replace(**self.with_.get(id, {}))


class Moved(Entry):
    """A measure that changed, with its mean before and after."""

    measure: str
    before: float
    after: float
    clear: bool
    """Whether the interval of the mean difference leaves zero out."""


class Moves(Entry):
    """What the number *parameter* moved most, most first."""

    parameter: str
    moved: tuple[Moved, ...]


class Machine(Entry):
    """Where the experiment was run, and what one replication of each preset took there."""

    python: str
    system: str
    processor: str
    cores: int
    seconds: dict[str, float]


class MovesFile(Entry):
    """The content of ``moves.toml``."""

    machine: Machine
    moves: tuple[Moves, ...]


class _Change(NamedTuple):
    size: float
    moved: Moved
    differences: Floats


def read_trials() -> Trials:
    """Return the experiment."""
    return read_model(TRIALS, Trials)


def read_moves() -> MovesFile:
    """Return what the experiment found when it was last run."""
    return read_model(MOVES, MovesFile)


def try_out(trials: Trials, id: str) -> Moves:
    """Run the trial of the number *id* and return the measures that changed most."""
    before = trials.before(id)
    after = before.replace(**{id: trials.other[id]})
    found = _changes(_values(before, trials), _values(after, trials))
    return Moves(parameter=id, moved=_most(found, trials.measures))


@cache
def _runs(scenario: Scenario, count: int, seed: int) -> Floats:
    results = replications(scenario, count, seed)
    return np.array([list(result.measures.values()) for result in results])


def _values(scenario: Scenario, trials: Trials) -> Floats:
    """Return a row a replication, a column a measure."""
    return _runs(scenario, trials.replications, trials.seed)


def _changes(before: Floats, after: Floats) -> list[_Change]:
    """Return every measure that changed, the most changed first."""
    found = []
    for column, name in enumerate(MEASURES):
        old, new = before[:, column], after[:, column]
        differences = new - old
        appears = bool(np.isnan(old).all() and not np.isnan(new).all())
        if not appears and not np.nan_to_num(differences).any():
            continue
        mean, low, high = mean_interval(differences)
        spread = np.sqrt((_variance(old) + _variance(new)) / 2)
        size = np.inf if appears or spread == 0 else abs(mean) / spread
        moved = Moved(
            measure=name,
            before=_short(mean_interval(old)[0]),
            after=_short(mean_interval(new)[0]),
            clear=appears or low > 0 or high < 0,
        )
        found.append(_Change(size, moved, differences))
    return sorted(found, key=lambda change: (not change.moved.clear, -change.size))


def _most(changes: Sequence[_Change], count: int) -> tuple[Moved, ...]:
    """Return the first *count* that are clear and do not say the same thing; else the first one."""
    chosen: list[_Change] = []
    for change in changes:
        enough = len(chosen) == count or (chosen and not change.moved.clear)
        if not enough and not any(_alike(change.differences, one.differences) for one in chosen):
            chosen.append(change)
    return tuple(change.moved for change in chosen)


def _variance(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.var(ddof=1)) if known.size > 1 else 0.0


def _alike(one: Floats, other: Floats) -> bool:
    known = ~np.isnan(one) & ~np.isnan(other)
    mine, theirs = one[known], other[known]
    if mine.size < 2 or mine.std() == 0 or theirs.std() == 0:
        return False
    return bool(abs(np.corrcoef(mine, theirs)[0, 1]) > ALIKE)


def _short(value: float) -> float:
    """Return *value* with four significant digits."""
    return float(f"{value:.4g}")


def write_moves() -> None:
    """Run every trial and write down what was found."""
    trials = read_trials()
    found = [try_out(trials, id) for id in parameters()]
    lines = [
        "# Made by `python -m simulation.description --moves` from trials.toml; do not edit by hand.",
        *_machine_lines(trials),
    ]
    for moves in found:
        lines += ["", "[[moves]]", f'parameter = "{moves.parameter}"', "moved = ["]
        lines += [f"    {_inline(moved)}," for moved in moves.moved]
        lines.append("]")
    with as_file(packaged(TRIALS)) as beside:
        beside.with_name("moves.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _inline(moved: Moved) -> str:
    clear = "true" if moved.clear else "false"
    return (
        f'{{ measure = "{moved.measure}", before = {_toml(moved.before)}, '
        f"after = {_toml(moved.after)}, clear = {clear} }}"
    )


def _toml(value: float) -> str:
    return repr(float(value))


def _machine_lines(trials: Trials) -> list[str]:
    """Say where this is run; the machine code is there already, since the trials were run first."""
    seconds = {name: _seconds(name, trials.seed) for name in ("small", "medium", "large")}
    timed = ", ".join(f"{name} = {value:.2g}" for name, value in seconds.items())
    return [
        "",
        "[machine]",
        f'python = "{platform.python_version()}"',
        f'system = "{platform.system()} {platform.machine()}"',
        f'processor = "{_processor()}"',
        f"cores = {os.cpu_count() or 1}",
        f"seconds = {{ {timed} }}",
    ]


def _seconds(preset: str, seed: int) -> float:
    """Return the median time of a few replications."""
    scenario = Scenario.preset(preset)
    times = []
    for _ in replications(scenario, 1, seed):
        pass
    for number in range(5):
        begin = time.perf_counter()
        next(iter(replications(scenario, 1, seed + number)))
        times.append(time.perf_counter() - begin)
    return float(np.median(times))


def _processor() -> str:
    """Return the name of the processor where the system tells it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as told:  # noqa: PTH123 (no file of ours)
            names = [
                line.partition(":")[2].strip() for line in told if line.startswith("model name")
            ]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or "unknown"


def plain(parameter: Parameter, value: Any) -> str:
    """Return *value* as it stands in the tables."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() | int():
            return f"{value:,.10g}"
        case tuple() if parameter.kind == "roles" and len(set(value)) == 1:
            return plain(parameter, value[0])
        case tuple():
            return ", ".join(plain(parameter, part) for part in value)
    return str(value)
