"""What was run, held beside what it is compared with: the material of an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import fsum, isnan

from simulation.codes import CAUSES
from simulation.results import Result
from simulation.scenario import Scenario
from simulation.summary import Difference, Summary, compare, summarise


@dataclass(frozen=True)
class Study:
    """The replications of a scenario and, where there is one, of the scenario it is held against.

    Both must have been run with the same seed, so that they met the same youths.
    """

    scenario: Scenario
    results: Sequence[Result]
    base: Scenario | None = None
    base_results: Sequence[Result] = ()
    base_name: str = ""
    """What the base is called where it is not the same municipality today."""

    @property
    def compared(self) -> bool:
        """Whether there is something to compare with that differs from the scenario."""
        return self.base is not None and bool(self.base_results) and self.base != self.scenario

    @cached_property
    def summary(self) -> Summary:
        """The scenario's summary."""
        return summarise(self.results)

    @cached_property
    def differences(self) -> dict[str, Difference]:
        """Each measure against the base; empty where nothing is compared."""
        return compare(self.results, self.base_results) if self.compared else {}

    @cached_property
    def late_days_by_cause(self) -> dict[str, float]:
        """Late days a year by cause, mean over replications."""
        return _late_days(self.results, self.scenario.years)

    @cached_property
    def base_late_days_by_cause(self) -> dict[str, float]:
        """The same for the base; empty where nothing is compared."""
        if self.base is None or not self.compared:
            return {}
        return _late_days(self.base_results, self.base.years)


def known_mean(values: Sequence[float]) -> float:
    """Return the mean of the *values* that are numbers; not a number where none is."""
    known = [value for value in values if not isnan(value)]
    return fsum(known) / len(known) if known else float("nan")


def _late_days(results: Sequence[Result], years: int) -> dict[str, float]:
    return {
        cause: known_mean([result.measures[f"late_days_{cause}"] for result in results]) / years
        for cause in CAUSES
    }
