"""What more money buys: cost against lateness and continuity, and which scenarios nothing beats.

A scenario is dominated where another is at least as good in every respect and better in one. Scenarios
are sorted into fronts as by K. Deb, A. Pratap, S. Agarwal and T. Meyarivan, IEEE Transactions on
Evolutionary Computation 6 (2002) 182-197, on the means; whether that is more than chance is asked of
paired differences, since all met the same youths.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from data.texts import Texts
from simulation.codes import PURSES
from simulation.experiments.comparison import check_same_years
from simulation.experiments.quantities import Floats, Quantity, quantity
from simulation.experiments.replications import together
from simulation.means import mean_with_ends
from simulation.model import Engine
from simulation.results import Result
from simulation.scenario import Scenario, ScenarioError
from simulation.summary import CONFIDENCE, mean_interval

if TYPE_CHECKING:
    import pandas as pd

Marks = NDArray[np.bool_]

OBJECTIVES = ("cost_per_year_dkk", "late_per_year", "kept_coordinator_share")
"""Cost, lateness and continuity."""
_ALL_PURSES = tuple(f"cost_{purse}_per_year_dkk" for purse in PURSES)
_ALL_HOURS = tuple(f"hours_{purse}_per_year" for purse in PURSES)


@dataclass(frozen=True)
class Pareto:
    """Scenarios in several respects at once, as far as their runs have come.

    Attributes:
        names: Of the scenarios.
        objectives: The respects in which they are weighed.
        results: For each run, the result of each scenario.
        asked: Runs of each when it is finished.
    """

    names: tuple[str, ...]
    objectives: tuple[Quantity, ...]
    results: Sequence[tuple[Result, ...]] = field(repr=False)
    asked: int

    @property
    def replications(self) -> int:
        """Runs of each scenario so far."""
        return len(self.results)

    @cached_property
    def fronts(self) -> tuple[int, ...]:
        """The front of each scenario by its means: 1 where no other dominates it, 2 where only those do."""
        left, found, front = set(range(len(self.names))), [0] * len(self.names), 0
        while left:
            front += 1
            beaten = {one for one in left if any(self.dominates[other, one] for other in left)}
            for one in left - beaten:
                found[one] = front
            left = beaten
        return tuple(found)

    @cached_property
    def dominates(self) -> Marks:
        """Whether the scenario of a row, by its means, dominates that of a column."""
        if not len(self._worth):
            return np.zeros((len(self.names),) * 2, dtype=bool)
        apart = self._worth.mean(axis=0)
        lead = apart[:, None, :] - apart[None, :, :]
        return np.asarray((lead >= 0).all(axis=2) & (lead > 0).any(axis=2))

    @cached_property
    def clear(self) -> tuple[bool, ...]:
        """Of each scenario, whether it is more than chance that it is dominated, or that it is not.

        By paired intervals of every difference, made wider after Bonferroni for as many pairs and
        objectives, so that with 95 % confidence all that is called clear is right at once.
        """
        ahead, level = self._surely
        surely_dominates = (ahead | level).all(axis=2) & ahead.any(axis=2)
        # Not dominated for sure: against each other, better in something or the same in everything.
        holds = np.asarray(ahead.any(axis=2) | level.all(axis=2))
        efficient = np.array(self.fronts) == 1
        return tuple(np.where(efficient, holds.all(axis=1), surely_dominates.any(axis=0)).tolist())

    def table(self) -> "pd.DataFrame":
        """Return one row a scenario and measure: the objectives, then cost and hours of every purse.

        Columns: ``scenario``; ``measure``; ``mean``, ``mean_low``, ``mean_high`` with the ends of its
        95 % interval, in the unit of the measure (DKK or hours a year, meetings a year, shares 0-1);
        ``objective``: whether the scenarios are weighed by it; ``front`` (1 is the best); ``efficient``:
        whether it is on the first front; ``clear``: whether that is more than chance;
        ``replications``. The last five are the same in each row of a scenario.
        """
        import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

        weighed = [of.name for of in self.objectives]
        shown = dict.fromkeys([*weighed, "cost_per_year_dkk", *_ALL_PURSES, *_ALL_HOURS])
        rows = []
        for place, name in enumerate(self.names):
            for measure in shown:
                mean, low, high = mean_interval(self._values(quantity(measure))[:, place])
                rows.append(
                    {
                        "scenario": name,
                        "measure": measure,
                        "mean": mean,
                        "mean_low": low,
                        "mean_high": high,
                        "objective": measure in weighed,
                        "front": self.fronts[place],
                        "efficient": self.fronts[place] == 1,
                        "clear": self.clear[place],
                        "replications": self.replications,
                    }
                )
        return pd.DataFrame(rows)

    def in_words(self, texts: Texts) -> tuple[str, ...]:
        """Return for each scenario whether others are better in every respect, and how sure that is."""
        said = []
        for place, name in enumerate(self.names):
            word = "front" if self.fronts[place] == 1 else "dominated"
            sure = "" if self.clear[place] else "_unclear"
            others = [self.names[other] for other in np.flatnonzero(self.dominates[:, place])]
            words = texts(f"pareto.{word}{sure}", others=others[0] if others else "")
            said.append(texts("pareto.of", name=name, said=words))
        return tuple(said)

    def _values(self, of: Quantity) -> Floats:
        """Return a row a run and a column a scenario."""
        return np.array([[of.of_run(result) for result in results] for results in self.results])

    @cached_property
    def _worth(self) -> Floats:
        """Runs × scenarios × objectives, more is better; only runs in which all could be measured."""
        worth = np.stack([self._values(of) * of.direction() for of in self.objectives], axis=2)
        return worth[~np.isnan(worth).any(axis=(1, 2))]

    @cached_property
    def _surely(self) -> tuple[Marks, Marks]:
        """Whether each scenario surely leads each other in each objective, and whether they are level."""
        runs, scenarios, objectives = self._worth.shape
        lead = self._worth[:, :, None, :] - self._worth[:, None, :, :]
        level = np.asarray((lead == 0).all(axis=0))
        if runs < 2:
            return np.zeros_like(level), level
        looked_at = max(scenarios * (scenarios - 1) // 2 * objectives, 1)
        _, low, _ = mean_with_ends(lead, 1 - (1 - CONFIDENCE) / looked_at)
        return low > 0, level


def pareto(
    scenarios: Mapping[str, Scenario],
    *,
    objectives: Sequence[str] = OBJECTIVES,
    replications: int = 100,
    seed: int = 1,
    workers: int | str = 1,
    cancel: Event | None = None,
    engine: Engine = "compiled",
) -> Iterator[Pareto]:
    """Run *scenarios*, any number by name, on the same youths, and yield their fronts after each run.

    *objectives* are measures of which less or more is welcome; one purse can be weighed by its
    ``cost_<purse>_per_year_dkk``. It stops early, with what is finished, once *cancel* is set.

    Raises :exc:`~simulation.scenario.ScenarioError` for less than two scenarios or such as do not meet
    the same years, and :exc:`ValueError` for less than two objectives or one of which neither less nor
    more is welcome, and as :func:`~simulation.experiments.replications.together` does.
    """
    if len(scenarios) < 2:
        raise ScenarioError("scenarios", len(scenarios), "must be 2 or more to weigh them")
    check_same_years(tuple(scenarios.values()))
    if len(set(objectives)) < max(len(objectives), 2):
        raise ValueError(f"objectives is {list(objectives)}; give two or more, each once")
    weighed = tuple(quantity(name) for name in objectives)
    for of in weighed:
        of.direction()
    runs = together(
        tuple(scenarios.values()), replications, seed, workers=workers, cancel=cancel, engine=engine
    )

    def grow() -> Iterator[Pareto]:
        found: list[tuple[Result, ...]] = []
        for results in runs:
            found.append(results)
            yield Pareto(tuple(scenarios), weighed, tuple(found), replications)

    return grow()
