"""Decisions of a unit: which there are, and the figures that each expects.

A decision is a record of the form ``decision``; its occasion is its number. What is expected stands in
the hidden questions of the form as whole numbers, money in DKK and all else in thousandths, so that it
can be read again by anybody and be held against what is counted later.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from data.answers import Answers
from data.records import Record
from data.store import Store
from data.store_errors import StaleRecord

FORM = "decision"
"""The id of the form."""
EXPECTATION = "expectation"
"""The form of the record that keeps what a decision expects of each quarter; nobody fills it in."""

Kind = Literal["count", "days", "share", "dkk"]
FIGURES: Mapping[str, Kind] = {
    "late": "count",
    "breach": "share",
    "wait": "days",
    "caseload": "count",
    "kept": "share",
    "missed": "share",
    "load": "share",
    "cost_year": "dkk",
    "cost_youth": "dkk",
}
"""The figures that a decision expects, with what each is measured in; a share is 0-1."""
PARTS = ("mean", "low", "high", "today")
"""What is kept of each: its mean, what nine in ten lie between, and the mean with today's numbers."""
_SCALE: Mapping[Kind, int] = {"count": 1_000, "days": 1_000, "share": 100_000, "dkk": 1}
_MOST = 999_999_999


@dataclass(frozen=True, slots=True)
class Figure:
    """One expected figure; what is not known is None."""

    id: str
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    """Nineteen in twenty single years, youths or runs lie below."""
    today: float | None = None
    """The mean with today's numbers; None where today itself was calculated."""

    @property
    def kind(self) -> Kind:
        """What it is measured in."""
        return FIGURES[self.id]


@dataclass(frozen=True, slots=True)
class Number:
    """One measure of the calculation behind a decision, as exact as it was; not known is None."""

    measure: str
    """The name of the measure, as in ``simulation.measures.MEASURES``."""
    of: Literal["years", "youths", "runs"]
    """What *low* and *high* hold nine in ten of."""
    unit: Literal["share", "days", "hours", "dkk", "count"]
    """What it is measured in; a share is 0-1."""
    low: float | None = None
    mean: float | None = None
    high: float | None = None
    today_low: float | None = None
    today: float | None = None
    today_high: float | None = None
    difference: float | None = None
    """Mean of the paired differences, tried minus today."""
    difference_low: float | None = None
    difference_high: float | None = None
    """Upper end of its confidence interval of 95 %."""


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure in words, as a document shows it."""

    id: str
    label: str
    today: str
    """Empty where today itself was calculated."""
    expected: str
    range: str
    """What nine in ten lie between; empty where there is no such thing."""


def figure_answers(figures: Iterable[Figure]) -> dict[str, str]:
    """Return *figures* as answers to the hidden questions; what is not known is left out."""
    answers = {}
    for figure in figures:
        for part in PARTS:
            value = getattr(figure, part)
            if value is None or not isfinite(value):
                continue
            whole = round(max(value, 0.0) * _SCALE[figure.kind])
            answers[f"{figure.id}_{part}"] = str(min(whole, _MOST))
    return answers


def figures_of(answers: Answers) -> tuple[Figure, ...]:
    """Return the expected figures in *answers*, those that have a mean, in the order of :data:`FIGURES`.

    >>> figures_of({"late_mean": "5420", "late_low": "2000", "late_high": "9000"})[0]
    Figure(id='late', mean=5.42, low=2.0, high=9.0, today=None)
    """
    return tuple(_figures(answers))


def decisions_of(records: Iterable[Record]) -> list[Record]:
    """Return the decisions among *records*, the newest first."""
    found = [each for each in records if each.form == FORM and _is_number(each.occasion)]
    return sorted(found, key=lambda each: int(each.occasion), reverse=True)


def begin_decision(store: Store, unit: str, answers: Answers) -> Record:
    """Keep a new decision of *unit* with *answers* and return it; no other gets its number.

    Raises :exc:`~data.store_errors.StoreError` where it cannot be kept.
    """
    while True:
        known = decisions_of(store.list_records(unit, FORM))
        number = int(known[0].occasion) + 1 if known else 1
        try:
            return store.save(Record(case=unit, form=FORM, occasion=str(number), answers=answers))
        except StaleRecord:
            continue  # Somebody else began at the same moment.


def _figures(answers: Answers) -> Iterator[Figure]:
    for id, kind in FIGURES.items():
        kept = {part: answers.get(f"{id}_{part}") for part in PARTS}
        found = {part: int(words) / _SCALE[kind] for part, words in kept.items() if words}
        if "mean" in found:
            yield Figure(id, **found)


def _is_number(occasion: str) -> bool:
    return occasion.isascii() and occasion.isdigit() and occasion != ""
