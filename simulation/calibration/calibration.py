"""What may be told of the estimates, and which of them take the place of our numbers.

Three rules, in this order. They are ours.

1. **Told** is only what is seen in at least :data:`~data.follow_up.FEWEST` young people, happened as often,
   and (of a share) did not happen as often. Of the rest nothing is told, not how many either.
2. **Rounded** is what is told to steps of a quarter of its interval, the ends outwards: a finer number would
   say nothing more of the municipality, but of single young people. The preset holds the rounded number.
3. **Used** is what happened, and did not happen, at least :data:`ENOUGH` times, and has an interval that is
   narrower than what we think the number may be (as a difference or as a ratio), or does not hold our number.
   Otherwise our number stays: the records know no more than we do.

A calibration is kept when it is made, and for a year no other is made: two in a row would tell of the few
who came in between.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, inf, isfinite, log10, nan
from typing import TYPE_CHECKING, Literal

from data.course_records import CourseRecords
from data.follow_up import FEWEST
from data.own_figures import OwnFigure, OwnFigures
from data.presets import PRESETS, Figure, Preset, parameters, read_preset
from data.texts import Texts
from simulation.calibration.checklists import checklist_estimates
from simulation.calibration.coordinators import coordinator_estimates
from simulation.calibration.estimate import Estimate
from simulation.calibration.quantities import BESIDE, QUANTITIES
from simulation.calibration.stays import stay_estimates
from simulation.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

ENOUGH = 10
"""How often something must have happened to take the place of our number."""
Verdict = Literal["used", "described", "hidden", "few", "wide", "beyond"]
"""What becomes of an estimate: it takes the place of our number; it has no number to replace and is told
beside what the model gives; or our number stays, since too few are behind it to be told, it happened too
seldom, it is less sure than ours, or it lies outside what a scenario can have."""


@dataclass(frozen=True, slots=True)
class Told:
    """What may be told of one estimate, rounded."""

    value: float
    low: float
    high: float
    """May be infinite: the records do not say how long at most."""
    enough: bool
    """Whether it happened often enough to take the place of our number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What the records of one period tell; no number in it is of few young people."""

    first: date
    last: date
    told: Mapping[str, Told]
    """By quantity; what may not be told is left out."""


@dataclass(frozen=True, slots=True)
class Line:
    """One quantity held beside our number."""

    id: str
    told: Told | None
    verdict: Verdict
    ours: float | None
    """Our number, in the quantity's unit; None where it has none."""
    low: float | None
    """What we think our number may be."""
    high: float | None
    gives: Mapping[str, float]
    """The numbers of a scenario that it gives; empty unless used."""


def estimates(records: CourseRecords, ours: Scenario) -> dict[str, Estimate]:
    """Return every estimate from *records* by its id; what they cannot say is taken from *ours*.

    They hold counts of few young people: only :func:`calibrated` is to be shown to anybody.
    """
    found = [*stay_estimates(records, ours), *checklist_estimates(records)]
    by_id = {one.id: one for one in [*found, *coordinator_estimates(records)]}
    return {id: by_id[id] for id in QUANTITIES}


def calibrated(records: CourseRecords, ours: Scenario) -> Calibration:
    """Return what may be told of the *records*, by the first two rules."""
    told = {id: may_tell(one) for id, one in estimates(records, ours).items()}
    shown = {id: one for id, one in told.items() if one is not None}
    return Calibration(first=records.first, last=records.last, told=shown)


def may_tell(estimate: Estimate) -> Told | None:
    """Return *estimate* as it may be told; None where too few are behind it, or nothing was found."""
    value, low, high = estimate.value, estimate.low, estimate.high
    if estimate.smallest < FEWEST or not (isfinite(value) and isfinite(low)):
        return None
    width = high - low if isfinite(high) else 2 * (value - low)
    step = _step(width / 4)
    if step == 0:
        return Told(value, low, high, estimate.smallest >= ENOUGH)
    is_share = QUANTITIES[estimate.id].kind == "share"
    top = inf if not isfinite(high) else _tidy(ceil(high / step - 1e-9) * step)
    return Told(
        _tidy(round(value / step) * step),
        _tidy(max(0.0, floor(low / step + 1e-9) * step)),
        min(top, 1.0) if is_share else top,
        estimate.smallest >= ENOUGH,
    )


def _step(most: float) -> float:
    """Return the greatest of 1, 2 and 5 times a power of ten that is at most *most*."""
    if not most > 0:
        return 0.0
    power = 10.0 ** floor(log10(most))
    return next(times * power for times in (5, 2, 1) if times * power <= most * (1 + 1e-9))


def _tidy(number: float) -> float:
    return float(f"{number:.10g}")


# --- Beside our numbers ---------------------------------------------------------------------------


def beside_ours(calibration: Calibration, preset: Preset) -> tuple[Line, ...]:
    """Return every quantity beside the number of *preset*, with what becomes of it by the third rule."""
    lines: dict[str, Line] = {}
    for id in QUANTITIES:
        lines[id] = _line(id, calibration.told.get(id), preset, lines)
    return tuple(lines.values())


