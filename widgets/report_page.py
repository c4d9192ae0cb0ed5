"""The page of the leadership report: which edition, for whom, and the files that leave."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from data.indicators import LEVELS, Edition, editions, make_edition, period_in_words
from data.indicators.kept import FORM
from data.meeting_calendar import danish_today
from data.periods import Period, Quarter, Year, read_period
from data.store import Store
from data.store_errors import StoreError
from data.texts import Texts
from widgets.case_form import UNIT
from widgets.page import Page, safe
from widgets.record_tools import button
from widgets.workbench.drawn import Drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from data.export.report import Report, ReportSection
    from data.indicators import Level

_QUARTERS, _YEARS = 8, 2
"""How far back an edition is offered."""
_EXERCISE = "ja"
"""What stands in the address where made-up numbers are shown."""


class ReportPage(Page):
    """Editions of the leadership report at three levels, in *language* "da" or "en".

    The address says which: ``?periode=2027-1&til=leader&opdigtet=ja``.
    """

    def __init__(
        self, language: str = "da", *, open_store: Callable[[], Store] = Store.open
    ) -> None:
        super().__init__(Texts.read(language))
        self._open_store = open_store
        self._opened: Store | None = None
        self.exercise = True
        self._kept: dict[Period, Edition] = {}
        self._quiet = False
        texts = self.texts
        self.period = ipw.Dropdown(description=texts("leadership.period")).add_class("vv-picker")
        levels = [(texts(f"leadership.choose_{level}"), level) for level in LEVELS]
        self.level = ipw.Dropdown(options=levels, description=texts("leadership.level"))
        self.level.add_class("vv-picker")
        for each in (self.period, self.level):
            each.observe(self.guard(self._on_choice), "value")
        self.make = button(texts("leadership.make"), self.guard(self._on_make))
        self.make.button_style = "primary"
        self.other = button("", self.guard(self._on_other)).add_class("vv-link")
        self.files = {
            kind: button(texts(f"leadership.download_{kind}"), self.guard(write))
            for kind, write in (
                ("docx", self._on_docx),
                ("xlsx", self._on_xlsx),
                ("pdf", self._on_pdf),
            )
        }
        self._said = ipw.HTML()
        draws = texts("leadership.counting")
        self.drawn = Drawn(self, waits="", draws=draws)
        self._choices = ipw.HBox([self.period, self.level]).add_class("vv-row")
        self._tools = ipw.HBox([*self.files.values(), self.other]).add_class("vv-row")
        self.show(self._choices, self._tools, self._said, self.make, self.drawn)
        self._begin()
        self.client.on_arrival(self.guard(self._on_arrival))

    # --- Which is shown -----------------------------------------------------------------------

    def _begin(self) -> None:
        """Show the editions that are kept, or made-up numbers where there are no real cases."""
        self.exercise = not self._real()
        self._offer()
        self._draw()

    def _on_arrival(self) -> None:
        query = self.client.query
        if query.get("opdigtet") == _EXERCISE and not self.exercise:
            self.exercise = True
            self._offer()
        if query.get("til") in LEVELS:
            self._set(self.level, query["til"])
        period = read_period(query.get("periode", ""))
        if period is not None and period.id in {id for _, id in self.period.options}:
            self._set(self.period, period.id)
        self._draw()

    def _offer(self) -> None:
        """Fill the list of periods: kept editions, and those that can be made."""
        self._kept = {}
        if not self.exercise:
            with self._told():
                self._kept = {each.period: each for each in editions(self._store())}
        offered = self._offered()
        options = [(self._named(period), period.id) for period in offered]
        self._quiet = True
        self.period.options = options
        newest = max(self._kept.values(), key=lambda each: each.number, default=None)
        if options:
            self.period.value = newest.period.id if newest else options[0][1]
        self._quiet = False
        other = "leadership.open_real" if self.exercise else "leadership.open_exercise"
        self.other.description = self.texts(other)

    def _offered(self) -> list[Period]:
        if self.exercise:
            from data.samples.report import sample_periods  # noqa: PLC0415 (asked for here alone)

            return [*sample_periods(danish_today())]
        ended = Quarter.of(danish_today()).later(-1)
        years = ended.year if ended.number == 4 else ended.year - 1
        found: set[Period] = {ended.later(-back) for back in range(_QUARTERS)}
        found |= {Year(years - back) for back in range(_YEARS)}
        found |= set(self._kept)
        return sorted(found, key=lambda each: (each.last, len(each.quarters)), reverse=True)

    def _named(self, period: Period) -> str:
        name = period_in_words(period, self.texts)
        if self.exercise:
            return name
        kept = self._kept.get(period)
        if kept is None:
            return self.texts("leadership.not_kept", period=name)
        return self.texts("leadership.kept", period=name, number=kept.number)

    def _chosen(self) -> Period | None:
        # A browser may send any state.
        period = read_period(str(self.period.value or ""))
        return period if period in self._offered() else None

    def _level(self) -> Level:
        return self.level.value if self.level.value in LEVELS else "leader"

    def _set(self, field: ipw.Dropdown, value: str) -> None:
        self._quiet = True
        field.value = value
        self._quiet = False

    # --- What the person does ------------------------------------------------------------------

    def _on_choice(self, _: Any) -> None:
        if self._quiet:
            return
        self.clear_notice()
        chosen = self._chosen()
        self.client.remember(periode=chosen.id if chosen else None, til=self._level())
        self._draw()

    def _on_other(self, _: Any) -> None:
        self.clear_notice()
        self.exercise = not self.exercise
        self.client.remember(opdigtet=_EXERCISE if self.exercise else None, periode=None)
        self._offer()
        self._draw()

    def _on_make(self, _: Any) -> None:
        period = self._chosen()
        if period is None or self.exercise:
            return
        with self._told():
            made = make_edition(self._store(), period)
            self._offer()
            self._set(self.period, made.period.id)
            self._draw()
            self.notice(self.texts("leadership.made"))

    def _on_docx(self, _: Any) -> None:
        from data.export.docx import MIME  # noqa: PLC0415 (loads slowly)
        from data.export.report import report_document  # noqa: PLC0415 (loads slowly)

        self._download("docx", report_document, MIME)

    def _on_xlsx(self, _: Any) -> None:
        from data.export.report_workbook import report_workbook  # noqa: PLC0415 (loads slowly)
        from data.export.xlsx import MIME  # noqa: PLC0415 (loads slowly)

        self._download("xlsx", report_workbook, MIME)

    def _on_pdf(self, _: Any) -> None:
        from data.export.report_pdf import MIME, report_pdf  # noqa: PLC0415 (loads slowly)

        self._download("pdf", report_pdf, MIME)

    def _download(self, kind: str, write: Callable[[Report, Texts], bytes], mime: str) -> None:
        edition = self._edition()
        if edition is None:
            return
        self.notice(self.texts("leadership.writing"))
        report = self._report(edition, self._level())
        content = write(report, self.texts)
        with self._told():
            if not self.exercise:
                self._store().note("export", UNIT, report.title)
            self.download(f"{report.file}.{kind}", content, mime)
            self.notice(self.texts("leadership.written", file=f"{report.file}.{kind}"))

    # --- What is shown -------------------------------------------------------------------------

    def _edition(self) -> Edition | None:
        """Return the chosen edition; None where it is not made yet."""
        period = self._chosen()
        if period is None:
            return None
        if self.exercise:
            from data.samples.report import sample_edition  # noqa: PLC0415 (asked for here alone)

            return sample_edition(period)
        return self._kept.get(period)

    def _report(self, edition: Edition, level: Level) -> Report:
        from simulation.leadership_report import leadership_report  # noqa: PLC0415 (loads NumPy)

        expected = self._expected(edition)
        return leadership_report(edition, level, self.texts, expected=expected)

    def _expected(self, edition: Edition) -> tuple[ReportSection, ...]:
        """Return what decisions expected beside what *edition* tells; the report is there without it too."""
        from simulation.experiments.expected_in_report import (  # noqa: PLC0415 (loads NumPy)
            expected_beside_happened,
        )

        with self._told():
            return expected_beside_happened(self._store(), edition, self.texts)
        return ()

    def _draw(self) -> None:
        texts, period, level = self.texts, self._chosen(), self._level()
        # Looked up before the thread begins: nothing may be chosen anew meanwhile.
        missing = period is not None and not self.exercise and period not in self._kept
        for each in self.files.values():
            each.disabled = period is None or missing
        may_make = missing and self._may_count()
        self.make.layout.display = None if may_make else "none"
        training = self.exercise and not self._real()
        words = "leadership.training" if self._may_read() else "leadership.for_leaders"
        said = texts(words) if training else ""
        if missing and period is not None:
            words = "leadership.not_made" if may_make else "leadership.not_made_by_you"
            said = texts(words, period=period_in_words(period, texts), id=period.id)
        self.other.layout.display = "none" if training else None
        self._said.value = f'<p role="status">{safe(said)}</p>' if said else ""
        self.drawn.layout.display = "none" if missing or period is None else None
        if period is None or missing:
            self.drawn.wait()
            return
        kept = self._kept.get(period)

        def make() -> str:
            from data.samples.report import sample_edition  # noqa: PLC0415 (asked for here alone)
            from widgets.report_view import report_html  # noqa: PLC0415 (drawn in a thread)

            return report_html(self._report(kept or sample_edition(period), level), texts)

        self.drawn.draw((period, level, self.exercise, kept.number if kept else 0), make)

    # --- The store -----------------------------------------------------------------------------

    def _real(self) -> bool:
        """Tell whether there are real cases, and this person may read editions of them."""
        with self._told():
            return self._store().settings().real_cases and self._may_read()
        return False

    def _may_read(self) -> bool:
        with self._told():
            return self._store().access.may("read_case", UNIT, FORM)
        return False

    def _may_count(self) -> bool:
        """Tell whether this person may have the checklists of all counted; a leader reads editions alone."""
        with self._told():
            return self._store().access.may("count_cases")
        return False

    def _store(self) -> Store:
        if self._opened is None:
            self._opened = self._open_store()
        return self._opened

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say on the page what is wrong with the store, in place of an exception."""
        try:
            yield
        except StoreError as error:
            self.notice(error.say(self.texts), problem=True)
