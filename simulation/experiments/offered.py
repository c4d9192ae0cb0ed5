"""What a leadership group can ask a search: promises with their limits, and what else may be changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from data import parameters
from data.texts import Texts
from simulation.experiments.promise import Promise
from simulation.experiments.quantities import quantity
from simulation.results import Result
from simulation.scenario import Scenario
from simulation.wording import lowered

Side = Literal["at_most", "at_least"]

OFTEN: tuple[tuple[float, int, int], ...] = (
    (0.5, 5, 10),
    (0.6, 6, 10),
    (0.7, 7, 10),
    (0.8, 8, 10),
    (0.9, 9, 10),
    (0.95, 19, 20),
)
"""How often a promise can be asked to hold: the probability, and as so many of so many."""
USUAL = 0.9
"""What is asked where nothing else is chosen."""
_LATE_FOR_EACH = 2
"""Late meetings a year for each coordinator today at which the choice of a limit begins. It is a place
to begin, no standard: none was found."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A measure that can be promised, with the limits that can be chosen."""

    measure: str
    side: Side
    limits: tuple[float, ...]
    usual: float
    """The limit at which the choice begins."""

    def promise(self, limit: float) -> Promise:
        """Return the promise with *limit*; raises :exc:`ValueError` for one that is not offered."""
        if limit not in self.limits:
            raise ValueError(
                f"limit of {self.measure} is {limit!r}; it must be one of {list(self.limits)}"
            )
        return Promise(self.measure, **{self.side: limit})

    def limit_in_words(self, limit: float, texts: Texts) -> str:
        """Return *limit* with its unit."""
        of = quantity(self.measure)
        counts = of.level == "year" or self.measure.startswith("caseload")
        return texts.number(limit) if counts else of.write(limit, texts)

    def begin(self, today: Scenario) -> float:
        """Return the limit at which the choice begins in a municipality that works as *today*."""
        if self.measure != "late_per_year":
            return self.usual
        wanted = _LATE_FOR_EACH * today.coordinators
        return min(self.limits, key=lambda limit: abs(limit - wanted))


_FEW = tuple(map(float, range(11)))
OFFERED: Mapping[str, Offer] = {
    offer.measure: offer
    for offer in (
        Offer("late_per_year", "at_most", (*_FEW, 12, 15, 20, 25, 30, 40, 50, 75, 100), 8),
        Offer("late_meeting_17_5_per_year", "at_most", (*_FEW, 15, 20, 30), 0),
        Offer("late_first_follow_up_per_year", "at_most", (*_FEW, 15, 20, 30), 0),
        Offer("wait_p90_days", "at_most", (7, 14, 21, 30, 45, 60, 91, 120), 30),
        Offer("missed_contact_share", "at_most", (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4), 0.1),
        Offer("kept_coordinator_share", "at_least", (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9), 0.7),
        Offer("caseload_max", "at_most", (10, 12, 15, 18, 20, 22, 25, 30, 35, 40), 20),
    )
}
"""What can be promised, by the measure."""

LEVERS = ("weekly_hours", "reminders", "booking_horizon_weeks", "team_slots_per_week")
"""What may be changed beside the number of coordinators."""
_EARLIER = 4  # weeks
_MORE_SLOTS = 1.5


def lever_values(field: str, base: Scenario) -> tuple[Any, ...]:
    """Return the values of *field*, one of :data:`LEVERS`, that are tried: what *base* has and more.

    Only one where *base* has the most there can be. What counts as more is our choice: full time, 4
    weeks earlier, half as many meetings again.
    """
    now, parameter = getattr(base, field), parameters()[field]
    match field:
        case "reminders":
            return (now,) if now else (False, True)
        case "weekly_hours":
            more: Any = 37.0
        case "booking_horizon_weeks":
            more = min(now + _EARLIER, int(parameter.maximum))
        case "team_slots_per_week":
            most = int(parameter.maximum)
            more = tuple(min(int(slots * _MORE_SLOTS + 0.5), most) for slots in now)
        case _:
            raise ValueError(f"lever is {field!r}; it must be one of {', '.join(LEVERS)}")
    return (now,) if more == now else (now, more)


def often_in_words(probability: float, texts: Texts) -> str:
    """Return the *probability* of :data:`OFTEN` as "9 of 10"; any other in per cent."""
    for offered, part, whole in OFTEN:
        if offered == probability:
            return texts("promised.often", n=texts.number(part), all=texts.number(whole))
    return texts.percent(probability)


def promise_in_words(promise: Promise, probability: float, years: int, texts: Texts) -> str:
    """Return *promise* as a leader says it: "at most 8 late meetings, in 9 of 10 years".

    *years* are those of a run, which counts as one where the measure has no single years. The measure
    must be one of :data:`OFFERED`.
    """
    offer = OFFERED[promise.measure]
    limit = promise.at_most if promise.at_least is None else promise.at_least
    said = texts(
        f"promised.{offer.side}",
        measure=lowered(quantity(promise.measure).title(texts)),
        limit=offer.limit_in_words(limit or 0.0, texts),
    )
    often = often_in_words(probability, texts)
    level = "year" if quantity(promise.measure).level == "year" else "run"
    return texts(f"promised.in_{level}", promise=said, often=often, years=texts.number(years))


def kept_to(promise: Promise, probability: float, results: Sequence[Result], texts: Texts) -> str:
    """Return what the runs keep to with *probability*, as a limit that could be promised: "at most 6".

    The measure must be one of :data:`OFFERED`.
    """
    of, offer = quantity(promise.measure), OFFERED[promise.measure]
    values = np.concatenate([of.paired(result) for result in results])
    known = values[~np.isnan(values)]
    if not known.size:
        return texts("word.not_known")
    at = probability if promise.at_least is None else 1 - probability
    # A number that occurred; a share of 0.9 of ten may come out a hair above nine.
    limit = float(np.quantile(known, round(at, 9), method="inverted_cdf"))
    return texts(f"promised.kept_{offer.side}", limit=offer.limit_in_words(limit, texts))
