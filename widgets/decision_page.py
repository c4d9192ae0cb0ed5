"""The page of decisions: those there are, and one of them to write, follow and take elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import ipywidgets as ipw

from data.answers import Answers
from data.decisions import EXPECTATION, FORM, begin_decision, decisions_of
from data.follow_up import FORM as FOLLOW_UP
from data.follow_up import Due, Quarter, due_for_follow_up
from data.forms import read_form
from data.meeting_calendar import danish_today
from data.records import Record
from data.store import Store
from data.store_errors import StoreError
from data.texts import Texts
from widgets.case_form import UNIT
from widgets.decision_expectation import DecisionExpectation
from widgets.decision_figures import DecisionFigures, source_line
from widgets.decision_follow_up import FollowUp, quarter_name
from widgets.decision_tools import DecisionForm
from widgets.page import Page, safe
from widgets.record_tools import button, notice

_STYLE = """<style>
.vv-page .vv-decisions > .widget-box { margin: 0; padding: 8px 0; border-bottom: 1px solid var(--vv-line); }
.vv-page .vv-decisions p { margin: 0; }
.vv-page .vv-decisions .jupyter-button { max-width: var(--vv-text); text-align: left; }
.vv-page .vv-decision { gap: 16px; }
</style>"""


class DecisionPage(Page):
    """Question, hypothesis, findings and decision, in *language* "da" or "en".

    The address names the decision that is open (``?nr=3``) and the quarter that is followed up
    (``?nr=3&kvartal=2027-1``), so that a link opens them.
    """

    def __init__(
        self, language: str = "da", *, open_store: Callable[[], Store] = Store.open
    ) -> None:
        super().__init__(Texts.read(language))
        self.form = read_form(FORM)
        self.record_form = DecisionForm(self, self.form, open_store)
        self.figures = DecisionFigures(self)
        self.expectation = DecisionExpectation(self)
        self.followed = FollowUp(self, open_store, self._on_quarter, self._on_back)
        self.due: dict[str, ipw.Button] = {}
        """The button of each decision that waits to be followed up, by its number."""
        self.listed: dict[str, ipw.Button] = {}
        """The button of each decision in the list, by its number."""
        self._mark, self._heading = ipw.HTML(), ipw.HTML()
        texts = self.texts
        self.new = button(texts("decision.new"), self.guard(self._on_new))
        self.follow_up = button(texts("follow_up.open"), self.guard(self._on_follow_up))
        self.all = button(texts("decision.all"), self.guard(self._on_all)).add_class("vv-link")
        self.delete = button(texts("decision.delete"), self.guard(self._on_delete))
        self.delete.add_class("vv-link")
        self.really = button(texts("decision.delete_yes"), self.guard(self._on_really))
        self.really.button_style = "danger"
        self.keep = button(texts("decision.delete_no"), self.guard(self._on_keep))
        self._ending = ipw.VBox()
        self._list = ipw.VBox().add_class("vv-decisions")
        self._content_box = ipw.VBox().add_class("vv-decision")
        self.show(ipw.HTML(_STYLE), self._mark, self._content_box)
        self._show_list()
        self.client.on_arrival(self.guard(self._on_arrival))

    # --- Which is shown -----------------------------------------------------------------------

    def _on_arrival(self) -> None:
        """Show the decision that the address names; the kernel may be older than it."""
        number = self.client.query.get("nr", "")
        if not number:
            self._show_list()
        elif number in {record.occasion for record in self._decisions()}:
            quarter = self.client.query.get("kvartal")
            self._open(number)
            if quarter is not None:
                self._follow_up(number, Quarter.read(quarter))
        else:
            self._show_list()
            self.notice(self.texts("decision.missing", number=number[:12]), problem=True)

    def _open(self, number: str) -> None:
        self.clear_notice()
        self.followed.leave()
        self.client.remember(nr=number)
        self.record_form.heading = self.texts("decision.heading", number=number)
        self.record_form.show_record(UNIT, number)
        self._tell_exercise(self.record_form.autosave.answers)
        self.figures.show(self.record_form.autosave.answers)
        source = source_line(self.record_form.autosave.answers, self.texts)
        self._heading.value = f"<h2>{safe(self.record_form.heading)}</h2>{source}"
        self._on_keep(None)
        self.expectation.show(self._store(), self.record_form.autosave.record)
        self._content_box.children = (
            _row(self.all),
            self._heading,
            _row(self.follow_up),
            self.record_form,
            self.figures,
            self.expectation,
            self._ending,
        )

    def _on_all(self, _: Any) -> None:
        self.clear_notice()
        self.record_form.leave()
        self._show_list()

    # --- Following up -------------------------------------------------------------------------

    def _on_follow_up(self, _: Any) -> None:
        self.clear_notice()
        self.record_form.leave()
        self._follow_up(self.record_form.autosave.record.occasion)

    def _follow_up(self, number: str, quarter: Quarter | None = None) -> None:
        self.expectation.leave()
        with self._told():
            record = self._store().load(UNIT, FORM, number)
            self.client.remember(nr=number)
            self._tell_exercise(record.answers)
            self._content_box.children = (self.followed,)
            self.followed.show(record, quarter)

    def _on_quarter(self, quarter: Quarter | None) -> None:
        self.client.remember(kvartal=quarter.id if quarter else None)

    def _on_back(self) -> None:
        self.followed.leave()
        self.client.remember(kvartal=None)
        self._open(self.client.query.get("nr", ""))

    def _waiting(self) -> tuple[ipw.Widget, ...]:
        """Return the decisions that wait to be followed up, first the one that waited longest."""
        self.due = {}
        with self._told():
            follow_ups = self._store().list_records(UNIT, FOLLOW_UP)
            waiting = due_for_follow_up(self._decisions(), follow_ups, danish_today())
            rows = [ipw.VBox([_row(self._due(one)), ipw.HTML(self._since(one))]) for one in waiting]
            heading = ipw.HTML(f"<h2>{safe(self.texts('follow_up.due_heading'))}</h2>")
            return (heading, ipw.VBox(rows).add_class("vv-decisions")) if rows else ()
        return ()

    def _due(self, one: Due) -> ipw.Button:
        number = one.decision.occasion
        question = one.decision.answers.get("question") or self.texts("decision.untitled")
        words = self.texts("follow_up.due_line", number=number, question=question)
        open_it = self.guard(lambda _: self._follow_up(number, one.quarter))
        self.due[number] = button(words, open_it).add_class("vv-link")
        return self.due[number]

    def _since(self, one: Due) -> str:
        texts, said = self.texts, []
        if one.quarter:
            name = quarter_name(one.quarter, texts)
            said.append(texts("follow_up.due_quarter", name=name))
        review = _day(one.decision.answers.get("review"))
        if review and review <= danish_today():
            said.append(texts("follow_up.due_review", date=texts.date(review)))
        return f'<p class="vv-saved">{safe(" · ".join(said))}</p>'

    def _show_list(self) -> None:
        for name in ("nr", "kvartal"):
            if self.client.query.get(name):
                self.client.remember(**{name: None})
        self._tell_exercise()
        texts, found = self.texts, self._decisions()
        self.listed = {record.occasion: self._line(record) for record in found}
        rows = [
            ipw.VBox([_row(self.listed[record.occasion]), ipw.HTML(self._about(record))])
            for record in found
        ]
        none = ipw.HTML(f"<p>{safe(texts('decision.none'))}</p>")
        self._list.children = rows or [none]
        heading = ipw.HTML(f"<h2>{safe(texts('decision.list'))}</h2>")
        self._content_box.children = (*self._waiting(), heading, self._list, _row(self.new))

    def _line(self, record: Record) -> ipw.Button:
        number = record.occasion
        question = record.answers.get("question") or self.texts("decision.untitled")
        words = self.texts("decision.line", number=number, question=question)
        return button(words, self.guard(lambda _: self._open(number))).add_class("vv-link")

    def _about(self, record: Record) -> str:
        """Return how *record* stands, as HTML."""
        texts, said = self.texts, [self.texts("decision.draft")]
        if record.state == "finished":
            said = [texts("decision.finished", version=record.version)]
        outcome, item = record.answers.get("outcome"), self.form.item("outcome")
        if outcome and item and item.allows(outcome):
            said.append(item.say(outcome, texts))
        if record.saved_on:
            said.append(texts("decision.saved_on", date=texts.date(record.saved_on)))
        review = _day(record.answers.get("review"))
        if review:
            said.append(texts("decision.review_on", date=texts.date(review)))
        if record.answers.get("code"):
            said.append(texts("decision.code", code=record.answers["code"]))
        return f'<p class="vv-saved">{safe(" · ".join(said))}</p>'

    # --- What the person does ---------------------------------------------------------------

    def _on_new(self, _: Any) -> None:
        with self._told():
            self._open(begin_decision(self._store(), UNIT, {}).occasion)

    def _on_delete(self, _: Any) -> None:
        number = self.record_form.autosave.record.occasion
        words = self.texts("decision.delete_ask", number=number)
        self._ending.children = [notice(words, "look"), _row(self.really, self.keep)]

    def _on_keep(self, _: Any) -> None:
        self._ending.children = [_row(self.delete)]

    def _on_really(self, _: Any) -> None:
        self.record_form.leave()
        self.expectation.leave()
        record = self.record_form.autosave.record
        with self._told():
            store = self._store()
            receipt = store.prune([record], self.texts("decision.delete"))
            if not receipt.records:
                self._open(record.occasion)
                self.notice(self.texts("decision.stale"), problem=True)
                return
            expectation = store.load(record.case, EXPECTATION, record.occasion)
            if expectation.revision:
                store.prune([expectation], self.texts("decision.delete"))
            self._show_list()
            self.notice(self.texts("decision.deleted", number=record.occasion))

    # --- The store --------------------------------------------------------------------------

    def _decisions(self) -> list[Record]:
        with self._told():
            return decisions_of(self._store().list_records(UNIT, FORM))
        return []

    def _tell_exercise(self, answers: Answers | None = None) -> None:
        """Say that numbers are made up, unless the decision with *answers* rests on one's own."""
        with self._told():
            self.record_form.exercise = not self._store().settings().real_cases
        words = safe(self.texts("decision.exercise"))
        mark = f'<p class="vv-notice vv-notice-look">{words}</p>'
        own = (answers or {}).get("municipality") == "own"
        self._mark.value = mark if self.record_form.exercise and not own else ""

    def _store(self) -> Store:
        return self.record_form.autosave.store

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say on the page what is wrong with the store, in place of an exception."""
        try:
            yield
        except StoreError as error:
            self.notice(error.say(self.texts), problem=True)


def _row(*buttons: ipw.Button) -> ipw.HBox:
    return ipw.HBox(buttons).add_class("vv-row")


def _day(words: str | None) -> date | None:
    try:
        return date.fromisoformat(words or "")
    except ValueError:
        return None
