"""How far each group is with an exercise."""

from collections.abc import Iterable
from dataclasses import dataclass

from data.sessions.exercises import Exercise
from data.sessions.session import Participant, Session, Sheet


@dataclass(frozen=True, slots=True)
class ParticipantProgress:
    """How many required questions one participant has answered, of those that are asked."""

    participant: Participant
    answered: int
    asked: int

    @property
    def done(self) -> bool:
        """Whether all that is required is answered."""
        return self.answered == self.asked


@dataclass(frozen=True, slots=True)
class GroupProgress:
    """The participants of one group, by number."""

    group: int
    participants: tuple[ParticipantProgress, ...]

    @property
    def share(self) -> float:
        """The share of the required answers that is given, 0–1; 0 of an empty group."""
        asked = sum(each.asked for each in self.participants)
        return sum(each.answered for each in self.participants) / asked if asked else 0.0

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(each.done for each in self.participants)

    @property
    def begun(self) -> int:
        """How many have answered something that is required."""
        return sum(each.answered > 0 for each in self.participants)


def progress_of(
    session: Session,
    exercise: Exercise,
    participants: Iterable[Participant],
    sheets: Iterable[Sheet],
) -> tuple[GroupProgress, ...]:
    """Return how far each group of *session* is with *exercise*, also those without participants.

    *participants* and *sheets* are those of the session; sheets of other exercises are left alone.
    """
    form = exercise.form
    given = {sheet.participant: sheet for sheet in sheets if sheet.exercise == exercise.id}
    found: dict[int, list[ParticipantProgress]] = {
        number: [] for number in range(1, session.groups + 1)
    }
    for participant in sorted(participants, key=lambda each: each.number):
        sheet = given.get(participant.number)
        answers = form.complete(sheet.answers if sheet else {})
        found[participant.group].append(ParticipantProgress(participant, *form.progress(answers)))
    return tuple(GroupProgress(group, tuple(each)) for group, each in found.items())
