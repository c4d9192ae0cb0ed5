"""A sheet read by its headings: every cell is looked at, and every fault is noted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeVar

from data.case_list.cells import (
    CellError,
    Odd,
    Value,
    clean,
    folded,
    nearest,
    personal,
    shown,
)
from data.case_list.faults import CaseListError, Fault, Slot, refusal
from data.case_list.sheets import Row, Sheet, Source, by_name, read_sheets, too_long
from data.texts import LANGUAGES, Texts

Kind = Literal["cases", "posts"]
Found = TypeVar("Found")

FIELDS: dict[Kind, tuple[str, ...]] = {
    "cases": (
        "reference",
        "born",
        "start",
        "coordinator",
        "last_meeting",
        "high_need",
        "district",
    ),
    "posts": ("name", "weekly_hours", "district", "specialist"),
}
"""The columns of each kind of list, in the order of the template."""
_GRAVEST = ("cpr", "email", "phone")
REQUIRED = {"reference", "born", "start", "coordinator", "name", "weekly_hours"}
"""The columns that must be there; a coordinator's cell may be blank."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a sheet has to look like."""

    words: str
    """What the ids of its texts begin with: ``<words>.column.<field>``, ``<words>.also.<field>``."""
    name: str
    """Its name is the text ``<words>.sheet.<name>``."""
    fields: tuple[str, ...]
    """Its columns, in the order of the template."""
    required: frozenset[str]
    """The columns that must be there."""
    filled: frozenset[str]
    """The columns in which no cell may be blank."""
    others: tuple[str, ...] = ()
    """The names of other sheets that may stand in the same file."""

    def names(self, name: str) -> set[str]:
        """Return what the sheet *name* is called in any language, folded."""
        return {folded(Texts.read(one)(f"{self.words}.sheet.{name}")) for one in LANGUAGES}


def _list_of(kind: Kind) -> Layout:
    required = frozenset(FIELDS[kind]) & REQUIRED
    others = tuple(each for each in FIELDS if each != kind)
    return Layout("case_list", kind, FIELDS[kind], required, required - {"coordinator"}, others)


CASES, POSTS = _list_of("cases"), _list_of("posts")


