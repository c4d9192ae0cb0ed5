"""Dated rules: what falls due, when, on whose word and since when.

A rule is an entry in ``definitions/rules.toml``. Its window is counted in whole calendar months from
its anchor; a deadline on a day off moves back to the working day before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from data.files import DataError, Entry, line_of, read_model, read_table
from data.words import Words
from data.working_days import Days, previous_working_days, split

Basis = Literal["law", "model", "recommended", "local"]
Anchor = Literal["birthday", "majority", "referral"]


class Rule(Entry):
    """One thing that must happen within a window of time."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: Literal["meeting", "end"]
    """A meeting with the youth, or the end of the programme."""
    anchor: Anchor
    """What the months are counted from: the day of birth, the 18th birthday, or the referral."""
    earliest_months: int = Field(ge=-216, le=600)
    """Months from the anchor to the first day of the window."""
    target_months: int = Field(ge=-216, le=600)
    """Months from the anchor to the day one aims at."""
    latest_months: int = Field(ge=-216, le=600)
    """Months from the anchor to the last day that is on time."""
    basis: Basis
    """On whose word: the law, the model, a recommendation, or the municipality's own."""
    valid_from: date
    valid_to: date | None = None
    """The last day on which the rule is in force; None while it has no end."""
    source: str = Field(min_length=1)
    checked_on: date
    """The day on which a person last held the rule against its source."""
    name: Words
    note: Words | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.earliest_months <= self.target_months <= self.latest_months:
            raise ValueError(
                f"{self.id}: the window {self.earliest_months}, {self.target_months}, "
                f"{self.latest_months} is not in order: earliest ≤ target ≤ latest is required"
            )
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(
                f"{self.id}: valid_to {self.valid_to} lies before valid_from {self.valid_from}"
            )
        return self


@dataclass(frozen=True, slots=True)
class Window:
    """The days of one rule for several youths, one element a youth."""

    rule: Rule
    earliest: Days
    target: Days
    due: Days
    """The last day as it is counted, which may be a day off."""
    latest: Days
    """The last day that is on time: ``due`` or, if that is a day off, the working day before."""
    counts: NDArray[np.bool_]
    """Whether the rule is in force on the youth's target day."""


class RuleFile(Entry):
    """The content of a rule file."""

    rules: tuple[Rule, ...] = Field(min_length=1)


def read_rules(source: str | Path = "definitions/rules.toml") -> tuple[Rule, ...]:
    """Return the rules in *source*, checked.

    Raises :exc:`~data.files.DataError` with file, line, field, value and what is allowed, also where
    two rules of one id are in force on the same day.
    """
    rules = read_model(source, RuleFile).rules
    for number, rule in enumerate(rules):
        for other in rules[:number]:
            if rule.id == other.id and _overlap(rule, other):
                _, text, name = read_table(source)
                line = line_of(text, ["rules", number, "id"])
                raise DataError(
                    name,
                    line,
                    f"rules.{number}.id",
                    f"'{rule.id}' is in force twice from {max(rule.valid_from, other.valid_from)}; "
                    "end one before the other begins",
                )
    return rules


def windows(rules: Sequence[Rule], birthdays: Days, referrals: Days) -> list[Window]:
    """Return the window of each rule in *rules*, in their order, for several youths at once.

    *birthdays* are days of birth; *referrals* are as many days.
    """
    # Six months before the 18th birthday is the wording of the law; for a youth born on 29 February
    # it is a day earlier than 17 years and 6 months after the birth, and the earlier day counts.
    born = split(birthdays)
    used = {rule.anchor for rule in rules}
    anchors = {"birthday": born}
    if "majority" in used:
        anchors["majority"] = split(born.add_months(216))
    if "referral" in used:
        anchors["referral"] = split(referrals)
    found = []
    for rule in rules:
        anchor = anchors[rule.anchor]
        target = anchor.add_months(rule.target_months)
        due = anchor.add_months(rule.latest_months)
        latest = previous_working_days(due)
        earliest = np.minimum(anchor.add_months(rule.earliest_months), latest)
        counts = target >= np.datetime64(rule.valid_from)
        if rule.valid_to is not None:
            counts &= target <= np.datetime64(rule.valid_to)
        found.append(Window(rule, earliest, np.minimum(target, latest), due, latest, counts))
    return found


def _overlap(one: Rule, other: Rule) -> bool:
    return (other.valid_to is None or one.valid_from <= other.valid_to) and (
        one.valid_to is None or other.valid_from <= one.valid_to
    )
