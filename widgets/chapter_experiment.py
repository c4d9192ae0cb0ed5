"""The small experiment of a chapter: move one of two or three controls, and read what follows.

It stands beside a form on a page. When the reader comes near, the compiled twin is loaded and the
municipality run as it is today, once; an answer then only runs what was moved.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from data.chapter_experiments import chapter_experiment
from data.texts import Texts
from simulation.chapter_answer import (
    chapter_answer,
    counts,
    not_said,
    today_of,
    tried_of,
    where_in_words,
)
from simulation.machine_code import is_ready
from widgets.chapter_result import result_html
from widgets.page import Page, safe
from widgets.workbench.calculation import Calculation

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.chapter_experiments import ChapterExperiment as Definition
    from data.chapter_experiments import ExperimentControl
    from data.presets import Plain
    from simulation.study import Study


class ExperimentChoice:
    """One number that may be moved: every value a button, today's marked.

    A browser can only name a place among the values, so nothing it sends makes another scenario.
    """

    def __init__(self, control: ExperimentControl, today: Plain, texts: Texts) -> None:
        self.control = control
        self._today = today
        options = []
        for offered in control.values:
            label = offered.label.in_(texts.language)
            if offered.value == today:
                label = texts("chapter_experiment.today_mark", value=label)
            options.append((label, offered.value))
        self.field = ipw.ToggleButtons(
            description=control.label.in_(texts.language), options=options, value=today
        )
        self._idle = safe(texts("chapter_experiment.idle"))
        self._note = ipw.HTML()
        parts = [self.field, self._note] if control.needs else [self.field]
        self.box = ipw.VBox(parts)

    @property
    def value(self) -> Plain:
        """The chosen value; today's where the browser has unset it."""
        value: Plain | None = self.field.value
        return self._today if value is None else value

    @value.setter
    def value(self, value: Plain) -> None:
        self.field.value = value

    def reset(self) -> None:
        """Take today's value."""
        self.field.value = self._today

    def show_whether_it_counts(self, it_counts: bool) -> None:
        """Let it be moved, or say why moving it changes nothing."""
        self.field.disabled = not it_counts
        self._note.value = "" if it_counts else f'<p class="vv-experiment-note">{self._idle}</p>'


class ChapterExperiment(Page):
    """The experiment *id* of ``data/definitions/chapter_experiments.toml``, in *language* "da" or "en".

    It answers when a control is touched, in a thread: a later touch gives up the answer that is on
    its way.
    """

    def __init__(self, id: str, language: str = "da") -> None:
        super().__init__(Texts.read(language))
        self.experiment = chapter_experiment(id)
        self.calculation = Calculation(self._show)
        self._asked: dict[str, Plain] = {}
        self._quiet = False
        self._lay_out()
        self._tell_what_counts()
        for choice in self.choices.values():
            choice.field.observe(self.guard(self._on_change), "value")
        self.client.on_near(self.guard(self._prepare))
        self.run.on_click(self.guard(lambda _: self._run()))
        self.reset.on_click(self.guard(lambda _: self._reset()))

    def _lay_out(self) -> None:
        texts, experiment = self.texts, self.experiment
        self.choices = {
            control.field: ExperimentChoice(control, experiment.today(control.field), texts)
            for control in experiment.controls
        }
        self.run = ipw.Button(description=texts("chapter_experiment.run"), button_style="primary")
        self.reset = ipw.Button(description=texts("chapter_experiment.reset")).add_class("vv-link")
        buttons = ipw.HBox([self.run, self.reset]).add_class("vv-row")
        buttons.add_class("vv-experiment-buttons")
        self.said = ipw.HTML()
        empty = safe(texts("chapter_experiment.empty"))
        self.result = ipw.HTML(f'<p class="vv-experiment-note">{empty}</p>')
        self.result.add_class("vv-experiment-result")
        boxes = [choice.box for choice in self.choices.values()]
        foot = ipw.HTML(_foot(experiment, texts))
        self.show(
            ipw.VBox(
                [ipw.HTML(_head(experiment, texts)), *boxes, buttons, self.said, self.result, foot]
            ).add_class("vv-experiment")
        )

    @property
    def chosen(self) -> dict[str, Plain]:
        """The value of each control."""
        return {field: choice.value for field, choice in self.choices.items()}

    def _on_change(self, _: Any) -> None:
        if not self._quiet:
            self._tell_what_counts()
            self._run()

    def _reset(self) -> None:
        self._quiet = True
        try:
            for choice in self.choices.values():
                choice.reset()
        finally:
            self._quiet = False
        self._tell_what_counts()
        self._run()

    def _tell_what_counts(self) -> None:
        for choice in self.choices.values():
            choice.show_whether_it_counts(counts(self.experiment, choice.control, self.chosen))

    def _prepare(self) -> None:
        """Make ready for the first question, unless that would start the compiler."""
        if is_ready():
            today = today_of(self.experiment)
            self.calculation.prepare(today, self.experiment.replications, self.guard)

    # --- The answer -------------------------------------------------------------------------------

    def _run(self) -> None:
        # First, so that an answer on its way is not taken for one to what is asked now.
        self.calculation.cancel()
        self.clear_notice()
        self._asked = self.chosen
        self._say(self._waiting())
        self.result.add_class("vv-stale")
        today, tried = today_of(self.experiment), tried_of(self.experiment, self._asked)
        self.calculation.start(tried, today, self.experiment.replications, self._guarded_work)

    def _waiting(self) -> str:
        if "simulation.compiled" in sys.modules:
            return self.texts("chapter_experiment.working")
        first = "working_first" if is_ready() else "compiling"
        return self.texts(f"chapter_experiment.{first}")

    def _guarded_work(self, work: Callable[[], None]) -> Callable[[], None]:
        """Return *work* such that a failure is told and the page does not seem to go on working."""

        def done() -> None:
            try:
                work()
            except Exception:
                if self.calculation.wanted:
                    self._say("")
                raise

        return self.guard(done)

    def _show(self, study: Study, _: float) -> None:
        """Show the answer, in the calculation's thread; the early one is passed over."""
        if len(study.results) < self.experiment.replications:
            return
        answer = chapter_answer(self.experiment, self._asked, study, self.texts)
        html = result_html(answer, self.texts)
        if not self.calculation.wanted:
            return
        self.result.value = html
        self.result.remove_class("vv-stale")
        self._say("")

    def _say(self, words: str) -> None:
        self.said.value = (
            f'<p role="status" class="vv-experiment-note">{safe(words)}</p>' if words else ""
        )


def _head(experiment: Definition, texts: Texts) -> str:
    title, intro = (words.in_(texts.language) for words in (experiment.title, experiment.intro))
    where = where_in_words(experiment, texts)
    return (
        f"{_style()}<h3>{safe(title)}</h3><p>{safe(intro)}</p>"
        f'<p class="vv-experiment-note">{safe(where)}</p>'
    )


def _foot(experiment: Definition, texts: Texts) -> str:
    listed = "".join(f"<li>{safe(words)}</li>" for words in not_said(experiment, texts))
    return (
        f"<h4>{safe(texts('chapter_experiment.not_said'))}</h4><ul>{listed}</ul>"
        f"<p>{safe(texts('chapter_experiment.assumed'))}</p>"
    )


@cache
def _style() -> str:
    folder = Path(__file__).parent / "static"
    css = (folder / "chapter_experiment.css").read_text(encoding="utf-8")
    return f"<style>{css}</style>"
