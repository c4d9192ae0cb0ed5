"""The answers of the groups side by side, how far they agree, and what of it everybody may see."""

from collections.abc import Sequence

import ipywidgets as ipw

from data.forms import Item
from data.sessions import Aligned, GroupAnswers, Session
from data.texts import Texts
from widgets.page import Page, safe
from widgets.session_head import Change


class SessionAnswers(ipw.VBox):
    """A block for each question, with a button that shows it to everybody or hides it."""

    def __init__(self, page: Page, change: Change) -> None:
        self._page, self._texts, self._change = page, page.texts, change
        self._exercise = ""
        self._quiet = False
        self._note = ipw.HTML(
            "".join(
                f'<p class="vv-saved">{safe(page.texts(words))}</p>'
                for words in ("session.answers_note", "sessions.agreement_counted")
            )
        )
        self.all = self._button("session.show_all", "")
        self.blocks: dict[str, _Block] = {}
        super().__init__()
        self.add_class("vv-stack")

    def follow(self, session: Session, exercise: str, answers: Sequence[Aligned]) -> None:
        """Show *answers* to *exercise*, and which of them everybody sees."""
        if exercise != self._exercise:
            self._exercise = exercise
            self.blocks = {each.question: _Block(self, each.question) for each in answers}
            self.children = [self._note, self.all, *self.blocks.values()]
        everything = exercise in session.shown
        self._press(self.all, on=everything, words="session.show_all", off="session.hide_all")
        for each in answers:
            block = self.blocks[each.question]
            block.answers.value = aligned_html(each, self._texts)
            shown = session.shows(exercise, each.question)
            self._press(block.show, on=shown, words="session.show", off="session.hide")
            block.show.disabled = everything
            block.mark(shown=shown)

    def _press(self, button: ipw.ToggleButton, *, on: bool, words: str, off: str) -> None:
        self._quiet = True
        try:
            button.value = on
            button.description = self._texts(off if on else words)
        finally:
            self._quiet = False

    def _button(self, words: str, question: str) -> ipw.ToggleButton:
        button = ipw.ToggleButton(description=self._texts(words), value=False)

        def pressed(_: object) -> None:
            if not self._quiet:
                what = f"{self._exercise}/{question}" if question else self._exercise
                on = bool(button.value)
                self._change(lambda session: session.showing(what, on=on))

        button.observe(self._page.guard(pressed), "value")
        return button


class _Block(ipw.VBox):
    def __init__(self, answers: SessionAnswers, question: str) -> None:
        self.answers = ipw.HTML()
        self.show = answers._button("session.show", question)
        super().__init__(children=[self.answers, self.show])
        self.add_class("vv-session-question")

    def mark(self, *, shown: bool) -> None:
        """Let it be seen which question everybody sees now."""
        (self.add_class if shown else self.remove_class)("vv-session-shown")


# --- As HTML --------------------------------------------------------------------------------------


def aligned_html(aligned: Aligned, texts: Texts) -> str:
    """Return one question with the answers of each group."""
    heading = f"<h3>{safe(aligned.label(texts))}</h3>"
    if not aligned.answered:
        return f"{heading}<p>{safe(texts('session.no_answers'))}</p>"
    counted = any(each.counts for each in aligned.by_group.values())
    body = _table(aligned, texts) if counted else _words(aligned, texts)
    return f"{heading}{_agreement(aligned, texts)}{body}"


def _agreement(aligned: Aligned, texts: Texts) -> str:
    """Say how many answered, and how far they agree; disagreement is what to talk about."""
    answered = aligned.answered
    said = [texts("session.answered_one" if answered == 1 else "session.answered", n=answered)]
    look = ""
    if aligned.agreement == 1:
        said.append(texts("session.all_agree"))
    elif aligned.agreement is not None:
        said.append(texts("session.agreement", share=texts.percent(aligned.agreement)))
    if aligned.groups_differ:
        look = f' <strong class="vv-session-differ">{safe(texts("session.groups_differ"))}</strong>'
    return f'<p class="vv-session-agreement">{safe(" · ".join(said))}{look}</p>'


def _table(aligned: Aligned, texts: Texts) -> str:
    """Return how many of each group gave each answer; the commonest of a group stands out."""
    groups = [each for each in aligned.by_group.values() if each.answered]
    heads = "".join(
        f'<th scope="col">{safe(texts("session.group", number=each.group))}</th>' for each in groups
    )
    heads += f'<th scope="col">{safe(texts("session.everyone"))}</th>' if len(groups) > 1 else ""
    rows = "".join(_row(aligned, answer, groups, texts) for answer in _given(aligned))
    label = safe(aligned.label(texts))
    return (
        f'<div class="vv-scroll" tabindex="0" role="group" aria-label="{label}">'
        f'<table class="vv-table vv-session-answers"><thead><tr>'
        f'<th scope="col">{safe(texts("session.answer"))}</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _given(aligned: Aligned) -> list[str]:
    """Return the answers that were given, in the order of the question where it has one."""
    order = aligned.asked.choices() if isinstance(aligned.asked, Item) else ()
    given = aligned.counts
    return [*(one for one in order if one in given), *(one for one in given if one not in order)]


def _row(aligned: Aligned, answer: str, groups: Sequence[GroupAnswers], texts: Texts) -> str:
    cells = ""
    for each in groups:
        count = each.counts.get(answer, 0)
        number = texts.number(count) if count else "–"
        most = f"<strong>{number}</strong>" if answer in each.most_common else number
        cells += f"<td>{most}</td>"
    cells += f"<td>{texts.number(aligned.counts[answer])}</td>" if len(groups) > 1 else ""
    return f'<tr><th scope="row">{safe(aligned.say(answer, texts))}</th>{cells}</tr>'


def _words(aligned: Aligned, texts: Texts) -> str:
    """Return what was written, group by group."""
    groups = "".join(
        f"<div><h4>{safe(texts('session.group', number=each.group))}</h4><ul>"
        + "".join(f"<li>{safe(words)}</li>" for words in each.words)
        + "</ul></div>"
        for each in aligned.by_group.values()
        if each.words
    )
    return f'<div class="vv-session-words">{groups}</div>'
