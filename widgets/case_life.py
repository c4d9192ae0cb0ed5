"""The end of a case: all of it brought out in one file, and all of it deleted, with a receipt."""

from collections.abc import Callable
from datetime import date
from typing import Any

import ipywidgets as ipw

from data.backup import backups, forgotten_by
from data.case_files import CaseFile
from data.case_life import Receipt
from data.export.whole_case import MIME, case_archive
from data.retention import not_moved, receipt_in_words
from data.store import Store
from data.store_errors import StoreError
from widgets.page import Page, safe


class CaseLife(ipw.VBox):
    """Two buttons at the foot of a case: one brings all of it out, the other deletes it in two steps.

    *leave* saves what was just typed, and *close* closes every tool: one that stayed open could save a
    case which is gone.
    """

    def __init__(
        self,
        page: Page,
        case: CaseFile,
        open_store: Callable[[], Store],
        today: Callable[[], date],
        leave: Callable[[], None],
        close: Callable[[], None],
    ) -> None:
        self._page, self._case, self._open_store = page, case, open_store
        self._today, self._leave, self._close = today, leave, close
        texts, guard = page.texts, page.guard
        self.export = _button(texts("cases.export"), guard(self._on_export))
        self.delete = _button(texts("cases.delete"), guard(self._on_delete))
        self.delete.add_class("mod-danger")
        self.sure = _button(texts("cases.delete_now"), guard(self._on_sure))
        self.sure.add_class("mod-danger")
        self.cancel = _button(texts("cases.cancel"), guard(self._on_cancel))
        self.purpose = ipw.Text(
            description=texts("cases.purpose"),
            placeholder=texts("cases.example_purpose"),
            value=texts("cases.purpose_exercise") if case.exercise else "",
        )
        self._said = ipw.HTML()
        self._asking = ipw.VBox().add_class("vv-stack")
        note = texts("cases.export_note")
        super().__init__(
            children=[
                ipw.HTML(f"<h2>{safe(texts('cases.life'))}</h2><p>{safe(note)}</p>"),
                ipw.HBox([self.export, self.delete]).add_class("vv-row"),
                self._said,
                self._asking,
            ]
        )
        self.add_class("vv-case-life")

    def _on_export(self, _: Any) -> None:
        self._leave()
        self._clear()
        texts, ref = self._page.texts, self._case.ref
        try:
            store = self._open_store()
            try:
                exported = store.export_case(ref, texts("cases.export_purpose"))
                records = store.list_records(ref)
            finally:
                store.close()
        except StoreError as error:
            self._say(error.say(texts), problem=True)
            return
        content = case_archive(exported, records, texts, exercise=self._case.exercise)
        self._page.download(texts("cases.export_file", case=ref), content, MIME)
        self._say(texts("cases.exported", number=len(records)))

    def _on_delete(self, _: Any) -> None:
        """Say what would go, and ask."""
        self._close()
        self._clear()
        texts, ref = self._page.texts, self._case.ref
        try:
            store = self._open_store()
            try:
                records = store.list_records(ref)
            finally:
                store.close()
        except StoreError as error:
            self._say(error.say(texts), problem=True)
            return
        unmoved = len(not_moved(records))
        said = [
            texts("cases.will_delete", case=ref, number=len(records)),
            *([texts("cases.not_moved", number=unmoved)] if unmoved else []),
            texts("records.archive_duty"),
            texts("cases.log_stays"),
        ]
        if self._case.exercise:
            said = [texts("cases.will_clear", case=ref, number=len(records)), said[-1]]
        lines = "".join(f"<p>{safe(line)}</p>" for line in said)
        box = f'<div class="vv-notice vv-notice-problem" role="alert">{lines}</div>'
        buttons = ipw.HBox([self.sure, self.cancel]).add_class("vv-row")
        self._asking.children = [ipw.HTML(box), self.purpose, buttons]

    def _on_cancel(self, _: Any) -> None:
        self._clear()

    def _on_sure(self, _: Any) -> None:
        texts = self._page.texts
        purpose = str(self.purpose.value).strip()
        if not purpose:
            self._say(texts("cases.no_purpose"), problem=True)
            return
        self._close()
        try:
            store = self._open_store()
            try:
                receipt = store.delete_case(self._case.ref, purpose)
                file = store.file
            finally:
                store.close()
        except StoreError as error:
            # What was asked stays, so that it can be tried again.
            self._say(error.say(texts), problem=True)
            return
        held = file is not None and backups(file)
        until = forgotten_by(file, self._today()) if file is not None and held else None
        self._show_receipt(receipt, receipt_in_words(receipt, texts, until))

    def _show_receipt(self, receipt: Receipt, words: str) -> None:
        texts = self._page.texts

        def fetch(_: Any) -> None:
            name = texts("cases.receipt_file", case=receipt.case)
            self._page.download(name, words.encode(), "text/plain")

        self._say(texts("cases.deleted", case=receipt.case))
        self.export.disabled = self.delete.disabled = True
        shown = ipw.HTML(f'<div class="vv-receipt">{safe(words)}</div>')
        self._asking.children = [shown, _button(texts("cases.receipt"), self._page.guard(fetch))]

    def _clear(self) -> None:
        self._said.value = ""
        self._asking.children = []

    def _say(self, sentence: str, *, problem: bool = False) -> None:
        kind, role = ("problem", "alert") if problem else ("info", "status")
        self._said.value = (
            f'<p class="vv-notice vv-notice-{kind}" role="{role}">{safe(sentence)}</p>'
        )


def _button(words: str, callback: Callable[[Any], None]) -> ipw.Button:
    button = ipw.Button(description=words)
    button.on_click(callback)
    return button
