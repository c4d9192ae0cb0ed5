"""A calibration in words: each estimate beside our number, and which of the two is used."""

from dataclasses import dataclass
from math import isfinite

from data.follow_up import FEWEST
from data.presets import Preset
from data.texts import Texts
from simulation.calibration.calibration import ENOUGH, Calibration, Line, beside_ours, sources
from simulation.calibration.quantities import QUANTITIES, Quantity


@dataclass(frozen=True, slots=True)
class LineInWords:
    """One quantity as it is read."""

    id: str
    name: str
    own: str
    """What was estimated, with its interval; or that it is not shown."""
    ours: str
    """Our number, with what it may be; empty where we have none."""
    verdict: str
    how: str
    """How it was estimated."""
    sources: tuple[str, ...]
    """Where our numbers are from."""
    is_input: bool
    """Whether it is a number that the calculation uses."""
    is_used: bool


def lines_in_words(
    calibration: Calibration, preset: Preset, texts: Texts
) -> tuple[LineInWords, ...]:
    """Return every quantity of *calibration* beside the number of *preset*, in words."""
    return tuple(_in_words(line, preset, texts) for line in beside_ours(calibration, preset))


def rule_in_words(texts: Texts) -> str:
    """Return how it is chosen which number is told and which is used."""
    return texts("calibration.rule", fewest=texts.number(FEWEST), enough=texts.number(ENOUGH))


def quantity_name(id: str, texts: Texts) -> str:
    """Return what the quantity *id* is called."""
    ours = QUANTITIES[id].parameters == (id,)
    return texts(f"parameter.{id}" if ours else f"calibration.{id}")


def _in_words(line: Line, preset: Preset, texts: Texts) -> LineInWords:
    quantity = QUANTITIES[line.id]
    own = texts("calibration.not_told")
    if line.told:
        own = _ranged(quantity, line.told.value, line.told.low, line.told.high, texts)
    ours = ""
    if line.ours is not None:
        ours = _ranged(quantity, line.ours, line.low, line.high, texts)
    verdict: str = line.verdict
    if verdict == "hidden" and line.ours is None:
        verdict = "hidden_outcome"
    limits = {
        "hidden": {"fewest": texts.number(FEWEST)},
        "hidden_outcome": {"fewest": texts.number(FEWEST)},
        "few": {"enough": texts.number(ENOUGH)},
    }
    return LineInWords(
        line.id,
        quantity_name(line.id, texts),
        own,
        ours,
        texts(f"calibration.verdict.{verdict}", **limits.get(verdict, {})),
        texts(f"calibration.how.{line.id}"),
        tuple(figure.source.in_(texts.language) for figure in sources(preset, line)),
        line.ours is not None,
        line.verdict == "used",
    )


def _ranged(
    quantity: Quantity, value: float, low: float | None, high: float | None, texts: Texts
) -> str:
    """Return a number with its unit and what it may be."""
    said = _written(quantity, value, texts)
    if not (quantity.kind == "share" and quantity.unit.startswith("share of")):
        said = f"{said} {texts(f'unit.{quantity.unit}')}"
    if low is None or high is None or low == high:
        return said
    least = _written(quantity, low, texts)
    if not isfinite(high):
        return texts("calibration.at_least", value=said, low=least)
    most = _written(quantity, high, texts)
    return texts("calibration.between", value=said, low=least, high=most)


def _written(quantity: Quantity, value: float, texts: Texts) -> str:
    """Return a number with as many decimals as it has, three at most; a share as per cent."""
    shown = 100 * value if quantity.kind == "share" else value
    decimals = len(f"{shown:.3f}".rstrip("0").partition(".")[2])
    if quantity.kind == "share":
        return texts.percent(value, decimals)
    return texts.number(value, decimals)
