"""A promise about single years or runs, such as "no late meeting at 17½ in a year"."""

import re
from dataclasses import dataclass
from math import inf

import numpy as np

from data.texts import Texts
from simulation.experiments.quantities import quantity
from simulation.results import Result


@dataclass(frozen=True, slots=True)
class Promise:
    """What must hold in a single year, or in a single run where the measure has no years.

    Attributes:
        measure: A name that :func:`~simulation.experiments.quantities.quantity` knows, such as
            ``late_per_year`` or ``late_meeting_17_5_per_year`` (counted in each year),
            ``wait_mean_days``, ``missed_contact_share`` or ``caseload_max`` (of each run).
        at_most: The most it may be, or None.
        at_least: The least it may be, or None. Exactly one of the two is given.

    Raises :exc:`ValueError` for a measure that does not exist, or none or both of the limits.

    >>> Promise.read("late_per_year <= 3")
    Promise(measure='late_per_year', at_most=3.0, at_least=None)
    """

    measure: str
    at_most: float | None = None
    at_least: float | None = None

    def __post_init__(self) -> None:
        if quantity(self.measure).is_share_of_singles:
            raise ValueError(
                f"{self.measure} is itself a probability; promise late_meeting_17_5_per_year <= 0, and "
                "give the probability with which it must hold"
            )
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError(f"{self.measure} needs one of at_most and at_least, not none or both")

    @classmethod
    def read(cls, words: str) -> "Promise":
        """Return the promise written as ``measure <= number`` or ``measure >= number``.

        Raises :exc:`ValueError` for anything else.
        """
        found = re.fullmatch(r"\s*(\w+)\s*(<=|>=)\s*(\d+(?:\.\d+)?)\s*", words)
        if not found:
            raise ValueError(
                f"promise is {words!r}; write it as 'late_per_year <= 3' or "
                "'kept_coordinator_share >= 0.8'"
            )
        measure, sign, limit = found[1], found[2], float(found[3])
        return cls(measure, limit) if sign == "<=" else cls(measure, at_least=limit)

    def kept(self, result: Result) -> float:
        """Return the share of the years of a run that keep it, or 1 or 0 where the run is one whole.

        Where there was nothing to measure, there was nobody to break it to: it counts as kept.
        """
        values = quantity(self.measure).paired(result)
        most = inf if self.at_most is None else self.at_most
        least = -inf if self.at_least is None else self.at_least
        return 1.0 - float(np.mean((values > most) | (values < least)))

    def in_words(self, texts: Texts) -> str:
        """Return what is promised."""
        of = quantity(self.measure)
        side = "at_least" if self.at_most is None else "at_most"
        limit = (self.at_least if self.at_most is None else self.at_most) or 0.0
        level = "year" if of.level == "year" else "run"
        words = of.write(limit, texts) if limit % 1 or of.level != "year" else texts.number(limit)
        return texts(f"promise.{side}_{level}", measure=of.title(texts), limit=words)
