"""How a decision leaves the page: one page in Word, and a workbook with every number."""

from typing import Any

from data.decisions import figures_of
from data.store_errors import StoreError
from widgets.decision_figures import commands_of, lines_of, workbench_link
from widgets.record_form import RecordForm
from widgets.record_tools import RecordTools


class DecisionTools(RecordTools):
    """The tools of a form, with the files of a decision in place of those of any form."""

    def _on_xlsx(self, _: Any) -> None:
        from data.export.decision_workbook import decision_workbook  # noqa: PLC0415 (loads slowly)
        from data.export.xlsx import MIME  # noqa: PLC0415 (loads slowly)

        of = self._of
        of.save_first()
        record = of.now()
        figures = [*zip(figures_of(record.answers), self._lines(), strict=True)]
        content = decision_workbook(
            of.form,
            record,
            figures,
            self._numbers(),
            commands_of(record.answers),
            self._texts,
            link=workbench_link(record.answers),
            exercise=of.exercise,
            followed=self._followed(),
        )
        self._download("xlsx", content, MIME)

    def _on_docx(self, _: Any) -> None:
        from data.export.decision import decision_document  # noqa: PLC0415 (loads slowly)
        from data.export.docx import MIME  # noqa: PLC0415 (loads slowly)

        of = self._of
        of.save_first()
        record = of.now()
        words = (of.form, record, self._lines(), commands_of(record.answers), self._texts)
        self._download("docx", decision_document(*words, exercise=of.exercise), MIME)

    def _lines(self) -> Any:
        return lines_of(self._of.now().answers, self._of.page)

    def _numbers(self) -> Any:
        code = self._of.now().answers.get("code")
        if not code:
            return ()
        from simulation.experiments.decision_basis import read_numbers  # noqa: PLC0415 (slow)

        return read_numbers(code)

    def _followed(self) -> Any:
        from widgets.decision_follow_up import followed_lines  # noqa: PLC0415 (only this file needs it)

        try:
            return followed_lines(self._of.autosave.store, self._of.now(), self._texts)
        except StoreError as error:
            self._of.page.notice(error.say(self._texts), problem=True)
            return ()

    def _download(self, kind: str, content: bytes, mime: str) -> None:
        self._note("export")
        number = self._of.autosave.record.occasion
        name = self._texts("decision.file", number=number, kind=kind)
        self._of.page.download(name, content, mime)


class DecisionForm(RecordForm):
    """The form of a decision."""

    tools = DecisionTools
