"""What decisions expected, beside what an edition of the leadership report tells: a section for each.

What happened is read from the edition alone, so that nothing is told here that the report does not tell;
what was expected is what was kept with the decision when it was saved. Whether they differ by more than
chance is for :mod:`~simulation.experiments.follow_up` to say, as on the page of decisions.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from data.decisions import EXPECTATION, FORM, decisions_of
from data.export.report import ReportSection, ReportTable
from data.follow_up import Cell, first_quarter_of
from data.indicators import Edition, Told, period_in_words
from data.periods import Quarter
from data.records import Record
from data.store import Store
from data.texts import Texts
from simulation.experiments.expectation import read_expectation
from simulation.experiments.follow_up import (
    FollowedQuarter,
    hold_quarter,
    lines_in_words,
    method_in_words,
    quarter_in_words,
)
from simulation.experiments.quarters import Expected, read_expected

CHANGED = ("go", "try")
"""Outcomes of a decision with which something was changed."""
UNIT = "ENHED"
"""The unit that the decisions are kept under."""

Stretch = tuple[Quarter, ...]
"""Quarters in a row that a number is told of together."""


def expected_beside_happened(
    store: Store, edition: Edition, texts: Texts
) -> tuple[ReportSection, ...]:
    """Return a section for each decision that was in force in the period of *edition*, the oldest first.

    Before them comes one that says where the numbers are from, and after them how they were held against each
    other. There is none for a decision without numbers from the model, or that changed nothing. Raises
    :exc:`~data.store_errors.StoreError` where the store cannot be read.
    """
    decided = [
        decision
        for decision in reversed(decisions_of(store.list_records(UNIT, FORM)))
        if decision.answers.get("code") and decision.answers.get("outcome") in CHANGED
    ]
    due = [each for each in decided if _is_in_force(each, edition)]
    if not due:
        return ()
    lead = ReportSection(texts("leadership.expected"), (texts("expected.lead"),))
    made = [_section(store, each, edition, texts, len(due)) for each in due]
    held = [each for _, followed in made for each in followed]
    method = []
    if held:
        added = any(each.span > 1 for each in held)
        points = method_in_words(held[0], texts, added=added)
        method = [ReportSection(texts("expected.method"), points=points, detail=True)]
    return (lead, *(section for section, _ in made), *method)


def cells_told(edition: Edition) -> Mapping[Stretch, tuple[Cell, ...]]:
    """Return what *edition* tells of its period as cells to follow, by the quarters they are told of.

    What is hidden keeps the range that the edition tells; a part of a whole that is not told is left out.
    """
    found = sorted(_cells(edition), key=lambda each: each[0])
    return {
        stretch: tuple(cell for _, cell in cells)
        for stretch, cells in groupby(found, key=lambda each: each[0])
    }


def _cells(edition: Edition) -> Iterator[tuple[Stretch, Cell]]:
    missed, on_time = edition.told("no_show"), edition.told("on_time")
    if missed.whole_least is not None and missed.whole_most is not None:
        yield missed.quarters, Cell("meetings", missed.whole_least, missed.whole_most)
    if part := _part(missed):
        least, most, whole = part
        yield missed.quarters, Cell("no_show", least, most, whole)
    if part := _part(on_time):
        # The report counts those on time, and a decision those that were not.
        least, most, whole = part
        yield on_time.quarters, Cell("late", whole - most, whole - least, whole)


def _part(told: Told) -> tuple[int, int, int] | None:
    """Return the least and the most that a part may be, and its whole; None where one is not told."""
    whole = told.whole_least
    if told.least is None or told.most is None or whole is None or whole != told.whole_most:
        return None
    return round(told.least), min(round(told.most), whole), whole


def _is_in_force(decision: Record, edition: Edition) -> bool:
    first = first_quarter_of(decision)
    return first is None or first <= edition.period.quarters[-1]


def _section(
    store: Store, decision: Record, edition: Edition, texts: Texts, decisions: int
) -> tuple[ReportSection, tuple[FollowedQuarter, ...]]:
    number = decision.occasion
    title = texts("expected.decision", number=number)
    question = decision.answers.get("question") or texts("decision.untitled")
    first = first_quarter_of(decision)
    if first is None:
        return ReportSection(title, (question, texts("expected.no_beginning"))), ()
    expected = read_expectation(store, decision) or read_expected(
        decision.answers.get("code") or ""
    )
    if expected is None:
        return ReportSection(title, (question, texts("expected.not_kept"))), ()
    told = {of: cells for of, cells in cells_told(edition).items() if of and of[0] >= first}
    if not told:
        return ReportSection(title, (question, texts("expected.nothing_told"))), ()
    held = _held(told, expected, decisions)
    lead = (question, *_saved(store, decision, texts), *_notes(decision, expected, texts))
    said = (*lead, *_together(held, texts))
    return ReportSection(title, said, table=_table(held, texts)), held


def _held(
    told: Mapping[Stretch, Sequence[Cell]], expected: Expected, decisions: int
) -> tuple[FollowedQuarter, ...]:
    """Return each stretch held against what was *expected*, each allowing for all that stand beside it."""
    beside = len(told) * decisions
    return tuple(
        hold_quarter(stretch[0], cells, expected, span=len(stretch), tables=beside)
        for stretch, cells in told.items()
    )


def _together(held: Sequence[FollowedQuarter], texts: Texts) -> tuple[str, ...]:
    """Return what the numbers say, in sentences that hold for all stretches, each once."""
    said = [words for each in held for words in quarter_in_words(each, texts)]
    return tuple(dict.fromkeys(said))


def _table(held: Sequence[FollowedQuarter], texts: Texts) -> ReportTable:
    rows: list[tuple[str, ...]] = []
    look: list[int] = []
    for each in held:
        counted = {one.cell.indicator for one in each.judged}
        stretch = tuple(each.quarter.later(step) for step in range(each.span))
        name = period_in_words(stretch, texts)
        for line in lines_in_words(each, texts):
            if line.indicator in counted:
                if line.look:
                    look.append(len(rows))
                rows.append((line.label, name, line.counted, line.expected, line.verdict))
    columns = (
        texts("follow_up.column_figure"),
        texts("expected.column_when"),
        texts("follow_up.column_counted"),
        texts("follow_up.column_expected"),
        texts("follow_up.column_verdict"),
    )
    return ReportTable(texts("expected.caption"), columns, tuple(rows), (2, 3), tuple(look))


def _saved(store: Store, decision: Record, texts: Texts) -> tuple[str, ...]:
    kept = store.load(decision.case, EXPECTATION, decision.occasion).saved_on
    if kept is None:
        return ()
    return (texts("decision.expectation_kept", date=texts.date(kept)),)


def _notes(decision: Record, expected: Expected, texts: Texts) -> tuple[str, ...]:
    notes = []
    if decision.answers.get("municipality") != "own":
        notes.append(texts("follow_up.invented"))
    if decision.answers.get("outcome") == "try":
        notes.append(texts("follow_up.smaller"))
    if expected.other_program:
        notes.append(texts("follow_up.other_program"))
    return tuple(notes)
