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
from data.indicators.words import (
    answer_in_words,
    figure_of,
    period_in_words,
    told_in_words,
    unit_in_words,
)

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
    "answer_in_words",
    "at_level",
    "editions",
    "figure_of",
    "indicators",
    "make_edition",
    "period_in_words",
    "told_in_words",
    "unit_in_words",
]
