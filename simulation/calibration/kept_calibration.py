"""A calibration is made once a year and kept, with versions, audit and copies as every record has.

It is a finished record of the municipality (:data:`SUBJECT`), so that whoever may not read a case can still
calculate with what was found. In it stands what may be told, and nothing else.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from data.course_records import read_course_records
from data.periods import Quarter
from data.records import Record
from simulation.calibration.calibration import Calibration, Told, calibrated
from simulation.calibration.quantities import QUANTITIES

if TYPE_CHECKING:
    from data.store import Store
    from simulation.scenario import Scenario

FORM, SUBJECT = "calibration", "ENHED"
"""The form and the subject of the record."""
QUARTERS_BETWEEN = 4
"""Quarters from one calibration to the next: between them, enough young people must have come."""
_TOLD = re.compile(r"(\S+) from (\S+) to (\S+) (enough|few)")


def newest_calibration(store: "Store") -> Calibration | None:
    """Return the calibration of *store* that was made last; None where none was made."""
    found = [_read(record) for record in store.list_records(case=SUBJECT, form=FORM)]
    return max((one for one in found if one), key=lambda one: one.last, default=None)


def calibrate(store: "Store", ours: "Scenario", today: date) -> Calibration | None:
    """Return the calibration of *store*, made and kept now where there is none from the past year.

    None where there is no checklist of a real case from a whole quarter. Raises
    :exc:`~data.store_errors.StoreError` where the cases may not be read or nothing can be kept.
    """
    before = newest_calibration(store)
    if before is not None and _next(before) > Quarter.of(today):
        return before
    records = read_course_records(store, today)
    if records is None:
        return before
    made = calibrated(records, ours)
    kept = store.load(SUBJECT, FORM, Quarter.of(made.last).id)
    if kept.state != "finished":
        store.finish(replace(kept, answers=_written(made)))
    return made


@dataclass(frozen=True, slots=True)
class Found:
    """The calibration to use, or why there is none."""

    calibration: Calibration | None
    why: Literal["", "nothing", "not_allowed"] = ""
    """``nothing``: no checklist of a real case from a whole quarter; ``not_allowed``: whoever asks may not
    read the cases, and nobody who may has made one."""


def calibration_of(store: "Store", ours: "Scenario", today: date) -> Found:
    """Return the calibration of *store*, made now by who may read the cases; by others, the newest kept.

    Raises :exc:`~data.store_errors.StoreError` where it cannot be kept.
    """
    if not store.access.may("count_cases"):
        kept = newest_calibration(store)
        return Found(kept, "" if kept else "not_allowed")
    made = calibrate(store, ours, today)
    return Found(made, "" if made else "nothing")


def next_calibration(calibration: Calibration) -> date:
    """Return the first day on which another one can be made."""
    return _next(calibration).first


def _next(calibration: Calibration) -> Quarter:
    return Quarter.of(calibration.last).later(QUARTERS_BETWEEN + 1)


def _written(made: Calibration) -> dict[str, str]:
    # Words between the numbers, so that no row of figures looks like a telephone number.
    answers = {
        id: f"{one.value:g} from {one.low:g} to {one.high:g} {'enough' if one.enough else 'few'}"
        for id, one in made.told.items()
    }
    return {**answers, "first": made.first.isoformat(), "last": made.last.isoformat()}


def _read(record: Record) -> Calibration | None:
    """Return what *record* holds; None where it was never finished, or somebody spoilt it."""
    answers = record.answers
    try:
        first, last = (date.fromisoformat(answers.get(end) or "") for end in ("first", "last"))
        told = {id: _one(answers.get(id) or "") for id in QUANTITIES}
    except ValueError:
        return None
    shown = {id: one for id, one in told.items() if one is not None}
    return Calibration(first=first, last=last, told=shown) if record.version else None


def _one(words: str) -> Told | None:
    found = _TOLD.fullmatch(words)
    if found is None:
        return None
    value, low, high = (float(found[place]) for place in (1, 2, 3))
    return Told(value, low, high, found[4] == "enough")
