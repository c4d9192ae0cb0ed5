"""An edition as the answers of a record, and back: what it tells for the first time, and no more."""

import json
from typing import Any

from data.answers import Answers
from data.indicators.cells import Edition, Part, Told
from data.periods import Quarter, read_period
from data.records import Record

FORM = "report"
"""The form of the record that keeps an edition."""
SUBJECT = "ENHED"
"""The subject of the record that keeps an edition."""
_EXERCISE = "ØVELSE-"


def occasion_of(edition: Edition) -> str:
    """Return the occasion of the record of *edition*: its number, which no other has."""
    return f"{_EXERCISE if edition.exercise else ''}{edition.number}"


def answers_of(edition: Edition) -> Answers:
    """Return *edition* as the answers of its record."""
    return {
        "period": edition.period.id,
        "made_on": edition.made_on,
        "fewest": str(edition.fewest),
        "units": json.dumps(edition.units, ensure_ascii=False),
        "told": json.dumps([_plain(block) for block in edition.blocks], ensure_ascii=False),
    }


def edition_of(record: Record) -> Edition | None:
    """Return the edition in *record*, with what it tells for the first time; None where it holds none."""
    answers = record.answers
    number = record.occasion.removeprefix(_EXERCISE)
    period = read_period(answers.get("period") or "")
    if period is None or not (number.isascii() and number.isdigit()):
        return None
    return Edition(
        period=period,
        number=int(number),
        made_on=answers.get("made_on") or "",
        exercise=record.occasion.startswith(_EXERCISE),
        fewest=int(answers.get("fewest") or 5),
        units=tuple(json.loads(answers.get("units") or "[]")),
        blocks=tuple(_told(plain) for plain in json.loads(answers.get("told") or "[]")),
    )


def _plain(told: Told) -> list[Any]:
    parts = [[part.id, part.least, part.most] for part in told.parts]
    ends = [told.least, told.most, told.whole_least, told.whole_most]
    quarters = [quarter.id for quarter in told.quarters]
    return [told.indicator, quarters, list(told.units), *ends, parts, told.why]


def _told(plain: list[Any]) -> Told:
    indicator, quarters, units, least, most, whole_least, whole_most, parts, why = plain
    return Told(
        indicator,
        tuple(quarter for each in quarters if (quarter := Quarter.read(each)) is not None),
        tuple(units),
        least,
        most,
        whole_least,
        whole_most,
        tuple(Part(*part) for part in parts),
        why,
    )
