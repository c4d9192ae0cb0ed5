"""The view Decide: what was found, kept as a decision, and shared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import anywidget
import ipywidgets as ipw
import traitlets as tl

from widgets.decision_saving import Decidable, DecisionSaving
from widgets.page import safe
from widgets.workbench.calculation import SEED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulation.experiments.decision_words import About
    from widgets.workbench.views import Bench

PAGE = "beslutning.ipynb"
_STATIC = Path(__file__).parents[1] / "static"
_STEPS: Mapping[str, tuple[str, ...]] = {
    "question": ("question", "tried"),
    "hypothesis": (),
    "findings": ("findings", "certainty", "also_found", "not_modelled"),
    "decision": (),
}
"""The four steps, each with what the answer fills in of it."""


def decidable(bench: Bench) -> Decidable | None:
    """Return the settled answer to what is chosen now, with what belongs to it; None while there is none."""
    study = bench.weighing.study
    return None if study is None else Decidable(study, SEED, about(bench))


def about(bench: Bench) -> About:
    """Return what belongs to a decision beside the answer."""
    from simulation.experiments.decision_words import About  # noqa: PLC0415 (loads NumPy and SciPy)

    weighing, town = bench.weighing, bench.weighing.municipality
    return About(
        place=town.name,
        state=state_of(bench),
        against=weighing.against_name,
        own=None if town.invented else town.own,
        today=town.today,
        found=weighing.findings,
    )


def state_of(bench: Bench) -> str:
    """Return the address that opens the workbench with the same controls, behind its question mark.

    Which view is looked at is no part of what was decided.
    """
    query = bench.page.client.query
    return urlencode({name: value for name, value in query.items() if name != "vis" and value})


class SharedLink(anywidget.AnyWidget):
    """The whole address of this page with a state, and a button that copies it.

    The kernel does not know under which address the browser found it, so the browser puts it together.
    """

    _esm = _STATIC / "shared_link.js"

    state = tl.Unicode(help="What stands behind the question mark.").tag(sync=True)
    words = tl.Dict(help="The words of the field and the button.").tag(sync=True)


class DecideView(ipw.VBox):
    """Question, hypothesis, findings, decision: what is filled in, a button that keeps it, and sharing."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        page = bench.page
        texts = page.texts
        self._steps = ipw.HTML()
        self.saving = DecisionSaving(page, lambda: decidable(bench))
        self.saving.save.button_style = "primary"
        ids = ("link", "copy", "copied", "failed")
        self.link = SharedLink(words={id: texts(f"decide.{id}") for id in ids})
        self.file = ipw.Button(description=texts("decide.file"))
        self.file.on_click(page.guard(self._on_file))
        self._why = ipw.HTML()
        self._share = ipw.VBox()
        listed = f'<p><a href="{PAGE}">{safe(texts("decide.all"))}</a></p>'
        sharing = ipw.HTML(f"<h2>{safe(texts('decide.share'))}</h2>")
        super().__init__(
            [self._steps, self.saving, ipw.HTML(listed), sharing, self._why, self._share]
        )
        self.add_class("vv-stack").add_class("vv-decide")

    def follow(self) -> None:
        """Show what is chosen now; may be called from the thread that calculates."""
        self.saving.follow()
        self.saving.put_away()
        self._steps.value = _style() + self._in_steps()
        self._offer()

    # --- What is filled in --------------------------------------------------------------------

    def _in_steps(self) -> str:
        texts, study = self._bench.page.texts, self._bench.weighing.study
        heading = f"<h2>{safe(texts('decide.heading'))}</h2>"
        if study is None:
            return f'{heading}<p role="status">{safe(texts("decide.wait"))}</p>'
        from simulation.experiments.decision_words import draft  # noqa: PLC0415 (loads SciPy)

        answers = draft(study, texts, about(self._bench))
        steps = "".join(self._step(step, answers) for step in _STEPS)
        lead = f"<p>{safe(texts('decide.lead'))}</p>"
        return f'{heading}{lead}<ol class="vv-steps">{steps}</ol>'

    def _step(self, step: str, answers: Mapping[str, str]) -> str:
        texts = self._bench.page.texts
        words = "".join(
            f'<p class="vv-lines">{self._label(part)}{safe(answers[part])}</p>'
            for part in _STEPS[step]
            if answers.get(part)
        )
        if not words:
            words = f'<p class="vv-saved">{safe(texts(f"decide.{step}_yours"))}</p>'
        title = safe(texts(f"decide.{step}"))
        return f'<li data-step="{step}"><h3>{title}</h3>{words}</li>'

    def _label(self, part: str) -> str:
        """Return what stands before *part*, as in Word; nothing before the question and the answer."""
        if part in {"question", "findings"}:
            return ""
        return f"<b>{safe(self._bench.page.texts(f'decision.part_{part}'))}</b> "

    # --- Sharing ------------------------------------------------------------------------------

    def _offer(self) -> None:
        texts, town = self._bench.page.texts, self._bench.weighing.municipality
        why = "decide.link_why" if town.invented else "decide.file_why"
        if town.today.cases or town.today.posts:
            why = "decide.cases_why"
        self._why.value = f"<p>{safe(texts(why))}</p>"
        self.link.state = state_of(self._bench) if town.invented else ""
        self._share.children = [self.link if town.invented else self.file]

    def _on_file(self, _: Any) -> None:
        from simulation.experiments.scenario_file import scenario_text  # noqa: PLC0415 (slow)

        content = scenario_text(self._bench.weighing.scenario).encode()
        name = self._bench.page.texts("decide.file_name")
        self._bench.page.download(name, content, "application/toml")


def _style() -> str:
    css = _STATIC / "workbench_decide.css"
    return f"<style>{css.read_text(encoding='utf-8')}</style>"
