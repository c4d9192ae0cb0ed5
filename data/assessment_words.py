"""What a round of self-assessment says, in words: its findings, its table, what to talk about.

A number is told with one decimal, and two numbers that are told alike are called alike.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from data.assessment import FEWEST, GROUPS, ElementScore, Gap, Score, Who, gaps, lowest
from data.texts import Texts

LINES: tuple[Who, ...] = (*GROUPS, "rest", "everyone")
_GAPS_TO_TALK_ABOUT = 2


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as written words: the first column names the row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """An element whose mean of everyone was another in an earlier round."""

    element: ElementScore
    before: float
    now: float


def round_words(round: str, texts: Texts) -> str:
    """Return *round* as ``2. halvår 2026``."""
    year, half = round.split("-")
    return texts(f"assessment.half.{half}", year=year)


def title_of(element: ElementScore, texts: Texts) -> str:
    """Return the name of *element*."""
    return element.title.in_(texts.language)


def mean_words(mean: float | None, texts: Texts) -> str:
    """Return *mean* as it is written everywhere; none is a dash."""
    return texts("assessment.cell_none") if mean is None else texts.number(mean, 1)


def gap_words(score: Score, texts: Texts) -> str:
    """Return where the groups disagree most, as a sentence."""
    if not _has_numbers(score):
        return texts("assessment.nothing")
    found = gaps(score)
    if not found:
        return texts("assessment.gap_unknown")
    if not _is_told(found[0], texts):
        return texts("assessment.gap_none")
    return texts("assessment.gap", **_gap_slots(found[0], texts))


def change_words(score: Score, before: Score | None, texts: Texts) -> str:
    """Return what has changed most since *before*; the lowest element where there is none."""
    bottom = lowest(score)
    if bottom is None or bottom.everyone is None:
        return texts("assessment.nothing")
    found = changes(score, before) if before else ()
    if before and found:
        round = round_words(before.round, texts)
        if not _differs(found[0], texts):
            return texts("assessment.change_none", round=round)
        return texts("assessment.change", round=round, **_change_slots(found[0], texts))
    low, high = score.scale
    mean = mean_words(bottom.everyone.mean, texts)
    slots = {"element": title_of(bottom, texts), "mean": mean, "low": low, "high": high}
    return texts("assessment.lowest", **slots)


def development_words(scores: Sequence[Score], texts: Texts) -> str:
    """Return what has changed most from the first of *scores* to the last."""
    found = changes(scores[-1], scores[0]) if len(scores) > 1 else ()
    if not found:
        return change_words(scores[-1], None, texts)
    if not _differs(found[0], texts):
        return texts("assessment.development_none", rounds=len(scores))
    slots = _change_slots(found[0], texts)
    return texts("assessment.development", rounds=len(scores), **slots)


def changes(score: Score, before: Score) -> tuple[Change, ...]:
    """Return the elements that both rounds show, what changed most first."""
    old = {element.id: element.everyone for element in before.elements}
    found = []
    for element in score.elements:
        was, line = old.get(element.id), element.everyone
        if was and line:
            found.append(Change(element, was.mean, line.mean))
    return tuple(sorted(found, key=lambda change: -abs(change.now - change.before)))


def lines_shown(score: Score) -> tuple[Who, ...]:
    """Return who has a line in some element, everyone first."""
    shown = {who for element in score.elements for who in element.lines}
    return tuple(who for who in ("everyone", *LINES[:-1]) if who in shown)


def score_grid(score: Score, texts: Texts) -> Grid:
    """Return *score* as a table: a row an element, a column a group."""
    shown = lines_shown(score)
    hidden = [group for group in GROUPS if any(group in one.hidden for one in score.elements)]
    columns = [who for who in ("everyone", *LINES[:-1]) if who in shown or who in hidden]
    head = [texts("assessment.column_element"), *(_who(who, texts) for who in columns)]
    rows = (
        (title_of(element, texts), *(_cell(element, who, texts) for who in columns))
        for element in score.elements
    )
    return Grid(tuple(head), tuple(rows))


def unknown_words(score: Score, texts: Texts) -> str:
    """Return the share of answers that are no number, an element at a time."""
    told = [
        texts("assessment.unknown_share", element=title_of(one, texts), share=share)
        for one, share in _unknown(score, texts)
    ]
    if not told:
        return texts("assessment.unknown_none") if _has_numbers(score) else ""
    return texts("assessment.unknown", shares="; ".join(told))


def table_note(texts: Texts) -> str:
    """Return what a reader of the table must know: why a line may be missing, and that no norm is."""
    return texts("assessment.table_note", fewest=FEWEST)


def late_words(score: Score, texts: Texts) -> str:
    """Return why what came after the round was shown does not count, or nothing counts any more."""
    if score.changed:
        return texts("assessment.changed")
    late = max((element.late for element in score.elements), default=0)
    return texts("assessment.late", n=late, fewest=FEWEST) if late else ""


def talk_about(score: Score, before: Score | None, texts: Texts) -> tuple[str, ...]:
    """Return questions to talk about, out of what the round shows; none where it shows nothing."""
    bottom = lowest(score)
    if bottom is None or bottom.everyone is None:
        return ()
    asked = [
        texts("assessment.talk.gap", **_gap_slots(gap, texts))
        for gap in gaps(score)[:_GAPS_TO_TALK_ABOUT]
        if _is_told(gap, texts)
    ]
    mean = mean_words(bottom.everyone.mean, texts)
    asked.append(texts("assessment.talk.lowest", element=title_of(bottom, texts), mean=mean))
    known = changes(score, before) if before else ()
    fallen = [change for change in known if change.now < change.before]
    if fallen and _differs(fallen[0], texts):
        asked.append(texts("assessment.talk.fallen", **_change_slots(fallen[0], texts)))
    for element, share in list(_unknown(score, texts))[:1]:
        title = title_of(element, texts)
        asked.append(texts("assessment.talk.unknown", element=title, share=share))
    return (*asked, texts("assessment.talk.told"))


def day_words(day: date) -> str:
    """Return *day* as short as it fits below a point of a figure."""
    return f"{day.day}.{day.month}.{day:%y}"


def _unknown(score: Score, texts: Texts) -> Iterator[tuple[ElementScore, str]]:
    """Yield the elements with answers that are no number, and their share; most first."""
    shares = [(one.everyone.unknown, one) for one in score.elements if one.everyone]
    for share, element in sorted(shares, key=lambda pair: -pair[0]):
        if texts.percent(share) != texts.percent(0):
            yield element, texts.percent(share)


def _who(who: Who, texts: Texts) -> str:
    return texts(f"assessment.who.{who}")


def _cell(element: ElementScore, who: Who, texts: Texts) -> str:
    line = element.lines.get(who)
    if line is None:
        hidden = who in element.hidden
        return texts("assessment.cell_hidden" if hidden else "assessment.cell_none")
    mean = mean_words(line.mean, texts)
    return texts("assessment.cell", mean=mean, low=line.low, high=line.high)


def _has_numbers(score: Score) -> bool:
    return any(element.everyone for element in score.elements)


def _gap_slots(gap: Gap, texts: Texts) -> dict[str, str]:
    lines = gap.element.lines
    return {
        "element": title_of(gap.element, texts),
        "lower": texts(f"assessment.they.{gap.lower}"),
        "low": mean_words(lines[gap.lower].mean, texts),
        "upper": texts(f"assessment.they.{gap.upper}"),
        "high": mean_words(lines[gap.upper].mean, texts),
    }


def _is_told(gap: Gap, texts: Texts) -> bool:
    slots = _gap_slots(gap, texts)
    return slots["low"] != slots["high"]


def _change_slots(change: Change, texts: Texts) -> dict[str, str]:
    return {
        "element": title_of(change.element, texts),
        "before": mean_words(change.before, texts),
        "now": mean_words(change.now, texts),
    }


def _differs(change: Change, texts: Texts) -> bool:
    return mean_words(change.before, texts) != mean_words(change.now, texts)
