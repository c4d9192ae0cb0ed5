"""What an edition tells quarter by quarter, as the points of a run chart."""

from collections.abc import Callable, Sequence

from data.indicators import Indicator, Told, period_in_words
from data.texts import Texts
from simulation.run_chart import Point, Scale
from simulation.wording import share

SCALES: dict[str, Scale] = {
    "share": "share",
    "count": "count",
    "minutes": "mean",
    "split": "share",
}
"""How an indicator of a kind is drawn over time; one of another kind is not. The cases of a coordinator hang
on those of the quarter before, so that nothing can be said of chance there."""
_NEAR = 0.2
"""Width of a range of shares that is drawn as one point, in its middle."""


def points_of(told: Sequence[Told], indicator: Indicator, texts: Texts) -> list[Point]:
    """Return *told* as points; of a split, the share of its first answer."""
    return [_point(each, indicator, period_in_words(each.quarters, texts)) for each in told]


def ticks_of(told: Sequence[Told], texts: Texts) -> list[str]:
    """Return the short names of quarters at an axis, with the year below where it is a new one."""
    found, before = [], 0
    for each in told:
        first, last = each.quarters[0], each.quarters[-1]
        number = str(first.number) if first == last else f"{first.number}–{last.number}"
        words = texts("leadership.tick", number=number)
        found.append(words if last.year == before else f"{words}\n{last.year}")
        before = last.year
    return found


def written_value(indicator: Indicator, texts: Texts) -> Callable[[float], str]:
    """Return how a value of *indicator* is written at an axis."""
    if indicator.kind in {"share", "split"}:
        return lambda value: share(texts, min(max(value, 0.0), 1.0))
    return texts.number


def _point(told: Told, indicator: Indicator, name: str) -> Point:
    if indicator.kind == "split":
        return _split_point(told, name)
    least, most, whole = told.least, told.most, told.whole
    if least is None or most is None or told.why == "none":
        return Point(name, None, 0 if told.why == "none" else None)
    if indicator.kind == "minutes":
        return Point(name, (least + most) / 2, whole)
    if indicator.kind == "count":
        return Point(name, told.value, 1.0, least, most)
    if whole is None:
        return Point(name, None, None)
    low, high = min(least, whole), min(most, whole)
    number = told.value
    if number is None and told.share is not None:
        number = float(round(told.share * whole))
    return Point(name, number, float(whole), low, high)


def _split_point(told: Told, name: str) -> Point:
    if not told.parts:
        return Point(name, None, None)
    first, rest = told.parts[0], told.parts[1:]
    whole = float(round(sum((part.least + part.most) / 2 for part in told.parts)))
    low = first.least / max(1, first.least + sum(part.most for part in rest))
    high = first.most / max(1, first.most + sum(part.least for part in rest))
    middle = float(round((low + high) / 2 * whole)) if high - low <= _NEAR else None
    return Point(name, middle, whole, float(int(low * whole)), float(int(high * whole)))
