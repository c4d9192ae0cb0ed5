"""Reads a municipality's own figures from a filled template, whole or not at all."""

from data.case_list.cells import clean
from data.case_list.faults import CaseListError, Fault
from data.case_list.sheets import Source
from data.case_list.table import Layout, Line, Table
from data.own_figures.cells import read_municipality_name, read_source, value_reader
from data.own_figures.entries import OwnFigure, OwnFigures, asked
from data.own_figures.faults import OwnFiguresError
from data.presets import PRESETS

NAME, PRESET = "name", "preset."
"""The code of the row with the municipality's name, and what that of its size begins with."""
LAYOUT = Layout(
    words="own_figures",
    name="figures",
    fields=(
        *("name", "unit", "ours", "own", "own_source", "allowed", "range", "confidence"),
        *("source", "meaning", "code"),
    ),
    required=frozenset({"own", "own_source", "code"}),
    filled=frozenset(),
)


def read_own_figures(source: Source) -> OwnFigures:
    """Return the figures in *source*, a template as :func:`write_own_figures` makes it, filled in.

    *source* is a path, or an :class:`~data.case_list.sheets.Upload`, of an xlsx workbook or of its sheet
    saved as csv. A row is known by its code; a row without an own figure is left out.

    Raises :exc:`~data.own_figures.faults.OwnFiguresError` with every fault, each with its row and column;
    then nothing is returned.
    """
    try:
        table = Table(source, LAYOUT)
        found = _Found()
        for line in table.lines():
            found.take(line)
        table.finish()
    except CaseListError as error:
        raise OwnFiguresError(error.faults) from None
    return found.checked()


class _Found:
    """What the rows have said so far."""

    def __init__(self) -> None:
        self._preset = ""
        self._name = ""
        self._figures: dict[str, OwnFigure] = {}
        self._rows: dict[str, int] = {}

    def take(self, line: Line) -> None:
        """Read one row, and note what is wrong with it."""
        code = line.read("code", lambda value: clean(value).casefold())
        if code is None:
            if line.fills("own"):
                line.refuse("own_figures.no_code", "own")
        elif code in self._rows:
            line.refuse("own_figures.double_code", "code", other=str(self._rows[code]))
        elif code.startswith(PRESET) and code.removeprefix(PRESET) in PRESETS:
            self._preset = code.removeprefix(PRESET)
        elif code == NAME:
            self._name = line.read("own", read_municipality_name) or ""
        elif code in asked():
            self._figure(line, code)
        else:
            line.refuse("own_figures.unknown_code", "code")
        if code is not None:
            self._rows.setdefault(code, line.number)

    def _figure(self, line: Line, id: str) -> None:
        source = line.read("own_source", read_source)
        value = line.read("own", value_reader(asked()[id]))
        if value is not None:
            self._figures[id] = OwnFigure(value, source or "")
        elif source and not line.fills("own"):
            line.refuse("own_figures.source_alone", "own_source")

    def checked(self) -> OwnFigures:
        """Return what was found; raise where a needed row is missing or there is no figure."""
        if not self._preset:
            raise _refusal("own_figures.no_preset")
        if not self._figures:
            raise _refusal("own_figures.nothing")
        figures = {id: self._figures[id] for id in asked() if id in self._figures}
        return OwnFigures(self._preset, figures, self._name)


def _refusal(id: str) -> OwnFiguresError:
    return OwnFiguresError([Fault(id)])
