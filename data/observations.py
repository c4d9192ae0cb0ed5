"""What a municipality has counted itself, period by period, to hold the model against.

One row a number. The columns, in any order and in Danish or English: the indicator, the period (a
calendar year such as ``2024``, or several as ``2022-2024``), the value, and ``n`` where a share was
found from a sample of so many cases and not from all of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from data.case_list.cells import Odd, Value, clean, folded, nearest, shown
from data.case_list.faults import CaseListError, Fault, Slot, refusal
from data.case_list.sheets import Row, Sheet, Source, read_sheets
from data.texts import LANGUAGES, Texts

Column = Literal["indicator", "period", "value", "n"]
COLUMNS: tuple[Column, ...] = ("indicator", "period", "value", "n")
"""The columns, in the order in which a fault names them; the last need not be there."""
OPTIONAL: Column = "n"
FIRST_YEAR, LAST_YEAR = 1990, 2100
MOST_YEARS = 40
"""Years that one period may span."""

_PERIOD = re.compile(r"(\d{4})(?:\s?[-–]\s?(\d{4}))?")
_NUMBER = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s?(%)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[. ]\d{3})+(?:,\d+)?|[+-]?\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?")


class ObservationsError(CaseListError):
    """A table of observations was refused as a whole; ``faults`` says everything to mend."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One number that was counted."""

    indicator: str
    """The id of what was counted."""
    first_year: int
    """The first calendar year of the period."""
    last_year: int
    """The last, counted in."""
    value: float
    """In the unit of the indicator; a share from 0 to 1."""
    n: int | None = None
    """How many cases a share was found from, where they were a sample; None where all were counted."""
    row: int = 0
    """The row of the table, or the line of the file, as the user sees it."""

    @property
    def period(self) -> str:
        """The period as it is written: ``2024``, or ``2022-2024``."""
        if self.first_year == self.last_year:
            return str(self.first_year)
        return f"{self.first_year}-{self.last_year}"


@dataclass(frozen=True, slots=True)
class Known:
    """The indicators that a table may name."""

    ids: Mapping[str, str]
    """The id of each name, folded as :func:`data.case_list.cells.folded` does."""
    shares: frozenset[str]
    """The ids of those that are shares: their values lie from 0 to 1, and only they take an ``n``."""


def read_observations(source: Source, known: Known) -> tuple[Observation, ...]:
    """Return the observations in *source*, in the order of the file.

    *source* is a path, or an :class:`~data.case_list.sheets.Upload`, of a csv file or an xlsx workbook
    with one sheet. A share may be written ``0,08`` or ``8 %``.

    Raises :exc:`ObservationsError` with every fault, each by its row and column; then nothing is
    returned.
    """
    try:
        sheets = read_sheets(source)
        if len(sheets) != 1:
            raise refusal("observations.one_sheet", there=", ".join(one.title for one in sheets))
    except CaseListError as error:
        raise ObservationsError(error.faults) from None
    return _Reading(sheets[0], known).observations()


