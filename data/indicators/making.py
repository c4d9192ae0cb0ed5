"""Editions of the leadership report: made once for a quarter or year, kept, and never contradicted.

An edition keeps what was told for the first time in it, and what was told before is taken from the editions
before. Nothing is ever counted twice: a case that moved or was closed since, and a checklist that came late,
change nothing, so that two editions beside each other say no more than the later one alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from data.indicators.blocks import Telling
from data.indicators.cells import Edition, Told
from data.indicators.facts import Facts, read_facts
from data.indicators.kept import FORM, SUBJECT, answers_of, edition_of, occasion_of
from data.indicators.sums import CellsOf
from data.meeting_calendar import danish_today
from data.periods import Period, Quarter, Year
from data.records import Record
from data.store import Store
from data.store_errors import StaleRecord, StoreError

MOST_QUARTERS = 20
"""How far back the first edition counts: five years."""
CHECKLIST = "meeting"
"""The form of the meeting checklists."""


def make_edition(store: Store, period: Period, *, exercise: bool = False) -> Edition:
    """Return the edition of *period*, made and kept now if it is not there.

    It tells what was told before as it was told, and of the quarters since then what the checklists say
    now. Only real cases count; with *exercise*, only invented ones, and the edition is marked. Raises
    :exc:`~data.store_errors.StoreError` where *period* has not ended, where the edition cannot be kept,
    and where whoever asks may not count.
    """
    if period.last >= danish_today():
        raise StoreError("indicators.not_ended", period=period.id, last=period.last)
    while True:
        before = editions(store, exercise=exercise)
        for edition in before:
            if edition.period == period:
                return edition
        made = _count(store, period, before, exercise)
        record = Record(case=SUBJECT, form=FORM, occasion=occasion_of(made))
        try:
            store.finish(replace(record, answers=answers_of(made)))
        except StaleRecord:
            continue  # Somebody else made one at the same moment; it tells first.
        return editions(store, exercise=exercise)[-1]


def editions(store: Store, *, exercise: bool = False) -> tuple[Edition, ...]:
    """Return the editions that are kept, the oldest first: the real ones, or those of *exercise*."""
    read = [edition_of(record) for record in store.list_records(SUBJECT, FORM)]
    found = sorted(
        (each for each in read if each is not None and each.exercise == exercise),
        key=lambda each: each.number,
    )
    told: tuple[Told, ...] = ()
    whole = []
    for each in found:
        told += each.blocks
        shown = tuple(block for block in told if block.quarters[-1].last <= each.period.last)
        cells = CellsOf(shown, each.units, each.period)
        whole.append(replace(each, blocks=shown, cells=cells))
    return tuple(whole)


def _count(store: Store, period: Period, before: Sequence[Edition], exercise: bool) -> Edition:
    """Return the edition of *period* with what it tells for the first time alone."""
    facts = read_facts(
        store.cases(),
        store.answers_to(CHECKLIST),
        store.coordinator_days(),
        period.last,
        exercise=exercise,
    )
    fewest = store.settings().smallest_cell
    told = {block for edition in before for block in edition.blocks}
    blocks = tuple(new_blocks(facts, fewest, period, told))
    known = {unit for edition in before for unit in edition.units}
    return Edition(
        period=period,
        number=max((each.number for each in before), default=0) + 1,
        made_on=danish_today().isoformat(),
        exercise=exercise,
        fewest=fewest,
        units=tuple(sorted(known | set(facts.units))),
        blocks=blocks,
    )


def new_blocks(facts: Facts, fewest: int, period: Period, told: Iterable[Told]) -> Iterator[Told]:
    """Yield what is told of *facts* until the end of *period* and was not *told* before."""
    telling = Telling(facts, fewest)
    known: dict[str, set[Quarter]] = {}
    for block in told:
        known.setdefault(block.indicator, set()).update(block.quarters)
    for indicator, tell in (
        ("held_meetings", telling.meetings),
        ("on_time", telling.due),
        ("first_meeting", telling.first_meetings),
    ):
        new = list(_quarters(facts, period, known.get(indicator, set())))
        for quarters in telling.blocks(indicator, new):
            yield from tell(quarters)
    for quarter in _quarters(facts, period, known.get("caseload", set())):
        yield from telling.caseload(quarter)
    every = list(_quarters(facts, period, known.get("coordinator_changes", set())))
    for year in sorted({quarter.year for quarter in every if quarter.number == 4}):
        yield from telling.year(Year(year))


def _quarters(facts: Facts, period: Period, known: set[Quarter]) -> Iterator[Quarter]:
    """Yield the quarters until the end of *period* after all that are *known*, the first one first."""
    last = period.quarters[-1]
    first = min(facts.first or period.quarters[0], period.quarters[0])
    first = max(first, last.later(1 - MOST_QUARTERS), *(one.later(1) for one in known))
    while first <= last:
        yield first
        first = first.later(1)
