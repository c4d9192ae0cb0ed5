"""The cases and their checklists: how far each is, when it was saved, and a link to it."""

from collections.abc import Callable
from urllib.parse import quote

import ipywidgets as ipw

from data.cases import Case, fictional_cases
from data.forms import Form, form_ids, read_form
from data.records import Record
from data.store import Store
from data.store_errors import StoreError
from data.texts import Texts
from widgets.page import Page, safe

_COLUMNS = ("case", "age", "list", "progress", "saved")


class CaseList(Page):
    """A table of the fictional cases, one row a checklist, as it was when the page was opened."""

    def __init__(
        self, language: str = "da", *, open_store: Callable[[], Store] = Store.open
    ) -> None:
        super().__init__(Texts.read(language))
        self._open_store = open_store
        self._fill()
        # The kernel may have been started long before anybody opened the page.
        self.client.on_arrival(self.guard(self._fill))

    def _fill(self) -> None:
        records: dict[tuple[str, str], Record] = {}
        try:
            store = self._open_store()
            records = {(record.case, record.form): record for record in store.list_records()}
            store.close()
        except StoreError as error:
            self.notice(error.say(self.texts), problem=True)
        rows = [
            self._row(case, read_form(name), records.get((case.id, name)))
            for case in fictional_cases()
            for name in form_ids()
        ]
        self.show(ipw.HTML(self._table(rows)))

    def _table(self, rows: list[list[str]]) -> str:
        head = "".join(
            f'<th scope="col" class="vv-words">{safe(self.texts(f"cases.{name}"))}</th>'
            for name in _COLUMNS
        )
        body = "".join(
            "<tr>" + "".join(f'<td class="vv-words">{cell}</td>' for cell in row) + "</tr>"
            for row in rows
        )
        caption = safe(self.texts("cases.caption"))
        return (
            f'<div class="vv-scroll"><table class="vv-table"><caption>{caption}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )

    def _row(self, case: Case, form: Form, record: Record | None) -> list[str]:
        """Return the cells of a row as HTML."""
        texts = self.texts
        title = texts("form.case_line", case=case.id, title=case.title.in_(texts.language))
        name = form.title.in_(texts.language)
        spoken = safe(texts("cases.open_for", list=name, case=case.id))
        address = f"{quote(form.page)}.ipynb?sag={quote(case.id)}"
        link = f'<a href="{address}" aria-label="{spoken}">{safe(name)}</a>'
        done, required = form.progress(form.complete(record.answers if record else {}))
        progress = texts("cases.of", done=done, all=required)
        return [safe(title), str(case.age), link, safe(progress), safe(self._saved(record))]

    def _saved(self, record: Record | None) -> str:
        if record is None or record.saved is None or record.saved_on is None:
            return self.texts("cases.never")
        day, time = self.texts.date(record.saved_on), self.texts.clock(record.saved)
        return self.texts("cases.saved_at", date=day, time=time)
