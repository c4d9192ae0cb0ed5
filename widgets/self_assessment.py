"""The page of self-assessment: everybody answers alone, the round is closed, all see what it adds up to.

While a round is open nothing of it is shown, because a picture from before an answer and one from
after it differ by that one answer (``data/assessment.py``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from data.assessment import (
    GROUPS,
    Sheet,
    closed_rounds,
    is_closed,
    read_sheet,
    round_before,
    round_of,
    rounds_of,
    score,
    sheets_of,
)
from data.assessment_example import example_records
from data.assessment_rounds import claim_sheet, close_round, open_round
from data.assessment_words import round_words
from data.case_files import is_exercise, is_real
from data.forms import Form, read_form
from data.personal_data import find
from data.records import Record
from data.store import Store
from data.store_errors import StoreError
from data.texts import Texts
from widgets.assessment_results import paper_html, results_html, taken_words
from widgets.case_form import UNIT
from widgets.form_print import Paper
from widgets.page import Page, safe
from widgets.record_form import RecordForm, today

if TYPE_CHECKING:
    from collections.abc import Iterator

MODELS = {"vejen": "assessment_vejen", "helhed": "assessment_helhed"}
"""The name in the address → the form."""
_UNIT = re.compile(r"[A-ZÆØÅ][A-ZÆØÅ0-9-]{1,19}")
_STYLE = """<style>
.vv-assessment .vv-round-choices > * { flex: 1 1 200px; width: auto; min-width: 200px; max-width: 320px; }
.vv-assessment .vv-round-choices > :first-child { flex: 3 1 320px; max-width: 480px; }
.vv-assessment table.vv-table td, .vv-paper table.vv-table td { white-space: nowrap; }
@media print { .vv-paper .vv-source:not([open]) { display: none; } }
</style>"""


class SelfAssessment(Page):
    """Half-yearly rounds of self-assessment of a unit, in *language* "da" or "en".

    The address names model, unit and round (``?model=helhed&enhed=UNGETEAM&runde=2026-2``). Which
    sheet somebody has begun is kept in the browser, and never in the address, so that no link leads
    to another person's answers.
    """

    def __init__(
        self,
        language: str = "da",
        *,
        open_store: Callable[[], Store] = Store.open,
        on: date | None = None,
    ) -> None:
        super().__init__(Texts.read(language))
        self._open_store = open_store
        self._opened: Store | None = None
        self._on = on
        self._records: Sequence[Record] = ()
        self._exercise = True
        self._sheet: RecordForm | None = None
        self._build()
        self._refresh()
        self.client.on_arrival(self.guard(self._on_arrival))

    # --- How it is laid out -----------------------------------------------------------------

    def _build(self) -> None:
        texts = self.texts
        titles = [(texts(f"assessment.model.{name}"), id) for name, id in MODELS.items()]
        self.model = ipw.Dropdown(options=titles, description=texts("assessment.model"))
        self.unit = ipw.Text(
            value=UNIT, description=texts("assessment.unit"), continuous_update=False
        )
        self._unit_fault = ipw.HTML()
        current = round_of(self._today())
        self.round = ipw.Dropdown(options=self._round_options([current]), value=current)
        self.round.description = texts("assessment.which_round")
        self.group = ipw.RadioButtons(
            options=[(texts(f"assessment.as.{group}"), group) for group in GROUPS],
            description=texts("assessment.who_answers"),
        )
        self._mark, self._taken, self._state = ipw.HTML(), ipw.HTML(), ipw.HTML()
        self.begin = self._button("begin", self._on_begin).add_class("mod-primary")
        self.resume = self._button("resume", lambda _: self._answer(self._begun()))
        self.next = self._button("next_person", self._on_next)
        self.refresh = self._button("refresh", lambda _: self._refresh()).add_class("vv-link")
        self.end = self._button("close", self._on_close)
        self.really = self._button("close_now", self._on_really)
        self.not_yet = self._button("not_yet", lambda _: self._refresh())
        self.again = self._button("open_again", self._on_again).add_class("vv-link")
        self.example = self._button("example", self._on_example).add_class("vv-link")
        self.download_results = self._button("download", self._on_download)
        self.print_results = self._button("print", self._on_print)
        self.result = ipw.HTML()
        self._paper = Paper()
        self._answering, self._closing = ipw.VBox(), ipw.VBox()
        self._leaving = ipw.HBox([self.download_results, self.print_results]).add_class("vv-row")
        chosen = ipw.HBox([self.model, self.unit, self.round]).add_class("vv-row")
        chosen.add_class("vv-round-choices")
        self.show(
            ipw.HTML(_STYLE),
            self._mark,
            chosen,
            self._unit_fault,
            self._heading("answer"),
            self._taken,
            self._answering,
            self._heading("result"),
            self._closing,
            self.result,
            self._leaving,
            self._paper,
        )
        self.add_class("vv-assessment")
        for control in (self.model, self.unit, self.round):
            control.observe(self.guard(self._on_choice), "value")

    def _heading(self, id: str) -> ipw.HTML:
        return ipw.HTML(f"<h2>{safe(self.texts(f'assessment.heading_{id}'))}</h2>")

    def _button(self, id: str, callback: Callable[[Any], None]) -> ipw.Button:
        button = ipw.Button(description=self.texts(f"assessment.{id}"))
        button.on_click(self.guard(callback))
        return button

    # --- What is chosen ---------------------------------------------------------------------

    @property
    def form(self) -> Form:
        """The form that is answered, a municipality's own statements among it."""
        return read_form(self.model.value)

    @property
    def _case(self) -> str:
        return str(self.unit.value).strip().upper()

    def _on_arrival(self) -> None:
        """Choose what the address names; what it names wrongly is left as it is."""
        query = self.client.query
        self.model.value = MODELS.get(query.get("model", ""), self.model.value)
        unit = query.get("enhed", UNIT).upper()
        if not self._fault(unit):
            self.unit.value = unit
        self._refresh()
        if query.get("runde") in {value for _, value in self.round.options}:
            self.round.value = query["runde"]

    def _on_choice(self, _: Any) -> None:
        fault = self._fault(self._case)
        said = f'<p class="vv-notice vv-notice-look" role="alert">{safe(fault)}</p>'
        self._unit_fault.value = said if fault else ""
        if fault:
            return
        self._put_away()
        model = next(name for name, id in MODELS.items() if id == self.model.value)
        self.client.remember(model=model, enhed=self._case, runde=self.round.value)
        self._refresh()

    def _fault(self, unit: str) -> str:
        """Return why *unit* cannot be the name of one, in words; nothing where it can."""
        if is_real(unit) or is_exercise(unit):
            return self.texts("assessment.unit_is_case")
        if find(unit) or not _UNIT.fullmatch(unit):
            return self.texts("assessment.unit_fault")
        return ""

    def _today(self) -> date:
        return self._on or today()

    def _round_options(self, rounds: Sequence[str]) -> list[tuple[str, str]]:
        return [(round_words(one, self.texts), one) for one in rounds]

    # --- How it stands ----------------------------------------------------------------------

    def _refresh(self) -> None:
        """Read the rounds of the unit anew and show how this one stands."""
        if self._fault(self._case):
            return
        with self._told():
            self._records = self._store().list_records(self._case, self.model.value)
            self._exercise = not self._store().settings().real_cases
        self._offer_rounds()
        self._tell()

    def _offer_rounds(self) -> None:
        now = round_of(self._today())
        known = {*rounds_of(self._records, self.form), now, round_before(now)}
        options = self._round_options(sorted(known, reverse=True))
        if list(self.round.options) != options:
            chosen = self.round.value if self.round.value in known else now
            with self.round.hold_trait_notifications():
                self.round.options = options
                self.round.value = chosen

    def _tell(self) -> None:
        texts, closed = self.texts, self._is_closed()
        words = f'<p class="vv-notice vv-notice-look">{safe(texts("assessment.exercise"))}</p>'
        self._mark.value = words if self._exercise else ""
        self._tell_taken()
        self._answering.children = self._way_to_answer(closed)
        self._closing.children = self._way_to_result(closed)
        self._show_result(self._own_result() if closed else "", leaves=closed)

    def _tell_taken(self) -> None:
        said = taken_words(self._sheets(), self.texts)
        self._taken.value = f'<p role="status">{safe(said)}</p>'

    def _way_to_answer(self, closed: bool) -> list[ipw.Widget]:
        if self._sheet is not None:
            row = ipw.HBox([self.next]).add_class("vv-row")
            return [self._state, self._sheet, row]
        if closed:
            row = ipw.HBox([self.again]).add_class("vv-row")
            return [_note(self.texts("assessment.is_closed")), row]
        private = _note(self.texts("assessment.alone"))
        begun = [self.resume] if self._begun() else []
        return [self.group, private, ipw.HBox([self.begin, *begun]).add_class("vv-row")]

    def _way_to_result(self, closed: bool) -> list[ipw.Widget]:
        if closed:
            return []
        buttons = [self.end] if self._sheets() else []
        row = ipw.HBox([*buttons, self.refresh, self.example]).add_class("vv-row")
        return [_note(self.texts("assessment.is_open")), row]

    def _sheets(self) -> dict[Sheet, Record]:
        return sheets_of(self._records, self.form, self.round.value)

    def _is_closed(self) -> bool:
        return is_closed(self._records, self.form, self.round.value)

    # --- Somebody answers -------------------------------------------------------------------

    def _on_begin(self, _: Any) -> None:
        self._refresh()
        if self._is_closed():
            return  # Somebody has closed the round meanwhile, and the page says so now.
        with self._told():
            record = claim_sheet(
                self._store(), self._case, self.form, self.round.value, self.group.value
            )
            self._answer(record.occasion)

    def _answer(self, occasion: str) -> None:
        """Open the sheet *occasion*, and remember in this browser that it is this person's."""
        sheet = read_sheet(occasion)
        if sheet is None:
            return
        self._sheet = RecordForm(self, self.form, self._store)
        self._sheet.autosave.observe(self.guard(self._on_saved), "saves")
        who = self.texts(f"assessment.who.{sheet.group}")
        slots = {"who": who, "number": sheet.number, "round": round_words(sheet.round, self.texts)}
        self._sheet.heading = self.texts("assessment.sheet", unit=self._case, **slots)
        self._sheet.exercise = self._exercise
        self._sheet.show_record(self._case, occasion)
        self._state.value = f"<h3>{safe(self._sheet.heading)}</h3>"
        self.client.store(skema=f"{self.model.value}/{self._case}/{occasion}")
        self._refresh()

    def _on_saved(self, change: Any) -> None:
        """Count the sheets anew when this one was finished or opened again."""
        sheet = change.owner.record
        known = {record.occasion: record.state for record in self._records}
        if known.get(sheet.occasion) != sheet.state:
            with self._told():
                self._records = self._store().list_records(self._case, self.model.value)
            self._tell_taken()
            self._closing.children = self._way_to_result(self._is_closed())

    def _begun(self) -> str:
        """Return the occasion of the sheet that was begun in this browser, if it is of this round."""
        form, _, rest = self.client.stored.get("skema", "").partition("/")
        unit, _, occasion = rest.partition("/")
        known = {sheet.occasion for sheet in self._sheets()}
        here = (form, unit) == (self.model.value, self._case)
        return occasion if here and occasion in known else ""

    def _on_next(self, _: Any) -> None:
        self.client.store(skema=None)
        self._put_away()
        self._refresh()

    def _put_away(self) -> None:
        if self._sheet is not None:
            self._sheet.leave()
            self._sheet = None

    # --- The round is closed, and what it adds up to ------------------------------------------

    def _on_close(self, _: Any) -> None:
        self._refresh()
        states = [record.state for record in self._sheets().values()]
        id = "assessment.close_what" if "draft" in states else "assessment.close_done"
        words = self.texts(id, drafts=states.count("draft"), all=len(states))
        row = ipw.HBox([self.really, self.not_yet]).add_class("vv-row")
        self._closing.children = [_note(words, "vv-notice vv-notice-look"), row]

    def _on_really(self, _: Any) -> None:
        self._put_away()
        with self._told():
            close_round(self._store(), self._case, self.form, self.round.value)
        self._refresh()

    def _on_again(self, _: Any) -> None:
        with self._told():
            open_round(self._store(), self._case, self.form, self.round.value)
        self._refresh()

    def _shown_rounds(self) -> list[str]:
        """Return the closed rounds up to and with the chosen one."""
        rounds = closed_rounds(self.form, self._records)
        return [one for one in rounds if one <= self.round.value]

    def _own_result(self) -> str:
        self._say_drawing()
        return results_html(self.form, self._records, self._shown_rounds(), self.texts)

    def _on_example(self, _: Any) -> None:
        self._say_drawing()
        records = list(example_records(self.form, self.round.value))
        rounds = closed_rounds(self.form, records)
        mark = safe(self.texts("assessment.example_mark"))
        html = results_html(self.form, records, rounds, self.texts)
        self._show_result(
            f'<p class="vv-notice vv-notice-look" role="status">{mark}</p>{html}', leaves=False
        )

    def _say_drawing(self) -> None:
        """Say that it comes: the first drawing of a page takes seconds on a busy machine."""
        words = safe(self.texts("assessment.drawing"))
        self.result.value = f'<p role="status">{words}</p>'

    def _show_result(self, html: str, *, leaves: bool) -> None:
        self.result.value = html
        self._leaving.layout.display = None if leaves else "none"

    # --- What leaves ------------------------------------------------------------------------

    def _on_download(self, _: Any) -> None:
        from data.export.assessment import assessment_workbook  # noqa: PLC0415 (loads slowly)
        from data.export.xlsx import MIME  # noqa: PLC0415

        rounds = self._shown_rounds()
        scores = [score(self.form, self._records, one) for one in rounds]
        words = (self.form, self._case, scores, self.texts)
        content = assessment_workbook(*words, exercise=self._exercise)
        slots = {"unit": self._case, "round": self.round.value}
        with self._told():
            self._store().note("export", self._case, self.form.id)
        self.download(self.texts("assessment.file", **slots), content, MIME)

    def _on_print(self, _: Any) -> None:
        words = (self.form, self._case, self.round.value, self.result.value, self.texts)
        self._paper.sheet = paper_html(*words, exercise=self._exercise)
        with self._told():
            self._store().note("print", self._case, self.form.id)
        self._paper.print()

    # --- The store --------------------------------------------------------------------------

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


def _note(words: str, kind: str = "vv-saved") -> ipw.HTML:
    return ipw.HTML(f'<p class="{kind}">{safe(words)}</p>')
