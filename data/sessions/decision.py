"""What the groups of a session decided, as the answers of a decision that can be kept.

The questions of the exercise ``leaders_decision`` have the ids of the form ``decision``. What several
wrote stands below each other; what they chose differently is nobody's answer and is told as reasons.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from data.answers import Answers
from data.decisions import FORM
from data.forms import Item, read_form
from data.sessions.agreement import Aligned, GroupAnswers
from data.sessions.session import Session
from data.texts import Texts

EXERCISE = "leaders_decision"
"""The exercise whose answers become a decision."""
_KEPT_AS = {"sure": "certainty"}
"""Question of the exercise → question of the decision, where they are not the same."""


@dataclass(frozen=True, slots=True)
class CarriedDecision:
    """The answers of a decision, and what there was no room for."""

    answers: Answers
    cut: tuple[str, ...] = ()
    """The questions, in words, whose answers are longer than a decision has room for."""


def deciding_groups(aligned: Iterable[Aligned]) -> tuple[int, ...]:
    """Return the groups that answered anything, in order."""
    groups = {group for each in aligned for group, given in each.by_group.items() if given.answered}
    return tuple(sorted(groups))


def carried_decision(
    session: Session, aligned: Sequence[Aligned], groups: Sequence[int], texts: Texts
) -> CarriedDecision:
    """Return what *groups* decided, as answers to the form ``decision`` in the language of *texts*.

    *aligned* are all answers to :data:`EXERCISE`. Words of several groups stand under the name of
    each. What was chosen is an answer where all chose the same; else it is told as reasons.
    The answers say that they come from an exercise.
    """
    form = read_form(FORM)
    words: dict[str, list[str]] = {"tried": [_source(session, groups, texts)]}
    answers: dict[str, str | None] = {}
    for each in aligned:
        given = {group: each.by_group[group] for group in groups if each.by_group[group].answered}
        item = form.item(_KEPT_AS.get(each.question, each.question))
        if item is None or not given:
            continue
        if item.kind == "note":
            words.setdefault(item.id, []).append(_said(each, given, groups, texts))
        elif len(chosen := {answer for one in given.values() for answer in one.counts}) == 1:
            answers[item.id] = chosen.pop()
        else:
            differ = _said(each, given, groups, texts)
            words.setdefault("reasons", []).append(f"{each.label(texts)}\n{differ}")
    cut = []
    for id, parts in words.items():
        item = form.item(id)
        text = "\n".join(parts)
        if item is not None:
            answers[id] = _fitting(text, item)
            cut += [item.label.in_(texts.language)] if answers[id] != text else []
    return CarriedDecision(answers, tuple(cut))


def _source(session: Session, groups: Sequence[int], texts: Texts) -> str:
    names = ", ".join(texts("sessions.doc_group", group=group) for group in groups)
    return texts("sessions.decision_source", title=session.title, groups=names)


def _said(
    aligned: Aligned, given: Mapping[int, GroupAnswers], groups: Sequence[int], texts: Texts
) -> str:
    """Return what was answered, in words, under the name of each group where there are several."""
    told = []
    for group, one in given.items():
        lines = [*dict.fromkeys(one.words)]
        for answer, count in one.counts.items():
            said = aligned.say(answer, texts)
            several = len(one.counts) > 1
            lines.append(
                texts("sessions.decision_count", n=count, answer=said) if several else said
            )
        name = texts("sessions.doc_group", group=group)
        told.append("\n".join([f"{name}:", *lines] if len(groups) > 1 else lines))
    return "\n".join(told)


def _fitting(text: str, item: Item) -> str:
    """Return *text*, cut at a word where it is longer than *item* has room for."""
    if len(text) <= item.limit:
        return text
    cut = text[: item.limit - 2]
    return f"{cut[: max(cut.rfind(' '), cut.rfind(chr(10)), item.limit // 2)].rstrip()} …"
