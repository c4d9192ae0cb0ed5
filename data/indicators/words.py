"""What is told, in words and as a number for a chart."""

from collections.abc import Sequence

from data.indicators.cells import Part, Told
from data.indicators.facts import NO_UNIT
from data.indicators.indicator import indicators
from data.periods import Period, Quarter
from data.texts import Texts


def told_in_words(told: Told, texts: Texts) -> str:
    """Return what is *told* in a few words, such as ``18 af 23 (78 %)``; what is hidden says why."""
    if told.parts:
        return "; ".join(_part(told, part, texts) for part in told.parts)
    if told.least is None or told.most is None or told.why == "none":
        return _why(told, texts)
    kind = indicators()[told.indicator].kind
    if kind == "minutes":
        return texts("indicators.minutes", minutes=texts.number(told.least))
    number = between(int(told.least), int(told.most), texts)
    if told.whole_least is None or told.whole_most is None:
        return number
    whole = between(told.whole_least, told.whole_most, texts)
    if kind == "ratio":
        ends = (told.least / told.whole_least, told.most / told.whole_least)
        cases = between(round(ends[0]), round(ends[1]), texts)
        return texts("indicators.ratio", cases=cases, all=number, coordinators=whole)
    of = texts("indicators.of", part=number, whole=whole)
    return texts("indicators.with_share", of=of, share=_share(told, texts))


def figure_of(told: Told) -> float | None:
    """Return the number that a chart shows of *told*: a count, a share (0-1), a rate, cases or minutes.

    It is None where nothing is told, or nothing that narrow; and for an indicator with several answers.
    """
    kind = indicators()[told.indicator].kind
    if kind in {"count", "minutes"}:
        return told.value
    if kind in {"share", "rate"}:
        return told.share
    if kind == "ratio" and told.least is not None and told.most is not None and told.whole:
        return (told.least + told.most) / 2 / told.whole
    return None


def answer_in_words(indicator: str, answer: str, texts: Texts) -> str:
    """Return one of the answers that *indicator* divides into in words, such as a reason."""
    if indicator != "moved_reasons":
        return texts(f"indicators.{answer}")
    from data.forms import read_form  # noqa: PLC0415 (a file that is asked for here alone)

    item = read_form("meeting").item("reason")
    return answer if item is None or not item.allows(answer) else item.say(answer, texts)


def unit_in_words(unit: str, texts: Texts) -> str:
    """Return the name of *unit*; that of the cases without one is said in words."""
    return texts("indicators.no_unit") if unit == NO_UNIT else unit


def period_in_words(period: Period | Sequence[Quarter], texts: Texts) -> str:
    """Return the name of a quarter, of a year, or of quarters of one year that are told together."""
    if not isinstance(period, Sequence):
        period = period.quarters
    year, first, last = period[0].year, period[0].number, period[-1].number
    if (first, last) == (1, 4):
        return str(year)
    if first == last:
        return texts("indicators.period_quarter", number=first, year=year)
    return texts("indicators.period_quarters", first=first, last=last, year=year)


def between(least: int, most: int, texts: Texts) -> str:
    """Return a number in words where it is only known between what numbers it lies."""
    if least == most:
        return texts.number(least)
    if least <= 1:
        return texts("indicators.fewer", fewest=texts.number(most + 1))
    return texts("indicators.between", least=texts.number(least), most=texts.number(most))


def _part(told: Told, part: Part, texts: Texts) -> str:
    number = between(part.least, part.most, texts)
    if told.indicator == "moved_reasons" and len(told.quarters) > 1:
        # A quarter may have hidden some of them.
        number = texts("indicators.at_least", number=texts.number(part.least))
    answer = answer_in_words(told.indicator, part.id, texts)
    return texts("indicators.part", answer=answer, number=number)


def _share(told: Told, texts: Texts) -> str:
    if indicators()[told.indicator].kind == "rate":
        ends = [texts.number(end or 0.0, 2) for end in (told.share_least, told.share_most)]
        rate = (
            ends[0]
            if ends[0] == ends[1]
            else texts("indicators.between", least=ends[0], most=ends[1])
        )
        return texts("indicators.rate", rate=rate)
    low, high = told.share_least or 0.0, told.share_most or 0.0
    if texts.percent(low) == texts.percent(high):
        return texts.percent(low)
    return texts("indicators.between", least=texts.number(100 * low), most=texts.percent(high))


def _why(told: Told, texts: Texts) -> str:
    if told.why != "together":
        return texts(f"indicators.{told.why or 'few'}")
    if len(told.units) < 2:
        return texts("indicators.together_with_others")
    units = ", ".join(unit_in_words(unit, texts) for unit in told.units)
    return texts("indicators.together", units=units)
