"""A form to fill in, which keeps nothing by itself."""

from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets as ipw
import traitlets as tl

from data.forms import Form
from data.texts import Texts
from widgets.fields import Field, field_for
from widgets.page import safe

_LOOKS = Path(__file__).parent / "static" / "form.css"


class FormFields(ipw.VBox):
    """A form that asks each question of a form once.

    ``answers`` is the only truth: read it, set it or observe it, and the form follows. It maps the
    id of every question to its answer, or to ``None``. Text that may not be kept stays in its field
    and is not in ``answers``.
    """

    answers = tl.Dict(help="The answer to each question, by the question's id.")
    progress = tl.Unicode(help="How many of the required questions are answered, in words.")

    def __init__(self, form: Form, texts: Texts) -> None:
        self.form = form
        self._texts = texts
        self._fields: dict[str, Field] = {item.id: field_for(item, texts) for item in form.items}
        note = f'<p class="vv-quiet">{safe(form.note.in_(texts.language))}</p>'
        looks = ipw.HTML(f"<style>{_LOOKS.read_text(encoding='utf-8')}</style>")
        looks.layout.display = "none"
        super().__init__(children=[looks, ipw.HTML(note), *self._fields.values()])
        self.add_class("vv-stack")
        self.answers = {}
        for name, field in self._fields.items():
            field.observe(partial(self._on_field, name), "answer")

    def faults(self) -> dict[str, str]:
        """Return what stands in a field and was not taken: question → why."""
        return {name: field.fault for name, field in self._fields.items() if field.fault}

    def _on_field(self, name: str, change: Any) -> None:
        # A field that merely follows ``answers`` changes nothing, so there is no echo.
        if self.answers[name] != change.new:
            self.answers = {**self.answers, name: change.new}

    @tl.validate("answers")
    def _complete(self, proposal: Any) -> dict[str, str | None]:
        unknown = sorted(proposal.value.keys() - self._fields.keys())
        if unknown:
            raise tl.TraitError(f"no such question in this form: {', '.join(unknown)}")
        return self.form.complete(proposal.value)

    @tl.observe("answers")
    def _show(self, change: Any) -> None:
        for name, answer in change.new.items():
            self._fields[name].answer = answer
        done, required = self.form.progress(change.new)
        self.progress = self._texts("form.progress", done=done, all=required)