@cache
def headings(layout: Layout) -> dict[str, str]:
    """Return the field of each heading (folded) that a sheet may have in any language."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        texts = Texts.read(language)
        for field in layout.fields:
            also = texts.words.get(f"{layout.words}.also.{field}")
            for words in (texts(f"{layout.words}.column.{field}"), *(also or "").split(",")):
                if words:
                    found[folded(words)] = field
    return found


class Table:
    """The sheet of one *layout* in a file, and what is wrong with it so far."""

    def __init__(self, source: Source, layout: Layout) -> None:
        sheets = read_sheets(source)
        self.layout = layout
        self._noted: list[tuple[int, Fault]] = []
        """The faults with their columns, from 0; -1 where a row or more is meant."""
        self._refused: set[tuple[str, int, int]] = set()
        """Sheet, row and column of the cells that need no second fault."""
        kinds = cache(_kinds)  # the same words stand in many cells; forgotten when this is done
        for sheet in sheets:
            self._look_for_the_personal(sheet, kinds)
        try:
            self.sheet = _chosen(sheets, layout)
        except CaseListError as error:
            personal_faults = [fault for _, fault in self._noted]
            raise CaseListError([*error.faults, *personal_faults]) from None
        self.rows = self.sheet.rows[1:]
        self.columns: dict[str, int] = {}
        """The column of each field, from 0."""
        self._named: dict[int, str] = {}
        self._head()

    def lines(self) -> "Iterator[Line]":
        """Return the rows below the headings."""
        for row in self.rows:
            self._odd_cells(row)
            yield Line(self, row)

    def note(self, id: str, row: int, column: int, value: str, **slots: Slot) -> None:
        """Note a fault in one cell."""
        fault = Fault(
            id,
            row,
            column=self._named.get(column, ""),
            letter=self.sheet.letter(column),
            value=value,
            sheet=self.sheet.title,
            slots=tuple(slots.items()),
        )
        self._noted.append((column, fault))

    def finish(self) -> None:
        """Raise :exc:`~data.case_list.faults.CaseListError` with all faults, if there is one."""

        def place(noted: tuple[int, Fault]) -> tuple[bool, str, int, int]:
            column, fault = noted
            return fault.sheet != self.sheet.title, fault.sheet, fault.row or 0, column

        if self._noted:
            raise CaseListError([fault for _, fault in sorted(self._noted, key=place)])

    def is_refused(self, row: int, column: int) -> bool:
        """Tell whether a cell has been refused already."""
        return (self.sheet.name, row, column) in self._refused

    def _head(self) -> None:
        if not self.sheet.rows:
            self._whole("case_list.empty_sheet")
            return
        head = self.sheet.rows[0]
        known = headings(self.layout)
        self._named = {column: shown(value) for column, value in head.cells.items()}
        for column, value in head.cells.items():
            field = known.get(folded(clean(value)).rstrip(" :*"))
            if self.is_refused(head.number, column):
                continue
            if isinstance(value, Odd):
                self.note(value.id, head.number, column, shown(value))
            elif field is None:
                self._unknown(head.number, column, value)
            elif field in self.columns:
                first = self._named[self.columns[field]]
                self.note("case_list.double_column", head.number, column, shown(value), first=first)
            else:
                self.columns[field] = column
        self._what_is_missing(head.number)
        for letter, number, last in self.sheet.merged:
            value = f"{letter}{number}:{last}"
            fault = Fault("case_list.merged", number, "", letter, value, self.sheet.title)
            self._noted.append((-1, fault))

    def _what_is_missing(self, row: int) -> None:
        for field in self.layout.fields:
            if field in self.layout.required and field not in self.columns:
                missing = (f"{self.layout.words}.column.{field}",)
                self._whole("case_list.missing_column", row=row, column=missing)
        if not self.rows:
            self._whole("case_list.only_headings", row=row)

    def _unknown(self, row: int, column: int, value: Value) -> None:
        words, known_fields = self.layout.words, headings(self.layout)
        near = nearest(clean(value), known_fields)
        if near:
            field = (f"{words}.column.{known_fields[near[0]]}",)
            self.note("case_list.unknown_near", row, column, shown(value), near=field)
        else:
            known = tuple(f"{words}.column.{field}" for field in self.layout.fields)
            self.note("case_list.unknown_column", row, column, shown(value), known=known)

    def _whole(self, id: str, row: int | None = None, **slots: Slot) -> None:
        fault = Fault(id, row, sheet=self.sheet.title, slots=tuple(slots.items()))
        self._noted.append((-1, fault))

    def _odd_cells(self, row: Row) -> None:
        """Note the cells that no reader will see: formulas, errors, and those under no heading."""
        for column, value in row.cells.items():
            if self.is_refused(row.number, column):
                continue
            if isinstance(value, Odd):
                self.note(value.id, row.number, column, shown(value))
                self._refused.add((self.sheet.name, row.number, column))
            elif column not in self._named:
                beside = self.sheet.name or column < max(self._named)
                id = "case_list.no_heading" if beside else "case_list.too_many_cells"
                self.note(id, row.number, column, shown(value))

    def _look_for_the_personal(
        self, sheet: Sheet, kinds: Callable[[Value], tuple[str, ...]]
    ) -> None:
        """Note what is personal in any cell or name of *sheet*, and cells that are too long."""
        if found := kinds(sheet.name):
            fault = Fault(f"case_list.{found[0]}", value=sheet.title, sheet=sheet.title)
            self._noted.append((-1, fault))
        named: dict[int, str] = {}
        for row in sheet.rows:
            for column, value in row.cells.items():
                if row is sheet.rows[0]:
                    named[column] = shown(value)
                found = ("too_long",) if too_long(value) else kinds(value)
                if not found:
                    continue
                fault = Fault(
                    f"case_list.{found[0]}",
                    row.number,
                    named.get(column, ""),
                    sheet.letter(column),
                    shown(value),
                    sheet.title,
                )
                self._noted.append((column, fault))
                self._refused.add((sheet.name, row.number, column))


class Line:
    """One row below the headings."""

    def __init__(self, table: Table, row: Row) -> None:
        self._table = table
        self._row = row
        self.number = row.number
        """The row as the user sees it."""

    def fills(self, field: str) -> bool:
        """Tell whether the cell of *field* holds something, right or wrong."""
        column = self._table.columns.get(field)
        return column is not None and column in self._row.cells

    def read(self, field: str, reader: Callable[[Value], Found]) -> Found | None:
        """Return what *reader* makes of the cell of *field*.

        None where the cell is blank, or refused: then the fault is noted. A blank cell that must be
        filled is a fault too.
        """
        column = self._table.columns.get(field)
        if column is None or self._table.is_refused(self.number, column):
            return None
        value = self._row.cells.get(column)
        if value is None:
            if field in self._table.layout.filled:
                self._table.note("case_list.blank", self.number, column, "")
            return None
        try:
            return reader(value)
        except CellError as error:
            value_shown = error.instead or shown(value)
            slots = dict(error.slots)
            self._table.note(error.id, self.number, column, value_shown, **slots)
            return None

    def refuse(self, id: str, field: str, **slots: Slot) -> None:
        """Note that what stands under *field* does not fit with the rest."""
        column = self._table.columns[field]
        value = shown(self._row.cells.get(column))
        self._table.note(id, self.number, column, value, **slots)


def _kinds(value: Value) -> tuple[str, ...]:
    """Return the kinds of what is personal in *value*, the gravest first."""
    return tuple(sorted({each.kind for each in personal(value)}, key=_GRAVEST.index))


def _chosen(sheets: tuple[Sheet, ...], layout: Layout) -> Sheet:
    """Return the sheet of *layout*: the one with its name, or the only one there is."""
    named = by_name(sheets, layout.names(layout.name))
    if len(named) == 1:
        return named[0]
    others = set().union(*map(layout.names, layout.others))
    if len(sheets) == 1 and not by_name(sheets, others):
        return sheets[0]
    there = ", ".join(sheet.title for sheet in sheets) or "–"
    wanted = (f"{layout.words}.sheet.{layout.name}",)
    id = "case_list.two_sheets" if named else "case_list.no_sheet"
    raise refusal(id, wanted=wanted, there=there)
