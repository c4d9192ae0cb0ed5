"""What is compared and promised: numbers of single years, youths or runs, and their means."""

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from data.texts import Texts
from simulation.measure_words import measure_name, measured
from simulation.measures import MEASURES
from simulation.results import Result
from simulation.wording import plain, share

Level = Literal["year", "youth", "run"]
Floats = NDArray[np.float64]

HEADLINES = (
    "late_per_year",
    "breach_17_5",
    "wait_mean_days",
    "caseload_mean",
    "kept_coordinator_share",
    "missed_contact_share",
    "cost_per_year_dkk",
    "cost_per_youth_year_dkk",
)
"""The measures of :func:`simulation.headlines.headlines`, and the risk that stands beside them."""
PER_YEAR = {
    "late_first_follow_up_per_year": "first_follow_up",
    "late_meeting_16_per_year": "meeting_16",
    "late_meeting_17_5_per_year": "meeting_17_5",
    "late_meeting_18_5_per_year": "meeting_18_5",
}
"""Late meetings of one rule in a single year, by the id of the rule."""
BREACH = "breach_17_5"
"""Share of single years with at least one late meeting at 17½."""
_MORE_IS_BETTER = ("kept_coordinator_share",)
_LESS_IS_BETTER = ("late", "breach", "wait", "missed", "crises_unattended", "cancelled", "no_show")
_LOST = "coordinator_changes_per_youth_year"


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number that runs are asked for."""

    name: str
    """A measure of :data:`simulation.measures.MEASURES`, of :data:`PER_YEAR`, or :data:`BREACH`."""
    level: Level
    """What a single value is of."""
    good: Literal[-1, 0, 1]
    """Whether more (1) or less (-1) is welcome; 0 for what is not judged, such as money."""

    @property
    def is_share_of_singles(self) -> bool:
        """Whether a single value is 0 or 1, so that the mean is a probability."""
        return self.name == BREACH

    def direction(self) -> Literal[-1, 1]:
        """Return whether more (1) or less (-1) is better; of money and hours, which are not judged, less is.

        Raises :exc:`ValueError` where neither is.
        """
        if self.good:
            return self.good
        if self.name.startswith(("cost_", "hours_", "coordinator_cost", "team_cost")):
            return -1
        raise ValueError(
            f"measure is {self.name!r}, of which neither less nor more is welcome; take a cost, a "
            "measure of lateness, wait or missed contact, or kept_coordinator_share"
        )

    def singles(self, result: Result) -> Floats:
        """Return the values of the single years or youths of a run, or the one of the run."""
        if self.name == "late_per_year":
            return np.asarray(np.sum([*result.late_by_year.values()], axis=0), dtype=float)
        if self.name in PER_YEAR:
            return _late(result, PER_YEAR[self.name])
        if self.name == BREACH:
            return np.asarray(
                _late(result, PER_YEAR["late_meeting_17_5_per_year"]) > 0, dtype=float
            )
        if self.level == "youth":
            return np.array(result.waits, dtype=float)
        return np.array([result.measures[self.name]])

    def paired(self, result: Result) -> Floats:
        """Return what can be held against the same run of another scenario: its years, or its value.

        Youths cannot: another scenario may admit others.
        """
        if self.level == "year":
            return self.singles(result)
        return np.array([result.measures[self.name]])

    def of_run(self, result: Result) -> float:
        """Return the value of a run: the mean of its years, or the measure."""
        return float(self.paired(result).mean())

    def title(self, texts: Texts) -> str:
        """Return what it is called."""
        if self.name in MEASURES:
            return measure_name(self.name, texts)
        return texts(f"quantity.{self.name}")

    def write(self, value: float, texts: Texts) -> str:
        """Return *value* with its unit; a difference of shares is no share and is not for this."""
        if self.name in MEASURES:
            return measured(self.name, value, texts)
        return share(texts, value) if self.name == BREACH else plain(texts, value, 1)

    def write_difference(self, value: float, texts: Texts) -> str:
        """Return the size of a difference with its unit; that of shares in percentage points."""
        size = abs(value)
        if self.name.endswith("_share") or self.name in {BREACH, "load", "utilisation"}:
            return texts("word.points", n=texts.number(100 * size, 1))
        if self.name.endswith("_days") and size < 10:
            return measured(self.name, size, texts, 1)
        return self.write(size, texts)


@cache
def quantity(name: str) -> Quantity:
    """Return the quantity *name*: a measure, a key of :data:`PER_YEAR`, or :data:`BREACH`.

    Raises :exc:`ValueError` for one that does not exist.

    >>> quantity("wait_mean_days").level
    'youth'
    """
    known = [*MEASURES, *PER_YEAR, BREACH]
    if name not in known:
        near = get_close_matches(name, known, n=3) or known
        raise ValueError(f"measure is {name!r}; it must be a measure such as {', '.join(near)}")
    if name in {"late_per_year", BREACH, *PER_YEAR}:
        return Quantity(name, "year", -1)
    good: Literal[-1, 0, 1] = 0
    if name in _MORE_IS_BETTER:
        good = 1
    elif name.startswith(_LESS_IS_BETTER) or name == _LOST:
        good = -1
    return Quantity(name, "youth" if name == "wait_mean_days" else "run", good)


def _late(result: Result, rule: str) -> Floats:
    if rule not in result.late_by_year:
        raise ValueError(
            f"no rule of the scenario has the id {rule!r}; its late meetings are unknown"
        )
    return np.array(result.late_by_year[rule], dtype=float)
