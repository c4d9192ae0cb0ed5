"""The cases: how far each is, what is overdue, what waits, and a link to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import quote

import ipywidgets as ipw

from data.backup import latest_backup
from data.case_files import CaseFile, fictional_case_files, is_real
from data.case_summary import CaseSummary, Listing, Tool, listing, summaries
from data.export.whole_case import case_heading
from data.meeting_calendar import danish_today
from data.records import Record
from data.settings import Settings
from data.store import Store
from data.store_errors import StoreError
from data.texts import Texts
from widgets.case_details import CaseDetails
from widgets.page import Page, safe

LOOKS = Path(__file__).parent / "static" / "cases.css"
PAGE = 25
"""Cases on one page."""
_COLUMNS = ("case", "age", "tools", "overdue", "to_move", "saved")


class CaseList(Page):
    """A table of the cases as they were when the page was opened, and a form for a new one.

    A long list comes in pages, the most overdue first.

    The fictional cases are always there. Real ones are shown, and can be made, only where the
    installation was switched to them; the page says which it is, and how that is changed.
    """

    def __init__(
        self,
        language: str = "da",
        *,
        open_store: Callable[[], Store] = Store.open,
        today: Callable[[], date] = danish_today,
    ) -> None:
        super().__init__(Texts.read(language))
        self._open_store, self._today = open_store, today
        self._mode, self._table, self._foot = ipw.HTML(), ipw.HTML(), ipw.HTML()
        details = CaseDetails(self, open_store, today, self._on_new)
        self._new = ipw.VBox(
            [ipw.HTML(f"<h2>{safe(self.texts('cases.new'))}</h2>"), details]
        ).add_class("vv-stack")
        self._first = 0
        self._pages = _Pages(self, self._turn)
        self._looks = styles()
        self._fill()
        # The kernel may have been started long before anybody opened the page.
        self.client.on_arrival(self.guard(self._fill))

    def _on_new(self, _: CaseFile) -> None:
        self._fill()

    def _turn(self, by: int) -> None:
        self._first += by
        self._fill()

    def _fill(self) -> None:
        there = self._read()
        real = there.settings.real_cases
        self._first = there.listing.first
        self._mode.value = self._mode_words(real=real)
        self._table.value = self._table_words(there.listing.cases)
        self._pages.follow(there.listing)
        self._foot.value = self._foot_words(there)
        new = [self._new] if real else []
        self.show(self._looks, self._mode, self._table, self._pages, *new, self._foot)

    def _read(self) -> "_There":
        """Return what the store has; without a store, the fictional cases alone."""
        try:
            store = self._open_store()
            try:
                settings, cases = store.settings(), store.cases()
                if settings.real_cases and any(is_real(each.ref) for each in cases):
                    store.note("search", "", self.texts("cases.list_shown"))
                shown = [case for case in cases if settings.real_cases or case.exercise]
                found = listing(store, shown, self._today(), self._first, PAGE)
                there = _There(found, store.how_many_due(self._today()), settings, store.file)
            finally:
                store.close()
        except StoreError as error:
            self.notice(error.say(self.texts), problem=True)
            made_up = tuple(summaries(fictional_case_files(), [], self._today()))
            return _There(Listing(made_up, 0, len(made_up)), 0, Settings(), None)
        return there

    def _mode_words(self, *, real: bool) -> str:
        mode, look, state = ("real", "info", "off") if real else ("training", "look", "on")
        said, question, how = (
            safe(self.texts(f"cases.{name}_{mode}")) for name in ("mode", "change", "how")
        )
        return (
            f'<p class="vv-notice vv-notice-{look}">{said}</p>'
            f'<details class="vv-source"><summary>{question}</summary>'
            f"<p>{how}</p><p><code>vejviser records real-cases {state}</code></p></details>"
        )

    def _table_words(self, found: Sequence[CaseSummary]) -> str:
        heads = "".join(
            f'<th scope="col" class="vv-words">{safe(self.texts(f"cases.{name}"))}</th>'
            for name in _COLUMNS
        )
        rows = "".join(
            "<tr>"
            + "".join(f'<td class="vv-words">{cell}</td>' for cell in self._row(each))
            + "</tr>"
            for each in found
        )
        caption = safe(self.texts("cases.caption"))
        return (
            f'<div class="vv-scroll" tabindex="0" role="group" aria-label="{caption}">'
            f'<table class="vv-table vv-cases"><caption>{caption}</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def _row(self, each: CaseSummary) -> list[str]:
        """Return the cells of a row as HTML."""
        texts, case = self.texts, each.case
        link = f'<a href="{case_address(case.ref)}">{safe(case_heading(case.ref, texts))}</a>'
        if case.closed is not None:
            link += f"<br>{safe(texts('cases.closed', date=texts.date(case.closed)))}"
        age = "–" if each.age is None else str(each.age)
        moving = texts("cases.wait", number=each.to_move) if each.to_move else "–"
        saved = texts("cases.unsaved")
        if each.saved is not None:
            day = Record(case="", form="", saved=each.saved).saved_on or self._today()
            saved = texts("cases.saved_at", date=texts.date(day), time=texts.clock(each.saved))
        return [
            link,
            safe(age),
            self._tools(each.tools),
            self._late(each),
            safe(moving),
            safe(saved),
        ]

    def _tools(self, tools: Sequence[Tool]) -> str:
        begun = [tool for tool in tools if tool.state != "blank"]
        if not begun:
            return safe(self.texts("cases.never"))
        lines = (
            self.texts(
                "cases.tool_line",
                tool=tool.form.title.in_(self.texts.language),
                state=tool.in_words(self.texts),
            )
            for tool in begun
        )
        return "<ul>" + "".join(f"<li>{safe(line)}</li>" for line in lines) + "</ul>"

    def _late(self, each: CaseSummary) -> str:
        lines = (
            self.texts(
                "cases.late",
                meeting=one.deadline.rule.name.in_(self.texts.language),
                date=self.texts.date(one.deadline.latest),
            )
            for one in each.overdue
        )
        listed = "".join(f"<li>{safe(line)}</li>" for line in lines)
        return f'<ul class="vv-late">{listed}</ul>' if listed else "–"

    def _foot_words(self, there: "_There") -> str:
        """Say what waits to be deleted, and when the last backup was made."""
        said = []
        if there.old:
            said.append(self.texts("cases.old", number=there.old))
        if there.file is not None:
            day = latest_backup(there.file)
            words = self.texts("cases.no_backup")
            said.append(self.texts("cases.backup", date=self.texts.date(day)) if day else words)
        return "".join(f'<p class="vv-saved">{safe(line)}</p>' for line in said)


@dataclass(frozen=True, slots=True)
class _There:
    """What the store has."""

    listing: Listing
    old: int
    """How many records are older than their period."""
    settings: Settings
    file: Path | None


class _Pages(ipw.HBox):
    """Buttons to the page before and the next one, and which cases these are; nothing for one page."""

    def __init__(self, page: Page, turn: Callable[[int], None]) -> None:
        self._texts = page.texts
        self._where = ipw.HTML()
        self._back = ipw.Button(description=page.texts("cases.page_before"))
        self._on = ipw.Button(description=page.texts("cases.page_next"))
        self._back.on_click(page.guard(lambda _: turn(-PAGE)))
        self._on.on_click(page.guard(lambda _: turn(PAGE)))
        super().__init__(children=[self._back, self._where, self._on])

    def follow(self, found: Listing) -> None:
        """Show which part of the whole list *found* is."""
        last = found.first + len(found.cases)
        where = self._texts("cases.page", first=found.first + 1, last=last, all=found.all)
        self._where.value = f'<span role="status">{safe(where)}</span>'
        self._back.disabled, self._on.disabled = found.first == 0, last >= found.all
        self.layout.display = "none" if found.all <= PAGE else None


def styles() -> ipw.HTML:
    """Return the looks of the pages of cases, which take no room."""
    looks = ipw.HTML(f"<style>{LOOKS.read_text(encoding='utf-8')}</style>")
    looks.layout.display = "none"
    return looks


def case_address(ref: str, tool: str = "") -> str:
    """Return the address of the page of the case *ref*, with *tool* open."""
    address = f"sag.ipynb?sag={quote(ref)}"
    return f"{address}&redskab={quote(tool)}" if tool else address
