"""Do known numbers come back? Many municipalities are invented, and each is estimated from its records."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import binom

from simulation.calibration.calibration import estimates
from simulation.calibration.estimate import CONFIDENCE, Estimate
from simulation.calibration.quantities import BESIDE, QUANTITIES
from simulation.calibration.recorded_run import records_of_run
from simulation.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

COUNTED = ("coordinators",)
"""What is counted and not estimated: some posts of a scenario stand empty."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was estimated of one quantity in municipalities whose true number is known."""

    id: str
    truth: float
    found: tuple[Estimate, ...]

    @property
    def known(self) -> tuple[Estimate, ...]:
        """Those in which anything could be estimated."""
        return tuple(one for one in self.found if not isnan(one.low))

    @property
    def held(self) -> int:
        """In how many the interval holds the truth."""
        return sum(one.low <= self.truth <= one.high for one in self.known)

    def by_chance(self, sure: float = 0.999) -> tuple[int, int]:
        """Return between what numbers an interval of 95 % holds it, so surely (0-1), by chance alone."""
        tail = (1 - sure) / 2
        low, high = binom.ppf([tail, 1 - tail], len(self.known), CONFIDENCE)
        return int(low), int(high)

    @property
    def mean(self) -> float:
        """The mean of the estimates."""
        return float(np.mean([one.value for one in self.known]))


def recover(
    scenario: Scenario,
    municipalities: int = 100,
    seed: int = 11,
    *,
    report: Callable[[int, int], None] | None = None,
) -> tuple[Recovery, ...]:
    """Return what is estimated from the records of so many runs of *scenario*, which is the truth.

    Its period is that of the scenario: three years are what a municipality looks back on. *report* is
    called with the municipalities that are finished and all of them.
    """
    found: dict[str, list[Estimate]] = {id: [] for id in QUANTITIES}
    for replication in range(municipalities):
        records = records_of_run(scenario, seed, replication)
        for id, one in estimates(records, scenario).items():
            found[id].append(one)
        if report:
            report(replication + 1, municipalities)
    return tuple(Recovery(id, true, tuple(found[id])) for id, true in truths(scenario).items())


def truths(scenario: Scenario) -> dict[str, float]:
    """Return the true number of each quantity that *scenario* has."""
    known = {
        id: float(getattr(scenario, id))
        for id, quantity in QUANTITIES.items()
        if quantity.parameters == (id,) and id not in COUNTED
    }
    hours = ("meeting_hours", *QUANTITIES["fixed_meeting_hours"].parameters, *BESIDE)
    return {**known, "fixed_meeting_hours": sum(getattr(scenario, name) for name in hours)}


def as_table(found: tuple[Recovery, ...]) -> "pd.DataFrame":
    """Return one row a quantity.

    Columns: ``quantity``; ``truth`` and ``mean`` of the estimates, in the unit of the quantity;
    ``municipalities`` in which it could be estimated; ``held``, in how many of them the interval holds the
    truth, and ``share``; ``least`` and ``most``, between which ``held`` lies by chance, 999 times in 1000.
    """
    import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

    rows = []
    for one in found:
        low, high = one.by_chance()
        count = len(one.known)
        row = {"quantity": one.id, "truth": one.truth, "mean": one.mean, "municipalities": count}
        row |= {"held": one.held, "share": one.held / count if count else float("nan")}
        rows.append({**row, "least": low, "most": high})
    return pd.DataFrame(rows)
