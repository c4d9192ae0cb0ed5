"""What was counted in a quarter, held against what was expected: chance, more than chance, or too few.

**What is expected.** Of a plain number, nine in ten single simulated quarters of that season
(:mod:`simulation.experiments.quarters`). Of a part of a whole, the same for as many cases as there were:
each simulated quarter is gone on with, in its own run, until it has as many cases as were counted; of
these, so many are drawn, without putting back (hypergeometric), and all quarters weigh the same. So what
comes in clumps stays in clumps, and a share of eight is not held against a share of eighty. It takes for
granted that lateness does not hang on how many cases there happen to be.

**What is said.** Outside nine in ten lies one number in ten, though nothing is wrong. So a number is "more
than chance" only where the Monte Carlo test (Barnard 1963; Davison and Hinkley 1997, 4.2: quarters at least
as far out, plus one, by all quarters plus one; two-sided) finds it in at most :data:`LEVEL` divided by how
many numbers were compared (Bonferroni). Quarters of one run are not quite independent; nor are the numbers
of one quarter, for which Bonferroni allows.

**Too few.** Nothing is said where no number could have lain outside, or where a hidden number may lie on
either side (:class:`data.follow_up.Cell`). And a number that today's way of working would bring as well
tells nothing of the change; that is said too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, hypergeom

from data.follow_up import FEWEST, INDICATORS, Cell, FollowedLine, Indicator, Quarter
from data.texts import Texts
from simulation.experiments.quarters import Expected, Ints, Quarters
from simulation.measure_words import joined
from simulation.summary import PREDICTION, TAIL, prediction
from simulation.wording import between, plain, share

Floats = NDArray[np.float64]
Verdict = Literal["within", "below", "above", "few", "unknown"]
LEVEL = 0.05
"""How often a model that fits may have any of its numbers called more than chance."""
FEWEST_QUARTERS = 100
"""Simulated quarters below which no range of nine in ten is told."""


@dataclass(frozen=True)
class Outlook:
    """How often each number comes about in simulated quarters; the place in ``chances`` is the number."""

    chances: Floats
    quarters: int
    """From how many simulated quarters; 0 where there was nothing to count."""

    @cached_property
    def ends(self) -> tuple[int, int]:
        """What nine in ten lie between, as numbers that come about."""
        reached = self.chances.cumsum()
        # Sums of chances may miss a round share by the last digit.
        low, high = (int(np.searchsorted(reached, at - 1e-12)) for at in (TAIL, 1 - TAIL))
        return low, min(high, self.chances.size - 1)

    @cached_property
    def mean(self) -> float:
        """The mean number."""
        return float(self.chances @ np.arange(self.chances.size))

    def p_value(self, number: int) -> float:
        """Return how often, at most, a quarter is as far out as *number*, to either side (two-sided)."""
        below, above = self.chances[: number + 1].sum(), self.chances[number:].sum()
        least = (min(below, above) * self.quarters + 1) / (self.quarters + 1)
        return float(min(1.0, 2 * least))


@dataclass(frozen=True)
class Judged:
    """One counted number against what was expected."""

    cell: Cell
    expected: Outlook
    today: Outlook | None
    """The same without the change; None where nothing was changed."""
    verdict: Verdict
    sure: bool = False
    """Whether it lies farther out than chance explains."""

    @property
    def like_today(self) -> bool:
        """Whether today's way of working would bring the number as well; False where that is not known."""
        if self.today is None or self.verdict in {"few", "unknown"} or not self.today.quarters:
            return False
        low, high = self.today.ends
        return low <= self.cell.least and self.cell.most <= high


@dataclass(frozen=True)
class FollowedQuarter:
    """What was counted in one quarter, against what was expected of it."""

    quarter: Quarter
    judged: tuple[Judged, ...]
    missing: tuple[Indicator, ...]
    """What was not counted, or of too few to be told."""
    ordinary: dict[Indicator, tuple[float, float]]
    """What nine in ten quarters of this season have: the number or, for a part, its share (0-1)."""
    runs: int
    span: int
    """How many quarters in a row it stands for."""
    compared: bool
    """Whether there is a today to tell the change from."""

    @property
    def comparable(self) -> tuple[Judged, ...]:
        """Those of which something can be said."""
        return tuple(one for one in self.judged if one.verdict not in {"few", "unknown"})


