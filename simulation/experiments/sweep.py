"""A map over one or two inputs that is readable after seconds and gets finer while it grows.

A few replications of a coarse grid come first, then of every cell, then all that were asked for, first
where the answer is least certain or changes most from a cell to the next; cells that meet the same youths
run together. In the end every cell has met the same youths the same number of times, so that the map does
not depend on the way there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from threading import Event
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from data import parameters
from simulation.cohort import SHAPING
from simulation.experiments.intervals import Interval, share_with_ends
from simulation.experiments.promise import Promise
from simulation.experiments.quantities import quantity
from simulation.experiments.replications import together
from simulation.measures import MEASURES
from simulation.model import Engine
from simulation.results import Result
from simulation.scenario import Scenario, ScenarioError
from simulation.summary import mean_interval, prediction

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

STANDARD = ("late_share", "kept_coordinator_share", "wait_mean_days", "cost_per_year_dkk")
"""The measures of a map if no others are asked for."""
COARSE = 5
"""Values of each axis in the first grid, its ends included."""
FIRST = 10
"""Replications of each cell before any cell has more."""
SHOWN = 5
"""Replications of the cells that are run together between two maps."""
CHUNK = 40
"""Cells that are run together: enough to share the drawing of their youths, few enough that the next
map comes after seconds."""


@dataclass(frozen=True, slots=True)
class Axis:
    """The values of one input, in order and each once."""

    field: str
    """Field of :class:`~simulation.scenario.Scenario`."""
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One scenario of a map with what its replications have said so far."""

    at: tuple[Any, ...]
    """The value on each axis."""
    values: Floats
    """A row a measure, a column a replication, from replication 0."""
    kept: Floats
    """Years that kept the promise, or 1 or 0 where the run is one whole, one a replication; empty without
    a promise."""
    of: int
    """Years of a run, or 1 where the run is one whole."""

    @property
    def replications(self) -> int:
        """Replications so far."""
        return int(self.values.shape[1])

    @property
    def promise(self) -> Interval:
        """Share of years (or runs) in which the promise was kept, with the ends of its interval.

        Not numbers where there is no promise or no replication yet.
        """
        return share_with_ends(self.kept, np.full(self.kept.size, float(self.of)))


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """A map as far as it has come."""

    base: Scenario
    axes: tuple[Axis, ...]
    measures: tuple[str, ...]
    seed: int
    asked: int
    """Replications that each cell has in the end."""
    cells: tuple[Cell, ...]
    """The first axis changes slowest; a cell may not have any replication yet."""

    @property
    def done(self) -> float:
        """Share of all replications that are there, 0-1."""
        return sum(cell.replications for cell in self.cells) / (self.asked * len(self.cells))

    def table(self) -> "pd.DataFrame":
        """Return one row a cell and measure.

        Columns: one for each axis, named by its field; ``measure`` (see
        :data:`simulation.measures.MEASURES`, which has its unit); ``replications`` so far; ``mean``,
        ``mean_low``, ``mean_high`` with the ends of its 95 % confidence interval; ``low``, ``high``
        between which nine in ten replications fall; ``promise_kept``, ``promise_low``,
        ``promise_high``: share (0-1) of years (or runs) that kept the promise, with the ends of its 95 %
        interval, the same in each row of a cell. What is not known yet is not a number.
        """
        import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

        fields = [axis.field for axis in self.axes]
        rows = []
        for cell in self.cells:
            kept, kept_low, kept_high = cell.promise
            for measure, values in zip(self.measures, cell.values, strict=True):
                mean, mean_low, mean_high = mean_interval(values)
                low, high = prediction(values)
                rows.append(
                    dict(zip(fields, cell.at, strict=True))
                    | {
                        "measure": measure,
                        "replications": cell.replications,
                        "mean": mean,
                        "mean_low": mean_low,
                        "mean_high": mean_high,
                        "low": low,
                        "high": high,
                        "promise_kept": kept,
                        "promise_low": kept_low,
                        "promise_high": kept_high,
                    }
                )
        return pd.DataFrame(rows)


