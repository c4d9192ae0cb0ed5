"""The page on a municipality's own numbers: each estimate beside ours, and which of them is used."""

from __future__ import annotations

import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from data import PRESETS, read_preset
from data.meeting_calendar import danish_today
from data.store import Store
from data.store_errors import StoreError
from data.texts import Texts
from simulation.calibration.calibration import nearest_size
from simulation.calibration.calibration_words import lines_in_words, rule_in_words
from simulation.calibration.kept_calibration import (
    calibration_of,
    newest_calibration,
    next_calibration,
)
from simulation.scenario import Scenario
from widgets.page import Page, safe
from widgets.workbench.loading import RefusedError, load_checklists
from widgets.workbench.municipality import invented
from widgets.workbench.start import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from simulation.calibration.calibration import Calibration
    from simulation.calibration.calibration_words import LineInWords

_STYLE = """<style>
.vv-page .vv-calibration td { vertical-align: top; }
.vv-page .vv-calibration th[scope=row], .vv-page .vv-calibration td { font-variant-numeric: tabular-nums; }
.vv-page .vv-calibration .vv-table tr.vv-own td:last-child { font-weight: 600; }
</style>"""


class CalibrationPage(Page):
    """Numbers estimated from checklists and cases, in *language* "da" or "en".

    Attributes:
        size: With which of our municipalities they are compared.
        make: Estimates and keeps them; gone once they are kept for the year.
        use: Makes a municipality of them for the workbench.
        found: What is shown; None while there is none.
    """

    def __init__(
        self,
        language: str = "da",
        *,
        open_store: Callable[[], Store] = Store.open,
        today: Callable[[], date] = danish_today,
    ) -> None:
        super().__init__(Texts.read(language))
        texts = self.texts
        self._open_store, self._today = open_store, today
        self.found: Calibration | None = None
        names = [(invented(name, texts).name, name) for name in PRESETS]
        self.size = ipw.Dropdown(
            options=names, value=DEFAULT, description=texts("calibration.size")
        )
        self.size.style.description_width = "initial"
        self.make = ipw.Button(description=texts("calibration.make"), button_style="primary")
        self.use = ipw.Button(description=texts("calibration.use"), button_style="primary")
        self.said = ipw.HTML()
        self.tables = ipw.HTML().add_class("vv-calibration")
        self.ready = ipw.HTML()
        self._thread: threading.Thread | None = None
        self.make.on_click(self.guard(self._on_make))
        self.use.on_click(self.guard(self._on_use))
        self.size.observe(self.guard(lambda _: self._draw()), "value")
        self.show(ipw.HTML(_STYLE), ipw.VBox())
        self.guard(self._begin)()

    def join(self, seconds: float) -> None:
        """Wait until the numbers are estimated, for tests."""
        if self._thread is not None:
            self._thread.join(seconds)

    # --- What the person does -------------------------------------------------------------------

    def _begin(self) -> None:
        """Show the numbers that are kept, or ask whether to estimate them."""
        try:
            with closing(self._open_store()) as store:
                self.found, may = newest_calibration(store), store.access.may("count_cases")
        except StoreError as error:
            self.notice(error.say(self.texts), problem=True)
            return
        self._choose_size()
        is_new = self.found is None or next_calibration(self.found) <= self._today()
        self._lay(make=is_new and may)
        if self.found is None and not may:
            self.said.value = f"<p>{safe(self.texts('calibration.not_allowed'))}</p>"
        elif self.found is None:
            self.said.value = f"<p>{safe(self.texts('calibration.not_made'))}</p>"
        else:
            self._draw()

    def _on_make(self, _: Any) -> None:
        self.clear_notice()
        self.make.disabled = True
        self.said.value = f'<p role="status">{safe(self.texts("calibration.working"))}</p>'
        self._thread = threading.Thread(target=self.guard(self._estimate), daemon=True)
        self._thread.start()

    def _estimate(self) -> None:
        """Estimate in a thread, so that the page answers all the while."""
        try:
            ours = Scenario.preset(self._preset())
            with closing(self._open_store()) as store:
                found = calibration_of(store, ours, self._today())
        except StoreError as error:
            self.notice(error.say(self.texts), problem=True)
            self.said.value = ""
            return
        finally:
            self.make.disabled = False
        self.found = found.calibration
        if found.calibration is None:
            self.said.value = f'<p role="status">{safe(self.texts("calibration.nothing"))}</p>'
            return
        self._choose_size()
        self._lay(make=False)
        self._draw()

    def _on_use(self, _: Any) -> None:
        self.clear_notice()
        here = invented(self._preset(), self.texts)
        try:
            loaded = load_checklists(here, self.texts, self._today(), self._open_store)
        except RefusedError as error:
            self.notice(" ".join([error.lead, *error.items]), problem=True)
            return
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self.notice(self.texts("calibration.not_written", reason=reason), problem=True)
            return
        address = f"kapacitet.ipynb?preset={loaded.municipality.key}"
        words = safe(self.texts("calibration.open"))
        link = f'<a class="vv-link" href="{address}">{words}</a>'
        self.ready.value = f'<p role="status">{safe(loaded.said)} {link}</p>'

    # --- What is shown --------------------------------------------------------------------------

    def _lay(self, *, make: bool) -> None:
        row = ipw.HBox([self.make] if make else []).add_class("vv-row")
        shown: list[ipw.Widget] = [self.said, row]
        if self.found is not None:
            below = ipw.HBox([self.use]).add_class("vv-row")
            shown += [self.size, self.tables, below, self.ready]
        content = ipw.VBox(shown).add_class("vv-stack")
        self.show(ipw.HTML(_STYLE), content)

    def _choose_size(self) -> None:
        nearest = nearest_size(self.found) if self.found else None
        self.size.value = nearest or self.size.value

    def _preset(self) -> str:
        """Return the size that is chosen; a browser may say another."""
        return self.size.value if self.size.value in PRESETS else DEFAULT

    def _draw(self) -> None:
        if self.found is None:
            return
        texts, calibration = self.texts, self.found
        first, last = texts.date(calibration.first), texts.date(calibration.last)
        again = texts.date(next_calibration(calibration))
        said = (
            texts("calibration.period", first=first, last=last),
            texts("calibration.next", day=again),
        )
        self.said.value = f'<p role="status">{safe(" ".join(said))}</p>'
        lines = lines_in_words(calibration, read_preset(self._preset()), texts)
        self.use.disabled = not any(line.is_used for line in lines)
        self.ready.value = ""
        if self.use.disabled:
            self.ready.value = f"<p>{safe(texts('calibration.none_used'))}</p>"
        self.tables.value = "".join(
            [
                _table(texts, "inputs", [line for line in lines if line.is_input]),
                _table(texts, "outcomes", [line for line in lines if not line.is_input]),
                _fold(
                    texts("calibration.rule_heading"),
                    f"<p>{safe(rule_in_words(texts))}</p>"
                    f"<p>{safe(texts('calibration.interval'))}</p>",
                ),
                _fold(
                    texts("calibration.how_heading"), _terms((one.name, one.how) for one in lines)
                ),
                _fold(
                    texts("calibration.sources_heading"),
                    _terms((one.name, ". ".join(one.sources)) for one in lines if one.sources),
                ),
            ]
        )