def beside_table(calibration: Calibration, preset: Preset) -> "pd.DataFrame":
    """Return the same as a table, one row a quantity.

    Columns: ``quantity``; ``value``, ``low`` and ``high`` as they may be told (missing where they may not);
    ``ours``, ``our_low`` and ``our_high``; ``verdict``. All in the unit of the quantity, shares from 0 to 1.
    """
    import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

    rows = []
    for line in beside_ours(calibration, preset):
        told = line.told or Told(nan, nan, nan, enough=False)
        row = {"quantity": line.id, "value": told.value, "low": told.low, "high": told.high}
        row |= {"ours": line.ours, "our_low": line.low, "our_high": line.high}
        rows.append({**row, "verdict": line.verdict})
    return pd.DataFrame(rows)


def _line(id: str, told: Told | None, preset: Preset, before: Mapping[str, Line]) -> Line:
    ours, low, high = _our_number(id, preset)
    gives: Mapping[str, float] = {}
    if told is None:
        verdict: Verdict = "hidden"
    elif ours is None:
        verdict = "described"
    elif not told.enough:
        verdict = "few"
    elif _knows_no_more(told, ours, low, high):
        verdict = "wide"
    else:
        gives = _given(id, told.value, preset, before)
        allowed = all(parameters()[one].fault(value) is None for one, value in gives.items())
        verdict = "used" if allowed else "beyond"
    return Line(id, told, verdict, ours, low, high, gives if verdict == "used" else {})


def _knows_no_more(told: Told, ours: float, low: float | None, high: float | None) -> bool:
    if low is None or high is None or not told.low <= ours <= told.high:
        return False
    is_wider = told.high - told.low >= high - low
    # A number that may be 0 is not known within any ratio.
    return is_wider and (not told.low or not low or told.high / told.low >= high / low)


def _our_number(id: str, preset: Preset) -> tuple[float | None, float | None, float | None]:
    """Return our number of a quantity with what it may be; of several numbers, their sum."""
    names = QUANTITIES[id].parameters
    if not names:
        return None, None, None
    if id == "fixed_meeting_hours":
        names = (*names, "meeting_hours", *BESIDE)
    figures = [preset.figures[name] for name in names]
    value = sum(_plain(figure.value) for figure in figures)
    lows, highs = ([getattr(figure, end) for figure in figures] for end in ("low", "high"))
    if any(end is None for end in (*lows, *highs)):
        return _tidy(value), None, None
    return _tidy(value), _tidy(sum(map(_plain, lows))), _tidy(sum(map(_plain, highs)))


def _given(
    id: str, value: float, preset: Preset, before: Mapping[str, Line]
) -> Mapping[str, float]:
    """Return the numbers of a scenario that a quantity with *value* gives.

    Of all the hours of a fixed meeting, those in the meeting are as they were found, travel, agreement and
    checklist are ours, and what is left is shared between preparation and follow-up as ours are.
    """
    names = QUANTITIES[id].parameters
    if id != "fixed_meeting_hours":
        return {names[0]: int(value) if parameters()[names[0]].kind == "whole" else value}
    meeting = before["meeting_hours"].gives.get("meeting_hours")
    meeting = _plain(preset.figures["meeting_hours"].value) if meeting is None else meeting
    left = value - meeting - sum(_plain(preset.figures[name].value) for name in BESIDE)
    ours = {name: _plain(preset.figures[name].value) for name in names}
    return {name: round(left * hours / sum(ours.values()), 2) for name, hours in ours.items()}


def _plain(value: object) -> float:
    assert isinstance(value, int | float)  # noqa: S101 (only plain numbers are estimated)
    return float(value)


def own_figures(calibration: Calibration, preset: str, texts: Texts, name: str = "") -> OwnFigures:
    """Return the numbers that take the place of those of *preset*, each with its source in words."""
    source = source_in_words(calibration, texts)
    given = {
        id: value
        for line in beside_ours(calibration, read_preset(preset))
        for id, value in line.gives.items()
    }
    figures = {id: OwnFigure(given[id], source) for id in parameters() if id in given}
    return OwnFigures(preset, figures, name)


def nearest_size(calibration: Calibration) -> str | None:
    """Return the preset whose inflow is nearest to what was found; None where that is not told."""
    inflow = calibration.told.get("inflow_per_year")
    if inflow is None or not inflow.value > 0:
        return None
    ours = {name: _plain(read_preset(name).figures["inflow_per_year"].value) for name in PRESETS}
    return min(ours, key=lambda name: abs(log10(ours[name] / inflow.value)))


def source_in_words(calibration: Calibration, texts: Texts) -> str:
    """Return where the numbers are from, such as "jeres tjeklister, 1. januar 2024–31. december 2026"."""
    first, last = texts.date(calibration.first), texts.date(calibration.last)
    return texts("calibration.source", first=first, last=last)


def sources(preset: Preset, line: Line) -> Iterator[Figure]:
    """Yield our figures that stand beside *line*, each with its source."""
    for name in QUANTITIES[line.id].parameters:
        yield preset.figures[name]
