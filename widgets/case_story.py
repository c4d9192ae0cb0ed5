"""A fictional case to read: its story, its papers, and behind a fold the note to the trainer."""

from collections.abc import Callable, Iterable
from typing import Any

import ipywidgets as ipw

from data.cases import Case, Document
from data.export.whole_case import case_heading
from data.forms import read_form
from data.texts import Texts
from data.words import Words
from widgets.case_list import case_address
from widgets.form_print import Paper
from widgets.page import Page, safe


class CaseStory(ipw.VBox):
    """The story in full, and folds: one for each paper, and the last for the trainer.

    Each can be printed alone, and the story with all its papers at once.
    """

    def __init__(self, page: Page, case: Case) -> None:
        self._page, self._case, self._texts = page, case, page.texts
        self.paper = Paper()
        texts = self._texts
        story = f"<p>{safe(self._in(case.story))}</p>"
        about = f"<h3>{safe(texts('cases.papers'))}</h3><p>{safe(texts('cases.papers_help'))}</p>"
        self.print_all = self._printing(
            texts("cases.print_all"), lambda: self._handout(case.documents)
        )
        self.papers = [self._paper(each) for each in case.documents]
        self.note = self._fold(texts("cases.trainer"), self._note(), self._note_sheet)
        super().__init__(
            children=[
                ipw.HTML(story + about),
                *self.papers,
                self.print_all,
                self.note,
                self.paper,
            ]
        )
        self.add_class("vv-case-story")

    def _paper(self, document: Document) -> ipw.HBox:
        body = _text(document, self._page)
        return self._fold(self._in(document.title), body, lambda: self._handout([document]))

    def _fold(self, title: str, body: str, sheet: Callable[[], str]) -> ipw.HBox:
        """Return *body* behind a fold, and beside it a button that prints *sheet*.

        The fold is the browser's own: that of ipywidgets cannot be opened with the keyboard.
        """
        fold = f'<details class="vv-card"><summary>{safe(title)}</summary>{body}</details>'
        button = self._printing(self._texts("cases.print"), sheet)
        button.tooltip = self._texts("cases.print_one", title=title)
        return ipw.HBox([ipw.HTML(fold), button]).add_class("vv-case-paper")

    # --- On paper -----------------------------------------------------------------------------

    def _printing(self, words: str, sheet: Callable[[], str]) -> ipw.Button:
        def prints(_: Any) -> None:
            # It is sent along and not kept: whoever prints the page itself has it there once.
            self.paper.send({"kind": "print", "sheet": sheet()})

        button = ipw.Button(description=words)
        button.on_click(self._page.guard(prints))
        return button.add_class("vv-link")

    def _handout(self, documents: Iterable[Document]) -> str:
        """Return *documents* as a sheet; all of them come after the story."""
        chosen = list(documents)
        story = f"<p>{safe(self._in(self._case.story))}</p>" if len(chosen) > 1 else ""
        papers = (
            f'<div class="vv-case-sheet"><h3>{safe(self._in(each.title))}</h3>'
            f"{_text(each, self._page)}</div>"
            for each in chosen
        )
        return self._sheet(story + "".join(papers))

    def _note_sheet(self) -> str:
        return self._sheet(f"<h3>{safe(self._texts('cases.trainer'))}</h3>{self._note()}")

    def _sheet(self, body: str) -> str:
        texts = self._texts
        return (
            '<div class="vv-readable">'
            f'<div class="vv-watermark" aria-hidden="true">{safe(texts("form.watermark"))}</div>'
            f"<h2>{safe(case_heading(self._case.id, texts))}</h2>"
            f"<p>{safe(texts('form.exercise'))}</p>{body}</div>"
        )

    # --- The note to the trainer ----------------------------------------------------------------

    def _note(self) -> str:
        """Return the note in HTML; who made it up is said first, and the law comes with its source."""
        note, texts = self._case.facilitator, self._texts
        links = "".join(
            f'<li><a href="{case_address(self._case.id, tool)}">'
            f"{safe(self._in(read_form(tool).title))}</a></li>"
            for tool in self._case.tools
        )
        parts = (
            ("cases.good_for", f"<p>{safe(self._in(note.good_for))}</p>"),
            ("cases.look_for", self._list(note.look_for)),
            ("cases.ask", self._list(note.questions)),
            ("cases.traps", self._list(note.traps)),
            ("cases.law", f"<p>{safe(self._in(note.law))}</p>"),
            ("cases.fitting", f"<ul>{links}</ul>"),
        )
        said = safe(texts("cases.proposal", minutes=note.minutes))
        body = "".join(f"<h4>{safe(texts(id))}</h4>{html}" for id, html in parts)
        return f'<p class="vv-notice vv-notice-info">{said}</p>{body}'

    def _list(self, said: Iterable[Words]) -> str:
        return "<ul>" + "".join(f"<li>{safe(self._in(one))}</li>" for one in said) + "</ul>"

    def _in(self, words: Words) -> str:
        return words.in_(self._texts.language).strip()


def papers_link(case: Case, texts: Texts) -> str:
    """Return a line that leads to the papers of *case*, for a page that tells only its story.

    They open beside the page, so that its reader keeps the place.
    """
    if not case.documents:
        return ""
    words = safe(texts("form.papers"))
    return f'<p><a href="{case_address(case.id)}" target="_blank" rel="noopener">{words}</a></p>'


def _text(document: Document, page: Page) -> str:
    parts = document.paragraphs(page.texts.language)
    return "".join(f"<p>{safe(part)}</p>" for part in parts)
