"""The cells of a map on the page: read by pointer and keyboard, and chosen by a click."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets as tl

from widgets.browser_code import browser_code

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from data.texts import Texts
    from simulation.figures.map_cells import MapCells

_STATIC = Path(__file__).parents[1] / "static"


class MapGrid(anywidget.AnyWidget):
    """A grid of cells; *chosen* hears the values of the two inputs of a cell that a person chose.

    The browser names a cell by its row and column, and only one that is shown is heard.
    """

    _esm = browser_code("workbench_map.js")
    _css = _STATIC / "workbench_map.css"

    shown = tl.Dict(help="What the browser draws; empty while there is nothing.").tag(sync=True)

    def __init__(self, texts: Texts, chosen: Callable[[tuple[Any, Any]], None]) -> None:
        self._texts, self._chosen = texts, chosen
        self._cells: MapCells | None = None
        super().__init__()
        self.on_msg(self._hear)

    def set_state(self, sync_data: Any) -> None:
        """Take no state from the browser: it tells by messages what somebody wants."""

    def show(
        self, cells: MapCells | None, places: Mapping[str, tuple[Any, Any]] | None = None
    ) -> None:
        """Draw *cells*, or nothing, and write the words of *places* in the cells of these values."""
        self._cells = cells
        if cells is None:
            self.shown = {}
            return
        from simulation.figures.sweep_map import SHADES  # noqa: PLC0415 (loads NumPy)

        across, up = cells.names
        named: dict[tuple[Any, Any], list[str]] = {}
        for words, at in (places or {}).items():
            named.setdefault(at, []).append(words)
        rows = [
            [
                {
                    "lead": cell.lead,
                    "second": cell.second,
                    "shade": cell.shade,
                    "mark": cell.mark,
                    "edges": list(cell.edges),
                    "here": ", ".join(named.get(cell.at, [])),
                    "words": cell.words,
                }
                for cell in row
            ]
            for row in cells.rows
        ]
        self.shown = {
            "label": self._texts("map.grid", shown=cells.shown, across=across, up=up),
            "names": [across, up],
            "across": list(cells.ticks[0]),
            "up": list(reversed(cells.ticks[1])),
            "rows": rows,
            "shades": list(SHADES),
            "axes": self._texts("map.axes", across=across, up=up),
            "how": self._texts("map.how"),
        }

    def _hear(self, _: Any, message: Any, __: Any) -> None:
        if not isinstance(message, dict) or message.get("kind") != "choose" or not self._cells:
            return
        row, column = message.get("row"), message.get("column")
        if type(row) is not int or type(column) is not int:
            return
        if 0 <= row < len(self._cells.rows) and 0 <= column < len(self._cells.rows[0]):
            self._chosen(self._cells.rows[row][column].at)