def hold_quarter(
    quarter: Quarter,
    cells: Sequence[Cell],
    expected: Expected,
    *,
    decided: bool = True,
    span: int = 1,
    tables: int = 1,
) -> FollowedQuarter:
    """Return *cells*, counted in *quarter*, held against what is *expected* of it.

    Where the change was not *decided*, they are held against today's way of working. With a *span*, they
    were counted in so many quarters in a row, of which *quarter* is the first, and are held against as
    many simulated ones in a row. *tables* are how many such tables stand side by side; each allows for that.
    """
    chosen = expected.tried.in_a_row(span)
    other = expected.today.in_a_row(span) if expected.today else None
    if not decided and other is not None:
        chosen, other = other, None
    judged = [_judge(cell, chosen, other, quarter) for cell in cells]
    compared = sum(one.verdict not in {"few", "unknown"} for one in judged)
    judged = [_with_certainty(one, compared * tables) for one in judged]
    known = {cell.indicator for cell in cells}
    ordinary = {indicator: _ordinary(chosen, indicator, quarter) for indicator in INDICATORS}
    return FollowedQuarter(
        quarter=quarter,
        judged=tuple(judged),
        missing=tuple(indicator for indicator in INDICATORS if indicator not in known),
        ordinary=ordinary,
        runs=expected.runs,
        span=span,
        compared=other is not None,
    )


def outlook(of: Quarters, indicator: Indicator, quarter: Quarter, whole: int | None) -> Outlook:
    """Return what *indicator* comes to in quarters like *quarter*, of so many cases as *whole*.

    No *whole* stands for a plain number.
    """
    at, column = of.at(quarter), [*INDICATORS].index(indicator)
    if whole is None:
        numbers = of.counts[:, at, column, 0].ravel()
        if not numbers.size:
            return Outlook(np.ones(1), 0)
        return Outlook(np.bincount(numbers) / numbers.size, int(numbers.size))
    stretches = _stretches(of.counts[:, :, column, :], at, whole, of.span)
    if not len(stretches):
        return Outlook(np.ones(1), 0)
    each, times = np.unique(stretches, axis=0, return_counts=True)
    numbers = np.arange(whole + 1)
    part, all_of_it = each[:, :1], each[:, 1:]
    # A run that never has so many is gone on with for ever: drawn with putting back.
    enough = all_of_it >= whole
    drawn = np.where(
        enough,
        hypergeom.pmf(numbers, np.maximum(all_of_it, whole), part, whole),
        binom.pmf(numbers, whole, part / all_of_it),
    )
    return Outlook(times @ drawn / times.sum(), int(times.sum()))


def _stretches(counts: Ints, at: Sequence[int], whole: int, span: int) -> Ints:
    """Return (part, whole) of each quarter in *at* of each run, gone on with until it has *whole* cases.

    *counts* are runs × quarters × (part, whole), each of *span* quarters in a row, so that the next one
    begins so many later. After the last quarter a run begins again. A run without any case is left out.
    """
    found = []
    quarters = counts.shape[1]
    for begin in at:
        order = [(begin + step * span) % quarters for step in range(quarters)]
        summed = counts[:, order].cumsum(axis=1)
        reached = summed[:, :, 1] >= max(whole, 1)
        stop = np.where(reached.any(axis=1), reached.argmax(axis=1), quarters - 1)
        found.append(summed[np.arange(len(counts)), stop])
    stretches = np.concatenate(found) if found else np.zeros((0, 2), dtype=np.int64)
    return np.asarray(stretches[stretches[:, 1] > 0])


def _ordinary(of: Quarters, indicator: Indicator, quarter: Quarter) -> tuple[float, float]:
    at, column = of.at(quarter), [*INDICATORS].index(indicator)
    part, whole = of.counts[:, at, column, 0].ravel(), of.counts[:, at, column, 1].ravel()
    if INDICATORS[indicator]:
        part, whole = part[whole > 0], whole[whole > 0]
        return prediction(part / whole)
    return prediction(part)


def _judge(cell: Cell, chosen: Quarters, other: Quarters | None, quarter: Quarter) -> Judged:
    expected = outlook(chosen, cell.indicator, quarter, cell.whole)
    today = outlook(other, cell.indicator, quarter, cell.whole) if other else None
    if expected.quarters < FEWEST_QUARTERS:
        return Judged(cell, expected, today, "unknown")
    if cell.whole is not None and (cell.whole < FEWEST or expected.ends == (0, cell.whole)):
        return Judged(cell, expected, today, "few")
    found = {_place(number, expected) for number in range(cell.least, cell.most + 1)}
    verdict: Verdict = found.pop() if len(found) == 1 else "few"
    return Judged(cell, expected, today, verdict)


def _place(number: int, expected: Outlook) -> Verdict:
    low, high = expected.ends
    return "below" if number < low else "above" if number > high else "within"


