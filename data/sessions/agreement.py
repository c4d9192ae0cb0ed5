"""The answers to an exercise side by side, question by question, and how far they agree."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from data.answers import Answers, key_in_row, row_ids
from data.forms import Form, Item, Table
from data.sessions.exercises import Exercise
from data.sessions.session import Participant, Session, Sheet
from data.texts import Texts


@dataclass(frozen=True, slots=True)
class GroupAnswers:
    """What the participants of one group answered to one question."""

    group: int
    counts: Mapping[str, int]
    """Answer → how many gave it, the commonest first; of a ``choices`` question, each option.

    Empty for a note and for a table, whose answers are words."""
    words: tuple[str, ...]
    """What was written, by participant; of a table, each row as one line. Empty for the others."""
    answered: int
    """How many of the group answered."""

    @property
    def most_common(self) -> tuple[str, ...]:
        """The commonest answers: several where as many gave them, none where nobody answered."""
        return _most_common(self.counts)


@dataclass(frozen=True, slots=True)
class Aligned:
    """One question with what each group answered."""

    question: str
    """The id of the question or of the table; with the exercise, what is shown or hidden."""
    asked: Item | Table
    by_group: Mapping[int, GroupAnswers]
    """Group → its answers, also of a group without any."""
    agreement: float | None
    """The share of all who answered that gave the commonest answer, 0–1; None where fewer than two
    did and where the answers are words. Where several options may be chosen, each option counts as a
    question of its own: chosen or not."""

    @property
    def answered(self) -> int:
        """How many answered, in all groups."""
        return sum(each.answered for each in self.by_group.values())

    @property
    def counts(self) -> Mapping[str, int]:
        """Answer → how many gave it in all groups, the commonest first."""
        return _ordered(sum((Counter(each.counts) for each in self.by_group.values()), Counter()))

    @property
    def most_common(self) -> tuple[str, ...]:
        """The commonest answers of all: several where as many gave them."""
        return _most_common(self.counts)

    @property
    def groups_differ(self) -> bool:
        """Whether two groups have different commonest answers."""
        first = [set(each.most_common) for each in self.by_group.values() if each.counts]
        return bool(first) and not set.intersection(*first)

    def label(self, texts: Texts) -> str:
        """Return the question, or the title of the table, in the language of *texts*."""
        words = self.asked.label if isinstance(self.asked, Item) else self.asked.title
        return words.in_(texts.language)

    def say(self, answer: str, texts: Texts) -> str:
        """Return an *answer* of :attr:`counts` in words."""
        return self.asked.say(answer, texts) if isinstance(self.asked, Item) else answer


def align(
    session: Session,
    exercise: Exercise,
    participants: Iterable[Participant],
    sheets: Iterable[Sheet],
    texts: Texts,
) -> tuple[Aligned, ...]:
    """Return each question of *exercise* with the answers of each group, in the order of the form.

    A participant's answer counts only where the question is asked with the participant's other
    answers. *texts* say the cells of tables.
    """
    form = exercise.form
    group_of = {each.number: each.group for each in participants}
    given = [
        (group_of[sheet.participant], form.complete(sheet.answers))
        for sheet in sorted(sheets, key=lambda each: each.participant)
        if sheet.exercise == exercise.id and sheet.participant in group_of
    ]
    groups = range(1, session.groups + 1)
    questions: list[Item | Table] = [item for item in form.items if not item.hidden]
    questions += form.tables
    return tuple(_aligned(form, asked, groups, given, texts) for asked in questions)


def _aligned(
    form: Form,
    asked: Item | Table,
    groups: Iterable[int],
    given: list[tuple[int, dict[str, str | None]]],
    texts: Texts,
) -> Aligned:
    answers: dict[int, list[tuple[str, ...]]] = {group: [] for group in groups}
    for group, sheet in given:
        found = (
            _rows(asked, sheet, texts) if isinstance(asked, Table) else _answer(form, asked, sheet)
        )
        if found:
            answers[group].append(found)
    in_words = isinstance(asked, Table) or asked.kind == "note"
    by_group = {
        group: GroupAnswers(
            group=group,
            counts={} if in_words else _ordered(Counter(one for each in own for one in each)),
            words=tuple(one for each in own for one in each) if in_words else (),
            answered=len(own),
        )
        for group, own in answers.items()
    }
    everyone = [each for own in answers.values() for each in own]
    return Aligned(asked.id, asked, by_group, None if in_words else _agreement(everyone))


def _answer(form: Form, item: Item, sheet: Answers) -> tuple[str, ...]:
    """Return the answer to *item* in *sheet*, each chosen option apart; none where it is not asked."""
    answer = sheet.get(item.id)
    if not answer or item.id not in {key for key, _ in form.asked(sheet)}:
        return ()
    return tuple(answer.split(",")) if item.kind == "choices" else (answer,)


def _rows(table: Table, sheet: Answers, texts: Texts) -> tuple[str, ...]:
    """Return each row of *table* in *sheet* as one line."""
    lines = []
    for row in row_ids(sheet, table.id):
        cells = [(item, sheet.get(key_in_row(table.id, row, item.id))) for item in table.items]
        said = [item.say(answer, texts) for item, answer in cells if answer]
        if said:
            lines.append(" · ".join(said))
    return tuple(lines)


def _agreement(everyone: list[tuple[str, ...]]) -> float | None:
    if len(everyone) < 2:
        return None
    counts = Counter(one for each in everyone for one in each)
    if all(len(each) == 1 for each in everyone):
        return max(counts.values()) / len(everyone)
    shares = [count / len(everyone) for count in counts.values()]
    return sum(max(share, 1 - share) for share in shares) / len(shares)


def _ordered(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _most_common(counts: Mapping[str, int]) -> tuple[str, ...]:
    most = max(counts.values(), default=0)
    return tuple(answer for answer, count in counts.items() if count == most)
