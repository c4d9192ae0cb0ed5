"""What a search for the smallest staffing has found, in a table and in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from data import parameters
from data.texts import Texts
from simulation.assumptions import written
from simulation.experiments.promise import Promise
from simulation.experiments.selection import Selection, percent_as_meant
from simulation.results import Result
from simulation.scenario import Scenario
from simulation.summary import mean_interval
from simulation.wording import counted, money, share

if TYPE_CHECKING:
    import pandas as pd

Verdict = Literal["keeps", "breaks", "unclear", "open"]
Status = Literal["searching", "found", "none", "unclear", "cancelled"]

COST = "cost_per_year_dkk"
SHOWN = (COST, "late_per_year", "kept_coordinator_share", "missed_contact_share")
"""Measures in the table beside the promise."""


@dataclass(frozen=True)
class Staffing:
    """One staffing that was tried, as far as its runs have come.

    Attributes:
        values: Its value of each field that is searched over.
        scenario: The base with these.
        verdict: Whether it ``keeps`` the promise with the asked probability, ``breaks`` it, is
            ``unclear`` after the most runs allowed, or is still ``open``, as it was asked no further.
        kept: Share of years (or runs) that kept the promise.
        low: Lower end of its interval, which holds however many runs it took to stop.
        high: Upper end.
        results: Its runs, from replication 0.
    """

    values: tuple[tuple[str, Any], ...]
    scenario: Scenario = field(repr=False)
    verdict: Verdict
    kept: float
    low: float
    high: float
    results: Sequence[Result] = field(repr=False)

    @property
    def replications(self) -> int:
        """Its runs."""
        return len(self.results)

    def name(self, texts: Texts, base: Scenario | None = None) -> str:
        """Return the staffing in words, such as "5 coordinators".

        With *base*, what is counted up comes first, and of the rest only what differs from *base*.
        """
        if base is None:
            return _in_words(self.values, texts)
        counted_up = _in_words(self.values[:1], texts)
        others = [value for value in self.values[1:] if value[1] != getattr(base, value[0])]
        if not others:
            return counted_up
        changed = ", ".join(_changed(*value, texts) for value in others)
        return texts("search.with", staffing=counted_up, changed=changed)

    def below_in_words(self, texts: Texts, base: Scenario | None = None) -> str:
        """Return why it is not enough, or that this is unclear; it stands below one that is."""
        word = "search.below" if self.verdict == "breaks" else "search.below_unclear"
        return texts(word, **_slots(self, texts, base))


@dataclass(frozen=True)
class Search:
    """A search for the smallest staffing, as far as it has come.

    Attributes:
        base: What the staffings are variants of.
        promise: What must hold.
        probability: With which probability at least.
        confidence: With which all answers are right at once.
        cap: Most runs of each staffing.
        seed: The chance that all staffings met.
        status: ``searching``; ``found``; ``none`` where no staffing in the range keeps the promise;
            ``unclear`` where the cap was hit before any surely did; ``cancelled``.
        tried: All that were tried, in the order of the range.
        chosen: The smallest (or, among several kinds of staffing, the cheapest) that surely keeps it.
        below: Those next below the chosen one, nearest first; empty where it is the smallest in range.
        smallest: Of each kind of staffing, the smallest that surely keeps it.
        cost: How the cheapest of these was selected; None for one kind only.
        first: The smallest staffing in the range.
        last: The greatest.
    """

    base: Scenario
    promise: Promise
    probability: float
    confidence: float
    cap: int
    seed: int
    status: Status
    tried: tuple[Staffing, ...]
    chosen: Staffing | None
    below: tuple[Staffing, ...]
    smallest: tuple[Staffing, ...]
    cost: Selection | None
    first: tuple[tuple[str, Any], ...]
    last: tuple[tuple[str, Any], ...]

    @property
    def replications(self) -> int:
        """Runs of all staffings together."""
        return sum(one.replications for one in self.tried)

    @property
    def likely(self) -> Staffing | None:
        """The smallest that keeps the promise as it looks so far, long before that is confirmed.

        Among several kinds of staffing the one whose runs cost least; None where none looks enough.
        """
        looks = [
            one for one in self.tried if one.verdict != "breaks" and one.kept >= self.probability
        ]
        smallest = {one.values[1:]: one for one in reversed(looks)}
        return min(smallest.values(), key=_mean_cost, default=None)

    @property
    def nearest(self) -> Staffing | None:
        """The one of all that were tried that kept the promise most often; None before the first."""
        return max(self.tried, key=lambda one: one.kept, default=None)

    def table(self) -> "pd.DataFrame":
        """Return one row a staffing that was tried.

        Columns: one for each field that is searched over; ``replications``; ``kept``, ``kept_low``,
        ``kept_high``: share (0-1) of years or runs that kept the promise, with the ends of its 95 %
        interval; ``verdict``: keeps, breaks, unclear or open; ``chosen``; then for each measure
        of :data:`SHOWN` its mean and, with ``_low`` and ``_high``, the ends of its 95 % interval (DKK
        a year, meetings a year, shares 0-1).
        """
        import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

        rows = []
        for one in self.tried:
            row = dict(one.values) | {
                "replications": one.replications,
                "kept": one.kept,
                "kept_low": one.low,
                "kept_high": one.high,
                "verdict": one.verdict,
                "chosen": self.chosen is not None and one.values == self.chosen.values,
            }
            for measure in SHOWN:
                values = np.array([result.measures[measure] for result in one.results])
                ends = mean_interval(values)
                row |= dict(zip((measure, f"{measure}_low", f"{measure}_high"), ends, strict=True))
            rows.append(row)
        return pd.DataFrame(rows)

    def in_words(self, texts: Texts) -> tuple[str, ...]:
        """Return the promise, the answer, why less will not do, and how sure all that is."""
        promise = self.promise.in_words(texts)
        said = [
            texts("search.promise", promise=promise, probability=share(texts, self.probability))
        ]
        if self.status in {"searching", "cancelled"}:
            said.append(texts(f"search.{self.status}", runs=texts.number(self.replications)))
            if self.likely is not None:
                said.append(texts("search.likely", **_slots(self.likely, texts)))
            return tuple(said)
        if self.chosen is None:
            first, last = (_in_words(end, texts) for end in (self.first, self.last))
            n = texts.number(self.cap)
            said.append(texts(f"search.{self.status}", first=first, last=last, n=n))
            if self.nearest is not None:
                said.append(texts("search.nearest", **_slots(self.nearest, texts)))
        else:
            said += [texts("search.found", **_slots(self.chosen, texts)), *self.why(texts)]
        said.append(self.confidence_in_words(texts))
        return tuple(said)

    def confidence_in_words(self, texts: Texts) -> str:
        """Return how sure the answers about who keeps the promise are, all at once."""
        return texts("search.confidence", confidence=percent_as_meant(self._feasible, texts))

    @property
    def _feasible(self) -> float:
        """Confidence of who keeps the promise; the rest is used to select the cheapest."""
        return parts(self.confidence, self.cost is not None)[0]

    def why(self, texts: Texts, base: Scenario | None = None) -> Iterator[str]:
        """Yield why less will not do, and whether it is the cheapest; nothing before one is chosen."""
        if self.chosen is None:
            return
        if not self.below:
            yield texts("search.smallest_tried")
        for one in self.below[:1]:
            yield one.below_in_words(texts, base)
        odd = [one for one in self.tried if _greater(one, self.chosen) and one.verdict == "breaks"]
        if odd:
            yield texts("search.not_monotone", staffing=odd[-1].name(texts, base))
        if self.cost is not None:
            sure = self.cost.status == "selected"
            yield texts(
                "search.cheapest" if sure else "search.cheapest_unclear",
                delta=money(texts, self.cost.delta),
                confidence=percent_as_meant(self.cost.probability, texts),
                n=texts.number(max(self.cost.observations)),
            )


def parts(confidence: float, several: bool) -> tuple[float, float]:
    """Return the confidence for who keeps the promise and for who is cheapest of these."""
    half = 1 - (1 - confidence) / 2
    return (half, half) if several else (confidence, confidence)


def _mean_cost(one: Staffing) -> float:
    return float(np.mean([result.measures[COST] for result in one.results]))


def _greater(one: Staffing, other: Staffing) -> bool:
    (_, mine), *kind = one.values
    (_, theirs), *same = other.values
    return kind == same and bool(mine > theirs)


def capital(words: str) -> str:
    """Return *words* as they stand at the beginning of a sentence."""
    return words[:1].upper() + words[1:]


def _slots(one: Staffing, texts: Texts, base: Scenario | None = None) -> dict[str, str]:
    name = one.name(texts, base)
    return {
        "chosen": name,
        "staffing": capital(name),
        "share": share(texts, one.kept),
        "low": share(texts, one.low),
        "high": share(texts, one.high),
        "n": texts.number(one.replications),
    }


def _in_words(values: Sequence[tuple[str, Any]], texts: Texts) -> str:
    return ", ".join(_value_in_words(name, value, texts) for name, value in values)


def _value_in_words(name: str, value: Any, texts: Texts) -> str:
    if f"count.{name}.other" in texts.words:
        return counted(texts, name, value, 0 if float(value).is_integer() else 1)
    parameter = parameters()[name]
    return f"{texts(f'parameter.{name}')}: {written(texts, parameter, value)}"


def _changed(name: str, value: Any, texts: Texts) -> str:
    if name == "reminders":
        return texts("change.reminders_on" if value else "change.reminders_off")
    return _value_in_words(name, value, texts)