def _with_certainty(one: Judged, compared: int) -> Judged:
    if one.verdict not in {"below", "above"}:
        return one
    numbers = range(one.cell.least, one.cell.most + 1)
    worst = max(one.expected.p_value(number) for number in numbers)
    return replace(one, sure=worst <= LEVEL / max(compared, 1))


# --- In words -------------------------------------------------------------------------------------


def lines_in_words(found: FollowedQuarter, texts: Texts) -> tuple[FollowedLine, ...]:
    """Return a line for each indicator, also for what was not counted."""
    judged = {one.cell.indicator: one for one in found.judged}
    return tuple(
        _line(judged[indicator], texts)
        if indicator in judged
        else _uncounted(found, indicator, texts)
        for indicator in INDICATORS
    )


def quarter_in_words(found: FollowedQuarter, texts: Texts) -> tuple[str, ...]:
    """Return what the numbers of the quarter say together, most important first, and what they do not."""
    told = found.comparable
    if not told:
        return (texts("follow_up.nothing"), texts("follow_up.no_effect"))
    inside = sum(one.verdict == "within" for one in told)
    slots = {"inside": texts.number(inside), "all": texts.number(len(told))}
    said = [texts("follow_up.inside_one" if len(told) == 1 else "follow_up.inside", **slots)]
    sure = [one for one in told if one.sure]
    if sure:
        names = "; ".join(texts(f"follow_up.{one.cell.indicator}") for one in sure)
        said.append(texts("follow_up.more_than_chance", names=names))
    elif inside < len(told):
        said.append(texts("follow_up.by_chance"))
    if any(one.cell.indicator == "meetings" and one.verdict == "below" for one in told):
        said.append(texts("follow_up.missing_checklists"))
    if found.compared:
        alike = all(one.like_today for one in told)
        said.append(texts("follow_up.like_today" if alike else "follow_up.unlike_today"))
    said.append(texts("follow_up.no_effect"))
    return tuple(said)


def method_in_words(
    found: FollowedQuarter, texts: Texts, *, added: bool = False
) -> tuple[str, ...]:
    """Return how the range and the words come about, a sentence each; *added* where quarters are added up."""
    runs = texts.number(found.runs)
    season = texts(f"follow_up.season_{found.quarter.number}")
    return (
        texts("follow_up.method_quarter", runs=runs, season=season),
        texts("follow_up.method_whole"),
        texts("follow_up.method_chance", level=share(texts, LEVEL), share=share(texts, PREDICTION)),
        texts("follow_up.method_few", fewest=texts.number(FEWEST)),
        texts("follow_up.method_counted"),
        *([texts("follow_up.method_together")] if added else []),
        texts("follow_up.method_limits"),
    )


def _line(one: Judged, texts: Texts) -> FollowedLine:
    cell, verdict = one.cell, one.verdict
    counted = _counted(cell, texts)
    expected = texts("word.not_known")
    if verdict != "unknown":
        low, high = (texts.number(end) for end in one.expected.ends)
        expected = between(texts, low, high)
        if cell.whole is not None:
            expected = texts("follow_up.of", part=expected, whole=texts.number(cell.whole))
    certainty = "_sure" if one.sure else ""
    words = texts(f"follow_up.verdict_{verdict}{certainty}")
    if verdict == "within" and one.like_today:
        words = f"{words} {texts('follow_up.also_today')}"
    label = texts(f"follow_up.{cell.indicator}")
    return FollowedLine(cell.indicator, label, counted, expected, words, "look" if one.sure else "")


def _counted(cell: Cell, texts: Texts) -> str:
    if not cell.hidden:
        part = texts.number(cell.least)
    elif (cell.least, cell.most) == (1, FEWEST - 1):
        part = texts("follow_up.hidden", fewest=texts.number(FEWEST))
    else:
        part = between(texts, texts.number(cell.least), texts.number(cell.most))
    if cell.whole is None:
        return part
    return texts("follow_up.of", part=part, whole=texts.number(cell.whole))


def _uncounted(found: FollowedQuarter, indicator: Indicator, texts: Texts) -> FollowedLine:
    low, high = found.ordinary[indicator]
    expected = texts("word.not_known")
    if not np.isnan(low):
        write = share if INDICATORS[indicator] else plain
        expected = joined(write(texts, low), write(texts, high), texts)
    label = texts(f"follow_up.{indicator}")
    return FollowedLine(
        indicator, label, texts("word.not_known"), expected, texts("follow_up.verdict_none"), ""
    )
