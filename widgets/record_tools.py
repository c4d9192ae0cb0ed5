"""What can be done with a record beside filling it in: take it elsewhere, print it, see what it was."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from data.records import Record, Version
from data.store_errors import StoreError
from widgets.page import safe
from widgets.record_keeping import Copying

if TYPE_CHECKING:
    from widgets.record_form import RecordForm


class RecordTools(ipw.VBox):
    """Buttons beside a form; what they open is ``extra``, built when it is asked for."""

    def __init__(self, record_form: "RecordForm") -> None:
        self._of = record_form
        page = record_form.page
        self._texts = page.texts
        tools = {
            "form.journal": self._on_journal,
            "form.download": self._on_xlsx,
            "form.download_word": self._on_docx,
            "form.print": self._on_print,
            "form.versions": self._on_versions,
        }
        if record_form.form.subject == "unit":
            del tools["form.journal"]  # It is about nobody who has a case.
        self.buttons = {id: button(page.texts(id), page.guard(do)) for id, do in tools.items()}
        for each in self.buttons.values():
            each.add_class("vv-link")
        self.extra = ipw.VBox().add_class("vv-extra")
        super().__init__(children=[*self.buttons.values()])
        self.add_class("vv-tools")

    def put_away(self) -> None:
        """Take away what was opened."""
        self.extra.children = []

    def _on_xlsx(self, _: Any) -> None:
        from data.export.xlsx import MIME, form_workbook  # noqa: PLC0415 (loads slowly)

        of = self._of
        of.save_first()
        words = (of.form, of.heading, of.now(), self._texts)
        self._download("xlsx", form_workbook(*words, exercise=of.exercise), MIME)

    def _on_docx(self, _: Any) -> None:
        from data.export.docx import MIME, form_document  # noqa: PLC0415 (loads slowly)

        of = self._of
        of.save_first()
        words = (of.form, of.heading, of.now(), self._texts)
        self._download("docx", form_document(*words, exercise=of.exercise), MIME)

    def _download(self, kind: str, content: bytes, mime: str) -> None:
        record = self._of.autosave.record
        place = "-".join(part for part in (record.case, record.occasion) if part)
        title = _file_name(self._of.form.title.in_(self._texts.language))
        self._note("export")
        name = self._texts("form.file", form=title, case=place, kind=kind)
        self._of.page.download(name, content, mime)

    def _on_print(self, _: Any) -> None:
        self._of.save_first()
        self._note("print")
        self._of.paper.print()

    def _on_journal(self, _: Any) -> None:
        of = self._of
        of.save_first()
        copying = Copying(self._journal, of.save_first, self._texts, of.page.guard)
        help = ipw.HTML(f'<p class="vv-saved">{safe(self._texts("form.journal_help"))}</p>')
        self._note("export")
        self._open("form.journal", [help, copying])

    def _journal(self) -> str:
        from data.export.journal import journal_text  # noqa: PLC0415 (only who moves it needs it)

        of = self._of
        return journal_text(of.form, of.heading, of.now(), self._texts, exercise=of.exercise)

    def follow(self) -> None:
        """Let what is open say what the record says now."""
        for each in self.extra.children:
            if isinstance(each, Copying):
                each.follow()

    def _on_versions(self, _: Any) -> None:
        versions = self._of.autosave.versions()
        none = ipw.HTML(f'<p class="vv-saved">{safe(self._texts("form.no_versions"))}</p>')
        lines = [self._version(version) for version in reversed(versions)]
        self._open("form.versions", lines or [none])

    def _version(self, version: Version) -> ipw.Button:
        moment = version.finished_at
        day = self._texts.date(Record(case="", form="", saved=moment).saved_on or moment.date())
        time = self._texts.clock(moment)
        words = self._texts("form.version", number=version.number, date=day, time=time)
        line = button(words, self._of.page.guard(lambda _: self._look_at(version)))
        line.tooltip = self._texts("form.look", number=version.number)
        return line.add_class("vv-link")

    def _look_at(self, version: Version) -> None:
        """Show *version* in place of the form, until it is closed."""
        html = self._of.readable(as_it_was(self._of.autosave.record, version))
        back = button(self._texts("form.close"), self._of.page.guard(self._on_close))
        self._of.show_instead(back, ipw.HTML(html).add_class("vv-old-version"))

    def _open(self, id: str, content: list[ipw.Widget]) -> None:
        heading = ipw.HTML(f"<h3>{safe(self._texts(id))}</h3>")
        back = button(self._texts("form.close"), self._of.page.guard(self._on_close))
        self.extra.children = [heading, *content, back.add_class("vv-link")]

    def _on_close(self, _: Any) -> None:
        self.put_away()
        self._of.show_instead()

    def _note(self, action: str) -> None:
        """Write in the audit trail that something left; where that fails, it is told."""
        record, page = self._of.autosave.record, self._of.page
        try:
            self._of.autosave.store.note(action, record.case, self._of.form.id)
        except StoreError as error:
            page.notice(error.say(self._texts), problem=True)


def as_it_was(record: Record, version: Version) -> Record:
    """Return *record* as it was when *version* of it was finished."""
    return replace(
        record,
        answers=version.answers,
        state="finished",
        version=version.number,
        saved=version.finished_at,
        handed_over=None,
    )


def button(words: str, callback: Callable[[Any], Any]) -> ipw.Button:
    """Return a button; *callback* has gone through ``Page.guard``."""
    made = ipw.Button(description=words)
    made.on_click(callback)
    return made


def notice(sentence: str, look: str = "problem") -> ipw.HTML:
    """Return *sentence* as a notice; *look* is ``problem``, ``look`` or ``info``."""
    role = "status" if look == "info" else "alert"
    words = f'<p class="vv-notice vv-notice-{look}" role="{role}">{safe(sentence)}</p>'
    return ipw.HTML(words)


def _file_name(title: str) -> str:
    """Return *title* so that it can be part of the name of a file."""
    letters = (sign if sign.isalnum() else "-" for sign in title.lower())
    return "-".join(part for part in "".join(letters).split("-") if part)
