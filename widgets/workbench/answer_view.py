"""The view Answer: what holds, in words and numbers, the figure that is looked at, and what carries it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal

import ipywidgets as ipw

from data import read_preset
from simulation.machine_code import is_ready
from widgets.page import safe
from widgets.workbench.against import Against
from widgets.workbench.answer import foot_html, numbers_html, words_html
from widgets.workbench.figures import Figures

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulation import Scenario
    from simulation.study import Study
    from widgets.workbench.saved import Saved
    from widgets.workbench.views import Bench

State = Literal["waiting", "first", "settled", "failed"]
"""Whether what is shown answers something else than what is chosen, or is an early answer to it."""


class AnswerView(ipw.VBox):
    """Shows an answer and says how final it is; each part is redrawn in its place."""

    def __init__(self, bench: Bench, saved: Saved) -> None:
        self._page, self._weighing = bench.page, bench.weighing
        texts = bench.page.texts
        self.against = Against(bench, saved)
        self.said = ipw.HTML().add_class("vv-answer-state")
        self.words = ipw.HTML().add_class("vv-answer-words")
        self.numbers = ipw.HTML().add_class("vv-answer-numbers")
        self.figures = Figures(bench)
        self.foot = ipw.HTML()
        self._title = ipw.HTML(f"<h2>{safe(texts('capacity.answer'))}</h2>")
        self._title.add_class("vv-hidden-label")
        head = ipw.HBox([self.said, self.against]).add_class("vv-answer-head")
        self._found = ipw.VBox([self.words, self.numbers, self.figures]).add_class("vv-results")
        self._found.layout.visibility = "hidden"
        super().__init__([self._title, head, self._found, self.foot])
        self.add_class("vv-stack")

    def wait(self) -> None:
        """Mark what is shown as the answer to something else, until the next one comes."""
        self._found.add_class("vv-stale")
        if "simulation.compiled" in sys.modules:
            self._say("waiting", "workbench.working")
        else:
            self._say("waiting", "workbench.working_first" if is_ready() else "workbench.compiling")

    def fail(self) -> None:
        """Say that there is no answer to what is chosen."""
        self._say("failed", "workbench.no_answer")

    def show(self, study: Study, runs: int, wanted: Callable[[], bool]) -> bool:
        """Show *study*, in the calculation's thread: a first answer where it has fewer than *runs*.

        Tell whether it was still *wanted* when it was written.
        """
        texts = self._page.texts
        words, numbers = words_html(study, texts), numbers_html(study, texts)
        if not wanted():
            return False
        done = len(study.results)
        self.words.value, self.numbers.value = words, numbers
        slots = {"done": texts.number(done), "all": texts.number(runs)}
        if done < runs:
            self._say("first", "workbench.first", **slots)
        else:
            years = texts.number(study.scenario.years)
            self._say("settled", "workbench.settled", runs=slots["all"], years=years)
        self._found.remove_class("vv-stale")
        self._found.layout.visibility = "visible"
        self._tell_what_carries_it(study.scenario)
        return True

    def draw(self, study: Study) -> None:
        """Draw the figure that is looked at, in the calculation's thread; the slowest part."""
        self.figures.show(study)

    def _tell_what_carries_it(self, scenario: Scenario) -> None:
        """Say what the model leaves out and assumes; a number that is tried is no assumption of ours."""
        from simulation.answer import LIMITS  # noqa: PLC0415 (loads NumPy and SciPy)
        from simulation.assumptions import assumptions_in_words  # noqa: PLC0415 (as above)

        here = self._weighing.municipality
        texts = self._page.texts
        limits = [texts(f"limits.{name}") for name in LIMITS]
        known = {*here.own, *scenario.differences(here.today)}
        assumed = assumptions_in_words(read_preset(here.preset), texts, known)
        # The same words again are not sent.
        self.foot.value = foot_html(limits, assumed, texts)

    def _say(self, state: State, id: str, **slots: str) -> None:
        words = safe(self._page.texts(id, **slots))
        self.said.value = f'<p role="status" data-answer="{state}">{words}</p>'
