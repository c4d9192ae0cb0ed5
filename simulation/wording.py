"""Numbers inside sentences: counted things, ranges, risks and money as people write them."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from data.texts import Texts

if TYPE_CHECKING:
    from simulation.study import Study

MILLION = 1_000_000


def plain(texts: Texts, value: float, decimals: int = 0) -> str:
    """Return *value* as a number, or a dash where it is not one."""
    return texts("word.not_known") if isnan(value) else texts.number(value, decimals)


def counted(texts: Texts, id: str, value: float, decimals: int = 0) -> str:
    """Return *value* with the word it counts, in singular only for exactly one as it is written.

    The words stand under ``count.<id>.one`` and ``count.<id>.other``.
    """
    form = "one" if round(value, decimals) == 1 and not decimals else "other"
    return texts(f"count.{id}.{form}", n=plain(texts, value, decimals))


def base_in_words(study: Study, texts: Texts) -> str:
    """Return what *study* is held against, as it stands inside a sentence: "today", or its name."""
    if study.base_name:
        return texts("word.named", name=study.base_name)
    return texts("figure.today")


def lowered(words: str) -> str:
    """Return *words* as they stand inside a sentence."""
    return words[:1].lower() + words[1:]


def between(texts: Texts, low: str, high: str) -> str:
    """Return a range such as ``3–9``, or the one number where both ends are written alike."""
    return low if low == high else texts("word.range", low=low, high=high)


def share(texts: Texts, value: float) -> str:
    """Return a share (0–1) as per cent, never rounded to 0 or 100 where it is neither."""
    if isnan(value):
        return texts("word.not_known")
    if 0 < value < 0.005:
        return texts("word.below", n=texts.percent(0.01))
    if 0.995 < value < 1:
        return texts("word.above", n=texts.percent(0.99))
    return texts.percent(value)


def money(texts: Texts, dkk: float) -> str:
    """Return an amount in DKK: millions with two decimals, or rounded to hundreds."""
    if isnan(dkk):
        return texts("word.not_known")
    if abs(dkk) >= MILLION:
        return texts("word.million_dkk", n=texts.number(dkk / MILLION, 2))
    return texts("word.dkk", n=texts.number(round(dkk, -2)))


def signed(words: str, value: float) -> str:
    """Put the sign of *value* before *words*, which say its size."""
    return ("+" if value > 0 else "\N{MINUS SIGN}") + words