class _Reading:
    """Reads one sheet and notes every fault."""

    def __init__(self, sheet: Sheet, known: Known) -> None:
        self.sheet = sheet
        self.known = known
        self.faults: list[Fault] = []
        self.columns: dict[Column, int] = {}

    def observations(self) -> tuple[Observation, ...]:
        rows = self.sheet.rows
        if len(rows) < 2:
            raise ObservationsError(refusal("observations.empty").faults)
        self._head(rows[0])
        # Without its columns no row can be read.
        found = [] if self.faults else [self._observation(row) for row in rows[1:]]
        seen: dict[tuple[str, str], int] = {}
        for one in found:
            if one is None:
                continue
            first = seen.setdefault((one.indicator, one.period), one.row)
            if first != one.row:
                row = next(row for row in rows if row.number == one.row)
                self._note("observations.twice", row, "indicator", first=first)
        if self.faults:
            raise ObservationsError(self.faults)
        return tuple(one for one in found if one is not None)

    def _head(self, head: Row) -> None:
        names = _headings()
        for column, value in head.cells.items():
            field = names.get(folded(clean(value)).rstrip(" :*"))
            if field is None or field in self.columns:
                id = (
                    "observations.unknown_column" if field is None else "observations.double_column"
                )
                known = tuple(f"observations.column.{name}" for name in COLUMNS)
                self.faults.append(self._fault(id, head, column, value, known=known))
            else:
                self.columns[field] = column
        for field in COLUMNS:
            if field not in self.columns and field != OPTIONAL:
                slot = (f"observations.column.{field}",)
                self.faults.append(
                    Fault("observations.missing_column", head.number, sheet=self.sheet.title,
                          slots=(("column", slot),))
                )  # fmt: skip

    def _observation(self, row: Row) -> Observation | None:
        before = len(self.faults)
        indicator = self._indicator(row)
        years = self._years(row)
        is_share = indicator in self.known.shares
        value = self._value(row, is_share)
        n = self._n(row, is_share or indicator is None)
        if len(self.faults) > before or indicator is None or years is None or value is None:
            return None
        return Observation(indicator, *years, value, n, row.number)

    def _text(self, row: Row, field: Column) -> str | None:
        """Return what stands in the cell; None where it is blank, which is noted if it may not be."""
        value = row.cells.get(self.columns[field]) if field in self.columns else None
        if isinstance(value, Odd):
            self._note(value.id, row, field)
            return None
        text = clean(value)
        if not text and field != OPTIONAL:
            self._note("observations.blank", row, field)
        return text or None

    def _indicator(self, row: Row) -> str | None:
        text = self._text(row, "indicator")
        if text is None:
            return None
        found = self.known.ids.get(folded(text))
        if found is None:
            near = [self.known.ids[name] for name in nearest(text, self.known.ids)]
            some = list(dict.fromkeys(near or self.known.ids.values()))[:5]
            id = "observations.indicator_near" if near else "observations.indicator_unknown"
            self._note(id, row, "indicator", known=", ".join(some))
        return found

    def _years(self, row: Row) -> tuple[int, int] | None:
        text = self._text(row, "period")
        match = _PERIOD.fullmatch(text or "")
        if text is None or match is None:
            if text is not None:
                self._note("observations.not_a_period", row, "period")
            return None
        first, last = int(match[1]), int(match[2] or match[1])
        if not FIRST_YEAR <= first <= last <= LAST_YEAR or last - first >= MOST_YEARS:
            self._note("observations.years", row, "period",
                       first=str(FIRST_YEAR), last=str(LAST_YEAR), most=MOST_YEARS)  # fmt: skip
            return None
        return first, last

    def _value(self, row: Row, is_share: bool) -> float | None:
        text = self._text(row, "value")
        if text is None:
            return None
        number = _number(row.cells.get(self.columns["value"]), text)
        if number is None:
            thousands = _THOUSANDS.fullmatch(text)
            self._note(
                "observations.thousands" if thousands else "observations.not_a_number", row, "value"
            )
        elif is_share and not 0 <= number <= 1:
            self._note("observations.not_a_share", row, "value")
        return number

    def _n(self, row: Row, is_share: bool) -> int | None:
        text = self._text(row, "n")
        if text is None:
            return None
        if not text.isascii() or not text.isdigit() or int(text) < 1:
            self._note("observations.not_a_count", row, "n")
        elif not is_share:
            self._note("observations.n_of_no_share", row, "n")
        else:
            return int(text)
        return None

    def _note(self, id: str, row: Row, field: Column, **slots: Slot) -> None:
        column = self.columns[field]
        self.faults.append(self._fault(id, row, column, row.cells.get(column), **slots))

    def _fault(self, id: str, row: Row, column: int, value: Value, **slots: Slot) -> Fault:
        heading = shown(self.sheet.rows[0].cells.get(column))
        letter = self.sheet.letter(column)
        return Fault(
            id, row.number, heading, letter, shown(value), self.sheet.title, tuple(slots.items())
        )


def _number(value: Value, text: str) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    match = None if isinstance(value, bool) else _NUMBER.fullmatch(text)
    if match is None:
        return None
    number = float(match[1].replace(",", "."))
    return number / 100 if match[2] else number


def _headings() -> dict[str, Column]:
    """Return the column of each heading (folded) in any language."""
    found: dict[str, Column] = {}
    for language in LANGUAGES:
        for column in COLUMNS:
            found[folded(Texts.read(language)(f"observations.column.{column}"))] = column
            found[column] = column
    return found
