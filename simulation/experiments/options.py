"""The options of a decision, and a rule that picks one of them from what the runs say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from simulation.experiments.promise import Promise
from simulation.experiments.replications import together
from simulation.experiments.uncertain import Uncertain
from simulation.measures import MEASURES
from simulation.results import Result
from simulation.scenario import Scenario, ScenarioError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST, MOST = 2, 8
"""Options that can be weighed at a time."""
NONE = "none"
"""What is recommended where no option keeps the promise."""


class Rule(Protocol):
    """Picks an option from means over replications."""

    def read(self, result: Result) -> tuple[float, ...]:
        """Return the numbers of one replication that are averaged."""

    def choose(self, means: Floats) -> Ints:
        """Return the place of the option picked, -1 for none; *means* ends in option and number."""


@dataclass(frozen=True, slots=True)
class CheapestThatKeeps:
    """The cheapest option that keeps a promise with a probability; none where no option does."""

    promise: Promise
    probability: float = 0.9
    """Share of single years (or runs) in which it is to be kept."""
    cost: str = "cost_per_year_dkk"
    """The measure that is to be small."""

    def __post_init__(self) -> None:
        _check_measures([self.cost])
        if not 0 < self.probability <= 1:
            raise ValueError(f"probability is {self.probability}; it must be above 0 and at most 1")

    def read(self, result: Result) -> tuple[float, ...]:
        """Return cost and the share of years that kept the promise."""
        return result.measures[self.cost], self.promise.kept(result)

    def choose(self, means: Floats) -> Ints:
        """Return the cheapest that keeps it often enough."""
        # A share of 0.9 of ten may come out a hair below.
        kept = means[..., 1] >= self.probability - 1e-9
        cost = np.where(kept, means[..., 0], np.inf)
        return np.where(kept.any(axis=-1), cost.argmin(axis=-1), -1)


@dataclass(frozen=True, slots=True)
class LeastPrice:
    """The option whose measures, each times its price, add up to least on average.

    ``{"cost_per_year_dkk": 1, "late_per_year": 25_000}`` puts a price on each late meeting, which is
    the user's to set; ``{"kept_coordinator_share": -1}`` is the most of a single measure.
    """

    prices: Mapping[str, float]
    """Price of one unit of each measure; negative for what is welcome."""

    def __post_init__(self) -> None:
        _check_measures(list(self.prices))

    def read(self, result: Result) -> tuple[float, ...]:
        """Return the whole price."""
        return (sum(price * result.measures[name] for name, price in self.prices.items()),)

    def choose(self, means: Floats) -> Ints:
        """Return the one with the least price."""
        return np.asarray(means[..., 0].argmin(axis=-1))


class Options:
    """The options of a decision, checked, and what a rule reads of their runs."""

    def __init__(
        self,
        base: Scenario,
        options: Mapping[str, Mapping[str, Any]],
        rule: Rule,
        inputs: tuple[Uncertain, ...],
    ) -> None:
        if not FEWEST <= len(options) <= MOST:
            raise ValueError(f"options are {len(options)}; give from {FEWEST} to {MOST}")
        if not inputs:
            raise ValueError("inputs is empty; give those of uncertain_inputs(base)")
        for one in inputs:
            by = [name for name, changes in options.items() if one.field in changes]
            if by:
                raise ScenarioError(
                    one.field,
                    by[0],
                    "is changed by an option and cannot be an uncertain input too; leave it out of one",
                )
        self.names = tuple(options)
        self.scenarios = tuple(base.replace(**changes) for changes in options.values())
        self.rule, self.inputs = rule, inputs

    def name(self, place: int) -> str:
        """Return the name of the option at *place*, :data:`NONE` for -1."""
        return self.names[place] if place >= 0 else NONE

    def read(
        self,
        settings: Sequence[Mapping[str, Any]],
        replications: int,
        seed: int,
        first: int,
        workers: int | str,
        stop: Event,
    ) -> Floats | None:
        """Return what the rule reads by setting, replication, option and number.

        None where it was cancelled. Raises :exc:`ValueError` where there is nothing to read.
        """
        scenarios = [one.replace(**setting) for setting in settings for one in self.scenarios]
        rows = [
            [self.rule.read(result) for result in row]
            for row in together(
                scenarios, replications, seed, first=first, workers=workers, cancel=stop
            )
        ]
        if len(rows) < replications:
            return None
        found = np.array(rows, dtype=float)
        if np.isnan(found).any():
            raise ValueError(
                "the rule reads a measure that has nothing to measure in some replication; "
                "take more years, or a measure that is always there"
            )
        shape = (replications, len(settings), len(self.names), -1)
        return found.reshape(shape).transpose(1, 0, 2, 3)


def _check_measures(names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in MEASURES]
    if unknown or not names:
        raise ValueError(f"measures are {list(names)}; each must be one of {', '.join(MEASURES)}")