def steps(field: str, low: float, high: float, count: int) -> tuple[Any, ...]:
    """Return *count* values of *field* from *low* to *high*, evenly spaced and each once.

    Whole numbers stay whole, so that there may be fewer. Raises
    :exc:`~simulation.scenario.ScenarioError` for a field that has no steps, such as a choice, and
    :exc:`ValueError` for ends in the wrong order or less than two values.

    >>> steps("coordinators", 2, 6, 9)
    (2, 3, 4, 5, 6)
    """
    parameter = parameters().get(field)
    if parameter is None or parameter.kind not in {"whole", "number", "roles"}:
        numeric = [id for id, one in parameters().items() if one.kind in {"whole", "number"}]
        raise ScenarioError(
            field,
            (low, high),
            f"has no steps; give its values, or take one of {', '.join(numeric)}",
        )
    if not low <= high:
        raise ValueError(f"low is {low} and high is {high} for {field}; low must not be above high")
    if count < 2:
        raise ValueError(f"count is {count} for {field}; it must be 2 or more")
    found = np.linspace(low, high, count).tolist()
    # A sum of tenths should be read as a number of tenths.
    plain = [float(f"{value:.10g}") for value in found]
    whole = [round(value) for value in found]
    return tuple(dict.fromkeys(plain if parameter.kind == "number" else whole))


def sweep(
    base: Scenario,
    over: Mapping[str, Sequence[Any]],
    *,
    measures: Sequence[str] = STANDARD,
    promise: Promise | None = None,
    replications: int = 50,
    seed: int = 1,
    first: int = FIRST,
    workers: int | str = 1,
    cancel: Event | None = None,
    engine: Engine = "compiled",
) -> Iterator[Sweep]:
    """Yield the map of *base* over one or two inputs, each time with more cells or replications.

    *over* gives the values of each field, such as ``{"coordinators": [3, 4, 5],
    "inflow_per_year": steps("inflow_per_year", 14, 42, 8)}``; any field of a scenario will do.
    *promise*, such as ``Promise.read("late_per_year <= 3")``, is held against each run. A coarse grid
    with *first* replications comes first, then every cell with these, then all *replications*, first
    where the share that keeps the promise (or else the mean of the first of *measures*) is least certain
    or steepest. The last map is the same whatever *first* and *workers* are; with the same *seed* each
    cell meets the same youths.

    It stops early, with what is finished, once *cancel* is set. Raises, before anything is run,
    :exc:`~simulation.scenario.ScenarioError` for a field or value that a scenario cannot have, and
    :exc:`ValueError` for none or more than two inputs, an input without values, a measure that does
    not exist, or less than one replication.
    """
    if replications < 1 or first < 1:
        raise ValueError(
            f"replications is {replications} and first is {first}; both must be 1 or more"
        )
    unknown = [name for name in measures if name not in MEASURES]
    if unknown or not measures:
        raise ValueError(f"measures is {list(measures)}; each must be one of {', '.join(MEASURES)}")
    axes = _axes(base, over)
    growing = _Growing(base, axes, tuple(measures), promise, seed, replications)

    def grow() -> Iterator[Sweep]:
        stop = cancel or Event()
        for chunk, upto in growing.plan(min(first, replications)):
            # All cells of a chunk have come equally far.
            begin = growing.replications(chunk[0])
            runs = together(
                [growing.scenarios[number] for number in chunk],
                upto - begin,
                seed,
                first=begin,
                workers=workers,
                cancel=stop,
                engine=engine,
            )
            shown = begin
            for number, results in enumerate(runs, begin + 1):
                growing.add(chunk, results)
                if number == upto or (number - begin) % SHOWN == 0:
                    shown = number
                    yield growing.seen()
            if growing.replications(chunk[0]) > shown:
                yield growing.seen()
            if stop.is_set():
                return

    return grow()


def _axes(base: Scenario, over: Mapping[str, Sequence[Any]]) -> tuple[Axis, ...]:
    if not 1 <= len(over) <= 2:
        raise ValueError(f"over has {len(over)} inputs ({', '.join(over)}); give one or two")
    axes = []
    for field, values in over.items():
        # As a scenario keeps it, so that 4 and 4.0 are one value.
        plain = [getattr(base.replace(**{field: value}), field) for value in values]
        if not plain:
            raise ValueError(f"{field} has no values; give at least one")
        same = {value: _single(value) for value in plain}
        axes.append(Axis(field, tuple(same.values())))
    return tuple(axes)


def _single(value: Any) -> Any:
    """Return the one number of a value that is alike for every role, or *value* itself."""
    alike = isinstance(value, tuple) and len(value) == 4 and len(set(value)) == 1
    return value[0] if alike else value


