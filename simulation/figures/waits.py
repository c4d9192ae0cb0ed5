"""How long youths wait for a coordinator, and how many wait longer than the law's three months."""

from collections.abc import Sequence
from math import isnan

import numpy as np

from data.texts import Texts
from simulation.answer import TOO_LONG
from simulation.figures.picture import Picture
from simulation.figures.range_picture import difference_note, in_range
from simulation.figures.ranges import Range
from simulation.figures.shares import Group, draw_shares
from simulation.results import Result
from simulation.study import Study
from simulation.summary import prediction
from simulation.wording import base_in_words, counted, plain, share

ENDS = (0, 7, 28, 61, TOO_LONG)
"""Days up to which each group of youths waits; the last group waits longer."""
_GROUPS = ("same_day", "week", "four_weeks", "two_months", "three_months", "longer")


def waits(study: Study, texts: Texts) -> Picture:
    """Return how youths share out over waits of different length, until a first coordinator or so far."""
    now = _shares(study.results)
    before = _shares(study.base_results) if study.compared else [None] * len(_GROUPS)
    groups = [
        Group(texts(f"figure.wait.{name}"), mine, other, beyond=name == _GROUPS[-1])
        for name, mine, other in zip(_GROUPS, now, before, strict=True)
    ]
    base, note = base_in_words(study, texts), difference_note("wait_mean_days", study, texts)
    beyond = [
        _beyond(study.results, texts),
        *([_beyond(study.base_results, texts)] if study.compared else []),
    ]
    told = [_told(group, base, texts) for group in groups]
    late = texts("figure.wait.alt_beyond", range=beyond[0])
    return Picture(
        title=_title(study, now[-1], texts),
        alternative=" ".join([texts("figure.wait.alt"), *told, late, *([note] if note else [])]),
        drawing=draw_shares("wait", groups, texts("figure.wait.axis"), base, texts),
        columns=(
            texts("figure.wait.column"),
            texts("figure.wait.column_share"),
            *(
                [texts("figure.column_base", base=base, column=texts("figure.wait.column_share"))]
                if study.compared
                else []
            ),
        ),
        rows=(
            *(_written(group, texts) for group in groups),
            (texts("figure.wait.row_beyond"), *beyond),
        ),
        note=note,
    )


def _shares(results: Sequence[Result]) -> list[float]:
    """Return the share of all youths in each group; not numbers where there are no youths."""
    days = np.concatenate([np.array(result.waits, dtype=np.int64) for result in results])
    if not days.size:
        return [float("nan")] * len(_GROUPS)
    places = np.searchsorted(ENDS, days)
    found: list[float] = (np.bincount(places, minlength=len(_GROUPS)) / days.size).tolist()
    return found


def _beyond(results: Sequence[Result], texts: Texts) -> str:
    """Return what share waits longer than the limit in nine of ten periods."""
    shares = [
        sum(days > TOO_LONG for days in result.waits) / len(result.waits)
        for result in results
        if result.waits
    ]
    return in_range(Range.of(shares), lambda value: share(texts, value), texts)


def _title(study: Study, beyond: float, texts: Texts) -> str:
    if isnan(beyond):
        return texts("figure.wait.title_nobody")
    low, high = prediction([day for result in study.results for day in result.waits])
    slots = {"low": plain(texts, low), "high": counted(texts, "days", high)}
    if beyond == 0:
        return texts("figure.wait.title_within", **slots)
    return texts("figure.wait.title_beyond", **slots, share=share(texts, beyond))


def _told(group: Group, base: str, texts: Texts) -> str:
    slots = {"name": group.name, "share": share(texts, group.now)}
    if group.before is None:
        return texts("figure.share_row", **slots)
    return texts("figure.share_row_base", **slots, base=base, before=share(texts, group.before))


def _written(group: Group, texts: Texts) -> tuple[str, ...]:
    row = (group.name, share(texts, group.now))
    return row if group.before is None else (*row, share(texts, group.before))
