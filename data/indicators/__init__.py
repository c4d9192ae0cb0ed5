"""The leadership report's numbers: indicators, what may be told of them, and the editions kept."""

from data.indicators.cells import EVERYWHERE, Cells, Edition, Part, Told
from data.indicators.indicator import (
    LEVELS,
    Counterpart,
    Indicator,
    Kind,
    Level,
    at_level,
    indicators,
)
from data.indicators.making import editions, make_edition

__all__ = [
    "EVERYWHERE",
    "LEVELS",
    "Cells",
    "Counterpart",
    "Edition",
    "Indicator",
    "Kind",
    "Level",
    "Part",
    "Told",
    "at_level",
    "editions",
    "indicators",
    "make_edition",
]
