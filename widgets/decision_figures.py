"""What the model expects of a decision: the figures, where they come from, and a check of them."""

import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

import ipywidgets as ipw

from data.answers import Answers
from data.decisions import FigureLine, figure_answers, figures_of
from data.texts import Texts
from widgets.page import Page, safe
from widgets.record_tools import button

WORKBENCH = "kapacitet.ipynb"


def workbench_link(answers: Answers) -> str:
    """Return the address that opens the workbench as it stood; empty where the decision has none."""
    if not answers.get("code"):
        return ""
    # Put together anew, because anybody could have written anything there.
    state = urlencode(parse_qsl(answers.get("state") or ""))
    return f"{WORKBENCH}?{state}" if state else WORKBENCH


def source_line(answers: Answers, texts: Texts) -> str:
    """Return the code of the figures and the way to the workbench as HTML; empty where there is none."""
    link = workbench_link(answers)
    if not link:
        return ""
    code = safe(texts("decision.code", code=answers.get("code")))
    return f'<p>{code} · <a href="{safe(link)}">{safe(texts("decision.open_capacity"))}</a></p>'


def lines_of(answers: Answers, page: Page) -> tuple[FigureLine, ...]:
    """Return the expected figures in *answers* in words."""
    # Loaded only where there are figures: it loads NumPy and SciPy.
    from simulation.experiments.decision_figures import figure_lines  # noqa: PLC0415

    expected = figures_of(answers)
    return figure_lines(expected, page.texts) if expected else ()


def commands_of(answers: Answers) -> tuple[str, ...]:
    """Return what to type to calculate the figures in *answers* again."""
    code = answers.get("code")
    if not code:
        return ()
    from simulation.experiments.decision_basis import commands  # noqa: PLC0415 (slow)

    return commands(code)


class DecisionFigures(ipw.VBox):
    """The expected figures of the decision that is open; they can be checked and not changed."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._answers: Answers = {}
        self._cancel = threading.Event()
        self._thread: threading.Thread | None = None
        self._html = ipw.HTML()
        self.check = button(page.texts("decision.check"), page.guard(self._on_check))
        self.said = ipw.HTML()
        row = ipw.HBox([self.check]).add_class("vv-row")
        super().__init__([self._html, row, self.said])
        self.add_class("vv-stack")

    def show(self, answers: Answers) -> None:
        """Show the figures in *answers*."""
        self._cancel.set()
        self._answers, self.said.value = answers, ""
        known = bool(answers.get("code"))
        self.check.layout.display = None if known else "none"
        self.check.disabled = False
        self._html.value = self._figures() + (self._source() if known else "")

    def join(self, seconds: float) -> None:
        """Wait until a check has ended, for tests."""
        if self._thread is not None:
            self._thread.join(seconds)

    # --- How it looks -------------------------------------------------------------------------

    def _figures(self) -> str:
        texts, lines = self._page.texts, lines_of(self._answers, self._page)
        heading = f"<h2>{safe(texts('decision.figures'))}</h2>"
        if not lines:
            words = safe(texts("decision.no_figures"))
            return f'{heading}<p>{words} <a href="{WORKBENCH}">{safe(texts("decision.to_capacity"))}</a></p>'
        heads = [texts(f"decision.column_{name}") for name in ("figure", "expected", "range")]
        heads.insert(1, self._answers.get("against") or texts("decision.column_today"))
        head = "".join(f'<th scope="col">{safe(words)}</th>' for words in heads)
        rows = "".join(
            f'<tr data-figure="{safe(line.id)}"><th scope="row">{safe(line.label)}</th>'
            f"<td>{safe(line.today)}</td><td>{safe(line.expected)}</td><td>{safe(line.range)}</td></tr>"
            for line in lines
        )
        return (
            f'{heading}<p class="vv-saved">{safe(texts("decision.figures_help"))}</p>'
            f'<div class="vv-scroll"><table class="vv-table"><thead><tr>{head}</tr></thead>'
            f"<tbody>{rows}</tbody></table></div>{self._own()}"
        )

    def _own(self) -> str:
        """Return the municipality's own numbers, folded; nothing where it is invented."""
        lines = (self._answers.get("own_figures") or "").splitlines()
        said = "".join(f"<li>{safe(line)}</li>" for line in lines if line)
        summary = safe(self._page.texts("decision.own_numbers", count=len(lines)))
        told = f'<details class="vv-source"><summary>{summary}</summary><ul>{said}</ul></details>'
        return told if said else ""

    def _source(self) -> str:
        texts = self._page.texts
        names = ("decision.rebuild_here", "decision.rebuild_elsewhere")
        commands = zip(names, commands_of(self._answers), strict=False)
        said = "".join(
            f"<dt>{safe(texts(id))}</dt><dd><code>{safe(command)}</code></dd>"
            for id, command in commands
        )
        summary = safe(texts("decision.sheet_source"))
        told = f'<details class="vv-source"><summary>{summary}</summary><dl>{said}</dl></details>'
        return told if said else ""

    # --- The check ------------------------------------------------------------------------------

    def _on_check(self, _: Any) -> None:
        self._cancel = threading.Event()
        self.check.disabled = True
        self._say(self._page.texts("decision.checking"))
        work = self._page.guard(self._work(self._answers, self._cancel))
        self._thread = threading.Thread(target=work, daemon=True)
        self._thread.start()

    def _work(self, answers: Answers, cancel: threading.Event) -> Callable[[], None]:
        def work() -> None:
            words = ""
            try:
                words = self._checked(answers, cancel)
            finally:
                if not cancel.is_set():
                    self.check.disabled = False
                    self._say(words)

        return work

    def _checked(self, answers: Answers, cancel: threading.Event) -> str:
        """Calculate the figures again and say whether they are those of *answers*."""
        from simulation.experiments.decision_basis import recalculate  # noqa: PLC0415 (slow)
        from simulation.experiments.manifest import ManifestError  # noqa: PLC0415 (slow)

        texts, code = self._page.texts, answers.get("code") or ""
        try:
            again = recalculate(code, cancel)
        except (ManifestError, OSError):
            return texts("decision.check_unknown", code=code)
        if again is None:
            return ""
        kept = figure_answers(figures_of(answers))
        other = sum(again.answers.get(key) != kept.get(key) for key in kept | again.answers)
        counts = {"count": texts.number(len(kept)), "other": texts.number(other)}
        said = texts("decision.check_other" if other else "decision.check_same", **counts)
        if again.program:
            said += f" {texts('decision.check_program')}"
        return said

    def _say(self, words: str) -> None:
        self.said.value = f'<p role="status">{safe(words)}</p>' if words else ""
