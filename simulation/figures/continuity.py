"""How many youths keep their coordinator through a year, why others do not, and how long they are without."""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

import numpy as np

from data.texts import Texts
from simulation.figures.picture import Picture
from simulation.figures.range_picture import difference_note, in_range
from simulation.figures.ranges import Range
from simulation.figures.shares import Group, draw_shares
from simulation.results import Result
from simulation.study import Study
from simulation.wording import base_in_words, counted, plain, share

LEAST = (1.0, 0.9, 0.75, 0.5, 0.0)
"""The share of youths who keep their coordinator, at least, in each group of years."""
_GROUPS = ("all", "nine_tenths", "three_quarters", "half", "less")
_LOST = ("resignation", "forced_change")


def continuity(study: Study, texts: Texts) -> Picture:
    """Return how single years share out by how many of their youths keep their coordinator to the end."""
    now = _shares(study.results)
    before = _shares(study.base_results) if study.compared else [None] * len(LEAST)
    groups = [
        Group(texts(f"figure.kept.{name}"), mine, other)
        for name, mine, other in zip(_GROUPS, now, before, strict=True)
    ]
    base = base_in_words(study, texts)
    note = difference_note("kept_coordinator_share", study, texts)
    told = [
        texts("figure.share_row", name=group.name, share=share(texts, group.now))
        if group.before is None
        else texts(
            "figure.share_row_base",
            name=group.name,
            share=share(texts, group.now),
            base=base,
            before=share(texts, group.before),
        )
        for group in groups
    ]
    more = _more(study, texts)
    beside = [texts("figure.kept.alt_more", name=name, range=own) for name, own, *_ in more]
    head = texts("figure.kept.column_share")
    heads = [
        head,
        *([texts("figure.column_base", base=base, column=head)] if study.compared else []),
    ]
    return Picture(
        title=_title(study, texts),
        alternative=" ".join([texts("figure.kept.alt"), *told, *beside, *([note] if note else [])]),
        drawing=draw_shares("kept", groups, texts("figure.kept.axis"), base, texts),
        columns=(texts("figure.kept.column"), *heads),
        rows=(
            *(
                (
                    group.name,
                    *(share(texts, part) for part in (group.now, group.before) if part is not None),
                )
                for group in groups
            ),
            *more,
        ),
        note=note,
    )


def _kept(results: Sequence[Result]) -> list[float]:
    """Return the share of youths who keep their coordinator in each year that has any."""
    return [
        kept / followed
        for result in results
        for kept, followed in zip(result.by_year["kept"], result.by_year["followed"], strict=True)
        if followed
    ]


def _shares(results: Sequence[Result]) -> list[float]:
    years = np.array(_kept(results))
    if not years.size:
        return [float("nan")] * len(LEAST)
    above = [float((years >= least).mean()) for least in LEAST]
    return [above[0], *(more - less for less, more in pairwise(above))]


def _title(study: Study, texts: Texts) -> str:
    kept = Range.of(_kept(study.results))
    if not kept.known:
        return texts("figure.kept.title_unknown")
    words = in_range(kept, partial(share, texts), texts)
    if kept.low == 1:
        return texts("figure.kept.title_all")
    return texts("figure.kept.title", range=words)


def _more(study: Study, texts: Texts) -> tuple[tuple[str, ...], ...]:
    """Return rows of what nine in ten years bring of losses, and youths of days without a coordinator."""
    each = [study.results, *([study.base_results] if study.compared else [])]
    rows = []
    for reason in _LOST:
        lost = [
            Range.of([number for r in results for number in r.by_year[f"lost_{reason}"]])
            for results in each
        ]
        words = [in_range(one, partial(plain, texts), texts) for one in lost]
        rows.append((texts(f"figure.kept.lost_{reason}"), *words))
    gaps = [Range.of([days for r in results for days in r.gaps]) for results in each]
    days = [in_range(one, partial(counted, texts, "days"), texts) for one in gaps]
    return (*rows, (texts("figure.kept.gaps"), *days))
