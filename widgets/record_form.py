"""A form on one record: filled in, saved with every change, finished, and taken elsewhere."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import ipywidgets as ipw

from data.answers import Answers
from data.forms import Form
from data.records import Record
from data.store import Store
from data.store_errors import StoreError
from widgets.autosave import Autosave
from widgets.form import FormFields, named
from widgets.form_print import Paper, readable
from widgets.merging import Choice, clash_cards
from widgets.page import Page, safe
from widgets.record_keeping import HandOver
from widgets.record_tools import RecordTools, button, notice

_MOST_MISSING = 8
"""Missing answers that are listed; the form marks the rest."""


class RecordForm(ipw.VBox):
    """The form at the left; what is missing, how it is saved and what can be done at the right.

    It belongs to a page, which tells its failures and sends its files. What cannot be saved stays in
    the form, with a sentence that says what to do.
    """

    tools = RecordTools
    """What can be done with the record beside filling it in."""

    def __init__(self, page: Page, form: Form, open_store: Callable[[], Store]) -> None:
        self.page = page
        self.form = form
        self.autosave = Autosave(open_store)
        self.heading = ""
        """The line that says which case it is."""
        self.exercise = True
        """Whether nobody in the case exists."""
        self._news = ""
        self._told: object = None
        self._untaken: tuple[ipw.Widget, ...] = ()
        self._unsaved: dict[tuple[str, str], tuple[Record, Answers]] = {}
        super().__init__(children=self._build())
        self.add_class("vv-record")
        for trait in ("state", "error", "clashes", "merged"):
            self.autosave.observe(page.guard(self._on_autosave), trait)

    def _build(self) -> list[ipw.Widget]:
        page, texts = self.page, self.page.texts
        self._place = ipw.VBox().add_class("vv-main")
        self.paper = Paper()
        self._status = ipw.HTML()
        self._problem = ipw.VBox()
        self._missing = ipw.HTML().add_class("vv-missing")
        self._finish = button(texts("form.finish"), page.guard(self._on_finish)).add_class(
            "mod-primary"
        )
        self._reopen = button(texts("form.reopen"), page.guard(self._on_reopen))
        self._question = ipw.VBox()
        self._hand_over = HandOver(page, self._on_moved)
        self._tools = self.tools(self)
        side = ipw.VBox(
            [
                ipw.VBox([self._problem, self._status]).add_class("vv-keeping"),
                self._tools.extra,
                self._missing,
                ipw.VBox([self._finish, self._reopen, self._question]).add_class("vv-finishing"),
                self._hand_over,
                self._tools,
            ]
        ).add_class("vv-side")
        return [self._place, side, self.paper]

    # --- What is opened ---------------------------------------------------------------------

    def show_record(
        self, case: str, occasion: str = "", *, begin: Answers | None = None, news: str = ""
    ) -> None:
        """Show a record; answers that could not be saved before are tried again.

        One that was never saved begins with the answers *begin*; *news* is a sentence about that.
        """
        self.leave()
        self._news = news
        if (case, occasion) in self._unsaved:
            self.autosave.resume(*self._unsaved.pop((case, occasion)))
        else:
            self.autosave.load(case, self.form.id, occasion, begin)
        self._fill()

    def leave(self) -> None:
        """Save what waits; what cannot be saved is kept until the record is opened again."""
        autosave = self.autosave
        if autosave.state == "waiting":
            autosave.flush()
        if autosave.state == "failed" and autosave.record.case:
            record = autosave.record
            self._unsaved[record.case, record.occasion] = (record, autosave.answers)

    def open_if_behind(self) -> None:
        """Show the record anew if it was saved elsewhere and nothing here waits."""
        if self.autosave.is_behind():
            record = self.autosave.record
            self.show_record(record.case, record.occasion)

    def _fill(self) -> None:
        """Show the answers in a new form: nothing that was typed before can linger in it."""
        self.fields = FormFields(self.form, self.page.texts, self.page.guard)
        self.fields.answers = self._shown()
        self.fields.observe(self.page.guard(self._on_answers), "answers")
        self.fields.observe(self.page.guard(self._on_untaken), "untaken")
        self._place.children = [self.fields]
        self._tools.put_away()
        self._question.children = []
        self._tell()

    def _shown(self) -> dict[str, str | None]:
        """Return what the form can show; the store may hold answers to questions that are gone."""
        answers = self.autosave.answers
        known = {key: answer for key, answer in answers.items() if self.form.item(key)}
        return self.form.complete(known)

    # --- What is saved ----------------------------------------------------------------------

    def _on_answers(self, change: Any) -> None:
        if change.owner is not self.fields:
            return  # A click on its way while another record was opened belongs to neither.
        shown = change.new
        if shown == self._shown():
            return
        keys = shown.keys() | change.old.keys()
        changed = {key for key in keys if shown.get(key) != change.old.get(key)}
        items = [self.form.item(key) for key in changed]
        at_once = not all(item and item.kind == "note" for item in items)
        self.autosave.change({**shown, **self._gone(shown)}, at_once=at_once)
        self._tell()

    def _gone(self, shown: Answers) -> dict[str, str | None]:
        """Return the stored answers that the form cannot show, so that it does not lose them."""
        gone = {}
        for key, answer in self.autosave.answers.items():
            item = self.form.item(key)
            if answer is None or key not in shown:
                hidden = item is None
            else:
                hidden = shown[key] is None and item is not None and not item.allows(answer)
            if hidden:
                gone[key] = answer
        return gone

    def _on_autosave(self, change: Any) -> None:
        if not self._place.children:
            return  # Nothing is shown yet.
        if change.name == "merged":
            clashes = self.autosave.clashes
            self._news = "" if clashes else self.page.texts("form.merged")
            self._follow()
        elif change.name == "clashes":
            self._follow()
        self._tell()

    def _follow(self) -> None:
        """Let the form show what somebody else's changes made of the answers."""
        shown = self._shown()
        if self.fields.answers != shown:
            self.fields.answers = shown

    # --- How it stands ------------------------------------------------------------------------

    def _tell(self) -> None:
        """Say how far the form is, whether it is saved, and what to do if it is not."""
        record = self.autosave.record
        finished = record.state == "finished"
        self.fields.locked = finished and self.autosave.state != "failed"
        self._status.value = (
            f'<p class="vv-state">{safe(self._state_words())}</p>'
            f'<p class="vv-saved" role="status">{safe(self.fields.progress)}'
            f" · {safe(self._saved_words())}</p>"
        )
        self._tell_problem()
        self._missing.value = "" if finished else self._missing_list()
        _show(self._finish, not finished)
        _show(self._reopen, finished)
        if self.form.subject == "unit":
            _show(self._hand_over, False)  # It belongs in nobody's case.
        else:
            self._hand_over.follow(record)
        self._tools.follow()
        if self.autosave.state != "waiting":
            self.paper.sheet = self.readable(self.now())
        self._finish.disabled = bool(self.autosave.clashes)

    def _state_words(self) -> str:
        record, texts = self.autosave.record, self.page.texts
        if record.state == "finished":
            return texts("form.finished", version=record.version)
        return texts("form.draft")

    def _saved_words(self) -> str:
        state, record, texts = self.autosave.state, self.autosave.record, self.page.texts
        if state == "waiting":
            return texts("form.saving")
        if state != "saved":
            return texts("form.unsaved")
        if record.saved is None or record.saved_on is None:
            return texts("form.not_saved_yet")
        time = texts.clock(record.saved)
        if record.saved_on == today():
            return texts("form.saved", time=time)
        return texts("form.saved_earlier", date=texts.date(record.saved_on), time=time)

    def _missing_list(self) -> str:
        """Return what is missing as links that lead to the fields, as HTML."""
        texts, missing = self.page.texts, self.fields.missing()
        if not missing:
            return f'<p class="vv-saved">{safe(texts("form.nothing_missing"))}</p>'
        first = [*missing.items()][:_MOST_MISSING]
        lines = "".join(
            f'<li><a href="{safe(self.fields.link(key))}">{safe(words)}</a></li>'
            for key, words in first
        )
        more = len(missing) - len(first)
        rest = f"<li>{safe(texts('form.missing_more', count=more))}</li>" if more else ""
        return f"<h3>{safe(texts('form.missing'))}</h3><ul>{lines}{rest}</ul>"

    def _tell_problem(self) -> None:
        """Say what is wrong, once: a button that is drawn anew loses whoever stands on it."""
        told = (self.autosave.error, self.autosave.clashes, self._news)
        if told != self._told:
            self._told = told
            self._problem.children = self._what_is_wrong()

    def _what_is_wrong(self) -> list[ipw.Widget]:
        texts, autosave = self.page.texts, self.autosave
        if autosave.error is not None:
            return self._told_failure(autosave.error)
        if autosave.clashes:
            cards = clash_cards(
                autosave.clashes, self.form, texts, self._on_choice, self.page.guard
            )
            return [notice(texts("form.clash"), "look"), *cards]
        return [notice(self._news, "info")] if self._news else []

    def _told_failure(self, error: StoreError) -> list[ipw.Widget]:
        texts = self.page.texts
        if error.id == "store.finished":
            words, again = texts("form.finished_meanwhile"), texts("form.reopen")
            return [notice(words), button(again, self.page.guard(self._on_reopen))]
        retry = button(texts("form.try_again"), self.page.guard(self._on_retry))
        return [notice(error.say(texts)), retry]

    def _on_retry(self, _: Any) -> None:
        self.autosave.flush()
        self._tell()

    def _on_choice(self, choice: Choice, mine: bool) -> None:
        self._news = ""
        self.autosave.choose(choice, mine=mine)
        self._follow()
        self._tell()

    # --- Finished and open again ------------------------------------------------------------

    def _on_finish(self, _: Any) -> None:
        if self._tell_untaken():
            return
        missing = self.fields.missing()
        if not missing:
            self._finish_now()
            return
        texts = self.page.texts
        self.fields.marked = True
        anyway = button(texts("form.finish_anyway"), self.page.guard(self._on_finish_anyway))
        more = button(texts("form.go_on"), self.page.guard(self._on_go_on))
        words = texts("form.finish_missing", count=len(missing))
        row = ipw.HBox([more, anyway]).add_class("vv-row")
        self._question.children = [notice(words, "look"), row]

    def _on_finish_anyway(self, _: Any) -> None:
        if not self._tell_untaken():
            self._finish_now()

    def _tell_untaken(self) -> bool:
        """Say which fields hold something that is not saved; nothing finished may show that."""
        if self.fields.untaken:
            self._say_untaken()
            self.fields.lead_to(self.fields.untaken[0])
        return bool(self.fields.untaken)

    def _say_untaken(self) -> None:
        texts, fields = self.page.texts, self.fields
        says = notice(texts("form.finish_untaken"), "look")
        links = (
            f'<li><a href="{safe(fields.link(key))}">'
            f"{safe(named(self.form, fields.answers, key, texts))}</a></li>"
            for key in fields.untaken
        )
        listed = ipw.HTML(f"<ul>{''.join(links)}</ul>").add_class("vv-missing")
        self._question.children = self._untaken = (says, listed)

    def _on_untaken(self, _: Any) -> None:
        """Follow what is mended in the fields that stood in the way."""
        if self._question.children and self._question.children == self._untaken:
            self._question.children = ()
            if self.fields.untaken:
                self._say_untaken()

    def _on_go_on(self, _: Any) -> None:
        self._question.children = []
        for key in [*self.fields.missing()][:1]:
            self.fields.lead_to(key)

    def _finish_now(self) -> None:
        self._question.children = []
        if self.autosave.finish():
            self.fields.marked = False
            self._news = ""
        self._follow()
        self._tell()

    def _on_reopen(self, _: Any) -> None:
        self.autosave.reopen()
        self._follow()
        self._tell()

    def _on_moved(self, moved: bool) -> None:
        self.autosave.hand_over(today() if moved else None)
        self._tell()

    def move_to(self, day: str) -> bool:
        """Let the record be that of another *day*; tell whether it went well."""
        moved = self.autosave.move_occasion(day)
        if moved:
            said = self.page.texts.date(date.fromisoformat(day))
            self._news = self.page.texts("form.day_moved", date=said)
        self._follow()
        self._tell()
        return moved

    # --- What the tools take ------------------------------------------------------------------

    def save_first(self) -> None:
        """Save what waits, before something leaves."""
        if self.autosave.state == "waiting":
            self.autosave.flush()
        self._tell()

    def now(self) -> Record:
        """Return the record with the answers that are in the form."""
        record = replace(self.autosave.record, answers=self.fields.answers)
        return record if self.autosave.state == "saved" else replace(record, saved=None)

    def readable(self, record: Record) -> str:
        """Return *record* as HTML to be read, with a watermark in training."""
        texts = self.page.texts
        return readable(self.form, self.heading, record, texts, exercise=self.exercise)

    def show_instead(self, *content: ipw.Widget) -> None:
        """Show *content* in place of the form; without any, the form again."""
        self._place.children = content or (self.fields,)


def today() -> date:
    """Return today in Denmark."""
    now = Record(case="", form="", saved=datetime.now(UTC))
    return now.saved_on or date.today()  # noqa: DTZ011 (it has been saved, so never this)


def _show(widget: ipw.Widget, shown: bool) -> None:
    widget.layout.display = None if shown else "none"
