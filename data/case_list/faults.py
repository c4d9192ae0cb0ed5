"""What is wrong with a case list, said so that whoever keeps the list can mend it.

Every fault of a file is collected, and any of them refuses the whole file. A value is shown only as
:func:`~data.case_list.cells.shown` shows it, so no fault, log or traceback repeats a CPR number.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from data.texts import Texts

Slot = str | float | tuple[str, ...]
"""What fills a slot: words, a number, or the ids of texts that are listed with commas."""

_SHOWN = 20
"""Faults that the plain message of the error lists; the attribute ``faults`` holds them all."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend, and where it stands in the file."""

    id: str
    """The id of the text that says it, such as ``case_list.not_a_date``."""
    row: int | None = None
    """The row of the sheet, or the line of the csv file, from 1; None where the whole is meant."""
    column: str = ""
    """The heading as it stands in the file."""
    letter: str = ""
    """The letters of the column in a workbook; empty in a csv file."""
    value: str = ""
    """What stands there, shortened, and masked where it is personal."""
    sheet: str = ""
    """The name of the sheet; empty in a csv file."""
    slots: tuple[tuple[str, Slot], ...] = ()
    """What the text needs besides the value."""

    def place(self, texts: Texts) -> str:
        """Return where it stands, such as ``Række 7, kolonne Født``; empty for the whole file."""
        parts = []
        if self.sheet:
            parts.append(texts("case_list.at_sheet", sheet=self.sheet))
        if self.row is not None:
            parts.append(texts("case_list.at_row", row=self.row))
        if self.letter and self.column:
            lettered = texts("case_list.at_lettered", letter=self.letter, column=self.column)
            parts.append(lettered)
        elif self.letter or self.column:
            parts.append(texts("case_list.at_column", column=self.letter or self.column))
        place = ", ".join(parts)
        return place[:1].upper() + place[1:]

    def say(self, texts: Texts) -> str:
        """Return the whole sentence: where, what, and what to do about it."""
        filled = {name: _fill(slot, texts) for name, slot in self.slots}
        words = texts(self.id, value=self.value, **filled)
        place = self.place(texts)
        return f"{place}: {words}" if place else words


class CaseListError(ValueError):
    """A file was refused as a whole; nothing of it was read in."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        """Everything to mend, in the order of the file."""
        super().__init__(self.faults)

    def say(self, texts: Texts) -> tuple[str, ...]:
        """Return one sentence a fault."""
        return tuple(fault.say(texts) for fault in self.faults)

    def __str__(self) -> str:
        texts = Texts.read("en")
        lines = [fault.say(texts) for fault in self.faults[:_SHOWN]]
        if len(self.faults) > _SHOWN:
            lines.append(texts("case_list.more", count=len(self.faults) - _SHOWN))
        return "\n".join(lines)


def refusal(id: str, row: int | None = None, value: str = "", **slots: Slot) -> CaseListError:
    """Return the error that refuses a file with the one fault *id*."""
    return CaseListError([Fault(id, row, value=value, slots=tuple(slots.items()))])


def _fill(slot: Slot, texts: Texts) -> str:
    if isinstance(slot, int | float):
        decimals = len(f"{slot:.3f}".rstrip("0").partition(".")[2])
        return texts.number(slot, decimals)
    return slot if isinstance(slot, str) else ", ".join(map(texts, slot))