def _table(texts: Texts, part: str, lines: Sequence[LineInWords]) -> str:
    """Return *lines* as a table that a narrow window scrolls."""
    names = ["quantity", "own", *(["ours"] if part == "inputs" else []), "verdict"]
    head = "".join(
        f'<th scope="col" class="vv-words">{safe(texts(f"calibration.column.{name}"))}</th>'
        for name in names
    )
    body = ""
    for line in lines:
        cells = [line.own, *([line.ours] if part == "inputs" else []), line.verdict]
        told = "".join(f'<td class="vv-words">{safe(cell)}</td>' for cell in cells)
        mark = ' class="vv-own"' if line.is_used else ""
        body += f'<tr{mark}><th scope="row">{safe(line.name)}</th>{told}</tr>'
    heading = safe(texts(f"calibration.{part}"))
    return (
        f'<div class="vv-scroll" role="region" tabindex="0" aria-label="{heading}">'
        f'<table class="vv-table"><caption>{heading}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _fold(title: str, content: str) -> str:
    return f'<details class="vv-source"><summary>{safe(title)}</summary>{content}</details>'


def _terms(pairs: Iterable[tuple[str, str]]) -> str:
    told = "".join(f"<dt>{safe(name)}</dt><dd>{safe(words)}</dd>" for name, words in pairs)
    return f"<dl>{told}</dl>"
