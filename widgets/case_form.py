"""A form on a case: chosen, loaded, saved with every change, and downloaded."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import ipywidgets as ipw

from data.cases import fictional_case, fictional_cases
from data.export.xlsx import MIME, form_workbook
from data.forms import read_form
from data.records import Record
from data.store import Store
from data.texts import Texts
from widgets.autosave import Answers, Autosave
from widgets.form import FormFields
from widgets.page import Page, safe


class CaseForm(Page):
    """A form on one of the fictional cases.

    The answers are loaded when the page opens and saved with every change. The address names the
    case (``?sag=ØVELSE-01``), so that a link opens it. What cannot be saved stays on the page, with
    a sentence that says what to do.
    """

    def __init__(
        self,
        form: str,
        language: str = "da",
        *,
        open_store: Callable[[], Store] = Store.open,
    ) -> None:
        super().__init__(Texts.read(language))
        self._asked = read_form(form)
        self._autosave = Autosave(open_store)
        self._unsaved: dict[str, tuple[Record, Answers]] = {}
        self._own: Answers = {}
        self._build()
        self._open(self._case.value)
        self._case.observe(self.guard(self._on_case), "value")
        self._autosave.observe(self.guard(self._tell), ["state", "error"])
        self.client.on_arrival(self.guard(self._on_arrival))

    def _build(self) -> None:
        texts = self.texts
        titles = [(_heading(case.id, texts), case.id) for case in fictional_cases()]
        self._case = ipw.Dropdown(options=titles, description=texts("form.case"))
        self._story = ipw.HTML()
        self._status = ipw.HTML()
        self._problem = ipw.VBox()
        self._form_place = ipw.VBox()
        self._retry = _button(texts("form.try_again"), self.guard(self._on_retry))
        self._newest = _button(texts("form.take_newest"), self.guard(self._on_newest))
        self._put_back = _button(texts("form.put_back"), self.guard(self._on_put_back))
        self._let_go = _button(texts("form.let_go"), self.guard(self._on_let_go))
        self._download = _button(texts("form.download"), self.guard(self._on_download))
        self.show(
            self._case,
            self._story,
            self._form_place,
            ipw.VBox([self._problem, self._status]).add_class("vv-keeping"),
            ipw.HBox([self._download]).add_class("vv-row"),
        )

    # --- What is opened ---------------------------------------------------------------------

    def _on_arrival(self) -> None:
        """Open the case that the address names, as it is now.

        The kernel may have been started long before anybody opened the page, so that what it read
        then is old.
        """
        asked = self.client.query.get("sag", self._case.value)
        if asked != self._case.value and asked in {case.id for case in fictional_cases()}:
            self._case.value = asked
        elif self._autosave.is_behind():
            self._open(self._case.value)

    def _on_case(self, change: Any) -> None:
        self._keep_what_is_unsaved()
        self.client.remember(sag=change.new)
        self._open(change.new)

    def _keep_what_is_unsaved(self) -> None:
        if self._autosave.state == "waiting":
            self._autosave.flush()
        if self._autosave.state != "saved":
            record = self._autosave.record
            self._unsaved[record.case] = (record, self._autosave.answers)

    def _open(self, case: str) -> None:
        """Show *case* and its answers; ones that could not be saved before are tried again."""
        self._own = {}
        if case in self._unsaved:
            self._autosave.resume(*self._unsaved.pop(case))
        else:
            self._autosave.load(case, self._asked.id)
        self._fill()
        # Last, so that whoever reads the story has its form below it.
        story = fictional_case(case).story.in_(self.texts.language)
        exercise = safe(self.texts("form.exercise"))
        self._story.value = (
            f'<p class="vv-notice vv-notice-look">{exercise}</p><p>{safe(story.strip())}</p>'
        )

    def _fill(self) -> None:
        """Show the answers in a new form: nothing that was typed before can linger in it."""
        self._form = FormFields(self._asked, self.texts)
        self._form.answers = self._asked.complete(self._autosave.answers)
        self._form.observe(self.guard(self._on_answers), "answers")
        self._form_place.children = [self._form]
        self._tell()

    # --- What is saved ----------------------------------------------------------------------

    def _on_answers(self, change: Any) -> None:
        if change.owner is not self._form:
            return  # A click on its way while another case was opened belongs to neither.
        changed = {
            name: answer for name, answer in change.new.items() if change.old.get(name) != answer
        }
        kinds = {item.kind for item in self._asked.items if item.id in changed}
        self._autosave.change(changed, at_once=kinds != {"note"})
        self._tell()

    def _tell(self, _: Any = None) -> None:
        """Say how far the list is, whether it is saved, and what to do if it is not."""
        failed = self._autosave.state in {"failed", "stale"}
        self._status.value = (
            f'<p class="vv-saved" role="status">{safe(self._form.progress)}'
            f" · {safe(self._saved_words())}</p>"
        )
        if failed and self._autosave.error is not None:
            way_out = self._newest if self._autosave.state == "stale" else self._retry
            self._problem.children = [
                _notice(self._autosave.error.say(self.texts)),
                ipw.HBox([way_out]).add_class("vv-row"),
            ]
        else:
            self._problem.children = self._own_answers()

    def _saved_words(self) -> str:
        state, record, texts = self._autosave.state, self._autosave.record, self.texts
        if state == "waiting":
            return texts("form.saving")
        if state != "saved":
            return texts("form.unsaved")
        if record.saved is None or record.saved_on is None:
            return texts("form.not_saved_yet")
        time = texts.clock(record.saved)
        if record.saved_on == _today(record.saved):
            return texts("form.saved", time=time)
        return texts("form.saved_earlier", date=texts.date(record.saved_on), time=time)

    def _on_retry(self, _: Any) -> None:
        self._autosave.flush()
        self._tell()

    # --- Somebody else has saved -------------------------------------------------------------

    def _on_newest(self, _: Any) -> None:
        self._own = self._autosave.take_newest()
        self._fill()

    def _own_answers(self) -> tuple[ipw.Widget, ...]:
        """Show the answers that were not saved, to be put back or let go."""
        if not self._own:
            return ()
        lines = [
            self.texts(
                "form.own_answer",
                label=item.label.in_(self.texts.language),
                answer=item.say(self._own[item.id], self.texts),
            )
            for item in self._asked.items
            if item.id in self._own
        ]
        listed = "".join(f"<li>{safe(line)}</li>" for line in lines)
        words = safe(self.texts("form.own_answers"))
        box = f'<div class="vv-notice vv-notice-look" role="status">{words}<ul>{listed}</ul></div>'
        buttons = ipw.HBox([self._put_back, self._let_go]).add_class("vv-row")
        return (ipw.HTML(box), buttons)

    def _on_put_back(self, _: Any) -> None:
        own, self._own = self._own, {}
        self._form.answers = {**self._form.answers, **own}
        self._tell()

    def _on_let_go(self, _: Any) -> None:
        self._own = {}
        self._tell()

    # --- What leaves ------------------------------------------------------------------------

    def _on_download(self, _: Any) -> None:
        if self._autosave.state == "waiting":
            self._autosave.flush()
        case = self._case.value
        saved = self._autosave.record.saved if self._autosave.state == "saved" else None
        shown = Record(case=case, form=self._asked.id, answers=self._form.answers, saved=saved)
        content = form_workbook(self._asked, _heading(case, self.texts), shown, self.texts)
        self.download(self.texts("form.file", case=case), content, MIME)


def _heading(case: str, texts: Texts) -> str:
    title = fictional_case(case).title.in_(texts.language)
    return texts("form.case_line", case=case, title=title)


def _today(like: datetime) -> date | None:
    """Return today in Denmark."""
    return Record(case="", form="", saved=datetime.now(like.tzinfo)).saved_on


def _button(words: str, callback: Callable[[Any], None]) -> ipw.Button:
    button = ipw.Button(description=words)
    button.on_click(callback)
    return button


def _notice(sentence: str) -> ipw.HTML:
    return ipw.HTML(f'<p class="vv-notice vv-notice-problem" role="alert">{safe(sentence)}</p>')
