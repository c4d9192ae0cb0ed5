"""Made-up answers to a self-assessment, so that a round can be seen before anybody has answered."""

import random
from collections.abc import Iterator

from data.answers import Answers
from data.assessment import GROUPS, Group, Sheet, round_before
from data.forms import Form, Item
from data.records import Record

ROUNDS = 3
_PEOPLE: dict[Group, int] = {"youth": 5, "coordinator": 4, "team": 6, "leader": 3}
_LEVEL: dict[Group, float] = {"youth": 2.3, "coordinator": 3.2, "team": 2.9, "leader": 3.7}
"""Invented, as is all that follows: those farthest from the young people see it brightest."""
_RISE = 0.3  # steps of the scale from one round to the next
_SPREAD = 0.8  # steps, as a standard deviation
_UNKNOWN = 0.06  # share of the answers


def example_records(form: Form, last: str) -> Iterator[Record]:
    """Yield the sheets of three closed rounds up to *last*, in a unit that does not exist.

    The same form and round give the same answers.
    """
    chance = random.Random(form.id)  # noqa: S311 (nothing to keep secret)
    rounds = [last]
    while len(rounds) < ROUNDS:
        rounds.insert(0, round_before(rounds[0]))
    levels = {
        (section.id, group): _LEVEL[group] + chance.uniform(-0.8, 0.8)
        for section in form.sections
        for group in GROUPS
    }
    for number, name in enumerate(rounds):
        for group, people in _PEOPLE.items():
            for person in range(1, people + 1):
                answers = {
                    item.id: _answer(chance, levels[item.section, group] + number * _RISE, item)
                    for item in form.items
                    if item.kind == "scale"
                }
                yield _finished(form, Sheet(name, group, person).occasion, answers)
        yield _finished(form, name, {})


def _finished(form: Form, occasion: str, answers: Answers) -> Record:
    return Record(
        case="EKSEMPEL", form=form.id, occasion=occasion, answers=answers, state="finished"
    )


def _answer(chance: random.Random, level: float, item: Item) -> str:
    if "unknown" in item.codes and chance.random() < _UNKNOWN:
        return "unknown"
    return str(min(max(round(chance.gauss(level, _SPREAD)), item.low), item.high))
