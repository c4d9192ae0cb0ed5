"""The few numbers a leader takes along, each with its interval and its change against today."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan
from typing import Literal

from data.texts import Texts
from simulation.study import Study
from simulation.summary import Difference, Spread
from simulation.wording import MILLION, base_in_words, between, counted, money, plain, share, signed

Write = Callable[[Texts, float], str]


@dataclass(frozen=True, slots=True)
class Headline:
    """One number, in words."""

    id: str
    label: str
    value: str
    """What nine out of ten years, youths or periods lie between: what one may have to live with."""
    mean: str
    """Which of these it is, and the mean."""
    change: str
    """The difference from the comparison; empty where nothing is compared."""
    better: Literal["better", "worse", "neither"]
    """Whether the change is clear and welcome; money and caseload are not judged."""


@dataclass(frozen=True, slots=True)
class _Kind:
    id: str
    measure: str
    spread: Callable[[Study], Spread]
    write: Write
    ends: Callable[[Texts, float, float], str]
    """How the interval is written, with its unit."""
    change: Write
    """How the size of a difference is written."""
    of: str
    """What the interval holds nine out of ten of: in_years, for_youths or in_periods."""
    good: Literal[-1, 0, 1]
    """Whether more (1) or less (-1) is welcome."""


def headlines(study: Study, texts: Texts) -> tuple[Headline, ...]:
    """Return the headline numbers of *study*, in the order in which they are shown."""
    return tuple(_headline(kind, study, texts) for kind in _KINDS)


def in_words(id: str, mean: float, low: float, high: float, texts: Texts) -> tuple[str, str]:
    """Return the *mean* of the headline *id*, and what nine in ten lie between, as they are shown.

    Raises :exc:`LookupError` where there is no such headline.
    """
    kind = next((kind for kind in _KINDS if kind.id == id), None)
    if kind is None:
        raise LookupError(f"no headline '{id}'; there are: {', '.join(k.id for k in _KINDS)}")
    return kind.write(texts, mean), kind.ends(texts, low, high)


def _headline(kind: _Kind, study: Study, texts: Texts) -> Headline:
    spread = kind.spread(study)
    label = texts(f"headline.{kind.id}")
    if isnan(spread.mean):
        unknown = texts("headline.not_known")
        return Headline(kind.id, label, texts("word.not_known"), unknown, "", "neither")
    difference = study.differences.get(kind.measure)
    return Headline(
        id=kind.id,
        label=label,
        value=kind.ends(texts, spread.low, spread.high),
        mean=texts(f"headline.{kind.of}", mean=kind.write(texts, spread.mean)),
        change=_change(kind, difference, base_in_words(study, texts), texts) if difference else "",
        better=_better(kind, difference) if difference else "neither",
    )


def _change(kind: _Kind, difference: Difference, base: str, texts: Texts) -> str:
    if isnan(difference.mean):
        return ""
    if difference.none:
        return texts("headline.same", base=base)
    if not difference.clear:
        return texts("headline.unclear")
    size = kind.change(texts, abs(difference.mean))
    return texts("headline.against", change=signed(size, difference.mean), base=base)


def _better(kind: _Kind, difference: Difference) -> Literal["better", "worse", "neither"]:
    if not kind.good or not difference.clear:
        return "neither"
    return "better" if difference.mean * kind.good > 0 else "worse"


def _tenths(texts: Texts, value: float) -> str:
    return plain(texts, value, 1)


def _days(texts: Texts, value: float) -> str:
    return counted(texts, "days", value)


def _day_change(texts: Texts, value: float) -> str:
    return counted(texts, "days", value, 0 if value >= 1 else 1)


def _points(texts: Texts, value: float) -> str:
    return texts("word.points", n=texts.number(100 * value, 1))


def _number_range(texts: Texts, low: float, high: float) -> str:
    return between(texts, plain(texts, low), plain(texts, high))


def _tenths_range(texts: Texts, low: float, high: float) -> str:
    return between(texts, _tenths(texts, low), _tenths(texts, high))


def _day_range(texts: Texts, low: float, high: float) -> str:
    start, end = plain(texts, low), plain(texts, high)
    days = counted(texts, "days", high)
    return days if start == end else between(texts, start, days)


def _percent_range(texts: Texts, low: float, high: float) -> str:
    start, end = texts.percent(low), texts.percent(high)
    return end if start == end else between(texts, texts.number(100 * low), end)


def _money_range(texts: Texts, low: float, high: float) -> str:
    if low >= MILLION:
        ends = (texts.number(end / MILLION, 2) for end in (low, high))
        return texts("word.million_dkk", n=between(texts, *ends))
    ends = (texts.number(round(end, -2)) for end in (low, high))
    return texts("word.dkk", n=between(texts, *ends))


_KINDS = (
    _Kind("late", "late_per_year", lambda s: s.summary.late_per_year,
          _tenths, _number_range, _tenths, "in_years", -1),
    _Kind("wait", "wait_mean_days", lambda s: s.summary.wait_days,
          _days, _day_range, _day_change, "for_youths", -1),
    _Kind("caseload", "caseload_mean", lambda s: s.summary.caseload,
          _tenths, _tenths_range, _tenths, "in_periods", 0),
    _Kind("kept", "kept_coordinator_share", lambda s: s.summary.kept_coordinator,
          share, _percent_range, _points, "in_periods", 1),
    _Kind("missed", "missed_contact_share", lambda s: s.summary.missed_contact,
          share, _percent_range, _points, "in_periods", -1),
    _Kind("cost_year", "cost_per_year_dkk", lambda s: s.summary.cost_per_year,
          money, _money_range, money, "in_periods", 0),
    _Kind("cost_youth", "cost_per_youth_year_dkk", lambda s: s.summary.cost_per_youth_year,
          money, _money_range, money, "in_periods", 0),
)  # fmt: skip
