"""Two people's answers to the same form, put together so that nobody loses anything.

Answers that only one of them changed are that one's. Where both changed the same, a person chooses.
A row of a table that one took out while the other changed it is chosen as a whole.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import ipywidgets as ipw

from data.answers import Answers, merge, split_key
from data.forms import Form
from data.texts import Texts
from widgets.form import named
from widgets.page import safe

Choice = str
"""What a person chooses: the key of a question, or ``table.row`` for a row as a whole."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Something that both changed. A key that one side does not have was taken out there."""

    mine: Answers
    theirs: Answers


Clashes = dict[Choice, Clash]


def put_together(before: Answers, mine: Answers, theirs: Answers) -> tuple[Answers, Clashes]:
    """Return what can be saved now, theirs where both changed the same, and what is to be chosen.

    *mine* and *theirs* were both made out of *before*.
    """
    merged = merge(before, mine, theirs)
    # A row that I have just begun has no answer yet, and stays.
    begun = {key: None for key in mine if key not in before and mine[key] is None}
    answers = {**begun, **merged.answers}
    clashes: Clashes = {}
    for key in merged.conflicts:
        choice = _choice(key, mine, theirs)
        own, other = (part(choice, side) for side in (mine, theirs))
        clashes[choice] = Clash(own, other)
        # A row that I took out and they changed stands whole until somebody has chosen.
        answers |= other
    return answers, clashes


def with_side(answers: Answers, choice: Choice, side: Answers) -> dict[str, str | None]:
    """Return *answers* with one *side* of a clash in place of what stands there."""
    rest = {key: answer for key, answer in answers.items() if not _belongs(choice, key)}
    return {**rest, **side}


def still_open(clashes: Clashes, answers: Answers) -> Clashes:
    """Return the *clashes* in which *answers* still differs between the two sides, and is mine."""
    return {
        choice: clash
        for choice, clash in clashes.items()
        if _same(part(choice, answers), clash.mine) and not _same(clash.mine, clash.theirs)
    }


def clash_cards(
    clashes: Clashes,
    form: Form,
    texts: Texts,
    choose: Callable[[Choice, bool], None],
    guard: Callable[[Callable[..., None]], Callable[..., object]],
) -> list[ipw.Widget]:
    """Return a card for each clash: mine and theirs side by side, and a button for each.

    A button calls *choose* with True for mine.
    """
    cards: list[ipw.Widget] = []
    for choice, clash in clashes.items():
        sides = []
        for own, side in ((True, clash.mine), (False, clash.theirs)):
            button = ipw.Button(description=texts("form.keep_mine" if own else "form.keep_theirs"))
            button.tooltip = f"{button.description}: {_title(choice, clash, form, texts)}"
            pick = guard(partial(choose, choice, own))
            button.on_click(lambda _, pick=pick: pick())
            heading = texts("form.mine" if own else "form.theirs")
            words = f"<h4>{safe(heading)}</h4>{_told(choice, side, form, texts)}"
            sides.append(ipw.VBox([ipw.HTML(words), button]).add_class("vv-side-of-clash"))
        title = ipw.HTML(f"<h3>{safe(_title(choice, clash, form, texts))}</h3>")
        cards.append(ipw.VBox([title, ipw.HBox(sides).add_class("vv-row")]).add_class("vv-clash"))
    return cards


def _choice(key: str, mine: Answers, theirs: Answers) -> Choice:
    table, row, _ = split_key(key)
    if table is not None and row is not None:
        whole = f"{table}.{row}"
        if not part(whole, mine) or not part(whole, theirs):
            return whole
    return key


def _belongs(choice: Choice, key: str) -> bool:
    return key == choice or (_is_row(choice) and key.startswith(f"{choice}."))


def _is_row(choice: Choice) -> bool:
    return choice.count(".") == 1


def part(choice: Choice, answers: Answers) -> dict[str, str | None]:
    """Return those of *answers* that a choice is about."""
    return {key: answer for key, answer in answers.items() if _belongs(choice, key)}


def _same(one: Answers, other: Answers) -> bool:
    """Tell whether two sides answer alike; a row without answers is still a row."""
    keys = one.keys() | other.keys()
    return bool(one) == bool(other) and all(one.get(key) == other.get(key) for key in keys)


def _title(choice: Choice, clash: Clash, form: Form, texts: Texts) -> str:
    if _is_row(choice):
        return form.table(choice.partition(".")[0]).title.in_(texts.language)
    return named(form, clash.mine or clash.theirs, choice, texts)


def _told(choice: Choice, side: Answers, form: Form, texts: Texts) -> str:
    """Return one *side* in words, as HTML."""
    if not _is_row(choice):
        item = form.item(choice)
        answer = side.get(choice)
        words = item.say(answer, texts) if item else texts("form.none")
        return f"<p>{safe(words)}</p>"
    if not side:
        return f"<p>{safe(texts('form.removed'))}</p>"
    lines = []
    for key, answer in side.items():
        item = form.item(key)
        if item and answer is not None:
            label = item.label.in_(texts.language)
            lines.append(f"<dt>{safe(label)}</dt><dd>{safe(item.say(answer, texts))}</dd>")
    return f"<dl>{''.join(lines)}</dl>"
