"""The answer to "what is the smallest staffing that keeps this promise?", as a leadership group reads it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, log2, prod
from threading import Event
from typing import Any

import numpy as np

from data.texts import Texts
from simulation.changes import differences_in_words
from simulation.experiments.offered import kept_to, often_in_words, promise_in_words
from simulation.experiments.promise import Promise
from simulation.experiments.quantities import quantity
from simulation.experiments.replications import replications
from simulation.experiments.search import CONFIRMED_BELOW, PILOT, smallest_staffing
from simulation.experiments.staffing import COST, Search, Staffing, capital
from simulation.results import Result
from simulation.scenario import Scenario
from simulation.study import Study
from simulation.summary import compare, mean_interval
from simulation.wording import money, share

CAP, CAP_OF_KINDS = 400, 200
"""Most runs of each staffing where one input is searched over, and where several are: what keeps the
promise within some points of what is asked stays unclear, and is said to."""
TODAY = 100
"""Runs of today, which the price of the answer is held against."""
_MOST_NAMED = 4
_MOST_PEOPLE = 2.5
_NOT_PRICED = frozenset({"reminders", "team_slots_per_week"})


@dataclass(frozen=True)
class StaffingQuestion:
    """What is searched for.

    Attributes:
        base: What all staffings have in common.
        today: What price and years are held against.
        promise: One of :data:`~simulation.experiments.offered.OFFERED`.
        probability: With which it must hold at least.
        over: The staffings: the input that is counted up, then what else may change, each with its values.
        seed: The chance that all meet.
    """

    base: Scenario
    today: Scenario
    promise: Promise
    probability: float
    over: tuple[tuple[str, tuple[Any, ...]], ...]
    seed: int = 1

    @property
    def cap(self) -> int:
        """Most runs of each staffing."""
        return CAP if len(self.over) == 1 else CAP_OF_KINDS

    def in_words(self, texts: Texts) -> str:
        """Return the promise."""
        return promise_in_words(self.promise, self.probability, self.base.years, texts)

    @property
    def most(self) -> int:
        """Runs that a search takes in the ordinary course at most: no staffing fails against the order."""
        first, *others = (len(values) for _, values in self.over)
        bracket = PILOT * ceil(log2(first)) if first > 1 else 0
        return prod(others) * (bracket + (1 + CONFIRMED_BELOW) * self.cap)


@dataclass(frozen=True)
class StaffingAnswer:
    """What is known so far."""

    question: StaffingQuestion
    search: Search
    today: Sequence[Result] = field(default=(), repr=False)
    """Runs of today on the same youths; there once the search is over."""

    @property
    def progress(self) -> tuple[int, int]:
        """Runs so far, and of how many at most in the ordinary course; alike at the end."""
        done = self.search.replications
        if self.search.cost is not None:
            done += sum(self.search.cost.observations)
        over = self.search.status not in {"searching", "cancelled"}
        if over:
            return done, done
        # Where staffings fail against the order, or stay unclear, all may have to be asked.
        question = self.question
        all_of_them = prod(len(values) for _, values in question.over) * question.cap
        return done, max(question.most if done < question.most else all_of_them, done + 1)

    @property
    def offered(self) -> tuple[Staffing, ...]:
        """The staffings to try out: what looks enough, then what surely is; alike, or none, or one."""
        over = self.search.status not in {"searching", "cancelled"}
        told = (self.search.likely, self.search.chosen) if over else (self.search.likely,)
        return tuple({one.values: one for one in told if one is not None}.values())

    def name(self, one: Staffing, texts: Texts) -> str:
        """Return what *one* is called: of what may be changed beside the first only what is changed."""
        return one.name(texts, self.question.base)

    def lead(self, texts: Texts) -> str:
        """Return the answer in one sentence."""
        search = self.search
        names = [self.name(one, texts) for one in self.offered]
        if search.status in {"searching", "cancelled"}:
            if not names:
                return texts("find.searching")
            return texts("find.likely", staffing=names[0])
        if search.chosen is None:
            if search.status == "unclear" and names:
                return texts("find.likely_unsure", staffing=capital(names[0]))
            return texts(f"find.{search.status}")
        if len(names) == 2:
            return texts("find.likely_and_sure", likely=capital(names[0]), sure=capital(names[1]))
        unclear = search.below and search.below[0].verdict != "breaks"
        words = "find.enough" if unclear else "find.found"
        return texts(words, staffing=capital(self.name(search.chosen, texts)))

    def said(self, texts: Texts) -> tuple[tuple[str, ...], ...]:
        """Return what stands behind the answer, a paragraph for each staffing that is told of."""
        if self.search.status in {"searching", "cancelled"}:
            return tuple((self._kept(one, texts),) for one in self.offered)
        if not self.offered:
            one = self.search.nearest
            if one is None:
                return ()
            nearest = texts("find.nearest", staffing=self.name(one, texts))
            return (
                (nearest, self._kept(one, texts), *self._years(one, texts)),
                self._cause(one, texts),
            )
        told = [
            (
                *self._change(one, texts),
                self._kept(one, texts),
                *self._years(one, texts),
                *self._price(one, texts),
            )
            for one in self.offered
        ]
        return (*told, *([why] if (why := tuple(self._why(texts))) else []))

    def _why(self, texts: Texts) -> Iterator[str]:
        # Where less looks enough, that is what stands above, and the reasons for more come from it.
        if len(self.offered) == 1 and self.search.chosen is not None:
            yield from self.search.why(texts, self.question.base)
            return
        smallest = self.offered[0]
        less = [one for one in self.search.tried if _is_less(one, smallest)]
        if less:
            yield less[-1].below_in_words(texts, self.question.base)

    def unsure(self, texts: Texts) -> tuple[str, ...]:
        """Return what is not sure about it, and what it leaves out."""
        if self.search.status in {"searching", "cancelled"}:
            return (texts("find.unsure_begun"),)
        said = [self.search.confidence_in_words(texts)]
        unclear = [one for one in self.search.tried if one.verdict == "unclear"]
        if unclear:
            n = texts.number(self.question.cap)
            names = "; ".join(self.name(one, texts) for one in unclear)
            if len(unclear) > _MOST_NAMED:
                names = texts("find.unsure_number", n=texts.number(len(unclear)))
            said.append(texts("find.unsure_unclear", staffings=names, n=n))
        left = prod(len(values) for _, values in self.question.over) - len(self.search.tried)
        if left:
            said.append(texts("find.unsure_untried", n=texts.number(left)))
        if _NOT_PRICED & {name for name, _ in self.question.over}:
            said.append(texts("find.unsure_price"))
        said.append(texts("find.unsure_model"))
        return tuple(said)

    def _change(self, one: Staffing, texts: Texts) -> tuple[str, ...]:
        name = capital(self.name(one, texts))
        if one.scenario == self.question.today:
            return (texts("find.as_today", staffing=name),)
        changes = "; ".join(differences_in_words(one.scenario, self.question.today, texts))
        if len(self.offered) == 1:
            return (texts("find.change", changes=changes),)
        return (texts("find.change_of", staffing=name, changes=changes),)

    def _kept(self, one: Staffing, texts: Texts) -> str:
        level = "year" if quantity(self.question.promise.measure).level == "year" else "run"
        low, high = share(texts, one.low), share(texts, one.high)
        runs = texts.number(one.replications)
        kept = share(texts, one.kept)
        return texts(f"find.kept_{level}", share=kept, low=low, high=high, runs=runs)

    def _years(self, one: Staffing, texts: Texts) -> tuple[str, ...]:
        promise, probability = self.question.promise, self.question.probability
        level = "year" if quantity(promise.measure).level == "year" else "run"
        slots = {
            "measure": quantity(promise.measure).title(texts),
            "often": often_in_words(probability, texts),
            "limit": kept_to(promise, probability, one.results, texts),
        }
        if not self.today or one.scenario == self.question.today:
            return (texts(f"find.range_{level}", **slots),)
        today = kept_to(promise, probability, self.today, texts)
        return (texts(f"find.range_{level}_today", **slots, today=today),)

    def _price(self, one: Staffing, texts: Texts) -> tuple[str, ...]:
        costs = np.array([result.measures[COST] for result in one.results])
        said = texts("find.price", mean=money(texts, mean_interval(costs)[0]))
        if not self.today or one.scenario == self.question.today:
            return (said,)
        change = compare(one.results, self.today)[COST]
        if not change.clear:
            return said, texts("find.price_unclear")
        low, high = sorted((abs(change.low), abs(change.high)))
        return said, texts(
            "find.dearer" if change.mean > 0 else "find.cheaper",
            mean=money(texts, abs(change.mean)),
            low=money(texts, low),
            high=money(texts, high),
        )

    def _cause(self, one: Staffing, texts: Texts) -> tuple[str, ...]:
        """Say what the late days of the nearest staffing come from, and that more may be changed."""
        said = []
        if self.question.promise.measure.startswith("late_"):
            days = Study(one.scenario, one.results).late_days_by_cause
            cause, most = max(days.items(), key=lambda day: day[1])
            if most > 0:
                part = share(texts, most / sum(days.values()))
                said.append(
                    texts(
                        "find.cause",
                        staffing=capital(self.name(one, texts)),
                        cause=texts(f"cause.{cause}"),
                        share=part,
                    )
                )
        if len(self.question.over) == 1:
            said.append(texts("find.try_more"))
        return tuple(said)


def _is_less(one: Staffing, other: Staffing) -> bool:
    (_, mine), *kind = one.values
    (_, theirs), *same = other.values
    return kind == same and bool(mine < theirs)


def coordinators_around(today: Scenario) -> tuple[int, ...]:
    """Return the numbers of coordinators that are searched: from one to two and a half times today's."""
    return tuple(range(1, ceil(_MOST_PEOPLE * today.coordinators) + 1))


def staffing_answers(
    question: StaffingQuestion, cancel: Event | None = None
) -> Iterator[StaffingAnswer]:
    """Yield the answer to *question* as it grows; the last one is whole unless *cancel* was set.

    Raises as :func:`~simulation.experiments.search.smallest_staffing` does.
    """
    stop = cancel or Event()
    states = smallest_staffing(
        question.base,
        question.promise,
        probability=question.probability,
        over=dict(question.over),
        cap=question.cap,
        seed=question.seed,
        cancel=stop,
    )
    for state in states:
        found = StaffingAnswer(question, state)
        if state.status == "searching":
            yield found
        else:
            yield replace(found, today=_today(found, stop))


def _today(found: StaffingAnswer, stop: Event) -> tuple[Result, ...]:
    """Return runs of today, those of the search where it had enough of them."""
    asked = found.question
    for one in found.search.tried:
        if one.scenario == asked.today and one.replications >= TODAY:
            return tuple(one.results)
    return tuple(replications(asked.today, TODAY, asked.seed, cancel=stop))