class _Growing:
    """The cells of a map while they grow."""

    def __init__(
        self,
        base: Scenario,
        axes: tuple[Axis, ...],
        measures: tuple[str, ...],
        promise: Promise | None,
        seed: int,
        asked: int,
    ) -> None:
        self.base, self.axes, self.measures, self.promise = base, axes, measures, promise
        self.seed, self.asked = seed, asked
        self.places = list(product(*(axis.values for axis in axes)))
        fields = [axis.field for axis in axes]
        self.scenarios = [base.replace(**dict(zip(fields, at, strict=True))) for at in self.places]
        self.shape = tuple(len(axis.values) for axis in axes)
        self.values: list[list[list[float]]] = [[] for _ in self.places]
        self.kept: list[list[float]] = [[] for _ in self.places]
        yearly = promise is not None and quantity(promise.measure).level == "year"
        self.of = [one.years if yearly else 1 for one in self.scenarios]

    def replications(self, cell: int) -> int:
        return len(self.values[cell])

    def add(self, chunk: Sequence[int], results: Sequence[Result]) -> None:
        for cell, result in zip(chunk, results, strict=True):
            self.values[cell].append([result.measures[name] for name in self.measures])
            if self.promise is not None:
                self.kept[cell].append(self.promise.kept(result) * self.of[cell])

    def plan(self, first: int) -> Iterator[tuple[list[int], int]]:
        """Yield cells to run together, all equally far, with the replications they shall have then."""
        for level in self._levels():
            cells = self._by_youths(level)
            for begin in range(0, len(cells), CHUNK):
                yield cells[begin : begin + CHUNK], first
        waiting = set(range(len(self.places))) if self.asked > first else set()
        while waiting:
            chunk = self._by_youths(self._most_urgent(waiting)[:CHUNK])
            waiting.difference_update(chunk)
            yield chunk, self.asked

    def _most_urgent(self, waiting: Iterable[int]) -> list[int]:
        """Return the cells that are *waiting*, most urgent first.

        Cells that meet the same youths stay together, with the urgency of the most urgent of them, so
        that their youths are drawn once; where all cells meet the same, each stands for itself.
        """
        urgency = self._urgency()
        groups = {cell: self._youths(cell) for cell in waiting}
        most: dict[tuple[int, ...], float] = {}
        for cell, group in groups.items():
            most[group] = max(most.get(group, -np.inf), urgency[cell])
        return sorted(
            groups, key=lambda cell: (-most[groups[cell]], groups[cell], -urgency[cell], cell)
        )

    def _by_youths(self, cells: Iterable[int]) -> list[int]:
        """Return *cells*, those that meet the same youths side by side: these are drawn once."""
        return sorted(cells, key=lambda cell: (self._youths(cell), cell))

    def _youths(self, cell: int) -> tuple[int, ...]:
        """Return what of the place of *cell* decides which youths it meets."""
        at = np.unravel_index(cell, self.shape)
        return tuple(
            int(at[place]) for place, axis in enumerate(self.axes) if axis.field in SHAPING
        )

    def _levels(self) -> Iterator[list[int]]:
        """Yield each cell once: the coarse grid, then grids of half the distance, then the rest."""
        seen: set[int] = set()
        stride = max(1, *(-(-(size - 1) // (COARSE - 1)) for size in self.shape))
        while True:
            kept = [_every(size, stride) for size in self.shape]
            places = product(*kept)
            cells = [int(np.ravel_multi_index(place, self.shape)) for place in places]
            level = [cell for cell in cells if cell not in seen]
            seen.update(level)
            if level:
                yield level
            if stride <= 1:
                return
            stride //= 2

    def _urgency(self) -> Floats:
        """Return for each cell how uncertain its answer is and how far its neighbours' are from it.

        The answer is the share that keeps the promise, without a promise the mean of the first
        measure. Half the width of its interval and the distance to the farthest neighbour are in the
        same unit and are added up.
        """
        cells = self.seen().cells
        found = [
            mean_interval(cell.values[0]) if self.promise is None else cell.promise
            for cell in cells
        ]
        middle, low, high = (
            np.array(part).reshape(self.shape) for part in zip(*found, strict=True)
        )
        steep = np.zeros(self.shape)
        for axis in range(len(self.shape)):
            jump = np.abs(np.nan_to_num(np.diff(middle, axis=axis)))
            zero = np.zeros_like(steep.take([0], axis=axis))
            steep = np.maximum(steep, np.concatenate([jump, zero], axis=axis))
            steep = np.maximum(steep, np.concatenate([zero, jump], axis=axis))
        return np.asarray(np.nan_to_num((high - low) / 2) + steep).ravel()

    def seen(self) -> Sweep:
        cells = tuple(
            Cell(
                at,
                np.array(rows, dtype=float).reshape(-1, len(self.measures)).T,
                np.array(kept),
                of,
            )
            for at, rows, kept, of in zip(self.places, self.values, self.kept, self.of, strict=True)
        )
        return Sweep(self.base, self.axes, self.measures, self.seed, self.asked, cells)


def _every(size: int, stride: int) -> list[int]:
    """Return every *stride*-th place of an axis, and its last."""
    return sorted({*range(0, size, stride), size - 1})
