"""What the trainer needs for a step: what to say, the chapter, the exercise, and the note on the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as ipw

from widgets.case_story import CaseStory
from widgets.page import Page, safe

if TYPE_CHECKING:
    from data.cases import Document
    from data.sessions import Exercise, Step
    from data.texts import Texts


class SessionNotes(ipw.VBox):
    """The step in words, the task of the exercise, and the case with its papers and note."""

    def __init__(self, page: Page) -> None:
        self._page, self._texts = page, page.texts
        self._step = ipw.HTML()
        self._exercise = ""
        self._case = ipw.VBox().add_class("vv-case-told")
        super().__init__(children=[self._step, self._case])
        self.add_class("vv-stack")

    def follow(self, step: Step | None, exercise: Exercise | None) -> None:
        """Show what belongs to *step* and to *exercise*."""
        self._step.value = step_notes_html(step, self._texts) + exercise_html(exercise, self._texts)
        id = exercise.id if exercise else ""
        if id == self._exercise:
            return
        self._exercise = id
        case = exercise.fictional_case() if exercise else None
        self._case.children = [CaseStory(self._page, case)] if case else []


def step_notes_html(step: Step | None, texts: Texts) -> str:
    """Return what the trainer says and does in *step*, and where it can be read about."""
    if step is None:
        return ""
    parts = [f"<h3>{safe(step.title.in_(texts.language))}</h3>"]
    if step.about:
        parts.append(f"<p>{safe(step.about.in_(texts.language))}</p>")
    if step.chapter:
        parts.append(_link(f"{step.chapter}.ipynb", texts("session.open_chapter")))
    if step.kind == "decision":
        parts.append(_link("kapacitet.ipynb", texts("session.open_workbench")))
        parts.append(_link("beslutning.ipynb", texts("session.open_decision")))
    return "".join(parts)


def exercise_html(exercise: Exercise | None, texts: Texts) -> str:
    """Return the task of *exercise*, and the papers that are its own."""
    if exercise is None:
        return ""
    title, task = (words.in_(texts.language) for words in (exercise.form.title, exercise.task))
    said = texts("session.exercise_of", title=title)
    papers = "".join(_paper(each, texts) for each in exercise.papers)
    return f"<h3>{safe(said)}</h3><p>{safe(task)}</p>{papers}"


def _paper(document: Document, texts: Texts) -> str:
    paragraphs = "".join(f"<p>{safe(each)}</p>" for each in document.paragraphs(texts.language))
    title = safe(document.title.in_(texts.language))
    return f'<details class="vv-card"><summary>{title}</summary>{paragraphs}</details>'


def _link(address: str, words: str) -> str:
    return f'<p><a href="{safe(address)}" target="_blank" rel="noopener">{safe(words)}</a></p>'
